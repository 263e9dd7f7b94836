#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""pods.py N: a list of N random pods as kubectl prints them, the same each time."""
import json
import random
import sys

NAMES = ["NET_RAW", "NET_BIND_SERVICE", "CHOWN", "KILL", "SYS_ADMIN", "NET_ADMIN", "MKNOD", "SYS_TIME", "SETUID", "ALL"]
ODD = ["net_raw", "CAP_NET_RAW", "cap_kill", "Sys_Admin", "cap_all", "all", "NET_RWA", "CAP_CAP_KILL", "BPF"]
random.seed(int(sys.argv[2]) if len(sys.argv) > 2 else 1)


def names():
    few = random.choice([0, 0, 1, 1, 2, 3])
    return [random.choice(NAMES if random.random() < 0.85 else ODD) for _ in range(few)]


def context():
    c = {}
    if random.random() < 0.75:
        caps = {}
        if random.random() < 0.45:
            caps["add"] = names()
        if random.random() < 0.85:
            caps["drop"] = random.choice([["ALL"], ["NET_RAW"], ["NET_RAW", "MKNOD"], names(), names() + ["ALL"]])
        c["capabilities"] = caps
    if random.random() < 0.15:
        c["privileged"] = random.random() < 0.5
    if random.random() < 0.6:
        c["allowPrivilegeEscalation"] = random.random() < 0.2
    if random.random() < 0.3:
        c["runAsUser"] = random.choice([0, 1000])
    return c


def container(name):
    c = {"name": name, "image": "registry.example/app:1"}
    if random.random() < 0.9:
        c["securityContext"] = context()
    return c


def pod(i):
    spec = {"containers": [container(f"c{k}") for k in range(random.choice([1, 1, 1, 2]))]}
    if random.random() < 0.2:
        spec["initContainers"] = [container("i0")]
    if random.random() < 0.1:
        spec["ephemeralContainers"] = [container("e0")]
    if random.random() < 0.1:
        spec["hostUsers"] = False
    if random.random() < 0.2:
        spec["hostNetwork"] = True
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": f"p{i}", "namespace": "default"}, "spec": spec}


json.dump({"apiVersion": "v1", "kind": "List", "items": [pod(i) for i in range(int(sys.argv[1]))]}, sys.stdout)
