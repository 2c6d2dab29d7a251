"""The window and the programs of the desktop on a Wayland compositor: sway without a screen, and no X server that anything could
go by unseen.

FOB_PICTURES is a directory for pictures of what it looks like.
"""

from journey import *

need("grim", "sway", "swaybg", "wl-copy", "wofi", "wtype")

THIRD = b"NBSWY3DPEB3W64TMMQXC4LQBAEBAGBAF"

CONFIGURATION = """xwayland disable
output HEADLESS-1 resolution 900x800
default_border none
focus_on_window_activation focus
"""


class Compositor(Desktop):
    """A desktop whose windows, keys and pictures are sway's."""

    def __init__(self, home):
        super().__init__(home, more={"GDK_BACKEND": "wayland", "XDG_SESSION_TYPE": "wayland", "XDG_CURRENT_DESKTOP": "sway"})
        del self.environment["DISPLAY"], os.environ["DISPLAY"]
        configuration = os.path.join(self.directory, "sway")
        with open(configuration, "w") as file:
            file.write(CONFIGURATION)
        # It does not run as root: there it has a number of its own, which is root's outside.
        words = ["unshare", "--user", "--map-user=1000", "--map-group=1000"] if os.getuid() == 0 else []
        self.environment |= {"WLR_BACKENDS": "headless", "WLR_LIBINPUT_NO_DEVICES": "1", "WLR_RENDERER": "pixman"}
        self.begin(words + ["sway", "--config", configuration])
        names = lambda pattern: [name for name in os.listdir(self.directory) if re.fullmatch(pattern, name)]
        [display] = until(lambda: names(r"wayland-\d+"), "sway has a display")
        [socket] = until(lambda: names(r"sway-ipc\..*\.sock"), "sway has a socket")
        self.environment |= {"WAYLAND_DISPLAY": display, "SWAYSOCK": os.path.join(self.directory, socket)}
        os.environ["WAYLAND_DISPLAY"] = display

    def run_there(self, *words, **options):
        return subprocess.run(words, env=self.environment, capture_output=True, text=True, timeout=PATIENCE, **options)

    def windows(self):
        def walk(node):
            yield node
            for child in node["nodes"] + node["floating_nodes"]:
                yield from walk(child)
        told = self.run_there("swaymsg", "--type", "get_tree")
        return [node for node in walk(json.loads(told.stdout)) if node.get("pid")]

    def find_window(self, name):
        check(self.program.poll() is None, f"fob-desktop ended with {self.program.returncode}: {self.said()}")
        return next((node["id"] for node in self.windows() if re.search(name, node["name"] or "")), "")

    def active(self):
        return next((node["name"] for node in self.windows() if node["focused"]), "")

    def key(self, *keys):
        # Each run of wtype is a new keyboard, and what it sends before that is known to all is lost.
        for key in keys:
            self.settle()
            *modifiers, last = key.split("+")
            held = [word for modifier in modifiers for word in ("-M", modifier)]
            equal(self.run_there("wtype", "-s", "200", *held, "-k", last).returncode, 0, f"wtype {key}")
            time.sleep(0.05)

    def type(self, text):
        self.settle()
        equal(self.run_there("wtype", "-s", "200", "-d", "20", text).returncode, 0, "wtype")

    def picture(self, path):
        self.run_there("grim", path)

    def pasted(self):
        return self.run_there("wl-paste", "--no-newline").stdout


def keep(desktop, name):
    if directory := os.environ.get("FOB_PICTURES"):
        time.sleep(1)
        desktop.picture(os.path.join(directory, f"wayland-{name}.png"))


with Home() as home:
    fob(home, {"--passphrase-fd": PASSPHRASE}, "init")
    fob(home, {"--secret-fd": KEY}, "add", "GitHub/octo")
    fob(home, {"--secret-fd": OTHER}, "add", "Bank/alice")
    fob(home, {"--secret-fd": THIRD}, "add", "Vault/alice", "--confirm")
    desktop = Compositor(home).start()
    shows(desktop, "GitHub, octo, code hidden")
    keep(desktop, "codes")
    # Found by typing, copied by the key Return.
    desktop.type("git")
    until(lambda: len([node for node in desktop.tree() if node[1] == "list item" and ", code " in node[2]]) == 1, "what is typed finds one")
    desktop.key("Return")
    until(lambda: desktop.pasted() in current(KEY), "the code is on the clipboard")
    check_tree(desktop, SECRETS, "a code was copied")
    keep(desktop, "copied")
    desktop.key("ctrl+a", "BackSpace", "Tab")

    # A question comes as a window, is answered by hand, and the code goes to who asked.
    asker = ask(home, "Vault/alice")
    until(lambda: desktop.find_window("Give a code"), "the question")
    shows(desktop, re.escape("Give a code of Vault/alice?"))
    keep(desktop, "question")
    desktop.press("Allow")
    check(asker.communicate(timeout=PATIENCE)[0].strip() in current(THIRD), "the code of who asked")
    until(lambda: not desktop.find_window("Give a code"), "the question goes")

    # The order, by the keyboard.
    order = lambda: [account["issuer"] for account in json.loads(fob(home, {}, "list", "--json").stdout)["accounts"]]
    before = order()
    desktop.key("Up", "Up", "Up", "alt+Down")
    until(lambda: order() == [before[1], before[0], before[2]], "the first is moved down")

    # The command's own ways: the clipboard and off it again, a menu, typing into the window that has the keyboard, the screen.
    def command(*arguments, **options):
        return desktop.run_there(os.path.join(BIN, "fob"), *arguments, **options)

    equal(command("code", "github", "--copy", "--clear-after", "3").returncode, 0, "code --copy")
    check(desktop.pasted() in current(KEY), "the copied code")
    until(lambda: not desktop.pasted(), "it is taken off the clipboard")
    menu = desktop.begin([os.path.join(BIN, "fob"), "pick", "--menu", "wofi"])
    # A menu is no window of sway's tree.
    until(lambda: desktop.run_there("pgrep", "-P", str(menu.pid), "wofi").stdout, "the menu")
    time.sleep(1)
    keep(desktop, "menu")
    for text in ("bank", None):
        equal(desktop.run_there("wtype", "-s", "200", *(["-d", "20", text] if text else ["-k", "Return"])).returncode, 0, "wtype")
        time.sleep(0.5)
    until(lambda: desktop.pasted() in current(OTHER), "the code of what was chosen")
    until(lambda: menu.poll() is not None or not desktop.run_there("pgrep", "-P", str(menu.pid), "wofi").stdout, "the menu closes")
    desktop.run_there("swaymsg", '[title="^fob$"] focus')
    desktop.key("slash", "ctrl+a", "BackSpace")
    chooser = os.path.join(desktop.directory, "bin", "bemenu")
    with open(chooser, "w") as file:
        file.write("#!/bin/sh\nhead -n 1\n")
    os.chmod(chooser, 0o755)
    with open(os.path.join(home.path, "config"), "a") as file:
        file.write(f"bemenu = {chooser}\n")
    equal(command("pick", "--type", "--menu", "bemenu").returncode, 0, "pick --type")
    expected = current(KEY if order()[0] == "GitHub" else OTHER)
    shows(desktop, "No account found", "that something is typed into the window")
    desktop.key("ctrl+a", "ctrl+c", "BackSpace")
    check(desktop.pasted() in expected, "the code that was typed")

    desktop.key("ctrl+q")
    until(lambda: desktop.program.poll() is not None, "the window ends")
    equal((desktop.program.poll(), desktop.said()), (0, ""), "how it ended, and what it wrote")
    uri = "otpauth://totp/Wayland:screen?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Wayland"
    code = os.path.join(desktop.directory, "code.png")
    subprocess.run(["qrencode", "-s", "8", "-o", code, uri], check=True)
    desktop.begin(["swaybg", "--mode", "center", "--color", "#ffffff", "--image", code])
    done = until(lambda: (done := command("scan", "--screen", "--yes")).returncode == 0 and done, "the code on the screen is read")
    check("Wayland" in " ".join(order()), f"the account of the screen: {done.stdout}")
    desktop.end()
print("on a Wayland compositor the window shows, copies and asks; codes are copied, typed, taken off the clipboard, scanned off the screen")
