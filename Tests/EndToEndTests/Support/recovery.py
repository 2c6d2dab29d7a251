"""Recovery codes of services, from the download to the paper: they come in through fob-convert, leave only for an owner
who has just proved to be there, and what was shown or used is on the disk before anybody knows of it.

    recovery.py
"""

import csv
import io
import json
import pty
import random
import select
import stat

from protocol_client import *
from scratch import *

FOB = os.path.join(BIN, "fob")
NOW = 1_700_000_000
DAY = 24 * 3600
RECOVERY_NEXT, RECOVERY_USED, RECOVERY_COUNTS, RECOVERY_CODE = 0x52, 0x53, 0xD0, 0xD2
HANDING_OUT = ("next", "print", "download", "export")


def github_codes(count=16):
    return ["-".join("".join(random.choice("0123456789abcdef") for _ in range(5)) for _ in range(2))
            for _ in range(count)]


first, second = github_codes(), github_codes()
keycloak = ["-".join("".join(random.choice("ABCDEFGHIJKLMNPQRSTUVWXYZ123456789") for _ in range(4)) for _ in range(3))
            for _ in range(12)]
home = Home("--test-time", str(NOW)).start()
files = os.path.join(home.path, "files")
os.mkdir(files)


def path(name):
    return os.path.join(files, name)


def write(name, text):
    os.makedirs(os.path.dirname(path(name)), exist_ok=True)
    with open(path(name), "w", newline="") as file:
        file.write(text)
    return path(name)


def fob(*arguments, status=0, input=b"", environment=None, codes=False):
    """Runs fob without a terminal. Unless `codes` may come out, none of them may be in what it says."""
    if arguments[0] == "recovery" and arguments[1] in HANDING_OUT and "--no-ask" not in arguments:
        # However slow the machine is: this session has just proved that the owner is there.
        agent.unlock(PASSPHRASE)
    done = subprocess.run(
        [FOB, *arguments], input=input, capture_output=True, timeout=60,
        env={"PATH": os.environ["PATH"], "FOB_HOME": home.path, "HOME": home.path, **(environment or {})})
    said = done.stdout + done.stderr
    equal(done.returncode, status, f"{' '.join(arguments)} said {said!r}")
    for code in first + second + keycloak:
        check(code.encode() not in (done.stderr if codes else said), f"{' '.join(arguments)} says a code")
    if "--json" in arguments and status == 0:
        return json.loads(done.stdout)
    return done.stdout.decode() if codes else said.decode()


def counts(label="GitHub/alice"):
    found = [found for found in fob("recovery", "list", "--json")["sets"] if found["account"] == label]
    return (found[0]["left"], found[0]["total"], found[0]["shown"]) if found else None


def told(*arguments, answer, status, codes=False):
    """Runs fob apart; the question that it raises is answered. What it printed."""
    process = subprocess.Popen(
        [FOB, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        start_new_session=True, env={"PATH": os.environ["PATH"], "FOB_HOME": home.path})
    question = until(agent.challenges, "the question")[0]
    equal((question["kind"], question["needs_passphrase"]), ("export", True), "the question")
    answer(question["id"])
    out, errors = process.communicate(timeout=60)
    equal(process.returncode, status, f"{arguments} said {errors!r}")
    if not codes:
        check(not any(code.encode() in out + errors for code in first + second), "a code came out all the same")
    return out.decode(), question


def kill_after(type, body, expect):
    """Sends a request; the agent is killed the moment it has replied. The reply."""
    client = home.connect()
    client.unlock(PASSPHRASE)
    reply = client.ask(type, body, expect)
    home.kill()
    client.close()
    return reply


def restart(utc):
    home.stop()
    home.flags[home.flags.index("--test-time") + 1] = str(utc)
    home.start()
    agent = home.connect()
    agent.unlock(PASSPHRASE)
    return agent


def at_terminal(*arguments, answers, status):
    """Runs fob at a terminal of its own, where each question that has its word is answered. What was on it."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.execve(FOB, [FOB, *arguments], {"PATH": os.environ["PATH"], "FOB_HOME": home.path, "HOME": home.path})
    shown, answers = b"", list(answers)
    while True:
        ready, _, _ = select.select([terminal], [], [], 30)
        check(ready, f"{arguments} shows nothing more after {shown!r}")
        try:
            data = os.read(terminal, 4096)
        except OSError:
            break
        if not data:
            break
        shown += data
        if answers and answers[0][0] in shown[shown.rfind(b"\n") + 1:]:
            os.write(terminal, answers.pop(0)[1])
    equal(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), status, f"{arguments} showed {shown!r}")
    equal(answers, [], f"questions that were not asked: {shown!r}")
    os.close(terminal)
    check(not any(code.encode() in shown for code in first + second), f"a code on the terminal: {shown!r}")
    return shown


agent = home.connect()
agent.initialize(PASSPHRASE)
agent.add("GitHub", "alice", os.urandom(20))
agent.add("Confirm", "carol", os.urandom(20), confirm=True)

# What comes in is understood, and the file's place is judged.
download = write("Dropbox/github-recovery-codes.txt", "\r\n".join(first))
said = fob("recovery", "import", "github", download)
check("16 recovery codes" in said and "Dropbox" in said and "remove it" in said, f"import said {said!r}")
check(os.path.exists(download), "the file is still there")
equal(counts(), (16, 16, 0), "counts after the import")
said = fob("recovery", "import", "github", write("again.txt", "\n".join(second)), status=9)
check("--yes" in said, f"a second set said {said!r}")
equal(counts(), (16, 16, 0), "counts after a set that was refused")
for name, text in (("prose.txt", "Call 5551 2345 about invoice 20261121.\nMilk, eggs\n"), ("empty.txt", ""),
                   ("binary.txt", "\0\1\2"), ("large.txt", "x" * 70_000)):
    fob("recovery", "import", "github", write(name, text), "--yes", status=65)
fob("recovery", "import", "github", path("absent.txt"), status=66)
fob("recovery", "import", "nobody", download, status=3)
equal(counts(), (16, 16, 0), "counts after files that were refused")

# Nothing is shown to a session that did not open the vault, unless the owner says yes with the passphrase.
out, question = told("recovery", "next", "github", answer=agent.deny, status=5)
equal((out, question["account"]), ("", "GitHub/alice"), "what a denied request prints")
equal(counts(), (16, 16, 0), "counts after a no")
agent.unlock(PASSPHRASE)
for verb in (("print", "github", "--page", "-"), ("download", "github", path("denied.txt")),
             ("export", "github", "--to", "text", "-")):
    told("recovery", *verb, answer=agent.deny, status=5)
check(not os.path.exists(path("denied.txt")), "a denied download leaves no file")


def approve(id):
    def owner(*passphrase):
        with home.connect() as agent:
            agent.approve(id, *passphrase)
    refused(77, lambda: elsewhere(owner), "a yes without the passphrase")
    elsewhere(owner, PASSPHRASE)


out, _ = told("export", "github", "--to", "otpauth", "--output", path("accounts.txt"), "--json", answer=approve, status=0)
lost = json.loads(out)["lost"]
check([one["account"] for one in lost] == ["GitHub/alice"] and "recovery codes" in lost[0]["reason"], f"lost: {lost}")
out, _ = told("recovery", "next", "github", answer=approve, status=0, codes=True)
equal(out, first[0] + "\n", "the code that was allowed")
equal(counts(), (16, 16, 1), "counts after one code")

# The session that has just typed the passphrase is not asked again.
equal(fob("recovery", "next", "github", codes=True), first[1] + "\n", "the second code")
out = fob("recovery", "next", "github", codes=True, environment={"LANG": "C"})
equal(out, first[2] + "\n", "the third code")

# But for an account each of whose uses needs a yes.
fob("recovery", "import", "carol", write("kc-download-recovery-codes.txt",
    "Keep these.\n\n" + "".join(f"{number + 1:2}: {code}\r\n" for number, code in enumerate(keycloak)) + "\nDone."))
child = subprocess.Popen([FOB, "recovery", "next", "carol"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                         stderr=subprocess.DEVNULL, env={"PATH": os.environ["PATH"], "FOB_HOME": home.path})
agent.deny(until(agent.challenges, "the question of an account marked confirm")[0]["id"])
equal((child.communicate(timeout=60)[0], child.returncode), (b"", 5), "a no for an account marked confirm")
agent.add("Order", "dora", os.urandom(20))
fob("recovery", "import", "dora", path("kc-download-recovery-codes.txt"))
for turn in range(2):
    equal(fob("recovery", "next", "dora", codes=True), keycloak[0] + "\n", "a code that must be used first")
fob("recovery", "used", "dora")
equal(fob("recovery", "next", "dora", codes=True), keycloak[1] + "\n", "the one after it")

# What a reply tells is on the disk.
reply = kill_after(RECOVERY_NEXT, selector("github") + u8(0), RECOVERY_CODE)
check(reply.data.endswith(octets(first[3].encode())), "the fourth code")
home.start()
agent = home.connect()
agent.unlock(PASSPHRASE)
equal(counts(), (16, 16, 4), "counts after the agent was killed behind its reply")

# Used: by the code in any spelling, or the one shown last.
fob("recovery", "used", "github", "--code", input=first[9].upper().replace("-", " ").encode() + b"\n")
fob("recovery", "used", "github")
equal(counts(), (14, 16, 3), "counts after two codes were used")
fob("recovery", "used", "github", "--code", input=first[3].encode(), status=9)
fob("recovery", "used", "github", "--code", input=second[0].encode(), status=3)
fob("recovery", "used", "github", first[11], status=64)
reply = kill_after(RECOVERY_USED, selector("github") + octets(first[10].encode()), RECOVERY_COUNTS)
home.start()
agent = home.connect()
agent.unlock(PASSPHRASE)
equal(counts(), (13, 16, 3), "counts after the agent was killed behind another reply")

# Files: 0600, nothing overwritten, no link followed.
used = [first[3], first[9], first[10]]
listed = [f"{number + 1:3}. {code}{' (used)' if code in used else ''}" for number, code in enumerate(first)]
fob("recovery", "download", "github", path("page.txt"))
equal(stat.S_IMODE(os.stat(path("page.txt")).st_mode), 0o600, "the mode of a download")
with open(path("page.txt")) as page:
    equal([line.rstrip("\n") for line in page if line.startswith(" ")], listed, "the page")
os.symlink(path("target.txt"), path("link.txt"))
for name in ("page.txt", "link.txt"):
    for verb in (("download", "github", path(name)), ("print", "github", "--page", path(name)),
                 ("export", "github", "--to", "keeper", path(name))):
        fob("recovery", *verb, status=73)
check(not os.path.exists(path("target.txt")), "a link was followed")
agent.add("Copy", "of", os.urandom(20))
fob("recovery", "import", "Copy/of", path("page.txt"))
equal(counts("Copy/of"), (13, 16, 0), "a page that is read again")

# Print: through lp, over its standard input.
tools = path("tools")
os.mkdir(tools)
for name in ("lp", "wl-copy"):
    with open(os.path.join(tools, name), "w") as tool:
        tool.write(f'#!/bin/sh\n[ "$1" = --help ] || cat > "{path(name)}.out"; echo "$@" >> "{path(name)}.arguments"\n')
    os.chmod(os.path.join(tools, name), 0o755)
with open(os.path.join(tools, "wl-paste"), "w") as tool:
    tool.write("#!/bin/sh\n")
os.chmod(os.path.join(tools, "wl-paste"), 0o755)
with_tools = {"FOB_TEST_PROGRAMS": tools, "WAYLAND_DISPLAY": "none"}
fob("recovery", "print", "github", environment=with_tools)
with open(path("lp.out")) as page:
    equal([line.rstrip("\n") for line in page if line.startswith(" ")], listed, "what was printed")
with open(os.path.join(tools, "lp"), "w") as tool:
    tool.write("#!/bin/sh\ncat > /dev/null; exit 3\n")
check("status 3" in fob("recovery", "print", "github", status=71, environment=with_tools), "a printer that fails")
fob("recovery", "next", "github", "--copy", "--clear-after", "never", environment=with_tools)
with open(path("wl-copy.out")) as clipboard:
    equal(clipboard.read(), first[4], "the clipboard")
for name in ("lp", "wl-copy"):
    with open(path(name) + ".arguments") as file:
        arguments = file.read()
    check(not any(code in arguments for code in first), f"a code among the arguments of {name}")

# Exports are what other programs import.
lines = [code + (" (used)" if code in used else "") for code in first]
text = {form: fob("recovery", "export", "github", "--to", form, "-", codes=True)
        for form in ("1password", "keeper", "lastpass", "bitwarden", "keepassxc", "text")}
row = list(csv.DictReader(io.StringIO(text["1password"])))[0]
equal((row["Title"], row["Username"], row["Notes"].split("\n")), ("GitHub", "alice", lines), "1Password")
row = list(csv.reader(io.StringIO(text["keeper"])))[0]
equal((row[1], row[2], row[7], row[8].split("\n")), ("GitHub", "alice", "Recovery codes", lines), "Keeper")
row = list(csv.DictReader(io.StringIO(text["lastpass"])))[0]
equal((row["name"], row["username"], row["extra"].split("\n")), ("GitHub", "alice", lines), "LastPass")
row = list(csv.DictReader(io.StringIO(text["keepassxc"])))[0]
equal((row["Title"], row["Username"], row["Notes"].split("\n")), ("GitHub", "alice", lines), "KeePassXC")
item = json.loads(text["bitwarden"])["items"][0]
equal((item["name"], item["login"]["username"], item["fields"][0]["value"].split("\n")), ("GitHub", "alice", lines),
      "Bitwarden")

# A person is asked before a set takes the place of another, and what becomes of the file.
asked = write("asked.txt", "\n".join(second))
at_terminal("recovery", "import", "Copy/of", asked, answers=[(b"Replace the 16", b"\n")], status=5)
equal(counts("Copy/of"), (13, 16, 0), "counts after a no")
shown = at_terminal("recovery", "import", "Copy/of", asked, answers=[
    (b"Replace the 16", b"y\n"), (b"Overwrite and remove", b"n\n")], status=0)
check(second[0][:2].encode() in shown and os.path.exists(asked), f"the first and the last code: {shown!r}")
at_terminal("recovery", "import", "Copy/of", asked, answers=[
    (b"Replace the 16", b"yes\n"), (b"Overwrite and remove", b"y\n")], status=0)
check(not os.path.exists(asked), "the file is removed after a yes")
equal(counts("Copy/of"), (16, 16, 0), "counts after a yes")

# A new set takes the place of the old one, which is kept for 30 days.
fob("recovery", "import", "github", path("again.txt"), "--yes", "--keep")
equal(counts(), (16, 16, 0), "counts of the new set")
old = fob("recovery", "print", "github", "--page", "-", "--superseded", codes=True)
check(all(code in old for code in first), "the old codes are still there")
agent = restart(NOW + 30 * DAY - 1)
check(all(code in fob("recovery", "print", "github", "--page", "-", "--superseded", codes=True) for code in first),
      "the old codes are there to the last second")
# A clock that jumps wipes nothing; days that pass one by one do.
agent = restart(NOW + 90 * DAY)
check(all(code in fob("recovery", "print", "github", "--page", "-", "--superseded", codes=True) for code in first),
      "the old codes after the clock has jumped")
for day in range(91, 122):
    agent = restart(NOW + day * DAY)
fob("recovery", "print", "github", "--page", "-", "--superseded", status=3)
equal(counts(), (16, 16, 0), "the new set is untouched")

# The trash keeps them; few left and both ways in one place are told.
agent.ask(0x22, selector("GitHub/alice"))
equal(counts(), None, "the codes of an account in the trash")
agent.ask(0x23, selector("GitHub/alice"))
equal(counts(), (16, 16, 0), "the codes of an account that came back")
for code in second[:13]:
    fob("recovery", "used", "github", "--code", input=code.encode())
check("only 3 recovery codes left" in fob("recovery", "list"), "three codes left")
check("only 3 recovery codes left" in fob("status"), "three codes left, by status")
for code in second[13:]:
    fob("recovery", "used", "github", "--code", input=code.encode())
check("no recovery code left" in fob("status"), "no code left")
fob("recovery", "next", "github", status=3)
fob("recovery", "import", "--new", "Mastodon/eve", "-", "--service", "mastodon",
    input=b"1f2e3d4c5b6a7988\n0123456789abcdef\n")
status_of = fob("status", "--json")
equal({found["account"]: found["both_factors"] for found in status_of["recovery_codes"]},
      {"GitHub/alice": True, "Confirm/carol": True, "Order/dora": True, "Copy/of": True, "Mastodon/eve": False},
      "who keeps both in one place")
together = [warning for warning in status_of["warnings"] if "together" in warning]
check(len(together) == 1 and "GitHub/alice" in together[0] and "Mastodon" not in together[0], f"warnings {together}")

# The download: overwritten and removed only if that is wanted, and only if it is one plain file.
kept = write("kept.txt", "\n".join(first))
os.link(kept, path("second name.txt"))
os.symlink(kept, path("link to it.txt"))
for name in ("kept.txt", "link to it.txt"):
    said = fob("recovery", "import", "github", path(name), "--yes", "--remove")
    check("could not be removed" in said, f"a file with two names: {said!r}")
with open(kept) as file:
    equal(file.read(), "\n".join(first), "a file that was left alone")
os.unlink(path("second name.txt"))
open_before = open(kept, "rb")
said = fob("recovery", "import", "github", kept, "--yes", "--remove")
check("SSD" in said and not os.path.exists(kept), f"removal said {said!r}")
equal(open_before.read().strip(b"\0"), b"", "what the file holds after its removal")
for name, program in (("OneDrive - Work/a.txt", "OneDrive"), ("marked/deep/a.txt", "Syncthing"),
                      ("Nextcloud/a.txt", "Nextcloud"), ("Google Drive/a.txt", "Google Drive"), ("plain/a.txt", None)):
    write("marked/.stfolder/x", "")
    result = fob("recovery", "import", "github", write(name, "\n".join(github_codes())), "--yes", "--json")
    equal((result["synced_by"], result["among_downloads"]), (program, False), name)
result = fob("recovery", "import", "github", write("Downloads/a.txt", "\n".join(github_codes())), "--yes", "--json")
equal((result["synced_by"], result["among_downloads"]), (None, True), "Downloads")

# Locked: nothing, and the log tells what was done.
agent.lock()
for verb in (("list",), ("next", "github"), ("used", "github"), ("print", "github", "--page", "-")):
    fob("recovery", *verb, "--no-ask", status=2)
with open(os.path.join(home.path, "audit.log")) as log:
    events = [line.split()[2] for line in log]
for name in ("imported", "regenerated", "viewed", "copied", "printed", "code_used"):
    check(f"recovery_codes.{name}" in events, f"recovery_codes.{name} is not in the log")
with open(os.path.join(home.path, "audit.log")) as log:
    text = log.read()
check(not any(code in text for code in first + second + keycloak), "a code in the log")
equal(home.stop(), 0, "the agent's status")
print(f"{len(events)} events in the log")
