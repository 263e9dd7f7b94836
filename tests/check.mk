# SPDX-License-Identifier: Apache-2.0
# What `make check` runs beside the unit tests, and the same under sanitizers.
check: check-golden check-layers
check-golden: $O/capgate-hook
	@CAPGATE='$(abspath $O/capgate-hook)' $(srcdir)/tests/golden.sh
check-layers: $(LEARN_PROGRAM) $O/capgate $O/capgate-hook $O/complete $O/libcapgate.a
	@CC='$(CC)' $(srcdir)/tests/layers.sh '$(abspath $O)'

# gcc looks at addresses, clang at undefined behaviour; SANITIZERS=all: both look at both.
# Allocations that are never freed are by design in commands that end (detect_leaks=0).
SANITIZERS = one
SANITIZERS_OF_gcc = address$(if $(filter all,$(SANITIZERS)),$(comma)undefined)
SANITIZERS_OF_clang = undefined$(if $(filter all,$(SANITIZERS)),$(comma)address)
check-sanitize: check-sanitize-gcc check-sanitize-clang
# Less optimization: these are compiled anew for every run, and run once.
check-sanitize-gcc check-sanitize-clang: check-sanitize-%:
	ASAN_OPTIONS=detect_leaks=0 $(MAKE) -f $(firstword $(MAKEFILE_LIST)) SANITIZE=$(SANITIZERS_OF_$*) CC=$* CFLAGS='-O1 -g1' check-unit check-golden
.PHONY: check-golden check-layers check-sanitize check-sanitize-gcc check-sanitize-clang
