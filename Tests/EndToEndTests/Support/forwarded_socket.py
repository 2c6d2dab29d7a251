"""The socket that is forwarded to other machines: a real `ssh -R` to a host, where a second client asks over it. It gets codes
and signatures of what is tagged for it, each after a question that names the host, and nothing else."""

from ordinary import *

need("ssh", "ssh-keygen")
if not os.path.exists("/usr/sbin/sshd"):
    skip("sshd is not installed")

me = Ordinary("fob", "fob-main", "fob-agent", "fob-authenticator")
home = Home(binaries=me.bin)
with open(os.path.join(home.path, "config"), "w") as file:
    file.write("[agent]\nforward = yes\n")
os.chmod(file.name, 0o600)
home.start()
forward = os.path.join(home.path, "forward.sock")
check(os.path.exists(forward), "the configuration makes the socket")
equal(os.stat(forward).st_mode & 0o777, 0o600, "its mode")
KEYS = {name: f"1234567890{name:0>10}".encode() for name in ("open", "kept")}
with home.connect() as agent:
    agent.initialize(PASSPHRASE)
    for name, key in KEYS.items():
        agent.add("Example", name, key)
me.environment["FOB_HOME"] = home.path
owner = Owner(me, home)

# Whoever gives an account the tag is asked; an edit of anything else is none of that.
owner.says("no")
me.run("fob", "edit", "Example/open", "--tag", "forward", status=5, what="an edit that the owner denies")
owner.says("yes")
me.run("fob", "edit", "Example/open", "--tag", "forward", what="an edit that the owner grants")
asked = owner.asked
check(len(asked) == 2 and all(question == "take protections away" for question in asked), f"what is asked: {asked}")

# The host, and what is forwarded to it.
os.mkdir(".ssh", 0o700)
os.mkdir("far", 0o700)
far = os.path.join(me.home, "far", "agent.sock")
me.run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", "host")
me.run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", "plain")
shutil.copy("plain.pub", "host.keys")
config = me.write("sshd.config", f"""
HostKey {me.home}/host
AuthorizedKeysFile {me.home}/host.keys
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
StreamLocalBindUnlink yes
PidFile none
SetEnv LD_PRELOAD=libnss_wrapper.so NSS_WRAPPER_PASSWD={me.passwd} NSS_WRAPPER_GROUP={me.group} PATH={me.environment["PATH"]}
""", me.home)
known = me.write("known_hosts", "far.test " + " ".join(open("host.pub").read().split()[:2]) + "\n", ".ssh")
SSH = ["ssh", "-F", "none", "-o", "BatchMode=yes", "-o", f"UserKnownHostsFile={known}", "-o", "IdentitiesOnly=yes",
       "-o", f"ProxyCommand=/usr/sbin/sshd -i -f {config} -E {me.home}/sshd.log", "-o", "ExitOnForwardFailure=yes",
       "-i", f"{me.home}/plain", "-R", f"{far}:{forward}", f"{NAME}@far.test"]


def at_host(*words, status=0, what=None):
    """Has the host run something, with the socket there."""
    quoted = " ".join("'" + word.replace("'", "'\\''") + "'" for word in words)
    return me.run(*SSH, f"FOB_SOCKET={far} FOB_NO_START=1 HOME={me.home}/far {quoted}", status=status,
                  what=what or " ".join(words))


# Codes: each is asked about, with the host in the question, and none is remembered.
owner.says("remember")
wanted = 'FORWARDED: give a one-time code, asked for through "far.test"'
for name in ("Example/open", "Example/open", "open"):
    code = at_host("fob", "code", name).stdout.strip()
    now = time.time()
    check(code in [totp(KEYS["open"], now + late) for late in (-30, 0)], f"the code of {name}: {code}")
    equal(owner.asked, [wanted], f"what is asked for {name}")
with home.connect() as agent:
    equal(agent.grants(), [], "what is remembered of it")
owner.says("no")
at_host("fob", "code", "Example/open", status=5, what="a code that the owner denies")

# What is not tagged is not there: no name of it is told.
owner.says("yes")
for words, wanted_status in ((("fob", "code", "Example/kept"), 3), (("fob", "code", "kept"), 3), (("fob", "code", "Exa"), 0)):
    done = at_host(*words, status=wanted_status)
    check("kept" not in done.stdout, f"{words} tells of what is kept: {done.stdout}")
listed = at_host("fob", "list").stdout
check("open" in listed and "kept" not in listed, f"the list tells of what is kept: {listed}")

# Nothing else, whoever asks. No passphrase is asked for there, also when the vault is locked.
owner.forget()
for words in (("lock",), ("status",), ("access", "list"), ("confirm", "--list"), ("export", "x.age"), ("grants",), ("settings",),
              ("edit", "Example/open", "--untag", "forward"), ("rm", "Example/open"), ("show", "Example/open")):
    done = at_host("fob", *words, status=None, what=f"fob {words[0]} over the forwarded socket")
    check(done.returncode not in (0, 2), f"fob {words[0]} over the forwarded socket: {done.returncode} {done.stdout}")
equal(owner.asked, [], "questions about what is refused")
with home.connect() as agent:
    equal(status(agent)["vault"], "unlocked", "the vault")

# ssh: another fob-authenticator, at the host, over the same socket.
line = me.run("fob", "key", "ssh", "--name", "laptop").stdout
me.write("laptop.pub", line, me.home)
owner.forget()
signer = me.write("signer.sh", f'''
fob-authenticator & door=$!
while [ ! -S {me.home}/far/ssh.sock ]; do sleep 0.05; done
SSH_AUTH_SOCK={me.home}/far/ssh.sock ssh-add -l
echo data >{me.home}/far/data; rm -f {me.home}/far/data.sig
SSH_AUTH_SOCK={me.home}/far/ssh.sock ssh-keygen -q -Y sign -n git -f {me.home}/laptop.pub {me.home}/far/data
echo "status $?"
kill $door
''', me.home)
done = at_host("bash", signer, status=None, what="a key that is kept")
check("status 0" not in done.stdout and "laptop" not in done.stdout, f"a key that is kept: {done.stdout}")
equal(owner.asked, [], "questions about a key that is kept")
owner.says("yes")
me.run("fob", "edit", "ssh:/laptop", "--tag", "forward")
owner.forget()
done = at_host("bash", signer, what="a key that is tagged")
check("status 0" in done.stdout, f"a key that is tagged: {done.stdout} {done.stderr}")
equal(owner.asked, ['FORWARDED: use an ssh key for a signature, asked for through "far.test", data called "git"'],
      "what is asked for a signature")

# Locked: it is said, and nobody is asked for a passphrase.
me.run("fob", "lock")
done = at_host("fob", "code", "Example/open", status=77, what="a code of a locked vault")
check("own machine" in done.stderr, done.stderr)

# Whoever removes the socket gets it back.
os.remove(forward)
until(lambda: os.path.exists(forward), "the socket is made anew")
home.stop()
check(not os.path.exists(forward), "the socket goes with the agent")
owner.end()
print("a host gets what is tagged for it, each after a question")
