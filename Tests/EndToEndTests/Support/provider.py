"""The security-key provider below OpenSSH: whatever an agent answers and whatever it is called with, it returns what
OpenSSH's interface says, or a number for an error, and never ends the process that has loaded it."""

import ctypes
import threading

from protocol_client import *
from scratch import *

library = os.path.join(BIN, "libfob-sk.so")
if not os.path.exists(library):
    skip("the provider is not built: make .build/debug/libfob-sk.so")
directory = tempfile.mkdtemp(prefix="fob-")
atexit.register(shutil.rmtree, directory, ignore_errors=True)
path = os.environ["FOB_SOCKET"] = os.path.join(directory, "agent.sock")
os.environ.pop("FOB_HOME", None)

KEY_LIST, KEY_CREATE, KEY_SIGN, KEYS, KEY_CREATED, KEY_SIGNATURE = 0x14, 0x38, 0x3B, 0x94, 0xC8, 0xCA
GENERAL, UNSUPPORTED, NO_DEVICE, EXISTS = -1, -2, -4, -5
POINT, SEED, ID = bytes(range(64)), bytes(range(32)), bytes(range(100, 132))


class Octets(ctypes.Structure):
    _fields_ = [("start", ctypes.POINTER(ctypes.c_uint8)), ("count", ctypes.c_size_t)]

    @property
    def octets(self):
        return ctypes.string_at(self.start, self.count) if self.count else b""


class Enrolled(ctypes.Structure):
    _fields_ = [("flags", ctypes.c_uint8)] + [
        (name, Octets) for name in ("public_key", "key_handle", "signature", "certificate", "data")]


class Signed(ctypes.Structure):
    _fields_ = [("flags", ctypes.c_uint8), ("counter", ctypes.c_uint32), ("r", Octets), ("s", Octets)]


class ResidentKey(ctypes.Structure):
    _fields_ = [("algorithm", ctypes.c_uint32), ("slot", ctypes.c_size_t), ("application", ctypes.c_char_p),
                ("key", Enrolled), ("flags", ctypes.c_uint8), ("user", Octets)]


class Option(ctypes.Structure):
    _fields_ = [("name", ctypes.c_char_p), ("value", ctypes.c_char_p), ("required", ctypes.c_uint8)]


equal([ctypes.sizeof(type) for type in (Enrolled, Signed, ResidentKey, Option)], [88, 40, 136, 24], "sizes of structures")
provider = ctypes.CDLL(library)
provider.sk_api_version.restype = ctypes.c_uint32
equal(provider.sk_api_version() >> 16, 0x000A, "the version of the interface")


def options(*wanted):
    if not wanted:
        return None
    kept = [Option(name, value, required) for name, value, required in wanted]
    return (ctypes.POINTER(Option) * (len(kept) + 1))(*(ctypes.pointer(option) for option in kept), None)


def enroll(algorithm=0, challenge=b"c" * 32, application=b"ssh:", flags=1, chosen=(), count=None):
    result = ctypes.POINTER(Enrolled)()
    return provider.sk_enroll(
        ctypes.c_uint32(algorithm), challenge, ctypes.c_size_t(len(challenge or b"") if count is None else count),
        application, ctypes.c_uint8(flags), b"1234", options(*chosen), ctypes.byref(result)), result


def sign(algorithm=0, data=b"data", application=b"ssh:", handle=ID, flags=1, chosen=(), count=None, pin=None):
    result = ctypes.POINTER(Signed)()
    return provider.sk_sign(
        ctypes.c_uint32(algorithm), data, ctypes.c_size_t(len(data or b"") if count is None else count), application,
        handle, ctypes.c_size_t(len(handle or b"")), ctypes.c_uint8(flags), pin, options(*chosen),
        ctypes.byref(result)), result


def load(chosen=()):
    result, count = ctypes.POINTER(ctypes.POINTER(ResidentKey))(), ctypes.c_size_t(99)
    return provider.sk_load_resident_keys(b"", options(*chosen), ctypes.byref(result), ctypes.byref(count)), result, count


class Peer:
    """Stands for the agent: answers each request with the next of the replies, octet by octet as they are. Nothing more
    comes when there are no more."""

    def __init__(self):
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(path)
        self.listener.listen(8)
        self.replies, self.requests, self.welcome = [], [], welcome
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            client, _ = self.listener.accept()
            with client:
                buffer = b""
                while True:
                    while (found := split(buffer)) is None:
                        try:
                            data = client.recv(65536)
                        except ConnectionResetError:
                            data = b""
                        if not data:
                            break
                        buffer += data
                    if found is None:
                        break
                    id, type, body, buffer = found
                    if type == HELLO:
                        client.sendall(self.welcome)
                        continue
                    self.requests.append((type, body))
                    if self.replies:
                        try:
                            client.sendall(self.replies.pop(0)(id))
                        except BrokenPipeError:
                            break
                    # What follows the last reply is the end.
                    if not self.replies:
                        break

    def answers(self, *replies):
        self.replies, self.requests = [
            (lambda id, reply=reply: reply) if isinstance(reply, bytes) else reply for reply in replies], []


def reply(type, body):
    return lambda id: frame(type, body, id)


def entry(site="ssh:", algorithm=7, traits=1, user=b"alice", id=ID):
    return (os.urandom(16) + octets(id) + os.urandom(16) + string(site) + string("") + u8(1) + u8(algorithm)
            + octets(POINT if algorithm == 7 else SEED) + u8(traits) + u8(1) + octets(user) + string("Alice") + string("")
            + string("label") + u64(1) + u64(0) + u64(0) + u32(0) + u8(0) + u16(0) + bytes(3))


def keys(*entries, next=0):
    return u64(1) + u32(next) + u16(len(entries)) + b"".join(entries)


welcome = frame(WELCOME, u16(2) + u32(262144) + u8(2) + string("test"), 1)
equal(sign()[0], NO_DEVICE, "no socket")
peer = Peer()

# What OpenSSH wants to have.
data = bytes(180)
created = octets(ID) + bytes(32) + u8(7) + octets(POINT) + u8(0x41) + u32(0) + octets(data) + octets(b"der") + octets(b"")
peer.answers(reply(KEY_CREATED, created))
status, made = enroll(flags=0x05, chosen=[(b"user", b"alice", 0), (b"device", b"/dev/x", 0), (b"else", b"", 0)])
equal(status, 0, "sk_enroll")
made = made.contents
equal((made.flags, made.public_key.octets, made.key_handle.octets, made.signature.octets, made.certificate.octets,
       made.data.octets), (5, b"\x04" + POINT, ID, b"der", b"", b"\x58\xb4" + data), "what sk_enroll gives")
body = peer.requests[0][1]
check(string("ssh:") in body and string("alice") in body and b"c" * 32 in body, "what sk_enroll asks for")
peer.answers(reply(KEY_CREATED, created.replace(u8(7) + octets(POINT), u8(8) + octets(SEED))))
status, made = enroll(algorithm=1)
equal((status, made.contents.public_key.octets), (0, SEED), "an Ed25519 key")

signature = u8(5) + u32(7) + octets(POINT)
for algorithm, halves in ((0, (POINT[:32], POINT[32:])), (1, (POINT, b""))):
    peer.answers(lambda id: frame(0xE3, b"an event", 0) + frame(KEY_SIGNATURE, signature, id))
    status, signed = sign(algorithm)
    equal(status, 0, "sk_sign")
    signed = signed.contents
    equal((signed.flags, signed.counter, signed.r.octets, signed.s.octets), (5, 7, *halves), "what sk_sign gives")

peer.answers(reply(KEYS, keys(entry("ssh:work"), entry(traits=0), next=2)),
             reply(KEYS, keys(entry(algorithm=8, traits=5, user=b""), entry(traits=33))))
status, found, count = load()
equal((status, count.value), (0, 2), "sk_load_resident_keys")
first, second = found[0].contents, found[1].contents
equal((first.algorithm, first.application, first.key.public_key.octets, first.key.key_handle.octets, first.flags,
       first.user.octets), (0, b"ssh:work", b"\x04" + POINT, ID, 0, b"alice"), "a resident key")
equal((second.algorithm, second.application, second.key.public_key.octets, second.flags, second.user.octets),
      (1, b"ssh:", SEED, 4, b""), "a resident key that is verified")
peer.answers(reply(KEYS, keys()))
status, _, count = load()
equal((status, count.value), (0, 0), "no resident keys")

# A second resident key for one user is refused, unless it is forced.
peer.answers(reply(KEYS, keys(entry())))
equal(enroll(flags=0x21, chosen=[(b"user", b"alice", 0)])[0], EXISTS, "a second resident key")
peer.answers(reply(KEYS, keys(entry())), reply(KEY_CREATED, created))
equal(enroll(flags=0x21, chosen=[(b"user", b"bob", 0)])[0], 0, "a resident key for another user")
peer.answers(reply(KEY_CREATED, created))
equal(enroll(flags=0x31, chosen=[(b"user", b"alice", 0)])[0], 0, "a second resident key that is forced")

# What it is called with.
peer.answers()
for what, status in {
        "an algorithm": sign(2)[0], "an algorithm of a new key": enroll(7)[0],
        "a required option": sign(chosen=[(b"else", b"", 1)])[0], "an option without a name": load([(None, None, 0)])[0],
        "a user without a name": enroll(chosen=[(b"user", None, 0)])[0],
        "a long name": enroll(chosen=[(b"user", b"x" * 65, 0)])[0], "no application": sign(application=None)[0],
        "a long application": sign(application=b"ssh:" + b"x" * 1000)[0],
        "an application that is no text": enroll(application=b"ssh:\xff")[0], "no handle": sign(handle=None)[0],
        "a long handle": sign(handle=bytes(2000))[0], "long data": sign(data=bytes(131_073))[0],
        "data from nowhere": sign(data=None, count=4)[0], "data without an end": sign(count=2**63)[0],
        "flags": enroll(flags=0x80)[0], "a long challenge": enroll(challenge=bytes(131_073))[0]}.items():
    equal(status, UNSUPPORTED, what)
equal(peer.requests, [], "what reaches the agent of that")

# What the agent answers: refusals, another reply, nothing, each reply cut off, each octet of it changed.
refused = {17: EXISTS, 18: UNSUPPORTED, 5: GENERAL, 2: GENERAL}
for code, wanted in refused.items():
    peer.answers(reply(ERROR, u16(code) + string("refused") + string("a remedy") + u16(0)))
    equal(enroll()[0], wanted, f"error {code}")
calls = {"sign": (sign, KEY_SIGNATURE, signature), "enroll": (enroll, KEY_CREATED, created),
         "load": (load, KEYS, keys(entry(), entry(algorithm=8)))}
tried = 0
for name, (call, type, body) in calls.items():
    broken = [b"", frame(type, body, 9), reply(0x80, b""), reply(type, b""), b"\0\0\0\1x", b"\xff" * 32, bytes(64),
              reply(ERROR, b"\0"), frame(ERROR, u16(5) + string("x") + string("") + u16(0), 0)]
    broken += [reply(type, body[:count]) for count in range(len(body))] + [reply(type, body + b"\0")]
    for broken_reply in broken:
        peer.answers(broken_reply)
        found = call()
        check(found[0] < 0 and not found[1], f"{name}: a broken reply is taken")
        tried += 1
    for index in range(len(body)):
        peer.answers(reply(type, body[:index] + bytes([body[index] ^ 0xFF]) + body[index + 1:]))
        call()
        tried += 1
# A locked vault: OpenSSH is to ask for a PIN, which is taken for the passphrase; an empty one leaves it to the agent's question.
peer.welcome = frame(WELCOME, u16(2) + u32(262144) + u8(1) + string("test"), 1)
UNLOCK, PIN_NEEDED = 0x04, -3
peer.answers()
equal((sign()[0], peer.requests), (PIN_NEEDED, []), "a locked vault, and no PIN")
peer.answers(reply(0x80, b""), reply(KEY_SIGNATURE, signature))
equal(sign(pin=b"secret")[0], 0, "a locked vault, and its passphrase")
equal([(type, body[:9]) for type, body in peer.requests],
      [(UNLOCK, u8(1) + octets(b"secret")), (KEY_SIGN, peer.requests[1][1][:9])], "what the agent is asked")
peer.answers(reply(ERROR, u16(77) + string("wrong") + string("") + u16(0)))
equal(sign(pin=b"guess")[0], PIN_NEEDED, "a wrong passphrase")
peer.answers(reply(KEY_SIGNATURE, signature))
equal((sign(pin=b"")[0], [type for type, _ in peer.requests]), (0, [KEY_SIGN]), "an empty PIN")
peer.answers()
equal(sign(pin=b"x" * 5000)[0], PIN_NEEDED, "a PIN that is no passphrase")
peer.welcome = welcome
for broken_welcome in (frame(WELCOME, b"", 1), frame(0x80, b"", 1), frame(ERROR, u16(76) + string("x") + string("") + u16(0), 1)):
    peer.welcome = broken_welcome
    equal(sign()[0], GENERAL, "a broken welcome")
peer.welcome = welcome
# Pages that go round in circles.
peer.answers(*[reply(KEYS, keys(entry(), next=3))] * 3)
equal(load()[0], GENERAL, "pages without an end")
print(f"{tried} broken replies")
