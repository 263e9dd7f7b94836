# SPDX-License-Identifier: Apache-2.0
check: check-schema
check-schema: $O/capgate
	@CAPGATE='$(abspath $O/capgate)' POLICYDIR='$(policydir)' $(srcdir)/tests/schema.sh
.PHONY: check-schema
