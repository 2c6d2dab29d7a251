"""A file from a stranger, with what no fob writes: control characters in every text, numbers at their limits, thousands of
one name, derivations without end. Nothing of it reaches a terminal or a message, keeps the owner from going on, or from
locking."""

import json
import random

from protocol_client import octets, u32
from scratch import *

need("age", "age-keygen")
TEXTS = [b"a\0b", b"\x1b]52;c;cm0gLXJmIH4=\x07", b"two\nlines", "\u0085\u009b2J".encode(), b"\x7f\t\r", b"plain"]
NOW = int(time.time())


def n(number, bytes_=8):
    return number.to_bytes(bytes_, "big")


def field(tag, value):
    return bytes([tag]) + n(len(value), 2) + value


def record(kind, id, *fields):
    body = b"".join(fields)
    return bytes([kind]) + id + n(1) + n(NOW) + n(len(body), 4) + body


def head():
    return record(1, n(1, 16), field(1, os.urandom(16)), field(2, n(NOW)), field(3, n(1)), field(4, n(0)),
                  field(5, bytes(32)))


def sealed(records, place):
    """The path of a file of these records, and of the identity that opens it."""
    payload = b"fob-records 1\n" + b"".join(records) + b"\xff"
    payload += bytes(-len(payload) % 4096)
    identity, path = os.path.join(place, "identity.txt"), os.path.join(place, "foreign.age")
    if not os.path.exists(identity):
        subprocess.run(["age-keygen", "-o", identity], check=True, capture_output=True)
    with open(identity) as file:
        recipient = next(line.split()[-1] for line in file if "public key" in line)
    subprocess.run(["age", "-r", recipient, "-o", path], input=payload, check=True, capture_output=True)
    return path, identity


def hostile(number):
    def text():
        return random.choice(TEXTS)
    large = random.choice([1 << 62, 1 << 61, (1 << 64) - 1])
    records = [head()]
    for index in range(number):
        account, key = os.urandom(16), os.urandom(16)
        name = b"%d " % index + text()
        records += [
            record(4, account, field(1, text()), field(2, name), field(3, b"a note \x1b[2J"), field(4, text()),
                   field(5, n(large)), field(9, n(large)), field(12, text()), field(13, n(large))),
            record(5, os.urandom(16), field(1, account), field(2, b"\2\1\6\0\0\0\0"), field(4, n(1 << 62)),
                   field(6, os.urandom(20))),
            record(6, os.urandom(16), field(1, account), field(2, text()), field(3, n(NOW)),
                   *(field(6, n(0) + n(0) + b"%d" % place + text()) for place in range(3))),
            record(10, key, field(1, account), field(2, key + os.urandom(16)), field(3, b"\1\2\3\1"),
                   field(5, os.urandom(32)), field(6, os.urandom(32)), field(7, text() + b".example"), field(8, text()),
                   field(10, text()), field(11, text()), field(12, text()), field(19, n(1 << 62))),
        ]
    return records


def controls(data):
    return [character for character in data.decode() if character != "\n" and (
        character < " " or "\x7f" <= character < "\xa0")]


def said(home, *arguments, status=0):
    done = fob_with(home, None, *arguments)
    equal(done.returncode, status, f"{arguments}: {done.stderr!r}")
    equal(controls(done.stdout) + controls(done.stderr), [], f"control characters in what {arguments} said")
    return done.stdout.decode()


def approving(home):
    """Says yes to everything until it is ended."""
    return Elsewhere(approve_all, home)


def approve_all(home):
    while True:
        subprocess.run(
            [os.path.join(BIN, "fob"), "confirm", "--all", "--yes", "--passphrase-fd", "0"], input=PASSPHRASE,
            env={**home.environment, "HOME": home.path}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(0.1)


def texts(place):
    with Home() as home:
        with home.connect() as agent:
            agent.initialize(PASSPHRASE)
        path, identity = sealed(hostile(12), place)
        # A name of its own, which is told as well.
        odd = shutil.copy(path, os.path.join(place, "evil\x1b[31m.age"))
        said(home, "restore", odd, "--identity", identity, "--yes")
        helper = approving(home)
        try:
            listed = json.loads(said(home, "list", "--json"))
            accounts = listed["accounts"]
            equal(len(accounts), 12, "accounts that came in")
            for verb in (("list",), ("recovery", "list"), ("key", "list"), ("key", "list", "--json"), ("status",),
                         ("access", "list"), ("restore", "--undo", "--dry-run"), ("doctor",)):
                done = fob_with(home, None, *verb)
                equal(controls(done.stdout) + controls(done.stderr), [], f"control characters in what {verb} said")
            for account in accounts:
                name = account["issuer"] + "/" + account["name"]
                said(home, "show", name)
                said(home, "code", name)
                said(home, "recovery", "next", name)
        finally:
            helper.kill()
        # The owner goes on: a new account and a new key, moved and read again by the next agent.
        with home.connect() as agent:
            agent.add("New", "own", b"12345678901234567890")
        said(home, "order", "New/own", "first")
        helper = approving(home)
        try:
            said(home, "key", "ssh", "--name", "laptop")
        finally:
            helper.kill()
        equal(home.stop(), 0, "the agent's end")
        home.start()
        with home.connect() as agent:
            agent.unlock(PASSPHRASE)
        equal(len(json.loads(said(home, "list", "--json"))["accounts"]), 14, "accounts that the next agent reads")


def names(place):
    """Thousands of one name come in, and each gets another: the time is not looked at, but that it ends."""
    records = [head()] + [
        record(4, os.urandom(16), field(1, b"A"), field(2, b"same"), field(5, n(index)), field(9, n(index)))
        for index in range(4000)]
    path, identity = sealed(records, place)
    with Home() as home:
        with home.connect() as agent:
            agent.initialize(PASSPHRASE)
        said(home, "restore", path, "--identity", identity, "--yes")
        accounts = json.loads(said(home, "list", "--json"))["accounts"]
        equal(len({account["name"] for account in accounts}), 4000, "names of 4,000 accounts of one name")


def costs():
    """Derivations: refused in total before any work, and never in the way of the owner."""
    def file(count, operations, kib):
        b64 = lambda octets_: base64.b64encode(octets_).rstrip(b"=")
        text = b"age-encryption.org/v1\n-> X25519 " + b64(os.urandom(32)) + b"\n" + b64(os.urandom(32)) + b"\n"
        for _ in range(count):
            text += b"-> fob-passphrase %s %d %d\n\n" % (os.urandom(16).hex().encode(), operations, kib)
        return text + b"--- " + b64(os.urandom(32)) + b"\n" + os.urandom(100)

    def begin(agent, data):
        agent.ask(0x70, u32(len(data))).end()
        agent.ask(0x71, u32(len(data)) + data).end()
        return agent.send(0x72, b"\0" + b"\1" + octets(PASSPHRASE) + octets(b""))

    def answered(agent, request):
        """The code of the error that a request is answered with."""
        kind, reply = agent.wait(request)
        equal(kind, 0xFF, "the type of the reply")
        return int.from_bytes(reply[:2], "big") if isinstance(reply, bytes) else reply.u16()

    with Home() as home:
        with home.connect() as agent, home.connect() as owner:
            agent.initialize(PASSPHRASE)
            for count, operations, kib in ((8, 64, 1 << 20), (2, 32, 1 << 18), (8, 17, 1 << 16)):
                request = begin(agent, file(count, operations, kib))
                equal(answered(agent, request), 10, "too much work is refused")
                agent.ask(0x75).end()
            # As much as is allowed: meanwhile the owner unlocks and locks, and the file's work ends with the lock.
            request = begin(agent, file(8, 16, 1 << 16))
            owner.unlock(PASSPHRASE)
            owner.lock()
            owner.unlock(PASSPHRASE)
            check(answered(agent, request) in (2, 75, 77), "the file's work is given up")


place = tempfile.mkdtemp(prefix="fob-")
atexit.register(shutil.rmtree, place, True)
texts(place)
names(place)
costs()
print("a stranger's texts, numbers, names and costs harm nobody")
