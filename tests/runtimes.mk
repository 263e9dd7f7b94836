# SPDX-License-Identifier: Apache-2.0
# Runtimes of Debian's other suites, for the suites that try every runtime.
runtimes:
	@$(srcdir)/tests/runtimes/fetch.sh '$(abspath $O/runtimes)'
check-bats check-differential: runtimes
.PHONY: runtimes
