"""Passkeys of other programs: imported, they sign for their public keys; exported and imported elsewhere, they still do."""

import base64
import json
import uuid

from key_owner import *

try:
    from cryptography.hazmat.primitives import serialization
except ImportError:
    skip("python3-cryptography is not installed")


def url(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


class Foreign:
    """A passkey as another program has it."""

    def __init__(self, site, id, curve=ES256):
        self.site, self.id, self.curve = site, id, curve
        # What its file calls the site.
        self.written = site
        self.key = (ec.generate_private_key(ec.SECP256R1()) if curve == ES256
                    else ed25519.Ed25519PrivateKey.generate())
        self.seeds = os.urandom(32), os.urandom(32)
        public = self.key.public_key()
        self.public = (public.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)[1:]
                       if curve == ES256
                       else public.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw))

    def private(self, form=serialization.Encoding.DER):
        return self.key.private_bytes(form, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())

    def cxf(self):
        return {"type": "passkey", "credentialId": url(self.id), "rpId": self.written, "username": "carol",
                "userDisplayName": "Carol", "userHandle": url(b"user"), "key": url(self.private()),
                "fido2Extensions": {"hmacCredentials": {
                    "algorithm": "hmac-sha256", "credWithUV": url(self.seeds[0]),
                    "credWithoutUV": url(self.seeds[1])}}}

    def bitwarden(self, id):
        return {"credentialId": id, "keyType": "public-key", "keyAlgorithm": "ECDSA", "keyCurve": "P-256",
                "keyValue": url(self.private()), "rpId": self.site, "userHandle": url(b"user"), "userName": "bob",
                "counter": "0", "rpName": self.site, "userDisplayName": "", "discoverable": "true",
                "creationDate": "2026-01-02T03:04:05.000Z"}


short, long = Foreign("cxf.example", os.urandom(20)), Foreign("ed.example", os.urandom(255), EDDSA)
named, other = Foreign("bw.example", uuid.uuid4().bytes), Foreign("bw2.example", os.urandom(48))
single, one = Foreign("kp.example", os.urandom(32)), Foreign("one.example", b"\1")
one.written = "HTTPS://One.Example/login"
FILES = {
    "cxf.json": {"version": {"major": 1, "minor": 0}, "exporterRpId": "exporter.example", "accounts": [{"items": [
        {"id": "a", "title": "Cxf", "credentials": [short.cxf(), {
            "type": "totp", "secret": "GEZDGNBVGY3TQOJQ", "period": 30, "digits": 6, "username": "carol",
            "algorithm": "sha1", "issuer": "Cxf"}]},
        {"id": "b", "title": "Ed", "credentials": [long.cxf()]},
        {"id": "c", "title": "One", "credentials": [one.cxf()]}]}]},
    "bitwarden.json": {"encrypted": False, "items": [
        {"name": "only a passkey", "login": {"username": "bob", "fido2Credentials": [
            named.bitwarden(str(uuid.UUID(bytes=named.id)))]}},
        {"name": "both", "login": {"username": "bob", "totp": "JBSWY3DPEHPK3PXP", "fido2Credentials": [
            other.bitwarden("b64." + url(other.id))]}}]},
    "keepassxc.passkey": {
        "credentialId": url(single.id), "privateKey": single.private(serialization.Encoding.PEM).decode(),
        "relyingParty": single.site, "url": "https://kp.example", "userHandle": url(b"user"), "username": "dave"},
}
ALL = [short, long, one, named, other, single]


def fob(home, *arguments, status=0):
    found = elsewhere(subprocess.run, [os.path.join(home.binaries, "fob"), *arguments], capture_output=True, text=True,
                      env={**home.environment, "FOB_NO_START": "1"}, stdin=subprocess.DEVNULL, timeout=PATIENCE)
    equal(found.returncode, status, f"fob {arguments}: {found.stdout}{found.stderr}")
    return json.loads(found.stdout) if "--json" in arguments else found.stdout


def signs(home, keys):
    """Each signs for its public key, and counts nothing."""
    door = Door(home)
    listed = {key["credential"]: key for key in door.agent.keys()}
    for key in keys:
        hash = os.urandom(32)
        found = door.get(key.site, hash, allowed=[os.urandom(16), key.id])
        equal(found["credential"], key.id, f"{key.site}: the credential id")
        check(verify({"algorithm": key.curve, "public": key.public}, found["data"] + hash, found["signature"]),
              f"{key.site}: the signature")
        equal((found["data"][32] & 0xC9, found["data"][33:37]), (UP | BE, bytes(4)), f"{key.site}: flags and counter")
        entry = listed[key.id]
        equal((entry["public"], entry["counter"], entry["kind"]), (key.public, 0, 1), key.site)
    door.close()


def imported(home, name, count):
    path = os.path.join(home.path, name)
    with open(path, "w") as file:
        json.dump(FILES[name], file)
    preview = fob(home, "import", "--dry-run", "--json", path)
    equal(sum(row["passkey"] for row in preview["entries"]), count, f"{name}: passkeys in the preview")
    told = fob(home, "import", "--yes", "--json", path)
    equal({row["status"] for row in told["entries"]}, {"new"}, f"{name}: what becomes of them")
    again = fob(home, "import", "--yes", "--json", path)
    equal({row["status"] for row in again["entries"]}, {"same"}, f"{name}: the second time")


def exported(home, door, format, says, status=14):
    """The file of an export, which the owner allows, and what is told of it."""
    path = os.path.join(home.path, f"{len(os.listdir(home.path))}.{format}")
    child = subprocess.Popen(
        [os.path.join(home.binaries, "fob"), "export", "--to", format, "--output", path, "--json"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, stdin=subprocess.DEVNULL,
        env={**home.environment, "FOB_NO_START": "1"})
    asked = door.asked("a question about the export")
    check(says in asked["sentence"] and asked["needs_passphrase"], f"the question: {asked['sentence']}")
    equal(approve(home, asked, PASSPHRASE), 0, "the yes")
    out, errors = child.communicate(timeout=PATIENCE)
    equal(child.returncode, status, f"export: {out}{errors}")
    return path, json.loads(out)


def weakened():
    """A protection that a file cannot hold is told; security keys are one line of a file that is for codes; one that lies in
    the trash is not said to be there."""
    with Home() as home:
        with home.connect() as agent:
            agent.initialize(PASSPHRASE)
            agent.add("Bank", "me", b"12345678901234567890")
        imported(home, "keepassxc.passkey", 1)
        door = Door(home)
        door.create(CTAP, "guarded.example", user="me", protection=3)
        door.create(CTAP, "other.example", user="me")
        for format in ("cxf", "bitwarden"):
            _, told = exported(home, door, format, "3 passkeys")
            lost = [row for row in told["lost"] if "its demand that the owner be verified" in row["lost"]]
            equal([row["account"] for row in lost], ["security key of guarded.example for me"], f"{format}: protections")
            check("protected less" in told["error"]["message"], f"{format}: {told}")
        _, told = exported(home, door, "aegis", "", status=0)
        equal([(row["account"], row["lost"]) for row in told["lost"]], [("3 security keys", ["their security keys"])], "aegis")
        row = next(key for key in fob(home, "key", "list", "--json")["keys"] if key["site"] == single.site)
        fob(home, "key", "remove", row["id"])
        again = fob(home, "import", "--yes", "--json", os.path.join(home.path, "keepassxc.passkey"), status=65)
        check("in the trash" in str(again), f"a key in the trash: {again}")
        fob(home, "key", "remove", "--undo", row["id"][:8])
        signs(home, [single])
        door.close()


def main():
    weakened()
    with Home() as home:
        with home.connect() as first:
            first.initialize(PASSPHRASE)
        for name, count in (("cxf.json", 3), ("bitwarden.json", 2), ("keepassxc.passkey", 1)):
            imported(home, name, count)
        signs(home, ALL)
        # One that is bound to this machine stays, and is told.
        door = Door(home)
        door.create(CTAP, "bound.example", user="me", kind=2)
        for format, left in (("cxf", []), ("bitwarden", [long])):
            path, told = exported(home, door, format, "6 passkeys")
            check(any("bound.example" in row["account"] for row in told["lost"]), f"{format}: the bound key: {told}")
            with Home() as there:
                with there.connect() as first:
                    first.initialize(PASSPHRASE)
                fob(there, "import", "--yes", path)
                signs(there, [key for key in ALL if key not in left])
                with there.connect() as agent:
                    equal({key["site"] for key in agent.keys()}, {key.site for key in ALL if key not in left}, "keys")
                # Taken back, they are gone.
                fob(there, "import", "--undo")
                with there.connect() as agent:
                    equal([key for key in agent.keys() if not key["removed"]], [], "keys after the undo")
        door.close()


main()
