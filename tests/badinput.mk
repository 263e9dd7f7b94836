# SPDX-License-Identifier: Apache-2.0
check: check-badinput
check-badinput: $O/capgate
	@CAPGATE='$(abspath $O/capgate)' $(srcdir)/tests/badinput.sh
.PHONY: check-badinput
