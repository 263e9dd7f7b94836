# SPDX-License-Identifier: Apache-2.0
check: check-docs
check-docs: $O/capgate
	@CAPGATE='$(abspath $O/capgate)' $(srcdir)/tests/docs.sh
.PHONY: check-docs
