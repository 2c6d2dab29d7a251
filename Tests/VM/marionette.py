"""Firefox without a screen, driven by Marionette."""

import json
import os
import socket
import time


class Firefox:
    def __init__(self, launch, profile, user, patience):
        os.makedirs(profile)
        with open(os.path.join(profile, "user.js"), "w") as file:
            file.write('user_pref("marionette.port", 28999);\nuser_pref("app.update.enabled", false);\n'
                       'user_pref("browser.shell.checkDefaultBrowser", false);\n')
        for name in (profile, os.path.join(profile, "user.js")):
            os.chown(name, user, user)
        self.process = launch(["firefox-esr", "--marionette", "--no-remote", "--headless", "--profile", profile, "about:blank"])
        end = time.monotonic() + patience
        while True:
            try:
                self.socket = socket.create_connection(("127.0.0.1", 28999), timeout=patience)
                break
            except OSError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.5)
        self.file, self.last = self.socket.makefile("rb"), 0
        self.receive()
        found = self.ask("WebDriver:NewSession")["capabilities"]
        self.version = f"Firefox/{found['browserVersion']}"
        self.ask("WebDriver:SetTimeouts", script=patience * 1000, pageLoad=patience * 1000)

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
            raise RuntimeError(f"{name}: {error['message']}")
        return value

    def open(self, url):
        self.ask("WebDriver:Navigate", url=url)

    def evaluate(self, script):
        """What a page's script gives, which is awaited."""
        found = self.ask("WebDriver:ExecuteAsyncScript", args=[], sandbox=None, script="const done = arguments[0];"
                         f"(async () => {script})().then(ok => done({{ok}}), error => done({{error: String(error)}}))")["value"]
        if "error" in found:
            raise RuntimeError(found["error"])
        return found["ok"]

    def close(self):
        self.process.terminate()
        self.process.wait()
