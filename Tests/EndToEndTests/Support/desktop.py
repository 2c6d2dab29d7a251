"""The window of fob-desktop on an X server without a screen, with a real agent: journeys by the keyboard, what is told over
the accessibility bus, and what is in the window's memory afterwards.

    desktop.py smoke      # first start, unlock, a code copied
    desktop.py journeys   # first start, adding, a question, the account, restoring, an agent that is killed
"""

import sys

from journey import *


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
    shows(desktop, f"Code of {name} copied; cleared in")
    check_tree(desktop, SECRETS, "copied")


def hurried(home, desktop):
    """Enter right after the letters: the field tells of them later, and the first row is another account's."""
    desktop.key("ctrl+a")
    desktop.tool("key", "--delay", "3", "b", "a", "n", "k", "Return")
    shows(desktop, "Code of Bank copied")
    until(lambda: clipboard(desktop) in current(OTHER), f"the code of Bank is copied: {clipboard(desktop)!r}", 30)


def behind_the_menu(home, desktop):
    """Letters are searched for wherever the keyboard is, and Enter behind them copies; it does not open the menu again."""
    desktop.key("ctrl+a", "BackSpace", "F10")
    time.sleep(1)
    desktop.key("Escape")
    time.sleep(1)
    desktop.type("git")
    desktop.key("Return")
    until(lambda: clipboard(desktop) in current(KEY), f"the code of GitHub is copied: {clipboard(desktop)!r}", 30)


def marked(home, desktop):
    """A name that would be markup is shown as it is, in a row, a heading and a message."""
    name = "AT&T <b>x"
    fob(home, {"--secret-fd": b"ORUGS4ZANFZSAYJANNSXSIDUN52GQZLS"}, "add", "--issuer", name, "--name", "eve")
    desktop.key("ctrl+a")
    desktop.type("at&t")
    shows(desktop, f"{name}, eve, code [0-9]")
    desktop.key("Return")
    shows(desktop, f"^Code of {name} copied")
    desktop.key("alt+2")
    shows(desktop, f"^{name}/eve$", "the heading of the account's page")
    desktop.key("alt+1")


def cancelled(home, desktop):
    """Cancel in a chooser of files chooses nothing, although a name stands there."""
    before = fob(home, {}, "access", "list", "--json").stdout
    desktop.key("alt+3")
    shows(desktop, "No kit was made")
    desktop.press("Make an emergency kit")
    until(lambda: desktop.find_window("Page of the emergency kit"), "the chooser of files")
    time.sleep(1)
    desktop.key("Escape")
    until(lambda: not desktop.find_window("Page of the emergency kit"), "the chooser closes")
    time.sleep(2)
    equal(fob(home, {}, "access", "list", "--json").stdout, before, "ways to open the vault")
    check(not os.path.exists(os.path.join(desktop.directory, "fob-kit.html")), "no page was written")
    shows(desktop, "No kit was made")
    desktop.key("alt+1")


# What any program of the session can have done over the bus: it shows windows, and takes nothing and answers nothing.
EXPORTED = {"lock", "add", "paste", "scan-screen", "open", "steps", "settings", "keys", "help", "close", "quit",
            "page-1", "page-2", "page-3", "page-4"}


def exported(desktop):
    """Names of the actions on the bus, of the application and of its windows."""
    def list_actions(path):
        done = subprocess.run(["gdbus", "call", "--session", "--dest", "io.github.fob.Desktop", "--object-path", path,
                               "--method", "org.gtk.Actions.List"],
                              env=desktop.environment, capture_output=True, text=True, timeout=PATIENCE)
        return set(re.findall(r"'([^']+)'", done.stdout))
    root = "/io/github/fob/Desktop"
    return list_actions(root), set().union(*(list_actions(f"{root}/window/{number}") for number in range(1, 12)))


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


def question(home, desktop):
    """A program asks for a code that takes a yes. Closing the window is no answer, and the first answer is no. (That keys have
    no effect at first is in DesktopTests.)"""
    fob(home, {}, "edit", "Bank/alice", "--confirm")
    asker = ask(home, "Bank/alice")
    shows(desktop, r"Give a code of Bank/alice\?")
    shows(desktop, r"seconds? left")
    equal(exported(desktop), (EXPORTED, set()), "actions on the bus while a question is open")
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


def moved(home, desktop):
    """By Alt and arrows, and by the mouse: the vault has the order, and the row that was chosen stays so, with its code."""
    def order():
        return [account["issuer"] for account in json.loads(fob(home, {}, "list", "--json").stdout)["accounts"]]

    def selected():
        return [node[2] for node in desktop.tree() if node[1] == "list item" and "code" in node[2]]

    desktop.key("ctrl+a", "BackSpace")
    equal(order()[:2], ["GitHub", "Bank"], "the order before")
    desktop.key("Up", "Up", "Up")
    shows(desktop, "GitHub, octo, code [0-9]")
    desktop.key("alt+Down")
    until(lambda: order()[:2] == ["Bank", "GitHub"], "the first is moved down", 30)
    until(lambda: selected()[0].startswith("Bank") and re.match("GitHub, octo, code [0-9]", selected()[1]), "rows and codes", 30)
    desktop.drag("GitHub", "Bank")
    until(lambda: order()[:2] == ["GitHub", "Bank"], "the second is dropped on the first", 30)
    desktop.drag("GitHub", "Bank")
    until(lambda: order()[:2] == ["Bank", "GitHub"], "the first is dropped on the second", 30)
    desktop.drag("GitHub", "Bank")
    until(lambda: order()[:2] == ["GitHub", "Bank"], "and back", 30)


def found_by_kde(home, desktop):
    """KRunner gets ids and names, never a code; what it chooses is copied."""
    def call(method, *arguments):
        done = subprocess.run(
            ["gdbus", "call", "--session", "--dest", "io.github.fob.Desktop", "--object-path",
             "/io/github/fob/Desktop/SearchProvider", "--method", "org.kde.krunner1." + method, *arguments],
            env=desktop.environment, capture_output=True, text=True, timeout=PATIENCE)
        equal(done.returncode, 0, f"{method}: {done.stderr}")
        return done.stdout
    found = call("Match", "ban ali")
    ids = re.findall(r"[0-9a-f]{32}", found)
    check(len(ids) == 1 and "'Bank'" in found and "'alice'" in found, f"what KRunner is told: {found}")
    check(not any(code in found for code in current(OTHER)), "no code is told")
    equal(call("Match", "' '").strip(), "(@a(sssida{sv}) [],)", "nothing for nothing")
    equal(call("Actions").strip(), "(@a(sss) [],)", "actions")
    call("Run", ids[0], "''")
    until(lambda: clipboard(desktop) in current(OTHER), "the code of what was chosen is copied", 30)


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
    with open(f"/proc/{other.pid}/cmdline", "rb") as arguments:
        check(OTHER not in arguments.read(), "the key is taken out of the arguments")
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
        hurried(home, desktop)
        behind_the_menu(home, desktop)
        marked(home, desktop)
        cancelled(home, desktop)
        for page in (2, 3):
            desktop.key(f"alt+{page}")
            time.sleep(1)
            check_tree(desktop, SECRETS, f"page {page}")
        desktop.key("alt+1")
        moved(home, desktop)
        found_by_kde(home, desktop)
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


if __name__ == "__main__":
    {"smoke": smoke, "journeys": journeys}[(sys.argv[1:] or ["smoke"])[0]]()
