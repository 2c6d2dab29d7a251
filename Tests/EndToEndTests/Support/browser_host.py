"""fob-browser as browsers start it, without a browser: registrations and sign-ins that a site accepts, what it refuses, and
that hostile messages come no further, neither there nor at the agent."""

import random

from web import *

try:
    import cryptography  # noqa: F401
except ImportError:
    skip("python3-cryptography is not installed")

ORIGIN, SITE = "https://login.example.org", "example.org"
VERIFIED = {"authenticatorSelection": {"residentKey": "required", "userVerification": "required"}}


def answered(message, *arguments):
    """The answer to a message, whose one question gets one too."""
    host = Host(home, message)
    challenge = home.question()
    said = home.fob_with_passphrase(challenge, *arguments)
    equal(said, 0, "the answer to the question")
    return host.answer(), challenge


def error(message, code, what):
    equal(Host(home, message).answer()["error"]["code"], code, what)


class WebHome(KeyHome):
    def open_listeners(self):
        """It needs none."""

    def fob_with_passphrase(self, challenge, how="yes"):
        def act():
            with self.connect() as agent:
                if how == "yes":
                    agent.approve(challenge["id"], PASSPHRASE if challenge["needs_passphrase"] else b"")
                else:
                    agent.deny(challenge["id"])
        return elsewhere(act) or 0


def mute(challenge):
    with home.connect() as agent:
        agent.deny(challenge, 600)


def ceremonies():
    challenge = os.urandom(32)
    found, asked = answered(creation(ORIGIN, challenge, rp=SITE, extensions={
        "prf": {"eval": {"first": b64(b"one"), "second": b64(b"")}}}, **VERIFIED))
    equal(asked["site"], ORIGIN, "the question names the origin")
    equal((asked["kind"], asked["user"], asked["pid"]), ("registration", "alice", os.getpid()), "the question")
    check(f"with a key for all of {SITE}" in asked["details"], f"the question tells of the site: {asked}")
    resident = registered(found["ok"], challenge, ORIGIN, SITE)
    values = found["prf"]
    equal([len(raw(one)) for one in values], [32, 32], "values of prf at the registration")

    found, asked = answered(request(ORIGIN, challenge, rpId=SITE, extensions={
        "prf": {"eval": {"first": b64(b"one"), "second": b64(b"")}}}))
    equal((asked["kind"], asked["user"], asked["site"]), ("signature", "alice", ORIGIN), "the question")
    signed_in(found["ok"], resident, challenge, ORIGIN, user=b"user 1")
    equal(found["prf"], values, "values of prf at a sign-in")
    found, _ = answered(request(ORIGIN, challenge, [resident["id"], b64(b"other")], rpId=SITE, extensions={
        "prf": {"eval": {"first": b64(b"two")}, "evalByCredential": {resident["id"]: {"first": b64(b"")}}}}))
    equal(found["prf"], values[1:], "values of prf for this key")

    # One that is named, without verification, of EdDSA, in a frame of another site.
    message = creation(ORIGIN, challenge, user=b"user 2", name="bob", algorithms=(-8,),
                       authenticatorSelection={"userVerification": "discouraged"})
    top = "https://shop.example.com"
    found, asked = answered({**message, "topOrigin": top})
    check(f"in a frame of {top}" in asked["details"], f"the question tells of the frame: {asked}")
    equal(found["prf"], [], "no values of prf")
    named = registered(found["ok"], challenge, ORIGIN, "login.example.org", top, flags=UP | BE | AT)
    found, _ = answered({
        **request(ORIGIN, challenge, [named["id"]], userVerification="discouraged"), "topOrigin": top})
    signed_in(found["ok"], named, challenge, ORIGIN, top, flags=UP | BE)
    # It is found by nobody who does not name it.
    error(request(ORIGIN, challenge), 16, "no key that need not be named")
    return resident, named


def outcomes(resident):
    challenge = os.urandom(32)
    mine = request(ORIGIN, challenge, rpId=SITE)
    found, _ = answered(mine, "no")
    equal(found["error"]["code"], 5, "a no")
    found, asked = answered({**creation(ORIGIN, challenge, rp=SITE, excludeCredentials=[
        {"type": "public-key", "id": resident["id"]}])})
    equal((found["error"]["code"], asked["kind"]), (17, "presence"), "a key that is excluded")
    error(creation(ORIGIN, challenge, algorithms=(-257,)), 18, "algorithms")
    error(request(ORIGIN, challenge, [b64(b"other")], rpId=SITE), 16, "a key of others")
    # The browser goes away: so does the question.
    host = Host(home, mine)
    home.question()
    host.end()
    until(lambda: not home.questions(), "the question has gone")
    # Large lists.
    many = [b64(os.urandom(64)) for _ in range(899)] + [resident["id"]]
    found, _ = answered(request(ORIGIN, challenge, many, rpId=SITE))
    signed_in(found["ok"], resident, challenge, ORIGIN, user=b"user 1")
    error(request(ORIGIN, challenge, many + many, rpId=SITE), 21, "a list that is too large")
    # Two users: one is to be named.
    found, _ = answered(creation(ORIGIN, challenge, user=b"user 3", name="carol", rp=SITE, **VERIFIED))
    other = registered(found["ok"], challenge, ORIGIN, SITE)
    error(mine, 40, "two users")
    keys = Host(home, {**mine, "kind": "keys"}).answer()["ok"]["keys"]
    equal([(key["id"], key["name"]) for key in keys], [(other["id"], "carol"), (resident["id"], "alice")], "keys to choose")
    found, _ = answered(request(ORIGIN, challenge, [other["id"]], rpId=SITE))
    signed_in(found["ok"], other, challenge, ORIGIN, user=b"user 3")
    # A browser that is muted hears so at once, and has the person choose another key.
    host = Host(home, request(ORIGIN, challenge, [other["id"]], rpId=SITE))
    elsewhere(mute, home.question()["id"])
    equal(host.answer()["error"]["code"], 5, "a no for a while")
    error(request(ORIGIN, challenge, [other["id"]], rpId=SITE), 21, "a sign-in while muted")
    error(creation(ORIGIN, challenge, user=b"user 4", rp=SITE), 21, "a registration while muted")
    with home.connect() as owner:
        for one in owner.mutes():
            owner.revoke(one["id"])
    # What a site says is put to the owner.
    signal = {"kind": "signal", "origin": ORIGIN, "options": {
        "rpId": SITE, "signal": "unknownCredential", "credentialId": other["id"]}}
    found, asked = answered(signal, "no")
    equal((found["error"]["code"], asked["user"]), (5, "carol"), "a key that a site does not know, and a no")
    equal(len(Host(home, {**mine, "kind": "keys"}).answer()["ok"]["keys"]), 2, "keys after a no")
    equal(answered(signal)[0], {"ok": {}, "prf": []}, "a key that a site does not know")
    equal(Host(home, signal).answer(), {"ok": {}, "prf": []}, "the same again: there is nothing to do")
    equal(answered({"kind": "signal", "origin": ORIGIN, "options": {
        "rpId": SITE, "signal": "currentUserDetails", "userId": b64(b"user 1"), "name": "Alice B.",
        "displayName": "A"}})[0], {"ok": {}, "prf": []}, "other names")
    keys = Host(home, {**mine, "kind": "keys"}).answer()["ok"]["keys"]
    equal([key["name"] for key in keys], ["Alice B."], "the keys that are left")


def locked(resident):
    with home.connect() as agent:
        agent.lock()
    equal(Host(home, {"kind": "status"}).answer()["ok"]["vault"], "locked", "the vault")
    mine = request(ORIGIN, b"c", rpId=SITE)
    error({**mine, "kind": "keys"}, 2, "keys of a locked vault")
    host = Host(home, mine)
    challenge = home.question()
    equal((challenge["site"], challenge["needs_passphrase"]), (ORIGIN, True), "the question of a locked vault")
    home.fob_with_passphrase(challenge)
    # The passphrase unlocks; now the user is known, and told.
    again = home.question()
    equal((again["user"], again["needs_passphrase"]), ("Alice B.", False), "the question behind it")
    home.fob_with_passphrase(again)
    signed_in(host.answer()["ok"], resident, b"c", ORIGIN, user=b"user 1")


def origins():
    """What the program refuses; and what the agent does, to which another program may say what it likes."""
    for origin, site, isForAgent in [
            ("https://evil.example", SITE, True), ("https://evilexample.org", SITE, True),
            ("https://example.org.evil.example", SITE, True), ("https://example.org", "login.example.org", True),
            ("https://example.org", "org", True), ("https://example.org", ".org", True),
            ("https://example.org", "example.org.", True), ("https://example.org", "Example.org", True),
            ("https://alice.github.io", "github.io", False), ("https://alice.blogspot.com", "blogspot.com", False),
            ("https://shop.co.uk", "co.uk", False), ("http://login.example.org", SITE, True),
            ("https://192.168.1.1", "192.168.1.1", True), ("https://[::1]", "[::1]", True),
            ("https://b\u00fccher.example", "b\u00fccher.example", True),
            ("https://xn--bcher-kva.example", "b\u00fccher.example", True),
            ("https://b\u00fccher.example", "xn--bcher-kva.example", True), ("null", SITE, True), ("", SITE, True),
            ("https://example.org/", SITE, True), ("https://example.org:443", SITE, True),
            ("https://a@example.org", SITE, True), ("https://example.org\n", SITE, True),
            ("chrome-extension://abc", "abc", True), ("https://example.org", "ssh:", True)]:
        error(request(origin, b"c", rpId=site), 65, f"{site} for {origin}")
        error(creation(origin, b"c", rp=site), 65, f"a key of {site} for {origin}")
        if isForAgent:
            for type, body in ((WEB_ASSERT, web_assert(origin, site)), (WEB_CREATE, web_create(origin, site)),
                               (WEB_KEYS, page(origin, site))):
                refused(65, lambda: agent.ask(type, body, None), f"the agent: {site} for {origin}")
    for top in ("null", "https://1.2.3.4", "https://a b", "javascript:"):
        refused(65, lambda: agent.ask(WEB_ASSERT, web_assert(ORIGIN, SITE, top=top), None), f"the agent: a frame of {top}")
    equal(home.questions(), [], "nobody is asked for any of that")


def hostile():
    source = random.Random(13)
    # No key is for that site: whatever is left of it asks nobody.
    good = json.dumps({**request("https://login.none.example", b"c" * 32, ["AQ", "Ag"], rpId="none.example", extensions={
        "prf": {"eval": {"first": "AQ"}}}), "topOrigin": "https://top.example"}).encode()
    messages = [
        b"", b"\0", b"\0\0\0\0", struct.pack("=I", 0xFFFFFFFF), struct.pack("=I", (1 << 20) + 1) + b"{}",
        struct.pack("=I", 100) + b"{}", b"[" * 100_000, b'{"kind":"get"', b'{"kind":' * 5000, b"\xff\xfe{}", b"7",
        b'{"kind":"get","options":{}}', b'{"kind":"code","account":"../../x"}', b'"' * 1000,
        b'{"kind":"code","account":"' + b"0" * (1 << 19) + b'"}']
    cut = len(messages)
    while len(messages) < 200:
        bytes_ = bytearray(good)
        for _ in range(source.randint(1, 8)):
            place = source.randrange(len(bytes_))
            choice = source.randrange(4)
            if choice == 0:
                bytes_[place] = source.randrange(256)
            elif choice == 1:
                del bytes_[place:place + source.randint(1, 40)]
            elif choice == 2:
                bytes_[place:place] = bytes(source.choices(b'{}[]",:\\u0019\x00null', k=source.randint(1, 20)))
            else:
                bytes_[place:place] = bytes_[place:place + source.randint(1, 200)]
        messages.append(bytes(bytes_))
    for number, message in enumerate(messages):
        framed = message if number < 6 else struct.pack("=I", len(message)) + message
        host = Host(home, data=framed)
        if number < 6 or number == cut:
            host.process.stdin.close()
        found = host.answer()
        check(found is None or "error" in found, f"message {number} is refused: {message[:200]!r}: {found}")
    bodies = [web_assert(ORIGIN, SITE, allowed=[b"id"]), web_create(ORIGIN, SITE), page(ORIGIN, SITE)]
    for number in range(200):
        type = source.choice((WEB_CREATE, WEB_ASSERT, WEB_KEYS, WEB_SIGNAL))
        body = bytearray(source.choice(bodies))
        for _ in range(source.randint(1, 6)):
            body[source.randrange(len(body))] = source.randrange(256)
        id = agent.send(type, bytes(body[:source.randint(1, len(body))]))
        # What is malformed is said at once; what is not is asked, and taken back.
        agent.cancel(id)
    check(Host(home, {"kind": "status"}).answer()["ok"], "the agent is there")


def sandbox():
    for escape in ("socket", "open", "exec", "fork", "connect", "create", "signal", "run"):
        found = subprocess.run([PROGRAM, "--test-escape", escape], capture_output=True, text=True, timeout=PATIENCE,
                               env={**home.environment, "FOB_NO_START": "1"}, stdin=subprocess.DEVNULL)
        check("refused" in found.stdout, f"{escape}: {found.stdout} {found.stderr}")
    for arguments in ([], ["chrome-extension://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/"], ["x.json", "other@example.org"]):
        found = subprocess.run([PROGRAM, *arguments], capture_output=True, timeout=PATIENCE, stdin=subprocess.DEVNULL)
        equal(found.returncode, 64, f"another extension: {arguments}")
    # Firefox says it in its own way.
    equal(Host(home, {"kind": "status"}, arguments=("/x/fob.browser.json", "fob@fob.invalid")).answer()["ok"],
          {"vault": "unlocked"}, "Firefox's arguments")


def codes():
    with home.connect() as other:
        other.add("GitHub", "alice", b"12345678901234567890")
    accounts = Host(home, {"kind": "accounts"}).answer()["ok"]["accounts"]
    equal([(one["issuer"], one["name"]) for one in accounts], [("GitHub", "alice")], "accounts that give codes")

    def given():
        before = time.time()
        code = Host(home, {"kind": "code", "account": accounts[0]["id"]}).answer()["ok"]["code"]
        return code in {totp(b"12345678901234567890", at) for at in (before, time.time())} or None
    takes(3, given, "the code")
    error({"kind": "code", "account": "0" * 31 + "1"}, 3, "an account that is not there")


home = WebHome().start()
agent = home.connect()
resident, named = ceremonies()
outcomes(resident)
locked(resident)
origins()
codes()
sandbox()
hostile()
agent.close()
home.stop()
error({"kind": "status"}, 69, "without an agent")
print("fob-browser: registrations and sign-ins verified, 25 origins refused twice, 200 hostile messages to it and to the agent")
