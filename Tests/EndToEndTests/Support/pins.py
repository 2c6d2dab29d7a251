"""The PIN of security keys: set by the owner, counted before it is checked, and worth a token that is for one site and
one thing."""

from key_owner import *

MC, GA, CM, FINGERPRINTS = 1, 2, 4, 8
PIN, OTHER, HASH = b"1234", "νέο pin".encode(), os.urandom(32)

home = Home().start()
door = Door(home)
agent = door.agent
equal(agent.pin_state()["vault"], "none", "before there is a vault")
with home.connect() as first:
    first.initialize(PASSPHRASE)
key = door.create(CTAP, "example.org", flags=DISCOVERABLE, handle=b"u")


def state():
    found = agent.pin_state()
    return found["set"], found["retries"], found["paused"]


equal(state(), (False, 8, False), "no PIN")
refused(21, lambda: agent.ask(PIN_SET, u8(1) + bytes(64) + octets(bytes(64)) + octets(bytes(16))), "no agreement")
platform = Platform(agent, 2)
refused(28, lambda: agent.ask(PIN_TOKEN, platform.pin_token(PIN), PIN_TOKEN_REPLY), "a token without a PIN")
refused(28, lambda: agent.ask(PIN_CHANGE, platform.change_pin(PIN, OTHER)), "a change without a PIN")
for pin, what in ((b"123", "too short"), ("äöü".encode(), "too short in code points"), (b"1" * 64, "too long")):
    refused(29, lambda: agent.ask(PIN_SET, platform.set_pin(pin)), what)
sealed = platform.set_pin(PIN)
refused(23, lambda: agent.ask(PIN_SET, sealed[:-1] + bytes([sealed[-1] ^ 1])), "a wrong tag")
refused(65, lambda: agent.ask(PIN_SET, u8(2) + bytes(64) + sealed[65:]), "a key that is no point")

# It stands for the owner from now on: a no leaves everything as it was, a yes needs the passphrase.
id = door.begin(PIN_SET, platform.set_pin(PIN))
challenge = door.asked("a PIN is set")
equal(approve(home, challenge), 77, "a yes without the passphrase")
equal(deny(home, challenge), 0, "a no")
equal((door.reply(id, OK), state()), (5, (False, 8, False)), "a PIN that the owner does not want")
door.ask(PIN_SET, platform.set_pin(PIN), OK, "verification", PASSPHRASE).end()
equal(state(), (True, 8, False), "a PIN")
refused(23, lambda: agent.ask(PIN_SET, platform.set_pin(OTHER)), "a second first PIN")

equal(door.create(CTAP, "example.org", asks=None, flags=DISCOVERABLE), 22, "discoverable, by nobody")

# Both protocols change it and give tokens for it.
for protocol in (1, 2):
    platform = Platform(agent, protocol)
    agent.ask(PIN_CHANGE, platform.change_pin(PIN, OTHER)).end()
    refused(29, lambda: agent.ask(PIN_CHANGE, platform.change_pin(OTHER, b"1")), "too short")
    agent.ask(PIN_CHANGE, platform.change_pin(OTHER, PIN)).end()
    equal(state(), (True, 8, False), "after changes")
    token = platform.token(PIN, MC | GA, "example.org")
    equal(len(token), 32, "a token")
    for wanted in (FINGERPRINTS, 128, MC | FINGERPRINTS, MC | 64):
        refused(24, lambda: agent.ask(PIN_TOKEN, platform.pin_token(PIN, wanted), PIN_TOKEN_REPLY), "permissions")

    # It verifies the owner for its site, once for each human act; presence is asked for all the same.
    found = door.get("example.org", HASH, pin=platform.proof(token, HASH))
    own = found["credential"]
    equal(found["data"][32], UP | UV | BE, "flags with a token")
    equal(door.get("example.org", HASH, asks=None, pin=platform.proof(token, HASH)), 23, "a token that is spent")
    token = platform.token(PIN, GA, "example.org")
    equal(door.get("example.com", HASH, asks=None, pin=platform.proof(token, HASH)), 23, "another site")
    equal(door.create(CTAP, "example.org", asks=None, data=HASH, pin=platform.proof(token, HASH)), 23, "not for that")
    equal(door.get("example.org", HASH, asks=None, pin=platform.proof(token, bytes(32))), 23, "another hash")
    equal(door.get("example.org", HASH, asks=None, pin=platform.proof(bytes(32), HASH)), 23, "another token")
    equal(door.get("example.org", HASH, asks=None, flags=0, allowed=[own], pin=platform.proof(token, HASH))["data"][32],
          UV | BE, "verified without presence")
    equal(door.get("example.org", HASH, pin=platform.proof(token, HASH))["data"][32], UP | UV | BE, "then with it")
    # Without a site it is for the first one that it is used at. CTAP 2.0's is good for more than one act.
    token = platform.token(PIN)
    for _ in range(2):
        made = door.create(CTAP, "second.example", data=HASH, pin=platform.proof(token, HASH))
        equal(made["flags"], UP | UV | BE | AT, "made by a verified owner")
    equal(door.get("example.org", HASH, asks=None, pin=platform.proof(token, HASH)), 23, "bound to the first site")

    # Management: for all sites, or for one.
    def managed(permission, token, site="", message=b"\x04list"):
        version, tag = platform.proof(token, message)
        body = u8(permission) + string(site) + octets(message) + u8(version) + octets(tag)
        found, reply = agent.wait(agent.send(TOKEN_VERIFY, body))
        return refusal(reply).code if found == ERROR else 0

    token = platform.token(PIN, CM)
    equal([managed(CM, token), managed(CM, token, "example.org"), managed(GA, token)], [0, 0, 23], "for all sites")
    token = platform.token(PIN, CM, "example.org")
    equal([managed(CM, token), managed(CM, token, "example.org"), managed(CM, token, "example.com")], [23, 0, 23],
          "for one site")
    with home.connect() as other:
        _, tag = platform.proof(token, b"x")
        body = u8(CM) + string("example.org") + octets(b"x") + u8(protocol) + octets(tag)
        refused(23, lambda: other.ask(TOKEN_VERIFY, body), "another connection's token")

# The authenticator's own verification gives tokens too. What one is for asks the one question, which names the account and
# takes the passphrase, or the PIN.
def verified_by(secret, permissions, site="example.org"):
    body = platform.head() + u8(permissions) + string(site) + requester()
    return platform.open(door.ask(UV_TOKEN, body, PIN_TOKEN_REPLY, *secret).octets())


for secret in (PASSPHRASE, PIN):
    token = verified_by((), GA)
    found = door.get("example.org", HASH, passphrase=secret, pin=platform.proof(token, HASH), says=["example.org"])
    equal(found["data"][32], UP | UV | BE, "by one question")
    equal(door.get("example.org", HASH, asks=None, pin=platform.proof(token, HASH)), 23, "a token that is spent")
    token = verified_by((), MC | GA, "third.example")
    made = door.create(CTAP, "third.example", passphrase=secret, data=HASH, user="carol", flags=DISCOVERABLE,
                       pin=platform.proof(token, HASH), says=["third.example", "carol"])
    equal(made["flags"], UP | UV | BE | AT, "made by one question")
equal(state(), (True, 8, False), "tries after questions that took a PIN, or a passphrase in its place")
# Before its question such a token proves nothing: neither in silence, nor for lists of keys.
token = verified_by((), GA)
own = door.get("example.org", HASH, pin=platform.proof(token, HASH), passphrase=PIN)["credential"]
token = verified_by((), GA)
equal(door.get("example.org", HASH, asks=None, flags=0, allowed=[own], pin=platform.proof(token, HASH))["data"][32], BE,
      "in silence")
version, tag = platform.proof(token, b"\x04list")
refused(23, lambda: agent.ask(TOKEN_VERIFY, u8(GA) + string("example.org") + octets(b"\x04list") + u8(version) + octets(tag)),
        "a token that nobody was verified for")
# A key that shows itself to a verified owner only: whoever looks for it first has the question there, and none behind it.
hidden = door.create(CTAP, "hidden.example", flags=0, protection=3)["credential"]
token = verified_by((), GA, "hidden.example")
probe = door.get("hidden.example", HASH, flags=0, allowed=[hidden], pin=platform.proof(token, HASH), passphrase=PIN)
equal(probe["data"][32], UV | BE, "found by a verified owner")
found = door.get("hidden.example", HASH, asks=None, allowed=[hidden], pin=platform.proof(token, HASH))
equal(found["data"][32], UP | UV | BE, "the yes that was given for it")
equal(door.get("hidden.example", HASH, asks=None, allowed=[hidden], pin=platform.proof(token, HASH)), 23, "only once")
equal(door.get("hidden.example", HASH, asks=None, flags=0, allowed=[hidden]), 16, "nobody is told of it")
# For more than one site the owner is verified first, by either.
for secret in (PASSPHRASE, PIN):
    token = verified_by(("verification", secret), CM, "")
    equal(managed(CM, token), 0, "for all sites")
# A question that is no security key's takes the passphrase alone, and a wrong word costs a try of each.
id = door.begin(KEY_RESET, requester())
challenge = door.asked("a reset")
equal((challenge["proof"], approve(home, challenge, PIN)), ("passphrase", 77), "a reset by the PIN")
equal((state(), deny(home, challenge), door.reply(id, OK)), ((True, 8, False), 0, 5), "the tries after it")
token = verified_by((), GA)
id = door.begin(KEY_ASSERT, key_assert(CTAP, "example.org", HASH, pin=platform.proof(token, HASH)))
challenge = door.asked("a sign-in")
equal((challenge["proof"], approve(home, challenge, b"9999")), ("passphrase_or_pin", 77), "a wrong PIN at a question")
equal(state(), (True, 7, False), "the try that it cost")
until(lambda: approve(home, challenge, PIN) == 0, "the right one, once the wrong one is forgotten")
check(isinstance(door.reply(id, KEY_ASSERTION), Body), "the sign-in")
equal(state(), (True, 8, False), "after the right one")

# An unlock of a moment ago verifies with a yes, where the owner has chosen so; never an account that asks for its owner.
def own_pin(action, proof, pin=b"", seconds=0):
    found, reply = agent.wait(agent.send(KEY_PIN, u8(action) + octets(proof) + octets(pin) + u32(seconds)))
    return refusal(reply).code if found == ERROR else 0


SET, CHANGE, REMOVE, FRESH = 1, 2, 3, 4
equal([own_pin(FRESH, PIN, seconds=600), own_pin(FRESH, PASSPHRASE, seconds=3601)], [77, 65], "by the PIN, or too long")
until(lambda: own_pin(FRESH, PASSPHRASE, seconds=600) == 0, "ten minutes")
agent.lock()
agent.unlock(PASSPHRASE)
platform.agree()
token = verified_by((), GA)
found = door.get("example.org", HASH, pin=platform.proof(token, HASH), says=["unlock of a moment ago"])
equal(found["data"][32], UP | UV | BE, "by an unlock and a yes")
found = door.get("example.org", HASH, flags=PRESENCE | VERIFICATION)
equal(found["data"][32], UP | UV | BE, "the same without a token")
strict = door.create(SSH, "ssh:strict", passphrase=PASSPHRASE, flags=2)
door.sign(SSH, "ssh:strict", strict["credential"], b"x", passphrase=PASSPHRASE)
equal(own_pin(FRESH, PASSPHRASE), 0, "never again")
door.get("example.org", HASH, flags=PRESENCE | VERIFICATION, passphrase=PASSPHRASE)

# The owner's own way to the PIN.
equal(own_pin(SET, PASSPHRASE, b"4321"), 9, "a second first PIN")
equal(own_pin(CHANGE, b"nonsense", b"4321"), 77, "by nothing")
until(lambda: own_pin(CHANGE, PIN, b"4321") == 0, "by the PIN")
equal([own_pin(CHANGE, b"4321", b"1"), own_pin(CHANGE, PASSPHRASE, PIN)], [29, 0], "too short, and by the passphrase")
equal([own_pin(REMOVE, PIN), state()[0], own_pin(REMOVE, PASSPHRASE)], [0, False, 28], "removed")
equal([own_pin(CHANGE, PASSPHRASE, PIN), own_pin(SET, PASSPHRASE, PIN)], [28, 0], "set again")
equal(state(), (True, 8, False), "after all that")
platform.agree()

# A lock ends tokens and agreements.
token = platform.token(PIN, CM)
agent.lock()
equal(agent.pin_state()["vault"], "locked", "the state of a locked vault")
agent.unlock(PASSPHRASE)
equal(managed(CM, token), 23, "a token from before the lock")
refused(21, lambda: agent.ask(PIN_TOKEN, platform.pin_token(PIN), PIN_TOKEN_REPLY), "an agreement from before the lock")


def wrong():
    platform.agree()
    found, reply = agent.wait(agent.send(PIN_TOKEN, platform.pin_token(b"9999")))
    equal(found, ERROR, "a wrong PIN")
    return refusal(reply).code


# A wrong one changes the key pair, so that nobody goes on without looking; a right one forgives.
equal((wrong(), state()), (25, (True, 7, False)), "the first wrong PIN")
refused(21, lambda: agent.ask(PIN_TOKEN, platform.pin_token(PIN), PIN_TOKEN_REPLY), "the old key pair")
platform.agree()
platform.token(PIN)
equal(state(), (True, 8, False), "after a right one")
# Three in a row: the right one is not looked at either, until the passphrase comes. The count outlives the agent.
equal([wrong() for _ in range(3)], [25, 25, 26], "three wrong PINs")
equal(state(), (True, 5, True), "after three")
platform.agree()
refused(26, lambda: agent.ask(PIN_TOKEN, platform.pin_token(PIN), PIN_TOKEN_REPLY), "the right one while it waits")
refused(26, lambda: agent.ask(PIN_CHANGE, platform.change_pin(PIN, OTHER)), "a change while it waits")
with home.connect() as other:
    refused(26, lambda: other.ask(PIN_TOKEN, Platform(other, 2).pin_token(PIN), PIN_TOKEN_REPLY), "another connection")
agent.unlock(PASSPHRASE)
equal([wrong(), wrong()], [25, 25], "after an unlock")
home.kill()
home.start()
door = Door(home)
agent = door.agent
agent.unlock(PASSPHRASE)
equal(state(), (True, 3, False), "tries after a crash")
platform = Platform(agent, 2)
equal([wrong(), wrong(), wrong()], [25, 25, 27], "the last tries")
equal(state(), (True, 0, True), "blocked")
agent.unlock(PASSPHRASE)
platform.agree()
refused(27, lambda: agent.ask(PIN_TOKEN, platform.pin_token(PIN), PIN_TOKEN_REPLY), "the right one when blocked")
# The passphrase still verifies, and a reset makes room for another PIN.
found = door.get("example.org", HASH, flags=PRESENCE | VERIFICATION, passphrase=PASSPHRASE)
equal(found["data"][32], UP | UV | BE, "verified by the passphrase")
door.ask(KEY_RESET, requester(), OK, "reset", PASSPHRASE).end()
equal(state(), (False, 8, False), "after a reset")

with open(os.path.join(home.path, "audit.log")) as lines:
    log = lines.read()
equal(home.stop(), 0, "the agent's status")
print(f"{log.count(' pin.wrong ')} wrong PINs counted, {log.count(' pin.set ')} set")
