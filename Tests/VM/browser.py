"""A headless browser registers with a page of this machine and signs in, through whatever security key it finds."""

import base64
import hashlib
import http.server
import json
import os
import threading

PAGE = b"<!doctype html><title>Security keys</title><p>Nothing to see."

# Both ceremonies, as a site's script does them. What comes back is what a site would send to its server.
CREATE = """
(async () => {
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)));
  const made = await navigator.credentials.create({publicKey: {
    rp: {id: "localhost", name: "A page of this machine"},
    user: {id: new TextEncoder().encode("user one"), name: "alice", displayName: "Alice"},
    challenge: Uint8Array.from(atob("%s"), (c) => c.charCodeAt(0)),
    pubKeyCredParams: [{type: "public-key", alg: -7}, {type: "public-key", alg: -257}],
    authenticatorSelection: {userVerification: "discouraged"},
    hints: ["security-key"], attestation: "none", timeout: 600000}});
  return {id: text(made.rawId), client: text(made.response.clientDataJSON),
    data: text(made.response.getAuthenticatorData()), key: text(made.response.getPublicKey())};
})()
"""
GET = """
(async () => {
  const octets = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)));
  const found = await navigator.credentials.get({publicKey: {
    rpId: "localhost", challenge: octets("%s"), userVerification: "discouraged", hints: ["security-key"],
    allowCredentials: [{type: "public-key", id: octets("%s"), transports: ["usb"]}], timeout: 600000}});
  return {id: text(found.rawId), client: text(found.response.clientDataJSON),
    data: text(found.response.authenticatorData), signature: text(found.response.signature)};
})()
"""


class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(PAGE)

    def log_message(self, *_):
        pass


class Browser:
    """A browser that is driven through two pipes, in JSON with a zero behind each message."""

    def __init__(self, launch, profile, program=("chromium-headless-shell",)):
        theirs_in, self.ours_out = os.pipe()
        self.ours_in, theirs_out = os.pipe()
        # Away from the numbers that the browser expects.
        theirs = [os.dup(number) for number in (theirs_in, theirs_out)]

        def connect():
            spare = [os.dup2(number, 60 + index) for index, number in enumerate(theirs)]
            for index, number in enumerate(spare):
                os.dup2(number, 3 + index)

        launch([*program, "--remote-debugging-pipe", f"--user-data-dir={profile}", "--disable-gpu",
                "--no-first-run", "--disable-dev-shm-usage", "about:blank"], preexec_fn=connect, pass_fds=[3, 4, *theirs])
        for number in (theirs_in, theirs_out, *theirs):
            os.close(number)
        self.number = 0
        self.rest = b""

    def ask(self, method, session=None, **parameters):
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        os.write(self.ours_out, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.receive()
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]

    def receive(self):
        while b"\0" not in self.rest:
            more = os.read(self.ours_in, 1 << 16)
            if not more:
                raise RuntimeError("the browser has ended")
            self.rest += more
        message, self.rest = self.rest.split(b"\0", 1)
        return json.loads(message)

    def script(self, session, script):
        """What a page's script gives."""
        result = self.ask("Runtime.evaluate", session, expression=script, awaitPromise=True, returnByValue=True,
                          userGesture=True)
        if "exceptionDetails" in result:
            raise RuntimeError(result["exceptionDetails"]["exception"].get("description"))
        return result["result"]["value"]

    def evaluate(self, session, script):
        return {name: base64.b64decode(text) for name, text in self.script(session, script).items()}


def create_and_get(launch, profile):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    origin = f"http://localhost:{server.server_port}"
    browser = Browser(launch, profile)
    target = browser.ask("Target.createTarget", url="about:blank")["targetId"]
    session = browser.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
    browser.ask("Page.enable", session)
    browser.ask("Page.navigate", session, url=origin)
    while browser.receive().get("method") != "Page.loadEventFired":
        pass
    challenge = base64.b64encode(os.urandom(32)).decode()
    made = browser.evaluate(session, CREATE % challenge)
    verify_client(made["client"], "webauthn.create", challenge, origin)
    verify_data(made["data"], 0x41)
    # The credential's length and name stand behind counter and model.
    length = int.from_bytes(made["data"][53:55], "big")
    if made["data"][55:55 + length] != made["id"]:
        raise RuntimeError("the authenticator's data name another credential")
    challenge = base64.b64encode(os.urandom(32)).decode()
    found = browser.evaluate(session, GET % (challenge, base64.b64encode(made["id"]).decode()))
    verify_client(found["client"], "webauthn.get", challenge, origin)
    verify_data(found["data"], 0x01)
    if found["id"] != made["id"]:
        raise RuntimeError("another credential answered")
    verify_signature(made["key"], found["signature"], found["data"] + hashlib.sha256(found["client"]).digest())
    version = browser.ask("Browser.getVersion")["product"]
    browser.ask("Browser.close")
    return f"{version} has registered and signed in, the signature is verified"


def verify_client(data, kind, challenge, origin):
    told = json.loads(data)
    wanted = base64.urlsafe_b64encode(base64.b64decode(challenge)).rstrip(b"=").decode()
    if (told["type"], told["challenge"], told["origin"]) != (kind, wanted, origin):
        raise RuntimeError(f"the client's data are {told}")


def verify_data(data, flags):
    if data[:32] != hashlib.sha256(b"localhost").digest() or data[32] & 0x41 != flags:
        raise RuntimeError(f"the authenticator's data are {data.hex()}")


def verify_signature(key, signature, message):
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.serialization import load_der_public_key
    load_der_public_key(key).verify(signature, message, ec.ECDSA(SHA256()))
