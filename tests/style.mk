# SPDX-License-Identifier: Apache-2.0
check: check-style
check-style:
	@$(srcdir)/tests/style.sh
.PHONY: check-style
