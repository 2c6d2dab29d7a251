"""Other people's programs use a security key that fob-uhid has plugged in. Runs in the guest, as root; everything that a
user does runs as an ordinary user. Each step's result is printed; the status is 1 if one has failed.

    keys.py [STEP...]
"""

import base64
import os
import signal
import socket
import stat
import subprocess
import sys
import time
import traceback

import apparmor
import browser
import hardware
import others
import service
import two_keys

USER = 4711
# Not in /tmp, where profiles let everybody write.
HOME = "/home/keeper"
RUNTIME = f"/run/user/{USER}"
BIN = "/mnt/bin"
PASSPHRASE = b"a passphrase for the guest"
# Seconds. A guest without KVM, on a machine that is busy with others.
PATIENCE = 900
ENVIRONMENT = {
    "PATH": f"{BIN}:{os.environ['PATH']}", "HOME": HOME, "XDG_RUNTIME_DIR": RUNTIME, "USER": "keeper", "LC_ALL": "C.UTF-8",
}
started = []


class Failed(Exception):
    pass


def check(condition, message):
    if not condition:
        raise Failed(message)


def until(condition, what):
    end = time.monotonic() + PATIENCE
    while not (value := condition()):
        check(time.monotonic() < end, f"not within {PATIENCE} s: {what}")
        time.sleep(0.05)
    return value


def as_user():
    return {"user": USER, "group": USER, "extra_groups": [], "cwd": HOME, "env": ENVIRONMENT, "start_new_session": True}


def run(*command, given=b"", root=False, status=0, wanted="", **more):
    """What a command prints; as the user, unless root is asked for. It must end with `status`, and say what is `wanted`."""
    options = {} if root else as_user()
    done = subprocess.run(
        [str(word) for word in command], input=given, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        **{"timeout": PATIENCE, **options, **more})
    said = (done.stderr + done.stdout).decode(errors="replace").strip()
    check(done.returncode == status and wanted in said,
          f"{' '.join(map(str, command))} ended with {done.returncode}: {said}")
    return done.stdout.decode()


def start(*command, root=False, **more):
    """Starts a program that stays; what it says goes to a file, which is shown if a step fails."""
    name = f"/run/log-{len(started)}-{os.path.basename(command[0])}"
    options = {"start_new_session": True} if root else as_user()
    with open(name, "wb") as log:
        process = subprocess.Popen(
            list(command), stdin=subprocess.DEVNULL, stdout=log, stderr=log, **{**options, **more})
    process.owner = {**options, **more}.get("user", 0)
    started.append((process, name))
    return process


def mine(path):
    return os.path.join(HOME, path)


def keep(path, octets):
    with open(mine(path), "wb") as file:
        file.write(octets if isinstance(octets, bytes) else octets.encode())
    os.chown(mine(path), USER, USER)
    return mine(path)


def base(octets):
    return base64.b64encode(octets).decode()


# -- Before the steps: the agent and its vault, the listeners, the service, and somebody who says yes

def set_up():
    for place in (HOME, RUNTIME):
        os.makedirs(place)
        os.chown(place, USER, USER)
        os.chmod(place, 0o700)
    start(f"{BIN}/fob-agent")
    until(lambda: os.path.exists(f"{RUNTIME}/fob/agent.sock"), "the agent listens")
    read, write = os.pipe()
    os.write(write, PASSPHRASE)
    os.close(write)
    run("fob", "init", "--passphrase-fd", read, pass_fds=[read])
    os.close(read)
    # As the unit does: root without any of root's powers.
    start("systemd-socket-activate", "--seqpacket", "--listen=/run/fob-uhid.sock", "setpriv", "--bounding-set=-all",
          "--inh-caps=-all", "--no-new-privs", f"{BIN}/fob-uhid", root=True)
    until(lambda: os.path.exists("/run/fob-uhid.sock"), "the service's socket")
    os.chmod("/run/fob-uhid.sock", 0o666)
    start(f"{BIN}/fob-authenticator")
    answer("--yes")


answering = []


def silence():
    """Nobody answers from now on."""
    for process in answering:
        process.terminate()
        process.wait()
    answering.clear()


def answer(how):
    """Somebody who answers every question alike, from now on."""
    silence()
    answering[:] = [start(f"{BIN}/fob", "confirm", "--watch", "--all", how)]


def device():
    """The device of the key, once its user may open it."""
    return device_of(USER)


def device_of(user):
    for name in sorted(os.listdir("/dev")):
        try:
            if name.startswith("hidraw") and os.stat(f"/dev/{name}").st_uid == user:
                return f"/dev/{name}"
        except FileNotFoundError:
            pass  # It went meanwhile.
    return None


def plug(is_there):
    """Puts the user's key in, or pulls it out."""
    running = [process for process, _ in started
               if process.poll() is None and process.args[0].endswith("fob-authenticator") and process.owner == USER]
    if is_there and not running:
        start(f"{BIN}/fob-authenticator")
        until(device, "fob is plugged in")
    if not is_there:
        for process in running:
            process.terminate()
            process.wait()
        until(lambda: not device(), "fob is away")


def proved(*command, **more):
    """Runs a command, the user's unless said otherwise, that takes the passphrase, which is given from elsewhere."""
    silence()
    process = start(*command, **more)

    def ended():
        read, write = os.pipe()
        os.write(write, PASSPHRASE)
        os.close(write)
        # 3: nothing waits yet, or any more.
        subprocess.run(["fob", "confirm", "--all", "--yes", "--passphrase-fd", str(read)], stdin=subprocess.DEVNULL,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, pass_fds=[read], timeout=PATIENCE, **as_user())
        os.close(read)
        return process.poll() is not None

    until(ended, f"{' '.join(command)} ends")
    check(process.returncode == 0, f"{' '.join(command)} ended with {process.returncode}")
    answer("--yes")


# -- Steps

def plugged_in():
    path = until(device, "a device of the user's own")
    mode = stat.S_IMODE(os.stat(path).st_mode)
    check(mode == 0o600, f"{path} has mode {mode:o}")
    name = open(f"/sys/class/hidraw/{os.path.basename(path)}/device/uevent").read()
    check("HID_NAME=fob security key" in name and f"HID_UNIQ={USER}" in name, name)
    return f"{path} is there, and is its user's by udev's rule"


def one_each():
    """Root, services and a second connection of the same user get nothing; another user gets a key of its own."""
    def visit(user):
        client = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        os.seteuid(user)
        try:
            client.connect("/run/fob-uhid.sock")
        finally:
            os.seteuid(0)
        return client

    def devices():
        return [name for name in os.listdir("/dev") if name.startswith("hidraw")]

    for user in (0, 100, USER):
        with visit(user) as client:
            client.settimeout(PATIENCE)
            check(client.recv(100) == b"", f"user {user} is not refused")
    check(len(devices()) == 1, f"there are {devices()}")
    with visit(USER + 1) as client:
        new = until(lambda: [name for name in devices() if os.stat(f"/dev/{name}").st_uid == USER + 1], "another device")
        # Feature reports are refused at once, not after the kernel's five seconds.
        script = ("import errno, fcntl, os, sys\n"
                  "key = os.open(sys.argv[1], os.O_RDWR)\n"
                  "for question in (0xC0044806, 0xC0044807):\n"
                  "    try: fcntl.ioctl(key, question, bytearray(4))\n"
                  "    except OSError as error: assert error.errno == errno.EIO, error\n"
                  "    else: raise AssertionError(question)\n")
        run("/usr/bin/python3", "-c", script, f"/dev/{new[0]}", user=USER + 1, cwd="/")
        run("test", "!", "-r", f"/dev/{new[0]}")
    until(lambda: len(devices()) == 1, "the device goes with its connection")
    return "root, a service and a second connection are refused; another user's key is its own"


def token():
    listed = run("fido2-token", "-L")
    check(listed.startswith(f"{device()}: vendor=0x0000, product=0x0000"), f"fido2-token -L says: {listed}")
    told = run("fido2-token", "-I", device())
    check("FIDO_2_0" in told and "hmac-secret" in told and "es256" in told, told)
    return next(line for line in told.splitlines() if line.startswith("version"))


def denied():
    """Without a yes there is no key."""
    answer("--deny")
    try:
        keep("param", f"{base(os.urandom(32))}\ndenied.example.org\nalice\n{base(b'user')}\n")
        run("fido2-cred", "-M", "-i", "param", "-o", "made", device(), status=1, wanted="FIDO_ERR_OPERATION_DENIED")
    finally:
        answer("--yes")
    return "somebody who says no is told to the program as FIDO_ERR_OPERATION_DENIED"


def credential(algorithm):
    """Registers, verifies the attestation, signs in, verifies the signature, with an hmac-secret that stays the same."""
    site = f"{algorithm}.example.org"
    keep("param", f"{base(os.urandom(32))}\n{site}\nalice\n{base(b'user ' + algorithm.encode())}\n")
    run("fido2-cred", "-M", "-h", "-i", "param", "-o", "made", device(), algorithm)
    run("fido2-cred", "-V", "-h", "-i", "made", "-o", "known", algorithm)
    with open(mine("known")) as file:
        identity, key = file.read().split("\n", 1)
    keep("key", key)
    salt = base(os.urandom(32))
    secrets = []
    for _ in range(2):
        keep("param", f"{base(os.urandom(32))}\n{site}\n{identity}\n{salt}\n")
        run("fido2-assert", "-G", "-h", "-i", "param", "-o", "signed", device())
        run("fido2-assert", "-V", "-h", "-i", "signed", "key", algorithm)
        with open(mine("signed")) as file:
            secrets.append(file.read().split()[4])
    check(secrets[0] == secrets[1] and len(base64.b64decode(secrets[0])) == 32, "the secret differs")
    # A site of another name has no such credential.
    keep("param", f"{base(os.urandom(32))}\nother.example.org\n{identity}\n{salt}\n")
    run("fido2-assert", "-G", "-h", "-i", "param", device(), status=1)
    return "registered, attestation verified, two sign-ins verified, the same hmac-secret"


def ssh(kind):
    run("ssh-keygen", "-q", "-t", kind, "-N", "", "-f", f"id_{kind}")
    message = os.urandom(100)
    keep("message", message)
    run("ssh-keygen", "-Y", "sign", "-f", f"id_{kind}", "-n", "file", "message")
    with open(mine(f"id_{kind}.pub")) as file:
        keep("allowed", f"keeper@example.org {file.read()}")
    verify = ["ssh-keygen", "-Y", "verify", "-f", "allowed", "-I", "keeper@example.org", "-n", "file", "-s", "message.sig"]
    run(*verify, given=message)
    run(*verify, given=message + b"x", status=255)
    os.remove(mine("message.sig"))
    return "a key made, a signature verified"


def disk():
    """A LUKS2 volume gets a slot that the key opens; it is opened with nothing but the key."""
    keep("disk", bytes(20 << 20))
    keep("first", b"first password")
    run("cryptsetup", "luksFormat", "--batch-mode", "--type", "luks2", "--pbkdf", "pbkdf2", "--pbkdf-force-iterations",
        "1000", "--key-file", "first", "disk")
    run("systemd-cryptenroll", "--unlock-key-file=first", f"--fido2-device={device()}", "--fido2-with-client-pin=no", "disk")
    run("systemd-cryptenroll", "--unlock-key-file=first", "--wipe-slot=password", "disk")
    said = run("cryptsetup", "luksDump", "disk")
    check("systemd-fido2" in said and said.count("PBKDF:") == 1, said)
    run("cryptsetup", "open", "--test-passphrase", "--disable-external-tokens", "--key-file", "first", "disk", status=2)
    # What boots and logs in uses; the volume's device is made by root.
    run("/lib/systemd/systemd-cryptsetup", "attach", "opened", mine("disk"), "-", f"fido2-device={device()},headless=true",
        root=True, env={**os.environ, "DM_DISABLE_UDEV": "1"})
    secret = os.urandom(512)
    with open("/dev/mapper/opened", "r+b") as volume:
        volume.write(secret)
    run("/lib/systemd/systemd-cryptsetup", "detach", "opened", root=True, env={**os.environ, "DM_DISABLE_UDEV": "1"})
    with open(mine("disk"), "rb") as volume:
        check(secret not in volume.read(), "the volume is not encrypted")
    return "a slot enrolled, the password's slot wiped, the volume opened and written by the key alone"


def web():
    return browser.create_and_get(lambda command, **more: start(*command, **more), mine("browser"))


STEPS = {
    "plugged-in": plugged_in,
    "one-each": one_each,
    "fido2-token": token,
    "denied": denied,
    "fido2-cred-es256": lambda: credential("es256"),
    "fido2-cred-eddsa": lambda: credential("eddsa"),
    "ssh-ecdsa-sk": lambda: ssh("ecdsa-sk"),
    "ssh-ed25519-sk": lambda: ssh("ed25519-sk"),
    "systemd-cryptenroll": disk,
    "chromium": web,
    "hardware-key": lambda: hardware.opens(run, proved, keep, check, until(device, "the key")),
    "two-keys-chromium": lambda: two_keys.matrix(sys.modules[__name__], two_keys.Chromium),
    "two-keys-firefox": lambda: two_keys.matrix(sys.modules[__name__], two_keys.Firefox),
    "unit": lambda: service.under_systemd(sys.modules[__name__]),
    "pam-u2f": lambda: others.pam_u2f(sys.modules[__name__]),
    "systemd-cryptenroll-verified": lambda: others.verified_disk(sys.modules[__name__]),
    "apparmor": lambda: apparmor.confined(run, proved, keep, mine, check, BIN, device),
    "apparmor-window": lambda: apparmor.window(run, keep, check, BIN),
}


def main():
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    wanted = [name for name in sys.argv[1:] if name] or list(STEPS)
    failed = []
    try:
        set_up()
    except Exception as error:
        print(f"FAILED setting up: {error}")
        failed.append("setting up")
        wanted = []
    for name in wanted:
        begun = time.monotonic()
        try:
            print(f"PASSED {name}: {STEPS[name]()} ({time.monotonic() - begun:.1f} s)")
        except Exception as error:
            failed.append(name)
            print(f"FAILED {name}: " + str(error).replace("\n", "\n  "))
            if not isinstance(error, (Failed, subprocess.TimeoutExpired)):
                print("  " + traceback.format_exc().replace("\n", "\n  "))
    if failed:
        for process, log in started:
            with open(log, errors="replace") as lines:
                said = lines.read()[-3000:].strip()
            print(f"  {os.path.basename(log)} ({process.poll()}): " + said.replace("\n", "\n  "))
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
