"""The CTAP door, report by report: the transport's rules, and what becomes of questions to the owner when they are
answered, denied, cancelled, or left by whoever asked."""

import hashlib
import random

from protocol_client import *
from security_key import *

HASH = hashlib.sha256(b"client data").digest()
GET_INFO, MAKE, GET, PIN, RESET, NEXT, MANAGE, SELECT = 4, 1, 2, 6, 7, 8, 10, 11
ES256, EDDSA = -7, -8


def new_key(site="example.org", user=b"\1\2\3", algorithm=ES256, **more):
    return {1: HASH, 2: {"id": site, "name": "Example"}, 3: {"id": user, "name": "alice", "displayName": "Alice"},
            4: [{"alg": algorithm, "type": "public-key"}], **more}


def transport():
    with Reports(home.ctap) as one, Reports(home.ctap, numbered=True) as two:
        channel, other = one.open(), two.open()
        for size in 0, 1, 57, 58, 116, 117, 500, 7609:
            data = os.urandom(size)
            equal(one.ask(channel, PING, data), data, f"PING of {size}")
            equal(two.ask(other, PING, data), data, f"PING of {size} with numbered reports")
        # Connections know nothing of each other: neither channels nor messages on their way.
        one.write(struct.pack(">IBH", channel, 0x80 | PING, 100))
        equal(two.ask(other, PING, b"!"), b"!", "PING beside an unfinished one")
        one.write(struct.pack(">IB", channel, 5))
        equal(one.receive(), Message(channel, ERROR_REPORT, b"\4"), "a report out of order")
        # What is no report is passed over.
        for junk in (b"", b"!", b"\0" * 63, b"\1" * 65, b"\0" * 66, os.urandom(1000)):
            if junk:
                one.socket.send(junk)
        equal(one.ask(channel, PING, b"?"), b"?", "PING behind junk")
        one.write(struct.pack(">IBH", channel, 0x80 | PING, 100))
        begun = time.monotonic()
        equal(one.receive(), Message(channel, ERROR_REPORT, b"\5"), "a message that stops")
        check(time.monotonic() - begun > 0.4, "a message has its time")
        # Another client of the same wire is told to wait while one is answered.
        second = one.open()
        check(second != channel, "channels differ")
        one.send(channel, CBOR, bytes([SELECT]))
        challenge = home.question()
        one.send(second, CBOR, bytes([GET_INFO]))
        equal(one.receive(), Message(second, ERROR_REPORT, b"\6"), "a busy key")
        one.send(second, CANCEL)
        home.answer(challenge, "--yes")
        equal(one.receive(), Message(channel, CBOR, b"\0"), "a touch")
        equal(one.ctap(second, 0x40), (1, None), "an unknown command")
        equal(one.ask(channel, MSG, bytes([0, 3, 0, 0])), b"U2F_V2\x90\0", "U2F's version")


def info():
    with Reports(home.ctap) as reports:
        code, found = reports.ctap(reports.open(), GET_INFO)
        equal(code, 0, "getInfo")
        equal(found[1], ["U2F_V2", "FIDO_2_0", "FIDO_2_1"], "versions")
        check(found[4]["rk"] and not found[4]["clientPin"] and found[4]["credMgmt"], f"options {found[4]}")


def confirmed():
    """A registration and a sign-in, each with a yes of `fob confirm`."""
    with Reports(home.ctap) as reports:
        channel = reports.open()
        reports.send(channel, CBOR, bytes([MAKE]) + encode(new_key()))
        challenge = home.question()
        check("example.org" in challenge["question"], f"the question names the site: {challenge}")
        equal((challenge["kind"], challenge["pid"]), ("registration", os.getpid()), "the question")
        # Whoever asks cannot say yes to it, over whatever connection.
        with home.connect() as agent:
            refused(77, lambda: agent.approve(challenge["id"]), "a yes of the process that asked")
        # Meanwhile the client is told that a person is asked.
        equal(reports.read()[:8], struct.pack(">IBHB", channel, 0x80 | KEEPALIVE, 1, 2), "KEEPALIVE")
        home.answer(challenge, "--yes")
        answer = reports.receive()
        equal(answer.payload[0], 0, "makeCredential")
        made = decode(answer.payload[1:])
        equal(made[1], "packed", "the attestation")
        data = made[2]
        equal(data[:32], hashlib.sha256(b"example.org").digest(), "the site's hash")
        check(data[32] & 0x41 == 0x41 and not data[32] & 4, f"flags {data[32]:#x}")
        check({progress for _, progress in reports.keepalives} <= {2}, f"KEEPALIVEs {reports.keepalives}")
        id = data[55:55 + int.from_bytes(data[53:55], "big")]
        equal(home.questions(), [], "questions that are left")

        reports.send(channel, CBOR, bytes([GET]) + encode(
            {1: "example.org", 2: HASH, 3: [{"id": id, "type": "public-key"}]}))
        home.answer(home.question(), "--yes")
        answer = reports.receive()
        equal(answer.payload[0], 0, "getAssertion")
        found = decode(answer.payload[1:])
        equal(found[1], {"id": id, "type": "public-key"}, "the key")
        check(found[2][32] & 1, "presence")
        # That no key is here is told when a person has chosen this one: clients give up on all others for it.
        for wrong, ids in (("other.org", [id]), ("example.org.", [id]), ("ssh:", [id]), ("example.org", [bytes(32)]),
                           ("example.org", [bytes(1025)])):
            reports.send(channel, CBOR, bytes([GET]) + encode(
                {1: wrong, 2: HASH, 3: [{"id": one, "type": "public-key"} for one in ids]}))
            challenge = home.question()
            equal((challenge["kind"], challenge["site"]), ("presence", wrong), "the question of no key")
            home.answer(challenge, "--yes")
            equal(reports.receive().payload, b"\x2e", f"the key for {wrong}")
        equal(reports.ctap(channel, GET, {1: "fob:example.org", 2: HASH, 3: [{"id": id, "type": "public-key"}]})[0], 2,
              "the key for a script")
        # Without presence nobody is asked, and the flag says so.
        code, found = reports.ctap(channel, GET, {
            1: "example.org", 2: HASH, 3: [{"id": id, "type": "public-key"}], 5: {"up": False}})
        equal((code, found[2][32] & 1), (0, 0), "an assertion without presence")
        return id


def ended(id):
    """Each way in which a question ends without a yes has its status, and it ends on both sides."""
    requests = {
        "makeCredential": bytes([MAKE]) + encode(new_key(user=b"other")),
        "getAssertion": bytes([GET]) + encode({1: "example.org", 2: HASH, 3: [{"id": id, "type": "public-key"}]}),
        "selection": bytes([SELECT]),
    }
    worst = {}
    for name, request in requests.items():
        with Reports(home.ctap) as reports:
            channel = reports.open()

            def took(what, status, act):
                """Milliseconds from what ends the question to the answer."""
                reports.send(channel, CBOR, request)
                challenge = home.question()
                begun = act(challenge)
                answer = reports.receive()
                taken = (time.monotonic() - begun) * 1000
                equal(answer, Message(channel, CBOR, bytes([status])), f"{name}, {what}")
                until(lambda: not home.questions(), f"{name}, {what}: the question is over")
                return taken if taken < 100 else None

            def denied(challenge):
                with home.connect() as agent:
                    begun = time.monotonic()
                    agent.deny(challenge["id"])
                return begun

            def cancelled(challenge):
                begun = time.monotonic()
                reports.send(channel, CANCEL)
                return begun

            for what, status, act in (("denied", 0x27, denied), ("cancelled", 0x2D, cancelled)):
                taken = takes(10, lambda: took(what, status, act), f"{name}, {what}: within 100 ms")
                worst[what] = max(worst.get(what, 0), taken)
            # Cancelled before anybody can have been asked.
            reports.send(channel, CBOR, request)
            reports.send(channel, CANCEL)
            equal(reports.receive(), Message(channel, CBOR, b"\x2d"), f"{name}, cancelled at once")
            # Nothing is left of it: the channel goes on.
            equal(reports.ask(channel, PING, b"on"), b"on", "PING afterwards")
            # The client begins anew: the question is withdrawn and nothing is answered.
            reports.send(channel, CBOR, request)
            home.question()
            nonce = os.urandom(8)
            reports.send(channel, INIT, nonce)
            equal(reports.receive().payload[:8], nonce, "INIT")
            until(lambda: not home.questions(), f"{name}: the question is over after INIT")
            equal(reports.ask(channel, PING, b"on"), b"on", "PING after INIT")
            # The client leaves.
            reports.send(channel, CBOR, request)
            home.question()
        until(lambda: not home.questions(), f"{name}: the question is over after a disconnect")
    return worst


def u2f():
    """U2F's clients come again and again; the question stays meanwhile."""
    challenge, application = os.urandom(32), hashlib.sha256(b"https://example.org").digest()

    def command(instruction, parameter, data):
        return bytes([0, instruction, parameter, 0, 0]) + u16(len(data)) + data + bytes(2)

    with Reports(home.ctap) as reports, home.connect(timeout=PATIENCE) as listener:
        channel = reports.open()
        listener.subscribe(8 + 16)

        def hear():
            return listener.events.pop(0) if listener.events else listener.receive()[1:]

        def confirmed(message):
            # The client asks in vain until the owner has said yes.
            answers = []

            def come_again():
                while not answers or answers[-1] == b"\x69\x85":
                    answers.append(reports.ask(channel, MSG, message))
            client = threading.Thread(target=come_again)
            client.start()
            asked = Body(hear()[1]).challenge()
            until(lambda: len(answers) > 2, "a client that comes again")
            equal([challenge["id"] for challenge in home.questions()], [asked["id"]], "the question stays the same")
            home.answer(asked, "--yes")
            client.join(PATIENCE)
            equal(hear()[1], bytes.fromhex(asked["id"]) + u8(0), "the event of the yes")
            equal(answers[-1][-2:], b"\x90\0", f"U2F's answer {answers[-1]}")
            return answers[-1]

        made = confirmed(command(1, 0, challenge + application))
        equal(made[:2], b"\5\4", "the head of a registration")
        handle = made[67:67 + made[66]]
        signed = confirmed(command(2, 3, challenge + application + bytes([len(handle)]) + handle))
        equal(signed[0], 1, "U2F's presence")
        for name, wrong in (("another key", application + bytes([len(handle)]) + bytes(len(handle))),
                            ("another application", bytes(32) + bytes([len(handle)]) + handle)):
            equal(reports.ask(channel, MSG, command(2, 7, challenge + wrong)), b"\x6a\x80", name)
            equal(reports.ask(channel, MSG, command(2, 3, challenge + wrong)), b"\x6a\x80", name)
        equal(reports.ask(channel, MSG, command(2, 7, challenge + application + bytes([len(handle)]) + handle)),
              b"\x69\x85", "a check")
        equal(home.questions(), [], "a check asks nobody")
        # A client that does not come again has given up.
        equal(reports.ask(channel, MSG, command(1, 0, challenge + application)), b"\x69\x85", "U2F before a yes")
        equal(hear()[0], 0xE3, "the event of a question")
        equal(hear()[0], 0xE4, "the event of its end when the client does not come again")


def hostile():
    """Changed messages, parts of them and noise: the door answers or not, and goes on; nothing is left behind."""
    chance = random.Random(5)
    good = [bytes([MAKE]) + encode(new_key()), bytes([GET]) + encode({1: "example.org", 2: HASH}),
            bytes([PIN]) + encode({1: 2, 2: 9, 3: {1: 2, 3: -25, -1: 1, -2: bytes(32), -3: bytes(32)}, 6: bytes(32)}),
            bytes([MANAGE]) + encode({1: 4, 2: {1: bytes(32)}, 3: 2, 4: bytes(32)}), bytes([GET_INFO])]
    # What the front door has open, only root may see.
    count = descriptors if os.getuid() == 0 else lambda pid: 0
    idle = lambda: os.getuid() != 0 or not [
        link for link in links(home.front.pid).values() if "eventpoll" in link][1:]
    until(idle, "visitors of before that have left")
    before, answered = count(home.front.pid), 0
    for round in range(150):
        with Reports(home.ctap) as reports:
            reports.socket.settimeout(5)
            channel = reports.open()
            for _ in range(10):
                message = bytearray(chance.choice(good))
                for _ in range(chance.randrange(4)):
                    message[chance.randrange(len(message))] = chance.randrange(256)
                reports.send(channel, chance.choice((CBOR, CBOR, CBOR, MSG)), bytes(message))
                # A question to the owner is not waited for: the next message begins anew.
                reports.send(channel, CANCEL)
                answered += reports.receive().command != ERROR_REPORT
                for _ in range(chance.randrange(3)):
                    reports.write(struct.pack(">I", channel) + chance.randbytes(60))
                nonce = chance.randbytes(8)
                reports.send(channel, INIT, nonce)
                while reports.receive().payload[:8] != nonce:
                    pass
            reports.socket.send(chance.randbytes(chance.randrange(1, 200)))
    until(lambda: count(home.front.pid) <= before, "descriptors of visitors that have left")
    until(lambda: not home.questions(), "questions of visitors that have left")
    equal(home.front.poll(), None, "the front door")
    return answered


def deadline():
    """Nobody answers: KEEPALIVEs for as long as the agent waits, then a status of its own."""
    with Reports(home.ctap) as reports:
        equal(reports.ctap(reports.open(), SELECT), (0x2F, None), "a question that nobody answers")
        moments = [moment for moment, _ in reports.keepalives]
        check(len(moments) > 10, f"{len(moments)} KEEPALIVEs")


def inherited():
    """Whoever has the connection of a program that has ended, or its number, has nobody asked."""
    def leaves_it(end):
        with Reports(home.ctap) as reports:
            reports.open()
            socket.send_fds(end, [b"!"], [reports.socket.fileno()])
    ours, theirs = socket.socketpair()
    joined(apart(leaves_it, theirs), "somebody who hands on a connection")
    reports = Reports.__new__(Reports)
    reports.socket = socket.socket(fileno=socket.recv_fds(ours, 1, 1)[1][0])
    reports.socket.settimeout(PATIENCE)
    reports.numbered, reports.keepalives = False, []
    with reports:
        channel = reports.open()
        equal(reports.ctap(channel, GET_INFO)[0], 0, "what asks nobody")
        check(reports.ctap(channel, MAKE, new_key("inherited.example"))[0] != 0, "a key for nobody")
        equal(home.questions(), [], "questions of nobody")


home = KeyHome(*(["--test-challenge", "3000"] if sys.argv[1:] == ["deadline"] else [])).start()
if sys.argv[1:] == ["deadline"]:
    deadline()
    print("nobody answered: status 0x2F")
    sys.exit(0)
transport()
info()
id = confirmed()
worst = ended(id)
u2f()
inherited()
answered = hostile()


def locked(id):
    """A locked vault holds what a person waits for: the passphrase unlocks it and goes on, and nothing else is a no."""
    named = [{"id": id, "type": "public-key"}]
    unknown = [{"id": bytes(32), "type": "public-key"}]
    requests = {
        "makeCredential": (bytes([MAKE]) + encode(new_key("new.example", user=b"new")), 0),
        "getAssertion": (bytes([GET]) + encode({1: "example.org", 2: HASH, 3: named}), 0),
        "getAssertion of no key": (bytes([GET]) + encode({1: "example.org", 2: HASH, 3: unknown}), 0x2E),
        "getAssertion before a touch": (bytes([GET]) + encode(
            {1: "example.org", 2: HASH, 3: named, 5: {"up": False}}), 0),
        "selection": (bytes([SELECT]), 0),
    }

    def unlocked_by(challenge):
        with home.connect() as agent:
            agent.approve(challenge["id"], PASSPHRASE)

    def guess(challenge):
        with home.connect() as agent:
            try:
                agent.approve(challenge["id"], b"wrong")
            except Refused as error:
                return error.code

    def unlocked_otherwise(challenge):
        with home.connect() as agent:
            agent.unlock(PASSPHRASE)

    for name, (request, status) in requests.items():
        for what, act in (("the answer", unlocked_by), ("another unlock", unlocked_otherwise)):
            with Reports(home.ctap) as reports:
                channel = reports.open()
                home.fob("lock")
                reports.send(channel, CBOR, request)
                challenge = home.question()
                check(challenge["needs_passphrase"] and any("locked" in line for line in challenge["details"]),
                      f"{name}: {challenge}")
                elsewhere(act, challenge)
                # What was shown already is not asked again; what is known only now is, and takes a yes.
                is_shown = what == "the answer" and name in ("makeCredential", "selection") or "before" in name
                if not is_shown:
                    again = home.question()
                    equal((again["needs_passphrase"], again["id"] == challenge["id"]), (False, False), "a second question")
                    home.answer(again, "--yes")
                equal(reports.receive().payload[0], status, f"{name}, unlocked by {what}")
                equal(home.questions(), [], "questions that are left")
        with Reports(home.ctap) as reports:
            channel = reports.open()
            home.fob("lock")
            reports.send(channel, CBOR, request)
            home.answer(home.question(), "--deny")
            equal(reports.receive().payload, b"\x27", f"{name}: a person's no")
            # A wrong passphrase leaves it waiting.
            reports.send(channel, CBOR, request)
            challenge = home.question()
            equal(elsewhere(guess, challenge), 77, "a wrong passphrase")
            equal([one["id"] for one in home.questions()], [challenge["id"]], "the question after a wrong passphrase")
            reports.send(channel, CANCEL)
            equal(reports.receive().payload, b"\x2d", f"{name}: cancelled")
            until(lambda: not home.questions(), "nobody is asked any more")


locked(id)
with Reports(home.ctap) as reports:
    channel = reports.open()
    home.fob("lock")
    code, found = reports.ctap(channel, GET_INFO)
    equal((code, found[4]["clientPin"]), (0, False), "getInfo of a locked vault")
    home.stop()
    equal(reports.ctap(channel, GET_INFO)[0], 0x7F, "no agent")
    Home.start(home)
    equal(reports.ctap(channel, GET_INFO)[0], 0, "another agent")
print(", ".join(f"{what} within {taken:.0f} ms" for what, taken in worst.items()) + f", {answered} bad messages answered")
