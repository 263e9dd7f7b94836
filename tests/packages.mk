# SPDX-License-Identifier: Apache-2.0
# Builds the packages and installs, upgrades and removes them while containers
# start: half a minute.
check-e2e: check-packages
check-packages:
	@$(srcdir)/tests/packages.sh
.PHONY: check-packages
