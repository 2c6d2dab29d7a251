"""The window of fob-desktop on an X server without a screen, with a real agent: journeys by the keyboard, what is told over
the accessibility bus, and what is in the window's memory afterwards.

    desktop.py smoke      # first start, unlock, a code copied
    desktop.py journeys   # first start, adding, a question, the account, restoring, an agent that is killed
    desktop.py pictures DIRECTORY    # each page and state at two widths, light and dark, English and Japanese
"""

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
        until(lambda: desktop.shows(pattern), what or f"the window shows {pattern!r}", 30)
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


def first_start(home, desktop):
    """No vault: one is made, with the passphrase typed into pinentry."""
    shows(desktop, "no vault on this machine")
    check_tree(desktop, SECRETS, "no vault")
    # Restoring is the first choice of a new machine.
    check(any(node[2].startswith("Restore from a backup") and node[5] for node in desktop.tree()), "restore is offered")
    desktop.answers(PASSPHRASE.decode(), PASSPHRASE.decode())
    desktop.key("Tab", "Return")
    shows(desktop, "First steps")
    check_tree(desktop, SECRETS, "first steps")
    desktop.key("Escape")
    shows(desktop, "No accounts yet")
    check_tree(desktop, SECRETS, "no accounts")


def lock_and_unlock(home, desktop):
    desktop.key("ctrl+l")
    shows(desktop, "The vault is locked")
    check_tree(desktop, SECRETS + ["GitHub"], "locked")
    desktop.answers(PASSPHRASE.decode())
    desktop.key("Return")
    shows(desktop, "code hidden")


def search_and_copy(home, desktop, name="GitHub", key=KEY):
    desktop.type(name[:4].lower())
    shows(desktop, f"{name}.*, code [0-9]", "the only row that is left shows its code")
    desktop.key("Return")
    until(lambda: clipboard(desktop) in current(key), f"the code of {name} is on the clipboard: {clipboard(desktop)!r}", 30)
    shows(desktop, "Copied; cleared in")
    check_tree(desktop, SECRETS, "copied")


def add_by_typing(home, desktop):
    desktop.key("ctrl+n")
    shows(desktop, "typed into a window of its own")
    check_tree(desktop, SECRETS, "typing a key")
    desktop.answers(KEY.decode())
    desktop.type("GitHub")
    desktop.key("Tab")
    desktop.type("octo")
    desktop.press("Ask for the key")
    shows(desktop, "GitHub, octo, code hidden")


def add_by_picture(home, desktop):
    """A picture on the clipboard: the window shows what it would add, and after that the code at once."""
    picture = os.path.join(desktop.directory, "code.png")
    subprocess.run(["qrencode", "-s", "8", "-o", picture, f"otpauth://totp/Bank:alice?secret={OTHER.decode()}&issuer=Bank"],
                   check=True)
    subprocess.run(["xclip", "-selection", "clipboard", "-t", "image/png", "-in", picture], env=desktop.environment,
                   check=True, timeout=PATIENCE)
    desktop.key("ctrl+v")
    shows(desktop, "^Bank/alice$", "the preview")
    check_tree(desktop, SECRETS, "the preview")
    desktop.press("Add 1 account")
    shows(desktop, "Type this code at the service")
    codes = {code for code in current(OTHER)}
    shown = [node[2].replace("\u2009", "") for node in desktop.tree()]
    check(codes & set(shown), "the code of the new account is shown")
    desktop.key("Escape")
    shows(desktop, "Bank, alice, code hidden")


def ask(home, name):
    """A program that asks for a code, in a session of its own."""
    return subprocess.Popen([os.path.join(BIN, "fob"), "code", name], start_new_session=True,
                            env={"PATH": os.environ["PATH"], "HOME": home.path, "FOB_HOME": home.path},
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def question(home, desktop):
    """A program asks for a code that takes a yes. Closing the window is no answer, and the first answer is no. (That keys have
    no effect at first is in DesktopTests.)"""
    fob(home, {}, "edit", "Bank/alice", "--confirm")
    asker = ask(home, "Bank/alice")
    shows(desktop, r"Give a code of Bank/alice\?")
    shows(desktop, r"seconds? left")
    check_tree(desktop, SECRETS, "a question")
    time.sleep(1.5)
    desktop.press("Allow")
    out, _ = asker.communicate(timeout=PATIENCE)
    check(out.strip() in current(OTHER), f"it got its code: {out!r}")
    asker = ask(home, "Bank/alice")
    until(lambda: desktop.find_window("Give a code"), "the window of the second question")
    time.sleep(1.5)
    desktop.key("Escape")
    until(lambda: not desktop.find_window("Give a code"), "the window closes")
    check(asker.poll() is None, "to close the window is no answer")
    desktop.key("alt+4")
    shows(desktop, "Questions that wait")
    check_tree(desktop, SECRETS, "the page for security")
    desktop.press("Answer: Give a code of Bank/alice?")
    until(lambda: desktop.find_window("Give a code"), "the window again")
    time.sleep(1.5)
    desktop.key("Return")
    equal(asker.wait(PATIENCE), 5, "status of who was denied")
    desktop.key("alt+1")


def found_by_the_desktop(home, desktop):
    """GNOME's search gets names and ids; what it chooses is copied."""
    def call(method, *arguments):
        done = subprocess.run(
            ["gdbus", "call", "--session", "--dest", "io.github.fob.Desktop", "--object-path",
             "/io/github/fob/Desktop/SearchProvider", "--method", "org.gnome.Shell.SearchProvider2." + method, *arguments],
            env=desktop.environment, capture_output=True, text=True, timeout=PATIENCE)
        equal(done.returncode, 0, f"{method}: {done.stderr}")
        return done.stdout
    ids = re.findall(r"[0-9a-f]{32}", call("GetInitialResultSet", "['git','oct']"))
    equal(len(ids), 1, "accounts that were found")
    told = call("GetResultMetas", f"['{ids[0]}']")
    check("'GitHub'" in told and "'octo'" in told, f"what is told of it: {told}")
    check(not any(code in told for code in current(KEY)), "no code is told")
    call("ActivateResult", ids[0], "['git']", "0")
    until(lambda: clipboard(desktop) in current(KEY), "the code of what was chosen is copied", 30)


def picked(home, desktop):
    """fob pick, with a menu that chooses the first line."""
    menu = os.path.join(desktop.directory, "bin", "dmenu")
    with open(menu, "w") as program:
        program.write("#!/bin/sh\nhead -n 1\n")
    os.chmod(menu, 0o755)
    with open(os.path.join(home.path, "config"), "a") as configuration:
        configuration.write(f"dmenu = {menu}\n")
    done = subprocess.run([os.path.join(BIN, "fob"), "pick", "--menu", "dmenu", "--clear-after", "1"],
                          env=desktop.environment, capture_output=True, text=True, timeout=PATIENCE)
    equal(done.returncode, 0, f"fob pick: {done.stderr}")
    check(clipboard(desktop) in current(KEY), "the code that was picked is on the clipboard")
    until(lambda: clipboard(desktop) == "", "it is taken off again", 30)


def linked(home, desktop):
    """An otpauth: link is shown by a process of its own."""
    other = desktop.begin([os.path.join(BIN, "fob-desktop"), "--link", f"otpauth://totp/Linked:eve?secret={OTHER.decode()}x"])
    until(lambda: desktop.find_window("Add accounts"), "the window of the link")
    other.terminate()
    other.wait(PATIENCE)


def agent_ends(home, desktop):
    """kill -9: the window says what has happened, and goes on."""
    home.kill()
    shows(desktop, "The agent has ended")
    check_tree(desktop, SECRETS, "the agent has ended")
    home.start()
    desktop.press("Start it again")
    shows(desktop, "The vault is locked")


def restore(home, other, desktop):
    """On an empty machine: the backup is looked at first, and then taken."""
    folder = os.path.join(home.path, "disk")
    os.mkdir(folder)
    fob(home, {}, "backup", "add", "disk", "--folder", folder)
    fob(home, {}, "backup", "now")
    backups = [name for name in os.listdir(folder) if name.endswith(".age") and "key" not in name]
    check(backups, f"there is a backup: {os.listdir(folder)}")
    shows(desktop, "no vault on this machine")
    desktop.answers(PASSPHRASE.decode(), PASSPHRASE.decode())
    desktop.press("Restore from a backup…")
    time.sleep(2)
    # The chooser of files takes a path by name.
    desktop.type("/")
    time.sleep(1)
    desktop.key("ctrl+a")
    desktop.type(os.path.join(folder, backups[0]))
    time.sleep(1)
    desktop.key("Return")
    shows(desktop, "^GitHub/octo$", "the preview of the restore")
    check_tree(desktop, SECRETS, "the preview of the restore")
    with other.connect() as agent:
        equal(status(agent)["vault"], "none", "before the yes nothing is changed: the vault")
    desktop.press("Restore")
    shows(desktop, "GitHub, octo, code hidden")


def smoke():
    with Home() as home:
        desktop = Desktop(home).start()
        first_start(home, desktop)
        fob(home, {"--secret-fd": KEY}, "add", "GitHub/octo")
        shows(desktop, "GitHub, octo, code hidden")
        lock_and_unlock(home, desktop)
        search_and_copy(home, desktop)
        check_memory(desktop, SECRETS, "after a code")
        equal(desktop.said(), "", "what fob-desktop wrote")
        desktop.end()
    print("first start, unlock, search, copy; every object has a name; no secret in tree and memory")


def journeys():
    need("qrencode", "xclip", "oathtool")
    with Home() as home, Home() as other:
        desktop = Desktop(home).start()
        first_start(home, desktop)
        add_by_typing(home, desktop)
        add_by_picture(home, desktop)
        lock_and_unlock(home, desktop)
        search_and_copy(home, desktop)
        for page in (2, 3):
            desktop.key(f"alt+{page}")
            time.sleep(1)
            check_tree(desktop, SECRETS, f"page {page}")
        desktop.key("alt+1")
        found_by_the_desktop(home, desktop)
        picked(home, desktop)
        linked(home, desktop)
        question(home, desktop)
        check_memory(desktop, SECRETS, "after adding, codes and questions")
        agent_ends(home, desktop)
        check_memory(desktop, SECRETS, "after the agent's end")
        equal(desktop.said(), "", "what fob-desktop wrote")
        desktop.end()
        fob_with(home, {"--passphrase-fd": PASSPHRASE}, "unlock")
        empty = Desktop(other).start()
        restore(home, other, empty)
        check_memory(empty, SECRETS, "after a restore")
        empty.end()
    print("first start, typed key, picture, lock, code, question, dead agent, restore; tree and memory without a secret")


def pictures(directory):
    locale = os.environ.get("FOB_LOCALE", "")
    for language in ("en", "ja") if locale else ("en",):
        for width in (360, 900):
            for dark in (False, True):
                look(directory, f"{language}-{width}-{'dark' if dark else 'light'}", width, dark,
                     locale if language == "ja" else "")


def look(directory, name, width, dark, locale):
    """One window through its states."""
    with Home() as home:
        desktop = Desktop(home, width=width, height=760, dark=dark, locale=locale, language="C.UTF-8" if not locale else "ja_JP.UTF-8")
        desktop.start()
        desktop.tool("windowmove", desktop.window, "0", "0")
        desktop.tool("windowsize", desktop.window, str(width), "760")

        def picture(state):
            time.sleep(1.2)
            desktop.picture(os.path.join(directory, f"{name}-{state}.png"))

        picture("1-no-vault")
        fob(home, {"--passphrase-fd": PASSPHRASE}, "init")
        picture("2-empty")
        fob(home, {"--secret-fd": KEY}, "add", "GitHub/octo", "--tag", "work")
        fob(home, {"--secret-fd": OTHER}, "add", "--issuer", "例え銀行", "--name", "山田太郎", "--tag", "home")
        fob(home, {"--secret-fd": b"ORUGS4ZANFZSAYJANNSXSIDUN52GQZLS"}, "add", "--issuer",
            "A service with a name that is longer than any window is wide", "--name", "somebody@example.org")
        picture("3-list")
        desktop.key("Down")
        picture("4-code")
        desktop.key("Return")
        picture("5-copied")
        for number, page in ((2, "account"), (3, "backup"), (4, "security")):
            desktop.key(f"alt+{number}")
            picture(f"6-{page}")
        desktop.key("alt+1")
        desktop.type("zzz")
        picture("7-no-hit")
        fob(home, {}, "edit", "GitHub/octo", "--confirm")
        asker = subprocess.Popen([os.path.join(BIN, "fob"), "code", "GitHub/octo"], start_new_session=True,
                                 env={"PATH": os.environ["PATH"], "HOME": home.path, "FOB_HOME": home.path},
                                 stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        picture("8-question")
        asker.kill()
        asker.wait()
        desktop.key("ctrl+question")
        picture("9-keys")
        desktop.key("Escape")
        fob(home, {}, "lock")
        picture("a-locked")
        home.kill()
        picture("b-agent-gone")
        desktop.end()


{"smoke": smoke, "journeys": journeys, "pictures": lambda: pictures(sys.argv[2])}[(sys.argv[1:] or ["smoke"])[0]]()
