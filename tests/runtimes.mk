# SPDX-License-Identifier: Apache-2.0
# Runtimes of Debian's other suites, for the suites that try every runtime.
runtimes:
	@$(srcdir)/tests/runtimes/fetch.sh '$(abspath $O/runtimes)'
$(filter check-bats-attacks% check-bats-filter-cache,$(E2E_SUITES)) check-bats-named check-differential: runtimes
.PHONY: runtimes
# The page of runtimes: STRICT=yes fails for versions that it does not name.
check: check-runtimes-page
check-runtimes-page:
	@$(srcdir)/tests/runtimes/page.sh '$(abspath $O/runtimes)'
.PHONY: check-runtimes-page
