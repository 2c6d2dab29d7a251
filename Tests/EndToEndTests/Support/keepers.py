"""Shares of a key at five keepers, of whom three must answer: set up, proven, the owner's machine lost, recovered. Real agents,
real files; what goes from one to another is text in files, pictures of QR codes, or a pipe as ssh(1) makes one.

    keepers.py files | plus | pictures | pipe | hostile | deposits | tokens | memory
"""

import base64
import html
import itertools
import quopri

import protocol_client as wire
from keeper_people import *


def files():
    people = People()
    backup = with_keepers(people.owner)
    listed = json.loads(run(people.owner, "keeper", "list", "--json").stdout)
    equal([len(listed["keepers"]), listed["threshold"]], [5, 3], "the set")
    check(all(one["proven"] is None and one["due"] for one in listed["keepers"]), "nobody was proven")

    # A share comes back by the way of a real recovery, and is thrown away.
    request = run(people.owner, "keeper", "prove", "Keeper 2").stdout
    answer = put("proof", people.answer(1, request))
    run(people.owner, "keeper", "prove", "Keeper 3", "--answer", answer, status=35)
    run(people.owner, "keeper", "prove", "Keeper 2", "--answer", answer)
    listed = json.loads(run(people.owner, "keeper", "list", "--json").stdout)
    equal([one["proven"] is not None for one in listed["keepers"]], [False, True, False, False, False], "proven")
    run(people.owner, "keeper", "prove", "Keeper 2", "--answer", answer, status=35)
    with open(people.owner.path + "/audit.log") as log:
        check("account_recovery_token.confirm" in log.read(), "the log tells of it")

    # What would be left is told: five keepers are a way that works once three were proven.
    def way(loss):
        losses = json.loads(run(people.owner, "ready", "--json", status=32).stdout.splitlines()[0])["losses"]
        ways = next(one for one in losses if one["loss"] == loss)["ways"]
        return {one["way"]: one["state"] for one in ways}["3 of 5 keepers, and the vault on this machine"]
    equal([way("passphrase"), way("keepers"), way("machine")], ["untried", "lost", "lost"], "before")
    for number in (0, 4):
        request = run(people.owner, "keeper", "prove", f"Keeper {number + 1}").stdout
        run(people.owner, "keeper", "prove", f"Keeper {number + 1}", "--answer",
            put("proof", people.answer(number, request)))
    equal([way("passphrase"), way("keeper")], ["works", "works"], "three were proven")

    # The machine is lost; of five keepers one is dead and one does not find its paper.
    backup = people.lose_owner(backup)
    new = Home().start()
    asked = requests(new, backup)
    equal(requests(new, backup), asked, "the same requests as long as the session goes on")
    answers = [people.answer(number, asked[number]) for number in (4, 0)]
    done = recover(new, backup, answers, status=33)
    check(b"1 more keeper must answer" in done.stderr, f"who is missing: {done.stderr}")
    # Mail programs wrap what is long.
    third = people.answer(2, quoted(asked[2])).strip()
    for mailed in as_mailed(asked[2].strip()):
        people.answer(2, mailed)
    check(b"no answer of a keeper is in it" in recover(new, backup, [asked[0]], status=33).stderr, "a file without an answer")
    for mailed in (quoted(third), quopri.encodestring(third), b"<p>" + third + b"</p>", third[:99] + "\u200b".encode() + third[99:],
                   b"Here:\n" + third + b"\n-- \nGrace\n", *as_mailed(third)):
        done = recover(new, backup, [answers[0], mailed], status=33)
        check(b"1 more keeper must answer" in done.stderr, f"{mailed[:40]} ...: {done.stderr}")
    answers.append(b"\n".join(third[at:at + 70] for at in range(0, len(third), 70)) + b"\n\nRegards\n")
    done = recover(new, backup, answers[::-1])
    check(b"fob keeper renew" in done.stderr, "what is to be done then")
    opens(new)
    check(not glob.glob(new.path + "/*.session"), "the session is gone")
    with open(new.path + "/audit.log") as log:
        check("account_recovery_token.recover" in log.read(), "the log tells of it")
    listed = json.loads(run(new, "keeper", "list", "--json").stdout)
    check(listed["used"] is not None, "the set was used")

    # Everything is made anew, and the old tokens are dead.
    made = proved(new, "keeper", "renew", "--json", passphrase=NEW)
    for number, one in enumerate(json.loads(made.stdout)["deposits"]):
        people.accept(number, one["deposit"])
    other = Home().start()
    stale = requests(other, backup)
    for number in range(5):
        people.answer(number, stale[number], status=35)
    # A deposit of before is as dead.
    people.accept(0, people.deposits[0], status=35)
    former, backup = backup, put("new.age", open(with_keepers(new), "rb").read())
    fresh = requests(other, backup)
    equal(requests(other, former), stale, "each set has its session")
    recover(other, backup, [people.answer(number, fresh[number]) for number in (1, 3, 4)])
    opens(other)

    # One keeper less: the others get new tokens, that one's ends, and a set of one is none.
    made = json.loads(proved(new, "keeper", "remove", "Keeper 5", "--json", passphrase=NEW).stdout)["deposits"]
    equal([one["ends"] for one in made], [False] * 4 + [True], "who gets what")
    for number, one in enumerate(made):
        people.accept(number, one["deposit"])
    equal(json.loads(run(people.keepers[4], "keeper", "list", "--json").stdout)["kept"], [], "nothing is kept")
    proved(new, "keeper", "remove", "Keeper 1", "Keeper 2", "Keeper 3", status=64, passphrase=NEW)
    ended = json.loads(proved(new, "keeper", "remove", "--all", "--json", passphrase=NEW).stdout)["deposits"]
    check(all(one["ends"] for one in ended) and len(ended) == 4, "all end")
    check(b"no keepers" in run(new, "keeper", "list").stderr, "there are none")
    print("3 of 5 by files: recovered twice, renewed, one removed, all ended")


def as_mailed(text):
    """As mail and chat programs, and people who answer in them, hand it on."""
    words = text.decode()
    lines = [words[at:at + 72] for at in range(0, len(words), 72)]
    mail = "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: %s\n\n%s\n"
    both = ("Hello, this is it:\n" + words + "\n").encode()
    forms = [
        f"Please answer this: {words} Thanks, Ada", f"{words}\nThanks\nAda", words.capitalize()[0] + words[1:],
        "\n".join(lines) + "\nThanks\nAda\n", "\n\n".join(lines), "\r\n".join("| " + line for line in lines), " ".join(lines),
        "<div>" + "<br>\r\n".join(lines) + "</div><p>Thanks</p>", "<wbr>".join(lines), "&shy;".join(lines),
        "&nbsp;\n".join(lines), words.replace("-", "&#45;").replace("_", "&#x5f;").replace(":", "&colon;"),
        words.replace("--", "\u2014").replace("-", "\u2013"), mail % ("base64", base64.encodebytes(both).decode()),
        mail % ("quoted-printable", quopri.encodestring(both).decode()), f"```\n{words}\n```", f"[10:11] Ada: {words}.",
    ]
    return [form.encode() for form in forms]


def cards():
    """Cards come by mail and chat, too, and two may be in one text."""
    others = [machine(secret) for secret in (b"a keeper with a long phrase 1", b"a keeper with a long phrase 2")]
    one, two = (run(home, "keeper", "card", "--name", name).stdout.decode().strip()
                for home, name in zip(others, ("Ada & \u201cBob\u201d <x>", "Zo\u00eb \u2014 2")))
    owner = machine()
    run(owner, "keeper", "card", "--name", "Grace")
    lines = [one[at:at + 72] for at in range(0, len(one), 72)]
    marked = [html.escape(line) for line in lines]
    forms = [
        one + "\r\n", "\n".join(lines), "\r\n".join("> " + line for line in lines), "\n\n".join(lines),
        "".join(f"| {line}\n" for line in lines), quopri.encodestring(one.encode()).decode(), html.escape(one),
        "<div>" + "<br>\n".join(marked) + "</div>", "<wbr>".join(marked), f"Hello, my card: {one} Bye, Ada",
        f"```json\n{one}\n```", json.dumps(json.loads(one), indent=2), json.dumps(json.loads(one)),
        "Content-Transfer-Encoding: base64\n\n" + base64.encodebytes(one.encode()).decode(), "\ufeff" + one,
    ]
    plain = two.replace('"', "\u201d").replace(" \u2014 2", "")
    for form in forms:
        done = proved(owner, "keeper", "add", put("one", form.encode()), put("two", two.encode()), "--threshold", "2", "--yes",
                      "--json", status=None)
        equal(done.returncode, 0, f"a card in the form {form!r}")
        equal(len(json.loads(done.stdout)["deposits"]), 2, f"cards of {form[:60]!r}")
        proved(owner, "keeper", "remove", "--all")
    done = proved(owner, "keeper", "add", put("both", f"{one}\n\nand\n{two}\n".encode()), "--threshold", "2", "--yes", "--json")
    equal(len(json.loads(done.stdout)["deposits"]), 2, "two cards in one text")
    for wrong, ends in ((one.replace("Ada", "Eva"), 35), (one[:-2], 65), ("no card at all", 65), ("{}", 65), (plain, 35)):
        proved(owner, "keeper", "add", put("one", wrong.encode()), "--threshold", "1", "--yes", status=ends)
    third = run(machine(b"a keeper with a long phrase 3"), "keeper", "card", "--name", "Carol").stdout.decode()
    proved(owner, "keeper", "add", put("one", third.replace('"', "\u201d").encode()), "--threshold", "2", "--yes")
    print(f"cards in {len(forms)} forms")


def quoted(text):
    """As a mail that answers one has it."""
    return b"You wrote:\n>\n" + b"".join(b"> " + text[at:at + 60] + b"\r\n" for at in range(0, len(text), 60))


def plus():
    """A code on paper: the keepers and a backup together open nothing without it."""
    people = People(count=3, threshold=2)
    run(people.owner, "keeper", "renew", "--plus-code", status=66)
    made = proved(people.owner, "keeper", "renew", "--plus-code", "--json")
    lines = [json.loads(line) for line in made.stdout.splitlines()]
    code = next(line["plus_code"] for line in lines if "plus_code" in line).encode()
    deposits = next(line["deposits"] for line in lines if "deposits" in line)
    for number, one in enumerate(deposits):
        people.accept(number, one["deposit"])
    # No set loses its code by who does not speak of it.
    done = proved(people.owner, "keeper", "renew", status=64)
    check(b"--no-plus-code" in done.stderr, f"how it is lost: {done.stderr}")
    backup = put("plus.age", open(with_keepers(people.owner), "rb").read())
    with open(backup, "rb") as file:
        check(code not in file.read(), "the code is in no backup")
    for path in glob.glob(people.owner.path + "/*"):
        if os.path.isfile(path):
            with open(path, "rb") as file:
                check(code not in file.read(), f"the code is in {path}")

    # A proof looks at it where it is given.
    other = "-".join(reversed(code.decode().split("-"))).encode()
    request = run(people.owner, "keeper", "prove", "Keeper 1").stdout
    answer = put("proof", people.answer(0, request))
    wrong = kit_code(people.owner)
    run(people.owner, "keeper", "prove", "Keeper 1", "--answer", answer, status=77, secrets=[("--plus-code-fd", wrong)])
    run(people.owner, "keeper", "prove", "Keeper 1", "--answer", answer, status=65, secrets=[("--plus-code-fd", other)])
    def stands(loss):
        losses = json.loads(run(people.owner, "ready", "--json", status=None).stdout.splitlines()[0])["losses"]
        ways = next(one["ways"] for one in losses if one["loss"] == loss)
        name = "2 of 3 keepers with the plus-code, and the vault on this machine"
        return next((way["state"], way["advice"] or "") for way in ways if way["way"] == name)

    run(people.owner, "keeper", "prove", "Keeper 1", "--answer", answer)
    for number in (1, 2):
        request = run(people.owner, "keeper", "prove", f"Keeper {number + 1}").stdout
        run(people.owner, "keeper", "prove", f"Keeper {number + 1}", "--answer", put("proof", people.answer(number, request)))
    # All have proved what they keep, and nobody has shown the code.
    equal(stands("passphrase")[0], "untried", "fob ready, with keepers that are proven")
    check("fob rehearse keepers" in stands("passphrase")[1], f"what to do about it: {stands('passphrase')}")
    request = run(people.owner, "keeper", "prove", "Keeper 1").stdout
    answer = put("proof", people.answer(0, request))
    run(people.owner, "keeper", "prove", "Keeper 1", "--answer", answer, secrets=[("--plus-code-fd", code)])
    equal(stands("passphrase"), ("works", ""), "fob ready, with the code")
    equal(stands("plus-code")[0], "needs", "fob ready, without the code")
    check("--plus-code" in stands("plus-code")[1], "what to do about its loss")
    done = run(people.owner, "ready", status=None).stdout.decode()
    check("would need: 2 of 3 keepers with the plus-code" in " ".join(done.split()), f"fob ready said {done}")
    check(json.loads(run(people.owner, "keeper", "list", "--json").stdout)["plus_code"], "the list has it")
    check(b"the plus-code" in run(people.owner, "keeper", "list").stdout, "the list tells it")

    backup = people.lose_owner(backup)
    new = Home().start()
    asked = requests(new, backup)
    options = [word for number in (0, 2) for word in ("--answer", put(f"answer-{number}", people.answer(number, asked[number])))]
    passphrase = ("--new-passphrase-fd", NEW)
    done = run(new, "recover", backup, *options, "--yes", status=77, secrets=[passphrase])
    check(b"plus-code" in done.stderr, f"without the code: {done.stderr}")
    done = run(new, "recover", backup, *options, "--yes", status=77, secrets=[passphrase, ("--plus-code-fd", wrong)])
    check(b"not the plus-code" in done.stderr, f"with another: {done.stderr}")
    done = run(new, "recover", backup, *options[:2], "--yes", status=33, secrets=[passphrase, ("--plus-code-fd", code)])
    run(new, "recover", backup, *options, "--yes", secrets=[passphrase, ("--plus-code-fd", code)])
    opens(new)
    # It goes when its owner says so.
    proved(new, "keeper", "renew", "--no-plus-code", passphrase=NEW)
    proved(new, "keeper", "renew", passphrase=NEW)
    equal(json.loads(run(new, "keeper", "list", "--json").stdout)["plus_code"], False, "the list without one")
    print("2 of 3 with a plus-code: without it, with another one, and with it")


def kit_code(home):
    """A code of the right form that is none of theirs."""
    return json.loads(proved(home, "access", "kit", "--json").stdout)["codes"][0].encode()


def pictures():
    need("rsvg-convert")
    people = People(count=3, threshold=2)
    backup = people.lose_owner(with_keepers(people.owner))
    # A card, a deposit, requests and answers go by pictures.
    owner = machine()
    run(owner, "keeper", "card", "--name", "Linus")
    cards = []
    for number, keeper in enumerate(people.keepers[:2]):
        path = os.path.join(work, f"card-{number}.png")
        run(keeper, "keeper", "card", "--output", path)
        cards.append(path)
    folder = os.path.join(work, "deposits")
    os.mkdir(folder)
    proved(owner, "keeper", "add", *cards, "--yes", "--to", folder, "--pictures")
    for number, keeper in enumerate(people.keepers[:2]):
        run(keeper, "keeper", "accept", f"{folder}/fob-deposit-{number + 1}.png", "--yes")
    new = Home().start()
    asked = os.path.join(work, "requests")
    os.mkdir(asked)
    run(new, "recover", backup, "--to", asked, "--pictures")
    options = []
    for number in (0, 2):
        path = os.path.join(work, f"answer-{number}.png")
        proved(people.keepers[number], "keeper", "answer", f"{asked}/fob-request-{number + 1}.png", "--output", path,
               passphrase=people.secrets[number])
        options += ["--answer", path]
    run(new, "recover", backup, *options, "--yes", secrets=[("--new-passphrase-fd", NEW)])
    opens(new)
    print("cards, deposits, requests and answers went by pictures")


def pipe():
    people = People(count=2, threshold=2)
    backup = people.lose_owner(with_keepers(people.owner))
    new = Home().start()
    answers = b""
    for number, request in enumerate(requests(new, backup)):
        # What `ssh host fob keeper answer` is: a shell on another machine, with the request on standard input.
        read, write = os.pipe()
        os.write(write, people.secrets[number])
        os.close(write)
        done = subprocess.run(
            ["sh", "-c", f"exec {FOB} keeper answer --no-ask --passphrase-fd {read}"], input=request + b"\n",
            capture_output=True, env=people.keepers[number].environment, pass_fds=[read], timeout=120)
        os.close(read)
        equal(done.returncode, 0, f"over a pipe: {done.stderr}")
        check(WORDS.search(done.stderr), "the words are shown there")
        answers += done.stdout
    done = run(new, "recover", backup, "--answer", "-", "--yes", text=answers, secrets=[("--new-passphrase-fd", NEW)])
    opens(new)
    print("both answers came over one pipe")


def hostile():
    people = People()
    backup = with_keepers(people.owner)

    # A stranger's card is nobody's: any change of it is seen, and so are other words.
    card = run(people.keepers[0], "keeper", "card").stdout
    forged = card.replace(b'"fob-name":"Keeper 1"', b'"fob-name":"Keeper 9"')
    proved(people.owner, "keeper", "add", put("forged", forged), "--yes", status=35)
    proved(people.owner, "keeper", "add", put("other", card), "--words", "babab babab babab babab babab babab", status=35)
    proved(people.owner, "keeper", "add", put("cut", card[:-40]), "--yes", status=65)
    # Without somebody who compares the words nothing is added; without the passphrase neither.
    proved(people.owner, "keeper", "add", put("card", card), status=64)
    proved(people.owner, "keeper", "add", put("card", card), "--yes", passphrase=b"wrong", status=77)
    own = run(people.owner, "keeper", "card").stdout
    proved(people.owner, "keeper", "add", put("own", own), "--yes", status=65)

    # A deposit by another keeper's card, a changed one, and one that comes again.
    people.accept(1, people.deposits[0], status=35)
    people.accept(0, people.deposits[0][:-9] + "AAAAAAAAA", status=35)
    people.accept(0, people.deposits[0], status=9)

    # A waiting time: the same request is answered when it is over, and meanwhile the owner can end the token.
    made = json.loads(proved(people.owner, "keeper", "renew", "--json").stdout)["deposits"]
    for number, one in enumerate(made):
        run(people.keepers[number], "keeper", "accept", put("deposit", one["deposit"].encode()), "--yes",
            *(["--wait", "1s"] if number == 0 else ["--wait", "2h"] if number == 4 else []))
    backup = with_keepers(people.owner)
    new = Home().start()
    asked = requests(new, backup)
    people.answer(0, asked[0], status=34)
    people.answer(4, asked[4], status=34)
    people.answer(4, asked[4], status=34)
    check(json.loads(run(people.keepers[4], "keeper", "list", "--json").stdout)["kept"][0]["asked"], "it is told")
    until(lambda: not proved_status(people, 0, asked[0]), "a second is over", 30)

    # The keeper's passphrase is needed, and answers are sealed to one session.
    proved(people.keepers[1], "keeper", "answer", put("request", asked[1]), passphrase=b"wrong", status=77)
    other = Home().start()
    foreign = [people.answer(1, requests(other, backup)[1])]
    good = [people.answer(number, asked[number]) for number in (0, 1, 3)]
    done = recover(new, backup, good[:2] + foreign + [good[0]], status=33)
    check(b"answers another request" in done.stderr and b"recovery_token_already_used" in done.stderr, f"{done.stderr}")

    # A liar has changed the token that is kept, in the vault's own record, and is named.
    third = people.answer(2, asked[2])
    changed = third[:-30] + (b"A" if third[-30:-29] != b"A" else b"B") + third[-29:]
    done = recover(new, backup, good[:2] + [changed], status=33)
    check(b"of no use" in done.stderr, f"{done.stderr}")

    # An older backup's requests find ended tokens: a liar who answers with another's token is named by its signature.
    # All who keep something, and any two of them with the backup, open nothing.
    attempts = 0
    for pair in itertools.combinations(good, 2):
        done = recover(new, backup, list(pair), status=33)
        attempts += 1
    # Nor do all of them without it: what is in their homes does not open as anything with what is in another's.
    everything = b""
    for keeper in people.keepers:
        for path in glob.glob(keeper.path + "/**", recursive=True):
            if os.path.isfile(path):
                with open(path, "rb") as file:
                    everything += file.read()
    with open(backup, "rb") as file:
        header = file.read().split(b"\n---")[0]
    keys = [line for line in header.split(b"\n") if len(line) == 43 and not line.startswith(b"->")]
    check(keys and not any(key in everything for key in keys), "no key of a share is at a keeper")
    check(b"fob-keeper " not in everything.replace(b"fob-keepers", b""), "no stanza of the owner is at a keeper")
    recover(new, backup, good)
    opens(new)
    # A session that has ended is no more.
    recover(new, backup, good, status=35)
    print(f"forged, stale, replayed, changed and missing ones were refused; {attempts} pairs open nothing")


def deposits():
    """Deposits are there once, and may be lost; only their owner's signature ends a token."""
    people = People(count=3, threshold=2)
    def present(home=people.owner):
        return json.loads(run(home, "keeper", "list", "--json").stdout)
    first = present()["set"]
    backup = with_keepers(people.owner)

    # Where they cannot go, nothing is made; what cannot be written after all is shown.
    folder = os.path.join(work, "folder")
    os.mkdir(folder)
    put("folder/fob-deposit-2.txt", b"of before")
    proved(people.owner, "keeper", "renew", "--to", folder, status=73)
    equal(proved_end(people.owner, "keeper", "renew", "--to", "/proc").returncode != 0, True, "no place for files")
    equal([present()["set"], os.listdir(folder)], [first, ["fob-deposit-2.txt"]], "nothing was made")
    os.remove(folder + "/fob-deposit-2.txt")
    run(people.owner, "keeper", "prove", "Keeper 2")
    check(glob.glob(people.owner.path + "/keeper-*.session"), "an answer is waited for")
    done = proved_end(people.owner, "keeper", "renew", "--to", folder, limit=64)
    equal([done.returncode != 0, done.stdout.count(b"fob-deposit:"), os.listdir(folder)], [True, 3, []], f"all are shown: {done}")
    check(present()["set"] != first, "there is one new set")
    check(not glob.glob(people.owner.path + "/keeper-*.session"), "nobody waits for an answer of the set of before")

    # Those are lost; the next ones end the tokens that the keepers have, and those alone.
    proved(people.owner, "keeper", "renew", "--to", folder)
    for number in range(3):
        run(people.keepers[number], "keeper", "accept", f"{folder}/fob-deposit-{number + 1}.txt", "--yes", "--wait",
            "1h" if number == 0 else "0")
        equal(len(present(people.keepers[number])["kept"]), 1, "one token is kept")
    new = Home().start()
    for number, request in enumerate(requests(new, backup)):
        people.answer(number, request, status=35)
    # A waiting time outlives the token.
    made = json.loads(proved(people.owner, "keeper", "renew", "--json").stdout)["deposits"]
    people.accept(0, made[0]["deposit"])
    equal(present(people.keepers[0])["kept"][0]["wait"], 3600, "it still waits")

    # The agent looks at the signature itself.
    sealed = bytearray(base64.urlsafe_b64decode(made[1]["deposit"].split(":")[1] + "=="))
    with people.keepers[1].connect() as agent:
        refused(65, lambda: agent.ask(0x67, wire.octets(b"fob-deposit/1") + wire.string("") + wire.u32(0)), "what is no deposit")
        for place in (len(sealed) - 1, len(sealed) - 90, 30):
            changed = bytearray(sealed)
            changed[place] ^= 1
            try:
                agent.ask(0x67, wire.octets(bytes(changed)) + wire.string("") + wire.u32(0))
                check(False, f"octet {place} was changed, and it was taken")
            except Refused as error:
                check(error.code in (35, 65), f"octet {place}: {error}")
    before = present(people.keepers[1])["kept"]
    people.accept(1, made[1]["deposit"])
    equal([len(before), before[0]["token"] != present(people.keepers[1])["kept"][0]["token"]], [1, True], "unharmed till then")

    # Who asks is said before a secret is wanted; words and names are about one card; a label is not to be confused.
    backup = with_keepers(people.owner)
    asked = requests(Home().start(), backup)
    done = proved(people.keepers[1], "keeper", "answer", put("request", asked[1]), passphrase=b"wrong", status=77)
    check(b"asks for the token of Grace" in done.stderr, f"{done.stderr}")
    cards = [put(f"again-{n}", run(people.keepers[n], "keeper", "card").stdout) for n in range(2)]
    proved(people.owner, "keeper", "add", *cards, "--words", "babab babab babab babab babab babab", status=64)
    proved(people.owner, "access", "add", "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p", "--label",
           "keepers (2 of 2)", status=65)
    print("deposits that cannot be written or are lost do no harm, and only their owner ends a token")


def proved_end(home, *arguments, limit=None):
    """How fob ends that may write only files of so many octets."""
    read, write = os.pipe()
    os.write(write, PASSPHRASE)
    os.close(write)
    def limited():
        import resource
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        if limit:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    done = subprocess.run([FOB, *arguments, "--no-ask", "--passphrase-fd", str(read)], capture_output=True,
                          env=home.environment, pass_fds=[read], stdin=subprocess.DEVNULL, timeout=120, preexec_fn=limited)
    os.close(read)
    return done


def proved_status(people, number, request):
    read, write = os.pipe()
    os.write(write, people.secrets[number])
    os.close(write)
    done = subprocess.run([FOB, "keeper", "answer", put("request", request), "--no-ask", "--passphrase-fd", str(read)],
                          capture_output=True, env=people.keepers[number].environment, pass_fds=[read],
                          stdin=subprocess.DEVNULL, timeout=120)
    os.close(read)
    return done.returncode


def tokens():
    """Recovery tokens of services for accounts."""
    home = machine()
    with home.connect() as agent:
        account = agent.add("Example", "user", KEY)
    token = base64.b64encode(
        bytes([0, 0]) + os.urandom(16) + b"\0"
        + b"".join(struct.pack(">H", len(part)) + part for part in [
            b"https://example.com", b"https://provider.example", b"2026-11-21T05:00:00Z", b"sealed", b""])
        + b"\x30\x00").decode()
    run(home, "token", "save", "Example", put("token", token.encode()), "--expires", "365d")
    run(home, "token", "save", "Example", put("token", token.encode()), status=9)
    run(home, "token", "save", "Example", put("none", b"AAAA"), status=65)
    # As editors of other systems write it.
    for octets in (b"\xef\xbb\xbf" + token.encode() + b"\r\n", b"\xff\xfe" + token.encode("utf-16-le"),
                   b"\xfe\xff" + token.encode("utf-16-be")):
        run(home, "token", "save", "Example", put("token", octets), status=9)
    for octets in (b"\"quoted\"", "\u00fcber".encode(), b"token=AAAA"):
        run(home, "token", "save", "Example", put("none", octets), status=65)
    run(home, "token", "save", "Example", put("none", b"\0\1\2" * 99), status=12)
    listed = json.loads(run(home, "token", "list", "--json").stdout)["tokens"]
    equal([(one["provider"], one["status"], one["expires"] - one["issued"]) for one in listed],
          [("https://example.com", "saved", 365 * 86400)], "what is listed")
    # Somebody who has just given the passphrase gets it; it is marked.
    with home.connect() as agent:
        agent.lock()
    proved(home, "unlock")
    got = run(home, "token", "retrieve", "Example").stdout.decode().strip()
    equal(got, token, "the token")
    listed = json.loads(run(home, "token", "list", "--json").stdout)["tokens"]
    equal(listed[0]["status"], "retrieved", "its status")
    entries = json.loads(run(home, "log", "--account", "Example", "--event", "account_recovery_token", "--since", "1h",
                             "--json").stdout)["entries"]
    equal([one["event"] for one in entries], ["account_recovery_token.confirm", "account_recovery_token.recover"], "the log")
    run(home, "token", "retrieve", "Nobody", status=3)
    # Of a provider's, one is good and one of before is known; no time is beyond the calendar.
    with home.connect() as agent:
        for number in range(5):
            late = 1 << 61 if number == 4 else 0
            body = (wire.selector(id=account["id"]) + wire.string("https://other.example") + bytes([number + 1] * 16)
                    + wire.u64(0) + wire.u64(late) + wire.octets(b"token"))
            if late:
                refused(65, lambda: agent.ask(0x6B, body), "a time beyond the calendar")
            else:
                agent.ask(0x6B, body)
    listed = json.loads(run(home, "token", "list", "--json").stdout)["tokens"]
    equal(sorted(one["status"] for one in listed), ["obsolete", "retrieved", "saved"], "what is kept of those of before")
    print("a token was saved, listed, retrieved and logged")


def fields(data, at, count):
    """Fields with their length in front."""
    found = []
    for _ in range(count):
        size = int.from_bytes(data[at:at + 2], "big")
        found.append(data[at + 2:at + 2 + size])
        at += 2 + size
    return found


def header(backup):
    """What a backup tells of its keepers: the stanza of the set, and number and sealing key of each."""
    with open(backup, "rb") as file:
        lines = file.read().split(b"\n---")[0].decode().split("\n")
    keys = []
    for place, line in enumerate(lines):
        words = line.split()
        if words[:2] == ["->", "fob-keepers"]:
            owner = base64.b64decode("".join(lines[place + 1:place + 3]) + "==")
            head = words[2:], owner
        elif words[:2] == ["->", "fob-keeper"]:
            keys.append((int(words[3]), base64.b64decode(lines[place + 1] + "=")))
    return head, keys


def shares(people, backup):
    """The shares, opened by the rules of fob-recovery(7) and none of fob, and the key that they make."""
    import recovery_vectors as vectors
    (arguments, owner), keys = header(backup)
    named = bytes.fromhex(arguments[0])
    start = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d03010703420004")
    found = []
    for (number, key), deposit in zip(keys, people.deposits):
        data = base64.urlsafe_b64decode(deposit.split(":")[1] + "==")
        card, token = fields(data, 13, 2)
        audience, _, sealed = fields(token, 19, 4)[1:]
        digest = base64.b32decode(audience[8:60].upper() + b"====")
        place = (b"fob-keeper/1" + named + bytes([number, int(arguments[1]), int(arguments[2])])
                 + vectors.sha256(start + owner) + digest)
        wrapping = vectors.hkdf(key, sealed[1:17], place)
        found.append(vectors.ChaCha20Poly1305(wrapping).decrypt(bytes(12), sealed[17:], None))
    secret = bytearray(32)
    chosen = found[:int(arguments[1])]
    for share in chosen:
        weight = 1
        for other in chosen:
            if other[0] != share[0]:
                inverse = next(x for x in range(1, 256) if vectors.product(x, other[0] ^ share[0]) == 1)
                weight = vectors.product(weight, vectors.product(other[0], inverse))
        for at in range(32):
            secret[at] ^= vectors.product(share[1 + at], weight)
    return found, bytes(secret), [key for _, key in keys]


def memory():
    """Neither shares nor the key that they make are found in an agent, nor, once it is locked, the keys of the shares."""
    from memory import Needles, Scan
    need_root()
    people = People(count=3, threshold=2)
    backup = with_keepers(people.owner)
    found, secret, keys = shares(people, backup)
    request = run(people.owner, "keeper", "prove", "Keeper 2").stdout
    run(people.owner, "keeper", "prove", "Keeper 2", "--answer", put("proof", people.answer(1, request)))
    needles = Needles()
    for number, share in enumerate(found):
        needles.add(f"share {number + 1}", share[1:])
    needles.add("the key that was split", secret)
    looks = 0
    for home in [people.owner, *people.keepers]:
        hits = Scan(home.pid, needles, True).hits
        check(not hits, f"shares in an agent that is open: {hits}")
        looks += 1
    for number, key in enumerate(keys):
        needles.add(f"sealing key {number + 1}", key)
    with people.owner.connect() as agent:
        agent.lock()
    hits = Scan(people.owner.pid, needles, True).hits
    check(not hits, f"in the locked owner's agent: {hits}")
    # The one key of the test is that of the set: else nothing was looked for.
    import recovery_vectors as vectors
    wanted = header(backup)[0][0][3]
    equal(vectors.recipient(vectors.x25519_public(secret)), wanted, "the key that the shares make")
    print(f"{looks + 1} looks at {len(needles.forms)} forms of shares and keys: nothing")


{"files": files, "plus": plus, "pictures": pictures, "pipe": pipe, "hostile": hostile, "deposits": deposits,
 "tokens": tokens, "memory": memory, "cards": cards}[sys.argv[1]]()
