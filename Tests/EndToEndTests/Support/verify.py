"""What the owner has said takes the passphrase is given to no program, whatever that can say yes to: codes and the note of
an account, what would weaken it, and what security keys sign. The log tells what was asked and given."""

import json

from key_owner import *

EDIT, SHOW, ACCOUNT = 0x21, 0x13, 0x93
NONE, YES, VERIFY_EACH = range(3)
HASH = os.urandom(32)

home = Home().start()
door = Door(home)
agent = door.agent
with home.connect() as first:
    first.initialize(PASSPHRASE)
agent.add("Verify", "bank", os.urandom(20), confirm=VERIFY_EACH, note="the blue book", lifetime=86_400)
agent.add("Verify", "mail", os.urandom(20), confirm=YES)
agent.add("Verify", "plain", os.urandom(20))
accounts = {account["name"]: account for account in agent.accounts()}
equal({name: account["confirm"] for name, account in accounts.items()}, {"bank": 2, "mail": True, "plain": False},
      "what each account takes")


def edit(name, consent):
    return EDIT, selector(f"Verify/{name}") + u16(16) + u8(consent), OK


def code(name):
    return CODE, u8(0) + selector(f"Verify/{name}"), CODE_REPLY


def log(event):
    with open(os.path.join(home.path, "audit.log")) as lines:
        return [line.split() for line in lines if f" {event} " in line]


# Whatever is asked about it, a yes alone is none, a wrong passphrase leaves the question, and a no ends it.
for what, (type, body, expect) in {
        "a code": code("bank"),
        "its note": (SHOW, selector("Verify/bank"), ACCOUNT),
        "to a yes": edit("bank", YES),
        "to nothing": edit("bank", NONE),
        "a longer lifetime": (EDIT, selector("Verify/bank") + u16(32) + u32(0), OK),
        "an export": (0x30, u8(0) + u16(1) + bytes.fromhex(accounts["bank"]["id"]) + u16(0), 0xB0)}.items():
    for passphrase, answer_, end in ((b"", 77, False), (b"wrong", 77, False), (PASSPHRASE, 0, True)):
        if passphrase == b"":
            id = door.begin(type, body)
            challenge = door.asked(what)
            equal(challenge["needs_passphrase"], True, f"{what}: what it takes")
        equal(approve(home, challenge, passphrase), answer_, f"{what}: with {passphrase!r}")
        equal(len(door.watch.challenges()), 0 if end else 1, f"{what}: questions after {passphrase!r}")
    check(isinstance(door.reply(id, expect), Body), what)
    agent.ask(EDIT, selector("Verify/bank") + u16(16 + 32) + u8(VERIFY_EACH) + u32(86_400))
    id = door.begin(type, body)
    equal(deny(home, door.asked(what)), 0, f"{what}: a no")
    equal(door.reply(id, expect), 5, f"{what}: denied")
equal([account["confirm"] for account in agent.accounts()], [2, True, False], "what each account takes in the end")
# A wrong one is a guess as at an unlock, and the log tells of it.
check(len([line for line in log("vault.unlock") if line[4] == "refused"]) >= 6, "the log does not tell of guesses")

# Remembered for a while it may be, as a yes is; but a yes that was remembered is none once the passphrase is needed.
for name, passphrase in (("bank", PASSPHRASE), ("mail", b"")):
    id = door.begin(*code(name)[:2])
    equal(approve(home, door.asked(name), passphrase, remember=600), 0, "a yes for ten minutes")
    check(isinstance(door.reply(id, CODE_REPLY), Body), "the code")
    door.ask(*code(name))
door.ask(*edit("mail", VERIFY_EACH))
door.ask(*code("mail"), asks="code", passphrase=PASSPHRASE)
door.ask(*edit("mail", YES), asks="protection", passphrase=PASSPHRASE)
door.ask(*code("mail"))
agent.revoke()
door.ask(*code("mail"), asks="code")

# Clients of version 1 know of confirmations only, and are asked the same.
with home.connect(hello=False) as old:
    old.hello(1, 1)
    equal([account["confirm"] for account in old.accounts()], [True, True, False], "what version 1 is told")

# Security keys: the signature says that the owner was verified when the passphrase was given, and only then.
ssh = door.create(SSH, "ssh:", algorithms=[EDDSA], user="laptop")
script = door.create(SCRIPT, "fob:deploy", algorithms=[EDDSA])
web = door.create(CTAP, "example.org", user="alice", flags=DISCOVERABLE, handle=b"u")
site = sha(b"https://u2f.example")
u2f = door.create(U2F, site.hex())
made = {"ssh": ssh, "script": script, "web": web, "U2F": u2f}
signs = {
    "ssh": lambda **more: door.sign(SSH, "ssh:", ssh["credential"], b"x", **more)["flags"],
    "script": lambda **more: door.sign(SCRIPT, "fob:deploy", script["credential"], b"x", **more)["flags"],
    "web": lambda **more: door.get("example.org", HASH, **more)["data"][32],
    "U2F": lambda **more: door.get(site.hex(), HASH, door=U2F, allowed=[u2f["credential"]], **more)["data"][32],
}


def silent(key):
    """What a site gets without a person."""
    return door.get("example.org", HASH, asks=None, allowed=[key["credential"]], flags=0)


def key_edit(key, verified):
    return KEY_EDIT, u8(1) + bytes.fromhex(key["record"]) + u8(16) + u8(verified), OK


for what, sign in signs.items():
    equal(sign() & (UP | UV), UP, f"{what}: a yes")
check(isinstance(silent(web), dict), "a site that names its key")
for key in made.values():
    door.ask(*key_edit(key, 1))
for what, sign in signs.items():
    equal(sign(passphrase=PASSPHRASE) & (UP | UV), UP if what == "U2F" else UP | UV, f"{what}: the passphrase")
equal(silent(web), 16, "a site that names a key of a verified owner")
# The PIN counts as well, at the site that it was given for.
platform = Platform(agent, 2)
door.ask(PIN_SET, platform.set_pin(b"1234"), OK, "verification", PASSPHRASE)
platform.agree()
token = platform.token(b"1234", 2, "example.org")
equal(signs["web"](pin=platform.proof(token, HASH)) & (UP | UV), UP | UV, "the PIN")
for key in made.values():
    id = door.begin(*key_edit(key, 0)[:2])
    challenge = door.asked("to a yes")
    equal((challenge["kind"], challenge["needs_passphrase"]), ("protection", True), "the question")
    equal(approve(home, challenge), 77, "a yes alone")
    equal(approve(home, challenge, PASSPHRASE), 0, "the passphrase")
    check(isinstance(door.reply(id, OK), Body), "the edit")
for what, sign in signs.items():
    equal(sign() & (UP | UV), UP, f"{what}: a yes again")
# The keys of an account are used as the account is.
own = door.create(SCRIPT, "fob:bank", algorithms=[EDDSA], account=accounts["bank"]["id"], passphrase=PASSPHRASE)
signed = door.sign(SCRIPT, "fob:bank", own["credential"], b"x", passphrase=PASSPHRASE)
equal(signed["flags"] & (UP | UV), UP | UV, "a key of an account that takes the passphrase")

# The log says what was asked, and what was given.
proofs = [{word for word in line if word.startswith("proof=")} for line in log("challenge.raise") if line[4] == "done"]
check(proofs and set.union(*proofs) == {"proof=yes", "proof=passphrase", "proof=passphrase_or_pin"} and all(map(len, proofs)), str(proofs))
given = [(line[4], [word for word in line if word.startswith("proof=")]) for line in log("challenge.answer")]
equal({outcome: {len(words) for outcome_, words in given if outcome_ == outcome} for outcome, _ in given},
      {"approved": {1}, "denied": {0}}, "answers in the log")

# On the command line.
FOB = os.path.join(BIN, "fob")


def fob(*arguments, data=b"", descriptor=None, status=0):
    """Runs it with the passphrase on a descriptor, and returns what it has written."""
    read, write = os.pipe()
    os.write(write, PASSPHRASE + b"\n")
    os.close(write)
    line = [FOB, *arguments] + (["--passphrase-fd", str(read)] if descriptor else [])
    found = subprocess.run(line, input=data, capture_output=True, timeout=PATIENCE, pass_fds=(read,),
                           env={"PATH": os.environ["PATH"], "FOB_HOME": home.path})
    os.close(read)
    equal(found.returncode, status, f"{arguments}: {found.stdout!r} {found.stderr!r}")
    return found.stdout.decode()


def listed():
    return {account["name"]: (account["confirm"], account["verify"])
            for account in json.loads(fob("list", "--json"))["accounts"] if account["issuer"] == "Line"}


def answered(*arguments):
    """What needs the owner, who gives the passphrase elsewhere; a yes alone is refused."""
    asker = subprocess.Popen([FOB, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                             env={"PATH": os.environ["PATH"], "FOB_HOME": home.path})
    question = until(lambda: json.loads(fob("confirm", "--list", "--json"))["challenges"], "a question")[0]
    equal((question["proof"], question["needs_passphrase"]), ("passphrase", True), "what the question takes")
    said = elsewhere(fob, "confirm", question["id"], "--yes", "--json", descriptor=True)
    equal(json.loads(said)["proof"], "passphrase", "what was given")
    equal(asker.wait(PATIENCE), 0, f"{arguments}: {asker.stderr.read()!r}")


for name, words in {"a": ["--confirm", "verify"], "b": ["--confirm"], "c": ["--confirm=verify"], "d": []}.items():
    fob("add", "--issuer", "Line", "--name", name, *words, data=8 * name.encode() * 4)
equal(listed(), {"a": (True, True), "b": (True, False), "c": (True, True), "d": (False, False)}, "what was added")
fob("edit", "Line/b", "--confirm", "verify")
fob("edit", "--confirm", "Line/d")
equal(listed(), {"a": (True, True), "b": (True, True), "c": (True, True), "d": (True, False)}, "what was made more")
answered("edit", "Line/a", "--no-confirm")
answered("edit", "Line/b", "--confirm", "yes")
answered("edit", "Line/c", "--confirm", "no")
equal(listed(), {"a": (False, False), "b": (True, False), "c": (False, False), "d": (True, False)}, "what was made less")
fob("edit", "Line/d", "--confirm=never", status=64)
fob("key", "edit", "fob:deploy", "--confirm", "verify")
check("verifies each time" in fob("key", "show", "fob:deploy"), "a key that verifies its owner")
fob("key", "edit", "fob:deploy", "--confirm", "no", status=64)
answered("key", "edit", "fob:deploy", "--confirm", "yes")

equal(home.stop(), 0, "the agent's status")
print("6 verbs of an account, 4 transports of security keys")
