"""How long a page waits for one sign-in in Chromium: from fob through the extension, where somebody says yes at once, and from
the browser's own virtual authenticator, which needs no yes, with the extension and without. usage: bench.py [COUNT]

FOB_BIN names the programs."""

import http.server
import os
import statistics
import sys
import threading

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "../EndToEndTests/Support")]

from web import *  # noqa: E402
from chromium import Browser  # noqa: E402

need("chromium")
COUNT = int(sys.argv[1]) if len(sys.argv) > 1 else 30
TIMED = """(async () => {
    const made = await register({authenticatorSelection: {userVerification: "discouraged"}});
    const wanted = {userVerification: "discouraged", allowCredentials: [{type: "public-key", id: bytes(made.id)}]};
    const times = [];
    for (let count = 0; count < %d; count += 1) {
        const begun = performance.now();
        await signIn(wanted);
        times.push(performance.now() - begun);
    }
    return times;
})()"""


class WebHome(KeyHome):
    def open_listeners(self):
        """It needs none."""


class Site(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        with open(os.path.join(HERE, "site.html"), "rb") as file:
            self.wfile.write(file.read())

    def log_message(self, *_):
        pass


home = WebHome(shipped=True, cheap=False).start()
person = Person(home)
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Site)
threading.Thread(target=server.serve_forever, daemon=True).start()


def row(name, has_extension, has_fob):
    browser = Browser(PROGRAM, {**home.environment, "FOB_NO_START": "1"}, [], installed=not has_extension)
    try:
        browser.open(f"http://localhost:{server.server_port}/")
        if not has_fob:
            browser.authenticator()
        times = sorted(browser.evaluate(TIMED % COUNT))
    finally:
        browser.end()
    print(f"  {name:<58} {statistics.median(times):7.1f} {times[0]:7.1f} {times[-1]:7.1f}", flush=True)
    return browser.version


print(f"one sign-in of a page, {COUNT} times (ms: median, least, most)")
row("fob, through the extension, a yes at once", True, True)
version = row("the browser's virtual authenticator", False, False)
person.go()
home.stop()
row("the same, with the extension and no agent", True, False)
print(f"  {version}")
