"""Terminals that stand between a person and fob: tmux, and a login by ssh. Prompts, the live display, a yes from beside, and
the clipboard, which is that of the terminal the person sits at.

    terminals.py tmux | ssh
"""

import re

from ordinary import *
from person import Person

KEY = b"12345678901234567890"
# The way that codes take through a terminal (xterm, "Manipulate Selection Data"), and through tmux to the one behind it.
COPY = re.compile(rb"\x1b\]52;c?;([A-Za-z0-9+/=]+)(?:\x07|\x1b\\)")


def copied(person):
    """What the terminal was told to copy."""
    until(lambda: COPY.search(person.read()), f"something is copied: {person.text[-2000:]!r}")
    return base64.b64decode(COPY.findall(person.text)[-1]).decode()


def codes():
    """Those of the moment, and of the one before."""
    return [totp(KEY, at) for at in (time.time(), time.time() - 30)]


def vault(me):
    home = Home(binaries=me.bin).start()
    me.environment |= {"FOB_HOME": home.path, "LC_ALL": "C.UTF-8", "HISTFILE": "/dev/null"}
    with home.connect() as agent:
        agent.initialize(PASSPHRASE)
        agent.add("Bank", "me", KEY)
        for number in range(30):
            agent.add("Many", f"account{number:02}", os.urandom(20))
    me.run("fob", "add", "asks", input="JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP\n")
    me.run("fob", "edit", "asks", "--confirm")
    return home


def lock(home):
    with home.connect() as agent:
        agent.lock()


def in_tmux():
    need("tmux")
    me = Ordinary("fob", "fob-main", "fob-agent")
    home = vault(me)
    server = os.path.join(me.home, "tmux")
    environment = {**me.environment, "TERM": "xterm-256color", "SHELL": "/bin/sh", "PS1": "READY ", "ENV": ""}

    def tmux(*words):
        return subprocess.run(["tmux", "-S", server, "-f", "/dev/null", *words], env=environment, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=PATIENCE).stdout

    atexit.register(tmux, "kill-server")
    tmux("new-session", "-d", "-s", "w", "-x", "80", "-y", "24", "/bin/sh")
    tmux("split-window", "-v", "-t", "w", "/bin/sh")
    tmux("resize-pane", "-t", "w.0", "-y", "16")
    outside = Person(["tmux", "-S", server, "attach", "-t", "w"], environment)

    def pane(number=0, whole=False):
        return tmux("capture-pane", "-p", "-J", *(["-S", "-"] if whole else []), "-t", f"w.{number}")

    def shows(pattern, number=0):
        def found():
            outside.read()
            return re.search(pattern, pane(number))
        try:
            return until(found, f"{pattern!r} in pane {number}")
        except AssertionError as error:
            raise AssertionError(f"{error}, which shows {pane(number)!r}")

    def type(text, number=0):
        tmux("send-keys", "-l", "-t", f"w.{number}", text)
        tmux("send-keys", "-t", f"w.{number}", "Enter")

    def clear(number=0):
        type("clear", number)
        tmux("clear-history", "-t", f"w.{number}")
        until(lambda: "clear" not in pane(number, whole=True), "a clean pane")

    shows("READY")
    # A prompt: nothing typed is shown, and the code is.
    lock(home)
    type("fob code Bank")
    shows("Passphrase: ")
    time.sleep(0.2)
    type(PASSPHRASE.decode())
    code = shows(r"(?m)^\d{6}$")[0]
    check(code in codes(), f"a code in tmux: {code}")
    check(PASSPHRASE.decode() not in pane(whole=True), "the passphrase was shown")

    # The live display, in its height, through two sizes; after it nothing is left, in the history neither.
    clear()
    type("fob watch")
    shows(r"\d{6} +\d+s")
    for rows, columns in ((10, 30), (24, 80), (8, 20)):
        outside.resize(rows, columns)
        until(lambda: outside.read() is not None and tmux("display", "-p", "-t", "w", "#{window_width}").strip() == str(columns),
              f"a window of {columns} columns")
        shows(r"\d{6}")
    outside.resize(24, 80)
    tmux("send-keys", "-t", "w.0", "q")
    shows(r"READY\s*$")
    left = re.findall(r"\b\d{6}\b", pane(whole=True))
    equal(left, [], "codes that watch leaves in the terminal")
    # tmux tells a pane of its size in its own time.
    type("until stty size | grep -w 80; do sleep 0.1; done")
    shows(r"(?m)^\d+ 80$")

    # The clipboard: tmux's own, that of the terminal outside, and both, as tmux is set.
    for clipboard, passes, inside in (("on", "off", True), ("on", "on", True), ("off", "on", False)):
        tmux("set", "-s", "set-clipboard", clipboard)
        tmux("set", "-g", "allow-passthrough", passes)
        tmux("delete-buffer")
        outside.text = b""
        clear()
        type("fob code --copy Bank")
        shows("clipboard")
        check(copied(outside) in codes(), f"the code outside of tmux ({clipboard}, {passes})")
        kept = tmux("show-buffer").strip()
        check((kept in codes()) if inside else not kept, f"tmux has {kept!r} ({clipboard}, {passes})")
        check(not re.search(r"(?m)^\d{6}$", pane(whole=True)), "a code that is copied is not shown")

    # A yes in the pane beside; not in the pane that asks.
    clear()
    type("fob code asks")
    shows("waiting for confirmation")
    type("fob confirm", 1)
    shows("Allow this", 1)
    asked = pane(1, whole=True)
    check("asks" in asked and "tmux" in asked, f"what is asked, and who asks: {asked!r}")
    # What comes at once was typed for something else.
    time.sleep(1.2)
    type("y", 1)
    shows(r"(?m)^\d{6}$")
    shows("allowed", 1)
    tmux("kill-server")
    print("prompts, watch, three clipboards and a yes in tmux")


def by_ssh():
    need("ssh", "ssh-keygen")
    if not os.path.exists("/usr/sbin/sshd"):
        skip("sshd is not installed")
    me = Ordinary("fob", "fob-main", "fob-agent")
    home = vault(me)
    for name in "host", "login":
        me.run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", name)
    shutil.copy("login.pub", "authorized")
    key = " ".join(open("host.pub").read().split()[:2])
    known = me.write("known_hosts", f"here.test {key}\n", me.home)
    kept = " ".join(f"{name}={me.environment[name]}" for name in (
        "LD_PRELOAD", "NSS_WRAPPER_PASSWD", "NSS_WRAPPER_GROUP", "PATH", "FOB_HOME", "LC_ALL"))
    config = me.write("sshd_config", f"""
HostKey {me.home}/host
AuthorizedKeysFile {me.home}/authorized
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PidFile none
SetEnv {kept}
""", me.home)

    def login(command, rows=24, columns=80):
        return Person(
            ["ssh", "-tt", "-F", "none", "-o", "BatchMode=yes", "-o", f"UserKnownHostsFile={known}", "-o", "LogLevel=ERROR",
             "-i", f"{me.home}/login", "-o", f"ProxyCommand=/usr/sbin/sshd -i -f {config} -E {me.home}/sshd.log",
             f"{NAME}@here.test", command], {**me.environment, "TERM": "xterm-256color"}, rows, columns)

    # A prompt behind a login: nothing typed is shown.
    lock(home)
    there = login("fob code Bank")
    there.shows(b"Passphrase: ")
    time.sleep(0.3)
    there.type(PASSPHRASE + b"\n")
    equal(there.end(), 0, f"a code by ssh: {there.text!r}")
    check(any(code.encode() in there.text for code in codes()), f"the code: {there.text!r}")
    check(PASSPHRASE not in there.text, "the passphrase was shown")

    # The clipboard is that of the terminal here: none of a session's programs is asked.
    there = login("DISPLAY= WAYLAND_DISPLAY= fob code --copy Bank")
    equal(there.end(), 0, f"a copy by ssh: {there.text!r}")
    check(copied(there) in codes(), f"the code on the clipboard: {there.text!r}")
    check(not re.search(rb"(?m)^\d{6}\r?$", there.text), "a code that is copied is not shown")
    check(b"no clipboard" not in there.text, f"the copy: {there.text!r}")

    # The live display follows the terminal, and is gone after it: on the second screen, and a line that is closed ends it.
    there = login("fob watch")
    there.shows(b"\x1b[?1049h")
    there.shows(b"\x1b[J")
    there.text = b""
    there.resize(8, 30)
    until(lambda: any(0 < part.count(b"\r\n") < 8 for part in there.read().split(b"\x1b[J")[:-1][-1:]),
          f"a display of eight lines: {there.text[-2000:]!r}")
    there.type(b"q")
    equal(there.end(), 0, f"watch by ssh: {there.text!r}")
    check(there.text.rstrip().endswith(b"\x1b[?1049l"), f"the second screen is left: {there.text[-100:]!r}")
    there = login("fob watch")
    there.shows(b"\x1b[J")
    there.kill()

    def watches():
        with home.connect() as agent:
            return status(agent)["connections"]
    until(lambda: watches() == 1, "a watch whose line was cut has ended")

    # A yes by a second login.
    asks = login("fob code asks")
    asks.shows(b"waiting for confirmation")
    answers = login("fob confirm")
    answers.shows(b"Allow this")
    check(b"asks" in answers.text and b"sshd" in answers.text, f"what is asked, and who asks: {answers.text!r}")
    time.sleep(1.2)
    answers.type(b"y\n")
    equal(answers.end(), 0, f"confirm by ssh: {answers.text!r}")
    equal(asks.end(), 0, f"the code after it: {asks.text!r}")
    # And by the passphrase in the same one.
    asks = login("fob export --to age --output export.age")
    asks.shows(b"to allow this: ")
    time.sleep(0.3)
    asks.type(PASSPHRASE + b"\n")
    equal(asks.end(), 0, f"an export by ssh: {asks.text!r}")
    check(PASSPHRASE not in asks.text, "the passphrase was shown")
    print("prompts, watch, the clipboard and a yes by ssh")


{"tmux": in_tmux, "ssh": by_ssh}[sys.argv[1]]()
