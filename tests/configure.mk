# SPDX-License-Identifier: Apache-2.0
CONFIGURE_STEP = 12
check: check-configure
check-configure: $O/capgate
	@CAPGATE='$(abspath $O/capgate)' $(srcdir)/tests/configure.sh
.PHONY: check-configure
# Interrupted at every CONFIGURE_STEPth system call; 1 tries each, which takes minutes.
check-e2e: check-configure-faults
check-configure-faults: $O/capgate
	@CAPGATE='$(abspath $O/capgate)' CONFIGURE_STEP='$(CONFIGURE_STEP)' $(srcdir)/tests/configure-faults.sh
.PHONY: check-configure-faults
