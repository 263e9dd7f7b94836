# SPDX-License-Identifier: Apache-2.0
"""Random runtime configurations, as text: specification number i of a seed is
always the same, but for the directory of its files, as long as these files are: who adds a
kind changes every series.  Half are written as engines write them, in any sets, order,
white space and escapes; half are spoilt as kinds.py knows how."""
import os
import random

import around
import hostile
import kinds
from hostile import Pairs, Raw, SETS

NAMES = ("CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE "
         "NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO "
         "SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME "
         "SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG "
         "WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE").split()
NUMBER = {"CAP_" + n: i for i, n in enumerate(NAMES)}
# The share of specifications that are spoilt on purpose.
HOSTILE = .5
DOCKER = ("CHOWN DAC_OVERRIDE FSETID FOWNER MKNOD NET_RAW SETGID SETUID SETFCAP SETPCAP NET_BIND_SERVICE "
          "SYS_CHROOT KILL AUDIT_WRITE").split()
ODD = [lambda r, n: n.lower(), lambda r, n: n[4:], lambda r, n: n[4:].lower(), lambda r, n: str(NUMBER[n]),
       lambda r, n: hex(NUMBER[n]), lambda r, n: "0%o" % NUMBER[n], lambda r, n: n + " ", lambda r, n: " " + n,
       lambda r, n: n + ",CAP_KILL", lambda r, n: n + "=ep", lambda r, n: n + "1", lambda r, n: n + "\u00e9",
       lambda r, n: "CAP_" + n, lambda r, n: n.replace("S", "\u017f"), lambda r, n: n.capitalize(),
       lambda r, n: "CAP_FUTURE", lambda r, n: "ALL", lambda r, n: "", lambda r, n: "CAP_", lambda r, n: n + "_X",
       lambda r, n: "%d.0" % NUMBER[n], lambda r, n: "%dabc" % NUMBER[n], lambda r, n: str(41 + r.randrange(40)),
       lambda r, n: n + "\u200b", lambda r, n: n[:-1], lambda r, n: "cap_all", lambda r, n: n + "\t",
       lambda r, n: "0" + str(NUMBER[n])]


class Writer:
    def __init__(self, rng, places):
        self.rng, self.places = rng, places
        self.space = rng.choice((0, 0, 0.1, 0.6))
        self.escape = rng.choice((0, 0, 0, 0.02, 0.3))

    def blank(self):
        if self.rng.random() < self.space:
            return self.rng.choice((" ", "\n", "\t", "\r\n", "   ", "\n\t\t"))
        return ""

    def string(self, s):
        out = ['"']
        for name, path in self.places.items():
            s = s.replace(name, path)
        for c in s:
            o = ord(c)
            if c in '"\\':
                out.append("\\" + c)
            elif o < 0x20:
                out.append("\\u%04x" % o)
            elif self.escape and self.rng.random() < self.escape and o < 0x10000:
                out.append(("\\u%04x" if self.rng.random() < .5 else "\\u%04X") % o)
            elif c == "/" and self.rng.random() < .2:
                out.append("\\/")
            else:
                out.append(c)
        return "".join(out) + '"'

    def value(self, v):
        b = self.blank
        if isinstance(v, Raw):
            return str(v)
        if isinstance(v, str):
            return self.string(v)
        if v is None:
            return "null"
        if isinstance(v, bool):
            return "true" if v else "false"
        if isinstance(v, (int, float)):
            return repr(v)
        if isinstance(v, dict):
            v = Pairs(v.items())
        if isinstance(v, Pairs):
            return "{" + b() + ("," + b()).join(self.value(k) + b() + ":" + b() + self.value(x) + b()
                                                for k, x in v) + "}"
        return "[" + b() + ("," + b()).join(self.value(x) + b() for x in v) + "]"


# What engines write beside the capabilities: podman, Docker and containerd, and a
# rootless container in the host's process namespace.
PROC = {"destination": "/proc", "type": "proc", "source": "proc"}
OPTIONS = ["nosuid", "noexec", "nodev"]
DEV = [{"destination": "/dev", "type": "tmpfs", "source": "tmpfs", "options": ["nosuid", "strictatime", "mode=755", "size=65536k"]},
       {"destination": "/dev/shm", "type": "tmpfs", "source": "shm", "options": OPTIONS + ["mode=1777", "size=65536k"]},
       {"destination": "/dev/mqueue", "type": "mqueue", "source": "mqueue", "options": OPTIONS}]
ENGINES = (
    {"mounts": [PROC]}, {"mounts": [PROC]}, {"mounts": [PROC]},
    {"mounts": [dict(PROC, options=OPTIONS)] + DEV,
     "maskedPaths": ["/proc/acpi", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/timer_list", "/proc/scsi", "/sys/firmware"],
     "readonlyPaths": ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"]},
    {"mounts": DEV[:1] + [dict(PROC, options=OPTIONS + ["relatime"])],
     "maskedPaths": ["/proc/asound", "/proc/acpi", "/proc/kcore", "/proc/timer_list", "/proc/sched_debug"], "readonlyPaths": ["/proc/sys"]},
    {"mounts": [PROC] + DEV + [{"destination": "/etc/hosts", "type": "bind", "source": hostile.DATA + "/hosts", "options": ["bind", "ro", "rprivate"]},
                               {"destination": "/data", "type": "bind", "source": hostile.DATA, "options": ["rbind", "ro", "rprivate"]}]},
)


def subset(rng, names, p):
    return [n for n in names if rng.random() < p]


def spell(rng, names, odd):
    out = []
    for n in names:
        if rng.random() < odd:
            out.append(rng.choice(ODD)(rng, n))
            if rng.random() < .5:
                out.append(n)
        else:
            out.append(n)
    if odd and rng.random() < .1:
        out.insert(rng.randrange(len(out) + 1), rng.choice((13, 13.0, Raw("-0"), 39, None, True, Raw("1e400"), [],
                                                            ["CAP_NET_RAW"], {"a": "CAP_NET_RAW"})))
    if rng.random() < .15 and out:
        out.append(rng.choice(out))
    rng.shuffle(out)
    return out


def capabilities(rng):
    """The member as it is written, what it means, and whether an engine writes such."""
    what = rng.random()
    if what < .03:
        return None, {}, False
    all_names = list(NUMBER)
    # SYS_RESOURCE is missing from many test machines; most specifications do
    # without, that they may start.
    if rng.random() < .9:
        all_names.remove("CAP_SYS_RESOURCE")
    if what < .4:
        base = ["CAP_" + n for n in DOCKER if rng.random() < .9] + subset(rng, all_names, rng.choice((0, .05, .2)))
        base = list(dict.fromkeys(base))
        if rng.random() < .5 and "CAP_NET_RAW" in base:
            base.remove("CAP_NET_RAW")
    else:
        base = subset(rng, all_names, rng.choice((.02, .1, .3, .8, 1)))
    if rng.random() < .65:
        # What the kernel accepts: E within P, I within B, A anything.
        sets = {"bounding": base, "permitted": subset(rng, base, rng.choice((.5, 1, 1)))}
        sets["effective"] = subset(rng, sets["permitted"], rng.choice((.5, 1)))
        sets["inheritable"] = subset(rng, base, rng.choice((0, .5, 1)))
        sets["ambient"] = subset(rng, base, rng.choice((0, .5, 1)))
    else:
        sets = {s: subset(rng, rng.choice((base, all_names)), rng.choice((0, .1, .5, 1))) for s in SETS}
    odd = rng.choice((0, 0, 0, .05, .3, 1))
    written = {s: spell(rng, sets[s], odd) for s in SETS}
    for s in SETS:
        if rng.random() < .1:
            del written[s]
    keys = list(written)
    rng.shuffle(keys)
    return Pairs((k, written[k]) for k in keys), sets, not odd


def junk(rng, depth=0):
    kind = rng.randrange(9 if depth < 4 else 6)
    if kind == 0:
        return Raw(rng.choice(("18446744073709551615", "1e400", "-0.0", "0.1e-7", "1E+2", "-9223372036854775808", "3.14159")))
    if kind == 1:
        return rng.choice((True, False, None))
    if kind in (2, 3):
        return "".join(rng.choice("abcXYZ_-. \u00e9\u4e2d\U0001f600\"\\\n/") for _ in range(rng.randrange(12)))
    if kind < 6:
        return rng.randrange(1 << 30)
    if kind == 6:
        return [junk(rng, depth + 1) for _ in range(rng.randrange(4))]
    return {"k%d" % i: junk(rng, depth + 1) for i in range(rng.randrange(4))}


def places(root):
    """What hostile.py and around.py name, beside the root file system."""
    beside = os.path.dirname(root)
    names = (hostile.LIE, hostile.DATA, hostile.AGENT, hostile.LINK, hostile.HOOK, around.FLIPS, around.PLUGIN, around.TARGET)
    found = {name: os.path.join(beside, name.strip("@").lower()) for name in names}
    return dict(found, **{hostile.ROOT: root})


def make(seed, i, root):
    rng = random.Random("%s/%d" % (seed, i))
    caps, sets, engine_made = capabilities(rng)
    uid = rng.choice((0, 0, 0, 1000, 65534))
    user = {"uid": uid, "gid": rng.choice((0, uid))}
    process = Pairs([("terminal", False), ("user", user), ("args", ["/probe"]), ("cwd", "/"), ("env", ["PATH=/"])])
    if caps is not None or rng.random() < .5:
        process.append(("capabilities", caps))
    nnp = rng.choice((None, True, False))
    if nnp is not None:
        process.append(("noNewPrivileges", nnp))
    rng.shuffle(process)
    spaces = [{"type": t} for t in ("pid", "mount", "ipc", "uts")]
    linux = Pairs([("namespaces", spaces)])
    userns = rng.random() < .03
    if userns:
        spaces.append({"type": "user"})
        for ids in ("uidMappings", "gidMappings"):
            linux.append((ids, [{"containerID": 0, "hostID": 100000, "size": 65536}]))
    if rng.random() < .05:
        spaces.append({"type": "network"})
    spec = Pairs([("ociVersion", "1.0.2"), ("process", process), ("root", {"path": root}), ("hostname", "x"),
                  ("linux", linux)])
    engine = rng.choice(ENGINES)
    spec.append(("mounts", list(engine["mounts"])))
    linux.extend((paths, engine[paths]) for paths in ("maskedPaths", "readonlyPaths") if paths in engine)
    if rng.random() < .3:
        spec.append(("annotations", {"org.example.a": "\u00e9 \"x\"", "org.example.B": "CAP_NET_RAW"}))
    if rng.random() < .3:
        spec.append(("x-unknown", junk(rng)))
    about = {"uid": uid, "nnp": bool(nnp), "sets": sets, "userns": userns, "kind": "plain", "program": "/probe", "engine": engine_made}
    rng.shuffle(spec)
    writer = Writer(rng, places(root))
    if rng.random() < HOSTILE:
        text, more = kinds.spoil(rng, spec, writer)
        about.update(more, engine=False)
        return text, about
    text = writer.value(spec)
    if rng.random() < .2:
        text = rng.choice(("\n", " ", "\t\r\n")) + text + "\n"
    return text.encode(), about
