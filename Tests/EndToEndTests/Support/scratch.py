"""What the end-to-end scripts share: an agent in a scratch home, checks, and the codes that it should give.

A script ends with status 0 and one line with its figures, or 77 and the reason why it cannot run here, or any other
status with what is wrong; `partly` tells of parts that cannot. Everything it starts is ended and everything it writes is removed, also when it is told to
end early.
"""

import atexit
import base64
import hashlib
import hmac
import os
import pickle
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time

import debian_python
import protocol_client
from protocol_client import Malformed, Refused

BIN = os.environ.get("FOB_BIN") or os.path.join(
    os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", ".build", "debug")
PASSPHRASE = b"correct horse battery staple 31"
# How many times slower than others this machine is known to be, such as one without KVM.
SLOW = int(os.environ.get("FOB_SLOW", "1"))
# Seconds after which something does not come any more: far more than it takes on a machine that is busy with others.
PATIENCE = 60 * SLOW


class Agent(protocol_client.Agent):
    """A client that waits as fob does."""

    def unlock(self, passphrase):
        """Again where the agent is busy: a lock waits for a slow disk for less than a second, and its last save may go on."""
        end = time.monotonic() + PATIENCE
        while True:
            try:
                return super().unlock(passphrase)
            except Refused as error:
                if error.code != 75 or "opened or changed" not in error.message or time.monotonic() > end:
                    raise
            time.sleep(0.05)


def skip(reason):
    print(reason)
    sys.exit(77)


def partly(reason):
    """Says that a part is not tried here; the summary of a run lists it."""
    print(f"skipped in part: {reason}")


def check(condition, message):
    if not condition:
        raise AssertionError(message)


def equal(found, wanted, what):
    check(found == wanted, f"{what}: {found!r} instead of {wanted!r}")


def refused(code, action, what):
    """Runs `action`, which must be refused with `code`."""
    try:
        action()
    except Refused as error:
        equal(error.code, code, f"{what}: refused ({error.message})")
        return error
    raise AssertionError(f"{what}: was not refused")


def until(condition, what, seconds=60):
    """Waits for `condition` to become true and returns what it returned."""
    end = time.monotonic() + seconds * SLOW
    while not (value := condition()):
        check(time.monotonic() < end, f"after {seconds} s still not: {what}")
        time.sleep(0.01)
    return value


def takes(attempts, action, what):
    """Does `action`, which returns None when others have used the processor at a moment that matters, until it has
    shown something; returns that."""
    for _ in range(attempts):
        if (found := action()) is not None:
            return found
    raise AssertionError(f"{what}: not in {attempts} attempts")


def need_root():
    if os.getuid() != 0:
        skip("only root can do this")


def need(*programs):
    for program in programs:
        if not shutil.which(program):
            skip(f"{program} is not installed")


homes = []


class Home:
    """A scratch directory with a vault, and the agent that serves it. Ended and removed at exit."""

    def __init__(self, *flags, prefix=(), environment=None, cheap=True, readable=False, binaries=BIN,
                 **options):
        self.path = tempfile.mkdtemp(prefix="fob-")
        os.chmod(self.path, 0o700)
        self.socket = os.path.join(self.path, "agent.sock")
        self.prefix, self.options, self.binaries = list(prefix), options, binaries
        self.flags = list(flags) + (["--test-cheap-derivation"] if cheap else [])
        # What the kernel shows of the agent, only root may see otherwise.
        if readable and os.getuid() != 0:
            self.flags.append("--test-stay-dumpable")
        self.environment = {"PATH": os.environ["PATH"], "FOB_HOME": self.path, **(environment or {})}
        self.process = self.pid = None
        self.errors = os.path.join(self.path, "stderr")
        atexit.register(self.remove)
        homes.append(self)

    def start(self, wait=True):
        """Starts the agent; with `wait`, until it answers. `pid` is then the agent's own, also below strace."""
        # A second agent beside the first ends at once with 75, sometimes before anybody has looked.
        check(self.process is None or self.process.poll() is not None, "this home's agent runs already")
        with open(self.errors, "ab") as errors:
            self.process = subprocess.Popen(
                self.prefix + [os.path.join(self.binaries, "fob-agent")] + self.flags, env=self.environment,
                stdin=subprocess.DEVNULL, stdout=errors, stderr=errors, **self.options)
        if wait:
            until(self.answers, "the agent answers")
            with self.connect() as agent:
                self.pid = status(agent)["pid"]
        else:
            self.pid = self.process.pid
        return self

    def answers(self):
        check(self.process.poll() is None, f"the agent ended with {self.process.returncode}: {self.said()}")
        try:
            with self.connect():
                return True
        except (FileNotFoundError, ConnectionRefusedError):
            return False

    def said(self):
        """What the agent has written."""
        with open(self.errors, "rb") as errors:
            return errors.read().decode(errors="replace")

    def connect(self, **options):
        return Agent(self.socket, **options)

    def stop(self, signal=signal.SIGTERM, seconds=PATIENCE):
        """Ends the agent and returns its status."""
        if self.process.poll() is None:
            os.kill(self.pid, signal)
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"the agent does not end within {seconds} s")

    def kill(self):
        if self.process and self.process.poll() is None:
            if self.pid:
                os.kill(self.pid, signal.SIGKILL)
            self.process.kill()
            self.process.wait()

    def remove(self):
        self.kill()
        # fob has started it, unless it is played by the script.
        if (other := serving(self.socket)) not in (0, os.getpid()):
            os.kill(other, signal.SIGKILL)
            until(lambda: has_ended(other), "the agent that fob has started ends")
        shutil.rmtree(self.path, ignore_errors=True)

    def __enter__(self):
        return self.start() if self.process is None else self

    def __exit__(self, *_):
        self.remove()


def serving(path):
    """The process that listens at a socket, 0 when none does."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        client.settimeout(PATIENCE)
        try:
            client.connect(path)
        except OSError:
            return 0
        return struct.unpack("3i", client.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))[0]


def status(agent):
    body = agent.ask(protocol_client.STATUS, expect=0x82)
    found = {
        "vault": body.one_of(protocol_client.VAULT), "memory": body.u8(), "used": body.u64(), "reserved": body.u64(),
        "limit": body.u64(), "generation": body.u64(), "revision": body.u64(), "accounts": body.u32(),
        "trash": body.u32(), "idle": body.u32(), "absolute": body.u32(), "connections": body.u16(),
        "challenges": body.u16(), "pid": body.u32(), "uptime": body.u64(), "sequence": body.u64(),
        "hash": body.take(32).hex(), "warnings": body.list(body.string),
    }
    body.end()
    return found


def descriptors(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


def links(pid):
    """Number and target of each descriptor, but for those that are closed meanwhile."""
    found = {}
    for number in os.listdir(f"/proc/{pid}/fd"):
        try:
            found[number] = os.readlink(f"/proc/{pid}/fd/{number}")
        except FileNotFoundError:
            pass
    return found


def has_ended(pid):
    """Also when nobody has asked for its status yet."""
    try:
        with open(f"/proc/{pid}/stat") as line:
            return line.read().rsplit(")", 1)[1].split()[0] in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return True


def resident(pid):
    """KiB."""
    with open(f"/proc/{pid}/status") as lines:
        return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))


def cpu_seconds(pid):
    with open(f"/proc/{pid}/stat") as line:
        fields = line.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def hotp(key, counter, digits=6, algorithm="sha1"):
    """RFC 4226."""
    mac = hmac.new(key, struct.pack(">Q", counter), algorithm).digest()
    offset = mac[-1] & 15
    number = struct.unpack(">I", mac[offset:offset + 4])[0] & 0x7FFFFFFF
    return f"{number % 10 ** digits:0{digits}}"


def totp(key, at, period=30, digits=6, algorithm="sha1"):
    """RFC 6238."""
    return hotp(key, int(at) // period, digits, algorithm)


def apart(function, *arguments):
    """Runs `function` in another process: whoever asks for something cannot say yes to it. Returns that process."""
    child = os.fork()
    if child:
        return child
    try:
        atexit._clear()
        function(*arguments)
        os._exit(0)
    except BaseException as error:
        print(f"{function.__name__}: {error!r}", file=sys.stderr, flush=True)
        os._exit(1)


class Elsewhere:
    """Runs `function` where a person is: in a process that is no kin of this one, in a session of its own. Neither who
    asks for something can say yes to it, nor what that has started."""

    def __init__(self, function, *arguments, **options):
        self.read, write = os.pipe()
        between = os.fork()
        if between == 0:
            os.setsid()
            between = os.getpid()
            self.pid = os.fork()
            if self.pid == 0:
                self.run(between, write, function, *arguments, **options)
            os.write(write, struct.pack(">I", self.pid))
            os._exit(0)
        os.close(write)
        os.waitpid(between, 0)
        self.pid, = struct.unpack(">I", os.read(self.read, 4))

    @staticmethod
    def run(between, write, function, *arguments, **options):
        atexit._clear()
        os.setsid()
        while os.getppid() == between:
            time.sleep(0.001)
        try:
            outcome = function(*arguments, **options), None
        except Refused as error:
            outcome = None, (error.code, error.message, error.remedy, error.details)
        except BaseException as error:
            outcome = None, f"{getattr(function, '__name__', function)}: {error!r}"
        with os.fdopen(write, "wb") as out:
            pickle.dump(outcome, out)
        os._exit(0)

    def result(self):
        """What it returned; what was refused to it is raised here."""
        with os.fdopen(self.read, "rb") as file:
            value, error = pickle.load(file)
        if isinstance(error, tuple):
            raise Refused(*error)
        check(error is None, error)
        return value

    def kill(self):
        os.kill(self.pid, signal.SIGKILL)
        os.read(self.read, 1)
        os.close(self.read)


def elsewhere(function, *arguments, **options):
    """Runs `function` where a person is, and returns what it returns."""
    return Elsewhere(function, *arguments, **options).result()


def joined(child, what):
    """Waits for what `apart` has started."""
    _, code = os.waitpid(child, 0)
    equal(os.waitstatus_to_exitcode(code), 0, f"{what}: status of the other process")


def ended(*_):
    sys.exit(1)


def explain(*failure):
    """Behind the failure of a script, what its agents have come to: one that has ended is why others fail."""
    sys.__excepthook__(*failure)
    for home in homes:
        if home.process and os.path.exists(home.errors):
            code = home.process.poll()
            print(f"agent {home.pid}: {'runs' if code is None else f'ended with {code}'}; {home.said()}",
                  file=sys.stderr)


# A test runner may have blocked signals, and what is started here would inherit that.
signal.pthread_sigmask(signal.SIG_SETMASK, [])
# A timeout ends scripts with SIGTERM: turned into an exit, it lets them clean up.
signal.signal(signal.SIGTERM, ended)
sys.excepthook = explain


def fob_with(home, secrets, *arguments, input=b"", new_session=False):
    """Runs fob with secrets on descriptors ({option: octets}), none of which may be in what it says. How it ended."""
    line, passed = [os.path.join(home.binaries, "fob"), *arguments], []
    for option, octets in (secrets or {}).items():
        read, write = os.pipe()
        os.write(write, octets)
        os.close(write)
        passed.append(read)
        line += [option, str(read)]
    try:
        done = subprocess.run(
            line, input=input, capture_output=True, timeout=2 * PATIENCE, pass_fds=passed, start_new_session=new_session,
            env={"PATH": os.environ["PATH"], "HOME": home.path, "FOB_HOME": home.path})
    finally:
        for descriptor in passed:
            os.close(descriptor)
    for octets in (secrets or {}).values():
        check(octets not in done.stdout + done.stderr, f"{arguments}: a secret is in the output")
    return done
