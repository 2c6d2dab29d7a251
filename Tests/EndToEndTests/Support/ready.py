"""`fob ready` tells what would be left without each thing; then that thing is really lost, and the way that it calls
sure is gone.

    ready.py
"""

import json
import re

from scratch import *

FOB = os.path.join(BIN, "fob")
CODE = re.compile(r"\b(?:[0-9A-Z]{5}-){5}[0-9A-Z]{5}\b")
KEY = b"12345678901234567890"


def fob(home, *arguments, status=0, text=None, **more):
    environment = {**home.environment, **more.pop("environment", {})}
    done = subprocess.run([FOB, *arguments], capture_output=True, env=environment, timeout=120,
                          **({"input": text} if text is not None else {"stdin": subprocess.DEVNULL}), **more)
    equal(done.returncode, status, f"{arguments} said {done.stdout!r} {done.stderr!r}")
    return done.stdout


def descriptor(content):
    read, write = os.pipe()
    os.write(write, content)
    os.close(write)
    return read


def given(home, option, content, *arguments, **more):
    number = descriptor(content)
    try:
        return fob(home, *arguments, option, str(number), pass_fds=[number], **more)
    finally:
        os.close(number)


def ready(home, status=0):
    found = json.loads(fob(home, "ready", "--json", "--no-ask", status=status).decode().splitlines()[0])
    return found, {loss["loss"]: loss for loss in found["losses"]}


def states(loss):
    return {way["way"]: way["state"] for way in loss["ways"]}


def findings(found):
    return {(one["account"], one["finding"]) for one in found["accounts"]}


def lose(home):
    """The machine is gone, with all that was on it."""
    home.kill()
    shutil.rmtree(home.path)


home = Home().start()
with home.connect() as agent:
    agent.initialize(PASSPHRASE)
    agent.add("Example", "user", KEY)
    agent.add("Other", "user", b"%020d" % 7)

# Nothing but a vault: all that can be lost is lost.
found, losses = ready(home, status=32)
equal({name for name, loss in losses.items() if loss["ready"]}, {"kit"}, "what may be lost")
equal(states(losses["machine"])["the passphrase, and a backup elsewhere"], "needs", "no place for backups")
check(all(state in ("lost", "needs") for state in states(losses["machine-passphrase"]).values()), "no kit, no backup")
equal(findings(found), {("Example/user", "vault-only"), ("Other/user", "vault-only")}, "accounts")
text = fob(home, "ready", "--no-ask", status=32).decode()
check("Without this machine:" in text and "fob backup add" in text, f"the text: {text}")

# A folder on the disk of the vault goes with the machine.
here, place = (home.path + end for end in ("-here", "-place"))
for folder in (here, place):
    os.mkdir(folder, 0o700)
    atexit.register(shutil.rmtree, folder, True)
fob(home, "backup", "add", "here", "--folder", here)
fob(home, "backup", "now")
found, losses = ready(home, status=32)
equal(losses["machine"]["ready"], False, "a place on the same disk")
equal(states(losses["machine"])["the passphrase, and the backup at here"], "lost", "a place on the same disk")
equal(states(losses["place:here"])["the passphrase, and the vault on this machine"], "works", "without that place")

# A kit, and a place elsewhere.
kit = home.path + "-kit"
atexit.register(lambda: os.path.exists(kit) and os.remove(kit))
given(home, "--passphrase-fd", PASSPHRASE, "access", "kit", "--download", kit)
fob(home, "backup", "add", "stick", "--put", f'cat > "{place}/$FOB_NAME"', "--get", f'cat "{place}/$FOB_NAME"',
    "--list", f'ls "{place}"', "--delete", f'rm "{place}/$FOB_NAME"')
fob(home, "backup", "now")
found, losses = ready(home)
equal([name for name, loss in losses.items() if not loss["ready"]], [], "nothing is without a way back")
machine = states(losses["machine"])
equal(machine["the passphrase, and the backup at stick"], "works", "the place was looked into")
equal(machine["a code of the emergency kit, and the backup at stick"], "untried", "nobody has tried a code")
equal(machine["the passphrase, and the vault on this machine"], "lost", "the machine")
equal(states(losses["place:stick"])["the passphrase, and the vault on this machine"], "works", "without the place")
equal(set(states(losses["machine-kit"]).values()), {"works", "lost"}, "the passphrase and the place")
# Only proven ways have a date.
for loss in losses.values():
    for way in loss["ways"]:
        equal("proven" in way, way["state"] == "works", f"the date of {way}")

# A code that was tried is a way that works.
with open(kit) as page:
    code = CODE.search(page.read())[0].encode()
given(home, "--recovery-code-fd", code, "drill")
_, losses = ready(home)
equal(states(losses["machine-passphrase"])["a code of the emergency kit, and the backup at stick"], "works", "a drill")

# Codes of the service are a second way into an account.
fob(home, "recovery", "import", "Example/user", "-", "--service", "github",
    text=b"\n".join((h := os.urandom(5).hex().encode())[:5] + b"-" + h[5:] for _ in range(16)) + b"\n")
found, _ = ready(home)
equal(findings(found), {("Other/user", "vault-only")}, "an account with codes")
check(b"nothing weaker than the vault" in fob(home, "ready", "Example", "--no-ask"), "that account alone")
check(b"no recovery codes of its service" in fob(home, "ready", "Other", "--no-ask"), "the other one alone")
fob(home, "ready", "Nobody", "--no-ask", status=3)
given(home, "--passphrase-fd", PASSPHRASE, "access", "add",
      "age1xmwwc06ly3ee5rytxm9mflaz2u56jjj36s0mypdrwsvlul66mv4q47ryef", "--name", "machine here")
fob(home, "backup", "now")
_, losses = ready(home)
for loss, wanted in (("machine", {"lost"}), ("passphrase", {"untried"})):
    found = {way: state for way, state in states(losses[loss]).items() if "machine here" in way and "stick" in way}
    equal(set(found.values()), wanted, f"a machine's own key without the {loss}: {found}")

# What a program lists is looked at: what somebody has removed there proves nothing, and comes back as it was.
newest = max((name for name in os.listdir(place) if name.startswith("fob-")), key=lambda name: int(name[:-4].split("-")[-1]))


def seen(name, status=0, loss="machine"):
    """How it stands with that place after that loss, and where its newest backup was seen."""
    ways = ready(home, status)[1][loss]["ways"]
    return next((way["state"], way["copy"]) for way in ways if way["way"] == f"the passphrase, and the backup at {name}")


os.rename(os.path.join(place, newest), place + newest)
equal(seen("stick", 32), ("needs", "gone"), "the newest was removed at the commands' place")
check(b"backup at stick (which is gone" in fob(home, "ready", "--no-ask", status=32), "that is told")
os.rename(place + newest, os.path.join(place, newest))
os.rename(place, place + ".all")
equal(seen("stick"), ("works", "silent"), "while the commands' place does not answer")
os.mkdir(place)
equal(seen("stick", 32), ("needs", "gone"), "a place where nothing is any more")
os.rmdir(place)
os.rename(place + ".all", place)
equal(seen("stick"), ("works", "there"), "as it was")
keys = [name for name in os.listdir(place) if name.startswith("recovery-key-")]
for name in keys:
    os.rename(os.path.join(place, name), place + name)
without = states(ready(home)[1]["fob"])
equal(without["the age program, the passphrase, and the backup at stick"], "untried", "there is a key at the other place")
for name in keys:
    os.rename(place + name, os.path.join(place, name))

# A stick whose mount point is a folder of this disk while it is not plugged in.
if os.stat("/dev/shm").st_dev == os.stat(home.path).st_dev:
    partly("there is no other file system")
else:
    stick, point = tempfile.mkdtemp(prefix="fob-", dir="/dev/shm"), home.path + "-point"
    atexit.register(shutil.rmtree, stick, True)
    atexit.register(lambda: os.path.islink(point) and os.remove(point))
    os.symlink(stick, point)
    fob(home, "backup", "add", "usb", "--folder", point)
    fob(home, "backup", "now")
    os.remove(point)
    for number in range(2):
        equal(seen("usb"), ("works", "away"), "unplugged")
        check(b"backup at usb (not plugged in" in fob(home, "ready", "--no-ask"), "that is told")
        told = fob(home, "doctor", status=15).decode()
        check(("the disk is not plugged in or not mounted" if number else f"{point} is not there") in told, f"doctor: {told}")
        if number == 0:
            os.mkdir(point)
    os.rmdir(point)
    os.symlink(stick, point)
    equal(seen("usb", loss="place:stick"), ("works", "there"), "plugged in again")
    fob(home, "backup", "remove", "usb")
    os.remove(point)
# What lies on the vault's disk is no stick.
shutil.rmtree(here)
equal(seen("here", loss="place:stick"), ("needs", "gone"), "a folder that is gone")
fob(home, "backup", "remove", "here")
for name in keys:
    os.rename(os.path.join(place, name), place + name)
without = states(ready(home)[1]["fob"])
equal(without["the age program, the passphrase, and the backup at stick"], "needs", "the recovery key is nowhere")
for name in keys:
    os.rename(place + name, os.path.join(place, name))

# What it calls sure is sure: without the machine by the passphrase, and without both by the code.
lose(home)
for option, secret in (("--passphrase-fd", PASSPHRASE), ("--recovery-code-fd", code)):
    new = Home().start()
    more = ["--new-passphrase-fd", str(n := descriptor(PASSPHRASE))] if option == "--recovery-code-fd" else []
    number = descriptor(secret)
    fob(new, "restore", place, "--yes", option, str(number), *more, pass_fds=[number] + ([n] if more else []))
    with new.connect() as agent:
        if status(agent)["vault"] == "locked":
            agent.unlock(PASSPHRASE)
        equal(sorted(one["issuer"] for one in agent.accounts()), ["Example", "Other"], f"by {option}")
    new.remove()
print("8 losses told, and two of them gone through")
