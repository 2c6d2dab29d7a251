"""Whoever asks for something of a security key cannot say yes to it; who says no, nothing, or goes away ends it at once
on both sides; many questions are few; what is remembered is remembered for its session alone.

    key_consent.py [deadline]
"""

import select

from key_owner import *

ASKED, ENDED = 0xE3, 0xE4
APPROVED, DENIED, EXPIRED, WITHDRAWN = range(4)
HASH = os.urandom(32)

home = Home(*(["--test-challenge", "3000"] if sys.argv[1:] == ["deadline"] else [])).start()
door = Door(home)
agent = door.agent
with home.connect() as first:
    first.initialize(PASSPHRASE)
web = door.create(CTAP, "example.org", flags=DISCOVERABLE, handle=b"u", user="alice")
ssh = door.create(SSH, "ssh:", algorithms=[EDDSA], user="laptop")
script = door.create(SCRIPT, "fob:deploy", algorithms=[EDDSA])
listener = home.connect()
listener.subscribe(8 + 16)
platform = Platform(agent, 2)

REQUESTS = {
    "registration": (KEY_CREATE, key_create(CTAP, "example.org", user="bob"), KEY_CREATED),
    "sign-in": (KEY_ASSERT, key_assert(CTAP, "example.org", HASH), KEY_ASSERTION),
    "ssh": (KEY_SIGN, key_sign(SSH, "ssh:", ssh["credential"], b"data"), KEY_SIGNATURE),
    "script": (KEY_SIGN, key_sign(SCRIPT, "fob:deploy", script["credential"], b"data"), KEY_SIGNATURE),
    "presence": (KEY_PRESENCE, string("") + requester(), OK),
    "excluded": (KEY_CREATE, key_create(CTAP, "example.org", excluded=[web["credential"]]), KEY_CREATED),
    "verification": (UV_TOKEN, platform.head() + u8(2) + string("") + requester(), PIN_TOKEN_REPLY),
    "PIN": (PIN_SET, platform.set_pin(b"1234"), OK),
    "reset": (KEY_RESET, requester(), OK),
}
NEEDS_PASSPHRASE = ("verification", "PIN", "reset")


def hear():
    """The next event of the listener."""
    if listener.events:
        return listener.events.pop(0)
    return listener.receive()[1:]


def heard(outcome, challenge):
    type, body = hear()
    equal((type, Body(body).challenge()["id"]), (ASKED, challenge["id"]), "the event of a question")
    equal(hear(), (ENDED, bytes.fromhex(challenge["id"]) + u8(outcome)), "the event of its end")


def raised(what):
    type, body, _ = REQUESTS[what]
    id = agent.send(type, body)
    return id, door.asked(what)


def is_over(challenge, what):
    """Nobody sees it any more, and nobody can answer it."""
    equal(door.watch.challenges(), [], f"{what}: questions")
    equal((approve(home, challenge, PASSPHRASE), deny(home, challenge)), (3, 3), f"{what}: answers that came late")


def before():
    return [(key["credential"], key["counter"]) for key in agent.keys(trash=True)]


def deadline():
    """Nobody answers any of them in time."""
    ids = {what: agent.send(type, body) for what, (type, body, _) in REQUESTS.items() if what != "PIN"}
    found = until(lambda: len(all := door.watch.challenges()) == len(ids) and all, "all questions")
    equal({challenge["deadline"] - challenge["created"] for challenge in found}, {3}, "the time for an answer")
    for what, id in ids.items():
        equal(door.reply(id, None), 6, f"{what}: silence")
    for challenge in found:
        equal(approve(home, challenge, PASSPHRASE), 3, "a yes that came too late")
    print(f"{len(ids)} questions expired")


def keep(count):
    """Events of what has been set up so far."""
    for _ in range(count):
        hear()


if sys.argv[1:] == ["deadline"]:
    deadline()
    sys.exit(0)

kept = before()
for what in REQUESTS:
    type, body, expect = REQUESTS[what]
    passphrase = PASSPHRASE if what in NEEDS_PASSPHRASE else b""
    # The one who asked says yes: on the same connection, and on another of the same process.
    id, challenge = raised(what)
    equal(challenge["pid"], os.getpid(), f"{what}: who asks")
    refused(77, lambda: agent.approve(challenge["id"], passphrase), f"{what}: its own connection")
    with home.connect() as own:
        refused(77, lambda: own.approve(challenge["id"], passphrase), f"{what}: its own process")
    equal(len(door.watch.challenges()), 1, f"{what}: still asked")
    # No.
    equal(deny(home, challenge), 0, f"{what}: a no")
    equal(door.reply(id, expect), 5, f"{what}: denied")
    heard(DENIED, challenge)
    is_over(challenge, what)
    # Cancelled: by nobody but the connection that asked.
    id, challenge = raised(what)
    with home.connect() as other:
        other.cancel(id)
    agent.cancel(id + 1000)
    equal(len(door.watch.challenges()), 1, f"{what}: cancelled by somebody else")
    agent.cancel(id)
    check(id in agent.replies, f"{what}: its answer comes before that of CANCEL")
    equal(door.reply(id, expect), 20, f"{what}: cancelled")
    heard(WITHDRAWN, challenge)
    is_over(challenge, what)
    # The one who asked goes away.
    with home.connect() as other:
        if what in ("verification", "PIN"):
            theirs = Platform(other, 2)
            body = theirs.set_pin(b"1234") if what == "PIN" else theirs.head() + body[65:]
        other.send(type, body)
        challenge = door.asked(what)
    until(lambda: not door.watch.challenges(), f"{what}: the question of somebody who has gone")
    heard(WITHDRAWN, challenge)
    is_over(challenge, what)
    # A lock.
    id, challenge = raised(what)
    door.watch.lock()
    equal(door.reply(id, expect), 2, f"{what}: locked")
    heard(WITHDRAWN, challenge)
    with home.connect() as other:
        other.unlock(PASSPHRASE)
    is_over(challenge, what)
    platform.agree()
    REQUESTS["verification"] = (UV_TOKEN, platform.head() + u8(2) + string("") + requester(), PIN_TOKEN_REPLY)
    REQUESTS["PIN"] = (PIN_SET, platform.set_pin(b"1234"), OK)
equal(before(), kept, "keys and counters after all these refusals")
equal(agent.pin_state()["set"], False, "the PIN after all these refusals")

# Yes, once.
for what in REQUESTS:
    id, challenge = raised(what)
    if what in NEEDS_PASSPHRASE:
        equal((approve(home, challenge), approve(home, challenge, b"wrong")), (77, 77), f"{what}: without proof")
        equal(len(door.watch.challenges()), 1, f"{what}: still asked")
    equal(approve(home, challenge, PASSPHRASE if what in NEEDS_PASSPHRASE else b""), 0, f"{what}: a yes")
    found = door.reply(id, REQUESTS[what][2])
    equal(found if what == "excluded" else 0, 17 if what == "excluded" else 0, f"{what}: the answer")
    heard(APPROVED, challenge)
    is_over(challenge, what)
equal(agent.keys(), [], "keys after the reset")
ssh = door.create(SSH, "ssh:", algorithms=[EDDSA], user="laptop")
web = door.create(CTAP, "example.org", user="alice")
keep(4)


# A number alone names nobody: whoever has it by now has started at another time. The parent of who asks is known.
child = apart(lambda: (os.setsid(), signal.pause()))
for start in (0, 1, started(child) - 1, started(child) + 1):
    id = agent.send(KEY_SIGN, key_sign(SSH, "ssh:", ssh["credential"], b"x", pid=child, start=start))
    equal(door.reply(id, KEY_SIGNATURE), 77, f"a process that has not started at {start}")
equal(door.watch.challenges(), [], "questions for nobody")
for pid, start in ((child, started(child)), (os.getppid(), 0), (os.getppid(), started(os.getppid()))):
    id = agent.send(KEY_SIGN, key_sign(SSH, "ssh:", ssh["credential"], b"x", pid=pid, start=start))
    challenge = door.asked("for a known process")
    equal((challenge["pid"], deny(home, challenge)), (pid, 0), "who is shown")
    equal(door.reply(id, KEY_SIGNATURE), 5, "a no")
os.kill(child, signal.SIGKILL)
os.waitpid(child, 0)
id = agent.send(KEY_SIGN, key_sign(SSH, "ssh:", ssh["credential"], b"x", pid=child, start=1))
equal(door.reply(id, KEY_SIGNATURE), 77, "a process that has ended")
# A client of version 1 has numbers only.
with home.connect(hello=False) as old:
    old.hello(1, 1)
    for type, body in ((KEY_SIGN, key_sign(SSH, "ssh:", ssh["credential"], b"x", pid=os.getppid())[:-8]),
                       (KEY_CREATE, (whole := key_create(CTAP, "example.net", pid=os.getppid()))[:-26] + whole[-16:])):
        id = old.send(type, body)
        equal(deny(home, door.asked("version 1")), 0, "a no")
        equal(refusal(old.wait(id)[1]).code, 5, "what version 1 is told")
keep(2 * (3 + 2))


# The process that a front door asks for is shown, and cannot say yes either.
def sleeper():
    os.setsid()
    with home.connect() as client:
        os.write(ready[1], b"r")
        challenge = os.read(order[0], 32).decode()
        found, reply = client.wait(client.send(APPROVE, bytes.fromhex(challenge) + octets(b"") + u32(0)))
        os._exit(refusal(reply).code if found == ERROR else 0)


ready, order = os.pipe(), os.pipe()
child = apart(sleeper)
os.read(ready[0], 1)
id = agent.send(KEY_SIGN, key_sign(SSH, "ssh:", ssh["credential"], b"x", pid=child))
challenge = door.asked("for another process")
equal(challenge["pid"], child, "who is shown")
os.write(order[1], challenge["id"].encode())
equal(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), 77, "a yes of the one it is for")
equal(approve(home, challenge), 0, "a yes of a third one")
check(isinstance(door.reply(id, KEY_SIGNATURE), Body), "the signature")
keep(2)


# Remembered: for one key, one session and exactly this data; it can be seen, taken back, and ends with a lock.
script = door.create(SCRIPT, "fob:deploy", algorithms=[EDDSA])


def sign(asks, data=b"x", **fields):
    return door.sign(SCRIPT, "fob:deploy", script["credential"], data, asks=asks, **fields)


def remembered(**fields):
    id = agent.send(KEY_SIGN, key_sign(SCRIPT, "fob:deploy", script["credential"], b"x", **fields))
    equal(approve(home, door.asked("to remember"), remember=600), 0, "a yes for ten minutes")
    check(isinstance(door.reply(id, KEY_SIGNATURE), Body), "the signature")


remembered()
equal(sign(None)["flags"], UP | BE, "a signature that is remembered")
grant = agent.grants()
equal([(entry["kind"], "fob:deploy" in entry["label"]) for entry in grant], [("signature", True)], "what is remembered")
other_key = door.create(SCRIPT, "fob:other", algorithms=[EDDSA])
door.sign(SCRIPT, "fob:other", other_key["credential"], b"x")
sign("signature", data=b"y")
sign("signature", flags=PRESENCE | VERIFICATION, passphrase=PASSPHRASE)
# What an ssh key signs at no host that is known is asked for each time.
for _ in range(2):
    id = agent.send(KEY_SIGN, key_sign(SSH, "ssh:", ssh["credential"], b"x"))
    challenge = door.asked("data of an unknown kind")
    equal((challenge["rememberable"], approve(home, challenge, remember=600)), (False, 0), "a yes for ten minutes")
    check(isinstance(door.reply(id, KEY_SIGNATURE), Body), "the signature")
# Another session, whether it is asked for by this door or asks for itself.
child = apart(lambda: (os.setsid(), os.write(ready[1], b"r"), os.read(order[0], 1)))
os.read(ready[0], 1)
sign("signature", pid=child)
remembered(pid=child)
equal(sign(None, pid=child)["flags"], UP | BE, "for the one behind the door")
equal(len(agent.grants()), 2, "two sessions")
reader, writer = os.pipe()
stranger = os.fork()
if stranger == 0:
    atexit._clear()
    os.setsid()
    # Who only says that it asks for somebody has nothing of what was granted at the door.
    with home.connect() as client:
        for pid in (0, child):
            body = key_sign(SCRIPT, "fob:deploy", script["credential"], b"x", pid=pid)
            found, reply = client.wait(client.send(KEY_SIGN, body))
            os.write(writer, bytes([refusal(reply).code if found == ERROR else 0]))
    os._exit(0)
for _ in range(2):
    equal(deny(home, door.asked("a stranger")), 0, "a no")
    equal(os.read(reader, 1), b"\5", "a stranger's answer")
os.waitpid(stranger, 0)
refused(3, lambda: agent.revoke("00" * 15 + "01"), "no such grant")
agent.revoke(grant[0]["id"])
equal(len(agent.grants()), 1, "after one is taken back")
os.write(order[1], b"e")
joined(child, "the one behind the door")
until(lambda: not agent.grants(), "what was granted to a session ends with it")
sign("signature")
remembered()
agent.revoke()
equal(agent.grants(), [], "after all are taken back")
sign("signature")
remembered()
door.watch.lock()
door.watch.unlock(PASSPHRASE)
equal(agent.grants(), [], "after a lock")
sign("signature")
# Sites of the web are asked about each time.
for _ in range(2):
    id = agent.send(KEY_ASSERT, key_assert(CTAP, "example.org", HASH, allowed=[web["credential"]]))
    equal(approve(home, door.asked("a sign-in"), remember=600), 0, "a yes for ten minutes")
    check(isinstance(door.reply(id, KEY_ASSERTION), Body), "the assertion")
equal(agent.grants(), [], "sign-ins are not remembered")

# A hundred questions: of one who asks eight, at one door sixteen whatever names it makes up; the owner can mute it.
body = key_assert(CTAP, "example.org", HASH, allowed=[web["credential"]])
ids = [agent.send(KEY_ASSERT, body) for _ in range(60)]
other = home.connect()
pids = [os.getpid(), os.getppid(), 1] + [int(name) for name in os.listdir("/proc") if name.isdigit()][:37]
made_up = [other.send(KEY_ASSERT, key_assert(CTAP, "example.org", HASH, allowed=[web["credential"]], pid=pid))
           for pid in pids]
status(other)
found = door.watch.challenges()
check(8 < len(found) <= 8 + 16, f"{len(found)} questions of one door")
equal(sum(not challenge["executable"] for challenge in found[:8]), 0, "questions of nobody")
equal(deny(home, found[0], mute=600), 0, "a no for ten minutes")
for challenge in found[1:]:
    equal(deny(home, challenge), 0, "a no")
codes = [door.reply(id, KEY_ASSERTION) for id in ids]
equal((codes.count(5), codes.count(75)), (8, 52), "answers to one who asks sixty times")
codes = [refusal(other.wait(id)[1]).code for id in made_up]
equal(codes.count(5) + codes.count(75), len(pids), "answers to one who makes up names")
check(codes.count(75) >= len(pids) - 16, "one who makes up names is limited")
for what, (type, request, expect) in {"sign-in": (KEY_ASSERT, body, KEY_ASSERTION),
                                      "ssh": (KEY_SIGN, key_sign(SSH, "ssh:", ssh["credential"], b"x"), KEY_SIGNATURE),
                                      "presence": (KEY_PRESENCE, string("") + requester(), OK)}.items():
    # To an authenticator's client a no would be a person's, who has chosen this authenticator: it hears of silence.
    equal(door.reply(agent.send(type, request), expect), 5 if what == "ssh" else 6, f"{what}: muted")
equal(door.watch.challenges(), [], "questions of somebody who is muted")

equal(home.stop(), 0, "the agent's status")

# For tests only: yes to everything that needs no passphrase, said loudly, and never without a home of its own.
for flag in ("--test-authenticator", "--test-confirm"):
    plain = subprocess.run([os.path.join(BIN, "fob-agent"), flag], capture_output=True, env={"PATH": os.environ["PATH"]})
    equal((plain.returncode, b"FOB_HOME" in plain.stderr), (64, True), f"{flag} without FOB_HOME")
lax = Home("--test-authenticator", "--test-confirm").start()
check("--test-confirm" in lax.said(), "the warning")
door = Door(lax)
door.agent.initialize(PASSPHRASE)
key = door.create(CTAP, "example.org", asks=None, flags=DISCOVERABLE)
door.get("example.org", HASH, asks=None)
platform = Platform(door.agent, 1)
door.agent.ask(PIN_SET, platform.set_pin(b"1234")).end()
platform.agree()
for code in (25, 25, 26):
    platform.agree()
    refused(code, lambda: door.agent.ask(PIN_TOKEN, platform.pin_token(b"9999"), PIN_TOKEN_REPLY), "a wrong PIN")
with lax.connect() as again:
    Platform(again, 1).token(b"1234")
door.agent.ask(KEY_RESET, requester()).end()
equal((door.agent.keys(trash=True), door.agent.pin_state()["set"]), ([], False), "a reset for tests")
equal(lax.stop(), 0, "the agent's status")
print(f"{len(REQUESTS)} kinds of questions, {len(found)} of {len(ids) + len(pids)} asked")
