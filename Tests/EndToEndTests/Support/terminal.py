"""A person at a terminal: prompts, no echo, Ctrl-C, a live display.

    terminal.py
"""

import pty
import select
import termios

from scratch import *

FOB = os.path.join(BIN, "fob")


class Terminal:
    """fob below a terminal of its own."""

    def __init__(self, *arguments, home):
        self.text = b""
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.execve(FOB, [FOB, *arguments], {
                "PATH": os.environ["PATH"], "FOB_HOME": home.path, "TERM": "xterm"})

    def read(self, seconds=0.2):
        ready, _, _ = select.select([self.fd], [], [], seconds)
        if ready:
            try:
                self.text += os.read(self.fd, 4096)
            except OSError:
                # The program has closed its side; it may take a moment more to end.
                time.sleep(seconds)
        return self.text

    def expect(self, part):
        until(lambda: part in self.read().lower(), f"{part!r} on the terminal, which shows {self.text!r}")

    def echoes(self):
        return bool(termios.tcgetattr(self.fd)[3] & termios.ECHO)

    def type(self, text):
        os.write(self.fd, text)

    def end(self):
        """The exit status, with all that was shown."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            self.read(0.05)
            pid, code = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                while select.select([self.fd], [], [], 0)[0]:
                    before = len(self.text)
                    self.read(0)
                    if len(self.text) == before:
                        break
                return os.waitstatus_to_exitcode(code)
        raise AssertionError(f"it does not end: {self.text!r}")


home = Home().start()

# Making a vault: the passphrase twice, not shown.
terminal = Terminal("init", home=home)
terminal.expect(b"passphrase")
until(lambda: not terminal.echoes(), "nothing typed is shown")
terminal.type(PASSPHRASE + b"\n")
# What is typed before the question is discarded.
terminal.expect(b"repeat the passphrase")
terminal.type(PASSPHRASE + b"\n")
equal(terminal.end(), 0, f"init: {terminal.text!r}")
check(PASSPHRASE not in terminal.text, "the passphrase was shown")

# One that would soon be guessed: why, six words that would not be, and another question.
third = Home().start()
terminal = Terminal("init", home=third)
for passphrase in (b"letmein", PASSPHRASE):
    for question in (b"new passphrase: ", b"repeat the passphrase: "):
        terminal.expect(question)
        until(lambda: not terminal.echoes(), "nothing typed is shown")
        if passphrase == PASSPHRASE and question.startswith(b"new"):
            check(b"guessed within seconds" in terminal.text, f"why it was refused: {terminal.text!r}")
            equal(len(terminal.text.split(b"random words: ")[1].split(b"\r\n")[0].split()), 6, "words that are offered")
        terminal.text = b""
        terminal.type(passphrase + b"\n")
equal(terminal.end(), 0, f"init: {terminal.text!r}")

# Typed twice differently: nothing is made.
other = Home().start()
terminal = Terminal("init", home=other)
terminal.expect(b"passphrase")
until(lambda: not terminal.echoes(), "nothing typed is shown")
terminal.type(PASSPHRASE + b"\n")
terminal.expect(b"repeat the passphrase")
terminal.type(b"something else\n")
check(terminal.end() != 0, "two passphrases that differ were taken")
with other.connect() as agent:
    equal(agent.welcome["vault"], "none", "no vault was made")

# A code of a locked vault asks, on the terminal.
with home.connect() as agent:
    agent.add("GitHub", "octocat", b"12345678901234567890")
    agent.lock()
terminal = Terminal("code", "GitHub", home=home)
terminal.expect(b"passphrase")
until(lambda: not terminal.echoes(), "nothing typed is shown")
terminal.type(PASSPHRASE + b"\n")
equal(terminal.end(), 0, f"code: {terminal.text!r}")
check(any(totp(b"12345678901234567890", at).encode() in terminal.text for at in (time.time(), time.time() - 30)),
      f"the code is not shown: {terminal.text!r}")
check(PASSPHRASE not in terminal.text, "the passphrase was shown")

# Ctrl-C at the question: the interrupt's end, and the terminal shows again what is typed.
with home.connect() as agent:
    agent.lock()
terminal = Terminal("unlock", home=home)
terminal.expect(b"passphrase")
until(lambda: not terminal.echoes(), "nothing typed is shown")
terminal.type(b"half of it\x03")
until(lambda: terminal.read() is not None and os.path.exists(f"/proc/{terminal.pid}/stat"), "it was there")
status_of_interrupt = terminal.end()
check(status_of_interrupt in (130, -2), f"an interrupt ends with {status_of_interrupt}")
check(b"half of it" not in terminal.text, "the half passphrase was shown")
with home.connect() as agent:
    equal(agent.welcome["vault"], "locked", "still locked")

# The live display ends with q.
with home.connect() as agent:
    agent.unlock(PASSPHRASE)
terminal = Terminal("watch", home=home)
terminal.expect(b"github")
terminal.type(b"q")
equal(terminal.end(), 0, f"watch: {terminal.text!r}")

print("five programs below a terminal")
