#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What the hook, the wrapper and check cost, each figure beside its goal; or two builds
beside each other.

    measure.py goals   --helpers DIR --static HOOK --dynamic HOOK --installed HOOK
                       --check PROGRAM [--rounds N] [--files N] [--only hook,wrapper,check] [--json]
    measure.py compare --helpers DIR --base DIR --new DIR [--rounds N] [--json]

--helpers has what `make bench` builds of this directory.  Times are ratios of what was
run in turn, in one run: they need a machine that does nothing else.  System calls
(strace) and instructions (valgrind) come out the same on any.
"""
import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))


def stop(words):
    sys.exit(f"measure.py: {words}")


def run(command, **more):
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False, **more)
    if done.returncode:
        stop(f"{command[0]} ended with {done.returncode}")
    return done.stdout


def made_text(work, size):
    path = f"{work}/config-{size}.json"
    with open(path, "w", encoding="utf-8") as f:
        f.write(run([sys.executable, f"{HERE}/makespec.py", str(size)]))
    return path


def copied(work, program, name):
    """A program that the linker wrote lies in the page cache in smaller pieces than one
    that was copied, as an installed one is, and begins with more page faults.  It is
    called as it is when it is installed: under other names it could be the wrapper."""
    os.mkdir(f"{work}/{name}")
    return shutil.copy(program, f"{work}/{name}/capgate")


def policy(work, name, members):
    path = f"{work}/{name}.json"
    with open(path, "w", encoding="utf-8") as f:
        json.dump({"version": 1, "log": {"file": f"{work}/log", "system": False}, **members}, f)
    os.chmod(path, 0o600)
    return path


def rows_of(lines):
    rows = {}
    for line in lines.splitlines():
        name, least, median, ratio, peak, faults = line.split("\t")
        rows[name] = {"least": float(least), "median": float(median), "ratio": float(ratio),
                      "peak": int(peak), "faults": int(faults)}
    return rows


def timed(helpers, work, text, rounds, contenders):
    """Each in turn; ratios are to the first."""
    path = f"{work}/list"
    with open(path, "w", encoding="utf-8") as f:
        for name, command in contenders:
            f.write("\t".join([name, "1", *command]) + "\n")
    return rows_of(run([f"{helpers}/bench", str(rounds), text, path],
                       env={**os.environ, "BENCH_TSV": "1"}))


def system_calls(command, text, work):
    """execve(2) and exit_group(2) counted; None without strace."""
    if not shutil.which("strace"):
        return None
    with open(text, "rb") as f:
        run(["strace", "-o", f"{work}/strace", *command], stdin=f)
    with open(f"{work}/strace", encoding="utf-8", errors="replace") as f:
        return sum(1 for line in f if re.match(r"\w+\(", line))


def instructions(command, text, work):
    """Of user space; None without valgrind.  It knows no seccomp(2), so the policy must
    say best-effort."""
    if not shutil.which("valgrind"):
        return None
    with open(text, "rb") as f:
        done = subprocess.run(["valgrind", "--tool=callgrind",
                               f"--callgrind-out-file={work}/callgrind", *command], stdin=f,
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                              check=False)
    found = re.search(r"Collected : (\d+)", done.stderr)
    if done.returncode or not found:
        stop(f"valgrind: {done.stderr}")
    return int(found.group(1))


# ---- Goals -------------------------------------------------------------------------


def figure(part, name, value, goal=None, at_least=False, unit=""):
    met = None if value is None or goal is None else value >= goal if at_least else value <= goal
    return {"part": part, "name": name, "value": value, "goal": goal,
            "goal_is": "at least" if at_least else "at most", "met": met, "unit": unit}


def hook_figures(o, work):
    text = made_text(work, 20480)
    best = policy(work, "best", {"confinement": "best-effort"})
    static, dynamic = copied(work, o.static, "static"), copied(work, o.dynamic, "dynamic")
    contenders = [("noop", [copied(work, f"{o.helpers}/noop-static", "noop")]),
                  ("static", [static, "precreate"]), ("dynamic", [dynamic, "precreate"])]
    if os.path.exists(f"{o.helpers}/noop-confined"):
        contenders.append(("confined", [copied(work, f"{o.helpers}/noop-confined", "confined")]))
    if os.path.exists(f"{o.helpers}/noop-musl"):
        contenders.append(("musl", [copied(work, f"{o.helpers}/noop-musl", "musl")]))
    rows = timed(o.helpers, work, text, o.rounds, contenders)
    if "musl" in rows:
        yield figure("hook", "a no-op with musl, of a static no-op", rows["musl"]["ratio"])
    if "confined" in rows:
        yield figure("hook", "a confined no-op, of a static no-op", rows["confined"]["ratio"])
    yield figure("hook", "static hook, of a static no-op", rows["static"]["ratio"], 1.7)
    yield figure("hook", "dynamic hook, of a static no-op", rows["dynamic"]["ratio"], 2.2)
    for name, program in (("static", static), ("dynamic", dynamic)):
        calls = system_calls([program, "precreate"], text, work)
        yield figure("hook", f"system calls, {name}", calls, 70)
    yield figure("hook", "peak memory, static", rows["static"]["peak"], 1229, unit="KiB")
    yield figure("hook", "page faults, static", rows["static"]["faults"])
    yield figure("hook", "instructions, static",
                 instructions([static, "precreate", "--policy", best], text, work))


def recording_figures(o, env):
    """Where capgate-learn is built and the kernel takes its programs."""
    recorder = os.path.join(os.path.dirname(os.path.abspath(o.installed)), "capgate-learn")
    if not os.access(recorder, os.X_OK):
        print("measure.py: recording: skipped, capgate-learn is not built", file=sys.stderr)
        return
    done = subprocess.run([f"{HERE}/recording.sh", os.path.abspath(o.helpers)], text=True,
                          stdout=subprocess.PIPE, check=False,
                          env={**env, "BENCH_ROUNDS": str(min(o.rounds, 10))})
    if done.returncode:
        print("measure.py: recording: skipped, this kernel does not take it", file=sys.stderr)
        return
    none, others, recorded = map(float, done.stdout.split())
    yield figure("recording", "a capability check in a container that is recorded, more",
                 (recorded - none) / 1000, 0.7, unit="us")
    yield figure("recording", "the same in another container, more", (others - none) / 1000,
                 unit="us")


def wrapper_figures(o, _work):
    if os.geteuid() != 0 or not shutil.which("crun") or not shutil.which("runc"):
        print("measure.py: containers: skipped, they need root, runc and crun", file=sys.stderr)
        return
    rounds = str(min(o.rounds, 200))
    env = {**os.environ, "BENCH_TSV": "1", "CAPGATE": os.path.abspath(o.installed),
           "CAPGATE_STATIC": os.path.abspath(o.static), "ROUNDS_CONTAINERS": rounds,
           "ROUNDS": rounds}
    rows = rows_of(run([f"{HERE}/containers.sh", os.path.abspath(o.helpers)], env=env))
    yield figure("hooks", "crun run with createRuntime and poststart, of hooks that do nothing",
                 rows["crun run, hooks"]["ratio"], 1.15)
    if "runc run, record" in rows:
        yield figure("hooks", "runc run of a container that is recorded, of one that is not",
                     rows["runc run, record"]["ratio"] / rows["runc run, off"]["ratio"], 1.01)
        yield figure("hooks", "the same, recorded by the wrapper alone",
                     rows["runc run, wrapped record"]["ratio"], 1.01)
    yield from recording_figures(o, env)
    lines = run([f"{HERE}/wrapper.sh", os.path.abspath(o.helpers)], env=env)
    rows = rows_of("\n".join(line for line in lines.splitlines() if "\t" in line))
    yield figure("wrapper", "crun run through it, of crun itself",
                 rows["crun run, wrapped"]["ratio"], 1.18)
    yield figure("wrapper", "crun exec through it, of crun itself",
                 rows["crun exec, wrapped"]["ratio"], 1.20)


def check_figures(o, _work):
    env = {**os.environ, "BENCH_TSV": "1", "CAPGATE": os.path.abspath(o.check)}
    for line in run([f"{HERE}/tree.sh", str(o.files)], env=env).splitlines():
        name, rate, ratio, peak = line.split("\t")
        roots = {"none": "no root", "one": "one root", "thousand": "1,000 roots"}[name]
        goal = {"none": None, "one": 0.5, "thousand": 0.25}[name]
        yield figure("check", f"speed, {roots}, of grep -r", float(ratio), goal, at_least=True)
        yield figure("check", f"files a second, {roots}", int(rate))
        yield figure("check", f"peak memory, {roots}", int(peak), unit="KiB")


PARTS = {"hook": hook_figures, "wrapper": wrapper_figures, "check": check_figures}


def shown(value, unit=""):
    if value is None:
        return "-"
    words = f"{value:.2f}" if isinstance(value, float) else f"{value:,}"
    return f"{words} {unit}".strip()


def goals(o, work):
    figures = []
    if not o.json:
        print(f"{'':66} {'figure':>12}  goal")
    for part in o.only.split(","):
        if part not in PARTS:
            stop(f"there is no part {part}")
        for f in PARTS[part](o, work):
            figures.append(f)
            if o.json:
                continue
            goal = "" if f["goal"] is None else f"{f['goal_is']} {shown(f['goal'], f['unit'])}"
            verdict = {True: "", False: "  NOT MET", None: ""}[f["met"]]
            print(f"{f['name']:66} {shown(f['value'], f['unit']):>12}  {goal}{verdict}",
                  flush=True)
    if o.json:
        json.dump({"figures": figures}, sys.stdout, indent=1)
        print()


# ---- Two builds ----------------------------------------------------------------------


def compare(o, work):
    texts = [(f"precreate, {size // 1024} KB", made_text(work, size)) for size in (2048, 20480)]
    best = policy(work, "best", {"confinement": "best-effort"})
    installed = policy(work, "policy", {})
    programs = {which: copied(work, f"{path}/capgate-hook", which)
                for which, path in (("base", o.base), ("new", o.new))}
    results = []
    for name, text in texts:
        counted = {which: {"instructions": instructions(
                               [program, "precreate", "--policy", best], text, work),
                           "system calls": system_calls(
                               [program, "precreate", "--policy", installed], text, work)}
                   for which, program in programs.items()}
        rows = timed(o.helpers, work, text, o.rounds, [
            (which, [program, "precreate", "--policy", installed])
            for which, program in programs.items()])
        for what in ("instructions", "system calls"):
            base, new = counted["base"][what], counted["new"][what]
            results.append({"name": f"{name}: {what}", "base": base, "new": new,
                            "ratio": new / base if base and new is not None else None})
        results.append({"name": f"{name}: microseconds, median",
                        "base": round(rows["base"]["median"] * 1e6),
                        "new": round(rows["new"]["median"] * 1e6), "ratio": rows["new"]["ratio"]})
    if o.json:
        json.dump({"results": results}, sys.stdout, indent=1)
        print()
        return
    print(f"{'':44} {'base':>12} {'new':>12}  ratio")
    for r in results:
        print(f"{r['name']:44} {shown(r['base']):>12} {shown(r['new']):>12}  {shown(r['ratio'])}")


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("goals", "compare"):
        c = commands.add_parser(name)
        c.add_argument("--helpers", required=True)
        c.add_argument("--rounds", type=int, default=1000)
        c.add_argument("--json", action="store_true")
    c = commands.choices["goals"]
    for name in ("static", "dynamic", "installed", "check"):
        c.add_argument(f"--{name}", required=True)
    c.add_argument("--files", type=int, default=20000)
    c.add_argument("--only", default="hook,wrapper,check")
    c = commands.choices["compare"]
    c.add_argument("--base", required=True)
    c.add_argument("--new", required=True)
    o = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        {"goals": goals, "compare": compare}[o.command](o, work)


main()
