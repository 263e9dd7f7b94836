#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Random specifications through capgate and through real runtimes.

    differential.py [-n N] [--seed S] [--first I] [--jobs J] [--log FILE]
                    [--runtimes "PATH..."] [--fetched DIR] [--per K] [--unjudged]

Of each specification: what `capgate precreate` does with it; what each runtime
makes of it as it was and of what capgate let through, read back from the kernel
inside the container; and what the wrapper lets the runtime make of it.  It fails when

  - a container of what was let through holds a capability that the policy does
    not allow, in any set; or one that the wrapper started, or executed in with
    another process object, or started by an odd command line; or one that has
    createRuntime alone, where links of the image decide what lies on /proc;
  - a runtime that the wrapper started loads a library that an annotation names, or
    mounts over files of the host (here those of a mount namespace for each start);
  - what was rewritten does not start where the original did;
  - what engines write is refused;
  - the reach that `capgate check --format json` tells differs from the kernel's,
    or a program with file capabilities, or set-uid, holds more than it says can be attained;
  - precreate, createRuntime and check do not agree;
  - capgate ends with a status that is not documented, or writes anything beside
    a failure, or changes what it lets pass.

Each specification goes to K of the runtimes in turn, or to all of them (0).  With
--unjudged the wrapper is one that lets everything pass: then the ceiling alone
must keep NET_RAW away.  Needs root, cgroups that crun accepts and an /etc of its own
(see run.sh).
"""
import argparse
import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import specs  # noqa: E402
from rig import HERE, ORDER, Rig, RootFS, STATUSES, mask  # noqa: E402

NET_RAW = mask(["NET_RAW"])
# Kinds that are about the wrapper alone.
DOORS = ("again", "words")
# Those of which the wrapper sees each, and not every eighth.
WRAPPED = ("agent", "paths", "plugins")
# A busy machine is no finding; what hostile filters leave hanging is none either.
HANGS, PATIENCE = 15, 60


class Worker(threading.Thread):
    def __init__(self, rig, number, take):
        super().__init__()
        self.rig, self.take, self.number = rig, take, number
        self.dir = os.path.join(rig.dir, "w%d" % number)
        self.bundle = os.path.join(self.dir, "bundle")
        os.makedirs(self.bundle)
        self.fs = RootFS(self.dir, rig.probe, rig.plugin)
        self.name = "d%d-%d" % (os.getpid(), number)

    def capgate(self, *args, data=b""):
        return subprocess.run([self.rig.capgate, *args], input=data, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              timeout=60)

    # ---- containers ----

    def prepare(self, text, lay):
        self.fs.fresh(lay)
        with open(os.path.join(self.bundle, "config.json"), "wb") as f:
            f.write(text)

    def call(self, runtime, command, timeout, detached=False, env=None):
        """Its sets as (inh, prm, eff, bnd, amb), or None: nothing ran; and what it said."""
        out = subprocess.DEVNULL if detached else subprocess.PIPE
        # Not /dev/null: for a user namespace crun gives its standard input away
        # to the container's root.
        with open(os.path.join(self.dir, "stdin"), "wb+") as nothing:
            try:
                p = subprocess.run(command, stdin=nothing, stdout=out, stderr=out, timeout=timeout, cwd=self.dir, env=env)
            except subprocess.TimeoutExpired as e:
                p = subprocess.CompletedProcess(e.cmd, -1, b"", b"nothing for %d seconds" % timeout)
                self.rig.count["%s never came back" % runtime.name] += 1
        self.rig.count["%s containers" % runtime.name] += 1
        if detached:
            return p.returncode == 0, b""
        for line in p.stdout.splitlines():
            if line.startswith(b"PROBE "):
                return tuple(int(x, 16) for x in line.split()[1:6]), p.stderr
        return None, p.stderr

    def root(self, runtime):
        return os.path.join(runtime.root, str(self.number))

    def ungated(self, runtime):
        return runtime.command + ["--root", self.root(runtime)]

    def gated(self, runtime, policy):
        """Under this policy: the machine's own is another one for each worker."""
        return ["unshare", "-m", "sh", "-c", 'mount --bind "$1" /etc/capgate/policy.json; shift; exec "$@"', "sh", policy,
                runtime.gate, "--root", self.root(runtime)]

    def watching(self, runtime, policy):
        """The same; $CHANGED then says what has become of the host's files in that mount namespace."""
        return ["unshare", "-m", "sh", "-c", """mount --bind "$1" /etc/capgate/policy.json; shift
            seen() { for i in $WATCHED; do stat -Lc '%n %d %i' "$i"; done 2>&1; }
            before=$(seen); "$@"; status=$?
            [ "$before" = "$(seen)" ] || { echo "$before"; echo; seen; } >"$CHANGED"; exit $status""", "sh", policy,
                runtime.gate, "--root", self.root(runtime)]

    def clean(self, runtime):
        if not os.path.isdir(self.root(runtime)):
            return
        for name in os.listdir(self.root(runtime)):
            if name != ".cache":
                subprocess.run(self.ungated(runtime) + ["delete", "-f", name], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL, timeout=120)

    def container(self, runtime, text, lay=(), must=False, policy=None):
        """One that must start is tried again: a busy machine is no finding.
        runsc without KVM starts the same specification only now and then."""
        result = None, b""
        for _ in range((12 if runtime.kind == "runsc" else 3) if must else 1):
            self.prepare(text, lay)
            base = self.gated(runtime, policy) if policy else self.ungated(runtime)
            result = self.call(runtime, base + ["run", "--bundle", self.bundle, self.name], PATIENCE if must else HANGS)
            if result[0]:
                break
            self.clean(runtime)
            self.rig.count["%s tried again" % runtime.name] += must
        return result

    # ---- what capgate says ----

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

    def stricter(self, i, text, policy, p):
        """createRuntime lets nothing pass that precreate refuses or rewrites."""
        bundle, bare = self.refuses(text, policy)
        if not (p.returncode == 0 and p.stdout == text) and 0 in (bundle.returncode, bare.returncode):
            self.rig.tell(i, "precreate ends with %d, createRuntime passes" % p.returncode, p.stderr, text)

    # ---- the wrapper ----

    def within(self, i, what, sets, allowed, *texts):
        held = 0
        for s in sets or ():
            held |= s
        if held & ~allowed:
            self.rig.tell(i, "%s: it holds %x beyond the policy" % (what, held & ~allowed), *texts)

    def wrapped(self, i, runtime, text, lay, policy, allowed, must):
        sets, words = self.container(runtime, text, lay, must, policy)
        self.rig.count["%s behind the wrapper started" % runtime.name] += sets is not None
        self.within(i, "behind the wrapper under %s" % runtime.name, sets, allowed, text)
        if self.fs.loaded() and not self.rig.unjudged:
            self.rig.tell(i, "behind the wrapper %s loads a library that an annotation names" % runtime.name, text)
        if must and not sets:
            self.rig.tell(i, "under %s precreate lets it start, and the wrapper does not" % runtime.name, words, text)

    def again(self, i, runtime, text, about, policy, allowed):
        """exec with another object, in a container that was made with the gate or without."""
        self.prepare(text, about.get("lay", ()))
        base = self.ungated(runtime) if i % 2 else self.gated(runtime, policy)
        if self.call(runtime, base + ["run", "-d", "--bundle", self.bundle, self.name], HANGS, True)[0]:
            self.fs.lay(about["later"])
            if self.fs.loaded() and i % 2 == 0 and not self.rig.unjudged:
                self.rig.tell(i, "the wrapper lets %s load a library that an annotation names" % runtime.name, text)
            path = os.path.join(self.dir, "process.json")
            with open(path, "w") as f:
                json.dump(dict(about["object"]), f)
            sets, _ = self.call(runtime, self.gated(runtime, policy) + ["exec", "--process", path, self.name], HANGS)
            self.rig.count["%s executed again" % runtime.name] += sets is not None
            with open(path, "rb") as f:
                self.within(i, "exec under %s" % runtime.name, sets, allowed, text, f.read())
        self.clean(runtime)

    def words(self, i, runtime, text, about, policy, allowed):
        self.prepare(text, ())
        line = [w.replace("@BUNDLE@", self.bundle).replace("@ID@", self.name) for w in about["words"]]
        sets, _ = self.call(runtime, self.gated(runtime, policy) + line, HANGS)
        self.rig.count["%s by odd words started" % runtime.name] += sets is not None
        self.within(i, "%r under %s" % (line, runtime.name), sets, allowed, text)
        self.clean(runtime)

    def second(self, i, runtimes, text, about, policy, allowed):
        """Where its mounts come to lie no text shows: createRuntime alone, and the wrapper."""
        for r in runtimes:
            if r.kind == "runsc":
                continue
            self.fs.hook(["true"])
            sets = self.container(r, text, about["lay"])[0]
            self.rig.count["%s originals that held what is forbidden" % r.name] += any(s & ~allowed for s in sets or ())
            self.wrapped(i, r, text, about["lay"], policy, allowed, False)
            self.fs.hook([self.rig.capgate + "-hook", "createRuntime", "--policy", policy])
            sets = self.container(r, text, about["lay"])[0]
            self.rig.count["%s started with hooks alone" % r.name] += sets is not None
            self.within(i, "with hooks alone under %s" % r.name, sets, allowed, text)

    def host(self, i, runtimes, text, about, policy, allowed):
        """Without a mount namespace: started only where the wrapper lets it, in one of the test's."""
        changed = os.path.join(self.dir, "changed")
        env = dict(os.environ, WATCHED=" ".join(self.fs.watched()), CHANGED=changed)
        for r in runtimes:
            if r.kind == "runsc":
                continue
            self.prepare(text, ())
            sets, _ = self.call(r, self.watching(r, policy) + ["run", "--bundle", self.bundle, self.name], HANGS, env=env)
            self.rig.count["%s without a mount namespace started" % r.name] += sets is not None
            self.within(i, "without a mount namespace under %s" % r.name, sets, allowed, text)
            if os.path.exists(changed):
                with open(changed, "rb") as f:
                    if not self.rig.unjudged:
                        self.rig.tell(i, "without a mount namespace under %s: it has changed the host's files" % r.name, f.read(), text)
                os.remove(changed)
            self.clean(r)

    def doors(self, i, runtimes, text, about, policy, allowed):
        for r in runtimes:
            if r.kind != "runsc":
                getattr(self, about["kind"])(i, r, text, about, policy, allowed)

    # ---- one specification ----

    def unjudged(self, i, text, about, policy, runtimes):
        if has_user_namespace(text):
            self.rig.count["in a user namespace of its own"] += 1
            return
        if about["kind"] in DOORS:
            return self.doors(i, runtimes, text, about, policy, ~NET_RAW)
        if about.get("joins"):
            # That may be the test's own.
            self.rig.count["in another's mount namespace"] += 1
            return
        if about["kind"] == "host":
            return self.host(i, runtimes, text, about, policy, ~NET_RAW)
        self.fs.hook(["true"])
        for r in runtimes:
            if r.kind == "runsc":
                continue
            if i % 4 == 0:
                sets = self.container(r, text, about.get("lay", ()))[0]
                self.rig.count["%s originals that held what is forbidden" % r.name] += any(s & NET_RAW for s in sets or ())
            self.wrapped(i, r, text, about.get("lay", ()), policy, ~NET_RAW, False)
            self.rig.count["%s started" % r.name] = self.rig.count["%s behind the wrapper started" % r.name]

    @contextlib.contextmanager
    def exchanging(self):
        """While this lasts, the link and the file in the volume change their names."""
        names = [os.path.join(self.fs.flips, name) for name in "lf"]
        process = subprocess.Popen([self.rig.exchange, *names, str(os.getpid())])
        try:
            yield
        finally:
            process.kill()
            process.wait()

    def one(self, i, seed):
        text, about = specs.make(seed, i, self.fs.path)
        policy, allowed = self.rig.policy(i)
        self.rig.count["of kind %s" % about["kind"]] += 1
        self.fs.turn_back()
        with self.exchanging() if about.get("flips") else contextlib.nullcontext():
            if self.rig.unjudged:
                self.unjudged(i, text, about, policy, self.rig.turn(i))
            else:
                self.judged(i, text, about, policy, allowed, self.rig.turn(i))

    def judged(self, i, text, about, policy, allowed, runtimes):
        rig, count = self.rig, self.rig.count
        lay = about.get("lay", ())
        p = self.capgate("precreate", "--policy", policy, data=text)
        count["status %d" % p.returncode] += 1
        if p.returncode not in STATUSES:
            return rig.tell(i, "status %d" % p.returncode, p.stderr, text)
        if p.returncode in (20, 22):
            return rig.tell(i, "status %d was not to be expected" % p.returncode, p.stderr, text)
        if p.returncode and p.stdout:
            return rig.tell(i, "output beside a failure", text)
        if about["engine"]:
            count["as engines write them"] += 1
            if p.returncode not in ((0, 10, 11) if rig.rejects(i) else (0,)):
                rig.tell(i, "what an engine writes is refused: %d" % p.returncode, p.stderr, text)
        # Of these kinds createRuntime knows more: where the bundle is.
        if about["kind"] in ("second", "host"):
            self.stricter(i, text, policy, p)
        else:
            self.agree(i, text, policy, p, about)
        if about["kind"] in DOORS:
            return self.doors(i, runtimes, text, about, policy, allowed)
        if about["kind"] in ("second", "host"):
            return getattr(self, about["kind"])(i, runtimes, text, about, policy, allowed)
        originals = {r: self.container(r, text, lay)[0] for r in runtimes}
        if self.fs.loaded():
            count["a library was loaded into the original's runtime"] += 1
            if p.returncode == 0 and p.stdout == text:
                rig.tell(i, "passed unchanged, and a library was loaded that an annotation names", text)
        for r, sets in originals.items():
            if sets:
                count["%s originals started" % r.name] += 1
                if any(s & ~allowed for s in sets):
                    count["%s originals that held what is forbidden" % r.name] += 1
                    if p.returncode == 0 and p.stdout == text:
                        rig.tell(i, "passed unchanged, and under %s it holds %s" % (r.name, ["%x" % s for s in sets]), text)
        if p.returncode:
            if lay or about["kind"] in WRAPPED or i % 8 == 0:
                for r in runtimes:
                    if r.kind != "runsc":
                        self.wrapped(i, r, text, lay, policy, allowed, False)
            return
        if p.stdout == text:
            count["passed unchanged"] += 1
            results = originals
        else:
            count["rewritten"] += 1
            results = {}
            for r in runtimes:
                results[r], words = self.container(r, p.stdout, lay, bool(originals[r]))
                # A file capability that is effective and cannot be had: EPERM.
                if originals[r] and not results[r] and about["program"] not in ("/probe-fcap-ep", "/probe-fcap-ei"):
                    rig.tell(i, "under %s it started as it was and not when rewritten" % r.name, words, text, p.stdout)
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
                if r.kind == "runsc" or not reach["starts"] or about["kind"] != "plain" or about["userns"] or asked & ~rig.host:
                    continue
                sets, words = self.container(r, p.stdout, lay, True)
                if sets is None:
                    rig.tell(i, "check says that it starts; under %s it does not" % r.name, words, text, p.stdout)
                    continue
            count["%s started" % r.name] += 1
            self.within(i, "under %s" % r.name, sets, allowed, text, p.stdout)
            if r.kind == "runsc":
                continue
            # The bounding and the inheritable set no_new_privs may keep out of reach.
            _, permitted, effective, _, ambient = sets
            if (permitted | effective | ambient) & ~attainable:
                rig.tell(i, "under %s it holds %s, and check says that %x can be attained" % (
                    r.name, ["%x" % s for s in sets], attainable), text, p.stdout)
            # Under a filter the probe itself may be told what is not so.
            if about["program"] != "/probe" or about["kind"] in ("seccomp", "annot", "agent", "plugins"):
                continue
            if not reach["starts"]:
                rig.tell(i, "check says that it does not start; under %s it does" % r.name, text, p.stdout)
            elif sets != told and sets != tuple(t & rig.host for t in told):
                rig.tell(i, "under %s: %s; check says %s" % (r.name, ["%x" % s for s in sets], ["%x" % s for s in told]),
                         text, p.stdout)
            else:
                count["%s as told" % r.name] += 1
        for r, sets in results.items():
            if r.kind != "runsc" and (lay or about["kind"] in WRAPPED or i % 8 == 0):
                self.wrapped(i, r, text, lay, policy, allowed, sets is not None)

    def run(self):
        agent = subprocess.Popen([self.rig.listener, os.path.join(self.dir, "agent")], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            for i in iter(self.take, None):
                try:
                    self.one(i, self.rig.seed)
                except Exception as e:  # a broken rig is a failure too
                    self.rig.tell(i, "%s: %s" % (type(e).__name__, e))
        finally:
            agent.kill()
            agent.wait()
            self.fs.unmount()


def has_user_namespace(text):
    """Whoever spells it in another way than with these escapes is not excused."""
    plain = re.sub(rb"\\u00([0-7][0-9a-fA-F])", lambda m: bytes([int(m[1], 16)]), text)
    return b'"user"' in plain and b"Mappings" in plain


def rig_down(dir_):
    """Not into what is still mounted there: then the directory stays."""
    with open("/proc/self/mountinfo") as f:
        if not any(line.split()[4].startswith(dir_ + "/") for line in f):
            shutil.rmtree(dir_, ignore_errors=True)


def find_runtimes(named, fetched):
    """(name, path) of each."""
    if named:
        paths = named.split()
        return [("%s-%d" % (os.path.basename(p), n) if len(paths) > 1 else os.path.basename(p), p) for n, p in enumerate(paths)]
    found = subprocess.run([os.path.join(HERE, "../../runtimes/list.sh"), fetched, "runc", "crun", "runsc"], stdout=subprocess.PIPE,
                           check=True).stdout.decode()
    return [("%s-%s" % (name, version), path) for name, version, path in map(str.split, found.splitlines())]


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("-n", type=int, default=60)
    ap.add_argument("--seed", default="capgate")
    ap.add_argument("--first", type=int, default=0)
    ap.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    ap.add_argument("--runtimes", default="")
    ap.add_argument("--fetched", default=os.path.join(HERE, "../../../build/runtimes"))
    ap.add_argument("--per", type=int, default=0)
    ap.add_argument("--unjudged", action="store_true")
    ap.add_argument("--log", default="")
    a = ap.parse_args()
    capgate = os.environ.get("CAPGATE") or os.path.join(HERE, "../../../build/capgate")
    if not os.environ.get("CAPGATE_OWN_MACHINE"):
        sys.exit("differential: this writes to /etc; start it by run.sh")
    runtimes = [(name, path) for name, path in find_runtimes(a.runtimes, os.path.abspath(a.fetched)) if shutil.which(path)]
    if not runtimes:
        sys.exit("differential: no runtime is installed")
    dir_ = tempfile.mkdtemp(prefix="capgate-diff.")
    begun = time.monotonic()
    try:
        rig = Rig(os.path.abspath(capgate), dir_, runtimes)
        if a.unjudged:
            specs.HOSTILE = 1
        rig.seed, rig.unjudged, rig.per = a.seed, a.unjudged, a.per
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
        rig_down(dir_)
    for key in sorted(rig.count):
        print("%8d %s" % (rig.count[key], key))
    # A rig that cannot tell proves nothing.
    for r in rig.runtimes:
        if a.n * (a.per or len(runtimes)) // len(runtimes) >= (300 if a.unjudged else 60) * r.every and not (rig.count["%s originals that held what is forbidden" % r.name] and rig.count["%s started" % r.name]):
            rig.tell(-1, "under %s nothing forbidden was ever held: the rig cannot tell" % r.name)
    failed = len({i for i, _ in rig.failures})
    total = sum(v for k, v in rig.count.items() if k.endswith(" containers"))
    suite = "differential, unjudged" if a.unjudged else "differential"
    seconds = time.monotonic() - begun
    print(suite + ": %d specifications, %d containers under %s in %.0f s; %d failed (seed %s, from %d)" % (
        a.n, total, ", ".join(name for name, _ in runtimes), seconds, failed, a.seed, a.first))
    counts = os.environ.get("CAPGATE_TEST_COUNTS")
    if counts:
        with open(counts, "a") as f:
            f.write("count\t%d\t%d\t0\t%d\t%s\n" % (max(a.n - failed, 0), failed, seconds, suite))
            for i, what in {i: what for i, what in reversed(rig.failures)}.items():
                f.write("failed\tdifferential\t%d: %s\tmake check-differential DIFF_SEED=%s DIFF_FIRST=%d DIFF_N=1\n" % (
                    i, " ".join(what.split())[:200], a.seed, max(i, 0)))
    sys.exit(1 if failed or not total else 0)


main()
