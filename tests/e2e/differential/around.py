# SPDX-License-Identifier: Apache-2.0
"""More kinds of hostile configurations: what runtimes do around the container that
gives capabilities, or changes the host: paths that they bind to themselves, libraries
that annotations name, mounts without a mount namespace."""
from hostile import DATA, GOOD, LIE, LINK, ROOT, SETS, AGENT, Pairs, Raw, surround

# Places beside the root file system: a volume in which a link and a file change their names, a
# library that says when it is loaded, and a directory that stands for one of the host's.
FLIPS, PLUGIN, TARGET = "@FLIPS@", "@PLUGIN@", "@TARGET@"
LAST_CAP = "/proc/sys/kernel/cap_last_cap"
REAL = {"destination": "/proc", "type": "proc", "source": "proc"}
SYSFS = {"destination": "/sys", "type": "sysfs", "source": "sysfs", "options": ["nosuid", "noexec", "nodev", "ro"]}
NOTHING = ({}, {s: [] for s in SETS}, {s: [] for s in SETS}, GOOD)


def bind(source, destination, *options):
    return {"destination": destination, "type": "bind", "source": source, "options": ["rbind", *options]}


# ---- paths: read-only and masked ones, outside of /proc and the kernel's /sys -----------------

VOLUMES = ("/v", "/v", "/v", "/sys/v", "/sys/fs/v", "/dev/v", "/proc2", "/d/v")
ORDINARY = ("/proc/bus", "/proc/sys", "/proc/irq", "/proc/sysrq-trigger", "/proc/kcore", "/sys/firmware")
OUTSIDE = ("/l", "/l/kernel", "/d/l", "/sys/l", "/sys/kernel", "/sys/fs", "/sys/fs/cgroup", "/sys", "/Sys/l", "/PROC/sys", "/tmp", "/dev/shm", "/",
           "", "l", "proc/sys", "/proc/../l", "/./l", "//l", "/proc/self/root/l", "/proc/1/root/l", "/proc/thread-self/root/l",
           "/proc/self/cwd/l", "/proc/self/fd/3", "/proc/sys/../../l", "/proc", LAST_CAP, ROOT + "/l", ROOT + "/proc/sys")
LEADING = (LAST_CAP, LAST_CAP, "proc/sys/kernel/cap_last_cap", "/proc/sys/kernel", "proc/sys", "/proc/self/root" + LAST_CAP)


def systems(rng, volume):
    """What lies on /sys."""
    return rng.choice(([], [], [SYSFS], [SYSFS], [SYSFS, bind(FLIPS, "/sys/fs/cgroup")], [bind(LIE + "/sys", "/sys")],
                       [dict(SYSFS, type="tmpfs")], [bind("/sys", "/sys", "ro", "rprivate")], [bind(FLIPS, "/sys")]))


def image(rng, volume):
    """The links of the image, and what it may have for /dev/null: runc binds that over masked paths."""
    goal = rng.choice(LEADING + (volume + "/l",) * 3)
    lay = [("l", "link", goal), ("d/l", "link", rng.choice(("../l", goal))), ("sys/l", "link", goal)]
    if rng.random() < .3:
        lay.append(("dev/null", "file", "-1\n"))
    return lay


def paths(k):
    rng = k.rng
    k.process.put("capabilities", rng.choice(NOTHING))
    volume = rng.choice(VOLUMES)
    mounts = [REAL] + systems(rng, volume) + [bind(FLIPS, volume, *rng.choice(((), ("ro",), ("rprivate",))))]
    if rng.random() < .1:
        rng.shuffle(mounts)
    k.spec.put("mounts", mounts)
    outside = OUTSIDE + (volume + "/l", volume + "/f", volume) * 4
    for member, share in (("readonlyPaths", .8), ("maskedPaths", .4)):
        if rng.random() < share:
            k.linux.put(member, rng.sample(ORDINARY, rng.choice((0, 1, 3))) + rng.sample(outside, rng.choice((0, 1, 1, 2))))
    k.about.update(lay=image(rng, volume), flips=rng.random() < .5)


# ---- plugins: what annotations make crun load, open and connect to ----------------------------

# No other name is one to anybody: keys of annotations are compared by every byte.
PLUGINS = ("run.oci.seccomp.plugins",) * 4 + ("RUN.OCI.SECCOMP.PLUGINS", "run.oci.seccomp.plugin", "run.oci.\u017feccomp.plugins", " run.oci.seccomp.plugins",
                                              Raw('"run.oci.seccomp.plugins\\u0000"'), Raw('"run.oci.seccomp.\\u0070lugins"'))
OTHERS = {"run.oci.seccomp.receiver": (AGENT, "/nonexistent/x", ""), "run.oci.seccomp_fail_unknown_syscall": ("1", ""),
          "run.oci.keep_original_groups": ("1", "0", ""), "run.oci.pidfd_receiver": ("/nonexistent/x", AGENT), "run.oci.delegate-cgroup": ("capgate-d",),
          "run.oci.systemd.subgroup": ("capgate-d", ""), "run.oci.systemd.force_cgroup_v1": ("/sys/fs/cgroup", "1"),
          "run.oci.mount_context_type": ("rootcontext", "x"), "run.oci.timens_offset": ("1 1 1", "monotonic 1 0"),
          "run.oci.hooks.stdout": (DATA + "/said", "/dev/null", ""), "run.oci.hooks.stderr": (DATA + "/said", DATA + "/hosts", "said"),
          "run.oci.handler": ("wasm", "krun", ""), "run.oci.crun.version": ("1",), "run.oci.unheard-of": ("1", PLUGIN),
          "org.criu.config": (DATA + "/hosts", ""), "org.systemd.property.AmbientCapabilities": ("['CAP_NET_RAW']",)}


def plugins(k):
    rng = k.rng
    k.process.put("capabilities", rng.choice(NOTHING))
    found = Pairs((n, rng.choice(OTHERS[n])) for n in rng.sample(sorted(OTHERS), rng.choice((0, 1, 1, 2, 3))))
    if rng.random() < .6:
        value = rng.choice((PLUGIN, PLUGIN, PLUGIN, PLUGIN + ":" + PLUGIN, "/nonexistent/x.so", "", ":", 7, None))
        found.insert(rng.randrange(len(found) + 1), (rng.choice(PLUGINS), value))
    if rng.random() < .05:
        found += found[:1]
    k.spec.put("annotations", found)
    if rng.random() < .5:
        rules = [{"names": ["mkdirat"], "action": rng.choice(("SCMP_ACT_NOTIFY", "SCMP_ACT_ERRNO", "SCMP_ACT_LOG"))}] * rng.choice((0, 1))
        k.linux.put("seccomp", {"defaultAction": "SCMP_ACT_ALLOW", "syscalls": rules})


# ---- host: without a mount namespace of its own, or in another's ------------------------------

JOINED = ("", "/proc/self/ns/mnt", "/proc/1/ns/mnt", "/proc/thread-self/ns/mnt", "/nonexistent", None, 7)
UNDER = (TARGET, TARGET, TARGET, TARGET + "/", "/etc", "/etc/capgate/..", "/proc", ROOT, ROOT, LINK, "../target")
COVERS = (bind(DATA, "/capgate"), bind(DATA, "/capgate"), bind(DATA + "/hosts", "/capgate/policy.json"), bind(LIE + "/sys", "/sys"),
          bind(LIE + "/sys/kernel", "/sys/kernel"), {"destination": "/capgate", "type": "tmpfs", "source": "x"},
          {"destination": "capgate", "type": "tmpfs", "source": "x", "options": ["tmpcopyup"]}, bind(LIE, "/proc"), dict(REAL, destination="/capgate"),
          dict(REAL, source=DATA, options=["bind"]), {"destination": "/capgate/../capgate", "type": "none", "source": DATA, "options": ["rbind", "rshared"]})


def host(k):
    rng = k.rng
    k.process.put("capabilities", rng.choice(NOTHING))
    spaces = [{"type": t} for t in rng.sample(("pid", "ipc", "uts", "network"), rng.randrange(5))]
    if rng.random() < .4:
        spaces.insert(rng.randrange(len(spaces) + 1), {"type": rng.choice(("mount", "mount", "mount", "Mount", "mnt", "")), "path": rng.choice(JOINED)})
        k.about["joins"] = True
    if {"type": "uts"} not in spaces:
        k.spec.drop("hostname")
    k.linux.put("namespaces", rng.choice((spaces, spaces, spaces, spaces, spaces, None, [])))
    mounts = [dict(REAL)] * rng.choice((0, 1, 1)) + rng.sample(COVERS, rng.choice((0, 1, 1, 2)))
    if rng.random() < .3:
        rng.shuffle(mounts)
    k.spec.put("mounts", mounts)
    surround(k, UNDER)
    for member in ("maskedPaths", "readonlyPaths"):
        k.linux.drop(member)
        if rng.random() < .3:
            k.linux.put(member, rng.sample(("/capgate", "/capgate/policy.json", "/proc/kcore", "/proc/sys", "/sys/kernel", "/x"), 1))
