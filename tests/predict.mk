# SPDX-License-Identifier: Apache-2.0
check: check-predict
check-predict: $O/capgate
	@CAPGATE='$(abspath $O/capgate)' $(srcdir)/tests/predict.sh
.PHONY: check-predict
