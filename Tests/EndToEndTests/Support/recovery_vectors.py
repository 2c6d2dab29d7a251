"""The examples of fob-recovery(7), computed once more from the page's rules, with python3-cryptography and none of fob.

What the page gives as chance (private keys, coefficients, sealing keys, salts, bindings, ids) is taken from it, all else is
computed and compared. `--write` puts what was computed into the page.
"""

import base64
import hashlib
import hmac
import json
import os
import sys

try:
    from cryptography.hazmat.primitives.asymmetric import ec, x25519
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
except ImportError:
    print("python3-cryptography is not installed")
    sys.exit(77)

PAGE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "man", "fob-recovery.7")
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
TIME = "2026-11-21T05:00:00Z"
THRESHOLD, COUNT = 2, 3
OPENING = ".Bd -literal\n"


def sha256(data):
    return hashlib.sha256(data).digest()


def mac(key, data):
    return hmac.new(key, data, hashlib.sha256).digest()


def hkdf(key, salt, info, length=32):
    """RFC 5869, of one block."""
    return mac(mac(salt, key), info + b"\1")[:length]


def spki(private):
    key = ec.derive_private_key(int.from_bytes(private, "big"), ec.SECP256R1()).public_key()
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def x25519_public(private):
    key = x25519.X25519PrivateKey.from_private_bytes(private).public_key()
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw)


def signature(private, message):
    """ECDSA with the nonce of RFC 6979, the lower s, DER."""
    digest, secret = int.from_bytes(sha256(message), "big"), int.from_bytes(private, "big")
    reduced = (digest % ORDER).to_bytes(32, "big")
    value, key = b"\1" * 32, bytes(32)
    for separator in b"\0", b"\1":
        key = mac(key, value + separator + private + reduced)
        value = mac(key, value)
    value = mac(key, value)
    nonce = int.from_bytes(value, "big")
    assert 0 < nonce < ORDER
    r = ec.derive_private_key(nonce, ec.SECP256R1()).public_key().public_numbers().x % ORDER
    s = pow(nonce, -1, ORDER) * (digest + r * secret) % ORDER
    numbers = b""
    for number in r, min(s, ORDER - s):
        octets = number.to_bytes(number.bit_length() // 8 + 1, "big")
        numbers += b"\2" + bytes([len(octets)]) + octets
    return b"\x30" + bytes([len(numbers)]) + numbers


def product(left, right):
    """In GF(2^8) modulo 0x11b."""
    result = 0
    while right:
        if right & 1:
            result ^= left
        left = left << 1 ^ (0x11B if left & 0x80 else 0)
        right >>= 1
    return result


def field(data):
    return len(data).to_bytes(2, "big") + data


def base64url(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def base64_text(data):
    return base64.b64encode(data).decode()


def origin(digest):
    return "https://" + base64.b32encode(digest).decode().rstrip("=").lower() + ".fob.invalid"


def words(purpose, data):
    digest, consonants, vowels = sha256(purpose + data), "bdfghjklmnprstvz", "aiou"
    found = []
    for place in range(0, 12, 2):
        value = int.from_bytes(digest[place:place + 2], "big")
        found.append(consonants[value >> 12] + vowels[value >> 10 & 3] + consonants[value >> 6 & 15]
                     + vowels[value >> 4 & 3] + consonants[value & 15])
    return " ".join(found)


def card(private, binding, name):
    key = base64_text(spki(private))
    issuer = origin(sha256(spki(private)))
    members = {"issuer": issuer, "token-max-size": 8192, "fob-binding": binding.hex(), "fob-name": name,
               "countersign-pubkeys-secp256r1": [key], "tokensign-pubkeys-secp256r1": [key]}
    for path in "privacy-policy", "save-token", "save-token-return", "recover-account", "recover-account-return":
        members[path] = issuer + "/" + path

    def canonical():
        return json.dumps(members, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()

    members["fob-signature"] = base64_text(signature(private, canonical()))
    return canonical()


def token(private, kind, ident, options, issuer, audience, data, binding):
    signed = bytes([0, kind]) + ident + bytes([options]) + field(issuer.encode()) + field(audience.encode())
    signed += field(TIME.encode()) + field(data) + field(binding)
    return signed + signature(private, signed)


def recipient(public):
    """Bech32 (BIP 173)."""
    alphabet, prefix = "qpzry9x8gf2tvdw0s3jn54khce6mua7l", "age"
    bits = "".join(f"{octet:08b}" for octet in public)
    bits += "0" * (-len(bits) % 5)
    digits = [int(bits[place:place + 5], 2) for place in range(0, len(bits), 5)]
    state = 1
    for value in [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix] + digits + [0] * 6:
        top = state >> 25
        state = (state & 0x1FFFFFF) << 5 ^ value
        for place, generator in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            state ^= generator if top >> place & 1 else 0
    digits += [(state ^ 1) >> 5 * (5 - place) & 31 for place in range(6)]
    return prefix + "1" + "".join(alphabet[digit] for digit in digits)


def stanza(arguments, body):
    text = base64_text(body).rstrip("=")
    return "\n".join(["-> " + " ".join(arguments)] + [text[place:place + 64] for place in range(0, len(text), 64)])


def computed(given):
    """All examples, by their names; `given` gives those that are chance."""
    found = {}

    def put(name, value):
        found[name] = value.hex() if isinstance(value, bytes) else value

    owner, ident = given("owner-private-key"), given("set")
    owner_digest = sha256(spki(owner))
    put("owner-key", spki(owner))
    put("owner-origin", origin(owner_digest))
    secret, coefficients = given("secret"), given("coefficients")
    tokens = []
    for number in range(1, COUNT + 1):
        keeper, binding = given(f"keeper-{number}-private-key"), given(f"keeper-{number}-binding")
        key, salt = given(f"sealing-key-{number}"), given(f"salt-{number}")
        digest = sha256(spki(keeper))
        share = bytes([number]) + bytes(a ^ product(b, number) for a, b in zip(secret, coefficients))
        put(f"share-{number}", share)
        place = b"fob-keeper/1" + ident + bytes([number, THRESHOLD, COUNT]) + owner_digest + digest
        cipher = ChaCha20Poly1305(hkdf(key, salt, place))
        sealed = b"\1" + salt + cipher.encrypt(bytes(12), share, None)
        token_id = hkdf(key, ident, b"fob-token-id/1" + bytes([number]), 16)
        tokens.append(token(owner, 0, token_id, 0, origin(owner_digest), origin(digest), sealed, binding))
        if number > 1:
            continue
        commitment = sha256(b"fob-share/1" + ident + share)
        label = sha256(b"fob-keeper-label/1" + ident + digest)[:16]
        put("card", card(keeper, binding, "Ada").decode())
        put("card-words", words(b"fob-card-words/1", digest))
        put("sealed-share-1", sealed)
        put("commitment-1", commitment)
        put("label-1", label)
        put("token-id-1", token_id)
        put("stanza", stanza(["fob-keepers", ident.hex(), str(THRESHOLD), str(COUNT), recipient(x25519_public(secret))],
                             spki(owner)[27:]))
        put("stanza-1", stanza(["fob-keeper", ident.hex(), "1", label.hex(), commitment.hex()], key))
        session, transport = given("session"), x25519_public(given("transport-private-key"))
        request = b"\1" + token_id + session + transport + owner_digest
        put("request-1", "fob-request:" + base64url(request))
        put("request-words-1", words(b"fob-request-words/1", request))
        session_binding = sha256(b"fob-session/1" + session + transport)
        put("session-binding", session_binding)
        put("countersigned-1", base64_text(token(keeper, 1, given("countersigned-id"), 2, origin(digest),
                                                 origin(owner_digest), tokens[0], session_binding)))
    code = given("plus-code")
    put("plus-commitment", sha256(b"fob-plus-code/1" + ident + code))
    scalar = hkdf(secret + code, ident, b"fob-plus-code/1")
    put("plus-scalar", scalar)
    put("stanza-plus", stanza(
        ["fob-keepers", ident.hex(), str(THRESHOLD), str(COUNT), recipient(x25519_public(scalar)),
         sha256(b"fob-plus-code/1" + ident + code).hex()], spki(owner)[27:]))
    put("token-1", base64_text(tokens[0]))
    deposit = b"fob-deposit/1" + field(card(owner, given("owner-binding"), "Grace")) + field(tokens[0])
    deposit += b"\1" + b"\x77" * 16
    put("deposit-1", "fob-deposit:" + base64url(deposit + signature(owner, deposit)))
    return found


def value_of(name, block):
    """The value of an example from its lines."""
    return block if name.startswith("stanza") else block.replace("\n", "")


def lines_of(name, value):
    """The other way round. No line begins with what roff takes for a request, or ends with a space."""
    if name.startswith("stanza"):
        return value
    lines = []
    while value:
        end = min(72, len(value))
        while value[end:end + 1] in (".", "'", " ") and end < len(value) or value[end - 1] == " " and end > 1:
            end -= 1
        lines.append(value[:end])
        value = value[end:]
    return "\n".join(lines)


def main():
    page = open(PAGE, encoding="utf-8").read()
    head, start, examples = page.partition(".Sh EXAMPLES\n")
    blocks = {}
    for block in examples.split(OPENING)[1:]:
        name, _, rest = block.partition("\n")
        blocks[name] = rest.partition("\n.Ed")[0]
    used = set()

    def given(name):
        used.add(name)
        return bytes.fromhex(value_of(name, blocks[name]))

    found = computed(given)
    if "--write" in sys.argv:
        for name, value in found.items():
            examples = examples.replace(OPENING + name + "\n" + blocks[name], OPENING + name + "\n" + lines_of(name, value))
        open(PAGE, "w", encoding="utf-8").write(head + start + examples)
        return 0
    wrong = [name for name, value in found.items() if value_of(name, blocks.get(name, "")) != value]
    unknown = set(blocks) - set(found) - used
    for name in wrong:
        print(f"{name} should be {found[name]}")
    for name in sorted(unknown):
        print(f"{name} is not computed")
    print(f"{len(found)} examples computed from {len(used)} given values")
    return 1 if wrong or unknown or not found else 0


if __name__ == "__main__":
    sys.exit(main())
