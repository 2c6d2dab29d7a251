"""Backups at real destinations on loopback: a folder, rclone's WebDAV and SFTP servers, a command pair. What comes back
is looked into; what does not come back whole never counts, and the next run recovers by itself.

    backup.py [folder|webdav|sftp|s3|command|faults|stale|trace|seal|schedule|retention|
               doctor|kill|key|drill|clock]
"""

import ctypes
import json
import re

from scratch import *
from servers import *

FOB = os.path.join(BIN, "fob")
BACKUP_NOW, BACKUP_MADE = 0x60, 0xC2
SECRET = base64.b32encode(b"12345678901234567890").decode()
steps = 0


def fob(home, *arguments, status=0, input=b"", environment=None, prefix=(), **options):
    """Runs fob; its exit status must be `status`. Returns standard output and error."""
    global steps
    steps += 1
    done = subprocess.run(
        [*prefix, FOB, *arguments], input=input, capture_output=True, timeout=100,
        env={"PATH": os.environ["PATH"], "HOME": home.path, "FOB_HOME": home.path, **(environment or {})}, **options)
    out, err = done.stdout.decode(), done.stderr.decode()
    equal(done.returncode, status, f"{' '.join(arguments)} said {out!r} {err!r}")
    return out, err


def secret_free(text, what):
    for word in ("hunter2", SECRET, PASSPHRASE.decode()):
        check(word not in text, f"a secret in {what}: {text!r}")


def opened(accounts=3, **options):
    """A home with an open vault of so many accounts."""
    home = Home(**options).start()
    with home.connect() as agent:
        agent.initialize(PASSPHRASE)
        for number in range(accounts):
            agent.add("Example", f"user{number}", b"12345678901234567890"[: 10 + number % 10] + bytes([number]))
    return home


def add_one(home, name):
    with home.connect() as agent:
        agent.add("Example", name, os.urandom(20))


def state(home, name):
    """What `fob backup status` says of a destination."""
    out, _ = subprocess.run(
        [FOB, "backup", "status", "--json"], capture_output=True, timeout=60,
        env={"PATH": os.environ["PATH"], "HOME": home.path, "FOB_HOME": home.path}), None
    found = json.loads(out.stdout.decode().splitlines()[0])
    return next(place for place in found["destinations"] if place["name"] == name)


def backups(folder):
    found = [name for name in os.listdir(folder) if re.fullmatch(r"fob-[0-9a-f]{8}-\d{8}T\d{6}Z-\d+\.age", name)]
    # By their sequence: several can have the same second.
    return sorted(found, key=lambda name: int(name.rsplit("-", 1)[1][:-4]))


def everyday(home, name, folder, deletes=True):
    """Ships, verifies, ships a change, rehearses, and opens what is there with the stock age program."""
    fob(home, "backup", "test", name)
    if deletes:
        equal(backups(folder), [], "what a test leaves")
    _, err = fob(home, "backup", "now")
    check("read back and verified" in err, f"{name}: {err!r}")
    first = [file for file in backups(folder) if "-00000000-" not in file]
    equal(len(first), 1, f"{name}: backups after the first run")
    add_one(home, f"later-{name}")
    _, err = fob(home, "backup", "now")
    check("read back and verified" in err, f"{name}: {err!r}")
    second = [file for file in backups(folder) if "-00000000-" not in file]
    equal(len(second), 2, f"{name}: backups after a change")
    check(set(first) <= set(second), f"{name}: the first one is gone")
    equal(state(home, name)["state"], "verified", f"{name}: state")
    out, _ = fob(home, "backup", "rehearse", name)
    check("brings back all" in out, f"{name}: {out!r}")
    leftovers = [file for file in os.listdir(folder) if file.endswith(".partial")]
    equal(leftovers, [], f"{name}: unfinished files")
    # Nothing is shipped twice, and nothing is written over.
    before = {file: os.stat(os.path.join(folder, file)).st_ino for file in second}
    fob(home, "backup", "run")
    after = {file: os.stat(os.path.join(folder, file)).st_ino for file in second}
    equal(after, before, f"{name}: files after a run without a change")
    for file in second:
        with open(os.path.join(folder, file), "rb") as there:
            with open(os.path.join(home.path, "sealed", file), "rb") as here:
                equal(there.read(), here.read(), f"{name}: {file}")


def with_age(home, folder):
    """Without fob: the stock age program and the identity of the passphrase."""
    if not shutil.which("age"):
        return
    read, write = os.pipe()
    os.write(write, PASSPHRASE)
    os.close(write)
    done = subprocess.run(
        ["bash", "-c", f'exec 3<&{read}; exec "$0" passphrase --identity --passphrase-fd 3', FOB], pass_fds=(read,),
        capture_output=True, timeout=60, env={"PATH": os.environ["PATH"], "FOB_HOME": home.path})
    os.close(read)
    equal(done.returncode, 0, f"the identity ({done.stderr!r})")
    key = os.path.join(home.path, "identity")
    with open(key, "wb") as file:
        file.write(done.stdout)
    newest = max(backups(folder), key=lambda name: int(name.rsplit("-", 1)[1][:-4]))
    plain = subprocess.run(
        ["age", "-d", "-i", key, os.path.join(folder, newest)], capture_output=True, timeout=60)
    equal(plain.returncode, 0, f"age -d ({plain.stderr!r})")
    check(plain.stdout.startswith(b"fob-records 1\n"), "the payload's first line")
    equal(len(plain.stdout) % 4096, 0, "the payload's padding")
    check(b"12345678901" in plain.stdout, "a key in the payload")


def folder_test():
    home = opened()
    folder = os.path.join(home.path, "disk")
    fob(home, "backup", "add", "disk", "--folder", folder)
    everyday(home, "disk", folder)
    with_age(home, folder)

    # Locked: shipped and read back, told as not verified; looked into once it is unlocked.
    add_one(home, "before-lock")
    with home.connect() as agent:
        agent.lock()
    _, err = fob(home, "backup", "run")
    check("not verified, because the vault is locked" in err, f"a locked run: {err!r}")
    equal(len(backups(folder)), 3, "the change before the lock was sealed by the lock, and shipped")
    equal(state(home, "disk")["state"], "shipped", "state while locked")
    with home.connect() as agent:
        agent.unlock(PASSPHRASE)
    fob(home, "backup", "run")
    equal(state(home, "disk")["state"], "verified", "state after an unlock")
    # --if-changed has nothing to do and says nothing.
    out, err = fob(home, "backup", "run", "--if-changed")
    equal((out, err), ("", ""), "a run without need")
    # Nothing changed, but asked for.
    fob(home, "backup", "now")
    equal(len(backups(folder)), 3, "no change, no backup")
    fob(home, "backup", "now", "--force")
    equal(len(backups(folder)), 4, "a forced one")
    # Files of others stay, and are not taken for ours.
    with open(os.path.join(folder, "fob-ffffffff-20200101T000000Z-9.age"), "wb") as other:
        other.write(b"not ours")
    with open(os.path.join(folder, "notes.txt"), "wb") as other:
        other.write(b"notes")
    fob(home, "backup", "run")
    check(os.path.exists(os.path.join(folder, "notes.txt")), "a foreign file is gone")
    # One agent notices by itself that nothing changed since: a new agent seals nothing when it is unlocked.
    home.stop()
    home.start()
    with home.connect() as agent:
        agent.unlock(PASSPHRASE)
    fob(home, "backup", "now")
    equal(len([name for name in backups(folder) if "ffffffff" not in name]), 4, "after a restart")
    # Nor does the save for the log's sake, which an unlock and a lock begin, make one: asked in the midst of it, too.
    for _ in range(12):
        with home.connect() as agent:
            agent.lock()
            agent.unlock(PASSPHRASE)
            agent.ask(BACKUP_NOW, b"\0", BACKUP_MADE)
    sequences = [name.rsplit("-", 1)[1] for name in backups(os.path.join(home.path, "sealed"))]
    equal(len(sequences), len(set(sequences)), f"backups of the same save: {sequences}")
    out, _ = fob(home, "status", "--json")
    equal(json.loads(out)["backup"]["stale"], False, "stale in status")
    fob(home, "backup", "remove", "disk")
    check(len(backups(folder)) >= 4, "removing a destination removes files")
    fob(home, "backup", "test", "disk", status=3)
    fob(home, "backup", "add", "bad name", "--folder", folder, status=64)
    fob(home, "backup", "add", "x", "--folder", "relative", status=64)
    fob(home, "backup", "add", "x", "--rclone", ":webdav,pass=hunter2:", status=64)
    fob(home, "backup", "add", "x", status=64)


def rclone_test(kind):
    need("rclone")
    home = opened()
    folder = os.path.join(home.path, "served")
    os.mkdir(folder)
    server = Server(kind, folder)
    remote(home, server)
    fob(home, "backup", "add", "cloud", "--rclone", "place:fob/backups")
    inside = os.path.join(folder, "fob", "backups")
    os.makedirs(inside)
    everyday(home, "cloud", inside)

    # Wrong credentials: said so, nothing of them shown, older ones kept.
    remote(home, server, password="wrong-hunter2")
    add_one(home, "new")
    out, err = fob(home, "backup", "now", status=15)
    check("access was refused" in err, f"wrong credentials: {err!r}")
    secret_free(err, "an error of rclone")
    check(obscured("wrong-hunter2")[:8] not in err, "an obscured password in an error")
    equal(len(backups(inside)), 2, "backups after wrong credentials")
    equal(state(home, "cloud")["state"], "failing", "state after wrong credentials")
    # Nobody listens.
    server.stop()
    remote(home, server)
    _, err = fob(home, "backup", "run", status=15)
    check("cannot be reached" in err, f"connection refused: {err!r}")
    equal(state(home, "cloud")["state"], "failing", "state without a server")
    # It comes back: the next run recovers.
    server = Server(kind, folder, port=server.port)
    fob(home, "backup", "run")
    equal(len(backups(inside)), 3, "backups after the server came back")
    equal(state(home, "cloud")["state"], "verified", "state after the server came back")
    # The connection breaks in mid-upload: nothing has the name of a backup.
    breaking(home, server, kind, inside)

    def write(name, octets):
        nonlocal server
        path = os.path.join(inside, name)
        with open(path, "wb") as file:
            file.write(octets)
        # It remembers sizes.
        server.stop()
        server = Server(kind, folder, port=server.port)

        def read():
            with open(path, "rb") as file:
                return file.read()
        return read

    rotten(home, "cloud", write)
    # Its disk is full.
    if os.getuid() == 0 and subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "none", inside],
                                           capture_output=True).returncode == 0:
        try:
            _, err = fob(home, "backup", "run", status=15)
            secret_free(err, "an error of rclone")
            check("hint: " in err and state(home, "cloud")["state"] == "failing", f"a full disk there: {err!r}")
            equal(backups(inside), [], "backups on a full disk there")
        finally:
            server.stop()
            subprocess.run(["umount", inside], check=True)
            server = Server(kind, folder, port=server.port)
        fob(home, "backup", "run")
        equal(state(home, "cloud")["state"], "verified", "state when there is room again")
    if kind == "webdav":
        # Nothing can be written.
        server.stop()
        server = Server(kind, folder, "--read-only", port=server.port)
        add_one(home, "read-only")
        before = backups(inside)
        _, err = fob(home, "backup", "now", status=15)
        secret_free(err, "an error of rclone")
        equal(backups(inside), before, "backups of a server that takes no writes")
        server.stop()
        server = Server(kind, folder, port=server.port)
        fob(home, "backup", "run")
        equal(len(backups(inside)), len(before) + 1, "backups after that")


def rotten(home, name, write):
    """What lies there is not what was sent, found by the next run: each time a good one takes its place. `write` puts
    octets there behind fob's back, and gives a function that reads what is there then."""
    newest = max(backups(os.path.join(home.path, "sealed")), key=lambda name: int(name.rsplit("-", 1)[1][:-4]))
    with open(os.path.join(home.path, "sealed", newest), "rb") as file:
        good = file.read()
    middle = len(good) // 2
    faults = {
        "empty": b"", "truncated": good[:1000], "longer": good + b"x",
        "flipped": good[:middle] + bytes([good[middle] ^ 1]) + good[middle + 1:], "another of its size": os.urandom(len(good)),
    }
    for fault, octets in faults.items():
        read = write(newest, octets)
        fob(home, "backup", "run")
        equal(read(), good, f"{name}: what was {fault}")
        equal(state(home, name)["state"], "verified", f"{name}: the state after one that was {fault}")


def s3_test():
    """An S3 server, moto's: missing objects are no backups though rclone reports success for them."""
    need("rclone")
    home = opened()
    server = Buckets(home.path)
    remote(home, server)

    def rclone(*arguments):
        return said(home, *arguments).split()

    rclone("mkdir", "place:backups")
    fob(home, "backup", "add", "cloud", "--rclone", "place:backups/fob")
    # Variables that lead rclone astray do not reach it.
    environment = {"AWS_CA_BUNDLE": "/nowhere", "AWS_ACCESS_KEY_ID": "x"}
    fob(home, "backup", "test", "cloud", environment=environment)
    fob(home, "backup", "now", environment=environment)
    def objects():
        return [name for name in rclone("lsf", "place:backups/fob") if name.startswith("fob-")]

    first = objects()
    equal(first, backups(os.path.join(home.path, "sealed")), "objects")
    fob(home, "backup", "rehearse", "cloud")
    # Gone there: seen, and brought there again.
    rclone("deletefile", f"place:backups/fob/{first[0]}")
    fob(home, "doctor", status=15)
    fob(home, "backup", "run", status=15)
    equal(objects(), first, "objects after one was deleted")
    fob(home, "backup", "accept", "cloud")
    fob(home, "backup", "run")
    add_one(home, "more")
    fob(home, "backup", "now")
    equal(len(objects()), 2, "objects after a change")
    def write(name, octets):
        subprocess.run(
            ["rclone", "rcat", f"place:backups/fob/{name}"], input=octets, check=True, timeout=60,
            env={"PATH": os.environ["PATH"], "HOME": home.path})
        return lambda: subprocess.run(
            ["rclone", "cat", f"place:backups/fob/{name}"], capture_output=True, check=True, timeout=60,
            env={"PATH": os.environ["PATH"], "HOME": home.path}).stdout

    rotten(home, "cloud", write)
    # Credentials that are refused.
    server.allow(0)
    add_one(home, "refused")
    _, err = fob(home, "backup", "now", status=15)
    check("access was refused" in err, f"wrong credentials: {err!r}")
    secret_free(err, "an error of rclone")
    server.allow(10**9)
    fob(home, "backup", "run")
    equal((len(objects()), state(home, "cloud")["state"]), (3, "verified"), "after credentials were taken again")
    # The connection breaks in mid-upload.
    with home.connect() as agent:
        for number in range(40):
            agent.add("Large", f"s3{number}", os.urandom(20), note="x" * 16000)
    weak = Breaking(server.port, 300_000)
    remote(home, type("Aside", (), {"kind": "s3", "port": weak.port}))
    _, err = fob(home, "backup", "now", status=15)
    check(weak.broken, "the connection was broken in mid-upload")
    secret_free(err, "an error of rclone")
    equal(state(home, "cloud")["state"], "failing", "a torn upload counts")
    weak.stop()
    # moto answers nobody any more after that, and remembers nothing: a bucket that was lost is told, and made and filled
    # again when its owner says so.
    server.stop()
    server = Buckets(home.path, port=server.port)
    remote(home, server)
    _, err = fob(home, "backup", "run", status=15)
    check("not the place" in err, f"a bucket that was lost: {err!r}")
    fob(home, "backup", "accept", "cloud")
    fob(home, "backup", "run")
    equal((len(objects()), state(home, "cloud")["state"]), (4, "verified"), "after it was sent again")
    server.stop()
    _, err = fob(home, "backup", "run", status=15)
    check("cannot be reached" in err, f"no server: {err!r}")
    secret_free(err, "an error of rclone")


def breaking(home, server, kind, folder):
    with home.connect() as agent:
        # So much that an upload does not fit into one write.
        for number in range(40):
            agent.add("Large", f"{kind}{number}", os.urandom(20), note="x" * 16000)
    before = backups(folder)
    weak = Breaking(server.port, 300_000)
    aside = type("Aside", (), {"kind": kind, "port": weak.port})
    remote(home, aside)
    _, err = fob(home, "backup", "now", status=15)
    check(weak.broken, "the connection was broken in mid-upload")
    equal(backups(folder), before, "backups after a torn upload")
    check(state(home, "cloud")["state"] == "failing", "a torn upload counts")
    weak.stop()
    remote(home, server)
    fob(home, "backup", "run")
    equal(len(backups(folder)), len(before) + 1, "backups after the torn one was sent again")
    equal(state(home, "cloud")["state"], "verified", "state after that")


COMMANDS = {
    "--put": 'cat > "{0}/$FOB_NAME"', "--get": 'cat "{0}/$FOB_NAME"', "--list": 'ls "{0}"', "--delete": 'rm "{0}/$FOB_NAME"',
}


def add_commands(home, name, folder, **changed):
    commands = {key: changed.get(key[2:], value).format(folder) for key, value in COMMANDS.items()}
    fob(home, "backup", "add", name, *[word for pair in commands.items() for word in pair])


def command_test():
    home = opened()
    folder = os.path.join(home.path, "kept")
    os.mkdir(folder)
    add_commands(home, "own", folder)
    everyday(home, "own", folder)
    # The environment is clean: nothing of this one's gets through.
    fob(home, "backup", "remove", "own")
    said = os.path.join(home.path, "said")
    add_commands(home, "own", folder, put=f'env > {said}; cat > "{{0}}/$FOB_NAME"')
    add_one(home, "again")
    fob(home, "backup", "now", environment={"TOKEN_OF_OTHERS": "hunter2", "AWS_CA_BUNDLE": "x"})
    with open(said) as environment:
        names = {line.split("=")[0] for line in environment if "=" in line}
    check("FOB_NAME" in names and not {"TOKEN_OF_OTHERS", "AWS_CA_BUNDLE", "FOB_HOME"} & names, f"environment: {names}")
    # One that fails and talks: credentials are taken out.
    fob(home, "backup", "remove", "own")
    add_commands(home, "own", folder, put='echo "PUT https://me:hunter2@host/x?sig=hunter2 failed: 401" >&2; exit 7')
    add_one(home, "more")
    _, err = fob(home, "backup", "now", status=15)
    secret_free(err, "an error of a command")
    check("access was refused" in err and "status 7" in err, f"a command's failure: {err!r}")


def fault_test():
    """What comes back is not what was sent: never counted, told, and sent again by the next run."""
    home = opened()
    folder = os.path.join(home.path, "kept")
    os.mkdir(folder)
    add_commands(home, "own", folder)
    fob(home, "backup", "now")
    good = backups(folder)
    faults = {
        "empty": (': > "{0}/$FOB_NAME"', "is empty"),
        "truncated": ('head -c 1000 > "{0}/$FOB_NAME"', "only 1000 of"),
        "flipped": ('tr "\\000" "\\001" > "{0}/$FOB_NAME"', "differs from what was sent"),
        "nowhere": ("cat > /dev/null", "is not there"),
        "stale": ('cat > /dev/null; cp "$(ls {0}/*.age | head -1)" "{0}/$FOB_NAME"', "differs from what was sent"),
    }
    for number, (fault, (put, said)) in enumerate(faults.items()):
        fob(home, "backup", "remove", "own")
        add_commands(home, "own", folder, put=put)
        add_one(home, fault)
        _, err = fob(home, "backup", "now", status=15)
        check(said in err, f"{fault}: {err!r}")
        check(set(good) <= set(backups(folder)), f"{fault}: older backups are gone")
        equal(state(home, "own")["last_success"], None, f"{fault} counts as a success")
        fob(home, "backup", "remove", "own")
        add_commands(home, "own", folder)
        fob(home, "backup", "run")
        good = backups(folder)
        equal(len(good), number + 2, f"backups after {fault}")
        equal(state(home, "own")["state"], "verified", f"state after {fault}")

    # It rots later: the next run sees it, and puts a good one there.
    newest = os.path.join(folder, max(good, key=lambda name: int(name.rsplit("-", 1)[1][:-4])))
    with open(newest, "r+b") as file:
        file.seek(2000)
        octet = file.read(1)
        file.seek(2000)
        file.write(bytes([octet[0] ^ 1]))
    fob(home, "backup", "run")
    with open(newest, "rb") as there, open(os.path.join(home.path, "sealed", os.path.basename(newest)), "rb") as here:
        equal(there.read(), here.read(), "the one that had rotted")

    # A folder that is not there, cannot be written, or has no room.
    disk = os.path.join(home.path, "disk")
    fob(home, "backup", "remove", "own")
    fob(home, "backup", "add", "disk", "--folder", disk)
    shutil.rmtree(disk)
    _, err = fob(home, "backup", "run", status=15)
    check("is not there" in err, f"a folder that is not there: {err!r}")
    check(not os.path.exists(disk), "a missing folder was made")
    os.mkdir(disk)
    fob(home, "backup", "accept", "disk")
    limit = lambda: __import__("resource").setrlimit(__import__("resource").RLIMIT_FSIZE, (2048, 2048))
    _, err = fob(home, "backup", "run", status=15, prefix=["env", "--ignore-signal=XFSZ"], preexec_fn=limit)
    equal(backups(disk), [], "a file that did not fit")
    if os.getuid() == 0 and subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=12k", "none", disk], capture_output=True).returncode == 0:
        try:
            _, err = fob(home, "backup", "run", status=15)
            check("not the place" in err, f"another disk: {err!r}")
            equal(os.listdir(disk), [], "what another disk has")
            fob(home, "backup", "accept", "disk")
            with open(os.path.join(disk, "filler"), "wb") as filler:
                filler.write(bytes(4096))
            _, err = fob(home, "backup", "run", status=15)
            check("the disk is full" in err, f"a full disk: {err!r}")
            equal([name for name in os.listdir(disk) if name != "filler" and not name.startswith("place-of-fob-")], [],
                  "what a full disk has")
            subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
            _, err = fob(home, "backup", "run", status=15)
            check("read-only" in err, f"a read-only disk: {err!r}")
        finally:
            subprocess.run(["umount", disk], check=True)
    fob(home, "backup", "accept", "disk")
    fob(home, "backup", "run")
    equal(state(home, "disk")["state"], "verified", "state of the disk in the end")

    # The agent's own place is full: nothing half is taken for a backup, the vault stays open, the next one works.
    sealed = os.path.join(home.path, "sealed")
    before = backups(sealed)
    os.chmod(sealed, 0o755)
    add_one(home, "refused")
    fob(home, "backup", "now", status=77)
    os.chmod(sealed, 0o700)
    equal(backups(sealed), before, "finished backups of a place that is not used")
    fob(home, "backup", "now")
    equal(len(backups(sealed)), len(before) + 1, "finished backups after that")

    # Damage and foreign files are refused by the agent itself, whatever a client believes.
    with open(os.path.join(sealed, backups(sealed)[-1]), "rb") as file:
        good = file.read()
    with home.connect() as agent:
        for name, wrong, code in (
                ("cut", good[:-1], 10), ("flipped", good[:3000] + bytes([good[3000] ^ 4]) + good[3001:], 10),
                ("vault", open(os.path.join(home.path, "vault.age"), "rb").read(), 77), ("text", b"hello", 10)):
            refused(code, lambda: verify(agent, wrong), name)
        equal(verify(agent, good).take(32), hashlib.sha256(good).digest(), "the hash of a good one")
        refused(64, lambda: agent.ask(0x62, struct.pack(">III", 10, 5, 1) + b"x"), "parts out of order")
    other = opened(1)
    with other.connect() as agent:
        refused(77, lambda: verify(agent, good), "another vault's backup")


def verify(agent, file):
    for start in range(0, len(file), 1500):
        part = file[start:start + 1500]
        is_last = start + len(part) == len(file)
        body = struct.pack(">III", len(file), start, len(part)) + part
        reply = agent.ask(0x62, body, expect=0xC4 if is_last else 0x80)
    return reply


def key_test():
    """Each recovery key lies beside the backups under its own name, for as long as a backup there needs it."""
    need("rclone")
    home = opened()
    folder, served = os.path.join(home.path, "disk"), os.path.join(home.path, "served")
    os.mkdir(served)
    server = Server("webdav", served)
    remote(home, server)
    own = os.path.join(home.path, "own.age")

    def key():
        if os.path.exists(own):
            os.remove(own)
        fob(home, "access", "recovery-key", own)
        with open(own, "rb") as file:
            octets = file.read()
        return f"recovery-key-{hashlib.sha256(octets).hexdigest()[:8]}.age", octets

    def there(name):
        return [read(os.path.join(place, name)) for place in (folder, served)]

    def read(path):
        if os.path.exists(path):
            with open(path, "rb") as file:
                return file.read()

    fob(home, "backup", "add", "disk", "--folder", folder)
    fob(home, "backup", "add", "cloud", "--rclone", "place:")
    equal(state(home, "disk")["recovery_key"], None, "before the first backup")
    fob(home, "backup", "now")
    name, first = key()
    equal(there(name), [first] * 2, "beside the first backup")
    equal(state(home, "cloud")["recovery_key"], name, "what the status tells")
    inode = os.stat(os.path.join(folder, name)).st_ino
    fob(home, "backup", "now", "--force")
    equal(os.stat(os.path.join(folder, name)).st_ino, inode, "unchanged, it is not written again")
    # The passphrase changes, and the key with it: the one before stays, also when both changed between two runs.
    keys = {name: first}
    passphrases = [PASSPHRASE, b"the next passphrase 7", b"the passphrase after 8"]
    for old, new in zip(passphrases, passphrases[1:]):
        with home.connect() as agent:
            agent.ask(0x06, protocol_client.octets(old) + protocol_client.octets(new)).end()
            agent.ask(0x60, b"\1", expect=0xC2)
        keys.update([key()])
    equal(len(keys), 3, "keys")
    fob(home, "backup", "run")
    for name, octets in keys.items():
        equal(there(name), [octets] * 2, f"after a change: {name}")
    equal([name for name in os.listdir(served) if "partial" in name], [], "unfinished files")
    # Gone, or torn: told, and brought there again.
    os.remove(os.path.join(folder, name))
    with open(os.path.join(served, name), "wb") as file:
        file.write(octets[:100])
    # It remembers sizes.
    server.stop()
    server = Server("webdav", served, port=server.port)
    out, _ = fob(home, "doctor", status=15)
    equal(out.count("recovery key does not lie there"), 2, f"what doctor tells: {out}")
    fob(home, "backup", "run")
    equal(there(name), [octets] * 2, "after it was gone")
    fob(home, "doctor")
    # Those of release 0.1.0, of whichever machine, are not touched.
    vault = backups(folder)[0].split("-")[1]
    foreign = b"age-encryption.org/v1\n" + bytes(len(octets) - 22)
    for old in ("recovery-key.age", f"recovery-key-{vault}.age"):
        for place in (folder, served):
            with open(os.path.join(place, old), "wb") as file:
                file.write(foreign)
    fob(home, "backup", "run")
    for old in ("recovery-key.age", f"recovery-key-{vault}.age"):
        equal(there(old), [foreign] * 2, "another machine's key")
    # It cannot be put there: told, and the backups are there, and what is not needed goes, all the same.
    fob(home, "backup", "remove", "cloud")
    fob(home, "backup", "remove", "disk")
    add_commands(home, "disk", folder, put='case $FOB_NAME in recovery*) exit 1;; esac; cat > "{0}/$FOB_NAME"')
    os.remove(os.path.join(folder, name))
    add_one(home, "more")
    _, err = fob(home, "backup", "now")
    check("recovery key could not be put" in err and "verified" in err, f"no key: {err!r}")
    out, _ = fob(home, "backup", "status")
    check("verified" in out and "recovery key" in out, f"the status: {out}")
    equal(backups(folder), backups(os.path.join(home.path, "sealed")), "the backups are there all the same")
    # Of a place of release 0.1.0, which has this very file under the old name, it is known that it is there.
    with home.connect() as agent:
        agent.ask(0x06, protocol_client.octets(passphrases[-1]) + protocol_client.octets(PASSPHRASE)).end()


def drill_test():
    """After 60 days without it, the owner is asked for the passphrase or a code; once a day, and not when it is off."""
    home = opened()
    notes = os.path.join(home.path, "backup", "drill")

    def reminded(*arguments):
        return "fob drill" in "".join(fob(home, *arguments))

    def noted(**values):
        with open(notes, "w") as file:
            file.write("fob-drill 1\n" + "".join(f"{word} {value}\n" for word, value in values.items()))

    def drill(secret=PASSPHRASE, option="--passphrase-fd", status=0):
        read, write = os.pipe()
        os.write(write, secret)
        os.close(write)
        try:
            return fob(home, "drill", option, str(read), status=status, pass_fds=[read])
        finally:
            os.close(read)

    def due():
        return json.loads(fob(home, "status", "--json")[0])["drill"]["due"]

    check(not reminded("status") and not due(), "a new vault")
    now = int(time.time())
    noted(every=60 * 86400, passed=now - 59 * 86400, reminded=0)
    check(not reminded("status") and not due(), "after 59 days")
    noted(every=60 * 86400, passed=now - 61 * 86400, reminded=0)
    check(due(), "after 61 days")
    check(reminded("status") and not reminded("status"), "once")
    fob(home, "backup", "add", "disk", "--folder", os.path.join(home.path, "disk"))
    fob(home, "backup", "now")
    check(not reminded("backup", "status"), "once, wherever")
    noted(every=60 * 86400, passed=now - 62 * 86400, reminded=now - 86401)
    check(reminded("backup", "status"), "on another day")
    drill(b"a wrong one", status=77)
    check(due(), "after a wrong one")
    until(lambda: patient(drill), "the wait after a wrong one")
    check(not due() and not reminded("status"), "after the right one")
    # A code is as good as before.
    read, write = os.pipe()
    os.write(write, PASSPHRASE)
    os.close(write)
    kit = json.loads(fob(home, "access", "kit", "--json", "--passphrase-fd", str(read), pass_fds=[read])[0])
    os.close(read)
    noted(every=60 * 86400, passed=1, reminded=0)
    drill(kit["codes"][0].lower().encode(), "--recovery-code-fd")
    check(not due(), "after a code")
    equal(json.loads(fob(home, "access", "list", "--json")[0])["codes"]["left"], 16, "codes left")
    drill(b"000GC-40R4Y-0M306-E209R-185GQ-R38ED", "--recovery-code-fd", status=77)
    # Turned off, and on again.
    fob(home, "drill", "--every", "never")
    noted(every=0, passed=1, reminded=0)
    check(not due() and not reminded("status"), "turned off")
    fob(home, "drill", "--every", "1d")
    check(due() and reminded("status"), "turned on again")


def patient(action):
    try:
        action()
        return True
    except AssertionError as error:
        check(": 75 instead of 0" in str(error), error)


# The year 2999.
FUTURE = 32_472_144_000


def clock_test():
    """The clock went back: what was sealed before is of the future, what is sealed now is the newest all the same."""
    home = opened()
    folder, sealed = os.path.join(home.path, "disk"), os.path.join(home.path, "sealed")
    fob(home, "backup", "add", "disk", "--folder", folder)
    fob(home, "backup", "now")
    # One of a clock that was wrong, which was put right before it got there.
    home.stop()
    home.flags += ["--test-time", str(FUTURE)]
    with home.start().connect() as agent:
        agent.unlock(PASSPHRASE)
        agent.ask(0x60, b"\1", expect=0xC2)
    home.stop()
    home.flags = home.flags[:-2]
    with home.start().connect() as agent:
        agent.unlock(PASSPHRASE)
    first, future = backups(sealed)
    check("-2999" in future, f"the backup of the future: {future}")
    sequence = future[:-4].rsplit("-", 1)[1]
    fob(home, "backup", "run")
    add_one(home, "later")
    _, err = fob(home, "backup", "now")
    check("4 accounts" in err, f"what is verified: {err!r}")
    found = state(home, "disk")
    equal(found["state"], "verified", "state")
    check(int(found["sequence"]) > int(sequence) and found["newest"] != future, f"the newest: {found}")
    check({first, future, found["newest"]} <= set(backups(folder)), "one is gone")
    equal(backups(folder), backups(sealed), "what is there")
    check(doctor(home)["clock"]["state"] in ("ok", "warning"), "the clock is right again")
    # Whether anything keeps it right is what the kernel says of this machine: adjtimex(2), STA_UNSYNC.
    kernel = Timex()
    if ctypes.CDLL(None).adjtimex(ctypes.byref(kernel)) >= 0:
        equal(doctor(home)["clock"]["state"], "warning" if kernel.status & 0x40 else "ok", "what the kernel says")
    fob(home, "backup", "rehearse")


def stale_test():
    """The red dot: after a week, or after a day with a change that is not there."""
    home = opened()
    folder = os.path.join(home.path, "disk")
    fob(home, "backup", "add", "disk", "--folder", folder)
    fob(home, "backup", "now")
    notes = os.path.join(home.path, "backup", "disk.state")

    def aged(**seconds):
        with open(notes) as file:
            lines = file.read().splitlines()
        for index, line in enumerate(lines):
            word = line.split(" ")[0]
            if word in seconds:
                lines[index] = f"{word} {int(time.time()) - seconds[word]}"
        with open(notes, "w") as file:
            file.write("\n".join(lines) + "\n")

    aged(added=9 * 86400, success=6 * 86400)
    fob(home, "backup", "status")
    aged(added=9 * 86400, success=8 * 86400)
    out, err = fob(home, "backup", "status", status=15)
    check("stale" in out and "stale" in err, f"status of a stale one: {out!r} {err!r}")
    out, _ = fob(home, "status", "--json", status=15)
    equal(json.loads(out)["backup"]["destinations"][0]["state"], "stale", "state in fob status")
    # Subscribers are told, and the next run that works mends it.
    with home.connect() as agent:
        agent.subscribe(64)
        os.rename(folder, folder + ".away")
        fob(home, "backup", "run", status=15)
        _, type, body = agent.receive()
        equal((type, body[:7]), (0xE6, b"\0\4disk\3"), "the event: stale")
    with home.connect() as agent:
        check(any("stale" in warning for warning in status(agent)["warnings"]), "no warning of the agent's")
    os.rename(folder + ".away", folder)
    fob(home, "backup", "run")
    fob(home, "backup", "status")
    fob(home, "status")


class Timex(ctypes.Structure):
    """The beginning of the kernel's struct timex, with room for the rest."""
    _fields_ = [("modes", ctypes.c_uint)] + [(name, ctypes.c_long) for name in ("offset", "freq", "maxerror", "esterror")] + [
        ("status", ctypes.c_int), ("rest", ctypes.c_char * 256)]


def doctor(home, status=0):
    out, _ = fob(home, "doctor", "--json", status=status)
    return {check["check"]: check for check in json.loads(out.splitlines()[0])["checks"]}


def doctor_test():
    """Each cause of a backup that is not there, with its remedy."""
    home = opened()
    equal(doctor(home)["backup"]["state"], "warning", "no destination")
    folder = os.path.join(home.path, "disk")
    fob(home, "backup", "add", "disk", "--folder", folder)
    check("nothing was backed up" in doctor(home)["backup disk"]["message"], "before the first backup")
    fob(home, "backup", "now")
    found = doctor(home)
    # Whether anything keeps the clock right is the machine's matter; that it is far behind is none of a healthy home.
    check(found["clock"]["state"] != "fault", f"the clock: {found['clock']}")
    equal({name: check["state"] for name, check in found.items() if check["state"] != "ok" and name != "clock"}, {},
          "a healthy home")
    check("which opens, and holds" in found["backup disk"]["message"], f"{found}")
    # Deleted, or another folder; only another vault's; not there; damaged.
    newest = backups(folder)[-1]
    aside = os.path.join(home.path, "aside")
    os.rename(os.path.join(folder, newest), aside)
    check("deleted" in doctor(home, 15)["backup disk"]["message"], "nothing is there")
    shutil.copy(aside, os.path.join(folder, "fob-ffffffff-20200101T000000Z-9.age"))
    found = doctor(home, 15)["backup disk"]
    check("another vault" in found["message"] and found["remedy"], f"only foreign ones: {found}")
    os.rename(folder, folder + ".away")
    check("is not there" in doctor(home, 15)["backup disk"]["message"], "a disk that is not there")
    os.rename(folder + ".away", folder)
    with open(aside, "rb") as file:
        good = file.read()
    with open(os.path.join(folder, newest), "wb") as file:
        file.write(good[:-10])
    check("damaged" in doctor(home, 15)["backup disk"]["message"], "a damaged one")
    fob(home, "backup", "run")
    with home.connect() as agent:
        agent.lock()
    check("locked" in doctor(home)["backup disk"]["message"], "a locked vault")
    # The clock, the agent, the directory, the configuration.
    sealed = os.path.join(home.path, "sealed")
    future = newest.rsplit("-", 2)[0] + "-29990101T000000Z-999.age"
    shutil.copy(aside, os.path.join(sealed, future))
    check("before the last backup" in doctor(home, 71)["clock"]["message"], "a clock that is behind")
    os.remove(os.path.join(sealed, future))
    home.stop()
    equal(doctor(home)["agent"]["state"], "warning", "no agent")
    os.chmod(home.path, 0o755)
    equal(doctor(home, 15)["directory"]["state"], "fault", "a directory that is open to others")
    os.chmod(home.path, 0o700)
    with open(os.path.join(home.path, "config"), "a") as file:
        file.write("[backup broken]\nfolder = relative\n")
    found = doctor(home, 15)["configuration"]
    check("broken" in found["message"] and found["remedy"], f"a broken configuration: {found}")


def kill_test():
    """Killed at any system call of a run that changes something: no torn file has the name of a backup, and the next
    run brings everything there."""
    need("strace")
    home = opened()
    folder = os.path.join(home.path, "disk")
    fob(home, "backup", "add", "disk", "--folder", folder)
    killed = 0
    for call in ("write", "fsync", "rename", "renameat", "renameat2", "openat", "unlinkat"):
        for number in range(1, 60, 1 if call != "openat" else 3):
            shutil.rmtree(folder)
            os.mkdir(folder)
            if os.path.exists(os.path.join(home.path, "backup", "disk.state")):
                os.remove(os.path.join(home.path, "backup", "disk.state"))
            if killed % 10 == 0:
                add_one(home, f"{call}{number}")
                with home.connect() as agent:
                    agent.ask(0x60, b"\0", expect=0xC2)
            done = subprocess.run(
                ["strace", "-qq", "-o", "/dev/null", "-e", f"trace={call}", "-e",
                 f"inject={call}:signal=KILL:when={number}", FOB, "backup", "run"],
                capture_output=True, timeout=60,
                env={"PATH": os.environ["PATH"], "HOME": home.path, "FOB_HOME": home.path})
            for name in backups(folder):
                with open(os.path.join(folder, name), "rb") as there:
                    with open(os.path.join(home.path, "sealed", name), "rb") as here:
                        equal(there.read(), here.read(), f"{name} after a kill at {call} {number}")
            if done.returncode == 0:
                break
            killed += 1
            if killed % 5 == 0:
                fob(home, "backup", "run")
                equal(backups(folder), backups(os.path.join(home.path, "sealed")), f"after a kill at {call} {number}")
    check(killed > 10, f"only {killed} runs were killed")
    fob(home, "backup", "run")
    equal(backups(folder), backups(os.path.join(home.path, "sealed")), "in the end")
    print(f"killed {killed} times")


def seal_test():
    """The agent killed at any system call of sealing, or without room: no torn file is taken for a backup, the vault is
    whole, and the next one works."""
    need("strace")
    home = opened()
    home.stop()
    sealed = os.path.join(home.path, "sealed")
    good, killed = {}, 0
    for call in ("fsync", "renameat,renameat2", "unlinkat", "write", "openat"):
        # A start makes some of these calls itself; those before the first that matters are skipped over.
        for number in range(1, 400):
            home.prefix = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={call}", "-e",
                           f"inject={call}:signal=KILL:when={number}"]
            if call in ("write", "openat") and number % 2:
                continue
            home.start(wait=False)
            survived = False
            try:
                until(lambda: home.process.poll() is not None or os.path.exists(home.socket) and listening(home),
                      "an agent, or its end")
                with home.connect() as agent:
                    agent.unlock(PASSPHRASE)
                    agent.ask(0x60, b"\1", expect=0xC2)
                    home.pid = status(agent)["pid"]
                    survived = True
            except (OSError, protocol_client.Malformed):
                pass
            if survived:
                home.stop(signal.SIGKILL)
            else:
                killed += 1
                home.process.wait(20)
            for name in backups(sealed):
                with open(os.path.join(sealed, name), "rb") as file:
                    data = file.read()
                check(good.setdefault(name, data) == data, f"{name} has changed")
            if survived:
                break
    home.prefix = []
    home.start()
    with home.connect() as agent:
        agent.unlock(PASSPHRASE)
        for name in backups(sealed):
            verify(agent, good[name])
        equal(len(agent.accounts()), 3, "accounts")
    check(killed > 8, f"only {killed} were killed")
    if os.getuid() == 0 and subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=8k,mode=700", "none", sealed], capture_output=True).returncode == 0:
        try:
            with home.connect() as agent:
                refused(74, lambda: agent.ask(0x60, b"\1", expect=0xC2), "a backup without room")
                check(any("disk is full" in warning for warning in status(agent)["warnings"]), "no warning")
            equal(backups(sealed), [], "what a full disk has")
        finally:
            subprocess.run(["umount", sealed], check=True)
    with home.connect() as agent:
        agent.ask(0x60, b"\1", expect=0xC2)
        equal(status(agent)["warnings"], [], "warnings when there is room again")
    equal([name for name in os.listdir(sealed) if name.startswith(".")], [], "what the unfinished ones have left")
    print(f"{killed} agents killed, {len(good)} backups looked into")


def listening(home):
    try:
        with socket.socket(socket.AF_UNIX) as probe:
            probe.connect(home.socket)
            return True
    except OSError:
        return False


def schedule_test():
    """Backups are sealed without being asked for: after changes, when the vault is locked, and, if that did not come to
    pass, after the next unlock."""
    home = Home("--test-backup-quiet", "50").start()
    sealed = os.path.join(home.path, "sealed")
    with home.connect() as agent, home.connect() as listener:
        listener.subscribe(32)
        agent.initialize(PASSPHRASE)
        for name in ("one", "two"):
            agent.add("Example", name, os.urandom(20))
            equal(listener.receive()[1], 0xE5, "the event that a backup waits")
        check(len(backups(sealed)) >= 2, "a backup for each change")
        # Those of one moment may share one; all of them are sealed behind this.
        agent.ask(0x60, b"\0", expect=0xC2)
        found = len(backups(sealed))
        # What changes nothing seals nothing.
        agent.accounts()
        agent.lock()
        agent.unlock(PASSPHRASE)
        agent.lock()
        equal(len(backups(sealed)), found, "backups without a change")
    home.stop(signal.SIGKILL)
    home.flags = ["--test-cheap-derivation"]
    home.start()
    with home.connect() as agent:
        agent.unlock(PASSPHRASE)
        agent.add("Example", "three", os.urandom(20))
        equal(len(backups(sealed)), found, "the next one waits for half a minute")
        body = agent.ask(0x61, expect=0xC3)
        body.u64(), body.u64()
        check(body.bool() and 0 < body.u32() <= 30, "it is due within half a minute")
    # Killed before that.
    home.stop(signal.SIGKILL)
    home.flags = ["--test-cheap-derivation", "--test-backup-quiet", "50"]
    home.start()
    with home.connect() as agent:
        agent.unlock(PASSPHRASE)
        until(lambda: len(backups(sealed)) == found + 1, "what was left is sealed after an unlock")
    sequences = sorted(int(name.rsplit("-", 1)[1][:-4]) for name in backups(sealed))
    equal(len(set(sequences)), len(sequences), f"each number once: {sequences}")


def retention_test():
    """What newer backups replace is removed at the destination, and nothing that alone holds an account."""
    home = opened()
    folder, sealed = os.path.join(home.path, "disk"), os.path.join(home.path, "sealed")
    fob(home, "backup", "add", "disk", "--folder", folder)
    fob(home, "backup", "now")
    vault = backups(sealed)[0].split("-")[1]

    def more(count, marked=None):
        """So many more backups, which are not at the destination yet."""
        there, aside = set(backups(sealed)), tempfile.mkdtemp(dir=home.path)
        for number in range(count):
            with home.connect() as agent:
                agent.add("More", f"{len(there)}-{number}", os.urandom(20))
                agent.ask(0x60, b"\1", expect=0xC2)
            for name in os.listdir(sealed):
                shutil.copy2(os.path.join(sealed, name), aside)
        # The agent keeps few of one day.
        for name in os.listdir(aside):
            if not os.path.exists(os.path.join(sealed, name)):
                shutil.copy2(os.path.join(aside, name), sealed)
        made = sorted(set(backups(sealed)) - there, key=lambda name: int(name[:-4].rsplit("-", 1)[1]))
        if marked is not None:
            with open(os.path.join(sealed, made[marked] + ".accounts"), "ab") as index:
                index.write(b"removed!")
        return made

    # Of the last hour all stay.
    home.stop()
    home.flags += ["--test-time", str(int(time.time()) - 7200)]
    with home.start().connect() as agent:
        agent.unlock(PASSPHRASE)
    old = more(19, marked=3)
    home.stop()
    home.flags = home.flags[:-2]
    with home.start().connect() as agent:
        agent.unlock(PASSPHRASE)
    with open(os.path.join(folder, f"fob-{vault}-20200101T000000Z-5.age"), "wb") as unknown:
        unknown.write(b"put there by another machine")
    fob(home, "backup", "run")
    check(set(old) <= set(backups(folder)), "twenty of a day stay")
    new = more(10)
    # Locked: the last one that was looked into stays, whatever is newer.
    with home.connect() as agent:
        agent.lock()
    fob(home, "backup", "run")
    check({old[-1], *new} <= set(backups(folder)), "something was removed before a newer one was verified")
    with home.connect() as agent:
        agent.unlock(PASSPHRASE)
    _, err = fob(home, "backup", "run")
    there = set(backups(folder))
    check(set(new) <= there, "new ones are gone")
    check(old[3] in there, "the one that alone holds an account is gone")
    check(f"fob-{vault}-20200101T000000Z-5.age" in there, "one that is not known here is gone")
    gone = set(old) - there
    check(8 <= len(gone) <= 10, f"removed {len(gone)}: {err}")
    before = backups(folder)
    fob(home, "backup", "run")
    equal(backups(folder), before, "a second run")


def trace_test():
    """The agent opens no network socket and runs no program, whatever is done for backups."""
    need("strace")
    log = tempfile.mktemp(prefix="fob-trace-")
    atexit.register(lambda: os.path.exists(log) and os.remove(log))
    home = Home(prefix=["strace", "-f", "-qq", "-o", log, "-e",
                        "trace=socket,connect,bind,execve,execveat,fork,vfork,clone,clone3"], readable=True).start()
    with home.connect() as agent:
        agent.initialize(PASSPHRASE)
        agent.add("Example", "user", b"12345678901234567890")
    folder = os.path.join(home.path, "disk")
    fob(home, "backup", "add", "disk", "--folder", folder)
    fob(home, "backup", "now")
    fob(home, "backup", "rehearse")
    fob(home, "backup", "now", "--force")
    home.stop()
    equal(len(backups(folder)), 2, "backups of the traced agent")
    with open(log) as lines:
        calls = [line.split(" ", 1)[1].strip() for line in lines if "(" in line]
    check(any(call.startswith("socket(") for call in calls), "the trace has no socket at all")
    started = [call for call in calls if call.startswith("exec")]
    equal(len(started), 1, f"programs: {started}")
    processes = []
    for call in calls:
        if call.startswith("socket("):
            check("AF_UNIX" in call, f"a socket: {call}")
        if call.startswith(("fork(", "vfork(")) or call.startswith("clone") and "CLONE_THREAD" not in call:
            processes.append(call)
    # The broker, which is there before any secret.
    check(len(processes) <= 1, f"processes: {processes}")


TESTS = {
    "folder": folder_test, "webdav": lambda: rclone_test("webdav"), "sftp": lambda: rclone_test("sftp"),
    "s3": s3_test, "command": command_test, "faults": fault_test, "stale": stale_test, "trace": trace_test,
    "seal": seal_test, "schedule": schedule_test, "retention": retention_test, "doctor": doctor_test, "kill": kill_test,
    "key": key_test, "drill": drill_test, "clock": clock_test,
}
wanted = sys.argv[1:] or list(TESTS)
for test in wanted:
    TESTS[test]()
print(f"{', '.join(wanted)}: {steps} commands")
