#!/usr/bin/env python3
"""Looks for secrets in a container: in the memory of its processes, and in its files.

    login_scan.py LEADER SECRETS [LABEL]

LEADER is the process id of the container's first process. SECRETS is a file with a name and a value in hexadecimal on
each line. LABEL is a text that is no secret and must be found, which shows that the scan sees what is there. Exit
status 1: a secret was found, or the label was not.
"""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "EndToEndTests", "Support"))
from memory import Needles, Scan  # noqa: E402


def processes(leader):
    space = os.readlink(f"/proc/{leader}/ns/pid")
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            # A zombie has no memory any more.
            if os.readlink(f"/proc/{pid}/ns/pid") == space and os.path.exists(f"/proc/{pid}/exe"):
                yield pid
        except OSError:
            pass


def files(leader):
    """Regular files of the places that a user or a service writes to."""
    for place in ("home", "root", "tmp", "run", "var", "dev/shm"):
        for folder, _, names in os.walk(os.path.join(f"/proc/{leader}/root", place)):
            for name in names:
                path = os.path.join(folder, name)
                if os.path.isfile(path) and not os.path.islink(path):
                    yield path


def main(leader, secrets, label=None):
    needles, control = Needles(), Needles()
    with open(secrets) as lines:
        for line in lines:
            name, value = line.split()
            needles.add(name, bytes.fromhex(value))
    if label:
        control.put("label", label.encode())

    found, seen, scanned, octets, read = [], False, 0, 0, 0
    for pid in processes(leader):
        try:
            scan = Scan(pid, needles)
            seen = seen or bool(label and Scan(pid, control).hits)
            with open(f"/proc/{pid}/comm") as comm:
                command = comm.read().strip()
        except OSError:
            continue
        scanned, octets = scanned + 1, octets + scan.octets
        if scan.hits:
            found.append(f"in {command} (process {pid}):\n{scan}")
    for path in files(leader):
        try:
            with open(path, "rb") as file:
                content = file.read()
        except OSError:
            continue
        read += 1
        found += [f"in {path}: {name}" for form, name in needles.forms.items() if form in content]
    for text in found:
        print(text, file=sys.stderr)
    if label and not seen:
        found.append("")
        print(f"the scan does not see {label!r}, which must be there", file=sys.stderr)
    print(f"scanned {scanned} processes ({octets >> 20} MiB) and {read} files: {'FOUND' if found else 'no secret'}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
