"""What lies at a place, and whether it is the place: which backup is the newest, what has vanished, a stick that is not
there, files that strangers put there, several vaults and machines in one folder, interrupted runs, hints that are followed.

    places.py [newest|planted|vanished|unmounted|vaults|trial|program|slow|causes|interrupted|nothing|lists|life]
"""

import json
import pty
import re
import select
import shlex

from faults import key_of
from scratch import *
from servers import *

FOB = os.path.join(BIN, "fob")
YEAR = 365 * 86400
steps = 0


def fob(home, *arguments, status=0, secrets=None):
    """Runs fob with secrets on descriptors. Returns standard output and error."""
    global steps
    steps += 1
    done = fob_with(home, secrets, *arguments, new_session=True)
    out, err = done.stdout.decode(), done.stderr.decode()
    equal(done.returncode, status, f"{' '.join(arguments)} said {out!r} {err!r}")
    return out, err


def folder():
    path = tempfile.mkdtemp(prefix="fob-")
    atexit.register(shutil.rmtree, path, True)
    return path


def machine(place=None, name="disk", passphrase=PASSPHRASE):
    """A machine with a vault, and a destination where it is given."""
    home = Home().start()
    with home.connect() as agent:
        agent.initialize(passphrase)
    if place:
        fob(home, "backup", "add", name, "--folder", place)
    return home


def add(home, name):
    with home.connect() as agent:
        agent.add("Example", name, key_of(name))


def ship(home, name=None, status=0):
    if name:
        add(home, name)
    return fob(home, "backup", "now", status=status)


def at(home, moment):
    """The home's agent lives at another moment from now on; None for the present."""
    home.stop()
    home.flags = [flag for index, flag in enumerate(home.flags)
                  if flag != "--test-time" and (index == 0 or home.flags[index - 1] != "--test-time")]
    if moment is not None:
        home.flags += ["--test-time", str(int(moment))]
    with home.start().connect() as agent:
        agent.unlock(PASSPHRASE)


def names(home):
    with home.connect() as agent:
        return {account["name"] for account in agent.accounts()}


def backups(place):
    return sorted((name for name in os.listdir(place) if name.startswith("fob-") and name.endswith(".age")),
                  key=lambda name: int(name.rsplit("-", 1)[1][:-4]))


def fresh(source, status=0, passphrase=PASSPHRASE, *more):
    """What a new machine has after a restore that picks nothing, and what it was told."""
    home = Home()
    out, err = fob(home, "restore", source, "--yes", *more, status=status, secrets={"--passphrase-fd": passphrase})
    return (names(home) if status == 0 else None), out + err


def newest_test():
    """Of two machines in one folder, each counts for itself; clocks are hints; the first run is like the hundredth."""
    place = folder()
    one = machine(place)
    ship(one, "one")
    two = Home()
    fob(two, "restore", place, "--yes", secrets={"--passphrase-fd": PASSPHRASE})
    fob(two, "backup", "add", "disk", "--folder", place)
    # The first sync of a machine, which has sealed nothing yet.
    add(two, "two first")
    fob(two, "sync", "--no-ask")
    own = set(backups(os.path.join(two.path, "sealed")))
    check(own and own <= set(backups(place)), "the first sync ships")
    # So many of the other machine's, all later and of higher saves, that any count over both is full.
    for number in range(23):
        with one.connect() as agent:
            agent.ask(0x60, b"\1", expect=0xC2)
    for name in backups(os.path.join(one.path, "sealed")):
        shutil.copy(os.path.join(one.path, "sealed", name), place)
    _, err = ship(two, "two only")
    newest = backups(os.path.join(two.path, "sealed"))[-1]
    check(newest in backups(place) and "verified" in err, f"the newest of the other machine: {err!r}")
    out, _ = fob(two, "backup", "rehearse")
    check("brings back all" in out, f"{out!r}")
    equal(json.loads(fob(two, "backup", "status", "--json")[0])["destinations"][0]["newest"], newest, "newest")
    # A restore opens the later one, and tells of the higher one of the other machine... whose name is the same here.
    found, said = fresh(place)
    check("one" in found, f"{found} {said!r}")

    # A clock that was a year ahead once, and one that went back.
    place = folder()
    home = machine(place)
    ship(home, "before")
    at(home, time.time() + YEAR)
    ship(home, "of the future")
    at(home, time.time() - 3600)
    ship(home, "after")
    found, said = fresh(place)
    equal(found, {"before", "of the future", "after"}, f"after a clock that was wrong: {said!r}")
    at(home, time.time() + YEAR)
    ship(home, "the last one")
    found, said = fresh(place)
    check("the last one" not in found and "future" in said and "--pick" in said, f"the future is no default: {said!r}")
    pick = re.search(r"--pick (\d+)", said)[1]
    found, said = fresh(place, 0, PASSPHRASE, "--pick", pick)
    check("the last one" in found, f"and can be picked as the hint says: {said!r}")


def planted_test():
    """What strangers put there under names of the vault is told, passed over, and keeps nobody from the rest."""
    place = folder()
    home = machine(place)
    ship(home, "one")
    ship(home, "two")
    vault = backups(place)[0].split("-")[1]
    now = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(time.time() + 3600))
    old = os.path.join(place, backups(place)[0])
    stranger = machine(folder())
    ship(stranger, "stranger")
    strange = os.path.join(stranger.path, "sealed", backups(os.path.join(stranger.path, "sealed"))[-1])
    with open(old, "rb") as file:
        good = file.read()
    contents = {
        "rubbish": os.urandom(5000), "empty": b"", "an older one": good, "torn": good[:-100],
        "a stranger's": open(strange, "rb").read(), "text": b"hello",
        "a header and rubbish": good[:good.index(b"--- ") + 48] + os.urandom(3000),
    }
    for number, (what, octets) in enumerate(contents.items()):
        name = f"fob-{vault}-{now}-{999990 + number}.age"
        with open(os.path.join(place, name), "wb") as file:
            file.write(octets)
        fob(home, "backup", "run")
        out, _ = fob(home, "doctor")
        check(name in out and "ok: backup disk" in out, f"{what}: doctor tells and goes on: {out}")
        out, err = fob(home, "backup", "rehearse")
        check("brings back all 2" in out and name in err, f"{what}: rehearse {out!r} {err!r}")
        found, said = fresh(place)
        equal(found, {"one", "two"}, f"{what}: a restore that picks nothing ({said!r})")
        check(f"{name} was passed over" in said, f"{what}: told {said!r}")
        os.remove(os.path.join(place, name))
    # The passphrase of an older day does not open an older backup in silence.
    with home.connect() as agent:
        agent.ask(0x06, protocol_client.octets(PASSPHRASE) + protocol_client.octets(b"the next passphrase 7")).end()
    ship(home, "three")
    fresh(place, 77)
    found, _ = fresh(place, 0, b"the next passphrase 7")
    equal(found, {"one", "two", "three"}, "by the passphrase of the day")


def vanished_test():
    """What somebody removes is told by every run until the owner takes note."""
    place = folder()
    home = machine(place)
    for name in ("one", "two", "three"):
        ship(home, name)
    first, second, third = backups(place)
    os.remove(os.path.join(place, first))
    os.remove(os.path.join(home.path, "sealed", first))
    os.remove(os.path.join(place, second))
    for _ in range(2):
        _, err = fob(home, "backup", "run", status=15)
        check(first in err and "vanished" in err and "1 was put there again" in err, f"told: {err!r}")
    equal(backups(place), [second, third], "what can be put there again")
    out, _ = fob(home, "backup", "status")
    check("failing" in out and first in out, f"status: {out!r}")
    out, _ = fob(home, "doctor", status=15)
    check(first in out, f"doctor: {out!r}")
    follow(home, out)
    fob(home, "backup", "run")
    fob(home, "doctor")
    check("verified" in fob(home, "backup", "status")[0], "after that")
    # All of them, with what marks the place: the folder is the same one.
    for name in os.listdir(place):
        os.remove(os.path.join(place, name))
    out, _ = fob(home, "backup", "status")
    check("failing" in out and "the newest backup there is gone" in out, f"before anybody has looked: {out!r}")
    _, err = fob(home, "backup", "run", status=15)
    check("removed" in err, f"emptied: {err!r}")
    equal(backups(place), [second, third], "what can be put there again")
    follow(home, err)
    fob(home, "backup", "run")


def follow(home, said, status=0):
    """Does what a hint says, word by word."""
    commands = re.findall(r"run: (fob [a-z0-9 -]+)", said)
    check(commands, f"no command in {said!r}")
    fob(home, *shlex.split(commands[-1])[1:], status=status)


def unmounted_test():
    """An empty mount point is not the stick, and an empty answer is not the place."""
    place = os.path.join(folder(), "stick")
    os.mkdir(place)
    home = machine(place, "stick")
    aside = place + ".away"

    def swapped():
        os.rename(place, aside)
        os.mkdir(place)

    # Before the first backup, and after it.
    for number in range(2):
        swapped()
        add(home, f"n{number}")
        for verb in (["now"], ["run"], ["test", "stick"], ["rehearse"]):
            _, err = fob(home, "backup", *verb, status=15)
            check("not the place" in err, f"{verb}: {err!r}")
            equal(os.listdir(place), [], f"{verb}: what is in the mount point")
        check("not the place" in fob(home, "doctor", status=15)[0], "doctor")
        fob(home, "sync", "--no-ask", status=15)
        equal(os.listdir(place), [], "what a sync has put there")
        os.rmdir(place)
        os.rename(aside, place)
        _, err = fob(home, "backup", "run")
        check("verified" in err, f"mounted again: {err!r}")
    # Moved on purpose: what the hint says helps.
    os.rename(place, aside)
    os.mkdir(place)
    out, err = fob(home, "backup", "run", status=15)
    follow(home, err)
    _, err = fob(home, "backup", "run")
    equal(backups(place), backups(os.path.join(home.path, "sealed")), "at the new place")
    # Another machine knows the place by the same file.
    other = machine(place, "same")
    ship(other, "other")
    equal(len([name for name in os.listdir(place) if name.startswith("place-of-fob-")]), 1, "what marks it")
    # Of release 0.1.0 there is no mark: the backups are.
    state = os.path.join(home.path, "backup", "stick.state")
    with open(state) as file:
        lines = [line for line in file if not line.startswith(("place ", "directory "))]
    with open(state, "w") as file:
        file.writelines(lines)
    swapped_away = place + ".old"
    os.rename(place, swapped_away)
    os.mkdir(place)
    fob(home, "backup", "run", status=15)
    equal(os.listdir(place), [], "an unmarked place that is not there")
    os.rmdir(place)
    os.rename(swapped_away, place)
    fob(home, "backup", "run")
    # A network's own answer.
    commands = folder()
    listing = os.path.join(folder(), "listing")
    with open(listing, "w") as file:
        file.write(f'ls "{commands}"\n')
    fob(home, "backup", "remove", "stick")
    fob(home, "backup", "add", "net", "--put", f'cat > "{commands}/$FOB_NAME"', "--get", f'cat "{commands}/$FOB_NAME"',
        "--list", f". {listing}", "--delete", f'rm "{commands}/$FOB_NAME"')
    fob(home, "backup", "run")
    before = sorted(os.listdir(commands))
    with open(os.path.join(home.path, "backup", "net.state")) as file:
        known = [line for line in file if line.startswith("file ")]
    for answer in ("true\n", "echo '<html>'\n", "echo notes.txt\n"):
        with open(listing, "w") as file:
            file.write(answer)
        _, err = fob(home, "backup", "run", status=15)
        check("not the place" in err, f"{answer!r}: {err!r}")
        equal(sorted(os.listdir(commands)), before, "what is there")
        with open(os.path.join(home.path, "backup", "net.state")) as file:
            equal([line for line in file if line.startswith("file ")], known, "what is known")


def vaults_test():
    """Two vaults in one place: each passphrase opens its own, whose is newer matters to nobody."""
    place = folder()
    anna = machine(place)
    ship(anna, "anna")
    time.sleep(1.1)
    bob = machine(place, passphrase=b"another passphrase of bob")
    ship(bob, "bob")
    for passphrase, name in ((PASSPHRASE, "anna"), (b"another passphrase of bob", "bob")):
        found, said = fresh(place, 0, passphrase)
        equal(found, {name}, f"{said!r}")
        check("backups of 2 vaults" in said and "newer" not in said, f"whose are there: {said!r}")
    _, said = fresh(place, 77, b"of neither of them")
    check("2 vaults" in said, f"neither: {said!r}")
    for home, other in ((anna, bob), (bob, anna)):
        fob(home, "backup", "rehearse")
        check("of another vault" in fob(home, "doctor")[0], "doctor tells of the other")
        check("of another vault" in fob(home, "sync", "--no-ask")[1], "sync tells of the other")
    # The vault here comes first.
    out, err = fob(anna, "restore", place, "--yes", secrets={"--passphrase-fd": PASSPHRASE})
    check("1 same" in out, f"{out!r} {err!r}")


def program_test():
    """The program for readers without fob lies beside the backups, is no backup, and never keeps one from getting there."""
    place = folder()
    home = machine(place)
    ship(home, "one")
    path = os.path.join(place, "readable.py")
    with open(path, "rb") as file:
        program = file.read()
    # It reads what age makes of the backup beside it.
    need("age")
    code = subprocess.run([sys.executable, path], input=b"nothing", capture_output=True)
    check(code.returncode == 1 and b"no records" in code.stderr, f"{code}")
    before = os.stat(path).st_ino
    ship(home, "two")
    equal(os.stat(path).st_ino, before, "the file while it is the same")
    # Of another release.
    with open(path, "wb") as file:
        file.write(program.replace(b"python3", b"python9"))
    ship(home, "three")
    check(open(path, "rb").read() == program, "the program after one of another release")
    # A person's own program of that name stays, and keeps nothing from anywhere.
    with open(path, "wb") as file:
        file.write(b"print(1)\n")
    _, err = ship(home, "four")
    check("verified" in err and "readable.py" in err and "warning" in err, f"told: {err!r}")
    equal(open(path, "rb").read(), b"print(1)\n", "what is somebody else's")
    os.remove(path)
    os.mkdir(path)
    _, err = ship(home, "five")
    check("verified" in err, f"a directory of its name: {err!r}")
    os.rmdir(path)
    ship(home, "six")
    check(open(path, "rb").read() == program, "the program once there is room for it")
    # Nothing takes it for a backup.
    for verb in (["backup", "rehearse"], ["backup", "status"], ["doctor"], ["sync", "--no-ask"], ["restore", "--list", place]):
        out, err = fob(home, *verb)
        check("readable.py" not in out + err, f"{verb}: {out!r} {err!r}")
    equal(len(fresh(place)[0]), 6, "a restore that picks nothing")
    # Once the vault is gone, it alone is no place to restore from.
    for name in backups(place):
        os.remove(os.path.join(place, name))
    fob(Home(), "restore", place, "--yes", status=66, secrets={"--passphrase-fd": PASSPHRASE})


def trial_test():
    """A trial leaves nothing that a restore takes for a backup, and says what it leaves."""
    place = folder()
    home = machine()
    fob(home, "backup", "add", "d", "--put", f'cat > "{place}/$FOB_NAME"', "--get", f'cat "{place}/$FOB_NAME"',
        "--list", f'ls "{place}"')
    ship(home, "one")
    out, err = fob(home, "backup", "test", "d")
    left = [name for name in os.listdir(place) if name.startswith("trial-of-fob-")]
    check(len(left) == 1 and left[0] in err and "stays" in err, f"{err!r} {left}")
    # And what release 0.1.0 has left.
    with open(os.path.join(place, f"fob-00000000-{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime())}-0.age"), "wb") as file:
        file.write(os.urandom(4096))
    equal(fresh(place)[0], {"one"}, "a restore that picks nothing")
    check("fob-00000000" not in fob(home, "restore", "--list", place)[0], "listed")
    # What is torn where nothing can be removed has another one beside it, by itself.
    for octets in (b"", b"a beginning"):
        torn = backups(place)[-1]
        with open(os.path.join(place, torn), "wb") as file:
            file.write(octets)
        _, err = fob(home, "backup", "run")
        newest = backups(place)[-1]
        check(newest != torn and f"uploaded {newest}" in err and "verified" in err, f"beside {octets!r}: {err!r}")
        equal(fresh(place)[0], {"one"}, f"a restore beside {octets!r}")
    # One that can delete tidies up what lies there.
    fob(home, "backup", "add", "f", "--folder", place)
    _, err = fob(home, "backup", "test", "f")
    check("removed" in err, f"{err!r}")
    equal([name for name in os.listdir(place) if name.startswith("trial-of-fob-")], [], "what is left")


def slow_test():
    """An upload that takes longer than the agent waits for a greeting is verified; no agent and a locked vault are two
    things."""
    place = folder()
    home = machine()
    fob(home, "backup", "add", "d", "--put", f'sleep 6; cat > "{place}/$FOB_NAME"', "--get",
        f'cat "{place}/$FOB_NAME"', "--list", f'ls "{place}"')
    _, err = ship(home, "one")
    check("read back and verified" in err, f"{err!r}")
    quick = folder()
    fob(home, "backup", "remove", "d")
    fob(home, "backup", "add", "q", "--folder", quick)
    with home.connect() as agent:
        agent.lock()
    _, err = fob(home, "backup", "run")
    check("because the vault is locked" in err, f"locked: {err!r}")
    home.stop()
    _, err = fob(home, "backup", "run", "--no-start")
    check("because no agent answers" in err, f"no agent: {err!r}")


def causes_test():
    """Causes are told apart, and each hint can be followed."""
    place = folder()
    home = machine(place)
    ship(home, "one")
    said = os.path.join(folder(), "said")
    fob(home, "backup", "add", "c", "--put", f'cat "{said}" >&2; exit 1', "--get", "false", "--list",
        f'cat "{said}" >&2; test ! -s "{said}"')
    for text, words, verb in (
            ("couldn't fetch token: Post x: dial tcp: lookup y: no such host", "cannot be reached", "run"),
            ("401 Unauthorized", "refused", "test"), ("500 Internal Server Error", "fault of its own", "run"),
            ("429 Too Many Requests", "asked later", "run"), ("x509: certificate has expired", "certificate", "test"),
            ("but have <html>", "wants a login", "run"), ("507 Insufficient Storage", "no room", "run"),
            ("No such directory", "does not exist", "test"), ("strange", "status 1", "test")):
        with open(said, "w") as file:
            file.write(text)
        for arguments in (["run", "c"], ["test", "c"]):
            _, err = fob(home, "backup", *arguments, status=15)
            check(words in err and f"fob backup {verb} c" in err, f"{text!r}: {err!r}")
        out, _ = fob(home, "backup", "status")
        check(f"fob backup {verb} c" in out, f"{text!r}: status {out!r}")
        if text.startswith("507"):
            out, _ = fob(home, "doctor", status=15)
            check("no room" in out, f"doctor, of a place that takes no more: {out!r}")
        # What the hint says is a command that there is, and it fails for the same reason and no other.
        follow(home, err.split("hint: ", 1)[1], status=15)
    # One that fails keeps the rehearsal from none of the others.
    out, err = fob(home, "backup", "rehearse", status=15)
    check("disk: " in out and "brings back all" in out and "at c" in err, f"{out!r} {err!r}")
    found = json.loads(fob(home, "backup", "rehearse", "--json", status=15)[0].splitlines()[0])
    equal([place["destination"] for place in found["failures"]], ["c"], "failures in JSON")


def interrupted_test():
    """Interrupted at any moment: no child goes on, nothing unfinished stays, and the next run does it."""
    place = folder()
    home = machine()
    mark = os.path.join(folder(), "running")
    fob(home, "backup", "add", "d", "--put", f'touch {mark}; sleep 1000; cat > "{place}/$FOB_NAME"', "--get",
        f'cat "{place}/$FOB_NAME"', "--list", f'ls "{place}"')
    add(home, "one")
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        process = subprocess.Popen(
            [FOB, "backup", "now"], env={"PATH": os.environ["PATH"], "HOME": home.path, "FOB_HOME": home.path},
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        until(lambda: os.path.exists(mark), "the upload runs")
        process.send_signal(number)
        _, err = process.communicate(timeout=60)
        equal(process.returncode, 130, f"interrupted ({err!r})")
        os.remove(mark)
        check(not any("sleep\0001000" in line for line in command_lines(home)), "a child goes on")
        equal(os.listdir(place), [], "what is there")
        equal([name for name in os.listdir(os.path.join(home.path, "backup")) if name.startswith(".")], [], "notes")
    if shutil.which("rclone"):
        served = os.path.join(folder(), "served")
        os.mkdir(served)
        server = Server("webdav", served)
        remote(home, server)
        fob(home, "backup", "remove", "d")
        fob(home, "backup", "add", "r", "--rclone", "place:fob")
        with open(os.path.join(folder(), "x"), "w"):
            pass
        for wait in (0.05, 0.2, 0.4, 0.7, 1.0):
            process = subprocess.Popen(
                [FOB, "backup", "run"], env={"PATH": os.environ["PATH"], "HOME": home.path, "FOB_HOME": home.path},
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            time.sleep(wait)
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=60)
            check(process.returncode in (0, 130, -2), f"status {process.returncode}")
            check(not any("rcat" in line or "moveto" in line for line in command_lines(home)), "rclone goes on")
        fob(home, "backup", "run")
        left = [name for name in os.listdir(os.path.join(served, "fob")) if "partial" in name]
        equal(left, [], "unfinished files")


def command_lines(home):
    """Of what runs for a home: other tests run the same commands for others."""
    found = []
    for process in filter(str.isdigit, os.listdir("/proc")):
        try:
            with (open(f"/proc/{process}/environ", errors="replace") as environment,
                  open(f"/proc/{process}/cmdline", errors="replace") as file):
                if home.path in environment.read():
                    found.append(file.read())
        except OSError:
            pass
    return found


def nothing_test():
    """A run that can ship and verify nothing is no success, and has a status of its own."""
    home = Home().start()
    _, err = fob(home, "backup", "run", status=31)
    check("no destination" in err, f"{err!r}")
    fob(home, "backup", "add", "disk", "--folder", folder())
    _, err = fob(home, "backup", "run", status=31)
    check("no finished backup" in err, f"{err!r}")
    file = os.path.join(folder(), "file")
    with open(file, "w") as other:
        other.write("x")
    fob(home, "backup", "add", "file", "--folder", file, status=15)
    fob(home, "backup", "add", "blank", "--folder", os.path.dirname(file) + "/x ", status=64)
    # One place is one, whatever it is called, and the vault's own folders are none.
    with home.connect() as agent:
        agent.initialize(PASSPHRASE)
    one = folder()
    os.symlink(one, one + ".link")
    atexit.register(os.unlink, one + ".link")
    fob(home, "backup", "add", "one", "--folder", one)
    for path in (one, one + "/", one + "/../" + os.path.basename(one), one + ".link"):
        _, err = fob(home, "backup", "add", "two", "--folder", path, status=9)
        check("the destination one" in err, f"{path}: {err!r}")
    fob(home, "backup", "add", "far", "--rclone", "far:backups")
    fob(home, "backup", "add", "farther", "--rclone", "far:backups", status=9)
    fob(home, "backup", "now", status=15)
    for name in ("", "/sealed", "/sealed/../sealed", "/backup"):
        _, err = fob(home, "backup", "add", "own", "--folder", home.path + name, status=64)
        check("its own files" in err, f"{name}: {err!r}")


def lists_test():
    """A list of what is not there is an error; what is no backup is not listed as one."""
    home = Home()
    fob(home, "restore", "--list", "/no/such/path", status=66)
    fob(home, "restore", "--list", "--json", "/no/such/path", status=66)
    text = os.path.join(folder(), "notes.txt")
    with open(text, "w") as file:
        file.write("hello\n")
    fob(home, "restore", "--list", text, status=65)
    # A copy that a program made which synchronises folders.
    place = folder()
    owner = machine(place)
    ship(owner, "one")
    name = backups(place)[0]
    only = folder()
    shutil.copy(os.path.join(place, name), os.path.join(only, name[:-4] + " (conflicted copy).age"))
    equal(fresh(only)[0], {"one"}, "from a conflicted copy")
    # A newest one that is torn: the one before is taken, and that is told.
    ship(owner, "two")
    newest = backups(place)[-1]
    os.truncate(os.path.join(place, newest), 3000)
    found, said = fresh(place)
    check(found == {"one"} and f"{newest} was passed over" in said, f"{said!r}")
    shutil.copy(os.path.join(owner.path, "sealed", newest), place)
    copies_test(place, owner, only)


def copies_test(place, owner, only):
    """Names that copying has changed: the newest is still the newest, whatever stands around its name."""
    for number in range(9):
        ship(owner, f"more {number}")
    wanted = {"one", "two", *(f"more {number}" for number in range(9))}
    for change in ("{} (1).age", "Copy of {}.age", "{}.age.txt", "{}.age.download", "{}.AGE"):
        for path in os.listdir(only):
            os.remove(os.path.join(only, path))
        for name in backups(place):
            new = change.format(name[:-4])
            shutil.copy(os.path.join(place, name), os.path.join(only, new.upper() if new.endswith("AGE") else new))
        equal(fresh(only)[0], wanted, f"from files that are called {change}")
    # What is in a cloud only is told, and is never passed over in silence.
    newest, stub = backups(place)[-1], b"bplist00"
    for path in os.listdir(only):
        os.remove(os.path.join(only, path))
    with open(os.path.join(only, f".{newest}.icloud"), "wb") as file:
        file.write(stub)
    check(f"{newest} is in the cloud only" in fresh(only, status=66)[1], "nothing but what is in a cloud")
    shutil.copy(os.path.join(place, backups(place)[0]), only)
    found, said = fresh(only)
    check(found == {"one"} and f"{newest} is in the cloud only" in said, f"an older one beside it: {found} {said!r}")
    shutil.copy(os.path.join(place, newest), only)
    found, said = fresh(only)
    check(found == wanted and "cloud" not in said, f"once it is here: {said!r}")
    # An old one with its own name is no newer for that.
    shutil.copy(os.path.join(place, backups(place)[0]), only)
    equal(fresh(only)[0], wanted, "from copies, and one that is none")
    # A link to the folder is the folder; the folder above names it; a recovery key is no backup.
    link = os.path.join(folder(), "link")
    os.symlink(place, link)
    equal(fresh(link)[0], wanted, "by a link")
    above = os.path.join(folder(), "stick")
    shutil.copytree(place, os.path.join(above, "my fob"))
    # On a disk of its own there is a directory that only root may read.
    for path in (above, os.path.join(above, "my fob")):
        os.mkdir(os.path.join(path, "lost+found"), 0)
    said = fresh(above, status=66)[1]
    told = re.search(r"backups are in a folder below it: (.+)", said)
    check(told, f"which folder: {said}")
    equal(fresh(shlex.split(told[1])[0])[0], wanted, "from the folder that was named")
    for path in (above, os.path.join(above, "my fob")):
        os.rmdir(os.path.join(path, "lost+found"))
    key = next(name for name in os.listdir(place) if name.startswith("recovery-key"))
    check("this is a recovery key" in fresh(os.path.join(place, key), status=65)[1], "a recovery key in place of a backup")


def age(key, sealed, passphrase=None):
    """What the stock program makes of a backup, with a file of an identity; None when it does not open it."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.execvp("age", ["age", "-d", "-i", key, "-o", sealed + ".records", sealed])
    typed, screen = False, b""
    while True:
        if select.select([terminal], [], [], 0.05)[0]:
            try:
                screen += os.read(terminal, 4096)
            except OSError:
                break
        if not typed and passphrase and b"passphrase" in screen.lower():
            typed = True
            os.write(terminal, passphrase + b"\n")
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    os.close(terminal)
    if status != 0:
        return None
    with open(sealed + ".records", "rb") as file:
        records = file.read()
    os.remove(sealed + ".records")
    return records


def life_test():
    """Five passphrases, three losses and two sets of codes: the stock program opens every backup that is kept, with the
    passphrase or a code of its day."""
    need("age")
    place = folder()
    passphrases = [b"the passphrase of day %d" % number for number in range(5)]
    home = machine(place, passphrase=passphrases[0])
    day, opens, codes = 0, {}, []

    def kit():
        out, _ = fob(home, "access", "kit", "--yes", "--json", secrets={"--passphrase-fd": passphrases[day]})
        return json.loads(out)["codes"]

    def sealed(account):
        add(home, account)
        _, err = fob(home, "backup", "now")
        check("verified" in err and "warning" not in err, f"{account}: {err!r}")
        for name in backups(place):
            # A kit is a save of its own: what was sealed for it holds what the one before did.
            opens.setdefault(name, (passphrases[day], codes[-1] if codes else None))
        equal(opens[backups(place)[-1]][0], passphrases[day], "the passphrase of the day")

    def lose(code):
        """The machine is gone, and so is the passphrase."""
        nonlocal home, day
        home.remove()
        day += 1
        home = Home().start()
        fob(home, "restore", place, "--yes", "--keep-access", "kit-codes",
            secrets={"--recovery-code-fd": code.encode(), "--new-passphrase-fd": passphrases[day]})
        fob(home, "backup", "add", "disk", "--folder", place)

    sealed("first")
    codes = kit()
    sealed("with a kit")
    lose(codes[0])
    sealed("after the first loss")
    with home.connect() as agent:
        agent.ask(0x06, protocol_client.octets(passphrases[1]) + protocol_client.octets(passphrases[2])).end()
    day = 2
    sealed("with a new passphrase")
    lose(codes[1])
    sealed("after the second loss")
    codes = kit()
    sealed("with a new kit")
    lose(codes[0])
    sealed("after the third loss")
    for name in (fob(home, "doctor")[0],):
        check("fault" not in name, f"doctor: {name}")
    keys = [os.path.join(place, name) for name in os.listdir(place) if name.startswith("recovery-key")]
    equal(len(keys), 5, "recovery keys, one for each passphrase")
    equal(len(opens), len(backups(place)), "backups")
    identity = os.path.join(folder(), "identity.txt")
    for name, (passphrase, code) in opens.items():
        path = os.path.join(place, name)
        found = [key for key in keys if b"first" in (age(key, path, passphrase) or b"")]
        equal(len(found), 1, f"{name} by {passphrase} and a recovery key there")
        if code:
            with open(identity, "w") as file:
                file.write(fob(home, "access", "identity", secrets={"--recovery-code-fd": code.encode()})[0])
            check(b"first" in (age(identity, path) or b""), f"{name} by a code of its day")


TESTS = {
    "newest": newest_test, "planted": planted_test, "vanished": vanished_test, "unmounted": unmounted_test,
    "vaults": vaults_test, "trial": trial_test, "program": program_test, "slow": slow_test, "causes": causes_test,
    "interrupted": interrupted_test, "nothing": nothing_test, "lists": lists_test, "life": life_test,
}
wanted = sys.argv[1:] or list(TESTS)
for test in wanted:
    TESTS[test]()
print(f"{', '.join(wanted)}: {steps} commands")
