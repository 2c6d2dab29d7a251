"""A link that starts with otpauth: and a backup of fob are opened by the desktop's own programs, which choose the window of fob, as
it is installed; it shows what they would bring, and adds nothing of itself.

    desktop_links.py PREFIX

PREFIX has bin/fob-desktop and share, whose databases know the package's files.
"""

import os
import sys

PREFIX = sys.argv[1]
os.environ["FOB_BIN"] = os.path.join(PREFIX, "bin")

from journey import *

LINK = "otpauth://totp/{0}:eve?secret=" + OTHER.decode() + "{1}&issuer={0}"


class Found:
    """The process of a window that another program has started."""
    returncode = None

    def __init__(self, pid):
        self.pid = pid

    def poll(self):
        return None if os.path.exists(f"/proc/{self.pid}") else 0


def window(desktop, title):
    """Waits for one of this title; its process is looked at from then on."""
    def find():
        found = subprocess.run(["xdotool", "search", "--onlyvisible", "--name", title], env=desktop.environment, capture_output=True,
                               text=True)
        return (found.stdout.split() or [""])[-1]
    number = until(find, f"a window {title!r}", 60)
    told = subprocess.run(["xdotool", "getwindowpid", number], env=desktop.environment, capture_output=True, text=True, check=True)
    desktop.program = Found(int(told.stdout))


def ask(desktop, *words):
    done = subprocess.run(words, env=desktop.environment, capture_output=True, text=True, timeout=PATIENCE)
    equal(done.returncode, 0, f"{words}: {done.stderr}")
    return done.stdout.strip()


def link(home, desktop, issuer, opener):
    """The link's window is a process of its own, which ends with it, and which has the key nowhere that others can read."""
    desktop.begin([*opener, LINK.format(issuer, "")])
    window(desktop, "^Add accounts$")
    shows(desktop, f"^{issuer}/eve$", "the preview of the link")
    shows(desktop, "^Add 1 account$")
    with open(f"/proc/{desktop.program.pid}/cmdline", "rb") as arguments:
        check(OTHER not in arguments.read(), "the key is not in the arguments")
    check_tree(desktop, [OTHER.decode()], "the preview of a link")
    equal(json.loads(fob(home, {}, "list", "--json").stdout)["accounts"], [], "accounts before the yes")
    desktop.key("Escape")
    until(lambda: desktop.program.poll() is not None, "the window's process ends")


def main():
    need("xdg-open", "xdg-mime", "gio", "xdotool")
    with Home(cheap=False) as home:
        fob(home, {"--passphrase-fd": PASSPHRASE}, "init")
        desktop = Desktop(home, data=os.path.join(PREFIX, "share") + ":")
        for scheme in ("otpauth", "otpauth-migration"):
            equal(ask(desktop, "xdg-mime", "query", "default", f"x-scheme-handler/{scheme}"), "io.github.fob.Desktop.Link.desktop",
                  f"who opens {scheme}:")
        equal(ask(desktop, "xdg-mime", "query", "default", "application/x-fob-backup"), "io.github.fob.Desktop.desktop",
              "who opens backups")
        link(home, desktop, "Plain", ["xdg-open"])
        link(home, desktop, "Gnome", ["gio", "open"])
        disk = os.path.join(home.path, "disk")
        os.mkdir(disk)
        fob(home, {"--secret-fd": KEY}, "add", "GitHub/octo")
        fob(home, {}, "backup", "add", "disk", "--folder", disk)
        fob(home, {}, "backup", "now")
        backup = next(os.path.join(disk, name) for name in os.listdir(disk) if re.match(r"fob-.*\.age$", name))
        check("application/x-fob-backup" in ask(desktop, "gio", "info", "-a", "standard::content-type", backup), "what GNOME takes it for")
        equal(ask(desktop, "xdg-mime", "query", "filetype", backup), "application/x-fob-backup", "what others take it for")
        for opener in (["xdg-open"], ["gio", "open"]):
            desktop.answers(PASSPHRASE.decode())
            desktop.begin([*opener, backup])
            window(desktop, "^Restore$")
            shows(desktop, "^GitHub/octo$", "the preview of the backup")
            desktop.key("Escape", "ctrl+q")
            until(lambda: desktop.program.poll() is not None, "the window ends")
        desktop.end()
    print("links and backups are opened by the window, by xdg-open and by GNOME's gio")


main()
