# SPDX-License-Identifier: Apache-2.0
check: $(if $(SANITIZE)$(COVERAGE)$(FUZZ),,check-hardening)
check-hardening: $O/capgate $O/capgate-hook
	@$(srcdir)/tests/hardening.sh '$(abspath $O/capgate)'
	@$(srcdir)/tests/hardening.sh '$(abspath $O/capgate-hook)'
# Twice the whole build, so not among the quick ones.
check-e2e: check-reproducible
check-reproducible:
	@$(srcdir)/tests/reproducible.sh
.PHONY: check-hardening check-reproducible
