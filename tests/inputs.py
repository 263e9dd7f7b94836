#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Documents below tests/inputs, one a kind and variant, and what must come out of check.

    inputs.py CAPGATE DIRECTORY [NAME]

NAME.expected stands beside NAME.* and is written by hand, from the documentation of the
tool that prints the document:

    status N                             check's exit status
    ENGINE NAME VERDICT SET [LINE:COL]   a container, in order; the first finding's place
    RULE WORDS                           a document that is not judged, with part of why
    error RULE [LINE:COL]                the whole text

NAME.fixed, where it is, is what check --fix must write.

SET is what the bounding set must be: default (Docker's fourteen), all, none, names with
commas, and +NAME or -NAME after them.  Prints a line for each document: ok, or what came.
"""
import json
import os
import subprocess
import sys

DEFAULT = ("AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE NET_RAW "
           "SETFCAP SETGID SETPCAP SETUID SYS_CHROOT").split()


def expression(words, everything):
    """The set that the words stand for."""
    base, changes = words, []
    for i, c in enumerate(words):
        if c in "+-":
            base, changes = words[:i], words[i:].replace("-", " -").replace("+", " +").split()
            break
    held = set({"default": DEFAULT, "all": everything, "none": []}.get(base) or
               (base.split(",") if base not in ("all", "none", "default") else []))
    for change in changes:
        (held.add if change[0] == "+" else held.discard)(change[1:])
    return held


def place(finding):
    return "%s:%s" % (finding["line"], finding["column"])


def told(reports, line, everything):
    """Does the line describe the next report?"""
    words = line.split()
    if words[0].startswith("CPG"):
        r = reports.pop(0)
        return (r["error"]["rule"] == words[0] and
                line.split(None, 1)[1] in r["inspected"]["how"])
    if words[0] == "error":
        r = reports.pop(0)
        return r["error"]["rule"] == words[1] and words[2:] in ([], [place(r["error"])])
    r = reports.pop(0)
    held = {c[len("CAP_"):] for c in r["sets"]["asked"]["bounding"]}
    return ([r["inspected"]["engine"], r["inspected"]["name"] or "-", r["verdict"]] == words[:3] and
            held == expression(words[3], everything) and
            words[4:] in ([], [place(f) for f in r["findings"][:1]]))


# Whose documents know no flags of a command.
NO_FLAGS = ("compose", "kubernetes", "quadlet", "ecs", "nomad", "systemd", "cri")


def flag_in(report):
    """A remedy that a reader of this document cannot follow, or None."""
    if (report.get("inspected") or {}).get("engine") not in NO_FLAGS:
        return None
    words = [f["remedy"] for f in report.get("findings") or []] + [report.get("reason") or ""]
    return next((w for w in words if "--cap-" in w or "--security-opt" in w or "--sysctl" in w or
                 "--userns" in w), None)


def one(capgate, path, expected, policy, everything):
    """What is wrong, or None."""
    run = subprocess.run([capgate, "check", "--policy", policy, "-f", "jsonl", path],
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    reports = [json.loads(line) for line in run.stdout.decode().splitlines()]
    with open(expected, encoding="utf-8") as f:
        lines = [line for line in f.read().splitlines() if line and line[0] != "#"]
    if lines[0] != "status %d" % run.returncode:
        return "status %d: %s" % (run.returncode, run.stderr.decode() or run.stdout.decode()[:400])
    for flag in filter(None, map(flag_in, reports)):
        return "a flag where there is none: " + flag
    for line in lines[1:]:
        if not reports:
            return "nothing for: " + line
        shown = json.dumps({k: reports[0].get(k) for k in
                            ("inspected", "verdict", "error", "sets", "findings")})
        if not told(reports, line, everything):
            return "not so: %s: %s" % (line, shown[:1200])
    fixed = expected[:-len(".expected")] + ".fixed"
    if os.path.exists(fixed):
        into = os.path.join(os.environ["WORK"], "fixed")
        subprocess.run([capgate, "check", "--policy", policy, "--fix", into, path],
                       stdout=subprocess.DEVNULL, check=False)
        with open(fixed, encoding="utf-8") as f, \
                open(into + os.path.abspath(path), encoding="utf-8") as g:
            if f.read() != g.read():
                return "fixed to something else: " + into + path
    return "more came: " + json.dumps(reports[0])[:300] if reports else None


def main():
    capgate, directory = sys.argv[1:3]
    policy = os.path.join(os.environ["WORK"], "policy.json")
    with open(policy, "w", encoding="utf-8") as f:
        f.write('{"version":1}')
    os.chmod(policy, 0o600)
    names = subprocess.run([capgate, "explain", "--all"], stdout=subprocess.PIPE, check=True)
    everything = {line[len("CAP_"):].split()[0] for line in names.stdout.decode().splitlines()
                  if line.startswith("CAP_")}
    for expected in sorted(f for f in os.listdir(directory) if f.endswith(".expected")):
        name = expected[:-len(".expected")]
        if len(sys.argv) > 3 and name != sys.argv[3]:
            continue
        path = [f for f in os.listdir(directory)
                if f not in (expected, name + ".fixed") and os.path.splitext(f)[0] == name]
        wrong = one(capgate, os.path.join(directory, path[0]),
                    os.path.join(directory, expected), policy, everything)
        print("ok %s" % name if wrong is None else "not ok %s: %s" % (name, wrong))


main()
