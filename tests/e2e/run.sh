#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The end-to-end tests, as root: real runtimes, real containers.
#   tests/e2e/run.sh [FILE.bats...]
#
# crun and podman refuse hybrid cgroups, so everything runs in a mount namespace
# of its own without them; on a pure v1 or v2 machine nothing is changed.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../tally.sh"
[ -n "$own_machine" ] || { echo "end-to-end tests need root and mount namespaces" >&2; exit 1; }
if mountpoint -q /sys/fs/cgroup/unified; then umount /sys/fs/cgroup/unified; fi

missing=
for tool in bats jq runc crun podman busybox; do
	command -v $tool >/dev/null 2>&1 || missing="$missing $tool"
done
if [ -n "$missing" ]; then
	echo "end-to-end tests: not installed:$missing (contrib/setup check installs them)" >&2
	# Elsewhere a machine without engines may skip them, but says so.
	[ -n "${CI:-}" ] && exit 1
	skipped=$(cat "$here"/*.bats | grep -c '^@test')
	tally
	exit 0
fi
[ $# -gt 0 ] || set -- "$here"/*.bats
log=$(mktemp)
trap 'rm -f "$log"' EXIT
status=0
bats --tap "$@" >"$log" 2>&1 || status=$?
cat "$log"
skipped=$(grep -c '^ok .* # skip' "$log" || true)
passed=$(($(grep -c '^ok ' "$log" || true) - skipped))
failed=$(grep -c '^not ok ' "$log" || true)
tally
[ "$passed" -gt 0 ] || status=1
exit $status
