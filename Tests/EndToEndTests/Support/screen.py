"""A desktop without a screen: an X server, a session bus with the accessibility bus, a pinentry that answers from a file,
and the window of fob-desktop with its tree of accessible objects.
"""

import json
import os
import re
import warnings
import shutil
import subprocess
import sys

from scratch import *

AT_SPI = "/usr/libexec/at-spi-bus-launcher"

# Answers GETPIN with the next line of the file `answers`, and CONFIRM with yes; what it was asked is appended to a log.
PINENTRY = """#!/usr/bin/python3
import os, sys
home = os.environ["HOME"]
def say(line):
    print(line, flush=True)
say("OK")
for line in sys.stdin:
    line = line.rstrip("\\n")
    with open(home + "/pinentry.log", "a") as log:
        log.write(line + "\\n")
    if line.startswith("GETPIN"):
        # Not where a chooser of files looks into files to tell their kind.
        path = os.path.dirname(sys.argv[0]) + "/answers"
        lines = open(path).read().splitlines() if os.path.exists(path) else []
        if not lines:
            say("ERR 83886179 Operation cancelled")
            continue
        with open(path, "w") as rest:
            rest.write("".join(line + "\\n" for line in lines[1:]))
        say("D " + lines[0].replace("%", "%25"))
        say("OK")
    elif line == "BYE":
        say("OK")
        break
    else:
        say("OK")
"""


try:
    from gi.repository import GLib
except ImportError:
    GLib = None


def need_desktop():
    """Skips where a part is missing."""
    need("Xvfb", "dbus-daemon", "openbox", "xdotool", "xclip", "import")
    if not os.path.exists(os.path.join(BIN, "fob-desktop")):
        skip("fob-desktop is not built: there is no libgtk-4-dev or libadwaita-1-dev")
    if not os.path.exists(AT_SPI):
        skip("at-spi2-core is not installed")
    try:
        import gi
        gi.require_version("Atspi", "2.0")
        from gi.repository import Atspi
        warnings.simplefilter("ignore", DeprecationWarning)
    except (ImportError, ValueError):
        skip("gir1.2-atspi-2.0 or python3-gi is not installed")
    return Atspi


class Desktop:
    """One X server, one bus, one window. Ended at exit."""

    def __init__(self, home, width=900, height=800, dark=False, language="C.UTF-8", locale="", start=False, large=False, data="",
                 more=None):
        self.home, self.children = home, []
        atexit.register(self.end)
        self.directory = tempfile.mkdtemp(prefix="fob-desktop-")
        os.chmod(self.directory, 0o700)
        read, write = os.pipe()
        self.begin(["Xvfb", "-displayfd", str(write), "-screen", "0", f"{width}x{height}x24", "-nolisten", "tcp", "-noreset"],
                   pass_fds=[write])
        os.close(write)
        with os.fdopen(read) as number:
            display = number.readline().strip()
        check(display, "Xvfb says its display")
        bin = os.path.join(self.directory, "bin")
        os.mkdir(bin)
        with open(os.path.join(bin, "pinentry"), "w") as program:
            program.write(PINENTRY)
        os.chmod(os.path.join(bin, "pinentry"), 0o755)
        with open(os.path.join(home.path, "config"), "a") as configuration:
            configuration.write(f"[programs]\npinentry = {bin}/pinentry\n")
        os.chmod(os.path.join(home.path, "config"), 0o600)
        self.environment = {
            "PATH": os.environ["PATH"], "FOB_BIN": BIN, "HOME": self.directory, "FOB_HOME": home.path, "DISPLAY": f":{display}",
            "GDK_BACKEND": "x11", "GSK_RENDERER": "cairo", "LIBGL_ALWAYS_SOFTWARE": "1", "LC_ALL": language,
            "XDG_RUNTIME_DIR": self.directory, "GSETTINGS_BACKEND": "memory", "NO_AT_BRIDGE": "0", "GTK_A11Y": "atspi",
            "ADW_DEBUG_COLOR_SCHEME": "prefer-dark" if dark else "prefer-light", "ADW_DISABLE_PORTAL": "1",
            "TMPDIR": os.environ.get("TMPDIR", "/tmp"), "LOCPATH": os.environ.get("LOCPATH", ""), "XDG_DATA_DIRS": data + "/usr/local/share:/usr/share",
        }
        for variable, value in (more or {}).items():
            self.environment.pop(variable, None) if value is None else self.environment.update({variable: value})
        if not start:
            self.environment["FOB_NO_START"] = "1"
        if locale:
            # The catalogue, and the locale itself, which this machine need not have.
            self.environment |= {"FOB_LOCALE": locale, "FOB_TEST_LOCALES": locale, "LOCPATH": locale, "LANG": "ja_JP.UTF-8"}
        bus = subprocess.Popen(
            ["dbus-daemon", "--session", "--nofork", "--print-address=1",
             f"--address=unix:path={self.environment['XDG_RUNTIME_DIR']}/bus"], env=self.environment, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True)
        self.children.append(bus)
        self.environment["DBUS_SESSION_BUS_ADDRESS"] = bus.stdout.readline().strip()
        self.begin([AT_SPI, "--launch-immediately"])
        os.environ.update(
            {name: self.environment[name] for name in ("DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR")})
        # Who gives windows the keyboard.
        self.begin(["openbox", "--sm-disable"])
        if large:
            # As a desktop's setting for large text does: 1.5 times the 96 dots an inch.
            subprocess.run(["xprop", "-root", "-f", "RESOURCE_MANAGER", "8s", "-set", "RESOURCE_MANAGER", "Xft.dpi:\t144\n"],
                           env=self.environment, check=True)
        self.window = None
        self.log = os.path.join(self.directory, "log")
        open(self.log, "w").close()

    def begin(self, words, **options):
        child = subprocess.Popen(words, env=getattr(self, "environment", os.environ), stdin=subprocess.DEVNULL,
                                 stdout=options.pop("stdout", subprocess.DEVNULL),
                                 stderr=options.pop("stderr", subprocess.DEVNULL), **options)
        self.children.append(child)
        return child

    def end(self):
        for child in reversed(self.children):
            if child.poll() is None:
                child.terminate()
                try:
                    child.wait(10)
                except subprocess.TimeoutExpired:
                    child.kill()
                    child.wait()
        self.children = []
        shutil.rmtree(self.directory, ignore_errors=True)

    def answers(self, *lines):
        """What pinentry answers next."""
        with open(os.path.join(self.directory, "bin", "answers"), "w") as file:
            file.write("".join(line + "\n" for line in lines))

    def start(self, *words, width=None, height=None):
        """Starts the window and waits for it."""
        with open(self.log, "ab") as log:
            self.program = self.begin([os.path.join(BIN, "fob-desktop"), *words], stderr=log)
        self.window = until(lambda: self.find_window("^fob$"), "the window", 60) if not words else None
        if width:
            self.tool("windowsize", "--sync", self.window, str(width), str(height))
        return self

    def run(self, *words):
        """Starts the program once more, which the one that runs answers."""
        done = subprocess.run([os.path.join(BIN, "fob-desktop"), *words], env=self.environment, capture_output=True,
                              text=True, timeout=PATIENCE, stdin=subprocess.DEVNULL)
        equal((done.returncode, done.stderr), (0, ""), "another start of fob-desktop")

    def said(self):
        with open(self.log, errors="replace") as log:
            return log.read()

    def find_window(self, name):
        check(self.program.poll() is None, f"fob-desktop ended with {self.program.returncode}: {self.said()}")
        found = subprocess.run(
            ["xdotool", "search", "--onlyvisible", "--name", name], env=self.environment, capture_output=True, text=True)
        return (found.stdout.split() or [""])[-1]

    def tool(self, *words):
        subprocess.run(["xdotool", *words], env=self.environment, check=False, timeout=PATIENCE, capture_output=True)

    def active(self):
        """What the window is called that has the keyboard; empty while none has it, as when one has just closed."""
        found = subprocess.run(["xdotool", "getactivewindow", "getwindowname"], env=self.environment, capture_output=True, text=True)
        return found.stdout.strip() if found.returncode == 0 else ""

    def settle(self):
        """A key that is pressed while no window has the keyboard is lost."""
        for _ in range(50):
            if self.active():
                return
            time.sleep(0.1)

    def key(self, *keys):
        for key in keys:
            self.settle()
            self.tool("key", "--clearmodifiers", key)

    def type(self, text):
        self.settle()
        self.tool("type", "--delay", "20", text)

    def picture(self, path):
        subprocess.run(["import", "-window", "root", path], env=self.environment, check=True, timeout=PATIENCE)

    # The tree of accessible objects. Each look is a process of its own: what libatspi remembers of windows that have gone
    # cannot be taken from it.

    def look(self, *words):
        done = subprocess.run([sys.executable, os.path.abspath(__file__), str(self.program.pid), *words], env=self.environment,
                              capture_output=True, text=True, timeout=PATIENCE)
        equal(done.returncode, 0, f"the look at the tree: {done.stderr}")
        return json.loads(done.stdout)

    def tree(self):
        """(depth, role, name, text, description, focusable) of each that is not hidden."""
        return self.look()

    def shows(self, pattern):
        """Whether something that is shown has such a name or text."""
        return any(re.search(pattern, part) for node in self.tree() for part in node[2:5])

    def drag(self, name, target):
        """Drags what has one name onto what has another, by the mouse."""
        self.tool("windowmove", "--sync", self.window, "0", "0")
        (x, y), (to_x, to_y) = until(lambda: self.look("where", name), name), until(lambda: self.look("where", target), target)
        self.tool("mousemove", str(x), str(y))
        self.tool("mousedown", "1")
        for step in range(1, 11):
            self.tool("mousemove", str(x + (to_x - x) * step // 10), str(y + (to_y - y) * step // 10))
            time.sleep(0.05)
        time.sleep(0.5)
        self.tool("mouseup", "1")

    def run_action(self, name):
        """Has an action of the application done over the bus, as its menu does."""
        subprocess.run(["gdbus", "call", "--session", "--dest", "io.github.fob.Desktop", "--object-path", "/io/github/fob/Desktop",
                        "--method", "org.gtk.Actions.Activate", name, "[]", "{}"], env=self.environment, check=True,
                       capture_output=True)

    def press(self, name):
        """Does what a button of this name does, as a screen reader has it done."""
        until(lambda: self.look(name), f"there is {name!r}", 20)

    def click(self, name, window="", times=1):
        """With the mouse, in the middle of what has a name, in a window of this name or any."""
        try:
            place = until(lambda: self.look("place", name, window), f"there is {name!r}", 30)
        except AssertionError:
            self.picture(os.path.join(tempfile.gettempdir(), "desktop-failed.png"))
            raise
        # The window has its shadow around it, and pixels of its own.
        scale = int(self.environment.get("GDK_SCALE", "1"))
        at = until(lambda: self.geometry(place, scale), place["window"])
        x = int(at["X"]) + (int(at["WIDTH"]) - place["width"] * scale) // 2 + place["x"] * scale
        y = int(at["Y"]) + (int(at["HEIGHT"]) - place["height"] * scale) // 2 + place["y"] * scale
        # As a hand comes there, over what is before it.
        for before in (3, 2, 1, 0):
            self.tool("mousemove", str(x - before), str(y))
            time.sleep(0.1)
        self.tool("click", "--repeat", str(times), "--delay", "80", "1")

    def geometry(self, place, scale):
        """Of a window, or of a menu, which is one of its own without a name: it has the menu's size."""
        pattern = "." if place["menu"] else f"^{re.escape(place['window'])}$"
        found = subprocess.run(["xdotool", "search", "--onlyvisible", "--name", pattern, "getwindowgeometry", "--shell", "%@"],
                               env=self.environment, capture_output=True, text=True).stdout
        all = [dict(line.split("=") for line in f"WINDOW={one}".split() if "=" in line) for one in found.split("WINDOW=")[1:]]
        if place["menu"]:
            all = [at for at in all if (int(at["WIDTH"]), int(at["HEIGHT"])) == (place["width"] * scale, place["height"] * scale)]
        return all[-1] if all else None

    def reach(self, name, *keys, role=""):
        """By the key Tab alone, to what has a name, and a role where one is asked for; there these keys are pressed."""
        seen = []
        for _ in range(80):
            focused = self.look("focused")
            if focused and focused[1].startswith(name) and focused[0].startswith(role):
                return self.key(*keys)
            seen.append(focused)
            self.key("Tab")
            time.sleep(0.1)
        raise AssertionError(f"Tab does not come to {name!r}, but to {seen}")


def visible(atspi, pid):
    """(depth, object) of each that is not hidden, nor in one that is. GTK 4.8 says of windows only that they show."""
    found = []

    def walk(node, depth):
        try:
            if node is None or depth > 60 or depth and not node.get_state_set().contains(atspi.StateType.VISIBLE):
                return
            found.append((depth, node))
            for index in range(node.get_child_count()):
                walk(node.get_child_at_index(index), depth + 1)
        except GLib.Error:
            # It has gone while it was looked at.
            pass

    desktop = atspi.get_desktop(0)
    for index in range(desktop.get_child_count()):
        child = desktop.get_child_at_index(index)
        if child is not None and child.get_process_id() == pid:
            walk(child, 0)
    return found


# The first is wanted before the others.
CLICKED = ("push button", "page tab", "list item", "toggle button", "switch", "combo box", "menu item", "text", "label")


def middle(atspi, window, node):
    """Of an object, and what its window is called, and its size. GTK 4.8 tells of a menu as if it began where its button does:
    what is in one is told by its place in the menu."""
    menu = node
    while menu and menu.get_role_name() != "menu":
        menu = menu.get_parent()
    whole = (menu or window).get_component_iface().get_extents(atspi.CoordType.WINDOW)
    part = node.get_component_iface().get_extents(atspi.CoordType.WINDOW)
    x, y = (whole.x, whole.y) if menu else (0, 0)
    return {"window": window.get_name(), "menu": bool(menu), "width": whole.width, "height": whole.height,
            "x": part.x - x + part.width // 2, "y": part.y - y + part.height // 2}


def main():
    atspi = need_desktop()
    pid, names, said = int(sys.argv[1]), sys.argv[2:], []
    found = []
    for depth, node in visible(atspi, pid):
        if depth == 1:
            window = node
        try:
            states = node.get_state_set()
            text = node.get_text_iface() and atspi.Text.get_text(node, 0, -1)
            said.append((depth, node.get_role_name(), node.get_name() or "", text or "", node.get_description() or "",
                         states.contains(atspi.StateType.FOCUSABLE)))
            if names[:1] == ["where"] and said[-1][2].startswith(names[1]) and said[-1][1] == "list item":
                place = node.get_component_iface().get_extents(atspi.CoordType.WINDOW)
                return print(json.dumps([place.x + place.width // 3, place.y + place.height // 2]))
            if names[:1] == ["enter"] and states.contains(atspi.StateType.FOCUSED) and node.get_editable_text_iface():
                return print(json.dumps(node.get_editable_text_iface().set_text_contents(names[1])))
            if names == ["focused"] and states.contains(atspi.StateType.FOCUSED):
                found.append(said[-1][1:3])
            if names[:1] == ["place"] and said[-1][1] in CLICKED and re.sub(r"\(.\)", "", said[-1][2]).startswith(names[1]) \
                    and names[2] in ("", window.get_name()):
                found.append((CLICKED.index(said[-1][1]), middle(atspi, window, node)))
            # GTK 4.8 gives the buttons of messages the name of their text twice.
            if names and said[-1][1] == "push button" and said[-1][2] in (names[0], f"{names[0]} {names[0]}") and states.contains(atspi.StateType.SENSITIVE):
                return print(json.dumps(node.get_action_iface().do_action(0)))
        except GLib.Error:
            pass
    if names == ["focused"]:
        return print(json.dumps(found[-1] if found else False))
    if names[:1] == ["place"]:
        return print(json.dumps(min(found, key=lambda one: one[0])[1] if found else False))
    print(json.dumps(False if names else said))


if __name__ == "__main__":
    main()
