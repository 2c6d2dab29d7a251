"""What requests cost the agent, counted in system calls: of a caller whose code is only counted nothing is read that is for
people, and the start waits for no other process.

    costs.py
"""

import re

from scratch import *

need("strace")
CODES = 20
log = tempfile.mktemp(prefix="fob-trace-")
atexit.register(lambda: os.path.exists(log) and os.remove(log))


def calls(home):
    """The agent's own calls so far, without those of its broker and its workers: (name, line)."""
    with open(log) as lines:
        found = [line.split(" ", 1) for line in lines]
    return [(re.match(r"\w+", line.strip())[0], line.strip()) for pid, line in found
            if int(pid) == home.pid and re.match(r"\w+\(", line.strip())]


home = Home(prefix=["strace", "-f", "-qq", "-o", log], readable=True).start()
start = calls(home)
first_reply = next(index for index, (name, line) in enumerate(start) if name == "epoll_wait")
# Of the broker nothing is asked before a line or a question needs it; an answer comes by recvmsg.
equal([line for name, line in start[:first_reply] if name == "recvmsg"], [], "waits for another process at the start")
print(f"{first_reply} calls from the start of the program to the first wait for a client")

with home.connect() as agent:
    agent.initialize(PASSPHRASE)
    agent.add("Example", "user", b"12345678901234567890")


def code():
    subprocess.run([os.path.join(BIN, "fob"), "code", "Example/user"], env=home.environment, check=True,
                   stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL, timeout=PATIENCE)


def closed(count):
    """The agent's calls once it has closed so many more connections and waits again; None before that."""
    found = calls(home)
    ended = [index for index, (name, line) in enumerate(found) if name == "epoll_ctl" and "_DEL" in line]
    if len(ended) < connections + count or "epoll_wait" not in [name for name, _ in found[ended[-1]:]]:
        return None
    return found


connections = sum("EPOLL_CTL_DEL" in line for _, line in calls(home))
code()
before = until(lambda: closed(1), "the agent waits")
for _ in range(CODES):
    code()
made = until(lambda: closed(1 + CODES), "the agent waits again")[len(before):]
names = [name for name, _ in made]
files = [line for name, line in made if name in ("openat", "open", "readlink", "readlinkat")]
equal(len(files), CODES, f"files that are opened for {CODES} codes: {files[:3]}")
check(all(re.search(r'"/proc/\d+/stat"', line) for line in files), f"what is opened: {files[:3]}")
equal([line for name, line in made if name in ("recvmsg", "sendmsg")], [], "questions to the broker")
replies = [line for name, line in made if name == "sendto"]
equal(len(replies), CODES, f"calls that send {CODES} welcomes and codes: {replies[:3]}")
each = len(made) / CODES
# accept4 twice, the peer twice, epoll_ctl twice, epoll_wait twice or three times, read twice, the caller's file in three, whether it
# lives, sendto, close twice.
check(each <= 19, f"{each} calls for each code: {names[:40]}")
home.stop()
print(f"{each:.1f} calls of the agent for each `fob code`, {len(files) / CODES:.0f} of them opens a file")
