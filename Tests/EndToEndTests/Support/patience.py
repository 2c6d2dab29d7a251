"""A person may think for minutes at any prompt: nobody is hung up on, and nothing that was typed is lost.

    patience.py

The minutes are injected: the agent ends connections without HELLO, and questions, after a fraction of a second, and at
each prompt the script waits until it has. What fifteen minutes do besides, the vault's idle lock, is done by hand.
"""

from person import *

KEY = b"12345678901234567890"
HELLO, CHALLENGE = 200, 3000


def think():
    """So long that the agent has ended each connection over which nothing was said."""
    time.sleep(3 * HELLO / 1000)


def locked(home):
    with home.connect() as agent:
        agent.lock()


def typed(home, verb, *answers, before=locked, status=0, shows=b""):
    """Runs a verb, thinks at each prompt, and answers."""
    if before:
        before(home)
    person = at_terminal(home, *verb)
    for prompt, answer in answers:
        person.prompt(prompt)
        if prompt.startswith((b"pass", b"new", b"repeat", b"current", b"uri", b"kit", b"once")):
            person.hidden()
        think()
        person.type(answer + b"\n")
    try:
        code = person.end()
    except AssertionError as error:
        raise AssertionError(f"{verb}: {error}")
    equal(code, status, f"{verb}: {person.text!r}")
    check(shows in person.text, f"{verb} shows {person.text!r}, and not {shows!r}")
    check(PASSPHRASE not in person.text, f"{verb}: the passphrase was shown")
    tried.append(verb[0])


tried = []
PASS = (b"passphrase: ", PASSPHRASE)
with Home("--test-hello", str(HELLO), "--test-challenge", str(CHALLENGE)) as home:
    typed(home, ["init"], (b"new passphrase: ", PASSPHRASE), (b"repeat the passphrase: ", PASSPHRASE), before=None)
    with home.connect() as agent:
        agent.unlock(PASSPHRASE)
        agent.add("GitHub", "octocat", KEY)
    for verb in (["code", "github"], ["next", "github"], ["code", "--fresh", "github"], ["list"], ["list", "--codes"],
                 ["show", "github"], ["unlock"], ["drill"], ["settings"], ["order", "github", "first"],
                 ["edit", "github", "--tag", "x"], ["recovery", "list"], ["key", "list"], ["access", "list"],
                 ["backup", "now"], ["ready"], ["keeper", "list"], ["token", "list"], ["number", "list"],
                 ["hardware-key", "list"], ["remove", "github"], ["list", "--trash"],
                 ["untrash", "github"]):
        # Without a backup there is no way back.
        typed(home, verb, PASS, status=32 if verb == ["ready"] else 0)
    # Both prompts of a new account: the vault is locked while the secret is typed.
    typed(home, ["add"], (b"uri or secret", b"JBSWY3DPEHPK3PXP"), (b"name, or issuer/name: ", b"Shop/me"), PASS,
          shows=b"its code is")
    typed(home, ["passphrase"], PASS, (b"current passphrase: ", PASSPHRASE), (b"new passphrase: ", PASSPHRASE),
          (b"repeat the passphrase: ", PASSPHRASE))
    typed(home, ["access", "rotate"], PASS)

    # A yes to a question that is watched for.
    with home.connect() as agent:
        agent.unlock(PASSPHRASE)
    equal(subprocess.run([FOB, "edit", "Shop/me", "--confirm"], env=home.environment, stdin=subprocess.DEVNULL,
                         stderr=subprocess.DEVNULL).returncode, 0, "edit")
    watch = at_terminal(home, "confirm", "--watch")
    asks = at_terminal(home, "code", "Shop/me")
    watch.prompt(b"allow this?")
    time.sleep(0.9)
    think()
    watch.type(b"y\n")
    equal(asks.end(), 0, f"a code after a slow yes: {asks.text!r}")
    watch.type(b"\x03")
    watch.end()

    # The passphrase is the proof: the terminal that asks takes it, also when its question is long over.
    output = os.path.join(home.path, "export.age")
    for wait in (0, 1.5 * CHALLENGE / 1000):
        person = at_terminal(home, "export", "--to", "age", "--output", output)
        until(lambda: b"to allow this: " in person.read(), f"the passphrase is asked for here: {person.text!r}")
        check(b"export the secrets of all 2 accounts" in person.text, f"what it is for is shown: {person.text!r}")
        person.hidden()
        time.sleep(wait)
        person.type(PASSPHRASE + b"\n")
        equal(person.end(), 0, f"export, after {wait} s: {person.text!r}")
        check(PASSPHRASE not in person.text, "the passphrase was shown")
        os.remove(output)
    # A wrong one is asked for again; a mistake is no yes.
    person = at_terminal(home, "export", "--to", "age", "--output", output)
    person.prompt(b"to allow this: ")
    person.hidden()
    person.type(b"wrong\n")
    person.prompt(b"to allow this: ")
    check(not os.path.exists(output), "a wrong passphrase allows nothing")
    person.type(PASSPHRASE + b"\n")
    equal(person.end(), 0, f"export: {person.text!r}")
    # --no-ask asks nobody.
    begun = subprocess.run([FOB, "export", "--no-ask", "--to", "age", "--output", output + "2"], env=home.environment,
                           stdin=subprocess.DEVNULL, stderr=subprocess.PIPE)
    equal(begun.returncode, 6, f"--no-ask: {begun.stderr!r}")


def yes():
    """Somebody else allows what waits."""
    with home.connect() as agent:
        challenge = until(agent.challenges, "a question")[0]
        check(not challenge["needs_passphrase"], "the vault is unlocked already: a yes is enough")
        agent.approve(challenge["id"])


# A question about a security key is another's to answer; the vault is unlocked by whoever asks, in the terminal that asks.
with Home("--test-hello", str(HELLO)) as home:
    with home.connect() as agent:
        agent.initialize(PASSPHRASE)
        agent.lock()
    for verb, shows in ((["key", "ssh", "--name", "laptop"], b"sk-ssh-ed25519"), (["challenge", "fob:deploy"], b"fob-signature")):
        locked(home)
        person = at_terminal(home, *verb)
        person.prompt(b"passphrase: ")
        person.hidden()
        think()
        person.type(PASSPHRASE + b"\n")
        until(lambda: b"fob confirm" in person.read(), f"{verb} says who answers: {person.text!r}")
        elsewhere(yes)
        if verb[0] == "challenge":
            elsewhere(yes)
        equal(person.end(), 0, f"{verb}: {person.text!r}")
        check(shows in person.text and b"allow this" not in person.text, f"{verb}: {person.text!r}")
        tried.append(verb[0])
    # One that its owner verifies takes the passphrase, and not from whoever asks.
    person = at_terminal(home, "key", "ssh", "--name", "careful", "--verify-required")
    until(lambda: b"fob confirm" in person.read(), f"it says who answers: {person.text!r}")
    check(b"allow this" not in person.text.lower(), f"the passphrase is asked for in vain: {person.text!r}")
    elsewhere(lambda: home.connect().approve(home.connect().challenges()[0]["id"], PASSPHRASE))
    equal(person.end(), 0, f"a key that verifies: {person.text!r}")
    # The PIN is set in a locked vault: the passphrase unlocks it first, and then proves who sets the PIN.
    typed(home, ["key", "pin", "set"], (b"new pin", b"314159"), (b"once more", b"314159"), PASS, (b"passphrase", PASSPHRASE))

print(f"{len(tried)} commands whose prompts were answered late, and a passphrase for a question that was over")
