"""What the window costs: nothing that was closed stays, and with 1,000 accounts it goes on at once.

    desktop_limits.py windows   # each kind of window is opened and closed again and again
    desktop_limits.py many      # 1,000 accounts: sorted, searched, moved, scrolled; figures are printed
"""

import hashlib
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
            until(lambda: re.search(title, desktop.active()), f"{title} opens, and has the keyboard")

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
            desktop.key("ctrl+a")
            desktop.type("git")
            desktop.key("Return")
            shows(desktop, "Code of GitHub copied")
            desktop.key("ctrl+w")
            closed("^fob$")
            desktop.run()
            opened("^fob$")
            shows(desktop, "code hidden|code [0-9]")

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


def many():
    """1,000 accounts: each code belongs to its row, however they are sorted, searched and moved. Figures are told, not judged:
    other work on the machine counts in them."""
    keys = {}
    lines = []
    for number in range(1000):
        key = base64.b32encode(hashlib.sha1(str(number).encode()).digest()).decode()
        name = f"Service{number * 7919 % 1000:03d}"
        keys[name] = key.encode()
        lines.append(f"otpauth://totp/{name}:user{number}?secret={key}&issuer={name}\n")
    with Home() as home:
        links = os.path.join(home.path, "links.txt")
        with open(links, "w") as file:
            file.writelines(lines)
        fob(home, {"--passphrase-fd": PASSPHRASE}, "init")
        fob(home, {}, "import", links, "--yes")
        desktop = Desktop(home)
        began = time.monotonic()
        desktop.start()
        shows(desktop, "code hidden")
        print(f"window with 1,000 accounts after {time.monotonic() - began:.1f} s, of which the tests' looks are the most")
        counts = Counts(desktop)

        def told(what, during):
            counts.take()
            during()
            time.sleep(1)
            seen = counts.take()
            print(f"{what}: the longest turn took {seen['longest_busy'] / 1000:.1f} ms of a processor ({seen['longest'] / 1000:.1f} by "
                  f"the clock), {seen['over']} over 50 ms; {seen['frames']} frames, the longest {seen['longest_frame'] / 1000:.1f} ms")

        def belongs():
            """Each code that is shown is its row's."""
            found = 0
            for _, role, name, *_ in desktop.tree():
                match = re.match(r"(Service\d+), .*, code ([0-9\u2009]+),", name)
                if role == "list item" and match:
                    found += 1
                    code = match[2].replace("\u2009", "")
                    check(code in current(keys[match[1]]), f"{match[1]} shows {code}, which is another's")
            return found

        print("first paint:", counts.take())
        told("scrolled by key", lambda: desktop.key(*["Down"] * 40))
        until(belongs, "a code that was chosen by key is shown", 30)
        told("scrolled to the end and back", lambda: (desktop.key("Tab", "Tab", "Tab", "End"), time.sleep(0.5), desktop.key("Home")))
        told("scrolled by the wheel", lambda: (desktop.tool("mousemove", "300", "400"),
                                               desktop.tool("click", "--repeat", "60", "--delay", "15", "5")))
        desktop.key("slash")
        told("searched", lambda: desktop.type("service123"))
        shows(desktop, "Service123, .*, code [0-9]", "the only row shows its code")
        check(belongs(), "the code is the row's")
        told("search taken back", lambda: desktop.key("ctrl+a", "BackSpace"))
        desktop.key("Down")
        told("moved", lambda: desktop.key(*["alt+Down"] * 5))
        until(belongs, "a code after moving", 30)
        for _ in range(2):
            fob(home, {}, "edit", "Service500", "--tag", "x")
            fob(home, {}, "edit", "Service500", "--untag", "x")
        until(belongs, "a code after changes by others", 30)
        told("a change by another program", lambda: fob(home, {}, "edit", "Service501", "--tag", "y"))
        desktop.key("ctrl+l")
        shows(desktop, "The vault is locked")
        idle(desktop, counts, "locked")
        print("memory with 1,000 accounts:", memory(desktop.program.pid))
        if shutil.which("otpclient"):
            # It asks for a passphrase at first: with accounts it has more.
            other = desktop.begin(["otpclient"])
            until(lambda: subprocess.run(["xdotool", "search", "--onlyvisible", "--pid", str(other.pid)], env=desktop.environment,
                                         capture_output=True).stdout, "a window of OTPClient")
            time.sleep(2)
            print("of OTPClient's first window, without any account:", memory(other.pid))
        desktop.end()


def memory(pid):
    with open(f"/proc/{pid}/status") as file:
        return " ".join(line.replace("\t", " ").strip() for line in file if line.startswith(("VmRSS", "RssAnon")))


def idle(desktop, counts, state):
    """While nothing is shown, nothing is done: neither wake-ups nor time of a processor."""
    def spent():
        with open(f"/proc/{desktop.program.pid}/stat") as file:
            return sum(int(part) for part in file.read().rsplit(")", 1)[1].split()[11:13])
    time.sleep(4)
    counts.take()
    before, began = spent(), time.monotonic()
    time.sleep(10)
    used, seen = spent() - before, counts.take()
    # One to be asked for the counts.
    print(f"{state}, idle for {time.monotonic() - began:.0f} s: {seen['wakeups']} wake-ups, {seen['frames']} frames, "
          f"{used} ticks of a processor")
    check(seen["wakeups"] <= 4 and seen["frames"] == 0, f"{state}: it wakes up: {seen}")


{"windows": windows, "many": many}[sys.argv[1]]()
