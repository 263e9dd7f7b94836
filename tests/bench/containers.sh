#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What hooks, and recording by a hook or the wrapper, add to `runc run` and `crun run` of a container that does nothing, as
# root: against hooks that do nothing, in the same round.
#   containers.sh DIRECTORY-OF-HELPERS
set -eu
bin=$1
if [ -z "${CAPGATE_BENCH_INSIDE:-}" ]; then
	[ "$(id -u)" = 0 ] || { echo "bench: containers need root" >&2; exit 1; }
	CAPGATE_BENCH_INSIDE=1 exec unshare -m --propagation private "$0" "$@"
fi
# crun refuses hybrid cgroups.
if mountpoint -q /sys/fs/cgroup/unified; then umount /sys/fs/cgroup/unified; fi
work=$(mktemp -d)
trap '[ -z "${recorder:-}" ] || "$recorder" record --stop; rm -rf "$work"' EXIT
mkdir -p "$work/rootfs/bin" "$work/rootfs/proc" "$work/rootfs/dev" "$work/rootfs/sys"
cp "$(command -v busybox)" "$work/rootfs/bin/busybox"
ln -s busybox "$work/rootfs/bin/true"
hooks() {
	for stage; do
		printf ' | .hooks.%s = [{path: "%s", args: ["capgate", "%s"]}]' "$stage" "$CAPGATE_STATIC" "$stage"
	done
}
bundle() {
	mkdir -p "$work/$1"
	(cd "$work/$1" && runc spec && jq --arg root "$work/rootfs" '.process.terminal = false | del(.process.rlimits)
		| .process.args = ["true"] | .root.path = $root
		| .process.capabilities |= map_values(. - ["CAP_NET_RAW"])'"$2" config.json >new && mv new config.json)
}
bundle plain ''
bundle noop ' | .hooks.createRuntime = [{path: "'"$bin/noop-static"'"}] | .hooks.poststart = .hooks.createRuntime'
bundle hook "$(hooks createRuntime)"
bundle hooks "$(hooks createRuntime poststart)"
# One that is marked, and counted where capgate-learn is built and the kernel takes it.
variants="noop plain hook hooks"
if mount -t bpf bpf /sys/fs/bpf 2>/dev/null; then
	recorder=${CAPGATE%/*}/capgate-learn
	if ! { [ -x "$recorder" ] && "$recorder" record 2>/dev/null; }; then
		recorder=
		mkdir -p /sys/fs/bpf/capgate
		"$(dirname "$0")/../learn/maps.py" make /sys/fs/bpf/capgate
		echo "bench: recording: doors mark, and nothing counts" >&2
	fi
	for learn in off record; do
		printf '{"version":1,"learn":"%s"}' $learn >"$work/$learn.json"
		bundle $learn ' | .hooks.createRuntime = [{path: "'"$CAPGATE_STATIC"'", args: ["capgate", "createRuntime", "--policy", "'"$work/$learn.json"'"]}]'
	done
	variants="$variants off record"
fi
row() { printf '%s' "$1"; shift; printf '\t%s' "$@"; printf '\n'; }
for runtime in runc crun; do
	for b in $variants; do
		row "$runtime run, $b" 1 "$(command -v $runtime)" --root "$work/state" run --bundle "$work/$b" "bench-$b"
	done >"$work/list"
	"$bin/bench" "${ROUNDS_CONTAINERS:-100}" /dev/null "$work/list"
done

# Recorded by the wrapper alone: under one policy, by the bundle's name.
case $variants in *record)
	made=
	[ -d /etc/capgate ] || { mkdir /etc/capgate; made=1; }
	mount -t tmpfs -o mode=755 capgate-bench /etc/capgate
	printf '{"version":1,"log":{"file":"%s/log","system":false},"learn":"record","learn_match":[{"bundle":"*/wrapped-record"}]}' "$work" >/etc/capgate/policy.json
	ln -s "$CAPGATE_STATIC" "$work/capgate-runc"
	for b in off record; do
		bundle wrapped-$b ''
		row "runc run, wrapped $b" 1 "$work/capgate-runc" --root "$work/state" run --bundle "$work/wrapped-$b" "bench-$b"
	done >"$work/list"
	"$bin/bench" "${ROUNDS_CONTAINERS:-100}" /dev/null "$work/list"
	umount /etc/capgate
	[ -z "$made" ] || rmdir /etc/capgate
esac
