#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What `make bench-details` runs: capgate's precreate hook against the least that a
# process can do, and against what people would write instead.
#   run.sh DIRECTORY-OF-HELPERS
set -eu
here=$(cd "$(dirname "$0")" && pwd)
bin=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python=$(python3 -c 'import sys; print(sys.executable)')
python3 "$here/makespec.py" 20480 >"$work/config.json"
# The built-in policy: what an installed one adds is another question.
printf '{"version":1}' >"$work/policy.json"
chmod 600 "$work/policy.json"

# A program that the linker wrote lies in the page cache in smaller pieces than
# one that was copied, and so begins with more page faults: all are copied, as
# an installed one is.
for program in noop-static noop noop-confined; do cp "$bin/$program" "$work/$program"; done
cp "$CAPGATE" "$work/capgate"
cp "$CAPGATE_STATIC" "$work/capgate-static"

row() { printf '%s' "$1"; shift; printf '\t%s' "$@"; printf '\n'; }
{
	row "no-op, static" 1 "$work/noop-static"
	row "no-op, static, confined" 1 "$work/noop-confined"
	row "no-op, dynamic" 1 "$work/noop"
	row "/bin/true" 1 /bin/true
	row "capgate, static" 1 "$work/capgate-static" precreate
	row "capgate, dynamic" 1 "$work/capgate" precreate
	row "capgate, dynamic, --policy" 1 "$work/capgate" precreate --policy "$work/policy.json"
	row "jq one-liner" 20 "$(command -v jq)" -c \
		'.process.capabilities|=map_values(.-["CAP_NET_RAW"])'
	row "python script" 20 "$python" -I "$here/strip.py"
} >"$work/list"
echo "== precreate on $(wc -c <"$work/config.json") bytes, NET_RAW taken out of three sets"
"$bin/bench" "$ROUNDS" "$work/config.json" "$work/list"

echo "== in one process, caches warm"
"$bin/throughput" "$work/config.json" 2
python3 "$here/makespec.py" 2000000 >"$work/large.json"
echo "== the same on $(wc -c <"$work/large.json") bytes"
"$bin/throughput" "$work/large.json" 3

echo "== exemptions, in one process"
"$bin/exemptions"
echo "== exemptions, whole process: the last of them applies"
policy() { # N
	awk -v n="$1" 'BEGIN {
		printf "{\"version\":1,\"exemptions\":["
		for (i = 1; i <= n; i++)
			printf "%s{\"id\":\"EX-%d\",\"match\":{\"annotations\":{\"io.kubernetes.pod.namespace\":\"team-%d\"},\"cgroup\":\"*kubepods*\"},\"allow\":[\"NET_RAW\"],\"reason\":\"agent of a team\",\"owner\":\"netops\",\"expires\":\"2099-12-31\"}", (i > 1 ? ",\n" : ""), i, i
		print "]}"
	}' >"$work/policy-$1.json"
	chmod 600 "$work/policy-$1.json"
}
printf '{"mounts":[{"destination":"/proc","type":"proc"}],"process":{"capabilities":{"bounding":["CAP_NET_RAW"]}},"annotations":{"io.kubernetes.pod.namespace":"team-1000"},"linux":{"cgroupsPath":"/kubepods/x"}}' >"$work/exempt.json"
for n in 0 100 1000; do
	policy $n
	row "$n exemptions" 1 "$work/capgate" precreate --policy "$work/policy-$n.json" >&3
done 3>"$work/list"
"$bin/bench" "$ROUNDS" "$work/exempt.json" "$work/list"

# Time and memory must grow as the text does, whatever its shape.
echo "== growth: whole process, least of several runs"
printf '%-26s %10s %10s %12s %10s\n' "" bytes us "ns/byte more" "peak KiB"
growth() {
	row "$1" 1 "$work/capgate" precreate >"$work/list"
	"$bin/bench" "$3" "$2" "$work/list" | sed -n 2p | awk -v n="$1" -v b="$(wc -c <"$2")" -v base="${base:-0}" \
		'{ $0 = substr($0, 29); printf "%-26s %10d %10.0f %12.1f %10d\n", n, b, $1, ($1 - base) * 1000 / b, $(NF - 1) }'
}
printf '{"mounts":[{"destination":"/proc","type":"proc"}],"process":{"capabilities":{"bounding":["CAP_NET_RAW"]}}}' >"$work/tiny.json"
row tiny 1 "$work/capgate" precreate >"$work/list"
base=$("$bin/bench" 200 "$work/tiny.json" "$work/list" | sed -n 2p | awk '{print $2}')
for size in 2000 4000 16000 64000 256000 1000000 4000000; do
	python3 "$here/makespec.py" $size >"$work/sized.json"
	growth "seccomp rules" "$work/sized.json" $((20 + 400000 / size))
done
for depth in 1 8 16 22; do
	python3 "$here/makespec.py" 64000 --depth $depth >"$work/sized.json"
	growth "nested $depth deep" "$work/sized.json" 50
done
for shape in keys names escapes; do
	for size in 64000 1000000 4000000; do
		python3 "$here/makespec.py" $size --shape $shape >"$work/sized.json"
		growth "$shape" "$work/sized.json" 20
	done
done
