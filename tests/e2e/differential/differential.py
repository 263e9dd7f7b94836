#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Random specifications through capgate and through real runtimes.

    differential.py [-n N] [--seed S] [--first I] [--jobs J] [--runtimes runc,crun,...] [--log FILE]

Of each specification: what `capgate precreate` does with it; what each runtime
makes of it as it was and of what capgate let through, read back from the kernel
inside the container.  It fails when

  - a container of what was let through holds a capability that the policy does
    not allow, in any set;
  - what was rewritten does not start where the original did;
  - the reach that `capgate check --format json` tells differs from the kernel's,
    or a program with file capabilities, or set-uid, holds more than it says can be attained;
  - precreate, createRuntime and check do not agree;
  - capgate ends with a status that is not documented, or writes anything beside
    a failure, or changes what it lets pass.

Needs root, and cgroups that crun accepts (see run.sh).
"""
import argparse
import collections
import json
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import specs  # noqa: E402

CIS = [n for n in specs.DOCKER if n != "NET_RAW"]
PODMAN = "CHOWN DAC_OVERRIDE FOWNER FSETID KILL NET_BIND_SERVICE SETFCAP SETGID SETPCAP SETUID SYS_CHROOT".split()
# The policies, and what they allow: written down here, not asked of capgate.
POLICIES = [
    ({}, CIS), ({}, CIS), ({"profile": "none"}, []), ({"profile": "docker-default"}, specs.DOCKER),
    ({"profile": "podman-default", "allow": ["NET_ADMIN"]}, PODMAN + ["NET_ADMIN"]),
    ({"profile": "all", "deny": ["NET_RAW", "CAP_SYS_ADMIN"]},
     [n for n in specs.NAMES if n not in ("NET_RAW", "SYS_ADMIN")]),
    ({"profile": "none", "allow": ["KILL", "SYS_PTRACE"]}, ["KILL", "SYS_PTRACE"]),
    ({"action": "reject"}, CIS),
]
ORDER = ("inheritable", "permitted", "effective", "bounding", "ambient")
STATUSES = (0, 10, 11, 12, 20, 21, 22)


def mask(names):
    return sum(1 << specs.NUMBER["CAP_" + n if not n.startswith("CAP_") else n] for n in set(names))


def file_capabilities(permitted, inheritable, effective):
    """The bytes of security.capability (linux/capability.h, revision 2)."""
    return struct.pack("<IIIII", 0x02000000 | effective, permitted & 0xffffffff, inheritable & 0xffffffff, permitted >> 32, inheritable >> 32)


def special_programs(rootfs):
    """The probe as files that give capabilities when they are executed."""
    some = mask(["NET_RAW", "SYS_ADMIN", "KILL"])
    for name, mode, xattr in (("suid", 0o4755, None), ("sgid", 0o2755, None), ("fcap-ep", 0o755, (some, 0, 1)), ("fcap-p", 0o755, (some, 0, 0)),
                              ("fcap-ei", 0o755, (0, some, 1)), ("suid-fcap", 0o4755, (some, some, 0))):
        path = os.path.join(rootfs, "probe-" + name)
        shutil.copy(os.path.join(rootfs, "probe"), path)
        os.chmod(path, mode)
        if xattr:
            os.setxattr(path, "security.capability", file_capabilities(*xattr))


class Rig:
    def __init__(self, capgate, dir_, runtimes):
        self.capgate, self.dir, self.runtimes = capgate, dir_, runtimes
        self.rootfs = os.path.join(dir_, "rootfs")
        for d in ("proc", "dev", "sys"):
            os.makedirs(os.path.join(self.rootfs, d))
        here = os.path.dirname(os.path.abspath(__file__))
        subprocess.run([os.environ.get("CC", "cc"), "-O2", "-static", "-o", os.path.join(self.rootfs, "probe"),
                        os.path.join(here, "probe.c")], check=True)
        special_programs(self.rootfs)
        os.chmod(dir_, 0o755)
        for r in runtimes:
            os.mkdir(os.path.join(dir_, "state-" + r), 0o700)
        self.policies = []
        for i, (policy, allowed) in enumerate(POLICIES):
            path = os.path.join(dir_, "policy%d.json" % i)
            with open(path, "w") as f:
                json.dump(dict(policy, version=1, log={"file": "", "system": False}), f)
            os.chmod(path, 0o644)
            self.policies.append((path, mask(allowed)))
        self.host = int(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("CapBnd")), 16)
        self.lock = threading.Lock()
        self.failures = []
        self.count = collections.Counter()

    def tell(self, i, what, *texts):
        with self.lock:
            self.failures.append((i, what))
            print("not ok %d: %s" % (i, what))
            for t in texts:
                print("    " + t.decode("utf-8", "backslashreplace").replace("\n", "\n    ")[:3000])
            sys.stdout.flush()


COMMANDS = {
    "runc": ["runc"], "crun": ["crun"],
    "runsc": ["runsc", "--platform=ptrace", "--network=none", "--ignore-cgroups"],
}
# A runtime that takes a second to start gets every so manieth specification,
# where others do the rest.  No multiple of the number of policies.
EVERY = {"runsc": 25}


class Worker(threading.Thread):
    def __init__(self, rig, number, take):
        super().__init__()
        self.rig, self.take = rig, take
        self.bundle = os.path.join(rig.dir, "bundle%d" % number)
        # No number of a process: another run in another pid namespace may have the same,
        # and the machine's cgroups are one.
        self.name = "%s-%d" % (os.path.basename(rig.dir).replace(".", "-"), number)
        os.makedirs(self.bundle)
        # A root file system of its own: without a mount on /dev, a runtime makes links
        # there that lead to nowhere in the next container.
        self.rootfs = os.path.join(rig.dir, "rootfs%d" % number)
        shutil.copytree(rig.rootfs, self.rootfs, copy_function=os.link)

    def capgate(self, *args, data=b""):
        return subprocess.run([self.rig.capgate, *args], input=data, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              timeout=600)

    def container(self, runtime, text, must=False):
        """The five sets as (inh, prm, eff, bnd, amb), or None: it did not start.
        One that must start is tried again: a busy machine is no finding."""
        for attempt in range(3 if must else 1):
            result = self.container_once(runtime, text)
            if result[0]:
                break
            self.rig.count["%s tried again" % runtime] += must
        return result

    def container_once(self, runtime, text):
        with open(os.path.join(self.bundle, "config.json"), "wb") as f:
            f.write(text)
        base = COMMANDS[runtime] + ["--root", os.path.join(self.rig.dir, "state-" + runtime)]
        name = self.name
        for entry in os.scandir(os.path.join(self.rootfs, "dev")):
            if entry.is_dir(follow_symlinks=False):
                shutil.rmtree(entry.path, ignore_errors=True)
            else:
                os.unlink(entry.path)
        # Not /dev/null: for a user namespace crun gives its standard input away
        # to the container's root.
        sets = None
        with open(os.path.join(self.bundle, "stdin"), "wb+") as nothing:
            try:
                p = subprocess.run(base + ["run", "--bundle", self.bundle, name], stdin=nothing,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=600)
            except subprocess.TimeoutExpired as e:
                p = subprocess.CompletedProcess(e.cmd, -1, b"", b"it hangs")
                self.rig.count["%s never came back" % runtime] += 1
        for line in p.stdout.splitlines():
            if line.startswith(b"PROBE "):
                sets = tuple(int(x, 16) for x in line.split()[1:6])
        if sets is None:
            subprocess.run(base + ["delete", "-f", name], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL, timeout=600)
        self.rig.count["%s containers" % runtime] += 1
        return sets, p.stderr

    def reach(self, text, policy):
        p = self.capgate("check", "--format", "json", "--policy", policy, "-", data=text)
        report = json.loads(p.stdout)["reports"][0]
        return report

    def refuses(self, text, policy):
        """The status of createRuntime, for the bundle and for the bare text."""
        with open(os.path.join(self.bundle, "config.json"), "wb") as f:
            f.write(text)
        state = {"ociVersion": "1.0.2", "id": "x", "status": "creating", "pid": os.getpid(), "bundle": self.bundle}
        return (self.capgate("createRuntime", "--policy", policy, data=json.dumps(state).encode()),
                self.capgate("createRuntime", "--policy", policy, data=text))

    def agree(self, i, text, policy, p, about):
        """The doors read one text one way."""
        passes = p.returncode == 0 and p.stdout == text
        bundle, bare = self.refuses(text, policy)
        if bundle.stdout or bare.stdout:
            self.rig.tell(i, "createRuntime writes to its standard output", text)
        if (bundle.returncode == 0) != passes or (bare.returncode == 0) != passes:
            self.rig.tell(i, "precreate %s, createRuntime %d for the bundle and %d for the text" % (
                "passes" if passes else p.returncode, bundle.returncode, bare.returncode), bundle.stderr, bare.stderr, text)
        if p.returncode and not (p.returncode == bundle.returncode == bare.returncode):
            self.rig.tell(i, "precreate ends with %d, createRuntime with %d for the bundle and %d for the text" % (
                p.returncode, bundle.returncode, bare.returncode), p.stderr, bundle.stderr, bare.stderr, text)
        verdict = self.reach(text, policy)["verdict"]
        if verdict != ("pass" if passes else "strip" if p.returncode == 0 else "refuse"):
            self.rig.tell(i, "precreate ends with %d, check says %s" % (p.returncode, verdict), text)

    def one(self, i, seed):
        rig, count = self.rig, self.rig.count
        text, about = specs.make(seed, i, self.rootfs)
        policy, allowed = rig.policies[i % len(rig.policies)]
        p = self.capgate("precreate", "--policy", policy, data=text)
        count["of kind %s" % about["kind"]] += 1
        count["status %d" % p.returncode] += 1
        if p.returncode not in STATUSES:
            return rig.tell(i, "status %d" % p.returncode, p.stderr, text)
        if p.returncode in (20, 22):
            return rig.tell(i, "status %d was not to be expected" % p.returncode, p.stderr, text)
        if p.returncode and p.stdout:
            return rig.tell(i, "output beside a failure", text)
        self.agree(i, text, policy, p, about)
        runtimes = [r for r in rig.runtimes if len(rig.runtimes) == 1 or i % EVERY.get(r, 1) == 0]
        originals = {r: self.container(r, text)[0] for r in runtimes}
        for r, sets in originals.items():
            if sets:
                count["%s originals started" % r] += 1
                if any(s & ~allowed for s in sets):
                    count["%s originals that held what is forbidden" % r] += 1
                    if p.returncode == 0 and p.stdout == text:
                        rig.tell(i, "passed unchanged, and under %s it holds %s" % (r, ["%x" % s for s in sets]), text)
        if p.returncode:
            return
        if p.stdout == text:
            count["passed unchanged"] += 1
            results = originals
        else:
            count["rewritten"] += 1
            results = {}
            for r in runtimes:
                results[r], words = self.container(r, p.stdout, bool(originals[r]))
                # A file capability that is effective and cannot be had: EPERM.
                if originals[r] and not results[r] and about["program"] not in ("/probe-fcap-ep", "/probe-fcap-ei"):
                    rig.tell(i, "under %s it started as it was and not when rewritten" % r, words, text, p.stdout)
        report = self.reach(p.stdout, policy)
        reach = report["reach"]["before"]
        # What this machine cannot give at all is not in the bounding set either.
        told = tuple(mask(reach["initial"][s]) for s in ORDER)
        attainable = mask(reach["attainable"])
        if report["verdict"] != "pass":
            rig.tell(i, "what was let through does not pass check", text, p.stdout)
        if attainable & ~allowed:
            rig.tell(i, "attainable beyond the policy: %x" % attainable, text)
        asked = 0
        for names in report["sets"]["asked"].values():
            asked |= mask(names)
        for r, sets in results.items():
            if sets is None:
                # A runtime that lacks what is asked for cannot start it.
                if r == "runsc" or not reach["starts"] or about["kind"] != "plain" or about["userns"] or asked & ~rig.host:
                    continue
                sets, words = self.container(r, p.stdout, True)
                if sets is None:
                    rig.tell(i, "check says that it starts; under %s it does not" % r, words, text, p.stdout)
                    continue
            count["%s started" % r] += 1
            held = 0
            for s in sets:
                held |= s
            if held & ~allowed:
                rig.tell(i, "under %s it holds %x beyond the policy" % (r, held & ~allowed), text, p.stdout)
            if r == "runsc":
                continue
            # The bounding and the inheritable set no_new_privs may keep out of reach.
            _, permitted, effective, _, ambient = sets
            if (permitted | effective | ambient) & ~attainable:
                rig.tell(i, "under %s it holds %s, and check says that %x can be attained" % (
                    r, ["%x" % s for s in sets], attainable), text, p.stdout)
            # Under a filter the probe itself may be told what is not so.
            if about["program"] != "/probe" or about["kind"] in ("seccomp", "annot"):
                continue
            if not reach["starts"]:
                rig.tell(i, "check says that it does not start; under %s it does" % r, text, p.stdout)
            elif sets != told and sets != tuple(t & rig.host for t in told):
                rig.tell(i, "under %s: %s; check says %s" % (r, ["%x" % s for s in sets], ["%x" % s for s in told]),
                         text, p.stdout)
            else:
                count["%s as told" % r] += 1

    def run(self):
        while True:
            i = self.take()
            if i is None:
                return
            try:
                self.one(i, self.rig.seed)
            except Exception as e:  # a broken rig is a failure too
                self.rig.tell(i, "%s: %s" % (type(e).__name__, e))


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("-n", type=int, default=60)
    ap.add_argument("--seed", default="capgate")
    ap.add_argument("--first", type=int, default=0)
    ap.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    ap.add_argument("--runtimes", default="")
    ap.add_argument("--log", default="")
    a = ap.parse_args()
    here = os.path.dirname(os.path.abspath(__file__))
    capgate = os.environ.get("CAPGATE") or os.path.join(here, "../../../build/capgate")
    runtimes = [r for r in (a.runtimes.split(",") if a.runtimes else ("runc", "crun", "runsc")) if shutil.which(COMMANDS[r][0])]
    if not runtimes:
        sys.exit("differential: no runtime is installed")
    dir_ = tempfile.mkdtemp(prefix="capgate-diff.")
    begun = time.monotonic()
    try:
        rig = Rig(os.path.abspath(capgate), dir_, runtimes)
        rig.seed = a.seed
        numbers = iter(range(a.first, a.first + a.n))
        lock = threading.Lock()

        def take():
            with lock:
                i = next(numbers, None)
                if i is not None and a.log and i % 500 == 499:
                    with open(a.log, "w") as f:
                        f.write("%d of %d, %d failures, %.0f s\n" % (i + 1 - a.first, a.n, len(rig.failures), time.monotonic() - begun))
                        f.write(json.dumps(rig.count, indent=1, sort_keys=True) + "\n")
                return i
        workers = [Worker(rig, j, take) for j in range(a.jobs)]
        for w in workers:
            w.start()
        for w in workers:
            w.join()
    finally:
        shutil.rmtree(dir_, ignore_errors=True)
    for key in sorted(rig.count):
        print("%8d %s" % (rig.count[key], key))
    # A rig that cannot tell proves nothing.
    for r in runtimes:
        if a.n >= 60 * EVERY.get(r, 1) and not (rig.count["%s originals that held what is forbidden" % r] and rig.count["%s started" % r]):
            rig.tell(-1, "under %s nothing forbidden was ever held: the rig cannot tell" % r)
    failed = len({i for i, _ in rig.failures})
    total = sum(v for k, v in rig.count.items() if k.endswith(" containers"))
    seconds = time.monotonic() - begun
    print("differential: %d specifications, %d containers under %s in %.0f s; %d failed (seed %s, from %d)" % (
        a.n, total, " and ".join(runtimes), seconds, failed, a.seed, a.first))
    counts = os.environ.get("CAPGATE_TEST_COUNTS")
    if counts:
        with open(counts, "a") as f:
            f.write("count\t%d\t%d\t0\t%d\tdifferential\n" % (max(a.n - failed, 0), failed, seconds))
            for i, what in {i: what for i, what in reversed(rig.failures)}.items():
                f.write("failed\tdifferential\t%d: %s\tmake check-differential DIFF_SEED=%s DIFF_FIRST=%d DIFF_N=1\n" % (
                    i, " ".join(what.split())[:200], a.seed, max(i, 0)))
    sys.exit(1 if failed or not total else 0)


main()
