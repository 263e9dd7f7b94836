#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The differential proof, in a mount namespace in which crun finds cgroups it
# can use.  Arguments are those of differential.py.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../../tally.sh"
[ -n "$own_machine" ] || { echo "the differential test needs root and mount namespaces" >&2; exit 1; }
if mountpoint -q /sys/fs/cgroup/unified; then umount /sys/fs/cgroup/unified; fi
python3 "$here/differential.py" "$@"
