"""Nothing that needs the owner happens without somebody else's yes: once, in time, and with the passphrase where it
is needed."""

import sys

from protocol_client import *
from scratch import *

ASKED, ANSWERED = 0xE3, 0xE4
APPROVED, DENIED, EXPIRED, WITHDRAWN = range(4)
PAST = 1_700_000_000
key = {name: os.urandom(20) for name in ("plain", "confirm", "other", "brief")}


class Asker:
    """Another process, in a session of its own unless told otherwise, that sends one request and reports the answer:
    0 for a reply of the right kind, else the code of the error."""

    def __init__(self, type, body, expect, own_session=True, repeat=1, start=None):
        self.read, write = os.pipe()
        self.child = os.fork()
        if self.child == 0:
            atexit._clear()
            if own_session:
                os.setsid()
            if start:
                start()
            try:
                with home.connect(timeout=150) as client:
                    # All in one write: the agent takes them in one turn, whoever else is asking.
                    ids = range(client.last_id + 1, client.last_id + 1 + repeat)
                    client.socket.sendall(b"".join(frame(type, body, id) for id in ids))
                    client.last_id += repeat
                    for id in ids:
                        found, reply = client.wait(id)
                        code = refusal(reply).code if found == ERROR else 0 if found == expect else 255
                        os.write(write, bytes([code]) + (reply[16:24] if found == CODE_REPLY else bytes(8)))
            finally:
                os._exit(0)
        os.close(write)

    @property
    def is_waiting(self):
        import select
        return not select.select([self.read], [], [], 0)[0]

    def answer(self, wanted, what):
        data = os.read(self.read, 9)
        check(data, f"{what}: no answer")
        equal(data[0], wanted, what)
        return data[1:]

    def end(self, kill=False):
        if kill:
            os.kill(self.child, signal.SIGKILL)
        os.waitpid(self.child, 0)
        os.close(self.read)


def code_of(name, flags=0):
    return CODE, u8(flags) + selector(f"Consent/{name}"), CODE_REPLY


def asks(what, *request, **options):
    """A request that raises one question; the asker and the question."""
    asker = Asker(*request, **options)
    found = until(agent.challenges, f"{what}: the question")
    equal(len(found), 1, f"{what}: questions")
    check(asker.is_waiting, f"{what}: answered before anybody was asked")
    return asker, found[0]


def ended(outcome, challenge):
    """The listener has heard of the question and of its end."""
    type, body = hear()
    equal((type, Body(body).challenge()["id"]), (ASKED, challenge["id"]), "the event of a question")
    equal(hear(), (ANSWERED, bytes.fromhex(challenge["id"]) + u8(outcome)), "the event of its end")


def hear():
    if listener.events:
        return listener.events.pop(0)
    return listener.receive()[1:]


def deadline():
    """Nobody answers in time: a no."""
    begun = time.monotonic()
    asker, challenge = asks("silence", *code_of("confirm"))
    equal(challenge["deadline"] - challenge["created"], 3, "the time for an answer")
    asker.answer(6, "a question that nobody answered")
    taken = time.monotonic() - begun
    check(taken > 2.99, f"expired after {taken:.1f} s")
    refused(3, lambda: agent.approve(challenge["id"]), "a yes that came too late")
    ended(EXPIRED, challenge)
    asker.end()
    print(f"expired after {taken:.1f} s")


home = Home("--test-time", str(PAST), *(["--test-challenge", "3000"] if sys.argv[1:] == ["deadline"] else [])).start()
agent = home.connect()
agent.initialize(PASSPHRASE)
for name in key:
    agent.add("Consent", name, key[name], confirm=name in ("confirm", "other"), lifetime=2 if name == "brief" else 0)
listener = home.connect()
listener.subscribe(8 + 16)
if sys.argv[1:] == ["deadline"]:
    deadline()
    sys.exit(0)

# Yes.
asker, challenge = asks("a code", *code_of("confirm"))
equal((challenge["kind"], challenge["account"], challenge["pid"], challenge["needs_passphrase"]),
      ("code", "Consent/confirm", asker.child, False), "the question")
equal(challenge["executable"], os.readlink("/proc/self/exe"), "the caller's program")
equal(challenge["deadline"] - challenge["created"], 60, "the time for an answer")
check(status(agent)["challenges"] == 1, "STATUS counts the question")
agent.approve(challenge["id"])
equal(asker.answer(0, "a confirmed code"), octets(totp(key["confirm"], PAST).encode()), "the code")
ended(APPROVED, challenge)
refused(3, lambda: agent.approve(challenge["id"]), "a second yes")
refused(3, lambda: agent.deny(challenge["id"]), "a no after the yes")
asker.end()
equal(agent.challenges(), [], "questions that are left")
agent.code("Consent/plain")

# No; and a yes after it.
asker, challenge = asks("a code", *code_of("confirm"))
agent.deny(challenge["id"])
asker.answer(5, "a denied code")
refused(3, lambda: agent.approve(challenge["id"]), "a yes after the no")
ended(DENIED, challenge)
asker.end()

def yes(challenge, passphrase=b"", remember=0):
    """A yes of a person in another place."""
    def owner():
        with home.connect() as client:
            client.approve(challenge["id"], passphrase, remember)
    elsewhere(owner)


def wrongly(id):
    with home.connect() as client:
        refused(77, lambda: client.approve(id, b"no passphrase"), "a wrong passphrase where a yes is enough")


# Not to oneself: neither on the same connection, nor on another one of the same process, nor by its kin.
with home.connect() as one, home.connect() as two:
    id = one.send(*code_of("confirm")[:2])
    challenge = until(agent.challenges, "the question")[0]
    refused(77, lambda: one.approve(challenge["id"]), "a yes on the connection that asked")
    refused(77, lambda: two.approve(challenge["id"]), "a yes of the process that asked")
    refused(77, lambda: one.approve(challenge["id"], PASSPHRASE), "with the passphrase on the connection that asked")
    refused(77, lambda: agent.approve(challenge["id"], b"no passphrase"), "a yes of that process with another passphrase")
    # Whoever gives a passphrase where a yes is enough is told when it is wrong.
    elsewhere(lambda: wrongly(challenge["id"]))
    equal(len(agent.challenges()), 1, "the question is still there")

    def approve():
        with home.connect() as third:
            refused(77, lambda: third.approve(challenge["id"]), "a yes of what the asker has started")

    joined(apart(approve), "the yes of a child")
    joined(apart(lambda: (os.setsid(), approve())), "the yes of a child in another session")
    joined(apart(lambda: (os.setsid(), joined(apart(approve), "a grandchild"))), "the yes of a grandchild")
    agent.approve(challenge["id"], PASSPHRASE)
    equal(one.wait(id)[0], CODE_REPLY, "the code")
ended(APPROVED, challenge)
# Nor by what has started it, nor by its session and its job; a parent of another session may.
for what, start in (("its parent", None), ("its session", lambda: os.setpgid(0, 0))):
    asker, challenge = asks(what, *code_of("confirm"), own_session=False, start=start)
    refused(77, lambda: agent.approve(challenge["id"]), f"a yes of {what}")
    refused(77, lambda: agent.deny(challenge["id"], mute=60), f"a mute by {what}")
    agent.deny(challenge["id"])
    asker.answer(5, "a no of anybody")
    asker.end()
    ended(DENIED, challenge)

# The connection of somebody who has ended: whoever has it now is not known, and can neither ask nor answer.
def leaves_it(end):
    with home.connect() as client:
        status(client)
        socket.send_fds(end, [b"!"], [client.socket.fileno()])


ours, theirs = socket.socketpair()
joined(apart(leaves_it, theirs), "somebody who hands on a connection")
_, descriptors, _, _ = socket.recv_fds(ours, 1, 1)
orphan = Agent.adopt(descriptors[0])
refused(77, lambda: orphan.code("Consent/confirm"), "a question of nobody")
orphan.code("Consent/plain")
asker, challenge = asks("a code", *code_of("confirm"))
refused(77, lambda: orphan.approve(challenge["id"]), "a yes of nobody")
yes(challenge)
asker.answer(0, "a confirmed code")
asker.end()
ended(APPROVED, challenge)
orphan.close()

# Whoever asks and goes takes the question along; so does a lock.
asker, challenge = asks("a code", *code_of("confirm"))
asker.end(kill=True)
until(lambda: not agent.challenges() and "none", "the question is withdrawn")
refused(3, lambda: agent.approve(challenge["id"]), "a yes for somebody who has gone")
ended(WITHDRAWN, challenge)
asker, challenge = asks("a code", *code_of("confirm"))
agent.lock()
asker.answer(2, "a question that a lock withdrew")
ended(WITHDRAWN, challenge)
asker.end()
agent.unlock(PASSPHRASE)

# Yes for a while: to the same account and the same session only, and not beyond a lock.
asker, challenge = asks("a code", *code_of("confirm"), own_session=False)
yes(challenge, remember=600)
asker.answer(0, "a confirmed code")
asker.end()
ended(APPROVED, challenge)
agent.code("Consent/confirm")
asker = Asker(*code_of("confirm"), own_session=False)
asker.answer(0, "a code in the session that was told yes")
asker.end()
for what, request, options in (
        ("another account", code_of("other"), {"own_session": False}),
        ("another session", code_of("confirm"), {"own_session": True})):
    asker, challenge = asks(what, *request, **options)
    agent.deny(challenge["id"])
    asker.answer(5, f"{what} after a yes for a while")
    asker.end()
    ended(DENIED, challenge)
agent.lock()
agent.unlock(PASSPHRASE)
asker, challenge = asks("a lock ends the yes", *code_of("confirm"), own_session=False)
yes(challenge, remember=1)
asker.answer(0, "a confirmed code")
asker.end()
ended(APPROVED, challenge)
time.sleep(1.1)
asker, challenge = asks("the time of the yes is over", *code_of("confirm"), own_session=False)
agent.deny(challenge["id"])
asker.answer(5, "a denied code")
asker.end()
ended(DENIED, challenge)

# A yes for a while is over with the session that it was for, whoever has the number of its leader then.
def leads(end):
    os.setsid()
    asker = Asker(*code_of("confirm"), own_session=False)
    asker.answer(0, "a confirmed code")
    asker.end()
    os.write(end, b"!")
    os.read(ends[0], 1)


read, write = os.pipe()
ends = os.pipe()
leader = apart(leads, write)
challenge = until(agent.challenges, "the question of another session")[0]
yes(challenge, remember=600)
os.read(read, 1)
ended(APPROVED, challenge)
equal(len(agent.grants()), 1, "what is remembered for a session")
os.write(ends[1], b"!")
joined(leader, "a session that ends")
until(lambda: not agent.grants() and "none", "what is remembered for a session that is over")

# No for a while: the caller is not even asked about any more, nor is what leaves its session.
read, write = os.pipe()
muted = os.fork()
if muted == 0:
    atexit._clear()
    os.setsid()
    with home.connect(timeout=30) as client:
        for _ in range(3):
            found, reply = client.wait(client.send(*code_of("confirm")[:2]))
            os.write(write, bytes([refusal(reply).code if found == ERROR else 0]))
        client.code("Consent/plain")
        os.write(write, b"\0")
    os._exit(0)
challenge = until(agent.challenges, "the question of somebody who is muted")[0]
agent.deny(challenge["id"], mute=600)
os.waitpid(muted, 0)
equal(os.read(read, 10), bytes([5, 5, 5, 0]), "the answers to somebody who is muted")
equal(agent.challenges(), [], "questions of somebody who is muted")
ended(DENIED, challenge)
asker = Asker(*code_of("confirm"))
asker.answer(5, "a code in another session of what is muted")
asker.end()
muted = agent.mutes()
equal([mute["executable"] for mute in muted], [os.readlink("/proc/self/exe")], "who is muted")
agent.lock()
agent.unlock(PASSPHRASE)
equal([mute["id"] for mute in agent.mutes()], [muted[0]["id"]], "who is muted behind a lock and an unlock")
agent.revoke(muted[0]["id"])
equal(agent.mutes(), [], "mutes that are left")
asker, challenge = asks("nobody is muted", *code_of("confirm"))
agent.deny(challenge["id"])
asker.answer(5, "a denied code")
asker.end()
ended(DENIED, challenge)

# An export needs the passphrase, and its pages go to whoever asked only.
for kind in (0, 1):
    asker, challenge = asks("an export", 0x30, u8(kind) + u16(0) + u16(0), 0xB0)
    equal((challenge["kind"], challenge["needs_passphrase"]), ("export", True), "the question")
    refused(77, lambda: agent.approve(challenge["id"]), "a yes without the passphrase")
    refused(77, lambda: agent.approve(challenge["id"], b"wrong"), "a yes with a wrong passphrase")
    check(asker.is_waiting, "an export is answered after a wrong passphrase")
    equal(len(agent.challenges()), 1, "the question is still there")
    agent.approve(challenge["id"], PASSPHRASE, remember=600)
    asker.answer(0, "an export")
    asker.end()
    ended(APPROVED, challenge)
    for handle in range(1, 4):
        refused(3, lambda: agent.ask(0x31, u32(handle) + u32(0), 0xB1), "a page of another connection's export")
asker, challenge = asks("an export is never remembered", 0x30, u8(0) + u16(0) + u16(0), 0xB0, own_session=False)
agent.deny(challenge["id"])
asker.answer(5, "a denied export")
asker.end()
ended(DENIED, challenge)

# Two answers while the passphrase of the first is checked.
asker, challenge = asks("an export", 0x30, u8(0) + u16(0) + u16(0), 0xB0)
with home.connect() as two:
    body = bytes.fromhex(challenge["id"]) + octets(PASSPHRASE) + u32(0)
    ids = [agent.send(APPROVE, body), agent.send(APPROVE, body)]
    answers = sorted(0 if type == OK else refusal(reply).code for type, reply in (agent.wait(id) for id in ids))
    equal(answers, [0, 3], "two answers at once")
asker.answer(0, "an export")
asker.end()
ended(APPROVED, challenge)

# Taking a protection away is asked about; adding one is not.
edits = {
    "no confirmation any more": ("confirm", u16(16) + u8(0)),
    "a longer lifetime": ("brief", u16(32) + u32(600)),
    "no lifetime any more": ("brief", u16(32) + u32(0)),
    "a new name and no confirmation": ("confirm", u16(2 + 16) + string("confirm") + u8(0)),
}
for what, (name, mask) in edits.items():
    asker, challenge = asks(what, 0x21, selector(f"Consent/{name}") + mask, OK)
    agent.deny(challenge["id"])
    asker.answer(5, f"{what}, denied")
    asker.end()
    ended(DENIED, challenge)
accounts = {account["name"]: account for account in agent.accounts()}
equal((accounts["confirm"]["confirm"], accounts["brief"]["lifetime"]), (True, 2), "what a no has left alone")
agent.ask(0x21, selector("Consent/brief") + u16(32) + u32(1))
agent.ask(0x21, selector("Consent/plain") + u16(16) + u8(1))
asker, challenge = asks("an edit", 0x21, selector("Consent/plain") + u16(16) + u8(0), OK)
agent.approve(challenge["id"])
asker.answer(0, "an edit with a yes")
asker.end()
ended(APPROVED, challenge)
agent.code("Consent/plain")

# A lifetime counts from the unlock; only the passphrase starts it anew.
def brief():
    """A code within the second of its account, unless others have used that second up."""
    unlocked = time.monotonic()
    agent.unlock(PASSPHRASE)
    try:
        return agent.code("Consent/brief")
    except Refused as error:
        equal(error.code, 11, "a code of an account with a lifetime")
        check(time.monotonic() > unlocked + 1, "a code was refused within the account's lifetime")


takes(30, brief, "a code within the account's lifetime")
time.sleep(1.2)
refused(11, lambda: agent.code("Consent/brief"), "a code after the account's lifetime")
agent.code("Consent/plain")
takes(30, brief, "a code once the passphrase was given again")

# Eight questions of a caller, thirty-two in all, of which some are for who asks nothing yet; the owner can still answer
# each, and so may one that waits.
askers = [Asker(*code_of("confirm"), repeat=10) for _ in range(6)]
found = until(lambda: len(agent.challenges()) == 27 and agent.challenges(), "all questions that six callers may ask")
time.sleep(0.2)
equal(len(agent.challenges()), 27, "questions at one time")
equal(len({challenge["pid"] for challenge in found}), 6, "callers whose questions wait")
newcomer = Asker(*code_of("confirm"))
until(lambda: len(agent.challenges()) == 28, "the question of a newcomer")
agent.approve(found[0]["id"])
for challenge in found[1:]:
    agent.deny(challenge["id"])
agent.deny(agent.challenges()[0]["id"])
newcomer.answer(5, "a denied code of a newcomer")
newcomer.end()
codes = [os.read(asker.read, 9)[0] for asker in askers for _ in range(10)]
equal((codes.count(0), codes.count(5), codes.count(75)), (1, 26, 33), "yes, no and too many")
for asker in askers:
    asker.end()
agent.code("Consent/plain")

with open(os.path.join(home.path, "audit.log")) as lines:
    log = lines.read()
for text in ("Consent", PASSPHRASE.decode(), totp(key["confirm"], PAST)):
    check(text not in log, f"the log tells {text!r}")
answers = {word: log.count(f" {word} ") for word in ("approved", "denied", "withdrawn")}
equal(home.stop(), 0, "the agent's status")
print(f"questions raised {log.count('challenge.raise')}, answered {answers}")
