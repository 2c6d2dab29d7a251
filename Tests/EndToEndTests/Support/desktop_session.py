"""The helper fob-session is killed (SIGKILL) at moments of a journey through the window, as a fault or a person does it: window and
agent go on, and the next one, which systemd starts, holds sleep back again, hears of what waits, and locks.

    desktop_session.py
"""

import signal

from bus import Lines, start_bus
from journey import *


class Machine:
    """A logind on a bus of its own and a desktop on the window's, and the helper between them."""

    def __init__(self, home, desktop):
        self.home = home
        self.folder = tempfile.mkdtemp(prefix="fob-session-")
        atexit.register(shutil.rmtree, self.folder, True)
        _, system = start_bus(self.folder)
        self.buses = {"DBUS_SYSTEM_BUS_ADDRESS": system, "DBUS_SESSION_BUS_ADDRESS": desktop.environment["DBUS_SESSION_BUS_ADDRESS"]}
        script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "session.py")
        self.lines = Lines([sys.executable, script, "serve", home.socket, "windowless"], stdin=subprocess.PIPE,
                           env={**os.environ, **self.buses})
        self.lines.take("ready", "logind")

    def does(self, what):
        self.lines.process.stdin.write(f"{what}\n".encode())
        self.lines.process.stdin.flush()

    def connections(self):
        with self.home.connect() as agent:
            return status(agent)["connections"]

    def inhibits(self):
        equal(self.lines.take("inhibit", "sleep is held back")["inhibit"], ["sleep", "fob", "delay"], "what is held")

    def start(self):
        before = self.connections()
        self.helper = subprocess.Popen(
            [os.path.join(BIN, "fob-session")], stdin=subprocess.DEVNULL,
            env={**self.home.environment, **self.buses, "FOB_NO_START": "1"})
        atexit.register(self.helper.kill)
        self.inhibits()
        until(lambda: self.connections() > before, "it listens to the agent")

    def kill(self):
        os.kill(self.helper.pid, signal.SIGKILL)
        self.helper.wait()
        # The kernel has closed what held sleep back. Nothing was locked by that.
        equal(self.lines.take("released", "sleep is not held back any more")["released"], "unlocked", "the vault")


def journey(home, desktop, machine):
    links = os.path.join(home.path, "wiki.txt")
    with open(links, "w") as file:
        file.write(f"otpauth://totp/Wiki:mallory?secret=ORUGS4ZANFZSAYJANNSXSIDUN52GQZLS&issuer=Wiki\n")
    askers = []

    def with_code():
        desktop.key("ctrl+a", "BackSpace", "Down", "Down", "Up", "Up")
        shows(desktop, "GitHub, octo, code [0-9]")

    def in_preview():
        desktop.run(links)
        shows(desktop, "^Wiki/mallory$", "the preview")

    def in_question():
        askers.append(ask(home, "Bank/alice"))
        until(lambda: desktop.find_window("Give a code"), "the question")
        machine.lines.take("shown", "a notification of it")

    for what, until_then in (("at rest", lambda: None), ("while a code is shown", with_code), ("in a preview", in_preview),
                             ("in a question", in_question), ("on the page for security", lambda: desktop.key("alt+4"))):
        until_then()
        machine.kill()
        if what == "in a question":
            machine.start()
            machine.lines.take("shown", "the next one tells of the question, too")
            time.sleep(1.5)
            desktop.press("Deny")
            equal(askers.pop().wait(PATIENCE), 5, "the asker's status")
            machine.lines.take("closed", "the notification is taken away")
        elif what == "in a preview":
            desktop.press("Add 1 account")
            shows(desktop, "1 account added")
            machine.start()
        else:
            machine.start()
        desktop.key("Escape", "alt+1")
        with_code()
        desktop.key("Return")
        until(lambda: clipboard(desktop) in current(KEY), f"{what}: the code is copied", 30)
        # The new one does what the one before did.
        machine.does("sleep")
        equal(machine.lines.take("released", "sleep goes on")["released"], "locked", f"{what}: the vault before sleep goes on")
        shows(desktop, "The vault is locked")
        machine.does("wake")
        machine.inhibits()
        desktop.answers(PASSPHRASE.decode())
        desktop.key("Return")
        shows(desktop, "GitHub, octo, code")
    equal(machine.lines.lines, [], "and nothing else was said")


def main():
    need("xclip", "oathtool", "dbus-daemon")
    with Home() as home:
        fob(home, {"--passphrase-fd": PASSPHRASE}, "init")
        fob(home, {"--secret-fd": KEY}, "add", "GitHub/octo")
        fob(home, {"--secret-fd": OTHER}, "add", "Bank/alice")
        fob(home, {}, "edit", "Bank/alice", "--confirm")
        desktop = Desktop(home).start()
        shows(desktop, "GitHub, octo, code hidden")
        machine = Machine(home, desktop)
        machine.start()
        journey(home, desktop, machine)
        check_memory(desktop, SECRETS, "after the ends of the helper")
        equal(desktop.said(), "", "what fob-desktop wrote")
        desktop.end()
    print("fob-session was killed at 5 moments: window and agent went on, and each next one locked before the machine slept")


main()
