"""The day after the worst day: a restored machine knows where backups went, goes on there when its owner says so, and tells
what is still missing; what failed is tried again, and what was uploaded while the vault was locked is looked into.

    after_restore.py
"""

import json
import pty
import re
import select
import shlex

from faults import key_of
from scratch import *

FOB = os.path.join(BIN, "fob")


def fob(home, *arguments, status=0, secrets=None, environment=None):
    done = subprocess.run(
        [FOB, *arguments], env={**home.environment, **(environment or {})}, stdin=subprocess.DEVNULL,
        capture_output=True) if not secrets else fob_with(home, secrets, *arguments, new_session=True)
    out, err = done.stdout.decode(), done.stderr.decode()
    equal(done.returncode, status, f"{' '.join(arguments)} said {out!r} {err!r}")
    return out, err


def folder():
    path = tempfile.mkdtemp(prefix="fob-")
    atexit.register(shutil.rmtree, path, True)
    return path


def person(home, arguments, answers, status=0):
    """fob at a terminal; each prompt that is answered, and all that was shown."""
    pid, fd = pty.fork()
    if pid == 0:
        os.execve(FOB, [FOB, *arguments], {**home.environment, "TERM": "xterm"})
    shown, seen, left = "", "", list(answers)
    while True:
        if select.select([fd], [], [], PATIENCE)[0]:
            try:
                part = os.read(fd, 4096)
            except OSError:
                break
            if not part:
                break
            shown += part.decode(errors="replace")
            seen += part.decode(errors="replace")
        else:
            check(False, f"nobody answers {seen!r}")
        if left and re.search(left[0][0] + r" ?$", seen):
            # What is typed before a hidden prompt is ready is discarded.
            time.sleep(0.8)
            os.write(fd, left.pop(0)[1] + b"\n")
            seen = ""
    os.close(fd)
    equal(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), status, f"{arguments}: {shown!r}")
    equal(left, [], f"prompts that did not come: {shown!r}")
    return shown.replace("\r", "")


def missing(text):
    return [line[len("missing: "):] for line in text.split("\n") if line.startswith("missing: ")]


def destinations(home):
    return {entry["name"]: entry["place"] for entry in json.loads(fob(home, "backup", "list", "--json")[0])["destinations"]}


# A machine with a disk, a stick that will not be there, a remote of rclone, and commands with a password in them.
disk, stick, commands = folder(), folder(), folder()
# Its path would be commands of a shell.
os.rename(stick, stick := stick + "'; touch pasted; '")
home = Home().start()
with home.connect() as agent:
    agent.initialize(PASSPHRASE)
    agent.add("Example", "user", key_of("user"))
SECRET = "hunter2-in-a-command"
fob(home, "backup", "add", "disk", "--folder", disk)
fob(home, "backup", "add", "stick", "--folder", stick)
fob(home, "backup", "add", "cloud", "--rclone", "onedrive:fob")
fob(home, "backup", "add", "host", "--put", f'cat > "{commands}/$FOB_NAME" # {SECRET}', "--get", f'cat "{commands}/$FOB_NAME"',
    "--list", f'ls "{commands}"')
fob(home, "backup", "add", "former", "--folder", commands)
fob(home, "backup", "remove", "former")
fob(home, "backup", "now", status=15)
names = [name for name in os.listdir(disk) if name.startswith("fob-")]
equal(len(names), 1, "one backup: what is noted of places is in it")
fob(home, "backup", "now", status=15)
equal([name for name in os.listdir(disk) if name.startswith("fob-")], names, "noted once")
shutil.rmtree(stick)

# By a script: nothing is asked, and what is missing is told, in JSON too.
script = Home().start()
out, _ = fob(script, "restore", disk, "--yes", secrets={"--passphrase-fd": PASSPHRASE})
told = missing(out)
# What is to be pasted is what it says, whatever a name or path has in it.
proposed = [shlex.split(line.split("here: ")[-1].split("config: ")[-1]) for line in told if ": fob backup add " in line]
equal(sorted(proposed), sorted([
    ["fob", "backup", "add", "disk", "--folder", disk], ["fob", "backup", "add", "stick", "--folder", stick],
    ["fob", "backup", "add", "cloud", "--rclone", "onedrive:fob"]]), "what is proposed")
for part in ("host by commands", "no emergency kit"):
    check(any(part in line for line in told), f"{part}: {told}")
check(not any("former" in line for line in told), f"what is no longer used: {told}")
check(SECRET not in out, "a command")
equal(destinations(script), {}, "nothing is set up unasked")
# What is told can be done.
fob(script, "backup", "add", "disk", "--folder", disk)
fob(script, "backup", "now")
again = Home().start()
out, _ = fob(again, "restore", disk, "--yes", "--json", secrets={"--passphrase-fd": PASSPHRASE})
check(any("stick" in line for line in json.loads(out)["missing"]), f"JSON: {out}")
again.stop()
script.stop()

# By a person: the place that the backup came from is offered by its name.
new = Home().start()
shown = person(new, ["restore", disk], [
    (r"assphrase[^\n]*:", PASSPHRASE), (r"Restore [^\n]*\[y/N\]", b"y"), (r"Back up to disk [^\n]*\[y/N\]", b"y")])
equal(destinations(new), {"disk": disk}, "what was set up")
told = missing(shown)
check(not any("fob backup add disk" in line for line in told) and any("stick" in line for line in told), f"missing: {told}")
fob(new, "backup", "now")
_, err = fob(new, "backup", "run")
check("verified" in err, f"it goes on there: {err!r}")
with new.connect() as agent:
    equal([account["name"] for account in agent.accounts()], ["user"], "accounts")

# A no is a no.
other = Home().start()
shown = person(other, ["restore", disk], [
    (r"assphrase[^\n]*:", PASSPHRASE), (r"Restore [^\n]*\[y/N\]", b"y"), (r"Back up to disk [^\n]*\[y/N\]", b"n")])
equal(destinations(other), {}, "nothing was set up")
check(any("fob backup add disk" in line for line in missing(shown)), f"{shown!r}")
other.stop()

# Two machines know each other's places after a sync; a place that one drops is used by the other still.
far = folder()
fob(new, "backup", "add", "far", "--folder", far)
fob(new, "sync", "--no-ask")
fob(home, "sync", "--no-ask", status=15)
third = Home().start()
out, _ = fob(third, "restore", far, "--yes", secrets={"--passphrase-fd": PASSPHRASE})
check({"far", "stick", "disk"} <= {name for line in missing(out) for name in ("far", "stick", "disk") if f" {name}" in line},
      f"of both machines: {out}")
third.stop()
new.stop()

# What fails is one line with its cause and remedy for the journal, and is not tried again at once by the unit; what is
# sealed since is.
fob(home, "backup", "remove", "stick")
fob(home, "backup", "remove", "cloud")
fob(home, "backup", "remove", "host")
away = disk + ".away"
os.rename(disk, away)
with home.connect() as agent:
    agent.add("Example", "second", key_of("second"))
    agent.ask(0x60, b"\0", expect=0xC2)
time.sleep(1.1)
unit = ("backup", "run", "--if-changed", "--no-start", "--no-ask")
_, err = fob(home, *unit, status=15)
lines = err.strip().split("\n")
check(len(lines) == 1 and "disk: not backed up" in lines[0] and "fob backup run disk" in lines[0], f"one line: {err!r}")
os.rename(away, disk)
_, err = fob(home, *unit, status=15)
equal(err, "", "too early for another attempt")
state = os.path.join(home.path, "backup", "disk.state")


def long_ago():
    with open(state) as file:
        text = file.read()
    with open(state, "w") as file:
        file.write(re.sub(r"^attempt \d+$", f"attempt {int(time.time()) - 3600}", text, flags=re.M))


long_ago()
_, err = fob(home, *unit)
check("verified" in err, f"the next attempt: {err!r}")
_, err = fob(home, *unit)
equal(err, "", "and then nothing is to be done")
atexit.register(shutil.rmtree, away, True)
os.rename(disk, away)
fob(home, "backup", "run", status=15)
os.rename(away, disk)
time.sleep(1.1)
with home.connect() as agent:
    agent.add("Example", "third", key_of("third"))
    agent.ask(0x60, b"\0", expect=0xC2)
_, err = fob(home, *unit)
check("verified" in err, f"what was sealed since the failure is tried at once: {err!r}")

# Uploaded while locked; the unlock wakes up the unit, which waits for changes in the directory, and it is looked into.
with home.connect() as agent:
    agent.add("Example", "fourth", key_of("fourth"))
    agent.lock()
sealed = os.path.join(home.path, "sealed")
until(lambda: len(names := [name for name in os.listdir(sealed) if name.endswith(".age") and name.startswith("fob-")]) and
      max(int(name.rsplit("-", 1)[1][:-4]) for name in names) > 4, "sealed when it locks")
_, err = fob(home, *unit)
check("locked" in err, f"uploaded while locked: {err!r}")
os.utime(os.path.join(sealed, "newest"), (1, 1))
with home.connect() as agent:
    agent.unlock(PASSPHRASE)
until(lambda: os.stat(os.path.join(sealed, "newest")).st_mtime > 1, "the unit is woken up by the unlock")
_, err = fob(home, *unit)
check("disk" in json.dumps(json.loads(fob(home, "backup", "status", "--json")[0]))
      and json.loads(fob(home, "backup", "status", "--json")[0])["destinations"][0]["state"] == "verified", f"looked into: {err!r}")
# Where everything is verified, an unlock wakes nobody.
home.stop()
with home.start().connect() as agent:
    agent.unlock(PASSPHRASE)
fob(home, "backup", "run")
with home.connect() as agent:
    agent.lock()
    os.utime(os.path.join(sealed, "newest"), (1, 1))
    agent.unlock(PASSPHRASE)
    status(agent)
equal(os.stat(os.path.join(sealed, "newest")).st_mtime, 1, "nobody is woken up")
home.stop()
print("goes on after a restore, tries again, looks into what was uploaded while locked")
