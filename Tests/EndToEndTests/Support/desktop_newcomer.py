"""A newcomer's ten minutes with fob as it is installed, by clicking: from the start by the desktop to a vault, an account, a
code on the clipboard, a kit in a file to be printed, and a backup that is verified. Nothing is done on a command line.

    desktop_newcomer.py PREFIX [ja]

PREFIX has bin/fob-desktop and share; for Japanese LOCPATH has the locale.
"""

import os
import signal
import sys

PREFIX = sys.argv[1]
os.environ["FOB_BIN"] = os.path.join(PREFIX, "bin")

from journey import *

JA = sys.argv[2:] == ["ja"]
SAYS = {
    "Make a new vault": "新しい保管庫を作成", "First steps": "はじめに", "Bring your accounts": "アカウントを取り込む",
    "Print the emergency kit": "緊急キットを印刷する", "Make a backup elsewhere": "別の場所にバックアップする",
    "Files to bring in": "取り込むファイル", "Add 1 account": "1 件を追加", "Type this code": "この確認コードをサービスに入力", "Done": "完了",
    "All is done": "すべて完了", "code hidden": "非表示", "Page of the emergency kit": "印刷する緊急キットのページ", "Folder for backups": "バックアップ先のフォルダー",
    "Close": "閉じる", "Open": "開く", "Save": "保存", "Choose": "選択", "verified": "検証済み", "cleared in": "30 秒後", "Backup": "バックアップ",
    "Codes": "コード", "Allow": "許可",
}


def said(text):
    return SAYS[text] if JA else text


class Newcomer(Desktop):
    """The program is started by D-Bus, as a click on its icon has it done."""

    def open(self):
        subprocess.run(["gapplication", "launch", "io.github.fob.Desktop"], env=self.environment, check=True, timeout=PATIENCE)
        done = subprocess.run(
            ["gdbus", "call", "--session", "--dest", "org.freedesktop.DBus", "--object-path", "/org/freedesktop/DBus", "--method",
             "org.freedesktop.DBus.GetConnectionUnixProcessID", "io.github.fob.Desktop"],
            env=self.environment, capture_output=True, text=True, timeout=PATIENCE)
        pid = int(re.search(r"uint32 (\d+)", done.stdout)[1])

        class Program:
            returncode = None

            def poll(self):
                return None if os.path.exists(f"/proc/{pid}") else 0
        self.program = Program()
        self.program.pid = pid
        self.window = until(lambda: self.find_window("^fob$"), "the window", 60)
        return self


def in_chooser(desktop, title, button, path):
    """A path is typed into the desktop's own chooser of files, and its button is clicked."""
    until(lambda: desktop.find_window(title), f"the chooser {title!r}")
    time.sleep(1.5)
    desktop.type("/")
    time.sleep(1)
    desktop.key("ctrl+a")
    desktop.type(path)
    time.sleep(1)
    desktop.key("Return")
    until(lambda: not desktop.find_window(title), f"the chooser {title!r} closes")


def main():
    need("qrencode", "xclip", "oathtool", "gapplication", "gdbus")
    home, began = Home(cheap=False), time.monotonic()
    desktop = Newcomer(home, start=True, language="ja_JP.UTF-8" if JA else "C.UTF-8", data=os.path.join(PREFIX, "share") + ":")
    picture = os.path.join(desktop.directory, "github.png")
    subprocess.run(["qrencode", "-s", "8", "-o", picture, f"otpauth://totp/GitHub:octo?secret={KEY.decode()}&issuer=GitHub"],
                   check=True)
    disk = os.path.join(desktop.directory, "disk")
    os.mkdir(disk)
    desktop.open()
    desktop.answers(PASSPHRASE.decode(), PASSPHRASE.decode())
    desktop.click(said("Make a new vault"))
    shows(desktop, f"^{said('First steps')}$")
    desktop.click(said("Bring your accounts"))
    in_chooser(desktop, said("Files to bring in"), said("Open"), picture)
    shows(desktop, "^GitHub/octo$", "the preview")
    desktop.click(said("Add 1 account"))
    shows(desktop, said("Type this code"))
    desktop.click(said("Done"))
    desktop.answers(PASSPHRASE.decode())
    kit = os.path.join(desktop.directory, "kit.html")
    desktop.click(said("Print the emergency kit"))
    in_chooser(desktop, said("Page of the emergency kit"), said("Save"), kit)
    until(lambda: os.path.exists(kit), "the kit", 60)
    until(lambda: not any(node[2] == said("Print the emergency kit") and node[1] == "push button" for node in desktop.tree()), "the kit is ticked off", 30)
    desktop.click(said("Make a backup elsewhere"))
    in_chooser(desktop, said("Folder for backups"), said("Choose"), disk)
    shows(desktop, said("All is done"))
    check_tree(desktop, SECRETS, "all is done")
    if JA:
        check_japanese(desktop, "all is done")
    desktop.click(said("Close"), said("First steps"))
    # The code: a click shows it, two copy it.
    desktop.click("GitHub, octo", times=2)
    until(lambda: clipboard(desktop) in current(KEY), f"the code is on the clipboard: {clipboard(desktop)!r}", 30)
    desktop.click(said("Backup"))
    shows(desktop, said("verified"))
    with open(kit) as file:
        page = file.read()
    check(page.count("<code>") >= 3, "the kit has codes")
    check([name for name in os.listdir(disk) if name.startswith("fob-") and name.endswith(".age")], f"the backup: {os.listdir(disk)}")
    check_tree(desktop, SECRETS, "the page for backups")
    if JA:
        for number in (1, 2, 3, 4):
            desktop.key(f"alt+{number}")
            time.sleep(1)
            check_japanese(desktop, f"page {number}")
    check_memory(desktop, SECRETS, "after the first steps")
    with home.connect() as agent:
        pid = status(agent)["pid"]
    desktop.key("ctrl+q")
    until(lambda: desktop.program.poll() is not None, "the window ends")
    desktop.end()
    os.kill(pid, signal.SIGTERM)
    print(f"{'ja' if JA else 'en'}: vault, account, kit, verified backup and a copied code by clicking, in {time.monotonic() - began:.0f} s")


main()
