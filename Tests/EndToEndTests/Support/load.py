"""A thousand connections: 500 send an octet a second, 100 never read, 100 send garbage, and 300 ask for codes.

    load.py [descriptors]       with fewer than 2048, 300 more dawdle: not everybody gets in

Everybody of the 300 gets right codes all the time, and afterwards descriptors and memory are as they were. With a
number, the agent may have only so many descriptors: it must go on, without spinning, and accept again afterwards.
"""

import random
import resource
import select
import sys

from protocol_client import *
from scratch import *

LIMIT = int(sys.argv[1]) if len(sys.argv) > 1 else 4096
FULL = LIMIT >= 2048
SECONDS = 12 if FULL else 8
SLOW, DEAF, NOISY, GOOD = 500 if FULL else 800, 100, 100, 300
# Codes that there must be: one for each of the good in a second, or a tenth of that. A busy machine gets longer.
ENOUGH = GOOD * SECONDS // (1 if FULL else 10)
GREETING = frame(HELLO, b"fob\0" + u16(1) + u16(1), 1)
keys = [os.urandom(20) for _ in range(20)]
random.seed(4711)
epoll = select.epoll()
clients = {}
counts = dict.fromkeys(("codes", "closed", "refused", "errors"), 0)
latencies = []


class Client:
    """A connection that connects again when it was closed."""

    def __init__(self):
        self.connect()

    def connect(self):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.setblocking(False)
        self.input, self.output, self.next = b"", b"", 0.0
        try:
            self.socket.connect(home.socket)
        except BlockingIOError:
            # The queue of the listener is full.
            self.socket.close()
            self.socket, self.next = None, time.monotonic() + 0.2
            return
        clients[self.socket.fileno()] = self
        epoll.register(self.socket, select.EPOLLIN)
        self.begin()

    def close(self):
        if self.socket:
            epoll.unregister(self.socket)
            del clients[self.socket.fileno()]
            self.socket.close()
            self.socket = None

    def again(self):
        counts["closed"] += 1
        self.close()
        self.next = time.monotonic() + 0.2

    def turn(self, now):
        if now >= self.next:
            self.next = now + 1
            self.act(now) if self.socket else self.connect()

    def write(self):
        try:
            while self.output and self.socket:
                self.output = self.output[self.socket.send(self.output):]
        except BlockingIOError:
            pass
        except OSError:
            self.again()

    def ready(self):
        try:
            data = self.socket.recv(65536)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            return self.again()
        self.input += data
        while found := split(self.input):
            id, type, body, self.input = found
            self.take(id, type, Body(body))

    def begin(self): pass
    def act(self, now): pass
    def take(self, id, type, body): pass


class Slow(Client):
    def begin(self):
        self.next = time.monotonic() + random.random()
        # Half of them have said HELLO and dawdle over a request that is announced to be large.
        if random.random() < 0.5:
            self.output = GREETING
            self.write()
            self.rest = frame(CODE, b"\0" * random.choice((20, 1000, 200_000)), 2)
        else:
            self.rest = GREETING

    def act(self, now):
        self.output, self.rest = self.rest[:1], self.rest[1:]
        self.write()


class Deaf(Client):
    def begin(self):
        epoll.modify(self.socket, 0)
        self.output = GREETING + b"".join(frame(LIST, u8(1) + u32(0), id) for id in range(2, 400)) * 10
        self.write()

    def act(self, now):
        self.write()


class Noisy(Client):
    def begin(self):
        self.next = 0

    def act(self, now):
        self.next = now + 0.3
        if random.random() < 0.5:
            self.output = random.randbytes(random.randint(1, 5000))
        else:
            self.output = GREETING + b"".join(
                frame(random.choice((0x04, 0x10, 0x11, 0x12, 0x13, 0x20, 0x21, 0x24, 0x30, 0x31, 0x40, 0x42, 0x77)),
                      random.randbytes(random.randint(0, 60)), id) for id in range(2, 12))
        self.write()

    def take(self, id, type, body):
        if type == ERROR:
            counts["errors"] += 1


class Good(Client):
    def begin(self):
        self.next = time.monotonic() + random.random()
        self.output, self.asked = GREETING, None
        self.write()

    def act(self, now):
        self.next = now + 0.25
        if self.asked is not None:
            return check(now < self.asked + PATIENCE, f"a code was not given within {PATIENCE} seconds")
        self.account, self.asked, self.asked_at = random.randrange(len(keys)), now, time.time()
        # Now and then in two parts, as a stream may be cut.
        request = frame(CODE, u8(0) + selector(f"Load/a{self.account:02}"), 7)
        self.output = request[:3]
        self.write()
        if self.socket:
            self.output = request[3:]
            self.write()

    def take(self, id, type, body):
        if id == 1:
            return
        if type != CODE_REPLY:
            raise AssertionError(f"instead of a code: {refusal(body.data)}")
        body.id()
        code, valid_from, valid_until = body.string(), body.u64(), body.u64()
        check(valid_from <= time.time() and self.asked_at < valid_until, "the time of a code")
        equal(code, totp(keys[self.account], valid_from), "a code")
        counts["codes"] += 1
        latencies.append(time.monotonic() - self.asked)
        self.asked = None

    def again(self):
        # With too few descriptors somebody is turned away at the door; nobody may be once he is in.
        check(not FULL, "somebody who behaves was turned away")
        counts["refused"] += 1
        super().again()


def limit():
    resource.setrlimit(resource.RLIMIT_NOFILE, (LIMIT, LIMIT))


try:
    resource.setrlimit(resource.RLIMIT_NOFILE, (4096, max(4096, resource.getrlimit(resource.RLIMIT_NOFILE)[1])))
except ValueError:
    skip("this process may not have 4096 descriptors")

with Home(preexec_fn=limit, readable=True) as home:
    pid = home.pid
    with home.connect() as agent:
        agent.initialize(PASSPHRASE)
        agent.ask(0x25)
        for index, key in enumerate(keys):
            agent.add("Load", f"a{index:02}", key)
        agent.commit()
        agent.accounts()
        until(lambda: status(agent)["connections"] == 1, "whoever looked whether the agent answers is gone")
        before = status(agent)
        before_descriptors = descriptors(pid)
    before_resident, before_cpu, begun = resident(pid), cpu_seconds(pid), time.monotonic()

    kinds = [Good] * GOOD + [Slow] * SLOW + [Deaf] * DEAF + [Noisy] * NOISY
    random.shuffle(kinds)
    everybody = []
    for kind in kinds:
        everybody.append(kind())
        time.sleep(0.0005)
    most = peak = 0
    sampled = 0.0
    # Those who send garbage are dropped and come again.
    house = before_descriptors + 1000 - NOISY if FULL else 0
    while (now := time.monotonic()) < begun + SECONDS or (
            (counts["codes"] <= ENOUGH or most < house) and now < begun + PATIENCE):
        for descriptor, mask in epoll.poll(0.02, 1024):
            if descriptor in clients and mask & (select.EPOLLIN | select.EPOLLHUP | select.EPOLLERR):
                clients[descriptor].ready()
        for client in everybody:
            client.turn(now)
        if now > sampled + 0.5:
            sampled, most, peak = now, max(most, descriptors(pid)), max(peak, resident(pid))
    spent, taken = cpu_seconds(pid) - before_cpu, time.monotonic() - begun
    for client in everybody:
        client.close()

    with home.connect() as agent:
        until(lambda: status(agent)["connections"] == 1, "all connections are gone")
        until(lambda: status(agent)["used"] == before["used"], f"{before['used']} octets of the arena in use")
        until(lambda: descriptors(pid) == before_descriptors, f"only {before_descriptors} descriptors are open")
        after = status(agent)
        equal(after["vault"], "unlocked", "the vault")
        equal(after["accounts"], len(keys), "accounts")
        grown = resident(pid) - before_resident
        check(grown < 3 << 10, f"resident memory has grown by {grown} KiB")
        check(after["reserved"] < before["reserved"] + (512 << 10), f"{after['reserved']} octets are locked")

        def is_idle():
            spent = cpu_seconds(pid)
            time.sleep(1)
            return cpu_seconds(pid) - spent < 0.1

        until(is_idle, "the agent rests when nobody asks")
    latencies.sort()
    check(counts["codes"] > ENOUGH, f"so few codes: {counts}")
    if FULL:
        check(most >= house, f"only {most} descriptors were in use")
    else:
        check(most <= LIMIT, f"{most} descriptors")
        # It was overrun for the whole time; turning people away must not take all of a processor.
        check(spent < 0.6 * taken, f"{spent} s of processor time in {taken:.1f} s")
    equal(home.stop(), 0, "the agent's status")
print(f"{most} descriptors; {counts}; a code in {latencies[len(latencies) // 2] * 1000:.1f} ms (half of them), "
      f"{latencies[-1] * 1000:.0f} ms (slowest), client included; {spent:.1f} s of processor time in {taken:.1f} s; "
      f"resident {before_resident} KiB before, {peak} at most, {before_resident + grown} after; "
      f"arena {before['used']} in use before and after, {after['reserved'] >> 10} KiB reserved")
