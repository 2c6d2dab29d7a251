"""A desktop on a bus of the tests: what it shows, the window, and global shortcuts; each call is told in a line of JSON."""

import json

import dbus
import dbus.service
from gi.repository import GLib

NOTIFICATIONS = "org.freedesktop.Notifications"
PORTAL, SHORTCUTS = "/org/freedesktop/portal/desktop", "org.freedesktop.portal.GlobalShortcuts"


def say(**what):
    print(json.dumps(what), flush=True)


class Notifications(dbus.service.Object):
    last = 0

    @dbus.service.method(NOTIFICATIONS, "susssasa{sv}i", "u")
    def Notify(self, name, replaces, icon, summary, body, actions, hints, expires):
        Notifications.last += 1
        say(shown=Notifications.last, name=name, summary=summary, body=body, actions=list(actions))
        return Notifications.last

    @dbus.service.method(NOTIFICATIONS, "u", "")
    def CloseNotification(self, id):
        say(closed=int(id))

    @dbus.service.signal(NOTIFICATIONS, "us")
    def ActionInvoked(self, id, key):
        pass


class Window(dbus.service.Object):
    """What fob-desktop is on the bus."""
    times = 0

    @dbus.service.method("org.freedesktop.Application", "a{sv}", "")
    def Activate(self, data):
        Window.times += 1
        say(activated=Window.times)


class Request(dbus.service.Object):
    @dbus.service.signal("org.freedesktop.portal.Request", "ua{sv}")
    def Response(self, refused, results):
        pass


WATCHER, ITEM, MENU = "org.kde.StatusNotifierWatcher", "org.kde.StatusNotifierItem", "com.canonical.dbusmenu"


class Watcher(dbus.service.Object):
    """Shows what is in the tray: when it registers, and at each change, a line with its title, its status and its menu."""

    def __init__(self, bus):
        super().__init__(bus, "/StatusNotifierWatcher")
        self.bus, self.owner, self.ids, self.former = bus, None, [], []
        bus.add_signal_receiver(self.look, "LayoutUpdated", MENU, sender_keyword="sender")

    @dbus.service.method(WATCHER, "s", "", sender_keyword="sender")
    def RegisterStatusNotifierItem(self, path, sender):
        self.owner = sender
        say(registered=path)

    def ask(self, path, interface, method, *arguments, then):
        self.bus.get_object(self.owner, path, introspect=False).get_dbus_method(method, interface)(
            *arguments, reply_handler=then, error_handler=lambda error: say(error=str(error)))

    def look(self, *_, sender):
        if sender != self.owner:
            return

        def told(properties):
            def laid_out(revision, layout):
                labels = [str(child[1].get("label", child[1].get("type"))) for child in layout[2]]
                self.former, self.ids = self.ids, [int(child[0]) for child in layout[2]]
                say(tray=str(properties["Title"]), status=str(properties["Status"]), menu=labels)
            self.ask("/Menu", MENU, "GetLayout", 0, -1, dbus.Array([], "s"), then=laid_out)
        self.ask("/StatusNotifierItem", "org.freedesktop.DBus.Properties", "GetAll", ITEM, then=told)

    def click(self, number, former=False):
        """Chooses a line of the menu, or one of the menu before it."""
        chosen = (self.former if former else self.ids)[int(number) - 1]
        self.ask("/Menu", MENU, "Event", chosen, "clicked", dbus.String("", variant_level=1), dbus.UInt32(0), then=lambda: None)


class Search(dbus.service.Object):
    """What copies the code of an account."""

    @dbus.service.method("org.gnome.Shell.SearchProvider2", "sasu", "")
    def ActivateResult(self, id, words, time):
        say(copied=str(id))


class Portal(dbus.service.Object):
    """A desktop that knows global shortcuts: it is asked for a session, and then for keys."""

    def __init__(self, bus):
        super().__init__(bus, PORTAL)
        self.bus = bus

    def made(self, kind, sender, token):
        return f"{PORTAL}/{kind}/{sender[1:].replace('.', '_')}/{token}"

    @dbus.service.method(SHORTCUTS, "a{sv}", "o", sender_keyword="sender")
    def CreateSession(self, options, sender):
        self.session = self.made("session", sender, options["session_handle_token"])
        path = self.made("request", sender, options["handle_token"])
        request = Request(self.bus, path)
        GLib.idle_add(lambda: request.Response(0, {"session_handle": self.session}) or False)
        return path

    @dbus.service.method(SHORTCUTS, "oa(sa{sv})sa{sv}", "o", sender_keyword="sender")
    def BindShortcuts(self, session, shortcuts, parent, options, sender):
        say(bound=[[str(id), sorted(map(str, more))] for id, more in shortcuts], session=str(session) == self.session)
        return self.made("request", sender, options["handle_token"])

    @dbus.service.signal(SHORTCUTS, "osta{sv}")
    def Activated(self, session, id, time, options):
        pass

    def press(self, id):
        self.Activated(dbus.ObjectPath(self.session), id, dbus.UInt64(1), {})
