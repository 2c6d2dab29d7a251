"""Ways into a vault: recovery codes, recipients, the recovery key, with the real programs and the stock `age` program.

    ways.py
"""

import html
import json
import pty
import re
import select
import termios

from protocol_client import UNLOCK, u8
from scratch import *

need("age", "age-keygen")
FOB = os.path.join(BIN, "fob")
CODE = re.compile(r"\b(?:[0-9A-HJKMNP-TV-Z]{5}-){5}[0-9A-HJKMNP-TV-Z]{5}\b")
NEW = b"another battery staple 47"
figures = {"files opened by age": 0, "codes used": 0, "refusals": 0}
home = Home().start()


def fob(*arguments, secrets={}, status=0, shell={}):
    """Runs fob; `secrets` are read from descriptors of their own. Its output, as text and as lines of errors."""
    pipes, options = [], []
    for option, secret in secrets.items():
        read, write = os.pipe()
        os.write(write, secret)
        os.close(write)
        pipes.append(read)
        options += [option, str(read)]
    done = subprocess.run([FOB, *arguments, *options], env=home.environment | shell, pass_fds=pipes,
                          stdin=subprocess.DEVNULL, capture_output=True, start_new_session=True)
    for pipe in pipes:
        os.close(pipe)
    errors = done.stderr.decode()
    equal(done.returncode, status, f"fob {' '.join(arguments)}: {errors}")
    for secret in secrets.values():
        check(secret.decode().strip() not in errors, f"fob {' '.join(arguments)} tells a secret: {errors}")
    return done.stdout.decode(), errors


def owner(*arguments, passphrase=PASSPHRASE, **options):
    return fob(*arguments, secrets={"--passphrase-fd": passphrase}, **options)


def status_json():
    return json.loads(fob("status", "--json")[0])


def access():
    return json.loads(fob("access", "list", "--json")[0])


def vault():
    with open(os.path.join(home.path, "vault.age"), "rb") as file:
        return file.read()


def opened_by(sealed, identity):
    """Whether stock age opens a file with the text of an identity."""
    path = os.path.join(home.path, "identity.txt")
    with open(path, "w", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
        file.write(identity)
    done = subprocess.run(["age", "-d", "-i", path], input=sealed, capture_output=True)
    os.remove(path)
    if done.returncode == 0:
        check(done.stdout.startswith(b"fob-records 1\n"), "what age gives are records")
        figures["files opened by age"] += 1
    return done.returncode == 0


def identity_of(code):
    return fob("access", "identity", secrets={"--recovery-code-fd": code.encode()})[0]


def generations():
    return os.listdir(os.path.join(home.path, "generations"))


class Terminal:
    """A program below a terminal of its own."""

    def __init__(self, program, *arguments, environment=None):
        self.text = b""
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.execve(program, [program, *arguments], environment or {
                "PATH": os.environ["PATH"], "FOB_HOME": home.path, "TERM": "xterm"})

    def read(self, seconds=0.1):
        if select.select([self.fd], [], [], seconds)[0]:
            try:
                self.text += os.read(self.fd, 4096)
            except OSError:
                pass
        return self.text

    def answer(self, prompt, text, hidden=True):
        """Types `text` once `prompt` is the last thing on the terminal; what was there before does not count."""
        until(lambda: prompt in self.read().lower(), f"{prompt!r} on the terminal, which shows {self.text!r}")
        if hidden:
            until(lambda: not termios.tcgetattr(self.fd)[3] & termios.ECHO, "what is typed is not shown")
        self.text = b""
        os.write(self.fd, text + b"\n")

    def end(self):
        def is_over():
            self.read(0.05)
            pid, self.code = os.waitpid(self.pid, os.WNOHANG)
            return pid
        until(is_over, "the program ends", 30)
        while (before := len(self.text)) != len(self.read(0.05)):
            pass
        os.close(self.fd)
        return os.waitstatus_to_exitcode(self.code)


def vault_code(text):
    """The octets of a code."""
    number = 0
    for index, letter in enumerate(text.replace("-", "")):
        if index % 5 < 4:
            number = number * 32 + "0123456789ABCDEFGHJKMNPQRSTVWXYZ".index(letter)
    return number.to_bytes(15, "big")


def refusal(status, part, *arguments, **options):
    errors = fob(*arguments, status=status, **options)[1]
    check(part in errors, f"fob {' '.join(arguments)}: {errors!r} does not say {part!r}")
    figures["refusals"] += 1


# A new vault: a passphrase and the key that stock age opens with it; no codes.
refusal(8, "no vault", "access", "kit", secrets={"--passphrase-fd": PASSPHRASE})
owner("init")
first = access()
equal(sorted(way["kind"] for way in first["ways"]), ["passphrase", "recovery_key"], "the first ways in")
equal(first["codes"], {"set": 0, "made": 0, "left": 0, "created": None}, "no codes at first")
with home.connect() as agent:
    agent.add("GitHub", "octocat", b"12345678901234567890")

# The kit: plain text to a new file, 0600, nothing overwritten; a page with a QR code for each code.
kit, page = os.path.join(home.path, "kit.txt"), os.path.join(home.path, "kit.html")
errors = owner("access", "kit", "--download", kit, "--page", page)[1]
check("never shown again" in errors, f"it says that codes are shown once: {errors}")
for path in (kit, page):
    equal(os.stat(path).st_mode & 0o777, 0o600, f"the mode of {path}")
with open(kit) as file:
    text = file.read()
codes = CODE.findall(text)
equal(len(codes), 16, "codes in the kit")
equal(len(set(codes)), 16, "different ones")
with open(page) as file:
    marked = file.read()
equal(CODE.findall(marked.replace("<br>", "")), codes, "codes on the page")
equal(marked.count("<svg "), 18, "QR codes on the page, of the codes and of two programs")
check("http" not in marked.replace("http://www.w3.org/2000/svg", "").replace("http-equiv", ""),
      "the page needs nothing from elsewhere")
if shutil.which("rsvg-convert") and shutil.which("zbarimg"):
    for picture, code in list(zip(re.findall(r"<svg .*?</svg>", marked), codes))[::5]:
        painted = subprocess.run(["rsvg-convert", "-w", "300"], input=picture.encode(), capture_output=True, check=True)
        read = subprocess.run(["zbarimg", "-q", "--raw", "-"], input=painted.stdout, capture_output=True, check=True)
        equal(read.stdout.decode().strip(), code, "what a QR code says")
listed = access()
for word in (listed["vault"][:8], listed["fingerprint"], "recovery-key-", "fob restore"):
    check(word in text and word in marked, f"the kit tells {word!r}")
equal(listed["codes"]["left"], 16, "codes left")
for option in ("--download", "--page"):
    with open(kit, "rb") as file:
        before = file.read()
    refusal(73, "exists", "access", "kit", "--yes", option, kit, secrets={"--passphrase-fd": PASSPHRASE})
    with open(kit, "rb") as file:
        equal(file.read(), before, "the file that was there")
equal(access()["codes"]["set"], 1, "a kit that cannot be written ends no set")
refusal(64, "16 kit codes left", "access", "kit", secrets={"--passphrase-fd": PASSPHRASE})
refusal(77, "passphrase", "access", "kit", "--yes", secrets={"--passphrase-fd": b"wrong"})
refusal(64, "8 to 32", "access", "kit", "--count", "7", secrets={"--passphrase-fd": PASSPHRASE})
refusal(64, "8 to 32", "access", "kit", "--count", "33", secrets={"--passphrase-fd": PASSPHRASE})
refusal(64, "secret on the command line", "unlock", codes[0])
refusal(64, "secret on the command line", "access", "identity", codes[0].lower().replace("-", ""))
equal(access()["codes"], listed["codes"], "refusals change nothing")

# Without fob: the program in the kit and stock age; with it, the same identity.
program = re.search(r"^identity.py\n-+\n(.*?)\n\n", text, re.S | re.M)[1]
program = "\n".join(line[4:] for line in program.split("\n"))
check(program in html.unescape(marked), "the page has the same program")
for code in codes[:3]:
    told = subprocess.run([sys.executable, "-c", program], input=code.lower().encode(), capture_output=True, check=True)
    identity = told.stdout.decode()
    equal(identity, identity_of(code), "the identity of a code")
    check(opened_by(vault(), identity), "stock age opens the vault with a code's identity")
check(not opened_by(vault(), identity_of("000GC-40R4Y-0M306-E209R-185GQ-R38ED")), "a foreign code opens nothing")

# recovery-key.age: stock age asks for the passphrase on the terminal.
key, sealed, target = (os.path.join(home.path, name) for name in ("recovery-key.age", "sealed.age", "records"))
fob("access", "recovery-key", key)
shutil.copy(os.path.join(home.path, "vault.age"), sealed)
age = shutil.which("age")
for passphrase, wanted in ((PASSPHRASE, 0), (b"wrong", 1)):
    terminal = Terminal(age, "-d", "-i", key, "-o", target, sealed, environment={"PATH": os.environ["PATH"]})
    terminal.answer(b"passphrase", passphrase)
    equal(terminal.end(), wanted, f"age with recovery-key.age: {terminal.text!r}")
    if wanted == 0:
        with open(target, "rb") as file:
            check(file.read().startswith(b"fob-records 1\n"), "what age gives are records")
        os.remove(target)
        figures["files opened by age"] += 1

# Typed wrongly: the group is named at once, without the agent. Then a used code opens nothing that is made later.
fob("lock")
wrong = codes[0][:14] + ("0" if codes[0][14] != "0" else "1") + codes[0][15:]
swapped = codes[0][:25] + codes[0][26] + codes[0][25] + codes[0][27:]
for text, part in ((wrong, "group 3"), (swapped, "group 5"), (codes[0][:-1], "group 6")):
    if text != codes[0]:
        refusal(65, part, "unlock", "--recovery-code", secrets={"--recovery-code-fd": text.encode()})
before = vault()
with home.connect() as subscriber:
    subscriber.subscribe(63)
    told = fob("unlock", "--recovery-code", secrets={"--recovery-code-fd": codes[0].lower().encode() + b"\n"})[1]
    events = []
    while 0xE5 not in events:
        id, type, _ = subscriber.receive()
        equal(id, 0, "an event")
        events.append(type)
    check(0xE1 in events, "UNLOCKED is told")
figures["codes used"] += 1
check("15 of 16 left" in told and "older cop" in told and "backups" in told, f"what is told of a used code: {told}")
equal(access()["codes"]["left"], 15, "codes left")
check(opened_by(before, identity_of(codes[0])), "an older file stays open to it, as it was told")
check(not opened_by(vault(), identity_of(codes[0])), "the vault of now does not open with it")
for code in codes[1:]:
    check(opened_by(vault(), identity_of(code)), "the others open it")
refusal(77, "used before", "unlock", "--recovery-code", secrets={"--recovery-code-fd": codes[0].encode()})
fob("lock")
refusal(77, "used before", "unlock", "--recovery-code", secrets={"--recovery-code-fd": codes[0].encode()})
equal(status_json()["vault"]["state"], "locked", "the vault after a used code")

# Wrong codes take longer and longer, as wrong passphrases do.
with home.connect() as agent:
    begun = time.monotonic()
    for octets in (bytes(15), bytes(14)):
        refused(77, lambda: agent.ask(UNLOCK, u8(2) + protocol_client.octets(octets)), "a wrong code")
    check(time.monotonic() - begun >= 1.4, "two wrong codes were answered at once")
    equal(status(agent)["vault"], "locked", "the vault after wrong codes")

# A code that two type at the same time opens for one of them. One whose use cannot be made durable is not used.
two = [home.connect(), home.connect()]
sent = [agent.send(UNLOCK, u8(2) + protocol_client.octets(vault_code(codes[15]))) for agent in two]
types = sorted(agent.wait(id)[0] for agent, id in zip(two, sent))
equal(types, [0x80, 0xFF], "the answers to one code from two")
for agent in two:
    agent.close()
figures["codes used"] += 1
fob("lock")
blocked, before = os.path.join(home.path, ".vault.age.new"), vault()
os.mkdir(blocked)
refusal(74, "not saved", "unlock", "--recovery-code", secrets={"--recovery-code-fd": codes[14].encode()})
equal(status_json()["vault"]["state"], "locked", "the vault when a use could not be saved")
owner("unlock")
refusal(74, "not saved", "access", "kit", "--yes", secrets={"--passphrase-fd": PASSPHRASE})
equal((access()["codes"]["left"], vault()), (14, before), "what is there after both")
os.rmdir(blocked)
fob("lock")

# A lost passphrase, at a terminal: mistyped, then right, then a new one.
terminal = Terminal(FOB, "unlock", "--recovery-code")
terminal.answer(b"kit code", wrong.encode())
terminal.answer(b"group 3", codes[1].encode())
terminal.answer(b"new passphrase now", b"y", hidden=False)
terminal.answer(b"new passphrase:", NEW)
terminal.answer(b"repeat the passphrase", NEW)
equal(terminal.end(), 0, f"unlocking at a terminal: {terminal.text!r}")
figures["codes used"] += 1
for secret in (codes[1].encode(), NEW):
    check(secret not in terminal.text, "a secret was shown")
fob("lock")
refusal(77, "passphrase", "unlock", secrets={"--passphrase-fd": PASSPHRASE})
owner("unlock", passphrase=NEW)
# Back, with the next code, for a script; a code opens the vault for no other connection than its own.
fob("passphrase", "--recovery-code", secrets={"--recovery-code-fd": codes[2].encode(), "--new-passphrase-fd": PASSPHRASE})
figures["codes used"] += 1
with home.connect() as agent:
    refused(77, lambda: agent.ask(0x06, protocol_client.octets(b"") + protocol_client.octets(NEW)), "no proof at all")
    payload = vault_code(codes[3])
    agent.ask(UNLOCK, u8(2) + protocol_client.octets(payload)).end()
    figures["codes used"] += 1
    with home.connect() as other:
        refused(77, lambda: other.ask(0x06, protocol_client.octets(b"") + protocol_client.octets(NEW)), "another's proof")
        other.lock()
        other.unlock(PASSPHRASE)
    refused(77, lambda: agent.ask(0x06, protocol_client.octets(b"") + protocol_client.octets(NEW)),
            "a proof from before a lock")
equal(access()["codes"], {**listed["codes"], "left": 11}, "codes left")
# recovery-key.age goes with the passphrase.
fob("access", "recovery-key", os.path.join(home.path, "second-key.age"))
with open(key, "rb") as one, open(os.path.join(home.path, "second-key.age"), "rb") as two:
    check(one.read() != two.read(), "another passphrase has another recovery key")

# Few codes left are told of, none too.
warned = {}
for code in codes[4:15]:
    fob("unlock", "--recovery-code", secrets={"--recovery-code-fd": code.encode()})
    figures["codes used"] += 1
    told = status_json()
    warned[told["vault_recovery_codes"]["left"]] = [text for text in told["warnings"] if "kit code" in text]
equal(sorted(left for left in warned if warned[left]), [0, 1, 2, 3], "numbers of codes left that are warned of")
check("only 3 kit codes" in warned[3][0] and "no kit code" in warned[0][0], f"the warnings: {warned}")
check("kit codes: 0 of 16 left" in fob("status")[0], "the number in the status")

# A new set: on paper, on the clipboard, as JSON; each ends the one before.
tools = os.path.join(home.path, "tools")
os.mkdir(tools)
for name, command in (("lp", "cat >" + tools + "/printed"), ("wl-copy", "case $1 in --help) ;; *) cat >" + tools
                      + "/copied;; esac"), ("wl-paste", "cat " + tools + "/copied")):
    with open(os.path.join(tools, name), "w", opener=lambda path, flags: os.open(path, flags, 0o700)) as file:
        file.write("#!/bin/sh\n" + command + "\n")
shell = {"FOB_TEST_PROGRAMS": tools, "WAYLAND_DISPLAY": "none", "XDG_RUNTIME_DIR": home.path}
owner("access", "kit", "--print", "--copy", "--clear-after", "never", "--count", "8", shell=shell)
with open(os.path.join(tools, "printed")) as file:
    printed = CODE.findall(file.read())
with open(os.path.join(tools, "copied")) as file:
    equal(file.read().split(), printed, "the codes on the clipboard")
equal(len(printed), 8, "codes on paper")
made = json.loads(owner("access", "add", "codes", "--yes", "--count", "32", "--json")[0])
equal((made["set"], len(made["codes"])), (3, 32), "the set as JSON")
for code in codes + printed:
    check(not opened_by(vault(), identity_of(code)), "a void code opens nothing new")
for code in made["codes"][:2] + made["codes"][-1:]:
    check(opened_by(vault(), identity_of(code)), "the new ones do")

# Another recipient, by its label.
mine = os.path.join(home.path, "mine.txt")
subprocess.run(["age-keygen", "-o", mine], check=True, capture_output=True)
with open(mine) as file:
    identity = file.read()
recipient = re.search(r"age1\S+", identity)[0]
refusal(65, "not an age recipient", "access", "add", recipient[:-1], "--label", "x")
refusal(64, "needs a name", "access", "add", recipient)
check(not opened_by(vault(), identity), "a stranger's identity opens nothing")
owner("access", "add", recipient, "--label", "old laptop")
check(opened_by(vault(), identity), "the recipient's identity opens the vault")
refusal(65, "already", "access", "add", recipient, "--label", "again", secrets={"--passphrase-fd": PASSPHRASE})
way = next(way for way in access()["ways"] if way["label"] == "old laptop")
equal((way["kind"], way["recipient"]), ("recipient", recipient), "the new way in")
for name in ("passphrase", "recovery-key.age"):
    refusal(65, "replaced, but not removed", "access", "remove", name, secrets={"--passphrase-fd": PASSPHRASE})
refusal(3, "no unlock method", "access", "remove", "nobody", secrets={"--passphrase-fd": PASSPHRASE})
owner("access", "remove", "old laptop")
check(not opened_by(vault(), identity), "an ended recipient opens nothing new")
owner("access", "remove", "codes")
equal((access()["codes"]["left"], len(access()["ways"])), (0, 2), "no code is left")
check(not opened_by(vault(), identity_of(made["codes"][0])), "an ended code opens nothing new")

# Rotation: the same passphrase, another identity, another salt.
before, own = vault(), owner("passphrase", "--identity")[0]
recipients = {way["recipient"] for way in access()["ways"]}
check(opened_by(before, own), "the passphrase's identity")
told = owner("access", "rotate")[1]
check("the passphrase is the same" in told and "older cop" in told, f"what is told of a rotation: {told}")
check(not opened_by(vault(), own), "the former identity opens nothing new")
check(opened_by(vault(), owner("passphrase", "--identity")[0]), "the identity of now does")
check(not recipients & {way["recipient"] for way in access()["ways"]}, "all recipients are others")
derivation = re.compile(rb"-> fob-passphrase (\S+)")
check(derivation.search(before)[1] != derivation.search(vault())[1], "the salt is another")

# Copies on this disk that what has ended still opens: told, and removed when that is wanted.
copies = access()["older_copies"]
check(copies > 3, f"{copies} older copies")
refusal(77, "passphrase", "access", "clean", secrets={"--passphrase-fd": b"wrong"})
equal(len(generations()), copies, "copies on the disk")
equal(json.loads(owner("access", "clean", "--json")[0])["removed"], copies, "removed copies")
equal((access()["older_copies"], generations()), (0, []), "copies after that")

# All of it is there after the agent's end, and in the audit log; no code is in any file.
wanted = access()
equal(home.stop(), 0, "the agent's end")
home.start()
owner("unlock")
equal(access(), wanted, "the ways in after a new start")
events = [entry["event"] for entry in json.loads(fob("log", "--json")[0])["entries"]]
for event, count in (("access.code_used", figures["codes used"]), ("access.codes", 3), ("access.add", 1),
                     ("access.rotate", 1), ("access.clean", 1)):
    equal(events.count(event), count, f"lines about {event}")
for secret in codes + printed + made["codes"]:
    for root, _, names in os.walk(home.path):
        for name in set(names) - {"kit.txt", "kit.html", "printed", "copied", "agent.sock"}:
            with open(os.path.join(root, name), "rb") as file:
                check(secret.encode() not in file.read(), f"a code is in {name}")
print(", ".join(f"{figures[name]} {name}" for name in figures))
