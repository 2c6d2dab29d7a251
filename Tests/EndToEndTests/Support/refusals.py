"""What cannot be done is refused before anybody is asked for anything: arguments that are empty, files that are not there,
places where nothing can be made. Nobody types a passphrase for an error. And what can be read is read from pipes too.

    refusals.py
"""

import json

from person import *


def fob(*arguments, **options):
    return subprocess.run([FOB, *arguments], env=home.environment, stdin=subprocess.DEVNULL, capture_output=True,
                          timeout=PATIENCE, **options)


def refuses(status, part, *arguments):
    """At a terminal, with a locked vault: no question."""
    person = at_terminal(home, *arguments)
    equal(person.end(), status, f"status of {arguments} ({person.text!r})")
    check(part in person.text and b"assphrase:" not in person.text, f"{arguments}: {person.text!r}")


def commands(command, path=()):
    for below in command.get("subcommands", []):
        if below["commandName"] != "help":
            yield (*path, below["commandName"]), below
            yield from commands(below, (*path, below["commandName"]))


home = Home().start()
with home.connect() as agent:
    agent.initialize(PASSPHRASE)
    agent.add("GitHub", "octocat", b"12345678901234567890")
refuses(64, b"see fob help recover", "recover")
place = os.path.join(home.path, "place")
equal(fob("backup", "add", "place", "--folder", place).returncode, 0, "a destination")
equal(fob("backup", "now").returncode, 0, "a backup")
backup = next(os.path.join(place, name) for name in os.listdir(place) if name.startswith("fob-"))
with home.connect() as agent:
    agent.lock()

# An empty argument, as from a variable that is not set, in each verb and behind each option that takes a value.
verbs = list(commands(json.loads(fob("--experimental-dump-help").stdout)["command"]))
count = 0
for path, command in verbs:
    behind = [()] + [("--" + name["name"],) for argument in command.get("arguments", [])
                     if argument["kind"] == "option" for name in argument["names"][:1] if name["kind"] == "long"]
    for option in behind:
        if option in (("--issuer",), ("--name",)):
            continue
        done = fob(*path, *option, "", "--json")
        equal(done.returncode, 64, f"{path} {option} with nothing ({done.stderr!r})")
        check(b"is empty" in done.stderr, f"{path} {option} with nothing: {done.stderr!r}")
        equal(json.loads(done.stdout)["error"]["status"], 64, "as JSON")
        count += 1
refuses(64, b"the argument behind --output is empty", "qr", "GitHub", "--output", "")
refuses(64, b"the argument behind --output is empty", "qr", "GitHub", "--output=")
refuses(64, b"fob help code", "code", "")
# An issuer may be taken away.
with home.connect() as agent:
    agent.unlock(PASSPHRASE)
    equal(fob("edit", "GitHub", "--issuer", "").returncode, 0, "no issuer any more")
    equal(fob("list", "--names").stdout, b"octocat\n", "the name")
    agent.lock()

# A place where nothing can be made, and files that are not there.
for arguments in [
        ("qr", "octocat", "--output"), ("export", "--to", "age", "--output"), ("export", "--to", "html", "--output"),
        ("access", "kit", "--download"), ("access", "kit", "--page"), ("access", "add", "codes", "--download"),
        ("recovery", "download", "octocat"), ("access", "recovery-key"),
        ("recovery", "print", "octocat", "--page"),
        ("recovery", "export", "octocat", "--to", "text"), ("passphrase", "--identity", "--output"),
        ("keeper", "card", "--output"), ("token", "retrieve", "octocat", "--output"), ("keeper", "renew", "--to"),
        ("rehearse", "keepers", "--to"), ("recover", backup, "--to"), ("keeper", "prove", "Carol", "--output")]:
    refuses(74, b"/nowhere/at-all", *arguments, "/nowhere/at-all")
for arguments in [
        ("restore", backup, "--identity"), ("restore", backup, "--scan"), ("join", backup, "--identity"),
        ("rehearse", "--identity"), ("rehearse", "--from"), ("rehearse", "keepers", "--answer"), ("unlock", "--scan"),
        ("keeper", "prove", "Carol", "--backup"), ("recover", backup, "--answer"), ("import",), ("scan",),
        ("challenge", "fob:x", "--data"), ("recovery", "import", "octocat"), ("keeper", "answer"), ("token", "save", "octocat")]:
    refuses(66, b"/nowhere/at-all: no such file", *arguments, "/nowhere/at-all")
for pick in "0", "2", "99":
    refuses(64, b"the list has 1 backup\r\n", "restore", backup, "--pick", pick)
    refuses(64, b"the list has 1 backup\r\n", "join", backup, "--pick", pick)
for arguments, part in [
        (("add", "--type", "bogus", "x"), b"--type is totp"), (("add", "--algorithm", "md5", "x"), b"--algorithm is sha1"),
        (("add", "--digits", "99", "x"), b"1 to 10 digits"), (("add", "--period", "0", "x"), b"1 to 86400 seconds"),
        (("code", "--secret-fd", "0", "--type", "bogus"), b"--type is totp"),
        (("code", "x", "--clear-after", "5"), b"--clear-after goes with --copy"),
        (("next", "x", "--clear-after", "0"), b"--clear-after goes with --copy"),
        (("recovery", "next", "x", "--clear-after", "5"), b"--clear-after goes with --copy"),
        (("number", "code", "--clear-after", "5"), b"--clear-after goes with --copy"),
        (("access", "kit", "--clear-after", "5"), b"--clear-after goes with --copy"),
        (("pick", "--type", "--clear-after", "5"), b"nothing is on the clipboard"),
        (("code", "x", "--question", "1", "--fresh"), b"neither --fresh nor --wait"),
        (("code", "x", "--session-fd", "0"), b"--session-fd goes with --question"),
        (("list", "--codes", "--trash"), b"neither --names nor --trash"),
        (("generations", "--number", "1"), b"--number is for --restore"),
        (("keeper", "remove"), b"name keepers, or give --all"), (("keeper", "remove", "--all", "x"), b"or give --all"),
        (("backup", "add", "x"), b"see fob help backup add"),
        (("help", "cod"), b"did you mean fob code"), (("help", "backup", "nwo"), b"fob backup now")]:
    refuses(64, part, *arguments)

# A name that is asked for is issuer/name as well.
with home.connect() as agent:
    agent.unlock(PASSPHRASE)
person = at_terminal(home, "add")
person.shows(b"(not shown): ")
person.hidden()
person.type(b"JBSWY3DPEHPK3PXP\n")
person.shows(b"issuer/name: ")
person.type(b"Bank/me\n")
equal(person.end(), 0, f"add: {person.text!r}")
shown = json.loads(fob("show", "Bank/me", "--json").stdout)
equal((shown["issuer"], shown["name"]), ("Bank", "me"), "issuer and name")
# What an open vault can refuse, it refuses before the passphrase is asked for.
refuses(3, b"fob access list", "access", "remove", "nosuch")
refuses(36, b"nosuch", "keeper", "forget", "nosuch")
refuses(36, b"there are no keepers", "keeper", "remove", "nosuch")
done = fob("log", "--event", "bogus")
equal((done.returncode, done.stdout, b"no such entry" in done.stderr), (0, b"", True), "nothing of that kind in the log")

# A backup from a pipe, which is read once; and one to which nobody writes yet says so.
secret = ["--dry-run", "--passphrase-fd", "3"]
for words in (f"exec {FOB} restore {' '.join(secret)} <(cat {backup}) 3<<<'{PASSPHRASE.decode()}'",
              f"cat {backup} | {FOB} restore {' '.join(secret)} - 3<<<'{PASSPHRASE.decode()}'"):
    done = subprocess.run(["bash", "-c", words], env=home.environment, capture_output=True, timeout=PATIENCE)
    equal(done.returncode, 0, f"{words}: {done.stderr!r}")
    check(b"sealed" in done.stdout, f"{words}: {done.stdout!r}")
pipe = os.path.join(home.path, "pipe")
os.mkfifo(pipe)
for arguments in ("restore", pipe), ("import", pipe), ("scan", pipe), ("restore", backup, "--identity", pipe):
    person = at_terminal(home, *arguments)
    person.shows(b"waiting for ")
    person.type(b"\x03")
    check(person.end() in (-signal.SIGINT, 130), f"{arguments}: {person.text!r}")

# What is typed into an import is not written over.
person = at_terminal(home, "import", "--yes", "-")
person.shows(b"^D")
person.type(b"otpauth://totp/Shop:me?")
time.sleep(2)
person.type(b"secret=JBSWY3DPEHPK3PXQ\n")
person.type(b"\x04")
equal(person.end(), 0, f"an import that is typed: {person.text!r}")
check(b"...  " not in person.text and b" s\x1b" not in person.text and b"reading" not in person.text,
      f"what a person types was written over: {person.text!r}")
home.remove()
print(f"{len(verbs)} verbs, {count} empty arguments; files, places and pipes")
