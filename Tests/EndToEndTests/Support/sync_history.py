"""Histories of two or three machines with one vault, drawn by a seed, against the programs: edits, removals, counters, kit codes,
passphrases, recipients, restores of any backup, clocks that are years off, places that are away. Two rounds of `fob sync` with
the passphrase make them equal, and nothing that their owner has said is lost.

    sync_history.py [FIRST-LAST]
"""

import json
import random

from faults import key_of
from scratch import *

DAYS = (0, 0, 1, -1, 300, -300, 900)


class History:
    def __init__(self, seed):
        self.seed, self.random, self.step = seed, random.Random(seed), 0
        self.passphrase = PASSPHRASE
        self.places = [tempfile.mkdtemp(prefix="fob-") for _ in range(1 + seed % 2)]
        for path in self.places:
            atexit.register(shutil.rmtree, path, True)
        self.homes = []
        self.lines = []
        # What its owner has said last: keys by name, names in the trash, the next number of a counter, tags and notes.
        self.keys, self.removed, self.counters, self.tags, self.notes = set(), set(), {}, {}, {}
        self.protected = set()
        for number in range(2 + seed % 2):
            home = Home().start()
            self.homes.append(home)
            if number == 0:
                with home.connect() as agent:
                    agent.initialize(PASSPHRASE)
                    agent.add("Bank", "counter", key_of("counter"), kind="hotp", counter=5)
                self.counters["counter"] = 5
                self.keys.add("counter")
            for index, path in enumerate(self.places):
                self.fob(home, "backup", "add", f"place{index}", "--folder", path)
            if number == 0:
                self.fob(home, "backup", "now")
                at(home, self.passphrase, 0)
            else:
                self.fob(home, "restore", self.places[0], "--yes", secrets={"--passphrase-fd": PASSPHRASE})
                home.stop()
                home.start()
                with home.connect() as agent:
                    agent.unlock(PASSPHRASE)

    def fob(self, home, *arguments, status=0, secrets=None):
        done = fob_with(home, secrets, *arguments, new_session=True)
        said = (done.stdout + done.stderr).decode()
        self.lines.append(f"{self.homes.index(home)}: {' '.join(arguments)}: {done.returncode} {said.strip()[:700]}")
        allowed = status if isinstance(status, tuple) else (status,)
        check(status is None or done.returncode in allowed, f"{' '.join(arguments)}: {done.returncode}: {said}")
        return done.returncode, said

    def secrets(self, home):
        return {"--passphrase-fd": self.of(home)}

    def of(self, home):
        return getattr(home, "passphrase", PASSPHRASE)

    def accounts(self, home, trash=False):
        with home.connect() as agent:
            return {account["name"].split(" (")[0]: account for account in agent.accounts(trash=trash)}

    def act(self):
        self.step += 1
        home = self.random.choice(self.homes)
        here = self.accounts(home)
        name = self.random.choice(sorted(here)) if here else None
        what = self.random.choices(
            ["add", "tag", "note", "protect", "remove", "count", "kit", "recipient", "passphrase", "ship", "sync", "asked sync",
             "restore", "clock", "away"], [10, 8, 5, 5, 5, 8, 4, 4, 2, 14, 10, 10, 4, 4, 2])[0]
        self.lines.append(f"-- {self.step}: {self.homes.index(home)} {what} {name}")
        secrets = self.secrets(home)
        if what == "add":
            name = f"n{self.step}"
            with home.connect() as agent:
                agent.add("Own", name, key_of(name))
            self.keys.add(name)
        elif what == "tag" and name:
            tag = f"t{self.step}"
            self.fob(home, "edit", name, "--tag", tag)
            self.tags.setdefault(name, set()).add(tag)
        elif what == "note" and name:
            text = f"note {self.step}"
            done = fob_with(home, None, "edit", name, "--note", input=text.encode(), new_session=True)
            equal(done.returncode, 0, f"a note: {done.stderr}")
        elif what == "protect" and name:
            self.fob(home, "edit", name, "--confirm")
            self.protected.add(name)
        elif what == "remove" and name and name != "counter":
            with home.connect() as agent:
                agent.ask(0x22, protocol_client.selector(id=here[name]["id"])).end()
            self.removed.add(name)
        elif what == "count" and "counter" in here and "counter" not in self.protected:
            with home.connect() as agent:
                given = agent.code("counter")["counter"]
            check(given >= 5, "a counter from before")
            self.counters["counter"] = max(self.counters["counter"], given + 1)
        elif what == "kit":
            self.fob(home, "access", "kit", "--json", "--yes", secrets=secrets)
        elif what == "recipient":
            listed = json.loads(self.fob(home, "access", "list", "--json")[1])
            own = [way for way in listed["ways"] if way["kind"] == "identity"]
            if own and self.random.random() < 0.6:
                self.fob(home, "access", "remove", own[0]["label"], "--yes", secrets=secrets)
            else:
                made = subprocess.run(["age-keygen"], capture_output=True, text=True, check=True)
                recipient = made.stderr.split()[-1]
                self.fob(home, "access", "add", recipient, "--label", f"r{self.step}", "--yes", secrets=secrets)
        elif what == "passphrase" and home is self.homes[0]:
            new = f"another long passphrase {self.step}".encode()
            with home.connect() as agent:
                agent.ask(0x06, protocol_client.octets(self.of(home)) + protocol_client.octets(new)).end()
            home.passphrase = new
        elif what == "ship":
            self.fob(home, "backup", "now", status=(0, 15))
        elif what == "sync":
            self.fob(home, "sync", "--no-ask", status=(0, 15))
        elif what == "asked sync":
            self.sync(home)
        elif what == "restore":
            files = [name for name in os.listdir(self.places[0]) if name.startswith("fob-")]
            if files:
                source = os.path.join(self.places[0], self.random.choice(sorted(files)))
                self.fob(home, "restore", source, "--yes", status=(0, 77, 75), secrets=secrets)
                # What was removed for good or before comes back by it.
                for name in self.accounts(home):
                    self.removed.discard(name)
        elif what == "clock":
            at(home, self.of(home), self.random.choice(DAYS))
        elif what == "away":
            path = self.random.choice(self.places)
            os.rename(path, path + ".away")
            self.fob(home, "sync", "--no-ask", status=15)
            os.rename(path + ".away", path)

    def sync(self, home):
        """With the passphrases that the owner knows: that of this machine, and that of the first one."""
        for passphrase in dict.fromkeys([self.of(self.homes[0]), self.of(home)]):
            until(lambda: self.fob(home, "sync", "--no-ask", status=None, secrets={"--passphrase-fd": passphrase})[0] != 75,
                  "the wait after a wrong passphrase")
            with home.connect() as agent:
                agent.lock()
            for right in dict.fromkeys([self.of(home), self.of(self.homes[0])]):
                if self.opens(home, right):
                    home.passphrase = right
                    break
            else:
                raise AssertionError("it opens by nothing that its owner knows")

    @staticmethod
    def opens(home, passphrase):
        def attempt():
            try:
                with home.connect() as agent:
                    agent.unlock(passphrase)
                return "yes"
            except Refused as error:
                return {75: None, 77: "no"}[error.code]
        return until(attempt, "the wait after a wrong passphrase") == "yes"

    def run(self):
        for _ in range(self.random.randint(15, 35)):
            self.act()
        for home in self.homes:
            self.fob(home, "backup", "now", status=(0, 15))
        order = self.random.sample(self.homes, len(self.homes))
        for _ in range(2):
            for home in order:
                self.lines.append("-- round")
                self.sync(home)
        shapes = [self.shape(home) for home in self.homes]
        for shape in shapes[1:]:
            for part in shape:
                equal(shape[part], shapes[0][part], f"{part} of all machines")
        for home in self.homes:
            live, trash = self.accounts(home), self.accounts(home, trash=True)
            equal(self.keys - set(live) - set(trash), set(), "accounts that are lost")
            equal({name for name in self.removed if name in live}, set(), "removed accounts that are back")
            if "counter" in live and "counter" not in self.protected:
                check(live["counter"]["counter"] >= self.counters["counter"], "the counter")

    def shape(self, home):
        listed = json.loads(self.fob(home, "access", "list", "--json")[1])
        found = {"fingerprint": listed["fingerprint"], "ways": sorted(way["id"] for way in listed["ways"])}
        check(listed["codes"]["left"] <= 16, f"codes of more than one kit: {listed['codes']}")
        for name, account in {**self.accounts(home), **self.accounts(home, trash=True)}.items():
            # When it was edited last is what each machine knows of itself.
            found[account["id"]] = {key: account[key] for key in account if key not in ("modified", "uses", "last_used")}
        for name, account in self.accounts(home).items():
            check(self.tags.get(name, set()) <= set(account["tags"]), f"{name} has {account['tags']} of {self.tags.get(name)}")
            check(name not in self.protected or account["confirm"], f"{name} has lost its protection")
            # What is protected is shown to its owner only.
            if account["has_note"] and not account["confirm"]:
                shown = json.loads(self.fob(home, "show", f"id:{account['id']}", "--json")[1])
                found[f"note of {name}"] = sorted(shown["note"].split("\n"))
        return found


def at(home, passphrase, days):
    """The home's agent lives so many days later from now on."""
    equal(home.stop(), 0, "the agent's end")
    home.flags = [flag for flag in home.flags if flag == "--test-cheap-derivation"]
    if days:
        home.flags += ["--test-time", str(int(time.time()) + days * 86400)]
    with home.start().connect() as agent:
        agent.unlock(passphrase)


need("age-keygen")
first, last = (int(number) for number in (sys.argv[1] if len(sys.argv) > 1 else "0-5").split("-"))
steps = 0
for seed in range(first, last + 1):
    history = History(seed)
    try:
        history.run()
    except BaseException:
        print("\n".join(history.lines), file=sys.stderr)
        print(f"seed {seed}", file=sys.stderr, flush=True)
        raise
    steps += history.step
    for home in history.homes:
        home.remove()
print(f"{last - first + 1} histories, {steps} steps")
