# SPDX-License-Identifier: Apache-2.0
check: check-metrics
check-metrics: $O/capgate
	@CAPGATE='$(abspath $O/capgate)' $(srcdir)/tests/metrics.sh
.PHONY: check-metrics
