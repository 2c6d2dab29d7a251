"""fob-messages on buses of its own, with a ModemManager and a KDE Connect that do as they are told: codes that come by
message reach who waits for them, and nobody else; what happens to a telephone line is told.

    number_codes.py
    number_codes.py serve    # the modem and the paired telephone
"""

import json
import sys

try:
    import dbus
    import dbus.bus
    import dbus.mainloop.glib
    import dbus.service
    from gi.repository import GLib
except ImportError:
    import os
    # Debian's packages are for Debian's Python, which need not be the first in PATH.
    if os.path.realpath(sys.executable) != os.path.realpath("/usr/bin/python3") and os.path.exists("/usr/bin/python3"):
        os.execv("/usr/bin/python3", ["/usr/bin/python3", *sys.argv])
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

    def message(self, text, parts=1, received=True, kind=1):
        """Its first part, or all of it, has come; returns the number by which `complete` makes it whole."""
        self.last += 1
        path = f"{ROOT}/SMS/{self.last}"
        state = RECEIVED if parts == 1 else RECEIVING
        self.messages[self.last] = sms = Thing(self.bus, path)
        sms.whole = text
        sms.interfaces = {MM + ".Sms": {
            "State": dbus.UInt32(state), "PduType": dbus.UInt32(kind), "Number": "+491701234567",
            "Text": text if parts == 1 else text[:len(text) // parts]}}
        self.modem.Added(dbus.ObjectPath(path), received)
        return self.last

    def complete(self, number):
        sms = self.messages[number]
        sms.change(MM + ".Sms", Text=sms.whole)
        sms.change(MM + ".Sms", State=dbus.UInt32(RECEIVED))


class Phone(dbus.service.Object):
    @dbus.service.signal(CONVERSATIONS, "v")
    def conversationUpdated(self, message):
        pass

    def message(self, text, number, age=0, type=1):
        date = int((time.time() - age) * 1000)
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
            [name, arguments] = json.loads(line)
            say(did=does[name](*arguments) if isinstance(arguments, list) else does[name](**arguments))
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

need("dbus-daemon")
FOLDER = tempfile.mkdtemp(prefix="fob-messages-")
atexit.register(shutil.rmtree, FOLDER, True)
FOB = os.path.join(BIN, "fob")
bus, address = start_bus(FOLDER)
BUS = {"DBUS_SYSTEM_BUS_ADDRESS": address, "DBUS_SESSION_BUS_ADDRESS": address}
home = Home().start()
agent = home.connect()
agent.initialize(PASSPHRASE)
world = subprocess.Popen([sys.executable, os.path.abspath(__file__), "serve"], stdin=subprocess.PIPE,
                         stdout=subprocess.PIPE, env={**os.environ, **BUS})
atexit.register(world.kill)


def heard():
    return json.loads(world.stdout.readline())


def does(name, *arguments, **named):
    world.stdin.write((json.dumps([name, named or arguments]) + "\n").encode())
    world.stdin.flush()
    while "did" not in (said := heard()):
        pass
    return said["did"]


def start(*options):
    started = subprocess.Popen([os.path.join(BIN, "fob-messages"), *options], stdin=subprocess.DEVNULL,
                               stderr=open(os.path.join(FOLDER, "said"), "ab"), env={**home.environment, **BUS})
    atexit.register(started.kill)
    while not heard().get("asked"):
        pass
    return started


def said():
    with open(os.path.join(FOLDER, "said")) as file:
        return file.read()


def fob(*arguments, status=0):
    done = subprocess.run([FOB, *arguments, "--no-ask"], capture_output=True, env=home.environment, timeout=60,
                          stdin=subprocess.DEVNULL)
    equal(done.returncode, status, f"{arguments} said {done.stdout!r} {done.stderr!r}")
    return done


def waits(*arguments):
    before = status(agent)["connections"]
    process = subprocess.Popen([FOB, "number", "code", "--wait", "60s", "--no-ask", *arguments], stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, env=home.environment, stdin=subprocess.DEVNULL)
    until(lambda: status(agent)["connections"] > before, "it waits")
    return process


def ends(process, status=0):
    out, errors = process.communicate(timeout=PATIENCE)
    equal(process.returncode, status, f"{out!r} {errors!r}")
    return out.decode(), errors.decode()


equal(heard(), {"ready": True}, "the modem and the telephone")
messages = start()
waiting = waits("--for", "https://Login.Example.com/")
does("message", "Your code is 747723.\n\n@login.example.com #747723")
equal(ends(waiting)[0], "747723\n", "a code that was waited for")
print("first code came through")
