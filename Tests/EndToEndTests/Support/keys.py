"""Security keys as the agent has them: what they sign, for whom, and what they do not sign."""

from key_owner import *

home = Home().start()
door = Door(home)
agent = door.agent
with home.connect() as first:
    first.initialize(PASSPHRASE)
WEB, HASH = "example.org", os.urandom(32)


def signed(key, found, hash, flags, site=WEB):
    """Checks an assertion."""
    equal(found["data"][:32], sha(site.encode()), "the site's hash")
    equal(found["data"][32], flags, "flags")
    check(verify(key, found["data"] + hash, found["signature"]), "the signature is wrong")
    check(not verify(key, found["data"] + bytes(32), found["signature"]), "any signature would do")
    return int.from_bytes(found["data"][33:37], "big")


# Made, for both algorithms; told of itself; found by its id and, when it is discoverable, without.
made = {}
for name, algorithm in (("es256", ES256), ("eddsa", EDDSA)):
    key = made[name] = door.create(
        CTAP, WEB, algorithms=[algorithm], flags=DISCOVERABLE | SELF_ATTESTATION | HMAC_SECRET, handle=name.encode(),
        user=name, display=name.upper(), data=HASH, says=["register", WEB, name], protection=0)
    equal((key["algorithm"], key["flags"], key["counter"]), (algorithm, UP | BE | AT | ED, 0), name)
    equal(key["data"][:32] + key["data"][32:37], sha(WEB.encode()) + bytes([key["flags"]]) + bytes(4), "the head")
    equal(key["data"][37:55] + key["data"][55:87], key["data"][37:53] + u16(32) + key["credential"], "attested data")
    check(key["data"].endswith(b"\xa1\x6bhmac-secret\xf5"), "hmac-secret is not told")
    check(verify(key, key["data"] + HASH, key["signature"]), "self-attestation")
    found = door.get(WEB, HASH, allowed=[key["credential"]], says=["sign in", WEB, name])
    equal(signed(key, found, HASH, UP | BE), 0, "a synced key's counter")
    equal((found["credential"], found["handle"], found["user"], found["count"]),
          (key["credential"], name.encode(), "", 1), "the assertion")
plain = door.create(CTAP, WEB, user="plain")
equal(plain["signature"], b"", "no attestation where none is asked for")
equal(door.get(WEB, HASH, allowed=[plain["credential"]])["handle"], b"", "no handle of a key that must be named")
equal(door.create(CTAP, WEB, algorithms=[], asks=None), 18, "no algorithm")

# Several: newest first, KEY_NEXT for the others, names for verified owners only.
equal(agent.pin_state()["discoverable"], 2, "discoverable keys")
found = door.get(WEB, HASH, says=["one of 2"])
equal((found["credential"], found["count"], found["user"]), (made["eddsa"]["credential"], 2, ""), "the newest")
found = key_assertion(agent.ask(KEY_NEXT, expect=KEY_ASSERTION))
equal((found["credential"], found["count"]), (made["es256"]["credential"], 1), "the next")
signed(made["es256"], found, HASH, UP | BE)
refused(21, lambda: agent.ask(KEY_NEXT, expect=KEY_ASSERTION), "nothing is next")
found = door.get(WEB, HASH, flags=PRESENCE | VERIFICATION, passphrase=PASSPHRASE)
equal((found["user"], found["display"], found["data"][32]), ("eddsa", "EDDSA", UP | UV | BE), "a verified owner")
with home.connect() as other:
    refused(21, lambda: other.ask(KEY_NEXT, expect=KEY_ASSERTION), "somebody else's next")
equal(door.get("example.com", HASH, asks="presence"), 16, "a site without keys")
equal(door.get(WEB, HASH, asks="presence", allowed=[os.urandom(32), b"foreign"]), 16, "keys of somebody else")
silent = door.get(WEB, HASH, asks=None, flags=0, allowed=[made["es256"]["credential"]])
signed(made["es256"], silent, HASH, BE)

# The same user again takes the place of the first; the first is in the trash.
again = door.create(CTAP, WEB, algorithms=[EDDSA], flags=DISCOVERABLE, handle=b"eddsa", user="eddsa")
equal(door.get(WEB, HASH, asks="presence", allowed=[made["eddsa"]["credential"]]), 16, "a key that was replaced")
old = [key for key in agent.keys(trash=True) if key["removed"]]
equal([key["record"] for key in old], [made["eddsa"]["record"]], "the trash")
agent.ask(KEY_EDIT, u8(1) + bytes.fromhex(old[0]["record"]) + u8(8 + 1) + string("back")).end()
equal([key["label"] for key in agent.keys() if key["record"] == old[0]["record"]], ["back"], "out of the trash")
agent.ask(KEY_REMOVE, u8(0) + octets(again["credential"])).end()
check(again["credential"] not in [key["credential"] for key in agent.keys()], "a removed key is listed")

# Excluded: a person is asked before the site is told.
equal(door.create(CTAP, WEB, asks="presence", excluded=[bytes(32), plain["credential"]], says=["already"]), 17,
      "an excluded key")
id = door.begin(KEY_CREATE, key_create(CTAP, WEB, excluded=[plain["credential"]]))
equal(deny(home, door.asked("an excluded key")), 0, "a no")
equal(door.reply(id, KEY_CREATED), 5, "an excluded key and a no")

# Protection: 2 must be named or the owner verified, 3 shows itself to verified owners only, also where it excludes.
for level in (2, 3):
    site = f"level{level}.example"
    key = door.create(CTAP, site, flags=DISCOVERABLE, handle=b"u", protection=level)
    check(key["data"].endswith(b"\xa1\x6bcredProtect" + bytes([level])), "credProtect is not told")
    equal(door.get(site, HASH, asks="presence"), 16, "protected, unnamed")
    named = [key["credential"]]
    verified = {"flags": PRESENCE | VERIFICATION, "passphrase": PASSPHRASE}
    signed(key, door.get(site, HASH, **verified), HASH, UP | UV | BE, site)
    signed(key, door.get(site, HASH, allowed=named, **verified), HASH, UP | UV | BE, site)
    if level == 2:
        signed(key, door.get(site, HASH, allowed=named), HASH, UP | BE, site)
        equal(door.create(CTAP, site, asks="presence", excluded=named), 17, "excluded")
    else:
        equal(door.get(site, HASH, asks="presence", allowed=named), 16, "protected 3, named")
        check(isinstance(door.create(CTAP, site, excluded=named), dict), "level 3 excludes without verification")

# A blob and the level together, in canonical order.
key = door.create(CTAP, "blob.example", blob=b"kept", protection=1, flags=HMAC_SECRET)
check(key["data"].endswith(b"\xa3\x68credBlob\xf5\x6bcredProtect\x01\x6bhmac-secret\xf5"), "extensions")
found = door.get("blob.example", HASH, allowed=[key["credential"]], flags=PRESENCE | BLOB)
check(found["data"].endswith(b"\xa1\x68credBlob\x44kept"), "the blob")
cut = door.create(CTAP, "blob.example", flags=32, handle=b"long")
check(cut["data"].endswith(b"\xa1\x68credBlob\xf4"), "a blob that was too long")

# hmac-secret: two salts; other secrets for a verified owner; the same each time; never without a person.
for protocol in (1, 2):
    platform = Platform(agent, protocol)
    salts = os.urandom(64)
    sealed = platform.seal(salts)
    hmac_input = (protocol, platform.public, sealed, platform.tag(sealed))
    outputs = []
    for flags, passphrase in ((PRESENCE, b""), (PRESENCE, b""), (PRESENCE | VERIFICATION, PASSPHRASE)):
        found = door.get("blob.example", HASH, allowed=[key["credential"]], flags=flags, passphrase=passphrase,
                         hmac=hmac_input)
        head, sealed_output = found["data"][37:].split(b"hmac-secret", 1)
        outputs.append(platform.open(sealed_output[2:]))
    equal(len(outputs[0]), 64, "the outputs")
    check(outputs[0] == outputs[1] and outputs[0] != outputs[2], "outputs of hmac-secret")
    bad = (protocol, platform.public, sealed, bytes(len(platform.tag(b""))))
    equal(door.get("blob.example", HASH, asks=None, allowed=[key["credential"]], hmac=bad), 23, "a wrong tag")
    bad = (protocol, bytes(64), sealed, platform.tag(sealed))
    equal(door.get("blob.example", HASH, asks=None, allowed=[key["credential"]], hmac=bad), 65, "no point")
    equal(door.get("blob.example", HASH, asks=None, flags=0, allowed=[key["credential"]], hmac=hmac_input), 21,
          "hmac-secret without a person")

# Bound to this machine: the counter grows, and has been saved when the signature is there.
bound = door.create(CTAP, "bound.example", kind=2)
equal(bound["flags"], UP | AT, "flags of a bound key")
counters = [signed(bound, door.get("bound.example", HASH, allowed=[bound["credential"]]), HASH, UP, "bound.example")
            for _ in range(3)]
equal(counters, [1, 2, 3], "counters")
home.kill()
home.start()
door = Door(home)
agent = door.agent
equal(agent.pin_state()["vault"], "locked", "what is told while locked")
# A locked vault: it waits for the passphrase, and then for a yes to what is known only now.
id = door.begin(KEY_ASSERT, key_assert(CTAP, "bound.example", HASH, allowed=[bound["credential"]]))
equal(approve(home, door.asked("a locked vault"), PASSPHRASE), 0, "the passphrase")
equal(approve(home, door.asked("a sign-in")), 0, "a yes")
equal(signed(bound, key_assertion(door.reply(id, KEY_ASSERTION)), HASH, UP, "bound.example"), 4, "the counter after a crash")
found = door.get("bound.example", HASH, allowed=[bound["credential"]])
equal(signed(bound, found, HASH, UP, "bound.example"), 5, "the counter once more")

# U2F: a hash for a site, another message when it is made, and the same keys at both transports.
u2f_site = sha(WEB.encode()).hex()
u2f = door.create(U2F, u2f_site, data=HASH, says=[WEB])
message = b"\0" + sha(WEB.encode()) + HASH + u2f["credential"] + b"\4" + u2f["public"]
check(verify(u2f, message, u2f["signature"]), "U2F's registration")
check(b"\4" + u2f["public"] in u2f["certificate"], "U2F's certificate")
found = door.get(u2f_site, HASH, door=U2F, allowed=[u2f["credential"]])
equal(signed(u2f, found, HASH, UP), 1, "U2F's counter")
signed(u2f, door.get(WEB, HASH, allowed=[u2f["credential"]]), HASH, UP)
signed(made["es256"], door.get(u2f_site, HASH, door=U2F, allowed=[made["es256"]["credential"]]), HASH, UP | BE)
found = door.get(u2f_site, HASH, door=U2F, asks=None, flags=0, allowed=[u2f["credential"]])
equal(found["signature"], b"", "is it here?")
equal(door.get(u2f_site.upper(), HASH, door=U2F, asks=None, allowed=[u2f["credential"]]), 65, "no hash")

# OpenSSH: its own layout; keys that want no touch, and keys that want the owner each time.
ssh = {name: door.create(SSH, "ssh:", algorithms=[algorithm], data=b"challenge", user=name, flags=flags,
                         passphrase=PASSPHRASE if flags & VERIFY else b"")
       for name, algorithm, flags in (("touch", EDDSA, SELF_ATTESTATION), ("silent", ES256, NO_TOUCH),
                                      ("verified", ES256, VERIFY))}
check(verify(ssh["touch"], ssh["touch"]["data"] + sha(b"challenge"), ssh["touch"]["signature"]), "attestation for ssh")


def ssh_signed(name, wanted, **fields):
    data = os.urandom(1000)
    found = door.sign(SSH, "ssh:", ssh[name]["credential"], data, **fields)
    equal((found["flags"], len(found["signature"])), (wanted, 64), f"the key {name}")
    message = sha(b"ssh:") + bytes([found["flags"]]) + u32(found["counter"]) + sha(data)
    check(verify(ssh[name], message, found["signature"]), f"the signature of {name}")


ssh_signed("touch", UP | BE, data_name="a lie", says=["use an ssh key for data of an unknown kind", "touch"])
ssh_signed("touch", UP | BE, flags=0, says=["use an ssh key"])
ssh_signed("silent", BE, flags=0, asks=None)
ssh_signed("silent", UP | BE)
ssh_signed("verified", UP | UV | BE, flags=0, passphrase=PASSPHRASE)
ssh_signed("touch", UP | UV | BE, flags=PRESENCE | VERIFICATION, passphrase=PASSPHRASE)

# Scripts: Ed25519 only.
equal(door.create(SCRIPT, "fob:deploy", asks=None), 18, "a script's algorithm")
script = door.create(SCRIPT, "fob:deploy", algorithms=[ES256, EDDSA], says=["fob:deploy"])
found = door.sign(SCRIPT, "fob:deploy", script["credential"], b"release 7",
                  data_name="notes", says=["fob:deploy", 'data called "notes"'])
check(verify(script, sha(b"fob:deploy") + bytes([found["flags"]]) + u32(0) + sha(b"release 7"), found["signature"]),
      "a script's signature")

# What signs for one door signs for no other, whatever a caller names.
for what, code, action in (
    ("ssh for the web", 16, lambda: door.get(WEB, HASH, asks="presence", allowed=[ssh["touch"]["credential"]])),
    ("the web for ssh", 16, lambda: door.sign(SSH, "ssh:", made["es256"]["credential"], b"x", asks=None)),
    ("a site of the web at ssh's door", 65, lambda: door.sign(SSH, WEB, made["es256"]["credential"], b"x", asks=None)),
    ("a script's site at ssh's door", 65,
     lambda: door.sign(SSH, "fob:deploy", script["credential"], b"x", asks=None)),
    ("ssh at a script's door", 65, lambda: door.sign(SCRIPT, "ssh:", ssh["touch"]["credential"], b"x", asks=None)),
    ("another ssh application", 16, lambda: door.sign(SSH, "ssh:x", ssh["touch"]["credential"], b"x", asks=None)),
    ("a script's site at CTAP's door", 65,
     lambda: door.get("fob:deploy", HASH, asks=None, allowed=[script["credential"]])),
    ("a script's site made at CTAP's door", 65, lambda: door.create(CTAP, "fob:deploy", asks=None)),
    ("a site of the web made at ssh's door", 65, lambda: door.create(SSH, WEB, asks=None)),
    ("a hash at CTAP's door", 65, lambda: door.get("u2f:" + u2f_site, HASH, asks=None, allowed=[u2f["credential"]])),
    ("ssh as U2F", 16, lambda: door.get(sha(b"ssh:").hex(), HASH, door=U2F, asks=None,
                                        allowed=[ssh["touch"]["credential"]])),
    ("KEY_ASSERT at ssh's door", 65, lambda: door.get("ssh:", HASH, door=SSH, asks=None)),
    ("KEY_SIGN at CTAP's door", 65, lambda: door.sign(CTAP, WEB, made["es256"]["credential"], b"x", asks=None)),
):
    equal(action(), code, what)
# CTAP with an ssh: site is OpenSSH's own way to a key.
signed(ssh["touch"], door.get("ssh:", HASH, allowed=[ssh["touch"]["credential"]]), HASH, UP | BE, "ssh:")

# Nothing is destroyed by a reset: it needs the passphrase, and its keys are in the trash.
count = len(agent.keys())
door.ask(KEY_RESET, requester(), OK, "reset", PASSPHRASE, says=[str(count)]).end()
equal((agent.keys(), len([key for key in agent.keys(trash=True) if key["removed"]]) >= count), ([], True), "a reset")

equal(home.stop(), 0, "the agent's status")
print(f"{count} keys at four doors")
