"""A security key that answers as a test tells it to: what libfido2 hears from a device that lies, or goes."""

from security_key import *


class Fake(threading.Thread):
    """A device that answers as it is told: `answers` are those to getInfo, or to anything else."""

    def __init__(self, *answers):
        super().__init__(daemon=True)
        self.folder = tempfile.mkdtemp(prefix="fob-")
        atexit.register(shutil.rmtree, self.folder, True)
        self.path = os.path.join(self.folder, "device")
        self.device = f"unix:{self.path}"
        self.pin = None
        self.answers = answers
        self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.listener.bind(self.path)
        self.listener.listen()
        self.start()

    def run(self):
        while True:
            client = self.listener.accept()[0]
            with client:
                try:
                    self.serve(client)
                except OSError:
                    pass

    def serve(self, client):
        answers = list(self.answers)
        while report := client.recv(128):
            report = report[-64:]
            command = report[4]
            if not command & 0x80:
                continue
            if command == 0x80 | INIT:
                payload = report[7:15] + struct.pack(">I", 7) + bytes([2, 1, 0, 0, 0x04])
                client.send((report[:4] + bytes([command]) + struct.pack(">H", len(payload)) + payload).ljust(64, b"\0"))
            elif command == 0x80 | CBOR and answers:
                payload = answers.pop(0)
                if payload is None:
                    return
                client.send((report[:4] + bytes([command]) + struct.pack(">H", len(payload)) + payload[:57]).ljust(64, b"\0"))
                for number, start in enumerate(range(57, len(payload), 59)):
                    client.send((report[:4] + bytes([number]) + payload[start:start + 59]).ljust(64, b"\0"))


# The generator of P-256, as a key of COSE that a device agrees by.
AGREEMENT = b"\0\xa1\x01\xa5\x01\x02\x03\x38\x18\x20\x01\x21\x58\x20" + bytes.fromhex(
    "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296") + b"\x22\x58\x20" + bytes.fromhex(
    "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5")


def information(*extensions, pin=False):
    """getInfo of CTAP 2.0 (CTAP 2.1, section 6.4)."""
    names = b"".join(bytes([0x60 + len(name)]) + name.encode() for name in extensions)
    options = b"\x04\xa1\x69clientPin\xf5\x06\x81\x01" if pin else b""
    return (b"\0" + (b"\xa5" if pin else b"\xa3") + b"\x01\x81\x68FIDO_2_0\x02" + bytes([0x80 + len(extensions)]) + names
            + b"\x03\x50" + bytes(16) + options)
