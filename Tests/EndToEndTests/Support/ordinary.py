"""What scripts share that have to run as an ordinary user: a home, a name, and programs that this user can read.

OpenSSH asks for the names of users. libnss_wrapper gives it those of a file, so that nothing of the machine is changed.
"""

import ctypes
import os
import shutil
import signal
import subprocess
import tempfile

from scratch import *

NAME = "tester"
# Of nobody, where the test runs as root.
UID = 61_234


class Ordinary:
    """A directory with `bin` and `home`; from here on this process is an ordinary user."""

    def __init__(self, *programs):
        self.path = tempfile.mkdtemp(prefix="fob-")
        atexit.register(shutil.rmtree, self.path, ignore_errors=True)
        self.bin, self.home = os.path.join(self.path, "bin"), os.path.join(self.path, "home")
        os.mkdir(self.home, 0o700)
        is_root = os.getuid() == 0
        uid = UID if is_root else os.getuid()
        if is_root:
            # The build may lie where only root can read.
            os.mkdir(self.bin)
            for program in programs:
                shutil.copy(os.path.join(BIN, program), self.bin)
            os.chmod(self.path, 0o755)
            os.chown(self.home, uid, uid)
        else:
            self.bin = BIN
        self.passwd, self.group = (self.write(name, text) for name, text in (
            ("passwd", f"root:x:0:0:root:/root:/bin/sh\n{NAME}:x:{uid}:{uid}::{self.home}:/bin/sh\n"),
            ("group", f"root:x:0:\n{NAME}:x:{uid}:\n")))
        if is_root:
            self.remove_at_the_end()
            # The directory of the test runner may be root's alone.
            tempfile.tempdir = os.environ["TMPDIR"] = self.home
            os.setgroups([])
            os.setgid(uid)
            os.setuid(uid)
            # What has changed its user cannot be looked at by that user, unless it says so.
            ctypes.CDLL(None).prctl(4, 1, 0, 0, 0)
        os.chdir(self.home)
        self.environment = {
            "PATH": f"{self.bin}:{os.environ['PATH']}:/usr/sbin", "HOME": self.home, "USER": NAME, "TMPDIR": self.home,
            "LD_PRELOAD": "libnss_wrapper.so", "NSS_WRAPPER_PASSWD": self.passwd, "NSS_WRAPPER_GROUP": self.group,
        }

    def remove_at_the_end(self):
        """Goes on in a child; this process stays root, and removes what is root's once that has ended."""
        child = os.fork()
        if child:
            signal.signal(signal.SIGTERM, lambda *_: os.kill(child, signal.SIGTERM))
            _, code = os.waitpid(child, 0)
            shutil.rmtree(self.path, ignore_errors=True)
            code = os.waitstatus_to_exitcode(code)
            os._exit(code if code >= 0 else 128 - code)

    def write(self, name, text, directory=None):
        path = os.path.join(directory or self.path, name)
        with open(path, "w") as file:
            file.write(text)
        return path

    def run(self, *command, input=None, status=0, environment=None, what="", seconds=PATIENCE):
        """Runs a program without a terminal and returns what it has written; `status` None: any will do."""
        done = subprocess.run(
            command, env={**self.environment, **(environment or {})}, capture_output=True, text=True,
            start_new_session=True, timeout=seconds,
            **({"stdin": subprocess.DEVNULL} if input is None else {"input": input}))
        if status is not None:
            said = (done.stdout + done.stderr).strip()
            check(done.returncode == status, f"{what or ' '.join(command[:3])}: status {done.returncode}: {said}")
        return done


class Owner:
    """The person who answers, in another process, by `fob confirm`. What was asked is written down."""

    def __init__(self, ordinary, home):
        self.ordinary, self.agent = ordinary, home
        self.file = os.path.join(home.path, "asked")
        self.mood = os.path.join(home.path, "mood")
        open(self.file, "w").close()
        self.says("yes")
        self.child = Elsewhere(self.answer)
        atexit.register(self.end)
        until(lambda: "ready\n" in open(self.file), "the owner is there")
        self.forget()

    def says(self, mood):
        """`yes`, `no`, `remember` (a yes for ten minutes), or `nothing`."""
        with open(self.mood + ".new", "w") as file:
            file.write(mood)
        os.replace(self.mood + ".new", self.mood)

    def answer(self):
        with self.agent.connect(timeout=None) as agent:
            agent.subscribe(8)
            self.note("ready")
            while True:
                _, body = agent.events.pop(0) if agent.events else agent.receive()[1:]
                challenge = protocol_client.Body(body).challenge()
                mood = open(self.mood).read()
                self.note(challenge["sentence"] + (" (passphrase)" if challenge["needs_passphrase"] else ""))
                if mood == "nothing":
                    continue
                options = ["--deny" if mood == "no" else "--yes"]
                options += ["--remember", "10m"] if mood == "remember" else []
                if mood != "no" and challenge["needs_passphrase"]:
                    options += ["--passphrase-fd", "0"]
                self.ordinary.run("fob", "confirm", challenge["id"], *options, input=PASSPHRASE.decode() + "\n")

    def note(self, line):
        with open(self.file, "a") as file:
            file.write(line + "\n")

    def forget(self):
        open(self.file, "w").close()

    @property
    def asked(self):
        """The questions since the last time."""
        with open(self.file) as file:
            lines = file.read().splitlines()
        self.forget()
        return lines

    def end(self):
        try:
            self.child.kill()
        except OSError:
            pass
