"""`fob join`: two machines on which a vault was made have one afterwards, with everything of both.

    join.py [one|owner|ways|undo|typed|killed|first|past|crossed|forked|changed]
"""

import json
import pty
import re
import select
import termios

from faults import key_of, vault_of
from scratch import *

OTHER = b"a quite different phrase 77"
THIRD = b"one more long sentence 12"


def fob(home, *arguments, status=0, secrets=None):
    """Runs fob with secrets on descriptors. Returns standard output and error."""
    done = fob_with(home, secrets, *arguments, new_session=True)
    out, err = done.stdout.decode(), done.stderr.decode()
    equal(done.returncode, status, f"{' '.join(arguments)} said {out!r} {err!r}")
    return out, err


def folder():
    path = tempfile.mkdtemp(prefix="fob-")
    atexit.register(shutil.rmtree, path, True)
    return path


def machine(passphrase, place, *names):
    """A machine with a vault of its own and a destination that is everybody's."""
    home = Home().start()
    with home.connect() as agent:
        agent.initialize(passphrase)
        for name in names:
            agent.add("Own", name, key_of(name))
    fob(home, "backup", "add", "disk", "--folder", place)
    return home


def pair():
    """Two machines: each has accounts of its own, both have one with the same key, and two have the same name."""
    place = folder()
    one, two = machine(PASSPHRASE, place, "one"), machine(OTHER, place, "two")
    for home, counter in ((one, 4), (two, 9)):
        with home.connect() as agent:
            agent.add("Both", "counter", key_of("counter"), kind="hotp", counter=counter)
            agent.add("Clash", "name", key_of("clash of one" if home is one else "clash of two"))
    fob(two, "edit", "Both/counter", "--tag", "of-two", "--confirm")
    fob(one, "edit", "Both/counter", "--tag", "of-one")
    for home in (one, two):
        fob(home, "backup", "now")
    return one, two, place


def forked_test():
    """Two machines that were each restored by a kit code, with a passphrase each, find back to one vault."""
    place = folder()
    lost = machine(PASSPHRASE, place, "one")
    codes = json.loads(fob(lost, "access", "kit", "--json", secrets={"--passphrase-fd": PASSPHRASE})[0])["codes"]
    fob(lost, "backup", "now")
    lost.kill()
    two, three = Home(), Home()
    for home, code, passphrase, name in ((two, codes[0], OTHER, "two"), (three, codes[1], THIRD, "three")):
        done = fob(home, "restore", place, "--json", "--pick", "1",
                   secrets={"--recovery-code-fd": code.encode(), "--new-passphrase-fd": passphrase})[0]
        check(json.loads(done)["done"], done)
        with home.connect() as agent:
            agent.add("Own", name, key_of(name))
    # Both are restored before either has put anything there.
    for home in (two, three):
        fob(home, "backup", "add", "disk", "--folder", place)
        fob(home, "backup", "now")
    _, err = fob(three, "sync", "--no-ask", status=15, secrets={"--passphrase-fd": OTHER})
    check("fob join" in err, f"what to do: {err}")

    def octets(*path):
        if not os.path.exists(path := os.path.join(*path)):
            return None
        with open(path, "rb") as file:
            return file.read()

    # Both may have made one of the same name, in the same second.
    [file] = [name for name in os.listdir(os.path.join(two.path, "sealed"))
              if re.fullmatch(r"fob-.*\.age", name)
              and octets(two.path, "sealed", name) == octets(place, name) != octets(three.path, "sealed", name)]
    done, _ = join(three, os.path.join(place, file), own=THIRD, other=OTHER)
    check(done["done"], f"{done}")
    equal(vault(two), vault(three), "one vault")
    fob(three, "backup", "now")
    settled(two, three)
    equal({name for _, _, name, _ in shape(two)}, {"one", "two", "three"}, "accounts of both")
    with three.connect() as agent:
        agent.lock()
        until(lambda: opens(three, OTHER), "the passphrase of the other one")
    # With one vault there is nothing to join.
    fob(three, "join", place, "--json", status=66, secrets=secrets(OTHER, OTHER))


def changed_test():
    """Two machines with one vault that have both changed its passphrase find back by what fob sync says."""
    place = folder()
    one, two = machine(PASSPHRASE, place, "one"), Home()
    fob(one, "backup", "now")
    fob(two, "restore", place, "--yes", secrets={"--passphrase-fd": PASSPHRASE})
    fob(two, "backup", "add", "disk", "--folder", place)
    for home, passphrase, name in ((one, OTHER, "of one"), (two, THIRD, "of two")):
        with home.connect() as agent:
            agent.ask(0x06, protocol_client.octets(PASSPHRASE) + protocol_client.octets(passphrase)).end()
            agent.add("Own", name, key_of(name))
        fob(home, "backup", "now")
    fob(one, "edit", "Own/one", "--tag", "one")
    fob(two, "edit", "Own/one", "--tag", "two")
    fob(one, "backup", "now")
    _, err = fob(two, "sync", "--no-ask", status=15, secrets={"--passphrase-fd": OTHER})
    check("not signed by this vault's key" in err and "fob join FILE" in err, f"what to do: {err}")
    newest = json.loads(fob(one, "backup", "status", "--json")[0])["destinations"][0]["newest"]
    done, _ = join(two, os.path.join(place, newest), own=THIRD, other=OTHER)
    check(done["done"], f"{done}")
    fob(two, "backup", "now")
    settled(one, two)
    for home in (one, two):
        equal({name for _, _, name, _ in shape(home)}, {"one", "of one", "of two"}, "accounts of both")
        [account] = [account for account in accounts(home) if account["name"] == "one"]
        equal(sorted(account["tags"]), ["one", "two"], "what each has said of it")


def secrets(own=OTHER, other=PASSPHRASE):
    return {"--own-passphrase-fd": own, "--passphrase-fd": other}


def join(home, place, *more, status=0, own=OTHER, other=PASSPHRASE):
    out, err = fob(home, "join", place, "--json", *more, status=status, secrets=secrets(own, other))
    return (json.loads(out) if status == 0 else None), err


def accounts(home):
    found = json.loads(fob(home, "list", "--json")[0])
    return found["accounts"] if isinstance(found, dict) else found


def shape(home):
    """What both machines must agree on; every code is compared with what its key gives."""
    with home.connect() as agent:
        found = []
        for account in agent.accounts():
            if account["kind"] == "totp":
                code = agent.code(id=account["id"])
                names = {"name": ["clash of one", "clash of two"]}.get(account["name"].split(" (")[0])
                wanted = [totp(key_of(name), code["valid_from"]) for name in names or [account["name"]]]
                check(code["code"] in wanted, f"the code of {account['name']}")
            found.append((account["id"], account["issuer"], account["name"], account["counter"]))
        return found


def vault(home):
    return json.loads(fob(home, "access", "list", "--json")[0])["vault"]


def log(home):
    return [line["event"] for line in json.loads(fob(home, "log", "--json")[0])["entries"]]


def settled(one, two):
    for _ in range(2):
        fob(two, "sync", "--no-ask"), fob(one, "sync", "--no-ask")
    equal(shape(one), shape(two), "the accounts of both")


def one_test():
    """One vault, with everything of both; both sync, and what was sealed before opens as it did."""
    one, two, place = pair()
    before = vault(two)
    old = sorted(name for name in os.listdir(place) if name.startswith(f"fob-{before[:8]}"))[-1]
    plan, _ = join(two, place, "--dry-run")
    equal((plan["done"], plan["vault"], plan["former_vault"]), (False, vault(one), before), "the plan")
    equal(vault(two), before, "a dry run changes nothing")
    status = {f"{entry['issuer']}/{entry['name']}": entry["status"] for entry in plan["entries"]}
    equal((status["Own/one"], status["Own/two"]), ("new", "only_here"), "what comes in")
    check(status["Both/counter"] in ("same", "newer"), f"the twin: {status}")
    equal(sum(entry["status"] == "differs" for entry in plan["entries"]), 1, f"the same name: {plan['entries']}")
    check("passphrase" in plan["unlock_methods"], f"what opens it: {plan}")
    said, _ = fob(two, "join", place, "--dry-run", secrets=secrets())
    for word in ("FINGERPRINT", "twin", "another name", "Own/one", "from now on it opens", "no more by"):
        check(word in said, f"the preview has no {word}: {said!r}")
    done, _ = join(two, place)
    check(done["done"] and done["undoable"], f"{done}")
    equal(vault(two), vault(one), "one vault")
    equal(log(two).count("vault.join"), 1, "lines of the log about it")
    names = {(issuer, name.split(" (")[0]) for _, issuer, name, _ in shape(two)}
    equal(names, {("Own", "one"), ("Own", "two"), ("Both", "counter"), ("Clash", "name")}, "accounts")
    equal(len(shape(two)), 5, "accounts")
    counter = next(account for account in accounts(two) if account["issuer"] == "Both")
    equal((counter["counter"], sorted(counter["tags"])), (9, ["of-one", "of-two"]), "the twin")
    check(counter["confirm"] in (True, "yes"), f"the protection of one of both: {counter}")
    # It opens by the other vault's passphrase, and no more by its own.
    with two.connect() as agent:
        agent.lock()
        refused(77, lambda: agent.unlock(OTHER), "the passphrase of before")
    until(lambda: opens(two, PASSPHRASE), "the passphrase of the other vault")
    # From then on they are two machines of one vault.
    settled(one, two)
    with one.connect() as left, two.connect() as right:
        left.add("Left", "left", key_of("left"))
        right.add("Right", "right", key_of("right"))
    settled(one, two)
    check({"left", "right"} <= {name for _, _, name, _ in shape(one)}, "what was added since")
    # Old backups: told apart, and as good as before.
    for home in (one, two):
        said = fob(home, "doctor")[0]
        check("an earlier vault of" in said and "of another vault" not in said, f"doctor: {said!r}")
        check("of another vault" not in fob(home, "sync", "--no-ask")[1], "sync")
    fresh = Home()
    fob(fresh, "restore", os.path.join(place, old), "--yes", secrets={"--passphrase-fd": OTHER})
    with fresh.connect() as agent:
        equal({account["name"] for account in agent.accounts()}, {"two", "counter", "name"}, "the old backup")
    out, _ = fob(two, "restore", os.path.join(place, old), "--dry-run", "--json", secrets={"--passphrase-fd": OTHER})
    equal(json.loads(out)["origin"], "former", "whose it is")
    # Somebody who has nothing to join is told what to do.
    _, err = fob(two, "join", place, status=66, secrets=secrets(PASSPHRASE, OTHER))
    check("fob sync" in err, f"{err!r}")


def opens(home, passphrase):
    with home.connect() as agent:
        try:
            agent.unlock(passphrase)
            return True
        except Refused as error:
            if error.code == 75:
                return False
            raise


def owner_test():
    """Nobody but the owner of the vault here gives it away, however open it is; and a guess is a guess."""
    one, two, place = pair()
    before = vault_of(two)
    newest = sorted(name for name in os.listdir(place) if name.startswith(f"fob-{vault(one)[:8]}"))[-1]
    with open(os.path.join(place, newest), "rb") as file:
        sealed = file.read()
    octets, u8 = protocol_client.octets, protocol_client.u8

    def asked(key, secret, own):
        with two.connect() as agent:
            agent.begin_restore(sealed)
            agent.ask(0x72, u8(2) + u8(key) + octets(secret) + octets(own), 0xB8)

    refused(22, lambda: asked(1, PASSPHRASE, b""), "without the passphrase of the vault here")
    refused(64, lambda: asked(4, b"", OTHER), "by the keys of the vault here")
    refused(77, lambda: asked(1, PASSPHRASE, b"not the owner"), "with another passphrase")
    until(lambda: gives_in(lambda: asked(1, OTHER, OTHER)), "with another passphrase for the file")
    # What a dry run has opened is not kept by a yes to nothing.
    until(lambda: waits(lambda: fob(two, "join", place, "--yes", "--no-ask", "--json", status=77,
                                    secrets=secrets(b"not the owner"))), "a wrong own passphrase")
    until(lambda: waits(lambda: fob(two, "join", place, "--yes", "--no-ask", "--json", status=77,
                                    secrets=secrets(OTHER, b"not the other"))), "a wrong other passphrase")
    fob(two, "join", place, "--no-ask", "--json", status=66, secrets={"--passphrase-fd": PASSPHRASE})
    equal(vault_of(two), before, "the vault of who was not proved")
    # Without a vault there is nothing to join, and a file without a signature joins nothing.
    empty = Home()
    _, err = fob(empty, "join", place, status=8, secrets=secrets())
    check("fob restore" in err, f"{err!r}")
    until(lambda: waits(lambda: fob(two, "join", os.path.join(one.path, "vault.age"), "--json", status=65,
                                    secrets=secrets())), "a vault that is no backup")
    # The fingerprint is compared where it is given.
    until(lambda: waits(lambda: fob(two, "join", place, "--fingerprint", "0" * 32, "--json", status=30,
                                    secrets=secrets())), "another fingerprint")
    print_ = json.loads(fob(one, "access", "list", "--json")[0])["fingerprint"]
    until(lambda: waits(lambda: fob(two, "join", place, "--fingerprint", print_, "--json", secrets=secrets())), "join")
    equal(vault(two), vault(one), "one vault")


def waits(action):
    """Does it; False while the agent makes whoever was wrong wait."""
    try:
        action()
    except AssertionError as error:
        if ": 75 instead" in str(error):
            return False
        raise
    return True


def gives_in(action):
    try:
        action()
    except Refused as error:
        check(error.code in (75, 77), f"refused with {error.code} ({error.message})")
        return error.code == 77
    raise AssertionError("was not refused")


def ways_test():
    """By a kit code and by a recovery key: what does not vouch for the rest asks for it by name."""
    one, two, place = pair()
    codes = json.loads(fob(one, "access", "kit", "--json", secrets={"--passphrase-fd": PASSPHRASE})[0])["codes"]
    fob(one, "backup", "now")
    given = {"--own-passphrase-fd": OTHER, "--recovery-code-fd": codes[0].encode()}
    _, err = fob(two, "join", place, "--json", status=64, secrets=given)
    check("passphrase" in err, f"no passphrase is left: {err!r}")
    out, _ = fob(
        two, "join", place, "--json", "--keep-access", "passphrase", "--keep-access", "kit-codes", secrets=given)
    done = json.loads(out)
    check("kit-codes" in done["unlock_methods"] and "passphrase" in done["unlock_methods"], f"{done}")
    equal(json.loads(fob(two, "access", "list", "--json")[0])["codes"]["left"], 15, "the code is used up")
    # Nobody has vouched for the key that signs from now on, until the passphrase is given.
    fob(two, "sync", "--no-ask")
    _, err = fob(one, "sync", "--no-ask", status=15, secrets={"--passphrase-fd": PASSPHRASE})
    check("nobody has vouched" in err, f"{err!r}")
    with two.connect() as agent:
        agent.unlock(PASSPHRASE)
    fob(two, "sync", "--no-ask")
    for _ in range(2):
        for home in (one, two):
            fob(home, "sync", "--no-ask", secrets={"--passphrase-fd": PASSPHRASE})
    settled(one, two)

    one, two, place = pair()
    own = os.path.join(one.path, "key.age")
    fob(one, "access", "recovery-key", own)
    out, _ = fob(two, "join", place, "--json", "--identity", own, "--keep-access", "passphrase", secrets=secrets())
    check("passphrase" in json.loads(out)["unlock_methods"], f"{out!r}")
    with two.connect() as agent:
        agent.unlock(PASSPHRASE)


def undo_test():
    """The vault of before comes back, with all that opened it, until something changes."""
    one, two, place = pair()
    before, ways, kit = shape(two), fob(two, "access", "list", "--json")[0], vault(two)
    join(two, place)
    out, err = fob(two, "restore", "--undo", "--yes", status=3)
    check("fob join --undo" in err, f"{err!r}")
    plan = json.loads(fob(two, "join", "--undo", "--dry-run", "--json", secrets={"--own-passphrase-fd": PASSPHRASE})[0])
    equal((plan["done"], plan["vault"], plan["accounts"], plan["gone"]), (False, kit, 3, 2), "the plan")
    fob(two, "join", "--undo", "--json", status=77, secrets={"--own-passphrase-fd": OTHER})
    owner = {"--own-passphrase-fd": PASSPHRASE}
    until(lambda: waits(lambda: fob(two, "join", "--undo", "--json", secrets=owner)), "undo")
    equal((shape(two), vault(two)), (before, kit), "the vault of before")
    equal(json.loads(fob(two, "access", "list", "--json")[0])["ways"], json.loads(ways)["ways"], "what opens it")
    with two.connect() as agent:
        agent.lock()
        agent.unlock(OTHER)
    two.stop()
    with two.start().connect() as agent:
        agent.unlock(OTHER)
    equal(shape(two), before, "after a restart")
    equal(log(two).count("vault.join_undo"), 1, "lines of the log")
    fob(two, "log", "--verify")
    # Its backups go on, and it joins once more.
    fob(two, "backup", "now")
    fob(two, "backup", "rehearse")
    join(two, place)
    with two.connect() as agent:
        agent.add("New", "new", key_of("new"))
    _, err = fob(two, "join", "--undo", "--json", status=3, secrets={"--own-passphrase-fd": PASSPHRASE})
    check("was changed since" in err, f"{err!r}")
    settled(one, two)


def typed(home, arguments, answers):
    """fob below a terminal, where somebody answers each prompt in turn. Its status, and what stood on the screen."""
    pid, terminal = pty.fork()
    if pid == 0:
        program = os.path.join(BIN, "fob")
        os.execve(program, [program, *arguments], {"PATH": os.environ["PATH"], "HOME": home.path, "FOB_HOME": home.path,
                                                   "TERM": "xterm"})
    screen, seen = "", ""

    def look(prompt):
        nonlocal seen
        if select.select([terminal], [], [], 0.05)[0]:
            try:
                seen += os.read(terminal, 4096).decode(errors="replace")
            except OSError:
                return True
        return prompt and prompt in seen.split("\n")[-1]

    for prompt, answer, hidden in answers:
        until(lambda: look(prompt), f"{prompt!r} comes: {screen + seen!r}")
        check(prompt in seen.split("\n")[-1], f"it ended instead of {prompt!r}: {screen + seen!r}")
        if hidden:
            until(lambda: not termios.tcgetattr(terminal)[3] & termios.ECHO, f"{prompt!r} is not shown")
        screen, seen = screen + seen, ""
        os.write(terminal, answer + b"\n")
    until(lambda: look(None) or os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT), "it ends")
    while select.select([terminal], [], [], 0.2)[0] and not look(None):
        pass
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), screen + seen


def typed_test():
    """At a terminal: both passphrases are asked for, each again when it was wrong; what would become of both stands there
    before the question, and a no changes nothing."""
    one, two, place = pair()
    before = vault_of(two)
    own, other, sure = "Passphrase of the vault here: ", "or a kit code of it: ", "Make one vault of both? [y/N] "
    status, screen = typed(two, ["join", place], [
        (own, b"a wrong one", True), (own, OTHER, True), (other, b"another wrong one", True), (other, PASSPHRASE, True),
        (sure, b"n", False)])
    equal(status, 5, f"{screen!r}")
    for word in ("FINGERPRINT", "twin", "only here", "no more by"):
        check(word in screen.split(sure)[0], f"{word} before the question: {screen!r}")
    equal(vault_of(two), before, "after a no")
    status, screen = typed(two, ["join", place], [(own, OTHER, True), (other, PASSPHRASE, True), (sure, b"y", False)])
    equal(status, 0, f"{screen!r}")
    check("fob sync" in screen and "fob join --undo" in screen, f"what is to be done: {screen!r}")
    equal(vault(two), vault(one), "one vault")
    status, screen = typed(two, ["join", "--undo"], [(own, PASSPHRASE, True), ("Go back to the vault", b"y", False)])
    equal(status, 0, f"{screen!r}")
    check(vault(two) != vault(one), "undone")
    check(OTHER.decode() not in screen and PASSPHRASE.decode() not in screen, "a secret was shown")


def killed_test():
    """Whenever the agent is killed, the vault here is the one of before or the one of both."""
    one, two, place = pair()
    before, mine, theirs = shape(two), vault(two), vault(one)
    two.stop()
    template = os.path.join(folder(), "template")
    shutil.copytree(two.path, template, ignore=shutil.ignore_patterns("agent.sock", "stderr"))
    outcomes = set()
    for number in range(12):
        home = Home()
        shutil.copytree(template, home.path, dirs_exist_ok=True)
        home.start()
        with home.connect() as agent:
            agent.unlock(OTHER)
        passed = []
        for octets in (OTHER, PASSPHRASE):
            read, write = os.pipe()
            os.write(write, octets), os.close(write)
            passed.append(read)
        process = subprocess.Popen(
            [os.path.join(BIN, "fob"), "join", place, "--json", "--no-start", "--own-passphrase-fd", str(passed[0]),
             "--passphrase-fd", str(passed[1])], pass_fds=passed, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, env={"PATH": os.environ["PATH"], "HOME": home.path, "FOB_HOME": home.path})
        for descriptor in passed:
            os.close(descriptor)
        # At once, and when the file of the vault has been written once, twice and so on: by the unlock, and by the join.
        seen, left = vault_of(home), number // 3
        while process.poll() is None and left > 0:
            if (now := vault_of(home)) != seen:
                seen, left = now, left - 1
            time.sleep(0.0005)
        os.kill(home.pid, signal.SIGKILL)
        home.process.wait()
        process.communicate(timeout=60)
        home.start()
        with home.connect() as agent:
            try:
                agent.unlock(OTHER)
                outcome = mine
            except Refused as error:
                equal(error.code, 77, "the passphrase of before")
                outcome = theirs
        if outcome == theirs:
            until(lambda: opens(home, PASSPHRASE), "the passphrase of the other vault")
        equal(vault(home), outcome, "the vault that it opens as")
        if outcome == mine:
            equal(shape(home), before, "the accounts of before")
        else:
            equal(len(shape(home)), 5, "the accounts of both")
        outcomes.add(outcome)
        home.remove()
    # The first is killed at once, others when the file of the vault is there.
    equal(outcomes, {mine, theirs}, "ends before and after")


def backups(home):
    """What a machine has sealed."""
    return [name for name in os.listdir(os.path.join(home.path, "sealed")) if re.fullmatch(r"fob-.*\.age", name)]


def first_test():
    """The first sync fetches the newest backup of each machine there; rubbish is told once and fails nothing; a wrong
    passphrase is one guess however many files it is tried on."""
    place = folder()
    one = machine(PASSPHRASE, place, "one")
    for number in range(12):
        with one.connect() as agent:
            agent.add("Many", f"m{number}", key_of(f"m{number}"))
        fob(one, "backup", "now")
    # Another second than the first one's: names of two machines that have saved as often are not to meet.
    two = Home("--test-time", str(int(time.time()) - 100)).start()
    names = sorted((name for name in os.listdir(place) if name.startswith("fob-")),
                   key=lambda name: int(name.rsplit("-", 1)[1][:-4]))
    check(len(names) >= 10, f"{names}")
    fob(two, "restore", os.path.join(place, names[0]), "--yes", secrets={"--passphrase-fd": PASSPHRASE})
    fetched = os.path.join(folder(), "fetched")
    fob(two, "backup", "add", "c", "--put", f'cat > "{place}/$FOB_NAME"', "--get",
        f'echo "$FOB_NAME" >> {fetched}; cat "{place}/$FOB_NAME"', "--list", f'ls "{place}"')

    def got():
        with open(fetched) as file:
            found = file.read().split()
        os.remove(fetched)
        return [name for name in found if name in names]

    told = json.loads(fob(two, "sync", "--no-ask", "--json")[0].splitlines()[0])
    equal(told["taken_in"], 1, f"{told}")
    equal(got(), [names[-1]], "what the first sync has fetched")
    fob(two, "sync", "--no-ask")
    equal(len(shape(two)), 13, "what it has")
    # Another one: that alone.
    with one.connect() as agent:
        agent.add("Many", "more", key_of("more"))
    fob(one, "backup", "now")
    names += [name for name in os.listdir(place) if name.startswith("fob-") and name not in names]
    equal(json.loads(fob(two, "sync", "--no-ask", "--json")[0].splitlines()[0])["taken_in"], 1, "the next")
    newest = max(backups(one), key=lambda name: int(name.rsplit("-", 1)[1][:-4]))
    check(newest in names, f"{newest} is not there: {names}")
    equal(set(got()) - set(backups(two)), {newest}, "what the next sync has fetched")
    # A third machine, where two others have many: the newest of each. Nor does a restore look at more.
    for number in range(4):
        with two.connect() as agent:
            agent.add("Two", f"t{number}", key_of(f"t{number}"))
        fob(two, "backup", "now")
    fob(one, "backup", "now", "--force")
    three = Home().start()
    shutil.copy(os.path.join(two.path, "config"), os.path.join(three.path, "config"))
    os.remove(fetched)
    names = [name for name in os.listdir(place) if name.startswith("fob-")]
    fob(three, "restore", "c", "--yes", secrets={"--passphrase-fd": PASSPHRASE})
    check(len(set(got())) <= 2, "what a restore has fetched")
    fob(three, "sync", "--no-ask")
    newest = {max(backups(home), key=lambda name: int(name.rsplit("-", 1)[1][:-4])) for home in (one, two)}
    equal(set(got()) - set(backups(three)), newest, "what the first sync of a third machine has fetched")
    equal({name for _, _, name, _ in shape(three)} >= {"more", "t3", "m11"}, True, "what it has")

    # What is none.
    prefix = names[0][:13]
    for content in (os.urandom(5000), b"age-encryption.org/v1\nnot really", b""):
        rubbish = f"{prefix}{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime())}-9999{len(content)}.age"
        path = os.path.join(place, rubbish)
        with open(path, "wb") as file:
            file.write(content)
        out, err = fob(two, "sync", "--no-ask", "--json")
        found = json.loads(out.splitlines()[0])
        check(len(found["rubbish"]) == 1 and rubbish in err, f"{content[:9]}: {found} {err!r}")
        equal(found["failures"], [], "no failure")
        out, err = fob(two, "sync", "--no-ask", "--json")
        check(json.loads(out.splitlines()[0])["rubbish"] == [] and rubbish not in err, f"told again: {err!r}")
        with open(path, "wb") as file:
            file.write(content + b"other")
        check(rubbish in fob(two, "sync", "--no-ask")[1], "another content is told again")
        os.remove(path)

    # The newest files of several vaults, and one wrong passphrase.
    for passphrase, name in ((OTHER, "other"), (THIRD, "three")):
        fob(machine(passphrase, place, name), "backup", "now")
    empty = Home().start()
    fob(empty, "restore", place, "--yes", status=77, secrets={"--passphrase-fd": b"of neither of them"})
    with open(os.path.join(empty.path, "audit.log")) as file:
        equal(file.read().count("vault.restore_open"), 1, "guesses that one wrong passphrase counts as")
    # A place that fails keeps doctor and rehearsal from none of the others.
    fob(one, "backup", "add", "gone", "--put", "false", "--get", "false", "--list", "false")
    out, _ = fob(one, "doctor", status=15)
    check("backup gone" in out and "backup disk" in out, f"{out!r}")
    notes = os.path.join(one.path, "backup", "gone.state")
    if os.path.exists(notes):
        os.remove(notes)
    os.mkdir(notes)
    out, _ = fob(one, "doctor", status=15)
    check("fault: backup gone" in out and "ok: backup disk" in out, f"{out!r}")
    out, err = fob(one, "backup", "rehearse", status=15)
    check("brings back all" in out, f"{out!r} {err!r}")


def past_test():
    """A vault of release 0.1.0 joins one of today, and one of today joins what 0.1.0 has sealed."""
    vectors = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "Vectors", "0.1.0")
    with open(os.path.join(vectors, "expect.json")) as file:
        passphrase = json.load(file)["secrets"]["passphrase"].encode()

    def old():
        home = Home()
        shutil.copytree(os.path.join(vectors, "home"), home.path, dirs_exist_ok=True)
        for folder, _, files in os.walk(home.path):
            os.chmod(folder, 0o700)
            for name in files:
                os.chmod(os.path.join(folder, name), 0o600)
        return home.start()

    def found(home):
        with home.connect() as agent:
            return {(account["issuer"], account["name"]) for account in agent.accounts()}

    place = folder()
    new = machine(OTHER, place, "new")
    fob(new, "backup", "now")
    home = old()
    with home.connect() as agent:
        agent.unlock(passphrase)
    before = found(home)
    check(len(before) > 5, f"the fixture: {before}")
    join(home, place, own=passphrase, other=OTHER)
    equal(found(home), before | {("Own", "new")}, "0.1.0 has joined")
    equal(vault(home), vault(new), "one vault")
    with home.connect() as agent:
        agent.lock()
    until(lambda: opens(home, OTHER), "the passphrase of the other vault")
    fob(home, "backup", "add", "shared", "--folder", place)
    fob(home, "sync", "--no-ask", "shared")
    fob(new, "sync", "--no-ask")
    equal(found(new), found(home), "both")

    # The other way round: its backups vouch for nothing, so that what should stay is named.
    place = folder()
    new = machine(OTHER, place, "new")
    source = os.path.join(vectors, "home", "sealed")
    done, _ = join(new, source, "--keep-access", "kit-codes", other=passphrase, own=OTHER)
    check("passphrase" in done["unlock_methods"] and "kit-codes" in done["unlock_methods"], f"{done}")
    check(("Own", "new") in found(new) and len(found(new)) > 5, "what came in")
    fob(new, "join", "--undo", "--json", secrets={"--own-passphrase-fd": passphrase})
    equal(found(new), {("Own", "new")}, "undone")


def crossed_test():
    """Two machines that have joined each other's vault have changed places: that is told, and what is told helps, also where
    a clock is behind."""
    for behind in (0, 300 * 86400):
        one, two, place = pair()
        if behind:
            two.stop()
            two.flags += ["--test-time", str(int(time.time()) - behind)]
            with two.start().connect() as agent:
                agent.unlock(OTHER)
        join(two, place)
        join(one, place, own=PASSPHRASE, other=OTHER)
        check(vault(one) != vault(two), "they have changed places")
        time.sleep(1.1)
        for home, name in ((one, "new of one"), (two, "new of two")):
            with home.connect() as agent:
                agent.add("New", name, key_of(name))
            fob(home, "sync", "--no-ask")
        told = [fob(home, "sync", "--no-ask")[1] for home in (one, two)]
        check("still uses the vault" in told[1] and "run fob join" in told[1], f"{told}")
        check(behind or "still uses the vault" in told[0], f"{told}")
        join(one, place, own=OTHER, other=PASSPHRASE)
        settled(one, two)
        check({"new of one", "new of two", "one", "two"} <= {name for _, _, name, _ in shape(one)}, "all of both")
        equal(vault(one), vault(two), "one vault")


if __name__ == "__main__":
    tests = {"one": one_test, "owner": owner_test, "ways": ways_test, "undo": undo_test, "typed": typed_test,
             "killed": killed_test, "first": first_test, "past": past_test,
             "crossed": crossed_test, "forked": forked_test, "changed": changed_test}
    for name in sys.argv[1:] or tests:
        tests[name]()
    print("two vaults are one")
