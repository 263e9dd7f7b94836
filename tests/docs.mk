# SPDX-License-Identifier: Apache-2.0
# Part of check as soon as all the pages that README names are there.
check: $(if $(and $(wildcard $(srcdir)/SECURITY.md),$(wildcard $(srcdir)/docs/assurance.md)),check-docs)
check-docs: $O/capgate
	@CAPGATE='$(abspath $O/capgate)' $(srcdir)/tests/docs.sh
.PHONY: check-docs
