#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# By hand, as root: learn under older kernels, of Debian's releases, in QEMU.
#   tests/learn/kernels.sh [SUITE...]       bullseye (5.10), bookworm (6.1), trixie (6.12)
#
#   ONLY=WORDS            the tests of learn.sh with these words (" needs"), by both ways to trace
#   SERVICES="ping su"    of services.sh, besides (ping su nginx)
#   KERNELS_ROOT=DIR      where the tree of Debian 12 with the kernels is kept, made when it is
#                         not there (debootstrap, eight minutes)
#   ACCEL=kvm             where the machine has it; else instructions are translated, which
#                         takes twenty times as long
#   SMP=1                 processors (2)
#   LOGS=DIRECTORY        what each kernel said: SUITE.log
# debootstrap, QEMU and a Debian mirror are needed, and 8 GB of disk.
set -u
top=$(cd "$(dirname "$0")/../.." && pwd)
mirror=${MIRROR:-http://deb.debian.org/debian}
[ $# -gt 0 ] || set -- bullseye bookworm trixie
for tool in debootstrap qemu-system-x86_64 mke2fs; do
	command -v $tool >/dev/null || { echo "kernels: $tool is not installed" >&2; exit 64; }
done
[ "$(id -u)" = 0 ] || { echo "kernels: root is needed" >&2; exit 64; }
work=$(mktemp -d)
trap 'rm -rf --one-file-system "$work"' EXIT
root=${KERNELS_ROOT:-$work/root} logs=${LOGS:-$work}
mkdir -p "$logs"
packages=$(sed -n 's/^packages=//p' "$top/tests/learn/services.sh")

# ---- The tree -----------------------------------------------------------------------------

[ -x "$root/usr/sbin/apache2" ] ||
	debootstrap --variant=minbase --include="$packages,runc,crun,jq,gcc,libc6-dev,libbpf1,initramfs-tools,kmod,linux-base,zstd" \
		bookworm "$root" "$mirror" >"$logs/debootstrap.log" 2>&1 || { tail -n 3 "$logs/debootstrap.log"; exit 1; }
# The disk's drivers, before there is a disk.
echo MODULES=list >"$root/etc/initramfs-tools/conf.d/list"
printf '%s\n' virtio_pci virtio_blk ext4 >"$root/etc/initramfs-tools/modules"

# kernel SUITE: its newest kernel, in the tree; its version.
kernel() {
	local apt=$work/apt-$1 package
	mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial"
	echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $1 main" >"$apt/sources.list"
	apt() { "$@" -o "Dir::Etc::SourceList=$apt/sources.list" -o Dir::Etc::SourceParts=/dev/null -o "Dir::State::Lists=$apt/lists" -o "Dir::Cache=$apt/cache" -o APT::Sandbox::User=root; }
	apt apt-get -qq update || return 1
	package=$(apt apt-cache depends linux-image-amd64 | sed -n 's/.*Depends: //p')
	if [ ! -e "$root/boot/vmlinuz-${package#linux-image-}" ]; then
		# Its own tools are of another release, which does not matter here.
		(cd "$root/tmp" && apt apt-get -qq download "$package") >/dev/null &&
			chroot "$root" sh -c "dpkg -i --force-depends /tmp/$package*.deb && rm /tmp/$package*.deb" >"$logs/$1-kernel.log" 2>&1 || return 1
	fi
	echo "${package#linux-image-}"
}
versions=()
for suite; do
	version=$(kernel "$suite") || { echo "kernels: $suite has no kernel: $(tail -n 1 "$logs/$suite-kernel.log" 2>/dev/null)" >&2; exit 1; }
	versions+=("$version")
done

# ---- The machine --------------------------------------------------------------------------

make -s -C "$top" all || exit 1
rm -rf "$root/src"
mkdir "$root/src"
(cd "$top" && git ls-files -z VERSION tests | tar -c --null -T - -f - && tar -c -f - build/capgate build/capgate-learn build/capgate-hook build/settings.h) |
	tar -x -i -C "$root/src"
cat >"$root/init-learn" <<INIT
#!/bin/sh
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8
mount -t proc proc /proc; mount -t sysfs sys /sys; mountpoint -q /dev || mount -t devtmpfs dev /dev; mkdir -p /dev/pts /dev/shm
mount -t devpts pts /dev/pts; mount -t tmpfs shm /dev/shm; mount -t tmpfs run /run; mount -t tmpfs tmp /tmp
mount -t cgroup2 cgroup /sys/fs/cgroup
ip link set lo up
# The root itself is what containers run on, below an overlay.
mkdir -p /debian && mount --bind / /debian
cd /src && CAPGATE=/src/build/capgate LEARN=all LEARN_ROOT=/debian BOTH=1 ONLY='${ONLY:- needs}' SERVICES='${SERVICES:-ping su nginx}' tests/learn.sh 2>&1 | cat
echo "kernel \$(uname -r)"
echo o >/proc/sysrq-trigger
sleep 60
INIT
chmod 755 "$root/init-learn"
mke2fs -q -t ext4 -d "$root" "$work/disk" 6G || exit 1

# ---- Each kernel ------------------------------------------------------------------------------

failed=0
for i in "${!versions[@]}"; do
	suite=${*:i+1:1} version=${versions[i]}
	timeout 5400 qemu-system-x86_64 -accel "${ACCEL:-tcg,thread=multi}" -cpu "${CPU:-Haswell-v4}" -m 3072 -smp "${SMP:-2}" -nographic -no-reboot \
		-kernel "$root/boot/vmlinuz-$version" -initrd "$root/boot/initrd.img-$version" \
		-append "console=ttyS0 root=/dev/vda rw init=/init-learn panic=-1 quiet" \
		-drive "file=$work/disk,format=raw,if=virtio,snapshot=on" -net none </dev/null >"$logs/$suite.log" 2>&1
	echo "== $suite, Linux $version"
	tr -d '\r' <"$logs/$suite.log" | grep -aE '^(not ok|skipped|learn: |status|\[)|: [0-9]+ passed' || echo "it said nothing; see $logs/$suite.log"
	tr -d '\r' <"$logs/$suite.log" | grep -aqE '^learn: [1-9][0-9]* passed, 0 failed' || failed=1
done
exit $failed
