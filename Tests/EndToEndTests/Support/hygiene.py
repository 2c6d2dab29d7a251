"""What the agent does to itself before it touches a secret, as the kernel shows it."""

import resource
import stat
import subprocess

from memory import mappings
from scratch import *

need_root()


def lines(pid):
    with open(f"/proc/{pid}/status") as found:
        return dict(line.rstrip("\n").split(":\t", 1) for line in found if ":\t" in line)


def environment(pid):
    """Names in the C library's table, from which children and later code would get them. /proc/PID/environ shows what
    the process was started with, whatever it has done since."""
    need("nm")
    symbols = subprocess.run(["nm", os.path.join(BIN, "fob-agent")], check=True, capture_output=True).stdout
    address = next(int(line.split()[0], 16) for line in symbols.splitlines() if line.endswith(b" __environ"))
    # Each start has the program elsewhere: symbols count from where its first page lies.
    with open(f"/proc/{pid}/maps") as maps:
        address += next(int(line.split("-")[0], 16) for line in maps if line.rstrip().endswith("/fob-agent"))
    names = set()
    with open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
        def word(at):
            memory.seek(at)
            return int.from_bytes(memory.read(8), "little")
        table = word(address)
        while entry := word(table):
            memory.seek(entry)
            names.add(memory.read(64).split(b"\0")[0].split(b"=")[0].decode())
            table += 8
    return names


# Descriptors that are open in whoever starts it, a wide umask, a limit for cores: none of it may come through.
held = [os.open("/etc/passwd", os.O_RDONLY) for _ in range(20)]
held.append(os.dup2(held[0], 400))
for descriptor in held:
    os.set_inheritable(descriptor, True)


def careless():
    os.umask(0)
    try:
        resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    except ValueError:
        pass


notices = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
notices.bind("\0fob-test-%d" % os.getpid())
forgotten = {
    "NOTIFY_SOCKET": "@fob-test-%d" % os.getpid(), "WATCHDOG_USEC": "60000000", "WATCHDOG_PID": "1",
    "LISTEN_PID": "1", "LISTEN_FDS": "1", "LISTEN_FDNAMES": "x",
}
with Home(preexec_fn=careless, close_fds=False, environment=forgotten) as home:
    pid = home.pid
    own = lines(pid)
    equal(own["NoNewPrivs"], "1", "no new privileges")
    equal(own["Umask"], "0077", "the umask")
    equal(own["CoreDumping"], "0", "core dumping")
    with open(f"/proc/{pid}/limits") as limits:
        core = next(line.split()[4:6] for line in limits if line.startswith("Max core file size"))
    equal(core, ["0", "0"], "the limit for cores")
    # Files of a process that is not dumpable belong to root and are closed to others.
    for name in ("environ", "mem", "fd"):
        equal(os.stat(f"/proc/{pid}/{name}").st_uid, 0, f"the owner of /proc/PID/{name}")

    targets, flags = links(pid), {}
    check("/etc/passwd" not in targets.values(), f"an inherited descriptor is open: {targets}")
    with home.connect():
        for number in os.listdir(f"/proc/{pid}/fdinfo"):
            try:
                with open(f"/proc/{pid}/fdinfo/{number}") as info:
                    flags[number] = next(int(line.split()[1], 8) for line in info if line.startswith("flags"))
            except FileNotFoundError:
                # That of a connection which had ended.
                pass
    check(len(flags) > 5, f"hardly any descriptor is open: {flags}")
    for number, value in flags.items():
        check(int(number) < 3 or value & os.O_CLOEXEC, f"descriptor {targets.get(number)} is passed on to children")

    with open(f"/proc/{pid}/maps") as maps:
        for line in maps:
            check(not {"w", "x"} <= set(line.split()[1]), f"memory that can be written and run: {line}")
    for mapping in mappings(pid):
        check(not mapping.locked or mapping.flags == "rw-s" or mapping.flags == "rw-p", f"the region is {mapping}")

    with home.connect() as agent:
        agent.initialize(PASSPHRASE)
        agent.add("A", "b", b"12345678901234567890")
    for folder, _, files in os.walk(home.path):
        for path in [folder] + [os.path.join(folder, file) for file in files if file != "stderr"]:
            check(stat.S_IMODE(os.stat(path).st_mode) & 0o077 == 0, f"others may use {path}")

    left = environment(pid)
    check("FOB_HOME" in left, f"the environment can be read: {left}")
    check(not left & set(forgotten), f"variables of the service manager are still there: {left}")

# Another process of the same user, without root's rights, can neither read its memory nor trace it.
need("setpriv")
nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--no-new-privs"]
binary = tempfile.mkdtemp(prefix="fob-")
atexit.register(shutil.rmtree, binary, True)
os.chmod(binary, 0o755)
shutil.copy(os.path.join(BIN, "fob-agent"), os.path.join(binary, "fob-agent"))

PROBE = """
import ctypes, os, sys
pid, result = int(sys.argv[1]), []
for name in ("mem", "environ", "maps", "fd"):
    try:
        path = f"/proc/{pid}/{name}"
        os.listdir(path) if name == "fd" else open(path, "rb")
        result.append(name)
    except OSError:
        pass
libc = ctypes.CDLL(None, use_errno=True)
if libc.ptrace(0x4206, pid, None, None) == 0:
    result.append("ptrace")
print(" ".join(result) or "nothing")
"""


class Foreign(Home):
    """An agent of the user nobody, who may reach its program, and the same agent that stays dumpable."""

    def __init__(self, *flags):
        super().__init__(*flags, prefix=nobody, binaries=binary)
        os.chown(self.path, 65534, 65534)

    def probe(self):
        self.start(wait=False)
        until(lambda: os.path.exists(self.socket), "the agent of nobody listens")
        pid = self.process.pid
        equal(lines(pid)["Uid"].split()[0], "65534", "the user of the agent")
        found = subprocess.run(
            nobody + [sys_python(), "-c", PROBE, str(pid)], capture_output=True, timeout=PATIENCE, cwd="/")
        equal(found.returncode, 0, f"the probe ({found.stderr!r})")
        return found.stdout.decode().split()


def sys_python():
    """A python3 that nobody may run."""
    return "/usr/bin/python3" if os.path.exists("/usr/bin/python3") else skip("no python3 that everybody may run")


part = binary
while part != "/":
    if not os.stat(part).st_mode & 0o001:
        skip(f"{part} is closed to the user nobody")
    part = os.path.dirname(part)
hidden = Foreign().probe()
shown = Foreign("--test-stay-dumpable").probe()
equal(hidden, ["nothing"], "what a process of the same user can get at")
check("mem" in shown and "ptrace" in shown, f"the probe finds what can be got at: {shown}")
print(f"{len(targets)} descriptors, none inherited; another process of the same user gets {hidden}, without hardening {shown}")
