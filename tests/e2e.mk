# SPDX-License-Identifier: Apache-2.0
check-e2e: all
	@CAPGATE='$(abspath $O/capgate)' $(srcdir)/tests/e2e/run.sh $(E2E)
.PHONY: check-e2e
