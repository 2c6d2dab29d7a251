"""The terminal of every day: fresh codes, codes of secrets that are not kept, names that were mistyped, colours.

    everyday.py
"""

import json
import stat

from protocol_client import *
from person import *

KEY = b"12345678901234567890"
SECRET = base64.b32encode(os.urandom(20)).decode()


class Result:
    def __init__(self, run):
        self.status, self.out, self.err = run.returncode, run.stdout.decode(), run.stderr.decode()


def fob(*arguments, input=b"", home=None, **environment):
    return Result(subprocess.run([FOB, *arguments], input=input, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                 env={**(home or here).environment, **environment}))


def on_terminal(*arguments, keys=(), environment=(), size=(24, 80)):
    """What fob writes to a terminal, and its status. Each of `keys` is typed when its first part was shown."""
    pid, fd = pty.fork()
    if pid == 0:
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", *size, 0, 0))
        os.execve(FOB, [FOB, *arguments], {**here.environment, "TERM": "xterm", **dict(environment)})
    text, mark, keys = b"", 0, list(keys)
    end = time.monotonic() + PATIENCE
    while True:
        check(time.monotonic() < end, f"{arguments} does not end: {text!r}")
        if select.select([fd], [], [], 0.1)[0]:
            try:
                read = os.read(fd, 65536)
            except OSError:
                read = b""
            if not read:
                break
            text += read
        if keys and keys[0][0] in text[mark:]:
            # Not while it is still drawing.
            time.sleep(0.1)
            mark = len(text)
            os.write(fd, keys.pop(0)[1])
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    os.close(fd)
    return text, status


# Fresh codes, at a time that stands still: each caller gets one that nobody had, and then none.
NOW = 1_111_111_109
with Home("--test-time", str(NOW)) as here:
    with here.connect() as agent:
        agent.initialize(PASSPHRASE)
        agent.add("AWS", "root", KEY)
        agent.add("AWS", "other", KEY[::-1])
    this, following = totp(KEY, NOW), totp(KEY, NOW + 30)
    equal(fob("code", "AWS/root").out, this + "\n", "a code")
    equal(fob("code", "AWS/root").out, this + "\n", "the same code")
    equal(fob("code", "--fresh", "AWS/root").out, following + "\n", "a fresh code")
    late = fob("code", "--fresh", "AWS/root")
    equal((late.status, late.out), (46, ""), f"no third one: {late.err}")
    equal(fob("code", "--fresh", "--json", "AWS/root", ).status, 46, "nor with --json")
    this, following = totp(KEY[::-1], NOW), totp(KEY[::-1], NOW + 30)
    equal(fob("code", "--fresh", "AWS/other").out, this + "\n", "the first one of an account is fresh")
    equal(fob("next", "AWS/other").out, following + "\n", "the next code")
    equal(fob("code", "--fresh", "AWS/other").status, 46, "what was given as the next one is not fresh")
    # A lock does not make them fresh.
    with here.connect() as agent:
        agent.lock()
        agent.unlock(PASSPHRASE)
    equal(fob("code", "--fresh", "AWS/other").status, 46, "over a lock")
    # Nor does another agent, as far as it can know: codes of this second were given.
    here.stop()
    here.start()
    with here.connect() as agent:
        agent.unlock(PASSPHRASE)
    equal(fob("code", "--fresh", "AWS/other").status, 46, "over a restart within the step")

with Home() as here:
    with here.connect() as agent:
        agent.initialize(PASSPHRASE)
    # The status, without a word.
    equal((fob("status", "--quiet").status, fob("status", "-q").out), (0, ""), "status --quiet, unlocked")
    with here.connect() as agent:
        agent.lock()
    equal(fob("status", "--quiet").status, 2, "status --quiet, locked")
    with Home() as other:
        equal(fob("status", "--quiet", home=other).status, 8, "status --quiet, without a vault")
    with here.connect() as agent:
        agent.unlock(PASSPHRASE)

    # A name in its place, a secret refused, none of it repeated.
    for name, label in (("github", "github"), ("GitLab/alice", "GitLab/alice")):
        added = fob("add", name, "--json", input=SECRET.encode())
        equal(added.status, 0, f"add {name}: {added.err}")
        found = json.loads(added.out)
        equal("/".join(filter(None, (found["issuer"], found["name"]))), label, "the name")
        key = base64.b32encode(os.urandom(20)).decode()
        SECRET = key
    for secret in ("JBSWY3DPEHPK3PXP", "jbswy3dpehpk3pxpjbswy3dp", "3132333435363738393031323334353637383930"):
        refusal = fob("add", secret, input=SECRET.encode())
        check(refusal.status == 64 and secret not in refusal.err, f"a secret as a name: {refusal.err}")
    equal(fob("add", "a", "b", input=SECRET.encode()).status, 64, "two names")
    text, status = on_terminal("add", "Shop/me", keys=[(b"not shown): ", b"GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\n")])
    check(status == 0 and b"its code is " in text, f"the code after add: {text!r}")
    check(any(totp(KEY, at).encode() in text for at in (time.time(), time.time() - 30)), f"the right one: {text!r}")

    # Codes at once; of a secret that is kept nowhere.
    listed = fob("list", "--codes")
    equal(len(listed.out.splitlines()), 3, f"list --codes: {listed.out}")
    equal(len(json.loads(fob("list", "--codes", "--json").out)["codes"]), 3, "list --codes --json")
    for arguments, seconds in (([], 30), (["--digits", "8", "--period", "60"], 60)):
        def instant():
            read, write = os.pipe()
            os.write(write, base64.b32encode(KEY))
            os.close(write)
            run = subprocess.run([FOB, "code", "--secret-fd", str(read), *arguments], stdout=subprocess.PIPE,
                                 stderr=subprocess.PIPE, pass_fds=[read], env={"PATH": os.environ["PATH"]})
            os.close(read)
            return Result(run)
        before = int(time.time())
        code = instant()
        equal(code.status, 0, f"code --secret-fd: {code.err}")
        at = [before + 60 * n for n in (0, 1)] + [int(time.time())]
        digits = 8 if arguments else 6
        wanted = set()
        for moment in at:
            mac = hmac.digest(KEY, struct.pack(">Q", moment // seconds), "sha1")
            part = mac[-1] & 15
            wanted.add(str((int.from_bytes(mac[part:part + 4], "big") & 0x7fffffff) % 10 ** digits).zfill(digits))
        check(code.out.strip() in wanted, f"code --secret-fd gives {code.out!r}, and not one of {wanted}")
    equal(len(fob("list", "--names").out.splitlines()), 3, "it is not kept")

    # What is without codes is in nobody's way.
    imported = fob("recovery", "import", "--new", "GitHub/octocat-codes", "-", "--service", "mastodon",
                   input=b"".join(os.urandom(8).hex().encode() + b"\n" for _ in range(8)))
    equal(imported.status, 0, f"recovery import --new: {imported.err}")
    equal(fob("code", "github").status, 0, "a set of recovery codes makes no name ambiguous")
    equal(fob("code", "git").status, 4, "two that give codes do")
    check("octocat-codes" not in fob("list", "--names", "--otp").out, "list --otp")
    check("(1 without codes)" in fob("status").out, "status tells them apart")

    # What was mistyped.
    for name, meant in (("gihtub", "github"), ("GitLab/alcie", "GitLab/alice")):
        wrong = fob("code", name)
        check(wrong.status == 3 and name in wrong.err and "did you mean" in wrong.err and meant in wrong.err.split("did you mean")[1], wrong.err)
    for words, meant in ((["cod", "github"], "fob code"), (["key", "shwo", "x"], "fob key show")):
        wrong = fob(*words)
        check(wrong.status == 64 and "did you mean" in wrong.err and meant in wrong.err.split("did you mean")[1], wrong.err)
    check("'$(touch x)'" in (fob("add", "$(touch x)", input=base64.b32encode(os.urandom(20))).err
                             + fob("code", "$(touch y)").err), "what is proposed can be pasted")
    # Of several names the one that is wrong is named; in the trash, one of there.
    for words, wrong_one in ((["order", "github", "before", "nosuch"], "nosuch"), (["order", "nosuch", "after", "github"], "nosuch"),
                             (["untrash", "nosuch"], "nosuch"), (["watch", "github", "nosuch"], "nosuch")):
        wrong = fob(*words)
        check(wrong.status == 3 and f"name {wrong_one}\n" in wrong.err, f"{words}: {wrong.err}")
    check("fob list --trash" in fob("untrash", "nosuch").err, "where names of the trash are")
    # Words that occur in one label only, whatever their case and marks.
    with here.connect() as agent:
        agent.add("Zażółć", "Gęślą", os.urandom(20))
    for words in ("zazolc", "GESLA zazolc", "Zażółć/Gęślą"):
        equal(fob("code", words).status, 0, f"an account by {words}")
    for words, part in ((["keeper", "make"], "fob help keeper"), (["code", "github", "--wait", "-1"], "'-1' is invalid"),
                        (["recovery", "used", "github", "--code=1", "--secret=2"], "fob help recovery used")):
        wrong = fob(*words)
        check(wrong.status == 64 and part in wrong.err, f"{words}: {wrong.err}")
    equal(fob("-V").out, fob("--version").out, "-V")
    # A passphrase that is asked for as a proof: the vault is not locked, and nobody says so.
    for words in (["access", "kit"], ["access", "rotate"], ["drill"], ["passphrase"], ["key", "pin", "set"]):
        for more, what in (([], "no terminal"), (["--no-ask"], "nobody is to be asked")):
            read = subprocess.run([FOB, *words, *more], stdin=subprocess.DEVNULL, capture_output=True, env=here.environment,
                                  start_new_session=True, timeout=PATIENCE)
            wrong = read.stderr.decode()
            check(read.returncode == 66 and what in wrong and "locked" not in wrong, f"{words + more}: {read.returncode} {wrong}")
    formats = fob("export", "--to", "nothing")
    check(formats.status == 64 and "aegis" in formats.err, f"what may be given is said: {formats.err}")

    # Identities are for their owner.
    target = os.path.join(here.path, "identity.txt")
    for arguments in ([], ["--output", target]):
        read, write = os.pipe()
        os.write(write, PASSPHRASE)
        os.close(write)
        if os.path.exists(target):
            os.remove(target)
        with open(target if not arguments else os.devnull, "wb") as file:
            run = subprocess.run([FOB, "passphrase", "--identity", "--passphrase-fd", str(read), *arguments],
                                 stdout=file, stderr=subprocess.PIPE, pass_fds=[read], env=here.environment)
        os.close(read)
        equal(run.returncode, 0, f"an identity: {run.stderr}")
        equal(stat.S_IMODE(os.stat(target).st_mode), 0o600, f"the mode of the identity {arguments}")
        check(open(target).read().startswith("AGE-SECRET-KEY-1"), "the identity")

    # Colours, and terminals that have none; nothing is backed up.
    text, status = on_terminal("status")
    check(b"\x1b[31m" in text and b"nothing is backed up" in text, f"a red line: {text!r}")
    for environment in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
        text, status = on_terminal("status", environment=environment.items())
        check(b"\x1b" not in text and b"nothing is backed up" in text, f"no colours with {environment}: {text!r}")
    check("\x1b" not in fob("status").out, "none in a pipe")

    # watch: the second screen, in its height, searching and copying.
    with here.connect() as agent:
        for number in range(30):
            agent.add("Many", f"account{number:02}", os.urandom(20))
    for size in ((24, 80), (8, 40), (3, 20), (1, 10)):
        text, status = on_terminal("watch", keys=[(b"\x1b[J", b"q")], size=size)
        check(status == 0 and text.startswith(b"\x1b[?1049h"), f"watch {size}: {status} {text!r}")
        check(text.endswith(b"\x1b[?1049l"), f"watch {size} leaves the second screen: {text!r}")
        screen = text.split(b"\x1b[H")[1].split(b"\x1b[J")[0]
        check(screen.count(b"\n") < size[0], f"watch {size} is higher than the terminal")
    text, status = on_terminal("watch", keys=[
        (b"\x1b[J", b"/shop"), (b"/shop  1 account", b"\n"), (b"c copy", b"c"), (b"copied the code", b"q")])
    equal(status, 0, f"watch: {text!r}")
    last = text.split(b"/shop  1 account")[-1]
    check(b"account29" not in last and b"Shop/me" in last, f"what is searched for: {last!r}")
    shown = text
    # As accounts are named: words in any order, without regard to marks.
    text, status = on_terminal("watch", "Shop/me", "shop", keys=[
        (b"\x1b[J", b"/ME sh"), (b"/ME sh  1 account", b"op\n"), (b"c copy", b"q")])
    equal(status, 0, f"watch of one account that was named twice: {text!r}")
    text, status = on_terminal("watch", keys=[(b"\x1b[J", b"/gesla zazolc"), (b"/gesla zazolc  1 account", b"\x04")])
    equal(status, 0, f"watch, searched without marks: {text!r}")
    copied = base64.b64decode(shown.split(b"\x1b]52;c;")[1].split(b"\x07")[0]).decode()
    check(copied in (totp(KEY, time.time()), totp(KEY, time.time() - 30)), f"OSC 52: {copied}")
    text, status = on_terminal("code", "--copy", "Shop/me", environment={"TMUX": "/tmp/x,1,0"}.items())
    check(b"\x1bPtmux;\x1b\x1b]52;c;" in text and status == 0, f"through tmux: {text!r}")
    equal(fob("code", "--copy", "Shop/me").status, 78, "no clipboard, no terminal")

    # A vault that is locked meanwhile leaves no code on the screen, however long that holds.
    with here.connect() as agent:
        agent.add("Day", "long", os.urandom(20), period=86400)
        person = at_terminal(here, "watch", "Day/long")
        person.shows(b"  Day/long")
        agent.lock()
        person.shows(b"assphrase: ")
        check(person.text.rindex(b"\x1b[?1049l") < person.text.rindex(b"assphrase"), f"the screen is left: {person.text!r}")
        person.hidden()
        person.type(b"\x04")
        equal(person.end(), 130, f"watch of a locked vault: {person.text!r}")
        agent.unlock(PASSPHRASE)

    # One line of the log for a watch and account, and one at its end, however long it shows.
    with here.connect() as agent:
        for _ in range(50):
            agent.ask(CODE, u8(2) + selector("Many/account07"), CODE_REPLY)

    def lines():
        entries = json.loads(fob("log", "--account", "account07", "--json").out)["entries"]
        return [entry for entry in entries if entry["pid"] == os.getpid() and entry["event"] == "account.code"]
    until(lambda: len(lines()) == 2, f"two lines of the log: {lines()}")
    equal(lines()[1]["details"]["count"], "49", "the codes that were shown after the first")

    # Times are local.
    check("+0545" in fob("show", "Shop/me", TZ="Asia/Kathmandu").out, "local times")
    # The log, by account and event.
    check(all("Shop/me" in line for line in fob("log", "--account", "shop").out.splitlines()), "log --account")
    check(all(" vault." in line for line in fob("log", "--event", "vault.").out.splitlines()), "log --event")

    # An agent that is stopped is told apart from one that waits for its disk; a lock reaches it all the same.
    os.kill(here.pid, signal.SIGSTOP)
    try:
        stopped = fob("list")
        check(stopped.status == 69 and f"(process {here.pid}) is stopped" in stopped.err, stopped.err)
        equal(fob("lock").status, 75, "a lock by signal")
    finally:
        os.kill(here.pid, signal.SIGCONT)
    check(f"kill -CONT {here.pid}" in stopped.err, stopped.err)
    until(lambda: fob("status", "--quiet").status == 2, "the vault is locked")

print("codes, names, colours and the screen of every day")
