"""Runs a program on a terminal and prints what it wrote there.

usage: terminal.py COLUMNS PROGRAM ARGUMENT…
"""

import fcntl
import os
import pty
import struct
import sys
import termios

process, terminal = pty.fork()
if process == 0:
    size = struct.pack("HHHH", 24, int(sys.argv[1]), 0, 0)
    fcntl.ioctl(1, termios.TIOCSWINSZ, size)
    os.execv(sys.argv[2], sys.argv[2:])
written = b""
while True:
    try:
        part = os.read(terminal, 65536)
    except OSError:  # the program has closed its end
        break
    if not part:
        break
    written += part
sys.stdout.buffer.write(written.replace(b"\r\n", b"\n"))
sys.stdout.flush()
sys.exit(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]))
