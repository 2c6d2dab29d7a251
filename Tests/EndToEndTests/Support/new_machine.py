"""A restore onto a machine without a vault: whose file it is, as far as anything tells, and who may open the new vault.

The fingerprint of the emergency kit decides, or the person does, name by name.
"""

import json
import threading

from scratch import *

need("age", "age-keygen")
base = tempfile.mkdtemp(prefix="fob-")
atexit.register(shutil.rmtree, base)
place = os.path.join(base, "place")
os.mkdir(place)
NEW = b"quite another passphrase 7"
figures = {"restored": 0, "refused": 0}


def fob(home, *arguments, status=0, secrets=None):
    """Runs fob with secrets on descriptors. Returns standard output and error."""
    done = fob_with(home, secrets, *arguments)
    out, err = done.stdout.decode(), done.stderr.decode()
    equal(done.returncode, status, f"{' '.join(arguments)} said {out!r} {err!r}")
    return out, err


def restore(home, source, *arguments, status=0, **more):
    figures["refused" if status else "restored"] += 1
    return fob(home, "restore", source, *arguments, status=status, **more)


def labels(home):
    """Who can open the vault, but for the passphrase and what belongs to it."""
    ways = json.loads(fob(home, "access", "list", "--json")[0])["ways"]
    return sorted(way["label"] for way in ways if way["kind"] == "recipient")


def is_empty(home):
    return json.loads(fob(home, "status", "--json")[0])["vault"]["state"] == "none"


# The machine that is lost: friend and other are two of its unlock methods.
recipients = {}
for name in ("friend", "other"):
    made = subprocess.run(["age-keygen", "-o", os.path.join(base, name)], check=True, capture_output=True)
    recipients[name] = made.stderr.split()[-1].decode()
lost = Home().start()
with lost.connect() as agent:
    agent.initialize(PASSPHRASE)
    agent.add("Forge", "alice", b"12345678901234567890")
for name, recipient in recipients.items():
    fob(lost, "access", "add", recipient, "--label", name, secrets={"--passphrase-fd": PASSPHRASE})
fob(lost, "backup", "add", "far", "--folder", place)
fob(lost, "backup", "now")
backup = os.path.join(place, next(name for name in os.listdir(place) if name.startswith("fob-")))
vault = json.loads(fob(lost, "status", "--json")[0])["vault"]
fingerprint = vault["fingerprint"]
access = json.loads(fob(lost, "access", "list", "--json")[0])
equal((vault["id"], fingerprint), (access["vault"], access["fingerprint"]), "the fingerprint in status and access")
check(fingerprint in fob(lost, "status")[0], "the fingerprint that a person reads")
equal(len(fingerprint.replace(" ", "")), 32, "digits of a fingerprint")
unsigned = os.path.join(base, "vault.age")
shutil.copy(os.path.join(lost.path, "vault.age"), unsigned)
with lost.connect() as agent:
    agent.lock()
closed = json.loads(fob(lost, "status", "--json")[0])["vault"]
equal((closed["id"], closed["fingerprint"]), (None, None), "a locked vault's fingerprint")
passphrase = {"--passphrase-fd": PASSPHRASE}

# Another fingerprint, a part of one, and a file that can have none.
other = ("0" if fingerprint[0] != "0" else "1") + fingerprint[1:]
with Home() as home:
    for given, source, told in [
            (other, place, "another fingerprint"), (fingerprint[:19], place, "another fingerprint"), (" ", place, "another"),
            (fingerprint, unsigned, "no signature")]:
        _, err = restore(home, source, "--yes", "--fingerprint", given, status=30, secrets=passphrase)
        check(told in err and "hint: " in err, f"--fingerprint {given!r}: {err}")
        check(is_empty(home), f"--fingerprint {given!r} made a vault")
    # The wrong one is told, too, where nothing would come in.
    restore(home, place, "--dry-run", "--fingerprint", other, status=30, secrets=passphrase)

# The passphrase vouches for those whom its owner had added.
with Home() as home:
    out, err = restore(home, place, "--yes", secrets=passphrase)
    check("not restored" not in out + err, f"by the passphrase: {out}{err}")
    equal(labels(home), ["friend", "other"], "unlock methods by the passphrase")

# An identity proves nothing of that. The right fingerprint does, as it is printed and as it may be typed.
by_friend, new = ("--identity", os.path.join(base, "friend")), {"--new-passphrase-fd": NEW}
for given in (fingerprint, fingerprint.replace(" ", "").upper(), f"  {fingerprint} "):
    with Home() as home:
        out, _ = restore(home, place, *by_friend, "--yes", "--fingerprint", given, secrets=new)
        check("alice" in out, f"the screen: {out}")
        equal(labels(home), ["friend", "other"], f"unlock methods after --fingerprint {given!r}")

# Without it: nothing vouches for anybody but who has opened the file.
with Home() as home:
    out, err = restore(home, place, *by_friend, "--yes", secrets=new)
    check("not restored: the unlock method other" in out + err, f"the other one: {out}{err}")
    equal(labels(home), ["friend"], "unlock methods without a fingerprint")
with Home() as home:
    restore(home, place, *by_friend, "--yes", "--keep-access", "nobody", status=64, secrets=new)
    check(is_empty(home), "an unknown --keep-access made a vault")
    out, err = restore(home, place, *by_friend, "--yes", "--keep-access", "other", secrets=new)
    check("the unlock method other" not in out + err, f"with --keep-access: {out}{err}")
    equal(labels(home), ["friend", "other"], "unlock methods that were kept")
with Home() as home:
    done = json.loads(restore(home, place, *by_friend, "--json", secrets=new)[0])
    equal((done["makes_vault"], done["fingerprint"]), (True, fingerprint), "what JSON tells")
    equal(labels(home), ["friend"], "unlock methods without a question")

# What is to be known first is the first line: nothing vouches for the signer, or there is none.
with Home() as home:
    unknown, none = "signed by a key that nothing here vouches for", "this file bears no signature"
    for source, told, options, more in [
            (backup, unknown, by_friend, {}), (unsigned, none, by_friend, {}), (unsigned, none, (), passphrase)]:
        out, _ = restore(home, source, "--dry-run", *options, secrets=more)
        first = out.split("\n")[0]
        check(first.startswith("warning: ") and told in first, f"the first line of {source}: {out}")
        check(("FINGERPRINT  " + fingerprint in out) == (source == backup), f"the fingerprint of {source}: {out}")
    # What the passphrase vouches for needs no warning, and shows its fingerprint all the same.
    out, _ = restore(home, backup, "--dry-run", secrets=passphrase)
    check("warning: " not in out and "FINGERPRINT  " + fingerprint in out, f"by the passphrase: {out}")
with Home().start() as home:
    with home.connect() as agent:
        agent.initialize(NEW)
    out, _ = restore(home, backup, "--yes", secrets=passphrase)
    check(out.startswith("warning: this file is not signed by the vault here"), f"beside another vault: {out}")
    equal(labels(home), [], "unlock methods that came to another vault")

# An export for whoever opens the vault comes back by the passphrase, on a machine without a vault, too.
export = os.path.join(base, "export.age")
with lost.connect() as agent:
    agent.unlock(PASSPHRASE)
exporting = threading.Thread(target=lambda: fob(lost, "export", "--to", "age", "--output", export))
exporting.start()
with lost.connect() as agent:
    until(agent.challenges, "the question about the export")
elsewhere(fob, lost, "confirm", "--all", "--yes", secrets=passphrase)
exporting.join()
with Home() as home:
    out, _ = restore(home, export, "--yes", secrets={**passphrase, **new})
    check("alice" in out, f"an export: {out}")
    equal(labels(home), [], "unlock methods of an export")

# A file with a changed octet is told as damaged; whatever it is, it is no wrong passphrase.
with open(backup, "rb") as file:
    good = file.read()
header = good.index(b"\n--- ") + 49
broken = os.path.join(base, "broken.age")
with Home() as home:
    for index in range(25, header, 29):
        with open(broken, "wb") as file:
            file.write(good[:index] + bytes([good[index] ^ 1]) + good[index + 1:])
        _, err = restore(home, broken, "--yes", status=10, secrets=passphrase)
        check("damaged" in err, f"octet {index}: {err}")

print(", ".join(f"{name} {figures[name]}" for name in figures))
