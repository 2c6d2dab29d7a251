"""Firefox with the extension, driven by Marionette."""

import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
import zipfile

from chromium import EXTENSION, PATIENCE, Failed

ID = "fob@fob.invalid"
UUID = "0b5a1c6e-8b1f-4f6e-9d0b-5f0b7e5c2a11"
ELEMENT, SHADOW = "element-6066-11e4-a52e-4f735466cecf", "shadow-6066-11e4-a52e-4f735466cecf"


class Browser:
    name = "Firefox"

    def __init__(self, host, environment, domains, installed=False):
        self.home = tempfile.mkdtemp(prefix="fob-firefox-")
        hosts, profile = os.path.join(self.home, ".mozilla/native-messaging-hosts"), os.path.join(self.home, "profile")
        os.mkdir(profile)
        if not installed:
            os.makedirs(hosts)
            with open(os.path.join(hosts, "fob.browser.json"), "w") as file:
                json.dump({"name": "fob.browser", "description": "fob", "path": host, "type": "stdio",
                           "allowed_extensions": [ID]}, file)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        preferences = {
            "marionette.port": port, "network.dns.localDomains": ",".join(domains),
            "extensions.webextensions.uuids": json.dumps({ID: UUID}), "browser.shell.checkDefaultBrowser": False,
            "datareporting.policy.dataSubmissionEnabled": False, "network.proxy.type": 0,
            # Keys that are made for a test, in place of those that are plugged in.
            "security.webauth.webauthn_enable_softtoken": True, "security.webauth.webauthn_enable_usbtoken": False,
        }
        with open(os.path.join(profile, "user.js"), "w") as file:
            for name, value in preferences.items():
                file.write(f"user_pref({json.dumps(name)}, {json.dumps(value)});\n")
        package = os.path.join(self.home, "fob.xpi")
        with zipfile.ZipFile(package, "w") as archive:
            for name in sorted(os.listdir(EXTENSION)):
                archive.write(os.path.join(EXTENSION, name), name)
        self.process = subprocess.Popen(
            ["firefox-esr", "--marionette", "--remote-allow-system-access", "--no-remote", "--headless", "--profile", profile, "about:blank"],
            env={**os.environ, **environment, "HOME": self.home}, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, start_new_session=True)
        end = time.monotonic() + PATIENCE
        while True:
            try:
                self.socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE * 2)
                break
            except OSError:
                if time.monotonic() > end:
                    raise Failed("Marionette does not answer") from None
                time.sleep(0.2)
        self.file, self.last = self.socket.makefile("rb"), 0
        self.receive()
        found = self.ask("WebDriver:NewSession", acceptInsecureCerts=True)
        self.version = f"Firefox/{found['capabilities']['browserVersion']}"
        if not installed:
            self.ask("Addon:Install", path=package, temporary=True)
        self.ask("WebDriver:SetTimeouts", script=PATIENCE * 1000)

    def receive(self):
        length = b""
        while (byte := self.file.read(1)) not in (b":", b""):
            length += byte
        return json.loads(self.file.read(int(length)))

    def ask(self, name, **parameters):
        self.last += 1
        text = json.dumps([0, self.last, name, parameters]).encode()
        self.socket.sendall(b"%d:" % len(text) + text)
        _, _, error, value = self.receive()
        if error:
            raise Failed(f"{name}: {error['error']}: {error['message']}")
        return value

    def open(self, url):
        handle = self.ask("WebDriver:NewWindow", type="tab")["handle"]
        self.ask("WebDriver:SwitchToWindow", handle=handle)
        self.handle = handle
        self.go(url)

    def go(self, url):
        self.ask("WebDriver:Navigate", url=url)

    def close_tab(self):
        others = self.ask("WebDriver:CloseWindow")
        self.ask("WebDriver:SwitchToWindow", handle=others[0])

    def evaluate(self, expression):
        # As the page itself; one of the extension evaluates nothing.
        script = (f"const [done] = arguments; (location.protocol === 'moz-extension:' ? (async () => ({expression}))()"
                  f" : (async () => window.eval({json.dumps(expression)}))())"
                  ".then(ok => done({ok}), error => done({error: `${error?.name}: ${error?.message}`}))")
        found = self.ask("WebDriver:ExecuteAsyncScript", script=script, args=[], sandbox=None)["value"]
        if found.get("error"):
            raise Failed(found["error"])
        return found.get("ok")

    def element(self, selector):
        return self.ask("WebDriver:FindElement", using="css selector", value=selector)["value"][ELEMENT]

    def click(self, selector):
        self.ask("WebDriver:ElementClick", id=self.element(selector))

    def notice(self):
        try:
            root = self.ask("WebDriver:GetShadowRoot", id=self.element("fob-notice"))["value"][SHADOW]
            found = self.ask("WebDriver:FindElementsFromShadowRoot", shadowRoot=root, using="css selector", value="button")
            return {self.ask("WebDriver:GetElementText", id=one[ELEMENT])["value"]: one[ELEMENT] for one in found}
        except Failed:
            return {}

    def press(self, label):
        end = time.monotonic() + PATIENCE
        while label not in (found := self.notice()):
            if time.monotonic() > end:
                raise Failed(f"there is no button {label!r}: {list(found)}")
            time.sleep(0.05)
        self.ask("WebDriver:ElementClick", id=found[label])

    def popup(self):
        page = self.handle
        self.ask("Marionette:SetContext", value="chrome")
        tab = self.ask("WebDriver:ExecuteScript", args=[], script=(
            "const { ExtensionParent } = ChromeUtils.importESModule('resource://gre/modules/ExtensionParent.sys.mjs');"
            "return ExtensionParent.apiManager.global.tabTracker.getId(gBrowser.selectedTab);"))["value"]
        self.ask("Marionette:SetContext", value="content")
        self.open(f"moz-extension://{UUID}/popup.html?tab={tab}")
        return page

    def back(self, page):
        self.ask("WebDriver:CloseWindow")
        self.ask("WebDriver:SwitchToWindow", handle=page)
        self.handle = page

    def authenticator(self):
        self.ask("WebAuthn:AddVirtualAuthenticator", protocol="ctap2", transport="usb", hasResidentKey=True,
                 hasUserVerification=True, isUserConsenting=True, isUserVerified=True)

    def end(self):
        try:
            self.ask("Marionette:Quit", flags=["eForceQuit"])
            self.process.wait(20)
        except Exception:
            pass
        if self.process.poll() is None:
            os.killpg(self.process.pid, 9)
            self.process.wait()
        shutil.rmtree(self.home, ignore_errors=True)
