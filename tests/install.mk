# SPDX-License-Identifier: Apache-2.0
check: $(if $(SANITIZE)$(COVERAGE)$(FUZZ)$(STATIC),,check-install)
check-install: all $(COMPLETIONS)
	@PREFIX='$(prefix)' LIBDIR='$(libdir)' HOOKSDIR='$(hooksdir)' OCIHOOKSDIR='$(ocihooksdir)' MAKE='$(MAKE)' MAKEFILE='$(firstword $(MAKEFILE_LIST))' CC='$(CC)' $(srcdir)/tests/install.sh
.PHONY: check-install
