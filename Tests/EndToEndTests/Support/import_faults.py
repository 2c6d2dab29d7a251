"""`fob import` when something dies: the converter, in every way, and the agent while everything is being saved.

    import_faults.py
"""

import random

from imports import *

home = Home().start()
with home.connect() as agent:
    agent.initialize(PASSPHRASE)
    agent.add("First", "one", b"1" * 20)
path = aegis(home, [entry(f"Service {n}", f"user{n}") for n in range(200)])
with open(path, "rb") as file:
    whole = file.read()


def half():
    """An import that has half of its file."""
    line, options = command(home, "import", "-")
    process = subprocess.Popen(
        line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)
    process.stdin.write(whole[:len(whole) // 2])
    process.stdin.flush()
    return process, child(process, "fob-convert")


def ended(process, wanted, what):
    out, err = process.communicate(timeout=60)
    equal(process.returncode, wanted, f"{what}: {out!r} {err!r}")
    equal(names(home), ["First/one"], f"accounts after {what}")
    return err.decode()


# The converter is killed, crashes, is stopped.
for number, what in [(signal.SIGKILL, "signal 9"), (signal.SIGSEGV, "signal 11"), (signal.SIGXCPU, "signal 24")]:
    process, converter = half()
    os.kill(converter, number)
    check(what in ended(process, 13, what), f"the error does not tell of {what}")
process, converter = half()
os.kill(converter, signal.SIGSTOP)
check("stopped" in ended(process, 13, "a converter that is stopped"), "the error does not tell")
equal(os.path.exists(f"/proc/{converter}"), False, "the stopped converter is there still")

# fob itself is killed: no converter is left, and nothing is staged.
process, converter = half()
process.kill()
process.communicate()
until(lambda: not os.path.exists(f"/proc/{converter}"), "the converter ends with fob")
equal(names(home), ["First/one"], "accounts after fob was killed")

# There is no converter, or it is another program.
for name, text in [("none", None), ("liar", "#!/bin/sh\nexec cat\n"), ("mute", "#!/bin/sh\nexec true\n")]:
    place = os.path.join(home.path, name)
    os.mkdir(place)
    for program in (FOB, FOB + "-main"):
        shutil.copy(program, place)
    if text:
        with open(place + "/fob-convert", "w") as file:
            file.write(text)
        os.chmod(place + "/fob-convert", 0o755)
    line, options = command(home, "import", path)
    done = subprocess.run([place + "/fob", *line[1:]], capture_output=True, timeout=60, **options)
    equal(done.returncode, 13 if text else 71, f"a converter that is {name}: {done.stderr!r}")
    equal(names(home), ["First/one"], f"accounts after a converter that is {name}")

# The agent is killed while it takes an import in: all of it is there afterwards, or nothing.
rounds = {"all": 0, "none": 0}
random.seed(7)
for attempt in range(10):
    line, options = command(home, "import", path)
    process = subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)
    # The table is shown when all is staged; COMMIT follows.
    process.stdout.readline()
    time.sleep(random.uniform(0, 0.02) if attempt else 0)
    os.kill(home.pid, signal.SIGKILL)
    process.communicate(timeout=60)
    home.kill()
    home.start()
    with home.connect() as agent:
        agent.unlock(PASSPHRASE)
        count = status(agent)["accounts"]
        check(count in (1, 201), f"{count} accounts after the agent was killed")
        check(process.returncode != 0 or count == 201, "an import that was told to be done is not there")
        rounds["all" if count == 201 else "none"] += 1
        if count == 201:
            equal(agent.undo_import()["removed"], 200, "accounts that were undone")
        # What is in the trash is no account of the next round.
        equal(status(agent)["accounts"], 1, "accounts after the undo")
print(f"the agent killed in 10 imports: {rounds['all']} whole, {rounds['none']} not there at all")
