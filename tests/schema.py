#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""schema.py CAPGATE DIRECTORY RUNTIME_JSON: the schemas say of every policy in the tests, and of
every change of one, what the reader says; DIRECTORY is for the files."""
import copy
import glob
import json
import os
import re
import subprocess
import sys

import jsonschema

CAPGATE, DIRECTORY, RUNTIME_JSON = sys.argv[1:4]
TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
broken = 0


class Skip(Exception):
    """A schema cannot tell: how a number is written, a key that stands twice."""


def integer(text):
    if not re.fullmatch(r"0|[1-9][0-9]*", text):
        raise Skip
    return int(text)


def members(pairs):
    folded = [k.lower().replace("\u017f", "s").replace("\u212a", "k") for k, _ in pairs]
    if len(set(folded)) < len(folded) or any(isinstance(v, str) and "\0" in k + v for k, v in pairs):
        raise Skip
    return dict(pairs)


def number(_):
    raise Skip


def read(text):
    """The document as an editor sees it: comments are allowed."""
    text = re.sub(r'("(?:[^"\\]|\\.)*")|//[^\n]*|/\*.*?\*/', lambda m: m.group(1) or " ", text, flags=re.S)
    return json.loads(text, parse_int=integer, parse_float=number, parse_constant=number, object_pairs_hook=members)


def agree(schema, texts, refused, what):
    """refused: which of the texts the reader refuses, by number."""
    global broken
    validator = jsonschema.validators.validator_for(schema)
    validator.check_schema(schema)
    counts = {True: 0, False: 0}
    for i, text in enumerate(texts):
        try:
            valid = validator(schema).is_valid(read(text))
        except (Skip, ValueError, RecursionError):
            continue
        counts[valid] += 1
        if valid == (i in refused):
            broken += 1
            print(f"{what}: the schema says {'valid' if valid else 'not valid'}, the reader not so, of\n{text}")
    print(f"{what}: {counts[True]} valid and {counts[False]} invalid")
    if min(counts.values()) < 10:
        broken += 1


def literals(text):
    """String literals of C that are joined, as one text each."""
    for group in re.findall(r'(?:"(?:[^"\\\n]|\\.)*"\s*)+', text):
        try:
            yield "".join(json.loads(s) for s in re.findall(r'"(?:[^"\\\n]|\\.)*"', group))
        except ValueError:
            continue


def of_the_tests():
    for name in glob.glob(TOP + "/tests/cases/*/policy.json") + glob.glob(TOP + "/tests/fuzz/corpus/policy/*"):
        yield open(name, encoding="utf-8", errors="replace").read()
    for name in sorted(glob.glob(TOP + "/tests/unit/*.c")):
        yield from (t for t in literals(open(name, encoding="utf-8").read()) if t.lstrip().startswith("{"))
    for name in sorted(glob.glob(TOP + "/tests/**/*.sh", recursive=True) + glob.glob(TOP + "/tests/e2e/*.bats")):
        yield from re.findall(r"'(\{\s*\"version\"[^']*\})'", open(name, encoding="utf-8").read())


FULL = {
    "version": 1, "mode": "audit", "action": "reject", "profile": "none", "allow": ["KILL"], "deny": ["cap_chown"],
    "substitute_sysctls": True, "no_new_privileges": "keep", "confinement": "required", "user_namespaces": "deny", "limits": {"bytes": 4096},
    "ceiling": "enforce", "ceiling_keep": [], "ceiling_reason": "r",
    "log": {"file": "/x", "system": True, "max_bytes": 4096, "required": False},
    "exemptions": [{"id": "E", "reason": "r", "owner": "o", "expires": "2099-01-01", "allow": ["ALL"], "seccomp": [], "match": {
        "annotations": {"k": "v"}, "cgroup": "c", "bundle": "b", "rootfs": "r", "hostname": "h", "uid": 1, "image": "i"}}],
    "learn": "record", "learn_match": [{"annotations": {"k": "v"}, "cgroup": "c", "bundle": "b", "rootfs": "r", "hostname": "h", "uid": 1, "image": "i"}],
}
VALUES = [None, True, 0, 1, 2, 1023, 1024, 4095, 4096, 67108864, 67108865, 1073741824, 1073741825, 4294967294, 4294967295, "", "x",
          "/x", "x" * 1024, "x" * 1025, [], ["KILL"], ["kill", "cap_NET_raw", "all"], ["KIL"], ["CAP_ALL"], ["SCMP_ACT_NOTIFY"], ["SCMP_ACT_ERRNO"], [1], {}, {"k": ""}, {"k": 1},
          "enforce", "off", "audit", "allow", "deny", "keep", "require", "reject", "required", "best-effort", "record", "all", "pss-baseline", "1970-01-01",
          "1969-12-31", "2024-02-29", "2023-02-29", "2000-02-29", "1900-02-29", "2100-02-29", "2099-04-31", "2099-13-01", "2099-1-1",
          "99999-01-01", {"version": 1}]


def places(value, before=()):
    if isinstance(value, dict):
        for key, inner in value.items():
            yield before + (key,)
            yield from places(inner, before + (key,))
    elif isinstance(value, list):
        for i, inner in enumerate(value):
            yield before + (i,)
            yield from places(inner, before + (i,))


def at(document, place):
    for key in place[:-1]:
        document = document[key]
    return document


def changed(full, values):
    """Every member left out, and every value in every place."""
    for place in places(full):
        less = copy.deepcopy(full)
        del at(less, place)[place[-1]]
        yield json.dumps(less)
        for value in values:
            other = copy.deepcopy(full)
            at(other, place)[place[-1]] = value
            yield json.dumps(other)
        if isinstance(place[-1], str):
            more = copy.deepcopy(full)
            at(more, place)[place[-1] + "s"] = 1
            yield json.dumps(more)


def schema_of(*words):
    return json.loads(subprocess.run([CAPGATE, "policy", "schema", *words], capture_output=True, check=True).stdout)


def described(schema, path=""):
    """Every value that is no object or array of values says what it is."""
    global broken
    inner = list(schema.get("properties", {}).items()) + [("*", schema[k]) for k in ("items", "additionalProperties") if schema.get(k)]
    for key, value in inner:
        described(value, f"{path}.{key}")
    if not inner and not schema.get("description"):
        broken += 1
        print(f"{path}: no description, so no row in lib/policy/schema.c")


texts = list(dict.fromkeys(list(of_the_tests()) + list(changed(FULL, VALUES))))
for i, text in enumerate(texts):
    with open(f"{DIRECTORY}/{i}", "w", encoding="utf-8", errors="replace") as f:
        f.write(text)
refused = set()
for first in range(0, len(texts), 2000):
    names = [f"{DIRECTORY}/{i}" for i in range(first, min(first + 2000, len(texts)))]
    said = subprocess.run([CAPGATE, "policy", "check", *names], capture_output=True, text=True, errors="replace", check=False).stderr
    refused |= {int(i) for i in re.findall(re.escape(DIRECTORY) + r"/([0-9]+):[0-9]+:[0-9]+: ", said)}
policy = schema_of()
described(policy)
agree(policy, texts, refused, "policy")

# runtime.json: the reader looks at the paths of the name that it is called by.
OTHERS = [v for v in VALUES if v != {"k": ""}] + [["/x"] * 16, ["/x"] * 17]
runtimes = list(changed({"version": 1, "runtimes": {"capgate-runtime": ["/usr/bin/true", "/x"]}}, OTHERS))
refused = set()
for i, text in enumerate(runtimes):
    with open(RUNTIME_JSON, "w", encoding="utf-8") as f:
        f.write(text)
    # A version that is refused, a file that is; or the program that stands behind the name.
    said = subprocess.run(["capgate-runtime", "--version"], executable=CAPGATE, capture_output=True, text=True, check=False).stderr
    if re.search(r"runtime\.json(:[0-9]+:[0-9]+: |\": .*missing)", said):
        refused.add(i)
agree(schema_of("runtime"), runtimes, refused, "runtime.json")
sys.exit(broken != 0)
