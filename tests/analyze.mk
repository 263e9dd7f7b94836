# SPDX-License-Identifier: Apache-2.0
# Static analysis; some minutes.
analyze: $O/settings.h $O/templates.h
	@$(srcdir)/tests/analyze/run.sh '$(abspath $O)'
.PHONY: analyze
