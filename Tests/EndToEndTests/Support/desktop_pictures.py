"""Each page and state of the window, to be looked at: at 360 and 900 pixels, light, dark and with large text, in English and
Japanese.

    desktop_pictures.py DIRECTORY

FOB_LOCALE is the directory of the catalogues; FOB_LOOKS is a pattern of those that are wanted, such as ja-360-dark.
"""

import sys

from journey import *

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
                    look(directory, name, width, kind, locale if language == "ja" else "")


class Look:
    """One window, and where its pictures go."""

    def __init__(self, home, directory, name, width, kind, locale):
        self.home, self.directory, self.name = home, directory, name
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

    def act(self, name):
        subprocess.run(["gdbus", "call", "--session", "--dest", "io.github.fob.Desktop", "--object-path", "/io/github/fob/Desktop",
                        "--method", "org.gtk.Actions.Activate", name, "[]", "{}"], env=self.desktop.environment, check=True,
                       capture_output=True)

    def to_end(self):
        """What is below: the wheel turns over the middle."""
        self.desktop.tool("mousemove", "180", "400")
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
        desktop.key("alt+4")
        picture("10-security")
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
        it.opens(lambda: it.act("steps"))
        picture("14-steps")
        desktop.key("Escape")
        desktop.answers(PASSPHRASE.decode())
        it.opens(lambda: desktop.run(os.path.join(desktop.directory, backup)))
        time.sleep(2)
        picture("14-restore")
        desktop.key("Escape")
        until(lambda: len(it.windows()) == 1, "the restore is closed")
        desktop.type("git")
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


pictures(sys.argv[1])
