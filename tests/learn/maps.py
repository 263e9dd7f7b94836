#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The pinned maps of recording, as capgate-learn record pins them, for tests.

  maps.py make DIRECTORY            hash maps of the sizes of hook/marks/marks.h
  maps.py marks DIRECTORY           learn_marked: a line "MNTNS TOKEN NAME" each
  maps.py begin DIRECTORY TOKEN NAME AGO [ENDED_AGO]     seconds ago
  maps.py crowd DIRECTORY NAME N    so many that ended, each with one use of KILL
  maps.py use DIRECTORY TOKEN CAP COMM COUNT GRANTED
  maps.py lose DIRECTORY N
  maps.py rows DIRECTORY            the numbers of entries of learn_begun and learn_used
"""
import ctypes
import os
import platform
import struct
import sys
import time

CREATE, LOOKUP, UPDATE, DELETE, NEXT, PIN, GET = 0, 1, 2, 3, 4, 6, 7
HASH, ARRAY, LRU = 1, 2, 9
NUMBER = {"x86_64": 321, "aarch64": 280}[platform.machine()]
libc = ctypes.CDLL(None, use_errno=True)


def bpf(command, attr):
    attr = ctypes.create_string_buffer(attr.ljust(128, b"\0"), 128)
    got = libc.syscall(NUMBER, command, attr, 128)
    if got < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return got


def pointer(buffer):
    return ctypes.addressof(buffer)


def make(kind, key, value, entries, path):
    fd = bpf(CREATE, struct.pack("=IIIII", kind, key, value, entries, 0))
    name = ctypes.create_string_buffer(path.encode())
    bpf(PIN, struct.pack("=QI", pointer(name), fd))


class Map:
    def __init__(self, path, key, value):
        name = ctypes.create_string_buffer(path.encode())
        self.fd, self.key, self.value = bpf(GET, struct.pack("=QI", pointer(name), 0)), key, value

    def element(self, command, key, value):
        k = ctypes.create_string_buffer(key, self.key) if key is not None else None
        bpf(command, struct.pack("=IxxxxQQQ", self.fd, pointer(k) if k else 0, pointer(value), 0))
        return value.raw

    def put(self, key, value):
        self.element(UPDATE, key, ctypes.create_string_buffer(value, self.value))

    def items(self):
        key = None
        while True:
            try:
                key = self.element(NEXT, key, ctypes.create_string_buffer(self.key))
            except FileNotFoundError:
                return
            yield key, self.element(LOOKUP, key, ctypes.create_string_buffer(self.value))


def boot():
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME)


command, directory, *rest = sys.argv[1:]
SIZES = {"learn_marked": (8, 152), "learn_begun": (8, 152), "learn_used": (32, 32), "learn_lost": (4, 24)}
if command == "make":
    for name, (key, value) in SIZES.items():
        kind = LRU if name == "learn_marked" else ARRAY if name == "learn_lost" else HASH
        entries = {"learn_lost": 1, "learn_used": 16384}.get(name, 1024)
        make(kind, key, value, entries, os.path.join(directory, name))
    sys.exit()
maps = {name: Map(os.path.join(directory, name), *size) for name, size in SIZES.items()}
if command == "marks":
    for key, value in maps["learn_marked"].items():
        token, since, _, _, name = struct.unpack("=QQII128s", value)
        assert 0 <= boot() - since < 60e9, "the mark is not of now"
        print(struct.unpack("=Q", key)[0], f"{token:016x}", name.split(b"\0")[0].decode())
elif command == "begin":
    token, name, ago = int(rest[0], 16), rest[1].encode(), float(rest[2])
    ended = boot() - int(float(rest[3]) * 1e9) if len(rest) > 3 else 0
    maps["learn_begun"].put(struct.pack("=Q", token), struct.pack("=QQQ128s", boot() - int(ago * 1e9), ended, 1, name))
elif command == "crowd":
    for token in range(1 << 32, (1 << 32) + int(rest[1])):
        maps["learn_begun"].put(struct.pack("=Q", token), struct.pack("=QQQ128s", boot() - 10**10, boot(), 1, rest[0].encode()))
        maps["learn_used"].put(struct.pack("=QII16s", token, 5, 0, b"sh"), struct.pack("=QQQQ", 1, 1, boot(), boot()))
elif command == "use":
    token, cap, comm, count, granted = int(rest[0], 16), int(rest[1]), rest[2].encode(), int(rest[3]), int(rest[4])
    maps["learn_used"].put(struct.pack("=QII16s", token, cap, 0, comm), struct.pack("=QQQQ", count, granted, boot() - 10**9, boot()))
elif command == "lose":
    maps["learn_lost"].put(struct.pack("=I", 0), struct.pack("=QQQ", int(rest[0]), 0, 0))
else:
    print(sum(1 for _ in maps["learn_begun"].items()), sum(1 for _ in maps["learn_used"].items()))
