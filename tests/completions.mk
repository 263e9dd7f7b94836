# SPDX-License-Identifier: Apache-2.0
check: check-completions
check-completions: $O/capgate $(COMPLETIONS)
	@CAPGATE='$(abspath $O/capgate)' $(srcdir)/tests/completions.sh
.PHONY: check-completions
