#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""compare.py CHECKED EVALUATED: capgate's verdicts over the containers of pods, as
JSON lines, against the exported policy's over the pods; both must occur."""
import collections
import json
import re
import sys

theirs = dict(line.rstrip("\n").split("\t")[:2] for line in open(sys.argv[2], encoding="utf-8"))
ours = collections.defaultdict(lambda: "pass")
for line in open(sys.argv[1], encoding="utf-8"):
    item = json.loads(line)
    pod = re.search(r"(?:^|/)(p[0-9]+)/", item["inspected"]["name"]).group(1)
    ours[pod] = "pass" if ours[pod] == "pass" and item["verdict"] == "pass" else "refuse"
wrong = [f"{p}: capgate says {ours[p]}, the export {theirs.get(p)}" for p in ours if ours[p] != theirs.get(p)]
print("\n".join(wrong[:10]))
if set(theirs) != set(ours) or len(set(ours.values())) != 2:
    sys.exit("not the same pods, or all with one verdict")
sys.exit(1 if wrong else 0)
