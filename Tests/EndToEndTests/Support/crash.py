"""Crashes of an agent that is unlocked: nothing is printed, nothing is dumped."""

import resource

from memory import Needles
from scratch import *

needles = Needles()
keys = [os.urandom(20) for _ in range(50)]
for index, key in enumerate(keys):
    needles.add(f"key {index}", key)
needles.add("the passphrase", PASSPHRASE)


def unlimited():
    # The agent has to take the limit away by itself.
    try:
        resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    except ValueError:
        pass


scratch = tempfile.mkdtemp(prefix="fob-")
atexit.register(shutil.rmtree, scratch, True)
with open("/proc/sys/kernel/core_pattern") as line:
    pattern = line.read().strip()
sizes = []
for number in (signal.SIGSEGV, signal.SIGABRT, signal.SIGILL, signal.SIGTRAP, signal.SIGBUS, signal.SIGFPE):
    # Swift's runtime would run this program when it crashes, and let it read all memory.
    reporter = os.path.join(scratch, f"reporter-{number}")
    with open(reporter, "w") as script:
        script.write(f"#!/bin/sh\necho ran > {reporter}-ran\n")
    os.chmod(reporter, 0o700)
    home = Home(preexec_fn=unlimited, environment={"SWIFT_BACKTRACE": f"enable=yes,swift-backtrace={reporter}"})
    home.options["cwd"] = home.path
    with home:
        with home.connect() as agent:
            agent.initialize(PASSPHRASE)
            agent.ask(0x25)
            for index, key in enumerate(keys):
                agent.add("Crash", f"a{index}", key)
            agent.commit()
            agent.code("Crash/a7")
            before = set(os.listdir(home.path))
            equal(home.stop(number), -number, f"the status after {number.name}")
        check(not os.path.exists(f"{reporter}-ran"), f"a crash by {number.name} runs a program")
        said = home.said()
        sizes.append(len(said))
        for octets, name in needles.forms.items():
            check(octets not in said.encode(errors="replace"), f"{name} stands in what was printed")
        for word in ("backtrace", "Backtrace", "Registers", "Crash/", "Thread 0"):
            check(word not in said, f"a crash by {number.name} prints a report:\n{said}")
        after = set(os.listdir(home.path))
        check(after <= before, f"a crash by {number.name} leaves {after - before}")
        for name in after:
            path = os.path.join(home.path, name)
            if os.path.isfile(path):
                with open(path, "rb") as file:
                    data = file.read()
                for octets, what in needles.forms.items():
                    check(octets not in data, f"{what} stands in {name}")
        with home.start().connect() as agent:
            agent.unlock(PASSPHRASE)
            equal(len(agent.accounts()), len(keys), "accounts after the crash")
print(f"6 signals, printed octets {sizes}, no file left behind (core_pattern is {pattern!r})")
