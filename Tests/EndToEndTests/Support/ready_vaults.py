"""`fob ready` on prepared vaults: the whole table of each, and for every way that it calls proven, the loss is made to
happen, with the machine, the passphrase, the kit, a place or keepers really gone, and the way is gone to its end.

    ready_vaults.py
"""

import copy
import re

from keeper_people import *

KIT = re.compile(r"\b(?:[0-9A-Z]{5}-){5}[0-9A-Z]{5}\b")
PASS, CODE, HERE = "the passphrase", "a code of the emergency kit", "the vault on this machine"


class Prepared:
    """A vault with an account, and what its owner has besides: places, a kit, keepers."""

    def __init__(self, people=None):
        self.people, self.places, self.code, self.passphrase = people, {}, None, PASSPHRASE
        self.home = people.owner if people else machine()
        if not people:
            with self.home.connect() as agent:
                agent.add("Example", "user", KEY)
        self.count = people and len(people.keepers)

    def fob(self, *arguments, **more):
        return run(self.home, *arguments, **more)

    def folder(self, name):
        """A place on the disk of the vault."""
        path = os.path.join(work, f"{os.path.basename(self.home.path)}-{name}")
        os.mkdir(path, 0o700)
        self.fob("backup", "add", name, "--folder", path)
        self.fob("backup", "now")
        self.places[name] = path
        return self

    def place(self, name):
        """A place that is not."""
        path = os.path.join(work, f"{os.path.basename(self.home.path)}-{name}")
        os.mkdir(path, 0o700)
        self.fob("backup", "add", name, "--put", f'cat > "{path}/$FOB_NAME"', "--get", f'cat "{path}/$FOB_NAME"',
                 "--list", f'ls "{path}"', "--delete", f'rm "{path}/$FOB_NAME"')
        self.fob("backup", "now")
        self.places[name] = path
        return self

    def kit(self):
        page = os.path.join(work, f"{os.path.basename(self.home.path)}-kit")
        if os.path.exists(page):
            os.remove(page)
        proved(self.home, "access", "kit", "--download", page, "--yes")
        with open(page) as file:
            self.code = KIT.search(file.read())[0].encode()
        if self.places:
            self.fob("backup", "now")
        return self

    def away(self, name, *actions):
        """What is done while a place does not answer is in no backup there."""
        path = self.places.pop(name)
        os.rename(path, path + ".away")
        # By seconds it is told what came first.
        time.sleep(1.01)
        for action in actions:
            action(self)
        self.fob("backup", "now", status=15)
        os.rename(path + ".away", path)
        self.places[name] = path
        return self

    def another_passphrase(self):
        run(self.home, "passphrase", secrets=[("--passphrase-fd", self.passphrase), ("--new-passphrase-fd", NEW)])
        self.passphrase = NEW
        return self

    def now(self):
        self.fob("backup", "now")
        return self

    def renewed(self):
        """Their former shares open nothing any more once they have the new ones."""
        made = json.loads(proved(self.home, "keeper", "renew", "--json").stdout)["deposits"]
        for number, one in enumerate(made):
            self.people.accept(number, one["deposit"])
        return self.prove(*range(self.count))

    def memory(self, name):
        """A folder that no power cut survives."""
        path = tempfile.mkdtemp(prefix="fob-", dir="/dev/shm")
        atexit.register(shutil.rmtree, path, True)
        self.fob("backup", "add", name, "--folder", path)
        self.fob("backup", "now")
        self.places[name] = path
        return self

    def drill(self):
        self.fob("drill", secrets=[("--recovery-code-fd", self.code)])
        return self

    def recipient(self):
        need("age-keygen")
        made = subprocess.run(["age-keygen"], capture_output=True, check=True)
        key = re.search(rb"age1\w+", made.stdout + made.stderr)[0].decode()
        proved(self.home, "access", "add", key, "--label", "laptop")
        self.fob("backup", "now")
        return self

    def vanish(self, name):
        """Somebody removes the backups of a place, which is seen when it is looked at: until the owner takes note of it, the
        place is none to rely on, although they were put there again. An empty place looks like a disk that is not mounted,
        and says nothing about what is on that."""
        for file in glob.glob(self.places[name] + "/fob-*.age"):
            os.remove(file)
        self.fob("backup", "rehearse", name, status=None)
        return self

    def deleted(self, name):
        """Nobody has looked since."""
        for file in glob.glob(self.places[name] + "/fob-*.age"):
            os.remove(file)
        return self

    def spoiled(self, name):
        for file in glob.glob(self.places[name] + "/fob-*.age"):
            os.truncate(file, os.path.getsize(file) - 1)
        return self

    def prove(self, *numbers):
        for number in numbers:
            request = self.fob("keeper", "prove", f"Keeper {number + 1}").stdout
            self.fob("keeper", "prove", f"Keeper {number + 1}", "--answer",
                     put("proof", self.people.answer(number, request)))
        return self

    def table(self):
        found = self.fob("ready", "--json", status=None)
        found = json.loads(found.stdout.splitlines()[0])
        return {loss["loss"]: {way["way"]: way["state"] for way in loss["ways"]} for loss in found["losses"]}

    def after(self, loss):
        """What is left of it when that is lost: a copy, with an agent of its own where the machine is there."""
        left = copy.copy(self)
        left.lost = set(loss.split("-")) if ":" not in loss else {loss}
        left.home = None
        left.alive = list(range(self.count or 0))
        if loss == "keeper":
            left.alive = left.alive[1:]
        left.places = {}
        for name, path in self.places.items():
            if loss == f"place:{name}":
                continue
            left.places[name] = shutil.copytree(path, tempfile.mkdtemp(dir=work), dirs_exist_ok=True)
        if "machine" not in left.lost:
            left.home = Home()
            os.chmod(shutil.copytree(self.home.path, left.home.path, dirs_exist_ok=True), 0o700)
            for name in ("agent.sock", "stderr"):
                if os.path.lexists(os.path.join(left.home.path, name)):
                    os.remove(os.path.join(left.home.path, name))
            left.home.start()
        return left

    def goes(self, way):
        """Goes a way to its end, with nothing of what is lost."""
        opener, place = way.split(", and ", 1)
        secret = {PASS: self.passphrase, CODE: self.code}.get(opener)
        check(opener != PASS or "passphrase" not in self.lost, f"{way}: the passphrase is lost")
        check(opener != CODE or "kit" not in self.lost, f"{way}: the kit is lost")
        if place == HERE and secret:
            option = "--passphrase-fd" if opener == PASS else "--recovery-code-fd"
            run(self.home, "unlock", secrets=[(option, secret)])
            return opens(self.home)
        new = Home().start()
        found = self.home.path + "/sealed" if place == HERE else self.places[place.removeprefix("the backup at ")]
        if secret:
            secrets = [("--passphrase-fd", secret)] if opener == PASS else [
                ("--recovery-code-fd", secret), ("--new-passphrase-fd", NEW)]
            run(new, "restore", found, "--yes", secrets=secrets)
            with new.connect() as agent:
                if status(agent)["vault"] == "locked":
                    agent.unlock(self.passphrase if opener == PASS else NEW)
        else:
            threshold = int(opener.split()[0])
            asked = requests(new, found)
            recover(new, found, [self.people.answer(number, asked[number]) for number in self.alive[:threshold]])
        opens(new)
        new.remove()


OPENERS = {PASS: "P", CODE: "C", "the identity 'laptop'": "I", "2 of 3 keepers": "K", "2 of 2 keepers": "K"}


def brief(ways):
    """The ways after a loss that are not lost, with what opens, what is opened, and how it stands."""
    found = []
    for way, state in ways.items():
        opener, place = way.split(", and ", 1) if not way.startswith("the age program, ") else (
            way.removeprefix("the age program, ").split(", and ", 1))
        place = {HERE: "here", "a backup elsewhere": "?"}.get(place, place.removeprefix("the backup at "))
        if state != "lost":
            found.append(f"{OPENERS[opener]}@{place}={state[0]}")
    return " ".join(sorted(found))


def keepers():
    return Prepared(People(count=3, threshold=2))


# How each is made.
VAULTS = {
    "bare": Prepared,
    "a kit that nobody has tried": lambda: Prepared().kit(),
    "a kit": lambda: Prepared().kit().drill(),
    "a folder on the vault's disk": lambda: Prepared().folder("disk"),
    "a folder whose backups were deleted": lambda: Prepared().folder("disk").deleted("disk"),
    "a folder whose backups are not whole": lambda: Prepared().folder("disk").spoiled("disk"),
    "a place": lambda: Prepared().place("stick"),
    "a place and a kit": lambda: Prepared().place("stick").kit().drill(),
    "two places, of which one lost its backups": lambda: Prepared().place("nas").place("stick").vanish("nas"),
    "a place, and an identity of age": lambda: Prepared().place("stick").recipient(),
    "a place, and keepers who were not asked": lambda: keepers().place("stick"),
    "a place that is behind the kit": lambda: Prepared().place("stick").kit().drill().away("stick", Prepared.kit),
    "a place that is behind the kit that was tried": lambda: Prepared().place("stick").kit().drill().away(
        "stick", Prepared.kit, Prepared.drill),
    "a place that is behind the passphrase": lambda: Prepared().place("stick").kit().drill().away(
        "stick", Prepared.another_passphrase),
    "a place that has caught up": lambda: Prepared().place("stick").kit().drill().away(
        "stick", Prepared.kit, Prepared.another_passphrase).drill().now(),
    "a place that is behind the keepers": lambda: Prepared(People(count=2, threshold=2)).place("stick").away(
        "stick", Prepared.renewed),
    "a place, a kit, and keepers": lambda: keepers().place("stick").kit().drill().prove(0, 2),
}
if os.path.isdir("/dev/shm"):
    VAULTS["a folder in memory"] = lambda: Prepared().memory("disk")
# What is left of each after each loss: P, the passphrase; C, a code of the kit; I, an identity of age; K, two of three keepers;
# with the vault here, the backup at a place, or (?) one elsewhere. They w(ork), are u(ntried), or n(eed) something.
EXPECTED = {
    "bare": {
        "machine": "C@?=n P@?=n",
        "passphrase": "C@?=n C@here=n",
        "machine-passphrase": "C@?=n",
        "kit": "P@?=n P@here=w",
        "machine-kit": "P@?=n",
        "fob": "C@?=n P@?=n",
    },
    "a kit that nobody has tried": {
        "machine": "C@?=n P@?=n",
        "passphrase": "C@?=n C@here=u",
        "machine-passphrase": "C@?=n",
        "kit": "P@?=n P@here=w",
        "machine-kit": "P@?=n",
        "fob": "C@?=n P@?=n",
    },
    "a kit": {
        "machine": "C@?=n P@?=n",
        "passphrase": "C@?=n C@here=w",
        "machine-passphrase": "C@?=n",
        "kit": "P@?=n P@here=w",
        "machine-kit": "P@?=n",
        "fob": "C@?=n P@?=n",
    },
    "a folder on the vault's disk": {
        "machine": "C@?=n P@?=n",
        "passphrase": "C@?=n C@disk=n C@here=n",
        "machine-passphrase": "C@?=n",
        "kit": "P@?=n P@disk=w P@here=w",
        "machine-kit": "P@?=n",
        "place:disk": "C@?=n C@here=n P@?=n P@here=w",
        "fob": "C@?=n C@disk=n P@?=n P@disk=u",
    },
    "a folder whose backups were deleted": {
        "machine": "C@?=n P@?=n",
        "passphrase": "C@?=n C@disk=n C@here=n",
        "machine-passphrase": "C@?=n",
        "kit": "P@?=n P@disk=n P@here=w",
        "machine-kit": "P@?=n",
        "place:disk": "C@?=n C@here=n P@?=n P@here=w",
        "fob": "C@?=n C@disk=n P@?=n P@disk=n",
    },
    "a place": {
        "machine": "C@stick=n P@stick=w",
        "passphrase": "C@here=n C@stick=n",
        "machine-passphrase": "C@stick=n",
        "kit": "P@here=w P@stick=w",
        "machine-kit": "P@stick=w",
        "place:stick": "C@here=n P@here=w",
        "fob": "C@stick=n P@stick=u",
    },
    "a place and a kit": {
        "machine": "C@stick=w P@stick=w",
        "passphrase": "C@here=w C@stick=w",
        "machine-passphrase": "C@stick=w",
        "kit": "P@here=w P@stick=w",
        "machine-kit": "P@stick=w",
        "place:stick": "C@here=w P@here=w",
        "fob": "C@stick=u P@stick=u",
    },
    "two places, of which one lost its backups": {
        "machine": "C@nas=n C@stick=n P@nas=n P@stick=w",
        "passphrase": "C@here=n C@nas=n C@stick=n",
        "machine-passphrase": "C@nas=n C@stick=n",
        "kit": "P@here=w P@nas=n P@stick=w",
        "machine-kit": "P@nas=n P@stick=w",
        "place:nas": "C@here=n C@stick=n P@here=w P@stick=w",
        "place:stick": "C@here=n C@nas=n P@here=w P@nas=n",
        "fob": "C@nas=n C@stick=n P@nas=n P@stick=u",
    },
    "a place, and an identity of age": {
        "machine": "C@stick=n I@stick=u P@stick=w",
        "passphrase": "C@here=n C@stick=n I@here=u I@stick=u",
        "machine-passphrase": "C@stick=n I@stick=u",
        "kit": "I@here=u I@stick=u P@here=w P@stick=w",
        "machine-kit": "I@stick=u P@stick=w",
        "place:stick": "C@here=n I@here=u P@here=w",
        "fob": "C@stick=n I@stick=u P@stick=u",
    },
    "a place, and keepers who were not asked": {
        "machine": "C@stick=n K@stick=u P@stick=w",
        "passphrase": "C@here=n C@stick=n K@here=u K@stick=u",
        "machine-passphrase": "C@stick=n K@stick=u",
        "kit": "K@here=u K@stick=u P@here=w P@stick=w",
        "machine-kit": "K@stick=u P@stick=w",
        "place:stick": "C@here=n K@here=u P@here=w",
        "keeper": "C@here=n C@stick=n K@here=u K@stick=u P@here=w P@stick=w",
        "keepers": "C@here=n C@stick=n P@here=w P@stick=w",
        "machine-passphrase-kit": "K@stick=u",
        "fob": "C@stick=n P@stick=u",
    },
    "a place that is behind the kit": {
        "machine": "C@stick=n P@stick=w",
        "passphrase": "C@here=u C@stick=n",
        "machine-passphrase": "C@stick=n",
        "kit": "P@here=w P@stick=w",
        "machine-kit": "P@stick=w",
        "place:stick": "C@here=u P@here=w",
        "fob": "C@stick=n P@stick=u",
    },
    "a place that is behind the kit that was tried": {
        "machine": "C@stick=n P@stick=w",
        "passphrase": "C@here=w C@stick=n",
        "machine-passphrase": "C@stick=n",
        "kit": "P@here=w P@stick=w",
        "machine-kit": "P@stick=w",
        "place:stick": "C@here=w P@here=w",
        "fob": "C@stick=n P@stick=u",
    },
    "a place that is behind the passphrase": {
        "machine": "C@stick=w P@stick=n",
        "passphrase": "C@here=w C@stick=w",
        "machine-passphrase": "C@stick=w",
        "kit": "P@here=w P@stick=n",
        "machine-kit": "P@stick=n",
        "place:stick": "C@here=w P@here=w",
        "fob": "C@stick=u P@stick=n",
    },
    "a place that has caught up": {
        "machine": "C@stick=w P@stick=w",
        "passphrase": "C@here=w C@stick=w",
        "machine-passphrase": "C@stick=w",
        "kit": "P@here=w P@stick=w",
        "machine-kit": "P@stick=w",
        "place:stick": "C@here=w P@here=w",
        "fob": "C@stick=u P@stick=u",
    },
    "a place that is behind the keepers": {
        "machine": "C@stick=n K@stick=n P@stick=w",
        "passphrase": "C@here=n C@stick=n K@here=w K@stick=n",
        "machine-passphrase": "C@stick=n K@stick=n",
        "kit": "K@here=w K@stick=n P@here=w P@stick=w",
        "machine-kit": "K@stick=n P@stick=w",
        "place:stick": "C@here=n K@here=w P@here=w",
        "keepers": "C@here=n C@stick=n P@here=w P@stick=w",
        "machine-passphrase-kit": "K@stick=n",
        "fob": "C@stick=n P@stick=u",
    },
    "a folder in memory": {
        "machine": "C@?=n P@?=n",
        "passphrase": "C@?=n C@disk=n C@here=n",
        "machine-passphrase": "C@?=n",
        "kit": "P@?=n P@disk=w P@here=w",
        "machine-kit": "P@?=n",
        "place:disk": "C@?=n C@here=n P@?=n P@here=w",
        "fob": "C@?=n C@disk=n P@?=n P@disk=u",
    },
    "a place, a kit, and keepers": {
        "machine": "C@stick=w K@stick=w P@stick=w",
        "passphrase": "C@here=w C@stick=w K@here=w K@stick=w",
        "machine-passphrase": "C@stick=w K@stick=w",
        "kit": "K@here=w K@stick=w P@here=w P@stick=w",
        "machine-kit": "K@stick=w P@stick=w",
        "place:stick": "C@here=w K@here=w P@here=w",
        "keeper": "C@here=w C@stick=w K@here=w K@stick=w P@here=w P@stick=w",
        "keepers": "C@here=w C@stick=w P@here=w P@stick=w",
        "machine-passphrase-kit": "K@stick=w",
        "fob": "C@stick=u P@stick=u",
    },
}
# Whoever restores finds as little.
EXPECTED["a folder whose backups are not whole"] = EXPECTED["a folder whose backups were deleted"]

if sys.argv[1:] == ["print"]:
    for name, make in VAULTS.items():
        print(f'    "{name}": {{')
        for loss, ways in make().table().items():
            print(f'        "{loss}": "{brief(ways)}",')
        print("    },", flush=True)
    sys.exit(0)

proven = 0
for name, make in VAULTS.items():
    vault = make()
    table = vault.table()
    equal({loss: brief(ways) for loss, ways in table.items()}, EXPECTED[name], name)
    # Its agent ends, and the machine is as it is found.
    vault.home.stop()
    for loss, ways in table.items():
        for way, state in ways.items():
            if state == "works":
                left = vault.after(loss)
                left.goes(way)
                proven += 1
                if left.home:
                    left.home.remove()
print(f"{len(VAULTS)} vaults told as expected, and {proven} ways gone to their end after the loss")
