"""The machine itself opens the vault: a key that systemd-creds has sealed, here to a host's key that is made for the test."""

import json
import sys

import pam_login
from scratch import *

need_root()
need("systemd-creds", "unshare")
INSIDE = "FOB_TEST_INSIDE"
if INSIDE not in os.environ:
    # What systemd has on this machine stays as it is.
    place = tempfile.mkdtemp(prefix="fob-")
    atexit.register(shutil.rmtree, place, True)
    os.mkdir(os.path.join(place, "credstore"))
    script = 'mount --bind "$1" /var/lib/systemd && mkdir -p /etc/credstore.encrypted && ' \
        'mount --bind "$1/credstore" /etc/credstore.encrypted && exec "$0" "$2"'
    was_there = os.path.isdir("/etc/credstore.encrypted")
    found = subprocess.run(["unshare", "-m", "sh", "-c", script, sys.executable, place, __file__],
                           env={**os.environ, INSIDE: "1"})
    if not was_there:
        os.rmdir("/etc/credstore.encrypted")
    sys.exit(found.returncode)
if subprocess.run(["systemd-creds", "encrypt", "--name=x", "-", "-"], input=b"x",
                  capture_output=True).returncode:
    skip("systemd-creds cannot seal here")

home = Home().start()
with home.connect() as agent:
    agent.initialize(PASSPHRASE)
sealed = os.path.join(home.path, "store", "identity")


def fob(*arguments, status=0, secrets=None, **environment):
    return fob_in(arguments, secrets or {}, environment, status)


def fob_in(arguments, secrets, environment, wanted):
    line, passed = [os.path.join(BIN, "fob"), *arguments], []
    for option, octets in secrets.items():
        read, write = os.pipe()
        os.write(write, octets)
        os.close(write)
        passed.append(read)
        line += [option, str(read)]
    done = subprocess.run(
        line, stdin=subprocess.DEVNULL, capture_output=True, pass_fds=passed, start_new_session=True, timeout=PATIENCE,
        env={"PATH": os.environ["PATH"], "HOME": home.path, "FOB_HOME": home.path, **environment})
    for descriptor in passed:
        os.close(descriptor)
    said = (done.stdout + done.stderr).decode()
    equal(done.returncode, wanted, f"fob {' '.join(arguments)} said {said!r}")
    return said


def add(*more, status=0, passphrase=PASSPHRASE):
    return fob("access", "add", "--machine", "--credential", sealed, *more, secrets={"--passphrase-fd": passphrase},
               status=status)


def vault():
    with home.connect() as agent:
        return status(agent)["vault"]


def opened(identity):
    """A directory as systemd would give it to the unit."""
    where = tempfile.mkdtemp(prefix="fob-", dir=home.path)
    subprocess.run(["systemd-creds", "decrypt", "--name=fob.identity", identity, os.path.join(where, "fob.identity")],
                   check=True, capture_output=True)
    return where


add(passphrase=b"a wrong passphrase", status=77)
check(not os.path.exists(sealed), "a wrong passphrase has a key sealed")
said = add()
check("fob-unlock@0.service" in said and "becomes you has an open vault" in said, said)
with open(sealed, "rb") as file:
    check(b"AGE-SECRET-KEY" not in file.read(), "the key is not sealed")
equal(os.stat(sealed).st_mode & 0o777, 0o600, "mode of the sealed key")
add(status=9)
[method] = [way for way in json.loads(fob("access", "list", "--json"))["ways"] if way["kind"] == "recipient"]
equal(method["label"], f"machine {os.uname().nodename}", "the label")

# The unit's command, without and with what systemd opens for it.
fob("lock")
fob("unlock", "--no-ask", status=2)
where = opened(sealed)
fob("unlock", "--no-ask", CREDENTIALS_DIRECTORY=where)
equal(vault(), "unlocked", "the vault")
fob("lock")
with open(os.path.join(where, "fob.identity"), "rb") as file:
    fob("unlock", "--no-ask", secrets={"--identity-fd": file.read()})
equal(vault(), "unlocked", "the vault, by the unit's command")
check(not os.path.exists(sealed + ".new"), "the key that was sealed did not take its place")
# A login opens it by the same, whatever the password is, or without one.
if pam_login.missing:
    partly(pam_login.missing)
else:
    fob("lock")
    options = f"root machine socket={home.socket}"
    pam_login.Login(options, user="root", asks=False).authenticate().open().end()
    equal(vault(), "locked", "the vault after a login without anything that was sealed")
    shutil.copy(sealed, "/etc/credstore.encrypted/fob.identity-0")
    login = pam_login.Login(options, user="root", password=b"another password").authenticate()
    login.do("pam_setcred", pam_login.REFRESH)
    equal(vault(), "locked", "the vault before the session")
    login.open().end()
    until(lambda: vault() == "unlocked", "the vault is unlocked by a login at this machine")
# It proves nothing about who is there.
fob("access", "rotate", "--no-ask", status=66, CREDENTIALS_DIRECTORY=where)
with home.connect() as agent:
    with open(os.path.join(where, "fob.identity"), "rb") as file:
        identity = file.read()
    agent.ask(0x04, bytes([4]) + struct.pack(">H", len(identity)) + identity).end()
    refused(77, lambda: agent.ask(0x06, bytes(2) + struct.pack(">H", 20) + b"another passphrase 1"),
            "another passphrase after an unlock by the machine")
    # An identity that opens the file in another way opens nothing here: a code would not be used up.
    text = fob("passphrase", "--identity", secrets={"--passphrase-fd": PASSPHRASE}).split("\n")
    [own] = [line.encode() for line in text if line.startswith("AGE-SECRET-KEY-")]
    refused(77, lambda: agent.ask(0x04, bytes([4]) + struct.pack(">H", len(own)) + own), "the passphrase's identity")
fob("lock")
with home.connect() as agent:
    refused(77, lambda: agent.ask(0x04, bytes([4]) + struct.pack(">H", len(own)) + own), "the same while locked")
equal(vault(), "locked", "the vault")

# Another machine's key, or a name that was changed, opens nothing.
subprocess.run(["systemd-creds", "decrypt", "--name=fob.other", sealed, "-"], capture_output=True)
os.rename("/var/lib/systemd/credential.secret", "/var/lib/systemd/other.secret")
check(subprocess.run(["systemd-creds", "decrypt", "--name=fob.identity", sealed, "-"], capture_output=True).returncode,
      "another machine opens it")

# Once it is removed it opens nothing new.
fob("unlock", secrets={"--passphrase-fd": PASSPHRASE})
fob("access", "remove", method["label"], secrets={"--passphrase-fd": PASSPHRASE})
fob("lock")
until(lambda: "does not open the vault" in fob_in(("unlock", "--no-ask"), {}, {"CREDENTIALS_DIRECTORY": where}, 77),
      "a refusal")
equal(vault(), "locked", "the vault after the machine's key was removed")
print("sealed, opened, proves nothing, removed")
