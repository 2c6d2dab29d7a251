"""Scans the agent's memory after each kind of request about security keys for private keys, seeds of hmac-secret and
what they give, PINs, tokens and agreed secrets.

    key_memory.py secret       with memfd_secret(2)
    key_memory.py shielded     without: the locked region is read too
"""

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from key_owner import *
from memory import Needles, Scan, mappings
import vault_keys

SHIELDED = sys.argv[1:] == ["shielded"]
PIN, WRONG, OTHER = (os.urandom(16).hex().encode() for _ in range(3))
HASH = os.urandom(32)

needles, steps, failures = Needles(), 0, []
control = Needles()
control.put("a label", b"a-label-that-is-no-secret-77aa")
for name, pin in (("the PIN", PIN), ("a wrong PIN", WRONG), ("another PIN", OTHER)):
    needles.add(name, pin)
    needles.add(f"the hash of {name}", sha(pin)[:16])
    needles.add(f"the rest of the hash of {name}", sha(pin)[16:])


def look():
    """A scan, unless a worker has taken or given back a locked region meanwhile."""
    before = [str(mapping) for mapping in mappings(home.pid) if mapping.locked]
    found = Scan(home.pid, needles)
    return found if before == [str(mapping) for mapping in mappings(home.pid) if mapping.locked] else None


def scan(what):
    global steps
    steps += 1
    found = takes(20, look, "a look at memory that stays where it is")
    if found.hits:
        failures.append(f"after {what}:\n{found}")


def payload():
    """The records of the vault, in the clear."""
    with open(os.path.join(home.path, "vault.age"), "rb") as vault:
        sealed = vault.read()
    opener = ChaCha20Poly1305(vault_keys.keys(sealed, PASSPHRASE)["the payload's key"])
    end = sealed.index(b"\n--- ")
    rest, plain, count = sealed[sealed.index(b"\n", end + 1) + 17:], b"", 0
    while rest:
        chunk, rest = rest[:65552], rest[65552:]
        plain += opener.decrypt(count.to_bytes(11, "big") + bytes([not rest]), chunk, None)
        count += 1
    return plain


def public_of(key, secret):
    """The public key of 32 octets, if they are a private one."""
    if key["algorithm"] == EDDSA:
        public = ed25519.Ed25519PrivateKey.from_private_bytes(secret).public_key()
        return public.public_bytes(Encoding.Raw, PublicFormat.Raw)
    try:
        public = ec.derive_private_key(int.from_bytes(secret, "big"), ec.SECP256R1()).public_key()
    except ValueError:
        return b""
    return public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)[1:]


def private_of(key):
    """The private key, which lies in the same record as the public one."""
    records = payload()
    at = records.index(key["public"])
    near = range(max(0, at - 1000), min(len(records) - 32, at + 1000))
    return next(records[place:place + 32] for place in near
                if public_of(key, records[place:place + 32]) == key["public"])


prefix = []
if SHIELDED:
    need("strace")
    prefix = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=memfd_secret", "-e",
              "inject=memfd_secret:error=ENOSYS"]
home = Home(prefix=prefix, readable=True).start()
door = Door(home)
agent = door.agent
if not SHIELDED and status(agent)["memory"] != 1:
    skip("this kernel has no memfd_secret")
with home.connect() as first:
    first.initialize(PASSPHRASE)
made = {}
for name, algorithm in (("es256", ES256), ("eddsa", EDDSA)):
    made[name] = door.create(CTAP, "example.org", algorithms=[algorithm], flags=SELF_ATTESTATION | HMAC_SECRET,
                             user="a-label-that-is-no-secret-77aa")
    needles.add(f"the private key of {name}", private_of(made[name]))
    scan(f"KEY_CREATE of {name}")
bound = door.create(U2F, sha(b"example.org").hex(), data=HASH)
needles.add("the private key of U2F", private_of(bound))
scan("KEY_CREATE of U2F")
# What a site keeps in a key is a secret too, also while the owner is being asked.
KEPT = os.urandom(32)
needles.add("a site's blob", KEPT)
waiting = door.begin(KEY_CREATE, key_create(CTAP, "blob.example", blob=KEPT))
question = door.asked("a key with a blob")
scan("KEY_CREATE with a blob, while it waits")
equal(approve(home, question), 0, "the yes")
kept = key_created(door.reply(waiting, KEY_CREATED))
scan("KEY_CREATE with a blob")
found = door.get("blob.example", HASH, allowed=[kept["credential"]], flags=PRESENCE | BLOB)
check(KEPT in found["data"], "the blob is given")
scan("KEY_ASSERT with a blob")
check(Scan(home.pid, control).hits, "the scan finds what is there: a label")

for protocol in (1, 2):
    platform = Platform(agent, protocol)
    needles.add(f"the key for tags of protocol {protocol}", platform.mac_key)
    needles.add(f"the key for texts of protocol {protocol}", platform.cipher_key)
    scan("PIN_AGREEMENT")
    for name, key in made.items():
        salts = os.urandom(64)
        sealed = platform.seal(salts)
        needles.add("the first salt", salts[:32])
        needles.add("the second salt", salts[32:])
        found = door.get("example.org", HASH, allowed=[key["credential"]],
                         hmac=(protocol, platform.public, sealed, platform.tag(sealed)))
        outputs = platform.open(found["data"][37:].split(b"hmac-secret", 1)[1][2:])
        needles.add("the first output", outputs[:32])
        needles.add("the second output", outputs[32:])
        scan(f"KEY_ASSERT with hmac-secret of {name}")
door.get("example.org", HASH, allowed=[bound["credential"]])
scan("KEY_ASSERT with a counter")

door.ask(PIN_SET, platform.set_pin(PIN), OK, "verification", PASSPHRASE).end()
scan("PIN_SET")
token = platform.token(PIN, 2, "example.org")
needles.add("the token", token)
scan("PIN_TOKEN")
door.get("example.org", HASH, allowed=[made["es256"]["credential"]], pin=platform.proof(token, HASH))
scan("KEY_ASSERT with a token")
refused(25, lambda: agent.ask(PIN_TOKEN, platform.pin_token(WRONG), PIN_TOKEN_REPLY), "a wrong PIN")
scan("a wrong PIN")
platform.agree()
needles.add("the next key for texts", platform.cipher_key)
agent.ask(PIN_CHANGE, platform.change_pin(PIN, OTHER)).end()
scan("PIN_CHANGE")

ssh = door.create(SSH, "ssh:", algorithms=[EDDSA])
needles.add("the private key of ssh", private_of(ssh))
door.sign(SSH, "ssh:", ssh["credential"], b"data")
scan("KEY_SIGN")
door.watch.lock()
scan("LOCK")
door.watch.unlock(PASSPHRASE)
door.sign(SSH, "ssh:", ssh["credential"], b"data")
scan("KEY_SIGN after UNLOCK")
equal(home.stop(), 0, "the agent's status")
check(not failures, "secrets were found\n" + "\n".join(failures))
print(f"{steps} scans, {len(needles.forms)} needles: 0 hits")
