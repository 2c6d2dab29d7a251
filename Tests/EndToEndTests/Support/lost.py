"""The machine is lost: everything comes back on another one from each kind of place, by the passphrase, by a recovery
code, and without fob by the stock age program and the recovery keys beside the backups.

    lost.py folder|webdav|sftp|s3
"""

import json
import pty
import re
import select
import termios

from faults import key_of
from scratch import *
from servers import *

FOB = os.path.join(BIN, "fob")
CODE = re.compile(r"\b(?:[0-9A-Z]{5}-){5}[0-9A-Z]{5}\b")
figures = {"restored": 0, "codes": 0, "opened by age": 0}


def fob(home, *arguments, status=0, secrets=None):
    """Runs fob with secrets on descriptors. Returns standard output and error."""
    done = fob_with(home, secrets, *arguments)
    out, err = done.stdout.decode(), done.stderr.decode()
    equal(done.returncode, status, f"{' '.join(arguments)} said {out!r} {err!r}")
    return out, err


def oathtool(account, key, moment):
    command = ["oathtool", "-b", "-d", str(account["digits"])]
    if account["kind"] == "hotp":
        command += ["-c", str(moment)]
    else:
        command += [f"--totp={account['algorithm']}", "-s", f"{account['period']}s", "-N", f"@{moment}"]
    done = subprocess.run(command + ["-"], input=base64.b32encode(key), capture_output=True, check=True)
    return done.stdout.decode().strip()


def look(home, what):
    """Every account in its order, each with the code that oathtool gives."""
    with home.connect() as agent:
        accounts = agent.accounts()
        equal([account["name"] for account in accounts], order, f"{what}: the order")
        for account in accounts:
            code = agent.code(id=account["id"])
            moment = code["counter"] if account["kind"] == "hotp" else code["valid_from"]
            equal(code["code"], oathtool(account, key_of(account["name"]), moment), f"{what}: {account['name']}")
            figures["codes"] += 1
    figures["restored"] += 1


class Place:
    """Where the backups are: by fob's word for it, and as a plain folder of what is there."""

    def __init__(self, kind):
        self.kind = kind
        self.path = tempfile.mkdtemp(prefix="fob-")
        atexit.register(shutil.rmtree, self.path, True)
        self.folder = os.path.join(self.path, "there")
        os.mkdir(self.folder)
        if kind != "folder":
            need("rclone")
            self.server = Buckets(self.path) if kind == "s3" else Server(kind, self.folder)
            self.source = "place:backups/fob"
        else:
            self.source = self.folder

    def home(self):
        """A machine that knows the server, and nothing else."""
        home = Home()
        if self.kind != "folder":
            remote(home, self.server)
        return home

    def fetched(self):
        """What is there, brought here by rclone alone."""
        if self.kind == "folder":
            return self.folder
        with self.home() as home:
            here = os.path.join(self.path, "here")
            said(home, "copy", self.source, here)
        return here


def with_age(key, sealed, passphrase=PASSPHRASE):
    """The records in a backup, by age and a person at a terminal."""
    target = sealed + ".records"
    pid, terminal = pty.fork()
    if pid == 0:
        os.execvp("age", ["age", "-d", "-i", key, "-o", target, sealed])
    screen = b""

    def asked():
        nonlocal screen
        if select.select([terminal], [], [], 0.1)[0]:
            screen += os.read(terminal, 4096)
        return b"passphrase" in screen.lower() and not termios.tcgetattr(terminal)[3] & termios.ECHO

    until(asked, f"age asks: {screen!r}")
    os.write(terminal, passphrase + b"\n")

    def over():
        nonlocal screen
        try:
            if select.select([terminal], [], [], 0.1)[0]:
                screen += os.read(terminal, 4096)
        except OSError:
            pass
        return os.waitpid(pid, os.WNOHANG)
    found = None

    def ended():
        nonlocal found
        found = over()
        return found[0]

    until(ended, "age ends")
    os.close(terminal)
    equal(os.waitstatus_to_exitcode(found[1]), 0, f"age with recovery-key.age: {screen!r}")
    with open(target, "rb") as file:
        records = file.read()
    os.remove(target)
    check(records.startswith(b"fob-records 1\n"), "what age gives are records")
    figures["opened by age"] += 1
    return records


def backups(folder):
    return [name for name in os.listdir(folder) if name.startswith("fob-")]


need("oathtool", "age")
place = Place(sys.argv[1])

# The machine that will be lost.
lost = place.home().start()
with lost.connect() as agent:
    agent.initialize(PASSPHRASE)
    for number in range(12):
        agent.add("Forge", f"user {number}", key_of(f"user {number}"), algorithm=("sha1", "sha256", "sha512")[number % 3],
                  digits=(6, 7, 8)[number % 3], period=(30, 60)[number % 2])
    agent.add("Bank", "counter", key_of("counter"), kind="hotp", counter=7)
fob(lost, "order", "user 7", "first")
fob(lost, "order", "counter", "after", "user 2")
with lost.connect() as agent:
    order = [account["name"] for account in agent.accounts()]
    keys = {account["name"]: key_of(account["name"]) for account in agent.accounts()}
equal(order[0], "user 7", "the order")
kit = os.path.join(place.path, "kit.txt")
fob(lost, "backup", "add", "far", *(["--folder", place.folder] if place.kind == "folder" else ["--rclone", place.source]))
fob(lost, "access", "kit", "--download", kit, secrets={"--passphrase-fd": PASSPHRASE})
with open(kit) as file:
    text = file.read()
codes = [code.encode() for code in CODE.findall(text)]
equal(len(codes), 16, "codes in the kit")
check(f"far: {'the folder ' if place.kind == 'folder' else ''}{place.source}" in " ".join(text.split()), f"the kit tells the place: {text}")
fob(lost, "backup", "now")
with lost.connect() as agent:
    machine = status(agent)["pid"] and os.uname().nodename
lost.remove()

# Another machine, and the passphrase: the newest there is, from the place named on the command line.
with place.home() as home:
    out, err = fob(home, "restore", place.source, "--yes", secrets={"--passphrase-fd": PASSPHRASE})
    check(f"on {machine}" in out and "13 new" in out and "test code: Forge/user 7" in out, f"the screen: {out}{err}")
    look(home, "by the passphrase")
    # From now on the backups go there again; what is there is listed, and comes back without being named.
    fob(home, "backup", "add", "far",
        *(["--folder", place.folder] if place.kind == "folder" else ["--rclone", place.source]))
    with home.connect() as agent:
        agent.add("Late", "later", key_of("later"))
    order.append("later")
    fob(home, "backup", "now")
    files = json.loads(fob(home, "restore", "--list", "--json")[0])["files"]
    equal([(file["accounts"], file["verified"], file["places"]) for file in files],
          [(14, True, ["far"]), (None, None, ["far"])], "what is there")
    check("verified, in far" in fob(home, "restore", "--list")[0], "the list")
    done = json.loads(fob(home, "restore", "--json", secrets={"--passphrase-fd": PASSPHRASE})[0])
    equal((done["counts"]["same"], done["counts"]["new"], done["file"]), (14, 0, files[0]["name"]), "once more")
    done = json.loads(fob(home, "restore", "far", "--pick", "2", "--json", secrets={"--passphrase-fd": PASSPHRASE})[0])
    equal((done["counts"]["same"], done["counts"]["only_here"], done["newer_files"]), (13, 1, 1), "an older one")
    # Without a place, and with one where nothing is.
    fob(home, "backup", "remove", "far")
    _, err = fob(home, "restore", status=64)
    check("remote of rclone" in err, f"no place: {err}")
    if place.kind != "folder":
        fob(home, "restore", "place:backups/elsewhere", status=66)
        _, err = fob(home, "restore", "unknown:backups", status=15)
        check("hint: " in err, f"an unknown remote: {err}")

# Another one, and a recovery code. It is used up: what is sealed from then on does not open by it.
with place.home() as home:
    new = {"--new-passphrase-fd": b"the new passphrase 5"}
    done = json.loads(fob(
        home, "restore", place.source, "--json", "--keep-access", "kit-codes",
        secrets={"--recovery-code-fd": codes[0].lower(), **new})[0])
    equal((done["makes_vault"], done["counts"]["new"], done["machine"]), (True, 14, machine), "by a recovery code")
    look(home, "by a recovery code")
    fob(home, "backup", "add", "far",
        *(["--folder", place.folder] if place.kind == "folder" else ["--rclone", place.source]))
    fob(home, "backup", "now")
    equal(json.loads(fob(home, "access", "list", "--json")[0])["codes"]["left"], 15, "codes left")
with place.home() as home:
    wrong = codes[1][:8] + (b"0" if codes[1][8:9] != b"0" else b"1") + codes[1][9:]
    _, err = fob(home, "restore", place.source, "--no-ask", status=65, secrets={"--recovery-code-fd": wrong, **new})
    check("group 2" in err, f"a mistyped code: {err}")
    fob(home, "restore", place.source, "--no-ask", status=77, secrets={"--recovery-code-fd": codes[0], **new})
    check(not os.path.exists(os.path.join(home.path, "vault.age")), "a refused restore made a vault")
    fob(home, "restore", place.source, "--json", secrets={"--recovery-code-fd": codes[1], **new})
    look(home, "by the next code")

# Without fob: what lies there, the passphrase, and the stock program.
here = place.fetched()
files = sorted(backups(here), key=lambda name: int(name.split("-")[3].split(".")[0]))
recovery = sorted((os.path.join(here, name) for name in os.listdir(here) if name.startswith("recovery-key-")),
                  key=os.path.getmtime)
records = with_age(recovery[0], os.path.join(here, files[0]))
for name, key in keys.items():
    check(name.encode() in records and key in records, f"{name} in what age gives")
# The last machine's ways in are others since a code of it was used, and it has left the first one's key alone.
with_age(recovery[-1], os.path.join(here, files[-1]), b"the new passphrase 5")

print(f"{sys.argv[1]}: " + ", ".join(f"{name} {figures[name]}" for name in figures))
