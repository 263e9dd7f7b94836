# SPDX-License-Identifier: Apache-2.0
# Kubernetes manifests and node installer, Ansible role.
check-e2e: check-fleet
check-fleet: $O/capgate
	@CAPGATE='$(abspath $O/capgate)' $(srcdir)/tests/fleet.sh
.PHONY: check-fleet
