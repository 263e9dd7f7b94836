#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The differential proof, in a mount namespace in which crun finds cgroups it
# can use.  Arguments are those of differential.py.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../../tally.sh"
[ -n "$own_machine" ] || { echo "the differential test needs root and mount namespaces" >&2; exit 1; }
if mountpoint -q /sys/fs/cgroup/unified; then umount /sys/fs/cgroup/unified; fi
# crun 1.8.1 kills process 2 where it cannot make a time namespace: it takes the number that its
# child has in the container for one of its own.  Here that is a process which has ended.
unshare --pid --fork --kill-child --mount-proc sh -c 'true & python3 "$0" "$@"; exit $?' "$here/differential.py" "$@"
