"""The extension in a browser: what sites ask for, what they may not, and codes. usage: run.py chromium|firefox [installed]

FOB_BIN names the programs. Each answer of fob is verified, by py_webauthn too where it is installed.
"""

import atexit
import http.server
import os
import shutil
import ssl
import subprocess
import sys
import tempfile
import threading
import urllib.parse

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "../EndToEndTests/Support")]

from web import *  # noqa: E402

try:
    import webauthn
except ImportError:
    webauthn = None

which = sys.argv[1]
need("chromium" if which == "chromium" else "firefox-esr", "openssl")
if which == "chromium":
    from chromium import Browser, Failed
else:
    from firefox import Browser, Failed

CHALLENGE = bytes(range(32))
DOMAINS = ["login.example.org", "example.org", "shop.example.com", "evilexample.org", "example.org.evil.example",
           "alice.github.io", "xn--bcher-kva.example", "xn--exmple-cua.org", "app.localhost", "other.localhost"]


class WebHome(KeyHome):
    def open_listeners(self):
        """It needs none."""

    def say(self, challenge, yes=True):
        def act():
            with self.connect() as agent:
                if yes:
                    agent.approve(challenge["id"], PASSPHRASE if challenge["needs_passphrase"] else b"")
                else:
                    agent.deny(challenge["id"])
        elsewhere(act)


class Site(http.server.BaseHTTPRequestHandler):
    with open(os.path.join(HERE, "site.html"), "rb") as file:
        text = file.read()

    def do_GET(self):
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query)
        body = self.text
        if "frame" in query:
            allow = query.get("allow", [""])[0]
            body += f'<iframe src="{query["frame"][0]}" allow="{allow}"></iframe>'.encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        for policy in query.get("policy", []):
            self.send_header("Permissions-Policy", policy)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def serve(tls):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Site)
    if tls:
        folder = tempfile.mkdtemp(prefix="fob-tls-")
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        key, certificate = os.path.join(folder, "key"), os.path.join(folder, "certificate")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                        "-keyout", key, "-out", certificate, "-days", "2", "-subj", "/CN=test"], check=True,
                       capture_output=True)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_port


home = WebHome().start()
plain, secure = serve(False), serve(True)
browser = Browser(PROGRAM, {**home.environment, "FOB_NO_START": "1"}, DOMAINS, sys.argv[2:] == ["installed"])
atexit.register(browser.end)
steps = []


def step(function):
    steps.append(function)
    return function


def at(host, path="/", tls=True):
    return f"{'https' if tls else 'http'}://{host}:{secure if tls else plain}{path}"


def outcome():
    return until(lambda: browser.evaluate("outcome"), "the page has an outcome")


def begin(code):
    browser.evaluate(f"begin({json.dumps(code)})")


def ran(code, yes=True):
    """Runs something that asks the owner, who answers; returns what the page gets and the question."""
    begin(code)
    challenge = home.question()
    home.say(challenge, yes)
    return outcome(), challenge


def quietly(code):
    """The same, without a question."""
    begin(code)
    found = outcome()
    equal(home.questions(), [], f"questions of {code}")
    return found


def site_found(json_):
    response = json_["response"]
    found = {"id": json_["id"], "clientDataJSON": response["clientDataJSON"]}
    if "attestationObject" in response:
        return {**found, "attestationObject": response["attestationObject"], "publicKey": response["publicKey"],
                "authenticatorData": response["authenticatorData"], "algorithm": -response["publicKeyAlgorithm"]}
    return {**found, "authenticatorData": response["authenticatorData"], "signature": response["signature"],
            "userHandle": response.get("userHandle")}


def new_key(found, origin, site, top=None, flags=UP | UV | BE | AT):
    check("ok" in found, f"a registration: {found}")
    key = registered(site_found(found["ok"]), CHALLENGE, origin, site, top, flags)
    if webauthn:
        verified = webauthn.verify_registration_response(
            credential=found["ok"], expected_challenge=CHALLENGE, expected_rp_id=site, expected_origin=origin)
        key["verified"] = verified.credential_public_key
    return key


def sign_in(found, key, origin, top=None, flags=UP | UV | BE, user=b"user"):
    check("ok" in found, f"a sign-in: {found}")
    signed_in(site_found(found["ok"]), key, CHALLENGE, origin, top, flags, user)
    if webauthn:
        webauthn.verify_authentication_response(
            credential=found["ok"], expected_challenge=CHALLENGE, expected_rp_id=key["site"], expected_origin=origin,
            credential_public_key=key["verified"], credential_current_sign_count=0)


LOGIN = "login.example.org"
LOGIN_ORIGIN = at(LOGIN, "")
RESIDENT = 'authenticatorSelection: {residentKey: "required", userVerification: "required"}'
known = {}


@step
def resident():
    """A resident key with values of prf at the registration, for the whole site; a sign-in without a list."""
    browser.open(at(LOGIN))
    found, asked = ran('register({rp: {id: "example.org", name: "Example"}, %s, extensions: {credProps: true,'
                       ' prf: {eval: {first: bytes("AQ"), second: bytes("Ag")}}}})' % RESIDENT)
    equal((asked["site"], asked["user"]), (LOGIN_ORIGIN, "alice"), "the question")
    check(browser.name.lower() in asked["programs"][0]["name"], f"the question names the browser: {asked['programs']}")
    known["resident"] = new_key(found, LOGIN_ORIGIN, "example.org")
    results = found["ok"]["clientExtensionResults"]
    equal((results["credProps"], results["prf"]["enabled"]), ({"rk": True}, True), "extensions")
    equal(found["ok"]["authenticatorAttachment"], "platform", "the attachment")
    values = results["prf"]["results"]
    found, asked = ran('signIn({rpId: "example.org", extensions: {prf: {eval: {first: bytes("AQ"), second: bytes("Ag")}}}})')
    equal((asked["kind"], asked["site"], asked["user"]), ("signature", LOGIN_ORIGIN, "alice"), "the question")
    sign_in(found, known["resident"], LOGIN_ORIGIN)
    equal(found["ok"]["clientExtensionResults"]["prf"]["results"], values, "values of prf")
    found, _ = ran('signIn({rpId: "example.org", extensions: {prf: {eval: {first: bytes("Ag")}}}})')
    equal(found["ok"]["clientExtensionResults"]["prf"]["results"]["first"], values["second"], "another value of prf")


@step
def named():
    """A key that is named, without verification; a list of 300; algorithms."""
    found, _ = ran('register({user: {id: bytes("Ym9i"), name: "bob", displayName: "Bob"},'
                   ' authenticatorSelection: {residentKey: "discouraged", userVerification: "discouraged",'
                   ' authenticatorAttachment: "cross-platform"}, extensions: {credProps: true}})')
    key = known["named"] = new_key(found, LOGIN_ORIGIN, LOGIN, flags=UP | BE | AT)
    equal(found["ok"]["clientExtensionResults"]["credProps"], {"rk": False}, "credProps")
    equal(found["ok"]["authenticatorAttachment"], "cross-platform", "the attachment")
    ids = 'Array.from({length: 300}, (_, n) => new Uint8Array(64).fill(n & 255)).concat([bytes("%s")])' % key["id"]
    found, _ = ran('signIn({userVerification: "discouraged", allowCredentials: %s.map(id => ({type: "public-key", id}))})' % ids)
    sign_in(found, key, LOGIN_ORIGIN, flags=UP | BE, user=None)
    found, _ = ran('register({user: {id: bytes("ZWQ"), name: "ed", displayName: "Ed"}, rp: {name: "x"},'
                   ' pubKeyCredParams: [{type: "public-key", alg: -8}]})')
    new_key(found, LOGIN_ORIGIN, LOGIN)


@step
def refusals():
    """A no, a key that is excluded, an abort before and after."""
    found, _ = ran('signIn({rpId: "example.org"})', yes=False)
    equal(found["error"], "NotAllowedError", "a no")
    found, asked = ran('register({rp: {id: "example.org", name: "x"}, excludeCredentials: [{type: "public-key", id: bytes("%s")}]})'
                       % known["resident"]["id"])
    equal((found["error"], asked["kind"]), ("InvalidStateError", "presence"), "a key that is excluded")
    begin('signIn({rpId: "example.org"})')
    home.question()
    browser.evaluate('stop.abort()')
    equal(outcome()["error"], "AbortError", "an abort")
    until(lambda: not home.questions(), "the question has gone")
    equal(quietly('signIn({rpId: "example.org"})')["error"], "AbortError", "an abort before")
    browser.evaluate('stop = new AbortController()')
    # The page goes away.
    begin('signIn({rpId: "example.org"})')
    home.question()
    browser.go(at(LOGIN))
    until(lambda: not home.questions(), "the question has gone with the page")
    # The person presses a button in the page.
    begin('signIn({rpId: "example.org"})')
    home.question()
    browser.press("Cancel")
    equal(outcome()["error"], "NotAllowedError", "a button in the page")
    until(lambda: not home.questions(), "the question has gone with the button")


@step
def choice():
    """Two users: the person chooses in the page."""
    found, _ = ran('register({rp: {id: "example.org", name: "x"}, user: {id: bytes("Y2Fyb2w"), name: "carol", displayName: "C"}, %s})'
                   % RESIDENT)
    carol = known["carol"] = new_key(found, LOGIN_ORIGIN, "example.org")
    begin('signIn({rpId: "example.org"})')
    browser.press("carol")
    home.say(home.question())
    sign_in(outcome(), carol, LOGIN_ORIGIN, user=b"carol")


@step
def conditional():
    """A sign-in that waits until a person chooses a field, and then a key."""
    equal(browser.evaluate("PublicKeyCredential.isConditionalMediationAvailable()"), True, "conditional mediation")
    equal(browser.evaluate("PublicKeyCredential.isUserVerifyingPlatformAuthenticatorAvailable()"), True, "a platform's key")
    found = browser.evaluate("PublicKeyCredential.getClientCapabilities()")
    check(found["conditionalGet"] and found["extension:prf"] and found["signalUnknownCredential"], f"capabilities {found}")
    begin('signIn({rpId: "example.org"}, {mediation: "conditional"})')
    time.sleep(1)
    equal((home.questions(), browser.evaluate("outcome")), ([], None), "nobody is asked before")
    browser.click("#user")
    browser.press("alice")
    home.say(home.question())
    sign_in(outcome(), known["resident"], LOGIN_ORIGIN)
    # It is over when the page ends it.
    begin('signIn({rpId: "example.org"}, {mediation: "conditional"})')
    browser.evaluate("stop.abort()")
    equal(outcome()["error"], "AbortError", "an abort")
    browser.go(at(LOGIN))


@step
def locked():
    with home.connect() as agent:
        agent.lock()
    begin('signIn({rpId: "example.org", allowCredentials: [{type: "public-key", id: bytes("%s")}]})' % known["resident"]["id"])
    challenge = home.question()
    check(challenge["needs_passphrase"] and challenge["site"] == LOGIN_ORIGIN, f"the question of a locked vault {challenge}")
    home.say(challenge)
    again = home.question()
    equal((again["user"], again["needs_passphrase"]), ("alice", False), "the question that names the user")
    home.say(again)
    sign_in(outcome(), known["resident"], LOGIN_ORIGIN)


@step
def others():
    """What is not fob's goes to the browser's own way, without a question: other keys, algorithms, sites of others."""
    browser.open(f"http://localhost:{plain}/")
    browser.authenticator()
    # The person takes the other key.
    begin('register({})')
    home.question()
    browser.press("Use another key")
    found = outcome()
    until(lambda: not home.questions(), "the question has gone")
    check("ok" in found, f"the browser's own key: {found}")
    own = found["ok"]["id"]
    # fob does not have it, and says so at once.
    found = quietly('signIn({allowCredentials: [{type: "public-key", id: bytes("%s")}]})' % own)
    check("ok" in found and found["ok"]["id"] == own, f"a sign-in with the browser's own key: {found}")
    found = quietly('signIn({rpId: "github.com"})')
    equal(found["error"], "SecurityError", "a foreign site")
    # Without fob.
    home.stop()
    begin('signIn({allowCredentials: [{type: "public-key", id: bytes("%s")}]})' % own)
    found = outcome()
    check("ok" in found, f"a sign-in without an agent: {found}")
    home.start()
    browser.close_tab()


@step
def origins():
    """Tricks with domains. The browser's own way, which they get, says no."""
    for host, site in [("evilexample.org", "example.org"), ("example.org.evil.example", "example.org"),
                       ("example.org", "login.example.org"), ("alice.github.io", "github.io"),
                       ("login.example.org", "org"), ("xn--exmple-cua.org", "example.org"),
                       ("xn--bcher-kva.example", "bücher.example."), ("app.localhost", "localhost")]:
        browser.open(at(host))
        for code in (f'signIn({{rpId: "{site}"}})', f'register({{rp: {{id: "{site}", name: "x"}}}})'):
            found = quietly(code)
            check(found.get("error") in ("SecurityError", "NotAllowedError", "NotSupportedError"), f"{code} at {host}: {found}")
        browser.close_tab()
    # An international domain has its own keys, in the spelling of URLs.
    browser.open(at("xn--bcher-kva.example"))
    found, asked = ran("register({})")
    new_key(found, at("xn--bcher-kva.example", ""), "xn--bcher-kva.example")
    equal(asked["site"], at("xn--bcher-kva.example", ""), "the question shows the spelling that says what it is")
    browser.close_tab()
    # A part of a name that belongs to many is a site.
    browser.open(at("alice.github.io"))
    found, _ = ran('register({rp: {id: "alice.github.io", name: "x"}})')
    new_key(found, at("alice.github.io", ""), "alice.github.io")
    browser.close_tab()


@step
def frames():
    """A frame of another site, allowed and not; one of the same site; a page that allows nothing."""
    inner, outer = at("shop.example.com", ""), LOGIN_ORIGIN
    both = "publickey-credentials-get; publickey-credentials-create"

    def framed(code, allow, host=LOGIN, source=inner):
        browser.open(at(host, "/?" + urllib.parse.urlencode({"frame": source + "/", "allow": allow})))
        until(lambda: browser.evaluate("document.querySelector('iframe') !== null"), "the frame")
        time.sleep(1)
        browser.evaluate(f"inFrame({json.dumps(code)})")

    def over():
        found = outcome()
        equal(home.questions(), [], "questions of a frame that may not ask")
        browser.close_tab()
        return found

    for code in ("signIn({})", "register({})"):
        framed(code, "")
        check("error" in over(), f"{code} in a frame that may not")
    framed("register({})", both)
    challenge = home.question()
    equal(challenge["site"], inner, "the question of a frame")
    check(f"in a frame of {outer}" in challenge["details"], f"the question tells of the page: {challenge}")
    home.say(challenge)
    key = new_key(outcome(), inner, "shop.example.com", top=outer)
    browser.close_tab()
    framed('signIn({allowCredentials: [{type: "public-key", id: bytes("%s")}]})' % key["id"], both)
    home.say(home.question())
    sign_in(outcome(), key, inner, top=outer, user=None)
    browser.close_tab()
    framed("register({})", "", source=LOGIN_ORIGIN)
    home.say(home.question())
    new_key(outcome(), LOGIN_ORIGIN, LOGIN)
    browser.close_tab()
    browser.open(at(LOGIN, "/?" + urllib.parse.urlencode({"policy": "publickey-credentials-get=()"})))
    if browser.evaluate("Boolean(document.featurePolicy)"):
        check("error" in quietly("signIn({})"), "a page that allows nothing")
    browser.close_tab()


@step
def signals():
    browser.open(at(LOGIN))
    browser.evaluate('PublicKeyCredential.signalUnknownCredential({rpId: "example.org", credentialId: "%s"})'
                     % known["carol"]["id"])
    challenge = home.question()
    equal((challenge["kind"], challenge["user"]), ("presence", "carol"), "a key that a site does not know")
    home.say(challenge)

    def left():
        with home.connect() as agent:
            return not any(b64(key["credential"]) == known["carol"]["id"] for key in agent.keys()) or None
    until(left, "the key is in the trash")
    browser.evaluate('PublicKeyCredential.signalCurrentUserDetails({rpId: "example.org", userId: "dXNlcg", name: "alice2",'
                     ' displayName: "A"})')
    home.say(home.question(), False)
    browser.close_tab()


@step
def codes():
    """A code comes into a page that an account was linked to, and into none that only looks like it."""
    with home.connect() as agent:
        agent.add("Example", "alice", b"12345678901234567890")
        agent.add("login.example.org", "mallory", b"another key of twenty")

    def value():
        return browser.evaluate("document.querySelector('#code').value")

    def press(words):
        browser.evaluate(f"""(() => {{ const all = [...document.querySelectorAll('button')].filter(one =>
            one.textContent === {json.dumps(words[0])} && one.parentNode.textContent.includes({json.dumps(words[1])}));
            if (!all.length) throw new Error('no such button'); all[0].id = 'pressed'; }})()""")
        browser.click("#pressed")
        browser.evaluate("document.querySelector('#pressed')?.removeAttribute('id')")

    def told(part):
        return until(lambda: part in browser.evaluate("document.body.textContent") or None, f"the window says {part!r}")

    browser.open(at(LOGIN))
    page = browser.popup()
    told("No account is linked to this page yet.")
    check(LOGIN_ORIGIN in browser.evaluate("document.body.textContent"), "the window names the page")
    # Nothing is guessed by names.
    equal(browser.evaluate("document.querySelectorAll('#linked li').length"), 0, "accounts of a page that was not linked")
    browser.evaluate("(document.querySelector('#search').value = 'example',"
                     " document.querySelector('#search').dispatchEvent(new Event('input')))")
    press(["Link", "Example / alice"])
    until(lambda: browser.evaluate("document.querySelectorAll('#linked li').length") == 1 or None, "the link")
    press(["Fill in", "alice"])
    told("Done.")
    browser.back(page)

    def filled():
        found = value()
        return found if found in {totp(b"12345678901234567890", time.time() - late) for late in (0, 30)} else None
    check(until(filled, "the code in the page"), "a code")
    browser.close_tab()
    for host in ("evilexample.org", "example.org", "example.org.evil.example", "xn--exmple-cua.org"):
        browser.open(at(host))
        page = browser.popup()
        told("No account is linked to this page yet.")
        equal(browser.evaluate("document.querySelectorAll('#linked li').length"), 0, f"accounts of {host}")
        browser.back(page)
        equal(value(), "", f"the field of {host}")
        browser.close_tab()


for one in steps:
    begun = time.monotonic()
    try:
        one()
    except Exception:
        print(f"{one.__name__}: FAILED", flush=True)
        raise
    print(f"{one.__name__}: {time.monotonic() - begun:.1f} s", flush=True)
print(f"{browser.version}: {len(steps)} steps, verified by " + ("py_webauthn and " if webauthn else "") + "the script itself")
