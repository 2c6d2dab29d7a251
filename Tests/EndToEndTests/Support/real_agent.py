#!/usr/bin/env python3
"""Whoever takes the socket's name gets no secret, and an agent whose name has gone is found again.

real_agent.py"""
import os
import socket
import subprocess
import threading

import protocol_client
from protocol_client import frame
from scratch import BIN, Home, check, equal, until

PASSPHRASE = b"correct horse battery staple"


def fob(home, *arguments, given=b""):
    return subprocess.run(
        [os.path.join(BIN, "fob"), *arguments], input=given, capture_output=True, timeout=60,
        env={**home.environment, "FOB_SOCKET": home.socket, "FOB_NO_START": "1"})


class Impostor:
    """Listens at a name and keeps all that it is sent; answers HELLO and STATUS as an agent does."""

    def __init__(self, path, welcome, status):
        self.heard, self.answers = b"", {protocol_client.HELLO: welcome, protocol_client.STATUS: status}
        self.server = socket.socket(socket.AF_UNIX)
        self.server.bind(path)
        os.chmod(path, 0o600)
        self.server.listen(8)
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                client, _ = self.server.accept()
            except OSError:
                return
            with client:
                self.talk(client)

    def talk(self, client):
        waiting = b""
        while data := client.recv(65536):
            self.heard += data
            waiting += data
            while len(waiting) >= 9 and len(waiting) >= 4 + (size := int.from_bytes(waiting[:4], "big")):
                request, kind = int.from_bytes(waiting[4:8], "big"), waiting[8]
                waiting = waiting[4 + size:]
                reply, body = self.answers.get(kind, (0x80, b""))
                client.sendall(frame(reply, body, request))

    def end(self):
        self.server.shutdown(socket.SHUT_RDWR)
        self.server.close()


def replies(home):
    """What the real agent answers to HELLO and STATUS."""
    found = []
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(home.socket)
        for request, body in ((protocol_client.HELLO, b"fob\0" + protocol_client.u16(2) + protocol_client.u16(2)), (protocol_client.STATUS, b"")):
            client.sendall(frame(request, body, 1))
            data = b""
            while len(data) < 4 or len(data) < 4 + int.from_bytes(data[:4], "big"):
                data += client.recv(65536)
            found.append((data[8], data[9:]))
    return found


with Home() as home:
    equal(fob(home, "init", "--passphrase-fd", "0", given=PASSPHRASE).returncode, 0, "init")
    equal(fob(home, "lock").returncode, 0, "lock")
    welcome, told = replies(home)
    aside = home.socket + ".aside"
    os.rename(home.socket, aside)
    impostor = Impostor(home.socket, welcome, told)
    for verb, secret in (("unlock", PASSPHRASE), ("passphrase", PASSPHRASE)):
        done = fob(home, verb, "--passphrase-fd", "0", given=secret)
        check(done.returncode != 0, f"fob {verb} took an impostor for the agent")
        check(str(os.getpid()).encode() in done.stderr, f"fob {verb} does not name who listens: {done.stderr}")
    done = fob(home, "add", "--secret-fd", "0", given=b"otpauth://totp/A:b?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")
    check(done.returncode != 0, "fob add took an impostor for the agent")
    for secret in (PASSPHRASE, b"12345678901234567890"):
        check(secret not in impostor.heard, "the impostor was told a secret")
    impostor.end()

    # The agent makes its socket anew where its name has gone, and is the same one.
    os.unlink(home.socket)
    until(lambda: os.path.exists(home.socket), "the agent makes its socket anew")
    equal(fob(home, "unlock", "--passphrase-fd", "0", given=PASSPHRASE).returncode, 0, "unlock at the new socket")
    check(b"agent.socket_lost" in fob(home, "log", "--raw").stdout or b"socket" in fob(home, "status").stdout
          or "socket" in home.said(), "the loss of the socket is told nowhere")

print("ok: an impostor hears no secret")
