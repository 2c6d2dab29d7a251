"""What the scripts about imports share: running fob, and making files of other authenticators."""

import json
import pty
import select

from scratch import *

FOB = os.path.join(BIN, "fob")


class Outcome:
    def __init__(self, done):
        self.status, self.out, self.err = done.returncode, done.stdout.decode(), done.stderr.decode()

    def json(self):
        return json.loads(self.out)


def command(home, *arguments, password=None):
    """The command line, with a password on descriptor 3 where one is given, and what it needs to run."""
    line, options = [FOB, *arguments], {
        "env": {"PATH": os.environ["PATH"], "FOB_HOME": home.path, "HOME": home.path, "GNUPGHOME": home.path + "/gnupg"}}
    if password is not None:
        read, write = os.pipe()
        os.write(write, password)
        os.close(write)
        os.set_inheritable(read, True)
        line = ["bash", "-c", f'exec 3<&{read}; exec "$0" "$@"', *line, "--password-fd", "3"]
        options["pass_fds"] = (read,)
    return line, options


def fob(home, *arguments, status=0, input=b"", password=None):
    line, options = command(home, *arguments, password=password)
    try:
        done = Outcome(subprocess.run(line, input=input, capture_output=True, timeout=60, **options))
    finally:
        for descriptor in options.get("pass_fds", ()):
            os.close(descriptor)
    equal(done.status, status, f"{' '.join(arguments)} said {done.out!r} {done.err!r}")
    check(password is None or password.decode() not in done.out + done.err, "the password is in the output")
    return done


def names(home):
    """Labels in the order of the list."""
    found = fob(home, "list", "--json").json()["accounts"]
    return [f"{entry['issuer']}/{entry['name']}" for entry in found]


def entry(issuer, name, key=None, type="totp", **more):
    """One entry of Aegis."""
    info = {"secret": base64.b32encode(key or os.urandom(20)).decode().rstrip("="), "algo": "SHA1", "digits": 6}
    info.update({"counter": 0} if type == "hotp" else {"period": 30})
    info.update(more.pop("info", {}))
    return {"type": type, "uuid": os.urandom(16).hex(), "name": name, "issuer": issuer, "note": "", "favorite": False,
            "icon": None, "info": info, "groups": [], **more}


def aegis(home, entries, groups=(), file="aegis.json"):
    """A file of Aegis with these entries."""
    path = os.path.join(home.path, file)
    with open(path, "w") as out:
        json.dump({"version": 1, "header": {"slots": None, "params": None},
                   "db": {"version": 3, "entries": entries, "groups": list(groups)}}, out)
    return path


def generation(home):
    with home.connect() as agent:
        return status(agent)["generation"]


def child(process, name):
    """The id of the program of that name which a process has started."""
    def found():
        check(process.poll() is None, f"it ended by itself: {process.returncode}")
        with open(f"/proc/{process.pid}/task/{process.pid}/children") as children:
            for child in children.read().split():
                try:
                    with open(f"/proc/{child}/comm") as comm:
                        if comm.read().strip() == name:
                            return int(child)
                except OSError:
                    continue
        return None
    return until(found, f"{name} runs")


class Person:
    """fob below a terminal of its own, at which somebody sits."""

    def __init__(self, home, *arguments):
        self.screen = b""
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.execve(FOB, [FOB, *arguments], {"PATH": os.environ["PATH"], "FOB_HOME": home.path})

    def sees(self, text, count=1):
        """Waits until a text is on the screen, so often."""
        def found():
            if select.select([self.terminal], [], [], 0.1)[0]:
                self.screen += os.read(self.terminal, 65536)
            return self.screen.count(text) >= count
        until(found, f"{text!r} on the terminal, which shows {self.screen!r}")

    def types(self, text):
        os.write(self.terminal, text + b"\n")

    def status(self):
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
