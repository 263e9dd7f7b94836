#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# What a capability check costs in a container: without a recorder in the kernel, with one
# that does not record this container, and recorded.  By turns, as root; a line with tabs:
# the nanoseconds of each, medians of the rounds.
#   recording.sh DIRECTORY-OF-HELPERS
# BENCH_ROUNDS: how often (10).
set -euo pipefail
bin=$1 recorder=${CAPGATE%/*}/capgate-learn
if [ -z "${CAPGATE_BENCH_INSIDE:-}" ]; then
	[ "$(id -u)" = 0 ] || { echo "bench: recording needs root" >&2; exit 1; }
	CAPGATE_BENCH_INSIDE=1 exec unshare -m --propagation private "$0" "$@"
fi
work=$(mktemp -d)
trap '"$recorder" record --stop; rm -rf "$work"' EXIT
mount -t bpf bpf /sys/fs/bpf
mkdir -p "$work/rootfs"/{bin,proc,dev,sys}
cp "$bin/checks" "$work/rootfs/bin/checks"
for learn in off record; do
	printf '{"version":1,"learn":"%s"}' $learn >"$work/$learn.json"
	mkdir "$work/$learn"
	(cd "$work/$learn" && runc spec)
	jq --arg root "$work/rootfs" --arg hook "$CAPGATE" --arg policy "$work/$learn.json" '.root.path = $root | .process.terminal = false |
		del(.process.rlimits) | .process.args = ["/bin/checks"] | .process.capabilities |= map_values(["CAP_SETPCAP"]) |
		.hooks.createRuntime = [{path: $hook, args: ["capgate", "createRuntime", "--policy", $policy]}]' \
		"$work/$learn/config.json" >"$work/new"
	mv "$work/new" "$work/$learn/config.json"
done
one() { runc --root "$work/state" run --bundle "$work/$1" "bench-check-$$" </dev/null >>"$work/$2"; }
for _ in $(seq "${BENCH_ROUNDS:-10}"); do
	one off none
	"$recorder" record
	one off others
	one record recorded
	"$recorder" record --stop
done
for kind in none others recorded; do sort -g "$work/$kind" | awk '{v[NR] = $1} END {printf "%s\t", v[int((NR + 1) / 2)]}'; done
echo
