"""What the scripts about faults share: copies of a home, system calls that fail or kill, the audit log's chain."""

import collections
import concurrent.futures
import re
import shutil
import subprocess
import threading

from scratch import *

FULL = os.environ.get("FOB_FULL") == "1"
# Others than root can trace only what may be dumped.
VISIBLE = [] if os.getuid() == 0 else ["--test-stay-dumpable"]
# What can fail because of a disk. Others (memory, ids of users, waiting) are only killed in.
FILE_CALLS = {"openat", "newfstatat", "fstat", "read", "write", "fsync", "fdatasync", "linkat", "renameat", "unlinkat",
              "close", "getdents64", "utimensat", "fadvise64", "lseek", "fcntl", "mkdirat", "statx"}


def key_of(name):
    """The key of the account `name`: any that is not another's."""
    return hashlib.sha256(name.encode()).digest()[:20]


def copy_of(template, *flags):
    """A home with the same files as `template`, whose agent must have ended."""
    home = Home(*flags)
    shutil.copytree(template.path, home.path, dirs_exist_ok=True, ignore=shutil.ignore_patterns("agent.sock", "stderr"))
    return home


def vault_of(home):
    with open(os.path.join(home.path, "vault.age"), "rb") as file:
        return file.read()


def opened(home):
    """A connection to an agent that has been started, with the vault unlocked, and saved so that it remembers where the
    audit log stands."""
    agent = home.connect()
    agent.unlock(PASSPHRASE)
    # LOG is answered behind that save.
    agent.ask(0x7A, b"", 0xF1)
    return agent


def check_accounts(agent, wanted, what, maybe=()):
    """All of `wanted` and, of `maybe`, any are there, nothing else is, and each gives the code of its key."""
    found = {account["name"]: account for account in agent.accounts()}
    check(set(wanted) <= set(found), f"{what}: lost {set(wanted) - set(found)}")
    check(set(found) <= set(wanted) | set(maybe), f"{what}: too much: {set(found) - set(wanted) - set(maybe)}")
    for name, account in found.items():
        if account["kind"] == "totp":
            code = agent.code(id=account["id"])
            equal(code["code"], totp(key_of(name), code["valid_from"]), f"{what}: the code of {name}")
    return set(found)


def check_chain(home, what):
    """Every line of the audit log follows from the one before. Returns the lines' fields."""
    lines, chain, sequence = [], bytes(32), 0
    with open(os.path.join(home.path, "audit.log"), "rb") as file:
        text = file.read()
    check(text.endswith(b"\n"), f"{what}: the audit log ends inside a line")
    for line in text.splitlines():
        said, own, tag = line.rsplit(b" ", 2)
        # Lines of 0.1.0 have no tag.
        if len(tag) == 64:
            said, own, tag = said + b" " + own, tag, b"-"
        check(tag == b"-" or len(bytes.fromhex(tag.decode())) == 16, f"{what}: the tag of {line!r}")
        chain, sequence = hashlib.sha256(chain + said).digest(), sequence + 1
        equal(own.decode(), chain.hex(), f"{what}: the chain at {line!r}")
        fields = said.decode().split(" ")
        equal(fields[0], str(sequence), f"{what}: the number of {line!r}")
        lines.append(fields)
    return lines


class Tracer:
    """strace on one thread (or, without one, on all) of an agent, until it is closed."""

    def __init__(self, home, *arguments, thread=None):
        self.log = os.path.join(home.path, "strace")
        target = ["-p", str(thread)] if thread else ["-f", "-p", str(home.pid)]
        self.process = subprocess.Popen(
            ["strace", "-o", self.log, *arguments, *target], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE)
        while b" attached" not in (line := self.process.stderr.readline()):
            check(line, "strace does not attach")
        # What is still in a system call is stopped there and begins it anew.
        time.sleep(0.02)

    @classmethod
    def works(cls, home):
        """Whether this user may trace an agent."""
        try:
            cls(home).close()
            return True
        except AssertionError:
            return False

    def close(self):
        if self.process.poll() is None:
            self.process.terminate()
        self.process.wait()
        self.process.stderr.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def text(self):
        with open(self.log) as log:
            return log.read()


class Call(collections.namedtuple("Call", "thread name number line")):
    """One system call of a recorded action: the `number`th of that name in that thread since strace came."""

    def __str__(self):
        return f"{self.name} {self.number} of {self.thread} ({self.line[:60]})"


def record(home, action, *arguments):
    """The system calls of `action`, in the order of their beginnings; threads are `loop` and `files`."""
    with Tracer(home, *arguments) as tracer:
        action()
        time.sleep(0.05)
        tracer.close()
        found, counts = [], collections.Counter()
        for line in tracer.text().splitlines():
            match = re.match(r"(\d+) +(\w+)\((.*)", line)
            if not match or match[2] == "restart_syscall":
                continue
            thread, name = int(match[1]), match[2]
            counts[thread, name] += 1
            found.append(Call(thread, name, counts[thread, name], match[3]))
    files = {call.thread for call in found if call.name == "renameat"}
    equal(len(files), 1, "threads that rename")
    role = {home.pid: "loop", files.pop(): "files"}
    # The calls in which strace found the threads are not part of the action.
    begun = next(index for index, call in enumerate(found) if call.thread == home.pid and call.name == "read")
    return [call._replace(thread=role[call.thread]) for call in found[begun:] if call.thread in role]


def is_hit(home, tracer, fault, outcome, attempt):
    """Whether a fault came to pass: strace says so, or the agent is dead."""
    if not fault.startswith("signal"):
        return "(INJECTED)" in tracer.text()
    try:
        # Who has closed the connection is ending; else the call is one behind the answer, or did not come.
        home.process.wait(PATIENCE if outcome is False else (0.5, 1, 3, 10)[attempt])
        return True
    except subprocess.TimeoutExpired:
        return False


def outcome_of(action):
    """`True` when it was acknowledged, `False` when the agent died first, or the refusal."""
    try:
        action()
        return True
    except Refused as error:
        return error
    except (Malformed, OSError):
        return False


def threads(home):
    """The ids of an agent's threads by what they do; workers are made in a fixed order."""
    ids = sorted(int(name) for name in os.listdir(f"/proc/{home.pid}/task"))
    equal(len(ids), 4, "threads")
    return dict(zip(("loop", "derivations", "files", "foreign"), ids))


def run_all(function, items, workers=3):
    """Calls `function` with each item, a few at a time; the first failure ends it."""
    pool = concurrent.futures.ThreadPoolExecutor(workers)
    try:
        for future in concurrent.futures.as_completed([pool.submit(function, item) for item in items]):
            future.result()
    finally:
        pool.shutdown(cancel_futures=True)
