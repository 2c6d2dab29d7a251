"""Vaults that are damaged, foreign, put back or out of place: each is refused in its own way and nothing crashes.

Each length and each turned bit of the file, not a sample, with FOB_FULL=1.
"""

import queue
import random

from faults import *
from sealing import payload, recosted, resealed, sodium

OLD = ["first", "second", "third"]
chance = random.Random(31)
figures, untried = collections.Counter(), []
STRANGER = 12345


def template(passphrase=PASSPHRASE, names=OLD, cheap=True):
    home = Home(cheap=cheap)
    with home.start().connect() as agent:
        agent.initialize(passphrase)
        for name in names:
            agent.add("", name, key_of(name))
    equal(home.stop(), 0, "the agent's end")
    return home


def put(home, sealed):
    """As `cp` would: another file of the right mode in the vault's place."""
    path = os.path.join(home.path, "vault.age")
    if os.path.lexists(path):
        os.unlink(path)
    with open(path, "wb", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
        file.write(sealed)


def try_unlock(home, passphrase=PASSPHRASE):
    """0, or the code with which it was refused. A session of its own, so that no earlier refusal delays it."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        code = 255
        try:
            atexit._clear()
            os.setsid()
            with home.connect() as agent:
                try:
                    agent.unlock(passphrase)
                    agent.lock()
                    code, text = 0, ""
                except Refused as error:
                    check(error.message and error.remedy, f"no message or no remedy: {error.message!r}")
                    code, text = error.code, error.message
            os.write(write, text.encode())
        except BaseException as error:
            os.write(write, repr(error).encode())
        os._exit(code)
    os.close(write)
    with open(read, "rb") as pipe:
        text = pipe.read().decode()
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), text


def start_status(home, *flags, environment=()):
    """The exit status of an agent that does not start, which must say why and what to do."""
    run = subprocess.run(
        [os.path.join(BIN, "fob-agent"), "--test-cheap-derivation", *flags],
        env={**home.environment, **dict(environment)}, capture_output=True, timeout=PATIENCE)
    text = run.stderr.decode()
    check(text.startswith("fob-agent: ") and "\nhint: " in text, f"an agent that does not start said {text!r}")
    return run.returncode, text


class Homes:
    """Agents for trials that run side by side."""

    def __init__(self, base, count):
        self.free, self.all = queue.Queue(), [copy_of(base).start() for _ in range(count)]
        for home in self.all:
            self.free.put(home)

    def trial(self, sealed, what, allowed=(10,)):
        home = self.free.get()
        put(home, sealed)
        code, text = try_unlock(home)
        check(home.process.poll() is None, f"{what}: the agent ended with {home.process.returncode}: {home.said()}")
        check(code in allowed, f"{what}: {code} ({text}) instead of {allowed}")
        check(code == 0 or vault_of(home) == sealed, f"{what}: the file was changed")
        figures[f"answered {code}"] += 1
        self.free.put(home)
        return text

    def close(self, sealed):
        """None has crashed, and each still opens the good vault."""
        for home in self.all:
            put(home, sealed)
            equal(try_unlock(home)[0], 0, "the good vault afterwards")
            equal(home.stop(), 0, "the agent's end")
            home.remove()


def turned(sealed, position, bit):
    return sealed[:position] + bytes([sealed[position] ^ 1 << bit]) + sealed[position + 1:]


def without_sum(head):
    """A header as releases wrote it that knew no sum."""
    start = head.index(b"-> fob-sum\n")
    return head[:start] + head[head.index(b"\n", head.index(b"\n", start) + 1) + 1:]


def damages_without_sum(base):
    """The header's damage is known by the older copy; other passphrases are not taken for it."""
    if sodium is None:
        return untried.append("files without a sum (libsodium.so.23 is missing)")
    sealed = resealed(vault_of(base), PASSPHRASE, header=without_sum)
    header = sealed.index(b"\n--- ") + 49
    homes = Homes(base, 2)
    # The passphrase is at fault nowhere.
    places = range(header) if FULL else sorted(chance.sample(range(header), 60))
    run_all(lambda place: homes.trial(turned(sealed, place, place % 8), f"octet {place} without a sum"), places, workers=2)
    figures["turned without a sum"] = len(places)
    homes.close(sealed)


def damages(base):
    sealed = vault_of(base)
    header = sealed.index(b"\n--- ") + 49
    homes = Homes(base, 12)
    cuts, turns = range(len(sealed)), [(place, bit) for place in range(header) for bit in range(8)]
    turns += [(place, place % 8) for place in range(header, len(sealed))]
    if not FULL:
        cuts = sorted({0, 1, header - 1, header, header + 15, header + 16, header + 17, len(sealed) - 1}
                      | set(chance.sample(cuts, 60)))
        turns = chance.sample(turns[:8 * header], 90) + chance.sample(turns[8 * header:], 60)
    trials = [(sealed[:cut], f"cut after {cut} octets") for cut in cuts]
    trials += [(turned(sealed, place, bit), f"bit {bit} of octet {place} turned") for place, bit in turns]
    run_all(lambda trial: homes.trial(*trial), trials, workers=12)
    figures["cut or turned"] = len(trials)
    for junk, what in [(b"\0" * len(sealed), "zeros"), (b"\0" * (1 << 20), "a megabyte of zeros"),
                       (sealed + b"\0", "an octet more"), (sealed * 2, "twice itself"), (b"\n" * 5000, "line feeds"),
                       (sealed[:header] + sealed[header:] * 40, "a payload of many copies"),
                       (b"-----BEGIN AGE ENCRYPTED FILE-----\n", "half an armor")]:
        homes.trial(junk, what, (10,))
    # More than any vault, without using up a disk.
    home = homes.free.get()
    os.truncate(os.path.join(home.path, "vault.age"), (64 << 20) + 1)
    equal(try_unlock(home)[0], 10, "a file larger than any vault")
    homes.free.put(home)
    homes.close(sealed)


def formats(base):
    """Vaults that open with the passphrase and hold what no fob of today writes."""
    if sodium is None:
        return untried.append("other formats and costs (libsodium.so.23 is missing)")
    sealed = vault_of(base)
    clear = payload(sealed, PASSPHRASE)
    check(clear.startswith(b"fob-records 1\n") and len(clear) % 4096 == 0, "the payload's form")
    homes = Homes(base, 1)
    equal(homes.trial(resealed(sealed, PASSPHRASE, clear), "the same again", (0,)), "", "the same again")
    newer = "the vault was written by a newer release of fob"
    for changed, what, text in [
            (b"fob-records 2\n" + clear[14:], "the next format", newer),
            (b"fob-records 10\n" + clear[14:], "the tenth format", newer),
            (b"other-thing 1\n" + clear[14:], "another program's payload", "does not hold fob's records"),
            (clear[:-4096], "a payload without its end", "end early"),
            (clear[:-1] + b"\1", "something behind the last record", "something follows"),
            (clear + bytes(100), "a payload that is not padded", "end early"),
            (clear[:14] + b"\xff" + bytes(4096 - 15), "no records", "which vault it is"),
            (clear[:14] + clear[14:].replace(b"first", b"fi\xffst"), "a name that is not UTF-8", "not UTF-8")]:
        found = homes.trial(resealed(sealed, PASSPHRASE, changed), what, (10,))
        check(text in found, f"{what}: said {found!r}")
    # What is not known here, in a record and as a record, outlives a change.
    end = clear.rindex(b"\xff", 0, len(clear.rstrip(b"\0")) + 1)
    strange = bytes([9]) + bytes(range(100, 116)) + (7).to_bytes(8, "big") + (8).to_bytes(8, "big")
    strange += (5).to_bytes(4, "big") + b"later"
    grown = clear[:end] + strange + clear[end:]
    home = homes.free.get()
    put(home, resealed(sealed, PASSPHRASE, grown[:len(grown) // 4096 * 4096]))
    with opened(home) as agent:
        agent.add("", "new", key_of("new"))
        check_accounts(agent, OLD + ["new"], "beside an unknown record")
        agent.lock()
    equal(payload(vault_of(home), PASSPHRASE).count(strange), 1, "the unknown record afterwards")
    homes.free.put(home)
    next_version = resealed(sealed, PASSPHRASE, header=lambda head: without_sum(head).replace(b"/v1\n", b"/v2\n", 1))
    equal(homes.trial(next_version, "age's next version"), newer, "age's next version")
    homes.close(sealed)
    figures["formats"] = 11


def costs():
    """A cost out of bounds is refused before any work: with a fraction of an unlock's time on a processor."""
    if sodium is None:
        return
    base = template(cheap=False, names=["first"])
    sealed = vault_of(base)
    with base.start():
        def seconds(sealed, code):
            put(base, sealed)
            begin = cpu_seconds(base.pid)
            for _ in range(3):
                found, text = try_unlock(base)
                equal(found, code, f"unlocking ({text})")
            return (cpu_seconds(base.pid) - begin) / 3
        whole = seconds(sealed, 0)
        most = 0
        for cost in ["3 2097152", "65 65536", "0 65536", "3 8191", "3 4294967296", "3 18446744073709551615",
                     "18446744073709551615 65536", "-1 65536", "3", "3 65536 1", "x 65536", "03 65536"]:
            most = max(most, seconds(recosted(sealed, PASSPHRASE, cost), 10))
        stanzas = b"".join(b"-> fob-passphrase %032x 3 65536\n\n" % number for number in range(8))
        many = resealed(sealed, PASSPHRASE, header=lambda head: head.replace(b"\n---", b"\n" + stanzas + b"---", 1))
        most = max(most, seconds(many, 10))
        check(most < whole / 4, f"a cost out of bounds took {most:.3f} s, an unlock {whole:.3f} s")
        put(base, sealed)
        equal(base.stop(), 0, "the agent's end")
    figures["unlock ms"], figures["cost refused ms"] = int(whole * 1000), int(most * 1000)


def strangers(base):
    """Other passphrases, and files and directories that others could have put there."""
    other = template(b"quite another passphrase", ["theirs"])
    homes = Homes(base, 1)
    homes.trial(vault_of(other), "a vault of another passphrase", (77,))
    homes.close(vault_of(base))

    def link(path):
        os.rename(path, path + ".real")
        os.symlink(path + ".real", path)

    def give(path): os.chown(path, STRANGER, STRANGER)
    def share(path): os.chmod(path, 0o640 if os.path.isfile(path) else 0o750)

    def directory(path):
        os.unlink(path)
        os.mkdir(path, 0o700)

    def pipe(path):
        os.unlink(path)
        os.mkfifo(path, 0o600)

    changes = [link, share]
    if os.getuid() == 0:
        changes.append(give)
    else:
        untried.append("foreign owners (only root gives files away)")
    for name, extra in [("vault.age", [directory, pipe]), ("generations", []), ("lock", [pipe]), ("audit.log", [pipe]),
                        ("", [])]:
        for change in changes + extra:
            home = copy_of(base)
            path = os.path.join(home.path, name).rstrip("/")
            what = f"{name or 'home'} after {change.__name__}"
            change(path)
            code, text = start_status(home)
            equal(code, 77, f"{what}, at start ({text})")
            check(path in text, f"{what}: {text!r} does not name it")
            figures["refused at start"] += 1
            if os.path.islink(home.path):
                os.unlink(home.path)
                os.rename(home.path + ".real", home.path)
            home.remove()
    for change in changes + [directory, pipe]:
        with copy_of(base).start() as home:
            change(os.path.join(home.path, "vault.age"))
            equal(try_unlock(home)[0], 77, f"vault.age after {change.__name__}, below an agent")
            figures["refused later"] += 1
            with opened_again(home, base) as agent:
                check_accounts(agent, OLD, "afterwards")


def opened_again(home, base):
    path = os.path.join(home.path, "vault.age")
    if os.path.isdir(path) and not os.path.islink(path):
        os.rmdir(path)
    put(home, vault_of(base))
    return opened(home)


def put_back(base):
    """An older vault in the newer one's place is opened, and told of."""
    for when in ("while no agent runs", "below an agent that has locked",
                 "with its number, while no agent runs", "with its number, below an agent that has locked"):
        home = copy_of(base).start()
        if "while" in when:
            home.stop()
        number = os.path.join(home.path, "generation")
        with open(number) as file:
            highest = int(file.read())
        kept = sorted(name for name in os.listdir(os.path.join(home.path, "generations")))
        with open(os.path.join(home.path, "generations", kept[1]), "rb") as file:
            put(home, file.read())
        if "number" in when:
            # Then the log alone knows of later saves.
            with open(number, "w") as file:
                file.write(f"{int(kept[1].split('-')[1])}\n")
        if "while" in when:
            home.start()
        with opened(home) as agent:
            check_accounts(agent, OLD[:1], f"put back {when}")
            # The log is looked through beside.
            told = lambda: [line for line in status(agent)["warnings"] if "put back" in line]
            until(told, f"the warning, put back {when}")
            check(f"instead of {highest}" in told()[0], f"put back {when}: {told()}")
            agent.add("", "new", key_of("new"))
            check(status(agent)["generation"] > highest, "the next save has a number that was used")
        home.stop()
        check(any(line[2] == "vault.rollback" for line in check_chain(home, when)), f"not in the log {when}")
        with opened(home.start()) as agent:
            check_accounts(agent, OLD[:1] + ["new"], f"after {when}")
            equal(status(agent)["warnings"], [], f"after {when}")
        home.remove()
        figures["put back"] += 1


def numbers(base):
    """What stands in `generation` is a help, never a reason to lose a vault."""
    for text in [b"", b"\n", b"x\n", b"7", b"-1\n", b"18446744073709551615\n", b"18446744073709551616\n",
                 b"9223372036854775807\n", b"4611686018427387904\n", b"4611686018427387903\n", b"9" * 31 + b"\n", b"0" * 5000]:
        home = copy_of(base)
        with open(os.path.join(home.path, "generation"), "wb") as file:
            file.write(text)
        with opened(home.start()) as agent:
            check_accounts(agent, OLD, f"with the number {text[:40]!r}")
            for name in ("new", "newer"):
                agent.add("", name, key_of(name))
        equal(home.stop(), 0, f"the agent's end with the number {text[:40]!r}")
        with opened(home.start()) as agent:
            check_accounts(agent, OLD + ["new", "newer"], f"after the number {text[:40]!r}")
        home.remove()
        figures["numbers"] += 1


def logs(base):
    """An audit log that was cut or changed."""
    with open(os.path.join(base.path, "audit.log"), "rb") as file:
        text = file.read()
    for changed, is_damaged, what in [
            (text[:-1], False, "a torn line feed"), (text[:-30], False, "a torn line"), (b"", True, "an empty log"),
            (text + b"half a li", False, "half a line more"), (text + b"nonsense\n", True, "a strange last line"),
            (text[:-2] + b"x\n", True, "a hash that is none"), (b"\xff" * 100 + b"\n", True, "no text")]:
        home = copy_of(base)
        with open(os.path.join(home.path, "audit.log"), "wb") as file:
            file.write(changed)
        with opened(home.start()) as agent:
            check_accounts(agent, OLD, what)
            equal(any("audit log" in line for line in status(agent)["warnings"]), is_damaged, f"the warning for {what}")
        equal(home.stop(), 0, f"the agent's end: {what}")
        if not is_damaged:
            check_chain(home, what)
        home.remove()
        figures["logs"] += 1


def forged_logs(base):
    """What `fob log` finds: the agent itself looks at the last line only."""
    home = copy_of(base)
    path = os.path.join(home.path, "audit.log")
    with opened(home.start()) as agent:
        agent.add("", "fourth", key_of("fourth"))
    home.stop()
    with open(path, "rb") as file:
        lines = file.read().splitlines(keepends=True)

    def verify(code, changed, what):
        home.stop()
        with open(path, "wb") as file:
            file.write(b"".join(changed))
        opened(home.start()).close()
        done = subprocess.run([os.path.join(BIN, "fob"), "log", "--verify", "--no-start"], env=home.environment,
                              stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE)
        equal(done.returncode, code, f"fob log for {what}: {done.stderr.decode()}")
        figures["logs verified"] += 1

    verify(0, lines, "the log as it was")
    for number in range(len(lines)):
        line = lines[number]
        place = len(line) // 3
        verify(10, lines[:number] + [line[:place] + bytes([line[place] ^ 1]) + line[place + 1:]] + lines[number + 1:],
               f"line {number + 1} changed")
    verify(10, lines[:4] + lines[5:], "a line taken out")
    verify(10, lines[:4] + [lines[5], lines[4]] + lines[6:], "two lines exchanged")
    verify(10, lines[:4] + [lines[3]] + lines[4:], "a line twice")
    # The vault remembers a later line than there is.
    verify(10, lines[:4], "a log that was cut")
    verify(10, [], "a log that was emptied")
    home.remove()


def second_agent(base):
    with copy_of(base).start() as home:
        for environment in [{}, {"FOB_SOCKET": home.path + "/other.sock"}]:
            code, text = start_status(home, environment=environment.items())
            equal(code, 75, f"a second agent ({text})")
            check(not os.path.exists(home.path + "/other.sock"), "the second agent has left a socket")
        equal(try_unlock(home)[0], 0, "the first agent afterwards")
        with Home() as other:
            code, text = start_status(copy_of(base), environment={"FOB_SOCKET": other.socket}.items())
            equal(code, 75, f"a socket where another agent answers ({text})")
            other.answers()


def sockets(base):
    with copy_of(base).start() as home:
        home.kill()
        check(os.path.exists(home.socket), "a killed agent leaves its socket")
        equal(try_unlock(home.start())[0], 0, "an agent that replaces a stale socket")
        equal(os.stat(home.socket).st_mode & 0o777, 0o600, "the socket's mode")
        equal(home.stop(), 0, "the agent's end")
        check(not os.path.exists(home.socket), "the agent has left its socket")
    with copy_of(base) as home:
        home.kill()
        place = os.path.join(home.path, "place")
        os.mkdir(place, 0o700)
        name = os.path.join(place, "agent.sock")
        environment = {"FOB_SOCKET": name}.items()
        with open(name, "w") as file:
            file.write("precious")
        equal(start_status(home, environment=environment)[0], 77, "a file in the socket's place")
        equal(open(name).read(), "precious", "the file in the socket's place")
        os.unlink(name)
        os.symlink(home.path + "/vault.age", name)
        equal(start_status(home, environment=environment)[0], 77, "a link in the socket's place")
        check(os.path.islink(name), "the link in the socket's place is gone")
        os.unlink(name)
        for mode in (0o755, 0o770, 0o701):
            os.chmod(place, mode)
            equal(start_status(home, environment=environment)[0], 77, f"a socket directory of mode {mode:o}")
        os.chmod(place, 0o700)
        if os.getuid() == 0:
            os.chown(place, STRANGER, STRANGER)
            equal(start_status(home, environment=environment)[0], 77, "a foreign socket directory")
            os.chown(place, 0, 0)
        os.rename(place, place + ".real")
        os.symlink(place + ".real", place)
        equal(start_status(home, environment=environment)[0], 77, "a link to the socket directory")
        equal(os.listdir(place + ".real"), [], "what is in refused directories")
    figures["sockets"] += 1


def fill(place):
    """Leaves no octet free."""
    with open(os.path.join(place, "filler"), "ab", buffering=0) as file:
        try:
            while True:
                file.write(bytes(512))
        except OSError:
            pass


def mounts(base):
    """A full disk and a read-only one."""
    place = tempfile.mkdtemp(prefix="fob-mount-")

    def unmounted():
        subprocess.run(["umount", "-l", place], capture_output=True)
        os.rmdir(place)
        if os.path.islink(home.path):
            os.unlink(home.path)

    home = copy_of(base)
    atexit.register(unmounted)
    if os.getuid() != 0 or subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=256k,mode=700", "fob", place], capture_output=True).returncode != 0:
        return untried.append("a full disk (mounting is not allowed here)")
    shutil.copytree(home.path, place, dirs_exist_ok=True)
    shutil.rmtree(home.path)
    os.symlink(place, home.path)
    home.environment["FOB_HOME"] = place
    with opened(home.start()) as agent:
        agent.add("", "counter", key_of("counter"), kind="hotp")
        copies = os.path.join(place, "generations")
        # The oldest copies are given up before a save is refused, but never the last two.
        fill(place)
        before = sorted(os.listdir(copies))
        agent.add("", "instead of a copy", key_of("instead of a copy"))
        after = sorted(os.listdir(copies))
        check(before[0] not in after and len(after) >= 2, f"copies given up: {before}, then {after}")
        agent.ask(0x22, protocol_client.selector("instead of a copy")).end()
        for name in sorted(os.listdir(copies))[:-2]:
            os.unlink(os.path.join(copies, name))
        fill(place)
        before = vault_of(home)
        for action, what in [(lambda: agent.add("", "more", key_of("more")), "an account"),
                             (lambda: agent.code("counter"), "a counter's code"),
                             (lambda: agent.ask(0x22, protocol_client.selector("first")), "a removal"),
                             (lambda: agent.ask(8, protocol_client.u32(60) * 2), "settings")]:
            error = refused(74, action, f"{what} on a full disk")
            check("the disk is full" in error.message and "room" in error.remedy, f"said {error.message!r}")
            equal(vault_of(home) == before, True, f"the vault after {what} on a full disk")
        check_accounts(agent, OLD + ["counter"], "on a full disk")
        check(any("could not be saved" in line for line in status(agent)["warnings"]), "no warning of a full disk")
        os.unlink(os.path.join(place, "filler"))
        equal(agent.code("counter")["code"], hotp(key_of("counter"), 0), "the counter's first code")
        agent.add("", "more", key_of("more"))
        equal(status(agent)["warnings"], [], "warnings once there is room")
    equal(home.stop(), 0, "the agent's end")
    check_chain(home, "a full disk")
    # Started on a full disk it still gives codes.
    for name in sorted(os.listdir(copies))[:-2]:
        os.unlink(os.path.join(copies, name))
    fill(place)
    with opened(home.start()) as agent:
        check_accounts(agent, OLD + ["counter", "more"], "started on a full disk")
        refused(74, lambda: agent.add("", "again", key_of("again")), "an account on a full disk")
    home.stop()
    os.unlink(os.path.join(place, "filler"))
    equal(subprocess.run(["mount", "-o", "remount,ro", place], capture_output=True).returncode, 0, "remounting")
    # A code needs no write. The socket, and what the agent says, stand elsewhere.
    os.unlink(home.path)
    os.mkdir(home.path, 0o700)
    home.environment["FOB_SOCKET"] = os.path.join(home.path, "agent.sock")
    with opened(home.start()) as agent:
        check_accounts(agent, OLD + ["counter", "more"], "in a read-only home")
        check(any("read-only" in line for line in status(agent)["warnings"]), "a read-only home is not told")
        error = refused(74, lambda: agent.add("", "again", key_of("again")), "an account in a read-only home")
        check("read-only" in error.message and "make the file system writable" in error.remedy, error.message)
        refused(74, lambda: agent.code("counter"), "a counter's code in a read-only home")
    home.stop()
    figures["mounts"] += 1


def not_writable(base):
    """A home that its user may not write to."""
    if os.getuid() == 0:
        return untried.append("a home that may not be written (root may write everywhere)")
    home = copy_of(base)
    os.unlink(os.path.join(home.path, "lock"))
    os.chmod(home.path, 0o500)
    equal(start_status(home)[0], 77, "a home without the right to write")
    os.chmod(home.path, 0o700)


base = template()
for part in (damages, damages_without_sum, formats, strangers, put_back, numbers, logs, forged_logs, second_agent, sockets, mounts, not_writable):
    begin = time.monotonic()
    part(base)
    print(f"{part.__name__}: {time.monotonic() - begin:.1f} s")
costs()
base.remove()
for what in untried:
    partly(what)
print(", ".join(f"{name} {figures[name]}" for name in figures))
