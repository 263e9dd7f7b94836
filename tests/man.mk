# SPDX-License-Identifier: Apache-2.0
check: check-man
check-man: $O/capgate
	@CAPGATE='$(abspath $O/capgate)' CC='$(CC)' $(srcdir)/tests/man.sh
.PHONY: check-man
