"""fob-convert, spoken to as fob does: what it answers, that it says no more than it may, and that its sandbox holds."""

import atexit
import os
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import time

import scratch
from scratch import check, equal

START, FILE, DATA, ENTRY, PASSWORD, END = 1, 2, 3, 4, 5, 6
PASSWORD_NEEDED, PROBLEM, WARNING, CODES, FAILURE = 0x11, 0x12, 0x13, 0x14, 0x1F
PROGRAM = os.path.join(scratch.BIN, "fob-convert")


def text(value):
    octets = value.encode() if isinstance(value, str) else value
    return struct.pack(">H", len(octets)) + octets


def frame(kind, body=b""):
    return struct.pack(">IB", 1 + len(body), kind) + body


def start(operation=1, form="", size=0):
    return frame(START, struct.pack(">B", operation) + text(form) + struct.pack(">QQ", int(time.time()), size) + text(""))


class Converter:
    """One run of the program."""

    def __init__(self, *arguments, before=None, program=PROGRAM):
        here, there = socket.socketpair()
        self.socket = here
        here.settimeout(60)
        self.process = subprocess.Popen(
            [program, *arguments], stdin=there, stdout=there, stderr=subprocess.PIPE, preexec_fn=before)
        there.close()
        self.buffer = b""

    def send(self, *frames):
        self.socket.sendall(b"".join(frames))

    def frames(self):
        """All frames up to END or FAILURE, or the end of what it says; stops after PASSWORD_NEEDED too."""
        found = []
        while True:
            while len(self.buffer) < 5 or len(self.buffer) < 4 + struct.unpack(">I", self.buffer[:4])[0]:
                more = self.socket.recv(1 << 16)
                if not more:
                    return found
                self.buffer += more
            length, kind = struct.unpack(">IB", self.buffer[:5])
            found.append((kind, self.buffer[5:4 + length]))
            self.buffer = self.buffer[4 + length:]
            if kind in (END, FAILURE, PASSWORD_NEEDED):
                return found

    def end(self):
        self.socket.close()
        _, errors = self.process.communicate(timeout=60)
        return self.process.returncode, errors.decode()


def convert(files, form="", size=0, passwords=(), before=None, program=PROGRAM):
    """What it says to these files, and its exit status."""
    converter = Converter(before=before, program=program)
    converter.send(start(form=form, size=size))
    for name, octets in files:
        converter.send(frame(FILE, text(name)))
        for begin in range(0, len(octets), 100_000):
            converter.send(frame(DATA, octets[begin:begin + 100_000]))
    converter.send(frame(END, text("") + struct.pack(">I", 0)))
    found = converter.frames()
    passwords = list(passwords)
    while found and found[-1][0] == PASSWORD_NEEDED:
        if passwords:
            converter.send(frame(PASSWORD, passwords.pop(0).encode()))
        else:
            converter.send(frame(END, text("") + struct.pack(">I", 0)))
        found += converter.frames()
    status, errors = converter.end()
    equal(errors, "", "what it says on standard error")
    return found, status


def failure(found):
    check(found and found[-1][0] == FAILURE, f"no failure but {found}")
    code, length = struct.unpack(">HH", found[-1][1][:4])
    return code, found[-1][1][4:4 + length].decode()


def escapes():
    for kind in ("socket", "open", "exec"):
        result = subprocess.run([PROGRAM, "--test-escape", kind], capture_output=True, text=True, timeout=60)
        equal(result.returncode, 0, kind)
        check(result.stdout.startswith(f"{kind}: refused: "), result.stdout)


def conversation():
    # Not of any format; nothing at all; a format that is none.
    code, message = failure(convert([("x", b"neither this nor that")])[0])
    equal(code, 65, message)
    found, status = convert([])
    equal(failure(found)[0], 65, "an empty file")
    equal(status, 65, "the exit status")
    code, message = failure(convert([("x", b"[]")], form="no\x1bsuch")[0])
    check("nosuch" in message and "\x1b" not in message, message)

    # Frames that fob never sends.
    for octets in (b"\0\0\0\0\0", b"\xff\xff\xff\xff\1", frame(DATA, b"x"), start()[:-1],
                   start() + frame(ENTRY, b""), start() + b"\xff\xff\xff\xff\2", start() + frame(0x99)):
        converter = Converter()
        converter.send(octets)
        converter.socket.shutdown(socket.SHUT_WR)
        found = converter.frames()
        check(not found or found[-1][0] == FAILURE, f"{octets[:20]!r}: {found}")
        status, _ = converter.end()
        equal(status, 76, f"{octets[:20]!r}: exit status")

    # More than it reads. Told of the size it goes on without locked memory; of a pipe it learns too late that there is
    # not enough.
    code, message = too_much(34_000_000)
    check(code == 65 and "32 MiB" in message, message)
    code, message = too_much(0)
    check(code == 65 and "32 MiB" in message or code == 71 and "locked memory" in message, message)


def too_much(size):
    """The failure for 34 MB, of which it was told that they are `size`."""
    converter = Converter()
    converter.send(start(size=size))
    try:
        for _ in range(340):
            converter.send(frame(DATA, bytes(100_000)))
        converter.send(frame(END, text("") + struct.pack(">I", 0)))
    except (BrokenPipeError, ConnectionResetError):
        pass
    found = failure(converter.frames())
    converter.end()
    return found


FIXTURES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "..", "shared", "fixtures")
# What a row of the manifest expects, and the exit status that stands for it.
STATUS = {"error:auth": {77}, "error:parse": {65}, "error:version": {65}, "error:unsupported": {65},
          "error:kdf-limit": {65}}


def fixtures():
    """A file of each format through the program, sandbox and all; what is in the entries is compared by unit tests."""
    manifest = os.path.join(FIXTURES, "MANIFEST.tsv")
    if not os.path.exists(manifest):
        scratch.partly("../shared/fixtures is not beside the repository: no file of another authenticator")
        return 0
    rows = [line.rstrip("\n").split("\t") for line in open(manifest, encoding="utf-8")][1:]
    # The last one of each format and outcome.
    rows = list({(row[1], row[3]): row for row in rows if row[0].startswith("import/")}.values())
    for file, _, password, expect, count, *_ in rows:
        octets = open(os.path.join(FIXTURES, file), "rb").read()
        found, status = convert([(os.path.basename(file), octets)], size=len(octets),
                                passwords=[password] if password else [])
        kinds = [kind for kind, _ in found]
        if expect in STATUS:
            check(kinds and kinds[-1] == FAILURE and status in STATUS[expect], f"{file}: {status}, {found[-1:]}")
        elif kinds[-1] == END:
            # Accounts that stay on an old device are entries too.
            check(kinds.count(ENTRY) >= int(count), f"{file}: {kinds.count(ENTRY)} entries instead of {count}")
            equal(struct.unpack(">I", found[-1][1][-4:])[0], kinds.count(ENTRY), f"{file}: END")
        else:
            check(expect.startswith("warn-or-error"), f"{file}: {found[-1:]}")
    return len(rows)


def limits():
    """Little memory that may be locked: a warning for a large file, none for a small one."""
    def little():
        import resource
        os.setgid(65534)
        os.setuid(65534)
        resource.setrlimit(resource.RLIMIT_MEMLOCK, (8 << 20, 8 << 20))
    lists = b"otpauth://totp/Otter:mia?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\n"
    before, program = None, PROGRAM
    if os.geteuid() == 0:
        # The checkout may lie where others may not look.
        folder = tempfile.mkdtemp(prefix="fob-")
        atexit.register(shutil.rmtree, folder, True)
        os.chmod(folder, 0o755)
        before, program = little, shutil.copy(PROGRAM, folder)
    for times, warnings in ((1, 0), (40_000, 1)):
        found, _ = convert([("x", lists * times)], size=len(lists) * times, before=before, program=program)
        kinds = [kind for kind, _ in found]
        equal((kinds.count(WARNING), kinds.count(ENTRY), kinds[-1]), (warnings, times, END), f"{times} lines")


def main():
    if not os.path.exists(PROGRAM):
        scratch.skip("fob-convert is not built")
    escapes()
    conversation()
    limits()
    count = fixtures()
    print(f"the sandbox and the conversation of fob-convert hold; {count} files of other authenticators went through")


if __name__ == "__main__":
    main()
