"""Nothing that was acknowledged is lost, whatever system call of a save kills the agent or fails.

A save is recorded under strace; then, on copies of one home, each of its system calls kills the agent, fails with
ENOSPC, and fails with EIO. With FOB_FULL=1 the same with disks that are broken from some call on, on file systems
without hard links, and for the saves of `init`, `passphrase` and a transaction.
"""

import random
import re

from faults import *

need("strace")
OLD = [f"old {number}" for number in range(12)]


def template():
    """A home with enough saves that each further one drops an old generation."""
    home = Home(*VISIBLE)
    with home.start().connect() as agent:
        agent.initialize(PASSPHRASE)
        for name in OLD:
            agent.add("", name, key_of(name))
    equal(home.stop(), 0, "the agent's end")
    return home


def try_add(agent, name):
    return outcome_of(lambda: agent.add("", name, key_of(name)))


class Action:
    """What is saved, how to do it, and how to look afterwards whether it is there."""

    name = "add"
    # More of strace's arguments, in each trial and while recorded.
    always = ()

    def __init__(self, base):
        self.base = base

    def prepare(self, home):
        return opened(home)

    def run(self, agent):
        return try_add(agent, "new")

    def look(self, home, outcome, what):
        """Opens the vault in a new agent and checks it; `outcome` as of `run`."""
        with opened(home.start()) as agent:
            found = check_accounts(agent, OLD, what, maybe=["new"])
            if outcome is True:
                check("new" in found, f"{what}: an acknowledged account is lost")
            elif isinstance(outcome, Refused):
                check("new" not in found, f"{what}: a refused account is there")
            equal(status(agent)["warnings"], [], f"{what}: warnings afterwards")
            equal(try_add(agent, "next"), True, f"{what}: the next save")
        names = os.listdir(home.path) + os.listdir(os.path.join(home.path, "generations"))
        equal([name for name in names if name.startswith(".")], [], f"{what}: left behind")
        equal(home.stop(), 0, f"{what}: the agent's end")
        check_chain(home, what)


class Unlinked(Action):
    """The file system has no hard links: old generations are copied."""

    name = "add without links"
    always = ("-e", "inject=linkat:error=EPERM")


class Initialize(Action):
    name = "init"

    def prepare(self, home):
        return home.connect()

    def run(self, agent):
        return outcome_of(lambda: agent.initialize(PASSPHRASE))

    def look(self, home, outcome, what):
        with home.start().connect() as agent:
            if agent.welcome["vault"] == "none":
                check(outcome is not True, f"{what}: an acknowledged vault is lost")
                agent.initialize(PASSPHRASE)
            else:
                check(not isinstance(outcome, Refused), f"{what}: a refused vault is there")
                agent.unlock(PASSPHRASE)
            equal(try_add(agent, "next"), True, f"{what}: the next save")
            check_accounts(agent, ["next"], what)
        equal(home.stop(), 0, f"{what}: the agent's end")


class Commit(Action):
    name = "commit"
    MANY = [f"many {number}" for number in range(20)]

    def prepare(self, home):
        agent = opened(home)
        agent.ask(0x25).end()
        for name in self.MANY:
            equal(try_add(agent, name), True, f"staging {name}")
        return agent

    def run(self, agent):
        return outcome_of(agent.commit)

    def look(self, home, outcome, what):
        with opened(home.start()) as agent:
            found = check_accounts(agent, OLD, what, maybe=self.MANY) - set(OLD)
            check(len(found) in (0, len(self.MANY)), f"{what}: {len(found)} of {len(self.MANY)} accounts are there")
            if outcome is not False:
                equal(len(found) > 0, outcome is True, f"{what}: whether the accounts are there")
            equal(try_add(agent, "next"), True, f"{what}: the next save")
        equal(home.stop(), 0, f"{what}: the agent's end")


class Passphrase(Action):
    name = "passphrase"
    NEW = b"another passphrase 77"

    def run(self, agent):
        body = protocol_client.octets(PASSPHRASE) + protocol_client.octets(self.NEW)
        return outcome_of(lambda: agent.ask(0x06, body).end())

    def look(self, home, outcome, what):
        works = []
        with home.start().connect() as agent:
            for passphrase in (PASSPHRASE, self.NEW):
                try:
                    agent.unlock(passphrase)
                    works.append(passphrase)
                    check_accounts(agent, OLD, what)
                    agent.lock()
                except Refused as error:
                    equal(error.code, 77, f"{what}: a passphrase that does not fit")
        equal(len(works), 1, f"{what}: passphrases that fit")
        if outcome is not False:
            equal(works[0] == self.NEW, outcome is True, f"{what}: which passphrase fits")
        equal(home.stop(), 0, f"{what}: the agent's end")


def inject(action, call, fault):
    """Does the action in a new agent with the fault at the call. Returns the home, whose agent is still there unless it
    was killed, the connection and the outcome."""
    for attempt in range(4):
        home = copy_of(action.base, *VISIBLE) if action.base else Home(*VISIBLE)
        agent = action.prepare(home.start())
        if action.base:
            agent.subscribe(4)
            home.revision = status(agent)["revision"]
        before = vault_of(home) if action.base else b""
        tracer = Tracer(home, "-e", f"inject={call.name}:{fault}", *action.always, thread=threads(home)[call.thread])
        outcome = action.run(agent)
        hit = is_hit(home, tracer, fault, outcome, attempt)
        tracer.close()
        if hit:
            return home, agent, before, outcome
        # Threads that wait may wake once more or less while strace comes.
        agent.close()
        home.remove()
    return None


def killed(action, call):
    what = f"{action.name}, killed in {call}"
    if (made := inject(action, call, f"signal=KILL:when={call.number}")) is None:
        return missed.append(what)
    home, agent, _, outcome = made
    check(not isinstance(outcome, Refused), f"{what}: was refused: {outcome}")
    agent.close()
    action.look(home, outcome, what)
    figures["killed"] += 1
    figures["acknowledged before"] += outcome is True
    home.remove()


def failed(action, call, error, when=""):
    what = f"{action.name}, {error}{when} in {call}"
    if (made := inject(action, call, f"error={error}:when={call.number}{when}")) is None:
        return missed.append(what)
    home, agent, before, outcome = made
    check(outcome is not False, f"{what}: the agent closed the connection")
    if outcome is not True:
        equal(outcome.code, 74, f"{what}: {outcome.message}")
        check(outcome.remedy != "", f"{what}: no remedy")
        if action.base:
            equal(vault_of(home) == before, True, f"{what}: the vault is as it was")
            check(any("could not be saved" in line for line in status(agent)["warnings"]), f"{what}: no warning")
            # Who has listed the change before it failed is told that it is gone; no number stands for both.
            told = [protocol_client.Body(body).u64() for type, body in agent.events if type == 0xE2]
            equal(told[-1:], [status(agent)["revision"]], f"{what}: the revision that was told")
            check(told[-1] > home.revision + 1, f"{what}: revision {told[-1]} after {home.revision}")
        figures["refused"] += 1
    figures["failed"] += 1
    agent.close()
    if action.name.startswith("add"):
        # The same agent goes on.
        with home.connect() as other:
            check_accounts(other, OLD + ["new"] * (outcome is True), what)
            equal(try_add(other, "old 0"), True, f"{what}: the same account again")
            equal(try_add(other, "after"), True, f"{what}: the next change")
            equal(status(other)["warnings"], [], f"{what}: warnings after the next change")
            other.ask(0x22, protocol_client.selector("after")).end()
    home.kill()
    action.look(home, outcome, what)
    home.remove()


def lies(action, calls):
    """The disk says that it has written, and has not: the save reads back and notices."""
    for call in (call for call in calls if call.thread == "files" and call.name == "write" and "age-enc" in call.line):
        what = f"{action.name}, unwritten in {call}"
        # A line that strace has cut in two tells the size only.
        size = int(re.search(r", (\d+)(\)| <unfinished)", call.line)[1])
        home, agent, before, outcome = inject(action, call, f"retval={size}:when={call.number}")
        check(isinstance(outcome, Refused), f"{what}: acknowledged")
        equal(outcome.code, 74, what)
        equal(vault_of(home) == before, True, f"{what}: the vault is as it was")
        agent.close()
        home.kill()
        action.look(home, outcome, what)
        figures["unwritten"] += 1
        home.remove()


def under_load(base, rounds, seed):
    """Kills at random times while ADDs and codes of a counter are in flight."""
    chance = random.Random(seed)
    home = copy_of(base, *VISIBLE)
    secret, counters, kept, number = key_of("counter"), set(), set(OLD), 0
    with opened(home.start()) as agent:
        agent.add("", "counter", secret, kind="hotp")
    for _ in range(rounds):
        agent = home.connect()
        agent.unlock(PASSPHRASE)
        killer = threading.Timer(chance.uniform(0, 0.25), lambda: os.kill(home.pid, signal.SIGKILL))
        killer.start()
        sent, answered = {}, 0
        try:
            while True:
                while len(sent) - answered < 24:
                    if len(sent) % 2:
                        name = f"load {number}"
                        number += 1
                        id = agent.send(protocol_client.ADD, new_account(name))
                        sent[id] = name
                    else:
                        sent[agent.send(protocol_client.CODE, u8(0) + protocol_client.selector("counter"))] = None
                id, type, body = agent.receive()
                answered += 1
                check(type in (protocol_client.CODE_REPLY, protocol_client.ADDED), f"a reply of type {type:#x}: {body}")
                if sent[id]:
                    kept.add(sent[id])
                    continue
                reply = protocol_client.Body(body)
                reply.id()
                code, counter = reply.string(), (reply.u64(), reply.u64(), reply.u64())[2]
                equal(code, hotp(secret, counter), f"the code of counter {counter}")
                check(counter not in counters, f"counter {counter} was used twice")
                counters.add(counter)
        except (Malformed, OSError):
            pass
        killer.join()
        home.process.wait()
        agent.close()
        with opened(home.start()) as agent:
            found = {account["name"]: account for account in agent.accounts()}
            check(kept <= set(found), f"lost: {kept - set(found)}")
            check(found["counter"]["counter"] > max(counters, default=-1), "the counter went back")
            # What was sent and not answered may be there.
            check(all(name in kept or name.startswith("load ") for name in found if name != "counter"), "strangers")
            kept |= set(found) - {"counter"}
            equal(status(agent)["warnings"], [], "warnings")
        check_chain(home, "under load")
    home.kill()
    figures["kills under load"] += rounds
    figures["accounts"], figures["counters"] = len(kept), len(counters)
    home.remove()


def new_account(name):
    return (string("") + string(name) + u8(1) + u8(1) + u8(6) + u32(30) + u64(0) + u64(0) + string("") + u16(0) + u8(0)
            + u32(0) + protocol_client.NOTHING_MORE + protocol_client.octets(key_of(name)) + u16(0))


u8, u16, u32, u64, string = (getattr(protocol_client, name) for name in ("u8", "u16", "u32", "u64", "string"))
figures, missed = collections.Counter(), []
with Home(*VISIBLE) as home:
    if not Tracer.works(home):
        skip("strace may not trace an agent here")
base = template()
actions = [Action(base)] + ([Unlinked(base), Initialize(None), Commit(base), Passphrase(base)] if FULL else [])
trials = []
for action in actions:
    recorded = []
    for _ in range(3):
        with (copy_of(action.base, *VISIBLE) if action.base else Home(*VISIBLE)) as home:
            agent = action.prepare(home)
            recorded.append(record(
                home, lambda: equal(action.run(agent), True, f"{action.name} while recorded"), *action.always))
            agent.close()
    # On a busy machine the loop may turn once more: the shortest is what comes each time.
    calls = min(recorded, key=len)
    if action.name == "passphrase":
        # The derivation's timing decides how often the loop waits: only the save is the same each time.
        calls = [call for call in calls if call.thread == "files"]
    calls = [call for call in calls if not (call.name == "linkat" and action.always)]
    on_files = [call for call in calls if call.thread == "files"]
    check(len(on_files) > 20, f"a save of {len(on_files)} system calls")
    # The bell between the threads is not a file.
    disk = [call for call in on_files if call.name in FILE_CALLS and "\\1\\0\\0\\0\\0\\0\\0\\0" not in call.line]
    audit = [call for call in calls if call.thread == "loop" and call.name == "write" and "account.add" in call.line]
    trials += [lambda action=action, call=call: killed(action, call) for call in calls]
    for call in disk + audit:
        for error in ("ENOSPC", "EIO"):
            trials.append(lambda action=action, call=call, error=error: failed(action, call, error))
    if FULL:
        # A disk that is broken from then on; not for writes, because the bell between the threads is one.
        trials += [lambda action=action, call=call: failed(action, call, "EIO", "+")
                   for call in disk if call.name != "write"]
    if action.name == "add":
        lies(action, calls)
        trials.append(lambda: under_load(base, 200 if FULL else 20, 31))
    figures["system calls"] += len(calls)
run_all(lambda trial: trial(), trials)
base.remove()
check(len(missed) <= len(trials) // 50, f"calls that did not come again: {missed}")
print(", ".join(f"{name} {figures[name]}" for name in figures), f"missed {len(missed)}")
