"""Beside the user's own agent: behind fob's keys those of a stock ssh-agent are offered, sign, come and go as if ssh asked
that one; what is fob's stays fob's, and a host to which the agent is forwarded gets what was named at start only."""

import itertools

from ordinary import *

need("git", "ssh", "ssh-keygen", "ssh-add", "ssh-agent")
me = Ordinary("fob", "fob-main", "fob-agent", "fob-authenticator", "libfob-sk.so")
home = Home(binaries=me.bin).start()
with home.connect() as agent:
    agent.initialize(PASSPHRASE)
me.environment["FOB_HOME"] = home.path
owner = Owner(me, home)
stock, door = os.path.join(me.home, "stock.sock"), os.path.join(home.path, "ssh.sock")
server, authorized, known = (os.path.join(me.home, name) for name in ("sshd_config", "authorized_keys", "known_hosts"))
said = os.path.join(me.home, "door.log")


def answers(path):
    try:
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(path)
            return True
    except (FileNotFoundError, ConnectionRefusedError):
        return False


def start(path, *command, **environment):
    with open(said, "ab") as log:
        process = subprocess.Popen(command, env={**me.environment, **environment}, stdin=subprocess.DEVNULL, stdout=log,
                                   stderr=log, start_new_session=True)
    atexit.register(process.kill)
    until(lambda: answers(path), f"{command[0]} answers")
    return process


def keygen(file, *options):
    me.run("ssh-keygen", "-q", "-N", "", "-f", file, *options)
    return open(f"{file}.pub").read().strip()


host, mine, other = keygen("host", "-t", "ed25519"), keygen("mine", "-t", "rsa"), keygen("other", "-t", "ed25519")
me.write("sshd_config", f"HostKey {me.home}/host\nAuthorizedKeysFile {authorized}\nStrictModes no\nUsePAM no\n"
         "PasswordAuthentication no\nKbdInteractiveAuthentication no\n", me.home)
me.write("known_hosts", f"server.test {host}\n", me.home)
start(stock, "ssh-agent", "-D", "-a", stock)
front = start(door, os.path.join(me.bin, "fob-authenticator"), "--upstream", stock)
through = {"SSH_AUTH_SOCK": door}
beside = {"SSH_AUTH_SOCK": stock}
own = me.run("fob", "key", "ssh", "--name", "own").stdout.strip()
me.write("own.pub", own + "\n", me.home)


def listed(environment, **options):
    return [line.split()[1] for line in me.run("ssh-add", "-L", environment=environment, **options).stdout.splitlines()]


def login(line, status=0, environment=through, **options):
    me.write("authorized_keys", line + "\n", me.home)
    owner.forget()
    return me.run(
        "ssh", "-F", "none", "-o", "BatchMode=yes", "-o", f"UserKnownHostsFile={known}", "-o",
        f"ProxyCommand=/usr/sbin/sshd -i -f {server} -E {me.home}/sshd.log", f"{NAME}@server.test", "true",
        status=status, environment=environment, what="a login", **options)


def journal(*words):
    check(any(all(word in line for word in words) for line in open(said)), f"the journal says {words}: {open(said).read()}")


blob = lambda line: line.split()[1]
# What is added goes to that agent, with its constraints; fob's keys stand in front.
me.run("ssh-add", "-q", "mine", environment=through, what="ssh-add through fob")
equal((listed(through), listed(beside)), ([blob(own), blob(mine)], [blob(mine)]), "keys of both agents")
login(mine)
equal(owner.asked, [], "questions of a login with a key of another agent")
login(own)
equal(len(owner.asked), 1, "questions of a login with fob's key")

# git over ssh: what is pushed with a key of the other agent is fetched with fob's.
me.run("git", "init", "-q", "--bare", "kept.git")
me.run("git", "init", "-q", "work")
me.run("git", "-C", "work", "-c", "user.name=Me", "-c", "user.email=me@example.org", "commit", "-q", "--allow-empty", "-m", "one")
over = {**through, "GIT_SSH_COMMAND": f"ssh -F none -o BatchMode=yes -o UserKnownHostsFile={known} -o "
        f"'ProxyCommand=/usr/sbin/sshd -i -f {server} -E {me.home}/sshd.log'"}
place = f"{NAME}@server.test:{me.home}/kept.git"
for line, questions, command in ((mine, 0, ("-C", "work", "push", "-q", place, "HEAD:refs/heads/main")),
                                 (own, 1, ("clone", "-q", "-b", "main", place, "copy"))):
    me.write("authorized_keys", line + "\n", me.home)
    owner.forget()
    me.run("git", *command, environment=over, what="git over ssh")
    equal(len(owner.asked), questions, f"questions of git {command}")
equal(*(me.run("git", "-C", name, "rev-parse", "HEAD").stdout for name in ("work", "copy")), "what was pushed and fetched")

me.write("text", "a text\n", me.home)
me.run("ssh-keygen", "-Y", "sign", "-f", "mine.pub", "-n", "file", "text", environment=through, what="an RSA signature")
me.run("ssh-add", "-q", "-t", "1", "other", environment=through, what="ssh-add -t")
until(lambda: listed(beside) == [blob(mine)], "a key whose time is over")
me.run("ssh-add", "-q", "-h", "elsewhere.test", "-H", me.write("elsewhere", f"elsewhere.test {other}\n", me.home), "other",
       environment=through, what="ssh-add -h")
login(other, status=255)
me.run("ssh-add", "-q", "-d", "other", environment=through, what="ssh-add -d")
# fob's own stay, and what it refuses is told.
me.run("ssh-add", "-q", "-d", "own.pub", status=1, environment=through, what="ssh-add -d of a key of fob's")
journal("remove", "fob key remove")
me.run("ssh-add", "-q", "-D", environment=through, what="ssh-add -D")
equal((listed(through), listed(beside, status=None)), ([blob(own)], ["agent"]), "after ssh-add -D")
if os.path.exists(os.path.join(me.bin, "libfob-sk.so")):
    resident = me.run("ssh-add", "-q", "-K", "-S", os.path.join(me.bin, "libfob-sk.so"), environment=through,
                      what="ssh-add -K of fob's own keys")
    equal(listed(through), [blob(own)], "after ssh-add -K")
# Both are locked, and unlocked.
me.run("ssh-add", "-q", "mine", environment=through)
askpass = me.write("askpass", "#!/bin/sh\nprintf '%s\\n' \"$TYPED\"\n", me.home)
os.chmod(askpass, 0o700)
typing = lambda text: {**through, "SSH_ASKPASS": askpass, "SSH_ASKPASS_REQUIRE": "force", "DISPLAY": ":0", "TYPED": text}
me.run("ssh-add", "-x", environment=typing(PASSPHRASE.decode()))
with home.connect() as agent:
    equal(agent.welcome["vault"], "locked", "the vault after ssh-add -x")
equal((listed(through), listed(beside, status=None)), ([blob(own)], ["agent"]), "both agents locked")
me.run("ssh-add", "-X", status=1, environment=typing("wrong"), what="ssh-add -X with a wrong word")
me.run("ssh-add", "-X", environment=typing(PASSPHRASE.decode()), what="ssh-add -X")
equal((listed(through), listed(beside)), ([blob(own), blob(mine)], [blob(mine)]), "both agents unlocked")
# A stranger's socket, and fob's own, are no other agent.
front.kill()
front.wait()
front = start(door, os.path.join(me.bin, "fob-authenticator"), "--upstream", door)
equal(listed(through), [blob(own)], "an agent that is fob itself")
me.run("ssh-add", "-q", "mine", status=1, environment=through, what="ssh-add without another agent")
journal("add", "--upstream")
front.kill()
front.wait()

# One that never comes to an end, and one that says nothing of use, keep nobody from fob's keys.
def odd(path, *pieces):
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(path)
        server.listen()
        while True:
            client, _ = server.accept()
            if os.fork() == 0:
                try:
                    for piece in itertools.chain.from_iterable(pieces):
                        client.sendall(piece)
                        time.sleep(0.2)
                finally:
                    os._exit(0)
            client.close()


for name, pieces in (("endless", ([struct.pack(">I", 1 << 18)], itertools.repeat(b"\x0c"))),
                     ("huge", ([struct.pack(">I", 0xFFFFFFFF)],)),
                     ("wrong", ([struct.pack(">IBI", 9, 12, 7) + struct.pack(">I", 1 << 30)],)),
                     ("gone", ())):
    path = os.path.join(me.home, name)
    child = apart(odd, path, *pieces)
    until(lambda: os.path.exists(path), "that agent listens")
    front = start(door, os.path.join(me.bin, "fob-authenticator"), "--upstream", path)
    equal(listed(through), [blob(own)], f"keys beside an agent that is {name}")
    front.kill()
    front.wait()
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)

# One that answers nothing but lists: whoever waits for it and leaves takes no place from others.
def silent(path):
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(path)
        server.listen(256)
        while True:
            client, _ = server.accept()
            if os.fork() == 0:
                server.close()
                signal.alarm(PATIENCE * 2)
                while request := client.recv(4096):
                    if request[4] == 11:
                        client.sendall(struct.pack(">IBI", 5, 12, 0))
                os._exit(0)
            client.close()


path = os.path.join(me.home, "silent")
child = apart(silent, path)
atexit.register(lambda child=child: has_ended(child) or os.kill(child, signal.SIGKILL))
until(lambda: os.path.exists(path), "that agent listens")
front = start(door, os.path.join(me.bin, "fob-authenticator"), "--upstream", path)


def leaves():
    try:
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(door)
            client.sendall(struct.pack(">IB", 1, 19))
        return True
    except (BrokenPipeError, ConnectionResetError):
        return False  # So many at once there are no places for.


for _ in range(100):
    until(leaves, "a place for a client")
until(lambda: me.run("ssh-add", "-L", status=None, environment=through).returncode == 0,
      "keys behind 100 clients that have left")
front.kill()
front.wait()
os.kill(child, signal.SIGKILL)
os.waitpid(child, 0)

# Without one that was named, the asking program's own serves it: ssh asks fob because its configuration says so.
front = start(door, os.path.join(me.bin, "fob-authenticator"))
config = me.write("config", f"Host *\n    IdentityAgent {door}\n", me.home)


def by_configuration(line, *more, status=0, environment=beside):
    me.write("authorized_keys", line + "\n", me.home)
    return me.run(
        "ssh", "-F", config, "-o", "BatchMode=yes", "-o", f"UserKnownHostsFile={known}", "-o",
        f"ProxyCommand=/usr/sbin/sshd -i -f {server} -E {me.home}/sshd.log", *more, f"{NAME}@server.test",
        "ssh-add -L" if more else "true", status=status, environment=environment, what="a login by configuration")


by_configuration(mine)
by_configuration(own)
by_configuration(mine, status=255, environment={"SSH_AUTH_SOCK": ""})
# Nobody has chosen it for hosts behind this one.
there = by_configuration(mine, "-A", status=None).stdout
check(blob(own) in there and blob(mine) not in there, f"what a host to which the agent is forwarded sees: {there}")
home.stop()
print("a stock ssh-agent behind fob: list, sign, add, remove, constraints, lock")
