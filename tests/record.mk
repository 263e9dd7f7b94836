# SPDX-License-Identifier: Apache-2.0
check: check-record
check-record: $O/capgate $O/capgate-hook
	@CAPGATE='$(abspath $O/capgate)' HOOK='$(abspath $O/capgate-hook)' $(srcdir)/tests/record.sh
.PHONY: check-record
