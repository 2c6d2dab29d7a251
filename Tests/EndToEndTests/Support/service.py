"""Under a service manager: socket activation, readiness, watchdog, and going into the background."""

import select
import subprocess

from scratch import *

PROGRAM = os.path.join(BIN, "fob-agent")


class Notices:
    """A notify socket, as a service manager has it."""

    def __init__(self, abstract=False):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.address = f"@fob-test-{os.getpid()}-{id(self)}" if abstract else os.path.join(scratch, f"notify-{id(self)}")
        self.socket.bind("\0" + self.address[1:] if abstract else self.address)

    def next(self, seconds=PATIENCE):
        ready, _, _ = select.select([self.socket], [], [], seconds)
        return self.socket.recv(4096).decode().splitlines() if ready else None


def run(command, home, **options):
    """What a command that ends by itself says."""
    return subprocess.run(
        command, env=home.environment, capture_output=True, timeout=PATIENCE, stdin=subprocess.DEVNULL, **options)


scratch = tempfile.mkdtemp(prefix="fob-")
atexit.register(shutil.rmtree, scratch, True)

# READY, STATUS, STOPPING, and the watchdog, on a path and in the abstract name space.
for abstract in (False, True):
    notices = Notices(abstract)
    watchdog = {"NOTIFY_SOCKET": notices.address, "WATCHDOG_USEC": "400000"}
    begun = time.monotonic()
    with Home(environment=watchdog) as home:
        ready = notices.next()
        check(ready and ready[0] == "READY=1" and ready[1] == "STATUS=locked", f"READY: {ready}")
        beats = []

        def gap():
            """How long the watchdog waited for its next meal, if that was not because of others."""
            equal(notices.next(), ["WATCHDOG=1"], "the watchdog is fed")
            beats.append(time.monotonic())
            check(beats[-1] - begun > 0.2 * len(beats) - 0.01, f"the watchdog is fed {len(beats)} times too early")
            return True if len(beats) > 1 and beats[-1] - beats[-2] < 0.4 else None

        for _ in range(3):
            takes(100, gap, "the watchdog is fed in time")
        with home.connect() as agent:
            agent.initialize(PASSPHRASE)
            # It was said before INIT was answered.
            told = [notice for notice in iter(lambda: notices.next(0), None) if notice != ["WATCHDOG=1"]]
            equal(told, [["STATUS=unlocked"]], "what is said of the unlocked vault")
        equal(home.stop(), 0, "the status at the end")
        told = [notice for notice in iter(lambda: notices.next(0), None) if notice != ["WATCHDOG=1"]]
        check(["STOPPING=1"] in told, f"STOPPING: {told}")

# A watchdog that is meant for another process, or without anybody to tell, is none.
notices = Notices()
with Home(environment={"NOTIFY_SOCKET": notices.address, "WATCHDOG_USEC": "100000", "WATCHDOG_PID": "1"}) as home:
    equal(notices.next()[0], "READY=1", "READY")
    equal(notices.next(0.4), None, "a notice of the watchdog of another process")
with Home(environment={"NOTIFY_SOCKET": os.path.join(scratch, "nobody"), "WATCHDOG_USEC": "100000"}) as home:
    with home.connect() as agent:
        equal(status(agent)["vault"], "none", "an agent whose service manager is deaf")

# From start to READY.
starts = []
notices = Notices()
for _ in range(20):
    home = Home(environment={"NOTIFY_SOCKET": notices.address})
    begun = time.monotonic()
    home.start(wait=False)
    notices.next()
    starts.append((time.monotonic() - begun) * 1000)
    while notices.next(0):
        pass
    home.remove()
starts.sort()

# The background: the parent ends when requests are answered.
with_vault = Home("--daemon", readable=True)
ended = run([PROGRAM, *with_vault.flags], with_vault)
equal((ended.returncode, ended.stderr), (0, b""), "the start of a daemon")
with with_vault.connect() as agent:
    daemon = status(agent)["pid"]
    with open(f"/proc/{daemon}/stat") as line:
        fields = line.read().rsplit(")", 1)[1].split()
    equal(int(fields[3]), daemon, "the daemon's session")
    equal([os.readlink(f"/proc/{daemon}/fd/{number}") for number in range(3)], ["/dev/null"] * 3, "its descriptors")
    equal(os.readlink(f"/proc/{daemon}/cwd"), "/", "its directory")
second = run([PROGRAM, "--daemon"], with_vault)
equal(second.returncode, 75, f"the status of a second agent ({second.stderr})")
check(b"hint:" in second.stderr, f"a second agent says what to do: {second.stderr}")
second = run([PROGRAM], with_vault)
equal(second.returncode, 75, f"the status of a second agent ({second.stderr})")
with with_vault.connect() as agent:
    equal(status(agent)["pid"], daemon, "the first agent goes on")
os.kill(daemon, signal.SIGTERM)
until(lambda: not os.path.exists(with_vault.socket), "the daemon has ended")

# What is handed over must be meant for this process.
listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
listener.bind(os.path.join(scratch, "foreign"))
listener.listen()


def hand_over():
    os.dup2(listener.fileno(), 3, inheritable=True)


with Home(environment={"LISTEN_PID": "1", "LISTEN_FDS": "1"}, preexec_fn=hand_over, close_fds=False,
          readable=True) as home:
    names = links(home.pid).values()
    with open("/proc/net/unix") as lines:
        inode = next(line.split()[6] for line in lines if line.rstrip().endswith(os.path.join(scratch, "foreign")))
    check(f"socket:[{inode}]" not in names, "a socket that was meant for another process is held")



def connected(connect):
    """What `connect` gives once somebody listens: the path is there a moment earlier."""
    try:
        return connect()
    except (FileNotFoundError, ConnectionRefusedError):
        return None


need("systemd-socket-activate")
activate = "systemd-socket-activate"

# One listening stream socket: the first client starts the agent; the socket stays when it ends.
home = Home()
path = os.path.join(home.path, "activated.sock")
home.prefix = [activate, "-l", path, "-E", "FOB_HOME", "-E", "PATH"]
home.start(wait=False)
home.socket = path
with until(lambda: connected(home.connect), "systemd-socket-activate listens") as agent:
    agent.initialize(PASSPHRASE)
    agent.add("Activated", "a", b"12345678901234567890")
    code = agent.code("Activated/a")
    equal(code["code"], totp(b"12345678901234567890", code["valid_from"]), "a code")
    home.pid = status(agent)["pid"]
check(not os.path.exists(os.path.join(home.path, "agent.sock")), "an activated agent makes a socket of its own")
with home.connect() as agent:
    equal(status(agent)["vault"], "unlocked", "the vault for the second client")
home.stop()
check(os.path.exists(path), "the socket of the service manager was removed")

# Two, or another kind: refused with 78.
refusals = []
for arguments in (["-l", "{0}/a", "-l", "{0}/b"], ["-d", "-l", "{0}/a"]):
    home = Home()
    arguments = [argument.format(home.path) for argument in arguments]
    process = subprocess.Popen(
        [activate, *arguments, "-E", "FOB_HOME", PROGRAM], env=home.environment, stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    kind = socket.SOCK_DGRAM if "-d" in arguments else socket.SOCK_STREAM

    def reach():
        client = socket.socket(socket.AF_UNIX, kind)
        client.connect(os.path.join(home.path, "a"))
        return client
    try:
        with until(lambda: connected(reach), "systemd-socket-activate listens") as client:
            try:
                client.send(b"x")
            except (BrokenPipeError, ConnectionResetError):
                # It has refused already.
                pass
            equal(process.wait(PATIENCE), 78, f"the status with {arguments}")
        said = process.stderr.read().decode()
        check("fob-agent: one listening stream socket can be handed over, and beside it one that is called forward\nhint:" in said, said)
        refusals.append(78)
    finally:
        process.kill()
        process.wait()
        process.stderr.close()
    check(not os.path.exists(os.path.join(home.path, "vault.age")), "nothing is made before that")
print(f"start to READY {starts[0]:.1f} ms at best, {starts[10]:.1f} ms in the middle, {starts[-1]:.1f} ms at worst of "
      f"{len(starts)}; activated with one socket, refused with {refusals} for two and for a datagram socket")
