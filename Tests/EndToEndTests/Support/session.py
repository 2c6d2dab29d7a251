"""fob-session on a bus of its own, with a logind and a desktop on it that do as they are told: the vault is locked before
the machine sleeps, when the session is locked or ends, and for nobody else's session; what waits for the owner is shown.

    session.py
    session.py serve SOCKET [windowless]   # logind and the desktop, without a window
"""

import json
import sys

import debian_python

try:
    import dbus
    import dbus.bus
    import dbus.mainloop.glib
    import dbus.service
    from gi.repository import GLib
except ImportError:
    print("python3-dbus or python3-gi is not installed")
    sys.exit(77)

from scratch import *
from session_desktop import NOTIFICATIONS, Notifications, Portal, Search, WATCHER, Watcher, Window, say

MANAGER, SESSION = "org.freedesktop.login1.Manager", "org.freedesktop.login1.Session"
PROPERTIES = "org.freedesktop.DBus.Properties"
OWN, OTHER = ("/org/freedesktop/login1/session/" + name for name in ("_31", "_32"))
# What logind waits for who delays sleep, in microseconds: short, for the agent that stands still.
LONGEST = 1_500_000


class Manager(dbus.service.Object):
    def __init__(self, bus, home):
        super().__init__(bus, "/org/freedesktop/login1")
        self.home = home
        self.looks = True
        # How often it says nothing in time before it says yes.
        self.silences = 2

    def look(self, looks):
        self.looks = looks

    @dbus.service.method(MANAGER, "ssss", "h", async_callbacks=("answer", "fail"))
    def Inhibit(self, what, who, why, mode, answer, fail):
        if self.silences:
            self.silences -= 1
            return
        answer(self.inhibit(what, who, mode))

    def inhibit(self, what, who, mode):
        read, write = os.pipe2(os.O_CLOEXEC)
        say(inhibit=[what, who, mode])
        GLib.io_add_watch(read, GLib.IO_HUP, self.released)
        given = dbus.types.UnixFd(write)
        os.close(write)
        return given

    def released(self, read, _):
        os.close(read)
        # At once, before anybody else has a turn.
        state = None
        if self.looks:
            with Agent(self.home) as agent:
                state = status(agent)["vault"]
        say(released=state)
        return False

    @dbus.service.method(PROPERTIES, "ss", "v")
    def Get(self, interface, name):
        equal((interface, name), (MANAGER, "InhibitDelayMaxUSec"), "the property")
        return dbus.UInt64(LONGEST)

    @dbus.service.signal(MANAGER, "b")
    def PrepareForSleep(self, begins):
        pass

    @dbus.service.signal(MANAGER, "b")
    def PrepareForShutdown(self, begins):
        pass


class Session(dbus.service.Object):
    def __init__(self, bus, path, user):
        super().__init__(bus, path)
        self.user = user

    @dbus.service.method(PROPERTIES, "ss", "v")
    def Get(self, interface, name):
        equal((interface, name), (SESSION, "User"), "the property")
        return dbus.Struct(
            (dbus.UInt32(self.user), dbus.ObjectPath("/org/freedesktop/login1/user/_1")), signature="uo",
            variant_level=1)

    @dbus.service.signal(SESSION, "")
    def Lock(self):
        pass

    @dbus.service.signal(PROPERTIES, "sa{sv}as")
    def PropertiesChanged(self, interface, changed, invalidated):
        pass

    def change(self, **properties):
        # Among others, of kinds that are nobody's business.
        self.PropertiesChanged(SESSION, {"IdleSinceHint": dbus.UInt64(1), **properties}, ["Remote"])


class Screensaver(dbus.service.Object):
    @dbus.service.signal("org.gnome.ScreenSaver", "b")
    def ActiveChanged(self, on):
        pass


def serve(home, has_window):
    dbus.mainloop.glib.DBusGMainLoop(set_as_default=True)
    system = dbus.bus.BusConnection(os.environ["DBUS_SYSTEM_BUS_ADDRESS"])
    bus = dbus.bus.BusConnection(os.environ["DBUS_SESSION_BUS_ADDRESS"])
    names = [dbus.service.BusName("org.freedesktop.login1", system)]
    names += [dbus.service.BusName(name, bus) for name in (NOTIFICATIONS, "org.freedesktop.portal.Desktop", WATCHER)]
    manager, own, other = Manager(system, home), Session(system, OWN, os.getuid()), Session(system, OTHER, os.getuid() + 1)
    saver, desktop = Screensaver(bus, "/org/gnome/ScreenSaver"), Notifications(bus, "/org/freedesktop/Notifications")
    portal, watcher = Portal(bus), Watcher(bus)
    if has_window:
        names.append(dbus.service.BusName("io.github.fob.Desktop", bus))
        names += [Window(bus, "/io/github/fob/Desktop"), Search(bus, "/io/github/fob/Desktop/SearchProvider")]
    # Not logind, though it says the same.
    stranger = Session(dbus.bus.BusConnection(os.environ["DBUS_SYSTEM_BUS_ADDRESS"]), OWN, os.getuid())
    does = {
        "sleep": lambda: manager.PrepareForSleep(True), "wake": lambda: manager.PrepareForSleep(False),
        "shutdown": lambda: manager.PrepareForShutdown(True), "lock": own.Lock,
        "locked": lambda: own.change(LockedHint=True), "unlocked": lambda: own.change(LockedHint=False),
        "away": lambda: own.change(Active=False), "foreign": other.Lock, "forged": stranger.Lock,
        "foreign-locked": lambda: other.change(LockedHint=True),
        "look": lambda: manager.look(True), "nobody looks": lambda: manager.look(False),
        "click": lambda id: desktop.ActionInvoked(int(id), "default"), "press": portal.press,
        "choose": watcher.click,
        "choose-former": lambda number: watcher.click(number, former=True),
        "saver": lambda: saver.ActiveChanged(True), "saver-off": lambda: saver.ActiveChanged(False),
    }

    def command(source, _):
        lines = os.read(0, 4096).decode().splitlines()
        for line in lines:
            # A few take a word.
            word, _, value = line.partition(" with ")
            does[word](value) if value else does[word]()
        return bool(lines) or sys.exit(0)

    GLib.io_add_watch(sys.stdin, GLib.IO_IN | GLib.IO_HUP, command)
    say(ready=True)
    GLib.MainLoop().run()
    return names, desktop


if sys.argv[1:2] == ["serve"]:
    serve(sys.argv[2], sys.argv[3:] != ["windowless"])
    sys.exit(0)

from bus import Lines, start_bus
from memory import Needles, Scan

need("dbus-daemon")
FOLDER = tempfile.mkdtemp(prefix="fob-session-")
atexit.register(shutil.rmtree, FOLDER, True)


bus, address = start_bus(FOLDER)
BUS = {"DBUS_SYSTEM_BUS_ADDRESS": address, "DBUS_SESSION_BUS_ADDRESS": address}


# What comes by message, and what is told of lines, this script may say.
home = Home("--test-messages", "600000").start()
machine = Lines([sys.executable, os.path.abspath(__file__), "serve", home.socket], stdin=subprocess.PIPE,
                env={**os.environ, **BUS})
machine.take("ready", "logind")


def does(what):
    machine.process.stdin.write((what + "\n").encode())
    machine.process.stdin.flush()


agent = home.connect()
agent.initialize(PASSPHRASE)
KEY = b"12345678901234567890"
agent.add("Bank & <b>Sons</b>", "user", KEY, confirm=True)


def vault():
    return status(agent)["vault"]


def start(*options):
    """It is ready when it has connected to the agent, which it does behind everything else."""
    before = status(agent)["connections"]
    started = Lines([os.path.join(BIN, "fob-session"), *options], stdin=subprocess.DEVNULL,
                    stderr=open(os.path.join(FOLDER, "said"), "ab"), env={**home.environment, **BUS})
    equal(machine.take("inhibit", "sleep is delayed")["inhibit"], ["sleep", "fob", "delay"], "what is held")
    if "--no-notifications" not in options:
        until(lambda: status(agent)["connections"] > before, "it listens to the agent")
    return started


def locks(cause):
    """What locks the vault."""
    equal(vault(), "unlocked", f"before {cause}")
    does(cause)
    until(lambda: vault() == "locked", f"locked by {cause}")
    equal(bar.take("text", cause)["text"], "locked", cause)
    agent.unlock(PASSPHRASE)
    equal(bar.take("text", "unlocked again")["text"], "unlocked", "unlocked again")


def does_nothing(cause):
    """What does not lock it: what came behind it has been dealt with, and the vault is open still."""
    does(cause)
    does("wake")
    machine.take("inhibit", f"sleep is delayed anew behind {cause}")
    machine.take("released", "what was held before")
    equal(vault(), "unlocked", f"after {cause}")


# What a bar shows; it does nothing else.
bar = Lines([os.path.join(BIN, "fob-session"), "--status-json"], stdin=subprocess.DEVNULL,
            env={**home.environment, **BUS, "DBUS_SYSTEM_BUS_ADDRESS": "unix:path=/nowhere"})
equal(bar.take("text", "how it stands")["class"], [vault()], "how it stands")
session = start()
for cause in ("lock", "locked", "saver", "shutdown"):
    locks(cause)
for cause in ("unlocked", "saver-off", "foreign", "foreign-locked", "forged", "away"):
    does_nothing(cause)

# The machine goes to sleep: when it is let go, the vault is locked.
does("sleep")
equal(machine.take("released", "the machine may sleep")["released"], "locked", "the vault when it sleeps")
equal(bar.take("text", "asleep")["text"], "locked", "asleep")
does("wake")
equal(machine.take("inhibit", "awake")["inhibit"], ["sleep", "fob", "delay"], "awake")
agent.unlock(PASSPHRASE)
bar.take("text", "unlocked after sleep")

# What waits for the owner is shown, as plain text, and goes when it is over.
asking = home.connect()
account = agent.accounts()[0]["id"]
asking.send(protocol_client.CODE, protocol_client.u8(0) + protocol_client.selector(id=account))
line = machine.take("shown", "a question is shown")
check("&lt;b&gt;Sons" in line["body"] and "<" not in line["body"], f"plain text: {line['body']!r}")
check("fob confirm " in line["body"] and line["actions"] == ["default", "Show it"], f"how to answer: {line}")
# A click on it shows the window, which the bus starts; a click on another program's does not.
does("click with 99999")
does(f"click with {line['shown']}")
equal(machine.take("activated", "the window")["activated"], 1, "the window is shown by a click")
stands = bar.take("text", "a question waits")
equal((stands["text"], stands["questions"]), ("unlocked, 1 question", 1), "a question waits")
check("question" in stands["class"], f"classes: {stands}")
asking.close()
equal(machine.take("closed", "the question is over")["closed"], line["shown"], "the question is over")
equal(bar.take("text", "no question waits")["questions"], 0, "no question waits")

# A code that has come by message is told of, never shown, and what may be a number taken over is.
octets, string = protocol_client.octets, protocol_client.string
agent.ask(0x1B, protocol_client.u8(0) + string("login.example.com") + string("") + octets(b"747723")).end()
line = machine.take("shown", "a code has come")
check("fob number code --for login.example.com" in line["body"] and "747723" not in str(line), f"a code: {line}")


def sim(number, lost=False):
    agent.ask(0x1D, bytes(31) + b"\1" + bytes(31) + number + protocol_client.u8(lost) + protocol_client.u16(0)).end()


for number in (b"\1", b"\2"):
    sim(number)
line = machine.take("shown", "another SIM")
check("another SIM" in line["body"] and "call your carrier" in line["body"], f"another SIM: {line}")
sim(b"\2", lost=True)
check("lost its service" in machine.take("shown", "no service")["body"], "no service")
sim(b"\2")
machine.take("closed", "service is back")

# An agent that stands still does not keep the machine awake for ever; when it goes on, it locks.
os.kill(home.pid, signal.SIGSTOP)
does("nobody looks")
does("sleep")
machine.take("released", "the machine may sleep although the agent stands still")
os.kill(home.pid, signal.SIGCONT)
until(lambda: vault() == "locked", "the agent locks once it goes on")
does("look")
bar.take("text", "locked by the signal")
machine.take("closed", "the code has gone with the lock")
does("wake")
machine.take("inhibit", "awake again")

# The agent ends, which is told, and another one comes: it is found.
agent.close()
home.stop()
equal(bar.take("text", "no agent")["class"], ["absent"], "no agent")
home.start()
equal(bar.take("text", "another agent")["text"], "locked", "another agent")
agent = home.connect()
agent.unlock(PASSPHRASE)
bar.take("text", "unlocked at the other agent")

# Nothing of what the agent keeps has come into the one or the other.
needles = Needles()
for name, secret in (("the passphrase", PASSPHRASE), ("the account's key", KEY)):
    needles.add(name, secret)
for what, process in (("fob-session", session.process), ("a bar's fob-session", bar.process)):
    if os.getuid() == 0:
        found = Scan(process.pid, needles, True)
        check(not found.hits, f"in the memory of {what}: {found.hits}")

# The session ends.
session.process.send_signal(signal.SIGTERM)
equal(session.process.wait(PATIENCE), 0, "how it ends")
equal(vault(), "locked", "when the session has ended")
machine.take("released", "nothing is held any more")

equal(bar.take("text", "the session has ended")["text"], "locked", "the session has ended")
# By an option, another user in front is a reason, too; and without logind it ends, to be started again.
agent.unlock(PASSPHRASE)
bar.take("text", "unlocked for another session")
session = start("--lock-on-switch", "--no-notifications", "--shortcut")
# The desktop was asked for a key, and the window comes by it.
bound = machine.take("bound", "a key is asked for")
equal(bound, {"bound": [["show", ["description", "preferred_trigger"]]], "session": True}, "the key")
does("press with another")
does("press with show")
equal(machine.take("activated", "the window")["activated"], 2, "the window is shown by its key")
locks("away")
session.process.send_signal(signal.SIGTERM)
equal(session.process.wait(PATIENCE), 0, "how that one ends")
machine.take("released", "its delay")
bar.take("text", "locked at its end")
agent.unlock(PASSPHRASE)
bar.take("text", "unlocked for the tray")

# The tray: nothing but how it stands while the vault is locked; then accounts, whose code the window's program copies.
agent.add("Under_score", "x", b"another key of twenty")
session = start("--no-notifications", "--tray")
TITLES = {}


def tray(what, wanted):
    """Until the tray shows it: several changes may come."""
    def look():
        while machine.lines:
            line = machine.lines.pop(0)
            if "tray" in line and wanted(line):
                return line
    return until(look, f"the tray: {what}")


def menu(line):
    return line["menu"]


shown = tray("an open vault", lambda line: len(menu(line)) > 2)
equal((shown["tray"], shown["status"]), ("fob: unlocked", "Active"), "the open vault")
equal(menu(shown), ["Show fob", "separator", "Copy the code of Bank & <b>Sons</b>/user", "Copy the code of Under__score/x", "separator",
                    "Lock"], "the menu")
does("choose with 4")
copied = until(lambda: machine.lines and machine.lines.pop(0), "a code is copied")
equal(copied, {"copied": agent.accounts()[1]["id"]}, "whose code is copied")
does("choose with 1")
equal(until(lambda: machine.lines and machine.lines.pop(0), "the window").get("activated"), 3, "the window is shown")
does("choose with 6")
shown = tray("locked", lambda line: "locked" in line["tray"] and "unlocked" not in line["tray"])
equal((vault(), menu(shown)), ("locked", ["Show fob"]), "locked by the tray, without a name")
# A click on a line of the menu before: the first line would show the window, the fourth copy a code.
does("choose-former with 4")
does("choose-former with 1")
agent.unlock(PASSPHRASE)
tray("unlocked again", lambda line: len(menu(line)) > 2)
# A name of many underscores, and one of letters of several bytes, in a menu that is still whole.
agent.add("名" * 80, "前" * 80, b"a third key of twenty")
shown = tray("a long name", lambda line: len(menu(line)) == 7)
check(menu(shown)[4].startswith("Copy the code of 名名") and menu(shown)[4].endswith("名"), f"a clipped name: {shown}")
agent.add("", "_" * 250, b"a fourth key of twenty")
shown = tray("underscores", lambda line: len(menu(line)) == 8)
equal(menu(shown)[5], "Copy the code of " + "_" * 400, "underscores")
check(not any("copied" in line or "activated" in line for line in machine.lines), f"a click on what is not shown: {machine.lines}")
asking = home.connect()
asking.send(protocol_client.CODE, protocol_client.u8(0) + protocol_client.selector(id=account))
tray("a question", lambda line: line["status"] == "NeedsAttention" and "1 question" in line["tray"])
asking.close()
bus.kill()
equal(session.process.wait(PATIENCE), 69, "when the bus ends")
bar.process.send_signal(signal.SIGTERM)
equal(bar.process.wait(PATIENCE), 0, "how the bar's ends")
equal(vault(), "unlocked", "when the bar's has ended")
nothing = subprocess.run([os.path.join(BIN, "fob-session")], capture_output=True, stdin=subprocess.DEVNULL,
                         env={**home.environment, **BUS})
equal(nothing.returncode, 69, f"without a bus: {nothing.stderr!r}")
check(b"hint: " in nothing.stderr, f"without a bus: {nothing.stderr!r}")
print("locked before sleep, by 5 signs and at the end of the session; 6 others change nothing; questions are shown")
