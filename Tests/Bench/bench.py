#!/usr/bin/env python3
"""`make bench`: fob beside its peers, in one run on one machine. Prints figures and ratios; it judges nothing.

    bench.py BIN [--smoke]

BIN has the release builds of fob and fob-agent. --smoke does everything briefly, to see that it still works.
"""

import os
import resource
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "EndToEndTests", "Support"))
import aegis  # noqa: E402
import protocol_client as fob  # noqa: E402
import security_keys  # noqa: E402

SECRET = "3132333435363738393031323334353637383930"
BEGIN = 0x25
# As many as a transaction takes, and nearly as many as a vault has: what is added while it is measured needs room.
TRANSACTION, MOST = 20_000, 49_900


def without_locked_memory():
    """The program that is about to be started can lock none."""
    resource.setrlimit(resource.RLIMIT_MEMLOCK, (0, resource.getrlimit(resource.RLIMIT_MEMLOCK)[1]))


class Bench:
    def __init__(self, bin, smoke):
        self.smoke = smoke
        self.scratch = tempfile.mkdtemp(prefix="fob-bench-")
        self.bin = self.path("bin")
        # As `make install` does it: stripped copies, the small fob and the whole program.
        for program, place in (("fob", "bin/fob"), ("fob-agent", "bin/fob-agent"),
                               ("fob-authenticator", "bin/fob-authenticator"), ("libfob-sk.so", "lib/libfob-sk.so"),
                               ("fob-main", "libexec/fob/fob-main"), ("fob-convert", "libexec/fob/fob-convert")):
            subprocess.run(["install", "-D", "-s", os.path.join(bin, program), self.path(place)], check=True)
        self.running = []
        for tool in ("load", "echo", "pair", "start", "ctaphid"):
            subprocess.run(["cc", "-O2", "-o", self.path(tool), os.path.join(HERE, tool + ".c")], check=True)

    def path(self, name):
        return os.path.join(self.scratch, name)

    def count(self, full):
        return max(full // 50, 64) if self.smoke else full

    def start(self, command, **more):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, **more)
        self.running.append(process)
        return process

    def close(self):
        for process in self.running:
            process.terminate()
            process.wait()
        shutil.rmtree(self.scratch)

    def agent(self, accounts, name="home", **more):
        """An agent with that many accounts; its process, home and a connection."""
        home = self.path(f"{name}{accounts}")
        process = self.begin(home, **more)
        address = os.path.join(home, "agent.sock")
        connected(address).close()
        client = fob.Agent(address)
        client.initialize(b"a passphrase for the bench")
        for first in range(0, accounts, TRANSACTION):
            client.ask(BEGIN)
            for number in range(first, min(first + TRANSACTION, accounts)):
                key = bytes.fromhex(SECRET) if number == 0 else b"%020d" % number
                client.add(f"Issuer{number}", f"user{number}@example.org", key)
            client.commit()
        return process, home, client

    def begin(self, home, locked=True):
        """An agent there, which has locked memory, or none where that would not be enough."""
        options, before = ([], None) if locked else (["--allow-unlocked-memory"], without_locked_memory)
        return self.start([os.path.join(self.bin, "fob-agent"), *options],
                          env={"FOB_HOME": home, "PATH": os.environ["PATH"]}, preexec_fn=before)

    def fresh(self, name, **more):
        """A connection to an agent that has no vault yet."""
        home = self.path(name)
        self.begin(home, **more)
        connected(os.path.join(home, "agent.sock")).close()
        return fob.Agent(os.path.join(home, "agent.sock"))

    def drop(self, accounts):
        """Ends the agent that was to have that many, and was started last."""
        process = self.running.pop()
        process.terminate()
        process.wait()
        shutil.rmtree(self.path(f"home{accounts}"))

    def file(self, name, octets):
        with open(self.path(name), "wb") as file:
            file.write(octets)
        return self.path(name)

    def rate(self, socket, request, count, window, setup=None):
        command = [self.path("load"), socket, request, str(count), str(window)] + ([setup] if setup else [])
        return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)

    def begun(self, socket, request, *command, env=None):
        """How long it takes from the start of a daemon to its answer, and how much of that it was on a processor."""
        out = subprocess.run([self.path("start"), socket, request, *command], check=True, capture_output=True, text=True,
                             env={**os.environ, **(env or {})})
        return [float(word) for word in out.stdout.split()]

    def signature(self, socket, request):
        """The first answer to the frame in a file."""
        with connected(socket) as client, open(request, "rb") as file:
            client.sendall(file.read())
            return client.recv(1 << 16)

    def pair(self, rounds, *commands, env=None):
        joined = []
        for command in commands:
            joined += (["--"] if joined else []) + command
        out = subprocess.run([self.path("pair"), str(rounds)] + joined, check=True, capture_output=True, text=True,
                             stdin=subprocess.DEVNULL, env={**os.environ, **(env or {})})
        return [float(word) for word in out.stdout.split()]


def connected(path):
    """A connection, once somebody listens there."""
    end = time.monotonic() + 60
    while True:
        client = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            client.connect(path)
            return client
        except OSError:
            client.close()
            if time.monotonic() > end:
                raise
            time.sleep(0.001)


def field(pid, name):
    with open(f"/proc/{pid}/status") as status:
        for line in status:
            if line.startswith(name + ":"):
                return int(line.split()[1])
    return 0


def on_processor(pid):
    """Seconds for which the threads of a process have been on a processor."""
    nanoseconds = 0
    for thread in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{thread}/schedstat") as times:
            nanoseconds += int(times.read().split()[0])
    return nanoseconds / 1e9


def say(text, *figures):
    print(f"{text:<58}", *figures, sep="  ", flush=True)


def main():
    # A test runner may have blocked them, and what is started here would not be ended by SIGTERM.
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    # Where the shell's session belongs to somebody outside the container it has no number, and nothing is remembered for it.
    if os.getsid(0) == 0:
        os.setsid()
    bench = Bench(sys.argv[1], "--smoke" in sys.argv)
    try:
        run(bench)
    finally:
        bench.close()


def run(bench):
    sizes = (10, 1000, 10000) if not bench.smoke else (10, 200)
    agents = {size: bench.agent(size) for size in sizes}
    small = agents[sizes[0]]

    ssh = shutil.which("ssh-agent") and shutil.which("ssh-add") and shutil.which("ssh-keygen")
    ssh_socket = bench.path("ssh.sock")
    if ssh:
        bench.start(["ssh-agent", "-D", "-a", ssh_socket])
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", bench.path("key")], check=True)
        connected(ssh_socket).close()
        subprocess.run(["ssh-add", "-q", bench.path("key")], check=True, env={**os.environ, "SSH_AUTH_SOCK": ssh_socket})

    print("whole processes, start to exit (medians, microseconds)")
    rounds = bench.count(2000)
    for size in (sizes[0], sizes[-1]):
        home = agents[size][1]
        commands = [[os.path.join(bench.bin, "fob"), "code", "Issuer0/user0@example.org"]]
        names = ["fob code"]
        if shutil.which("oathtool"):
            commands.append(["oathtool", "--totp", SECRET])
            names.append("oathtool")
        if ssh:
            commands.append(["ssh-add", "-l"])
            names.append("ssh-add -l")
        times = bench.pair(rounds, *commands, env={"FOB_HOME": home, "SSH_AUTH_SOCK": ssh_socket})
        for name, microseconds in zip(names[1:], times[1:]):
            say(f"  fob code with {size} accounts / {name}", f"{times[0]:.0f} / {microseconds:.0f}",
                f"= {times[0] / microseconds:.2f}")

    print("requests over one connection (a second)")
    own_socket = os.path.join(small[1], "agent.sock")
    hello = bench.file("hello", fob.frame(fob.HELLO, b"fob\0" + fob.u16(1) + fob.u16(1), 1))
    code = bench.file("code", fob.frame(fob.CODE, fob.u8(0) + fob.selector("Issuer0/user0@example.org"), 7))
    listing = bench.file("ssh-list", b"\0\0\0\1\x0b")
    echo_socket = bench.path("echo.sock")
    bench.start([bench.path("echo"), echo_socket])
    connected(echo_socket).close()
    many = bench.count(40000)
    own, echo, other = [], [], []
    for _ in range(2 if bench.smoke else 7):
        own.append(bench.rate(own_socket, code, many, 1, hello))
        echo.append(bench.rate(echo_socket, code, many, 1))
        if ssh:
            other.append(bench.rate(ssh_socket, listing, many, 1))
    own, echo = statistics.median(own), statistics.median(echo)
    if ssh:
        other = statistics.median(other)
        say("  CODE one at a time / ssh-agent's list", f"{own:.0f} / {other:.0f}", f"= {own / other:.2f}")
    say("  CODE one at a time / an echo in C", f"{own:.0f} / {echo:.0f}", f"= {own / echo:.2f}")
    many, piped, own = bench.count(640000) // 64 * 64, [], []
    for _ in range(2 if bench.smoke else 5):
        begin = on_processor(small[0].pid)
        piped.append(bench.rate(own_socket, code, many, 64, hello))
        own.append(many / (on_processor(small[0].pid) - begin))
    say("  CODE, 64 at a time / in a second of the agent's on a processor",
        f"{statistics.median(piped):.0f} / {statistics.median(own):.0f}")

    print("memory of the agent")
    for size in sizes:
        pid = agents[size][0].pid
        say(f"  {size} accounts: resident, of that private; locked (KiB)", field(pid, "VmRSS"), field(pid, "RssAnon"),
            field(pid, "VmLck"))

    print("start, and a save (medians, milliseconds)")
    starts = {"where it never was": [], "where it was before": [], "ssh-agent -D, to a list": []}
    for number in range(6 if bench.smoke else 42):
        home = bench.path(f"start{number // 2}")
        starts["where it was before" if number % 2 else "where it never was"].append(
            bench.begun(os.path.join(home, "agent.sock"), hello, os.path.join(bench.bin, "fob-agent"), env={"FOB_HOME": home}))
        if ssh:
            peer = bench.path(f"start{number}.sock")
            starts["ssh-agent -D, to a list"].append(bench.begun(peer, listing, "ssh-agent", "-D", "-a", peer))
    for what, times in starts.items():
        if times:
            whole, own = (statistics.median(column) for column in zip(*times))
            say(f"  from exec to the first answer, {what}", f"{whole:.2f}, of that on a processor {own:.2f}")
    for size in sizes:
        saves = []
        for number in range(3 if bench.smoke else 15):
            begin = time.perf_counter()
            agents[size][2].add("Bench", f"save{number}", b"%020d" % (10**9 + number))
            saves.append((time.perf_counter() - begin) * 1000)
        say(f"  an acknowledged ADD over {size} accounts", f"{statistics.median(saves):.1f}")

    has_age = shutil.which("age") and shutil.which("age-keygen")
    growth = backups(bench, agents) if has_age else {}
    if ssh:
        security_keys.rows(bench, say, connected)
    if shutil.which("chromium"):
        subprocess.run([sys.executable, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../Browser/bench.py"),
                        "3" if bench.smoke else "100"], env={**os.environ, "FOB_BIN": os.path.abspath(sys.argv[1])}, check=True)
    else:
        print("skipped: sign-ins through the extension need chromium")

    for many in (200,) if bench.smoke else (1000, 10000):
        imports(bench, small, many)
    # Its graphical program imports; the one for the command line lists and exports only.
    say("  otpclient-cli", "has no import")
    if has_age and not bench.smoke:
        grown(bench, growth)


def imports(bench, agent, many):
    """Accounts of Aegis come in, and go again; milliseconds of each kind."""
    print(f"imports of {many} accounts of Aegis (seconds; peak memory of fob and of fob-convert in KiB)")
    times = {}
    for kind, make in (("plain", aegis.plain), ("encrypted", aegis.encrypted)):
        path = bench.path(f"aegis-{kind}.json")
        make(path, many)
        _, home, client = agent
        try:
            seconds, own, converter, slowest = aegis.measured(os.path.join(bench.bin, "fob"), home, path, client)
        except RuntimeError as error:
            print(f"  not measured with {many} accounts: {error}")
            continue
        client.undo_import()
        times[f"import, {kind}"] = 1000 * seconds
        say(f"  fob import, {kind}", f"{seconds:.2f}", own, converter)
        say("    the slowest code that another client got meanwhile (ms)", f"{slowest * 1000:.1f}")
    return times


def grown(bench, growth):
    """What ten and fifty times as many accounts take, beside a thousand: in proportion it is as many times as much.

    `growth` is what backups() has said of the smaller sizes."""
    sizes, locked = (1000, 10000, MOST), True
    try:
        larger = {MOST: bench.agent(MOST)}
        print(f"growth to {MOST} accounts, all in locked memory")
    except fob.Refused as refused:
        print(f"growth to {MOST} accounts, in memory that is not locked (--allow-unlocked-memory), where secrets are encrypted\n"
              f"between uses: there is not enough that can be locked ({refused})")
        bench.drop(MOST)
        growth, locked = {}, False
        larger = {size: bench.agent(size, "unlocked", locked=False) for size in sizes}
    for what, times in backups(bench, larger, "growing", locked=locked).items():
        growth.setdefault(what, {}).update(times)
    # An import is one transaction, and what is undone is still in the trash.
    for size in (*sizes[:2], TRANSACTION):
        for what, taken in imports(bench, bench.agent(10, f"importing{size}-", locked=locked), size).items():
            growth.setdefault(what, {})[size] = taken
    print("from 1,000 accounts on: milliseconds, and microseconds for each account")
    for what, times in growth.items():
        say(f"  {what}", ", ".join(f"{many:,}: {taken:.1f} ({1000 * taken / many:.1f})" for many, taken in times.items()))


def milliseconds(times, action):
    """The median of how long it takes."""
    taken = []
    for number in range(times):
        begin = time.perf_counter()
        action(number)
        taken.append((time.perf_counter() - begin) * 1000)
    return statistics.median(taken)


def backups(bench, agents, name="empty", **more):
    """Beside age with the same octets and as many recipients; no passphrase is derived."""
    print("backups (medians, milliseconds)")
    keys, recipients = [bench.path(f"identity-{name}{number}.txt") for number in range(4)], []
    for path in keys:
        subprocess.run(["age-keygen", "-o", path], check=True, capture_output=True)
        with open(path) as file:
            recipients.append(next(line.split()[-1] for line in file if "public key" in line))
    with open(keys[0]) as file:
        identity = next(line.strip() for line in file if line.startswith("AGE-SECRET-KEY-")).encode()
    # Whoever restores has no vault yet.
    fresh = bench.fresh(name, **more)
    times = 3 if bench.smoke else 21
    growth = {"sealing": {}, "preview": {}, "sync": {}}
    for size, (_, home, client) in agents.items():
        # With it there are four: two of the passphrase, this one, and the key that looks into backups.
        client.ask(0x0B, fob.octets(b"a passphrase for the bench") + fob.string(recipients[0]) + fob.string("bench"), 0x8B)
        sealed, made = os.path.join(home, "sealed"), []

        def changed(number):
            client.add("Bench", f"sealed{number}", b"%020d" % (2 * 10**9 + number))

        def seal(_):
            body = client.ask(0x60, b"\0", 0xC2)
            made.append(body.string())

        taken = []
        for number in range(times):
            changed(number)
            taken.append(milliseconds(1, seal))
        own, backup = statistics.median(taken), os.path.join(sealed, made[-1])
        clear, again = bench.path("clear"), bench.path("again.age")
        subprocess.run(["age", "-d", "-i", keys[0], "-o", clear, backup], check=True)
        encrypt = ["age", *[word for key in recipients for word in ("-r", key)], "-o", again, clear]

        def lasting(_):
            subprocess.run(encrypt, check=True)
            with open(again, "rb") as file:
                os.fsync(file.fileno())

        other, plain = milliseconds(times, lasting), milliseconds(times, lambda _: subprocess.run(encrypt, check=True))
        say(f"  {size} accounts: seal, to disk, read back / age, to disk", f"{own:.1f} / {other:.1f}", f"= {own / other:.2f}")
        say("    age without waiting for the disk", f"{plain:.1f}")
        with open(backup, "rb") as file:
            octets = file.read()

        def opened(_):
            fresh.begin_restore(octets)
            fresh.open_restore(identity, identity=True)
            fresh.ask(0x75).end()

        own = milliseconds(times, opened)
        other = milliseconds(
            times, lambda _: subprocess.run(["age", "-d", "-i", keys[0], "-o", clear, backup], check=True))
        say(f"  {size} accounts: open and preview / age", f"{own:.1f} / {other:.1f}", f"= {own / other:.2f}")
        if size >= 1000:
            growth["sealing"][size], growth["preview"][size] = statistics.median(taken), own
            growth["sync"][size] = synced(bench, client, octets, times, other)
    return growth


def synced(bench, client, octets, times, other):
    """How long a copy with one account less takes to be looked at, as another machine brings it, and to be taken over."""
    looked = []

    def sync(number):
        client.add("Bench", f"synced{number}", b"%020d" % (3 * 10**9 + number))
        begin = time.perf_counter()
        client.begin_restore(octets)
        # With the vault's own keys: u8 mode | u8 key | u32 secret | u32 owner.
        client.restored(client.ask(0x72, bytes([1, 4]) + fob.octets(b"") + fob.octets(b""), 0xB8))
        client.commit_restore()
        looked.append((time.perf_counter() - begin) * 1000)

    for number in range(times):
        sync(number)
    own = statistics.median(looked)
    say("    sync of an older copy, taken over / age", f"{own:.1f} / {other:.1f}", f"= {own / other:.2f}")
    return own


if __name__ == "__main__":
    main()
