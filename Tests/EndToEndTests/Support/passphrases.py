"""What a new passphrase has to be worth: the agent refuses a weak one, whatever client sends it and by whatever request, and
takes it from whoever insists."""

from protocol_client import octets
from scratch import *

INIT, PASSPHRASE_REQUEST, ALLOW_WEAK = 0x03, 0x06, 0x7B
WEAK = [b"a", b"password", b"P@ssw0rd1", b"qwertyuiop", b"12345678", b"aaaaaaaaaaaaaaaa", b"24.12.1987", b"horse", b"letmein"]
GOOD = b"kitten umbrella volcano 7"


def told(home, status, secrets, *arguments):
    line, passed = [os.path.join(BIN, "fob"), *arguments], []
    for option, octets_ in secrets.items():
        read, write = os.pipe()
        os.write(write, octets_)
        os.close(write)
        passed.append(read)
        line += [option, str(read)]
    done = subprocess.run(
        line, stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE, pass_fds=passed,
        env={**home.environment, "HOME": home.path})
    for descriptor in passed:
        os.close(descriptor)
    equal(done.returncode, status, f"{arguments}: {done.stderr!r}")
    return done.stderr.decode()


def vault(home):
    return os.path.exists(os.path.join(home.path, "vault.age"))


# Through the protocol: no request sets one, and one permission is for one request.
with Home() as home:
    with home.connect() as agent:
        for weak in WEAK:
            refused(65, lambda: agent.initialize(weak), f"INIT with {weak}")
        check(not vault(home), "a vault was made")
        agent.ask(ALLOW_WEAK).end()
        agent.initialize(b"horse")
        for weak in WEAK:
            refused(65, lambda: agent.ask(PASSPHRASE_REQUEST, octets(b"horse") + octets(weak)), f"PASSPHRASE with {weak}")
        agent.ask(PASSPHRASE_REQUEST, octets(b"horse") + octets(GOOD)).end()

# By the command line: the sentence says why and what to do.
with Home() as home:
    for weak in WEAK:
        said = told(home, 65, {"--passphrase-fd": weak}, "init")
        check("would be guessed within seconds: " in said and "--weak" in said, said)
    check(not vault(home), "a vault was made")
    told(home, 0, {"--passphrase-fd": b"horse"}, "init", "--weak")
    told(home, 65, {"--passphrase-fd": b"horse", "--new-passphrase-fd": b"qwertyuiop"}, "passphrase")
    told(home, 0, {"--passphrase-fd": b"horse", "--new-passphrase-fd": b"qwertyuiop"}, "passphrase", "--weak")
    told(home, 0, {"--passphrase-fd": b"qwertyuiop", "--new-passphrase-fd": GOOD}, "passphrase")
    said = told(home, 0, {"--passphrase-fd": GOOD, "--new-passphrase-fd": GOOD}, "passphrase", "--suggest")
    check(len(said.split("random words: ")[1].split("\n")[0].split()) == 6, f"six words: {said}")

# The new vault of a restore.
with Home() as old:
    with old.connect() as agent:
        agent.initialize(GOOD)
    kept = tempfile.mkdtemp(prefix="fob-")
    atexit.register(shutil.rmtree, kept, True)
    identity = os.path.join(kept, "identity.txt")
    with open(identity, "wb") as file:
        file.write(fob_with(old, {"--passphrase-fd": GOOD}, "passphrase", "--identity").stdout)
    backup = shutil.copy(os.path.join(old.path, "vault.age"), os.path.join(kept, "backup.age"))
with Home() as new:
    restore = ("restore", backup, "--identity", identity, "--yes")
    told(new, 65, {"--new-passphrase-fd": b"12345678"}, *restore)
    check(not vault(new), "a vault was made")
    told(new, 0, {"--new-passphrase-fd": b"12345678"}, *restore, "--weak")

# Letters with accents, written as one character or as two: whichever was set, both open the vault and its backup; of
# another letter neither does.
COMPOSED, DECOMPOSED = "gr\u00fcn v\u00f6lkisch \u1ec7 kitten 7".encode(), "gru\u0308n vo\u0308lkisch e\u0323\u0302 kitten 7".encode()
OTHER = "gr\u00fan v\u00f6lkisch \u1ec7 kitten 7".encode()
for number, passphrase in enumerate((COMPOSED, DECOMPOSED)):
    with Home() as home:
        with home.connect() as agent:
            agent.initialize(passphrase)
            agent.add("Example", "user", b"12345678901234567890")
        sealed = os.path.join(home.path, "vault.age")
        for typed in (COMPOSED, DECOMPOSED):
            told(home, 0, {}, "lock")
            told(home, 0, {"--passphrase-fd": typed}, "unlock")
            with Home() as other:
                told(other, 0, {"--passphrase-fd": typed}, "restore", sealed, "--yes")
        told(home, 0, {}, "lock")
        told(home, 77, {"--passphrase-fd": OTHER}, "unlock")

print(f"{len(WEAK)} weak passphrases were refused by every way in, and taken from who insists")
