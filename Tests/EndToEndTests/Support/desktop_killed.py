"""Agent, window and helper are killed (SIGKILL) at moments of a journey: nothing that was acknowledged is lost, and the window
says what has happened, and goes on.

    desktop_killed.py
"""

import hashlib
import random
import signal
import sys

from journey import *


def link(issuer, name):
    """With a key of its own."""
    key = base64.b32encode(hashlib.sha1(f"{issuer} {name}".encode()).digest()).decode()
    return f"otpauth://totp/{issuer}:{name}?secret={key}&issuer={issuer}\n"


def accounts(home):
    return sorted((account["issuer"], account["name"]) for account in
                  json.loads(fob(home, {}, "list", "--json").stdout)["accounts"])


def restarted(home, desktop):
    """The agent has gone: the window says so, and by its button there is another one, whose vault opens."""
    shows(desktop, "The agent has ended|No agent")
    check_tree(desktop, SECRETS, "the agent has ended")
    home.start()
    desktop.press("Start it again")
    shows(desktop, "The vault is locked")
    desktop.answers(PASSPHRASE.decode())
    desktop.key("Return")
    shows(desktop, "code hidden|code [0-9]|waiting for your yes|Move to the trash|Emergency kit|Last events")


def agent_killed(home, desktop):
    known = accounts(home)

    def at_rest():
        pass

    def with_code():
        desktop.key("ctrl+a", "BackSpace", "Up", "Up", "Up", "Down")

    def in_preview():
        desktop.key("ctrl+v")
        shows(desktop, "^Wiki/mallory$", "the preview")

    def in_question():
        asker.append(ask(home, "Bank/alice"))
        until(lambda: desktop.find_window("Give a code"), "the question")

    def while_it_waits():
        desktop.key("ctrl+a")
        desktop.type("bank")
        desktop.key("Return")
        until(lambda: desktop.find_window("Give a code"), "its own question")

    def on_page(number):
        return lambda: (desktop.key(f"alt+{number}"), time.sleep(0.3))

    asker = []
    for what, until_then in (("at rest", at_rest), ("while a code is shown", with_code), ("in a preview", in_preview),
                             ("in a question", in_question), ("while it waits for a yes", while_it_waits),
                             ("on the page of an account", on_page(2)), ("on the page for backups", on_page(3)),
                             ("on the page for security", on_page(4))):
        until_then()
        home.kill()
        until(lambda: not desktop.find_window("Give a code"), f"{what}: no question is left open", 30)
        if what == "in a preview":
            # What it would bring can still be asked for: it is refused, and says why.
            desktop.press("Add 1 account")
            shows(desktop, "Nothing was added|Not", "nothing was added")
            desktop.key("Escape")
        restarted(home, desktop)
        desktop.key("alt+1", "Escape")
        equal(accounts(home), known, f"the agent was killed {what}: accounts")
    for process in asker:
        process.kill()
        process.wait()


def while_adding(home, desktop):
    """While accounts are added, at ten moments: they are there or they are not, and what was said to be added is there."""
    chance = random.Random(15)
    links = os.path.join(desktop.directory, "links.txt")
    for number in range(10):
        before = accounts(home)
        with open(links, "w") as file:
            file.writelines(link(f"New{number}", f"user{index}") for index in range(40))
        subprocess.run(["xclip", "-selection", "clipboard", "-in", links], env=desktop.environment, check=True)
        desktop.key("ctrl+v")
        shows(desktop, f"^New{number}/user0$", "the preview")
        desktop.press("Add 40 accounts")
        time.sleep(chance.uniform(0, 0.4))
        home.kill()
        said = until(lambda: next((node[2] for node in desktop.tree() if re.match("40 accounts added|Nothing was added", node[2])), None),
                     "what became of it", 30)
        desktop.key("Escape")
        restarted(home, desktop)
        after = accounts(home)
        # Without its answer it is not said to be added, though it may be.
        new = [pair for pair in after if pair not in before]
        check(len(new) in ((40,) if said.startswith("40") else (0, 40)), f"said {said!r}, and {len(new)} accounts are there")
        equal([pair for pair in after if pair in before], before, "what was there before")


def window_killed(home):
    """The window is killed with a code on the clipboard, in a preview and with a question: it starts again, and the rest goes on."""
    known = accounts(home)
    for what in ("with a copied code", "in a preview", "with a question of its own", "with a question of others"):
        desktop = Desktop(home).start()
        shows(desktop, "code hidden|waiting")
        asker = None
        if what == "with a copied code":
            desktop.type("git")
            desktop.key("Return")
            shows(desktop, "Code of GitHub copied")
        elif what == "in a preview":
            subprocess.run(["xclip", "-selection", "clipboard", "-in", LINKS], env=desktop.environment, check=True)
            desktop.key("ctrl+v")
            shows(desktop, "^Wiki/mallory$", "the preview")
        elif what == "with a question of its own":
            desktop.type("bank")
            desktop.key("Return")
            until(lambda: desktop.find_window("Give a code"), "its own question")
        else:
            asker = ask(home, "Bank/alice")
            until(lambda: desktop.find_window("Give a code"), "the question")
        os.kill(desktop.program.pid, signal.SIGKILL)
        desktop.program.wait()
        if what == "with a question of its own":
            until(lambda: not json.loads(fob(home, {}, "confirm", "--list", "--json").stdout)["challenges"], "nobody is asked any more", 30)
        desktop.start()
        shows(desktop, "code hidden|waiting")
        if asker:
            # The question waits still, and is shown by the new one.
            until(lambda: desktop.find_window("Give a code"), "the question again")
            time.sleep(1.5)
            desktop.press("Deny")
            equal(asker.wait(PATIENCE), 5, "the asker's status")
        check_memory(desktop, SECRETS, f"started again after {what}")
        equal(desktop.said(), "", "what fob-desktop wrote")
        desktop.end()
        equal(accounts(home), known, f"the window was killed {what}: accounts")


def main():
    need("xclip", "oathtool")
    global LINKS
    with Home() as home:
        LINKS = os.path.join(home.path, "wiki.txt")
        with open(LINKS, "w") as file:
            file.write(link("Wiki", "mallory"))
        fob(home, {"--passphrase-fd": PASSPHRASE}, "init")
        fob(home, {"--secret-fd": KEY}, "add", "GitHub/octo")
        fob(home, {"--secret-fd": OTHER}, "add", "Bank/alice")
        fob(home, {}, "edit", "Bank/alice", "--confirm")
        desktop = Desktop(home).start()
        subprocess.run(["xclip", "-selection", "clipboard", "-in", LINKS], env=desktop.environment, check=True)
        shows(desktop, "GitHub, octo, code hidden")
        agent_killed(home, desktop)
        while_adding(home, desktop)
        check_memory(desktop, SECRETS, "after the ends of agents")
        equal(desktop.said(), "", "what fob-desktop wrote")
        desktop.end()
        window_killed(home)
    print("the agent was killed at 18 moments and the window at 4: nothing was lost, and it went on")


main()
