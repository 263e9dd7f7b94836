# SPDX-License-Identifier: Apache-2.0
"""Hostile runtime configurations, by kind: whatever two readers are known to
read differently, and whatever gives a capability by another road than its name.
Each kind is a function that spoils an ordinary configuration; it may return the
document's text where the spoiling is below the grammar of JSON."""
import base64
import struct

SETS = ("bounding", "effective", "inheritable", "permitted", "ambient")
EVIL = {s: ["CAP_NET_RAW", "CAP_SYS_ADMIN"] for s in SETS}
GOOD = {s: ["CAP_KILL"] for s in SETS}


class Raw(str):
    """Text that goes into the document as it stands."""


class Pairs(list):
    """An object as a list of pairs: order and duplicates are the author's."""

    def at(self, key):
        return next((i for i, (k, _) in enumerate(self) if k == key), None)

    def get(self, key):
        i = self.at(key)
        return None if i is None else self[i][1]

    def put(self, key, value):
        i = self.at(key)
        if i is None:
            self.append((key, value))
        else:
            self[i] = (key, value)

    def drop(self, key):
        i = self.at(key)
        if i is not None:
            del self[i]


class Kind:
    """What a spoiler works on."""

    def __init__(self, rng, spec, writer):
        self.rng, self.spec, self.writer = rng, spec, writer
        self.process = spec.get("process")
        self.linux = spec.get("linux")
        self.about = {}

    def object(self, name):
        return {"": self.spec, "process": self.process, "linux": self.linux}.get(name)


# ---- name: how an entry is spelt ------------------------------------------------

def spellings(name, number):
    n = number
    low = name.lower()
    yield from (low, name[4:], low[4:], name.capitalize(), name.swapcase(), low[:6] + name[6:], "CAP_" + name, "CAP_CAP_" + name,
                "cap_" + name, name.replace("S", "\u017f"), name.replace("I", "\u0131"), name.replace("K", "\u212a"),
                name.replace("A", "\u0410"), name.replace("_", "-"), name.replace("_", " "), name + "_", name + "X",
                "ALL", "CAP_ALL", "cap_all", "all", "CAP_LAST_CAP", "", "CAP_", "*", "CAP_FUTURE", "+" + name, "-" + name,
                '"%s"' % name, "'%s'" % name, "${%s}" % name, name * 200, name + "." * 5000)
    # libcap reads a number's beginning and a name's beginning, and no further.
    for digits in (str(n), hex(n), "0X%X" % n, oct(n).replace("o", ""), "0b%s" % bin(n)[2:], "0o%o" % n, "00%d" % n,
                   "%d.0" % n, "%de0" % n, "+%d" % n, "-%d" % n, " %d" % n, str(n + (1 << 32)), str(n + (1 << 64)),
                   str(n + 64), "41", "42", "63", "64", "109", "-1", "4294967295"):
        yield digits
    for tail in (" ", "\t", "\n", ",", ",CAP_KILL", "=", "=ep", "+eip", ";", ":", "1", "13", "\u007f", "\u00a0", "\u00e9", "\u200b",
                 "\u0301", "\ufeff", "\U0001f600", "\\", "\"", "/", "\u0001", "\u001f"):
        yield name + tail
        yield str(n) + tail
        yield tail + name
    # Behind a NUL a C string has ended; half a pair is read in four ways.
    for raw in ("%s\\u0000", "%s\\u0000x", "\\u0000%s", "%s\\ud800", "%s\\udc00\\ud800", "\\ud83d\\ude00%s"):
        yield Raw('"%s"' % (raw % name))
    yield Raw('"%s"' % "".join("\\u%04x" % ord(c) for c in name))
    yield Raw('"\\u0043\\u0041P_%s"' % name[4:])


def name(k):
    cap = k.rng.choice((("CAP_NET_RAW", 13), ("CAP_SYS_ADMIN", 21), ("CAP_CHOWN", 0), ("CAP_KILL", 5), ("CAP_BPF", 39)))
    forms = list(spellings(*cap))
    chosen = [k.rng.choice(forms) for _ in range(k.rng.choice((1, 1, 2)))]
    sets = k.rng.choice((SETS, SETS, ("bounding", "permitted", "effective"), ("bounding",)))
    caps = Pairs((s, ["CAP_KILL"] * k.rng.choice((0, 1)) + chosen) for s in sets)
    k.process.put("capabilities", caps)


# ---- sets: which of the five -----------------------------------------------------

def sets(k):
    pattern = k.rng.randrange(32)
    names = k.rng.choice((["CAP_NET_RAW"], ["CAP_NET_RAW", "CAP_KILL"], ["CAP_SETUID", "CAP_NET_RAW"]))
    written = Pairs()
    for bit, s in enumerate(SETS):
        if pattern >> bit & 1:
            written.append((s, list(names)))
        elif k.rng.random() < .5:
            written.append((s, k.rng.choice(([], ["CAP_KILL"]))))
    k.process.put("capabilities", written)


# ---- exec: what a file gives when it is executed -----------------------------------

PROGRAMS = ("/probe-suid", "/probe-sgid", "/probe-fcap-ep", "/probe-fcap-p", "/probe-fcap-ei", "/probe-suid-fcap")


def execution(k):
    program = k.rng.choice(PROGRAMS)
    sets(k)
    k.process.put("args", [program])
    k.process.put("user", {"uid": k.rng.choice((0, 1000)), "gid": 0})
    k.process.put("noNewPrivileges", k.rng.choice((True, False)))
    k.about["program"] = program


# ---- absent: what is not there -----------------------------------------------------

def absent(k):
    where, key = k.rng.choice((("process", "capabilities"), ("process", "capabilities"), ("process", "user"), ("process", "cwd"),
                               ("process", "args"), ("process", "env"), ("process", "noNewPrivileges"), ("process", "terminal"),
                               ("", "process"), ("", "root"), ("", "linux"), ("", "mounts"), ("", "hostname"),
                               ("", "ociVersion"), ("linux", "namespaces"), ("caps", None), ("caps", None)))
    how = k.rng.choice(("absent", "null", "empty"))
    if where == "caps":
        caps = Pairs((s, list(v)) for s, v in k.rng.choice((EVIL, GOOD)).items())
        for s in k.rng.sample(SETS, k.rng.choice((1, 1, 2, 5))):
            if how == "absent":
                caps.drop(s)
            else:
                caps.put(s, None if how == "null" else [])
        k.process.put("capabilities", caps)
        return
    obj = k.object(where)
    if how == "absent":
        obj.drop(key)
    elif how == "null":
        obj.put(key, None)
    else:
        obj.put(key, k.rng.choice(({}, [], "")))


# ---- dup: twice ----------------------------------------------------------------------

def twice(k):
    rng = k.rng
    first, second = rng.choice(((EVIL, GOOD), (GOOD, EVIL), (EVIL, {}), (EVIL, None), ({}, EVIL), (None, EVIL), (EVIL, "x"), ([], EVIL),
                                (EVIL, EVIL), (GOOD, GOOD)))
    where = rng.randrange(5)
    key = "capabilities"
    other = rng.choice((key, key, key, Raw('"capabilitie\\u0073"'), Raw('"\\u0063apabilities"')))
    k.process.drop(key)
    if where == 0:
        at = rng.randrange(len(k.process) + 1)
        k.process.insert(at, (key, first))
        k.process.insert(rng.randrange(at + 1, len(k.process) + 1), (other, second))
    elif where == 1:
        # Go's decoder leaves old elements in a slice that it fills again.
        s = rng.choice(SETS)
        caps = Pairs((x, ["CAP_KILL", "CAP_KILL"]) for x in SETS if x != s)
        for v in rng.choice((([["CAP_NET_RAW", "CAP_NET_RAW"], ["CAP_KILL"], ["CAP_KILL", None]]), ([["CAP_NET_RAW"], ["CAP_KILL"]]),
                             ([["CAP_KILL"], ["CAP_NET_RAW"]]), ([["CAP_NET_RAW"], None]), ([None, ["CAP_NET_RAW"]]))):
            caps.insert(rng.randrange(len(caps) + 1), (s, v))
        k.process.append((key, caps))
    elif where == 2:
        k.process.append((key, first))
        clone = Pairs(k.process)
        clone.put(key, second)
        k.spec.insert(rng.randrange(len(k.spec) + 1), ("process", rng.choice((clone, {}, None, Pairs([(key, second)])))))
    elif where == 3:
        k.process.append((key, GOOD))
        k.process.insert(rng.randrange(len(k.process) + 1), ("user", {"uid": rng.choice((0, 1000))}))
    else:
        k.process.append((key, GOOD))
        twin = rng.choice(("linux", "root", "mounts", "annotations", "x-unknown", "hooks"))
        k.spec.append((twin, k.spec.get(twin)))
        k.spec.append((twin, rng.choice((None, {}, []))))


# ---- key: looks alike ------------------------------------------------------------------

def alike(word):
    yield word.upper()
    yield word.capitalize()
    yield word[:-1] + word[-1].upper()
    yield word.replace("s", "\u017f", 1)
    yield word.replace("k", "\u212a", 1)
    yield word[:-1] + "\u017f" if word.endswith("s") else word + "\u017f"
    yield word.replace("i", "\u0130", 1)
    yield word.replace("i", "\u0131", 1)
    for tail in (" ", "\t", ".", "\u00ad", "\u200b", "\ufeff", "_", "-"):
        yield word + tail
        yield tail + word
    yield Raw('"%s\\u0000"' % word)
    yield Raw('"%s\\u0000x"' % word)
    yield Raw('"\\u0000%s"' % word)
    yield Raw('"%s\\ud800"' % word)
    yield Raw('"%s"' % "".join("\\u%04X" % ord(c) for c in word))
    yield Raw('"\\u%04x%s"' % (ord(word[0]), word[1:]))


def key(k):
    rng = k.rng
    where = rng.randrange(4)
    mode = rng.choice(("only", "before", "after"))
    if where == 0:
        obj, word, good, evil = k.process, "capabilities", GOOD, EVIL
    elif where == 1:
        caps = Pairs((s, ["CAP_KILL"]) for s in SETS)
        k.process.put("capabilities", caps)
        obj, word, good, evil = caps, rng.choice(SETS), ["CAP_KILL"], ["CAP_KILL", "CAP_NET_RAW"]
    elif where == 2:
        clone = Pairs(k.process)
        clone.put("capabilities", EVIL)
        k.process.put("capabilities", GOOD)
        obj, word, good, evil = k.spec, "process", k.process, clone
    else:
        k.process.put("capabilities", GOOD)
        obj, word, good, evil = rng.choice(((k.process, "user", {"uid": 1000, "gid": 0}, {"uid": 0, "gid": 0}),
                                            (k.process, "noNewPrivileges", True, False),
                                            (k.spec, "linux", k.linux, {}), (k.spec, "root", k.spec.get("root"), None),
                                            (k.spec, "hooks", {}, {"prestart": []}), (k.spec, "annotations", {}, {"a": "b"})))
    odd = rng.choice(list(alike(word)))
    obj.drop(word)
    if mode == "only":
        obj.insert(rng.randrange(len(obj) + 1), (odd, evil))
    else:
        at = rng.randrange(len(obj) + 1)
        pair = [(word, good), (odd, evil)]
        obj[at:at] = pair if mode == "after" else pair[::-1]


# ---- type: of another type ---------------------------------------------------------------

ANYTHING = (None, True, False, 0, 1, 13, 1000, -1, Raw("1.0"), Raw("1e3"), Raw("-0"), Raw("4294967295"), Raw("4294967296"),
            Raw("18446744073709551616"), Raw("1e400"), "", "0", "1000", "root", "CAP_NET_RAW", [], ["CAP_NET_RAW"], [["CAP_NET_RAW"]],
            [None], [13], [[]], [{"a": 1}], {}, {"bounding": ["CAP_NET_RAW"]}, {"0": "CAP_NET_RAW"}, {"uid": 0}, [0, 0],
            [["CAP_NET_RAW"]] * 5)


def type_(k):
    rng = k.rng
    value = rng.choice(ANYTHING)
    where = rng.randrange(6)
    if where == 0:
        k.process.put("capabilities", value)
    elif where == 1:
        caps = Pairs((s, list(v)) for s, v in rng.choice((EVIL, GOOD)).items())
        caps.put(rng.choice(SETS), value)
        k.process.put("capabilities", caps)
    elif where == 2:
        entries = ["CAP_KILL", value]
        rng.shuffle(entries)
        k.process.put("capabilities", {s: entries for s in rng.choice((SETS, ("bounding",), ("bounding", "effective", "permitted")))})
    elif where == 3:
        user = Pairs([("uid", 0), ("gid", 0)])
        user.put(rng.choice(("uid", "gid", "additionalGids", "umask", "username")), value)
        k.process.put("user", rng.choice((user, user, value)))
    elif where == 4:
        k.process.put(rng.choice(("noNewPrivileges", "args", "env", "cwd", "terminal", "rlimits", "oomScoreAdj")), value)
    else:
        k.spec.put(rng.choice(("process", "linux", "root", "mounts", "annotations", "hooks", "hostname", "ociVersion")), value)


# ---- lex: below the grammar -----------------------------------------------------------------

LEX_BLANKS = ("\x0b", "\x0c", "\x00", "\u00a0", "\u2028", "\u200b", "\ufeff", "/**/", "/* \" */", "//\n", "# x\n", ";", ",", ",,", "\x1b", "\x7f",
              "\x85", "\r", "\t\n ")
LEX_STRINGS = (b"\xff", b"\x80", b"\xc0\xaf", b"\xc1\x81", b"\xe0\x80\xaf", b"\xed\xa0\x80", b"\xed\xa0\xbd\xed\xb8\x80", b"\xf4\x90\x80\x80",
               b"\xf8\x88\x80\x80\x80", b"\xe2\x84", b"\x01", b"\x1f", b"\x0a", b"\x00", b"\x7f", b"\\ud800", b"\\udfff", b"\\ud800x", b"\\u0000",
               b"\\u00", b"\\uZZZZ", b"\\x41", b"\\'", b"\\\n", b"\\a", b"\\v", b"\\U0043", b"\\u", b"\\", b"\xc2\x85", b"\xef\xbf\xbe")
LEX_TAILS = (b"\x00", b"\x00{}", b"{}", b"[]", b"x", b"\"", b"'", b"/*", b"/* */", b"// x", b"\x0b", b"\x0c", b"\x1a", b"\xef\xbb\xbf", b",", b"}", b"]",
             b"null", b"nul", b"1", b"-", b"\xff", b" \r\n\t ", b"\n#\n")


def lexical(k):
    rng = k.rng
    k.process.put("capabilities", rng.choice((EVIL, GOOD)))
    k.spec.append(("x", "@@"))
    caps = k.process.get("capabilities")
    k.process.put("capabilities", {s: v + ["CAP_@@"] * (rng.random() < .5) for s, v in caps.items()})
    text = k.writer.value(k.spec).encode()
    how = rng.randrange(8)
    if how == 0:
        places = [i for i, c in enumerate(text) if c in b"{}[],:"]
        at = rng.choice(places) + rng.choice((0, 1))
        text = text[:at] + rng.choice(LEX_BLANKS).encode("utf-8", "surrogatepass") + text[at:]
    elif how in (1, 2):
        places = [i for i in range(len(text)) if text.startswith(b"@@", i)]
        at = rng.choice(places or [len(text) - 1])
        text = text[:at] + rng.choice(LEX_STRINGS) + text[at:]
    elif how == 3:
        tail = rng.choice(LEX_TAILS)
        if rng.random() < .3:
            tail += b'{"process":{"capabilities":{"bounding":["CAP_NET_RAW"]}}}'
        text += tail
    elif how == 4:
        text = rng.choice((b"\xef\xbb\xbf", b"\xff\xfe", b"\x00", b"\x0b", b"/* */", b"//\n", b"{}", b"[", b"\xc2\xa0", b"null ")) + text
    elif how == 5:
        text = text.decode().encode(rng.choice(("utf-16", "utf-16-be", "utf-16-le", "utf-32")))
    elif how == 6:
        # What lenient parsers take: trailing commas, single quotes, odd words.
        old, new = rng.choice(((b"]", b",]"), (b"}", b",}"), (b'"x"', b"'x'"), (b'"x"', b"x"), (b"false", b"FALSE"), (b"false", b"False"),
                               (b'"@@"', b"NaN"), (b'"@@"', b"-Infinity"), (b'"@@"', b"013"), (b'"@@"', b"1."), (b'"@@"', b".5"), (b'"@@"', b"1e"),
                               (b'"@@"', b"+1"), (b'"@@"', b"0x10"), (b'"@@"', b"- 1"), (b'"@@"', b"undefined"), (b":", b"="), (b",", b";")))
        at = rng.choice([i for i in range(len(text)) if text.startswith(old, i)] or [0])
        text = text[:at] + new + text[at + len(old):]
    else:
        depth = rng.choice((10, 20, 22, 23, 24, 30, 40, 200))
        text = text.replace(b'"@@"', rng.choice((b"[", b'{"a":')) * depth + b"0" + b"", 1)
        opened = text[text.rfind(b'"x"'):]
        closing = (b"]" if b"[[" in opened else b"}") * depth
        at = text.find(b"0", text.rfind(b'"x"'))
        text = text[:at + 1] + closing + text[at + 1:]
    return text


# ---- ns, seccomp, annot: what changes what the sets mean ---------------------------------------

def namespaces(k):
    rng = k.rng
    k.process.put("capabilities", rng.choice((EVIL, GOOD, {}, None)))
    spaces = [{"type": t} for t in ("pid", "mount", "ipc", "uts")]
    how = rng.randrange(7)
    if how == 0:
        spaces.append({"type": rng.choice(("pid", "network", "mount", "user", "Network", "net", "time", "cgroup", "", "CAP_NET_RAW"))})
    elif how == 1:
        twin = rng.choice(("network", "user", "pid"))
        spaces += [{"type": twin}, {"type": twin, "path": rng.choice(("", "/proc/1/ns/net"))}]
    elif how == 2:
        spaces.append({"type": "network", "path": rng.choice(("/proc/1/ns/net", "/proc/self/ns/net", "", None, 7))})
    elif how == 3:
        spaces.append({"type": "user"})
        k.linux.put("uidMappings", [{"containerID": 0, "hostID": rng.choice((0, 100000)), "size": rng.choice((1, 65536))}])
        k.linux.put("gidMappings", [{"containerID": 0, "hostID": 100000, "size": 65536}])
    elif how == 4:
        spaces.append({"type": "network"})
        k.linux.put("sysctl", rng.choice(({"net.ipv4.ping_group_range": "0 0"}, {}, None, {"net.ipv4.ip_unprivileged_port_start": "0"},
                                          {"user.max_user_namespaces": "0"}, [], {"net.ipv4.ping_group_range": 0})))
    elif how == 5:
        spaces = rng.choice((None, [], {}, [None], [{}], [[]], [{"path": "/x"}], "pid"))
    else:
        spaces.append({"type": "network"})
        spaces += [{"type": "network"}] * rng.choice((0, 1, 40))
    k.linux.put("namespaces", spaces)


# The calls that dropping capabilities is made of, and PR_CAPBSET_DROP among prctl's.
DROPPING = ("capset", "capget", "prctl", "openat")
BPF_RETURNS = (0x7fff0000, 0x7ffc0000, 0x00050001, 0x00050026, 0x00050000, 0x00050016, 0x7fc00000, 0x7ff00000)


def actions(rng):
    # Not SCMP_ACT_KILL: it ends one thread of runc, and the others wait for ever.
    return rng.choice(("SCMP_ACT_ALLOW", "SCMP_ACT_ERRNO", "SCMP_ACT_ERRNO", "SCMP_ACT_LOG", "SCMP_ACT_TRACE", "SCMP_ACT_KILL_PROCESS",
                       "SCMP_ACT_BOGUS"))


def seccomp(k):
    rng = k.rng
    k.process.put("capabilities", rng.choice((EVIL, GOOD, {}, {})))

    def arg():
        return {"index": rng.choice((0, 0, 1, 5, 6)), "value": rng.choice((0, 17, 24, 24, 0x10000000, 1 << 63, 18446744073709551615)),
                "valueTwo": rng.choice((0, 0x10000000)), "op": rng.choice(("SCMP_CMP_EQ", "SCMP_CMP_EQ", "SCMP_CMP_MASKED_EQ", "SCMP_CMP_GE"))}

    def rule():
        pool = rng.choice((DROPPING, ("unshare", "clone", "clone3", "setns", "socket", "nosuchcall", "mmap2", "chown")))
        made = {"names": rng.sample(pool, rng.randrange(1, 3)), "action": actions(rng)}
        if rng.random() < .5:
            made["args"] = [arg() for _ in range(rng.randrange(3))]
        if rng.random() < .6:
            made["errnoRet"] = rng.choice((0, 0, 1, 22, 38, 65536, 65558, None, Raw("-0"), "0"))
        return made

    profile = {"defaultAction": rng.choice(("SCMP_ACT_ALLOW", "SCMP_ACT_ALLOW", "SCMP_ACT_ALLOW", "SCMP_ACT_LOG", "SCMP_ACT_ERRNO", "ALLOW"))}
    if rng.random() < .2:
        profile["defaultErrnoRet"] = rng.choice((0, 1, 22, 38, None))
    if rng.random() < .5:
        profile["architectures"] = rng.choice((["SCMP_ARCH_X86_64"], ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"], [], None))
    profile["syscalls"] = [rule() for _ in range(rng.randrange(1, 4))]
    if rng.random() < .2:
        profile["flags"] = rng.choice((["SECCOMP_FILTER_FLAG_LOG"], [], ["SECCOMP_FILTER_FLAG_SPEC_ALLOW"]))
    k.linux.put("seccomp", rng.choice((profile, profile, profile, profile, None, {})))


def bpf(rng):
    """A filter that answers capset and prctl in some way and allows the rest."""
    answer = rng.choice(BPF_RETURNS)
    program = [(0x20, 0, 0, 0), (0x15, 2, 0, 157), (0x15, 1, 0, 126), (6, 0, 0, 0x7fff0000),
               rng.choice(((6, 0, 0, answer), (6, 0, 0, answer), (0x16, 0, 0, 0)))]
    text = base64.b64encode(b"".join(struct.pack("<HBBI", *i) for i in program)).decode()
    return rng.choice((text, text, text, text[:-1], text + "\n", "AAAA" + text, text.rstrip("=")))


def annotations(k):
    rng = k.rng
    k.process.put("capabilities", rng.choice((EVIL, GOOD, {}, None)))
    names = ("run.oci.seccomp_bpf_data", "run.oci.seccomp.receiver", "run.oci.seccomp_fail_unknown_syscall", "run.oci.handler",
             "module.wasm.image/variant", "run.oci.keep_original_groups", "run.oci.hooks.stderr", "run.oci.pidfd_receiver",
             "run.oci.systemd.subgroup", "dev.gvisor.flag.net-raw", "dev.gvisor.flag.oci-seccomp", "io.katacontainers.config.x",
             "org.criu.config", "io.podman.annotations.privileged", "CAP_NET_RAW", "", "process", "capabilities")
    values = ("AAAAAAAAAAA=", "wasm", "compat", "true", "TRUE", "1", "", "/nonexistent/x", "CAP_NET_RAW", "KRUN")
    found = Pairs((n, rng.choice(values)) for n in rng.sample(names, rng.randrange(1, 4)))
    if rng.random() < .5:
        k.process.put("capabilities", {})
        found.put("run.oci.seccomp_bpf_data", bpf(rng))
    if rng.random() < .1:
        found.append((found[0][0], "twice"))
    k.spec.put("annotations", found)


# ---- proc: what a runtime finds in the container's own /proc -----------------------------

# Places beside the root file system: a directory that looks like /proc, and one like any other.
LIE, DATA = "@LIE@", "@DATA@"
# The root file system itself, a link to it, and the hook that lies beside it.
ROOT, LINK, HOOK = "@ROOT@", "@LINK@", "@HOOK@"
PROC_PLACES = ("/proc", "/proc", "/proc/", "//proc", "proc", "/x/../proc", "/proc/sys", "/proc/sys/", "/proc//sys", "/proc/sys/kernel",
               "/proc/sys/kernel/cap_last_cap", "/proc/../proc/sys/kernel", "/proc/self", "/proc/1", "/", "/x/..", "/l", "/l/kernel",
               "/l/sys/kernel", "/a", "/a/b", "/dev", "/sys", "/tmp", "/proc2")
PROC_SOURCES = ("proc", "/proc", LIE, LIE, LIE + "/sys", LIE + "/sys/kernel", LIE + "/sys/kernel/cap_last_cap", "tmpfs", "/dev/null")
PROC_OPTIONS = (None, [], ["rbind"], ["rbind"], ["bind"], ["bind", "ro"], ["rbind", "rprivate"], ["ro"], ["nosuid", "noexec", "nodev"],
                ["subset=pid"], ["hidepid=2"], ["tmpcopyup"], ["remount"], ["bind", "remount", "ro"],
                ["shared"], ["rshared"], ["rbind", "shared"], ["rbind", "rshared"], ["rbind", "rslave"], ["bind", "slave"],
                ["rprivate"], ["unbindable"], ["rbind", "runbindable"])
PROPAGATIONS = ("shared", "rshared", "slave", "rslave", "private", "rprivate", "unbindable", "runbindable", "", "SHARED")
# Without ".." in an absolute one, which hooks refuse because they cannot find it.
ROOTS = (ROOT, ROOT + "/", ROOT + "/.", ROOT + "//", "../rootfs", "./../rootfs/", "../x/../rootfs", LINK)
PROC_PATHS = ("/proc", "/proc/sys", "/proc/sys/kernel", "/proc/sys/kernel/cap_last_cap", "/l", "/l/kernel", "/l/cap_last_cap", "/proc/kcore",
              "/proc/../proc/sys", "proc/sys", "/", "/sys/firmware", "")
PROC_LINKS = ("/proc", "proc", "/proc/sys", "proc/sys", "/proc/sys/kernel", "/proc/sys/kernel/cap_last_cap", "a/b", "/a/b", "/p", "../../proc")
LAST = ("-1", "-1", "-2147483648", "0", "4", "12", "40", "63", "", "x", "4294967295", "9223372036854775807", "-1 40", " -1", "0x28")


def mount(rng):
    made = {"destination": rng.choice(PROC_PLACES)}
    if rng.random() < .6:
        what = rng.choice(("/sys/kernel/cap_last_cap", "/sys/kernel", "/sys", ""))
        if what and rng.random() < .5:
            made["destination"] = "/proc" + what
        return dict(made, type="bind", source=LIE + what, options=rng.choice((["bind"], ["rbind"], ["rbind", "ro"])))
    if rng.random() < .95:
        made["type"] = rng.choice(("proc", "proc", "bind", "bind", "bind", "none", "tmpfs", "sysfs", "mqueue", "overlay", "PROC", "", "ramfs"))
    if rng.random() < .95:
        made["source"] = rng.choice(PROC_SOURCES)
    options = rng.choice(PROC_OPTIONS)
    if options is not None:
        made["options"] = options
    return made


def laid(rng):
    """What lies in the root file system: (path, how, what)."""
    lay = []
    where = rng.choice(("proc", "proc", "p", "a/b"))
    lay.append((where + "/sys/kernel/cap_last_cap", "file", rng.choice(LAST) + "\n"))
    if where != "proc" or rng.random() < .2:
        lay.append(("proc", "link", rng.choice(("p", "a/b", "/p", "/a/b", "a/../p"))))
    lay.append(("l", "link", rng.choice(PROC_LINKS)))
    return lay


def surround(k, roots):
    """What is around the mounts: the root's path, whether it is read-only, what spreads."""
    rng = k.rng
    if rng.random() < .4:
        k.spec.put("root", Pairs([("path", rng.choice(roots)), ("readonly", rng.random() < .5)]))
    if rng.random() < .3:
        k.linux.put("rootfsPropagation", rng.choice(PROPAGATIONS))


def proc(k):
    rng = k.rng
    k.process.put("capabilities", rng.choice((GOOD, {}, {}, {s: [] for s in SETS})))
    real = {"destination": "/proc", "type": "proc", "source": "proc"}
    mounts = [mount(rng) for _ in range(rng.choice((0, 1, 1, 2, 3)))]
    if rng.random() < .6:
        mounts.insert(rng.choice((0, 0, len(mounts))), real)
    k.spec.put("mounts", mounts)
    surround(k, ROOTS)
    for paths in ("maskedPaths", "readonlyPaths"):
        if rng.random() < .3:
            k.linux.put(paths, rng.sample(PROC_PATHS, rng.choice((1, 1, 2))))
    if rng.random() < .8:
        k.about["lay"] = laid(rng)
    if rng.random() < .2:
        k.process.put("user", {"uid": 1000, "gid": 0})
        k.process.put("args", ["/probe-suid"])
        k.about["program"] = "/probe-suid"


# ---- second: a second procfs, which links of the image bring to /proc ------------------------

SPREADING = ([], [], [], ["rshared"], ["shared"], ["rslave"], ["rprivate"], ["runbindable"])


def bound(rng, source, destination):
    return {"destination": destination, "type": rng.choice(("bind", "none", "proc")), "source": source,
            "options": [rng.choice(("rbind", "rbind", "bind"))] + rng.choice(SPREADING)}


def copies(rng, place):
    """A procfs in another place, what covers a part of it, and where that is bound to."""
    real = {"destination": place, "type": "proc", "source": "proc", "options": rng.choice(SPREADING)}
    covered = rng.choice(("/sys/kernel", "/sys/kernel", "/sys", "/sys/kernel/cap_last_cap"))
    goal = rng.choice(("/l", "/l", "/d/l", "/proc", "proc/", ROOT + "/proc", ROOT + "//l", LINK + "/proc", "/d/../proc"))
    return [rng.choice((real, bound(rng, "/proc", place), bound(rng, ROOT + "/proc", place))),
            bound(rng, LIE + covered, place + covered), bound(rng, ROOT + place, goal)]


def made_later(k, rng):
    """The host's /proc where a link leads, that place covered by something new, and devices in it."""
    over = rng.choice(("/a", "/a", "/dev", "/dev/shm"))
    node = {"path": over + "/x/sys/kernel/cap_last_cap", "type": "c", "major": 1, "minor": rng.choice((3, 5)), "fileMode": 0o666, "uid": 0, "gid": 0}
    k.linux.put("devices", [node] * rng.choice((0, 1)))
    k.about["lay"] = [("proc", "link", over[1:] + "/x")]
    return [bound(rng, "/proc", "/proc"), {"destination": over, "type": rng.choice(("tmpfs", "tmpfs", "mqueue")), "source": "x"}]


def second(k):
    """No text shows where these come to lie: the hook looks, and behind the wrapper the ceiling holds."""
    rng = k.rng
    real = {"destination": "/proc", "type": "proc", "source": "proc"}
    k.process.put("capabilities", rng.choice(({}, {s: [] for s in SETS})))
    k.about["lay"] = [("l", "link", rng.choice(("proc", "/proc", "proc/"))), ("d/l", "link", rng.choice(("../proc", "/proc", "../l")))]
    if rng.random() < .75:
        mounts = copies(rng, rng.choice(("/p2", "/d/p2", "/p2/x")))
        mounts.insert(rng.choice((0, 0, 0, 1, 3)), real)
    else:
        mounts = made_later(k, rng)
    if rng.random() < .2:
        rng.shuffle(mounts)
    k.spec.put("mounts", mounts)
    surround(k, ROOTS + (ROOT + "/../rootfs", "/."))
    if (k.spec.get("root") or {}).get("path") == "/.":
        # The machine's own: nothing is made there but in a /dev of its own.
        k.spec.put("mounts", [{"destination": "/dev", "type": "tmpfs", "source": "tmpfs"}, real] + copies(rng, ROOT + "/p2")[:2])
        k.process.put("args", [ROOT + "/probe"])
    k.spec.put("hooks", {"createRuntime": [{"path": HOOK}]})


# ---- agent: filters that let somebody else answer, or pretend another user -------------------

IDENTITY = ("setuid", "setresuid", "setreuid", "setgid", "setresgid", "setregid", "setgroups", "setfsuid", "setfsgid")
# Calls that a runtime makes between the filter and the program.
BETWEEN = ("read", "pread64", "fcntl", "epoll_ctl", "fstat", "newfstatat", "close", "openat", "openat2", "lseek", "chdir", "getdents64", "mmap")
AGENT = "@AGENT@"


def agent(k):
    rng = k.rng
    k.process.put("capabilities", rng.choice((GOOD, {}, EVIL)))
    if rng.random() < .5:
        k.process.put("user", {"uid": rng.choice((1000, 0)), "gid": 0})

    def rule():
        names = rng.sample(rng.choice((IDENTITY, BETWEEN, DROPPING)), rng.choice((1, 1, 1, 2, 4)))
        made = {"names": names, "action": rng.choice(("SCMP_ACT_NOTIFY", "SCMP_ACT_NOTIFY", "SCMP_ACT_TRACE", "SCMP_ACT_ERRNO",
                                                      "SCMP_ACT_ERRNO", "SCMP_ACT_ALLOW", "SCMP_ACT_LOG"))}
        if made["action"] == "SCMP_ACT_ERRNO":
            made["errnoRet"] = rng.choice((0, 0, 1, 22, 38, 65536))
        if rng.random() < .2:
            made["args"] = [{"index": rng.choice((0, 2)), "value": rng.choice((0, 1000, 24)), "op": rng.choice(("SCMP_CMP_GE", "SCMP_CMP_EQ"))}]
        return made

    profile = {"defaultAction": rng.choice(("SCMP_ACT_ALLOW",) * 6 + ("SCMP_ACT_TRACE", "SCMP_ACT_LOG")),
               "syscalls": [rule() for _ in range(rng.choice((1, 1, 2, 3)))]}
    if rng.random() < .8:
        profile["listenerPath"] = AGENT
    if rng.random() < .2:
        profile["listenerMetadata"] = "x"
    k.linux.put("seccomp", profile)


def open_(k):
    k.process.put("capabilities", k.rng.choice((EVIL, GOOD, {})))


def pretended(k):
    """A filter that starts everywhere, and under which nothing is dropped."""
    rng = k.rng
    k.process.put("capabilities", rng.choice((GOOD, {})))
    k.linux.put("seccomp", {"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [
        {"names": rng.choice((["prctl"], ["capset"], ["prctl", "capset"])), "action": "SCMP_ACT_ERRNO", "errnoRet": rng.choice((0, 0, 22, 1))}]})


# ---- again: exec, with another object --------------------------------------------------------

def again(k, more=()):
    rng = k.rng
    rng.choice((proc, proc, agent, seccomp, pretended, open_, *more))(k)
    k.process.put("args", ["/probe", "wait"])
    k.about["program"] = "/probe"
    other = Pairs([("args", ["/probe"]), ("cwd", "/"), ("env", ["PATH=/"]), ("user", {"uid": rng.choice((0, 0, 1000)), "gid": 0})])
    caps = rng.choice((GOOD, {}, EVIL, None, "absent", {s: [] for s in SETS}, {"bounding": ["CAP_NET_RAW"]}))
    if caps != "absent":
        other.append(("capabilities", caps))
    nnp = rng.choice((None, False, False, True))
    if nnp is not None:
        other.append(("noNewPrivileges", nnp))
    rng.shuffle(other)
    k.about["object"] = other
    # What has changed in the container since it was started.
    k.about["later"] = laid(rng) if rng.random() < .5 else []


# ---- words: a command line that two would read in two ways ------------------------------------

def words(k):
    rng = k.rng
    k.process.put("capabilities", rng.choice((EVIL, EVIL, GOOD)))
    line = ["run", "--bundle", "@BUNDLE@", "@ID@"]

    def spoilt(word):
        blank = rng.choice((" ", "\t", "\n", "\u00a0", "\r"))
        return rng.choice((blank + word, word + blank, blank + word + blank, word.upper(), "-" + word, word + "="))

    for _ in range(rng.choice((1, 1, 2, 3))):
        how = rng.randrange(5)
        at = rng.randrange(len(line) + 1)
        if how == 0:
            line.insert(at, rng.choice(("", "", " ", "--", "-", "--debug", " --debug", "--debug ", "-b", "--no-pivot", "--bundle", "--log", "--x")))
        elif how == 1:
            line.insert(at, spoilt(rng.choice(("--debug", "--bundle=/nonexistent", "run", "create", "--keep"))))
        elif how == 2:
            i = rng.randrange(len(line))
            line[i] = spoilt(line[i])
        elif how == 3:
            line[at:at] = ["--bundle", rng.choice(("/nonexistent", "@BUNDLE@ ", ""))]
        else:
            line = [w if w != "--bundle" else rng.choice(("-b", "--bun", "--bundle", "-bundle")) for w in line]
    k.about["words"] = line
