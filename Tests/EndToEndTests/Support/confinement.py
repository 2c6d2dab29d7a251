"""The sandboxes that daemons enter by themselves, shown from inside: each is told to try what it must not do, and says how
that went; and the daemons' own tests show that they still do what they must.

    confinement.py [painter]
"""

import json
import socket

from bus import start_bus
from scratch import *

# Each attempt, and the mechanism that refuses it: the filter calls, Landlock places.
FILTER, LANDLOCK = "filter", "landlock"
ATTEMPTS = {
    "socket": FILTER, "exec": FILTER, "fork": FILTER, "connect": FILTER, "signal": FILTER, "run": FILTER,
    "open": LANDLOCK, "create": LANDLOCK, "identity": LANDLOCK,
}


def attempt(program, arguments, environment, **more):
    return subprocess.run(
        [os.path.join(BIN, program), *arguments], env=environment, capture_output=True, text=True, timeout=PATIENCE,
        stdin=subprocess.DEVNULL, **more)


def folder():
    """A directory that is removed at the end."""
    path = tempfile.mkdtemp(prefix="fob-")
    atexit.register(shutil.rmtree, path, True)
    return path


def landlock():
    """Whether this kernel has Landlock, of the version that daemons need."""
    import ctypes
    return ctypes.CDLL(None).syscall(444, None, 0, 1) >= 2


def escapes(program, environment, **more):
    """What a program says to each attempt."""
    for kind, mechanism in ATTEMPTS.items():
        if mechanism == LANDLOCK and not landlock():
            print(f"skipped in part: {program} {kind}: this kernel has no Landlock")
            continue
        done = attempt(program, ["--test-escape", kind], environment, **more)
        equal(done.returncode, 0, f"{program} {kind}: {done.stderr}")
        check(done.stdout.startswith(f"{kind}: refused: permission denied; "), f"{program} {kind}: {done.stdout}")
    done = attempt(program, ["--test-escape", "ptrace"], environment, **more)
    equal(done.returncode, -31, f"{program}: what only an attacker tries ends it by SIGSYS: {done.stdout}")
    left = [name for name in os.listdir("/tmp") if name.startswith("fob-escape-")]
    equal(left, [], "files that an escape made")


def daemons():
    home = folder()
    person = folder()
    os.mkdir(os.path.join(person, ".ssh"))
    with open(os.path.join(person, ".ssh", "id_test"), "w") as file:
        file.write("a key")
    environment = {"FOB_HOME": home, "HOME": person, "PATH": os.environ["PATH"]}
    escapes("fob-agent", environment)
    escapes("fob-authenticator", {**environment, "FOB_NO_START": "1"})

    if shutil.which("dbus-daemon"):
        _, address = start_bus(home)
        escapes("fob-messages", {**environment, "DBUS_SYSTEM_BUS_ADDRESS": address, "DBUS_SESSION_BUS_ADDRESS": address})
    else:
        partly("fob-messages: dbus-daemon is not installed")

    # What its broker must not do, of which the filter alone keeps it.
    for kind in ATTEMPTS:
        done = attempt("fob-agent", ["--test-broker-escape", kind], environment)
        equal(done.returncode, 0, f"the broker, {kind}: {done.stderr}")
        check(done.stdout.startswith(f"{kind}: refused: permission denied; "), f"the broker, {kind}: {done.stdout}")
    done = attempt("fob-agent", ["--test-broker-escape", "ptrace"], environment)
    equal(done.stdout, "the broker has ended\n", "what only an attacker tries ends the broker")

    # fob-uhid gets its socket from the service manager, as descriptor 3 and for its own process id.
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    listener.bind(os.path.join(home, "uhid.sock"))
    listener.listen()
    os.dup2(listener.fileno(), 3)
    os.set_inheritable(3, True)
    shell = f'LISTEN_PID=$$ LISTEN_FDS=1 exec {os.path.join(BIN, "fob-uhid")} --test-escape "$0"'
    for kind, mechanism in ATTEMPTS.items():
        if mechanism == LANDLOCK and not landlock():
            continue
        done = subprocess.run(
            ["bash", "-c", shell, kind], pass_fds=(3,), capture_output=True, text=True, timeout=PATIENCE,
            env={**os.environ, "HOME": person})
        check(done.stdout.startswith(f"{kind}: refused: permission denied; "), f"fob-uhid {kind}: {done.stdout} {done.stderr}")

    # An agent that lacks a part says so, and goes on.
    with Home("--test-filter-only") as lacking:
        with lacking.connect() as agent:
            agent.initialize(PASSPHRASE)
        status = json.loads(run_fob(lacking, "status", "--json"))
        check(any("has no Landlock" in warning for warning in status["warnings"]), f"no warning: {status['warnings']}")
    # The broker is all that an agent has beside it, and it is gone with it however that ends.
    with Home() as whole:
        with whole.connect() as agent:
            agent.initialize(PASSPHRASE)
        status = json.loads(run_fob(whole, "status", "--json"))
        equal(status["warnings"], [], "warnings of an agent in its whole sandbox")
        with open(f"/proc/{whole.pid}/task/{whole.pid}/children") as line:
            brokers = line.read().split()
        equal(len(brokers), 1, "processes beside the agent")
        with open(f"/proc/{whole.pid}/status") as lines:
            equal([line.split()[1] for line in lines if line.startswith("Seccomp:")], ["2"], "the agent's filter")
        until(lambda: seccomp(brokers[0]) == "2", "the broker's filter")
        # It still tells which program a caller runs.
        log = os.path.join(whole.path, "audit.log")
        with open(log) as lines:
            said = lines.read()
        check(f"exe={sys.executable.replace('~', '%7E')}"[:12] in said or "exe=/" in said, f"no program in the log: {said}")
        whole.kill()
        until(lambda: not os.path.exists(f"/proc/{brokers[0]}") or state(brokers[0]) == "Z", "the broker has ended")
    print(f"{5 * len(ATTEMPTS)} attempts of four daemons and a broker were refused")


def seccomp(pid):
    with open(f"/proc/{pid}/status") as lines:
        return next((line.split()[1] for line in lines if line.startswith("Seccomp:")), "0")


def state(pid):
    try:
        with open(f"/proc/{pid}/stat") as line:
            return line.read().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return "Z"


def run_fob(home, *arguments):
    return subprocess.run(
        [os.path.join(BIN, "fob"), *arguments], env={**home.environment, "PATH": os.environ["PATH"]},
        capture_output=True, check=True, timeout=PATIENCE).stdout


PAINTER = """
import os, socket, sys
tries = {
    "a file of the owner": lambda: open(sys.argv[1]).read(),
    "the agent's socket": lambda: socket.socket(socket.AF_UNIX).connect("/run/x"),
    "the network": lambda: socket.socket(socket.AF_INET),
    "a new file": lambda: open("/tmp/fob-painter", "w"),
    "a signal": lambda: os.kill(os.getppid(), 0),
    "another process": lambda: os.listdir("/proc/1"),
    "the passwords": lambda: open("/etc/passwd").read(),
}
for name, attempt in tries.items():
    try:
        attempt()
        print("escaped:", name)
    except OSError as error:
        print("refused:", name)
"""


def painter():
    if not landlock():
        skip("this kernel has no Landlock, without which no program is run")
    if not os.path.exists("/usr/bin/python3"):
        skip("no python3 in /usr/bin to play a program that a picture has taken over")
    secret = os.path.join(folder(), "secret")
    with open(secret, "w") as file:
        file.write("x")
    done = subprocess.run(
        [os.path.join(BIN, "fob-scan"), "--paint", "/usr/bin/python3", "-I", "-S", "-c", PAINTER, secret],
        capture_output=True, text=True, timeout=PATIENCE, stdin=subprocess.DEVNULL)
    equal(done.returncode, 0, f"the program ran: {done.stderr}")
    check("escaped" not in done.stdout and done.stdout.count("refused") == 7, done.stdout)
    done = subprocess.run(
        [os.path.join(BIN, "fob-scan"), "--paint", "relative"], capture_output=True, text=True, timeout=PATIENCE)
    equal(done.returncode, 64, "only an absolute path is run")
    print("a program that paints gets at none of 7 things")


painter() if sys.argv[1:] == ["painter"] else daemons()
