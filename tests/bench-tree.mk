# SPDX-License-Identifier: Apache-2.0
# make bench-tree: check over many files.  BENCH_FILES=N
bench-tree: $O/capgate
	@CAPGATE='$(abspath $O/capgate)' $(srcdir)/tests/bench/tree.sh $(BENCH_FILES)
.PHONY: bench-tree
