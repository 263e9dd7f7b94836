# SPDX-License-Identifier: Apache-2.0
# The suites of check-e2e are targets of their own, so that `make -k` runs each
# of them, whatever becomes of the others: one for each file of tests/e2e, too.
# make check-bats E2E=tests/e2e/x.bats [ONLY=WORDS]
E2E_SUITES = $(patsubst $(srcdir)/tests/e2e/%.bats,check-bats-%,$(sort $(wildcard $(srcdir)/tests/e2e/*.bats)))
check-e2e: check-bats
check-bats: $(if $(E2E),check-bats-named,$(E2E_SUITES))
check-bats-named: all
	@CAPGATE='$(abspath $O/capgate)' $(srcdir)/tests/e2e/run.sh $(E2E)
$(E2E_SUITES): check-bats-%: all
	@CAPGATE='$(abspath $O/capgate)' $(srcdir)/tests/e2e/run.sh $(srcdir)/tests/e2e/$*.bats
.PHONY: check-e2e check-bats check-bats-named $(E2E_SUITES)
