"""Real OpenSSH, as an ordinary user runs it, with keys that are in the agent: through ssh.sock and through the
security-key provider. Logins at a loopback sshd, signatures of files and commits, resident keys, a stock ssh-agent."""

import glob
import re

from ordinary import *

need("ssh", "ssh-keygen", "ssh-add", "ssh-agent", "git")
if not os.path.exists("/usr/sbin/sshd"):
    skip("sshd is not installed")
if not os.path.exists(os.path.join(BIN, "libfob-sk.so")):
    skip("the provider is not built: make .build/debug/libfob-sk.so")

me = Ordinary("fob", "fob-main", "fob-agent", "fob-authenticator", "libfob-sk.so")
provider = os.path.join(me.bin, "libfob-sk.so")
home = Home(binaries=me.bin).start()
with home.connect() as agent:
    agent.initialize(PASSPHRASE)
door = os.path.join(home.path, "ssh.sock")
me.environment["FOB_HOME"] = home.path
owner = Owner(me, home)
host = "server.test"
figures = []


def answers(path):
    try:
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(path)
            return True
    except (FileNotFoundError, ConnectionRefusedError):
        return False


def start(*command, **environment):
    """Starts a program that runs until the end."""
    process = subprocess.Popen(
        command, env={**me.environment, **environment}, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        start_new_session=True)
    atexit.register(process.kill)
    return process


# A server for this user. ssh reaches it through a pipe: no port has to be free.
me.run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", "host")
os.mkdir(".ssh", 0o700)
host_key = open("host.pub").read().split()[:2]
known = me.write("known_hosts", f"{host} {' '.join(host_key)}\n", ".ssh")
server = me.write("sshd_config", f"""
HostKey {me.home}/host
AuthorizedKeysFile {me.home}/authorized_keys
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PidFile none
LogLevel VERBOSE
""", me.home)


def authorize(line, options=""):
    me.write("authorized_keys", f"{options} {line}\n".lstrip(), me.home)


def ssh(*options, status=0, what="a login", command="echo in"):
    """Logs in, and returns what ssh has written. A refused login has status 255."""
    done = me.run(
        "ssh", "-F", "none", "-o", "BatchMode=yes", "-o", f"UserKnownHostsFile={known}", "-o",
        f"ProxyCommand=/usr/sbin/sshd -i -f {server} -E {me.home}/sshd.log", *options, f"{NAME}@{host}", command,
        status=status, what=what)
    if status == 0:
        equal(done.stdout, "in\n", what)
    else:
        check("Permission denied" in done.stderr, f"{what}: {done.stderr}")
    return done


def through(socket, *more, **options):
    return ssh("-o", f"IdentityAgent={socket}", *more, **options)


def new_key(*options):
    """A key that `fob key ssh` makes: its public line."""
    line = me.run("fob", "key", "ssh", *options).stdout.strip()
    check(owner.asked, "a key was made without a question")
    return line


# The door: ssh.sock.
start(os.path.join(me.bin, "fob-authenticator"))
until(lambda: answers(door), "the front door is open")
environment = {"SSH_AUTH_SOCK": door}

keys = {}
for type, name in (("ed25519", "sk-ssh-ed25519@openssh.com"), ("ecdsa", "sk-ecdsa-sha2-nistp256@openssh.com")):
    keys[type] = new_key("--name", f"me@{type}", "--type", type)
    equal(keys[type].split()[0::2], [name, f"me@{type}"], f"the line of an {type} key")
    authorize(keys[type])
    through(door, what=f"a login with {type}")
    asked = owner.asked
    equal(len(asked), 1, f"questions of a login: {asked}")
    check(f'for a login at "{host}" as "{NAME}"' in asked[0], f"what a login is: {asked[0]}")
    owner.says("no")
    through(door, status=255, what="a login that the owner denies")
    owner.says("yes")
    equal(len(owner.asked), 1, "questions of a login that is denied")

listed = me.run("ssh-add", "-L", environment=environment).stdout.splitlines()
equal(sorted(listed), sorted(keys.values()), "what ssh-add lists")
check("ED25519-SK" in me.run("ssh-add", "-l", environment=environment).stdout, "ssh-add -l")

# Verification: the passphrase, at each signature, and the server sees that.
authorize(keys["ed25519"], "verify-required")
through(door, status=255, what="a login without verification where it is required")
owner.forget()
strict = new_key("--name", "strict", "--verify-required")
authorize(strict, "verify-required")
through(door, what="a login with verification")
asked = [question for question in owner.asked if "(passphrase)" in question]
equal(len(asked), 1, "questions for the passphrase")

# A key that may sign without a question, for servers that allow it.
silent = new_key("--name", "silent", "--no-touch", "--type", "ecdsa")
authorize(silent, "no-touch-required")
through(door, what="a login without touch")
equal(owner.asked, [], "questions of a login without touch")
authorize(silent)
through(door, status=255, what="a login without touch where it is required")
bound = new_key("--name", "bound", "--device-bound", "--application", "ssh:work")
authorize(bound)
for _ in range(2):
    through(door, what="a login with a device-bound key")
owner.forget()


def signs(public, what, *options, environment=None):
    """Signs a file and has ssh-keygen verify that."""
    me.write("text", "a text\n", me.home)
    if os.path.exists("text.sig"):
        os.remove("text.sig")
    line = open(public if public.endswith(".pub") else public + ".pub").read()
    allowed = me.write("allowed", f"me@example.org namespaces=\"file,git\" {line}", me.home)
    me.run("ssh-keygen", "-Y", "sign", "-f", public, "-n", "file", *options, "text", what=what, environment=environment)
    verify = ("ssh-keygen", "-Y", "verify", "-f", allowed, "-I", "me@example.org", "-n", "file", "-s", "text.sig")
    me.run(*verify, input="a text\n", what=f"the check of {what}")
    me.run(*verify, input="another text\n", status=255, what=f"the check of {what} over another text")


for type, line in keys.items():
    me.write(f"{type}.pub", line + "\n", me.home)
    signs(f"{type}.pub", f"a signature with {type}", environment=environment)
    check('for a signature, data called "file"' in owner.asked[0], "what a signature is")

# Commits.
git = ("git", "-c", "user.name=Me", "-c", "user.email=me@example.org", "-c", "gpg.format=ssh", "-c",
       f"user.signingKey={me.home}/ed25519.pub", "-c", f"gpg.ssh.allowedSignersFile={me.home}/allowed", "-C", "work")
me.write("allowed", f"me@example.org {keys['ed25519']}\n", me.home)
me.run("git", "init", "-q", "work")
me.run(*git, "commit", "-q", "-S", "--allow-empty", "-m", "signed", environment=environment, what="git commit -S")
check('Good "git" signature' in me.run(*git, "verify-commit", "HEAD").stderr, "git verify-commit")
check('for a signature, data called "git"' in owner.asked[0], "what a commit's signature is")


def pending():
    with home.connect() as agent:
        return agent.challenges()


# Who hangs up is not asked for any more.
owner.says("nothing")
authorize(keys["ed25519"])
caller = start(
    "ssh", "-F", "none", "-o", "BatchMode=yes", "-o", f"UserKnownHostsFile={known}", "-o",
    f"ProxyCommand=/usr/sbin/sshd -i -f {server} -E {me.home}/sshd.log", "-o", f"IdentityAgent={door}",
    f"{NAME}@{host}", "true")
until(pending, "a question is pending")
caller.kill()
until(lambda: not pending(), "the question is withdrawn")
owner.says("yes")

# What the agent has not made does not get in, and nothing is taken out.
me.run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", "plain")
me.run("ssh-add", "plain", status=1, environment=environment, what="ssh-add of a plain key")

# A server that ends a login after three keys: after one that was in vain the key of a file has its turn.
authorize(open(f"{me.home}/plain.pub").read().strip())
few = ("-o", f"ProxyCommand=/usr/sbin/sshd -i -f {server} -o MaxAuthTries=3 -E {me.home}/sshd.log", "-i", f"{me.home}/plain")
for status in (255, 0, 0):
    done = me.run("ssh", "-F", "none", "-o", "BatchMode=yes", "-o", f"UserKnownHostsFile={known}", "-o", f"IdentityAgent={door}",
                  *few, f"{NAME}@{host}", "true", status=status, what="a login with the key of a file")
    equal("Too many authentication failures" in done.stderr, status == 255, f"what ends a login: {done.stderr}")
me.run("ssh-add", "-D", status=1, environment=environment, what="ssh-add -D")

# Lock and unlock are those of the vault.
typed = me.write("askpass", "#!/bin/sh\nprintf '%s\\n' \"$TYPED\"\n", me.home)
os.chmod(typed, 0o700)


def typing(text):
    return {**environment, "SSH_ASKPASS": typed, "SSH_ASKPASS_REQUIRE": "force", "DISPLAY": ":0", "TYPED": text}


me.run("ssh-add", "-x", environment=typing("whatever"))
with home.connect() as agent:
    equal(agent.welcome["vault"], "locked", "the vault after ssh-add -x")
# Its public keys are listed as before. Who logs in meanwhile unlocks it by the answer to the one question.
listed = me.run("ssh-add", "-L", environment=environment).stdout
equal(sorted(line.split()[1] for line in listed.splitlines()),
      sorted(line.split()[1] for line in [*keys.values(), strict, silent, bound]), "what a locked vault lists")
owner.forget()
owner.says("no")
authorize(keys["ed25519"])
through(door, status=255, what="a login while the vault is locked, which is denied")
owner.forget()
owner.says("yes")
through(door, what="a login while the vault is locked")
asked = owner.asked
equal(len(asked), 1, f"questions of a login while the vault is locked: {asked}")
check("for a login" in asked[0] and "(passphrase)" in asked[0], f"what is asked while the vault is locked: {asked[0]}")
with home.connect() as agent:
    equal(agent.welcome["vault"], "unlocked", "the vault after a login")
    agent.lock()
signs("ed25519.pub", "a signature while the vault is locked", environment=environment)
equal(["(passphrase)" in question for question in owner.asked], [True], "questions of a signature meanwhile")
me.run("ssh-add", "-x", environment=typing("whatever"))
me.run("ssh-add", "-X", status=1, environment=typing("wrong"), what="ssh-add -X with a wrong passphrase")
me.run("ssh-add", "-X", environment=typing(PASSPHRASE.decode()), what="ssh-add -X")
equal(len(me.run("ssh-add", "-L", environment=environment).stdout.splitlines()), 5, "keys after unlocking")
owner.forget()

# A host has its name where known_hosts has a hash of it only, and its key is checked whatever it is of.
plain = open(known).read()
authorize(keys["ed25519"])
for type in ("ed25519", "rsa", "ecdsa"):
    file = "host" if type == "ed25519" else f"host_{type}"
    if type != "ed25519":
        me.run("ssh-keygen", "-q", "-t", type, "-N", "", "-f", file)
    me.write("known_hosts", f"other.test {host_key[0]} AAAA\n{host} {' '.join(open(file + '.pub').read().split()[:2])}\n", ".ssh")
    me.run("ssh-keygen", "-q", "-H", "-f", known)
    check(host not in open(known).read(), "the names are hashed")
    other = me.write(f"sshd_{type}", re.sub(r"HostKey \S+", f"HostKey {me.home}/{file}", open(server).read()), me.home)
    owner.forget()
    me.run("ssh", "-F", "none", "-o", "BatchMode=yes", "-o", f"UserKnownHostsFile={known}", "-o",
           f"ProxyCommand=/usr/sbin/sshd -i -f {other} -E {me.home}/sshd.log", "-o", f"IdentityAgent={door}",
           "-i", os.path.join(me.home, "ed25519.pub"), f"{NAME}@{host}", "true",
           what=f"a login at a host with a key of {type}")
    check(f'for a login at "{host}" as' in owner.asked[0], f"a hashed host with a key of {type}")
with open(known, "w") as file:
    file.write(plain)

# The manual's examples, as they stand there. Those who follow them have an account at a host that is called server.
page = open(os.path.join(os.path.dirname(__file__), "..", "..", "..", "man", "fob-authenticator.1")).read()
examples = re.findall(r"^\$ (.*)$", page[page.index("\n.Sh EXAMPLES"):page.index("\n.Sh SEE ALSO")], re.M)
check(len(examples) >= 6, f"examples of the manual: {examples}")
os.makedirs(os.path.join(me.home, ".ssh"), mode=0o700, exist_ok=True)
os.makedirs(os.path.join(me.home, "run"), mode=0o700, exist_ok=True)
os.symlink(home.path, os.path.join(me.home, "run", "fob"))
me.run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", os.path.join(me.home, "first"))
granted = os.path.join(me.home, ".ssh", "authorized_keys")
shutil.copy(os.path.join(me.home, "first.pub"), granted)
there = me.write("examples_sshd", re.sub(r"AuthorizedKeysFile \S+", f"AuthorizedKeysFile {granted}", open(server).read()), me.home)
config = me.write("examples_ssh", f"Host server\n User {NAME}\n HostKeyAlias {host}\n UserKnownHostsFile {os.path.abspath(known)}\n"
                  f" ProxyCommand /usr/sbin/sshd -i -f {there} -E {me.home}/sshd.log\n IdentityAgent {door}\n"
                  f" IdentityFile {me.home}/first\n BatchMode yes\n", me.home)
os.makedirs(os.path.join(me.home, "shims"), exist_ok=True)
shim = me.write("ssh", f'#!/bin/sh\nexec /usr/bin/ssh -F {config} "$@"\n', os.path.join(me.home, "shims"))
os.chmod(shim, 0o755)
surroundings = {"HOME": me.home, "XDG_RUNTIME_DIR": os.path.join(me.home, "run"),
                "PATH": f"{me.home}/shims:{me.bin}:{os.environ['PATH']}", "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@b",
                "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@b"}
me.run("git", "init", "-q", "examples")
me.write("change", "of a file\n", os.path.join(me.home, "examples"))
me.run("git", "-C", "examples", "add", "change")
for example in examples:
    me.run("sh", "-c", f"cd {me.home}/examples && {example}", what=example,
           environment={**surroundings, "GIT_EDITOR": "echo made >"})
added = open(granted).read()
check(open(os.path.join(me.home, ".ssh", "fob-laptop.pub")).read().split()[1] in added, f"what ssh-copy-id has added: {added}")
owner.forget()

# The other door: the provider.


def keygen(type, file, *options, status=0, environment=None):
    """Makes a key through the provider; says nothing to questions of ssh-keygen."""
    arguments = [argument for option in options for argument in ("-O", option)]
    return me.run("ssh-keygen", "-q", "-t", f"{type}-sk", "-w", provider, "-N", "", "-f", file, *arguments,
                  status=status, environment=environment, what=f"ssh-keygen -t {type}-sk {' '.join(options)}")


def with_file(file, *more, **options):
    return ssh("-o", f"SecurityKeyProvider={provider}", "-o", "IdentityAgent=none", "-o", "IdentitiesOnly=yes", "-i",
               file, *more, **options)


for type in ("ed25519", "ecdsa"):
    keygen(type, f"file_{type}")
    equal(len(owner.asked), 1, "questions of ssh-keygen")
    authorize(open(f"file_{type}.pub").read())
    with_file(f"file_{type}", what=f"a login with the file of an {type} key")
    equal(len(owner.asked), 1, "questions of a login with a file")
    owner.says("no")
    with_file(f"file_{type}", status=255, what="a login with a file that the owner denies")
    owner.says("yes")
    owner.forget()
    # Both doors lead to one key.
    through(door, "-o", "IdentitiesOnly=yes", "-i", f"file_{type}.pub", what="the same key through the other door")
    authorize(open(f"file_{type}.pub").read(), "verify-required")
    with_file(f"file_{type}", status=255, what="a file's key without verification where it is required")
    signs(f"file_{type}", f"a signature with the file of an {type} key", environment={"SSH_SK_PROVIDER": provider})

    keygen(type, f"verified_{type}", "verify-required")
    owner.forget()
    authorize(open(f"verified_{type}.pub").read(), "verify-required")
    with_file(f"verified_{type}", what="a login with a file and verification")
    check(all("(passphrase)" in question for question in owner.asked), "a verified key was asked for like another")

    keygen(type, f"silent_{type}", "no-touch-required")
    owner.forget()
    authorize(open(f"silent_{type}.pub").read(), "no-touch-required")
    with_file(f"silent_{type}", what="a login with a file and without touch")
    equal(owner.asked, [], "questions of a login with a file and without touch")
    authorize(open(f"silent_{type}.pub").read())
    with_file(f"silent_{type}", status=255, what="no touch where it is required")

owner.says("no")
keygen("ed25519", "denied", status=255)
check(not os.path.exists("denied"), "a key file without a key")
owner.says("yes")
keygen("ed25519", "foreign", "application=web:site", status=255)

# The attestation: the key's own signature over what it is and over the challenge.
challenge = me.write("challenge", "0123456789abcdef" * 4, me.home)
keygen("ecdsa", "attested", f"challenge={challenge}", "write-attestation=attestation")


def strings(data):
    found = []
    while data:
        count = struct.unpack(">I", data[:4])[0]
        found.append(data[4:4 + count])
        check(len(found[-1]) == count, "a string of the attestation is cut off")
        data = data[4 + count:]
    return found


magic, certificate, signature, data = strings(open("attestation", "rb").read()[:-8])
equal((magic, certificate), (b"ssh-sk-attest-v01", b""), "the attestation's head")
equal(data[:1] + data[2:34], b"\x58" + hashlib.sha256(b"ssh:").digest(), "the attestation's authenticator data")
equal(data[1], len(data) - 2, "the length of the authenticator data")
point = base64.b64decode(open("attested.pub").read().split()[1])
point = point[point.rindex(b"nistp256") + 12:][:65]
try:
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point).verify(
        signature, data[2:] + hashlib.sha256(open(challenge, "rb").read()).digest(), ec.ECDSA(hashes.SHA256()))
    figures.append("attestation verified")
except ImportError:
    figures.append("attestation not verified: no python3-cryptography")

# Resident keys come back without their files.
keygen("ed25519", "resident", "resident", "user=alice", "application=ssh:work")
keygen("ecdsa", "resident_too", "resident", "verify-required", "application=ssh:other")
again = keygen("ed25519", "twice", "resident", "user=alice", "application=ssh:work", status=255)
check("already exists" in again.stdout + again.stderr, f"a second resident key: {again.stderr}")
os.mkdir("fetched")
fetch = subprocess.run(
    ["ssh-keygen", "-K", "-w", provider, "-N", ""], env=me.environment, cwd="fetched", stdin=subprocess.DEVNULL,
    capture_output=True, text=True, start_new_session=True)
check(fetch.returncode == 0, f"ssh-keygen -K: {fetch.stdout} {fetch.stderr}")
fetched = {open(path).read().split()[1]: path[:-4] for path in glob.glob("fetched/*.pub")}
wanted = {open(f"{file}.pub").read().split()[1] for file in ("resident", "resident_too")}
check(wanted <= set(fetched), f"ssh-keygen -K: {os.listdir('fetched')}")
resident = open("resident.pub").read()
authorize(resident)
with_file(fetched[resident.split()[1]], what="a login with a fetched key")

# A stock ssh-agent, which loads providers only from where it is told.
stock = os.path.join(me.home, "stock.sock")
careful = os.path.join(me.home, "careful.sock")
for path, allowed in ((stock, os.path.realpath(provider)), (careful, "/usr/lib/nothing/*")):
    # It runs under a group of its own, for which nothing is preloaded.
    start("ssh-agent", "-D", "-a", path, "-P", allowed, LD_PRELOAD="")
for path in (stock, careful):
    until(lambda: answers(path), "ssh-agent")


def add(path, *options, **more):
    return me.run("ssh-add", "-q", "-S", provider, *options, environment={"SSH_AUTH_SOCK": path}, **more)


add(careful, "file_ed25519", status=1, what="ssh-add in an ssh-agent that does not allow the provider")
for file in ("file_ed25519", "file_ecdsa"):
    add(stock, file, what="ssh-add in a stock ssh-agent")
    authorize(open(f"{file}.pub").read())
    through(stock, what="a login through a stock ssh-agent")
add(stock, "-D")
add(stock, "-K", what="ssh-add -K")
listed = me.run("ssh-add", "-L", environment={"SSH_AUTH_SOCK": stock}).stdout
check(all(key in listed for key in wanted), f"resident keys in a stock ssh-agent: {listed}")
authorize(resident)
through(stock, what="a login with a resident key through a stock ssh-agent")

# Without an agent to ask, OpenSSH is told so.
owner.end()
me.run("fob", "lock")
authorize(open("file_ed25519.pub").read())
said = with_file("file_ed25519", status=255, what="a login with a file while the vault is locked").stderr
check("the vault is locked" in said and "UNPROTECTED" not in said, f"what is said of a locked vault: {said}")
# Where OpenSSH may ask for a PIN, the passphrase is taken for it.
authorize(open("silent_ed25519.pub").read(), "no-touch-required")
for text, code in (("wrong", 255), (PASSPHRASE.decode(), 0)):
    me.run("ssh", "-F", "none", "-o", f"UserKnownHostsFile={known}", "-o",
           f"ProxyCommand=/usr/sbin/sshd -i -f {server} -E {me.home}/sshd.log", "-o", f"SecurityKeyProvider={provider}",
           "-o", "IdentityAgent=none", "-o", "IdentitiesOnly=yes", "-i", "silent_ed25519", f"{NAME}@{host}", "true",
           status=code, environment=typing(text), what=f"a login with {text!r} for a PIN")
home.stop()
with_file("file_ed25519", status=255, what="a login with a file without an agent")
keygen("ed25519", "none", status=255)
print("; ".join(["OpenSSH through both transports"] + figures))
