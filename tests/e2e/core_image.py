#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""core_image.py MASK FILE: what CRIU writes of a thread that has these capabilities in four sets."""
import struct
import sys


def varint(n):
    out = bytearray()
    while n > 0x7F:
        out.append(n & 0x7F | 0x80)
        n >>= 7
    return bytes(out + bytes([n]))


def number(field, value):
    return varint(field << 3) + varint(value)


def message(field, inside):
    return varint(field << 3 | 2) + varint(len(inside)) + inside


mask = int(sys.argv[1], 0)
creds = b"".join(number(n, 0) for n in range(1, 9))
creds += b"".join(number(n, mask & 0xFFFFFFFF) + number(n, mask >> 32) for n in (9, 10, 11, 12)) + number(13, 0)
core = number(1, 1) + message(5, number(1, 1) + number(2, 24) + message(10, creds))
with open(sys.argv[2], "wb") as f:
    f.write(struct.pack("<III", 0x54564319, 0x55053847, len(core)) + core)
