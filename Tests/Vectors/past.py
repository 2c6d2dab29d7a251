"""What the maker of vectors and their test share: asking an agent and fob for everything in a vault."""

import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "EndToEndTests", "Support"))

import json
import re
import threading

import protocol_client
from faults import check_chain
from key_owner import *
from scratch import *

FOB = os.path.join(BIN, "fob")
# The clock of every agent that works on vectors; the codes of expect.json are those of this second.
NOW = 1_700_000_000
DAY = 24 * 3600
OLD_PASSPHRASE, FILE_PASSWORD = b"the first passphrase 12", b"password of a file"
QUESTION = "12345678"
# What opens the vectors is public, like everything in them.
DRAWN = ("html", "google-html", "qr")
ENCRYPTED = ("aegis-encrypted", "2fas-encrypted", "bitwarden-encrypted")
PLAIN = ("otpauth", "aegis", "2fas", "bitwarden", "ente", "keepassxc", "keepass-xml", "1password", "keeper-csv",
         "keeper-json", "lastpass", "google", "google-html", "pass", "html", "qr")


def fob(home, *arguments, secrets=None, status=0, input=b""):
    """What fob says on standard output."""
    done = fob_with(home, secrets, *arguments, input=input, new_session=True)
    check(done.returncode == status,
          f"{' '.join(arguments)} ended with {done.returncode} and said {done.stdout!r} {done.stderr!r}")
    return done.stdout


def allowed(home, action):
    """Does `action` in a thread; the owner says yes to what it asks. What it returned."""
    found = {}

    def act():
        try:
            found["done"] = action()
        except BaseException as error:
            found["error"] = error
    thread = threading.Thread(target=act)
    thread.start()
    with home.connect() as agent:
        pending = until(lambda: "error" in found or agent.challenges(), "a question")
        if pending is not True:
            equal(approve(home, pending[0], PASSPHRASE), 0, "the yes")
    thread.join()
    if "error" in found:
        raise found["error"]
    return found["done"]


def exported(home, form, path):
    secrets = {"--password-fd": FILE_PASSWORD} if form in ENCRYPTED else {}
    # Drawn codes are large: three accounts will do.
    only = ["RFC 6238/sha1", "RFC 4226/counter of sha1", "Details/alice"] if form in DRAWN else []
    # Accounts that a format cannot hold are left out, and the status says so.
    # Only the file of age has those without one-time passwords.
    status = 0 if only or form == "age" else 14
    return allowed(home, lambda: fob(home, "export", *only, "--to", form, "--output", path, "--json", secrets=secrets, status=status))


def plain(fields):
    """The same with octets as hexadecimal."""
    return {name: value.hex() if isinstance(value, bytes) else value for name, value in fields.items()}


def code(agent, account):
    """What an account answers at `NOW`: its code, or the number of the error."""
    try:
        if account["kind"] == "ocra":
            question = selector(id=account["id"]) + string(QUESTION) + octets(b"") + octets(b"")
            body = agent.ask(0x11, question, CODE_REPLY)
            body.id()
            return body.string()
        return agent.code(id=account["id"])["code"]
    except Refused as error:
        return error.code


def codes(home):
    """Label, kind and code of each account in its order. Accounts that want a yes are asked without one."""
    with home.connect() as agent:
        return [[account["issuer"], account["name"], account["kind"], 5 if account["confirm"] else code(agent, account)]
                for account in agent.accounts()]


def contents(home):
    """Everything that an open vault tells of itself, but codes: taking one changes a counter."""
    with home.connect() as agent:
        told = status(agent)
        accounts = agent.accounts()
        return {
            "accounts": accounts, "trash": agent.accounts(trash=True),
            "shown": [json.loads(fob(home, "show", f"id:{account['id']}", "--json")) for account in accounts],
            "recovery": json.loads(fob(home, "recovery", "list", "--json")),
            # Several were made in the same second.
            "keys": sorted(map(plain, agent.keys(trash=True)), key=lambda key: key["record"]),
            "access": json.loads(fob(home, "access", "list", "--json")),
            "settings": agent.ask(0x07, expect=0x87).data.hex(), "pin": plain(agent.pin_state()),
            "status": {name: told[name] for name in ("vault", "accounts", "trash", "idle", "absolute")},
        }


def recovery_codes(home):
    """The codes of each set, with the times when they were shown and used."""
    with home.connect() as agent:
        agent.unlock(PASSPHRASE)

        def codes_of(account):
            body = agent.ask(0x54, selector(id=account) + u8(0) + u8(0), 0xD4)
            for field in (body.id, body.string, body.string, body.u8, body.u64, body.u16, body.u16, body.u16, body.u64,
                          body.u8):
                field()
            return body.list(lambda: [body.octets().decode(), body.u64(), body.u64()])
        body = agent.ask(0x51, u32(0), 0xD1)
        body.u64(), body.u32()
        found = body.list(lambda: (body.id(), body.string(), body.string(), body.u8(), body.u64(), body.u16(),
                                   body.u16(), body.u16(), body.u64(), body.u8())[:2])
        return {label: codes_of(account) for account, label in found}


def signatures(home):
    """Has every security key sign, each in its own way, and checks that with its public half. Their names."""
    door, signed = Door(home), []
    for key in door.agent.keys():
        # Traits: 4 verifies the owner always, 32 its secret is on another machine, 64 has a blob.
        if key["traits"] & 32:
            signed.append(f"{key['site']} {key['user']} is elsewhere")
            continue
        passphrase = PASSPHRASE if key["traits"] & 4 or key["protection"] == 3 else b""
        if key["site"].startswith(("ssh:", "fob:")):
            transport, data = SSH if key["site"].startswith("ssh:") else SCRIPT, b"to be signed"
            found = door.sign(transport, key["site"], key["credential"], data, passphrase=passphrase)
            message = sha(key["site"].encode()) + bytes([found["flags"]]) + u32(found["counter"]) + sha(data)
        else:
            transport = U2F if key["site"].startswith("u2f:") else CTAP
            site, hash = key["site"].removeprefix("u2f:"), sha(b"client data")
            flags = PRESENCE | (VERIFICATION if passphrase else 0) | (BLOB if key["traits"] & 64 else 0)
            found = door.get(site, hash, allowed=[key["credential"]], door=transport, flags=flags,
                             passphrase=passphrase)
            if key["traits"] & 64:
                check(b"kept by the site" in found["data"], "the blob")
            message = found["data"] + hash
        check(verify(key, message, found["signature"]), f"the signature of {key['site']} {key['user']}")
        signed.append(f"{key['site']} {key['user']} {key['public'].hex()}")
    door.close()
    return sorted(signed)


def octets_of(path):
    """The files at or below a path."""
    if os.path.isfile(path):
        with open(path, "rb") as file:
            return {"": file.read()}
    return {os.path.relpath(os.path.join(top, name), path): octets_of(os.path.join(top, name))[""]
            for top, _, names in os.walk(path) for name in names}


def with_next_counter(octets):
    """A file for pass as releases before 0.2 made it: with the counter of the next code, where pass-otp wants the last."""
    lines = octets.decode().splitlines(keepends=True)
    if len(lines) == 2 and lines[1].startswith("# the counter is that of the last code"):
        octets = re.sub(r"counter=(\d+)", lambda found: f"counter={int(found[1]) + 1}", lines[0]).encode()
    return octets


def newest(directory):
    """The newest backup of a directory."""
    names = [name for name in os.listdir(directory) if name.startswith("fob-") and name.endswith(".age")]
    return os.path.join(directory, max(names, key=lambda name: int(name.rsplit("-", 1)[1][:-4])))


def copied(directory, *flags, cheap=True):
    """An agent for a copy of the home in `directory`."""
    home = Home(*flags, cheap=cheap)
    shutil.copytree(os.path.join(directory, "home"), home.path, dirs_exist_ok=True)
    # A checkout is readable by everybody, which the agent refuses.
    for top, _, names in os.walk(home.path):
        os.chmod(top, 0o700)
        for name in names:
            os.chmod(os.path.join(top, name), 0o600)
    return home.start()


def counts(done):
    return json.loads(done)["counts"]


def opened_by_everything(directory, secrets):
    """Opens the vault by each unlock method, and an old generation by what it was sealed to, with an agent that has its
    own clock and its own costs."""
    found = {}
    with copied(directory, cheap=False) as home:
        fob(home, "unlock", secrets={"--passphrase-fd": secrets["passphrase"].encode()})
        fob(home, "lock")
        fob(home, "unlock", "--recovery-code", secrets={"--recovery-code-fd": secrets["kit"][1].encode()})
        fob(home, "lock")
        # The first code is used up, and what was removed opens nothing.
        fob(home, "unlock", "--recovery-code", status=77, secrets={"--recovery-code-fd": secrets["kit"][0].encode()})
    files = {"vault": os.path.join(directory, "home", "vault.age")}
    generations = sorted(os.listdir(os.path.join(directory, "home", "generations")))
    files["old generation"] = os.path.join(directory, "home", "generations", generations[0])
    files["backup"] = newest(os.path.join(directory, "home", "sealed"))
    files["export"] = os.path.join(directory, "exports", "age")
    for name, path in files.items():
        for whose in ("identity", "removed_identity"):
            with tempfile.NamedTemporaryFile("w") as identity:
                identity.write(secrets[whose])
                identity.flush()
                done = subprocess.run(["age", "-d", "-i", identity.name, path], capture_output=True)
                found[f"{name} by {whose} in age"] = done.stdout.startswith(b"fob-records 1\n")
    return found


def restored(directory, secrets):
    """Each backup on an empty machine, by passphrase and by identity; the newest into a vault that is there."""
    found, sealed = {}, os.path.join(directory, "home", "sealed")
    backups = sorted(name for name in os.listdir(sealed) if name.startswith("fob-") and name.endswith(".age"))
    for name in backups:
        passphrase = secrets["first_passphrase"] if name == backups[0] else secrets["passphrase"]
        with Home("--test-time", str(NOW)) as home:
            done = fob(home, "restore", os.path.join(sealed, name), "--yes", "--json",
                       secrets={"--passphrase-fd": passphrase.encode()})
            found[f"{name} by passphrase"] = [counts(done), codes(home)]
            equal(counts(fob(home, "restore", os.path.join(sealed, name), "--yes", "--json",
                             secrets={"--passphrase-fd": passphrase.encode()}))["new"], 0, "new ones the second time")
    with tempfile.NamedTemporaryFile("w") as identity:
        identity.write(secrets["identity"])
        identity.flush()
        for name, path in {"backup": os.path.join(sealed, backups[-1]),
                           "export": os.path.join(directory, "exports", "age")}.items():
            with Home("--test-time", str(NOW)) as home:
                with home.connect() as agent:
                    agent.initialize(PASSPHRASE)
                    # One that is there with another key, and one with the same.
                    agent.add("Steam", "gabe", bytes(20))
                    agent.add("Here", "before", b"here before this one")
                done = fob(home, "restore", path, "--identity", identity.name, "--yes", "--json")
                found[f"{name} by identity into another vault"] = [counts(done), codes(home), signatures(home)]
    return found


def imported(directory, form):
    """What fob reads of an export: the codes of an empty vault that takes it in."""
    with Home("--test-time", str(NOW)) as home:
        with home.connect() as agent:
            agent.initialize(PASSPHRASE)
        secrets = {"--password-fd": FILE_PASSWORD} if form in ENCRYPTED else {}
        fob(home, "import", "--yes", os.path.join(directory, "exports", form), secrets=secrets)
        return codes(home)


def everything(directory, secrets):
    """All that this build finds in the vectors of `directory`."""
    found = {"opened": opened_by_everything(directory, secrets), "restored": restored(directory, secrets)}
    found["imported"] = {form: imported(directory, form) for form in PLAIN + ENCRYPTED if form != "qr"}
    with copied(directory, "--test-time", str(NOW)) as home:
        with home.connect() as agent:
            agent.unlock(secrets["passphrase"].encode())
        found["contents"] = contents(home)
        found["recovery_codes"] = recovery_codes(home)
        # Which exports are made again octet for octet: those without random in them.
        found["same octets"] = []
        for form in PLAIN + ENCRYPTED + ("age",):
            again = os.path.join(home.path, f"again.{form}")
            told = json.loads(exported(home, form, again).splitlines()[0])
            if form in found["imported"] and form not in DRAWN:
                # As many as the past release has put into its file.
                equal(told["written"], len(found["imported"][form]), f"accounts written as {form}")
            made = octets_of(again)
            if form == "pass":
                made = {name: with_next_counter(octets) for name, octets in made.items()}
            if made == octets_of(os.path.join(directory, "exports", form)):
                found["same octets"].append(form)
        found["signatures"] = signatures(home)
        # Saved, read again, and still the same.
        with home.connect() as agent:
            added = agent.add("New", "one", b"a key of twenty byte")
            agent.ask(0x22, selector(id=added["id"])).end()
        home.stop()
        home.start()
        with home.connect() as agent:
            agent.unlock(secrets["passphrase"].encode())
        again = contents(home)
        equal(again["accounts"], found["contents"]["accounts"], "accounts after a save")
        equal(again["shown"], found["contents"]["shown"], "details after a save")
        equal(again["access"], found["contents"]["access"], "unlock methods after a save")
        equal([key["record"] for key in again["keys"]], [key["record"] for key in found["contents"]["keys"]],
              "keys after a save")
        undone = json.loads(fob(home, "import", "--undo", "--json"))
        found["undone import"] = {name: undone[name] for name in sorted(undone) if name != "time"}
        found["codes"] = codes(home)
        # A vault whose logs were left behind tells so, and its log goes on.
        with open(os.path.join(home.path, "audit.log"), "rb") as file:
            missing = [line for line in file if b" log.missing " in line]
        if os.path.exists(os.path.join(directory, "home", "audit.log")):
            equal(missing, [], "lines that are missing")
            check_chain(home, "the log")
        else:
            check(missing and b" first=" in missing[0] and b" last=" in missing[0], "the log that is missing is told")
    return found
