"""What fob seals, the stock `age` program opens: exports for other recipients and for the vault's own ways in, the
vault, and each older generation. What comes out is read by the rules of fob-vault(5)."""

import struct

from faults import *

need("age", "age-keygen")
figures = collections.Counter()
EXPORT, APPROVE, EXPORT_PAGE, EXPORT_READY, EXPORT_BYTES = 0x30, 0x42, 0x31, 0xB0, 0xB2
VAULT, WAY_IN, ACCOUNT, CREDENTIAL = 1, 2, 4, 5


def keygen(home, name):
    """An identity file and its recipient."""
    path = os.path.join(home.path, name)
    subprocess.run(["age-keygen", "-o", path], check=True, capture_output=True)
    with open(path) as file:
        return path, next(line.split()[-1] for line in file if "public key" in line)


def decrypted(sealed, identity, what):
    done = subprocess.run(["age", "-d", "-i", identity], input=sealed, capture_output=True)
    equal(done.returncode, 0, f"{what}: age ({done.stderr.decode()})")
    figures["opened by age"] += 1
    return done.stdout


def records(payload, what):
    """Kind and fields of each record; a field that repeats counts once here."""
    check(payload.startswith(b"fob-records 1\n") and len(payload) % 4096 == 0, f"{what}: the payload's form")
    found, at = [], 14
    while payload[at] != 255:
        kind, length = payload[at], struct.unpack_from(">I", payload, at + 33)[0]
        body, fields, inside = payload[at + 37:at + 37 + length], {}, 0
        while inside < length:
            tag, size = struct.unpack_from(">BH", body, inside)
            fields[tag] = body[inside + 3:inside + 3 + size]
            inside += 3 + size
        equal(inside, length, f"{what}: the fields of a record")
        found.append((kind, fields))
        at += 37 + length
    check(not any(payload[at + 1:]), f"{what}: something follows the end")
    return found


def secrets(found):
    """Keys and PINs by the names of their accounts, notes too."""
    return sorted((fields[6], fields.get(7, b"")) for kind, fields in found if kind == CREDENTIAL), sorted(
        (fields.get(1, b"").decode(), fields.get(2, b"").decode(), fields.get(3, b"").decode())
        for kind, fields in found if kind == ACCOUNT)


def approve(home):
    with home.connect() as agent:
        pending = until(agent.challenges, "an export is asked about")[0]
        equal((pending["kind"], pending["needs_passphrase"]), ("export", True), "the question")
        agent.approve(pending["id"], PASSPHRASE)


def exported(home, agent, ids, recipients):
    helper = Elsewhere(approve, home)
    body = agent.ask(EXPORT, protocol_client.u8(1) + protocol_client.u16(len(ids)) + b"".join(map(bytes.fromhex, ids))
                     + protocol_client.strings(recipients), EXPORT_READY)
    helper.result()
    handle, entries, size = body.u32(), body.u32(), body.u64()
    sealed, start = b"", 0
    while True:
        page = agent.ask(EXPORT_PAGE, protocol_client.u32(handle) + protocol_client.u32(start), EXPORT_BYTES)
        start = page.u32()
        sealed += page.take(page.u32())
        page.end()
        figures["pages"] += 1
        if start == 0:
            break
        equal(start, len(sealed), "the start of the next page")
    equal(len(sealed), size, "the export's size")
    refused(3, lambda: agent.ask(EXPORT_PAGE, protocol_client.u32(handle) + protocol_client.u32(0)), "a fetched export")
    return sealed, entries


with Home() as home:
    one, to_one = keygen(home, "one.txt")
    two, to_two = keygen(home, "two.txt")
    stranger, _ = keygen(home, "stranger.txt")
    with home.connect() as agent:
        agent.initialize(PASSPHRASE)
        names = [f"name {number}" for number in range(400)]
        agent.ask(0x25).end()
        told = {name: agent.add("Issuer", name, key_of(name), note=f"note of {name} " * 10)["id"] for name in names}
        agent.commit()
        agent.add("Yandex", "me", bytes(range(16)), kind="yandex", algorithm="sha256", digits=8, pin=b"5239")
        agent.add("", "gone", key_of("gone"))
        agent.ask(0x22, protocol_client.selector("gone")).end()
        accounts = agent.accounts()
        by_name = {account["name"]: account["id"] for account in accounts}
        equal({name: by_name[name] for name in names}, told, "the ids that were told before COMMIT")
        all_secrets = (sorted([(key_of(name), b"") for name in names] + [(bytes(range(16)), b"5239")]),
                       sorted([("Issuer", name, f"note of {name} " * 10) for name in names] + [("Yandex", "me", "")]))

        sealed, entries = exported(home, agent, [by_name["name 7"]], [to_one])
        equal(entries, 1, "entries of an export of one")
        found = records(decrypted(sealed, one, "an export of one"), "an export of one")
        equal(secrets(found), ([(key_of("name 7"), b"")], [("Issuer", "name 7", "note of name 7 " * 10)]),
              "an export of one")
        equal({kind for kind, _ in found}, {VAULT, ACCOUNT, CREDENTIAL}, "the kinds of records in it")
        equal(subprocess.run(["age", "-d", "-i", stranger], input=sealed, capture_output=True).returncode, 1,
              "a stranger's identity")

        sealed, entries = exported(home, agent, [], [to_one, to_two])
        equal(entries, len(names) + 1, "entries of an export of all")
        for identity in (one, two):
            equal(secrets(records(decrypted(sealed, identity, "all"), "all")), all_secrets, "an export of all")

        # For the vault's own ways in: the identity that the passphrase stands for.
        own = os.path.join(home.path, "own.txt")
        read, write = os.pipe()
        os.write(write, PASSPHRASE)
        os.close(write)
        done = subprocess.run([os.path.join(BIN, "fob"), "passphrase", "--identity", "--passphrase-fd", str(read)],
                              env=home.environment, pass_fds=[read], capture_output=True)
        equal(done.returncode, 0, f"printing the identity ({done.stderr.decode()})")
        with open(own, "wb", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
            file.write(done.stdout)
        sealed, _ = exported(home, agent, [], [])
        equal(secrets(records(decrypted(sealed, own, "for the owner"), "for the owner")), all_secrets, "for the owner")

        found = records(decrypted(vault_of(home), own, "the vault"), "the vault")
        equal(len(secrets(found)[1]), len(names) + 2, "accounts of the vault, the trash included")
        equal([kind for kind, _ in found].count(WAY_IN), 2, "ways in")
        kept = os.path.join(home.path, "generations")
        for name in os.listdir(kept):
            with open(os.path.join(kept, name), "rb") as file:
                records(decrypted(file.read(), own, name), name)
        # A host of a mistyped or foreign recipient is found before anybody is asked.
        for recipient in ["age1" + to_one[5:], to_one[:-1], "", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA",
                          "age1pq1" + "q" * 60, to_one.upper() + "q"]:
            refused(65, lambda: agent.ask(EXPORT, protocol_client.u8(1) + protocol_client.u16(0)
                                          + protocol_client.strings([recipient]), EXPORT_READY), f"{recipient!r}")
        equal(agent.challenges(), [], "questions about refused exports")
    equal(home.stop(), 0, "the agent's end")
    equal(sum(line[2] == "account.export" for line in check_chain(home, "exports")), 1 + 2 * (len(names) + 1),
          "lines about exports")
print(", ".join(f"{name} {figures[name]}" for name in figures))
