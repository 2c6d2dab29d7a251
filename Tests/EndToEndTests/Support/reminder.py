"""Whoever uses nothing but codes learns at a terminal, once a day, that nothing is backed up or that backups fail for long;
a script learns nothing, and pays nothing.

    reminder.py
"""

import json
import pty
import re
import select

from faults import key_of
from scratch import *

FOB = os.path.join(BIN, "fob")
DAY = 86400
home = Home().start()
with home.connect() as agent:
    agent.initialize(PASSPHRASE)
    agent.add("Example", "user", key_of("user"))
mark = os.path.join(home.path, "backup", "reminded")
NOTHING, STALE = "nothing is backed up", "the backup is stale at disk"


def at_terminal(*arguments, status=0, stderr=None):
    """What fob shows at a terminal of its own; with standard error elsewhere, both."""
    pid, fd = pty.fork()
    if pid == 0:
        if stderr:
            os.dup2(os.open(stderr, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), 2)
        os.execve(FOB, [FOB, *arguments], {**home.environment, "TERM": "xterm"})
    shown = b""
    while True:
        try:
            part = os.read(fd, 4096)
        except OSError:
            break
        if not part:
            break
        shown += part
    os.close(fd)
    equal(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), status, f"{arguments}: {shown!r}")
    return shown.decode()


def told(text, part=NOTHING):
    found = [line for line in text.replace("\r", "").split("\n") if part in line]
    check(len(found) <= 1, f"told more than once: {text!r}")
    return bool(found)


def code_first(text):
    check(re.fullmatch(r"\d{6}", text.replace("\r", "").split("\n")[0]), f"the code stands first: {text!r}")
    return text


def days_pass(days):
    moment = time.time() - days * DAY
    os.utime(mark, (moment, moment))


# A script: with pipes, with files, with JSON, and with its output at a terminal but not its errors.
for command in (["code", "Example"], ["next", "Example"], ["code", "--json", "Example"], ["code", "--no-ask", "Example"]):
    done = subprocess.run([FOB, *command], env=home.environment, stdin=subprocess.DEVNULL, capture_output=True)
    equal((done.returncode, done.stderr), (0, b""), f"{command}")
aside = os.path.join(home.path, "stderr")
code_first(at_terminal("code", "Example", stderr=aside))
equal(open(aside).read(), "", "errors of a script that prints to a terminal")
check("{" in at_terminal("code", "--json", "Example"), "JSON at a terminal")
check(not os.path.exists(mark), "nobody was reminded by then")

# A person, in each form: once a day.
for number, command in enumerate((["code", "Example"], ["next", "Example"], ["code", "--no-ask", "Example"],
                                  ["code", "--wait", "1", "Example"])):
    if number:
        days_pass(2)
    text = code_first(at_terminal(*command))
    check(told(text) and "fob backup add" in text, f"{command} reminds: {text!r}")
    for again in (["code", "Example"], ["code", "--no-start", "Example"]):
        check(not told(code_first(at_terminal(*again))), "twice on one day")
days_pass(0.9)
check(not told(at_terminal("code", "Example")), "before the day is over")
days_pass(-9)
check(told(at_terminal("code", "Example")), "after a clock that was wrong")
# Where the output goes elsewhere, such as into a variable of the shell, the terminal is told all the same.
days_pass(2)
pid, fd = pty.fork()
if pid == 0:
    os.dup2(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), 1)
    os.execve(FOB, [FOB, "code", "Example"], {**home.environment, "TERM": "xterm"})
shown = b""
while select.select([fd], [], [], PATIENCE)[0]:
    try:
        shown += os.read(fd, 4096)
    except OSError:
        break
os.waitpid(pid, 0)
check(told(shown.decode()) and re.fullmatch(r"\d{6}\n", open(aside).read()), f"code=$(fob code): {shown!r}")

# status says it at any time, and then nobody needs a reminder.
days_pass(2)
check(told(at_terminal("status")), "status")
check(not told(at_terminal("code", "Example")), "a code after a look at the status")
out = subprocess.run([FOB, "status", "--json"], env=home.environment, capture_output=True).stdout
check(any(NOTHING in line for line in json.loads(out)["warnings"]), f"status in JSON: {out!r}")
with home.connect() as agent:
    agent.lock()
check(told(at_terminal("status")), "status while locked")
with home.connect() as agent:
    agent.unlock(PASSPHRASE)

# With a place there is nothing to tell, until it fails for long.
place = tempfile.mkdtemp(prefix="fob-")
atexit.register(shutil.rmtree, place, True)
for arguments in (["backup", "add", "disk", "--folder", place], ["backup", "now"]):
    equal(fob_with(home, {}, *arguments).returncode, 0, f"{arguments}")
days_pass(2)
text = code_first(at_terminal("code", "Example"))
check(not told(text) and not told(text, "stale"), f"all is well: {text!r}")
check(os.stat(mark).st_mtime > time.time() - DAY, "looked at once a day only")
check(not told(at_terminal("status")), "status when all is well")
state = os.path.join(home.path, "backup", "disk.state")
with open(state) as file:
    lines = file.read()
long_ago = str(int(time.time() - 9 * DAY))
with open(state, "w") as file:
    file.write(re.sub(r"^(added|success) \d+$", rf"\1 {long_ago}", lines, flags=re.M))
check(not told(at_terminal("code", "Example"), STALE), "the same day")
days_pass(2)
text = code_first(at_terminal("code", "Example"))
check(told(text, STALE) and "fob backup status" in text, f"stale: {text!r}")
# A configuration that nobody can read keeps runs from working, too.
config = os.path.join(home.path, "config")
with open(config, "a") as file:
    file.write("[backup broken]\nnothing\n")
days_pass(2)
text = code_first(at_terminal("code", "Example"))
check("config" in text and "warning" in text, f"a broken configuration: {text!r}")

# An empty vault has nothing to lose.
with Home().start() as empty:
    with empty.connect() as agent:
        agent.initialize(PASSPHRASE)
    done = subprocess.run([FOB, "status"], env=empty.environment, capture_output=True)
    check(not told(done.stdout.decode()), f"an empty vault: {done.stdout!r}")

# A script's code looks at no file for that, and makes no more calls than the 44 of before there were reminders.
need("strace")
log = os.path.join(home.path, "calls")
os.remove(mark)
with open(config, "w") as file:
    file.write("")
os.chmod(config, 0o600)
subprocess.run(["strace", "-f", "-qq", "-o", log, FOB, "code", "Example"], env=home.environment, stdin=subprocess.DEVNULL,
               stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=True)
calls = open(log).read().strip().split("\n")
check(not any("reminded" in line for line in calls), "a script's code looks for a reminder")
check(len(calls) <= 44, f"{len(calls)} calls: {calls}")
home.stop()
print(f"{len(calls)} calls of a script's fob code")
