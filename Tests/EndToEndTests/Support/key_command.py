"""Security keys on the command line: a script that needs a person's yes, and the verbs for what is there."""

import json

from scratch import *

FOB = os.path.join(BIN, "fob")
home = Home().start()
with home.connect() as first:
    first.initialize(PASSPHRASE)


def start(*arguments, data=b""):
    process = subprocess.Popen(
        [FOB, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env={"PATH": os.environ["PATH"], "FOB_HOME": home.path})
    process.stdin.write(data)
    process.stdin.close()
    process.stdin = None
    return process


def finish(process, status, what):
    out, err = process.communicate(timeout=PATIENCE)
    equal(process.returncode, status, f"{what}: {out!r} {err!r}")
    return out.decode()


def fob(*arguments, status=0, data=b""):
    if arguments[0] == "confirm":
        return elsewhere(run, *arguments, status=status)
    return run(*arguments, status=status, data=data)


def run(*arguments, status=0, data=b""):
    return finish(start(*arguments, data=data), status, " ".join(arguments))


def listed(*arguments):
    return json.loads(fob("key", "list", "--json", *arguments))["keys"]


def waits(kind):
    """The one question that waits, as fob confirm lists it."""
    found = until(lambda: json.loads(fob("confirm", "--list", "--json"))["challenges"], f"a question: {kind}")
    equal([question["kind"] for question in found], [kind], "the question")
    return found[0]


# The first challenge of a site makes its key; each yes is a person's, and the script is named.
script = start("challenge", "fob:deploy", "--data", "-", data=b"release 7\n")
for kind in ("registration", "signature"):
    question = waits(kind)
    check("fob:deploy" in question["question"], question["question"])
    equal(question["pid"], os.getpid(), "the process that is named")
    fob("confirm", question["id"], "--yes")
    until(lambda: question["id"] not in fob("confirm", "--list", "--json"), "the answer is taken")
text = finish(script, 0, "a challenge")
signature = os.path.join(home.path, "signature")
release = os.path.join(home.path, "release")
for path, content in ((signature, text), (release, "release 7\n")):
    with open(path, "w") as file:
        file.write(content)
public = listed()[0]["public_key"]
check(public in fob("key", "show", "fob:deploy"), "the public key is not shown")


def verify(status, site="fob:deploy", path=signature, key=public, data=("--data", release), input=b""):
    fob("verify-signature", site, path, "--public-key", key, *data, status=status, data=input)


verify(0)
verify(0, path="-", input=text.encode())
verify(0, data=("--data", "-"), input=b"release 7\n")
verify(65, data=("--data", "-"), input=b"release 8\n")
verify(65, data=())
verify(65, site="fob:other")
verify(65, key="00" * 32)
verify(65, key="00")
verify(66, path=os.path.join(home.path, "absent"))
lines = text.splitlines(keepends=True)
flags = int(lines[3].split()[1], 16)
# Without a person's yes, with more in front of the data, with another counter, and with anything added.
for number, line in ((3, f"flags {flags & 0xFE:02x}\n"), (3, f"flags {flags | 0x80:02x}\n"), (4, "counter 1\n"),
                     (1, "site fob:other\n"), (0, "fob-signature 2\n"), (5, lines[5].upper()), (5, lines[5] + "\n")):
    changed = lines[:number] + [line] + lines[number + 1:]
    verify(65, path="-", input="".join(changed).encode())
fob("verify-signature", "fob:deploy", "-", "--public-key", public, "--data", "-", status=64)
fob("challenge", "deploy", status=64)
fob("challenge", "fob:", status=64)
fob("challenge", "fob:deploy", "--data", "-", status=65, data=bytes(131073))
fob("challenge", "fob:deploy", "--data", os.path.join(home.path, "absent"), status=66)

# No is 5; a script that is ended leaves no question.
script = start("challenge", "fob:deploy")
fob("confirm", waits("signature")["id"], "--deny")
equal(finish(script, 5, "a no"), "", "a signature after a no")
script = start("challenge", "fob:deploy")
waits("signature")
script.terminate()
script.wait()
until(lambda: not json.loads(fob("confirm", "--list", "--json"))["challenges"], "the question of an ended script")

# A yes that is remembered is listed, and can be taken back.
script = start("challenge", "fob:deploy")
fob("confirm", waits("signature")["id"], "--yes", "--remember", "10m")
finish(script, 0, "a yes for ten minutes")
fob("challenge", "fob:deploy")
grant = json.loads(fob("grants", "--json"))["grants"]
equal([(entry["kind"], "fob:deploy" in entry["account"]) for entry in grant], [("signature", True)], "grants")
check(grant[0]["id"][:8] in fob("grants"), "grants for people")
fob("grants", "--revoke", "ffffffffffffffffffffffffffffffff", status=3)
fob("grants", "--revoke", grant[0]["id"][:8])
equal(json.loads(fob("grants", "--json")), {"grants": [], "mutes": []}, "grants after one was taken back")
fob("grants", "--revoke-all")
script = start("challenge", "fob:deploy")
fob("confirm", waits("signature")["id"], "--deny")
finish(script, 5, "asked again")

# Named, removed, brought back.
fob("key", "rename", "fob:deploy", "deployments")
equal(fob("key", "list", "--names"), "deployments\n", "names")
fob("key", "rename", "deployments", "")
equal(fob("key", "list", "--names"), "fob:deploy\n", "names after a label was taken away")
fob("key", "rename", "", "deployments", status=64)
fob("key", "rename", "fob:deploy", "deployments")
check("eddsa" in fob("key", "list"), "the list")
fob("key", "show", "nothing", status=16)
id = json.loads(fob("key", "show", "deployments", "--json"))["id"]
fob("key", "remove", id[:8])
equal((listed(), [key["id"] for key in listed("--trash")]), ([], [id]), "the trash")
fob("key", "remove", "--undo", "deployments")
equal([key["id"] for key in listed()], [id], "back from the trash")
script = start("challenge", "fob:other")
for kind in ("registration", "signature"):
    question = waits(kind)
    fob("confirm", question["id"], "--yes")
    until(lambda: question["id"] not in fob("confirm", "--list", "--json"), "the answer is taken")
finish(script, 0, "another site")
fob("key", "show", "fob:", status=4)

equal(home.stop(), 0, "the agent's status")
print(f"{len(text.splitlines())} lines of signature, checked with one public key")
