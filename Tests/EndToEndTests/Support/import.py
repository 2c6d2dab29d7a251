"""`fob import`: the table, the rules of merging, undo, passwords, files that belong together, many accounts.

    import.py
"""

import re

from imports import *

home = Home().start()
with home.connect() as agent:
    agent.initialize(PASSPHRASE)
    agent.add("Bank", "me", b"b" * 20)
    agent.add("Door", "key", b"d" * 20, kind="hotp", period=0, counter=5)
    agent.add("Seen", "here", b"s" * 20)
before = names(home)

# Everything that can become of an entry, in one file.
groups = [{"uuid": "g1", "name": "Work"}]
path = aegis(home, [
    entry("Forge", "octocat", b"f" * 20, note="phone is in the safe", favorite=True, groups=["g1"]),
    entry("Bank", "me", b"c" * 20),
    entry("Elsewhere", "other name", b"s" * 20),
    entry("Door", "key", b"d" * 20, type="hotp", info={"counter": 9}),
    entry("Broken", "x", info={"secret": "!!!"}),
    entry("Forge", "octocat", b"f" * 20),
    entry("Esc\u202eape", "a\u2066b", b"e" * 20),
], groups)
saves = generation(home)
table = fob(home, "import", path, "--dry-run", "--json", status=14).json()
equal([row["status"] for row in table["entries"]],
      ["new", "differs", "same", "same", "not_importable", "same", "new"], "what becomes of the entries")
equal((table["imported"], table["dry_run"], table["format"]), (False, True, "aegis"), "the dry run")
equal((table["added"], table["already_there"], table["renamed"], len(table["bad"])), (2, 3, 1, 1), "the numbers")
rows = {row["position"]: row for row in table["entries"]}
check("Bank/me (2)" == rows[2]["stored"], f"another name beside it: {rows[2]}")
check("Seen/here" in rows[3]["remarks"][0], f"which account it is: {rows[3]}")
check("9" in rows[4]["remarks"][0] and "5" in rows[4]["remarks"][0], f"the counters: {rows[4]}")
check(rows[5]["remarks"][0], f"why not: {rows[5]}")
equal((names(home), generation(home)), (before, saves), "after a dry run")

shown = fob(home, "import", path, status=14, input=b"")
check("\u202e" not in shown.out and "\u2066" not in shown.out, f"a name that reorders the line: {shown.out!r}")
equal(len(shown.out.splitlines()), 7, "rows")
check(re.search(r"differs +Bank/me +another secret; comes in as Bank/me \(2\)", shown.out), shown.out)
equal(generation(home), saves + 1, "saves of one import")
equal(names(home)[:5], before + ["Forge/octocat", "Bank/me (2)"], "the order of the source, behind what was there")
forge = fob(home, "show", "Forge/octocat", "--json").json()
equal((forge["note"], forge["favourite"], forge["tags"]), ("phone is in the safe", True, ["Work"]), "what came along")
equal(fob(home, "code", "Door").out.strip(), hotp(b"d" * 20, 5), "the counter is where it was")
again = fob(home, "import", path, "--json", status=14).json()
equal((again["imported"], again["added"], again["already_there"]), (False, 0, 6), "the same file once more")
equal(generation(home), saves + 2, "saves when nothing is new, but for the counter of the code above")

# Undo.
planned = fob(home, "import", "--undo", "--dry-run", "--json").json()
equal((planned["added"], planned["removed"], planned["done"]), (3, 3, False), "the plan of the undo")
check("aegis" in planned["source"], f"the source: {planned}")
fob(home, "edit", "Forge/octocat", "--name", "renamed since")
home.stop()
home.start()
with home.connect() as agent:
    agent.unlock(PASSPHRASE)
saves = generation(home)
fob(home, "import", "--undo")
equal((names(home), generation(home)), (before, saves + 1), "after the undo, which is one save")
fob(home, "import", "--undo", status=3)
fob(home, "import", "--undo", path, status=64)
fob(home, "import", status=64)
trash = fob(home, "list", "--trash", "--names").out.splitlines()
check("Forge/renamed since" in trash and len(trash) == 3, f"the trash: {trash}")
log = fob(home, "log").out
for event in ("account.import ", "account.import_undo ", "account.add ", "account.remove "):
    check(event in log, f"{event} in the log")

# Another client changes the vault while an import is staged: it is taken in beside that, by the same rules.
with home.connect() as one, home.connect() as two:
    twice, once = os.urandom(20), os.urandom(20)
    one.begin()
    one.add("Staged", "twice", twice)
    one.add("Staged", "once", once, note="n", icon="anchor", uses=3, last_used=1_700_000_000, favourite=True)
    equal(one.add("Staged", "lower", b"d" * 20, kind="hotp", period=0, counter=2, raise_counter=True)["outcome"],
          "already there", "a lower counter")
    raised = one.add("Staged", "higher", b"d" * 20, kind="hotp", period=0, counter=50, raise_counter=True)
    equal((raised["outcome"], raised["name"], raised["counter"]), ("raised", "key", 50), "a higher counter")
    equal(one.add("Seen", "here", b"", kind="none", digits=0, period=0, algorithm="none",
                  needs_verification=True)["outcome"], "already there", "an account that only tells of another")
    placeholder = one.add("Work", "me", b"", kind="none", digits=0, period=0, algorithm="none", needs_verification=True)
    two.add("First", "of them", twice)
    two.add("Staged", "once", os.urandom(20))
    one.commit("a test, 4 accounts")
    found = {f"{account['issuer']}/{account['name']}": account for account in two.accounts()}
    check("Staged/twice" not in found and "First/of them" in found, "the same secret came in twice")
    kept = found["Staged/once (2)"]
    equal((kept["icon"], kept["uses"], kept["last_used"], kept["favourite"], kept["has_note"]),
          ("anchor", 3, 1_700_000_000, True, True), "what came along")
    equal((found["Door/key"]["counter"], found["Work/me"]["state"]), (50, "needs verification"), "counter and state")
    refused(7, lambda: two.code("Work/me"), "a code of an account that needs verification")
    equal(two.undo_import(dry_run=True)["removed"], 2, "what the undo would remove")
    equal((two.undo_import()["added"], sorted(set(found) - {f"{account['issuer']}/{account['name']}"
           for account in two.accounts()})), (2, ["Staged/once (2)", "Work/me"]), "what was undone")
    refused(3, two.undo_import, "a second undo")
    for label in ("First/of them", "Staged/once"):
        two.ask(0x22, protocol_client.selector(label))

# A list of URIs: a bad line holds up no other.
good = "otpauth://totp/L:a?secret=MFRGGZDFMZTWQ2LK&issuer=L\n"
listing = os.path.join(home.path, "list.txt")
with open(listing, "w") as file:
    file.write(good + "otpauth://totp/x?secret=!!!!\n")
told = fob(home, "import", listing, "--tag", "mine", "--json", status=14).json()
equal((told["bad"][0]["label"], told["error"]["status"]), ("line 2", 14), "the bad line has its number")
equal(fob(home, "list", "--json", "--tag", "mine").json()["accounts"][0]["name"], "a", "the good line, with its tag")
fob(home, "import", "--undo", "--yes")
fob(home, "import", listing, "--skip-bad")
fob(home, "import", "--undo", "--yes")
equal(fob(home, "import", "-", input=good.encode()).status, 0, "a list on standard input")

# What is no file of anybody.
for octets, what in [(b"", "nothing"), (b"hello\n", "a greeting"), (b"{", "half of JSON"), (bytes(1000), "zeros")]:
    fob(home, "import", "-", status=65, input=octets)
fob(home, "import", home.path + "/nowhere.json", status=66)
check("no format" in fob(home, "import", path, "--from", "nonsense", status=65).err, "a format that is not there")
with open(path, "rb") as file:
    whole = file.read()
count = len(names(home))
for part in range(1, 16):
    fob(home, "import", "-", status=65, input=whole[:len(whole) * part // 16])
equal(len(names(home)), count, "accounts after pieces of a file")

# An encrypted file: the password from a descriptor, and typed.
fixture = os.path.join(os.path.dirname(os.path.abspath(__file__)), *[".."] * 4, "shared", "fixtures", "import",
                       "aegis_encrypted.json")
if not os.path.exists(fixture):
    partly("../shared/fixtures is not beside the repository: no encrypted file")
else:
    other = Home().start()
    with other.connect() as agent:
        agent.initialize(PASSPHRASE)
    fob(other, "import", fixture, status=65)
    fob(other, "import", fixture, status=77, password=b"not this one")
    equal(names(other), [], "accounts after a wrong password")
    person = Person(other, "import", fixture)
    for number, typed in enumerate((b"wrong", b"wrong again", b"test")):
        person.sees(b"Password of the aegis file", number + 1)
        person.types(typed)
    person.sees(b"[y/N]")
    equal(names(other), [], "accounts while the question is open")
    person.types(b"y")
    person.sees(b"imported")
    equal(person.status(), 0, "the status of the import that was typed")
    equal(len(names(other)), 7, "accounts of the encrypted file")
    check(b"wrong" not in person.screen and b"test" not in person.screen, f"a password was shown: {person.screen!r}")
    person = Person(other, "import", fixture)
    for number in range(3):
        person.sees(b"Password of the aegis file", number + 1)
        person.types(b"wrong")
    person.sees(b"does not open the aegis file")
    equal(person.status(), 77, "the status after three wrong passwords")

# A no, and a vault that is locked while the question is open: nothing comes in.
accounts = len(names(home))
person = Person(home, "import", path)
person.sees(b"[y/N]")
person.types(b"")
person.sees(b"nothing was imported")
equal(person.status(), 5, "the status of a no")
person = Person(home, "import", path)
person.sees(b"[y/N]")
with home.connect() as agent:
    agent.lock()
    person.types(b"y")
    person.sees(b"fob:")
    check(person.status() != 0, f"an import into a locked vault: {person.screen!r}")
    agent.unlock(PASSPHRASE)
equal(len(names(home)), accounts, "accounts after a no, and after a lock on the way")

# A tree of pass, decrypted by gpg.
if shutil.which("gpg"):
    environment = {"PATH": os.environ["PATH"], "HOME": home.path, "GNUPGHOME": home.path + "/gnupg"}
    os.mkdir(home.path + "/gnupg", 0o700)
    subprocess.run(["gpg", "--batch", "--quiet", "--pinentry-mode", "loopback", "--passphrase", "", "--quick-gen-key",
                    "test@example.org", "future-default", "default", "never"], env=environment, check=True,
                   capture_output=True)
    store = os.path.join(home.path, "store")
    os.makedirs(store + "/web/Forge")
    os.makedirs(store + "/.git")
    for name, text in [("web/Forge/alice", "hunter2\notpauth://totp/?secret=MFRGGZDFMZTWQ2LA\n"),
                       ("web/plain", "only a password\n"), (".git/hidden", good)]:
        subprocess.run(["gpg", "--batch", "--quiet", "--trust-model", "always", "-r", "test@example.org", "-e", "-o",
                        f"{store}/{name}.gpg"], env=environment, input=text.encode(), check=True, capture_output=True)
    with open(store + "/web/foreign.gpg", "wb") as file:
        file.write(os.urandom(100))
    shown = fob(home, "import", store, status=14)
    subprocess.run(["gpgconf", "--kill", "all"], env=environment)
    check("Forge/alice" in shown.out and "lost: password" in shown.out, shown.out)
    check("web/foreign" in shown.out and "gpg" in shown.out, f"the file that cannot be decrypted: {shown.out}")
    equal(names(home)[-1], "Forge/alice", "the account of the tree")
    check("hunter2" not in shown.out + shown.err, "a password was shown")

# A password is in no argument and in no environment, and the converter's environment is empty.
if shutil.which("strace") and os.path.exists(fixture):
    trace = os.path.join(home.path, "trace")
    line, options = command(other, "import", fixture, "--dry-run", password=b"test")
    line[:3] = ["strace", "-f", "-v", "-s", "100000", "-e", "trace=execve", "-o", trace, *line[:3]]
    subprocess.run(line, capture_output=True, check=True, timeout=60, **options)
    with open(trace) as file:
        calls = [call for call in file if "execve(" in call]
    check(any("fob-convert" in call and call.count("[") == 2 and "[]" in call.replace("[/*", "[") for call in calls),
          f"the converter's environment is not empty: {calls}")
    check(not any('"test"' in call or "=test" in call for call in calls), "the password is in an argument")

# Ten thousand at once: one transaction, one save, and others are served meanwhile.
many = Home().start()
with many.connect() as agent:
    agent.initialize(PASSPHRASE)
    agent.add("First", "one", b"1" * 20)
    path = aegis(many, [entry(f"Service {n}", f"user{n}@example.org", n.to_bytes(20, "big")) for n in range(1, 10_001)])
    saves = generation(many)
    line, options = command(many, "import", path, "--json")
    process = subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, **options)
    served = 0
    while not select.select([process.stdout], [], [], 0)[0]:
        code = agent.code("First")
        equal(code["code"], totp(b"1" * 20, code["valid_from"]), "a code meanwhile")
        served += 1
    table = json.loads(process.stdout.read())
    equal(process.wait(), 0, "the status of the large import")
    equal((table["added"], len(table["entries"]), table["bad"]), (10_000, 10_000, []), "what the large import says")
    equal((status(agent)["accounts"], generation(many)), (10_001, saves + 1), "accounts and saves")
    check(served > 10, f"only {served} codes while a large import was staged")
    wanted = [f"Service {n}/user{n}@example.org" for n in range(1, 10_001)]
    equal(names(many)[1:], wanted, "the order of the source")
    equal(fob(many, "import", "--undo", "--json").json()["removed"], 10_000, "accounts that were undone")
    equal((status(agent)["accounts"], generation(many)), (1, saves + 2), "accounts and saves after the undo")
print(f"every rule held; 10,000 accounts in one save, {served} codes given to others meanwhile")
