"""Scans the memory of `fob add`, `fob unlock`, `fob import` and `fob recovery` when they are about to end, held there
by strace.

    client_memory.py secret|shielded
"""

import sys

from memory import Needles, Scan
from scratch import *

need_root()
need("strace")
SHIELDED = sys.argv[1:] == ["shielded"]
KEY = os.urandom(20)
TEXT = base64.b32encode(KEY).decode()

needles = Needles()
needles.add("the key", KEY)
needles.add("the passphrase", PASSPHRASE)
CODES = [os.urandom(8).hex() for _ in range(10)]
for code in CODES:
    needles.add("a recovery code", code.encode())

home = Home().start()
with home.connect() as agent:
    agent.initialize(PASSPHRASE)

control = Needles()
control.put("the home's path", home.path.encode())

EXIT_GROUP = {"x86_64": "231", "aarch64": "94"}[os.uname().machine]
looks, octets = 0, 0


def held(arguments, input):
    """Runs fob until it wants to end, and looks at it then."""
    global looks, octets
    inject = ["-e", "inject=memfd_secret:error=ENOSYS"] if SHIELDED else []
    process = subprocess.Popen(
        ["strace", "-o", "/dev/null", "-e", "trace=exit_group,memfd_secret", *inject,
         "-e", "inject=exit_group:delay_enter=600000000", os.path.join(BIN, "fob"), *arguments],
        env={"PATH": os.environ["PATH"], "FOB_HOME": home.path}, stdin=subprocess.PIPE, stderr=subprocess.PIPE)
    process.stdin.write(input)
    process.stdin.close()

    def ending():
        """The client's id once it stands in exit_group(2)."""
        check(process.poll() is None, f"{arguments} ended by itself")
        with open(f"/proc/{process.pid}/task/{process.pid}/children") as children:
            for child in children.read().split():
                try:
                    # strace has children of its own, too, while it starts.
                    if os.path.basename(os.readlink(f"/proc/{child}/exe")) != "fob-main":
                        continue
                    with open(f"/proc/{child}/syscall") as call:
                        if call.read().split()[:2] == [EXIT_GROUP, "0x0"]:
                            return int(child)
                except (FileNotFoundError, ProcessLookupError):
                    pass
        return None
    client = until(ending, f"{arguments} wants to end well")
    found = Scan(client, needles, True)
    check(Scan(client, control, True).hits, "the scan does not even find the home's path")
    check(not found.hits, f"{arguments}: {found.hits}")
    looks, octets = looks + 1, octets + found.octets
    os.kill(client, signal.SIGKILL)
    process.kill()
    process.wait()


def fresh():
    """Proves that the owner is there, which lasts for 60 seconds in this session."""
    with home.connect() as agent:
        agent.unlock(PASSPHRASE)


held(["add"], f"otpauth://totp/GitHub:octocat?secret={TEXT}&issuer=GitHub".encode())
download = os.path.join(home.path, "gitlab-recovery-codes.txt")
with open(download, "w") as file:
    file.write("\n".join(CODES))
held(["recovery", "import", "octocat", download, "--remove"], b"")
fresh()
held(["recovery", "next", "octocat"], b"")
held(["recovery", "used", "octocat", "--code"], CODES[4].encode())
fresh()
held(["recovery", "download", "octocat", os.path.join(home.path, "page.txt")], b"")
fresh()
held(["recovery", "export", "octocat", "--to", "bitwarden", os.path.join(home.path, "bitwarden.json")], b"")
listing = os.path.join(home.path, "list.txt")
with open(listing, "w") as file:
    file.write(f"otpauth://totp/Other:octocat?secret={TEXT}&issuer=Other&digits=8\n")
held(["import", listing], b"")
with home.connect() as agent:
    agent.lock()
held(["unlock", "--passphrase-fd", "0"], PASSPHRASE)
print(f"{looks} clients, {octets >> 20} MiB of memory read, no hit")
