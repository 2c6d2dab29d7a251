"""What clients see of a security key at its edges, in the shipped profile, with a person elsewhere: what is told unasked and what
only once somebody has answered, limits before a question, one question for a verified ceremony, tokens of one site, parts of
large blobs, what a modern client looks for."""

from security_key import *
from peers import from_pypi

from_pypi("fido2==2.2.1", "webauthn==3.0.1")

from fido2.ctap2.pin import PinProtocolV1, PinProtocolV2

HASH = hashlib.sha256(b"client data").digest()
MAKE, GET, GET_INFO, PIN, NEXT, MANAGE, SELECT, BLOBS = 1, 2, 4, 6, 8, 10, 11, 12
UP, UV = 1, 4
MAKES, MANAGES, WRITES = 0x01, 0x04, 0x10


def creation(site, **more):
    return {1: HASH, 2: {"id": site, "name": site}, 3: {"id": b"user", "name": "alice"},
            4: [{"alg": -7, "type": "public-key"}], **{int(name[1:]): value for name, value in more.items()}}


def waits(command, parameters, what):
    """It is not answered before a person has been asked; it is cancelled then."""
    reports.send(channel, CBOR, bytes([command]) + (b"" if parameters is None else encode(parameters)))
    home.question()
    reports.send(channel, CANCEL)
    equal(reports.receive().payload, b"\x2d", f"{what}: nobody has answered")
    until(lambda: not home.questions(), f"{what}: the question is over")


def answered(command, parameters, what, status=0):
    """The answer, behind the one question of it, which gets a yes."""
    reports.send(channel, CBOR, bytes([command]) + encode(parameters))
    challenge = home.question()
    elsewhere(approve, challenge)
    answer = reports.receive().payload
    equal((answer[0], home.questions()), (status, []), f"{what}: the status, and questions that are left")
    return decode(answer[1:]) if len(answer) > 1 else None, challenge


def unasked(command, parameters, status, what):
    """The answer to what asks nobody."""
    found, answer = reports.ctap(channel, command, parameters)
    equal((hex(found), home.questions()), (hex(status), []), f"{what}: the status, and questions")
    return answer


def approve(challenge):
    with home.connect() as agent:
        agent.approve(challenge["id"], PASSPHRASE if challenge["needs_passphrase"] else b"")


def token(protocol, permissions, site=None):
    """A token by the authenticator's own verification: one for keys of a site alone asks nobody."""
    agreed = unasked(PIN, {1: protocol.VERSION, 2: 2}, 0, "a key agreement")
    key, secret = protocol.encapsulate(agreed[1])
    parameters = {1: protocol.VERSION, 2: 6, 3: dict(key), 9: permissions, **({10: site} if site else {})}
    sealed = unasked(PIN, parameters, 0, "a token") if permissions == MAKES else answered(PIN, parameters, "a token")[0]
    return protocol.decrypt(secret, sealed[2])


def before_a_person():
    unknown = {1: "a.example", 2: HASH, 3: [{"id": os.urandom(32), "type": "public-key"}]}
    waits(GET, unknown, "a sign-in with a key that is not here")
    home.fob("lock")
    for what, command, parameters in (("a new key", MAKE, creation("a.example")), ("a sign-in", GET, unknown),
                                      ("a choice", SELECT, None)):
        waits(command, parameters, f"{what} of a locked vault")
    with home.connect() as agent:
        agent.unlock(PASSPHRASE)


def limits():
    """Nobody is asked for what cannot be done."""
    for site in ("a" * 296 + ".com", "a" * 256, "", "a\0b"):
        unasked(MAKE, creation(site), 2, f"a site of {len(site)} octets")
    unasked(MAKE, {**creation("a.example"), 3: {"id": bytes(65)}}, 2, "a user handle of 65 octets")
    unasked(GET, {1: "a.example", 2: HASH, 3: [{"id": bytes([one]), "type": "public-key"} for one in range(65)]}, 0x15,
            "a list of 65 keys")
    made, _ = answered(MAKE, creation("b.example", _6={"credBlob": b"z" * 33}, _7={"rk": True}), "a blob of 33 octets")
    equal(made[2][32] & 0x80, 0x80, "extensions")
    check(made[2].endswith(b"\xa1\x68credBlob\xf4"), "a blob of 33 octets is not kept")


def one_question():
    for protocol in (PinProtocolV1(), PinProtocolV2()):
        site = f"v{protocol.VERSION}.example"
        proof = token(protocol, MAKES, site)
        made, asked = answered(
            MAKE, creation(site, _7={"rk": True}, _8=protocol.authenticate(proof, HASH), _9=protocol.VERSION),
            "a verified registration")
        equal((made[2][32] & (UP | UV), asked["site"], asked["user"]), (UP | UV, site, "alice"), "the one question")
        made, asked = answered(MAKE, creation(site, _7={"uv": True}), "a registration with the option")
        equal((made[2][32] & (UP | UV), asked["site"]), (UP | UV, site), "the one question of the option")


def enumerations():
    """The next key of a list is there for who began it, until something else is asked or the vault is locked."""
    for user in (b"1", b"2", b"3"):
        answered(MAKE, {**creation("many.example", _7={"rk": True}), 3: {"id": user, "name": "one"}}, "a key")
    wanted = {1: "many.example", 2: HASH}
    other = reports.open()
    for what, between in (
            ("getInfo", lambda: unasked(GET_INFO, None, 0, "getInfo")),
            ("another channel", lambda: equal(reports.ctap(other, NEXT)[0], 0x30, "the list of another channel")),
            ("a command that fails", lambda: unasked(GET, {}, 0x14, "a sign-in at no site")),
            ("a lock", lambda: home.fob("lock"))):
        found, _ = answered(GET, wanted, "a sign-in of three")
        equal(found[5], 3, "keys")
        equal(unasked(NEXT, None, 0, "the next one")[4]["id"], b"2", "the next user")
        between()
        unasked(NEXT, None, 0x30, f"the next one behind {what}")
    with home.connect() as agent:
        agent.unlock(PASSPHRASE)


def manages(protocol, proof, subcommand, parameters):
    message = bytes([subcommand]) + encode(parameters)
    return {1: subcommand, 2: parameters, 3: protocol.VERSION, 4: protocol.authenticate(proof, message)}


def bound_tokens():
    """A token of one site tells that site's keys, or that there are none, and nothing of others."""
    protocol = PinProtocolV2()

    def status(site, subcommand, parameters, wanted, what):
        unasked(MANAGE, manages(protocol, token(protocol, MANAGES, site), subcommand, parameters), wanted, what)

    def hash(site):
        return {1: hashlib.sha256(site.encode()).digest()}
    status("none.example", 4, hash("none.example"), 0x2E, "the keys of a site without keys")
    status("none.example", 4, hash("many.example"), 0x33, "the keys of another site")
    status("none.example", 4, hash("neither.example"), 0x33, "the keys of a third site")
    status("many.example", 4, hash("many.example"), 0, "the keys of the site")
    status("many.example", 6, {2: {"id": b"none", "type": "public-key"}}, 0x2E, "a key that is not here")
    status(None, 4, hash("none.example"), 0x2E, "the keys of a site without keys, with a token of all")


def blobs():
    protocol = PinProtocolV2()
    proof = token(protocol, WRITES)
    array = os.urandom(600)
    whole = array + hashlib.sha256(array).digest()[:16]

    def part(offset, data, length=None):
        message = bytes([0xFF] * 32) + b"\x0c\0" + struct.pack("<I", offset) + hashlib.sha256(data).digest()
        return {2: data, 3: offset, 5: protocol.authenticate(proof, message), 6: 2, **({4: length} if length else {})}
    for offset in (399, 401, 4090, 70000):
        unasked(BLOBS, part(0, whole[:400], len(whole)), 0, "the first part")
        unasked(BLOBS, part(offset, whole[400:]), 4, f"a part at {offset}")
        unasked(BLOBS, part(400, whole[400:]), 4, "the rest behind a part that was none")
    unasked(BLOBS, part(0, whole[:400], len(whole)), 0, "the first part")
    check(unasked(BLOBS, {1: 100, 3: 0}, 0, "what there is meanwhile")[1].startswith(b"\x80"), "the array of before")
    unasked(BLOBS, part(400, whole[400:]), 0, "the rest")
    equal(unasked(BLOBS, {1: 4096, 3: 0}, 0, "all")[1], whole, "large blobs")


def info():
    found = unasked(GET_INFO, None, 0, "getInfo")
    check({"credBlob", "hmac-secret-mc", "largeBlobKey"} <= set(found[2]), f"extensions {found[2]}")
    options = found[4]
    check(options["authnrCfg"] and options["largeBlobs"] and options["uv"], f"options {options}")
    equal(options["alwaysUv"], False, "alwaysUv")


home = KeyHome(shipped=True).start()
with Reports(home.ctap) as reports:
    channel = reports.open()
    for one in (before_a_person, limits, one_question, enumerations, bound_tokens, blobs, info):
        one()
print("edges as clients expect them")
