"""Completion in the shells themselves: names of accounts are offered and typed literally, and nothing in them runs.

    shells.py

Each name is completed on the line of a real shell, which then prints the words that it has made of the line.
"""

import concurrent.futures
import json
import pty
import select
import urllib.parse

from scratch import *

# Where a name can do harm, or come to harm. Those that begin alike need the whole of what was typed.
NAMES = [
    ("Evil", "$(touch PWNED)"), ("Tick", "`touch PWNED`"), ("Za", "it's"), ("Dq", 'a"b'), ("AWS", "root:admin"),
    ("AWS", "prod:eu"), ("Two Words", "alice smith"), ("Semi", "a;touch PWNED"), ("Amp", "a&touch PWNED"),
    ("Glob", "*?[x]"), ("Tilde", "~root"), ("Hash", "#a"), ("Par", "(a) {b,c}"), ("Back", "a\\b"), ("Eq", "a=b"),
    ("Pipe", "a|touch PWNED"), ("Less", "a<b>PWNED"), ("Umlaut", "é日本"), ("Percent", "100%s"), ("Dollar", "$HOME"),
    ("Bang", "wow!!"), ("Event", "a!touch"), ("Caret", "^a^b"), ("At", "@host"),
    ("Brace", "{a,b}x"), ("Comment", "a #b"), ("Assign", "PATH=/x"), ("Mark", "mm\u0301"), ("Emoji", "🏦"), ("Rtl", "שלום"),
]


class Shell:
    """A shell below a terminal, with fob's completions, in a scratch directory."""

    def __init__(self, arguments, home, directory, start):
        self.text = b""
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.chdir(directory)
            os.execvpe(arguments[0], arguments, {
                "PATH": BIN + ":" + os.environ["PATH"], "FOB_HOME": home.path, "TERM": "xterm", "HOME": directory,
                "LC_ALL": "C.UTF-8", "PS1": "", "HISTFILE": "/dev/null"})
        self.directory = directory
        self.type(start + "\n")
        self.expect(b"SHELL READY")

    def type(self, text):
        os.write(self.fd, text.encode())

    def read(self):
        if select.select([self.fd], [], [], 0.1)[0]:
            try:
                self.text += os.read(self.fd, 65536)
            except OSError:
                pass
        return self.text

    def expect(self, part):
        until(lambda: part in self.read(), f"{part!r} from the shell, which shows {self.text[-2000:]!r}")

    def words(self, line):
        """The words after `show` that the shell makes of a line, of which TAB completes the last."""
        result = os.path.join(self.directory, "words")
        if os.path.exists(result):
            os.remove(result)
        self.text = b""
        self.type(line + "\t")
        # The shell is done when it answers again: what is completed is on the line by then.
        quiet = time.monotonic()
        before = None
        while time.monotonic() < quiet + 1.0:
            self.read()
            if self.text != before:
                before, quiet = self.text, time.monotonic()
        self.type("\n")
        until(lambda: os.path.exists(result) and open(result, "rb").read().endswith(b"END\0"),
              f"words of {line!r} from the shell, which shows {self.text[-2000:]!r}")
        with open(result, "rb") as file:
            return file.read().split(b"\0")[:-2]

    def end(self):
        os.close(self.fd)
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)


# `fob code WORDS` is not run: the words are what is of interest.
BASH = r"""
fob() { if [ "$1" = code ]; then shift; printf '%s\0' "$@" END >words; else command fob "$@"; fi; }
bind 'set bell-style none'; bind 'set enable-bracketed-paste off'; bind 'set page-completions off'
. ./completion; echo SHELL"" READY
"""
ZSH = r"""
autoload -U compinit; compinit -u -D; unsetopt beep; . ./completion
fob() { if [ "$1" = code ]; then shift; printf '%s\0' "$@" END >words; else command fob "$@"; fi; }
echo SHELL"" READY
"""
FISH = r"""
function fob; if test "$argv[1]" = code; printf '%s\0' $argv[2..] END >words; else; command fob $argv; end; end
function fish_prompt; end; source ./completion; echo SHELL"" READY
"""
SHELLS = [("bash", ["bash", "--norc", "-i"], BASH), ("zsh", ["zsh", "-f", "-i"], ZSH),
          ("fish", ["fish", "--no-config", "-i"], FISH)]

# What is not shown as it is: the start of the label that is typed, and the argument that it is.
ODD = [("Zwj/", "Zwj", "👩\u200d🚀", "Zwj/👩\u200d🚀"), ("Heart/", "Heart", "❤\ufe0f", "Heart/❤\ufe0f"),
       ("Joined/", "Joined", "a\u200db", r"Joined/a\u{200d}b"), ("Coloured/", "Coloured", "a\ufe0f", r"Coloured/a\u{fe0f}"),
       ("Dbl/", "Dbl", "a  b", r"Dbl/a \u{20}b"), ("Nbsp/", "Nbsp", "a\u00a0b", r"Nbsp/a\u{a0}b"),
       ("Bidi/", "Bidi", "x\u202ey", r"Bidi/x\u{202e}y"), ("Esc/", "Esc", r"\u{41}", r"Esc/\u{5c}u{41}"),
       ("Lost/", "Lost", "a\ufffdb", r"Lost/a\u{fffd}b")]
# What no argument can be, or what is another argument: its id is.
TAKEN = ["-rf", "--json", "id:00112233445566778899aabbccddeeff", "otpauth://totp/x", "motp:me", "age-secret-key-1"]

home = Home().start()
with home.connect() as agent:
    agent.initialize(PASSPHRASE)
    for issuer, name in NAMES + [(issuer, name) for _, issuer, name, _ in ODD] + [("", name) for name in TAKEN]:
        agent.add(issuer, name, os.urandom(20))

# Each name that is offered is taken back as the account that it is of.
offered = subprocess.run([os.path.join(BIN, "fob"), "list", "--names"], capture_output=True, check=True,
                         env=home.environment).stdout.decode().splitlines()
listed = json.loads(subprocess.run([os.path.join(BIN, "fob"), "list", "--json"], capture_output=True, check=True,
                                   env=home.environment).stdout)["accounts"]
equal(len(offered), len(listed), "names on lines of their own")
for name, account in zip(offered, listed):
    done = subprocess.run([os.path.join(BIN, "fob"), "show", name, "--json"], capture_output=True, env=home.environment)
    equal(done.returncode, 0, f"{name!r} is offered and not taken: {done.stderr!r}")
    equal(json.loads(done.stdout)["id"], account["id"], f"the account that {name!r} is offered for")


def completes(shell, arguments, start):
    """Each name on the line of one shell."""
    directory = tempfile.mkdtemp(dir=home.path)
    script = subprocess.run([os.path.join(BIN, "fob"), "completion", shell], stdout=subprocess.PIPE, check=True,
                            env={"PATH": os.environ["PATH"], "FOB_HOME": home.path}).stdout
    with open(os.path.join(directory, "completion"), "wb") as file:
        file.write(script)
    person = Shell(arguments, home, directory, start.strip().replace("\n", "; ") if shell == "bash" else start.strip())
    wrong = []
    for issuer, name in NAMES:
        label = f"{issuer}/{name}"
        # Enough of it to be the only one: where two begin alike, into the second half.
        typed = label[:len(issuer) + 1 + (2 if issuer == "AWS" else 0)].replace(" ", "\\ ")
        found = person.words(f"fob code {typed}")
        if found != [label.encode()]:
            wrong.append((label, found))
        check(not os.path.exists(os.path.join(directory, "PWNED")), f"{shell} ran what stands in a name: {label}")
    equal(wrong, [], f"{shell}: names that became other words")
    for typed, _, _, argument in ODD:
        found = person.words(f"fob code {typed}")
        equal(found, [argument.encode()], f"{shell}: {argument}")
    # Up to a colon, and in quotes that were begun.
    equal(person.words("fob code AWS/root:ad"), [b"AWS/root:admin"], f"{shell}: behind a colon")
    equal(person.words('fob code "Two Wo'), [b"Two Words/alice smith"], f"{shell}: in quotes")
    equal(person.words("fob code 'Evil"), [b"Evil/$(touch PWNED)"], f"{shell}: in single quotes")
    equal(person.words('fob code "Evil'), [b"Evil/$(touch PWNED)"], f"{shell}: in double quotes")
    check(not os.path.exists(os.path.join(directory, "PWNED")), f"{shell} ran what stands in a name")
    person.end()


tried = [each for each in SHELLS if shutil.which(each[0])]
for shell, *_ in SHELLS:
    if not shutil.which(shell):
        partly(f"no {shell}")
# Most of the time nothing is heard of any of them.
with concurrent.futures.ThreadPoolExecutor() as pool:
    list(pool.map(lambda each: completes(*each), tried))
tried = [shell for shell, *_ in tried]

# Who calls bash's function gets the names as they are.
if "bash" in tried:
    script = r"""
. <(fob completion bash); COMP_WORDS=(fob code ''); COMP_CWORD=2; COMP_LINE='fob code '; COMP_POINT=9; COMPREPLY=()
_fob fob '' code; printf '%s\0' "${COMPREPLY[@]}"
"""
    out = subprocess.run(["bash", "-c", script], stdout=subprocess.PIPE, check=True, cwd=home.path, env={
        "PATH": BIN + ":" + os.environ["PATH"], "FOB_HOME": home.path}).stdout
    equal(sorted(out.split(b"\0")[:-1]), sorted(name.encode() for name in offered), "what is offered")
home.remove()
if not tried:
    skip("no shell whose completions could be tried")
print(f"{len(NAMES)} names, completed by {', '.join(tried)}")
