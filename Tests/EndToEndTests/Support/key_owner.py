"""What the scripts about security keys share: an owner in another process, the platform's half of the PIN protocols,
and the checks of what keys sign."""

import hashlib
import hmac

from protocol_client import *
from scratch import *

try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, utils
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF
except ImportError:
    skip("python3-cryptography is not installed")

UP, UV, BE, BS, AT, ED = 0x01, 0x04, 0x08, 0x10, 0x40, 0x80


def sha(data):
    return hashlib.sha256(data).digest()


def answer(home, type, body):
    """Sends one request where a person is, and returns the code of its answer."""
    def ask():
        with home.connect() as client:
            found, reply = client.wait(client.send(type, body))
            if found == ERROR:
                print("answer refused:", refusal(reply).message, flush=True)
            return refusal(reply).code if found == ERROR else 0
    return elsewhere(ask)


def approve(home, challenge, passphrase=b"", remember=0):
    return answer(home, APPROVE, bytes.fromhex(challenge["id"]) + octets(passphrase) + u32(remember))


def deny(home, challenge, mute=0):
    return answer(home, DENY, bytes.fromhex(challenge["id"]) + u32(mute))


class Door:
    """A connection that asks, and an owner who answers what it asks."""

    def __init__(self, home):
        self.home, self.agent = home, home.connect()
        self.watch = home.connect()

    def close(self):
        self.agent.close()

    def asked(self, what, count=1):
        """The questions that are pending, of which there must be so many."""
        found = until(lambda: len(all := self.watch.challenges()) >= count and all, what)
        equal(len(found), count, f"{what}: questions")
        return found[-1]

    def begin(self, type, body):
        return self.agent.send(type, body)

    def reply(self, id, expect):
        """The body of a reply, or the code of the error."""
        found, reply = self.agent.wait(id)
        if found == ERROR:
            return refusal(reply).code
        equal(found, expect, "the type of a reply")
        return Body(reply)

    def ask(self, type, body, expect=OK, asks=None, passphrase=b"", says=()):
        """A request to which the owner says yes; `asks` is the kind of question, None when nobody must be asked."""
        id = self.begin(type, body)
        if asks:
            challenge = self.asked(f"a question about {asks}")
            equal((challenge["kind"], challenge["needs_passphrase"]), (asks, bool(passphrase)), "the question")
            for word in says:
                said = f"{challenge['sentence']} ({', '.join(challenge['details'])}) {challenge['account']}"
                check(word in said, f"{said!r} does not say {word!r}")
            equal(approve(self.home, challenge, passphrase), 0, "the yes")
        found = self.reply(id, expect)
        equal(self.watch.challenges(), [], "questions after the answer")
        return found

    def create(self, door, site, asks="registration", passphrase=b"", says=(), **fields):
        body = self.ask(KEY_CREATE, key_create(door, site, **fields), KEY_CREATED, asks, passphrase, says)
        return key_created(body) if isinstance(body, Body) else body

    def get(self, site, hash, asks="signature", passphrase=b"", says=(), door=CTAP, **fields):
        body = self.ask(KEY_ASSERT, key_assert(door, site, hash, **fields), KEY_ASSERTION, asks, passphrase, says)
        return key_assertion(body) if isinstance(body, Body) else body

    def sign(self, door, site, credential, data, asks="signature", passphrase=b"", says=(), **fields):
        body = self.ask(KEY_SIGN, key_sign(door, site, credential, data, **fields), KEY_SIGNATURE, asks, passphrase,
                        says)
        return key_signature(body) if isinstance(body, Body) else body


def verify(key, message, signature):
    """Whether `signature` (DER, r and s, or Ed25519) is that of `message`."""
    try:
        if key["algorithm"] == EDDSA:
            ed25519.Ed25519PublicKey.from_public_bytes(key["public"]).verify(signature, message)
        else:
            if len(signature) == 64:
                signature = utils.encode_dss_signature(
                    int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big"))
            public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), b"\4" + key["public"])
            public.verify(signature, message, ec.ECDSA(hashes.SHA256()))
        return True
    except InvalidSignature:
        return False


class Platform:
    """The platform's half of a PIN protocol on one connection (CTAP 2.1, section 6.5)."""

    def __init__(self, agent, protocol):
        self.agent, self.protocol = agent, protocol
        self.agree()

    def agree(self):
        body = self.agent.ask(PIN_AGREEMENT, u8(self.protocol), PIN_AGREEMENT_REPLY)
        peer = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), b"\4" + body.take(64))
        own = ec.generate_private_key(ec.SECP256R1())
        numbers = own.public_key().public_numbers()
        self.public = numbers.x.to_bytes(32, "big") + numbers.y.to_bytes(32, "big")
        shared = own.exchange(ec.ECDH(), peer)
        if self.protocol == 1:
            self.mac_key = self.cipher_key = sha(shared)
        else:
            self.mac_key, self.cipher_key = (
                HKDF(hashes.SHA256(), 32, bytes(32), info).derive(shared)
                for info in (b"CTAP2 HMAC key", b"CTAP2 AES key"))

    def seal(self, text):
        iv = bytes(16) if self.protocol == 1 else os.urandom(16)
        cipher = Cipher(algorithms.AES(self.cipher_key), modes.CBC(iv)).encryptor()
        return (b"" if self.protocol == 1 else iv) + cipher.update(text) + cipher.finalize()

    def open(self, sealed):
        iv, text = (bytes(16), sealed) if self.protocol == 1 else (sealed[:16], sealed[16:])
        cipher = Cipher(algorithms.AES(self.cipher_key), modes.CBC(iv)).decryptor()
        return cipher.update(text) + cipher.finalize()

    def tag(self, message, key=None):
        whole = hmac.new(key or self.mac_key, message, "sha256").digest()
        return whole[:16] if self.protocol == 1 else whole

    def head(self):
        return u8(self.protocol) + self.public

    def set_pin(self, pin):
        """The body of PIN_SET."""
        sealed = self.seal(pin.ljust(64, b"\0"))
        return self.head() + octets(sealed) + octets(self.tag(sealed))

    def change_pin(self, old, new):
        """The body of PIN_CHANGE."""
        hash, sealed = self.seal(sha(old)[:16]), self.seal(new.ljust(64, b"\0"))
        return self.head() + octets(hash) + octets(sealed) + octets(self.tag(sealed + hash))

    def pin_token(self, pin, permissions=0, site=""):
        """The body of PIN_TOKEN."""
        return self.head() + octets(self.seal(sha(pin)[:16])) + u8(permissions) + string(site)

    def token(self, pin, permissions=0, site=""):
        """The token itself."""
        return self.open(self.agent.ask(PIN_TOKEN, self.pin_token(pin, permissions, site), PIN_TOKEN_REPLY).octets())

    def proof(self, token, message):
        return self.protocol, self.tag(message, token)
