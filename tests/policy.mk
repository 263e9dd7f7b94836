# SPDX-License-Identifier: Apache-2.0
check: check-policy
check-policy: $O/capgate
	@CAPGATE='$(abspath $O/capgate)' POLICYDIR='$(policydir)' VENDORDIR='$(vendordir)' $(srcdir)/tests/policy.sh
.PHONY: check-policy
