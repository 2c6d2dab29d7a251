"""The window of fob-desktop under its profile, as an ordinary user of the guest; see apparmor.py.

    window.py journey     # what it is for
    window.py forbidden   # what it is not for, by a program that goes under the profile itself

FOB_BIN has the programs. The user's agent runs, and its vault is open.
"""

import errno
import os
import socket
import sys

HOME, RUNTIME = os.environ["HOME"], os.environ["XDG_RUNTIME_DIR"]


class Configured:
    """What the desktop needs of a home: where its configuration is."""
    path = f"{HOME}/.config/fob"
    socket = f"{RUNTIME}/fob/agent.sock"


def journey():
    sys.path.insert(0, "/mnt/Support")
    import journey as it
    os.makedirs(Configured.path, mode=0o700, exist_ok=True)
    desktop = it.Desktop(Configured, more={"FOB_HOME": None, "HOME": HOME, "XDG_RUNTIME_DIR": RUNTIME})
    desktop.start()
    with open(f"/proc/{desktop.program.pid}/attr/current") as file:
        it.equal(file.read().strip(), "fob-desktop (enforce)", "what the window runs under")
    it.shows(desktop, "code hidden")
    print("the list", flush=True)
    desktop.type("walter")
    it.shows(desktop, "walter.*, code [0-9]")
    desktop.key("Return")
    it.until(lambda: it.clipboard(desktop) in it.current(it.KEY), "the code is copied", 30)
    print("a code copied", flush=True)
    picture = f"{HOME}/more.png"
    it.subprocess.run(["qrencode", "-s", "8", "-o", picture, f"otpauth://totp/Bank:alice?secret={it.OTHER.decode()}&issuer=Bank"],
                      check=True)
    desktop.run(picture)
    it.shows(desktop, "^Bank/alice$", "the preview")
    desktop.press("Add 1 account")
    it.shows(desktop, "1 account added")
    desktop.key("Escape")
    print("a picture read", flush=True)
    for number in (2, 3, 4):
        desktop.key(f"alt+{number}")
        it.time.sleep(it.SLOW / 2)
    desktop.key("alt+3")
    disk = f"{HOME}/disk"
    os.mkdir(disk)
    desktop.press("Add a folder…")
    in_chooser(it, desktop, "Folder for backups", disk)
    it.until(lambda: any(name.endswith(".age") for name in os.listdir(disk)), "the backup")
    print("a folder chosen and backed up to", flush=True)
    desktop.answers(PASSPHRASE)
    desktop.press("Make an emergency kit")
    in_chooser(it, desktop, "Page of the emergency kit", f"{HOME}/kit.html")
    it.until(lambda: os.path.exists(f"{HOME}/kit.html"), "the kit")
    print("a kit written", flush=True)
    desktop.answers(PASSPHRASE)
    desktop.run(os.path.join(disk, next(name for name in os.listdir(disk) if name.startswith("fob-") and name.endswith(".age"))))
    it.shows(desktop, "There already", "the preview of a restore")
    desktop.key("Escape")
    print("a backup looked at", flush=True)
    desktop.key("ctrl+l")
    it.shows(desktop, "The vault is locked")
    desktop.answers(PASSPHRASE)
    desktop.key("Return")
    it.shows(desktop, "Emergency kit|code hidden")
    print("locked and unlocked", flush=True)
    it.equal(desktop.said(), "", "what fob-desktop wrote")
    desktop.end()


PASSPHRASE = "a passphrase for the guest"


def in_chooser(it, desktop, title, path):
    it.until(lambda: desktop.find_window(title), f"the chooser {title!r}")
    it.time.sleep(it.SLOW / 2)
    desktop.type("/")
    it.time.sleep(it.SLOW / 2)
    desktop.key("ctrl+a")
    desktop.type(path)
    it.time.sleep(it.SLOW / 2)
    desktop.key("Return")
    it.until(lambda: not desktop.find_window(title), f"the chooser {title!r} closes")


def forbidden():
    os.makedirs(f"{HOME}/.ssh", exist_ok=True)
    with open(f"{HOME}/.ssh/id_ed25519", "w") as file:
        file.write("a key")
    tries = {
        "the vault": lambda: os.open(f"{HOME}/.local/share/fob/vault.age", os.O_RDONLY),
        "a key of ssh": lambda: os.open(f"{HOME}/.ssh/id_ed25519", os.O_RDONLY),
        "a file of the shell's": lambda: os.open(f"{HOME}/.profile", os.O_WRONLY | os.O_CREAT),
        "the network": lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM),
        "another program": lambda: os.posix_spawn("/bin/ls", ["ls"], {}),
    }
    with open("/proc/self/attr/current", "w") as file:
        file.write("changeprofile fob-desktop")
    for what, attempt in tries.items():
        try:
            attempt()
            print(f"allowed: {what}")
        except OSError as error:
            print(f"denied: {what}" if error.errno in (errno.EACCES, errno.EPERM) else f"{error}: {what}")


{"journey": journey, "forbidden": forbidden}[sys.argv[1]]()
