"""Derives from a vault and its passphrase the keys that the agent works with, by libsodium through ctypes."""

import base64
import ctypes
import functools
import hashlib
import hmac

from scratch import skip

try:
    sodium = ctypes.CDLL("libsodium.so.23")
except OSError:
    sodium = None


def hkdf(key, salt, info):
    """RFC 5869, 32 octets."""
    extracted = hmac.new(salt or bytes(32), key, hashlib.sha256).digest()
    return hmac.new(extracted, info + b"\x01", hashlib.sha256).digest()


@functools.cache
def argon2id(passphrase, salt, operations, kibibytes):
    """32 octets."""
    if sodium is None:
        skip("libsodium.so.23 is not installed")
    output = ctypes.create_string_buffer(32)
    assert sodium.crypto_pwhash(
        output, ctypes.c_ulonglong(32), passphrase, ctypes.c_ulonglong(len(passphrase)), salt,
        ctypes.c_ulonglong(operations), ctypes.c_size_t(kibibytes << 10), 2) == 0
    return output.raw


def keys(sealed, passphrase):
    """Name and value of each key between the passphrase and the payload of a vault file."""
    lines = sealed.split(b"\n")
    derivation = next(line.split() for line in lines if line.startswith(b"-> fob-passphrase"))
    salt, operations, kibibytes = bytes.fromhex(derivation[2].decode()), int(derivation[3]), int(derivation[4])
    derived = argon2id(passphrase, salt, operations, kibibytes)
    scalar = hkdf(derived, b"", b"fob/passphrase/x25519/1")
    found = {"Argon2id's output": derived, "the identity": scalar, "AGE-SECRET-KEY": secret_key(scalar)}
    public = ctypes.create_string_buffer(32)
    sodium.crypto_scalarmult_base(public, scalar)
    for index, line in enumerate(lines):
        if not line.startswith(b"-> X25519 "):
            continue
        share, shared = base64.b64decode(line.split()[2] + b"=="), ctypes.create_string_buffer(32)
        sodium.crypto_scalarmult(shared, scalar, share)
        wrapping = hkdf(shared.raw, share + public.raw, b"age-encryption.org/v1/X25519")
        file_key = ctypes.create_string_buffer(16)
        body = base64.b64decode(lines[index + 1] + b"==")
        if sodium.crypto_aead_chacha20poly1305_ietf_decrypt(
                file_key, None, None, body, ctypes.c_ulonglong(len(body)), None, ctypes.c_ulonglong(0), bytes(12),
                wrapping) != 0:
            continue
        end = sealed.index(b"\n--- ")
        nonce = sealed[sealed.index(b"\n", end + 1) + 1:][:16]
        found |= {
            "the shared secret": shared.raw, "the wrapping key": wrapping, "the file key": file_key.raw,
            "the header's key": hkdf(file_key.raw, b"", b"header"),
            "the payload's key": hkdf(file_key.raw, nonce, b"payload"),
        }
        return found
    raise AssertionError("the passphrase does not open the vault")


def code_text(code):
    """The 15 octets of a recovery code as people write them."""
    letters, number, text = "0123456789ABCDEFGHJKMNPQRSTVWXYZ", int.from_bytes(code, "big"), []

    def times(value, power):
        for _ in range(power):
            value = (value << 1 ^ (37 if value > 15 else 0)) & 31
        return value

    for group in range(6):
        values = [number >> 5 * (23 - 4 * group - place) & 31 for place in range(4)]
        check = times(1, group)
        for place, value in enumerate(values):
            check ^= times(value, place + 1)
        text.append("".join(letters[value] for value in [*values, check]))
    return "-".join(text).encode()


def secret_key(scalar):
    """The identity as age writes it, without the check characters at its end."""
    letters, number = "qpzry9x8gf2tvdw0s3jn54khce6mua7l", int.from_bytes(scalar, "big") << 4
    return b"AGE-SECRET-KEY-1" + "".join(letters[number >> shift & 31] for shift in range(255, -1, -5)).upper().encode()
