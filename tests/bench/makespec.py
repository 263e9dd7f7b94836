#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes an OCI runtime configuration of about the size asked for.

    makespec.py [SIZE] [--depth N] [--indent] [--shape rules|keys|names|escapes]

It is what an engine writes: Docker's fourteen capabilities in three sets, mounts,
namespaces, and a seccomp profile whose list of rules is as long as it takes;
or one object with as many annotations, one set with as many odd names, or
strings with nothing but escapes.
--depth hangs a chain of N nested arrays and objects below an annotation-like,
unknown member.
"""
import argparse
import json
import sys

CAPS = ("AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE "
        "NET_RAW SETFCAP SETGID SETPCAP SETUID SYS_CHROOT").split()
CALLS = ("accept accept4 access adjtimex alarm bind brk capget capset chdir chmod chown chown32 "
         "clock_adjtime clock_getres clock_gettime clock_nanosleep clone clone3 close close_range connect "
         "copy_file_range creat dup dup2 dup3 epoll_create epoll_create1 epoll_ctl epoll_pwait epoll_wait "
         "eventfd eventfd2 execve execveat exit exit_group faccessat fadvise64 fallocate fchdir fchmod "
         "fchmodat fchown fchownat fcntl fdatasync fgetxattr flistxattr flock fork fsetxattr fstat fstatfs "
         "fsync ftruncate futex getcpu getcwd getdents64 getegid geteuid getgid getgroups getitimer "
         "getpeername getpgid getpid getppid getpriority getrandom getresgid getresuid getrlimit "
         "getrusage getsid getsockname getsockopt gettid gettimeofday getuid getxattr inotify_add_watch "
         "io_cancel io_destroy io_getevents io_setup io_submit ioctl kill lchown lgetxattr link linkat "
         "listen listxattr lseek lstat madvise memfd_create mincore mkdir mkdirat mknod mlock mmap "
         "mprotect mq_open mremap msgget msync munlock munmap nanosleep newfstatat open openat openat2 "
         "pause pipe pipe2 poll ppoll prctl pread64 preadv prlimit64 pselect6 pwrite64 read readahead "
         "readlink readlinkat readv recv recvfrom recvmmsg recvmsg rename renameat2 rmdir rseq "
         "rt_sigaction rt_sigprocmask sched_yield select semctl send sendfile sendmmsg sendmsg "
         "set_robust_list setgid setsockopt setuid shmat shutdown sigaltstack socket splice stat statx "
         "symlink sync tee tgkill time timer_create umask uname unlink utimensat vfork wait4 write writev").split()


def spec():
    caps = ["CAP_" + c for c in CAPS]
    mounts = [("/proc", "proc", "proc", ["nosuid", "noexec", "nodev"]),
              ("/dev", "tmpfs", "tmpfs", ["nosuid", "strictatime", "mode=755", "size=65536k"]),
              ("/dev/pts", "devpts", "devpts", ["nosuid", "noexec", "newinstance", "ptmxmode=0666"]),
              ("/sys", "sysfs", "sysfs", ["nosuid", "noexec", "nodev", "ro"]),
              ("/sys/fs/cgroup", "cgroup", "cgroup", ["ro", "nosuid", "noexec", "nodev"]),
              ("/dev/mqueue", "mqueue", "mqueue", ["nosuid", "noexec", "nodev"]),
              ("/etc/resolv.conf", "bind", "/var/lib/engine/resolv.conf", ["rbind", "rprivate"])]
    return {
        "ociVersion": "1.0.2",
        "process": {
            "user": {"uid": 0, "gid": 0, "additionalGids": [0, 10]},
            "args": ["/bin/sh", "-c", "exec server --listen 0.0.0.0:8080"],
            "env": ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                    "HOSTNAME=4f1d1f4f6c2b", "LANG=C.UTF-8"],
            "cwd": "/",
            "capabilities": {"bounding": caps[:], "effective": caps, "permitted": caps},
            "rlimits": [{"type": "RLIMIT_NOFILE", "hard": 1048576, "soft": 1048576}],
            "noNewPrivileges": False, "oomScoreAdj": 0},
        "root": {"path": "/var/lib/engine/overlay/merged"},
        "hostname": "4f1d1f4f6c2b",
        "mounts": [{"destination": d, "type": t, "source": s, "options": o} for d, t, s, o in mounts],
        "annotations": {"org.example.container": "4f1d1f4f6c2b", "org.example.name": "web"},
        "linux": {
            "sysctl": {"net.ipv4.ip_unprivileged_port_start": "0"},
            "resources": {"devices": [{"allow": False, "access": "rwm"}],
                          "memory": {"disableOOMKiller": False}, "pids": {"limit": 4096}},
            "namespaces": [{"type": t} for t in ("mount", "network", "uts", "pid", "ipc")],
            "seccomp": {"defaultAction": "SCMP_ACT_ERRNO", "defaultErrnoRet": 1,
                        "architectures": ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"],
                        "syscalls": []},
            "maskedPaths": ["/proc/asound", "/proc/acpi", "/proc/kcore", "/proc/keys", "/sys/firmware"],
            "readonlyPaths": ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"]}}


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("size", type=int, nargs="?", default=20480)
    ap.add_argument("--depth", type=int, default=0)
    ap.add_argument("--indent", action="store_true")
    ap.add_argument("--shape", default="rules", choices=("rules", "keys", "names", "escapes"))
    a = ap.parse_args()
    doc = spec()

    def text():
        return json.dumps(doc, indent=1 if a.indent else None, separators=None if a.indent else (",", ":"))
    nested = 0
    for i in range(a.depth):
        nested = [nested] if i % 2 else {"x": nested}
    if a.depth:
        doc["nested"] = nested
    rules = doc["linux"]["seccomp"]["syscalls"]
    left = a.size - len(text())
    i = 0
    if a.shape == "keys":
        doc["annotations"].update(("org.example.key-%06d" % (j * 7919 % 1000003), "value") for j in range(left // 33))
    elif a.shape == "names":
        doc["process"]["capabilities"]["bounding"] += ["cap_odd_%06d" % j for j in range(left // 17)]
    elif a.shape == "escapes":
        doc["process"]["env"] += ["X=" + "\u00e9\n\"" * 20 for j in range(left // 206)]
    if a.shape != "rules":
        left = 0
    # A rule names eight calls, as profiles do that name few arguments.
    while left > 0:
        names = [CALLS[(i * 8 + j) % len(CALLS)] for j in range(8)]
        rule = {"names": names, "action": "SCMP_ACT_ALLOW"}
        if i % 5 == 4:
            rule["args"] = [{"index": i % 4, "value": 2114060288, "valueTwo": 0, "op": "SCMP_CMP_MASKED_EQ"}]
        rules.append(rule)
        left -= len(json.dumps(rule, indent=1 if a.indent else None,
                               separators=None if a.indent else (",", ":"))) + 1
        i += 1
    sys.stdout.write(text())


main()
