"""Imports for bench.py: files of Aegis with many accounts, and how long fob takes for them and how much memory."""

import base64
import ctypes
import ctypes.util
import hashlib
import json
import os
import subprocess
import time

PASSWORD = b"a password for the bench"


def gcm(key, nonce, text):
    """AES-256-GCM by libgcrypt, which fob-convert needs anyway: ciphertext and tag."""
    library = ctypes.CDLL(ctypes.util.find_library("gcrypt") or "libgcrypt.so.20")
    library.gcry_check_version(None)
    handle = ctypes.c_void_p()
    out, tag = ctypes.create_string_buffer(len(text)), ctypes.create_string_buffer(16)
    size = ctypes.c_size_t
    for error in (library.gcry_cipher_open(ctypes.byref(handle), 9, 9, 0),
                  library.gcry_cipher_setkey(handle, key, size(32)),
                  library.gcry_cipher_setiv(handle, nonce, size(12)),
                  library.gcry_cipher_encrypt(handle, out, size(len(text)), text, size(len(text))),
                  library.gcry_cipher_gettag(handle, tag, size(16))):
        if error:
            raise RuntimeError(f"libgcrypt: error {error}")
    library.gcry_cipher_close(handle)
    return out.raw, tag.raw


def content(count):
    entries = [
        {"type": "totp", "uuid": f"{number:032x}", "name": f"user{number}@example.net", "issuer": f"Imported {number}",
         "note": "", "favorite": False, "icon": None, "groups": [],
         "info": {"secret": base64.b32encode(hashlib.sha1(b"%d" % number).digest()).decode(), "algo": "SHA1",
                  "digits": 6, "period": 30}} for number in range(count)]
    return {"version": 3, "entries": entries, "groups": []}


def plain(path, count):
    with open(path, "w") as file:
        json.dump({"version": 1, "header": {"slots": None, "params": None}, "db": content(count)}, file)


def encrypted(path, count):
    master, salt, nonces = os.urandom(32), os.urandom(32), (os.urandom(12), os.urandom(12))
    key = hashlib.scrypt(PASSWORD, salt=salt, n=32768, r=8, p=1, maxmem=64 << 20, dklen=32)
    sealed, tag = gcm(key, nonces[0], master)
    slot = {"type": 1, "uuid": f"{1:032x}", "key": sealed.hex(), "repaired": True, "n": 32768, "r": 8, "p": 1,
            "key_params": {"nonce": nonces[0].hex(), "tag": tag.hex()}, "salt": salt.hex()}
    body, tag = gcm(master, nonces[1], json.dumps(content(count)).encode())
    with open(path, "w") as file:
        json.dump({"version": 1, "db": base64.b64encode(body).decode(),
                   "header": {"slots": [slot], "params": {"nonce": nonces[1].hex(), "tag": tag.hex()}}}, file)


def peak(pid):
    """KiB that a process has had at most, so far."""
    try:
        with open(f"/proc/{pid}/status") as lines:
            return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM")), 0)
    except OSError:
        return 0


def children(pid):
    try:
        with open(f"/proc/{pid}/task/{pid}/children") as line:
            return line.read().split()
    except OSError:
        return []


def measured(fob, home, path, client):
    """Seconds of an import, peaks of fob and fob-convert in KiB, and the slowest code that the agent gave meanwhile."""
    read, write = os.pipe()
    os.write(write, PASSWORD)
    os.close(write)
    begin = time.perf_counter()
    process = subprocess.Popen(
        [fob, "import", "--yes", "--password-fd", str(read), path], pass_fds=(read,), stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, env={"FOB_HOME": home, "PATH": os.environ["PATH"]})
    os.close(read)
    own, other, slowest = 0, 0, 0.0
    while process.poll() is None:
        own = max(own, peak(process.pid))
        other = max([other] + [peak(child) for child in children(process.pid)])
        asked = time.perf_counter()
        client.code("Issuer0/user0@example.org")
        slowest = max(slowest, time.perf_counter() - asked)
    seconds = time.perf_counter() - begin
    if process.returncode:
        raise RuntimeError(f"fob import ended with {process.returncode}")
    return seconds, own, other, slowest
