"""Scans the memory of fob-convert when it is about to end, held there by strace: neither what it has read nor what it has
written with is anywhere but in locked memory that was given back.
"""

from convert import *
from memory import Needles, Scan

scratch.need_root()
scratch.need("strace")
FORMATS = ["otpauth", "aegis", "aegis-encrypted", "2fas", "2fas-encrypted", "bitwarden", "bitwarden-encrypted", "ente",
           "keepassxc", "keepass-xml", "1password", "keeper-csv", "keeper-json", "lastpass", "google", "google-html", "pass",
           "html", "qr"]
EXIT_GROUP = {"x86_64": "231", "aarch64": "94"}[os.uname().machine]
COUNT = 7

needles = Needles()
keys = [os.urandom(20) for _ in range(COUNT)]
password = os.urandom(16).hex()
for number, key in enumerate(keys):
    needles.add(f"key {number}", key)
needles.add("the password", password.encode())
control = Needles()
control.put("the format's name", b"google-html")


def held():
    """fob-convert under strace, which stops it where it wants to end."""
    return Converter(
        "-f", "-o", "/dev/null", "-e", "trace=exit_group", "-e", "inject=exit_group:delay_enter=600000000", PROGRAM,
        program=shutil.which("strace"))


def look(converter, what):
    def ending():
        with open(f"/proc/{converter.process.pid}/task/{converter.process.pid}/children") as children:
            for child in children.read().split():
                try:
                    if os.path.basename(os.readlink(f"/proc/{child}/exe")) != "fob-convert":
                        continue
                    with open(f"/proc/{child}/syscall") as call:
                        if call.read().split()[0] == EXIT_GROUP:
                            return int(child)
                except (FileNotFoundError, ProcessLookupError):
                    pass
        return None

    pid = scratch.until(ending, f"fob-convert wants to end after {what}")
    check(Scan(pid, control).hits, "the scan does not even find the name of a format")
    found = Scan(pid, needles)
    os.kill(pid, 9)
    converter.process.kill()
    converter.end()
    if found.hits:
        failures.append(f"after {what}:\n{found}")


failures = []
END_FRAME = frame(END, text("") + struct.pack(">I", 0))
uris = "".join(
    f"otpauth://totp/Site{number}:user?secret={scratch.base64.b32encode(key).decode()}&issuer=Site{number}\n"
    for number, key in enumerate(keys))
reading = held()
reading.send(start(), frame(FILE, text("list")), frame(DATA, uris.encode()), END_FRAME)
found = reading.frames()
entries = [body for kind, body in found if kind == ENTRY]
equal(len(entries), COUNT, f"entries ({found[-1]})")
look(reading, "reading a list")

for name in FORMATS:
    writing = held()
    writing.send(start(operation=2, form=name))
    if name.endswith("-encrypted"):
        writing.send(frame(PASSWORD, password.encode()))
    writing.send(*(frame(ENTRY, body) for body in entries), END_FRAME)
    found = writing.frames()
    equal(found[-1][0], END, f"the last word about {name}: {found[-1]}")
    check(any(kind == DATA for kind, _ in found), f"{name}: nothing was written")
    look(writing, f"writing {name}")
check(not failures, "secrets were found\n" + "\n".join(failures))
print(f"{len(FORMATS)} formats written, {len(needles.forms)} needles: 0 hits")
