"""The same scan for ssh-agent with a key and gpg-agent with a passphrase: what fob's fallback is measured against.

    memory_peers.py ssh-agent|gpg-agent
"""

import subprocess
import sys

from memory import Needles, Scan
from scratch import *

GPG_PRESET = "/usr/lib/gnupg/gpg-preset-passphrase"
folder = tempfile.mkdtemp(prefix="fob-")
atexit.register(shutil.rmtree, folder, True)
needles = Needles()
need_root()


def run(*command, **options):
    return subprocess.run(command, check=True, capture_output=True, timeout=PATIENCE, **options).stdout


def stop(pid):
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def ssh_agent():
    need("ssh-agent", "ssh-add", "ssh-keygen")
    path, address = os.path.join(folder, "key"), os.path.join(folder, "socket")
    run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path)
    with open(path) as lines:
        key = base64.b64decode("".join(line.strip() for line in lines if not line.startswith("-")))
    at = key.rindex(b"\0\0\0\x40") + 4
    needles.add("the seed", key[at:at + 32])
    agent = subprocess.Popen(["ssh-agent", "-D", "-a", address], stdout=subprocess.DEVNULL)
    atexit.register(stop, agent.pid)
    until(lambda: subprocess.run(["ssh-add", "-q", path], env={**os.environ, "SSH_AUTH_SOCK": address},
                                 capture_output=True, timeout=PATIENCE).returncode == 0, "ssh-agent takes a key")
    # It wipes the request when it notices that ssh-add has hung up, which may be after ssh-add has ended.
    until(lambda: not Scan(agent.pid, needles).hits, "ssh-agent forgets the request")
    return agent.pid


def gpg_agent():
    need("gpg-agent", "gpg-connect-agent", GPG_PRESET)
    passphrase = os.urandom(15).hex().encode()
    needles.add("the passphrase", passphrase)
    environment = {**os.environ, "GNUPGHOME": folder}
    # It keeps what it inherits open: a pipe would never end.
    subprocess.run(["gpg-agent", "--daemon", "--allow-preset-passphrase"], check=True, timeout=PATIENCE, env=environment,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    pid = int(run("gpg-connect-agent", "getinfo pid", "/bye", env=environment).split()[1])
    atexit.register(stop, pid)
    run(GPG_PRESET, "--preset", "0123456789ABCDEF0123456789ABCDEF01234567", input=passphrase, env=environment)
    found = run("gpg-connect-agent", "get_passphrase --no-ask 0123456789ABCDEF0123456789ABCDEF01234567 X X X", "/bye",
                env=environment)
    check(passphrase.hex().upper().encode() in found.upper(), "gpg-agent knows the passphrase")

    def overwrite():
        """A new request overwrites what that answer has left behind, if the same thread's stack is taken for it."""
        run(GPG_PRESET, "--preset", "76543210EF0123456789ABCDEF0123456789ABCD", input=b"x" * 30, env=environment)
        return None if Scan(pid, needles).hits else True

    takes(10, overwrite, "gpg-agent keeps nothing of an answer")
    return pid


pid = {"ssh-agent": ssh_agent, "gpg-agent": gpg_agent}[sys.argv[1]]()
scan = Scan(pid, needles)

# The scan is able to find them: a process that carries one in its environment.
octets = next(iter(needles.forms))
control = subprocess.Popen(["sleep", "60"], env={**os.environ, "NEEDLE": "-" + octets.hex()})
atexit.register(stop, control.pid)
until(lambda: Scan(control.pid, needles).hits, "the scan finds what is there")
check(not scan.hits, f"hits in {sys.argv[1]}\n{scan}")
print(f"{sys.argv[1]}: {len(needles.forms)} needles, {scan.octets >> 10} KiB read: 0 hits")
