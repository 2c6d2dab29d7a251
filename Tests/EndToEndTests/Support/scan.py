"""Codes out of pictures: what `fob-scan` finds, what it refuses, that it can do nothing else; and `fob scan`.

    scan.py decoding | sandbox | import | failures | screen
"""

import heif
import json
import re
import threading

from scratch import *

need("qrencode")

from pictures import *

FOB, SCANNER = os.path.join(BIN, "fob"), os.path.join(BIN, "fob-scan")
FOLDER = tempfile.mkdtemp(prefix="fob-pictures-")
atexit.register(shutil.rmtree, FOLDER, True)


def stored(name, content):
    path = os.path.join(FOLDER, name)
    with open(path, "wb") as file:
        file.write(content)
    return path


def scanned(content, *arguments):
    return subprocess.run([SCANNER, *arguments], input=content, capture_output=True, timeout=60, env={})


def fob(*arguments, home, status=0, program=FOB, environment=None, prefix=(), input=b""):
    done = subprocess.run(
        [*prefix, program, *arguments], **({"input": input} if isinstance(input, bytes) else {"stdin": input}),
        capture_output=True, timeout=60, env={**home.environment, "PATH": os.environ["PATH"], **(environment or {})})
    said = f"{' '.join(arguments)} said {done.stdout!r} {done.stderr!r}"
    equal(done.returncode, status, said)
    for name in KEYS:
        check(secret(name).encode() not in done.stdout + done.stderr, f"a secret in what {said}")
    if status:
        check(re.match(rb"(fob: .+\n)+(hint: .+\n)+", done.stderr), f"no error and hint: {said}")
    return done


def names(home):
    return sorted(line.split("/")[-1] for line in fob("list", "--names", home=home).stdout.decode().split())


def vault(home):
    """What is in the vault's directory, but for the log, whose last line may be of a reading."""
    found = {}
    for name in ("vault.age",):
        with open(os.path.join(home.path, name), "rb") as file:
            found[name] = file.read()
    return found


def unlocked():
    home = Home().start()
    with home.connect() as agent:
        agent.initialize(PASSPHRASE)
    return home


def decoding():
    for name, (content, texts) in good().items():
        done = scanned(content)
        equal(done.stdout.decode().splitlines(), [uri(text) for text in texts], f"codes in {name}")
        equal(done.returncode, 0, f"status of {name}")
    for name, (content, status, _) in bad().items():
        done = scanned(content)
        equal(done.returncode, status, f"status of {name}")
        check(done.stdout.strip() in (b"", b"https://example.com/"), f"{name}: wrote {done.stdout!r}")
    # 64 codes of 2,953 octets cannot be in one picture, but one can.
    longest = "otpauth://totp/a?secret=" + "A" * 2929
    equal(scanned(octets(qr(longest, 2))).stdout.decode(), longest + "\n", "the longest code")
    # Several codes may be one text, longer than one holds; a part alone is none, and a key that was cut off least of all.
    long = "otpauth://totp/a?secret=" + "A" * 5000
    subprocess.run(["qrencode", "-S", "-v", "30", "-8", "-s", "3", "-o", os.path.join(FOLDER, "part.png")],
                   input=long.encode(), check=True)
    parts = [Image.open(os.path.join(FOLDER, f"part-0{number}.png")).convert("L") for number in (1, 2, 3)]
    page = Image.new("L", (sum(part.width for part in parts), parts[0].height), 255)
    for number, part in enumerate(parts):
        page.paste(part, (number * part.width, 0))
    equal(scanned(octets(page)).stdout.decode(), long + "\n", "a text in three codes")
    equal(scanned(octets(parts[0])).returncode, 1, "the first of three codes")
    # However many there are, in reading order: more than zxing-cpp tells of at once.
    many = Image.new("L", (17 * 100, 17 * 100), 255)
    texts = [f"otpauth://totp/a{index}?secret=MFRGGZDF" for index in range(289)]
    for index, text in enumerate(texts):
        many.paste(qr(text, 2, 2), (index % 17 * 100 + 10, index // 17 * 100 + 10))
    equal(scanned(octets(many)).stdout.decode().splitlines(), texts, "codes of 289 in one picture")
    # What is in a code: line ends of the program that made it, a list, Latin-1, which the standard takes for granted.
    accents = "otpauth://totp/Café:Zoë?secret=MFRGGZDF"
    for text, lines in {
        uri("alice").encode() + b"\n": [uri("alice")],
        uri("alice").encode() + b"\r\n": [uri("alice")],
        f"{uri('alice')}\r\n\n{uri('bob')}\n".encode(): [uri("alice"), uri("bob")],
        accents.encode("latin-1"): [accents],
        accents.encode(): [accents],
        b"\xef\xbb\xbf  " + uri("alice").encode() + b"  ": [uri("alice")],
        b"\n": [""],
        b"a\tb\n" + uri("alice").encode(): ["", uri("alice")],
    }.items():
        equal(scanned(octets(qr(text))).stdout.decode().splitlines(), lines, f"the text {text!r}")
    # An animated PNG: libpng reads its first picture.
    whole = octets(qr(uri("alice")))
    animated = whole[:33] + chunk(b"acTL", struct.pack(">II", 2, 0)) + whole[33:]
    done = scanned(animated)
    equal((done.returncode, done.stdout.decode()), (7, uri("alice") + "\n"), "an animated PNG")
    print(f"{len(good())} pictures read, {len(bad())} refused")


def sandbox():
    limits = {"Max open files": 4, "Max processes": 0, "Max cpu time": 20, "Max file size": 65536}
    scanner = subprocess.Popen([SCANNER], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def state():
        with open(f"/proc/{scanner.pid}/status") as lines:
            return dict(line.rstrip("\n").split(":\t", 1) for line in lines if ":\t" in line)
    # It is on the list and waits for the picture.
    until(lambda: state().get("Seccomp") == "2" and int(state()["VmLck"].split()[0]) > 0, "the scanner has locked up")
    equal(state()["NoNewPrivs"], "1", "no new privileges")
    with open(f"/proc/{scanner.pid}/limits") as lines:
        text = lines.read()
    for name, limit in limits.items():
        found = re.search(rf"{name}\s+(\d+)\s+(\d+)", text)
        check(found and int(found[2]) <= limit, f"{name}: {found and found[2]}")
    found = scanner.communicate(octets(qr(uri("alice"))))[0]
    equal(found.decode(), uri("alice") + "\n", "the code after all that")

    refusals = 0
    for escape in ("socket", "open", "exec", "fork", "ptrace"):
        done = scanned(b"", "--test-escape", escape)
        # What only an attacker tries ends the process.
        wanted = -signal.SIGSYS if escape == "ptrace" else 0
        equal(done.returncode, wanted, f"{escape}: status ({done.stdout!r})")
        check(wanted or done.stdout.startswith(f"{escape}: refused: permission denied".encode()), f"{done.stdout!r}")
        refusals += 1
    held = int(scanned(b"", "--test-escape", "open").stdout.split()[-1])
    check(held & 2, "the filter holds")
    if held & 1:
        for escape in ("open", "exec"):
            done = scanned(b"", "--test-landlock-only", "--test-escape", escape)
            check(done.stdout.startswith(f"{escape}: refused".encode()), f"Landlock alone: {done.stdout!r}")
            equal(int(done.stdout.split()[-1]), 1, "what holds")
            refusals += 1
    print(f"refused {refusals} times{'' if held & 1 else '; this kernel has no Landlock'}")


def importing():
    home = unlocked()
    parts = [stored(f"part-{index}.png", octets(qr(migration(of, index, 2))))
             for index, of in enumerate((["carol"], ["dave"]))]
    two = stored("two.png", octets(on_page(qr(uri("alice")), qr(uri("bob")))))
    done = fob("scan", "--dry-run", two, home=home)
    check(b"2 QR codes" in done.stderr, f"what was found: {done.stderr!r}")
    equal(names(home), [], "accounts after --dry-run")
    # Nothing secret in an argument, nor in the environment, of any program on the way. Root only: nobody else may
    # read what a program that is not dumpable passes on.
    log = os.path.join(FOLDER, "trace")
    trace = ("strace", "-f", "-v", "-s", "4096", "-e", "trace=execve", "-o", log) \
        if os.getuid() == 0 and shutil.which("strace") else ()
    fob("scan", "--tag", "scanned", two, home=home, prefix=trace)
    if trace:
        with open(log) as lines:
            text = lines.read()
        check("fob-scan" in text, "the trace shows the scanner")
        check("otpauth" not in text and secret("alice") not in text, "a secret in the arguments of a program")
    equal(names(home), ["alice", "bob"], "accounts")
    with open(two, "rb") as picture:
        done = fob("scan", "--json", "-", home=home, input=picture.read())
    check(b'"already_there":2' in done.stdout, f"again: {done.stdout!r}")
    with home.connect() as agent:
        code = agent.code("alice")["code"]
        at = time.time()
        check(code in [totp(KEYS["alice"], at + step) for step in (-30, 0, 30)], f"the code {code} of what was scanned")
    drawings(home)
    pages(home)
    causes(home)
    migrations(home, parts)
    print("codes in PNG, PDF and SVG are accounts, and so are two pictures of an export")


def migrations(home, parts):
    """The parts of an export are one text, whatever their order."""
    done = fob("scan", "--dry-run", parts[1], home=home)
    check(b"part 1 of 2" in done.stderr, f"the missing part is told: {done.stderr!r}")
    done = fob("scan", *reversed(parts), home=home)
    check(b"missing" not in done.stderr, f"no part is missing: {done.stderr!r}")
    equal(names(home), ["alice", "bob", "carol", "dave"], "accounts with those of two parts of an export")


def pages(home):
    """All pages of a PDF; one that cannot be looked at costs no other, and is told."""
    if not shutil.which("pdftoppm"):
        return
    with unlocked() as other:
        texts = [f"otpauth://totp/page{index}?secret=MFRGGZDFMFRGG{chr(65 + index)}DF"
                 for index in range(20)]
        sheets = [on_page(qr(text, 4), size=(700, 500)).convert("RGB") for text in texts]
        # Larger than what is looked at: a page of more than a metre.
        sheets[12] = Image.new("1", (3500, 3500), 1)
        paper = stored("pages.pdf", octets(sheets[0], "PDF", save_all=True, append_images=sheets[1:]))
        done = fob("scan", paper, home=other, status=14)
        check(done.stderr.count(b"page 13") == 2 and b"19 QR codes" in done.stderr, f"what is told: {done.stderr!r}")
        equal(len(names(other)), 19, "accounts of 20 pages without one")
        whole = octets(qr(uri("alice")))
        animated = stored("animated.png", whole[:33] + chunk(b"acTL", struct.pack(">II", 2, 0)) + whole[33:])
        done = fob("scan", animated, home=other, status=14)
        check(b"some of its pictures" in done.stderr, f"what is told: {done.stderr!r}")
        equal(len(names(other)), 20, "accounts with that of an animation")


def causes(home):
    """What a code is that is not of an account, and what to do about it."""
    for text, word, remedy in (
        ("phonefactor://activate_account?code=1&url=https%3A%2F%2Fexample.com", b"Microsoft", b"different authenticator"),
        ("oktaverify://email/?t=1", b"Okta", b"Google Authenticator"),
        ("x.okta.com/oktaverify/abc", b"Okta", b"Google Authenticator"),
        ("duo://AbCdEfGhIj-YXBpLTEyMzQuZHVvc2VjdXJpdHkuY29t", b"Duo", b"another way"),
        ("AbCdEfGhIjKlMnOpQrSt-YXBpLTEyMzQuZHVvc2VjdXJpdHkuY29t", b"Duo", b"another way"),
        ("https://m-1234.duosecurity.com/activate/abc", b"Duo", b"another way"),
        ("com.rsa.securid.iphone://ctf?ctfData=123", b"RSA", b"another way"),
        ("http://127.0.0.1/securid/ctf?ctfData=123", b"RSA", b"another way"),
        ("https://example.com/", b"web address", b"another one"),
        ("hello", b"not of an account", b"authenticator app"),
        ("a\tb", b"not printable", b"authenticator app"),
    ):
        done = fob("scan", stored("cause.png", octets(qr(text))), home=home, status=12)
        check(word in done.stderr and remedy in done.stderr, f"{text}: {done.stderr!r}")
    telephones(home)


def telephones(home):
    """HEIC and AVIF, by a library that is loaded for them alone."""
    broken = stored("IMG_1.heic", bad()["telephone.heic"][0])
    done = fob("scan", broken, home=home, status=65)
    if not heif.loaded:
        check(b"heif-convert" in done.stderr, f"the converter is named: {done.stderr!r}")
        return partly("libheif is not installed")
    check(b"damaged" in done.stderr, f"a broken one: {done.stderr!r}")
    large = Image.new("RGB", (4032, 3024), (200, 190, 180))
    large.paste(qr(uri("alice"), 12).convert("RGB"), (1500, 1000))
    for kind, name in ((heif.HEIC, "heic"), (heif.AVIF, "avif")):
        for picture in (qr(uri("alice"), 6), *([large] if kind == heif.HEIC else [])):
            whole = heif.encoded(picture, kind)
            done = scanned(whole, "--heif")
            equal((done.returncode, done.stdout.decode()), (0, uri("alice") + "\n"), f"{name} {picture.size}")
            equal(scanned(whole).returncode, 8, f"{name} without the library")
            equal(scanned(whole[:len(whole) // 2], "--heif").returncode, 4, f"half of {name}")
            check(b'"already_there": 1' in fob("scan", "--json", stored(f"IMG.{name}", whole), home=home).stdout
                  .replace(b'":1', b'": 1'), f"{name} through fob scan")
            with open(stored(f"IMG.{name}", whole), "rb") as file:
                check(b'"already_there":1' in fob("scan", "--json", "-", home=home, input=file).stdout.replace(b": ", b":"),
                      f"{name} on standard input")
            check(b"from a pipe" in fob("scan", "-", home=home, input=whole, status=65).stderr, f"{name} from a pipe")
    for escape in ("socket", "open", "exec", "fork", "connect", "create", "signal", "run", "ptrace"):
        done = scanned(b"", "--heif", "--test-escape", escape)
        wanted = -signal.SIGSYS if escape == "ptrace" else 0
        equal(done.returncode, wanted, f"{escape} with threads: status ({done.stdout!r})")
        check(wanted or b"refused" in done.stdout, f"{escape} with threads: {done.stdout!r}")


def drawings(home):
    pdf = stored("page.pdf", octets(on_page(qr(uri("alice")), qr(uri("bob"))).convert("RGB"), "PDF"))
    drawn = subprocess.run(["qrencode", "-t", "SVG", "-o", "-"], input=uri("alice").encode(), capture_output=True)
    svg = stored("code.svg", drawn.stdout)
    for program, path in (("pdftoppm", pdf), ("rsvg-convert", svg)):
        if shutil.which(program):
            check(b'"already_there":' in fob("scan", "--json", path, home=home).stdout, f"codes in {path}")
            with open(path, "rb") as file:
                half = stored("half-" + os.path.basename(path), file.read()[:400])
            done = fob("scan", half, home=home, status=65)
            check(b"cannot be opened" in done.stderr, f"half of {path}: {done.stderr!r}")
        done = fob("scan", path, home=home, status=78, environment={"FOB_TEST_PROGRAMS": FOLDER})
        check(program.encode() in done.stderr, f"what is missing is named: {done.stderr!r}")


def failures():
    home = unlocked()
    fob("scan", stored("good.png", octets(qr(uri("alice")))), home=home)
    before = vault(home)
    second = stored("second.png", octets(qr(uri("bob"))))
    for name, (content, _, status) in bad().items():
        fob("scan", stored(name, content), home=home, status=status)
    fob("scan", os.path.join(FOLDER, "missing.png"), stored("half.png", bad()["half.png"][0]), home=home, status=66)
    fob("scan", FOLDER, home=home, status=71)
    some(second)
    fob("scan", home=home, status=64)
    # Another fob-scan beside the same fob: one that crashes, one that never ends, one that is not there.
    other = os.path.join(FOLDER, "bin")
    os.mkdir(other)
    for program in (FOB, FOB + "-main"):
        shutil.copy(program, other)
    program, scanner = os.path.join(other, "fob"), os.path.join(other, "fob-scan")
    fob("scan", second, home=home, program=program, status=78)
    for script, word in (("cat >&2; kill -SEGV $$", b"signal 11"), ("kill -KILL $$", b"signal 9"),
                         ("echo 'otpauth://totp/a?secret=MFRGGZDF'; exit 70", b"status 70"),
                         ("echo 'otpauth://totp/a?secret=MFRGGZDF'; exec sleep 1000", b"was ended")):
        with open(scanner, "w") as file:
            file.write(f"#!/bin/sh\n{script}\n")
        os.chmod(scanner, 0o700)
        done = fob("scan", "--test-patience", "300", second, home=home, program=program, status=13,
                   environment={"PATH": os.environ["PATH"]})
        check(word in done.stderr and b"all else" not in done.stderr, f"{script}: {done.stderr!r}")
    equal(vault(home), before, "the vault after everything that failed")
    equal(names(home), ["alice"], "accounts after everything that failed")
    print(f"{len(bad()) + 8} failures, and the vault is as it was")


def some(good):
    """A picture without an account, or that cannot be looked at, is told and costs no other."""
    wrong = {name: stored(name, bad()[name][0]) for name in ("nothing.png", "half.png", "text", "other-code.png", "bomb.png")}
    wrong.update({"gone.png": os.path.join(FOLDER, "gone.png"), "a directory": FOLDER,
                  "esc\x1b[31m.png": stored("esc\x1b[31m.png", bad()["head.png"][0])})
    for name, path in wrong.items():
        for order in ([good, path], [path, good]):
            with unlocked() as home:
                done = fob("scan", *order, home=home, status=14)
                shown = os.path.basename(path).split("\x1b")[0].encode()
                check(done.stderr.count(shown) >= 2 and b"\x1b" not in done.stderr, f"{name}: {done.stderr!r}")
                equal(names(home), ["bob"], f"beside {name}")
    with unlocked() as home:
        done = fob("scan", good, *wrong.values(), "--json", home=home, status=14)
        told = json.loads(done.stdout)
        equal((told["added"], told["error"]["status"]), (1, 14), "beside all of them")
        check(all(name in told["error"]["message"] for name in ("nothing.png", "half.png", "gone.png")), told["error"])
        broken = stored("broken.png", octets(qr("otpauth://totp/a?secret=1")))
        told = json.loads(fob("scan", good, broken, wrong["half.png"], "--json", home=home, status=14).stdout)
        check("half.png" in str(told["warnings"]) and len(told["bad"]) == 1, f"both causes: {told}")


def screen():
    need("Xvfb", "xclip", "import", "display")
    home = unlocked()
    read, write = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", "1280x800x24", "-nolisten", "tcp", "-noreset"],
        pass_fds=(write,), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(write)
    atexit.register(server.kill)
    number = os.read(read, 16).decode().strip()
    check(number, "the X server did not start")
    session = {"DISPLAY": f":{number}"}

    fob("scan", "--screen", home=home, status=12, environment=session)
    desktop = Image.new("L", (1280, 800), 90)
    desktop.paste(ImageOps.invert(qr(uri("bob"), 3)), (150, 350))
    desktop.paste(qr(uri("alice"), 3), (800, 120))
    shown = stored("desktop.png", octets(desktop))
    # It says by its status that there is no window manager; what it has painted is looked at below.
    subprocess.run(
        ["display", "-window", "root", shown], env={**os.environ, **session}, timeout=30, capture_output=True)
    fob("scan", "--screen", home=home, environment=session)
    equal(names(home), ["alice", "bob"], "accounts on the screen")

    fob("scan", "--clipboard", home=home, status=66, environment=session)
    subprocess.run(["xclip", "-selection", "clipboard", "-in"], input=b"hello", env={**os.environ, **session}, check=True,
                   timeout=30, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    said = fob("scan", "--clipboard", home=home, status=65, environment=session)
    check(b"neither a picture nor a link" in said.stderr, f"what is said of a text: {said.stderr}")
    copied = stored("copied.png", octets(qr(uri("carol"))))
    subprocess.run(
        ["xclip", "-selection", "clipboard", "-target", "image/png", "-in", copied], env={**os.environ, **session},
        check=True, timeout=30, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    fob("scan", "--clipboard", home=home, environment=session)
    equal(names(home), ["alice", "bob", "carol"], "accounts with that on the clipboard")

    fob("scan", "--screen", home=home, status=78)
    fob("scan", "--clipboard", home=home, status=78)
    fob("scan", "--screen", home=home, status=78, environment={**session, "FOB_TEST_PROGRAMS": FOLDER})
    if not os.path.exists("/dev/video0"):
        fob("scan", "--camera", home=home, status=66)
    server.terminate()
    server.wait()
    print("codes on the screen and on the clipboard are accounts")


{"decoding": decoding, "sandbox": sandbox, "import": importing, "failures": failures, "screen": screen}[sys.argv[1]]()
