"""A person at a terminal, for the scripts that type and look."""

import fcntl
import pty
import select
import termios

from scratch import *

FOB = os.path.join(BIN, "fob")


class Person:
    """A program on a terminal of its own: what it shows, and its status. Nothing is typed unless `type` is called."""

    def __init__(self, words, environment, rows=24, columns=80):
        self.text, self.words = b"", words
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            self.resize(rows, columns, 0)
            os.execvpe(words[0], words, environment)
        atexit.register(self.kill)

    def resize(self, rows, columns, fd=None):
        fcntl.ioctl(self.fd if fd is None else fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def read(self):
        if self.fd is not None and select.select([self.fd], [], [], 0.05)[0]:
            try:
                self.text += os.read(self.fd, 65536)
            except OSError:
                # The program has closed its side; it may take a moment more to end.
                time.sleep(0.05)
        return self.text

    def shows(self, part):
        until(lambda: part in self.read(), f"{part!r} of {self.words}, which shows {self.text[-2000:]!r}")

    def prompt(self, part):
        """Waits for a question, in whichever case, and forgets what was shown."""
        until(lambda: part in self.read().lower(), f"{part!r} of {self.words}, which shows {self.text[-2000:]!r}")
        self.text = b""

    def hidden(self):
        until(lambda: not termios.tcgetattr(self.fd)[3] & termios.ECHO, "nothing typed is shown")

    def type(self, text):
        os.write(self.fd, text)

    def end(self):
        """The status of the program, which ends by itself, when all that it wrote was read."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            self.read()
            pid, code = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.pid = 0
                while select.select([self.fd], [], [], 0)[0] and len(self.text) != len(self.read()):
                    pass
                os.close(self.fd)
                self.fd = None
                return os.waitstatus_to_exitcode(code)
        raise AssertionError(f"{self.words} does not end: {self.text!r}")

    def kill(self):
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
            self.pid = 0


def at_terminal(home, *arguments, rows=24, columns=80, only=False, **environment):
    """fob, in the environment of a home; with `only`, in no other than what is given."""
    return Person([FOB, *arguments], environment if only else {**home.environment, "TERM": "xterm", **environment},
                  rows, columns)
