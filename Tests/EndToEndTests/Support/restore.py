"""`fob restore`: the machine is lost, a backup comes back by every way in; then what must not happen.

    restore.py
"""

from imports import *
from faults import check_chain, key_of, vault_of

FULL_OUTCOMES = ("new", "same", "differs", "needs_verification", "only_here", "newer", "removed", "in_trash")
figures = {"restored": 0, "refused": 0, "codes": 0}


def run(home, *arguments, status=0, input=b"", descriptors=None):
    """fob with secrets on descriptors: {option: octets}."""
    done = Outcome(fob_with(home, descriptors, *arguments, input=input))
    equal(done.status, status, f"{' '.join(arguments)} said {done.out!r} {done.err!r}")
    return done


def approve(home):
    with home.connect() as agent:
        agent.approve(until(agent.challenges, "an export is asked about")[0]["id"], PASSPHRASE)


def oathtool(key, kind, moment):
    command = ["oathtool", "-b"] + (["-c", str(moment)] if kind == "hotp" else ["--totp", "-N", f"@{moment}"])
    done = subprocess.run(command + ["-"], input=base64.b32encode(key), capture_output=True, check=True)
    return done.stdout.decode().strip()


def look(home, wanted, what, counters=None):
    """Every account in this order, each with the code that oathtool gives."""
    equal(names(home), wanted, f"{what}: accounts")
    with home.connect() as agent:
        for account in agent.accounts():
            key = KEYS[account["issuer"], account["name"].split(" (")[0]]
            if account["state"] != "ok":
                refused(7, lambda: agent.code(id=account["id"]), f"{what}: a code that needs verification")
                continue
            if account["kind"] == "hotp" and counters:
                equal(account["counter"], counters[account["name"]], f"{what}: counter of {account['name']}")
            code = agent.code(id=account["id"])
            moment = code["counter"] if account["kind"] == "hotp" else code["valid_from"]
            equal(code["code"], oathtool(key, account["kind"], moment), f"{what}: the code of {account['name']}")
            figures["codes"] += 1


def file_of(home, name, octets):
    path = os.path.join(home.path, name)
    with open(path, "wb") as file:
        file.write(octets)
    return path


def backup_of(home):
    """Its newest backup."""
    fob(home, "backup", "now")
    sealed = os.path.join(home.path, "sealed")
    names = [name for name in os.listdir(sealed) if name.startswith("fob-") and name.endswith(".age")]
    with open(os.path.join(sealed, max(names, key=lambda name: int(name.rsplit("-", 1)[1][:-4]))), "rb") as file:
        return file.read()


def patient(agent):
    """Whoever was wrong waits a moment."""
    try:
        return agent.open_restore(PASSPHRASE)
    except Refused as error:
        equal(error.code, 75, error.message)


need("oathtool", "age", "age-keygen")
KEYS = {("Forge", f"user {number}"): key_of(f"user {number}") for number in range(30)}
KEYS["Bank", "counter"] = key_of("counter")

# The machine that will be lost.
lost = Home().start()
with lost.connect() as agent:
    agent.initialize(PASSPHRASE)
    for (issuer, name), key in KEYS.items():
        agent.add(issuer, name, key, kind="hotp" if name == "counter" else "totp", counter=7 if name == "counter" else 0,
                  note="a note" if name == "user 3" else "", tags=["work"] if name == "user 4" else [])
    agent.add("Work", "sealed key", b"", kind="none", algorithm="none", digits=0, period=0, needs_verification=True)
fob(lost, "order", "user 7", "first")
fob(lost, "order", "counter", "after", "user 2")
fob(lost, "settings", "--idle", "10m")
fob(lost, "recovery", "import", "--service", "github", "user 5", "-", "--json",
    input=b"1a2b3-c4d5e\n5f6a7-b8c9d\n9e8d7-c6b5a\n")
order = names(lost)
KEYS["Work", "sealed key"] = b""
identity = os.path.join(lost.path, "identity.txt")
subprocess.run(["age-keygen", "-o", identity], check=True, capture_output=True)
with open(identity) as file:
    text = file.read()
recipient = next(line.split()[-1] for line in text.splitlines() if "public key" in line)
with lost.connect() as agent:
    helper = Elsewhere(approve, lost)
    body = agent.ask(0x30, b"\1\0\0" + protocol_client.strings([recipient]), 0xB0)
    helper.result()
    handle, _, size, exported, start = body.u32(), body.u32(), body.u64(), b"", 0
    while True:
        page = agent.ask(0x31, protocol_client.u32(handle) + protocol_client.u32(start), 0xB2)
        start = page.u32()
        exported += page.take(page.u32())
        if start == 0:
            break
sealed = vault_of(lost)
equal(lost.stop(), 0, "the agent's end")
keep = tempfile.mkdtemp(prefix="fob-")
atexit.register(shutil.rmtree, keep, True)
shutil.copy(identity, keep)
identity = os.path.join(keep, "identity.txt")
folder = os.path.join(keep, "backups")
os.mkdir(folder)
for number, octets in enumerate([exported, sealed]):
    with open(f"{folder}/fob-a0a1a2a3-2026110{number + 1}T030405Z-{number + 1}.age", "wb") as file:
        file.write(octets)
backup = f"{folder}/fob-a0a1a2a3-20261102T030405Z-2.age"
lost.remove()

# A fresh machine, by the passphrase: the newest of the folder, and nothing was there before.
with Home() as home:
    done = run(home, "restore", folder, "--yes", descriptors={"--passphrase-fd": PASSPHRASE})
    for told in ("2 backups in", "31 new, 1 needs verification", "test code: Forge/user 7", "fob verify 'Work/sealed key'",
                 "restore --undo", "1 set of recovery codes"):
        check(told in done.out + done.err, f"the screen does not tell {told!r}: {done.out}{done.err}")
    look(home, order, "by the passphrase", {"counter": 7})
    equal("10m" in fob(home, "settings").out, True, "the settings that came back")
    equal(fob(home, "recovery", "list", "--json").json()["sets"][0]["left"], 3, "recovery codes left")
    check("a note" in fob(home, "show", "user 3").out, "the note that came back")
    # The passphrase that opened the backup is the vault's.
    fob(home, "lock")
    run(home, "unlock", descriptors={"--passphrase-fd": PASSPHRASE})
    # The account that was bound to the old machine gets its new key.
    KEYS["Work", "sealed key"] = key_of("new")
    new = base64.b32encode(key_of("new")).decode()
    fob(home, "verify", "sealed key", input=f"otpauth://totp/Work:x?secret={new}".encode())
    look(home, order, "after the verification")
    fob(home, "verify", "sealed key", input=new.encode(), status=9)
    check("account.verify" in fob(home, "log", "--json").out, "the verification is not in the log")
    # Once more: nothing comes in, and counters do not go back.
    before = fob(home, "status", "--json").json()["vault"]["revision"]
    again = json.loads(run(home, "restore", backup, "--json", descriptors={"--passphrase-fd": PASSPHRASE}).out)
    equal([again["counts"][word] for word in FULL_OUTCOMES], [0, 32, 0, 0, 0, 0, 0, 0], "the second restore")
    equal(fob(home, "status", "--json").json()["vault"]["revision"], before, "the revision after it")
    look(home, order, "after the second restore", {"counter": 9})
    figures["restored"] += 2
    # All of it can be taken back.
    check("vault.restore" in fob(home, "log", "--json").out, "the restore is not in the log")
    fob(home, "restore", "--undo", "--yes")
    equal(names(home), [], "accounts after the undo")
    fob(home, "untrash", "user 7")
    equal(names(home), ["Forge/user 7"], "what came back from the trash")
    equal(home.stop(), 0, "the agent's end")
    check_chain(home, "a restored vault")

# By the identity of a recovery account, from the export: that has no way in of its own.
KEYS["Work", "sealed key"] = b""
for name in ("plain", "sealed", "armored"):
    with Home() as home:
        path, descriptors = identity, {"--new-passphrase-fd": b"the new passphrase 5"}
        if name == "sealed":
            # As recovery-key.age is: an identity under a passphrase, cheap here.
            path = os.path.join(keep, "recovery-key.age")
            if shutil.which("script"):
                subprocess.run(["script", "-qec", f"age -p -o {path} {identity}", "/dev/null"], input=b"kit pass\nkit pass\n",
                               capture_output=True, timeout=60)
            if not os.path.exists(path):
                continue
            descriptors["--passphrase-fd"] = b"kit pass"
        source = f"{folder}/fob-a0a1a2a3-20261101T030405Z-1.age"
        if name == "armored":
            source = os.path.join(keep, "armored.age")
            plain = subprocess.run(["age", "-d", "-i", identity], input=exported, capture_output=True, check=True).stdout
            armored = subprocess.run(["age", "-a", "-r", recipient], input=plain, capture_output=True, check=True).stdout
            file_of(home, "armored.age", armored)
            source = os.path.join(home.path, "armored.age")
        done = run(home, "restore", source, "--identity", path, "--json", descriptors=descriptors).out
        told = json.loads(done)
        equal((told["makes_vault"], told["counts"]["new"], told["counts"]["needs_verification"]), (True, 31, 1), name)
        look(home, order, f"by an identity, {name}")
        fob(home, "lock")
        run(home, "unlock", status=77, descriptors={"--passphrase-fd": PASSPHRASE})
        run(home, "unlock", descriptors={"--passphrase-fd": b"the new passphrase 5"})
        figures["restored"] += 1

# Into a vault that has accounts of its own: a merge, previewed, and undone.
with Home() as home:
    with home.connect() as agent:
        agent.initialize(b"another passphrase 9")
        agent.add("Bank", "counter", key_of("counter"), kind="hotp", counter=4)
        agent.add("Forge", "user 3", key_of("somebody else"))
        agent.add("Own", "me", key_of("me"))
        before = vault_of(home)
        preview = run(home, "restore", folder, "--pick", "1", "--dry-run", descriptors={"--passphrase-fd": PASSPHRASE}).out
        for told in ("differs", "user 3 (restored 20", "counter goes up", "of another vault"):
            check(told in preview, f"the preview does not tell {told!r}: {preview}")
        equal(vault_of(home), before, "the vault after a preview")
        told = json.loads(run(home, "restore", backup, "--json", descriptors={"--passphrase-fd": PASSPHRASE}).out)
        equal([told["counts"][word] for word in FULL_OUTCOMES], [29, 1, 1, 1, 2, 0, 0, 0], "what came in")
        # It is another vault's: it only adds.
        equal(told["settings"], "same", "settings of an untouched vault")
        found = agent.accounts()
        equal([account["name"] for account in found[:3]], ["counter", "user 3", "me"], "those that were there")
        equal(found[0]["counter"], 7, "the counter")
        rest = [label.split("/")[1] for label in order if label != "Bank/counter"]
        equal([account["name"].split(" (")[0] for account in found[3:]], rest, "those that came in, in their order")
        for name, key in (("Forge/user 3", "somebody else"), (found[3 + rest.index("user 3")]["name"], "user 3")):
            code = agent.code(name)
            equal(code["code"], oathtool(key_of(key), "totp", code["valid_from"]), f"the code of {name}")
        fob(home, "restore", "--undo", "--yes")
        equal(names(home), ["Bank/counter", "Forge/user 3", "Own/me"], "accounts after the undo")
        equal(agent.accounts()[0]["counter"], 4, "the counter after the undo")
    figures["restored"] += 1

# What does not open, or is something else: told, and nothing is changed.
newer = subprocess.run(
    ["age", "-r", recipient], input=b"fob-records 2\n" + b"\xff" + bytes(4096 - 15), capture_output=True,
    check=True).stdout
for there in (False, True):
    with Home() as home:
        if there:
            with home.connect() as agent:
                agent.initialize(PASSPHRASE)
                agent.add("Own", "me", key_of("me"))
        flipped = bytearray(sealed)
        flipped[len(sealed) // 2] ^= 1
        stranger = os.path.join(home.path, "stranger.txt")
        subprocess.run(["age-keygen", "-o", stranger], check=True, capture_output=True)
        files = os.path.join(home.path, "files")
        os.mkdir(files)

        def put(name, octets):
            with open(os.path.join(files, name), "wb") as file:
                file.write(octets)
            return os.path.join(files, name)

        word, known = {"--passphrase-fd": PASSPHRASE}, ("--identity", identity)
        for status, said, arguments, descriptors in [
            (77, "does not open", [backup], {"--passphrase-fd": b"a wrong passphrase"}),
            (77, "does not open", [backup, "--identity", stranger], {}),
            (77, "no passphrase", [f"{folder}/fob-a0a1a2a3-20261101T030405Z-1.age"], word),
            (65, "no age identity", [backup, "--identity", put("nothing.txt", b"hello\n")], {}),
            (10, "damaged", [put("truncated", sealed[:-100])], word),
            (10, "damaged", [put("header", sealed[:150])], word),
            (10, "damaged", [put("flipped", bytes(flipped))], word),
            (10, "damaged", [put("longer", sealed + b"x")], word),
            (65, "never completed", [put("empty", b"")], word),
            (65, "not an age file", [put("foreign", b"PK\3\4" + bytes(5000))], word),
            (10, "newer release", [put("newer", newer), *known], {}),
            (66, "", [os.path.join(files, "absent")], word),
            (66, "no backup", [os.path.join(home.path, "files")], word),
            (64, "2 backups", [folder, "--pick", "3"], word),
            (64, "no source", [], word),
        ]:
            done = run(home, "restore", *arguments, "--no-ask", status=status, descriptors=descriptors)
            check(said in done.err and ("hint: " in done.err), f"{arguments}: said {done.err!r}")
            figures["refused"] += 1
        if there:
            equal(names(home), ["Own/me"], "accounts after refusals")
        else:
            check(not os.path.exists(os.path.join(home.path, "vault.age")), "a refused restore made a vault")

# The protocol's own bounds.
with Home() as home:
    with home.connect() as agent:
        for code, type, body in [
            (64, 0x71, protocol_client.u32(1) + b"x"), (64, 0x72, b"\0\1" + protocol_client.octets(b"x")), (64, 0x75, b""),
            (64, 0x73, bytes(4)), (64, 0x74, bytes(4)), (64, 0x70, bytes(4)),
            (64, 0x70, protocol_client.u32((64 << 20) + 1)),
        ]:
            refused(code, lambda: agent.ask(type, body), f"{type:#x} out of turn")
        # A client of version 1 says less, and is told the same.
        with home.connect(hello=False) as old:
            old.hello(1, 1)
            old.begin_restore(sealed)
            old.ask(0x72, b"\0\1" + protocol_client.octets(PASSPHRASE), 0xB8)
            old.ask(0x75).end()
        agent.begin_restore(sealed)
        refused(64, lambda: agent.ask(0x71, protocol_client.u32(1) + b"x"), "more than was said")
        refused(64, lambda: agent.ask(0x70, protocol_client.u32(5)), "a second file")
        refused(77, lambda: agent.open_restore(b"wrong"), "a wrong passphrase")
        told = until(lambda: patient(agent), "the right one")
        equal((told["makes_vault"], told["needs_passphrase"], told["counts"][0]), (True, False, 31), "what was told")
        with home.connect() as second, home.connect() as third:
            second.begin_restore(sealed)
            refused(75, lambda: third.ask(0x70, protocol_client.u32(5)), "a third file")
        # A lock forgets what was opened.
        agent.lock()
        refused(64, lambda: agent.commit_restore(), "what was opened before a lock")
        agent.begin_restore(sealed)
        agent.open_restore(PASSPHRASE)
        # Another client was faster.
        with home.connect() as other:
            other.initialize(b"somebody else's")
        refused(9, lambda: agent.commit_restore(), "a vault that came meanwhile")
        agent.ask(0x75).end()
        # The vault changes between the preview and the end: both are in it.
        agent.begin_restore(sealed)
        agent.open_restore(PASSPHRASE)
        agent.add("Meanwhile", "added", key_of("meanwhile"))
        equal(agent.commit_restore()["counts"][4], 1, "accounts that are only here, in the end")
        equal(len(agent.accounts()), len(order) + 1, "accounts of both")
# Two machines take over each other's changes.
with Home() as one, Home() as two:
    with one.connect() as left, two.connect() as right:
        for agent in (left, right):
            agent.begin_restore(sealed)
            agent.open_restore(PASSPHRASE)
            agent.commit_restore()
        left.add("Left", "new", key_of("left"))
        right.add("Right", "new", key_of("right"))
        left.add("Both", "me", key_of("both, left"))
        right.add("Both", "me", key_of("both, right"))
        left.ask(0x22, protocol_client.selector("user 8")).end()
        used = [left.code("counter")["counter"], right.code("counter")["counter"], right.code("counter")["counter"]]
        equal(used, [7, 7, 8], "counters that were used apart")
        for _ in range(2):
            for home, agent, other in ((one, left, two), (two, right, one)):
                # What no key has signed is not another machine's, whatever opens it.
                agent.begin_restore(vault_of(other))
                refused(65, lambda: agent.open_restore(PASSPHRASE, sync=True), "a sync with a file without a signature")
                agent.ask(0x75).end()
                agent.begin_restore(backup_of(other))
                agent.open_restore(PASSPHRASE, sync=True)
                agent.commit_restore(source="")

        def shape(agent):
            return [(account["id"], account["name"], account["counter"]) for account in agent.accounts()]

        equal(shape(left), shape(right), "the accounts of both")
        found = {account["name"].split(" (")[0]: account for account in left.accounts()}
        equal(len(left.accounts()), len(order) - 1 + 4, "how many they are")
        check("user 8" not in found, "what was removed is there")
        equal(left.code("counter")["counter"], 9, "the counter of both")
        for agent in (left, right):
            sides = set()
            for account in agent.accounts():
                if account["issuer"] == "Both":
                    code = agent.code(id=account["id"])
                    sides |= {side for side in ("left", "right")
                              if oathtool(key_of(f"both, {side}"), "totp", code["valid_from"]) == code["code"]}
            equal(sides, {"left", "right"}, "whose keys the two accounts of one name have")

print(", ".join(f"{name} {figures[name]}" for name in figures))
