# SPDX-License-Identifier: Apache-2.0
check: $(if $(SANITIZE)$(COVERAGE)$(FUZZ),,check-hardening)
check-hardening: $O/capgate $O/capgate-hook
	@$(srcdir)/tests/hardening.sh '$(abspath $O/capgate)'
	@$(srcdir)/tests/hardening.sh '$(abspath $O/capgate-hook)'
# The whole build once more, so not among the quick ones.
check-e2e: check-reproducible
check-reproducible: $O/capgate $O/capgate-hook $O/libcapgate.a
	@$(srcdir)/tests/reproducible.sh '$(abspath $O)' $(filter-out O=%,$(MAKEOVERRIDES))
.PHONY: check-hardening check-reproducible
