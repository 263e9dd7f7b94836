# SPDX-License-Identifier: Apache-2.0
check-e2e: check-learn
check-learn: $O/capgate
	@CAPGATE='$(abspath $O/capgate)' $(srcdir)/tests/learn.sh
.PHONY: check-learn
