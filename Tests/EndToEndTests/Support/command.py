"""The `fob` command as a shell and a person use it: every verb once, and each exit status of fob(1) that can be had.

    command.py built|installed

`installed` has the programs where `make install` puts them, so that fob's front is what is called fob.
"""

import json
import re
import threading

from scratch import *

FOB = os.path.join(BIN, "fob")
if sys.argv[1:] == ["installed"]:
    prefix = tempfile.mkdtemp(prefix="fob-")
    atexit.register(shutil.rmtree, prefix)
    for place, name in (("bin/fob", "fob"), ("bin/fob-agent", "fob-agent"), ("libexec/fob/fob-main", "fob-main"),
                        ("libexec/fob/fob-convert", "fob-convert"), ("libexec/fob/fob-scan", "fob-scan")):
        os.makedirs(os.path.dirname(os.path.join(prefix, place)), exist_ok=True)
        shutil.copy(os.path.join(BIN, name), os.path.join(prefix, place))
    FOB = os.path.join(prefix, "bin/fob")
    lone = os.path.join(prefix, "fob")
    shutil.copy(FOB, lone)
    done = subprocess.run([lone, "list"], capture_output=True)
    equal((done.returncode, done.stderr.split(b"\n")[0]), (69, b"fob: the rest of fob is missing"), "fob alone")
SECRET = b"12345678901234567890"
TEXT = base64.b32encode(SECRET).decode()
URIS = f"""# a comment, then an empty line

otpauth://totp/GitHub:octocat?secret={TEXT}&issuer=GitHub
otpauth://totp/Bank:me?secret={base64.b32encode(b'abcdefghij' * 3).decode()}&issuer=Bank&algorithm=SHA256&digits=8
otpauth://hotp/Door:key?secret={base64.b32encode(b'door' * 5).decode()}&issuer=Door&counter=0
"""

steps = 0


class Outcome:
    def __init__(self, done):
        self.status, self.out, self.err = done.returncode, done.stdout.decode(), done.stderr.decode()

    def json(self):
        return json.loads(self.out)


def fob(*arguments, home=None, status=0, input=b"", fd=None, environment=None):
    """Runs fob; `fd` is what descriptor 3 reads. Its exit status must be `status`."""
    global steps
    steps += 1
    command = [FOB, *arguments]
    options = {}
    if fd is not None:
        read, write = os.pipe()
        os.write(write, fd)
        os.close(write)
        os.set_inheritable(read, True)
        command = ["bash", "-c", f'exec 3<&{read}; exec "$0" "$@"', *command]
        options["pass_fds"] = (read,)
    done = Outcome(subprocess.run(
        command, input=input, capture_output=True, timeout=PATIENCE,
        env={"PATH": os.environ["PATH"], "FOB_HOME": (home or main).path, **(environment or {})}, **options))
    if fd is not None:
        os.close(read)
    said = f"{' '.join(arguments)} said {done.out!r} {done.err!r}"
    equal(done.status, status, said)
    if status:
        check(re.match(r"(fob: .+\n)+(hint: .+\n)*", done.err), f"no error and hint: {said}")
    for secret in (PASSPHRASE.decode(), TEXT, SECRET.decode()):
        check(secret not in done.err, f"a secret in an error: {said}")
    return done


def beside(action, *, confirm):
    """Runs `action`, which waits for a confirmation, and `confirm` once it is pending."""
    found = {}

    def run():
        found["done"] = action()
    thread = threading.Thread(target=run)
    thread.start()
    until(lambda: fob("confirm", "--list", "--json").json()["challenges"], "a challenge is pending")
    confirm()
    thread.join()
    return found["done"]


main = Home()

# No agent, no vault.
fob("code", "x", "--no-start", status=69)
fob("list", "--no-start", status=69)
main.start()
fob("code", "x", status=8)
fob("unlock", "--passphrase-fd", "3", status=8, fd=PASSPHRASE)

# A vault and accounts.
fob("init", "--passphrase-fd", "3", fd=PASSPHRASE + b"\n")
fob("init", "--passphrase-fd", "3", status=9, fd=PASSPHRASE)
accounts = os.path.join(main.path, "accounts.txt")
with open(accounts, "w") as file:
    file.write(URIS)
fob("import", accounts, "--dry-run")
equal(fob("list", "--json").json()["accounts"], [], "accounts after a dry run")
fob("import", accounts)
equal([entry["name"] for entry in fob("list", "--json").json()["accounts"]], ["octocat", "me", "key"], "names, in order")
fob("import", os.path.join(main.path, "no-such-file"), status=66)
bad = os.path.join(main.path, "bad.txt")
with open(bad, "w") as file:
    file.write(URIS + "otpauth://totp/x?secret=!!!!\n")
shown = fob("import", bad, status=14).out
check("line 6" in shown, f"the bad line is not numbered: {shown}")
fob("add", input=f"otpauth://totp/New:one?secret={base64.b32encode(b'n' * 20).decode()}".encode())
fob("add", input=b"otpauth://totp/x?secret=", status=65)
fob("add", input=b"not base32 at all !", status=65)
fob("add", f"otpauth://totp/x?secret={TEXT}", status=64)
fob("add", "--secret", TEXT, status=64)

# Codes, beside oathtool.
def oath(*arguments):
    return subprocess.run(["oathtool", *arguments], capture_output=True, check=True).stdout.decode().strip()


if shutil.which("oathtool"):
    def both():
        """The codes of fob and of oathtool, if no new one has begun meanwhile."""
        before = time.time() // 30
        found = fob("code", "GitHub").out.strip(), oath("--totp", SECRET.hex())
        return found if before == time.time() // 30 else None

    code, wanted = takes(5, both, "two codes within 30 s")
    equal(code, wanted, "code and oathtool's")
equal(fob("code", "Door").out.strip(), hotp(b"door" * 5, 0), "the first counter")
equal(fob("code", "Door/key").out.strip(), hotp(b"door" * 5, 1), "the second counter")
shown = fob("code", "octocat", "--json").json()
check(shown["code"].isdigit() and len(shown["code"]) == 6, f"code as JSON: {shown}")


def following():
    """The next code, if no new one has begun since."""
    before = time.time() // 30
    found, now = fob("next", "GitHub").out.strip(), fob("code", "GitHub").out.strip()
    return (found, now) if before == time.time() // 30 else None


later, now = takes(5, following, "two codes within 30 s")
check(later != now, "the next code is another one")

# Names.
fob("code", "nobody", status=3)
check("Bank/me" in fob("code", "e", status=4).err, "candidates of an ambiguous name")
fob("edit", "Bank", "--issuer", "GitHub", "--name", "octocat", status=9)
fob("edit", "Bank", "--name", "you", "--tag", "money")
check("you" in fob("show", "Bank").out, "the new name")
fob("order", "Bank", "first")
equal(fob("list", "--json").json()["accounts"][0]["issuer"], "Bank", "the first account")
fob("remove", "New")
fob("code", "New", status=3)
check("New/one" in fob("list", "--trash").out, "the trash")
fob("untrash", "New")
fob("code", "New")

# Wrong usage.
fob("frobnicate", status=64)
fob("code", status=64)
fob("order", "Bank", "sideways", status=64)

# Confirmation: a yes, a no, and an export with the passphrase.
fob("edit", "Bank", "--confirm")


def yes_to_all():
    fob("confirm", "--all", "--yes")


# The script that asks cannot answer.
def own_yes():
    fob("confirm", "--all", "--yes", status=77)
    elsewhere(yes_to_all)


beside(lambda: fob("code", "Bank"), confirm=own_yes)
yes = beside(lambda: fob("code", "Bank"), confirm=lambda: elsewhere(yes_to_all))
equal(len(yes.out.strip()), 8, "digits of the confirmed code")
beside(lambda: fob("code", "Bank", status=5), confirm=lambda: fob("confirm", "--all", "--deny"))
plain = os.path.join(main.path, "plain.txt")
# Where nobody is to be asked, nobody is waited for, and no question is left behind.
for asking in (("code", "Bank"), ("next", "Bank"), ("code", "Bank", "--json"), ("edit", "Bank", "--no-confirm"),
               ("export", "--to", "otpauth", "--output", plain), ("key", "ssh", "--name", "nobody")):
    said = fob(*asking, "--no-ask", status=6)
    check("--no-ask was given" in said.err, f"{asking} with --no-ask: {said.err}")
    until(lambda: not fob("confirm", "--list", "--json").json()["challenges"], "the question is taken back")
check(not os.path.exists(plain), "an export that nobody was asked for")


def agree():
    def confirm():
        fob("confirm", "--all", "--yes", "--passphrase-fd", "3", fd=PASSPHRASE)
    elsewhere(confirm)


beside(lambda: fob("export", "--to", "otpauth", "--output", plain), confirm=agree)
equal(os.stat(plain).st_mode & 0o777, 0o600, "mode of the export")
with open(plain) as file:
    exported = [line for line in file.read().splitlines() if line and not line.startswith("#")]
equal(len(exported), 4, "exported accounts")
check(any(TEXT in line for line in exported), "the export has the secret")
fob("export", "--to", "otpauth", "--output", plain, status=73)
other = Home().start()
fob("init", "--passphrase-fd", "3", home=other, fd=PASSPHRASE)
fob("import", plain, home=other)


def shapes(home):
    fields = ("issuer", "name", "kind", "algorithm", "digits", "period", "counter", "ocra_suite")
    return [[entry[field] for field in fields] for entry in fob("list", "--json", home=home).json()["accounts"]]


equal(shapes(other), shapes(main), "accounts after export and import")

# The emergency identity and stock age.
identity = fob("passphrase", "--identity", "--passphrase-fd", "3", fd=PASSPHRASE).out.strip()
check(identity.startswith("AGE-SECRET-KEY-1"), "the identity is an age identity")
fob("passphrase", "--identity", "--passphrase-fd", "3", status=77, fd=b"wrong")
if shutil.which("age"):
    key_file = os.path.join(main.path, "key.txt")
    with open(key_file, "w") as file:
        file.write(identity + "\n")
    opened = subprocess.run(["age", "-d", "-i", key_file, os.path.join(main.path, "vault.age")], capture_output=True)
    equal(opened.returncode, 0, f"age opens the vault: {opened.stderr}")
    check(opened.stdout.startswith(b"fob-records 1\n") and SECRET in opened.stdout, "what age has opened")

# Lock, unlock, passphrase.
fob("lock")
fob("code", "GitHub", status=2)
fob("list", "--no-ask", status=2)
fob("unlock", "--passphrase-fd", "3", status=77, fd=b"wrong")
credentials = os.path.join(main.path, "credentials")
os.mkdir(credentials, 0o700)
with open(os.path.join(credentials, "fob.passphrase"), "wb") as file:
    file.write(PASSPHRASE)
fob("unlock", environment={"CREDENTIALS_DIRECTORY": credentials})
fob("code", "GitHub")
fob("settings", "--json")
check("memory" in fob("status").out, "status tells of memory")
equal(fob("status", "--json").json()["vault"]["state"], "unlocked", "status as JSON")

# The audit log: names, verification, a forged line.
check("GitHub/octocat" in fob("log").out, "names in the log")
fob("log", "--verify")
with open(os.path.join(main.path, "audit.log"), "rb") as file:
    log = file.read()
check(b"GitHub" not in log and b"octocat" not in log, "names in the file of the log")
forged = log.replace(b"account.add", b"account.bad", 1)
check(forged != log, "there is a line to forge")
with open(os.path.join(main.path, "audit.log"), "wb") as file:
    file.write(forged)
fob("log", "--verify", status=10)
with open(os.path.join(main.path, "audit.log"), "wb") as file:
    file.write(log)
fob("log", "--verify")

# Hostile labels do not reach the terminal.
with main.connect() as agent:
    agent.add("Evil", "a\u202eb", b"e" * 20)
check("\u202e" not in fob("list").out, "a bidi control on the terminal")
check("\\u202e" in fob("list", "--json").out.lower() or "\u202e" in fob("list", "--json").out, "the label as JSON")

# Completions.
for shell in ("bash", "zsh", "fish"):
    check("fob" in fob("completion", shell).out, f"completion for {shell}")

# Damage, other hands, other agents.
main.stop()
vault = os.path.join(main.path, "vault.age")
with open(vault, "rb") as file:
    whole = file.read()
with open(vault, "wb") as file:
    file.write(whole[:-100])
main.start()
fob("unlock", "--passphrase-fd", "3", status=10, fd=PASSPHRASE)
with open(vault, "wb") as file:
    file.write(whole)
fob("unlock", "--passphrase-fd", "3", fd=PASSPHRASE)
os.chmod(main.path, 0o755)
fob("code", "GitHub", status=77)
os.chmod(main.path, 0o700)
fob("code", "GitHub")


def impostor(path, reply):
    """A socket that answers whatever comes with `reply`."""
    server = socket.socket(socket.AF_UNIX)
    server.bind(path)
    server.listen(4)

    def serve():
        while True:
            try:
                client, _ = server.accept()
            except OSError:
                return
            client.recv(4096)
            client.sendall(reply)
            client.close()
    threading.Thread(target=serve, daemon=True).start()
    return server


strange = Home()
server = impostor(strange.socket, protocol_client.frame(
    protocol_client.ERROR, protocol_client.u16(76) + protocol_client.string("no common version")
    + protocol_client.string("use the fob of the same release") + protocol_client.strings([]), 1))
fob("code", "x", home=strange, status=76)
# What waits in accept has to hear of it.
server.shutdown(socket.SHUT_RDWR)
server.close()

# On demand: fob starts the agent by itself, and no signal is needed to end it for good.
fresh = Home()
try:
    fob("init", "--passphrase-fd", "3", home=fresh, fd=PASSPHRASE)
    equal(fob("status", "--json", home=fresh).json()["vault"]["state"], "unlocked", "the agent that fob has started")
    fresh.pid = fob("status", "--json", home=fresh).json()["agent"]["pid"]
    with open(f"/proc/{fresh.pid}/cmdline", "rb") as line:
        check(b"fob-agent" in line.read(), "it is fob-agent")
finally:
    if fresh.pid:
        os.kill(fresh.pid, signal.SIGTERM)
        until(lambda: has_ended(fresh.pid), "the agent ends")

print(f"{steps} runs of fob")
