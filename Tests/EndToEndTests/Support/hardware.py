"""Hardware security keys that open a vault, played by the authenticators of other vaults: fob-hardware reaches them through
libfido2 over their sockets of packets.

    hardware.py open|failures|restore|memory
"""

import json

from memory import Needles, Scan
from protocol_client import octets, u8, u32
from security_key import *

NEW = b"a new life after the flood 9"
PIN = "4711 is no PIN"
RFC_SECRET = b"12345678901234567890"


def fob(home, *arguments, status=0, secrets=None):
    done = fob_with(home, secrets, *arguments, new_session=True)
    out, err = done.stdout.decode(), done.stderr.decode()
    equal(done.returncode, status, f"fob {' '.join(arguments)} said {out!r} {err!r}")
    return out + err


class Key(KeyHome):
    """The authenticator of a vault of its own, and who touches it."""

    def __init__(self, pin=None):
        super().__init__(profile="pin-only")
        self.start()
        self.person = Person(self)
        self.device = f"unix:{self.ctap}"
        self.pin = pin and pin.encode()
        if pin:
            with self.connect() as agent:
                agent.ask(0x5A, u8(1) + octets(PASSPHRASE) + octets(self.pin) + u32(0))

    @property
    def tries(self):
        with self.connect() as agent:
            return agent.pin_state()["retries"]

    def remove(self):
        self.person.go()
        super().remove()


def new_vault():
    home = Home().start()
    with home.connect() as agent:
        agent.initialize(PASSPHRASE)
        agent.add("Example", "alice", RFC_SECRET)
    return home


def add(home, key, *arguments, status=0, secrets=None):
    secrets = {"--passphrase-fd": PASSPHRASE, **({"--pin-fd": key.pin} if key.pin else {}), **(secrets or {})}
    return fob(home, "access", "add", "--security-key", "--device", key.device, *arguments, secrets=secrets,
               status=status)


def by_key(home, key, *verb, status=0, pin=None, **secrets):
    given = pin or key.pin
    if given:
        secrets["--pin-fd"] = given
    return fob(home, *(verb or ["unlock"]), "--security-key", "--device", key.device, secrets=secrets, status=status)


def lock(home):
    fob(home, "lock")


def is_open(home):
    with home.connect() as agent:
        return status(agent)["vault"] == "unlocked"


def methods(home):
    return json.loads(fob(home, "access", "list", "--json"))["ways"]


def generation(home):
    with open(os.path.join(home.path, "vault.age"), "rb") as vault:
        return vault.read()


def stanzas(sealed):
    return [line.split() for line in sealed.split(b"\n---", 1)[0].split(b"\n") if line.startswith(b"-> ")]


def opens():
    """A key is added, the vault locked, the passphrase forgotten; a second key; one is removed."""
    first, second = Key(), Key(PIN)
    home = new_vault()
    add(home, first)
    added = [way for way in methods(home) if way["kind"] == "security_key"]
    equal([way["label"] for way in added], ["security key"], "methods of security keys")
    named = [stanza for stanza in stanzas(generation(home)) if stanza[1] == b"fob-hardware"]
    equal([stanza[3:] for stanza in named], [[b"touch", b"fob"]], "the head's stanzas")
    lock(home)
    by_key(home, first)
    check(is_open(home), "the vault is not open")
    equal(fob(home, "code", "alice", "--json").count('"code"'), 1, "codes of a vault that a key has opened")
    # Once more while it is open: a fresh proof.
    by_key(home, first)

    said = add(home, second, "--name", "blue", "--verify", "--json")
    check(json.loads(said.strip().split("\n")[-1] if "{" not in said.split("\n")[0] else said.split("\n")[0])["done"],
          "the second key is not added")
    lock(home)
    by_key(home, second)
    check(is_open(home), "the second key does not open the vault")
    lock(home)
    by_key(home, first)

    # A passphrase that is forgotten is replaced.
    lock(home)
    by_key(home, first, "passphrase", **{"--new-passphrase-fd": NEW})
    lock(home)
    fob(home, "unlock", secrets={"--passphrase-fd": PASSPHRASE}, status=77)
    fob(home, "unlock", secrets={"--passphrase-fd": NEW})

    # A key that was removed opens what was sealed before, and nothing new.
    before = generation(home)
    fob(home, "access", "remove", "security key", secrets={"--passphrase-fd": NEW})
    equal([way["label"] for way in methods(home) if way["kind"] == "security_key"], ["blue"], "methods that are left")
    lock(home)
    said = by_key(home, first, status=16)
    check("no security key" in said, f"a removed key: {said}")
    check(not is_open(home), "a removed key opens the vault")
    by_key(home, second)
    lock(home)
    home.stop()
    after = generation(home)
    with open(os.path.join(home.path, "vault.age"), "wb") as vault:
        vault.write(before)
    home.start()
    by_key(home, first)
    lock(home)
    home.stop()
    with open(os.path.join(home.path, "vault.age"), "wb") as vault:
        vault.write(after)
    return "two keys, one removed; a forgotten passphrase replaced"


if __name__ == "__main__":
    task = {"open": opens}[sys.argv[1]]
    print(task())
