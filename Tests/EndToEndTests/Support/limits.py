"""What is too large, too slow, malformed or out of turn is refused as fob-protocol(7) says, and costs nobody else.

    limits.py            without waiting
    limits.py deadlines  half a frame and half a greeting, held open: about 13 seconds
"""

import select
import sys

from protocol_client import *
from scratch import *

GREETING = frame(HELLO, b"fob\0" + u16(1) + u16(1), 1)


def connect():
    client = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    client.connect(home.socket)
    client.settimeout(PATIENCE)
    return client


def drain(client):
    """All frames until the agent closes."""
    data, found = b"", []
    while True:
        try:
            more = client.recv(65536)
        except ConnectionResetError:
            more = b""
        if not more:
            break
        data += more
    while one := split(data):
        found.append(one[:3])
        data = one[3]
    equal(data, b"", "octets behind the last frame")
    return found


def ends(data, wanted, what, greeted=True):
    """The agent answers `data` with the errors of `wanted` (id, code), and closes."""
    with connect() as client:
        client.sendall((GREETING if greeted else b"") + data)
        frames = drain(client)
    if greeted:
        equal(frames[0][:2], (1, WELCOME), f"{what}: the greeting")
        frames = frames[1:]
    found = [(id, refusal(body).code) for id, type, body in frames if type == ERROR]
    equal((len(frames), found), (len(wanted), wanted), what)


def goes_on(type, body, code, what):
    """The agent answers one request with an error, and the connection stays usable."""
    with home.connect() as client:
        refused(code, lambda: client.ask(type, body), what)
        equal(client.code("Limits/a")["code"], totp(KEY, NOW), f"{what}: a code afterwards")


def deadlines():
    begun = time.monotonic()
    half = {
        "nothing": b"", "half a greeting": GREETING[:9],
        "half a header": GREETING + b"\0\0", "half a frame": GREETING + frame(CODE, bytes(200), 2)[:150],
        "half of the largest frame": GREETING + frame(ADD, bytes(262_100), 2)[:100_000],
    }
    clients = {}
    for what, data in half.items():
        clients[what] = connect()
        clients[what].sendall(data)
    idle = connect()
    idle.sendall(GREETING)
    open_ones, ended = dict(clients), {}
    while open_ones and time.monotonic() < begun + PATIENCE:
        readable, _, _ = select.select(list(open_ones.values()), [], [], 0.1)
        for what, client in list(open_ones.items()):
            if client in readable and not client.recv(65536):
                ended[what] = time.monotonic() - begun
                del open_ones[what]
    check(not open_ones, f"still open after {PATIENCE} s: {list(open_ones)}")
    for what, seconds in ended.items():
        check(seconds > 9.99, f"{what} was dropped after {seconds:.1f} s instead of 10")
    idle.sendall(frame(STATUS, b"", 2))
    found = b""
    while len(found) < 60:
        found += idle.recv(65536)
    equal(split(split(found)[3])[1], 0x82, "an idle connection is served")
    print("dropped after " + ", ".join(f"{seconds:.1f}" for seconds in ended.values()) + " s; idle ones stay")


NOW = 1_700_000_000
KEY = b"12345678901234567890"
home = Home("--test-time", str(NOW), readable=True).start()
agent = home.connect()
agent.initialize(PASSPHRASE)
agent.add("Limits", "a", KEY)
pid = home.pid
if sys.argv[1:] == ["deadlines"]:
    deadlines()
    sys.exit(0)
until(lambda: status(agent)["connections"] == 1, "whoever looked whether the agent answers is gone")
before = descriptors(pid)

# The stream
ends(u32(262_141) + bytes(20), [(0, 64)], "a frame that is too large")
ends(u32(0xFFFFFFFF) + bytes(20), [(0, 64)], "a frame of 4 GiB")
ends(u32(0), [(0, 64)], "a frame of length 0")
ends(u32(4) + bytes(4), [(0, 64)], "a frame without room for a type")
ends(frame(STATUS, b"", 0), [(0, 64)], "a request with id 0")
ends(frame(STATUS, b"", 1), [(0, 76)], "a request before HELLO", greeted=False)
ends(b"GET / HTTP/1.1\r\n\r\n", [(0, 64)], "another protocol", greeted=False)
ends(frame(HELLO, b"fox\0" + u16(1) + u16(1), 3), [(3, 76)], "a wrong magic", greeted=False)
ends(frame(HELLO, b"fob\0" + u16(4) + u16(9), 3), [(3, 76)], "no common version", greeted=False)
ends(frame(HELLO, b"fob\0" + u16(0) + u16(0), 3), [(3, 76)], "version 0", greeted=False)
ends(frame(HELLO, b"fob\0" + u16(1), 3), [(3, 76)], "half a HELLO", greeted=False)
with home.connect() as client:
    equal(client.welcome["version"], 2, "the version")
equal(Agent(home.socket, hello=False).hello(1, 99)["version"], 3, "the version of a newer client")

# Requests
goes_on(HELLO, b"fob\0" + u16(1) + u16(1), 64, "a second HELLO")
for type in (0x00, 0x1E, 0x1F, 0x77, 0x7F, 0x80, 0x90, 0xE0, 0xFE, 0xFF):
    goes_on(type, b"", 76, f"a request of type {type:#x}")
goes_on(STATUS, b"x", 64, "an octet behind the body")
goes_on(CODE, u8(0) + u8(0) + octets(b"\xff\xfe"), 64, "a name that is not UTF-8")
goes_on(CODE, u8(0) + u8(0) + octets(b"\xed\xa0\x80"), 64, "half a surrogate")
goes_on(CODE, u8(0) + u8(0) + octets(b"a\0b"), 64, "a name with NUL")
goes_on(CODE, u8(0) + u8(0) + u16(500) + b"short", 64, "a string that ends too early")
goes_on(CODE, u8(0) + u8(2), 64, "a selector of no kind")
goes_on(CODE, u8(0xF0) + selector("Limits/a"), 64, "flags that are not defined")
goes_on(UNLOCK, u8(9) + octets(b"x"), 64, "a method that is not defined")
goes_on(LIST, b"", 64, "an empty body")
goes_on(INIT, octets(b"another one"), 9, "a second vault")
goes_on(0x26, b"\0\0", 64, "COMMIT without BEGIN")
goes_on(0x31, u32(1) + u32(0), 3, "a page of no export")
goes_on(APPROVE, bytes(16) + u16(0) + u32(0), 3, "an answer to no question")
goes_on(CODE, u8(0) + selector(id="00" * 16), 3, "an id that is not there")
goes_on(CODE, u8(0) + selector(""), 3, "an empty name")
goes_on(0x08, u32(5) + u32(0), 65, "a lock time that is too short")
new = string("L") + string("n") + u8(1) + u8(1) + u8(6) + u32(30) + u64(0) + u64(0) + string("") + u16(0) + u8(0) + u32(0) \
    + NOTHING_MORE
goes_on(ADD, new + u16(0) + u16(0), 64, "an empty key")
goes_on(ADD, new + octets(bytes(1025)) + u16(0), 64, "a key that is too long")
goes_on(ADD, new.replace(u8(6) + u32(30), u8(0) + u32(30)) + octets(KEY) + u16(0), 65, "a code without digits")
goes_on(ADD, new.replace(u8(6) + u32(30), u8(6) + u32(90_000)) + octets(KEY) + u16(0), 64, "a period of 25 hours")
goes_on(ADD, new.replace(u8(6) + u32(30), u8(6) + u32(0)) + octets(KEY) + u16(0), 64, "a TOTP without a period")
goes_on(ADD, new.replace(u8(1) + u8(1) + u8(6), u8(1) + u8(0) + u8(6)) + octets(KEY) + u16(0), 64,
        "a TOTP without an algorithm")

# Pipelining: replies may come in any order, each request has one.
with home.connect() as client:
    ids = [client.send(CODE, u8(0) + selector("Limits/a")) for _ in range(1000)]
    for id in ids:
        type, body = client.wait(id)
        equal(type, CODE_REPLY, "a pipelined code")
    check(not client.replies, "more replies than requests")

# A greeting and a request in one write, cut anywhere.
whole = GREETING + frame(CODE, u8(0) + selector("Limits/a"), 2)
for cut in range(1, len(whole), 7):
    with connect() as client:
        client.sendall(whole[:cut])
        time.sleep(0.002)
        client.sendall(whole[cut:])
        client.shutdown(socket.SHUT_WR)
        equal([type for _, type, _ in drain(client)], [WELCOME, CODE_REPLY], f"a stream that is cut at {cut}")

# More questions than may wait: 8 for a caller.
agent.add("Confirm", "c", os.urandom(20), confirm=True)
with home.connect() as client:
    ids = [client.send(CODE, u8(0) + selector("Confirm/c")) for _ in range(70)]
    refusals = [refusal(client.wait(id)[1]).code for id in ids[8:]]
    equal(refusals, [75] * 62, "questions beyond the eighth")
    equal(len(agent.challenges()), 8, "questions that wait")
equal(until(lambda: not agent.challenges() and "none", "questions of a closed connection are withdrawn"), "none", "")

# Replies that nobody reads: the requests wait, the agent does not.
agent.ask(0x25)
for index in range(1000):
    agent.add("Many", f"account number {index} of many", os.urandom(20))
agent.commit()
reserved = status(agent)["reserved"]
with home.connect() as client:
    client.socket.setblocking(False)
    sent = client.socket.send(b"".join(frame(LIST, u8(0) + u32(0), id) for id in range(2, 4602)))
    # It is answered though they stay unread.
    agent.code("Limits/a")
    used = status(agent)["reserved"] - reserved
    check(used <= 2560 << 10, f"replies that nobody reads take {used >> 10} KiB of locked memory")
    # Read at last, each request has its answer.
    client.socket.settimeout(PATIENCE)
    client.last_id = 5000
    begun = time.monotonic()
    for _ in range(200):
        equal(client.receive()[1], ACCOUNTS, "a reply that was held")
    held = time.monotonic() - begun

# Announced, never sent: eight such would have filled all buffers.
clients = []
for _ in range(60):
    client = connect()
    client.sendall(GREETING + u32(262_140) + bytes(5000))
    clients.append(client)
# Sent in full but for an octet: the largest pay.
for _ in range(20):
    client = connect()
    client.settimeout(0.5)
    try:
        client.sendall(GREETING + frame(ADD, bytes(262_131), 2)[:-1])
    except OSError:
        pass
    clients.append(client)
with home.connect() as client:
    request = frame(CODE, u8(0) + selector("Limits/a"), 9)
    client.last_id = 9
    client.socket.sendall(request[:12])
    time.sleep(0.05)
    client.socket.sendall(request[12:])
    equal(client.wait(9)[0], CODE_REPLY, "a request in two parts while all buffers are full")
    check(status(agent)["reserved"] < 8 << 20, "unfinished frames fit into what a user may lock")
for client in clients:
    client.close()

# Another user is turned away without a word.
foreign = "not tried"
if os.getuid() != 0:
    partly("only root can play another user")
else:
    os.chmod(home.path, 0o711)
    os.chmod(home.socket, 0o777)

    def intrude():
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)
        with connect() as client:
            try:
                client.sendall(GREETING + frame(STATUS, b"", 2))
                found = client.recv(100)
            except (BrokenPipeError, ConnectionResetError):
                found = b""
            equal(found, b"", "what another user is told")

    if all(os.stat(part).st_mode & 1 for part in (home.path, os.path.dirname(home.path))):
        joined(apart(intrude), "another user")
        foreign = "turned away"
    else:
        partly("another user cannot come to the scratch directory")
    os.chmod(home.socket, 0o600)
    os.chmod(home.path, 0o700)

until(lambda: status(agent)["connections"] == 1, "all connections are gone")
until(lambda: descriptors(pid) == before, f"only {before} descriptors are open")
equal(home.stop(), 0, "the agent's status")
equal(home.said(), "", "what the agent has printed")
print(f"all refused as specified; {used >> 10} KiB locked for unread replies, 200 of them read in {held:.2f} s; "
      f"another user: {foreign}")
