"""What the journeys through the window have in common."""

import re
import sys

from memory import Needles, Scan
from screen import *

need_desktop()

KEY = b"GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
OTHER = b"MFRGGZDFMZTWQ2LKNNWG23TPOBYXE43U"
RFC = base64.b32decode(KEY)


def fob(home, secrets, *arguments):
    done = fob_with(home, secrets, *arguments)
    equal(done.returncode, 0, f"{arguments}: {done.stderr.decode()}")
    return done


def clipboard(desktop):
    done = subprocess.run(["xclip", "-selection", "clipboard", "-out"], env=desktop.environment, capture_output=True,
                          timeout=PATIENCE)
    return done.stdout.decode()


def current(key, digits=6):
    """What oathtool says now, and for the step before: the clock goes on meanwhile."""
    codes = []
    for at in (time.time(), time.time() - 30):
        done = subprocess.run(["oathtool", "--totp", "-b", "-d", str(digits), "--now", f"@{int(at)}", "-"],
                              input=key, capture_output=True, check=True)
        codes.append(done.stdout.decode().strip())
    return codes


def shows(desktop, pattern, what=None):
    try:
        until(lambda: desktop.shows(pattern), what or f"the window shows {pattern!r}")
    except AssertionError:
        path = os.path.join(tempfile.gettempdir(), "desktop-failed.png")
        desktop.picture(os.environ.get("FOB_PICTURES", path))
        raise AssertionError(f"{what or pattern}: the window shows {[n[2] for n in desktop.tree() if n[2] and n[1] in ('label', 'list item', 'push button')]}; "
                             f"it said {desktop.said()!r}") from None


# Nothing in the window is read aloud without a name where the keyboard comes, and nothing secret at all.
NAMELESS_BY_GTK = {"scroll pane", "viewport"}
# The button that closes libadwaita's toasts, and the rows of a menu to choose from, whose labels are below them.
NAMELESS = {("push button", "GtkImage"), ("filler", "GtkListItemWidget")}


def check_tree(desktop, secrets, state):
    nodes = desktop.tree()
    check(nodes, f"{state}: there is a tree")
    for depth, role, name, text, description, focusable in nodes:
        for part in (name, text, description):
            for secret in secrets:
                check(secret not in part, f"{state}: a secret is in the tree, at a {role}")
        if focusable and role not in NAMELESS_BY_GTK and (role, name) not in NAMELESS:
            check(name and not name.startswith("Gtk") and not name.startswith("Adw"),
                  f"{state}: a {role} that takes the focus has no name: {name!r} {text!r}")


def check_japanese(desktop, state):
    """Nothing is shown in English that the catalogue has in Japanese."""
    from sentences import catalogue
    english = {one.replace("_", "") for one, (_, said) in catalogue().items() if said[0] != one and "%" not in one}
    left = sorted({part for node in desktop.tree() for part in node[2:5]} & english)
    check(not left, f"{state}: in English: {left}")


def check_memory(desktop, secrets, state):
    """No secret in any page of the window that can be read."""
    if os.getuid() != 0:
        return partly("only root can read the window's memory")
    needles = Needles()
    for secret in secrets:
        needles.add(secret, secret.encode())
    found = Scan(desktop.program.pid, needles, True)
    check(not found.hits, f"{state}: in the window's memory: {found.hits}")


SECRETS = [PASSPHRASE.decode(), KEY.decode(), OTHER.decode(), RFC.decode()]


def ask(home, name, stays=False):
    """A program that asks for a code, in a session of its own; whether that stays, in which an answer is remembered."""
    words = [os.path.join(BIN, "fob"), "code", name]
    return subprocess.Popen(["sh", "-c", '"$@"; sleep 600', "sh", *words] if stays else words, start_new_session=True,
                            env={"PATH": os.environ["PATH"], "HOME": home.path, "FOB_HOME": home.path},
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
