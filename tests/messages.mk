# SPDX-License-Identifier: Apache-2.0
check: check-messages
check-messages: $O/capgate
	@CAPGATE='$(abspath $O/capgate)' $(srcdir)/tests/messages.sh
.PHONY: check-messages
