# SPDX-License-Identifier: Apache-2.0
# What `make check` runs beside the unit tests, and the same under sanitizers.
check: check-golden check-layers
check-golden: $O/capgate
	@CAPGATE='$(abspath $O/capgate)' $(srcdir)/tests/golden.sh
check-layers: $O/capgate $O/capgate-hook $O/complete $O/libcapgate.a
	@CC='$(CC)' $(srcdir)/tests/layers.sh '$(abspath $O)'

# gcc and clang; allocations that are never freed are by design in commands that
# end (detect_leaks=0).
check-sanitize: check-sanitize-gcc check-sanitize-clang
check-sanitize-gcc:
	ASAN_OPTIONS=detect_leaks=0 $(MAKE) -f $(firstword $(MAKEFILE_LIST)) SANITIZE=address,undefined CC=gcc check-unit check-golden
check-sanitize-clang:
	ASAN_OPTIONS=detect_leaks=0 $(MAKE) -f $(firstword $(MAKEFILE_LIST)) SANITIZE=undefined,address CC=clang check-unit check-golden
.PHONY: check-golden check-layers check-sanitize check-sanitize-gcc check-sanitize-clang
