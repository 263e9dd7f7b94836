#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""typos.py CAPGATE DIRECTORY: each field of a policy mistyped, doubled and of a wrong type.

Each must be refused with status 2 and nothing on standard output, at its line
and column; a mistyped one with the name that was meant.
"""
import itertools
import json
import os
import subprocess
import sys

CAPGATE, DIRECTORY = sys.argv[1:3]
FIELDS = {
    "version": 1, "mode": "audit", "action": "reject", "profile": "none", "allow": ["KILL"], "deny": ["KILL"],
    "substitute_sysctls": True, "no_new_privileges": "keep", "confinement": "required", "limits": {"bytes": 4096},
    "user_namespaces": "deny", "ceiling": "enforce", "ceiling_keep": ["MAC_ADMIN"], "ceiling_reason": "r",
    "log": {"file": "/x", "system": True, "max_bytes": 4096, "required": False},
    "exemptions": [{"id": "E", "reason": "r", "owner": "o", "expires": "2099-01-01", "allow": ["KILL"], "match": {
        "annotations": {"k": "v"}, "cgroup": "c", "bundle": "b", "rootfs": "r", "hostname": "h", "uid": 1, "image": "i"}}],
    "learn": "record", "learn_match": [{"annotations": {"k": "v"}, "cgroup": "c", "bundle": "b", "rootfs": "r", "hostname": "h", "uid": 1, "image": "i"}],
}
FREE = {"k"}  # the keys of annotations are anybody's


def text(value, path, change, depth=0):
    """Pretty JSON in which the member at path is given to change(key, value) for its lines."""
    pad = " " * (depth + 1)
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return "[" + text(value[0], path, change, depth + 1) + "]"
    if not isinstance(value, dict):
        return json.dumps(value)
    members = []
    for key, inner in value.items():
        here = bool(path) and path[0] == key
        if here and len(path) == 1:
            members += change(key, inner)
        else:
            members.append(f'"{key}": {text(inner, path[1:] if here else (), change, depth + 1)}')
    return "{\n" + ",\n".join(pad + m for m in members) + "\n" + pad + "}"


def paths(value, before=()):
    value = value[0] if isinstance(value, list) else value
    if isinstance(value, dict):
        for key, inner in value.items():
            if key not in FREE:
                yield before + (key,)
                yield from paths(inner, before + (key,))


def place(policy, mark):
    """Line and column of the mark, which is taken out."""
    at = policy.index(mark)
    line = policy.count("\n", 0, at) + 1
    return policy.replace(mark, ""), f":{line}:{at - policy.rfind(chr(10), 0, at)}: "


MARK = "\x01"
broken = 0
for path, kind in itertools.product(list(paths(FIELDS)), ("typo", "twice", "type")):
    key = path[-1]
    wrong = key[0] + key[2:] if len(key) > 2 else key + "x"
    changes = {
        "typo": lambda k, v: [f'{MARK}"{wrong}": {json.dumps(v)}'],
        "twice": lambda k, v: [f'"{k}": {json.dumps(v)}', f'{MARK}"{k}": {json.dumps(v)}'],
        "type": lambda k, v: [f'"{k}": {MARK}null'],
    }
    policy, where = place(text(FIELDS, path, changes[kind]), MARK)
    name = os.path.join(DIRECTORY, "typo.json")
    with open(name, "w", encoding="utf-8") as f:
        f.write(policy)
    got = subprocess.run([CAPGATE, "policy", "check", name], capture_output=True, text=True, check=False)
    wanted = [name + where] + ([f'"{key}"'] if kind == "typo" else [])
    if got.returncode != 2 or got.stdout or not all(w in got.stderr for w in wanted) or got.stderr.count("\n") != 1:
        broken += 1
        print(f"{kind} of {'.'.join(path)}: status {got.returncode}, wanted {wanted}:\n{policy}\n{got.stdout}{got.stderr}")
sys.exit(broken != 0)
