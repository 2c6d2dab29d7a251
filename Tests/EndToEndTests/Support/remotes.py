"""Servers and remotes of other kinds, and with other habits: FTP, encrypted and united remotes, a current rclone, slow
calls, connections that are cut, answers that are not what is there.

    remotes.py [ftp|crypt|union|here|current|slow|lossy|lying]
"""

import json
import random

import scratch
from faults import key_of
from scratch import *
from servers import *


def fob(home, *arguments, status=0, secrets=None):
    """Runs fob with secrets on descriptors. Returns standard output and error. A status of None is any."""
    done = fob_with(home, secrets, *arguments, new_session=True)
    out, err = done.stdout.decode(), done.stderr.decode()
    if status is None:
        return done.returncode, out + err
    equal(done.returncode, status, f"{' '.join(arguments)} said {out!r} {err!r}")
    return out, err


def folder():
    path = tempfile.mkdtemp(prefix="fob-")
    atexit.register(shutil.rmtree, path, True)
    return path


def served(kind):
    """A server over a directory of its own."""
    place = os.path.join(folder(), "there")
    os.mkdir(place)
    return Server(kind, place)


def machine(*names):
    home = Home().start()
    with home.connect() as agent:
        agent.initialize(PASSPHRASE)
        for name in names:
            agent.add("Own", name, key_of(name))
    return home


def add(home, name):
    with home.connect() as agent:
        agent.add("Own", name, key_of(name))


def names(home):
    with home.connect() as agent:
        found = set()
        for account in agent.accounts():
            code = agent.code(id=account["id"])
            equal(code["code"], totp(key_of(account["name"]), code["valid_from"]), f"the code of {account['name']}")
            found.add(account["name"])
        return found


def state(home, name="far"):
    found = json.loads(fob(home, "backup", "status", "--json")[0])
    return next(place for place in found["destinations"] if place["name"] == name)


def everyday(configure, source="place:fob"):
    """A machine keeps backups there, is lost and comes back; both sync. `configure` writes rclone's configuration."""
    need("rclone")
    one, two = machine("first"), Home()
    for home in (one, two):
        configure(home)
    fob(one, "backup", "add", "far", "--rclone", source)
    fob(one, "backup", "test", "far")
    for name in ("second", "third"):
        add(one, name)
        _, err = fob(one, "backup", "now")
        check("read back and verified" in err, f"{err!r}")
    equal(state(one)["state"], "verified", "the state")
    check("brings back all" in fob(one, "backup", "rehearse")[0], "a rehearsal")
    # Of the machine it may find other things: the place is right.
    told = fob(one, "doctor", status=None)[1]
    check("ok: backup far" in told and "fault: backup far" not in told, f"what doctor says: {told}")
    fob(two, "restore", source, "--yes", secrets={"--passphrase-fd": PASSPHRASE})
    equal(names(two), {"first", "second", "third"}, "what came back")
    fob(two, "backup", "add", "far", "--rclone", source)
    add(two, "fourth")
    fob(two, "sync", "--no-ask"), fob(one, "sync", "--no-ask")
    equal(names(one), names(two), "what both have")
    listed = said(one, "lsf", source).split()
    check(not any("partial" in name or name.startswith("trial") for name in listed), f"what is there: {listed}")
    return one


def stands(home):
    """The way back by the passphrase and the place once the machine is lost, and what is advised."""
    said = fob(home, "ready", "--json", status=None)[1]
    loss = next(one for one in json.loads(said.splitlines()[0])["losses"] if one["loss"] == "machine")
    way = next(one for one in loss["ways"] if one["way"] == "the passphrase, and the backup at far")
    return way["state"], way["advice"] or ""


def ftp_test():
    server = served("ftp")
    equal(stands(everyday(lambda home: remote(home, server))), ("works", ""), "what fob ready says of it")
    check(any(name.startswith("fob-") for name in os.listdir(os.path.join(server.folder, "fob"))), "what is there")


def crypt_test():
    """What rclone encrypts, names too, over a WebDAV server."""
    server = served("webdav")
    layer = ["[place]", "type = crypt", "remote = inner:box", f"password = {obscured('another one')}", ""]
    home = everyday(lambda home: remote(home, server, name="inner", more=layer))
    # What decrypts it is in rclone's configuration, which goes with the machine.
    found, advice = stands(home)
    check(found == "untried" and "write them down" in advice, f"what fob ready says of it: {found}, {advice}")
    inner = [name for _, _, files in os.walk(server.folder) for name in files]
    check(len(inner) > 3 and not any(name.startswith("fob-") for name in inner), f"names at the server: {inner}")


def union_test():
    """A WebDAV server and a directory as one; on whichever of them a file lies, it is there."""
    for policy in ("epmfs", "all"):
        server, here = served("webdav"), folder()
        for path in (server.folder, here):
            os.mkdir(os.path.join(path, "fob"))
        layer = ["[place]", "type = union", f"upstreams = inner: {here}", f"create_policy = {policy}", ""]
        everyday(lambda home: remote(home, server, name="inner", more=layer))


def here_test():
    """Remotes of rclone that are folders of this machine's, whatever is between, are lost with it."""
    need("rclone")
    home, place = machine("first"), folder()
    os.makedirs(os.path.join(home.path, ".config/rclone"), mode=0o700)
    with open(os.path.join(home.path, ".config/rclone/rclone.conf"), "w") as file:
        file.write(f"[local]\ntype = local\n\n[alias]\ntype = alias\nremote = {place}\n\n[both]\ntype = union\n"
                   f"upstreams = alias:a local:{place}/b\n")
    os.mkdir(os.path.join(place, "a")), os.mkdir(os.path.join(place, "b"))
    for source in (f"local:{place}/l", "alias:c", "both:"):
        fob(home, "backup", "add", "far", "--rclone", source)
        fob(home, "backup", "now")
        equal(stands(home)[0], "lost", f"fob ready about {source}")
        fob(home, "backup", "remove", "far")


def current_test():
    """A current rclone beside Debian's: the owner's configuration names it, and both read what the other wrote."""
    own = current()
    if not own:
        skip("no rclone of PyPI is installed: see Tests/Scripts/rclone.sh")
    for kind in ("webdav", "sftp", "ftp"):
        server = served(kind)

        def configure(home):
            remote(home, server)
            with open(os.path.join(home.path, "config"), "a") as file:
                file.write(f"[programs]\nrclone = {own}\n")
            os.chmod(os.path.join(home.path, "config"), 0o600)

        one = everyday(configure)
        # Debian's reads it, too.
        other = Home()
        remote(other, server)
        fob(other, "restore", "place:fob", "--yes", secrets={"--passphrase-fd": PASSPHRASE})
        equal(names(other), names(one), "by the other rclone")


def wrapper(home, lines):
    """An rclone that does `lines` of sh first; $1 is the verb."""
    path = os.path.join(folder(), "rclone")
    with open(path, "w") as file:
        file.write("#!/bin/sh\n" + lines + '\nexec ' + shutil.which("rclone") + ' "$@"\n')
    os.chmod(path, 0o755)
    with open(os.path.join(home.path, "config"), "a") as file:
        file.write(f"[programs]\nrclone = {path}\n")
    os.chmod(os.path.join(home.path, "config"), 0o600)


def slow_test():
    """However long a call takes, what was uploaded is looked into: the agent waits longer for nobody than it says. With
    FOB_SLOW=15 each call takes so many seconds."""
    seconds = os.environ.get("FOB_SLOW")
    if seconds:
        scratch.PATIENCE = 100 * int(seconds)
    waits = f"sleep {seconds}" if seconds else 'case "$1" in cat) sleep 11;; *) sleep 0.2;; esac'
    server = served("webdav")

    def configure(home):
        remote(home, server)
        wrapper(home, waits)

    need("rclone")
    one, two = machine("first"), Home()
    configure(one), configure(two)
    fob(one, "backup", "add", "far", "--rclone", "place:fob")
    _, err = fob(one, "backup", "now")
    check("read back and verified" in err, f"{err!r}")
    equal(state(one)["state"], "verified", "the state")
    fob(two, "restore", "place:fob", "--yes", secrets={"--passphrase-fd": PASSPHRASE})
    equal(names(two), {"first"}, "what came back")


def lossy_test():
    """Connections that are cut in the midst of anything: nothing counts that is not there whole, and once they hold,
    all is well again."""
    need("rclone")
    server = served("webdav")
    home = machine("first")
    remote(home, server)
    fob(home, "backup", "add", "far", "--rclone", "place:fob")
    fob(home, "backup", "now")
    there = os.path.join(server.folder, "fob")
    chance = random.Random(7)
    failed = 0
    for number in range(6):
        add(home, f"n{number}")
        proxy = Breaking(server.port, chance.choice([50, 700, 3000, 9000, 20000, 60000]))
        proxy.kind = "webdav"
        remote(home, proxy)
        status, told = fob(home, "backup", "now", status=None)
        proxy.stop()
        check(status in (0, 15), f"status {status}: {told!r}")
        failed += status == 15
        found = state(home)
        if status == 0:
            with open(os.path.join(there, found["newest"]), "rb") as far, \
                    open(os.path.join(home.path, "sealed", found["newest"]), "rb") as near:
                equal(far.read(), near.read(), "what counts is there")
        else:
            check(found["state"] != "verified", f"a run that failed: {found}")
    check(failed > 0, "no connection was cut")
    remote(home, server)
    fob(home, "backup", "now")
    equal(state(home)["state"], "verified", "once connections hold")
    check(not any("partial" in name for name in os.listdir(there)), f"unfinished files: {os.listdir(there)}")
    # What comes back is whole, or nothing does.
    for most in (50, 3000, 15000):
        proxy = Breaking(server.port, most)
        proxy.kind = "webdav"
        fresh = Home()
        remote(fresh, proxy)
        status, told = fob(fresh, "restore", "place:fob", "--yes", status=None, secrets={"--passphrase-fd": PASSPHRASE})
        proxy.stop()
        check(status == 0 or status in (10, 15, 66), f"status {status}: {told!r}")
        if status == 0:
            check(names(fresh) <= names(home), "what came back")


def lying_test():
    """A server that answers 200 with something else, that lists what it does not give, that keeps nothing: nothing of
    it is believed, and the machines go on once it says what is there."""
    need("rclone")
    server = served("webdav")
    proxy = Lying(server)
    one, two = machine("first"), Home()
    for home in (one, two):
        remote(home, proxy)
    fob(one, "backup", "add", "far", "--rclone", "place:fob")
    fob(one, "backup", "now")
    fob(two, "restore", "place:fob", "--yes", secrets={"--passphrase-fd": PASSPHRASE})
    fob(two, "backup", "add", "far", "--rclone", "place:fob")
    fob(two, "sync", "--no-ask")
    there = os.path.join(server.folder, "fob")
    oldest = min(os.listdir(there), key=lambda name: os.stat(os.path.join(there, name)).st_mtime
                 if name.startswith("fob-") else 1 << 60)
    with open(os.path.join(there, oldest), "rb") as file:
        older = file.read()

    def isBackup(path):
        return os.path.basename(path).startswith("fob-") and "partial" not in path

    lies = {
        "another content": lambda method, path, answer:
            (200, os.urandom(len(answer[1]))) if answer and method == "GET" and isBackup(path) else None,
        "an older one": lambda method, path, answer:
            (200, older) if answer and method == "GET" and isBackup(path) else None,
        "a page": lambda method, path, answer:
            (200, b"<html><body>log in</body></html>") if answer and method == "GET" and isBackup(path) else None,
        "nothing": lambda method, path, answer: (200, b"") if answer and method == "GET" and isBackup(path) else None,
        "half": lambda method, path, answer:
            (200, answer[1][:len(answer[1]) // 2]) if answer and method == "GET" and isBackup(path) else None,
        "not kept": lambda method, path, answer: (201, b"") if not answer and method == "PUT" else None,
        "not moved": lambda method, path, answer: (201, b"") if not answer and method == "MOVE" else None,
    }
    for number, (what, lie) in enumerate(lies.items()):
        add(one, f"n{number}")
        proxy.lie = lie
        status, told = fob(one, "backup", "now", status=None)
        if what != "not moved":
            check(status == 15, f"{what}: status {status}, {told!r}")
            check(state(one)["state"] != "verified", f"{what}: counted as verified")
        # Another machine takes in nothing of it, and its own accounts stay.
        before = names(two)
        status, told = fob(two, "sync", "--no-ask", status=None)
        check(status in (0, 15), f"{what}: the sync ended with {status}: {told!r}")
        after = names(two)
        check(before <= after and (f"n{number}" not in after or what == "not moved"), f"{what}: {after}")
        # Nor does a new one.
        if what in ("another content", "an older one", "half"):
            fresh = Home()
            remote(fresh, proxy)
            status, _ = fob(
                fresh, "restore", "place:fob", "--yes", status=None, secrets={"--passphrase-fd": PASSPHRASE})
            if status == 0:
                check(names(fresh) <= names(one), f"{what}: a restore has brought {names(fresh)}")
        proxy.lie = lambda *_: None
        _, err = fob(one, "backup", "now")
        equal(state(one)["state"], "verified", f"{what}: once it says what is there ({err!r})")
    fob(two, "sync", "--no-ask"), fob(one, "sync", "--no-ask")
    equal(names(two), names(one), "both machines afterwards")

    # Names that cannot be fetched: told, and the others come in.
    prefix = oldest[:13]
    add(one, "seen")
    fob(one, "backup", "now")
    # Of the second of the newest one, and sealed later by its number: what only it would have is missing.
    ghost = f"{prefix}{state(one)['newest'].split('-')[2]}-8888.age"

    def haunted(method, path, answer):
        if method == "PROPFIND" and answer and oldest.encode() in answer[1]:
            start = answer[1].rfind(b"<D:response>", 0, answer[1].find(oldest.encode()))
            end = answer[1].find(b"</D:response>", start) + len(b"</D:response>")
            entry = answer[1][start:end].replace(oldest.encode(), ghost.encode())
            return answer[0], answer[1][:start] + entry + answer[1][start:]
        return None

    proxy.lie = haunted
    status, told = fob(two, "sync", "--no-ask", status=None)
    check(status == 15 and ghost in told, f"a name without a file: {status} {told!r}")
    check("seen" in names(two), "what else is there comes in")
    fresh = Home()
    remote(fresh, proxy)
    out, err = fob(fresh, "restore", "place:fob", "--yes", secrets={"--passphrase-fd": PASSPHRASE})
    check(ghost in out + err and "seen" in names(fresh), f"a restore beside it: {out!r} {err!r}")
    proxy.lie = lambda *_: None
    fob(two, "sync", "--no-ask")


if __name__ == "__main__":
    tests = {"ftp": ftp_test, "crypt": crypt_test, "union": union_test, "here": here_test, "current": current_test, "slow": slow_test,
             "lossy": lossy_test, "lying": lying_test}
    for name in sys.argv[1:] or tests:
        tests[name]()
    print("whatever a server does, what it keeps is known")
