# SPDX-License-Identifier: Apache-2.0
check: check-configure
check-configure: $O/capgate
	@CAPGATE='$(abspath $O/capgate)' $(srcdir)/tests/configure.sh
.PHONY: check-configure
