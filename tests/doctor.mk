# SPDX-License-Identifier: Apache-2.0
check-e2e: check-doctor
check-doctor: $O/capgate
	@CAPGATE='$(abspath $O/capgate)' $(srcdir)/tests/doctor.sh
.PHONY: check-doctor
