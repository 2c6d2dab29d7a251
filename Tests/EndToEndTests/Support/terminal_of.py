"""What a terminal of a given width gets from fob, for scripts that look at more than one."""

import fcntl
import pty
import select
import struct
import termios

from scratch import *


def on_terminal(home, *arguments, columns=80, typed=(), raw=False, **environment):
    """What it gets, as bytes with `raw`, and the status. Typed are pairs: after which text, and what."""
    program = os.path.join(BIN, "fob")
    pid, fd = pty.fork()
    if pid == 0:
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        os.execve(program, [program, *arguments], {**home.environment, "TERM": "xterm", **environment})
    text, typed, end = b"", list(typed), time.monotonic() + PATIENCE
    while True:
        check(time.monotonic() < end, f"{arguments} does not end: {text!r}")
        if select.select([fd], [], [], 0.1)[0]:
            try:
                read = os.read(fd, 65536)
            except OSError:
                read = b""
            if not read:
                break
            text += read
        if typed and typed[0][0] in text:
            time.sleep(0.2)
            os.write(fd, typed.pop(0)[1])
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    os.close(fd)
    return text if raw else text.decode(), status
