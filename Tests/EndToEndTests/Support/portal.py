"""`fob scan --screen` through the desktop's portal: a bus of its own, and a portal on it that answers as told.

    portal.py
    portal.py serve PICTURE ANSWER...    # the portal; an answer is for one request
"""

import sys

import debian_python

try:
    import dbus
    import dbus.bus
    import dbus.lowlevel
    import dbus.mainloop.glib
    import dbus.service
    from gi.repository import GLib
except ImportError:
    print("python3-dbus or python3-gi is not installed")
    sys.exit(77)

NAME = "org.freedesktop.portal.Desktop"


class Portal(dbus.service.Object):
    """Writes a line for each request: whether it is interactive, and who asked."""

    def __init__(self, bus, answers):
        super().__init__(bus, "/org/freedesktop/portal/desktop")
        self.bus, self.answers = bus, list(answers)

    @dbus.service.method("org.freedesktop.portal.Screenshot", "sa{sv}", "o", sender_keyword="sender")
    def Screenshot(self, window, options, sender):
        handle = f"/org/freedesktop/portal/desktop/request/{sender[1:].replace('.', '_')}/{options['handle_token']}"
        print(f"interactive={int(options['interactive'])} {sender}", flush=True)
        kind, _, value = self.answers.pop(0).partition("=")

        def respond(response, results, bus=self.bus):
            # To the caller alone, as the real one does.
            signal = dbus.lowlevel.SignalMessage(handle, "org.freedesktop.portal.Request", "Response")
            signal.append(response, results, signature="ua{sv}")
            signal.set_destination(sender)
            bus.send_message(signal)
            bus.flush()

        if kind == "error":
            raise dbus.DBusException("no picture", name="org.freedesktop.portal.Error.Failed")
        if kind == "end":
            print("ended", flush=True)
            GLib.idle_add(sys.exit, 0)
        if kind == "early":
            respond(0, {"uri": value})
        if kind == "give":
            GLib.idle_add(respond, 0, {"other": dbus.Array([1], signature="u"), "uri": value})
        if kind == "forged":
            # Somebody else on the bus, who knows the path, is quicker.
            other = dbus.bus.BusConnection(dbus.bus.BusConnection.TYPE_SESSION)
            respond(0, {"uri": "file:///nowhere"}, other)
            other.close()
            GLib.idle_add(respond, 0, {"uri": value})
        if kind == "nothing":
            GLib.idle_add(respond, 0, dbus.Dictionary({}, signature="sv"))
        if kind == "response":
            GLib.idle_add(respond, int(value), dbus.Dictionary({}, signature="sv"))
        return dbus.ObjectPath(handle)


def serve(answers):
    dbus.mainloop.glib.DBusGMainLoop(set_as_default=True)
    bus = dbus.bus.BusConnection(dbus.bus.BusConnection.TYPE_SESSION)
    name = dbus.service.BusName(NAME, bus, do_not_queue=True)
    portal = Portal(bus, answers)
    print("ready", flush=True)
    GLib.MainLoop().run()
    return name, portal


if sys.argv[1:2] == ["serve"]:
    serve(sys.argv[2:])
    sys.exit(0)

from urllib.parse import quote

from scratch import *

need("qrencode", "dbus-daemon")

from bus import start_bus
from pictures import *

FOB, HELPER = os.path.join(BIN, "fob"), os.path.join(BIN, "fob-portal")
FOLDER = tempfile.mkdtemp(prefix="fob-portal-")
atexit.register(shutil.rmtree, FOLDER, True)
# Exit statuses of fob-portal.
NO_PORTAL, REFUSED, FAILED, TIMEOUT = 1, 2, 3, 4


_, ADDRESS = start_bus(FOLDER)
SESSION = {"DBUS_SESSION_BUS_ADDRESS": ADDRESS, "WAYLAND_DISPLAY": "wayland-of-nobody"}


class Serving:
    """A portal for a while; `requests` is what it was asked."""

    def __init__(self, *answers):
        self.answers = answers

    def __enter__(self):
        self.process = subprocess.Popen(
            [sys.executable, os.path.abspath(__file__), "serve", *self.answers], stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, env={**os.environ, **SESSION})
        atexit.register(self.process.kill)
        equal(self.process.stdout.readline(), b"ready\n", "the portal")
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.requests = self.process.stdout.read().decode().split("\n")[:-1]
        self.process.wait()
        self.interactive = [request.split()[0][-1] for request in self.requests if "=" in request]


def picture(name, content):
    path = os.path.join(FOLDER, name)
    with open(path, "wb") as file:
        file.write(content)
    return path


def uri_of(path):
    return "file://" + quote(path)


def fob(home, *arguments, status=0, path=os.environ["PATH"]):
    done = subprocess.run(
        [FOB, *arguments], stdin=subprocess.DEVNULL, capture_output=True, timeout=120,
        env={**home.environment, **SESSION, "PATH": os.environ["PATH"], "FOB_TEST_PROGRAMS": path})
    said = f"{' '.join(arguments)} said {done.stdout!r} {done.stderr!r}"
    equal(done.returncode, status, said)
    for name in KEYS:
        check(secret(name).encode() not in done.stdout + done.stderr, f"a secret in what {said}")
    return done


def names(home):
    return sorted(line.split("/")[-1] for line in fob(home, "list", "--names").stdout.decode().split())


def helper(*answers, arguments=(), status):
    """What fob-portal writes by itself."""
    with Serving(*answers) as portal:
        done = subprocess.run([HELPER, *arguments], capture_output=True, timeout=120, env=SESSION)
    equal(done.returncode, status, f"fob-portal, {answers}: {done.stdout!r} {done.stderr!r}")
    check(status == 0 or not done.stdout, f"fob-portal, {answers}: a path with status {status}")
    return done.stdout.decode().rstrip("\n"), "".join(portal.interactive)


def requests():
    """The client of D-Bus alone: which answers are a path, and when it asks again."""
    equal(helper("give=file:///a%20b/%C3%A4.png", status=0), ("/a b/ä.png", "0"), "a path")
    equal(helper("give=file://localhost/a", status=0), ("/a", "0"), "a path of this machine by name")
    equal(helper("early=file:///a", status=0), ("/a", "0"), "a signal before the reply")
    equal(helper("forged=file:///a", status=0), ("/a", "0"), "a signal of somebody else before")
    equal(helper("response=1", "give=file:///a", status=0), ("/a", "01"), "a no, and then a yes")
    equal(helper("response=2", "give=file:///a", status=0), ("/a", "01"), "not without a question")
    equal(helper("response=1", "response=1", status=REFUSED), ("", "01"), "two noes")
    equal(helper("response=1", "response=2", status=FAILED), ("", "01"), "a no and a failure")
    equal(helper("error", status=FAILED), ("", "0"), "an error")
    equal(helper("nothing", status=FAILED), ("", "0"), "no picture")
    equal(helper("end", status=FAILED), ("", "0"), "a portal that ends")
    equal(helper("wait", arguments=("--test-patience", "300"), status=TIMEOUT)[0], "", "silence")
    wrong = ("file://elsewhere/a", "http:///a", "file:a", "/a", "file:///a%00b", "file:///a%0Ab", "file:///a%2",
             "file:///a%zz", "file:///" + 4096 * "a", "")
    for uri in wrong:
        equal(helper(f"give={uri}", status=FAILED), ("", "0"), f"{uri[:20]!r}")
    done = subprocess.run([HELPER], capture_output=True, timeout=60, env=SESSION)
    equal(done.returncode, NO_PORTAL, "fob-portal without a portal")
    nowhere = {"DBUS_SESSION_BUS_ADDRESS": "unix:path=/nowhere"}
    done = subprocess.run([HELPER], capture_output=True, timeout=60, env=nowhere)
    equal(done.returncode, NO_PORTAL, "fob-portal without a bus")
    equal(subprocess.run([HELPER, "x"], capture_output=True, timeout=60).returncode, 64, "fob-portal with an argument")
    return 14 + len(wrong)


def pictures_of(home):
    """Pictures are accounts, and gone."""
    for index, answers in enumerate((["give"], ["response=1", "give"])):
        name = ("alice", "bob")[index]
        path = picture(f"Screenshot of {name} 100%.png", octets(on_page(qr(uri(name)))))
        with Serving(*answers[:-1], f"{answers[-1]}={uri_of(path)}"):
            fob(home, "scan", "--screen")
        check(not os.path.exists(path), "the picture is still there")
    equal(names(home), ["alice", "bob"], "accounts on the screen")


def failures(home):
    with open(os.path.join(home.path, "vault.age"), "rb") as file:
        before = file.read()
    carol = octets(qr(uri("carol")))
    # No code on the screen, nothing that is a picture: gone all the same.
    for content, status in ((octets(Image.new("L", (300, 300), 255)), 12), (b"text", 65), (b"", 65)):
        path = picture("other.png", content)
        with Serving(f"give={uri_of(path)}"):
            fob(home, "scan", "--screen", status=status)
        check(not os.path.exists(path), "the picture is still there")
    # Not a picture of this user: left alone.
    path = picture("target.png", carol)
    link = os.path.join(FOLDER, "link.png")
    os.symlink(path, link)
    pipe = os.path.join(FOLDER, "pipe.png")
    os.mkfifo(pipe)
    for other, status in ((link, 77), (pipe, 77), (FOLDER, 77), (os.path.join(FOLDER, "missing.png"), 66)):
        with Serving(f"give={uri_of(other)}"):
            fob(home, "scan", "--screen", status=status)
    for left in (path, link, pipe):
        check(os.path.lexists(left), f"{left} was removed")
    if os.getuid() == 0:
        foreign = picture("foreign.png", carol)
        os.chown(foreign, 65534, 65534)
        with Serving(f"give={uri_of(foreign)}"):
            fob(home, "scan", "--screen", status=77)
        check(os.path.exists(foreign), "another user's file was removed")

    # A no is final; other programs are for when there is no portal, or none that works.
    programs = os.path.join(FOLDER, "programs")
    os.mkdir(programs)
    with Serving("response=1", "response=1") as portal:
        grim = os.path.join(programs, "grim")
        with open(grim, "w") as file:
            file.write(f"#!/bin/sh\nexec /bin/cat '{path}'\n")
        os.chmod(grim, 0o700)
        done = fob(home, "scan", "--screen", status=5, path=programs)
    check(b"hint: " in done.stderr, f"a no: {done.stderr!r}")
    equal(portal.interactive, ["0", "1"], "requests")
    with Serving("wait"):
        done = fob(home, "scan", "--screen", "--test-patience", "500", status=6, path=programs)
        # With the helper, which was killed, its request has left the bus: the portal and this script are alone.
        bus = dbus.bus.BusConnection(ADDRESS)
        until(lambda: sum(name.startswith(":") for name in bus.list_names()) == 2, "the helper has ended")
        bus.close()
    check(b"hint: " in done.stderr, f"silence: {done.stderr!r}")
    for answers in (["error"], ["end"], ["response=2", "response=2"], ["give=http:///a"]):
        with Serving(*answers):
            done = fob(home, "scan", "--screen", status=78, path=FOLDER)
        check(b"the desktop's portal gave no picture" in done.stderr, f"{answers}: {done.stderr!r}")
    done = fob(home, "scan", "--screen", status=78, path=FOLDER)
    check(b"portal" not in done.stderr, f"no portal is nothing to tell: {done.stderr!r}")
    with open(os.path.join(home.path, "vault.age"), "rb") as file:
        equal(file.read(), before, "the vault after everything that failed")
    return programs


home = Home().start()
with home.connect() as agent:
    agent.initialize(PASSPHRASE)
count = requests()
pictures_of(home)
programs = failures(home)
fob(home, "scan", "--screen", path=programs)
equal(names(home), ["alice", "bob", "carol"], "accounts with that of grim, where there is no portal")
print(f"{count} requests, two pictures, which are gone; the vault is as it was after each failure")
