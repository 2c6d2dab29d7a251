"""Chromium with the extension, driven over DevTools' pipe."""

import json
import os
import shutil
import subprocess
import tempfile
import threading
import time

EXTENSION = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../Sources/fob-browser/Extension")
ID = "bbnonmijlodhionhognkgehlkpiohnln"
PATIENCE = 60


class Failed(Exception):
    """What the browser says."""


class Browser:
    name = "Chromium"

    def __init__(self, host, environment, domains, installed=False):
        """`installed`: as the machine has it, without the files of this tree."""
        self.profile = tempfile.mkdtemp(prefix="fob-chromium-")
        if not installed:
            os.mkdir(os.path.join(self.profile, "NativeMessagingHosts"))
            with open(os.path.join(self.profile, "NativeMessagingHosts/fob.browser.json"), "w") as file:
                json.dump({"name": "fob.browser", "description": "fob", "path": host, "type": "stdio",
                           "allowed_origins": [f"chrome-extension://{ID}/"]}, file)
        there, ours = os.pipe(), os.pipe()
        os.dup2(there[0], 30), os.dup2(ours[1], 40)
        command = [
            "chromium", "--headless=new", "--remote-debugging-pipe", f"--user-data-dir={self.profile}", "--no-first-run",
            "--disable-gpu", "--no-sandbox", "--password-store=basic", "--disable-dev-shm-usage",
            "--ignore-certificate-errors", "--host-resolver-rules=MAP * 127.0.0.1", *([] if installed else [f"--load-extension={EXTENSION}"]), "about:blank"]
        # The pipe is at 3 and 4 of the browser.
        self.process = subprocess.Popen(
            ["bash", "-c", 'exec 3<&30 4>&40 30<&- 40>&-; exec "$@"', "_", *command], pass_fds=(30, 40),
            env={**os.environ, **environment, "HOME": self.profile}, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        for number in (there[0], ours[1], 30, 40):
            os.close(number)
        self.write, self.read = os.fdopen(there[1], "wb", 0), os.fdopen(ours[0], "rb", 0)
        self.last, self.replies, self.arrived = 0, {}, threading.Condition()
        threading.Thread(target=self.listen, daemon=True).start()
        self.session = None
        self.version = self.ask("Browser.getVersion")["product"]

    def listen(self):
        rest = b""
        while data := self.read.read(1 << 16):
            *whole, rest = (rest + data).split(b"\0")
            for text in whole:
                message = json.loads(text)
                if "id" in message:
                    with self.arrived:
                        self.replies[message["id"]] = message
                        self.arrived.notify_all()

    def ask(self, method, session=None, **parameters):
        self.last += 1
        id = self.last
        message = {"id": id, "method": method, "params": parameters, **({"sessionId": session} if session else {})}
        self.write.write(json.dumps(message).encode() + b"\0")
        with self.arrived:
            if not self.arrived.wait_for(lambda: id in self.replies, PATIENCE):
                raise Failed(f"{method}: no answer")
            reply = self.replies.pop(id)
        if "error" in reply:
            raise Failed(f"{method}: {reply['error']['message']}")
        return reply["result"]

    def attach(self, target):
        return self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]

    def open(self, url):
        """A new tab, which the following is about."""
        self.target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.attach(self.target)
        self.go(url)

    def go(self, url):
        self.ask("Page.navigate", self.session, url=url)
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            try:
                if self.evaluate("document.readyState === 'complete' && location.href !== 'about:blank'"):
                    return
            except Failed:
                pass
            time.sleep(0.05)
        raise Failed(f"{url} does not load")

    def close_tab(self):
        self.ask("Target.closeTarget", targetId=self.target)

    def evaluate(self, expression, session=None):
        found = self.ask("Runtime.evaluate", session or self.session, expression=expression, awaitPromise=True,
                         returnByValue=True, userGesture=True)
        if "exceptionDetails" in found:
            raise Failed(found["exceptionDetails"].get("exception", {}).get("description", "failed"))
        return found["result"].get("value")

    def click_at(self, x, y):
        for kind in ("mousePressed", "mouseReleased"):
            self.ask("Input.dispatchMouseEvent", self.session, type=kind, x=x, y=y, button="left", clickCount=1)

    def click(self, selector):
        x, y = self.evaluate(f"(() => {{ const r = document.querySelector({json.dumps(selector)}).getBoundingClientRect();"
                             " return [r.x + r.width / 2, r.y + r.height / 2]; })()")
        self.click_at(x, y)

    def notice(self):
        """The buttons of what the extension shows in the page, by what they say."""
        def walk(node, inside=False):
            inside = inside or node.get("localName") == "fob-notice"
            if inside and node.get("localName") == "button":
                yield "".join(one.get("nodeValue", "") for one in node.get("children", [])), node["nodeId"]
            for part in ("children", "shadowRoots"):
                for child in node.get(part, []):
                    yield from walk(child, inside)
        root = self.ask("DOM.getDocument", self.session, depth=-1, pierce=True)["root"]
        return dict(walk(root))

    def press(self, label):
        """Presses a button of it."""
        end = time.monotonic() + PATIENCE
        while label not in (found := self.notice()):
            if time.monotonic() > end:
                raise Failed(f"there is no button {label!r}: {list(found)}")
            time.sleep(0.05)
        box = self.ask("DOM.getBoxModel", self.session, nodeId=found[label])["model"]["content"]
        self.click_at((box[0] + box[4]) / 2, (box[1] + box[5]) / 2)

    def popup(self):
        """Opens the extension's window in a tab of its own, for the tab that is shown."""
        worker = next(one for one in self.ask("Target.getTargets")["targetInfos"]
                      if one["type"] == "service_worker" and ID in one["url"])
        session = self.attach(worker["targetId"])
        url = self.evaluate("location.href")
        tab = self.evaluate("chrome.tabs.query({}).then(all => Math.max(...all.map(one => one.id)))", session)
        page, self.page = (self.target, self.session), url
        self.open(f"chrome-extension://{ID}/popup.html?tab={tab}")
        return page

    def back(self, page):
        """From there to the page."""
        self.close_tab()
        self.target, self.session = page

    def authenticator(self):
        """The browser's own way: a security key that it plays itself."""
        self.ask("WebAuthn.enable", self.session, enableUI=False)
        self.ask("WebAuthn.addVirtualAuthenticator", self.session, options={
            "protocol": "ctap2", "transport": "usb", "hasResidentKey": True, "hasUserVerification": True,
            "isUserVerified": True, "automaticPresenceSimulation": True})

    def end(self):
        try:
            self.ask("Browser.close")
            self.process.wait(20)
        except Exception:
            pass
        if self.process.poll() is None:
            os.killpg(self.process.pid, 9)
            self.process.wait()
        shutil.rmtree(self.profile, ignore_errors=True)
