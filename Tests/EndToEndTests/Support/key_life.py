"""The life of security keys: made, used, backed up, used, the machine lost, restored elsewhere, used there.

    key_life.py

A key's eligibility for backups never changes, "backed up" is said only after a verified backup, counters never fall,
outputs of hmac-secret stay the same, and keys that are bound to a machine come back as what has to be verified.
"""

from key_owner import *

FOB = os.path.join(BIN, "fob")
SITE, HASH = "life.example", os.urandom(32)
SALTS = os.urandom(64)
BACKED_UP, NEEDS_VERIFICATION = 16, 32


def fob(home, *arguments):
    """Runs fob, which may read the passphrase from its standard input."""
    done = subprocess.run(
        [FOB, *arguments], input=PASSPHRASE, capture_output=True, timeout=PATIENCE,
        env={"PATH": os.environ["PATH"], "FOB_HOME": home.path, "HOME": home.path})
    equal(done.returncode, 0, f"{arguments} said {done.stdout!r} {done.stderr!r}")


def used(door, key, flags):
    """Uses a key; checks flags and signature, and returns the counter and what hmac-secret gave."""
    platform = Platform(door.agent, 2)
    sealed = platform.seal(SALTS)
    found = door.get(SITE, HASH, allowed=[key["credential"]],
                     hmac=(2, platform.public, sealed, platform.tag(sealed)))
    equal(found["data"][32], flags | ED, "flags")
    check(verify(key, found["data"] + HASH, found["signature"]), "the signature is wrong")
    output = found["data"][37:].split(b"hmac-secret", 1)[1]
    return int.from_bytes(found["data"][33:37], "big"), platform.open(output[2:])


def listed(door):
    return {key["credential"]: key for key in door.agent.keys()}


old, new = Home().start(), Home().start()
place = os.path.join(old.path, "backups")
door = Door(old)
door.agent.initialize(PASSPHRASE)
synced = {algorithm: door.create(CTAP, SITE, algorithms=[algorithm], flags=DISCOVERABLE | HMAC_SECRET,
                                 handle=str(algorithm).encode()) for algorithm in (ES256, EDDSA)}
bound = door.create(CTAP, SITE, flags=HMAC_SECRET, kind=2)
secrets = {}
for algorithm, key in synced.items():
    equal(key["flags"] & (BE | BS), BE, "a new synced key")
    counter, secrets[algorithm] = used(door, key, UP | BE)
    equal(counter, 0, "its counter")
equal(bound["flags"] & (BE | BS), 0, "a new bound key")
equal([used(door, bound, UP)[0] for _ in range(2)], [1, 2], "counters of a bound key")

# Sealed is not backed up; shipped, read back and opened by the agent is.
fob(old, "backup", "add", "disk", "--folder", place)
for key in synced.values():
    used(door, key, UP | BE)
fob(old, "backup", "now")
for algorithm, key in synced.items():
    counter, secret = used(door, key, UP | BE | BS)
    equal((counter, secret), (0, secrets[algorithm]), "after the backup")
    check(listed(door)[key["credential"]]["traits"] & BACKED_UP, "the list does not tell of the backup")
equal(used(door, bound, UP)[0], 3, "the counter of a bound key after the backup")

# One that was made after the backup has not been backed up, and the others still are.
late = door.create(CTAP, SITE, flags=HMAC_SECRET)
used(door, late, UP | BE)
used(door, synced[ES256], UP | BE | BS)
old.kill()

# The machine is lost.
fob(new, "restore", place, "--yes", "--passphrase-fd", "0")
door = Door(new)
door.agent.unlock(PASSPHRASE)
for algorithm, key in synced.items():
    counter, secret = used(door, key, UP | BE | BS)
    equal((counter, secret), (0, secrets[algorithm]), "restored")
there = listed(door)
equal(set(there), {key["credential"] for key in (*synced.values(), bound)}, "keys that came back")
check(there[bound["credential"]]["traits"] & NEEDS_VERIFICATION, "a bound key does not say that it needs verification")
equal(door.get(SITE, HASH, asks="presence", allowed=[bound["credential"]]), 16, "a bound key on another machine")

# Restored once more where the bound key is: it stays, and its counter goes on.
old.start()
door = Door(old)
door.agent.unlock(PASSPHRASE)
fob(old, "restore", place, "--yes", "--passphrase-fd", "0")
equal(used(door, bound, UP)[0], 4, "the counter of a bound key after a restore over it")
used(door, synced[EDDSA], UP | BE | BS)
used(door, late, UP | BE)
print(f"{len(synced)} synced keys and a bound one")
