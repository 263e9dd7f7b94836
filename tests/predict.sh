#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# check's prediction about the first program, without containers and without root: the
# whole search through a root file system, in check's own confinement.
# tests/e2e/predict.bats compares it with runtimes.
set -u
. "$(dirname "$0")/tally.sh"
capgate=${CAPGATE:?}
work=$(mktemp -d)
trap 'chmod -R u+rwx "$work"; rm -rf "$work"' EXIT
chmod 755 "$work"

mkdir -p "$work/bundle/rootfs"/{bin,usr/bin,work,locked,mnt}
root=$work/bundle/rootfs
cp /bin/true "$root/usr/bin/dynamic"
loader=$(LC_ALL=C readelf -l /bin/true 2>/dev/null | sed -n 's/.*interpreter: \(.*\)\]/\1/p')
if [ -n "$loader" ]; then mkdir -p "$root$(dirname "$loader")"; cp "$loader" "$root$loader"; fi
script() { printf '%b' "$2" >"$root/$1"; chmod 755 "$root/$1"; }
script bin/script '#!/usr/bin/dynamic -x\n'
script bin/blanks '#! \t /usr/bin/dynamic\n'
script bin/relative '#!dynamic\n'
script bin/lost '#!/no/such\n'
script bin/text 'text\n'
script bin/empty ''
script bin/broken '\0177ELFxxxx'
script bin/self '#!/bin/self\n'
script bin/long "#!/$(printf 'x%.0s' {1..300})\n"
cp "$root/bin/script" "$root/locked/script"
cp "$root/bin/script" "$root/bin/mode644"; chmod 644 "$root/bin/mode644"
ln -s /usr/bin/dynamic "$root/bin/link"
ln -s ../../../../../../../../usr/bin/dynamic "$root/bin/up"
ln -s "$work/outside" "$root/bin/out"; cp /bin/true "$work/outside"
ln -s loop "$root/bin/loop"
ln -s /proc/self/exe "$root/bin/magic"
mkfifo "$root/bin/fifo"; chmod 755 "$root/bin/fifo"

# row WANT ARG0 [JQ]: before and after are the same here, for nothing has capabilities.
row() {
	local got
	printf '{"process":{"args":["%s"],"cwd":"/usr/bin","env":["PATH=/nowhere:/bin"],"user":{"uid":%s},
		"capabilities":{"bounding":["CAP_NET_RAW"]}%s},"root":{"path":"rootfs"}%s}\n' \
		"$2" "$(id -u)" "${3:-}" "${4:-}" >"$work/bundle/config.json"
	got=$(timeout 300 "$capgate" check --policy "$work/policy.json" --deep --format json "$work/bundle" 2>&1)
	case $got in
	*'"prediction":{"before":"'"$1"'","after":"'"$1"'"'*) ok ;;
	*) not_ok "$2 is not $1: $(grep -o '"prediction".*' <<<"$got" | head -c 400)${got:0:200}" ;;
	esac
}
printf '{"version":1}' >"$work/policy.json"
chmod 600 "$work/policy.json"

starts=starts
[ -n "$loader" ] || starts=unknown
for name in script /bin/script blanks relative /bin/link link up ./dynamic ../bin/dynamic dynamic/../dynamic; do
	case $name in
	dynamic/../dynamic) row not-found $name ;;
	*) row $starts $name ;;
	esac
done
for name in lost /nowhere/x nobody out '' ; do row not-found "$name"; done
for name in text empty; do row enoexec $name; done
row enoexec long
row unknown broken
row eloop self
row eloop /bin/loop
row eacces mode644
row eacces /bin/mode644
row eacces /bin/fifo
row eacces /bin
row not-found magic
row unknown magic '' ',"mounts":[{"destination":"/proc","type":"proc"}]'
row unknown script '' ',"mounts":[{"destination":"/bin","type":"tmpfs"}]'
row unknown script '' ',"mounts":[{"destination":"/../bin/.","type":"tmpfs"}]'
row $starts script '' ',"mounts":[{"destination":"/mnt","type":"tmpfs"},{"destination":"/binary","type":"tmpfs"}]'
row $starts /mnt/program '' ',"mounts":[{"destination":"/mnt/program","type":"bind","source":"'"$work"'/outside"}]'
row unknown /mnt/program '' ',"mounts":[{"destination":"/mnt","type":"bind","source":"'"$work"'"}]'
chmod 700 "$root/locked"
row $starts /locked/script
finish "prediction"
