"""Looks for secrets in the memory of another process: raw, hexadecimal, base32, base64, and as HMAC's padded keys."""

import base64
import re

PAGE = 4096
ZEROS = bytes(PAGE)


class Needles:
    """What must not be found, in every form in which it could lie around, by name."""

    def __init__(self):
        self.forms = {}

    def add(self, name, secret, parts=True):
        """Also parts of long secrets are looked for: a dead stack frame may be overwritten in part."""
        assert len(secret) >= 12, f"{name} is too short to be told from chance"
        self.encodings(name, secret)
        if parts and len(secret) >= 20:
            self.put(f"{name}, first 12 octets", secret[:12])
            self.put(f"{name}, last 12 octets", secret[-12:])
        if len(secret) <= 64:
            for mark, pad in (("inner", 0x36), ("outer", 0x5C)):
                self.put(f"{name}, {mark} key of HMAC", bytes(octet ^ pad for octet in secret))

    def encodings(self, name, secret):
        self.put(name, secret)
        self.put(f"{name}, hex", secret.hex().encode())
        self.put(f"{name}, HEX", secret.hex().upper().encode())
        # Without padding, which would only make the needle longer.
        base32 = base64.b32encode(secret).rstrip(b"=")
        self.put(f"{name}, base32", base32)
        self.put(f"{name}, base32 in small letters", base32.lower())
        # Inside a longer text it may begin at any of three bits: the characters that hang together with neighbours
        # are left out.
        for shift in range(3):
            text = base64.b64encode(bytes(shift) + secret)
            text = text[-(-shift * 8 // 6):(shift + len(secret)) * 8 // 6]
            self.put(f"{name}, base64", text)
            self.put(f"{name}, base64url", text.replace(b"+", b"-").replace(b"/", b"_"))

    def put(self, name, octets):
        self.forms.setdefault(octets, name)


class Mapping:
    """A line of /proc/PID/maps."""

    def __init__(self, line):
        fields = line.split(maxsplit=5)
        self.start, self.end = (int(part, 16) for part in fields[0].split("-"))
        self.flags = fields[1]
        self.name = fields[5].strip() if len(fields) > 5 else ""
        self.locked = False

    @property
    def is_secret(self):
        """memfd_secret(2): the kernel itself has no mapping of these pages, so not even root can read them."""
        return self.name.startswith("/secretmem")

    def __str__(self):
        return f"{self.start:x}-{self.end:x} {self.flags} {self.name}".strip()


def mappings(pid):
    """All of a process, with whether they are locked (the flag lo of smaps; with memfd_secret as well)."""
    found = []
    with open(f"/proc/{pid}/smaps") as lines:
        for line in lines:
            if re.match(r"[0-9a-f]+-[0-9a-f]+ ", line):
                found.append(Mapping(line))
            elif line.startswith("VmFlags:"):
                found[-1].locked = "lo" in line.split()
    return found


class Scan:
    """One look at all readable memory."""

    def __init__(self, pid, needles, all=True):
        """With `all`, also what the process cannot write."""
        self.hits, self.unreadable, self.octets, self.locked = [], [], 0, 0
        with open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
            for mapping in mappings(pid):
                if mapping.flags[0] != "r" or mapping.name in ("[vvar]", "[vvar_vclock]"):
                    continue
                if not all and mapping.flags[1] != "w":
                    continue
                self.look(memory, mapping, needles)

    def look(self, memory, mapping, needles):
        run = bytearray()
        start = at = mapping.start
        while at < mapping.end:
            try:
                memory.seek(at)
                data = memory.read(min(1 << 20, mapping.end - at))
            except OSError:
                data = b""
            if not data:
                self.unreadable.append(mapping)
                break
            self.octets += len(data)
            self.locked += len(data) if mapping.locked else 0
            # Pages of zeros, most of all, cannot hold anything.
            for page in range(0, len(data), PAGE):
                part = data[page:page + PAGE]
                if part != ZEROS[:len(part)]:
                    if not run:
                        start = at + page
                    run += part
                elif run:
                    self.find(run, start, mapping, needles)
                    run.clear()
            at += len(data)
        if run:
            self.find(run, start, mapping, needles)

    def find(self, run, start, mapping, needles):
        run = bytes(run)
        for octets, name in needles.forms.items():
            at = run.find(octets)
            while at >= 0:
                self.hits.append((name, start + at, mapping))
                at = run.find(octets, at + 1)

    def __str__(self):
        return "\n".join(f"  {name} at {at:x} in {mapping}" for name, at, mapping in self.hits)
