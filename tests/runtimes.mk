# SPDX-License-Identifier: Apache-2.0
# Runtimes of Debian's other suites, for the suites that try every runtime.
runtimes:
	@$(srcdir)/tests/runtimes/fetch.sh '$(abspath $O/runtimes)'
$(filter check-bats-attacks% check-bats-filter-cache,$(E2E_SUITES)) check-bats-named check-differential: runtimes
.PHONY: runtimes
