#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# make bench-tree: `capgate check` over many specifications of 10 KB, against
# find | xargs jq, which only looks for one name, and one jq a file.
#   tree.sh [HOW-MANY]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
many=${1:-20000}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
printf '{"version":1}' >"$work/policy.json"
chmod 600 "$work/policy.json"
python3 "$here/makespec.py" 10240 >"$work/config.json"
python3 - "$work" "$many" <<'EOF'
import os, sys
work, many = sys.argv[1], int(sys.argv[2])
with open(work + "/config.json", "rb") as f:
    text = f.read()
for i in range(many):
    d = f"{work}/tree/{i // 1000:03d}/{i:06d}"
    os.makedirs(d)
    with open(d + "/config.json", "wb") as f:
        f.write(text)
EOF
python3 - "$work" "$many" "$CAPGATE" <<'EOF'
import resource, subprocess, sys, time
work, many, capgate = sys.argv[1], int(sys.argv[2]), sys.argv[3]
name = '[.process.capabilities[]?[]] | index("CAP_NET_RAW")'

def run(label, files, command):
    began = time.monotonic()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    rate = files / (time.monotonic() - began)
    print(f"{label:34} {rate:9.0f} a second", end="")
    return rate

tree, few = work + "/tree", min(many, 300)
run("(warming up)", many, ["grep", "-rc", "x", tree])
print("\r", end="")
ours = run("capgate check -f jsonl", many, [capgate, "check", "--policy", work + "/policy.json", "-f", "jsonl", tree])
print(f", peak {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024:.1f} MiB")
table = run("capgate check", many, [capgate, "check", "--policy", work + "/policy.json", tree])
print()
jq = run("find | xargs jq", many, ["sh", "-c", f"find {tree} -name config.json -print0 | xargs -0 jq -c '{name}'"])
print(f", {ours / jq:.1f} times slower")
each = run("find | xargs -n1 jq", few, ["sh", "-c", f"find {tree} -name config.json -print0 | head -z -n {few} | xargs -0 -n1 jq -c '{name}'"])
print(f", {ours / each:.0f} times slower")
EOF
