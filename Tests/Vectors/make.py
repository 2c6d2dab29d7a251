"""Makes the vectors of a release: a vault with every kind of record, backups of it, an export in every format, and
expect.json with what they hold. Each release that changes what is written adds a directory; none is ever changed.

    FOB_BIN=.build/debug python3 Tests/Vectors/make.py DIRECTORY

`DIRECTORY` must not exist. It gets

    home/     the agent's files: the vault and older generations, the log, sealed backups of three days
    exports/  a file, or a directory of pass, for each format
"""

import re

from past import *

FIRST, SECOND = NOW - 2 * DAY, NOW - DAY
GITHUB, SECOND_SET = (
    [f"{text[:5]}-{text[5:10]}" for text in (sha(bytes([set, number])).hex() for number in range(16))] for set in (1, 2))
KEYCLOAK = ["ABCD-EFGH-1JKL", "MNPQ-RSTU-VWXY", "Z123-4567-89AB"]

directory = os.path.abspath(sys.argv[1])
os.mkdir(directory)
home = Home()


def at(utc):
    """The agent, restarted with its clock at `utc`, and the vault open."""
    if home.process:
        equal(home.stop(), 0, "the agent's end")
    home.flags = ["--test-cheap-derivation", "--test-time", str(utc)]
    return home.start().connect()


def key(name, size=20):
    """The key of an account: any that is not another's."""
    return hashlib.sha512(name.encode()).digest()[:size]


def accounts(agent):
    """Every kind, every hash, every detail."""
    def add(issuer, name, size=20, **details):
        equal(agent.add(issuer, name, key(name, size), **details)["outcome"], "added", name)
    for hash, digits, period, size in (("sha1", 6, 30, 20), ("sha256", 8, 60, 32), ("sha512", 7, 45, 64)):
        add("RFC 6238", hash, size, algorithm=hash, digits=digits, period=period)
        add("RFC 4226", f"counter of {hash}", size, kind="hotp", algorithm=hash, digits=digits, period=0,
            counter=2 ** 40 + size)
    add("Epoch", "starts later", start=1_000_000_007)
    add("Steam", "gabe", kind="steam", digits=5)
    add("", "motp", 8, kind="motp", algorithm="md5", period=10, pin=b"1234")
    add("Яндекс", "почта", 16, kind="yandex", algorithm="sha256", digits=8, pin=b"5239")
    for suite in ("OCRA-1:HOTP-SHA1-6:QN08", "OCRA-1:HOTP-SHA512-8:C-QN08", "OCRA-1:HOTP-SHA256-8:QN08-PSHA1"):
        add("Bank", suite.replace(":", " "), 32, kind="ocra", algorithm="none", digits=0, period=0, suite=suite,
            pin=b"1234" if "PSHA1" in suite else b"")
    add("Details", "alice", tags=["work", "größe"], note="first line\nsecond \"line\", 🔑", favourite=True, icon="github",
        uses=12, last_used=FIRST - 7)
    add("Details", "protected", confirm=True, lifetime=600)
    add("Details", "bound")
    add("Details", "to be verified", 0, kind="none", algorithm="none", digits=0, period=0, needs_verification=True)
    add("Details", "in doubt", needs_verification=True)
    add("Notes", "without a code", 0, kind="none", algorithm="none", digits=0, period=0, note="a door's number: 7")
    add("Trash", "removed")
    add("Trash", "and back")


def import_file():
    """An import that can be undone; one of its entries is here already."""
    rows = [("Imported", "one"), ("Imported", "two"), ("RFC 6238", "sha1")]
    text = "".join(
        f"otpauth://totp/{issuer.replace(' ', '%20')}:{name}?issuer={issuer.replace(' ', '%20')}"
        f"&secret={base64.b32encode(key(name)).decode()}\n" for issuer, name in rows)
    fob(home, "import", "--yes", "--tag", "came in", "-", input=text.encode())


def security_keys():
    """Each transport, kind, algorithm, flag and level. Those that sign in silence come first in expect.json."""
    door = Door(home)
    common = {"handle": b"handle", "user": "alice", "display": "Alice Ä", "site_name": "The Example"}
    door.create(CTAP, "example.org", flags=DISCOVERABLE | HMAC_SECRET, **common)
    door.create(CTAP, "example.org", algorithms=[EDDSA], flags=DISCOVERABLE, handle=b"other", user="bob")
    door.create(CTAP, "plain.example", algorithms=[EDDSA, ES256])
    door.create(CTAP, "blob.example", blob=b"kept by the site", protection=2)
    door.create(CTAP, "level3.example", flags=DISCOVERABLE, handle=b"u", protection=3)
    door.create(CTAP, "bound.example", kind=2)
    door.create(U2F, sha(b"u2f.example").hex(), data=sha(b"hash"))
    for name, algorithm, flags, kind in (("touch", EDDSA, 0, 0), ("silent", ES256, NO_TOUCH, 0),
                                         ("verified", ES256, VERIFY, 0), ("bound", EDDSA, NO_TOUCH, 2)):
        door.create(SSH, "ssh:", algorithms=[algorithm], data=b"challenge", user=name, flags=flags, kind=kind,
                    passphrase=PASSPHRASE if flags & VERIFY else b"")
    door.create(SCRIPT, "fob:deploy", algorithms=[EDDSA])
    gone = door.create(CTAP, "removed.example")
    bound = next(key for key in door.agent.keys() if key["site"] == "bound.example")
    for _ in range(2):
        door.get("bound.example", bytes(32), allowed=[bound["credential"]])
    touch = next(key for key in door.agent.keys() if key["user"] == "touch")
    door.agent.ask(KEY_EDIT, u8(1) + bytes.fromhex(touch["record"]) + u8(1) + string("my laptop")).end()
    door.agent.ask(KEY_REMOVE, u8(0) + octets(gone["credential"])).end()
    platform = Platform(door.agent, 2)
    door.ask(PIN_SET, platform.set_pin(b"2468"), OK, "verification", PASSPHRASE).end()
    # A wrong one counts.
    refused(25, lambda: door.agent.ask(PIN_TOKEN, platform.pin_token(b"1357"), PIN_TOKEN_REPLY), "a wrong PIN")
    door.close()


def recipient(name):
    """Makes an age identity: its text and its recipient."""
    text = subprocess.run(["age-keygen"], capture_output=True, check=True).stdout.decode()
    return text, next(line.split()[-1] for line in text.splitlines() if "public key" in line)


need("age-keygen")
owner = {"--passphrase-fd": PASSPHRASE}
places = os.path.join(home.path, "place")
os.mkdir(places)

# The first day: the vault, its accounts, what opens it.
agent = at(FIRST)
agent.initialize(OLD_PASSPHRASE)
accounts(agent)
import_file()
for input, service, account in ((GITHUB, "github", "Details/alice"), (KEYCLOAK, "keycloak", "Imported/one")):
    fob(home, "recovery", "import", "--service", service, account, "-", input="\n".join(input).encode())
gone, kept = recipient("gone"), recipient("kept")
for label, (_, public) in (("gone", gone), ("kept", kept)):
    fob(home, "access", "add", public, "--label", label, secrets={"--passphrase-fd": OLD_PASSPHRASE})
json.loads(fob(home, "access", "kit", "--count", "8", "--json", secrets={"--passphrase-fd": OLD_PASSPHRASE}))
fob(home, "backup", "add", "far", "--folder", places)
fob(home, "backup", "now")

# The second: another passphrase, a recipient less, other codes; keys; the list as its owner wants it.
agent = at(SECOND)
agent.unlock(OLD_PASSPHRASE)
fob(home, "passphrase", secrets={"--passphrase-fd": OLD_PASSPHRASE, "--new-passphrase-fd": PASSPHRASE})
fob(home, "access", "remove", "gone", secrets=owner)
kit = json.loads(fob(home, "access", "kit", "--count", "8", "--yes", "--json", secrets=owner))["codes"]
security_keys()
fob(home, "edit", "Details/bound", "--device-bound")
fob(home, "edit", "Imported/two", "--issuer", "Renamed", "--tag", "later", "--lifetime", "1h")
fob(home, "order", "Steam/gabe", "first")
fob(home, "order", "motp", "after", "Details/alice")
for label in ("Trash/removed", "Trash/and back"):
    fob(home, "remove", label)
fob(home, "untrash", "Trash/and back")
allowed(home, lambda: fob(home, "settings", "--idle", "20m", "--absolute", "never"))
fob(home, "backup", "now")

# The third: used.
agent = at(NOW)
fob(home, "unlock", "--recovery-code", secrets={"--recovery-code-fd": kit[0].encode()})
agent.unlock(PASSPHRASE)
agent.code("counter of sha256")
allowed(home, lambda: fob(home, "recovery", "next", "Details/alice"))
fob(home, "recovery", "used", "Details/alice", "--code", input=GITHUB[3].encode())
fob(home, "recovery", "import", "--service", "github", "--yes", "Trash/and back", "-", input="\n".join(GITHUB).encode())
fob(home, "recovery", "import", "--service", "github", "--yes", "Trash/and back", "-", input="\n".join(SECOND_SET).encode())
agent.unlock(PASSPHRASE)
fob(home, "recovery", "used", "Trash/and back", "--code", input=SECOND_SET[0].encode())
fob(home, "backup", "now")

secrets = {"passphrase": PASSPHRASE.decode(), "first_passphrase": OLD_PASSPHRASE.decode(),
           "file_password": FILE_PASSWORD.decode(), "pin": "2468", "kit": kit, "identity": kept[0],
           "removed_identity": gone[0]}
equal(home.stop(), 0, "the agent's end")


def superfluous(top, names):
    """What is not kept: places of this machine, and of many generations and backups all but a few."""
    if top.endswith("generations"):
        return sorted(names)[1:-2]
    if top.endswith("sealed"):
        days = {}
        for name in sorted(names, key=lambda name: int(re.search(r"-(\d+)\.age", name)[1]) if name[:4] == "fob-" else 0):
            days[name[:21]] = name.removesuffix(".accounts")
        return [name for name in names if name[:4] == "fob-" and name.removesuffix(".accounts") not in days.values()]
    return [name for name in names if name in ("agent.sock", "stderr", "place", "config", "lock")]


# Before exports leave their lines in the log.
shutil.copytree(home.path, os.path.join(directory, "home"), ignore=superfluous)
with at(NOW) as agent:
    agent.unlock(PASSPHRASE)
os.mkdir(os.path.join(directory, "exports"))
for form in PLAIN + ENCRYPTED + ("age",):
    exported(home, form, os.path.join(directory, "exports", form))
equal(home.stop(), 0, "the agent's end")

release = fob(home, "--version").decode().strip()
found = everything(directory, secrets)
with open(os.path.join(directory, "expect.json"), "w") as file:
    json.dump({"release": release, "secrets": secrets, "found": found}, file, ensure_ascii=False, indent=1)
    file.write("\n")
print(f"{len(found['codes'])} accounts, {len(found['contents']['keys'])} keys, {len(found['imported']) + 2} formats")
