#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The differential proof, in a mount namespace in which crun finds cgroups it
# can use.  Arguments are those of differential.py.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../../tally.sh"
[ "$(id -u)" = 0 ] || { echo "the differential test needs root" >&2; exit 1; }
own_mounts "$@"
if mountpoint -q /sys/fs/cgroup/unified; then umount /sys/fs/cgroup/unified; fi
exec python3 "$here/differential.py" "$@"
