"""Every verb where it is not at its ease: nobody may be asked, pipes and descriptors are closed, terminals are narrow, dumb or
change their size, arguments and locales are not UTF-8, the home is read-only, and there is no runtime directory.

    adverse.py no-ask | closed | narrow | plain | resize | bytes | latin1 | home
"""

import json
import re
import shutil
import unicodedata

from person import *

KEY = b"12345678901234567890"

# Each verb that a person runs, with what it needs; all of them are answered by the open vault of `made`.
READING = [
    ("code", "Bank"), ("next", "Bank"), ("code", "Bank", "--json"), ("list",), ("list", "--codes"), ("list", "--json"),
    ("list", "--names"), ("list", "--trash"), ("show", "Bank"), ("show", "Bank", "--json"), ("recovery", "list"),
    ("number", "list"), ("hardware-key", "list"), ("token", "list"), ("key", "list"), ("access", "list"), ("settings",),
    ("backup", "list"), ("backup", "status"), ("generations",), ("ready",), ("keeper", "list"), ("confirm", "--list"),
    ("grants",), ("log",), ("log", "--verify"), ("status",), ("doctor",),
]
# Of them, what says something while the vault is locked.
WHILE_LOCKED = [
    ("backup", "list"), ("backup", "status"), ("generations",), ("confirm", "--list"), ("grants",), ("log",),
    ("log", "--verify"), ("status",), ("doctor",),
]
CHANGING = [
    ("edit", "Bank", "--tag", "work"), ("order", "Bank", "first"), ("remove", "Shop"), ("untrash", "Shop"), ("backup", "now"),
]


def made(*flags, **options):
    """A home whose vault is open and has some accounts."""
    home = Home(*flags, **options).start()
    with home.connect() as agent:
        agent.initialize(PASSPHRASE)
        agent.add("Bank", "me", KEY)
        agent.add("Shop", "you", KEY[::-1])
        agent.add("Café", "名前 Zażółć", os.urandom(20))
        agent.add("Long", "n" * 120, os.urandom(20))
    return home


def fob(home, *arguments):
    """Without a terminal."""
    return subprocess.run([FOB, *arguments], env=home.environment, stdin=subprocess.DEVNULL, capture_output=True,
                          timeout=PATIENCE)


def lock(home):
    with home.connect() as agent:
        agent.lock()


def shown(home, *arguments, **options):
    person = at_terminal(home, *arguments, **options)
    status = person.end()
    return person.text.replace(b"\r\n", b"\n"), status


def no_ask():
    """--no-ask at a terminal, where somebody could be asked: nobody is, and what needs an answer fails at once."""
    # Who waited for a question after all would wait for longer than this script.
    home = made("--test-challenge", "600000")
    output = os.path.join(home.path, "x.age")
    asking = [("export", "--to", "age", "--output", output), ("qr", "Bank"), ("passphrase",), ("access", "kit"), ("unlock",),
              ("drill",), ("key", "pin", "set")]
    typed = [("add", "New/one"), ("verify", "Bank")]
    lock(home)
    for arguments in READING + CHANGING + asking + typed:
        text, status = shown(home, *arguments, "--no-ask")
        check(b"assphrase: " not in text and b"? [" not in text, f"{arguments} --no-ask asks: {text!r}")
        wanted = {0} if arguments in WHILE_LOCKED else {64} if arguments in typed else {2}
        check(status in wanted, f"{arguments} --no-ask, while the vault is locked: {status} {text!r}")
        check(status == 0 or b"hint: " in text, f"{arguments} --no-ask says what to do: {text!r}")
        if arguments in typed:
            check(b"nobody is to be asked" in text and b"no terminal" not in text, f"{arguments} --no-ask: {text!r}")
    with home.connect() as agent:
        agent.unlock(PASSPHRASE)
    equal(fob(home, "edit", "Bank", "--confirm").returncode, 0, "edit")
    for arguments in (("code", "Bank"), ("next", "Bank"), ("code", "--fresh", "Bank"), ("qr", "Bank"), asking[0],
                      ("edit", "Bank", "--no-confirm"), ("recovery", "next", "Bank")):
        text, status = shown(home, *arguments, "--no-ask")
        wanted = 3 if arguments[0] == "recovery" else 6
        equal(status, wanted, f"{arguments} --no-ask of an account that is asked about: {text!r}")
    check(not os.path.exists(output), "nothing was exported")
    print(f"{len(READING + CHANGING + asking + typed)} commands asked nobody")


def closed():
    """A reader that has gone, and standard descriptors that are closed: a result is given or missed, never lost in silence,
    and never goes to whatever has taken the place of a descriptor."""
    home = made()
    quiet = {arguments for arguments in READING if not fob(home, *arguments).stdout}
    check(quiet and len(quiet) < len(READING) / 2, f"some have nothing to print: {quiet}")
    for arguments in READING:
        usual = fob(home, *arguments).returncode
        for which in ((1,), (2,), (0,), (0, 1, 2)):
            done = subprocess.run([FOB, *arguments], env=home.environment, stdin=subprocess.DEVNULL, capture_output=True,
                                  preexec_fn=lambda: [os.close(number) for number in which], timeout=PATIENCE)
            lost = 1 in which and arguments not in quiet
            equal(done.returncode, 74 if lost else usual, f"{arguments} with {which} closed ({done.stderr!r})")
            if which == (1,):
                check(not lost or b"cannot be written" in done.stderr, f"{arguments} says so: {done.stderr!r}")
            if which == (2,):
                check(bool(done.stdout) != (arguments in quiet), f"{arguments} gives its result without a standard error")
        read, write = os.pipe()
        os.close(read)
        done = subprocess.run([FOB, *arguments], env=home.environment, stdin=subprocess.DEVNULL, stdout=write,
                              stderr=subprocess.PIPE, timeout=PATIENCE)
        os.close(write)
        equal(done.returncode, usual if arguments in quiet else -signal.SIGPIPE, f"{arguments} without a reader")
        check(arguments in quiet or not done.stderr, f"{arguments} without a reader says {done.stderr!r}")
    equal(len(fob(home, "list", "--names").stdout.splitlines()), 4, "the vault is as it was")
    print(f"{len(READING)} commands with closed pipes and descriptors")


def width(text):
    return sum(0 if unicodedata.combining(one) else 2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)


def narrow():
    """20 and 40 columns: tables fit, sentences are broken between words; what is to be pasted, and words of others, are whole."""
    home = made()
    for columns in (40, 20, 12, 3):
        for arguments in READING + [("code", "nobody there"), ("help",), ("help", "code"), ("nonsense",)]:
            if "--json" in arguments or "--names" in arguments:
                continue
            text, status = shown(home, *arguments, columns=columns)
            check(status in (0, 3, 32, 64), f"{arguments} in {columns} columns: {status} {text[:500]!r}")
            lines = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text.decode()).splitlines()
            if columns < 20 or arguments[0] in ("help", "show", "log", "generations"):
                continue
            wide = [line for line in lines if width(line) > columns and not re.search("fob |'", line)
                    and len(line.split()) > 2]
            check(not wide, f"{arguments} in {columns} columns: {wide}")
    print("40, 20, 12 and 3 columns")


def plain():
    """No colours and no movements where the terminal has none, or nobody wants them; a live display is then lines."""
    home = made()
    live = [("watch",), ("confirm", "--watch")]
    for environment in ({"TERM": "dumb"}, {"TERM": ""}, {"NO_COLOR": "1"}):
        for arguments in READING + [("code", "nobody"), ("backup", "now")] + live:
            person = at_terminal(home, *arguments, **environment)
            if arguments in live:
                if arguments == ("watch",):
                    person.shows(b"Bank")
                else:
                    time.sleep(0.5)
                person.type(b"\x03")
            person.end()
            if "TERM" in environment:
                check(b"\x1b" not in person.text, f"{arguments} with {environment}: {person.text!r}")
            check(not re.search(rb"\x1b\[[0-9;]*m", person.text), f"{arguments} with {environment}: colours: {person.text!r}")
    print(f"{len(READING) + 4} commands without colours")


def resize():
    """The live display while its terminal changes its size hundreds of times, also to one that has no place for a row; stopped,
    continued, and cut off."""
    home = made()
    person = at_terminal(home, "watch")
    person.shows(b"\x1b[J")
    sizes = [(24, 80), (1, 1), (2, 200), (500, 3), (8, 40), (0, 0), (1, 300), (3, 2)]
    for number in range(240):
        person.resize(*sizes[number * 7 % len(sizes)])
        if number % 5 == 0:
            person.read()
    person.resize(24, 80)
    person.text = b""
    person.shows(b"Bank")
    until(lambda: max(map(len, re.sub(rb"\x1b\[[0-9;?]*[A-Za-z]", b"", person.read().split(b"\x1b[J")[-2]).splitlines())) > 40,
          "a display of 80 columns again")
    # ^Z leaves the screen to the shell, and the display comes back.
    person.text = b""
    os.kill(person.pid, signal.SIGTSTP)
    until(lambda: os.waitpid(person.pid, os.WUNTRACED | os.WNOHANG)[0] or person.read() is None, "it is stopped")
    check(person.read().rstrip().endswith(b"\x1b[?1049l"), f"a stopped display leaves the screen: {person.text[-80:]!r}")
    person.text = b""
    os.kill(person.pid, signal.SIGCONT)
    person.shows(b"\x1b[?1049h")
    person.shows(b"Bank")
    person.type(b"q")
    equal(person.end(), 0, "watch after all that")
    check(person.text.rstrip().endswith(b"\x1b[?1049l"), f"the screen is left: {person.text[-80:]!r}")
    person = at_terminal(home, "watch")
    person.shows(b"\x1b[J")
    os.close(person.fd)
    until(lambda: os.waitpid(person.pid, os.WNOHANG)[0], "a display whose terminal is gone ends")
    person.pid = 0
    print("240 sizes, stopped, continued and cut off")


def bytes_():
    """Arguments and places that are not UTF-8 are refused: nothing that was not meant is read, written or changed."""
    home = made()
    before = fob(home, "list", "--json").stdout
    directory = os.fsencode(os.path.join(home.path, "d"))
    os.mkdir(directory)
    for arguments in (
            ["edit", "Bank", "--name", b"\xff"], ["edit", "Bank", "--tag", b"a\xff"], ["edit", "Bank", "--issuer", b"Caf\xe9"],
            ["add", b"a\xffb"], ["export", "--to", "age", "--output", directory + b"/\xff.age"], ["restore", directory + b"/\xff"],
            ["import", directory + b"/\xff"], ["scan", directory + b"/\xff.png"], [b"\xff"], [b"--\xff"],
            ["backup", "add", "disk", "--folder", directory + b"/\xff"], ["log", "--account", b"\xff"], ["show", b"Caf\xe9"],
            ["remove", b"\xff"], ["order", "Bank", "after", b"\xff"]):
        done = fob(home, *arguments)
        equal(done.returncode, 64, f"{arguments}: {done.stderr!r}")
        check(b"UTF-8" in done.stderr and b"\xff" not in done.stderr + done.stdout, f"{arguments}: {done.stderr!r}")
    equal(fob(home, "code", b"\xff").returncode, 3, "a name that is not UTF-8 is nobody's")
    equal(os.listdir(directory), [], "what was written")
    equal(fob(home, "list", "--json").stdout, before, "accounts after all that")
    # Where the vault is: not in the home instead.
    me = os.path.join(home.path, "me")
    os.mkdir(me)
    for name in ("FOB_HOME", "FOB_SOCKET"):
        for arguments in (["status"], ["list"], ["init", "--passphrase-fd", "0"], ["code", "x"], ["lock"]):
            environment = {"PATH": os.environ["PATH"], "HOME": me, name: directory + b"/\xff"}
            done = subprocess.run([FOB, *arguments], env=environment, input=PASSPHRASE, capture_output=True, timeout=PATIENCE)
            equal(done.returncode, 78, f"{arguments} with {name}: {done.stderr!r}")
            check(b"UTF-8" in done.stderr, f"{arguments} with {name}: {done.stderr!r}")
        equal(os.listdir(me) if name == "FOB_HOME" else [], [], "what was made in the home instead")
    done = subprocess.run([os.path.join(BIN, "fob-agent")], env=environment, stdin=subprocess.DEVNULL, capture_output=True,
                          timeout=PATIENCE)
    equal(done.returncode, 78, f"an agent without a place: {done.stderr!r}")
    print("arguments and places that are not UTF-8")


def latin1():
    """A terminal of Latin-1: what is typed at a prompt is what the person sees, and so is what is shown."""
    need("localedef")
    if not os.path.exists("/usr/share/i18n/locales/de_DE"):
        skip("there are no sources of locales")
    home = made()
    locales = os.path.join(home.path, "locales")
    os.mkdir(locales)
    subprocess.run(["localedef", "-c", "-i", "de_DE", "-f", "ISO-8859-1", f"{locales}/de_DE.ISO-8859-1"], capture_output=True)
    latin = {"LOCPATH": locales, "LC_ALL": "de_DE.ISO-8859-1"}
    person = at_terminal(home, "add", **latin)
    person.shows(b"not shown): ")
    time.sleep(0.3)
    person.type(b"JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP\n")
    person.shows(b"issuer/name: ")
    time.sleep(0.3)
    person.type(b"Gro\xdf/M\xfcller\n")
    equal(person.end(), 0, f"add in Latin-1: {person.text!r}")
    names = fob(home, "list", "--names").stdout.decode().splitlines()
    check("Groß/Müller" in names, f"the name that was typed: {names} {person.text!r}")
    check(b"Gro\xdf/M\xfcller" in person.text and b"\xc3" not in person.text, f"what is shown: {person.text!r}")
    person = at_terminal(home, "watch", **latin)
    person.shows(b"\x1b[J")
    person.type(b"/M\xdcLL")
    person.shows(b"/M\xdcLL  1 account")
    person.type(b"\nq")
    equal(person.end(), 0, f"watch in Latin-1: {person.text!r}")
    check(b"Caf\xe9/?? Za?\xf3??" in person.text, f"names that Latin-1 does not have: {person.text!r}")
    # The same with UTF-8, whose characters come in several bytes.
    person = at_terminal(home, "watch")
    person.shows(b"\x1b[J")
    for byte in "/名前".encode():
        person.type(bytes([byte]))
    person.shows("/名前  1 account".encode())
    person.type(b"\x7f")
    person.shows("/名  1 account".encode())
    person.type(b"\nq")
    equal(person.end(), 0, f"watch: {person.text!r}")
    print("names that are typed and shown in Latin-1 and in UTF-8")


def home_():
    """An ordinary user's home that cannot be written to, none at all, and no runtime directory: each is said, and what needs no
    file works."""
    from ordinary import Ordinary
    me = Ordinary("fob", "fob-main", "fob-agent")
    secret = me.write("secret", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", me.home)
    usual = {"PATH": me.environment["PATH"]}

    def run(*arguments, **environment):
        with open(secret) as given:
            return subprocess.run(["fob", *arguments], env={**usual, **environment}, stdin=given, capture_output=True,
                                  text=True, timeout=PATIENCE)

    check(not os.path.exists(f"/run/user/{os.getuid()}"), "a user without a runtime directory")
    locked = os.path.join(me.home, "locked")
    os.mkdir(locked, 0o500)
    for environment, wanted in (({"HOME": locked}, (69, 71, 77, 78)), ({"HOME": ""}, (78,)), ({}, (78,)), ({"HOME": "relative"}, (78,)),
                                ({"HOME": "/nowhere"}, (69, 71, 77, 78))):
        for arguments in (("init", "--passphrase-fd", "0"), ("list",), ("add", "x")):
            done = run(*arguments, **environment)
            check(done.returncode in wanted, f"{arguments} with {environment}: {done.returncode} {done.stderr!r}")
            check("hint: " in done.stderr and not done.stdout and "Fatal" not in done.stderr, f"{arguments}: {done.stderr!r}")
        for arguments in (("code", "--secret-fd", "0"), ("help",), ("--version",), ("completion", "bash")):
            done = run(*arguments, **environment)
            equal(done.returncode, 0, f"{arguments} with {environment}: {done.stderr!r}")
        check(run("code", "--secret-fd", "0", **environment).stdout.strip() in
              [totp(KEY, time.time() - late) for late in (0, 30)], f"a code with {environment}")
    equal(os.listdir(locked), [], "what was written")

    # Nothing of a session: client and agent meet in the state directory, in directories that are the user's alone.
    bare = os.path.join(me.home, "bare")
    os.mkdir(bare, 0o700)
    done = run("init", "--passphrase-fd", "0", HOME=bare)
    equal(done.returncode, 0, f"init with a home alone: {done.stderr!r}")
    equal(run("add", "Bank/me", HOME=bare).returncode, 0, "add")
    check(run("code", "Bank", HOME=bare).stdout.strip() in [totp(KEY, time.time() - late) for late in (0, 30)], "a code")
    pid = json.loads(run("status", "--json", HOME=bare).stdout)["agent"]["pid"]
    try:
        equal(os.stat(f"{bare}/.local/state/fob").st_mode & 0o777, 0o700, "the socket's directory")
        check(os.path.exists(f"{bare}/.local/state/fob/agent.sock"), "the socket")
        # The vault's directory becomes read-only: codes go on, a change is refused and the vault is as it was.
        vault = f"{bare}/.local/share/fob"
        for path in (vault, f"{vault}/generations"):
            os.chmod(path, 0o500)
        equal(run("code", "Bank", HOME=bare).returncode, 0, "a code where nothing can be written")
        done = run("edit", "Bank", "--tag", "x", HOME=bare)
        check(done.returncode in (74, 77) and "hint: " in done.stderr, f"a change: {done.returncode} {done.stderr!r}")
        check("x" not in json.loads(run("show", "Bank", "--json", HOME=bare).stdout)["tags"], "nothing has changed")
        for path in (vault, f"{vault}/generations"):
            os.chmod(path, 0o700)
        equal(run("edit", "Bank", "--tag", "x", HOME=bare).returncode, 0, "and again, where it can")
    finally:
        os.kill(pid, signal.SIGTERM)
        until(lambda: not os.path.exists(f"/proc/{pid}"), "the agent ends")
    print("homes that are read-only, missing, and without a session")


CASES = {"no-ask": no_ask, "closed": closed, "narrow": narrow, "plain": plain, "resize": resize, "bytes": bytes_,
         "latin1": latin1, "home": home_}
CASES[sys.argv[1]]()
