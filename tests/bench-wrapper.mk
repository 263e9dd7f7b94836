# SPDX-License-Identifier: Apache-2.0
# make bench-wrapper (as root): what the wrapper adds to a runtime's calls.
bench-wrapper: $O/capgate $O/bench/bench $O/bench/noop-static
	@CAPGATE='$(abspath $O/capgate)' $(srcdir)/tests/bench/wrapper.sh '$(abspath $O/bench)'
.PHONY: bench-wrapper
