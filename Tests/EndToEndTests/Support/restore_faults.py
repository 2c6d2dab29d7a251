"""A restore is whole or absent, whatever system call of it kills the agent or fails; and what was there before it too.

    restore_faults.py

A restore into a machine without a vault, and one into a vault with accounts, are recorded under strace; on copies of
the home, system calls of the thread that writes files kill the agent, or fail. A sample, all with FOB_FULL=1.
"""

import random

from faults import *

need("strace")
OLD = [f"old {number}" for number in range(6)]
MANY = [f"many {number}" for number in range(40)]
figures, missed = collections.Counter(), []


def backup():
    with Home().start() as home:
        with home.connect() as agent:
            agent.initialize(PASSPHRASE)
            agent.begin()
            for name in MANY:
                agent.add("", name, key_of(name))
            agent.commit()
        return vault_of(home)


class Into:
    """A restore into a vault that is there, or into none."""

    def __init__(self, base):
        self.base = base
        self.name = "into a vault" if base else "into an empty machine"
        self.old = OLD if base else []

    def home(self):
        return copy_of(self.base, *VISIBLE) if self.base else Home(*VISIBLE)

    def prepare(self, home):
        agent = opened(home) if self.base else home.connect()
        agent.begin_restore(sealed)
        agent.open_restore(PASSPHRASE)
        return agent

    def run(self, agent):
        return outcome_of(agent.commit_restore)

    def look(self, home, outcome, what):
        with home.start().connect() as agent:
            if agent.welcome["vault"] == "none":
                check(not self.base and outcome is not True, f"{what}: the vault is lost")
                figures["absent"] += 1
                # The same again, as its owner would do.
                agent.begin_restore(sealed)
                agent.open_restore(PASSPHRASE)
                agent.commit_restore()
                check_accounts(agent, MANY, what)
            else:
                agent.unlock(PASSPHRASE)
                found = check_accounts(agent, self.old, what, maybe=MANY) - set(OLD)
                check(len(found) in (0, len(MANY)), f"{what}: {len(found)} of {len(MANY)} accounts are there")
                if outcome is not False:
                    equal(len(found) > 0, outcome is True, f"{what}: whether the accounts are there")
                if found:
                    equal(agent.undo_import()["removed"], len(MANY), f"{what}: the undo")
                figures["whole" if found else "absent"] += 1
                check_accounts(agent, self.old, f"{what}, afterwards")
        equal(home.stop(), 0, f"{what}: the agent's end")
        check_chain(home, what)


def trial(action, call, fault):
    what = f"{action.name}, {fault} in {call}"
    for attempt in range(4):
        home = action.home().start()
        agent = action.prepare(home)
        tracer = Tracer(home, "-e", f"inject={call.name}:{fault}:when={call.number}", thread=threads(home)["files"])
        outcome = action.run(agent)
        hit = is_hit(home, tracer, fault, outcome, attempt)
        tracer.close()
        agent.close()
        if hit:
            if fault != "signal=KILL":
                check(outcome is not False, f"{what}: the agent closed the connection")
                if outcome is not True:
                    equal(outcome.code, 74, f"{what}: {outcome.message}")
                figures["failed"] += 1
            else:
                check(not isinstance(outcome, Refused), f"{what}: was refused: {outcome}")
                figures["killed"] += 1
            home.kill()
            action.look(home, outcome, what)
            home.remove()
            return
        home.remove()
    missed.append(what)


with Home(*VISIBLE) as home:
    if not Tracer.works(home):
        skip("strace may not trace an agent here")
sealed = backup()
base = Home(*VISIBLE)
with base.start().connect() as agent:
    agent.initialize(PASSPHRASE)
    for name in OLD:
        agent.add("", name, key_of(name))
equal(base.stop(), 0, "the agent's end")
chance, trials = random.Random(4), []
for action in (Into(base), Into(None)):
    with action.home().start() as home:
        agent = action.prepare(home)
        calls = record(home, lambda: equal(action.run(agent), True, f"{action.name} while recorded"))
        agent.close()
    calls = [call for call in calls if call.thread == "files"]
    disk = [call for call in calls if call.name in FILE_CALLS and "\\1\\0\\0\\0\\0\\0\\0\\0" not in call.line]
    check(len(disk) > 15, f"a save of {len(disk)} system calls")
    # Those at which something becomes lasting are always among them.
    turning = [call for call in disk if call.name in ("renameat", "fsync", "linkat")]
    rest = [call for call in calls if call not in turning]
    killed = calls if FULL else turning + chance.sample(rest, min(8, len(rest)))
    failed = disk if FULL else turning + chance.sample([call for call in disk if call not in turning], 4)
    trials += [lambda action=action, call=call: trial(action, call, "signal=KILL") for call in killed]
    trials += [lambda action=action, call=call, error=error: trial(action, call, f"error={error}")
               for call in failed for error in (("ENOSPC", "EIO") if FULL else (chance.choice(("ENOSPC", "EIO")),))]
    figures["system calls"] += len(calls)
run_all(lambda one: one(), trials)
check(len(missed) <= max(1, len(trials) // 20), f"calls that did not come again: {missed}")
print(", ".join(f"{name} {figures[name]}" for name in figures), f"missed {len(missed)}")
