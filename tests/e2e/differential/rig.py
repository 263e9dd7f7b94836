# SPDX-License-Identifier: Apache-2.0
"""Real containers for the differential test: runtimes, bundles, root file systems."""
import collections
import json
import os
import shlex
import shutil
import struct
import subprocess
import sys
import threading

import specs

HERE = os.path.dirname(os.path.abspath(__file__))
# A runtime that takes a second to start gets every so manieth specification,
# where others do the rest.  No multiple of the number of policies.
EVERY = {"runsc": 25}
OPTIONS = {"runsc": ["--platform=ptrace", "--network=none", "--ignore-cgroups"]}


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


class Runtime:
    """A program and its private state.  Its name is what the reports call it."""

    def __init__(self, name, path, dir_):
        self.name = name
        self.kind = next((k for k in ("runsc", "crun") if os.path.basename(path).startswith(k)), "runc")
        self.every = EVERY.get(self.kind, 1)
        self.root = os.path.join(dir_, "state-" + name)
        self.command = [path] + OPTIONS.get(self.kind, [])
        self.path = path
        self.gate = os.path.join(dir_, "gate-" + name)


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


# What is compiled: name, source, how it is linked.
PROGRAMS = (("probe", "probe.c", ["-D_GNU_SOURCE", "-static"]), ("listener", "../listener.c", ["-D_GNU_SOURCE", "-static"]),
            ("exchange", "../exchange.c", []), ("plugin", "plugin.c", ["-D_GNU_SOURCE", "-shared", "-fPIC"]))


def build(dir_):
    """Its programs, in that directory, side by side."""
    paths = [os.path.join(dir_, name) for name, _, _ in PROGRAMS]
    compilers = [subprocess.Popen([os.environ.get("CC", "cc"), "-O2", *how, "-o", path, os.path.join(HERE, source)])
                 for path, (_, source, how) in zip(paths, PROGRAMS)]
    if any([c.wait() for c in compilers]):
        sys.exit("differential: a program of the rig cannot be compiled")
    return paths


class RootFS:
    """A root file system that is as new for every container: runtimes leave links
    and mount points behind, and the next one stumbles over them."""

    def __init__(self, dir_, probe, plugin):
        self.dir, self.path, self.lie = dir_, os.path.join(dir_, "rootfs"), os.path.join(dir_, "lie")
        self.flips, self.target = os.path.join(dir_, "flips"), os.path.join(dir_, "target")
        shutil.copy(plugin, os.path.join(dir_, "plugin"))
        os.makedirs(os.path.join(dir_, "data"))
        with open(os.path.join(dir_, "data/hosts"), "w") as f:
            f.write("127.0.0.1 localhost\n")
        os.makedirs(self.path)
        os.symlink("rootfs", os.path.join(dir_, "link"))
        shutil.copy(probe, os.path.join(self.path, "probe"))
        special_programs(self.path)
        self.kept = set(os.listdir(self.path))

    def unmount(self):
        """Where a specification has no mount namespace, mounts are ours."""
        with open("/proc/self/mountinfo") as f:
            below = [line.split()[4] for line in f if line.split()[4].startswith(self.dir + "/")]
        for path in reversed(below):
            subprocess.run(["umount", "-l", path.encode().decode("unicode_escape")], check=True)

    def hook(self, words):
        """What the specification names as its createRuntime hook."""
        path = os.path.join(self.dir, "hook")
        with open(path, "w") as f:
            f.write("#!/bin/sh\nexec %s\n" % " ".join(map(shlex.quote, words)))
        os.chmod(path, 0o755)

    def clear(self):
        self.unmount()
        for name in set(os.listdir(self.path)) - self.kept:
            remove(os.path.join(self.path, name))
        for place in (self.lie, self.target):
            remove(place)

    def fresh(self, lay=()):
        self.clear()
        for name in ("proc", "dev", "sys"):
            os.mkdir(os.path.join(self.path, name))
        os.makedirs(os.path.join(self.lie, "sys/kernel"))
        with open(os.path.join(self.lie, "sys/kernel/cap_last_cap"), "w") as f:
            f.write("-1\n")
        os.makedirs(os.path.join(self.target, "capgate"))
        with open(os.path.join(self.target, "capgate/policy.json"), "w") as f:
            f.write("{}\n")
        os.link(os.path.join(self.path, "probe"), os.path.join(self.target, "probe"))
        self.lay(lay)

    def turn_back(self):
        """The volume in which names are exchanged, as it is at first."""
        remove(self.flips)
        os.makedirs(self.flips)
        os.symlink("/proc/sys/kernel/cap_last_cap", os.path.join(self.flips, "l"))
        with open(os.path.join(self.flips, "f"), "w") as f:
            f.write("-1\n")

    def watched(self):
        """What no mount may come over."""
        return ["/etc/capgate/policy.json", "/etc/capgate/runtime.json", "/etc/passwd", "/proc/sys/kernel/cap_last_cap",
                os.path.join(self.target, "capgate"), os.path.join(self.target, "capgate/policy.json"), os.path.join(self.dir, "data/hosts")]

    def loaded(self):
        """Has anybody loaded the library?  Asked once."""
        path = os.path.join(self.dir, "plugin.loaded")
        there = os.path.exists(path)
        if there:
            os.remove(path)
        return there

    def make_directory(self, path):
        """A link on the way would lead out of the root file system."""
        if path != self.path:
            self.make_directory(os.path.dirname(path))
            if os.path.islink(path):
                os.remove(path)
            os.makedirs(path, exist_ok=True)

    def lay(self, lay):
        for path, how, what in lay:
            path = os.path.join(self.path, path)
            self.make_directory(os.path.dirname(path))
            if how == "link":
                remove(path)
                os.symlink(what, path)
                continue
            with open(path, "w") as f:
                f.write(what)


def remove(path):
    """Never anything below a mount point."""
    if os.path.ismount(path):
        raise OSError("%s is a mount point" % path)
    if os.path.isdir(path) and not os.path.islink(path):
        with os.scandir(path) as entries:
            for entry in entries:
                remove(entry.path)
        os.rmdir(path)
    elif os.path.lexists(path):
        os.remove(path)


class Rig:
    def __init__(self, capgate, dir_, runtimes):
        self.capgate, self.dir = capgate, dir_
        self.probe, self.listener, self.exchange, self.plugin = build(dir_)
        os.chmod(dir_, 0o755)
        self.runtimes = [Runtime(name, path, dir_) for name, path in runtimes]
        for r in self.runtimes:
            os.mkdir(r.root, 0o700)
            os.symlink(os.environ.get("CAPGATE_HOOK") or capgate + "-hook", r.gate)
        os.makedirs("/etc/capgate", exist_ok=True)
        with open("/etc/capgate/runtime.json", "w") as f:
            json.dump({"version": 1, "runtimes": {os.path.basename(r.gate): r.path for r in self.runtimes}}, f)
        # Another one lies over it for each call, see Worker.gated().
        with open("/etc/capgate/policy.json", "w") as f:
            f.write('{"version": 1}')
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

    def policy(self, i):
        """The policy of specification i; where only the ceiling counts, one without NET_RAW."""
        path, allowed = self.policies[i % len(self.policies)]
        return self.policies[0] if self.unjudged and allowed & mask(["NET_RAW"]) else (path, allowed)

    def rejects(self, i):
        return POLICIES[i % len(POLICIES)][0].get("action") == "reject"

    def turn(self, i):
        """The runtimes whose turn it is."""
        slow = [r for r in self.runtimes if r.every > 1 and (i % r.every == 0 or len(self.runtimes) == 1)]
        fast = [r for r in self.runtimes if r.every == 1]
        if self.per and self.per < len(fast):
            fast = [fast[(i * self.per + k) % len(fast)] for k in range(self.per)]
        return fast + slow

    def tell(self, i, what, *texts):
        with self.lock:
            self.failures.append((i, what))
            print("not ok %d: %s" % (i, what))
            for t in texts:
                print("    " + t.decode("utf-8", "backslashreplace").replace("\n", "\n    ")[:3000])
            sys.stdout.flush()
