"""pam_fob(8) below libpam, with files of services of our own: a login with the vault's passphrase opens the vault, and no login
depends on that, or waits for it."""

import ctypes
import pwd

from pam_login import *
from scratch import *

if missing:
    skip(missing)


def locked_memory():
    with open("/proc/self/status") as file:
        [line] = [line for line in file if line.startswith("VmLck:")]
    return int(line.split()[1])


def vault(home):
    with home.connect() as agent:
        return status(agent)["vault"]


def log(home, *words):
    """How many lines of the vault's log have all of those."""
    with open(os.path.join(home.path, "audit.log"), errors="replace") as file:
        return sum(all(word in line for word in words) for line in file)


def lock(home):
    with home.connect() as agent:
        agent.ask(protocol_client.LOCK).end()


def unlock(home):
    def attempt():
        with home.connect() as agent:
            try:
                agent.ask(protocol_client.UNLOCK, bytes([1]) + struct.pack(">H", len(PASSPHRASE)) + PASSPHRASE).end()
                return True
            except Refused:
                return False
    until(attempt, "the owner's own passphrase opens the vault")


# What libpam may call, and what the module needs, is all that it has to do with others.
elf = open(module, "rb").read()
needed = {name for name in (b"libc.so.6", b"libpam.so.0", b"libswiftCore.so", b"libFoundation.so") if name in elf}
equal(needed, {b"libc.so.6", b"libpam.so.0"}, "libraries that it is linked with")
loaded = ctypes.CDLL(module)
for name in ("pam_sm_authenticate", "pam_sm_setcred", "pam_sm_open_session", "pam_sm_close_session"):
    check(hasattr(loaded, name), f"{name} is missing")
for name in ("pam_sm_chauthtok", "pam_sm_acct_mgmt", "swift_retain", "memset_s"):
    check(not hasattr(loaded, name) or hasattr(libc, name), f"{name} is exported")

home = Home().start()
with home.connect() as agent:
    agent.initialize(PASSPHRASE)
lock(home)
options = f"root nothing=known socket={home.socket}"
base = locked_memory()

# A login.
login = Login(options).authenticate()
check(locked_memory() > base, "the password is not in locked memory")
equal(vault(home), "locked", "the vault before the session")
login.open()
equal(locked_memory(), base, "locked memory after the session was opened")
until(lambda: vault(home) == "unlocked", "the vault is unlocked by the login")
login.do("pam_close_session", 0)
login.end()
lock(home)

# A login that ends before its session, and one that gives its credentials back.
for give_back in (False, True):
    login = Login(options).authenticate()
    if give_back:
        login.do("pam_setcred", DELETE)
        equal(locked_memory(), base, "locked memory after the credentials were given back")
        login.open()
    login.end()
    equal(locked_memory(), base, "locked memory after the end of a login")

# A screen is unlocked.
login = Login(options).authenticate()
login.do("pam_setcred", REFRESH)
login.end()
until(lambda: vault(home) == "unlocked", "the vault is unlocked with the screen")
lock(home)

# Another password than the passphrase: one guess for each login, and the owner gets in.
before = log(home, "unlock")
Login(options, password=b"another password").authenticate().open().end()
until(lambda: log(home, "unlock") == before + 1, "the wrong password is in the log")
unlock(home)
# Nobody has typed a password; a longer one than a passphrase may be; an empty one.
lock(home)
for login in (Login(options, asks=False), Login(options, password=b"x" * 5000), Login(options, password=b"")):
    count = log(home, "")
    login.authenticate().open().end()
    equal(vault(home), "locked", "the vault")

# Sockets that lead nowhere, and patterns that are none.
for path in ("/nonexistent/%U/agent.sock", "relative", "/%x", "/" + "x" * 300, "%h/%h/%h/%h/%h/%h/%h/%h/%h/%h/%h", ""):
    Login(f"root socket={path}").authenticate().open().end()
equal(vault(home), "locked", "the vault")

# Somebody who listens and never answers: the login is over before anybody has taken the connection.
stuck = os.path.join(services, "stuck.sock")
with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
    listener.bind(stuck)
    listener.listen(1)
    Login(f"root socket={stuck}").authenticate().open().end()
    taken, _ = listener.accept()
    with taken:
        taken.settimeout(PATIENCE)
        heard = b""
        while part := taken.recv(4096):
            heard += part
    check(PASSPHRASE not in heard and heard, "the password was sent to somebody who has not greeted")

if os.getuid() != 0:
    partly("logins of others take root")
else:
    # The module becomes who logs in, and gives nobody's password to anybody else.
    nobody = pwd.getpwnam("nobody")
    place = tempfile.mkdtemp(prefix="fob-")
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    os.chmod(place, 0o755)
    for name in ("fob-agent",):
        shutil.copy(os.path.join(BIN, name), place)
    other = Home(binaries=place, prefix=["setpriv", f"--reuid={nobody.pw_uid}", f"--regid={nobody.pw_gid}", "--clear-groups"])
    os.chown(other.path, nobody.pw_uid, nobody.pw_gid)
    with open(other.errors, "w"):
        pass
    other.start(wait=False)
    as_nobody = ["setpriv", f"--reuid={nobody.pw_uid}", f"--regid={nobody.pw_gid}", "--clear-groups"]

    def of_nobody(*arguments, status=0, input=None):
        shutil.copy(os.path.join(BIN, "fob"), place)
        shutil.copy(os.path.join(BIN, "fob-main"), place)
        done = subprocess.run(
            as_nobody + [os.path.join(place, "fob"), *arguments], input=input, capture_output=True, text=True, cwd="/",
            env={"PATH": os.environ["PATH"], "FOB_HOME": other.path, "HOME": other.path}, start_new_session=True)
        check(status is None or done.returncode == status, f"fob {arguments} said {done.stdout}{done.stderr}")
        return done.stdout

    until(lambda: os.path.exists(other.socket), "the other user's agent listens")
    of_nobody("init", "--passphrase-fd", "0", input=PASSPHRASE.decode())
    of_nobody("lock")

    def theirs():
        return "unlocked" if "unlocked" in of_nobody("status", "--json") else "locked"

    equal(theirs(), "locked", "the other's vault")
    login = Login(f"root socket={other.socket}").authenticate()
    login.do("pam_set_item", USER, b"nobody")
    login.open().end()
    equal(theirs(), "locked", "the other's vault after a session with a password of root's")
    Login(f"socket={home.socket}", user="nobody").authenticate().open().end()
    equal(vault(home), "locked", "root's vault after another's login")
    Login(f"socket={other.socket}").authenticate().open().end()
    equal(vault(home), "locked", "the vault of root, who is not served unasked")
    Login(f"socket={other.socket}", user="nobody").authenticate().open().end()
    until(lambda: theirs() == "unlocked", "the other's vault is unlocked by their login")
print("opened at logins, for nobody else, and no login has waited")
