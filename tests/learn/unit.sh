#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# By hand, as root: the unit capgate-learn under a systemd that runs, as the first process of
# namespaces of its own, over a layer on this machine's files.  The unit starts, restarts and
# stops ten times, is killed, and is stopped while it starts; a container is recorded.
#   CAPGATE=build/capgate tests/learn/unit.sh
# systemd, runc, jq and busybox are needed, and a kernel whose tracepoint or function BPF may use.
set -u
top=$(cd "$(dirname "$0")/../.." && pwd)
program=$(realpath "${CAPGATE:?}")
[ "$(id -u)" = 0 ] || { echo "unit: root is needed" >&2; exit 64; }
for tool in /lib/systemd/systemd runc jq busybox "${program%/*}/capgate-learn"; do
	command -v "$tool" >/dev/null || { echo "unit: $tool is not there" >&2; exit 64; }
done
work=$(mktemp -d)
group=/sys/fs/cgroup group_name=capgate-unit.$$
mountpoint -q $group/unified && group=$group/unified
mkdir "$group/$group_name"
first=
clean() {
	[ -z "$first" ] || kill -KILL "$first"
	wait 2>/dev/null
	find "$group/$group_name" -depth -type d -exec rmdir {} + 2>/dev/null
	rm -rf --one-file-system "$work"
}
trap clean EXIT

# What the unit does, from within.
cat >"$work/cycle" <<'SH'
passed=0 failed=0
unit() { systemctl "$1" capgate-learn "${@:2}" 2>/dev/null; }
pins() { find /sys/fs/bpf/capgate -type f 2>/dev/null | wc -l; }
active() { [ "$(unit is-active)" = active ] && [ "$(pins)" = 9 ]; }
gone() { [ ! -e /sys/fs/bpf/capgate ] && [ "$(unit is-active)" != active ]; }
await() { for _ in $(seq 600); do "$@" && return; sleep 0.1; done; false; }
prove() { if "${@:2}"; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "not ok $1: $(unit is-active), $(pins) pinned"; fi; }
start() { unit reset-failed; unit start "$@"; }
for i in $(seq 10); do
	start; prove "start $i" active
	unit restart; prove "restart $i" active
	unit stop; prove "nothing is pinned after stop $i" gone
done
start
unit kill -s KILL
prove "nothing is pinned after it was killed" await gone
prove "it is started again" await active
unit stop
for i in $(seq 10); do
	start --no-block
	sleep "0.0$i"
	unit stop; prove "nothing is pinned after a stop while it starts ($i)" gone
done
start
confined() { [ "$(grep -cxE 'Cap(Eff|Prm|Bnd):.000000c400200000|NoNewPrivs:.1|Seccomp:.2' "/proc/$(unit show -p MainPID --value)/status")" = 5 ]; }
prove "it has four capabilities" await confined
cd /run/bundle && capgate-runtime --root /run/state run recorded >/dev/null
used() { [ "$(capgate learn report -a -f json 2>/dev/null | jq -r '.[0].used[0]')" = CAP_CHOWN ]; }
prove "a container is recorded" await used
unit stop
prove "nothing is pinned at the end" gone
echo "unit: $passed passed, $failed failed"
[ $failed = 0 ]
SH

# The machine: what systemd would do for a real one is masked.
cat >"$work/boot" <<'SH'
set -e
root=$work/root
mount -t tmpfs layers "$work/layers"
mkdir "$work/layers/upper" "$work/layers/work"
mount -t overlay -o "lowerdir=/,upperdir=$work/layers/upper,workdir=$work/layers/work" overlay "$root"
mount -t proc proc "$root/proc"
mount -t sysfs sysfs "$root/sys"
mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
mount -t bpf bpf "$root/sys/fs/bpf"
mount -t tmpfs dev "$root/dev"
for name in null zero full random urandom tty; do touch "$root/dev/$name"; mount --bind "/dev/$name" "$root/dev/$name"; done
mkdir "$root/dev/pts" "$root/dev/shm" "$root/dev/mqueue" "$root/dev/hugepages"
mount -t devpts -o newinstance,ptmxmode=0666 devpts "$root/dev/pts"
ln -s pts/ptmx "$root/dev/ptmx"
ln -s null "$root/dev/console"
mount -t tmpfs run "$root/run"
install -m 755 "$program" "${program%/*}/capgate-learn" "$root/usr/bin/"
ln -sf capgate "$root/usr/bin/capgate-runtime"
units=$root/etc/systemd/system
rm -rf "$units" "$root/var/lib/capgate"
mkdir -p "$units" "$root/etc/capgate" "$root/run/bundle/rootfs/bin" "$root/run/bundle/rootfs/tmp" "$root/run/bundle/rootfs/proc"
cp "$top/contrib/systemd/capgate-learn.service" "$units/"
for name in systemd-{udevd,udev-trigger,tmpfiles-setup,tmpfiles-setup-dev,sysusers,sysctl,journald,journal-flush,update-utmp,random-seed,remount-fs}.service \
	systemd-journald{,-dev-log}.socket dev-{hugepages,mqueue}.mount sys-kernel-{debug,tracing,config}.mount sys-fs-fuse-connections.mount \
	proc-sys-fs-binfmt_misc.automount; do ln -s /dev/null "$units/$name"; done
printf '[Unit]\nDescription=Test\nRequires=sysinit.target\nAfter=sysinit.target\n' >"$units/test.target"
printf '{"version":1,"profile":"docker-default","learn":"record"}' >"$root/etc/capgate/policy.json"
chmod 644 "$root/etc/capgate/policy.json"
cd "$root/run/bundle"
cp "$(command -v busybox)" rootfs/bin/busybox
ln -s busybox rootfs/bin/chown
runc spec
jq 'del(.process.rlimits, .linux.resources) | .process.terminal = false | .root.readonly = false | .process.args = ["/bin/chown", "5", "/tmp"] |
	.process.capabilities = (["CAP_CHOWN"] | {bounding: ., effective: ., permitted: .})' config.json >new
mv new config.json
cp "$work/cycle" "$root/run/cycle"
cd "$root"
mkdir -p "$work/layers/upper/old"
pivot_root . old
umount -l /old
export container=test
exec /lib/systemd/systemd --system --unit=test.target --log-target=null </dev/null >/dev/null 2>&1
SH
mkdir "$work/root" "$work/layers"
export work program top
sh -c 'echo $$ >"$1/cgroup.procs"; exec unshare -m -p -f -u -i -C --propagation private bash "$work/boot"' sh "$group/$group_name" &
unshare=$!
within() { nsenter -t "$first" -m -p -u -i -C "$@"; }
runs() {
	first=$(pgrep -P $unshare) && [ "$(cat "/proc/$first/comm")" = systemd ] && [ "$(within systemctl is-system-running 2>/dev/null)" = running ]
}
for _ in $(seq 300); do runs && break; sleep 0.1; done
runs || { echo "unit: systemd does not run" >&2; exit 1; }
within bash /run/cycle
