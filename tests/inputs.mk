# SPDX-License-Identifier: Apache-2.0
check: check-inputs
check-inputs: $O/capgate
	@CAPGATE=$O/capgate $(srcdir)/tests/inputs.sh
.PHONY: check-inputs
