"""What the window costs: nothing that was closed stays, and with 1,000 accounts it goes on at once.

    desktop_limits.py windows   # each kind of window is opened and closed again and again
    desktop_limits.py many      # 1,000 accounts: sorted, searched, moved, scrolled; figures are printed
"""

import signal
import sys

from journey import *


class Counts:
    """What a debug build of fob-desktop counts, at SIGUSR2; what it has counted of time begins anew."""

    def __init__(self, desktop):
        self.desktop, self.seen = desktop, 0

    def lines(self):
        return [line for line in self.desktop.said().splitlines() if line.startswith("{")]

    def take(self):
        os.kill(self.desktop.program.pid, signal.SIGUSR2)
        until(lambda: len(self.lines()) > self.seen, "the counts")
        self.seen = len(self.lines())
        return json.loads(self.lines()[-1])


def windows():
    """After 50 openings there is what was there after 5."""
    with Home() as home:
        desktop = Desktop(home).start()
        counts = Counts(desktop)
        fob(home, {"--passphrase-fd": PASSPHRASE}, "init")
        fob(home, {"--secret-fd": KEY}, "add", "GitHub/octo")
        fob(home, {"--secret-fd": OTHER}, "add", "Bank/alice")
        fob(home, {}, "edit", "Bank/alice", "--confirm")
        shows(desktop, "GitHub, octo, code hidden")
        links = os.path.join(desktop.directory, "links.txt")
        with open(links, "w") as file:
            file.write(f"otpauth://totp/Wiki:mallory?secret={OTHER.decode()}&issuer=Wiki\n")
        subprocess.run(["xclip", "-selection", "clipboard", "-in", links], env=desktop.environment, check=True)

        def closed(title):
            until(lambda: not desktop.find_window(title), f"{title} closes")

        def opened(title):
            until(lambda: desktop.find_window(title), f"{title} opens")

        def by_key(key, title, wait=0):
            def once():
                desktop.key(key)
                opened(title)
                time.sleep(wait)
                desktop.key("Escape")
                closed(title)
            return once

        def by_question():
            asker = ask(home, "Bank/alice")
            opened("Give a code")
            asker.kill()
            asker.wait()
            closed("Give a code")

        def by_main():
            # For as long as a copied code stays on the clipboard, the program stays without a window.
            desktop.key("ctrl+w")
            closed("^fob$")
            desktop.run()
            opened("^fob$")
            shows(desktop, "code hidden|code [0-9]")

        desktop.key("ctrl+a")
        desktop.type("git")
        desktop.key("Return")
        shows(desktop, "Code of GitHub copied")
        for kind, once, times in (("the main window", by_main, 10),
                                  ("the keys", by_key("ctrl+question", "Keyboard shortcuts"), 50),
                                  ("a new account", by_key("ctrl+n", "Type the key"), 50),
                                  ("a preview", by_key("ctrl+v", "Add accounts", 1), 10),
                                  ("one closed while it reads", by_key("ctrl+v", "Add accounts"), 10),
                                  ("a question", by_question, 20)):
            for _ in range(3):
                once()
            time.sleep(1.5)
            before = counts.take()
            for _ in range(times):
                once()
            time.sleep(1.5)
            after = counts.take()
            for what, more in (("toplevels", 0), ("objects", 5), ("widgets", 5)):
                check(after[what] <= before[what] + more, f"{what} after {times} times {kind}: {after} instead of {before}")
            print(f"{kind}, {times} times: {before['toplevels']} to {after['toplevels']} windows, "
                  f"{before['objects']} to {after['objects']} objects, {before['widgets']} to {after['widgets']} widgets")
        equal([line for line in desktop.said().splitlines() if not line.startswith("{")], [], "what fob-desktop wrote")
        desktop.end()


{"windows": windows}[sys.argv[1]]()
