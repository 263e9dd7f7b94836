# SPDX-License-Identifier: Apache-2.0
check: check-report
check-report: $O/capgate
	@CAPGATE='$(abspath $O/capgate)' $(srcdir)/tests/report.sh
.PHONY: check-report
