# SPDX-License-Identifier: Apache-2.0
# Exported policies; the expressions need node and npm.
check-e2e: check-export
check-export: $O/capgate
	@CAPGATE='$(abspath $O/capgate)' $(srcdir)/tests/export.sh
.PHONY: check-export
