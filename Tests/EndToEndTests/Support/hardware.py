"""Hardware security keys that open a vault, played by the authenticators of other vaults: fob-hardware reaches them through
libfido2 over their sockets of packets.

    hardware.py open|failures|restore|memory|program
"""

import json

from fake_key import *
from memory import Needles, Scan
from protocol_client import octets, u8, u32
from security_key import *

NEW = b"a new life after the flood 9"
PIN = "4711 is no PIN"
RFC_SECRET = b"12345678901234567890"


def fob(home, *arguments, status=0, secrets=None):
    done = fob_with(home, secrets, *arguments, new_session=True)
    out, err = done.stdout.decode(), done.stderr.decode()
    if status is not None:
        equal(done.returncode, status, f"fob {' '.join(arguments)} said {out!r} {err!r}")
    return out + err


class Key(KeyHome):
    """The authenticator of a vault of its own, and who touches it."""

    def __init__(self, pin=None):
        super().__init__(profile="pin-only")
        self.start()
        self.person = Person(self)
        self.device = f"unix:{self.ctap}"
        self.pin = pin and pin.encode()
        if pin:
            with self.connect() as agent:
                agent.ask(0x5A, u8(1) + octets(PASSPHRASE) + octets(self.pin) + u32(0))

    @property
    def tries(self):
        with self.connect() as agent:
            return agent.pin_state()["retries"]

    def remove(self):
        self.person.go()
        super().remove()


def new_vault():
    home = Home().start()
    with home.connect() as agent:
        agent.initialize(PASSPHRASE)
        agent.add("Example", "alice", RFC_SECRET)
    return home


def add(home, key, *arguments, status=0, secrets=None):
    secrets = {"--passphrase-fd": PASSPHRASE, **({"--pin-fd": key.pin} if key.pin else {}), **(secrets or {})}
    return fob(home, "access", "add", "--security-key", "--device", key.device, *arguments, secrets=secrets,
               status=status)


def by_key(home, key, *verb, status=0, pin=None, **secrets):
    given = pin or key.pin
    if given:
        secrets["--pin-fd"] = given
    return fob(home, *(verb or ["unlock"]), "--security-key", "--device", key.device, secrets=secrets, status=status)


def lock(home):
    fob(home, "lock")


def is_open(home):
    with home.connect() as agent:
        return status(agent)["vault"] == "unlocked"


def methods(home):
    return json.loads(fob(home, "access", "list", "--json"))["ways"]


def generation(home):
    with open(os.path.join(home.path, "vault.age"), "rb") as vault:
        return vault.read()


def stanzas(sealed):
    return [line.split() for line in sealed.split(b"\n---", 1)[0].split(b"\n") if line.startswith(b"-> ")]


def names(sealed):
    """What the head of a file says of security keys."""
    return [stanza[2:] for stanza in stanzas(sealed) if stanza[1] == b"fob-hardware"]


def opens():
    """A key is added, the vault locked, the passphrase forgotten; a second key; one is removed."""
    first, second = Key(), Key(PIN)
    home = new_vault()
    add(home, first)
    added = [way for way in methods(home) if way["kind"] == "security_key"]
    equal([way["label"] for way in added], ["security key"], "methods of security keys")
    equal([words[1:] for words in names(generation(home))], [[b"touch", b"fob"]], "the head's stanzas")
    lock(home)
    by_key(home, first)
    check(is_open(home), "the vault is not open")
    equal(fob(home, "code", "alice", "--json").count('"code"'), 1, "codes of a vault that a key has opened")
    # Once more while it is open: a fresh proof.
    by_key(home, first)

    add(home, second, "--name", "blue", "--verify")
    equal(sorted(way["label"] for way in methods(home) if way["kind"] == "security_key"), ["blue", "security key"],
          "methods of security keys with the second one")
    lock(home)
    by_key(home, second)
    check(is_open(home), "the second key does not open the vault")
    # What was tried is told of; a drill tries without opening.
    losses = json.loads(fob_with(home, None, "ready", "--json", new_session=True).stdout)["losses"]
    ways = [way for loss in losses if loss["loss"] == "passphrase" for way in loss["ways"]]
    told = {way["way"]: way["state"] for way in ways if way["way"].endswith("the vault on this machine")}
    for label in ("security key", "blue"):
        equal(told[f"the hardware key '{label}', and the vault on this machine"], "works", f"what fob ready tells of {label}")
    by_key(home, second, "drill")
    lock(home)
    by_key(home, first)

    # A passphrase that is forgotten is replaced.
    lock(home)
    by_key(home, first, "passphrase", **{"--new-passphrase-fd": NEW})
    lock(home)
    fob(home, "unlock", secrets={"--passphrase-fd": PASSPHRASE}, status=77)
    fob(home, "unlock", secrets={"--passphrase-fd": NEW})

    # A key that was removed opens what was sealed before, and nothing new.
    before = generation(home)
    fob(home, "access", "remove", "security key", secrets={"--passphrase-fd": NEW})
    equal([way["label"] for way in methods(home) if way["kind"] == "security_key"], ["blue"], "methods that are left")
    lock(home)
    said = by_key(home, first, status=16)
    check("no security key" in said, f"a removed key: {said}")
    check(not is_open(home), "a removed key opens the vault")
    by_key(home, second)
    lock(home)
    home.stop()
    after = generation(home)
    with open(os.path.join(home.path, "vault.age"), "wb") as vault:
        vault.write(before)
    home.start()
    by_key(home, first)
    lock(home)
    home.stop()
    with open(os.path.join(home.path, "vault.age"), "wb") as vault:
        vault.write(after)
    return "two keys, one removed; a forgotten passphrase replaced"


def failures():
    """Each failure has its sentence and its status, and nothing is changed by it."""
    home, key, guarded = new_vault(), Key(), Key(PIN)
    add(home, key)
    add(home, guarded, "--name", "blue", "--verify")
    lock(home)
    plain, strict = new_vault(), new_vault()
    add(plain, key)
    lock(plain)
    add(strict, guarded, "--verify")
    lock(strict)
    sealed = generation(home)
    tried = 0

    def fails(status, sentence, device, verb=("unlock",), pin=None, at=home):
        nonlocal tried
        said = fob(at, *verb, "--security-key", *(["--device", device] if device else []),
                   secrets={"--pin-fd": pin} if pin else None, status=status)
        check(sentence in " ".join(said.split()), f"{verb} at {device}: {said!r} has not {sentence!r}")
        tried += 1

    if not os.path.exists("/sys/class/hidraw") or not os.listdir("/sys/class/hidraw"):
        fails(37, "no security key is plugged in", None)
    for path in ("/dev/null", "/dev/no-such-key", "unix:/run/no-such-socket"):
        fails(37, "cannot be used", path)
    # A PIN that is not given, a wrong one, three in a row, and none that is left.
    fails(22, "asks for its PIN", guarded.device, ("unlock", "--no-ask"))
    fails(29, "4 to 63 bytes", guarded.device, pin=b"123")
    equal(guarded.tries, 8, "tries before a wrong PIN")
    fails(25, "is wrong; 7 tries are left", guarded.device, pin=b"not the PIN at all")
    equal(guarded.tries, 7, "tries after a wrong PIN")
    by_key(home, guarded)
    equal(guarded.tries, 8, "tries after the right PIN")
    lock(home)
    for left in range(7, -1, -1):
        fails(25 if left else 27, f"{left} tr" if left else "no tries are left", guarded.device, pin=b"not the PIN at all")
    equal(guarded.tries, 0, "tries after eight wrong PINs")
    fails(27, "no tries are left", guarded.device, pin=PIN.encode())
    # What a key says after three wrong ones in a row.
    asks = information("hmac-secret", pin=True)
    fails(26, "three wrong PINs", Fake(asks, asks, b"\x36", b"\0\xa1\x03\x05", AGREEMENT, b"\x34").device,
          pin=PIN.encode(), at=strict)
    # A key of somebody else, one that says no, one that cannot.
    other = Key()
    fails(16, "opens this", other.device)
    key.person.go()
    waiting = threading.Thread(target=fails, args=(5, "security key refused", key.device))
    waiting.start()
    key.answer(key.question(), "--deny")
    waiting.join()
    # One that nobody touches, and one whose owner gives up: then the key is no longer asked.
    fails(6, "nobody touched", Fake(asks, asks, b"\x36", AGREEMENT, b"\x2f").device, at=plain)
    process = start_unlocking(home, key)
    question = key.question()
    child = until(lambda: started_by(process.pid), "fob-hardware runs while the key waits")
    process.send_signal(signal.SIGINT)
    check(process.wait(PATIENCE) != 0, "fob ends well although it was interrupted")
    until(lambda: not key.questions(), f"the question {question['id']} is withdrawn")
    until(lambda: has_ended(child), "fob-hardware ends with fob")
    tried += 1
    fails(38, "hmac-secret", Fake(information("credProtect")).device)
    known = information("hmac-secret")
    # It knows hmac-secret and no credential, or it goes, lies, or says what is no CBOR.
    fails(16, "opens this", Fake(known, known, b"\x2e", b"\x2e").device)
    for answers in ([None], [b"\0\xff\xff"], [b"\0" + b"\x9f" * 1000], [known, None],
                    [known, known, b"\0\xbf" * 20, b"\0" * 50], [known, known, None], [b""]):
        said = fob(home, "unlock", "--security-key", "--device", Fake(*answers).device, status=None)
        check("security key" in said, f"a device that answers {answers}: {said!r}")
        tried += 1
    # No PIN where one is wanted.
    fails(28, "has no PIN", other.device, ("access", "add", "--verify", "--no-ask"))
    # The program that speaks to keys is not there, or its library is not.
    where = tempfile.mkdtemp(prefix="fob-")
    atexit.register(shutil.rmtree, where, True)
    for name in ("fob", "fob-main", "fob-agent"):
        shutil.copy2(os.path.join(BIN, name), where)
    home.binaries = where
    fails(71, "fob-hardware", other.device)
    stub = os.path.join(where, "fob-hardware")
    with open(stub, "w") as file:
        file.write("#!/bin/sh\nexit 127\n")
    os.chmod(stub, 0o755)
    fails(71, "libfido2 is missing", other.device)
    for script in ("exit 3", "kill -9 $$", "echo what is this", "exec cat"):
        with open(stub, "w") as file:
            file.write(f"#!/bin/sh\n{script}\n")
        fails(13, "fob-hardware", other.device)
    equal(names(generation(home)), names(sealed), "methods of the vault after all of that")
    return f"{tried} failures, each with its status"


def accounts(listed):
    return sorted(account["name"] for account in json.loads(listed)["accounts"])


def restores():
    """A backup comes back on an empty machine by a key alone."""
    key, home = Key(PIN), new_vault()
    add(home, key, "--verify")
    with home.connect() as agent:
        agent.add("Later", "bob", RFC_SECRET)
        name = agent.ask(0x60, u8(0), 0xC2).string()
    backup = os.path.join(home.path, "sealed", name)
    folder = tempfile.mkdtemp(prefix="fob-")
    atexit.register(shutil.rmtree, folder, True)
    shutil.copy(backup, folder)
    codes = fob(home, "list", "--json")
    home.remove()
    new = Home().start()
    said = by_key(new, key, "restore", folder, "--yes", **{"--new-passphrase-fd": NEW})
    check("2 accounts" in said or "alice" in said, f"the restore said {said!r}")
    equal(accounts(fob(new, "list", "--json")), accounts(codes), "accounts after the restore")
    # The key has opened the file, and so it stays; the passphrase of before, for which nobody vouched, is gone.
    equal([way["kind"] for way in methods(new) if way["kind"] == "security_key"], ["security_key"], "methods")
    lock(new)
    by_key(new, key)
    lock(new)
    fob(new, "unlock", secrets={"--passphrase-fd": NEW})
    # Stock age passes the stanza over.
    if shutil.which("age"):
        identity = os.path.join(folder, "identity")
        with open(identity, "w") as file:
            file.write(fob(new, "passphrase", "--identity", secrets={"--passphrase-fd": NEW}).split("\n")[0] + "\n")
        plain = subprocess.run(["age", "-d", "-i", identity, os.path.join(new.path, "vault.age")], capture_output=True)
        check(plain.stdout.startswith(b"fob-records 1\n"), f"age -d: {plain.stderr!r}")
    else:
        partly("age is not installed")
    another = Key()
    empty = Home().start()
    said = by_key(empty, another, "restore", folder, "--yes", status=16, **{"--new-passphrase-fd": NEW})
    check("opens this" in said, f"a restore by another key: {said!r}")
    with empty.connect() as agent:
        equal(status(agent)["vault"], "none", "the vault after a restore by another key")
    # Who has the files of two vaults cannot tell that one key opens both.
    other = new_vault()
    add(other, key, "--verify")
    (salt, credential), (other_salt, other_credential) = known_as(new), known_as(other)
    check(salt != other_salt and credential != other_credential, "two vaults know a key alike")
    return "a backup restored by a key; another key restores nothing"


def known_as(home):
    """What the head of a vault says of its one security key: the salt, and the credential's id."""
    stanza = generation(home).split(b"\n---", 1)[0].split(b"-> fob-hardware ")[1].split(b"\n-> ")[0]
    arguments, body = stanza.split(b"\n", 1)
    return arguments.split()[0], body


def memory():
    """While a key waits to be touched, and when all is done, its PIN is in no memory that can be read."""
    need_root()
    key, home = Key(PIN), new_vault()
    with home.connect() as agent:
        if status(agent)["memory"] != 1:
            skip("this kernel has no memfd_secret")
    add(home, key, "--verify")
    lock(home)
    key.person.go()
    needles = Needles()
    needles.add("the PIN", key.pin)
    needles.put("the PIN's hash", hashlib.sha256(key.pin).digest()[:16])
    needles.put("control", key.device.encode())
    found = {}
    for name in ("fob-main", "fob-hardware"):
        waiting = threading.Thread(target=by_key, args=(home, key))
        waiting.start()
        question = key.question()
        process = until(lambda: running(name, home), name)
        scan = Scan(process, needles, False)
        key.answer(question, "--yes")
        waiting.join()
        check(is_open(home), f"the vault is not open after a look at {name}")
        lock(home)
        hits = {hit[0] for hit in scan.hits}
        check("control" in hits, f"the scan of {name} does not even find the device's path")
        check(hits == {"control"}, f"{name} while the key waits: {scan}")
        found[name] = scan.octets
    return f"{sum(found.values()) >> 20} MiB of {' and '.join(found)} read, no hit"


def start_unlocking(home, key):
    return subprocess.Popen(
        [os.path.join(home.binaries, "fob"), "unlock", "--security-key", "--device", key.device], stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        env={"PATH": os.environ["PATH"], "HOME": home.path, "FOB_HOME": home.path})


def started_by(parent):
    """The fob-hardware of a process; anybody may read so much of another one."""
    for process in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{process}/stat") as line:
                name, rest = line.read().split("(", 1)[1].rsplit(")", 1)
        except (FileNotFoundError, ProcessLookupError):
            continue
        if name == "fob-hardware" and int(rest.split()[1]) == parent:
            return int(process)
    return None


def running(name, home):
    """The process of that program that serves `home`."""
    for process in filter(str.isdigit, os.listdir("/proc")):
        try:
            if os.path.basename(os.readlink(f"/proc/{process}/exe")) != name:
                continue
            parent = process if name == "fob-main" else open(f"/proc/{process}/stat").read().rsplit(")", 1)[1].split()[1]
            if home.path.encode() in open(f"/proc/{parent}/environ", "rb").read():
                return int(process)
        except (FileNotFoundError, PermissionError, ProcessLookupError):
            pass
    return None


def program():
    """fob-hardware by itself: it gets out of nothing, and what is no conversation ends it."""
    path = os.path.join(BIN, "fob-hardware")
    for kind in ("socket", "open", "exec", "fork", "connect", "create", "run"):
        found = subprocess.run([path, "--test-escape", kind], capture_output=True, text=True, timeout=PATIENCE)
        equal(found.returncode, 0, f"{kind}: {found.stderr}")
        check(found.stdout.startswith(f"{kind}: refused: "), found.stdout)
    equal(subprocess.run([path, "--test-escape", "ptrace"], capture_output=True, timeout=PATIENCE).returncode,
          -signal.SIGSYS, "ptrace")
    frames = (b"", b"\0\0\0\0\0", b"\xff\xff\xff\xff\1", struct.pack(">IB", 1, 2), struct.pack(">IB", 1, 1),
              struct.pack(">IB", 2, 1) + b"\x09", struct.pack(">IB", 9, 0x99) + bytes(8))
    for octets in frames:
        ours, theirs = socket.socketpair()
        with ours, theirs:
            process = subprocess.Popen([path], stdin=theirs.fileno(), stdout=theirs.fileno(), stderr=subprocess.DEVNULL, env={})
            theirs.close()
            ours.sendall(octets)
            ours.shutdown(socket.SHUT_WR)
            ours.settimeout(PATIENCE)
            equal(ours.recv(100), b"", f"{octets!r}: an answer")
            check(process.wait(PATIENCE) > 0, f"{octets!r}: it ended well")
    listed = subprocess.run([path], input=struct.pack(">IB", 1 + 5, 1) + b"\1\0\0\0\0", capture_output=True, env={},
                            timeout=PATIENCE)
    check(listed.stdout.endswith(struct.pack(">IB", 1, 0x16)), f"a list ends with {listed.stdout[-20:]!r}")
    return f"8 escapes and {len(frames)} conversations refused"


if __name__ == "__main__":
    task = {"open": opens, "failures": failures, "restore": restores, "memory": memory,
            "program": program}[sys.argv[1]]
    print(task())
