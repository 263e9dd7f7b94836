#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""terminal.py [EXPECT SEND]... -- COMMAND...: a command on a terminal of 31 rows and 97 columns.

Waits for each EXPECT in what it prints, then types SEND.  Prints everything, and
ends as the command does; 124 when it waits for ever.
"""
import ast
import fcntl
import os
import pty
import select
import struct
import sys
import termios
import time

SECONDS = 300


def main(words):
    split = words.index("--")
    talk, command = words[:split], words[split + 1:]
    pid, fd = pty.fork()
    if pid == 0:
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 31, 97, 0, 0))
        os.execvp(command[0], command)
    seen, new, end = b"", b"", time.monotonic() + SECONDS
    while True:
        if talk and talk[0].encode() in new:
            os.write(fd, ast.literal_eval(f"'{talk[1]}'").encode())
            talk, new = talk[2:], b""
            continue
        if not select.select([fd], [], [], max(0, end - time.monotonic()))[0]:
            os.kill(pid, 9)
            break
        try:
            data = os.read(fd, 4096)
        except OSError:
            break
        if not data:
            break
        seen, new = seen + data, new + data
    sys.stdout.buffer.write(seen.replace(b"\r\n", b"\n"))
    sys.stdout.flush()
    status = os.waitpid(pid, 0)[1]
    return os.WEXITSTATUS(status) if os.WIFEXITED(status) else 124


sys.exit(main(sys.argv[1:]))
