"""`fob rehearse`: each way back is gone to its end, into a vault that is thrown away, and `fob ready` tells what has worked.

    rehearse.py ways | keepers | key
"""

from keeper_people import *


def rehearse(home, *arguments, status=0, secrets=()):
    done = run(home, "rehearse", *arguments, "--json", status=status, secrets=secrets)
    found = json.loads(done.stdout.splitlines()[-1])
    check(not os.path.exists(home.path + "/rehearsal"), "the vault of a rehearsal is left")
    check(home.path.encode() + b"/rehearsal" not in processes(), "the agent of a rehearsal is left")
    return {one["way"]: one for one in found["rehearsed"]}, found


def processes():
    """The environments of all programs that can be seen."""
    found = b""
    for number in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{number}/environ", "rb") as file:
                found += file.read()
        except OSError:
            pass
    return found


def ready(home, loss, way):
    done = run(home, "ready", "--json", status=None)
    check(done.returncode in (0, 32), f"fob ready said {done.stdout!r} {done.stderr!r}")
    losses = json.loads(done.stdout.splitlines()[0])["losses"]
    ways = next(one for one in losses if one["loss"] == loss)["ways"]
    return {one["way"]: one["state"] for one in ways}[way]


def logged(home):
    """What the audit log tells of rehearsals: by what, how it ended, and with how many accounts."""
    entries = json.loads(run(home, "log", "--event", "vault.rehearse", "--json").stdout)["entries"]
    for entry in entries:
        check(entry["outcome"] == "failed" or int(entry["details"]["milliseconds"]) > 0, f"no time: {entry}")
    return [(entry["details"]["what"], entry["outcome"], int(entry["details"].get("number", 0))) for entry in entries]


def ways():
    home = machine()
    with home.connect() as agent:
        agent.add("Example", "user", KEY)
        agent.add("Other", "user", KEY[::-1])
    codes = [code.encode() for code in json.loads(proved(home, "access", "kit", "--json").stdout)["codes"]]
    identity = subprocess.run(["age-keygen"], capture_output=True, check=True).stdout
    path = put("identity", identity)
    recipient = re.search(rb"age1[0-9a-z]+", identity)[0].decode()
    proved(home, "access", "add", recipient, "--name", "paper")
    local = "{}, and the vault on this machine".format
    equal([ready(home, "passphrase", local(name)) for name in ("a code of the emergency kit", "the identity 'paper'")],
          ["untried", "untried"], "before")

    before = {name: os.stat(os.path.join(home.path, name)).st_mtime_ns for name in ("vault.age",)}
    found, told = rehearse(home, secrets=[("--passphrase-fd", PASSPHRASE)])
    equal([found["passphrase"][key] for key in ("result", "accounts", "missing")], ["works", 2, 0], "by the passphrase")
    check(told["backup"].startswith("fob-"), f"which backup: {told}")
    found, _ = rehearse(home, "code", "age", secrets=[("--recovery-code-fd", codes[0])])
    equal({way: one["result"] for way, one in found.items()}, {"code": "works", "age": "works"}, "by a code")
    found, _ = rehearse(home, "--identity", path)
    equal(found["identity"]["result"], "works", "by an identity")
    # The code is as good as before, and the vault as it was.
    rehearse(home, secrets=[("--recovery-code-fd", codes[0])])
    equal(before, {name: os.stat(os.path.join(home.path, name)).st_mtime_ns for name in before}, "the vault's file")
    equal(json.loads(run(home, "access", "list", "--json").stdout)["codes"]["left"], len(codes), "codes left")
    equal([ready(home, "passphrase", local("the identity 'paper'")), ready(home, "machine-passphrase", local("the identity 'paper'"))],
          ["works", "lost"], "the identity")

    # What opens nothing is told, and keeps the others from nothing.
    other = put("other", subprocess.run(["age-keygen"], capture_output=True, check=True).stdout)
    found, told = rehearse(home, "--identity", other, status=77, secrets=[("--passphrase-fd", PASSPHRASE)])
    equal([found["identity"]["result"], found["passphrase"]["result"]], ["failed", "works"], "with another's identity")
    found, _ = rehearse(home, status=77, secrets=[("--passphrase-fd", b"not the passphrase")])
    equal(found["passphrase"]["result"], "failed", "with another passphrase")
    # A backup that lacks an account does not pass.
    old = put("old.age", open(backups(home)[-1], "rb").read())
    with home.connect() as agent:
        agent.add("New", "user", KEY[1:] + b"x")
    found, _ = rehearse(home, "--from", old, status=15, secrets=[("--passphrase-fd", PASSPHRASE)])
    equal([found["passphrase"][key] for key in ("accounts", "missing")], [2, 1], "an older backup")
    run(home, "rehearse", status=64)
    equal(logged(home), [
        ("passphrase", "done", 2), ("kit_code", "done", 2), ("age", "done", 0), ("recipient", "done", 2), ("kit_code", "done", 2),
        ("passphrase", "done", 2), ("recipient", "failed", 0), ("passphrase", "failed", 0), ("passphrase", "failed", 2)], "the log")
    print("by the passphrase, a code, age and an identity; what opens nothing is told")


def keepers():
    people = People()
    with_keepers(people.owner)
    asked = json.loads(run(people.owner, "rehearse", "keepers", "--json").stdout)["requests"]
    again = json.loads(run(people.owner, "rehearse", "keepers", "--json").stdout)["requests"]
    equal(again, asked, "the same requests as long as the session goes on")
    answers = [put(f"answer-{number}", people.answer(number, asked[number]["request"].encode())) for number in (4, 0, 2)]
    options = [word for path in answers for word in ("--answer", path)]
    _, told = rehearse(people.owner, *options[:4], status=33)
    check("1 more keeper must answer" in told["error"]["message"], f"who is missing: {told}")
    found, _ = rehearse(people.owner, *options)
    equal([found["keepers"]["result"], found["keepers"]["accounts"]], ["works", 1], "by keepers")
    check(not glob.glob(people.owner.path + "/*.session"), "the session is gone")
    listed = json.loads(run(people.owner, "keeper", "list", "--json").stdout)
    equal([one["proven"] is not None for one in listed["keepers"]], [True, False, True, False, True], "proven")
    equal(listed["used"], None, "the set was not used")
    equal(ready(people.owner, "passphrase", "3 of 5 keepers, and the vault on this machine"), "works", "fob ready")
    equal(logged(people.owner), [("keepers", "failed", 0), ("keepers", "done", 1)], "the log")
    # The answers are good for that session only.
    rehearse(people.owner, *options, status=35)
    print("by keepers: asked, answered, proven, and they stay as they are")


def key():
    from hardware import Key, add, new_vault
    home, token = new_vault(), Key(pin="4711 is no PIN")
    add(home, token)
    found, _ = rehearse(home, "--security-key", "--device", token.device, secrets=[("--pin-fd", token.pin)])
    equal(found["security-key"]["result"], "works", "by a security key")
    [way] = [one for one in json.loads(run(home, "access", "list", "--json").stdout)["ways"] if one["kind"] == "security_key"]
    equal(ready(home, "passphrase", f"the hardware key '{way['label']}', and the vault on this machine"), "works", "fob ready")
    token.remove()
    print("by a hardware security key")


if __name__ == "__main__":
    {"ways": ways, "keepers": keepers, "key": key}[sys.argv[1]]()
