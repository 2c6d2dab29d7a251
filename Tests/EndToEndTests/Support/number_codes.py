"""fob-messages on buses of its own, with a ModemManager and a KDE Connect that do as they are told: codes that come by
message reach who waits for them, and nobody else; what happens to a telephone line is told.

    number_codes.py
    number_codes.py serve    # the modem and the paired telephone
"""

import itertools
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

MM = "org.freedesktop.ModemManager1"
ROOT = "/org/freedesktop/ModemManager1"
PROPERTIES, OBJECTS = "org.freedesktop.DBus.Properties", "org.freedesktop.DBus.ObjectManager"
CONVERSATIONS, NOTIFICATIONS = "org.kde.kdeconnect.device.conversations", "org.kde.kdeconnect.device.notifications"
DEVICE = "/modules/kdeconnect/devices/0123456789abcdef"
RECEIVING, RECEIVED = 2, 3


def say(**what):
    print(json.dumps(what), flush=True)


class Thing(dbus.service.Object):
    """An object with properties of interfaces."""

    def __init__(self, bus, path, **interfaces):
        super().__init__(bus, path)
        self.path, self.interfaces = path, {name.replace("__", "."): value for name, value in interfaces.items()}

    @dbus.service.method(PROPERTIES, "s", "a{sv}")
    def GetAll(self, interface):
        return self.interfaces[interface]

    @dbus.service.signal(PROPERTIES, "sa{sv}as")
    def PropertiesChanged(self, interface, changed, invalidated):
        pass

    def change(self, interface, **values):
        self.interfaces[interface].update(values)
        self.PropertiesChanged(interface, values, [])


class Modem(Thing):
    @dbus.service.signal(MM + ".Modem.Messaging", "ob")
    def Added(self, path, received):
        pass


class Manager(dbus.service.Object):
    """ModemManager with one modem."""

    def __init__(self, bus):
        super().__init__(bus, ROOT)
        self.bus, self.last, self.messages = bus, 0, {}
        self.sims = {name: Thing(bus, f"{ROOT}/SIM/{name}", **{MM.replace(".", "__") + "__Sim": {
            "SimIdentifier": number, "Imsi": "262011234567890"}}) for name, number in
            (("0", "8949000000000000001"), ("1", "8949000000000000002"))}
        self.modem = Modem(bus, ROOT + "/Modem/0")
        self.modem.interfaces = {
            MM + ".Modem": {
                "State": dbus.Int32(8), "Sim": dbus.ObjectPath(ROOT + "/SIM/0"), "EquipmentIdentifier": "356938035643809",
                "OwnNumbers": dbus.Array(["+4915112345678"], signature="s"),
                "SignalQuality": dbus.Struct((dbus.UInt32(71), True), signature="ub")},
            MM + ".Modem.Modem3gpp": {"RegistrationState": dbus.UInt32(1), "OperatorName": "Example"},
            MM + ".Modem.Messaging": {"Messages": dbus.Array([], signature="o")}}

    @dbus.service.method(OBJECTS, "", "a{oa{sa{sv}}}")
    def GetManagedObjects(self):
        say(asked=True)
        return {self.modem.path: self.modem.interfaces}

    def message(self, text, first=None, received=True, kind=1):
        """It has come, or its first part; returns the number by which `complete` makes it whole."""
        self.last += 1
        path = f"{ROOT}/SMS/{self.last}"
        state = RECEIVED if first is None else RECEIVING
        self.messages[self.last] = sms = Thing(self.bus, path)
        sms.whole = text
        sms.interfaces = {MM + ".Sms": {
            "State": dbus.UInt32(state), "PduType": dbus.UInt32(kind), "Number": "+491701234567",
            "Text": text if first is None else first}}
        self.modem.Added(dbus.ObjectPath(path), received)
        return self.last

    def complete(self, number):
        sms = self.messages[number]
        sms.change(MM + ".Sms", Text=sms.whole)
        sms.change(MM + ".Sms", State=dbus.UInt32(RECEIVED))


class Phone(dbus.service.Object):
    began = time.time()

    @dbus.service.signal(CONVERSATIONS, "v")
    def conversationUpdated(self, message):
        pass

    def message(self, text, number, age=0, type=1):
        date = int((self.began - age) * 1000)
        self.conversationUpdated(dbus.Struct(
            (dbus.Int32(1), text, dbus.Array([dbus.Struct(("+491709876543",), signature="s")], signature="(s)"),
             dbus.Int64(date), dbus.Int32(type), dbus.Int32(0), dbus.Int64(7), dbus.Int32(number), dbus.Int64(-1),
             dbus.Array([], signature="(xsss)")), signature="isa(s)xiixixa(xsss)", variant_level=1))


class Posted(dbus.service.Object):
    @dbus.service.signal(NOTIFICATIONS, "s")
    def notificationPosted(self, id):
        pass


def serve():
    dbus.mainloop.glib.DBusGMainLoop(set_as_default=True)
    system = dbus.bus.BusConnection(os.environ["DBUS_SYSTEM_BUS_ADDRESS"])
    session = dbus.bus.BusConnection(os.environ["DBUS_SESSION_BUS_ADDRESS"])
    manager, phone = Manager(system), Phone(session, DEVICE)
    posted = Posted(session, DEVICE + "/notifications")
    names = [dbus.service.BusName(MM, system), dbus.service.BusName("org.kde.kdeconnect", session)]
    # Somebody else, who says the same.
    stranger = Modem(dbus.bus.BusConnection(os.environ["DBUS_SYSTEM_BUS_ADDRESS"]), ROOT + "/Modem/0")

    def notify(id, text):
        Thing(session, f"{DEVICE}/notifications/{id}").interfaces = {
            NOTIFICATIONS + ".notification": {"appName": "Messages", "title": "Bank", "text": text, "dismissable": True}}
        posted.notificationPosted(id)

    does = {
        "message": manager.message, "complete": manager.complete, "phone": phone.message, "notify": notify,
        "sim": lambda name: manager.modem.change(MM + ".Modem", Sim=dbus.ObjectPath(ROOT + "/SIM/" + name)),
        "state": lambda number: manager.modem.change(MM + ".Modem", State=dbus.Int32(number)),
        "network": lambda number: manager.modem.change(MM + ".Modem.Modem3gpp", RegistrationState=dbus.UInt32(number)),
        "forge": lambda: stranger.Added(dbus.ObjectPath(manager.messages[manager.last].path), True),
    }

    def command(source, _):
        for line in sys.stdin.readline().splitlines():
            [name, arguments, named] = json.loads(line)
            try:
                say(did=does[name](*arguments, **named))
            except Exception as error:
                print(f"{name}: {error!r}", file=sys.stderr)
                os._exit(1)
            return True
        sys.exit(0)

    GLib.io_add_watch(sys.stdin, GLib.IO_IN | GLib.IO_HUP, command)
    say(ready=True)
    GLib.MainLoop().run()
    return names


if sys.argv[1:2] == ["serve"]:
    serve()
    sys.exit(0)

from bus import start_bus
from memory import Needles, Scan

need("dbus-daemon")
FOLDER = tempfile.mkdtemp(prefix="fob-messages-")
atexit.register(shutil.rmtree, FOLDER, True)
FOB = os.path.join(BIN, "fob")
bus, address = start_bus(FOLDER)
BUS = {"DBUS_SYSTEM_BUS_ADDRESS": address, "DBUS_SESSION_BUS_ADDRESS": address}
home = Home(readable=True).start()
agent = home.connect()
agent.initialize(PASSPHRASE)
for name in ("alice", "bob", "carol"):
    agent.add("Bank", name, b"12345678901234567890" + name.encode())
world = subprocess.Popen([sys.executable, os.path.abspath(__file__), "serve"], stdin=subprocess.PIPE,
                         stdout=subprocess.PIPE, env={**os.environ, **BUS})
atexit.register(world.kill)


def heard():
    return json.loads(world.stdout.readline())


def does(name, *arguments, **named):
    world.stdin.write((json.dumps([name, arguments, named]) + "\n").encode())
    world.stdin.flush()
    while "did" not in (said := heard()):
        pass
    return said["did"]


def start(*options, home=home):
    """It is ready when it has asked for the modems, which it does behind everything else."""
    started = subprocess.Popen([os.path.join(BIN, "fob-messages"), *options], stdin=subprocess.DEVNULL,
                               stderr=open(os.path.join(FOLDER, "said"), "ab"), env={**home.environment, **BUS})
    atexit.register(started.kill)
    while not heard().get("asked"):
        pass
    return started


def said():
    with open(os.path.join(FOLDER, "said")) as file:
        return file.read()


def end(process):
    process.terminate()
    equal(process.wait(PATIENCE), 0, f"how it ends: {said()}")


def code(*arguments, status=0):
    """What `fob number code` gives, and what it says."""
    done = fob("number", "code", *arguments, status=status)
    return done.stdout.decode(), done.stderr.decode()


def comes(do, text, *more, **named):
    """A message comes, and has reached the agent."""
    before = said().count("has come")
    result = does(do, text, *more, **named)
    until(lambda: said().count("has come") > before, f"{text!r} has come")
    return result


numbers = itertools.count(1000)


def nothing(do, *arguments, **named):
    """What comes does not reach the agent: what comes behind it does, alone."""
    count = said().count("has come")
    does(do, *arguments, **named)
    # Over the same connection.
    if do in ("phone", "notify"):
        comes("phone", "@behind.example #1", next(numbers))
    else:
        comes("message", "@behind.example #1")
    equal(said().count("has come"), count + 1, f"{arguments} {named}: {said()[-200:]}")
    code("--for", "behind.example")


def fob(*arguments, status=0, home=home):
    done = subprocess.run([FOB, *arguments, "--no-ask"], capture_output=True, env=home.environment, timeout=60,
                          stdin=subprocess.DEVNULL)
    if status is not None:
        equal(done.returncode, status, f"{arguments} said {done.stdout!r} {done.stderr!r}")
    return done


def waits(*arguments):
    process = subprocess.Popen([FOB, "number", "code", "--wait", "60s", "--no-ask", *arguments], stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, env=home.environment, stdin=subprocess.DEVNULL)
    check(b"waiting up to" in process.stderr.readline(), "it waits")
    return process


def ends(process, status=0):
    out, errors = process.communicate(timeout=PATIENCE)
    equal(process.returncode, status, f"{out!r} {errors!r}")
    return out.decode(), errors.decode()



def codes():
    """A code reaches who waits for it, once."""
    waiting = waits("--for", "https://Login.Example.com/")
    comes("message", "Your code is 747723.\n\n@login.example.com #747723")
    out, errors = ends(waiting)
    equal(out, "747723\n", "a code that was waited for")
    check("no code has come" in code("--for", "login.example.com", status=39)[1], "a code is given once")
    # All of its parts first: what had come by then looks whole.
    waiting = waits("--for", "login.example.com")
    number = does("message", "Hello\n@login.example.com #12345678", first="Hello\n@login.example.com #1234")
    nothing("message", "sent by us @login.example.com #1", received=False)
    comes("complete", number)
    equal(ends(waiting)[0], "12345678\n", "a message of two parts")
    does("complete", number)
    nothing("message", "@login.example.com #2", kind=3)
    nothing("forge")
    equal(code("--for", "login.example.com", status=39)[0], "", "reports of sending, forged signals and repetitions")
    # The newest of two, then the other.
    comes("message", "@login.example.com #first")
    comes("message", "@login.example.com #second")
    found = json.loads(code("--for", "login.example.com", "--json")[0])
    equal((found["code"], found["site"], found["frame"], found["guess"], found["source"]),
          ("second", "login.example.com", None, False, "modem"), "the newest")
    equal(code()[0], "first\n", "the one before")


def origins():
    """A code is for the very site that its message names."""
    others = ["login.example.com.evil.example", "example.com", "www.login.example.com", "xlogin.example.com",
              "login.example.co", "login-example.com", "login.example.com."]
    waiting = waits("--for", "login.example.com")
    for other in others:
        comes("message", f"@{other} #1")
    # A letter of another script, as browsers show it; a frame in the site; no site at all.
    comes("message", "@l\u043egin.example.com #1")
    comes("message", "@login.example.com #777 @pay.example")
    comes("message", "Your code is 482913")
    comes("message", "@LOGIN.example.com #right and more")
    out, errors = ends(waiting)
    equal(out, "right\n", "the one for the site")
    for other in [*others, "xn--lgin-55d.example.com"]:
        check(f"another site, and is kept from this one: {other}\n" in errors, f"{other} is told of: {errors}")
        equal(code("--for", other)[0], "1\n", other)
    check("names no site" in errors, f"a guess is told of: {errors}")
    code("--for", "login.example.com", status=39)
    equal(code("--for", "login.example.com", "--frame", "pay.example")[0], "777\n", "in the frame")
    errors = code("--for", "login.example.com", status=39)[1]
    check("names no site" in errors, f"a guess that was there is told of: {errors}")
    out, errors = code()
    equal(out, "482913\n", "a guess")
    check("this is a guess" in errors, f"a guess: {errors}")
    for bad in ("l\u043egin.example.com", "http://login.example.com", "https://login.example.com:444", "a b", "*.example.com"):
        code("--for", bad, status=65)
    code("--frame", "pay.example", status=64)


def hostile():
    """Whatever a stranger sends, it ends nothing and writes nothing where it should not."""
    for text in ("@login.example.com #\x1b]0;owned\x07", "@login.example.com #" + "9" * 65, "@" + "a" * 300 + ".example #1",
                 "@login.example.com #c\u043ede", "@-.. #1", "x" * 9000 + "\n@login.example.com #1",
                 "\U0001f600" * 2000, "@[::1] #1", "@login.example.com:8443 #1", "code " * 1600, "\u202e@login.example.com #1", "@",
                 "@login.example.com #", "5" * 8000 + " code", "@login.example.com/path #1", "@lo/gin.example.com #1", "@log:in.example.com #1"):
        nothing("message", text)
    code(status=39)


def phones():
    """Messages of a paired telephone, of now, once each."""
    comes("phone", "@login.example.com #4711", 1)
    equal(json.loads(code("--json")[0])["source"], "phone", "the source")
    nothing("phone", "@login.example.com #4711", 1)
    nothing("phone", "@login.example.com #4712", 2, age=3600)
    nothing("phone", "@login.example.com #4712", 3, age=-3600)
    nothing("phone", "@login.example.com #4712", 4, type=2)
    nothing("notify", "1", "@login.example.com #4713")
    code(status=39)


def others():
    """Nobody but fob-messages says what has come, and a lock ends all."""
    body = protocol_client.u8(0) + protocol_client.string("login.example.com") + protocol_client.string("") + protocol_client.octets(b"1")
    check("fob-messages" in refused(77, lambda: agent.ask(0x1B, body), "another program").message, "who may")
    refused(77, lambda: agent.ask(0x1D, bytes(65) + protocol_client.u16(0)), "another program")
    comes("message", "@login.example.com #1")
    waiting = waits("--for", "other.example")
    agent.lock()
    check("locked" in ends(waiting, 2)[1], "who waits hears of the lock")
    does("message", "@login.example.com #2")
    until(lambda: "is not kept: the vault is locked" in said(), "a message while the vault is locked")
    agent.unlock(PASSPHRASE)
    code(status=39)


def flood():
    """A flood costs no more than its first messages, and the agent no more than its bound."""
    process = start()
    count = said().count("has come")
    began = time.monotonic()
    for number in range(20_000):
        does("message", f"@site{number}.example #{number}")
        if "come faster than they are read" in said():
            break
    read = said().count("has come") - count
    check(60 <= read <= 61 + time.monotonic() - began, f"{read} of {number} were read")
    given = 0
    while code(status=None)[0]:
        given += 1
    equal(given, 16, "codes that are kept at one time")
    end(process)


def warned(who=("alice",), what="another SIM"):
    warnings = [one for one in status(agent)["warnings"] if "telephone line" in one]
    if not who:
        return warnings == []
    return len(warnings) == 1 and what in warnings[0] and all(name in warnings[0] for name in who) and not any(
        name in warnings[0] for name in {"alice", "bob", "carol"} - set(who))


def ready():
    found = json.loads(fob("ready", "--json", status=32).stdout.decode().splitlines()[0])
    return {one["account"] for one in found["accounts"] if one["finding"] == "number-line"}


def lines():
    """What happens to a line is told, with the accounts that hang on its number."""
    fob("number", "add", "alice", "+4915112345678")
    fob("number", "add", "bob", "+441632960001")
    with home.connect() as listener:
        listener.subscribe(128)
        process = start("--patience", "1")
        check(warned(()), "a line as it is")
        does("sim", "1")
        until(lambda: warned(), "another SIM is told of")
        _, kind, body = listener.receive()
        event = protocol_client.Body(body)
        equal((kind, event.u8(), event.string(), event.u32()), (0xE7, 1, "", 1), "the event")
        equal(ready(), {"Bank/alice"}, "fob ready")
        check("has another SIM" in fob("status").stdout.decode(), "fob status")
        fob("number", "verify", "bob", "+441632960001")
        check(warned(), "another number works")
        fob("number", "verify", "alice", "+4915112345678")
        check(warned(()), "a code has come again")
        equal(ready(), set(), "fob ready, when it works")
        # Its owner switches it off, which is nobody else's doing.
        does("state", 3)
        does("network", 0)
        does("state", 8)
        does("network", 1)
        comes("message", "@login.example.com #1")
        check(warned(()), "switched off")
        # The network lets it in no more, as when the number has gone to another SIM.
        does("network", 3)
        until(lambda: warned(what="lost its service"), "a line that is refused")
        agent.lock()
        [warning] = [one for one in status(agent)["warnings"] if "telephone line" in one]
        check("alice" not in warning, f"while the vault is locked: {warning}")
        agent.unlock(PASSPHRASE)
        does("network", 1)
        until(lambda: warned(()), "a line that is back")
        # It finds no network for long.
        does("network", 2)
        does("state", 7)
        until(lambda: warned(what="lost its service"), "a line without network")
        # Another agent hears of it anew.
        end(process)
        process = start("--patience", "1")
        check(warned(what="lost its service"), "it is the same line")
        does("state", 8)
        does("network", 1)
        until(lambda: warned(()), "back again")
        end(process)
    log = json.loads(fob("log", "--json").stdout)["entries"]
    for event, count in (("number.sim_changed", 1), ("number.service_lost", 2), ("number.service_back", 2)):
        found = [line["label"] for line in log if line["event"] == event]
        equal(found, count * ["Bank/alice"], f"{event} in the log")
    given = [line["details"].get("site") for line in log if line["event"] == "number.code"]
    check("login.example.com" in given and None in given, f"what was given is in the log: {given}")


def gone():
    """After its time nothing of a code is left, neither in the agent nor in who read it."""
    secret = os.urandom(12).hex()
    needles = Needles()
    needles.add("the code", secret.encode(), parts=False)
    short = Home("--test-messages", "3000", readable=True).start()
    with short.connect() as agent:
        agent.initialize(PASSPHRASE)
        process = start("--notifications", home=short)
        comes("notify", "7", f"@login.example.com #{secret}")
        came = time.monotonic()
        comes("message", f"Hello\n@other.example #{secret}")
        if os.getuid() == 0:
            hits = takes(20, lambda: [] if not (found := Scan(process.pid, needles)).hits else None, "nothing is left in fob-messages")
        else:
            partly("only root looks into fob-messages")
        # Those of other sites are told of.
        while b"example" in fob("number", "code", "--for", "nobody.test", home=short, status=39).stderr.replace(b"nobody.test", b""):
            check(time.monotonic() < came + PATIENCE, "a code that has not gone")
            time.sleep(0.5)
        fob("number", "code", home=short, status=39)
        equal(takes(20, lambda: found if not (found := Scan(short.pid, needles)).hits else None, "nothing is left in the agent").hits, [],
              "in the agent")
        end(process)


equal(heard(), {"ready": True}, "the modem and the telephone")
messages = start()
codes()
origins()
end(messages)
messages = start()
hostile()
end(messages)
messages = start()
phones()
others()
end(messages)
flood()
lines()
gone()
messages = start()
bus.kill()
equal(messages.wait(PATIENCE), 69, "when the bus ends")
alone = subprocess.run([os.path.join(BIN, "fob-messages")], capture_output=True, stdin=subprocess.DEVNULL,
                       env={**home.environment, **BUS})
equal(alone.returncode, 69, f"without a bus: {alone.stderr!r}")
check(b"hint: " in alone.stderr, f"without a bus: {alone.stderr!r}")
print("codes for their very sites, once, for their time; a flood, hostile texts, and what happens to a line")
