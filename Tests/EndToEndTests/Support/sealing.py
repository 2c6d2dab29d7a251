"""Opens and writes vault files as man fob-vault(5) has them, by libsodium: to make vaults that no fob would write."""

import ctypes

from scratch import *
from vault_keys import hkdf, keys, sodium

CHUNK = 65536


def parts(sealed):
    """The header with the blank before its MAC, and what follows the MAC's line."""
    end = sealed.index(b"\n--- ") + 5
    return sealed[:end], sealed[sealed.index(b"\n", end) + 1:]


def nonces(count):
    return [(number << 8 | (number == count - 1)).to_bytes(12, "big") for number in range(count)]


def payload(sealed, passphrase):
    """The records of a vault, in clear."""
    _, body = parts(sealed)
    key = keys(sealed, passphrase)["the payload's key"]
    chunks = [body[start:start + CHUNK + 16] for start in range(16, len(body), CHUNK + 16)]
    clear = b""
    for chunk, nonce in zip(chunks, nonces(len(chunks))):
        opened = ctypes.create_string_buffer(max(len(chunk) - 16, 1))
        equal(sodium.crypto_aead_chacha20poly1305_ietf_decrypt(
            opened, None, None, chunk, ctypes.c_ulonglong(len(chunk)), None, ctypes.c_ulonglong(0), nonce, key), 0,
            "whether a chunk opens")
        clear += opened.raw[:len(chunk) - 16]
    return clear


def resealed(sealed, passphrase, records=None, header=None):
    """The same vault with another payload, or with a header that `header` has made of the old one."""
    found = keys(sealed, passphrase)
    head, body = parts(sealed)
    if header:
        head = summed(header(head))
    mac = base64.b64encode(hmac.new(found["the header's key"], head[:-1], hashlib.sha256).digest()).rstrip(b"=")
    if records is not None:
        chunks = [records[start:start + CHUNK] for start in range(0, max(len(records), 1), CHUNK)]
        body = body[:16]
        for chunk, nonce in zip(chunks, nonces(len(chunks))):
            closed = ctypes.create_string_buffer(len(chunk) + 16)
            sodium.crypto_aead_chacha20poly1305_ietf_encrypt(
                closed, None, chunk, ctypes.c_ulonglong(len(chunk)), None, ctypes.c_ulonglong(0), None, nonce,
                found["the payload's key"])
            body += closed.raw
    return head + mac + b"\n" + body


def summed(head):
    """The same header, up to its MAC, with the right sum of its stanzas, when it has one."""
    start = head.find(b"-> fob-sum\n")
    if start < 0:
        return head
    end = head.index(b"\n", head.index(b"\n", start) + 1) + 1
    others = head[head.index(b"\n") + 1:start] + head[end:-4]
    body = base64.b64encode(hashlib.sha256(others).digest()).rstrip(b"=")
    return head[:start] + b"-> fob-sum\n" + body + b"\n" + head[end:]


def recosted(sealed, passphrase, cost):
    """The same vault whose stanza asks for another cost, with the right MAC."""
    def header(head):
        lines = head.split(b"\n")
        index = next(index for index, line in enumerate(lines) if line.startswith(b"-> fob-passphrase "))
        lines[index] = b" ".join(lines[index].split(b" ")[:3]) + b" " + cost.encode()
        return b"\n".join(lines)
    return resealed(sealed, passphrase, header=header)
