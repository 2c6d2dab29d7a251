"""Each page and state of the window, to be looked at: at 360 and 900 pixels, light, dark and with large text, in English and
Japanese.

    desktop_pictures.py DIRECTORY

FOB_LOCALE is the directory of the catalogues; FOB_LOOKS is a pattern of those that are wanted, such as ja-360-dark.
"""

import sys

from journey import *


def pictures(directory):
    locale = os.environ.get("FOB_LOCALE", "")
    only = os.environ.get("FOB_LOOKS", "")
    for language in ("en", "ja") if locale else ("en",):
        for width in (360, 900):
            for kind in ("light", "dark", "large"):
                name = f"{language}-{width}-{kind}"
                if not only or re.search(only, name):
                    look(directory, name, width, kind, locale if language == "ja" else "")


def look(directory, name, width, kind, locale):
    """One window through its states."""
    with Home() as home:
        desktop = Desktop(home, width=width, height=760, dark=kind == "dark", large=kind == "large", locale=locale,
                          language="C.UTF-8" if not locale else "ja_JP.UTF-8")
        desktop.start()
        desktop.tool("windowmove", desktop.window, "0", "0")
        desktop.tool("windowsize", "--sync", desktop.window, str(width), "736")
        desktop.tool("mousemove", str(width - 1), "0")

        def picture(state):
            time.sleep(1.2)
            desktop.picture(os.path.join(directory, f"{name}-{state}.png"))

        picture("01-no-vault")
        fob(home, {"--passphrase-fd": PASSPHRASE}, "init")
        picture("02-empty")
        fob(home, {"--secret-fd": KEY}, "add", "GitHub/octo", "--tag", "work")
        fob(home, {"--secret-fd": OTHER}, "add", "--issuer", "例え銀行", "--name", "山田太郎", "--tag", "home")
        fob(home, {"--secret-fd": b"ORUGS4ZANFZSAYJANNSXSIDUN52GQZLS"}, "add", "--issuer",
            "A service with a name that is longer than any window is wide", "--name", "somebody@example.org")
        fob(home, {"--secret-fd": OTHER}, "add", "--issuer", "Bank", "--name", "alice")
        picture("03-list")
        desktop.key("Down")
        picture("04-code")
        desktop.key("Return")
        picture("05-copied")
        codes = os.path.join(desktop.directory, "codes.txt")
        with open(codes, "w") as file:
            file.write("".join(f"{number * 7919 % 99991:05x}-{number * 104729 % 99991:05x}\n" for number in range(10241, 10257)))
        fob(home, {}, "recovery", "import", "GitHub/octo", codes, "--service", "github", "--keep", "--yes")
        disk = os.path.join(desktop.directory, "disk")
        os.mkdir(disk)
        fob(home, {}, "backup", "add", "disk", "--folder", disk)
        fob(home, {}, "backup", "now")
        for number, page in ((2, "account"), (3, "backup"), (4, "security")):
            desktop.key(f"alt+{number}")
            picture(f"06-{page}")
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
        asker = ask(home, "GitHub/octo")
        picture("09-question")
        asker.kill()
        asker.wait()
        asker = subprocess.Popen([os.path.join(BIN, "fob"), "edit", "GitHub/octo", "--no-confirm"], start_new_session=True,
                                 env={"PATH": os.environ["PATH"], "HOME": home.path, "FOB_HOME": home.path},
                                 stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        picture("10-weaken")
        asker.kill()
        asker.wait()
        time.sleep(1)
        desktop.key("ctrl+question")
        picture("11-keys")
        desktop.key("Escape")
        desktop.key("ctrl+n")
        picture("12-add")
        desktop.key("Escape")
        export = os.path.join(desktop.directory, "links.txt")
        with open(export, "w") as file:
            file.write(f"otpauth://totp/GitHub:octo?secret={KEY.decode()}&issuer=GitHub\n"
                       f"otpauth://totp/Bank:alice?secret={KEY.decode()}&issuer=Bank\n"
                       f"otpauth://totp/Wiki:mallory?secret={OTHER.decode()}&issuer=Wiki\n")
        subprocess.run(["xclip", "-selection", "clipboard", "-in", export], env=desktop.environment, check=True)
        desktop.key("ctrl+v")
        picture("13-preview")
        desktop.key("Escape")
        desktop.key("F10")
        picture("14-menu")
        desktop.key("Escape")
        subprocess.run(["gdbus", "call", "--session", "--dest", "io.github.fob.Desktop", "--object-path", "/io/github/fob/Desktop",
                        "--method", "org.gtk.Actions.Activate", "steps", "[]", "{}"], env=desktop.environment, check=True,
                       capture_output=True)
        picture("14-steps")
        desktop.key("Escape")
        desktop.answers(PASSPHRASE.decode())
        desktop.run(os.path.join(desktop.directory, backup))
        time.sleep(2)
        picture("14-restore")
        desktop.key("Escape")
        desktop.type("git")
        desktop.key("Return")
        picture("14-own-question")
        desktop.key("Escape")
        fob(home, {}, "lock")
        picture("15-locked")
        home.kill()
        picture("16-agent-gone")
        desktop.end()


pictures(sys.argv[1])
