#!/usr/bin/env python3
"""A client of fob-agent, written from man/fob-protocol.7 alone, with the standard library alone.

    protocol_client.py [--list] [NAME ...] <passphrase

reads the passphrase from standard input (nothing there: the vault is open already), opens the vault, and prints JSON
lines: what the agent says of itself, each account (without NAME or with --list), one code for each NAME. The exit
status is the code of the first ERROR.

As a library: `Agent` is a connection, `frame` and `split` are frames without a connection, `string` and the other small
functions write fields, and `Body` reads them.
"""

import json
import os
import socket
import struct
import sys

LARGEST_FRAME = 262144
HELLO, STATUS, INIT, UNLOCK, LOCK, CODE, LIST = 0x01, 0x02, 0x03, 0x04, 0x05, 0x10, 0x12
ADD, SUBSCRIBE, CHALLENGES, APPROVE, DENY = 0x20, 0x40, 0x41, 0x42, 0x43
BEGIN, COMMIT, ABORT, UNDO_IMPORT, IMPORT_UNDONE = 0x25, 0x26, 0x27, 0x28, 0xA8
KEY_LIST, KEY_CREATE, KEY_ASSERT, KEY_NEXT, KEY_SIGN, KEY_EDIT = 0x14, 0x38, 0x39, 0x3A, 0x3B, 0x3C
KEY_REMOVE, CANCEL, KEY_PRESENCE, GRANTS, GRANT_REVOKE, KEY_RESET = 0x3D, 0x3E, 0x3F, 0x44, 0x45, 0x4E
PIN_STATE, PIN_AGREEMENT, PIN_SET, PIN_CHANGE, PIN_TOKEN, UV_TOKEN, TOKEN_VERIFY = 0x48, 0x49, 0x4A, 0x4B, 0x4C, 0x4D, 0x4F
KEY_PIN = 0x5A
KEYS, GRANTS_REPLY, KEY_CREATED, KEY_ASSERTION, KEY_SIGNATURE = 0x94, 0xC5, 0xC8, 0xC9, 0xCA
PIN_STATE_REPLY, PIN_AGREEMENT_REPLY, PIN_TOKEN_REPLY = 0xCB, 0xCC, 0xCD
MUTES, MUTES_REPLY = 0x79, 0xF0
OK, WELCOME, CODE_REPLY, ACCOUNTS, ADDED, CHALLENGES_REPLY, ERROR = 0x80, 0x81, 0x90, 0x92, 0xA0, 0xC1, 0xFF

VAULT = ("none", "locked", "unlocked")
KIND = ("none", "totp", "hotp", "steam", "motp", "yandex", "ocra")
ALGORITHM = ("none", "sha1", "sha256", "sha512", "md5")
CHALLENGE = (None, "code", "export", "signature", "registration", "presence", "verification", "reset",
             "protection")
STANDING = ("unknown", "claimed", "proved")
CTAP, U2F, SSH, SCRIPT = 1, 2, 3, 4
ES256, EDDSA = 7, 8
# Flags of KEY_CREATE, and of KEY_ASSERT and KEY_SIGN.
DISCOVERABLE, VERIFY, HMAC_SECRET, SELF_ATTESTATION, NO_TOUCH = 1, 2, 4, 8, 16
PRESENCE, VERIFICATION, BLOB = 1, 2, 4


class Refused(Exception):
    """An ERROR of the agent."""

    def __init__(self, code, message, remedy, details):
        super().__init__(f"{message} ({code})")
        self.code, self.message, self.remedy, self.details = code, message, remedy, details
        self.words = None


class Malformed(Exception):
    """The agent broke the rules of the page, or closed the connection."""


# Writing

def u8(value): return struct.pack(">B", value)
def u16(value): return struct.pack(">H", value)
def u32(value): return struct.pack(">I", value)
def u64(value): return struct.pack(">Q", value)
def octets(value): return u16(len(value)) + value
def string(value): return octets(value.encode("utf-8"))
def strings(values): return u16(len(values)) + b"".join(map(string, values))


# What an ADD says of an account that does not come from elsewhere: flags, state, extras, and no note.
NOTHING_MORE = u8(0) + u8(0) + u8(0) + string("") + u64(0) + u64(0) + octets(b"")


def selector(name=None, id=None):
    """By name, or by id (32 hexadecimal digits)."""
    return u8(1) + bytes.fromhex(id) if id else u8(0) + string(name)


def frame(type, body=b"", id=1):
    """A whole frame."""
    return u32(5 + len(body)) + u32(id) + u8(type) + body


def split(data):
    """The first frame of `data` as (id, type, body, rest), or None when it is not all there."""
    if len(data) < 4:
        return None
    (length,) = struct.unpack_from(">I", data)
    if not 5 <= length <= LARGEST_FRAME - 4:
        raise Malformed(f"a frame of length {length}")
    if len(data) < 4 + length:
        return None
    id, type = struct.unpack_from(">IB", data, 4)
    return id, type, data[9:4 + length], data[4 + length:]


# Reading

class Body:
    """Reads the fields of a body one after another; `end` checks that nothing is left."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, count):
        if count > len(self.data) - self.at:
            raise Malformed("a body ends inside a field")
        self.at += count
        return self.data[self.at - count:self.at]

    def number(self, size): return int.from_bytes(self.take(size), "big")
    def u8(self): return self.number(1)
    def u16(self): return self.number(2)
    def u32(self): return self.number(4)
    def u64(self): return self.number(8)
    def id(self): return self.take(16).hex()
    def octets(self): return self.take(self.u16())
    def list(self, item): return [item() for _ in range(self.u16())]

    def bool(self):
        value = self.u8()
        if value > 1:
            raise Malformed("a bool is neither 0 nor 1")
        return value == 1

    def flags(self):
        """Whether each code needs a confirmation, 2 with the passphrase; the other bit tells that the key stays on its
        machine."""
        value = self.u8()
        if value > 7 or value & 5 == 4:
            raise Malformed("unknown flags")
        return 2 if value & 4 else bool(value & 1)

    def string(self):
        try:
            text = self.octets().decode("utf-8")
        except UnicodeDecodeError as error:
            raise Malformed("a string is not UTF-8") from error
        if "\0" in text:
            raise Malformed("a string contains NUL")
        return text

    def one_of(self, names):
        value = self.u8()
        if value >= len(names):
            raise Malformed("a value that is not defined")
        return names[value]

    def account(self):
        return {
            "id": self.id(), "issuer": self.string(), "name": self.string(), "kind": self.one_of(KIND),
            "algorithm": self.one_of(ALGORITHM), "digits": self.u8(), "period": self.u32(), "start": self.u64(),
            "counter": self.u64(), "suite": self.string(), "tags": self.list(self.string),
            "state": self.one_of(("ok", "needs verification")), "confirm": self.flags(), "lifetime": self.u32(),
            "created": self.u64(), "modified": self.u64(), "removed": self.u64(), "has_note": self.bool(),
            **self.extras(),
        }

    def extras(self):
        return {"favourite": self.bool(), "icon": self.string(), "uses": self.u64(), "last_used": self.u64()}

    def host(self):
        return {"standing": self.one_of(STANDING), "fingerprint": self.string(), "name": self.string()}

    def program(self):
        return {"pid": self.u32(), "name": self.string(), "executable": self.string()}

    def challenge(self):
        found = {
            "id": self.id(), "kind": self.one_of(CHALLENGE), "question": self.string(), "forwarded": self.bool(),
            "account": self.string(), "site": self.string(), "host": self.list(self.host), "hops": self.list(self.host),
            "more_hops": self.u8(), "user": self.string(), "data": self.string(),
            "sha256": self.list(lambda: self.take(32).hex()), "details": self.list(self.string),
            "programs": self.list(self.program), "terminal": self.string(), "unit": self.string(),
            "created": self.u64(), "deadline": self.u64(),
            "proof": (proof := self.one_of(("consent", "passphrase", "passphrase_or_pin"))),
            "needs_passphrase": proof != "consent", "rememberable": self.bool(),
        }
        first = (found["programs"] or [{"pid": 0, "executable": ""}])[0]
        return {**found, "pid": first["pid"], "executable": first["executable"], "sentence": self.sentence(found)}

    @staticmethod
    def sentence(asked):
        """The parts in the order in which they can be trusted."""
        def host(found):
            name = f'"{found["name"]}"' if found["name"] else f'the host with the key {found["fingerprint"]}'
            return "an unknown host" if found["standing"] == "unknown" else name

        text = ("FORWARDED: " if asked["forwarded"] else "") + asked["question"]
        text += f' "{asked["site"]}"' if asked["site"] else ""
        text += "".join(f" at {host(found)}" for found in asked["host"])
        text += ", asked for through " + ", ".join(map(host, asked["hops"])) if asked["forwarded"] else ""
        text += f' as "{asked["user"]}"' if asked["user"] else ""
        return text + (f', data called "{asked["data"]}"' if asked["data"] else "")

    def key(self):
        return {
            "record": self.id(), "credential": self.octets(), "account": self.id(), "site": self.string(),
            "site_name": self.string(), "kind": self.u8(), "algorithm": self.u8(), "public": self.octets(),
            "traits": self.u8(), "protection": self.u8(), "handle": self.octets(), "user": self.string(),
            "display": self.string(), "label": self.string(), "created": self.u64(), "last_used": self.u64(),
            "removed": self.u64(), "counter": self.u32(), "limited": self.u8(), "limits": self.list(self.limit),
            "large_blobs": self.u8(), "payments": self.u8(), "fully_specified": self.u8(),
        }

    def limit(self):
        return {"from": self.list(lambda: self.take(32)), "to": self.list(lambda: self.take(32)),
                "user": self.string(), "name": self.string()}

    def end(self):
        if self.at != len(self.data):
            raise Malformed("octets follow the last field")


def socket_path():
    """Where the agent listens."""
    if os.environ.get("FOB_SOCKET"):
        return os.environ["FOB_SOCKET"]
    if os.environ.get("XDG_RUNTIME_DIR"):
        return os.path.join(os.environ["XDG_RUNTIME_DIR"], "fob", "agent.sock")
    raise SystemExit("neither FOB_SOCKET nor XDG_RUNTIME_DIR is set")


class Agent:
    """A connection. `send` and `receive` are raw; `ask` pairs a request with its reply; the rest are requests."""

    def __init__(self, path=None, timeout=60, hello=True):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        # Without a time limit: with one, a listener whose queue is full would refuse instead of making us wait.
        self.socket.connect(path or socket_path())
        self.socket.settimeout(timeout)
        _, uid, _ = struct.unpack("3i", self.socket.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
        if uid != os.getuid():
            raise Malformed("the agent runs under another user id")
        self.buffer, self.last_id = b"", 0
        self.replies, self.events = {}, []
        self.welcome = self.hello() if hello else None

    @classmethod
    def adopt(cls, number, timeout=60):
        """A connection that somebody else has made, and said HELLO on."""
        self = cls.__new__(cls)
        self.socket = socket.socket(fileno=number)
        self.socket.settimeout(timeout)
        self.buffer, self.last_id, self.replies, self.events, self.welcome = b"", 1000, {}, [], None
        return self

    def close(self):
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def send(self, type, body=b""):
        """Sends a request and returns its id, without waiting."""
        self.last_id += 1
        self.socket.sendall(frame(type, body, self.last_id))
        return self.last_id

    def receive(self):
        """The next frame, of any kind, as (id, type, body)."""
        while (found := split(self.buffer)) is None:
            data = self.socket.recv(65536)
            if not data:
                raise Malformed("the agent closed the connection")
            self.buffer += data
        id, type, body, self.buffer = found
        return id, type, body

    def wait(self, id):
        """The reply to the request of that id as (type, body); other replies and events are kept for later."""
        while id not in self.replies:
            found, type, body = self.receive()
            if found == 0 and type != ERROR:
                self.events.append((type, body))
            elif found == 0:
                raise refusal(body)
            elif found > self.last_id:
                raise Malformed("a reply to a request that was not sent")
            else:
                self.replies[found] = (type, body)
        return self.replies.pop(id)

    def ask(self, type, body=b"", expect=OK):
        """Sends a request and reads its reply, which must be of type `expect`."""
        found, reply = self.wait(self.send(type, body))
        if found == ERROR:
            raise refusal(reply)
        if found != expect:
            raise Malformed(f"a reply of type {found:#x}")
        return Body(reply)

    def hello(self, lowest=2, highest=2):
        body = self.ask(HELLO, b"fob\0" + u16(lowest) + u16(highest), WELCOME)
        welcome = {"version": body.u16(), "largest_frame": body.u32(), "vault": body.one_of(VAULT),
                   "release": body.string()}
        body.end()
        return welcome

    def initialize(self, passphrase):
        self.ask(INIT, octets(passphrase)).end()

    def unlock(self, passphrase):
        self.ask(UNLOCK, u8(1) + octets(passphrase)).end()

    def lock(self):
        self.ask(LOCK).end()

    def accounts(self, trash=False):
        """All accounts. Starts again when the vault changes between two pages."""
        found, start, revision = [], 0, None
        while True:
            body = self.ask(LIST, u8(trash) + u32(start), ACCOUNTS)
            page_revision, next, page = body.u64(), body.u32(), body.list(body.account)
            body.end()
            if revision not in (None, page_revision):
                found, start, revision = [], 0, None
                continue
            revision = page_revision
            found += page
            if next == 0:
                return found
            start = next

    def code(self, name=None, id=None, next=False):
        body = self.ask(CODE, u8(next) + selector(name, id), CODE_REPLY)
        code = {"id": body.id(), "code": body.string(), "valid_from": body.u64(), "valid_until": body.u64(),
                "counter": body.u64(), "period": body.u32()}
        body.end()
        return code

    def add(self, issuer, name, key, kind="totp", algorithm="sha1", digits=6, period=30, start=0, counter=0, suite="",
            tags=(), confirm=False, lifetime=0, note="", pin=b"", raise_counter=False, needs_verification=False,
            favourite=False, icon="", uses=0, last_used=0):
        """Adds an account; `key` is octets."""
        body = self.ask(
            ADD,
            string(issuer) + string(name) + u8(KIND.index(kind)) + u8(ALGORITHM.index(algorithm)) + u8(digits)
            + u32(period) + u64(start) + u64(counter) + string(suite) + strings(tags) + u8(confirm) + u32(lifetime)
            + u8(raise_counter) + u8(needs_verification) + u8(favourite) + string(icon) + u64(uses) + u64(last_used)
            + string(note) + octets(key) + octets(pin), ADDED)
        added = {"id": body.id(), "outcome": body.one_of(("added", "already there", "renamed", "raised")),
                 "issuer": body.string(), "name": body.string(), "counter": body.u64()}
        body.end()
        return added

    def begin(self):
        """What is added from here on is staged."""
        self.ask(BEGIN).end()

    def commit(self, source=""):
        """Takes in what is staged; with a source it is an import that can be undone."""
        self.ask(COMMIT, string(source)).end()

    def undo_import(self, dry_run=False):
        body = self.ask(UNDO_IMPORT, u8(dry_run), IMPORT_UNDONE)
        undone = {"source": body.string(), "time": body.u64(), "added": body.u32(), "removed": body.u32(),
                  "kind": ("import", "restore", "sync")[body.u8()], "back": body.u32(), "kept": body.u32(),
                  "weakened": body.list(body.string)}
        body.end()
        return undone

    def begin_restore(self, sealed):
        """Hands a sealed file in."""
        self.ask(0x70, u32(len(sealed))).end()
        for start in range(0, len(sealed), 65536):
            part = sealed[start:start + 65536]
            self.ask(0x71, u32(len(part)) + part).end()

    def open_restore(self, secret, identity=False, sync=False):
        """What the file is and what it would change."""
        return self.restored(self.ask(0x72, u8(sync) + u8(2 if identity else 1) + octets(secret) + octets(b""), 0xB8))

    def commit_restore(self, source="backup", passphrase=b"", asks=False):
        return self.restored(self.ask(0x74, string(source) + octets(passphrase) + u8(asks), 0xBA))

    @staticmethod
    def restored(body):
        found = {"own": body.bool(), "makes_vault": body.bool(), "needs_passphrase": body.bool(), "vault": body.id(),
                 "time": body.u64(), "sequence": body.u64(), "machine": body.string(), "settings": body.u8(),
                 "recovery_sets": body.u32(), "counts": [body.u32() for _ in range(8)],
                 "left": body.list(lambda: (body.u8(), body.u8(), body.u32())), "weakened": body.list(body.string),
                 "undoable": body.bool(), "met": body.list(body.string)}
        body.end()
        return found

    def subscribe(self, mask):
        self.ask(SUBSCRIBE, u32(mask)).end()

    def challenges(self):
        body = self.ask(CHALLENGES, expect=CHALLENGES_REPLY)
        found = body.list(body.challenge)
        body.end()
        return found

    def approve(self, challenge, passphrase=b"", remember=0):
        self.ask(APPROVE, bytes.fromhex(challenge) + octets(passphrase) + u32(remember)).end()

    def keys(self, trash=False):
        """All security keys, the newest first; one page is enough for tests."""
        body = self.ask(KEY_LIST, u8(0) + u8(trash) + u32(0), KEYS)
        _, next, found = body.u64(), body.u32(), body.list(body.key)
        body.end()
        if next:
            raise Malformed("more keys than a page")
        return found

    def cancel(self, request):
        self.ask(CANCEL, u32(request)).end()

    def grants(self):
        body = self.ask(GRANTS, u32(0), GRANTS_REPLY)
        _, found = body.u32(), body.list(lambda: {
            "id": body.id(), "kind": body.one_of(CHALLENGE), "label": body.string(), "executable": body.string(),
            "session": body.string(), "end": body.u64()})
        body.end()
        return found

    def mutes(self):
        body = self.ask(MUTES, u32(0), MUTES_REPLY)
        _, found = body.u32(), body.list(lambda: {
            "id": body.id(), "executable": body.string(), "slice": body.string(), "end": body.u64()})
        body.end()
        return found

    def revoke(self, grant=None):
        self.ask(GRANT_REVOKE, bytes.fromhex(grant) if grant else bytes(16)).end()

    def pin_state(self):
        body = self.ask(PIN_STATE, expect=PIN_STATE_REPLY)
        found = {"vault": body.one_of(VAULT), "set": body.bool(), "retries": body.u8(), "paused": body.bool(),
                 "shortest": body.u8(), "verifies": body.bool(), "discoverable": body.u32(), "room": body.u32()}
        body.end()
        return found

    def deny(self, challenge, mute=0):
        self.ask(DENY, bytes.fromhex(challenge) + u32(mute)).end()


# Security keys: bodies of the requests that wait for a person, and readers of their replies.

def started(pid):
    """When a process started, in clock ticks since boot; 0 where there is none."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            return int(file.read().rpartition(b")")[2].split()[19])
    except OSError:
        return 0


def requester(pid=0, data="", start=None):
    """For whom a listener asks: a process, by its number and its start."""
    return u32(pid) + string(data) + u64((started(pid) if pid else 0) if start is None else start)


def proof(pin): return u8(pin[0]) + octets(pin[1]) if pin else u8(0)
def keys(ids): return u16(len(ids)) + b"".join(map(octets, ids))


def salts(hmac):
    """`hmac` is (protocol, platform key, salts, their authentication)."""
    return u8(hmac[0]) + hmac[1] + octets(hmac[2]) + octets(hmac[3]) if hmac else u8(0)


def key_create(door, site, algorithms=(ES256,), flags=0, kind=0, protection=0, site_name="", handle=b"", user="",
               display="", data=bytes(32), excluded=(), blob=b"", pin=None, pid=0, data_name="", account=None, extensions=0,
               hmac=None):
    return (u8(door) + u8(kind) + u16(len(algorithms)) + bytes(algorithms) + u8(flags) + u8(protection) + string(site)
            + string(site_name) + octets(handle) + string(user) + string(display) + u32(len(data)) + data
            + keys(excluded) + octets(blob) + proof(pin) + requester(pid, data_name) + u8(extensions) + salts(hmac)
            + (bytes.fromhex(account) if account else bytes(16)))


def key_created(body):
    made = {"credential": body.octets(), "record": body.id(), "account": body.id(), "algorithm": body.u8(),
            "public": body.octets(), "flags": body.u8(), "counter": body.u32(), "data": body.octets(),
            "signature": body.octets(), "certificate": body.octets()}
    body.end()
    return made


def key_assert(door, site, hash, allowed=(), flags=PRESENCE, hmac=None, pin=None, pid=0, data_name=""):
    return u8(door) + string(site) + hash + keys(allowed) + u8(flags) + salts(hmac) + proof(pin) + requester(pid, data_name)


def key_assertion(body):
    found = {"credential": body.octets(), "data": body.octets(), "signature": body.octets(), "handle": body.octets(),
             "user": body.string(), "display": body.string(), "count": body.u16()}
    body.end()
    return found


def key_sign(door, site, credential, data, flags=PRESENCE, pid=0, data_name="", start=None):
    return (u8(door) + string(site) + octets(credential) + u32(len(data)) + data + u8(flags)
            + requester(pid, data_name, start))


def key_signature(body):
    found = {"flags": body.u8(), "counter": body.u32(), "signature": body.octets()}
    body.end()
    return found


def refusal(data):
    """The ERROR in a body."""
    body = Body(data)
    error = Refused(body.u16(), body.string(), body.string(), body.list(body.string))
    # Of version 3: message and remedy for other languages, as (number of arguments or 255, text).
    if body.at < len(body.data):
        error.words = [body.list(lambda: (body.u8(), body.string())) for _ in range(2)]
    body.end()
    return error


def main(arguments):
    passphrase = sys.stdin.buffer.read().removesuffix(b"\n")
    names = [argument for argument in arguments if argument != "--list"]
    try:
        with Agent() as agent:
            print(json.dumps(agent.welcome))
            if passphrase:
                agent.unlock(passphrase)
            if not names or "--list" in arguments:
                for account in agent.accounts():
                    print(json.dumps(account))
            for name in names:
                print(json.dumps(agent.code(name)))
    except Refused as error:
        print(json.dumps({"error": error.code, "message": error.message, "remedy": error.remedy,
                          "details": error.details}))
        return error.code
    except (OSError, Malformed) as error:
        print(json.dumps({"error": 69 if isinstance(error, OSError) else 76, "message": str(error)}))
        return 69 if isinstance(error, OSError) else 76
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
