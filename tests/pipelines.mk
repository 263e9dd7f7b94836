# SPDX-License-Identifier: Apache-2.0
# The GitHub action, the pre-commit hook, the static image.
check-e2e: check-pipelines
check-pipelines: $O/capgate
	@CAPGATE='$(abspath $O/capgate)' $(srcdir)/tests/pipelines.sh
.PHONY: check-pipelines
