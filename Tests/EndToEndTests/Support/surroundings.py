"""Where fob runs: narrow terminals, locales, pipes that are full or closed, no terminal at all, a clipboard, a pinentry.

    surroundings.py
"""

import json
import re
import shutil
import unicodedata

from scratch import *
from terminal_of import on_terminal

FOB = os.path.join(BIN, "fob")
NAMES = [("GitHub", "octocat"), ("名前", "太郎"), ("Zażółć", "gęślą"), ("Long", "n" * 120), ("", "plain")]


def fob(*arguments, status=0, input=b"", **options):
    environment = {**home.environment, **options.pop("environment", {})}
    done = subprocess.run([FOB, *arguments], input=input, env=environment, timeout=PATIENCE,
                          **{"capture_output": True, **options})
    equal(done.returncode, status, f"status of {arguments} ({done.stdout!r} {done.stderr!r})")
    return done


def width(text):
    return sum(0 if unicodedata.combining(one) else 2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)


home = Home().start()
with home.connect() as agent:
    agent.initialize(PASSPHRASE)
    for number, (issuer, name) in enumerate(NAMES):
        agent.add(issuer, name, b"1234567890123456789%d" % number)

# Columns: no line of a table is wider, and a sentence is broken between its words.
for columns in (80, 40, 20):
    for arguments in (("list",), ("list", "--codes"), ("status",), ("log",), ("key", "list"), ("access", "list")):
        text, status = on_terminal(home, *arguments, columns=columns)
        equal(status, 0, f"status of {arguments} in {columns} columns ({text!r})")
        plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text)
        if arguments[0] in ("list", "key"):
            wide = [line for line in plain.splitlines() if width(line) > columns]
            check(not wide, f"{arguments} in {columns} columns: {wide}")
text, status = on_terminal(home, "code", "nobody there", columns=40)
equal(text.splitlines()[0], "fob: no account matches the name nobody", "a sentence in 40 columns")

# Locales: what is written is UTF-8 and the same everywhere.
for arguments in (("list",), ("list", "--names"), ("list", "--json"), ("code", "github"), ("code", "gitlab", "--no-ask")):
    wanted = 3 if "gitlab" in arguments else 0
    found = set()
    for locale in ("C", "C.UTF-8", "ja_JP.UTF-8", "ja_JP.eucJP", "de_DE.ISO-8859-1", "nowhere"):
        done = fob(*arguments, status=wanted, environment={"LC_ALL": locale, "LANG": locale})
        found.add((done.stdout if arguments[0] == "list" else len(done.stdout), done.stderr))
    equal(len(found), 1, f"answers to {arguments} in six locales ({found})")

# A full disk behind a pipe is an error, a reader that has gone ends the program as it ends others, and codes are codes.
with open("/dev/full", "wb") as full:
    for arguments in (("code", "github"), ("list",), ("list", "--json")):
        done = fob(*arguments, status=74, capture_output=False, stdout=full, stderr=subprocess.PIPE)
        check(b"cannot be written" in done.stderr, f"a full disk: {done.stderr!r}")
for arguments in (("list",), ("log",)):
    read, write = os.pipe()
    os.close(read)
    fob(*arguments, status=-signal.SIGPIPE, capture_output=False, stdout=write, stderr=subprocess.PIPE)
    os.close(write)

# No terminal: nothing is asked, and it is said how to go on.
with home.connect() as agent:
    agent.lock()
for arguments in (("code", "github"), ("list",), ("show", "github"), ("next", "github"), ("edit", "github", "--name", "x")):
    done = fob(*arguments, status=2, stdin=subprocess.DEVNULL, start_new_session=True, input=None)
    check(b"fob unlock" in done.stderr and not done.stdout, f"{arguments} without a terminal: {done.stderr!r}")

# pinentry in a session: who asks, what was wrong, and a question with two buttons.
tools = os.path.join(home.path, "tools")
os.mkdir(tools)
seen = os.path.join(home.path, "seen")
pinentry = os.path.join(tools, "pinentry")
with open(pinentry, "w") as file:
    file.write(f"""#!/bin/sh
echo OK
while read -r line; do
    printf '%s\\n' "$line" >>{seen}
    case $line in
        GETPIN) if [ -e {seen}.wrong ]; then echo 'D {PASSPHRASE.decode()}'; else : >{seen}.wrong; echo 'D wrong horse'; fi; echo OK;;
        BYE) echo OK; exit;;
        *) echo OK;;
    esac
done
""")
os.chmod(pinentry, 0o755)
with open(os.path.join(home.path, "config"), "a") as file:
    file.write(f"[programs]\npinentry = {pinentry}\n")
os.chmod(os.path.join(home.path, "config"), 0o600)
window = {"environment": {"DISPLAY": ":99"}, "stdin": subprocess.DEVNULL, "start_new_session": True, "input": None}
check(re.fullmatch(rb"\d{6}\n", fob("code", "github", **window).stdout), "a code by pinentry")
with open(seen) as file:
    said = file.read()
check("SETERROR" in said.split("GETPIN")[1], f"pinentry is not told that it was wrong: {said}")
check("asked by" in said and "code" in said and "started by" in said, f"pinentry does not say who asks: {said}")
os.remove(seen)
fob("edit", "github", "--confirm")
asking = subprocess.Popen([FOB, "code", "github"], env=home.environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, start_new_session=True)
until(lambda: json.loads(fob("confirm", "--list", "--json").stdout)["challenges"], "a question")
elsewhere(lambda: subprocess.run([FOB, "confirm"], env={**home.environment, "DISPLAY": ":99"}, stdin=subprocess.DEVNULL,
                                 capture_output=True, start_new_session=True).returncode)
with open(seen) as file:
    said = file.read()
check("CONFIRM" in said and "SETOK Allow" in said and "GitHub" in said, f"pinentry shows no question: {said}")
check(re.fullmatch(rb"\d{6}\n", asking.communicate(timeout=PATIENCE)[0]), "the code after a yes by pinentry")
fob("lock")

# The clipboard of a session: cleared after its time, given once, and read by scan.
programs = [name for name in ("Xvfb", "xclip") if not shutil.which(name)]
if programs:
    partly(f"the clipboard: {' and '.join(programs)} not installed")
else:
    read, write = os.pipe()
    server = subprocess.Popen(["Xvfb", "-displayfd", str(write), "-screen", "0", "64x64x24", "-nolisten", "tcp"],
                              pass_fds=[write], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(write)
    display = {"environment": {"DISPLAY": ":" + os.read(read, 16).decode().strip()}}

    def pasted():
        done = subprocess.run(["xclip", "-selection", "clipboard", "-out"], env={**os.environ, **display["environment"]},
                              capture_output=True, timeout=PATIENCE)
        return done.stdout.decode()

    try:
        with home.connect() as agent:
            agent.unlock(PASSPHRASE)
        fob("code", "plain", "--copy", "--clear-after", "1", **display)
        check(re.fullmatch(r"\d{6}", pasted()), "a copied code")
        until(lambda: not pasted(), "the code is cleared")
        fob("code", "plain", "--copy", "--paste-once", "--clear-after", "0", **display)
        check(re.fullmatch(r"\d{6}", pasted()), "a code that is given once")
        equal(pasted(), "", "what the second one gets")
        subprocess.run(["xclip", "-selection", "clipboard", "-in"], input=b"otpauth://totp/Clip:me?secret=JBSWY3DPEHPK3PXP",
                       env={**os.environ, **display["environment"]}, check=True)
        done = fob("scan", "--clipboard", "--yes", **display)
        check(b"Clip" in fob("list").stdout, f"a link on the clipboard: {done.stderr!r}")
    finally:
        server.terminate()
        server.wait()
# Where only a terminal has one, nothing can be given once.
text, status = on_terminal(home, "code", "plain", "--copy", "--paste-once", PATH=os.environ["PATH"])
equal(status, 78, f"once on a terminal ({text!r})")
text, status = on_terminal(home, "code", "plain", "--copy")
check("\x1b]52;c;" in text and status == 0, f"OSC 52: {text!r}")
text, status = on_terminal(home, "code", "plain", "--copy", TMUX="/tmp/x,1,0")
check("\x1bPtmux;\x1b\x1b]52;c;" in text, f"OSC 52 in tmux: {text!r}")
print("columns, locales, pipes, no terminal, pinentry and clipboards are as they should be")
home.remove()
