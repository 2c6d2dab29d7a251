"""What servers do wrong, one after the other: each is told with its cause, nothing that they keep or that is here is lost
by it, and the next run on a server that is well again makes it good.

    server_faults.py [answers|tokens|listings|midst|certificate|any]
"""

import json
import random
import re
import ssl

from faults import key_of
from scratch import *
from servers import *

PAGE = b"<html><head><title>Welcome</title></head><body>log in, please</body></html>"


def fob(home, *arguments, status=0, secrets=None):
    """Runs fob with secrets on descriptors. Returns its status, and all that it said."""
    done = fob_with(home, secrets, *arguments, new_session=True)
    said = (done.stdout + done.stderr).decode()
    if status is not None:
        equal(done.returncode, status, f"{' '.join(arguments)} said {said!r}")
    return done.returncode, said


def folder():
    path = tempfile.mkdtemp(prefix="fob-")
    atexit.register(shutil.rmtree, path, True)
    return path


def names(home):
    with home.connect() as agent:
        return {account["name"] for account in agent.accounts()}


def state(home):
    return json.loads(fob(home, "backup", "status", "--json", status=None)[1].splitlines()[0])["destinations"][0]


def impatient(home, *more):
    """An rclone that waits two seconds where fob says sixty."""
    path = os.path.join(folder(), "rclone")
    with open(path, "w") as file:
        file.write(f"""#!/bin/bash
arguments=("${{@/60s/2s}}")
{''.join(more)}exec {shutil.which("rclone")} "${{arguments[@]}}"
""")
    os.chmod(path, 0o755)
    config = os.path.join(home.path, "config")
    with open(config, "a") as file:
        file.write(f"[programs]\nrclone = {path}\n")
    os.chmod(config, 0o600)


class Place:
    """A WebDAV server, somebody in front of it, and two machines that keep backups there."""

    def __init__(self, proxy=Lying, *environment):
        need("rclone")
        there = os.path.join(folder(), "there")
        os.mkdir(there)
        self.server = Server("webdav", there)
        self.proxy, self.environment = proxy(self.server), environment
        self.there = os.path.join(there, "fob")
        self.one, self.two, self.number = Home().start(), Home(), 0
        with self.one.connect() as agent:
            agent.initialize(PASSPHRASE)
        for home in (self.one, self.two):
            self.reach(home)
        fob(self.one, "backup", "add", "far", "--rclone", "place:fob")
        for _ in range(3):
            self.add()
            fob(self.one, "backup", "now")
        fob(self.two, "restore", "place:fob", "--yes", secrets={"--passphrase-fd": PASSPHRASE})
        fob(self.two, "backup", "add", "far", "--rclone", "place:fob")
        fob(self.two, "sync", "--no-ask")

    def reach(self, home):
        remote(home, self.proxy)
        impatient(home, *self.environment)

    def add(self, home=None):
        self.number += 1
        name = f"n{self.number}"
        with (home or self.one).connect() as agent:
            agent.add("Own", name, key_of(name))
        return name

    def kept(self):
        """What the server has, by name."""
        found = {}
        for name in os.listdir(self.there):
            if name.endswith(".age"):
                with open(os.path.join(self.there, name), "rb") as file:
                    found[name] = file.read()
        return found

    def suffers(self, what, lie, words, counts=False, takes=None, ends=lambda: None):
        print(what, file=sys.stderr, flush=True)
        """A change on each machine is shipped under `lie`. Both tell `words`; with `counts` the backup gets there all the
        same. `takes` is a number of seconds that it must not take."""
        before = self.kept()
        added, began = self.add(), time.monotonic()
        self.proxy.lie = lie
        status, told = fob(self.one, "backup", "now", status=None)
        said = told
        if takes:
            check(time.monotonic() - began < takes, f"{what}: took {time.monotonic() - began:.0f} s")
        if counts is not None:
            equal(status, 0 if counts else 15, f"{what}: {said!r}")
        check(any(word in said for word in words), f"{what}: {said!r}")
        equal(state(self.one)["state"] == "verified", status == 0, f"{what}: {state(self.one)}")
        own = names(self.two)
        status, said = fob(self.two, "sync", "--no-ask", status=None)
        check(status in (0, 15), f"{what}: the sync ended with {status}: {said!r}")
        check(own <= names(self.two), f"{what}: {names(self.two)}")
        fresh = Home()
        self.reach(fresh)
        status, said = fob(fresh, "restore", "place:fob", "--yes", status=None, secrets={"--passphrase-fd": PASSPHRASE})
        if status == 0:
            check(names(fresh) <= names(self.one), f"{what}: a restore has {names(fresh)}")
        else:
            check(any(word in said for word in words) or "there is no backup" in said, f"{what}: a restore: {said!r}")
        fresh.remove()
        self.proxy.lie = lambda *_: None
        ends()
        said = told + fob(self.one, "backup", "now")[1]
        equal(state(self.one)["state"], "verified", f"{what}: afterwards")
        said += fob(self.two, "sync", "--no-ask")[1]
        check(added in names(self.two), f"{what}: the other machine afterwards")
        kept, pruned = self.kept(), re.findall(r"removed (fob-\S+), which newer ones replace", said)
        check(all(kept.get(name) == octets for name, octets in before.items() if name not in pruned),
              f"{what}: lost at the server: {sorted(set(before) - set(kept) - set(pruned))}, {said}")
        left = [name for name in os.listdir(self.there) if "partial" in name or name.startswith("trial")]
        equal(left, [], f"{what}: unfinished files")


def answers_test():
    """Statuses and pages in place of what was asked for."""
    place = Place()

    def instead(methods, *answer):
        return lambda method, _, come: answer if come is None and method in methods else None

    every = ("GET", "HEAD", "PUT", "PROPFIND", "MOVE", "DELETE", "MKCOL")
    place.suffers("no room", instead(["PUT"], 507, b"over quota"), ["there is no room left"])
    place.suffers("asked too often", instead(every, 429, b"", {"Retry-After": "3600"}), ["asked later"], takes=60)
    place.suffers("out of service", instead(every, 503, b"", {"Retry-After": "3600"}), ["asked later"], takes=60)
    place.suffers("a fault", instead(["PUT"], 500, b"boom"), ["a fault of its own"])
    place.suffers("a gateway's fault", instead(every, 502, PAGE, {"Content-Type": "text/html"}), ["a fault of its own"])
    place.suffers("a page for everything", instead(every, 200, PAGE, {"Content-Type": "text/html"}),
                  ["log in to the network"])
    place.suffers("a page for a listing", instead(["PROPFIND"], 207, PAGE, {"Content-Type": "text/html"}),
                  ["log in to the network"])

    def login(method, path, come):
        if come is not None:
            return None
        return (200, PAGE) if path.startswith("/login") else (302, b"", {"Location": "/login"})

    place.suffers("a login", login, ["log in to the network"])
    place.suffers("a ring of redirects", lambda method, path, come: None if come else (302, b"", {"Location": path}),
                  ["wants a login"])
    place.suffers("a network's own status", instead(every, 511, PAGE), ["wants a login"])
    place.suffers("no access", instead(every, 403, b""), ["access was refused"])
    place.suffers("may not write", instead(["PUT", "MKCOL"], 403, b""), ["access was refused"])
    place.suffers("a locked file", instead(["PUT"], 423, b"locked"), ["423"])
    place.suffers("may not remove", instead(["DELETE"], 403, b""), ["verified"], counts=True)


def tokens_test():
    """A token that ends in the midst of a run, at any of its requests."""
    place = Place()
    for most in (1, 4, 12, 25):
        begins = place.proxy.asked

        def ends(method, path, come, begins=begins, most=most):
            return (401, b"") if come is None and place.proxy.asked > begins + most else None

        place.suffers(f"a token that ends after {most}", ends, ["access was refused"], counts=None)


def listings_test():
    """Listings that are not of what is there."""
    place = Place()
    entry = re.compile(rb"<D:response>.*?</D:response>", re.S)

    def listing(change):
        """Changes the listing of the folder."""
        def lie(method, path, come):
            if method != "PROPFIND" or come is None or come[0] != 207 or len(entry.findall(come[1])) < 2:
                return None
            return change(come[1])
        return lie

    def backups(octets):
        return [found for found in entry.findall(octets) if b"/fob-" in found]

    def without(octets, gone):
        for found in gone:
            octets = octets.replace(found, b"")
        return 207, octets

    place.suffers("twice the same", listing(lambda octets: (207, entry.sub(lambda found: 2 * found[0], octets))),
                  ["verified"], counts=True)
    place.suffers("torn, and said to be whole", listing(lambda octets: (207, octets[:len(octets) // 2])),
                  ["cannot be reached", "something else answers"])
    place.suffers("cut off", listing(lambda octets: (207, octets, {}, len(octets) // 2)), ["cannot be reached"])
    place.suffers("without backups", listing(lambda octets: without(octets, backups(octets))),
                  ["somebody has removed", "is not there"])
    place.suffers("without what marks the place", listing(lambda octets: without(
        octets, [found for found in entry.findall(octets) if b"place-of-fob" in found])), ["verified"], counts=True)
    place.suffers("only its beginning", listing(lambda octets: without(octets, entry.findall(octets)[3:])),
                  ["somebody has removed", "is not there", "not the place"])
    place.suffers("empty", listing(lambda octets: without(octets, entry.findall(octets)[1:])), ["not the place"])
    place.suffers("lengths that are none", listing(lambda octets: (
        207, re.sub(rb"(<D:getcontentlength>)\d+", rb"\g<1>1", octets))), ["is not there"])
    place.suffers("no lengths", listing(lambda octets: (
        207, re.sub(rb"<D:getcontentlength>\d+</D:getcontentlength>", b"", octets))), ["is not there", "verified"], counts=None)
    place.suffers("names in capitals", listing(lambda octets: (
        207, re.sub(rb"(<D:href>/fob/)([^<]+)", lambda found: found[1] + found[2].upper(), octets))), ["not the place"])

    # That of yesterday, for ever.
    seen = []

    def stale(octets):
        seen.append(octets)
        return 207, seen[0]

    place.suffers("stale", listing(stale), ["is not there"])


def midst_test():
    """Connections that end or stand still in the midst, each way."""
    place = Place()

    def isBackup(path):
        return "/fob-" in path

    place.proxy.holds = 8
    silent = ["cannot be reached"]
    place.suffers("a download that stands still", lambda method, path, come: (
        come + ({}, len(come[1]) // 2) if come and method == "GET" and isBackup(path) else None), silent, takes=90)
    place.suffers("an upload without an answer", lambda method, path, come: (
        (201, b"", {"Content-Length": "7"}, 0) if come is None and method == "PUT" else None),
                  ["cannot be reached", "is not there"], takes=90)

    def waits(method, path, come):
        if come is None and method in ("PUT", "GET", "PROPFIND"):
            time.sleep(8)
            return 200, b""
        return None

    place.suffers("no answer to anything", waits, silent, takes=120)
    place.proxy.holds = 0
    place.suffers("a download that is cut off", lambda method, path, come: (
        come + ({}, len(come[1]) // 3) if come and method == "GET" and isBackup(path) else None), silent)
    place.suffers("a shorter one, said to be whole", lambda method, path, come: (
        (200, come[1][:-1]) if come and method == "GET" and isBackup(path) else None), ["bytes came back", "no backup there is whole"])
    place.suffers("a longer one", lambda method, path, come: (
        (200, come[1] + b"\0") if come and method == "GET" and isBackup(path) else None), ["differs from what was sent", "no backup there is whole"])
    place.suffers("listed, and not to be had", lambda method, path, come: (
        (404, b"") if come is None and method in ("GET", "HEAD") and isBackup(path) else None), ["cannot be read", "no backup there is whole"])
    place.suffers("kept under another name", lambda method, path, come: (
        (201, b"") if come is None and method in ("MOVE", "PUT") and isBackup(path) else None), ["is not there"])


class Secure(Lying):
    """The same by TLS, with the certificate that `context` has."""

    scheme = "https"

    def __init__(self, server, context):
        self.context = context
        super().__init__(server)

    def get_request(self):
        connection, address = super().get_request()
        connection.settimeout(PATIENCE)
        try:
            return self.context.wrap_socket(connection, server_side=True), address
        except OSError:
            connection.close()
            raise


def certificate_test():
    """A certificate that is another one since, that has expired, or that is of another host; and TLS that is none."""
    need("openssl", "rclone")
    made = folder()

    def certificate(name, address="127.0.0.1", days="30"):
        key, path = (os.path.join(made, name + ending) for ending in (".key", ".pem"))
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", days,
             "-subj", f"/CN={name}", "-addext", f"subjectAltName=IP:{address}", "-keyout", key, "-out", path],
            check=True, capture_output=True)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path, key)
        return path, context

    trusted, own = certificate("own")
    others = {"another one": certificate("other")[1], "of another host": certificate("strange", "192.0.2.1")[1]}
    place = Place(lambda server: Secure(server, own), f"export RCLONE_CA_CERT={trusted}\n")
    for what, context in others.items():
        def changes(context=context):
            place.proxy.context = context
            return lambda *_: None

        place.suffers(what, changes(), ["certificate or key is not accepted"], ends=lambda: setattr(place.proxy, "context", own))


def any_test():
    """Any of these, at any request, for a while; with FOB_FULL=1 for longer."""
    place, chance = Place(), random.Random(31)
    place.proxy.holds = 3

    def wrong(method, path, come):
        if chance.random() > 0.12:
            return None
        if come is None:
            return chance.choice([
                (429, b"", {"Retry-After": "60"}), (500, b""), (502, PAGE), (401, b""), (403, b""), (507, b""), (404, b""),
                (423, b""), (200, PAGE), (200, b""), (201, b""), (204, b""), (207, PAGE), (302, b"", {"Location": path}),
                (302, b"", {"Location": "/login"})])
        code, octets = come
        return chance.choice([
            (code, octets[:len(octets) // 2]), (code, octets, {}, len(octets) // 2), (code, octets + octets), (code, b""),
            (code, octets.replace(b"fob-", b"fog-")), (code, os.urandom(len(octets)))])

    for number in range(40 if os.environ.get("FOB_FULL") == "1" else 4):
        before = place.kept()
        place.add()
        place.add(place.two)
        place.proxy.lie = wrong
        own, others, told = names(place.one), names(place.two), ""
        for home in (place.one, place.two):
            for verb in (["backup", "now"], ["sync", "--no-ask"]):
                status, said = fob(home, *verb, status=None)
                check(status in (0, 15), f"{verb} ended with {status}: {said!r}")
                told += said
        check(own <= names(place.one) and others <= names(place.two), "accounts under it")
        place.proxy.lie = lambda *_: None
        for home in (place.one, place.two, place.one, place.two):
            told += fob(home, "sync", "--no-ask", status=None)[1]
            fob(home, "backup", "accept", "far")
        for home in (place.one, place.two):
            told += fob(home, "backup", "now")[1]
        equal(names(place.one), names(place.two), f"round {number}: both machines")
        check(own | others <= names(place.one), f"round {number}: {own | others} and {names(place.one)}")
        pruned, kept = re.findall(r"removed (fob-\S+), which newer ones replace", told), place.kept()
        # What came back otherwise than it was sent is taken for torn, and made anew.
        check(all(kept.get(name) == octets for name, octets in before.items() if name not in pruned),
              f"round {number}: lost: {sorted(set(before) - set(kept) - set(pruned))}: {told}")
    equal(state(place.one)["state"], "verified", "at the end")


TESTS = {"answers": answers_test, "tokens": tokens_test, "listings": listings_test, "midst": midst_test,
         "certificate": certificate_test, "any": any_test}
if __name__ == "__main__":
    for name in sys.argv[1:] or TESTS:
        TESTS[name]()
    print("what a server does wrong is told, and nothing is lost by it")
