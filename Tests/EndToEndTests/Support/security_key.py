"""What scripts share that use fob as a security key: the front door beside an agent, a person who answers, a client of
the door that knows nothing but reports, and enough CBOR to write requests by hand."""

import collections
import json
import struct
import threading

from scratch import *

KEEPALIVE, ERROR_REPORT = 0x3B, 0x3F
PING, MSG, LOCK, INIT, WINK, CBOR, CANCEL = 0x01, 0x03, 0x04, 0x06, 0x08, 0x10, 0x11
BROADCAST = 0xFFFFFFFF


class KeyHome(Home):
    """An agent with an open vault, and the front door; one that is `shipped` has no switches for tests."""

    def __init__(self, *flags, profile=None, shipped=False, **options):
        super().__init__(*([] if shipped else ["--test-authenticator"]), *flags, **options)
        self.ctap = os.path.join(self.path, "ctap.sock")
        self.profile = profile
        self.front = None

    def start(self, wait=True):
        super().start(wait)
        with self.connect() as agent:
            if status(agent)["vault"] == "none":
                agent.initialize(PASSPHRASE)
            elif status(agent)["vault"] == "locked":
                agent.unlock(PASSPHRASE)
        self.open_listeners()
        return self

    def open_listeners(self):
        arguments = ["--uhid", os.path.join(self.path, "uhid.sock")]
        if self.profile:
            arguments += ["--test-profile", self.profile]
        with open(self.errors, "ab") as errors:
            self.front = subprocess.Popen(
                [os.path.join(self.binaries, "fob-authenticator")] + arguments, stdin=subprocess.DEVNULL,
                stdout=errors, stderr=errors, env={**self.environment, "FOB_NO_START": "1"})

        def answers():
            check(self.front.poll() is None, f"the front door ended with {self.front.returncode}: {self.said()}")
            try:
                Reports(self.ctap).close()
                return True
            except (FileNotFoundError, ConnectionRefusedError):
                return False
        until(answers, "the front door answers")

    def kill(self):
        if self.front and self.front.poll() is None:
            self.front.kill()
            self.front.wait()
        super().kill()

    def fob(self, *arguments, **options):
        """Runs `fob` as another window of the same person would."""
        return elsewhere(
            subprocess.run, [os.path.join(self.binaries, "fob")] + list(arguments), capture_output=True, text=True,
            env={**self.environment, "FOB_NO_START": "1"}, stdin=subprocess.DEVNULL, timeout=PATIENCE, **options)

    def questions(self):
        """What `fob confirm` lists."""
        found = self.fob("confirm", "--list", "--json")
        equal(found.returncode, 0, f"fob confirm --list: {found.stderr}")
        return json.loads(found.stdout)["challenges"]

    def question(self):
        """The one question, when it has come."""
        found = until(self.questions, "a question")
        equal(len(found), 1, "questions")
        return found[0]

    def answer(self, challenge, *arguments):
        found = self.fob("confirm", challenge["id"], *arguments)
        equal(found.returncode, 0, f"fob confirm: {found.stderr}")


class Person:
    """A process of its own that says yes to every question, with the passphrase where that is needed."""

    def __init__(self, home):
        read, write = os.pipe()
        self.child = Elsewhere(self.run, home, write)
        os.close(write)
        os.read(read, 1)
        os.close(read)
        atexit.register(self.go)

    @staticmethod
    def run(home, ready):
        with home.connect(timeout=None) as listener, home.connect() as other:
            listener.subscribe(8)
            os.write(ready, b"!")
            os.close(ready)
            while True:
                type, body = listener.events.pop(0) if listener.events else listener.receive()[1:]
                challenge = protocol_client.Body(body).challenge()
                try:
                    other.approve(challenge["id"], PASSPHRASE if challenge["needs_passphrase"] else b"")
                except Refused:
                    pass  # It was over by then.

    def go(self):
        if self.child:
            self.child.kill()
            self.child = None


Message = collections.namedtuple("Message", "channel command payload")


class Reports:
    """A connection to the CTAP door."""

    def __init__(self, path, numbered=False):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.socket.settimeout(PATIENCE)
        self.socket.connect(path)
        self.numbered = numbered
        self.keepalives = []

    def close(self):
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def write(self, report):
        self.socket.send((b"\0" if self.numbered else b"") + report.ljust(64, b"\0"))

    def read(self):
        report = self.socket.recv(128)
        equal(len(report), 64, "octets of a report")
        return report

    def send(self, channel, command, payload=b""):
        self.write(struct.pack(">IBH", channel, 0x80 | command, len(payload)) + payload[:57])
        for number, start in enumerate(range(57, len(payload), 59)):
            self.write(struct.pack(">IB", channel, number) + payload[start:start + 59])

    def receive(self):
        """The next message; KEEPALIVEs are noted with the time at which they came."""
        while True:
            report = self.read()
            channel, command, length = struct.unpack(">IBH", report[:7])
            payload = report[7:7 + length]
            for number in range((length - len(payload) + 58) // 59):
                more = self.read()
                equal(struct.unpack(">IB", more[:5]), (channel, number), "the head of a report")
                payload += more[5:5 + length - len(payload)]
            if command & 0x7F != KEEPALIVE:
                return Message(channel, command & 0x7F, payload)
            self.keepalives.append((time.monotonic(), payload[0]))

    def open(self):
        """A channel."""
        nonce = os.urandom(8)
        self.send(BROADCAST, INIT, nonce)
        answer = self.receive()
        equal((answer.channel, answer.command, answer.payload[:8]), (BROADCAST, INIT, nonce), "the answer to INIT")
        return struct.unpack(">I", answer.payload[8:12])[0]

    def ask(self, channel, command, payload=b""):
        self.send(channel, command, payload)
        answer = self.receive()
        equal((answer.channel, answer.command), (channel, command), f"the answer {answer}")
        return answer.payload

    def ctap(self, channel, command, parameters=None):
        """Status and map of a CTAP2 command."""
        payload = bytes([command]) + (b"" if parameters is None else encode(parameters))
        answer = self.ask(channel, CBOR, payload)
        return answer[0], decode(answer[1:]) if len(answer) > 1 else None


# CBOR, by RFC 8949 alone.

def encode(value):
    def head(major, number):
        for size, code in ((0, None), (1, 24), (2, 25), (4, 26), (8, 27)):
            if size == 0 and number < 24:
                return bytes([major << 5 | number])
            if size and number < 1 << 8 * size:
                return bytes([major << 5 | code]) + number.to_bytes(size, "big")
    if value is False or value is True:
        return b"\xf5" if value else b"\xf4"
    if isinstance(value, int):
        return head(0, value) if value >= 0 else head(1, -1 - value)
    if isinstance(value, bytes):
        return head(2, len(value)) + value
    if isinstance(value, str):
        return head(3, len(value.encode())) + value.encode()
    if isinstance(value, list):
        return head(4, len(value)) + b"".join(map(encode, value))
    pairs = sorted((encode(key), encode(item)) for key, item in value.items())
    pairs.sort(key=lambda pair: (pair[0][0] >> 5, len(pair[0]), pair[0]))
    return head(5, len(value)) + b"".join(key + item for key, item in pairs)


def decode(data):
    def item(at):
        major, size = data[at] >> 5, data[at] & 31
        at += 1
        if major == 7:
            return {20: False, 21: True, 22: None}[size], at
        if size > 23:
            length = 1 << size - 24
            size, at = int.from_bytes(data[at:at + length], "big"), at + length
        if major < 2:
            return (size, -1 - size)[major], at
        if major < 4:
            return (bytes, lambda text: text.decode())[major - 2](data[at:at + size]), at + size
        items = []
        for _ in range(size * (major - 3)):
            found, at = item(at)
            items.append(found)
        return (items if major == 4 else dict(zip(items[::2], items[1::2]))), at
    found, end = item(0)
    equal(end, len(data), "octets of an answer's CBOR")
    return found
