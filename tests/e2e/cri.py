#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The few calls of Kubernetes' container runtime interface that the tests make,
as messages framed by hand and sent by curl: there is no crictl to rely on.

    cri.py SOCKET sandbox NAME [privileged]                -> id
    cri.py SOCKET create SANDBOX NAME IMAGE CAPS CMD...    -> id; CAPS: "A,B", "", or "privileged"
    cri.py SOCKET start ID
    cri.py SOCKET exec ID CMD...                           -> its output; its exit status
    cri.py SOCKET stop SANDBOX
A call that is refused: the message on stderr, exit status 1.
"""
import os, re, subprocess, sys, urllib.parse


def varint(n):
    out = b""
    while n > 127:
        out, n = out + bytes([n & 127 | 128]), n >> 7
    return out + bytes([n])


def field(number, value):
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    if isinstance(value, str):
        value = value.encode()
    return varint(number << 3 | 2) + varint(len(value)) + value


def fields(data):
    at = 0

    def number():
        nonlocal at
        n = shift = 0
        while True:
            b, at = data[at], at + 1
            n, shift = n | (b & 127) << shift, shift + 7
            if b < 128:
                return n
    while at < len(data):
        key = number()
        if key & 7:
            n = number()
            yield key >> 3, data[at:at + n]
            at += n
        else:
            yield key >> 3, number()


def call(socket, method, message):
    framed = b"\0" + len(message).to_bytes(4, "big") + message
    got = subprocess.run(
        ["curl", "-s", "--max-time", "60", "--http2-prior-knowledge", "--unix-socket", socket, "-H", "content-type: application/grpc",
         "-H", "te: trailers", "-D", "/dev/stderr", "--data-binary", "@-", f"http://localhost/runtime.v1.RuntimeService/{method}"],
        input=framed, capture_output=True)
    head = got.stderr.decode(errors="replace")
    status = re.search(r"(?im)^grpc-status: (\d+)", head)
    if got.returncode or not status or status[1] != "0":
        said = re.search(r"(?im)^grpc-message: (.*)", head)
        sys.exit(urllib.parse.unquote(said[1].strip()) if said else f"{method}: curl {got.returncode}: {head}")
    return dict(fields(got.stdout[5:]))


def pod(name, privileged=False):
    meta = field(1, name) + field(2, "uid-" + name) + field(3, "default")
    node = field(2, field(1, field(1, 2)) + field(6, int(privileged)))  # security_context: the node's network
    return field(1, meta) + field(8, node)


def main(socket, what, *a):
    if what == "sandbox":
        # HANDLER: the runtime handler that a RuntimeClass would name
        handler = field(2, os.environ["HANDLER"]) if os.environ.get("HANDLER") else b""
        print(call(socket, "RunPodSandbox", field(1, pod(a[0], a[1:] == ["privileged"])) + handler)[1].decode())
    elif what == "create":
        sandbox, name, image, caps, *cmd = a
        security = field(3, field(1, 2))
        if caps == "privileged":
            security += field(2, 1)
        elif caps:
            security += field(1, b"".join(field(1, c) for c in caps.split(",")))
        config = field(1, field(1, name)) + field(2, field(1, image)) + b"".join(field(3, c) for c in cmd)
        config += field(15, field(2, security))
        # the sandbox's name is its container's, less what follows the dash
        print(call(socket, "CreateContainer", field(1, sandbox) + field(2, config) + field(3, pod(name.split("-")[0], caps == "privileged")))[1].decode())
    elif what == "start":
        call(socket, "StartContainer", field(1, a[0]))
    elif what == "exec":
        got = call(socket, "ExecSync", field(1, a[0]) + b"".join(field(2, c) for c in a[1:]) + field(3, 20))
        sys.stdout.write(got.get(1, b"").decode() + got.get(2, b"").decode())
        sys.exit(got.get(3, 0))
    elif what == "stop":
        call(socket, "StopPodSandbox", field(1, a[0]))
        call(socket, "RemovePodSandbox", field(1, a[0]))


main(*sys.argv[1:])
