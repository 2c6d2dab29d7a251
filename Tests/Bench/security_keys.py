"""The security key's part of the bench: signatures for ssh through both transports, CTAPHID, CTAP2. The key of ssh needs no
touch, and sign-ins are silent ones, so that no human act is measured."""

import atexit
import base64
import contextlib
import os
import signal
import statistics
import struct
import subprocess

import protocol_client as fob

SSH, CTAP = 3, 1
SITE = "example.org"
SK_ED25519 = "sk-ssh-ed25519@openssh.com"


def text(octets):
    octets = octets if isinstance(octets, bytes) else octets.encode()
    return struct.pack(">I", len(octets)) + octets


def sign_request(blob, data):
    body = b"\x0d" + text(blob) + text(data) + struct.pack(">I", 0)
    return struct.pack(">I", len(body)) + body


def get_assertion(credential):
    """authenticatorGetAssertion for one key, without presence: {1: site, 2: hash, 3: [{id, type}], 5: {up: false}}."""
    return (b"\2\xa4\1" + bytes([0x60 + len(SITE)]) + SITE.encode() + b"\2\x58\x20" + bytes(range(32))
            + b"\3\x81\xa2\x62id\x58" + bytes([len(credential)]) + credential + b"\x64type\x6apublic-key"
            + b"\5\xa1\x62up\xf4")


def person(command, environment):
    """Starts a program where a person is: not below this process, which is who asks. It ends with this one."""
    read, write = os.pipe()
    if (between := os.fork()) == 0:
        os.setsid()
        own = os.getpid()
        if (started := os.fork()) == 0:
            os.setsid()
            while os.getppid() == own:
                pass
            null = os.open(os.devnull, os.O_RDWR)
            for number in range(3):
                os.dup2(null, number)
            os.execve(command[0], command, environment)
        os.write(write, struct.pack(">I", started))
        os._exit(0)
    os.waitpid(between, 0)
    number = struct.unpack(">I", os.read(read, 4))[0]

    def end():
        # It has ended by itself where its agent has.
        with contextlib.suppress(ProcessLookupError):
            os.kill(number, signal.SIGKILL)
    atexit.register(end)


def rows(bench, say, connected):
    home = bench.path("keys")
    environment = {"PATH": os.environ["PATH"], "FOB_HOME": home, "FOB_NO_START": "1"}
    address = os.path.join(home, "agent.sock")
    bench.start([os.path.join(bench.bin, "fob-agent")], env=environment)
    connected(address).close()
    agent = fob.Agent(address)
    agent.initialize(b"a passphrase for the bench")
    bench.start([os.path.join(bench.bin, "fob-authenticator"), "--uhid", bench.path("none")], env=environment)
    connected(os.path.join(home, "ssh.sock")).close()
    # A person in another window, who says yes and wants to be asked no more.
    person([os.path.join(bench.bin, "fob"), "confirm", "--watch", "--all", "--yes", "--remember", "1h"], environment)

    def create(door, site, algorithm, flags=0):
        asked = fob.key_create(door, site, algorithms=(algorithm,), flags=flags, user="bench")
        body = agent.ask(fob.KEY_CREATE, asked, fob.KEY_CREATED)
        return fob.key_created(body)

    ed25519 = create(SSH, "ssh:", fob.EDDSA, fob.NO_TOUCH)
    sites = {name: create(CTAP, SITE, algorithm) for name, algorithm in (("ES256", fob.ES256), ("EdDSA", fob.EDDSA))}

    # The peer, and its keys.
    peer = bench.path("peer.sock")
    bench.start(["ssh-agent", "-D", "-a", peer])
    connected(peer).close()
    blobs = {}
    for kind in ("ed25519", "ecdsa"):
        path = bench.path(f"peer-{kind}")
        subprocess.run(["ssh-keygen", "-q", "-t", kind, "-N", "", "-f", path], check=True)
        subprocess.run(["ssh-add", "-q", path], check=True, env={**os.environ, "SSH_AUTH_SOCK": peer})
        with open(path + ".pub") as file:
            blobs[kind] = base64.b64decode(file.read().split()[1])
    blobs["fob"] = text(SK_ED25519) + text(ed25519["public"]) + text("ssh:")

    times = 2 if bench.smoke else 7
    data = os.urandom(250)
    requests = {kind: bench.file(f"sign-{kind}", sign_request(blob, data)) for kind, blob in blobs.items()}

    def rates(many, *pairs):
        """Medians of rounds that take turns."""
        found = [[] for _ in pairs]
        for _ in range(times):
            for results, (socket, kind) in zip(found, pairs):
                results.append(bench.rate(socket, requests[kind], many, 1))
        return [statistics.median(results) for results in found]

    answer = bench.signature(os.path.join(home, "ssh.sock"), requests["fob"])
    if answer[4] != 14:
        raise RuntimeError("the ssh door does not sign")
    print("signatures for ssh (a second), and security keys (microseconds)")
    own, other = rates(bench.count(4000), (os.path.join(home, "ssh.sock"), "fob"), (peer, "ed25519"))
    say("  ssh.sock / ssh-agent, Ed25519", f"{own:.0f} / {other:.0f}", f"= {own / other:.2f}")

    def ctaphid(socket, many, *file):
        command = [bench.path("ctaphid"), socket, str(many), *file]
        return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)

    door = os.path.join(home, "ctap.sock")
    pings = [(ctaphid(door, bench.count(5000)), ctaphid("-", bench.count(5000))) for _ in range(times)]
    own, other = (statistics.median(column) for column in zip(*pings))
    say("  PING of 500 octets / an echo of packets in C", f"{own:.0f} / {other:.0f}", f"= {own / other:.2f}")
    for name, kind in (("ES256", "ecdsa"), ("EdDSA", "ed25519")):
        command = bench.file(f"get-{name}", get_assertion(sites[name]["credential"]))
        own = statistics.median(ctaphid(door, bench.count(2000), command) for _ in range(times))
        other = 1e6 / rates(bench.count(2000), (peer, kind))[0]
        say(f"  getAssertion, {name} / ssh-agent's signature", f"{own:.0f} / {other:.0f}", f"= {own / other:.2f}")

    # OpenSSH's helper, which loads the provider, does one signature, and ends; beside an ordinary key in a file.
    with open(bench.path("id_sk.pub"), "w") as file:
        file.write(f"{SK_ED25519} {base64.b64encode(blobs['fob']).decode()} bench\n")
    private(bench.path("id_sk"), ed25519)
    commands = [["ssh-keygen", "-q", "-Y", "sign", "-n", "file", "-f", bench.path(key)] for key in ("id_sk", "peer-ed25519")]
    environment = {"FOB_HOME": home, "SSH_SK_PROVIDER": bench.path("lib/libfob-sk.so")}
    own, other = bench.pair(bench.count(400), *commands, env=environment)
    say("  ssh-keygen -Y sign: libfob-sk / an ordinary key", f"{own:.0f} / {other:.0f}", f"+ {own - other:.0f}")


def private(path, key):
    """A key's file as ssh-keygen writes it (OpenSSH's PROTOCOL.key and PROTOCOL.u2f), without a passphrase."""
    public = text(SK_ED25519) + text(key["public"]) + text("ssh:")
    secret = public + b"\0" + text(key["credential"]) + text(b"")
    inside = bytes(8) + secret + text("bench")
    inside += bytes(range(1, 1 + -len(inside) % 8))
    whole = (b"openssh-key-v1\0" + text("none") + text("none") + text(b"") + struct.pack(">I", 1) + text(public)
             + text(inside))
    with open(path, "w") as file:
        file.write("-----BEGIN OPENSSH PRIVATE KEY-----\n" + base64.encodebytes(whole).decode()
                   + "-----END OPENSSH PRIVATE KEY-----\n")
    os.chmod(path, 0o600)
