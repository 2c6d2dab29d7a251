"""Places, names and moments that nobody thinks of: what lies there, and what is to be said, when the place is a file, a
link, full, read-only, of another's letters or far too long; when names are of years to come and machines are called
oddly; when nothing is sealed; when the vault is locked in the midst.

    odd_places.py [kinds|names|machines|sealed|full|folding|locked|left]
"""

import ctypes
import pty
import select

from faults import key_of
from scratch import *

FOB = os.path.join(BIN, "fob")


def fob(home, *arguments, status=0, secrets=None):
    """Runs fob with secrets on descriptors. Returns all that it said."""
    done = fob_with(home, secrets, *arguments, new_session=True)
    said = (done.stdout + done.stderr).decode()
    if status is not None:
        equal(done.returncode, status, f"{' '.join(arguments)} said {said!r}")
    return said


def folder():
    path = tempfile.mkdtemp(prefix="fob-")
    atexit.register(shutil.rmtree, path, True)
    return path


def machine(place=None):
    home = Home().start()
    with home.connect() as agent:
        agent.initialize(PASSPHRASE)
    if place:
        fob(home, "backup", "add", "disk", "--folder", place)
    return home


def add(home, name):
    with home.connect() as agent:
        agent.add("Example", name, key_of(name))


def names(home):
    with home.connect() as agent:
        return {account["name"] for account in agent.accounts()}


def backups(place):
    return sorted((name for name in os.listdir(place) if name.startswith("fob-") and name.endswith(".age")),
                  key=lambda name: int(name.rsplit("-", 1)[1][:-4]))


def fresh(source, status=0, *more):
    """What a new machine has after a restore that picks nothing, and what it was told."""
    home = Home()
    said = fob(home, "restore", source, "--yes", *more, status=status, secrets={"--passphrase-fd": PASSPHRASE})
    return (names(home) if status == 0 else None), said


def sealed(home):
    return backups(os.path.join(home.path, "sealed"))


def kinds_test():
    """What is no folder, is no folder any more, or is one by a detour."""
    base = folder()
    place = os.path.join(base, "place")
    os.mkdir(place)
    home = machine(place)
    add(home, "one")
    fob(home, "backup", "now")
    away = place + ".away"
    os.rename(place, away)

    def fails(*words):
        add(home, f"n{len(names(home))}")
        said = fob(home, "backup", "now", status=15)
        check(any(word in said for word in words), f"{words}: {said!r}")
        for verb in (["backup", "test", "disk"], ["backup", "rehearse"], ["doctor"], ["sync", "--no-ask"]):
            said = fob(home, *verb, status=15)
            check(any(word in said for word in words), f"{verb} {words}: {said!r}")

    with open(place, "wb") as file:
        file.write(b"a letter")
    fails("not a directory")
    equal(open(place, "rb").read(), b"a letter", "the file in the place of the folder")
    os.remove(place)
    os.mkfifo(place)
    fails("not a directory")
    os.remove(place)
    os.symlink("/no/such/place", place)
    fails("is not there")
    os.remove(place)
    os.symlink(place, place)
    fails("symbolic link")
    os.remove(place)
    # A link to where it is now leads there.
    os.symlink(away, place)
    said = fob(home, "backup", "now")
    check("verified" in said, f"by a link: {said!r}")
    equal(backups(away), sealed(home), "by a link")
    # So long a name that none fits behind it.
    deep = base
    while len(deep) < 3900:
        deep = os.path.join(deep, "d" * 255)
    for path, words in (
            (os.path.join(base, "x" * 255), ["is a destination"]), (os.path.join(base, "x" * 256), ["too long"]),
            (os.path.join(deep, "e" * 255), ["too long", "not there"]), (os.path.join(base, "ä" * 127), ["is a destination"])):
        said = fob(home, "backup", "add", "long", "--folder", path, status=None)
        check(any(word in said for word in words), f"a path of {len(path)}: {said!r}")
        if "is a destination" in said:
            check("verified" in fob(home, "backup", "run", "long"), f"a path of {len(path)}")
            fob(home, "backup", "remove", "long")
    for name in ("", "a" * 33, "a b", "../x", "ä", "-x", "x\n"):
        fob(home, "backup", "add", "--folder", folder(), "--", name, status=64)


def names_test():
    """Names of years to come, with numbers at their limits, in other letters."""
    place = folder()
    home = machine(place)
    for name in ("one", "two"):
        add(home, name)
        fob(home, "backup", "now")
    vault = backups(place)[0].split("-")[1]
    older = open(os.path.join(place, backups(place)[0]), "rb").read()
    newest = open(os.path.join(place, backups(place)[-1]), "rb").read()
    planted = [
        f"fob-{vault}-99991231T235959Z-18446744073709551615.age", f"fob-{vault}-99991231T235959Z-9223372036854775807.age",
        f"fob-{vault}-20991231T235959Z-4000000000.age", f"fob-{vault}-19700101T000000Z-0.age",
        f"fob-{vault}-20261332T256199Z-9.age", f"fob-{vault}-20260230T000000Z-09.age",
        f"FOB-{vault.upper()}-20271130T000000Z-77.AGE", f"fob-{vault}-20271130T000000Z-77.age.age",
        f"fob-{vault}-20271130T000000Z--77.age", f"fob-{vault}-20271130T000000Z-77.age ", "fob-.age", "fob-" + "x" * 247 + ".age",
        f"fob-{vault}-20271130T000000Z-\x1b[31m.age", f"fob-{vault}-20271130T000000Z-\u0667.age", b"fob-\xff\xfe.age"]
    for name in planted:
        for octets in (older, newest, os.urandom(3000), b""):
            path = os.path.join(os.fsencode(place), os.fsencode(name) if isinstance(name, str) else name)
            with open(path, "wb") as file:
                file.write(octets)
            add(home, f"n{len(names(home))}")
            said = fob(home, "backup", "now")
            check("verified" in said, f"{name!r}: {said!r}")
            found, said = fresh(place)
            equal(found, names(home), f"{name!r}: a restore ({said!r})")
            check("\x1b" not in said, f"{name!r}: an escape gets through: {said!r}")
            said = fob(home, "doctor") + fob(home, "sync", "--no-ask", status=None) + fob(home, "backup", "rehearse")
            check("brings back all" in said and "\x1b" not in said, f"{name!r}: {said!r}")
            with open(path, "rb") as file:
                equal(file.read(), octets, f"{name!r}: what strangers put there")
            os.remove(path)
            if name[0:1] not in (b"f", "f") or name == "fob-.age":
                break
    check("verified" in fob(home, "backup", "status"), "afterwards")


def machines_test():
    """What a machine is called is shown, and never obeyed."""
    need_root()
    libc = ctypes.CDLL(None, use_errno=True)
    place = folder()
    home = machine(place)
    add(home, "one")
    fob(home, "backup", "now")
    odd = [b"\x1b[31mred\x07", b"a\nb\rc", b"x" * 64, "\u202egnp".encode(), b"\xff\xfe", b"", b"..", b"a/b", b"--help", b"%s%n"]
    for number, name in enumerate(odd):
        def called():
            CLONE_NEWUTS = 0x04000000
            check(libc.unshare(CLONE_NEWUTS) == 0 and libc.sethostname(name, len(name)) == 0, "the name of the machine")
            other = Home().start()
            fob(other, "restore", place, "--yes", secrets={"--passphrase-fd": PASSPHRASE})
            fob(other, "backup", "add", "disk", "--folder", place)
            add(other, f"m{number}")
            said = fob(other, "backup", "now")
            check("verified" in said, f"{name!r}: {said!r}")
            other.remove()
            return True

        equal(joined_call(called), True, f"a machine called {name!r}")
        said = fob(home, "sync", "--no-ask")
        check("1 new" in said, f"{name!r}: {said!r}")
        found, restored = fresh(place)
        check(f"m{number}" in found, f"{name!r}: {restored!r}")
        for text in (said, restored, fob(home, "restore", "--list", place), fob(home, "log")):
            check(not any(sign in text for sign in ("\x1b", "\x07", "\r", "\u202e")), f"{name!r}: {text!r}")


def joined_call(function):
    """Does it in a process of its own."""
    pid = os.fork()
    if pid == 0:
        try:
            os._exit(0 if function() else 1)
        except BaseException as failure:
            print(failure, file=sys.stderr, flush=True)
            os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0


def sealed_test():
    """What is sealed here is gone, in part or as a whole: what lies at the place is not touched, and the next one gets there."""
    place = folder()
    home = machine(place)
    for name in ("one", "two", "three"):
        add(home, name)
        fob(home, "backup", "now")
    before = backups(place)
    directory = os.path.join(home.path, "sealed")

    def emptied():
        for name in os.listdir(directory):
            path = os.path.join(directory, name)
            shutil.rmtree(path) if os.path.isdir(path) else os.remove(path)

    def gone():
        shutil.rmtree(directory)

    def pointless():
        with open(os.path.join(directory, "newest"), "w") as file:
            file.write("fob-00000000-20200101T000000Z-1.age")

    def torn():
        for name in backups(directory):
            os.truncate(os.path.join(directory, name), 100)

    for number, damage in enumerate((emptied, gone, pointless, torn)):
        damage()
        for verb in (["backup", "run"], ["backup", "status"], ["doctor"], ["backup", "rehearse"], ["sync", "--no-ask"]):
            said = fob(home, *verb, status=None)
            check("newest backup is there" not in said, f"{damage.__name__}, {verb}: {said!r}")
        check(set(before) <= set(backups(place)), f"{damage.__name__}: at the place {backups(place)} of {before}")
        for name in before:
            check(os.path.getsize(os.path.join(place, name)) > 1000, f"{damage.__name__}: {name} is torn there, too")
        add(home, f"n{number}")
        said = fob(home, "backup", "now")
        check("verified" in said, f"{damage.__name__}: {said!r}")
        equal(fresh(place)[0], names(home), f"{damage.__name__}: a restore")
        before = backups(place)


def mounted(path, *options):
    subprocess.run(["mount", "-t", "tmpfs", *options, "none", path], check=True)
    atexit.register(lambda: subprocess.run(["umount", "-l", path], capture_output=True))


def full_test():
    """Where the newest one fits and nothing else, it counts; where it does not, that is said, and nothing is half there."""
    need_root()
    place = os.path.join(folder(), "small")
    os.mkdir(place)
    mounted(place, "-o", "size=28k")
    home = machine(place)
    for name in ("one", "two", "three"):
        add(home, name)
        said = fob(home, "backup", "now", status=None)
    check("no room" in said or "full" in said, f"{said!r}")
    there = backups(place)
    newest = sealed(home)[-1]
    if newest in there:
        check("the newest backup is there" in said, f"{said!r}")
    for name in there:
        equal(open(os.path.join(place, name), "rb").read(), open(os.path.join(home.path, "sealed", name), "rb").read(), name)
    equal([name for name in os.listdir(place) if "partial" in name], [], "unfinished files")
    check(fresh(place)[0] <= names(home), "a restore")
    subprocess.run(["mount", "-o", "remount,size=1m", place], check=True)
    said = fob(home, "backup", "now")
    check("verified" in said, f"with room again: {said!r}")
    # It takes no writes any more: what is there stays verified, a new one does not get there.
    subprocess.run(["mount", "-o", "remount,ro", place], check=True)
    check("verified" in fob(home, "backup", "run"), "read-only, with nothing new")
    add(home, "four")
    said = fob(home, "backup", "now", status=15)
    check("read-only" in said, f"{said!r}")
    subprocess.run(["mount", "-o", "remount,rw", place], check=True)
    check("verified" in fob(home, "backup", "run"), "writable again")
    equal(fresh(place)[0], names(home), "a restore")


def folding_test():
    """A file system that takes large and small letters for the same, and a service that makes all small."""
    home = machine()
    lower = folder()
    fob(home, "backup", "add", "lower", "--put", f'cat > "{lower}/$FOB_NAME"', "--get", f'cat "{lower}/$FOB_NAME"',
        "--list", f'ls "{lower}" | tr A-Z a-z')
    add(home, "one")
    said = fob(home, "backup", "now", status=15)
    check("is not there" in said, f"{said!r}")
    fob(home, "backup", "remove", "lower")
    need_root()
    image, place = os.path.join(folder(), "image"), os.path.join(folder(), "mounted")
    os.mkdir(place)
    with open(image, "wb") as file:
        file.truncate(8 << 20)
    made = subprocess.run(["mkfs.ext4", "-q", "-O", "casefold", "-E", "encoding=utf8", image], capture_output=True)
    if made.returncode or subprocess.run(["mount", "-o", "loop", image, place], capture_output=True).returncode:
        return partly("no file system that folds letters can be mounted here")
    atexit.register(lambda: subprocess.run(["umount", "-l", place], capture_output=True))
    folded = os.path.join(place, "folded")
    os.mkdir(folded)
    subprocess.run(["chattr", "+F", folded], check=True)
    fob(home, "backup", "add", "folded", "--folder", folded)
    for name in ("two", "three"):
        add(home, name)
        check("verified" in fob(home, "backup", "now"), "on a file system that folds letters")
    # Somebody's copy in capitals stands in the way of none.
    shutil.copy(os.path.join(folded, backups(folded)[0]), os.path.join(place, "aside"))
    os.remove(os.path.join(folded, backups(folded)[0]))
    name = sealed(home)[0]
    shutil.move(os.path.join(place, "aside"), os.path.join(folded, name.upper()))
    said = fob(home, "backup", "run", status=None)
    check("Traceback" not in said, f"{said!r}")
    add(home, "four")
    check("verified" in fob(home, "backup", "now", status=None), "the next one")
    equal(fresh(folded)[0], names(home), "a restore")


def left_test():
    """A command that leaves something running, as ssh does to share a connection, is over when it has ended itself."""
    home, there = machine(), folder()
    flag = os.path.join(folder(), "flag")
    with open(flag, "w"):
        pass
    left = f'while [ -e "{flag}" ]; do sleep 0.1; done &'
    atexit.register(lambda: os.path.exists(flag) and os.remove(flag))
    fob(home, "backup", "add", "shared", "--put", f'cat > "{there}/$FOB_NAME"; {left}',
        "--get", f'{left} cat "{there}/$FOB_NAME"', "--list", f'ls "{there}"; {left}')
    add(home, "one")
    said = fob(home, "backup", "now")
    check("verified" in said, f"{said!r}")
    equal(backups(there), sealed(home), "what is there")
    equal(open(os.path.join(there, backups(there)[0]), "rb").read(),
          open(os.path.join(home.path, "sealed", sealed(home)[0]), "rb").read(), "the backup")
    os.remove(flag)


def locked_test():
    """The vault is locked while somebody reads what would come in."""
    place = folder()
    home = machine(place)
    add(home, "one")
    fob(home, "backup", "now")
    other = machine()
    add(other, "another")
    pid, terminal = pty.fork()
    if pid == 0:
        os.execve(FOB, [FOB, "restore", place], {
            "PATH": os.environ["PATH"], "FOB_HOME": other.path, "HOME": other.path, "TERM": "xterm"})
    screen, typed = b"", False

    def read():
        nonlocal screen, typed
        if select.select([terminal], [], [], 0.1)[0]:
            try:
                screen += os.read(terminal, 4096)
            except OSError:
                return True
        if not typed and b"assphrase" in screen:
            typed = True
            os.write(terminal, PASSPHRASE + b"\n")
        return b"[y/N]" in screen

    until(read, "the question")
    with other.connect() as agent:
        agent.lock()
    os.write(terminal, b"y\n")
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and not os.waitpid(pid, os.WNOHANG)[0]:
        read()
    # What it has said at its end.
    shown = -1
    while shown != len(screen):
        shown = len(screen)
        read()
    check(b"locked" in screen and b"RESTORE_OPEN" not in screen, f"{screen!r}")
    with other.connect() as agent:
        agent.unlock(PASSPHRASE)
    equal(names(other), {"another"}, "what is there")


TESTS = {"kinds": kinds_test, "names": names_test, "machines": machines_test, "sealed": sealed_test, "full": full_test,
         "folding": folding_test, "locked": locked_test, "left": left_test}
wanted = sys.argv[1:] or list(TESTS)
for name in wanted:
    TESTS[name]()
print(f"{', '.join(wanted)}: told, and nothing lost")
