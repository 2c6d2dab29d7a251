"""What locks, what that tells subscribers, and what an end saves first."""

import resource

from protocol_client import *
from scratch import *

LOCKED, UNLOCKED, CHANGED, ASKED, ANSWERED = 0xE0, 0xE1, 0xE2, 0xE3, 0xE4
KEY = os.urandom(20)


def new(name):
    return string("Lock") + string(name) + u8(1) + u8(1) + u8(6) + u32(30) + u64(0) + u64(0) + string("") + u16(0) + u8(0) \
        + u32(0) + NOTHING_MORE + octets(os.urandom(20)) + u16(0)


class Listener:
    """A connection that has subscribed."""

    def __init__(self, mask=31):
        self.agent = home.connect()
        self.agent.subscribe(mask)

    def next(self):
        if self.agent.events:
            return self.agent.events.pop(0)
        self.agent.socket.settimeout(PATIENCE)
        id, type, body = self.agent.receive()
        equal(id, 0, "the id of an event")
        return type, body

    def expect(self, *events):
        for type, body in events:
            found = self.next()
            if body is None:
                found = (found[0], None)
            equal(found, (type, body), "an event")


GREETING = frame(HELLO, b"fob\0" + u16(1) + u16(1), 1)
try:
    resource.setrlimit(resource.RLIMIT_NOFILE, (4096, max(4096, resource.getrlimit(resource.RLIMIT_NOFILE)[1])))
except ValueError:
    skip("this process may not have 4096 descriptors")

with Home() as home:
    agent = home.connect()
    everything, locks, nothing = Listener(), Listener(1), Listener(0)
    agent.initialize(PASSPHRASE)
    # The one that is woken by a change of its own making, too.
    everything.expect((UNLOCKED, b""), (CHANGED, None))
    agent.add("Lock", "a", KEY)
    everything.expect((CHANGED, None))

    for action, reason in ((agent.lock, 0), (lambda: os.kill(home.pid, signal.SIGUSR1), 3)):
        action()
        everything.expect((LOCKED, u8(reason)))
        locks.expect((LOCKED, u8(reason)))
        refused(2, lambda: agent.code("Lock/a"), "a code while locked")
        refused(2, lambda: agent.accounts(), "a list while locked")
        refused(2, lambda: agent.ask(0x13, selector("Lock/a")), "a note while locked")
        refused(2, lambda: agent.ask(0x07), "the settings while locked")
        refused(2, lambda: agent.ask(0x30, u8(0) + u16(0) + u16(0)), "an export while locked")
        equal((status(agent)["accounts"], status(agent)["vault"]), (0, "locked"), "the status")
        agent.unlock(PASSPHRASE)
        everything.expect((UNLOCKED, b""))

    # A lock ends what was staged, withdraws questions and grants, and drops exports.
    agent.ask(0x25)
    agent.add("Lock", "staged", os.urandom(20))
    with home.connect() as other:
        other.lock()
        other.unlock(PASSPHRASE)
        equal(len(other.accounts()), 1, "accounts after a lock in a transaction")
    refused(64, lambda: agent.commit(), "COMMIT after a lock")
    everything.expect((LOCKED, u8(0)), (UNLOCKED, b""))

    # LOCK while a derivation runs is answered once no worker has a secret in hand; the UNLOCK does not open it.
    agent.lock()
    everything.expect((LOCKED, u8(0)))
    with home.connect() as other:
        # In one write, so that the derivation cannot be over before the LOCK is there.
        one, two = other.last_id + 1, other.last_id + 2
        other.last_id = two
        other.socket.sendall(frame(UNLOCK, u8(1) + octets(PASSPHRASE), one) + frame(LOCK, b"", two))
        equal(refusal(other.wait(one)[1]).code, 2, "an UNLOCK that a LOCK overtook")
        equal(other.wait(two)[0], OK, "that LOCK")
        equal(status(other)["vault"], "locked", "the vault")
    agent.unlock(PASSPHRASE)
    everything.expect((UNLOCKED, b""))

    # The shortest idle time: 10 seconds after the last use, and looking at STATUS is none.
    agent.ask(0x08, u32(10) + u32(28_800))
    everything.expect((CHANGED, None))
    time.sleep(2)
    asked = time.monotonic()
    agent.code("Lock/a")
    answered = time.monotonic()
    for _ in range(4):
        time.sleep(1)
        before = time.monotonic()
        found = status(agent)
        if found["vault"] == "locked":
            break
        # Counted from some moment of the code's request to some moment of this one, and rounded up.
        least, most = 9.99 - (time.monotonic() - asked), 11.01 - (before - answered)
        check(least <= found["idle"] <= most, f"{found['idle']} s left of 10 after {before - answered:.2f} s")
    found = everything.next()
    idle = time.monotonic() - asked
    equal(found, (LOCKED, u8(1)), "the event of the idle lock")
    check(idle > 9.99, f"locked after {idle:.2f} s instead of 10")
    locks.expect((LOCKED, u8(0)), (LOCKED, u8(0)), (LOCKED, u8(1)))

    # The absolute time counts from the unlock, however much the vault is used.
    begun = time.monotonic()
    agent.unlock(PASSPHRASE)
    agent.ask(0x08, u32(10) + u32(10))
    everything.expect((UNLOCKED, b""), (CHANGED, None))
    # A full house of clients who say nothing must not keep it from locking, nor keep the agent busy.
    ready, go = os.pipe(), os.pipe()

    def crowd():
        all = []
        while len(all) < 1040:
            one = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            one.connect(home.socket)
            one.send(GREETING)
            all.append(one)
        os.write(ready[1], b"r")
        os.read(go[0], 1)

    crowd = apart(crowd)
    os.read(ready[0], 1)
    busy, absolute = cpu_seconds(home.pid), None
    while absolute is None:
        check(time.monotonic() < begun + PATIENCE, "no absolute lock")
        try:
            agent.code("Lock/a")
            time.sleep(0.05)
        except Refused as error:
            equal(error.code, 2, "a code after the absolute time")
            absolute = time.monotonic() - begun
    check(absolute > 9.99, f"locked after {absolute:.2f} s instead of 10")
    everything.expect((LOCKED, u8(2)))
    busy = cpu_seconds(home.pid) - busy
    check(busy < 3, f"{busy:.1f} s of processor time in {absolute:.0f} s with a full house that is silent")
    crowded = until(lambda: (count := status(agent)["connections"]) >= 1000 and count, "the house is full")
    os.write(go[1], b"g")
    joined(crowd, "the crowd")
    until(lambda: status(agent)["connections"] < 10, "the crowd has gone")
    with home.connect():
        pass
    nothing.agent.socket.settimeout(0)
    try:
        nothing.agent.receive()
        raise AssertionError("an event came to somebody who wants none")
    except BlockingIOError:
        pass
    agent.unlock(PASSPHRASE)

# SIGTERM in the middle of changes: what was acknowledged is there, what is refused is not needed.
rounds, acknowledged, asked = 12, 0, 0
for round in range(rounds):
    with Home() as home:
        with home.connect() as agent:
            agent.initialize(PASSPHRASE)
            watcher = home.connect()
            watcher.subscribe(1)
            names = {agent.send(ADD, new(f"n{index:03}")): f"n{index:03}" for index in range(60)}
            if round % 3 == 0:
                names |= {agent.send(ADD, new(f"m{index:03}")): f"m{index:03}" for index in range(40)}
            kept = []
            # Some are waited for, so that the signal meets a save in flight.
            for id in list(names)[:round * 4]:
                if agent.wait(id)[0] == 0xA0:
                    kept.append(names.pop(id))
            os.kill(home.pid, signal.SIGTERM)
            try:
                while names:
                    id = next(iter(names))
                    type, _ = agent.wait(id)
                    name = names.pop(id)
                    if type == 0xA0:
                        kept.append(name)
            except (Malformed, ConnectionResetError):
                kept += [names[id] for id, (type, _) in agent.replies.items() if id in names and type == 0xA0]
            equal(home.process.wait(PATIENCE), 0, "the status after SIGTERM")
            while True:
                _, type, body = watcher.receive()
                if type == LOCKED:
                    break
            equal(body, u8(4), "the reason of the last lock")
            check(not os.path.exists(home.socket), "the socket is still there")
        with home.start().connect() as agent:
            agent.unlock(PASSPHRASE)
            there = {account["name"] for account in agent.accounts()}
            lost = set(kept) - there
            check(not lost, f"acknowledged and lost: {sorted(lost)}")
            acknowledged, asked = acknowledged + len(kept), asked + len(kept) + len(names)
        home.stop()
check(acknowledged > 0, "no change was acknowledged before an end")
print(f"idle lock after {idle:.2f} s, absolute lock after {absolute:.2f} s with {crowded} "
      f"connections ({busy:.2f} s of processor time); {rounds} ends in the middle of saves: "
      f"all of {acknowledged} acknowledged changes are there")
