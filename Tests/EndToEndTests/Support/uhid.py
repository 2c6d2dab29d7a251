"""fob-uhid with a kernel that is played by this script: one key for each user, reports both ways, and nothing else."""

from scratch import *

PROGRAM = os.path.join(BIN, "fob-uhid")
scratch = tempfile.mkdtemp(prefix="fob-")
os.chmod(scratch, 0o755)
atexit.register(shutil.rmtree, scratch, True)
REPORT = bytes(range(64))
LONGEST = 4376
CREATE2, DESTROY, OUTPUT, GET, GET_REPLY, INPUT2, SET, SET_REPLY = 11, 1, 6, 9, 10, 12, 13, 14
DESCRIPTOR = bytes.fromhex("06d0f10901a1010920150026ff007508954081020921150026ff00750895409102c0")


def listener(name, kind=socket.SOCK_SEQPACKET):
    made = socket.socket(socket.AF_UNIX, kind)
    made.bind(os.path.join(scratch, name))
    os.chmod(os.path.join(scratch, name), 0o666)
    made.listen(100)
    made.settimeout(PATIENCE)
    return made


def output(report, size=None, kind=1):
    return struct.pack("<I4096sHB", OUTPUT, report, len(report) if size is None else size, kind).ljust(LONGEST, b"\0")


def launch(listening, *arguments, count=1, process="$$"):
    """fob-uhid with a socket handed over as descriptor 3; the shell's process becomes the service."""
    number = listening.fileno()

    def hand_over():
        os.dup2(number, 3)
        os.set_inheritable(3, True)

    return subprocess.Popen(
        ["sh", "-c", f'LISTEN_PID={process} LISTEN_FDS={count} exec "$@"', "sh", PROGRAM, *arguments],
        stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, preexec_fn=hand_over, close_fds=False,
        env={"PATH": os.environ["PATH"]})


class Service:
    """fob-uhid, with the sockets of its users and of its kernel."""

    def __init__(self, *flags):
        self.name = f"{len(services)}"
        services.append(self)
        self.users, self.kernel = listener(self.name), listener(f"{self.name}.kernel")
        self.process = launch(self.users, "--test-device", os.path.join(scratch, f"{self.name}.kernel"), *flags)
        atexit.register(self.end)

    def end(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()

    def connect(self, user=None):
        """A connection of a user, which only root can choose."""
        client = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        client.settimeout(PATIENCE)
        if user is not None:
            os.seteuid(user)
        try:
            client.connect(os.path.join(scratch, self.name))
        finally:
            if user is not None:
                os.seteuid(0)
        return client

    def plug_in(self, user=None):
        """A connection and the device that is made for it."""
        client = self.connect(user)
        device, _ = self.kernel.accept()
        device.settimeout(PATIENCE)
        made = device.recv(8192)
        kind, name, place, serial, size, bus = struct.unpack_from("<I128s64s64sHH", made)
        equal((kind, name.rstrip(b"\0"), place.rstrip(b"\0"), bus), (CREATE2, b"fob security key", b"fob-uhid", 3),
              "the device")
        equal(serial.rstrip(b"\0"), str(os.getuid() if user is None else user).encode(), "whose device it is")
        equal((made[280:], size), (DESCRIPTOR, 34), "its descriptor")
        return client, device

    def refuse(self, user=None):
        """A connection that must be closed without a device."""
        client = self.connect(user)
        equal(client.recv(100), b"", "what a refused user gets")
        client.close()
        self.kernel.setblocking(False)
        try:
            self.kernel.accept()
            raise AssertionError("a refused user got a device")
        except BlockingIOError:
            pass
        self.kernel.settimeout(PATIENCE)
        return self.process.stderr.readline().decode()


def both_ways(client, device):
    """Reports arrive whole, in order, and nothing but them: a marker behind what must be dropped arrives next."""
    for number in range(20):
        report = bytes([number]) * 64
        client.send(report)
        equal(device.recv(8192), struct.pack("<IH", INPUT2, 64) + report, "a report to the device")
        device.send(output(b"\0" + report))
        equal(client.recv(8192), report, "a report from the device")
    for wrong in (b"x", REPORT[:63], REPORT + b"\0", b"\0" + REPORT, REPORT * 2, bytes(100_000)):
        client.send(wrong)
    client.send(REPORT)
    equal(device.recv(8192), struct.pack("<IH", INPUT2, 64) + REPORT, "what the device gets after wrong reports")
    whole = output(b"\0" + REPORT)
    for wrong in (output(REPORT), output(b"\0" + REPORT + b"\0"), output(b"\1" + REPORT), output(b"\0" + REPORT, kind=0),
                  output(b"\0" + REPORT, size=4096), output(b"\0" + REPORT, size=65535), whole[:4], whole[:3], whole[:100],
                  *(struct.pack("<I", kind).ljust(LONGEST, b"\0") for kind in range(256) if kind not in (OUTPUT, GET, SET)),
                  struct.pack("<I", 0xffffff00 | OUTPUT) + whole[4:], os.urandom(3)):
        device.send(wrong)
    device.send(whole)
    equal(client.recv(8192), REPORT, "what the user gets after wrong events")
    device.send(struct.pack("<IIBB", GET, 0x01020304, 0, 0))
    equal(device.recv(8192), struct.pack("<IIHH", GET_REPLY, 0x01020304, 5, 0), "the answer to GET_REPORT")
    device.send(struct.pack("<IIBBH", SET, 0xfffffffe, 0, 0, 3) + b"abc")
    equal(device.recv(8192), struct.pack("<IIH", SET_REPLY, 0xfffffffe, 5), "the answer to SET_REPORT")


def is_gone(end):
    """Whether the other side has closed; what lies there unread does not matter."""
    try:
        while end.recv(8192):
            pass
    except ConnectionResetError:
        pass
    return True


services = []
is_root = os.getuid() == 0
person = 1000 if is_root else None

# A user's key: reports, and its end with the connection, again and again.
service = Service(*([] if is_root or os.getuid() >= 1000 else ["--allow-system-users"]))
for _ in range(3):
    client, device = service.plug_in(person)
    both_ways(client, device)
    # A second one of the same user, while the first goes on.
    check("who has a key already" in service.refuse(person), "the reason is said")
    both_ways(client, device)
    client.close()
    check(is_gone(device), "the device is gone with the connection")

# A device that goes takes the connection along.
client, device = service.plug_in(person)
device.close()
check(is_gone(client), "the connection is gone with the device")

# Nobody waits for a user who does not read, nor for a kernel: reports are lost, the newest after them arrive.
client, device = service.plug_in(person)
device.setblocking(False)
# More than a socket keeps.
with open("/proc/sys/net/core/wmem_default") as file:
    many = max(3000, int(file.read()) // 100)
sent = 0
while sent < many:
    try:
        device.send(output(b"\0" + struct.pack("<I", sent) + bytes(60)))
        sent += 1
    except BlockingIOError:
        time.sleep(0.001)
device.settimeout(PATIENCE)
device.send(struct.pack("<IIBB", GET, 5, 0, 0))
equal(device.recv(8192)[:8], struct.pack("<II", GET_REPLY, 5), "the service goes on beside a user who does not read")
client.setblocking(False)
numbers = []
try:
    while True:
        numbers.append(struct.unpack("<I", client.recv(8192)[:4])[0])
except BlockingIOError:
    pass
check(numbers == list(range(len(numbers))) and 64 < len(numbers) < sent, f"{len(numbers)} of {sent} reports are kept")
client.settimeout(PATIENCE)
both_ways(client, device)
for _ in range(many):
    client.send(REPORT)
device.settimeout(PATIENCE)
client.close()
check(is_gone(device), "a user goes before a kernel that does not read")

with open(f"/proc/{service.process.pid}/status") as lines:
    held = {line.split(":")[0]: line.split(":")[1].strip() for line in lines}
equal(held["NoNewPrivs"], "1", "new privileges")
# Only root may see them.
before = is_root and descriptors(service.process.pid)
for _ in range(50):
    client, device = service.plug_in(person)
    client.close()
    check(is_gone(device), "the device is gone")
equal(is_root and descriptors(service.process.pid), before, "descriptors after 50 keys")

# A kernel that is not there: refused, and tried again for the next.
os.rename(os.path.join(scratch, "0.kernel"), os.path.join(scratch, "moved"))
check("no such file" in service.refuse(person), "the reason is said")
os.rename(os.path.join(scratch, "moved"), os.path.join(scratch, "0.kernel"))
client, device = service.plug_in(person)
both_ways(client, device)

figures = "as one user"
if is_root:
    # Several users beside each other, root and services not, nor the user without a number.
    others = [service.plug_in(user) for user in range(1001, 1011)]
    for pair in others + [(client, device)]:
        both_ways(*pair)
    for user in (0, 1, 999, 65534):
        check(f"no key for user {user}," in service.refuse(user), "the reason is said")
    for first, second in others:
        first.close()
        check(is_gone(second), "the device is gone with the connection")
    both_ways(client, device)
    # Both limits are options.
    few = Service("--allow-system-users", "--test-most-keys", "2")
    keys = [few.plug_in(0), few.plug_in(999)]
    check("as there are 2 keys already" in few.refuse(1000), "the reason is said")
    for pair in keys:
        both_ways(*pair)
    keys[0][0].close()
    check(is_gone(keys[0][1]), "the device is gone")
    few.plug_in(1000)
    figures = "as 11 users, root and services"

# The end of the service takes everything along.
service.process.terminate()
equal(service.process.wait(PATIENCE), -signal.SIGTERM, "its end")
check(is_gone(device) and is_gone(client), "devices and connections are gone")

# What is not one listening socket of packets is refused.
for kind, more in ((socket.SOCK_STREAM, {}), (socket.SOCK_SEQPACKET, {"count": 2}), (socket.SOCK_SEQPACKET, {"process": 1})):
    with listener(f"wrong{kind}{more}", kind) as wrong, launch(wrong, **more) as process:
        equal(process.wait(PATIENCE), 78, "the status without its socket")
        check(b"hint: systemctl enable" in process.stderr.read(), "it says what helps")
refused = subprocess.run([PROGRAM, "--nonsense"], capture_output=True, timeout=PATIENCE)
equal(refused.returncode, 64, "the status of an unknown option")
print(f"reports both ways {figures}; a user who reads late has kept {len(numbers)} of {sent} reports")
