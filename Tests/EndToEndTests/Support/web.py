"""What scripts share that ask as the extension of browsers does: fob-browser with a message, and the checks of a site."""

import base64
import hashlib
import json

from protocol_client import octets, string, u8, u16
from security_key import *

WEB_CREATE, WEB_ASSERT, WEB_KEYS, WEB_SIGNAL = 0x5B, 0x5C, 0x5D, 0x5E
WEB_CREATED, WEB_ASSERTED, WEB_KEYS_REPLY = 0xDB, 0xDC, 0xDD
PROGRAM = os.path.join(BIN, "fob-browser")
EXTENSION = "chrome-extension://bbnonmijlodhionhognkgehlkpiohnln/"
UP, UV, BE, AT, ED = 0x01, 0x04, 0x08, 0x40, 0x80


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def raw(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Host:
    """One run of the program, as a browser starts it."""

    def __init__(self, home, message=None, data=None, arguments=(EXTENSION,)):
        self.process = subprocess.Popen(
            [PROGRAM, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env={**home.environment, "FOB_NO_START": "1"})
        if message is not None:
            data = json.dumps(message).encode()
            data = struct.pack("=I", len(data)) + data
        try:
            self.process.stdin.write(data or b"")
            self.process.stdin.flush()
        except BrokenPipeError:
            pass

    def answer(self):
        """What it says, and that it ends well; None for nothing."""
        header = self.process.stdout.read(4)
        found = None
        if header:
            length = struct.unpack("=I", header)[0]
            text = self.process.stdout.read(length)
            equal(len(text), length, "the length of an answer")
            found = json.loads(text)
        equal(self.process.stdout.read(), b"", "behind the answer")
        self.end()
        return found

    def end(self):
        """Goes away, as a browser does."""
        try:
            self.process.stdin.close()
        except BrokenPipeError:
            pass
        equal(self.process.wait(PATIENCE), 0, f"its status: {self.process.stderr.read()!r}")
        for pipe in (self.process.stdout, self.process.stderr):
            pipe.close()


def creation(origin, challenge, user=b"user 1", name="alice", algorithms=(-7, -257), rp=None, **more):
    rp = {"name": "Example", **({"id": rp} if rp else {})}
    return {"kind": "create", "origin": origin, "options": {
        "rp": rp, "user": {"id": b64(user), "name": name, "displayName": name.title()}, "challenge": b64(challenge),
        "pubKeyCredParams": [{"type": "public-key", "alg": one} for one in algorithms], **more}}


def request(origin, challenge, allowed=None, **more):
    keys = {} if allowed is None else {
        "allowCredentials": [{"type": "public-key", "id": one} for one in allowed]}
    return {"kind": "get", "origin": origin, "options": {"challenge": b64(challenge), **keys, **more}}


def check_client_data(text, kind, challenge, origin, top=None):
    wanted = {"type": f"webauthn.{kind}", "challenge": b64(challenge), "origin": origin, "crossOrigin": top is not None}
    if top:
        wanted["topOrigin"] = top
    equal(raw(text).decode(), json.dumps(wanted, separators=(",", ":")), "clientDataJSON")


def public_key(cose):
    """The key of a site's library for a map of COSE, and how it verifies."""
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519
    if cose[3] == -7:
        x, y = int.from_bytes(cose[-2], "big"), int.from_bytes(cose[-3], "big")
        key = ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
        return key, lambda signature, data: key.verify(signature, data, ec.ECDSA(hashes.SHA256()))
    key = ed25519.Ed25519PublicKey.from_public_bytes(cose[-2])
    return key, key.verify


def registered(found, challenge, origin, site, top=None, flags=UP | UV | BE | AT):
    """Looks at a registration as a site does (WebAuthn Level 3, section 7.1); returns the key."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
    check_client_data(found["clientDataJSON"], "create", challenge, origin, top)
    statement = decode(raw(found["attestationObject"]))
    equal((statement["fmt"], statement["attStmt"]), ("none", {}), "the attestation")
    data = statement["authData"]
    equal(data, raw(found["authenticatorData"]), "the authenticator data")
    equal(data[:32], hashlib.sha256(site.encode()).digest(), "the site's hash")
    equal(data[32] & ~ED, flags, "flags")
    length = int.from_bytes(data[53:55], "big")
    equal(b64(data[55:55 + length]), found["id"], "the id")
    # Extensions may follow the key.
    rest = data[55 + length:]
    cose = next(value for end in range(len(rest), 0, -1) if (value := whole(rest[:end])) is not None)
    key, verify = public_key(cose)
    equal(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo), raw(found["publicKey"]), "the public key")
    equal(-found["algorithm"], cose[3], "the algorithm")
    return {"id": found["id"], "verify": verify, "site": site}


def whole(data):
    try:
        return decode(data)
    except Exception:
        return None


def signed_in(found, key, challenge, origin, top=None, flags=UP | UV | BE, user=None):
    """Looks at a sign-in as a site does (section 7.2)."""
    equal(found["id"], key["id"], "the key")
    check_client_data(found["clientDataJSON"], "get", challenge, origin, top)
    data = raw(found["authenticatorData"])
    equal(data[:32], hashlib.sha256(key["site"].encode()).digest(), "the site's hash")
    equal(data[32], flags, "flags")
    key["verify"](raw(found["signature"]), data + hashlib.sha256(raw(found["clientDataJSON"])).digest())
    equal(found["userHandle"], user and b64(user), "the user")


def page(origin, site, top=""):
    return string(origin) + string(top) + string(site) + protocol_client.requester()


def web_assert(origin, site, challenge=b"c", top="", verified=0, allowed=()):
    return (page(origin, site, top) + octets(challenge) + u8(verified) + protocol_client.keys(allowed) + u16(0) + u16(0))


def web_create(origin, site, challenge=b"c", top=""):
    return (page(origin, site, top) + octets(challenge) + u16(1) + u8(7) + u8(1) + u8(0) + string("") + octets(b"u")
            + string("alice") + string("") + u16(0) + u16(0))
