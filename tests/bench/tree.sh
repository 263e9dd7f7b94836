#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# make bench-tree: `capgate check` over many specifications of 10 KB, against grep -r,
# find | xargs jq, which only looks for one name, and one jq a file.  Three trees: without
# root file systems, with one that all share, and with a thousand.  Goals: with one root
# at least half as fast as grep -r over the same tree, with a thousand a quarter.
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
import json

spec = json.loads(text)
spec["process"]["args"] = ["sh"]
spec["process"]["env"] = ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"]
spec["mounts"] = [{"destination": d, "type": t, "source": t} for d, t in (
    ("/proc", "proc"), ("/dev", "tmpfs"), ("/dev/pts", "devpts"), ("/dev/shm", "tmpfs"),
    ("/dev/mqueue", "mqueue"), ("/sys", "sysfs"), ("/sys/fs/cgroup", "cgroup"))]

def root(path):
    for d in ("bin", "usr/bin", "usr/sbin", "proc", "dev", "sys", "etc"):
        os.makedirs(f"{path}/{d}")
    shutil.copy("/bin/busybox" if os.path.exists("/bin/busybox") else "/bin/true", path + "/bin/busybox")
    os.symlink("busybox", path + "/bin/sh")

def tree(name, roots):
    for r in range(roots):
        root(f"{work}/roots-{name}/{r}")
    for i in range(many):
        d = f"{work}/{name}/{i // 1000:03d}/{i:06d}"
        os.makedirs(d)
        if roots:
            spec["root"]["path"] = f"{work}/roots-{name}/{i % roots}"
        with open(d + "/config.json", "w") as f:
            json.dump(spec, f)

import shutil
tree("none", 0)
tree("one", 1)
tree("thousand", 1000)
EOF
python3 - "$work" "$many" "$CAPGATE" <<'EOF'
import os, resource, subprocess, sys, time
work, many, capgate = sys.argv[1], int(sys.argv[2]), sys.argv[3]
name = '[.process.capabilities[]?[]] | index("CAP_NET_RAW")'

def run(label, files, command):
    began = time.monotonic()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    rate = files / (time.monotonic() - began)
    print(f"{label:34} {rate:9.0f} a second", end="")
    return rate

def check(*options):
    return [capgate, "check", "--policy", work + "/policy.json", *options]

machine = os.environ.get("BENCH_TSV")
if machine:
    sys.stdout, human = open(os.devnull, "w"), sys.stdout
for name, roots in (("none", "no root"), ("one", "one root"), ("thousand", "1,000 roots")):
    tree = f"{work}/{name}"
    run("(warming up)", many, ["grep", "-rc", "x", tree])
    print("\r", end="")
    grep = run(f"grep -r, {roots}", many, ["grep", "-rc", "CAP_NET_RAW", tree])
    print()
    ours = run(f"capgate check -f jsonl, {roots}", many, check("-f", "jsonl", tree))
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    print(f", {ours / grep:.2f} of grep, peak {peak / 1024:.1f} MiB")
    if machine:
        print(name, f"{ours:.0f}", f"{ours / grep:.4f}", peak, sep="\t", file=human)

if machine:
    sys.exit()
tree, few = work + "/none", min(many, 300)
ours = run("capgate check -f jsonl", many, check("-f", "jsonl", tree))
print()
table = run("capgate check", many, check(tree))
print()
jq = run("find | xargs jq", many, ["sh", "-c", f"find {tree} -name config.json -print0 | xargs -0 jq -c '{name}'"])
print(f", {ours / jq:.1f} times slower")
each = run("find | xargs -n1 jq", few, ["sh", "-c", f"find {tree} -name config.json -print0 | head -z -n {few} | xargs -0 -n1 jq -c '{name}'"])
print(f", {ours / each:.0f} times slower")
EOF
