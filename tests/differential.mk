# SPDX-License-Identifier: Apache-2.0
# Random specifications through capgate and real runtimes, as root.  DIFF_N=20000; DIFF_N=1 DIFF_FIRST=17, one.
# Each goes to DIFF_PER of the runtimes in turn; 0: to all.  RUNTIMES="/path/runc ..." takes these.
DIFF_N = 80
DIFF_PER = 2
check-e2e: check-differential
check-differential: $O/capgate
	@CAPGATE='$(abspath $O/capgate)' $(srcdir)/tests/e2e/differential/run.sh -n $(DIFF_N) --per $(DIFF_PER) --fetched '$(abspath $O/runtimes)' \
		$(if $(RUNTIMES),--runtimes '$(RUNTIMES)') $(if $(DIFF_SEED),--seed $(DIFF_SEED)) $(if $(DIFF_FIRST),--first $(DIFF_FIRST))
.PHONY: check-differential
