"""An owner and keepers with agents of their own, for the scripts about them."""

import glob
import json
import re

from scratch import *

FOB = os.path.join(BIN, "fob")
KEY = b"12345678901234567890"
NEW = b"another horse, another battery 97"
WORDS = re.compile(rb"(?:[a-z]{5} ){5}[a-z]{5}")
work = tempfile.mkdtemp(prefix="fob-keepers-")
atexit.register(shutil.rmtree, work, True)


def run(home, *arguments, status=0, text=None, secrets=()):
    """Runs fob, which must end with `status` unless that is None; `secrets` are options with what is to be read from their
    descriptors."""
    numbers, words = [], []
    for option, content in secrets:
        read, write = os.pipe()
        os.write(write, content)
        os.close(write)
        numbers.append(read)
        words += [option, str(read)]
    done = subprocess.run([FOB, *arguments, *words, "--no-ask"], capture_output=True, env=home.environment, timeout=120,
                          pass_fds=numbers, **({"input": text} if text is not None else {"stdin": subprocess.DEVNULL}))
    for number in numbers:
        os.close(number)
    if status is not None:
        equal(done.returncode, status, f"{arguments} said {done.stdout!r} {done.stderr!r}")
    return done


def proved(home, *arguments, passphrase=PASSPHRASE, **more):
    return run(home, *arguments, secrets=[("--passphrase-fd", passphrase)], **more)


def machine(passphrase=PASSPHRASE):
    home = Home().start()
    with home.connect() as agent:
        agent.initialize(passphrase)
    return home


def put(name, content):
    path = os.path.join(work, name)
    with open(path, "wb") as file:
        file.write(content)
    return path


def backups(home):
    return sorted(glob.glob(home.path + "/sealed/fob-*.age"))


def with_keepers(home):
    """The newest backup, once it tells of the present keepers."""
    wanted = json.loads(run(home, "keeper", "list", "--json").stdout)["set"].encode()
    def newest():
        for path in reversed(backups(home)):
            with open(path, "rb") as file:
                if b"-> fob-keepers " + wanted in file.read(65536):
                    return path
    return until(newest, "a backup has the keepers")


class People:
    """An owner and keepers who keep the owner's shares."""

    def __init__(self, count=5, threshold=3):
        self.owner = machine()
        with self.owner.connect() as agent:
            agent.add("Example", "user", KEY)
        run(self.owner, "keeper", "card", "--name", "Grace")
        self.keepers = [machine(b"keeper %d has a long passphrase" % n) for n in range(count)]
        self.secrets = [b"keeper %d has a long passphrase" % n for n in range(count)]
        cards = []
        for number, keeper in enumerate(self.keepers):
            card = run(keeper, "keeper", "card", "--name", f"Keeper {number + 1}")
            check(WORDS.search(card.stderr), "a card has words")
            cards.append(put(f"card-{number + 1}.json", card.stdout))
        made = proved(self.owner, "keeper", "add", *cards, "--threshold", str(threshold), "--yes", "--json")
        self.deposits = [one["deposit"] for one in json.loads(made.stdout)["deposits"]]
        for number, deposit in enumerate(self.deposits):
            self.accept(number, deposit)

    def accept(self, number, deposit, **more):
        return run(self.keepers[number], "keeper", "accept", put(f"deposit-{number + 1}", deposit.encode()), "--yes",
                   **more)

    def answer(self, number, request, **more):
        done = proved(self.keepers[number], "keeper", "answer", put("request", request), passphrase=self.secrets[number],
                      **more)
        return done.stdout

    def lose_owner(self, backup):
        kept = put("backup.age", open(backup, "rb").read())
        self.owner.kill()
        shutil.rmtree(self.owner.path)
        return kept


def requests(home, backup, *more):
    asked = json.loads(run(home, "recover", backup, "--json", *more).stdout)
    return [one["request"].encode() for one in asked["requests"]]


def recover(home, backup, answers, status=0):
    options = []
    for number, answer in enumerate(answers):
        options += ["--answer", put(f"answer-{number}", answer)]
    return run(home, "recover", backup, *options, "--yes", status=status, secrets=[("--new-passphrase-fd", NEW)])


def opens(home, passphrase=NEW):
    """The account is there, with its key."""
    done = run(home, "code", "Example")
    now = time.time()
    check(done.stdout.strip().decode() in [totp(KEY, now + late) for late in (-30, 0)], "the right code")
