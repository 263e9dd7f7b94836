# SPDX-License-Identifier: Apache-2.0
# What auditors' programs are given.
check-e2e: check-evidence
check-evidence: $O/capgate
	@CAPGATE='$(abspath $O/capgate)' $(srcdir)/tests/evidence.sh
.PHONY: check-evidence
