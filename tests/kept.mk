# SPDX-License-Identifier: Apache-2.0
check: check-kept
check-kept: $O/capgate
	@CAPGATE='$(abspath $O/capgate)' $(srcdir)/tests/kept.sh
.PHONY: check-kept
