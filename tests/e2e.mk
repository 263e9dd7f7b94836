# SPDX-License-Identifier: Apache-2.0
# The suites of check-e2e are targets of their own, so that `make -k` runs each
# of them, whatever becomes of the others.  make check-bats E2E=tests/e2e/x.bats
check-e2e: check-bats
check-bats: all
	@CAPGATE='$(abspath $O/capgate)' $(srcdir)/tests/e2e/run.sh $(E2E)
.PHONY: check-e2e check-bats
