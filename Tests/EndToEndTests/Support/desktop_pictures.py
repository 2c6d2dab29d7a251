"""Each page and state of the window, to be looked at: at 360 and 900 pixels, light, dark and with large text, in English and
Japanese.

    desktop_pictures.py DIRECTORY

FOB_LOCALE is the directory of the catalogues; FOB_LOOKS is a pattern of those that are wanted, such as ja-360-dark.
"""

import resource
import signal
import sys

from journey import *
from protocol_client import CTAP, KEY_CREATE, KEY_RESET, Agent, key_create, requester

THIRD = b"ORUGS4ZANFZSAYJANNSXSIDUN52GQZLS"
FOURTH = b"NNSXS3TPMVXW4ZJANFZSA2DFOJSWCYLB"


def pictures(directory):
    locale = os.environ.get("FOB_LOCALE", "")
    only = os.environ.get("FOB_LOOKS", "")
    for language in ("en", "ja") if locale else ("en",):
        for width in (360, 900):
            for kind in ("light", "dark", "large"):
                name = f"{language}-{width}-{kind}"
                if not only or re.search(only, name):
                    for states in (look, look_at_trouble):
                        states(directory, name, width, kind, locale if language == "ja" else "")


class Look:
    """One window, and where its pictures go."""

    def __init__(self, home, directory, name, width, kind, locale):
        self.home, self.directory, self.name, self.width = home, directory, name, width
        self.desktop = Desktop(home, width=width, height=760, dark=kind == "dark", large=kind == "large", locale=locale,
                               language="C.UTF-8" if not locale else "ja_JP.UTF-8")
        self.is_japanese = bool(locale)
        self.desktop.start()
        self.desktop.tool("windowmove", self.desktop.window, "0", "0")
        self.desktop.tool("windowsize", "--sync", self.desktop.window, str(width), "736")
        self.desktop.tool("mousemove", str(width - 1), "0")

    def picture(self, state):
        time.sleep(1.2)
        self.desktop.picture(os.path.join(self.directory, f"{self.name}-{state}.png"))
        if self.is_japanese:
            check_japanese(self.desktop, state)

    def windows(self):
        found = subprocess.run(["xdotool", "search", "--onlyvisible", "--name", "."], env=self.desktop.environment,
                               capture_output=True, text=True)
        return found.stdout.split()

    def opens(self, begin):
        """A window over the first."""
        until(lambda: len(self.windows()) == 1, "the windows before are closed")
        begin()
        until(lambda: len(self.windows()) > 1, "a window opens")

    def to_end(self):
        """What is below: the wheel turns over the middle."""
        self.desktop.tool("mousemove", str(min(self.width // 2, 300)), "400")
        self.desktop.tool("click", "--repeat", "40", "--delay", "10", "5")
        time.sleep(0.5)

    def ask(self, *words):
        return subprocess.Popen([os.path.join(BIN, "fob"), *words], start_new_session=True,
                                env={"PATH": os.environ["PATH"], "HOME": self.home.path, "FOB_HOME": self.home.path},
                                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def look(directory, name, width, kind, locale):
    """One window through its states."""
    with Home() as home:
        it = Look(home, directory, name, width, kind, locale)
        desktop, picture = it.desktop, it.picture
        picture("01-no-vault")
        fob(home, {"--passphrase-fd": PASSPHRASE}, "init")
        picture("02-empty")
        fob(home, {"--secret-fd": KEY}, "add", "GitHub/octo", "--tag", "work")
        fob(home, {"--secret-fd": OTHER}, "add", "--issuer", "例え銀行", "--name", "山田太郎", "--tag", "home")
        fob(home, {"--secret-fd": THIRD}, "add", "--issuer", "A service with a name that is longer than any window is wide",
            "--name", "somebody@example.org")
        picture("03-list")
        desktop.key("alt+3")
        picture("03-no-backup")
        desktop.key("alt+1")
        desktop.key("Down")
        picture("04-code")
        desktop.key("Return")
        picture("05-copied")
        codes = os.path.join(desktop.directory, "codes.txt")
        with open(codes, "w") as file:
            file.write("".join(f"{number * 7919 % 99991:05x}-{number * 104729 % 99991:05x}\n" for number in range(10241, 10257)))
        fob(home, {}, "recovery", "import", "GitHub/octo", codes, "--service", "github", "--keep", "--yes")
        for _ in range(14):
            fob(home, {}, "recovery", "next", "GitHub/octo", "--json")
            fob(home, {}, "recovery", "used", "GitHub/octo")
        disk = os.path.join(desktop.directory, "disk")
        os.mkdir(disk)
        fob(home, {}, "backup", "add", "disk", "--folder", disk)
        fob(home, {}, "backup", "now")
        for number, page in ((2, "account"), (3, "backup"), (4, "security")):
            desktop.key(f"alt+{number}")
            picture(f"06-{page}")
            it.to_end()
            picture(f"06-{page}-below")
        desktop.tool("mousemove", str(width - 1), "0")
        desktop.key("alt+3")
        backup = next(name for name in os.listdir(disk) if name.startswith("fob-") and name.endswith(".age"))
        shutil.copy(os.path.join(disk, backup), desktop.directory)
        shutil.rmtree(disk)
        fob_with(home, {}, "backup", "now")
        picture("07-backup-failing")
        desktop.key("alt+1")
        desktop.type("zzz")
        picture("08-no-hit")
        desktop.key("ctrl+a", "BackSpace")
        fob(home, {}, "edit", "GitHub/octo", "--confirm")
        for state, words in (("09-question", ["code", "GitHub/octo"]), ("10-weaken", ["edit", "GitHub/octo", "--no-confirm"])):
            askers = []
            it.opens(lambda: askers.append(it.ask(*words)))
            picture(state)
            askers[0].kill()
            askers[0].wait()
        for state, type, body in (("10-site", KEY_CREATE, key_create(CTAP, "accounts.example.org", user="山田太郎")),
                                  ("10-reset", KEY_RESET, requester())):
            until(lambda: len(it.windows()) == 1, "the windows before are closed")
            with Agent(home.socket) as agent:
                it.opens(lambda: agent.send(type, body))
                picture(state)
                it.to_end()
                picture(state + "-below")
        desktop.tool("mousemove", str(width - 1), "0")
        until(lambda: len(it.windows()) == 1, "the windows before are closed")
        # Two at once, of which one is remembered and the other stays unanswered.
        askers = []
        it.opens(lambda: askers.append(ask(home, "GitHub/octo", stays=True)))
        askers.append(it.ask("edit", "GitHub/octo", "--no-confirm"))
        until(lambda: len(it.windows()) > 2, "the second question")
        picture("10-two")
        for number in (2, 1):
            desktop.key("Escape")
            until(lambda: len(it.windows()) == number, "a question closes")
        desktop.tool("windowfocus", "--sync", desktop.window)
        time.sleep(0.5)
        desktop.key("alt+4")
        picture("10-security")
        asked = next(one["id"] for one in json.loads(fob(home, {}, "confirm", "--list", "--json").stdout)["challenges"]
                     if one["kind"] == "code")
        done = fob_with(home, {}, "confirm", asked, "--yes", "--remember", "900s", new_session=True)
        equal(done.returncode, 0, f"a yes: {done.stderr.decode()}")
        picture("10-remembered")
        for asker in askers:
            os.killpg(asker.pid, signal.SIGKILL)
            asker.wait()
        desktop.key("alt+1")
        it.opens(lambda: desktop.key("ctrl+question"))
        picture("11-keys")
        it.to_end()
        picture("11-keys-below")
        desktop.key("Escape")
        it.opens(lambda: desktop.key("ctrl+n"))
        picture("12-add")
        desktop.key("Escape")
        links = os.path.join(desktop.directory, "links.txt")
        desktop.key("alt+2")
        desktop.press("Move to the trash" if not locale else "ゴミ箱に移す")
        until(lambda: desktop.look("place", "Undo" if not locale else "元に戻す", ""), "it can be undone")
        desktop.picture(os.path.join(directory, f"{name}-12-trash.png"))
        fob(home, {}, "untrash", "GitHub/octo")
        desktop.key("alt+1")
        with open(links, "w") as file:
            file.write("nothing of an export\n")
        it.opens(lambda: desktop.run(links))
        time.sleep(1)
        picture("12-nothing")
        desktop.key("Escape")
        for state, lines in (("13-preview", [("GitHub:octo", KEY), ("Other:octo", KEY), ("Wiki:mallory", FOURTH)]),
                             ("13-nothing-new", [("GitHub:octo", KEY)])):
            with open(links, "w") as file:
                file.writelines(f"otpauth://totp/{label}?secret={key.decode()}&issuer={label.split(':')[0]}\n" for label, key in lines)
            it.opens(lambda: desktop.run(links))
            picture(state)
            desktop.key("Return")
            picture(f"{state}-then")
            desktop.key("Escape")
        until(lambda: len(it.windows()) == 1, "the preview is closed")
        desktop.key("F10")
        picture("14-menu")
        desktop.key("Escape")
        it.opens(lambda: desktop.run_action("steps"))
        picture("14-steps")
        desktop.key("Escape")
        desktop.answers(PASSPHRASE.decode())
        it.opens(lambda: desktop.run(os.path.join(desktop.directory, backup)))
        time.sleep(2)
        picture("14-restore")
        desktop.key("Escape")
        until(lambda: len(it.windows()) == 1, "the restore is closed")
        desktop.tool("windowfocus", "--sync", desktop.window)
        time.sleep(0.5)
        desktop.type("git")
        until(lambda: not desktop.shows("^Wiki, mallory"), "what was typed is searched for")
        it.opens(lambda: desktop.key("Return"))
        picture("14-own-question")
        desktop.key("Escape")
        fob(home, {}, "lock")
        picture("15-locked")
        home.kill()
        picture("16-agent-gone")
        # No program of fob for the agent can be started by this window.
        desktop.key("ctrl+q")
        until(lambda: desktop.program.poll() is not None, "the window ends")
        with open(desktop.log, "ab") as log:
            desktop.program = desktop.begin([os.path.join(BIN, "fob-desktop")], stderr=log)
        until(lambda: desktop.find_window("^fob$"), "the window", 60)
        desktop.tool("windowmove", desktop.find_window("^fob$"), "0", "0")
        desktop.tool("windowsize", "--sync", desktop.find_window("^fob$"), str(width), "736")
        picture("17-no-agent")
        desktop.end()



def look_at_trouble(directory, name, width, kind, locale):
    """What an account has come to that was brought back without its key, a clock that is wrong, memory that is not locked, and rows
    of other kinds."""
    # Root may lock as much as it likes, but for this capability.
    prefix = ["setpriv", "--inh-caps=-all", "--bounding-set=-all"] if os.getuid() == 0 else []
    with Home() as before, Home("--allow-unlocked-memory", "--test-time", str(int(time.time()) - 400 * 86400), prefix=prefix,
                                preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_MEMLOCK, (64 << 10, 64 << 10))) as home:
        fob(before, {"--passphrase-fd": PASSPHRASE}, "init")
        fob(before, {"--secret-fd": KEY}, "add", "GitHub/octo")
        fob(before, {}, "edit", "GitHub/octo", "--device-bound")
        disk = os.path.join(before.path, "disk")
        fob(before, {}, "backup", "add", "disk", "--folder", disk)
        fob(before, {}, "backup", "now")
        backup = next(os.path.join(disk, one) for one in os.listdir(disk) if one.startswith("fob-") and one.endswith(".age"))
        fob(home, {"--passphrase-fd": PASSPHRASE}, "init")
        fob(home, {"--passphrase-fd": PASSPHRASE}, "restore", backup, "--yes")
        with home.connect() as agent:
            agent.add("例え銀行", "山田太郎", RFC, kind="ocra", suite="OCRA-1:HOTP-SHA1-6:QN08")
            agent.add("A counter", "somebody@example.org", RFC, kind="hotp")
        equal(home.stop(), 0, "the agent's status")
        del home.flags[1:3]
        home.start()
        fob(home, {"--passphrase-fd": PASSPHRASE}, "unlock")
        it = Look(home, directory, name, width, kind, locale)
        shows(it.desktop, "GitHub")
        it.picture("20-trouble")
        it.desktop.key("alt+2")
        it.picture("20-no-account")
        it.desktop.key("alt+1", "Down")
        it.desktop.key("alt+2")
        it.picture("20-account")
        it.desktop.end()


pictures(sys.argv[1])
