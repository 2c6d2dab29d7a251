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
    for wanted in (FINGERPRINTS, 64, 128, MC | FINGERPRINTS):
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

# The passphrase gives tokens too.
body = platform.head() + u8(GA) + string("example.org") + requester()
reply = door.ask(UV_TOKEN, body, PIN_TOKEN_REPLY, "verification", PASSPHRASE, says=["example.org"])
token = platform.open(reply.octets())
equal(door.get("example.org", HASH, pin=platform.proof(token, HASH))["data"][32], UP | UV | BE, "by the passphrase")

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
