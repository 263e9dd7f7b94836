#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What the wrapper adds to a call, as root: before a runtime that does nothing,
# and before runc and crun.
#   wrapper.sh DIRECTORY-OF-HELPERS     (CAPGATE=the program; ROUNDS=N)
set -eu
bin=$(cd "$1" && pwd)
if [ -z "${CAPGATE_BENCH_INSIDE:-}" ]; then
	[ "$(id -u)" = 0 ] || { echo "bench: the wrapper needs root" >&2; exit 1; }
	CAPGATE_BENCH_INSIDE=1 exec unshare -m --propagation private "$0" "$bin"
fi
if mountpoint -q /sys/fs/cgroup/unified; then umount /sys/fs/cgroup/unified; fi
work=$(mktemp -d)
made=
[ -d /etc/capgate ] || { mkdir /etc/capgate; made=1; }
# A policy and a table of its own, in a mount namespace of its own.
mount -t tmpfs -o mode=755 capgate-bench /etc/capgate
trap 'umount /etc/capgate; [ -z "$made" ] || rmdir /etc/capgate; rm -rf "$work"' EXIT
mkdir -p "$work/rootfs/bin" "$work/rootfs/proc" "$work/rootfs/dev" "$work/rootfs/sys" "$work/bundle" "$work/run" "$work/none/c"
cp "$(command -v busybox)" "$work/rootfs/bin/busybox"
ln -s busybox "$work/rootfs/bin/true"
ln -s busybox "$work/rootfs/bin/sleep"
ln -s "$CAPGATE" "$work/nothing"
ln -s "$CAPGATE" "$work/capgate-runc"
ln -s "$CAPGATE" "$work/capgate-crun"
printf '{"version":1,"runtimes":{"nothing":"%s"}}' "$bin/noop-static" >/etc/capgate/runtime.json
printf '{"version":1,"log":{"file":"%s/decisions","system":false}}' "$work" >/etc/capgate/policy.json
(cd "$work/bundle" && runc spec && jq --arg root "$work/rootfs" '.process.terminal = false | del(.process.rlimits)
	| .process.args = ["true"] | .root.path = $root' config.json >new && mv new config.json)
mkdir "$work/sleeper"
jq '.process.args = ["sleep", "600"]' "$work/bundle/config.json" >"$work/sleeper/config.json"
# As runc remembers a container: for exec.
runc --root "$work/none" run -d --bundle "$work/sleeper" bench-runc </dev/null >/dev/null 2>&1
crun --root "$work/run" run -d --bundle "$work/sleeper" bench-crun </dev/null >/dev/null 2>&1
jq -n '{cwd: "/", args: ["true"], user: {uid: 0, gid: 0}, env: ["PATH=/bin"],
	capabilities: (["CAP_KILL", "CAP_NET_RAW"] as $c | {bounding: $c, effective: $c, permitted: $c})}' >"$work/strip.json"
jq '.capabilities |= map_values(. - ["CAP_NET_RAW"])' "$work/strip.json" >"$work/pass.json"

row() { printf '%s' "$1"; shift; printf '\t%s' "$@"; printf '\n'; }
measure() { "$bin/bench" "$1" /dev/null "$work/list"; }

echo "== before a runtime that does nothing: what a call costs"
{
	row "the runtime alone" 1 "$bin/noop-static" state x
	row "state (goes through)" 1 "$work/nothing" state x
	row "create, allowed" 1 "$work/nothing" create --bundle "$work/bundle" x
	row "exec, allowed" 1 "$work/nothing" --root "$work/none" exec --process "$work/pass.json" bench-runc
	row "exec, rewritten" 1 "$work/nothing" --root "$work/none" exec --process "$work/strip.json" bench-runc
} >"$work/list"
measure "${ROUNDS:-400}"
for rt in runc crun; do
	root=$work/run
	[ $rt = crun ] || root=$work/none
	echo "== $rt: what goes through, against a program that does nothing but execve(2)"
	for line in --version "--root $root state bench-$rt"; do
		{
			# shellcheck disable=SC2086
			row "bare exec" 1 "$bin/bareexec" "$(command -v $rt)" $line
			# shellcheck disable=SC2086
			row "the wrapper" 1 "$work/capgate-$rt" $line
			# shellcheck disable=SC2086
			row "$rt itself" 1 "$(command -v $rt)" $line
		} >"$work/list"
		measure 200
	done
	echo "== $rt itself, and through the wrapper"
	{
		row "$rt exec" 1 "$(command -v $rt)" --root "$root" exec --process "$work/pass.json" "bench-$rt"
		row "$rt exec, wrapped" 1 "$work/capgate-$rt" --root "$root" exec --process "$work/pass.json" "bench-$rt"
	} >"$work/list"
	measure 60
	{
		row "$rt run" 1 "$(command -v $rt)" --root "$root" run --bundle "$work/bundle" "bench"
		row "$rt run, wrapped" 1 "$work/capgate-$rt" --root "$root" run --bundle "$work/bundle" "bench"
	} >"$work/list"
	measure 60
	$rt --root "$root" delete -f "bench-$rt"
done
