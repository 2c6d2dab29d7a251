"""The listener process: its sockets, who is accepted, how it starts and ends. What the listeners speak has tests of its
own."""

import stat

from scratch import *

PROGRAM = os.path.join(BIN, "fob-authenticator")
IDENTITIES, FAILURE, NO_KEYS = b"\0\0\0\1\x0b", b"\0\0\0\1\x05", b"\0\0\0\5\x0c\0\0\0\0"
INIT = b"\xff\xff\xff\xff\x86\0\x08" + bytes(range(8)) + bytes(49)
NOBODY = 65_534


class Listeners:
    """A listener process in a home of its own, without an agent unless told otherwise."""

    def __init__(self, *options, home=None, listeners=(), user=None, environment=None):
        self.path = home or tempfile.mkdtemp(prefix="fob-")
        if user is not None:
            os.chown(self.path, user, user)
        if home is None:
            atexit.register(shutil.rmtree, self.path, True)
        self.listeners = [listener.fileno() for listener in listeners]
        given = {"FOB_HOME": self.path, "FOB_NO_START": "1"} if environment is None else environment
        # A service manager knows the number of the process only once it is there.
        command = ["sh", "-c", 'LISTEN_PID=$$ exec "$0" "$@"'] if listeners else []
        given |= {"LISTEN_FDS": str(len(listeners))} if listeners else {}
        self.process = subprocess.Popen(
            command + [PROGRAM, *options], env=given, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, close_fds=False, user=user, preexec_fn=self.hand_over)
        atexit.register(self.process.kill)

    def hand_over(self):
        copies = [os.dup(number) for number in self.listeners]
        for index, number in enumerate(copies):
            os.dup2(number, 100 + index)
        for index in range(len(copies)):
            os.dup2(100 + index, 3 + index)

    def socket(self, name):
        return os.path.join(self.path, name)

    def open(self, name="ssh.sock"):
        kind = socket.SOCK_STREAM if name == "ssh.sock" else socket.SOCK_SEQPACKET
        client = socket.socket(socket.AF_UNIX, kind)
        client.settimeout(PATIENCE)
        client.connect(self.socket(name))
        return client

    def ready(self):
        def answers():
            check(self.process.poll() is None, f"ended with {self.process.returncode}")
            try:
                return all([self.open(name).close() is None for name in ("ssh.sock", "ctap.sock")])
            except (FileNotFoundError, ConnectionRefusedError):
                return False
        until(answers, "the listeners are open")
        return self

    def ended(self, wanted, what):
        output, errors = self.process.communicate(timeout=PATIENCE)
        equal(self.process.returncode, wanted, f"{what}: {errors.decode()}")
        return (output + errors).decode()

    def stop(self):
        self.process.terminate()
        self.ended(0, "an end by a signal")


def ask(client, message=IDENTITIES):
    client.sendall(message)
    return client.recv(65536)


def is_closed(client, *sent):
    for message in sent:
        client.sendall(message)
    try:
        return client.recv(1) == b""
    except ConnectionResetError:
        return True


# Wrong usage, and places where nothing can be.
check("fob-authenticator " in Listeners("--version").ended(0, "--version"), "--version")
check("usage:" in Listeners("--help").ended(0, "--help"), "--help")
Listeners("--nothing").ended(64, "an unknown option")
Listeners("--uhid").ended(64, "an option without its value")
Listeners(environment={"PATH": "/bin"}).ended(78, "no place for sockets")
taken = tempfile.mkdtemp(prefix="fob-")
atexit.register(shutil.rmtree, taken, True)
with open(os.path.join(taken, "ssh.sock"), "w") as file:
    file.write("mine")
check(Listeners(home=taken).process.wait(PATIENCE) in (71, 77), "a file where the socket should be")
equal(open(os.path.join(taken, "ssh.sock")).read(), "mine", "the file that was there")

# Its own sockets.
listeners = Listeners().ready()
for name in ("ssh.sock", "ctap.sock"):
    mode = os.stat(listeners.socket(name)).st_mode
    check(stat.S_ISSOCK(mode) and stat.S_IMODE(mode) == 0o600, f"{name}: mode {mode:o}")
Listeners(home=listeners.path).ended(75, "a second one")
with listeners.open() as client:
    equal(ask(client), FAILURE, "keys without an agent")
    for octet in IDENTITIES:
        client.sendall(bytes([octet]))
    equal(client.recv(64), FAILURE, "a request octet by octet")
    client.sendall(IDENTITIES * 3)
    equal([client.recv(len(FAILURE)) for _ in range(3)], [FAILURE] * 3, "three requests at once")
    client.sendall(b"\0\4\0\0\x0d")
    client.sendall(bytes(0x40000 - 1))
    equal(client.recv(64), FAILURE, "the largest message")
for what, sent in {"no message": b"\0\0\0\0", "a message that is too long": b"\0\4\0\1",
                   "no end of lengths": b"\xff" * 64}.items():
    with listeners.open() as client:
        check(is_closed(client, sent), f"{what} is waited for")
with listeners.open() as slow, listeners.open() as other:
    slow.sendall(b"\0\0\0\4\x0d")
    equal(ask(other), FAILURE, "one beside a slow one")
    slow.shutdown(socket.SHUT_WR)
    check(is_closed(slow), "half a message is answered")
with listeners.open("ctap.sock") as client:
    equal(ask(client, INIT)[:15], INIT[:4] + b"\x86\0\x11" + INIT[7:15], "INIT of CTAPHID")

# As many as there is room for.
clients = [listeners.open() for _ in range(64)]
for visitor in clients:
    equal(ask(visitor), FAILURE, "one of 64")
check(is_closed(listeners.open()), "there is room for one more than there should be")
clients.pop().close()


def is_let_in():
    client = listeners.open()
    try:
        return ask(client) == FAILURE
    except (BrokenPipeError, ConnectionResetError):
        return False


until(is_let_in, "there is room again")
for visitor in clients:
    visitor.close()
listeners.stop()
check(not os.path.exists(listeners.socket("ssh.sock")), "a socket is left behind")
check(not os.path.exists(listeners.socket("ctap.sock")), "a socket is left behind")


# Those of a service manager.
def listener(kind, name):
    made = socket.socket(socket.AF_UNIX, kind)
    made.bind(os.path.join(taken, name))
    made.listen(8)
    return made


stream, packets = listener(socket.SOCK_STREAM, "a"), listener(socket.SOCK_SEQPACKET, "b")
for handed_over in ([stream, packets], [packets, stream], [stream], [packets]):
    listeners = Listeners(listeners=handed_over)
    for made in handed_over:
        with socket.socket(socket.AF_UNIX, made.type) as client:
            client.settimeout(PATIENCE)
            client.connect(made.getsockname())
            if made is stream:
                equal(ask(client), FAILURE, "ssh at a handed-over socket")
            else:
                equal(len(ask(client, INIT)), 64, "CTAPHID at a handed-over socket")
    listeners.stop()
    for made in handed_over:
        check(os.path.exists(made.getsockname()), "somebody else's socket is removed")
for handed_over in ([stream, stream], [packets, packets], [open("/dev/null")], [stream, packets, stream]):
    said = Listeners(listeners=handed_over).ended(78, "other sockets than these")
    check("hint:" in said, said)

# fob-uhid's other end: a visitor like any other, and again after it has gone.
devices = listener(socket.SOCK_SEQPACKET, "uhid")
listeners = Listeners("--uhid", os.path.join(taken, "uhid")).ready()
for _ in range(2):
    device, _ = devices.accept()
    with device:
        device.settimeout(PATIENCE)
        equal(len(ask(device, INIT)), 64, "CTAPHID through fob-uhid")
listeners.stop()

# With an agent: it is found again when another one has taken its place.
with Home() as home:
    with home.connect() as agent:
        agent.initialize(PASSPHRASE)
    listeners = Listeners(home=home.path, environment=dict(home.environment)).ready()
    with listeners.open() as client:
        equal(ask(client), NO_KEYS, "no keys")
        home.stop()
        home.start()
        equal(ask(client), NO_KEYS, "keys of an agent that is locked")
    listeners.stop()

# Others are turned away.
if os.getuid() == 0:
    program = PROGRAM
    PROGRAM = shutil.copy(PROGRAM, taken)
    os.chmod(taken, 0o755)
    listeners = Listeners(user=NOBODY)
    until(lambda: os.path.exists(listeners.socket("ctap.sock")), "the listeners are open")
    for name, message in (("ssh.sock", IDENTITIES), ("ctap.sock", INIT)):
        def turned_away():
            try:
                with listeners.open(name) as client:
                    try:
                        return is_closed(client, message)
                    except BrokenPipeError:
                        return True
            except ConnectionRefusedError:
                return False
        until(turned_away, f"{name} turns root away")
    listeners.stop()
print("both listeners, 64 clients" + ("" if os.getuid() else ", no strangers"))
