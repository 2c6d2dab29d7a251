"""A real `ssh -A` to a hostile host: whatever it asks for, the question names the true host, the hop and the user; nothing
is remembered for it, and a yes for this machine is not one for that host."""

from ordinary import *

need("ssh", "ssh-keygen")
if not os.path.exists("/usr/sbin/sshd"):
    skip("sshd is not installed")

me = Ordinary("fob", "fob-main", "fob-agent", "fob-authenticator")
home = Home(binaries=me.bin).start()
with home.connect() as agent:
    agent.initialize(PASSPHRASE)
door = os.path.join(home.path, "ssh.sock")
me.environment["FOB_HOME"] = home.path
owner = Owner(me, home)

os.mkdir(".ssh", 0o700)
keys, configs = {}, {}
for host in "bastion.test", "inner.test":
    me.run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", host)
    keys[host] = " ".join(open(host + ".pub").read().split()[:2])
    configs[host] = me.write(f"{host}.config", f"""
HostKey {me.home}/{host}
AuthorizedKeysFile {me.home}/{host}.keys
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PidFile none
SetEnv LD_PRELOAD=libnss_wrapper.so NSS_WRAPPER_PASSWD={me.passwd} NSS_WRAPPER_GROUP={me.group} PATH={me.environment["PATH"]}
""", me.home)
known = me.write("known_hosts", "".join(f"{host} {key}\n" for host, key in keys.items()), ".ssh")

front = subprocess.Popen(
    [os.path.join(me.bin, "fob-authenticator")], env=me.environment, stdin=subprocess.DEVNULL,
    stdout=subprocess.DEVNULL, start_new_session=True)
atexit.register(front.kill)
until(lambda: os.path.exists(door), "the listener is there")

# The first host takes a key in a file, the second one a key in the agent.
me.run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", "plain")
shutil.copy("plain.pub", "bastion.test.keys")
line = me.run("fob", "key", "ssh", "--name", "laptop").stdout
me.write("laptop.pub", line, me.home)
me.write("inner.test.keys", line, me.home)
owner.forget()


def ssh(host, *options):
    """The words of a login, wherever it begins."""
    return ["ssh", "-F", "none", "-o", "BatchMode=yes", "-o", f"UserKnownHostsFile={known}", "-o", "IdentitiesOnly=yes",
            "-o", f"ProxyCommand=/usr/sbin/sshd -i -f {configs[host]} -E {me.home}/sshd.log", *options, f"{NAME}@{host}"]


inner = ssh("inner.test", "-i", f"{me.home}/laptop.pub")


def quoted(words):
    return " ".join("'" + word.replace("'", "'\\''") + "'" for word in words)


def at_bastion(words, what, status=0):
    """Has the first host run something, with the agent forwarded to it."""
    return me.run(*ssh("bastion.test", "-A", "-o", f"IdentityAgent={door}", "-i", f"{me.home}/plain"), quoted(words),
                  status=status, what=what)


hostile = me.write("hostile.py", '''
import base64, os, socket, struct, sys


def string(value):
    return struct.pack(">I", len(value)) + value


user, kind = sys.argv[1].encode(), sys.argv[2]
key = base64.b64decode(open(sys.argv[3]).read().split()[1])
data = {
    "login": string(os.urandom(32)) + b"\\x32" + string(user) + string(b"ssh-connection") + string(b"publickey") + b"\\1"
             + string(b"sk-ssh-ed25519@openssh.com") + string(key),
    "signature": b"SSHSIG" + string(user) + string(b"") + string(b"sha512") + string(bytes(64)),
    "other": b"what is this?",
}[kind]
with socket.socket(socket.AF_UNIX) as agent:
    agent.connect(os.environ["SSH_AUTH_SOCK"])
    body = b"\\x0d" + string(key) + string(data) + struct.pack(">I", 0)
    agent.sendall(struct.pack(">I", len(body)) + body)
    print(agent.recv(5)[4])
''', me.home)


def asks(user, kind, wanted):
    """What the hostile host asks for over the forwarded agent, and the number of the reply: 14 is a signature."""
    done = at_bastion(["python3", hostile, user, kind, f"{me.home}/laptop.pub"], f"a {kind} for the hostile host")
    equal(done.stdout.strip(), str(wanted), f"the reply to a {kind}")
    return owner.asked


# A login further on, by an ordinary ssh there: twice, because nothing is remembered.
owner.says("remember")
wanted = f'FORWARDED: use an ssh key for a login at "inner.test", asked for through "bastion.test" as "{NAME}"'
for _ in range(2):
    equal(at_bastion([*inner, "echo in"], "a login through the first host").stdout, "in\n", "a login further on")
    equal(owner.asked, [wanted], "what is asked")
with home.connect() as agent:
    equal(agent.grants(), [], "what is remembered of it")

# The same login from here is remembered, for what was shown: not for the host that the agent is forwarded to.
login = [*inner[:-1], "-o", f"IdentityAgent={door}", inner[-1], "echo in"]
twice = f"{quoted(login)} && {quoted(login)}"
equal(me.run("sh", "-c", twice, what="two logins from here").stdout, "in\nin\n", "two logins from here")
equal(owner.asked, [f'use an ssh key for a login at "inner.test" as "{NAME}"'], "what is asked for logins from here")
at_bastion([*inner, "echo in"], "a login through the first host")
equal(owner.asked, [wanted], "what is asked after a yes for this machine")

# A user's name that looks like a host, with blanks that push the rest away; a namespace; data of no kind.
name = "git at github.com" + "\u3000" * 111
for user, shown in ((name, "git at github.com "), ('x" at "github.com', 'x\\" at \\"github.com'), ("root", "root")):
    found = asks(user, "login", 14)
    equal([question.split(" as ")[0] for question in found],
          ['FORWARDED: use an ssh key for a login at an unknown host, asked for through "bastion.test"'], "the true host")
owner.says("no")
id = at_bastion(["true"], "a login")
found = asks("git", "signature", 5)
equal(found, ['FORWARDED: use an ssh key for a signature, asked for through "bastion.test", data called "git"'], "a signature")
equal(asks("x", "other", 5), [], "data of an unknown kind is refused without a question")

# As a person reads it.
owner.says("nothing")
waiting = subprocess.Popen(
    [*ssh("bastion.test", "-A", "-o", f"IdentityAgent={door}", "-i", f"{me.home}/plain"),
     quoted(["python3", hostile, name, "login", f"{me.home}/laptop.pub"])],
    env=me.environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    start_new_session=True)
until(lambda: owner.asked, "the question")
said = me.run("fob", "confirm", "--list").stdout
for words in ("FORWARDED: ", "an unknown host", '"bastion.test"', '"git at github.com "', "asked by", "SHA256:"):
    check(words in said, f"fob confirm does not say {words!r}: {said}")
check("\u3000" not in said, "blanks of all kinds are one space")
me.run("fob", "confirm", "--all", "--deny")
waiting.wait()
owner.forget()

# A key that is limited to hosts signs for logins there, by the keys that known_hosts has for them, and nobody is asked
# about anything else: neither behind another host, nor as another user, nor for data.
owner.says("yes")
me.run("ssh-keygen", "-H", "-f", known)
check("inner.test" not in open(known).read(), "names of known_hosts are hashed")
LESS = "take a protection away from a security key"


def limited(*hosts, asks=()):
    me.run("fob", "key", "edit", "laptop", *(word for host in hosts for word in ("--host", host)), what=f"limits {hosts}")
    equal(owner.asked, list(asks), f"questions about the limits {hosts}")
    shown = me.run("fob", "key", "show", "laptop").stdout
    check("only for logins at:" in shown and ", ".join(hosts) in shown, shown)


def from_here(status, what):
    me.run(*login, status=status, what=what)
    return owner.asked


def behind(status, what):
    at_bastion([*inner, "true"], what, status=status)
    return owner.asked


limited("inner.test")
check(from_here(0, "a login at the host") != [], "a login at the host is asked about")
equal(behind(255, "a login behind another host"), [], "what is asked behind another host")
equal(asks("root", "login", 5), [], "what is asked for an unknown session")
data = me.write("data", "x", me.home)
me.run("ssh-keygen", "-Y", "sign", "-q", "-n", "file", "-f", f"{me.home}/laptop.pub", data, status=255,
       environment={"SSH_AUTH_SOCK": door}, what="a signature of a file")
equal(owner.asked, [], "what is asked for a file")
limited("root@inner.test", asks=[LESS])
equal(from_here(255, "a login as another user"), [], "what is asked for another user")
limited("bastion.test", "bastion.test>inner.test", asks=[LESS])
equal(from_here(255, "a login from here, where only the way through the first host is allowed"), [], "the way")
check(behind(0, "a login through the first host") != [], "a login through the first host is asked about")
limited("bastion.test>inner.test")
equal(behind(255, "a login through a host that is not allowed itself"), [], "a host on the way")
limited(f"{NAME}@inner.test", asks=[LESS])
check(from_here(0, "a login as this user") != [], "a login as this user is asked about")
for host, status in (("nowhere.test", 3), ("", 64), ("@inner.test", 64), ("a>b>c", 64), ("a@b>inner.test", 64)):
    me.run("fob", "key", "edit", "laptop", "--host", host, status=status, what=f"the host {host!r}")
me.run("fob", "key", "edit", "laptop", "--any-host")
equal(owner.asked, [LESS], "what is asked for any host")
check(behind(0, "a login behind another host") != [], "any host")
owner.end()
home.stop()
print("a hostile host is told by its name")
