"""Two security keys: fob, which nobody touches, and another one, which somebody touches a second later. The other one works
for a page whether fob is away, there, or there and locked."""

import base64
import http.server
import json
import os
import shutil
import subprocess
import threading
import time

import browser
import marionette

# Seconds that a page gives a ceremony, on a slow guest.
CEREMONY = 120


class Chromium:
    """The whole browser, on a screen that is none."""

    def __init__(self, keys):
        keys.start("Xvfb", ":88", "-screen", "0", "1000x760x24", "-nolisten", "tcp")
        keys.until(lambda: os.path.exists("/tmp/.X11-unix/X88"), "a screen")
        environment = {**keys.ENVIRONMENT, "DISPLAY": ":88"}
        self.browser = browser.Browser(
            lambda command, **more: keys.start(*command, env=environment, **more), keys.mine("two-chromium"),
            ["chromium", "--password-store=basic"])
        self.version = self.browser.ask("Browser.getVersion")["product"]

    def open(self, url):
        target = self.browser.ask("Target.createTarget", url=url)["targetId"]
        self.session = self.browser.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        ready = "location.protocol === 'http:' && document.readyState === 'complete'"
        while not self.browser.ask("Runtime.evaluate", self.session, expression=ready)["result"].get("value"):
            time.sleep(0.5)
        self.browser.ask("Page.bringToFront", self.session)

    def evaluate(self, script):
        return self.browser.script(self.session, script)

    def close(self):
        self.browser.ask("Browser.close")


class Firefox(marionette.Firefox):
    def __init__(self, keys):
        super().__init__(lambda command: keys.start(*command), keys.mine("two-firefox"), keys.USER, keys.PATIENCE)


class OtherKey:
    """Another user's, whose device everybody may open."""

    def __init__(self, keys):
        self.keys, user = keys, keys.USER + 1
        home, runtime = self.places = "/tmp/other", f"/run/user/{user}"
        environment = {**keys.ENVIRONMENT, "HOME": home, "XDG_RUNTIME_DIR": runtime, "USER": "other"}
        options = {"user": user, "group": user, "extra_groups": [], "cwd": home, "env": environment}
        for place in (home, runtime):
            os.makedirs(place)
            os.chown(place, user, user)
            os.chmod(place, 0o700)
        self.programs = [keys.start(f"{keys.BIN}/fob-agent", **options)]
        keys.until(lambda: os.path.exists(f"{runtime}/fob/agent.sock"), "the other agent listens")
        read, write = os.pipe()
        os.write(write, keys.PASSPHRASE)
        os.close(write)
        subprocess.run(["fob", "init", "--passphrase-fd", str(read)], pass_fds=[read], check=True,
                       stdin=subprocess.DEVNULL, capture_output=True, **options)
        os.close(read)
        self.programs += [
            keys.start(f"{keys.BIN}/fob-authenticator", **options),
            keys.start("bash", "-c", "while sleep 1; do fob confirm --all --yes; done", **options)]

        os.chmod(keys.until(lambda: keys.device_of(user), "its device"), 0o666)

    def end(self):
        for program in reversed(self.programs):
            program.terminate()
            program.wait()
        self.keys.until(lambda: not self.keys.device_of(self.keys.USER + 1), "its device goes")
        for place in self.places:
            shutil.rmtree(place)


def matrix(keys, kind):
    """Six ceremonies in one browser."""
    keys.silence()
    other = OtherKey(keys)
    try:
        page = kind(keys)
        try:
            seconds = ceremonies(keys, page)
        finally:
            page.close()
    finally:
        other.end()
        read, write = os.pipe()
        os.write(write, keys.PASSPHRASE)
        os.close(write)
        keys.plug(True)
        keys.run("fob", "unlock", "--passphrase-fd", read, pass_fds=[read])
        os.close(read)
        keys.answer("--yes")
    return (f"{page.version}: the other key registers and signs in while fob is away, unlocked and locked ("
            + ", ".join(f"{one:.1f}" for one in seconds) + " s)")


def ceremonies(keys, page):
    """How long each took, in seconds."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), browser.Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    page.open(f"http://localhost:{server.server_port}")
    key, seconds = None, []

    def ceremony(which, script):
        begun = time.monotonic()
        try:
            found = page.evaluate(script.replace("timeout: 600000", f"timeout: {CEREMONY * 1000}"))
        except RuntimeError as error:
            raise keys.Failed(f"fob {which}: {error}") from None
        seconds.append(time.monotonic() - begun)
        return found["id"]

    for which in ("away", "unlocked", "locked"):
        keys.plug(which != "away")
        if which == "locked":
            keys.run("fob", "lock")
        challenge = base64.b64encode(os.urandom(32)).decode()
        made = ceremony(f"{which}, create", browser.CREATE % challenge)
        key = key or made
        keys.check(ceremony(f"{which}, get", browser.GET % (challenge, key)) == key, f"another key, fob {which}")
    server.shutdown()
    return seconds
