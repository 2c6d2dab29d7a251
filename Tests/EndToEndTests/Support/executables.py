"""What was built is hardened, as its ELF headers say (elf(5)): every program and library lies elsewhere in memory each time
it starts, and what the loader writes into it is read-only before its first instruction of ours.

    executables.py [DIRECTORY]
"""

import os
import struct
import sys

DYN = 3
LOAD, DYNAMIC, INTERPRETER, STACK, RELRO = 1, 2, 3, 0x6474E551, 0x6474E552
FLAGS, FLAGS_1, TEXT_RELOCATIONS = 30, 0x6FFFFFFB, 22
BIND_NOW, NOW, PIE = 8, 1, 0x08000000
WRITE, RUN = 2, 1

# One file with the C library in it, and those that leave the libraries of pictures and formats to the distribution.
STATIC = {"fob", "fob-main", "fob-agent", "fob-authenticator", "fob-browser", "fob-uhid"}
DYNAMIC_LINKED = {"fob-convert", "fob-hardware", "fob-messages", "fob-scan", "fob-portal", "fob-session"}
LIBRARIES = {"libfob-sk.so", "pam_fob.so"}


def faults(path):
    """What is wrong with an executable; nothing when it is as it should be."""
    with open(path, "rb") as file:
        data = file.read()
    if data[:6] != b"\x7fELF\x02\x01":
        return ["it is no 64-bit ELF file"]
    kind = struct.unpack_from("<H", data, 16)[0]
    start, size, count = struct.unpack_from("<Q", data, 32)[0], *struct.unpack_from("<HH", data, 54)
    segments, entries = [], {}
    for index in range(count):
        what, flags, offset, _, _, bytes_, _, _ = struct.unpack_from("<IIQQQQQQ", data, start + index * size)
        segments.append((what, flags))
        if what == DYNAMIC:
            for at in range(offset, offset + bytes_, 16):
                tag, value = struct.unpack_from("<QQ", data, at)
                entries[tag] = value
    found, kinds = [], {what for what, _ in segments}
    name = os.path.basename(path)
    if kind != DYN:
        found.append("it lies at one place in memory (not position-independent)")
    elif name not in LIBRARIES and not entries.get(FLAGS_1, 0) & PIE:
        found.append("it does not say that it is position-independent")
    if RELRO not in kinds:
        found.append("its tables stay writable (no RELRO)")
    if not entries.get(FLAGS_1, 0) & NOW and not entries.get(FLAGS, 0) & BIND_NOW:
        found.append("its tables are filled in later (no BIND_NOW)")
    if TEXT_RELOCATIONS in entries:
        found.append("its code is written to by the loader")
    if any(what == LOAD and flags & WRITE and flags & RUN for what, flags in segments):
        found.append("a part of it can be written and run")
    if any(what == STACK and flags & RUN for what, flags in segments):
        found.append("its stack can be run")
    if name in STATIC and INTERPRETER in kinds:
        found.append("it is linked dynamically")
    return found


def main(directory):
    names = sorted((STATIC | DYNAMIC_LINKED | LIBRARIES) & set(os.listdir(directory)))
    missing = sorted((STATIC | DYNAMIC_LINKED) - set(names))
    wrong = {name: faults(os.path.join(directory, name)) for name in names}
    for name, reasons in wrong.items():
        for reason in reasons:
            print(f"{name}: {reason}")
    for name in missing:
        print(f"{name}: it was not built")
    if missing or any(wrong.values()):
        sys.exit(1)
    print(f"{len(names)} programs and libraries are position-independent with read-only tables")


main(sys.argv[1] if len(sys.argv) > 1 else os.environ["FOB_BIN"])
