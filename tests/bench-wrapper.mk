# SPDX-License-Identifier: Apache-2.0
# make bench-wrapper (as root): what the wrapper adds to a runtime's calls.  To reach:
# less than 1.5 ms added to create and exec ("least", first table), and 1.15 times a
# bare exec for what goes through.
bench-wrapper: $O/capgate-hook $O/bench/bench $O/bench/noop-static $O/bench/bareexec
	@CAPGATE='$(abspath $O/capgate-hook)' $(srcdir)/tests/bench/wrapper.sh '$(abspath $O/bench)'
.PHONY: bench-wrapper
