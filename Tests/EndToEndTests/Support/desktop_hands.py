"""What the window is for, once by the mouse alone and once by the keyboard alone: each control is found by its name, as somebody sees
it or hears it, and what it has done is asked of the agent.

    desktop_hands.py mouse|keys
"""

import signal
import sys

from journey import *


class Mouse:
    """Clicks."""

    def __init__(self, desktop):
        self.desktop = desktop

    def page(self, name, number):
        self.desktop.click(name)

    def act(self, name, window=""):
        self.desktop.click(name, window)

    def choose(self, name, entry, steps):
        # What pops up takes a moment to go, in which a click does no more than that.
        time.sleep(1)
        self.desktop.click(name)
        self.desktop.click(entry)

    def menu(self, entry, steps):
        self.desktop.click("Menu")
        self.desktop.click(entry)

    def copy(self, name):
        self.desktop.click(name, times=2)


class Keys:
    """Presses keys: Tab until the control has the keyboard, and then space or Enter."""

    def __init__(self, desktop):
        self.desktop = desktop

    def page(self, name, number):
        self.desktop.key(f"alt+{number}")

    def act(self, name, window=""):
        self.desktop.reach(name, "space")

    def choose(self, name, entry, steps):
        self.desktop.reach(name, "space", role="push button")
        time.sleep(0.7)
        self.desktop.key(*steps, "Return")

    def menu(self, entry, steps):
        self.desktop.key("F10")
        time.sleep(0.7)
        self.desktop.key(*steps, "Return")

    def copy(self, name):
        self.desktop.key("Escape")
        self.desktop.reach("Search accounts")
        self.desktop.key("ctrl+a")
        self.desktop.type(name.split(",")[0])
        self.desktop.key("Return")


def accounts(home):
    return json.loads(fob(home, {}, "list", "--json").stdout)["accounts"]


def account(home, issuer):
    return next((one for one in accounts(home) if one["issuer"] == issuer), None)


def favourite(home, desktop, hand):
    """The switch that the page of an account has: the list has it first, and so has what the tray and others ask the agent for."""
    hand.copy("Bank, alice")
    hand.page("Account", 2)
    shows(desktop, "^Bank/alice$", "the account's page")
    for wanted in (True, False, True):
        hand.act("Favourite")
        until(lambda: account(home, "Bank")["favourite"] == wanted, f"Bank is a favourite: {wanted}", 30)
        # The page is made anew, and the keyboard stays where it was.
        if isinstance(hand, Keys):
            until(lambda: (desktop.look("focused") or ("", ""))[1] == "Favourite", "it has the keyboard still", 30)
    hand.page("Codes", 1)
    desktop.key("ctrl+a", "BackSpace")
    until(lambda: [node[2].split(",")[0] for node in desktop.tree() if node[1] == "list item" and "code" in node[2]][:2] == ["Bank", "GitHub"],
          "the favourite is the first", 30)


def protected(home, desktop, hand):
    """A protection is put on at once; to take it away asks, and a no leaves it."""
    hand.page("Account", 2)
    hand.act("Ask before each code")
    until(lambda: account(home, "Bank")["confirm"], "Bank asks", 30)
    hand.act("Ask before each code")
    until(lambda: desktop.find_window("Weaken a protection"), "the question")
    time.sleep(1.5)
    hand.act("Deny", "Weaken a protection?")
    until(lambda: not desktop.find_window("Weaken a protection"), "the question is answered")
    check(account(home, "Bank")["confirm"], "Bank asks still")
    hand.act("Ask before each code")
    until(lambda: desktop.find_window("Weaken a protection"), "the question again")
    time.sleep(1.5)
    desktop.answers(PASSPHRASE.decode())
    hand.act("Allow", "Weaken a protection?")
    until(lambda: not account(home, "Bank")["confirm"], "Bank does not ask", 30)


def edited(home, desktop, hand):
    hand.page("Account", 2)
    if isinstance(hand, Mouse):
        desktop.click("Tags, with commas")
    else:
        # libadwaita 1.2 does not say that the line of a row has the keyboard.
        desktop.reach("Favourite", "shift+Tab")
    desktop.key("ctrl+a")
    desktop.type("money, home")
    hand.act("Save")
    until(lambda: account(home, "Bank")["tags"] == ["money", "home"], "tags", 30)
    hand.page("Codes", 1)
    hand.choose("Tag", "money", ["Down", "Down"])
    until(lambda: not desktop.shows("GitHub, octo"), "those with a tag", 30)
    hand.choose("Tag", "All tags", ["Up", "Up"])
    shows(desktop, "GitHub, octo")
    hand.choose("Order", "By name", ["Down"])
    until(lambda: [node[2].split(",")[0] for node in desktop.tree() if node[1] == "list item" and "code" in node[2]][:1] == ["Bank"],
          "by name", 30)
    hand.choose("Order", "Own order", ["Up"])


def trashed(home, desktop, hand):
    def undone():
        """The button is there for ten seconds."""
        hand.page("Account", 2)
        hand.act("Move to the trash")
        until(lambda: not account(home, "Bank"), "Bank is in the trash", 30)
        try:
            if isinstance(hand, Mouse):
                desktop.click("Undo")
            else:
                # From the search over the list to the message.
                desktop.key("Tab", "Tab", "space")
            until(lambda: account(home, "Bank"), "Bank is back", 5)
            return True
        except AssertionError:
            fob(home, {}, "untrash", "Bank/alice")
            shows(desktop, "Bank, alice")
            hand.copy("Bank, alice")
            return None

    takes(5, undone, "what was moved to the trash comes back by the button")


def backed_up(home, desktop, hand):
    disk = os.path.join(home.path, "disk")
    os.mkdir(disk)
    fob(home, {}, "backup", "add", "disk", "--folder", disk)
    hand.page("Backup", 3)
    shows(desktop, "^disk$")
    hand.act("Back up now")
    until(lambda: any(name.startswith("fob-") for name in os.listdir(disk)), "the backup", 60)
    shows(desktop, "verified")
    desktop.answers(PASSPHRASE.decode())
    hand.act("Rehearse")
    shows(desktop, "Every account came back from the backup")


def times(home, desktop, hand):
    hand.page("Security", 4)
    shows(desktop, "Lock when not used for")
    # It is below: by Tab it comes into sight, by the wheel, too.
    if isinstance(hand, Mouse):
        desktop.tool("mousemove", "300", "400")
        desktop.tool("click", "--repeat", "60", "--delay", "10", "4")
    hand.choose("Lock when not used for", "5 minutes", ["Down"])
    with home.connect() as agent:
        until(lambda: 0 < status(agent)["idle"] <= 300, "the time", 30)


def answered(home, desktop, hand):
    """A question is answered although another window of the program is over the first."""
    fob(home, {}, "edit", "GitHub/octo", "--confirm")
    for over, title in (("ctrl+question", "Keyboard shortcuts"), ("ctrl+n", "Type the key")):
        desktop.key(over)
        until(lambda: desktop.find_window(title), title)
        for answer, wanted in (("Allow", 0), ("Deny", 5)):
            asker = ask(home, "GitHub/octo")
            until(lambda: desktop.find_window("Give a code"), "the question")
            time.sleep(1.5)
            hand.act(answer, "Give a code of GitHub/octo?")
            equal(asker.wait(PATIENCE), wanted, f"{answer}: the asker's status")
            until(lambda: not desktop.find_window("Give a code"), "the question closes")
        desktop.key("Escape")
        until(lambda: not desktop.find_window(title), f"{title} closes")


def several(home, desktop, hand):
    """Two questions at once: each is its own, and says how many wait; more answers are in its menu."""
    fob(home, {}, "edit", "Bank/alice", "--confirm")

    def remembered():
        """Questions wait for a minute, which may be over before they are answered."""
        askers = []
        for number, name in enumerate(("GitHub/octo", "Bank/alice")):
            askers.append(ask(home, name, stays=True))
            until(lambda: len(questions(home)) == number + 1, f"{number + 1} questions")
        shows(desktop, "2 questions wait")
        time.sleep(1)
        hand.act("More answers", "Give a code of Bank/alice?")
        time.sleep(0.7)
        if isinstance(hand, Mouse):
            desktop.click("Allow for 15 minutes")
        else:
            desktop.key("Return")
        try:
            until(lambda: json.loads(fob(home, {}, "grants", "--json").stdout)["grants"], "it is remembered", 20)
            return askers
        except AssertionError:
            ended(askers)
            return None

    def ended(askers):
        for asker in askers:
            os.killpg(asker.pid, signal.SIGKILL)
            asker.wait()

    askers = takes(3, remembered, "an answer that is remembered")
    ended(askers[:1])
    until(lambda: not desktop.find_window("Give a code"), "no question is left")
    desktop.tool("windowfocus", "--sync", desktop.window)
    time.sleep(0.5)
    hand.page("Security", 4)
    end = json.loads(fob(home, {}, "grants", "--json").stdout)["grants"][0]["end"]
    shows(desktop, time.strftime("allowed for .* until %-d %B %Y, %H:%M$", time.localtime(end)))
    hand.act("Take back")
    shows(desktop, "Remembered answers")
    until(lambda: not json.loads(fob(home, {}, "grants", "--json").stdout)["grants"], "it is taken back", 30)
    ended(askers[1:])


def questions(home):
    return json.loads(fob(home, {}, "confirm", "--list", "--json").stdout)["challenges"]


def pasted(home, desktop, hand):
    """Text that is pasted goes where somebody types; elsewhere it is looked at for accounts."""
    subprocess.run(["xclip", "-selection", "clipboard", "-in"], input=b"pasted", env=desktop.environment, check=True)
    desktop.key("ctrl+n")
    until(lambda: desktop.find_window("Type the key"), "the window for a key")
    if isinstance(hand, Mouse):
        desktop.click("Login")
    else:
        desktop.key("Tab")
    desktop.key("ctrl+v")
    time.sleep(1)
    check(not desktop.find_window("Add accounts"), "no preview is opened")
    # What is wrong is said in the window that is in front.
    desktop.answers("not base32!")
    hand.act("Ask for the key")
    shows(desktop, "base32|Base32|secret|key is", "what is wrong with the key")
    desktop.answers("ORUGS4ZANFZSAYJANNSXSIDUN52GQZLS")
    hand.act("Ask for the key")
    until(lambda: any(one["name"] == "pasted" for one in accounts(home)), "what was pasted is the account's name", 30)
    until(lambda: not desktop.find_window("Type the key"), "it closes")


def typed_elsewhere(home, desktop, hand):
    """Letters that are typed while the vault is locked go nowhere: they may be those of the passphrase."""
    desktop.key("alt+1")
    fob(home, {}, "lock")
    shows(desktop, "The vault is locked")
    desktop.type("zqjxv")
    fob(home, {"--passphrase-fd": PASSPHRASE}, "unlock")
    shows(desktop, "GitHub, octo, code hidden")
    check(not any("z" in node[3] for node in desktop.tree()), "what was typed is not in the search")


def locked(home, desktop, hand):
    hand.page("Codes", 1)
    hand.menu("Lock", [])
    shows(desktop, "The vault is locked")
    # Wrong ones are said to be, and asked for again.
    desktop.answers("a wrong one", "another wrong one", "the third wrong one")
    hand.act("Unlock")
    # When this is said, nothing is asked for any more.
    shows(desktop, "^The passphrase does not open this vault\\n[^T]")
    desktop.answers("a wrong one", PASSPHRASE.decode())
    hand.act("Unlock")
    shows(desktop, "GitHub, octo, code hidden")


def main(how):
    need("xclip", "oathtool")
    with Home() as home:
        fob(home, {"--passphrase-fd": PASSPHRASE}, "init")
        fob(home, {"--secret-fd": KEY}, "add", "GitHub/octo")
        fob(home, {"--secret-fd": OTHER}, "add", "Bank/alice")
        desktop = Desktop(home, height=1000).start(width=700, height=950)
        shows(desktop, "GitHub, octo, code hidden")
        hand = {"mouse": Mouse, "keys": Keys}[how](desktop)
        hand.copy("GitHub, octo")
        until(lambda: clipboard(desktop) in current(KEY), f"the code is copied: {clipboard(desktop)!r}", 30)
        for journey in (favourite, protected, edited, trashed, backed_up, times, answered, several, pasted, typed_elsewhere, locked):
            journey(home, desktop, hand)
            check_tree(desktop, SECRETS, journey.__name__)
        check_memory(desktop, SECRETS, f"by {how}")
        equal(desktop.said(), "", "what fob-desktop wrote")
        desktop.end()
    print(f"by {how} alone: a code, a favourite, protections, tags and order, trash, backup and rehearsal, lock times, questions over "
          "other windows and two at once, lock and unlock")


main(sys.argv[1])
