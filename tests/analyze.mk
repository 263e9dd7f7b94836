# SPDX-License-Identifier: Apache-2.0
# Static analysis; some minutes.
analyze: $(GENERATED)
	@$(srcdir)/tests/analyze/run.sh '$(abspath $O)'
.PHONY: analyze
