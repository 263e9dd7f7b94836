#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# By hand, as root, with debootstrap and a Debian mirror: other distributions' releases, each
# in a folder, as a new user would go about it.  Both commands of README, then its
# installation, with the release's own compiler, podman, Docker and containerd.
#   tests/distributions.sh [SUITE...]       bookworm trixie sid, unless named
#
#   STEPS="demo check install"   what is done, in this order
#   BASES=DIRECTORY              where fresh trees are kept for the next run; else none are
#   MIRROR=URL                   http://deb.debian.org/debian
#   LOGS=DIRECTORY               where each step's output goes: SUITE-STEP.log
#
# The committed tree is taken.  In a folder there is no systemd, no journal, no AppArmor, no
# network of containers' own, and the kernel is this machine's: units, the journal, confinement
# by the engine's profile and the release's own kernel are not tried.
set -u
top=$(cd "$(dirname "$0")/.." && pwd)
steps=${STEPS:-demo check install}
mirror=${MIRROR:-http://deb.debian.org/debian}
[ $# -gt 0 ] || set -- bookworm trixie sid
[ "$(id -u)" = 0 ] && command -v debootstrap >/dev/null ||
	{ echo "distributions: root and debootstrap are needed" >&2; exit 64; }
work=$(mktemp -d)
logs=${LOGS:-$work/logs}
mkdir -p "$logs"
failed=0
# Of a proxy that npm has to trust here, too.
certificates=${NODE_EXTRA_CA_CERTS:-}
# Everything that was mounted and started is in namespaces that are gone by then.
trap 'rm -rf --one-file-system "$work"' EXIT

# base SUITE: a fresh tree of it, in $work/SUITE.
base() {
	if [ -n "${BASES:-}" ] && [ -d "$BASES/$1" ]; then
		cp -a "$BASES/$1" "$work/$1"
		return
	fi
	debootstrap --variant=minbase "$1" "$work/$1" "$mirror" >"$logs/$1-debootstrap.log" 2>&1 || return 1
	[ -z "${BASES:-}" ] || { mkdir -p "$BASES" && cp -a "$work/$1" "$BASES/$1"; }
}

# inside SUITE COMMAND...: on that root, the first of its processes; when it ends, so do all.
inside() {
	local root=$work/$1
	shift
	# shellcheck disable=SC2016
	unshare --mount --pid --ipc --uts --fork --kill-child --propagation private sh -c '
		root=$1
		shift
		mount --rbind "$root" "$root" && mount -t proc proc "$root/proc" && mount --rbind /sys "$root/sys" &&
			mount --rbind /dev "$root/dev" && mount -t tmpfs -o mode=755 tmpfs "$root/run" &&
			mkdir -p "$root/outside" && cd "$root" && pivot_root . outside && cd / && umount -l /outside &&
			rmdir /outside || exit 70
		# crun and podman refuse hybrid cgroups.
		! mountpoint -q /sys/fs/cgroup/unified || umount /sys/fs/cgroup/unified
		hostname capgate
		cd /src/capgate && env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root \
			LC_ALL=C.UTF-8 CI='"${CI:-true} ${certificates:+NODE_EXTRA_CA_CERTS=/root/certificates}"' "$@"
		exit $?' - "$root" "$@"
}

# What README says under "Install"; the daemons run as they would, but for the network.
install_steps='
set -eux
await() { for _ in $(seq 600); do ! "$@" >/dev/null 2>&1 || return 0; sleep 0.5; done; tail -n 30 /root/*.log; return 1; }
daemons() {
	containerd >>/root/containerd.log 2>&1 &
	containerd=$!
	await ctr version
	dockerd --iptables=false --ip6tables=false --bridge=none --storage-driver=vfs >>/root/dockerd.log 2>&1 &
	dockerd=$!
	await docker version
}
contrib/setup packages
make prefix=/usr && make install prefix=/usr
daemons
capgate configure --all
# "what must be restarted is printed"
kill $dockerd && wait $dockerd || true
kill $containerd && wait $containerd || true
daemons
capgate doctor
capgate doctor --live
capgate configure --all --undo
'

step() { # SUITE STEP
	local begun=$SECONDS status=0
	case $2 in
	install) inside "$1" sh -c "$install_steps" ;;
	*) inside "$1" "contrib/setup" "$2" ;;
	esac >"$logs/$1-$2.log" 2>&1 || status=$?
	if [ $status -eq 0 ]; then
		echo "ok $1: $2, $((SECONDS - begun)) s"
	else
		failed=1
		echo "not ok $1: $2: status $status, $((SECONDS - begun)) s; the end of its output:"
		tail -n 40 "$logs/$1-$2.log" | sed 's/^/  # /'
	fi
}

for suite; do
	if ! base "$suite"; then
		failed=1
		echo "not ok $suite: debootstrap"
		tail -n 5 "$logs/$suite-debootstrap.log" | sed 's/^/  # /'
		continue
	fi
	cp -L /etc/resolv.conf "$work/$suite/etc/resolv.conf"
	[ -z "$certificates" ] || cp -L "$certificates" "$work/$suite/root/certificates"
	git clone -q --no-hardlinks "$top" "$work/$suite/src/capgate"
	for s in $steps; do step "$suite" "$s"; done
	inside "$suite" sh -c 'for p in runc crun podman dockerd containerd gcc clang; do
		! command -v $p >/dev/null || echo "  # $($p --version 2>/dev/null | head -n 1)"; done'
	rm -rf --one-file-system "${work:?}/$suite"
done
exit $failed
