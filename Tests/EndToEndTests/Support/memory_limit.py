"""With little memory to lock: what does not fit is refused, everything else goes on, and the vault opens again.

    memory_limit.py secret|shielded
"""

import resource
import sys

from protocol_client import *
from scratch import *

LIMIT = 2 << 20
KEY = os.urandom(20)
prefix = []
if os.getuid() == 0:
    need("setpriv")
    # Root may lock as much as it likes, but for this capability.
    prefix = ["setpriv", "--inh-caps=-all", "--bounding-set=-all"]
if sys.argv[1:] == ["shielded"]:
    need("strace")
    prefix = ["strace", "-f", "-qq", "--seccomp-bpf", "-o", "/dev/null", "-e", "trace=memfd_secret", "-e",
              "inject=memfd_secret:error=ENOSYS"] + prefix


def little():
    resource.setrlimit(resource.RLIMIT_MEMLOCK, (LIMIT, LIMIT))


def fill(client, prefix, key, note):
    """Adds until something does not fit; how many did."""
    for number in range(20_000):
        try:
            client.add("Limit", f"{prefix}{number:05}", key(), note=note)
        except Refused as error:
            equal(error.code, 75, f"the refusal of what does not fit ({error.message})")
            return number
    raise AssertionError("everything fits")


def goes_on(what):
    """Others are served as if nothing were."""
    for _ in range(20):
        with home.connect() as other:
            equal(other.code("Limit/first")["code"], totp(KEY, 1_700_000_000), f"a code {what}")
            check(len(other.accounts()) > 0, f"a list {what}")
            status(other)


home = Home("--test-time", "1700000000", prefix=prefix, preexec_fn=little, readable=True).start()
agent = home.connect()
found = status(agent)
if sys.argv[1:] == ["secret"] and found["memory"] != 1:
    skip("this kernel has no memfd_secret")
equal(found["limit"], LIMIT, "the limit that STATUS shows")
agent.initialize(PASSPHRASE)
agent.add("Limit", "first", KEY)

# Staged accounts, of one client and of four.
staged = []
for _ in range(4):
    client = home.connect()
    client.ask(0x25)
    staged.append((client, fill(client, "staged", lambda: os.urandom(1000), "")))
    goes_on("while staged accounts fill the memory")
most = status(agent)["reserved"]
check(most <= LIMIT, f"{most} octets are locked")
for client, _ in staged:
    client.close()
until(lambda: status(agent)["connections"] == 1, "the clients are gone")
most_left = found["reserved"] + (384 << 10)
left = until(lambda: (now := status(agent)["reserved"]) <= most_left and now,
             f"at most {most_left} octets stay locked when what was staged is forgotten")

# Accounts that stay. A vault that could be saved can be opened again.
kept = 1
for size in (12_000, 0):
    kept += fill(agent, f"n{size}-", lambda: os.urandom(20), "n" * size)
    goes_on("in a vault that fills the memory")
full = status(agent)
equal(full["accounts"], kept, "accounts")
agent.ask(0x22, selector("Limit/n12000-00000"))
agent.lock()
agent.unlock(PASSPHRASE)
equal(status(agent)["accounts"], kept - 1, "accounts after opening again")
goes_on("after opening again")
equal(home.stop(), 0, "the agent's status")
agent = home.start().connect()
agent.unlock(PASSPHRASE)
goes_on("after a new start")
equal(len(agent.accounts()), kept - 1, "accounts after a new start")
agent.ask(0x06, octets(PASSPHRASE) + octets(b"another one of 64 lanterns"))
agent.lock()
agent.unlock(b"another one of 64 lanterns")
goes_on("after another passphrase")
refused(75, lambda: agent.ask(0x21, selector("Limit/first") + u16(4) + string("n" * 16_000)), "a long note")
equal(home.stop(), 0, "the agent's status")

# Less than it needs is refused at once; the owner may insist.
little_home = Home(prefix=prefix, preexec_fn=lambda: resource.setrlimit(
    resource.RLIMIT_MEMLOCK, (64 << 10, 64 << 10)))
little_home.start(wait=False)
equal(little_home.process.wait(PATIENCE), 71, "the status without memory that can be locked")
check("no memory can be locked" in little_home.said() and "--allow-unlocked-memory" in little_home.said(),
      little_home.said())
insisting = Home("--allow-unlocked-memory", prefix=prefix, preexec_fn=little_home.options["preexec_fn"]).start()
with insisting.connect() as agent:
    found = status(agent)
    equal(found["memory"], 3, "the kind of memory")
    check(any("NOT locked" in warning for warning in found["warnings"]), f"STATUS warns: {found['warnings']}")
    agent.initialize(PASSPHRASE)
    agent.add("Limit", "first", KEY)
    agent.code("Limit/first")
equal(insisting.stop(), 0, "the agent's status")
print(f"of {LIMIT >> 10} KiB: staged by four clients {[number for _, number in staged]}, "
      f"{most >> 10} KiB locked, {left >> 10} KiB afterwards; a vault of {kept} accounts in {full['reserved'] >> 10} KiB")
