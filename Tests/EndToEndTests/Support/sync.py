"""`fob sync`: machines with one vault and one place for its backups become equal, whatever each has changed.

    sync.py folder|webdav|fields|twins|clock|ways|bound|names|same|kits|epochs|undo
"""

import json

from faults import key_of, vault_of
from scratch import *
from servers import *

FOB = os.path.join(BIN, "fob")
figures = {"syncs": 0, "codes": 0}


def fob(home, *arguments, status=0, secrets=None):
    """Runs fob with secrets on descriptors. Returns standard output and error."""
    done = fob_with(home, secrets, *arguments, new_session=True)
    out, err = done.stdout.decode(), done.stderr.decode()
    equal(done.returncode, status, f"{' '.join(arguments)} said {out!r} {err!r}")
    return out, err


def sync(home, status=0, secrets=None):
    out, _ = fob(home, "sync", "--no-ask", "--json", status=status, secrets=secrets)
    figures["syncs"] += 1
    return json.loads(out.splitlines()[0])


def shape(home):
    with home.connect() as agent:
        found = []
        for account in agent.accounts():
            usable = account["kind"] == "totp" and account["state"] == "ok" and account["name"] != "bound"
            code = agent.code(id=account["id"]) if usable else None
            if code:
                key = key_of(account["name"].split(" (")[0])
                equal(code["code"], totp(key, code["valid_from"]), f"the code of {account['name']}")
                figures["codes"] += 1
            found.append((account["id"], account["name"], account["counter"]))
        return found


def machines(kind):
    """Two machines with one vault of three accounts, which know one place."""
    path = tempfile.mkdtemp(prefix="fob-")
    atexit.register(shutil.rmtree, path, True)
    folder = os.path.join(path, "there")
    os.mkdir(folder)
    server = Server(kind, folder) if kind != "folder" else None
    homes = [Home().start(), Home()]
    for home in homes:
        if server:
            remote(home, server)
        fob(home, "backup", "add", "far", *(["--rclone", "place:"] if server else ["--folder", folder]))
    with homes[0].connect() as agent:
        agent.initialize(PASSPHRASE)
        for name in ("one", "two", "three"):
            agent.add("Both", name, key_of(name))
        agent.add("Bank", "counter", key_of("counter"), kind="hotp", counter=7)
    fob(homes[0], "backup", "now")
    fob(homes[1], "restore", "--json", secrets={"--passphrase-fd": PASSPHRASE})
    return *homes, folder


def backups(folder):
    return {name for name in os.listdir(folder) if name.startswith("fob-")}


def settled(one, two, folder):
    """Both have synced until nothing moves any more; then they are equal, and more syncs make no more backups."""
    for _ in range(3):
        sync(one), sync(two)
    equal(shape(one), shape(two), "the accounts of both")
    before = backups(folder)
    for home in (one, two):
        with home.connect() as agent:
            revision = status(agent)["revision"]
        equal(sync(home)["taken_in"], 0, "taken in without a change")
        with home.connect() as agent:
            equal(status(agent)["revision"], revision, "the revision after a sync without a change")
    equal(backups(folder), before, "backups without a change")


def exchange_test(kind):
    one, two, folder = machines(kind)
    settled(one, two, folder)
    # Each adds, edits, removes and uses something; the other gets it.
    with one.connect() as left, two.connect() as right:
        left.add("Left", "left", key_of("left"))
        right.add("Right", "right", key_of("right"))
        left.add("Same", "name", key_of("name"))
        right.add("Same", "name", key_of("name"))
        left.ask(0x22, protocol_client.selector("two")).end()
        for _ in range(2):
            right.code("counter")
        left.code("counter")
    fob(two, "edit", "three", "--issuer", "Renamed")
    equal(sync(one)["taken_in"], 0, "what one found: two has not shipped anything new")
    told = sync(two)
    check(told["taken_in"] >= 1 and told["machines"] == [os.uname().nodename], f"what two found: {told}")
    # Of the account that both have made, one goes: the one that comes in, or the other.
    changes = told["changes"]["new"], told["changes"]["removed"]
    check(changes in ((1, 1), (2, 2)), f"changes that two took over: {told}")
    settled(one, two, folder)
    found = {account[1]: account for account in shape(one)}
    equal(set(found), {"one", "three", "counter", "left", "right", "name"}, "accounts of both")
    equal(found["counter"][2], 9, "the counter")
    for home in (one, two):
        with home.connect() as agent:
            check("two" in [account["name"] for account in agent.accounts(trash=True)], "what was removed is in the trash")
            equal([account["issuer"] for account in agent.accounts() if account["name"] == "three"], ["Renamed"], "an edit")
    # Removed here and changed there since: it is in the trash on both, with the change.
    with one.connect() as agent:
        agent.ask(0x22, protocol_client.selector("one")).end()
    fob(two, "edit", "one", "--tag", "kept")
    fob(two, "edit", "one", "--issuer", "Kept")
    settled(one, two, folder)
    for home in (one, two):
        check("one" not in [account[1] for account in shape(home)], "a removed account is back")
        with home.connect() as agent:
            trash = {account["name"]: account["issuer"] for account in agent.accounts(trash=True)}
        equal(trash["one"], "Kept", "the change of what was removed")
    # Both at once, again and again, with changes on both sides.
    for number in range(3 if kind == "folder" else 1):
        for home, name in ((one, "left"), (two, "right")):
            with home.connect() as agent:
                agent.add("Many", f"{name} {number}", key_of(f"{name} {number}"))
        children = [apart(together, home) for home in (one, two)]
        for child in children:
            joined(child, "a sync at the same time")
    settled(one, two, folder)
    check({f"{side} 0" for side in ("left", "right")} <= {name for _, name, _ in shape(one)},
          "what both added at once is lost")
    if kind != "folder":
        # The rest has nothing to do with the kind of place.
        return
    # A machine that was away, with what it had then.
    three = Home()
    shutil.copy(os.path.join(two.path, "config"), os.path.join(three.path, "config"))
    oldest = len(backups(folder))
    fob(three, "restore", "--pick", str(oldest), "--json", secrets={"--passphrase-fd": PASSPHRASE})
    with three.connect() as agent:
        agent.add("Third", "third", key_of("third"))
    sync(three)
    for _ in range(2):
        sync(one), sync(two), sync(three)
    equal(shape(one), shape(three), "the third machine")
    equal(shape(two), shape(three), "the second and the third")
    check("third" in [name for _, name, _ in shape(one)], "what the third has added")
    # What another has left there is torn: told, nothing is changed, and the next one comes in.
    with one.connect() as agent:
        agent.add("After", "after", key_of("after"))
    before = backups(folder)
    sync(one)
    newest = os.path.join(folder, (backups(folder) - before).pop())
    with open(newest, "rb") as file:
        whole = file.read()
    with open(newest, "r+b") as file:
        file.seek(len(whole) // 2)
        file.write(bytes([whole[len(whole) // 2] ^ 1]))
    told = sync(two, status=15)
    check("damaged" in told["failures"][0], f"a damaged one: {told}")
    check("after" not in [name for _, name, _ in shape(two)], "a damaged one was taken in")
    fob(one, "backup", "run")
    settled(one, two, folder)
    check("after" in [name for _, name, _ in shape(two)], "the one that was mended")
    # Locked: nobody is asked, nothing is done.
    with two.connect() as agent:
        agent.lock()
    fob(two, "sync", "--no-ask", status=2)
    # The place is away: told, and another time it works.
    with two.connect() as agent:
        agent.unlock(PASSPHRASE)
    os.rename(folder, folder + ".away")
    told = sync(two, status=15)
    check("is not there" in told["failures"][0], f"a place that is away: {told}")
    os.rename(folder + ".away", folder)
    sync(two)


def together(home):
    fob(home, "sync", "--no-ask", "--json")


def ways_test():
    """Ways in are the same on all machines: a passphrase that was changed, a code that was used, and a recovery account
    that was added on one are so on the others, once one of them has shown that it knows the new passphrase."""
    one, two, folder = machines("folder")
    settled(one, two, folder)
    with one.connect() as agent:
        agent.ask(0x06, protocol_client.octets(PASSPHRASE) + protocol_client.octets(b"the next passphrase 7")).end()
        agent.add("After", "after", key_of("after"))
    sync(one)
    # The keys of old backups do not open this one.
    told = sync(two, status=15)
    check("has changed the unlock methods" in told["failures"][0], f"the keys are others: {told}")
    check("after" not in [name for _, name, _ in shape(two)], "taken in without a key")
    fob(two, "sync", "--no-ask", status=77, secrets={"--passphrase-fd": b"a wrong one"})
    before = vault_of(two)
    _, err = until(lambda: patient(two), "the wait after a wrong passphrase")
    check("the passphrase was changed on another machine" in err, f"what is told: {err}")
    check(vault_of(two) != before, "nothing was saved")
    settled(one, two, folder)
    check("after" in [name for _, name, _ in shape(two)], "what came with the new passphrase")
    with two.connect() as agent:
        agent.lock()
        refused(77, lambda: agent.unlock(PASSPHRASE), "the old passphrase")
    with two.connect() as agent:
        until(lambda: unlocked(agent, b"the next passphrase 7"), "the new passphrase")
    # From then on without any again.
    with one.connect() as agent:
        agent.add("More", "more", key_of("more"))
    settled(one, two, folder)
    check("more" in [name for _, name, _ in shape(two)], "what came without one")

    def listed(home):
        found = json.loads(fob(home, "access", "list", "--json")[0])
        return sorted((way["id"], way["kind"], way["label"]) for way in found["ways"]), found["codes"]

    # Both make recovery codes at once: one set counts, on both.
    secrets = {"--passphrase-fd": b"the next passphrase 7"}
    fob(one, "access", "kit", "--json", secrets=secrets)
    first = int(time.time())
    until(lambda: int(time.time()) > first, "another second")
    codes = json.loads(fob(two, "access", "kit", "--json", secrets=secrets)[0])["codes"]
    for _ in range(3):
        for home in (one, two):
            fob(home, "sync", "--no-ask", secrets=secrets)
    settled(one, two, folder)
    equal(listed(one), listed(two), "the ways in of both")
    equal(listed(one)[1]["left"], 16, "codes left")
    # One that is used on one is used up on the other.
    with one.connect() as agent:
        agent.lock()
    fob(one, "unlock", "--recovery-code", secrets={"--recovery-code-fd": codes[0].encode()})
    # What a code alone has begun nobody has vouched for.
    sync(one)
    told = sync(two, status=15, secrets=secrets)
    check("nobody has vouched" in told["failures"][0], f"an end without a passphrase: {told}")
    with one.connect() as agent:
        agent.unlock(b"the next passphrase 7")
    for _ in range(2):
        for home in (one, two):
            fob(home, "sync", "--no-ask", secrets=secrets)
    settled(one, two, folder)
    equal((listed(one)[1]["left"], listed(two)[1]["left"]), (15, 15), "codes left on both")
    with two.connect() as agent:
        agent.lock()
    fob(two, "unlock", "--recovery-code", status=77, secrets={"--recovery-code-fd": codes[0].encode()})
    until(lambda: fob_waits(two, codes[1]), "the next code")
    # The recovery key at the place is the one of the vault of both.
    key = os.path.join(one.path, "key.age")
    fob(one, "access", "recovery-key", key)
    with open(key, "rb") as own:
        octets = own.read()
    with open(os.path.join(folder, f"recovery-key-{hashlib.sha256(octets).hexdigest()[:8]}.age"), "rb") as there:
        equal(there.read(), octets, "the recovery key")


def bound_test():
    """A key that stays on its machine: the others have the account without it, and syncs come to rest all the same."""
    one, two, folder = machines("folder")
    with one.connect() as agent:
        agent.add("Only", "bound", key_of("bound"))
    _, err = fob(one, "edit", "bound", "--device-bound")
    check("no backup" in err, f"what is told: {err}")
    check("stays on this machine" in fob(one, "show", "bound")[0], "what is shown")
    settled(one, two, folder)

    def state(home):
        shown = json.loads(fob(home, "show", "bound", "--json")[0])
        return shown["state"], shown["device_bound"]

    equal((state(one)[0], state(two)[0]), ("ok", "needs_verification"), "where its key is")
    with one.connect() as agent:
        code = agent.code("bound")
        equal(code["code"], totp(key_of("bound"), code["valid_from"]), "its code on its machine")
    with two.connect() as agent:
        refused(7, lambda: agent.code("bound"), "its code on the other")
    # Renamed there, where it has no key.
    fob(two, "edit", "bound", "--issuer", "Renamed")
    settled(one, two, folder)
    equal((state(one)[0], state(two)[0]), ("ok", "needs_verification"), "where its key is after a change there")
    # Set up there too, with a key of its own.
    subprocess.run(
        [FOB, "verify", "bound"], input=base64.b32encode(key_of("second")), check=True, capture_output=True,
        env={"PATH": os.environ["PATH"], "HOME": two.path, "FOB_HOME": two.path})
    settled(one, two, folder)
    equal((state(one)[0], state(two)[0]), ("ok", "ok"), "where its keys are")
    for home, key in ((one, "bound"), (two, "second")):
        with home.connect() as agent:
            code = agent.code("bound")
            equal(code["code"], totp(key_of(key), code["valid_from"]), "each gives the code of its own key")
    # Neither key is in a backup, and a fresh machine has to set it up.
    with Home() as fresh:
        done = json.loads(fob(fresh, "restore", folder, "--json", secrets={"--passphrase-fd": PASSPHRASE})[0])
        equal(done["counts"]["needs_verification"], 1, "what a fresh machine must set up")


def details(home, name):
    with home.connect() as agent:
        found = [account["id"] for account in agent.accounts() if account["name"] == name]
    equal(len(found), 1, f"accounts of the name {name!r}")
    return json.loads(fob(home, "show", f"id:{found[0]}", "--json")[0])


def fields_test():
    """What each machine has said of an account is so on both afterwards, whoever has said more; protections stay."""
    one, two, folder = machines("folder")
    settled(one, two, folder)
    for name in ("one", "two", "three", "counter"):
        for tag in ("first", "second"):
            fob(two, "edit", name, "--tag", tag)
    fob_with(two, None, "edit", "three", "--note", input=b"in the red book", new_session=True)
    fob(one, "edit", "one", "--confirm")
    fob(one, "edit", "two", "--device-bound")
    fob(one, "edit", "three", "--lifetime", "10m")
    fob_with(one, None, "edit", "three", "--note", input=b"in the blue book", new_session=True)
    fob(one, "edit", "counter", "--issuer", "Renamed")
    told = [line for _ in range(3) for home in (one, two) for line in sync(home)["edited_twice"]]
    check("the note of Both/three has both texts" in told, f"what was told: {told}")
    for home in (one, two):
        for name in ("one", "two", "three", "counter"):
            check("second" in details(home, name)["tags"], f"tags of {name}")
        check(details(home, "one")["confirm"], "the confirmation")
        check(details(home, "two")["device_bound"], "the binding")
        equal(details(home, "three")["lifetime"], 600, "the lifetime")
        equal(details(home, "counter")["issuer"], "Renamed", "the issuer")
        note = details(home, "three")["note"]
        check("in the red book" in note and "in the blue book" in note, f"the notes: {note!r}")
        fob(home, "code", "--no-ask", "one", status=6)
    # The key that stays on its machine is in no backup from then on.
    with Home() as fresh:
        done = json.loads(fob(fresh, "restore", folder, "--json", secrets={"--passphrase-fd": PASSPHRASE})[0])
        equal(done["counts"]["needs_verification"], 1, "what a fresh machine must set up")


def twins_test():
    """One counter that was set up on both machines goes on where it stands highest."""
    one, two, folder = machines("folder")
    settled(one, two, folder)
    for home in (two, one):
        with home.connect() as agent:
            agent.add("Twin", "twin", key_of("twin"), kind="hotp", counter=0)
        # The one on the other machine is the later one, which goes.
        time.sleep(1.1)
    sync(one), sync(two)
    with one.connect() as agent:
        given = [agent.code("twin")["counter"] for _ in range(4)]
    for _ in range(3):
        sync(one), sync(two)
    for home in (one, two):
        with home.connect() as agent:
            equal(agent.code("twin")["counter"] > max(given), True, f"a counter after {given}")


def clock_test():
    """A removal counts, whatever the clock of its machine says, and however often the other has restored."""
    one, two, folder = machines("folder")
    fob(two, "backup", "now")
    equal(one.stop(), 0, "the agent's end")
    one.flags += ["--test-time", str(int(time.time()) - 3600)]
    one.start()
    with one.connect() as agent:
        agent.unlock(PASSPHRASE)
        agent.ask(0x22, protocol_client.selector("two")).end()
    for _ in range(2):
        sync(one), sync(two)
    for home in (one, two):
        with home.connect() as agent:
            equal([account["name"] for account in agent.accounts(trash=True)], ["two"], "the trash")
            check("two" not in [account["name"] for account in agent.accounts()], "a removed account is back")


def epochs_test(days):
    """What ended on one machine gets to the others, whoever else has shipped since and whatever clocks say; what those of the
    former epoch have shipped gets there too."""
    one, two, folder = machines("folder")
    three = Home()
    shutil.copy(os.path.join(two.path, "config"), os.path.join(three.path, "config"))
    fob(three, "restore", "--json", secrets={"--passphrase-fd": PASSPHRASE})
    secrets = {"--passphrase-fd": PASSPHRASE}
    fob(two, "access", "kit", "--json", secrets=secrets)
    for _ in range(2):
        for home in (one, two, three):
            fob(home, "sync", "--no-ask", secrets=secrets)
    equal(shape(one), shape(three), "all three")
    if days:
        at(two, days)
    # The kit of before ends on two, and a little later three, which does not know that, ships something.
    fob(two, "access", "kit", "--json", "--yes", secrets=secrets)
    with two.connect() as agent:
        agent.add("Two", "of two", key_of("of two"))
    sync(two)
    time.sleep(1.1)
    with three.connect() as agent:
        agent.add("Three", "of three", key_of("of three"))
    fob(three, "backup", "now")
    told = sync(one, status=15)
    check("has changed the unlock methods" in told["failures"][0], f"what ended is told: {told}")
    check("of three" in [name for _, name, _ in shape(one)], "what is of the same epoch comes in")
    told = sync(one, status=15)
    check("has changed the unlock methods" in told["failures"][0], f"it is told again: {told}")
    sync(one, secrets=secrets)
    check("of two" in [name for _, name, _ in shape(one)], "by the passphrase")
    # Another machine forks off: two epochs that do not know each other.
    fob(three, "access", "kit", "--json", "--yes", secrets=secrets)
    with three.connect() as agent:
        agent.add("Three", "forked", key_of("forked"))
    fob(three, "backup", "now")
    for _ in range(2):
        for home in (one, two, three):
            fob(home, "sync", "--no-ask", secrets=secrets)
    equal(shape(one), shape(two), "one and two")
    equal(shape(one), shape(three), "one and three")
    check({"of two", "of three", "forked"} <= {name for _, name, _ in shape(one)}, "all came in")
    ways = [json.loads(fob(home, "access", "list", "--json")[0]) for home in (one, two, three)]
    equal(len({(way["fingerprint"], way["codes"]["set"] if "set" in way["codes"] else way["codes"]["left"]) for way in ways}),
          1, f"one epoch, one set: {ways}")
    for home in (one, two, three):
        told = sync(home)
        equal((told["taken_in"], told["pending"], told["failures"]), (0, [], []), "nothing is left to take in")


def undo_test():
    """What a sync has brought comes back with the next one after it was taken back, as is said there."""
    one, two, folder = machines("folder")
    settled(one, two, folder)
    with one.connect() as agent:
        agent.add("After", "after", key_of("after"))
    fob(one, "edit", "one", "--issuer", "Renamed")
    sync(one)
    equal(sync(two)["changes"]["new"], 1, "what came in")
    before = shape(two)
    fob(two, "restore", "--undo", "--yes")
    check("after" not in [name for _, name, _ in shape(two)], "taken back")
    equal(sync(two)["changes"]["new"], 1, "what came in again")
    equal(shape(two), before, "after that")
    settled(one, two, folder)
    equal(details(two, "one")["issuer"], "Renamed", "an edit")


def at(home, days):
    """The home's agent lives so many days later from now on."""
    frozen(home, int(time.time()) + days * 86400)


def frozen(home, now):
    """For the home's agent it is that second from now on."""
    if home.process:
        home.stop()
    else:
        # The one that fob has started.
        os.kill(serving(home.socket), signal.SIGTERM)
        until(lambda: serving(home.socket) == 0, "the agent's end")
    home.flags += ["--test-time", str(now)]
    with home.start().connect() as agent:
        agent.unlock(PASSPHRASE)


def unlocked(agent, passphrase):
    try:
        agent.unlock(passphrase)
        return True
    except Refused as error:
        equal(error.code, 75, error.message)


def fob_waits(home, code):
    """Unlocks by a code, when the wait after a wrong one is over."""
    try:
        fob(home, "unlock", "--recovery-code", secrets={"--recovery-code-fd": code.encode()})
        return True
    except AssertionError as error:
        check(": 75 instead of 0" in str(error), error)


def names_test():
    """An older backup that stands under a newer name is told, by sync and by restore, and newer ones come in."""
    one, two, folder = machines("folder")
    settled(one, two, folder)
    number = lambda name: int(name.split("-")[3].split(".")[0])
    mark = backups(folder)
    for name in ("early", "late"):
        with one.connect() as agent:
            agent.add("", name, key_of(name))
        fob(one, "backup", "now")
    early, late = sorted(backups(folder) - mark, key=number)
    with open(os.path.join(folder, early), "rb") as file:
        older = file.read()
    with open(os.path.join(folder, late), "rb") as file:
        newer = file.read()
    with open(os.path.join(folder, late), "wb") as file:
        file.write(older)
    told = f"its name says save {number(late)}, and it is save {number(early)}"
    out, err = fob(two, "sync", "--no-ask")
    check(told in out + err, f"an older backup under a newer name: {out}{err}")
    equal({account[1] for account in shape(two)} & {"early", "late"}, {"early"}, "what is under its own name comes in")
    with Home() as empty:
        out, err = fob(empty, "restore", os.path.join(folder, late), "--dry-run", secrets={"--passphrase-fd": PASSPHRASE})
        lines = [line for line in (out + err).splitlines() if told in line]
        check(lines and "warning: " in lines[0], f"a restore of it: {out}{err}")
    # What the machine has comes with its next backup, whatever stands under the name of the one before.
    with open(os.path.join(folder, late), "wb") as file:
        file.write(newer)
    with one.connect() as agent:
        agent.add("", "latest", key_of("latest"))
    fob(one, "backup", "now")
    settled(one, two, folder)
    equal({account[1] for account in shape(two)} & {"early", "late", "latest"}, {"early", "late", "latest"}, "all came in")


def same_names_test():
    """Two machines that have sealed as often and in the same second have one name for two backups: what is there under it comes
    in on the other, by a sync and by a restore."""
    for way in ("sync", "restore"):
        one, two, folder = machines("folder")
        settled(one, two, folder)
        now = int(time.time()) + 60
        for home in (one, two):
            frozen(home, now)
        low, high = sorted((one, two), key=save)
        while save(low) < save(high):
            with low.connect() as agent:
                agent.add("Level", f"level {save(low)}", key_of(f"level {save(low)}"))
        for home, name in ((one, "ours"), (two, "theirs")):
            with home.connect() as agent:
                agent.add("Own", name, key_of(name))
        fob(one, "backup", "now")
        with two.connect() as agent:
            name = agent.ask(0x60, b"\0", 0xC2).string()
        check(os.path.exists(os.path.join(folder, name)), f"{name} is not there: {backups(folder)}")
        with open(os.path.join(folder, name), "rb") as there, open(os.path.join(two.path, "sealed", name), "rb") as here:
            check(there.read() != here.read(), "one backup on two machines")
        if way == "sync":
            sync(two)
        else:
            fob(two, "restore", os.path.join(folder, name), "--json", secrets={"--passphrase-fd": PASSPHRASE})
        check("ours" in [account[1] for account in shape(two)], f"by {way}: what has the name of an own one is not there")
        fob(two, "backup", "now")
        settled(one, two, folder)
        check({"ours", "theirs"} <= {account[1] for account in shape(one)}, f"by {way}: what both have")


def save(home):
    with home.connect() as agent:
        return status(agent)["generation"]


def kits_test():
    """Vaults in which a program before 0.2.0 has left two kits of one second: each code of both is good on all machines, and
    what ends on one ends on the others."""
    vectors = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../Vectors/0.2.0-two-kits")
    with open(os.path.join(vectors, "kits.json")) as file:
        expect = json.load(file)
    folder = tempfile.mkdtemp(prefix="fob-")
    atexit.register(shutil.rmtree, folder, True)
    secrets = {"--passphrase-fd": PASSPHRASE}
    homes = []
    for name in ("one", "two"):
        home = Home("--test-time", str(expect["now"]))
        shutil.copy(os.path.join(vectors, name + ".age"), os.path.join(home.path, "vault.age"))
        os.chmod(os.path.join(home.path, "vault.age"), 0o600)
        with home.start().connect() as agent:
            agent.unlock(PASSPHRASE)
        fob(home, "backup", "add", "far", "--folder", folder)
        homes.append(home)
    one, two = homes

    def codes(home):
        return json.loads(fob(home, "access", "list", "--json")[0])["codes"]

    def rounds(count):
        for _ in range(count):
            for home in homes:
                fob(home, "sync", "--no-ask", secrets=secrets)
        for home in homes:
            told = sync(home)
            equal((told["taken_in"], told["failures"]), (0, []), "at rest")

    kits = [[code.encode() for code in kit] for kit in expect["kits"]]
    for home in homes:
        equal((codes(home)["left"], codes(home)["made"]), (32, 32), "codes as they were left")
    rounds(2)
    equal(codes(one), codes(two), "what both say of the kits")
    equal(codes(one)["left"], 32, "codes that are left")
    # One of each kit is used, each on the machine that has not made it.
    for home, code in ((one, kits[1][0]), (two, kits[0][0])):
        with home.connect() as agent:
            agent.lock()
        fob(home, "unlock", "--recovery-code", secrets={"--recovery-code-fd": code})
        with home.connect() as agent:
            agent.unlock(PASSPHRASE)
    rounds(2)
    equal([codes(home)["left"] for home in homes], [30, 30], "codes that are left on both")
    for home, code in ((one, kits[1][0]), (one, kits[0][0]), (two, kits[1][0])):
        with home.connect() as agent:
            agent.lock()
        until(lambda: shut(home, code), "the wait after a wrong code")
        with home.connect() as agent:
            until(lambda: unlocked(agent, PASSPHRASE), "the passphrase")
    for kit in kits:
        with Home() as fresh:
            fob(fresh, "restore", folder, "--json",
                secrets={"--recovery-code-fd": kit[1], "--new-passphrase-fd": b"a new passphrase 9"})
            check("one" in [name for _, name, _ in shape(fresh)], "what a code of each kit restores")
    # The next kit is one.
    fob(one, "access", "kit", "--json", "--yes", secrets=secrets)
    rounds(2)
    equal([codes(home)["left"] for home in homes], [16, 16], "one kit from then on")


def shut(home, code):
    """Whether the code is refused as a wrong one; None as long as whoever was wrong waits."""
    done = fob_with(home, {"--recovery-code-fd": code}, "unlock", "--recovery-code", new_session=True)
    check(done.returncode in (75, 77), f"a used code: {done.returncode} {done.stderr!r}")
    return True if done.returncode == 77 else None


def patient(home):
    """Whoever was wrong waits a moment."""
    read, write = os.pipe()
    os.write(write, b"the next passphrase 7")
    os.close(write)
    done = subprocess.run(
        [FOB, "sync", "--no-ask", "--passphrase-fd", str(read)], stdin=subprocess.DEVNULL, capture_output=True,
        timeout=100, pass_fds=[read], env={"PATH": os.environ["PATH"], "HOME": home.path, "FOB_HOME": home.path})
    os.close(read)
    if done.returncode == 75:
        return None
    equal(done.returncode, 0, f"a sync by passphrase ({done.stderr!r})")
    return done.stdout.decode(), done.stderr.decode()


if sys.argv[1] == "ways":
    ways_test()
elif sys.argv[1] == "epochs":
    for days in (0, -300, 300):
        epochs_test(days)
elif sys.argv[1] in ("bound", "fields", "twins", "clock", "names", "same", "kits", "undo"):
    {"undo": undo_test, "bound": bound_test, "fields": fields_test, "twins": twins_test, "clock": clock_test,
     "names": names_test, "same": same_names_test, "kits": kits_test}[sys.argv[1]]()
else:
    if sys.argv[1] != "folder":
        need("rclone")
    exchange_test(sys.argv[1])
print(f"{sys.argv[1]}: " + ", ".join(f"{name} {figures[name]}" for name in figures))
