"""Telephone numbers and hardware keys are noted of accounts, checked, warned about, merged as what two machines have noted, and
count where `fob ready` tells what is left.

    other_ways.py
"""

import json

from scratch import *

FOB = os.path.join(BIN, "fob")
KEY = b"12345678901234567890"


def fob(home, *arguments, status=0, **more):
    done = subprocess.run(
        [FOB, *arguments], capture_output=True, env=home.environment, timeout=60, stdin=subprocess.DEVNULL, **more)
    equal(done.returncode, status, f"{arguments} said {done.stdout!r} {done.stderr!r}")
    return done.stdout


def findings(home):
    found = json.loads(fob(home, "ready", "--json", "--no-ask", status=32).decode().splitlines()[0])
    return {(one["account"], one["finding"]) for one in found["accounts"]}


def number(home, *arguments, **more):
    return fob(home, "number", *arguments, "--no-ask", **more)


def listed(home, verb="number"):
    return json.loads(fob(home, verb, "list", "--json", "--no-ask"))["ways"]


def said(home, *arguments, status=0):
    """What is said to a person."""
    done = subprocess.run([FOB, *arguments], capture_output=True, env=home.environment, timeout=60, stdin=subprocess.DEVNULL)
    equal(done.returncode, status, f"{arguments} said {done.stderr!r}")
    return (done.stdout + done.stderr).decode()


def main():
    with Home().start() as home:
        with home.connect() as agent:
            agent.initialize(PASSPHRASE)
            for name in ("alice", "bob"):
                agent.add("GitHub", name, KEY + name.encode())
        text = said(home, "number", "add", "alice", "+86 138 0013 8000")
        check("GitHub sends no messages to China" in text and "weakest" in text and "only one" in text, text)
        text = said(home, "number", "add", "bob", "+44 20 7946 0000")
        check("may send no messages" in text and "Guernsey" in text, text)
        for bad, word in (("0151 1234567", "country"), ("+49x301234567", "no \"x\""), ("+49 12", "8 to 15"), ("+999 1234567", "begin")):
            check(word in said(home, "number", "add", "bob", bad, status=65), bad)
        check("already" in said(home, "number", "add", "bob", "+442079460000", status=9), "twice")
        check("no such entry" in said(home, "number", "verify", "alice", "+442079460000", status=3), "another account's")
        ways = listed(home)
        equal([(way["account"], way["number"], way["verified"]) for way in ways],
              [("GitHub/alice", "+8613800138000", None), ("GitHub/bob", "+442079460000", None)], "numbers")
        equal((ways[0]["countries"], ways[0]["served_by_github"], ways[1]["served_by_github"]), (["CN"], False, None), "countries")

        found = findings(home)
        check({("GitHub/alice", "number-only"), ("GitHub/alice", "number-untried")} <= found, found)
        check(("GitHub/alice", "vault-only") not in found, found)
        number(home, "verify", "alice", "+86 138 0013 8000")
        check(listed(home)[0]["verified"] is not None, "a number that works")
        fob(home, "hardware-key", "add", "alice", "the blue one", "--no-ask")
        equal([way["name"] for way in listed(home, "hardware-key")], ["the blue one"], "hardware keys")
        check(not [one for one in findings(home) if one[0] == "GitHub/alice"], "a key is a second way")

        log = fob(home, "log", "--no-ask").decode()
        for event in ("account_number.add", "account_number.verify", "account_hardware_key.add"):
            check(event in log, f"{event} in the log")
        check("+86138" not in log and "13800138000" not in log, "a number is in the log")

        # Backups carry it, and a restore brings it.
        place = home.path + "-place"
        os.mkdir(place, 0o700)
        atexit.register(shutil.rmtree, place, True)
        fob(home, "backup", "add", "disk", "--folder", place)
        fob(home, "backup", "now")
        with Home().start() as other:
            read, write = os.pipe()
            os.write(write, PASSPHRASE)
            os.close(write)
            fob(other, "restore", place, "--yes", "--passphrase-fd", str(read), pass_fds=[read])
            os.close(read)
            equal([way["number"] for way in listed(other)], ["+8613800138000", "+442079460000"], "numbers of a backup")
            number(other, "remove", "bob", "+442079460000")
            equal(len(listed(other)), 1, "numbers after one is gone")

        # Locked, it tells nothing.
        fob(home, "lock")
        number(home, "list", status=2)
    print("numbers and keys are checked, warned about, noted, restored, and count")


main()
