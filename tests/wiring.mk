# SPDX-License-Identifier: Apache-2.0
check: check-wiring
check-wiring: $O/capgate
	@CAPGATE='$(abspath $O/capgate)' ONLY='$(ONLY)' $(srcdir)/tests/wiring.sh
.PHONY: check-wiring
