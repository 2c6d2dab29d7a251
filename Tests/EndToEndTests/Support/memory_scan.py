"""Scans the agent's memory after each kind of request for every stored secret, passphrase and derived key.

    memory_scan.py secret      with memfd_secret(2): the locked region cannot be read at all
    memory_scan.py shielded    without: the locked region is read too, and must hold nothing in the clear

In both cases there must be no hit anywhere, locked or not.
"""

import sys

from memory import Needles, Scan, mappings
from protocol_client import *
from protocol_client import octets as octets_of
from scratch import *
import vault_keys

SHIELDED = sys.argv[1:] == ["shielded"]
NEW_PASSPHRASE = b"Qtt3 " + os.urandom(15).hex().encode()
BACKUP_PASSPHRASE = b"Bk7 " + os.urandom(15).hex().encode()
WRONG_PASSPHRASE = b"W9x " + os.urandom(15).hex().encode()
PINS = {"motp": b"8351926407519283", "yandex": b"5907714826630418", "ocra": b"6620418839175503"}
LABEL = "a-label-that-is-no-secret-1b7e"
NOW = 1_700_000_000

key = {
    "totp sha1": os.urandom(20), "totp sha256": os.urandom(32), "totp sha512": os.urandom(64),
    "hotp": os.urandom(20), "steam": os.urandom(20), "motp": os.urandom(16), "yandex": os.urandom(16),
    "ocra": os.urandom(32), "confirm": os.urandom(20),
}

needles = Needles()
for name, value in key.items():
    needles.add(f"the key of {name}", value)
for name, value in PINS.items():
    needles.add(f"the PIN of {name}", value)
needles.add("HMAC's key of yandex", hashlib.sha256(PINS["yandex"] + key["yandex"]).digest().lstrip(b"\0"))
needles.add("the hashed PIN of ocra", hashlib.sha1(PINS["ocra"]).digest())
needles.put("the text that mOTP hashes", f"{NOW // 10}{key['motp'].hex()}".encode()[:24])
needles.add("the passphrase", PASSPHRASE)
needles.add("the new passphrase", NEW_PASSPHRASE)
needles.add("a wrong passphrase", WRONG_PASSPHRASE)

control = Needles()
control.put("a label", LABEL.encode())

steps, octets, locked = 0, 0, 0
failures = []


def look(all):
    """A scan and the locked regions, unless a worker has taken or given back one meanwhile, or a mapping has shrunk or gone
    before it was read, as the heap may."""
    before = [mapping for mapping in mappings(pid) if mapping.locked]
    found = Scan(pid, needles, all)
    later = mappings(pid)
    after = [mapping for mapping in later if mapping.locked]
    stays = list(map(str, before)) == list(map(str, after)) and {*map(str, found.unreadable)} <= {*map(str, later)}
    return (found, after) if stays else None


def alone():
    """Waits until the agent has noticed that others have gone, and has dropped what it kept for them."""
    until(lambda: status(agent)["connections"] == 1, "only one connection is left")


def scan(what, passphrase=PASSPHRASE, all=False):
    """One look, also for the keys of the vault file as it is now."""
    global steps, octets, locked
    with open(os.path.join(home.path, "vault.age"), "rb") as vault:
        for name, value in vault_keys.keys(vault.read(), passphrase).items():
            needles.encodings(name, value)
    found, regions = takes(20, lambda: look(all), "a look at memory that stays where it is")
    steps, octets, locked = steps + 1, octets + found.octets, locked + found.locked
    check(regions, "no locked region is there")
    for region in regions:
        equal(region.is_secret, not SHIELDED, f"memfd_secret is used for {region}")
    unreadable = {mapping.start for mapping in found.unreadable}
    equal(unreadable, set() if SHIELDED else {region.start for region in regions}, "mappings that cannot be read")
    if found.hits:
        failures.append(f"after {what}:\n{found}")


def export(kind):
    """What a client does that exports: it asks, waits for the owner, and fetches."""
    with home.connect() as agent:
        ready = agent.ask(0x30, u8(kind) + u16(0) + u16(0), 0xB0)
        handle, count = ready.u32(), ready.u32()
        equal(count, len(key), "accounts in the export")
        page = agent.ask(0x31, u32(handle) + u32(0), 0xB2 if kind else 0xB1)
        if not kind:
            check(key["totp sha512"] in page.data, "the export holds the secrets")


def lost_vault():
    """The sealed file of another machine, whose secrets are looked for from then on, and its backup."""
    with Home(cheap=True) as other:
        with other.connect() as agent:
            agent.initialize(BACKUP_PASSPHRASE)
            for number in range(20):
                lost = os.urandom(20)
                needles.add(f"key {number} of the backup", lost)
                agent.add("Lost", f"l{number}", lost)
            agent.add("Lost", "bound", b"", kind="none", algorithm="none", digits=0, period=0, needs_verification=True)
            name = agent.ask(0x60, u8(0), 0xC2).string()
        with open(os.path.join(other.path, "vault.age"), "rb") as vault:
            sealed = vault.read()
        with open(os.path.join(other.path, "sealed", name), "rb") as backup:
            signed = backup.read()
    needles.add("the passphrase of the backup", BACKUP_PASSPHRASE)
    for name, value in vault_keys.keys(sealed, BACKUP_PASSPHRASE).items():
        needles.encodings(f"{name} of the backup", value)
    return sealed, signed


def opens(agent):
    """None while a caller with a wrong passphrase has to wait."""
    try:
        return agent.open_restore(BACKUP_PASSPHRASE)
    except Refused as error:
        equal(error.code, 75, error.message)


def unlocks(agent, body):
    """None while a caller with a wrong secret has to wait."""
    try:
        agent.ask(UNLOCK, body).end()
        return True
    except Refused as error:
        equal(error.code, 75, error.message)


prefix = []
if SHIELDED:
    need("strace")
    prefix = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=memfd_secret", "-e",
              "inject=memfd_secret:error=ENOSYS"]
home = Home("--test-time", str(NOW), prefix=prefix, cheap=SHIELDED, readable=True).start()
pid = home.pid
with home.connect() as agent:
    memory = status(agent)["memory"]
    if not SHIELDED and memory != 1:
        skip("this kernel has no memfd_secret")
    equal(memory, 2 if SHIELDED else 1, "the kind of memory")

    agent.initialize(PASSPHRASE)
    scan("INIT")

    for algorithm in ("sha1", "sha256", "sha512"):
        agent.add("TOTP", algorithm, key[f"totp {algorithm}"], algorithm=algorithm, digits=8)
    agent.add("HOTP", LABEL, key["hotp"], kind="hotp", counter=7)
    agent.add("Steam", "s", key["steam"], kind="steam", digits=5)
    agent.add("mOTP", "m", key["motp"], kind="motp", algorithm="md5", period=10, pin=PINS["motp"])
    agent.add("Yandex", "y", key["yandex"], kind="yandex", algorithm="sha256", digits=8, pin=PINS["yandex"])
    agent.add("OCRA", "o", key["ocra"], kind="ocra", suite="OCRA-1:HOTP-SHA1-8:QN08-PSHA1")
    agent.add("Confirm", "c", key["confirm"], confirm=True)
    scan("ADD")
    check(Scan(pid, control).hits, "the scan finds what is there: a label")

    for algorithm in ("sha1", "sha256", "sha512"):
        equal(agent.code(f"TOTP/{algorithm}")["code"], totp(key[f"totp {algorithm}"], NOW, 30, 8, algorithm), "TOTP")
        scan(f"a code of TOTP with {algorithm}")
    equal(agent.code("HOTP/")["code"], hotp(key["hotp"], 7), "HOTP")
    scan("a code of HOTP")
    agent.code("Steam/s")
    scan("a code of Steam")
    text = f"{NOW // 10}{key['motp'].hex()}".encode() + PINS["motp"]
    equal(agent.code("mOTP/m")["code"], hashlib.md5(text).hexdigest()[:6], "mOTP")
    scan("a code of mOTP")
    agent.code("Yandex/y")
    scan("a code of Yandex")
    agent.ask(0x11, selector("OCRA/o") + string("12345678") + u16(16) + PINS["ocra"] + u16(0), CODE_REPLY)
    scan("an answer of OCRA")
    refused(65, lambda: agent.ask(
        0x11, selector("OCRA/o") + string("x" * 9) + u16(16) + PINS["ocra"] + u16(0), 0x90), "a bad question")
    scan("a refused answer of OCRA")

    for kind in (0, 1):
        child = apart(lambda: (os.setsid(), export(kind)))
        challenge = until(agent.challenges, "the export's challenge")[0]
        scan("an export was asked for")
        refused(77, lambda: agent.approve(challenge["id"], WRONG_PASSPHRASE), "a wrong passphrase for an export")
        scan("an approval with a wrong passphrase")
        agent.approve(challenge["id"], PASSPHRASE)
        joined(child, "the export")
        alone()
        scan(f"an export of kind {kind}")

    child = apart(lambda: (os.setsid(), home.connect().code("Confirm/c")))
    agent.approve(until(agent.challenges, "the challenge of a code")[0]["id"])
    joined(child, "the code that was confirmed")
    alone()
    scan("a confirmed code")

    # Recovery codes: taken in, shown, used, replaced, printed.
    for turn in range(2):
        codes = [os.urandom(8).hex().encode() for _ in range(10)]
        for number, code in enumerate(codes):
            needles.add(f"recovery code {number} of set {turn}", code)
            needles.put(f"recovery code {number} of set {turn} in capitals", code.upper())
        agent.ask(0x50, selector("TOTP/sha1") + string("gitlab") + u8(0) + u8(1) + u16(len(codes))
                  + b"".join(octets_of(code) + u8(0) for code in codes), 0xD0)
        scan("RECOVERY_SET")
        # A fresh proof of the owner.
        agent.unlock(PASSPHRASE)
        check(codes[0] in agent.ask(0x52, selector("TOTP/sha1") + u8(turn), 0xD2).data, "the next recovery code")
        scan("RECOVERY_NEXT")
        agent.ask(0x53, selector("TOTP/sha1") + octets_of(b"" if turn else codes[3].upper()), 0xD0)
        scan("RECOVERY_USED")
        agent.unlock(PASSPHRASE)
        check(codes[9] in agent.ask(0x54, selector("TOTP/sha1") + u8(2) + u8(0), 0xD4).data, "all recovery codes")
        scan("RECOVERY_SHOW")
    agent.unlock(PASSPHRASE)
    agent.ask(0x54, selector("TOTP/sha1") + u8(0) + u8(1), 0xD4)
    agent.ask(0x51, u32(0), 0xD1)
    scan("RECOVERY_SHOW of the set before and RECOVERY_LIST")

    # Staged accounts, and a frame that comes in parts, take other ways through memory.
    agent.ask(0x25)
    staged = os.urandom(20)
    needles.add("a staged key", staged)
    body = string("Staged") + string("s") + u8(1) + u8(1) + u8(6) + u32(30) + u64(0) + u64(0) + string("") + u16(0) \
        + u8(0) + u32(0) + NOTHING_MORE + u16(20) + staged + u16(0)
    whole = frame(ADD, body, agent.last_id + 1)
    agent.last_id += 1
    for cut in (whole[:30], whole[30:-9], whole[-9:]):
        agent.socket.sendall(cut)
        time.sleep(0.05)
    equal(agent.wait(agent.last_id)[0], 0xA0, "a staged account")
    scan("a staged account")
    agent.ask(0x27)
    scan("a transaction that was given up")
    refused(64, lambda: agent.ask(ADD, body + b"x"), "a malformed ADD")
    scan("a malformed ADD")

    # A backup of another vault.
    sealed, signed = lost_vault()
    agent.begin_restore(sealed)
    with home.connect() as other:
        other.begin_restore(sealed)
        refused(77, lambda: other.open_restore(WRONG_PASSPHRASE), "a wrong passphrase of a backup")
    alone()
    scan("a backup that was not opened")
    until(lambda: opens(agent), "the backup is opened")
    scan("RESTORE_OPEN")
    agent.ask(0x73, u32(0), 0xB9)
    scan("RESTORE_PREVIEW")
    agent.commit_restore()
    scan("RESTORE_COMMIT")
    verified = os.urandom(20)
    needles.add("a key that was made anew", verified)
    agent.ask(0x78, selector("Lost/bound") + u8(1) + u8(1) + u8(6) + u32(30) + u64(0) + u64(0) + string("") + u16(20)
              + verified + u16(0))
    scan("VERIFY")
    agent.undo_import()
    agent.begin_restore(sealed)
    agent.open_restore(BACKUP_PASSPHRASE)
    agent.lock()
    scan("LOCK with an open backup", all=True)
    agent.unlock(PASSPHRASE)

    # With its vault this one becomes one, for a while.
    agent.begin_restore(signed)
    agent.ask(0x72, u8(2) + u8(1) + octets_of(BACKUP_PASSPHRASE) + octets_of(PASSPHRASE), 0xB8)
    scan("RESTORE_OPEN of a join")
    agent.commit_restore()
    scan("RESTORE_COMMIT of a join", BACKUP_PASSPHRASE)
    agent.ask(0x7C, u8(0) + octets_of(BACKUP_PASSPHRASE), 0xF2)
    scan("JOIN_UNDO")

    with home.connect() as other:
        refused(77, lambda: other.unlock(WRONG_PASSPHRASE), "a wrong passphrase")
    alone()
    scan("a wrong passphrase while open")
    agent.ask(0x06, u16(len(PASSPHRASE)) + PASSPHRASE + u16(len(NEW_PASSPHRASE)) + NEW_PASSPHRASE)
    scan("another passphrase", NEW_PASSPHRASE)

    # Recovery codes: shown once, then only their recipients are known.
    body = agent.ask(0x0A, u16(len(NEW_PASSPHRASE)) + NEW_PASSPHRASE + u8(8) + u16(0), 0x8A)
    body.take(4 + 8 + 16 + 32)
    codes = body.list(body.octets)
    for code in codes:
        scalar = vault_keys.hkdf(code, b"", b"fob/recovery-code/x25519/1")
        needles.add("a recovery code", code)
        needles.put("the text of a recovery code", vault_keys.code_text(code))
        needles.add("the identity of a recovery code", scalar)
        needles.put("AGE-SECRET-KEY of a recovery code", vault_keys.secret_key(scalar))
    scan("new recovery codes", NEW_PASSPHRASE)
    agent.ask(0x09, expect=0x89)
    scan("ACCESS", NEW_PASSPHRASE)
    agent.ask(UNLOCK, u8(2) + u16(15) + codes[0]).end()
    scan("a recovery code that was used while open", NEW_PASSPHRASE)
    # A hardware security key: what it has computed, and what follows from that.
    computed = os.urandom(32)
    scalar = vault_keys.hkdf(computed, b"", b"fob/hardware-key/x25519/1")
    needles.add("what a security key has computed", computed)
    needles.add("the identity of a security key", scalar)
    needles.put("AGE-SECRET-KEY of a security key", vault_keys.secret_key(scalar))
    agent.ask(0x2F, octets_of(NEW_PASSPHRASE) + octets_of(computed) + string("blue") + octets_of(os.urandom(64))
              + os.urandom(32) + u8(0) + string("fob"), 0x8B)
    scan("HARDWARE_ADD", NEW_PASSPHRASE)
    agent.ask(UNLOCK, u8(3) + octets_of(computed)).end()
    scan("UNLOCK by a security key while open", NEW_PASSPHRASE)
    with open(os.path.join(home.path, "vault.age"), "rb") as vault:
        agent.begin_restore(vault.read())
    agent.ask(0x72, u8(0) + u8(5) + octets_of(computed) + octets_of(b""), 0xB8)
    scan("RESTORE_OPEN by a security key", NEW_PASSPHRASE)
    agent.ask(0x75).end()
    agent.lock()
    scan("LOCK after that", NEW_PASSPHRASE, all=True)
    other = os.urandom(32)
    needles.add("what another security key has computed", other)
    with home.connect() as caller:
        refused(77, lambda: caller.ask(UNLOCK, u8(3) + octets_of(other)), "another security key")
    scan("another security key while locked", NEW_PASSPHRASE)
    until(lambda: unlocks(agent, u8(3) + octets_of(computed)), "UNLOCK by a security key")
    scan("UNLOCK by a security key", NEW_PASSPHRASE)
    agent.ask(0x0D, u16(len(NEW_PASSPHRASE)) + NEW_PASSPHRASE)
    scan("a rotation", NEW_PASSPHRASE)
    agent.lock()
    scan("LOCK", NEW_PASSPHRASE, all=True)
    with home.connect() as other:
        refused(77, lambda: other.ask(UNLOCK, u8(2) + u16(15) + codes[0]), "a used recovery code")
    scan("a used recovery code while locked", NEW_PASSPHRASE)
    agent.ask(UNLOCK, u8(2) + u16(15) + codes[1]).end()
    scan("UNLOCK by a recovery code", NEW_PASSPHRASE)
    agent.lock()
    scan("LOCK after that", NEW_PASSPHRASE, all=True)
    refused(77, lambda: agent.unlock(PASSPHRASE), "the old passphrase")
    scan("a wrong passphrase while locked", NEW_PASSPHRASE)
    agent.unlock(NEW_PASSPHRASE)
    scan("UNLOCK", NEW_PASSPHRASE)
    agent.code("TOTP/sha1")
    agent.unlock(NEW_PASSPHRASE)
    scan("UNLOCK while open", NEW_PASSPHRASE)
    agent.lock()
    scan("the second LOCK", NEW_PASSPHRASE, all=True)
    left = len(Scan(pid, control).hits)
    os.kill(pid, signal.SIGUSR1)
    agent.unlock(NEW_PASSPHRASE)
    os.kill(pid, signal.SIGUSR1)
    until(lambda: status(agent)["vault"] == "locked", "SIGUSR1 locks")
    scan("SIGUSR1", NEW_PASSPHRASE, all=True)
check(not SHIELDED or locked > 0, "the locked region was read")
equal(home.stop(), 0, "the agent's status")
check(not failures, "secrets were found\n" + "\n".join(failures))
print(f"{steps} scans, {len(needles.forms)} needles, {octets >> 20} MiB read, {locked >> 10} KiB of it locked: 0 hits "
      f"({left} labels left after lock)")
