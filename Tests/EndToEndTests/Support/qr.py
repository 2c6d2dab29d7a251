"""`fob qr`: an account as a code on the terminal and in a file, read back by two decoders; never without a yes.

    qr.py
"""

import fcntl
import pty
import re
import select
import termios
import threading

from scratch import *

need("qrencode")

from pictures import *

FOB, SCANNER = os.path.join(BIN, "fob"), os.path.join(BIN, "fob-scan")
WHITE, END = b"\x1b[38;5;231;48;5;16m", b"\x1b[0m"

home = Home().start()
with home.connect() as agent:
    agent.initialize(PASSPHRASE)
environment = {**home.environment, "PATH": os.environ["PATH"]}
added = subprocess.run([FOB, "add"], input=uri("alice").encode(), capture_output=True, env=environment)
equal(added.returncode, 0, f"an account ({added.stderr!r})")


def fob(*arguments, status=0, prefix=(), input=b""):
    done = subprocess.run([*prefix, FOB, *arguments], input=input, capture_output=True, timeout=60, env=environment)
    said = f"{' '.join(arguments)} said {done.stdout!r} {done.stderr!r}"
    equal(done.returncode, status, said)
    check(secret("alice").encode() not in done.stderr, f"a secret in an error: {said}")
    return done


def answered(action, *answer):
    """Runs `action` beside a person who answers what it waits for."""
    found = []
    thread = threading.Thread(target=lambda: found.append(action()))
    thread.start()
    until(lambda: b'"id"' in fob("confirm", "--list", "--json").stdout, "a challenge is pending")
    read, write = os.pipe()
    os.write(write, PASSPHRASE)
    os.close(write)
    done = elsewhere(
        subprocess.run, [FOB, "confirm", "--all", *answer, "--passphrase-fd", str(read)], pass_fds=(read,), capture_output=True,
        timeout=60, env=environment)
    equal(done.returncode, 0, f"the answer ({done.stderr!r})")
    os.close(read)
    thread.join()
    check(found, "what waited for the answer has failed")
    return found[0]


def picture(text):
    """The squares of a code that is made of half blocks, eight points each."""
    lines = text.splitlines()
    squares = Image.new("L", (len(lines[0]), 2 * len(lines)), 0)
    for y, line in enumerate(lines):
        equal(len(line), len(lines[0]), f"columns of line {y}")
        for x, character in enumerate(line):
            if character in "\u2588\u2580":
                squares.putpixel((x, 2 * y), 255)
            if character in "\u2588\u2584":
                squares.putpixel((x, 2 * y + 1), 255)
    quiet = [squares.getpixel((x, y)) for x in range(4) for y in range(2 * len(lines))]
    equal(set(quiet), {255}, "four light squares at the left")
    equal({squares.getpixel((x, y)) for y in range(4) for x in range(len(lines[0]))}, {255}, "and above")
    return octets(squares.resize((8 * squares.width, 8 * squares.height), Image.NEAREST))


def same_account(content, what):
    found = subprocess.run([SCANNER], input=content, capture_output=True, timeout=60)
    equal(found.returncode, 0, f"{what}: fob-scan")
    lines = found.stdout.decode().splitlines()
    equal(len(lines), 1, f"{what}: codes")
    for part in ("otpauth://totp/Example:alice?", f"secret={secret('alice')}", "issuer=Example"):
        check(part in lines[0], f"{what}: {part} is not in {lines[0]}")
    if shutil.which("zbarimg"):
        with open(os.path.join(home.path, "code.png"), "wb") as file:
            file.write(content)
        other = subprocess.run(
            ["zbarimg", "-q", "--raw", "--nodbus", file.name], capture_output=True, timeout=60).stdout.decode()
        equal(other.splitlines(), lines, f"{what}: zbarimg")


# Not into a pipe by accident, and nothing without a yes.
done = fob("qr", "alice", status=64)
equal(done.stdout, b"", "output without --force")
done = answered(lambda: fob("qr", "--force", "alice", status=5), "--deny")
equal(done.stdout, b"", "output after a no")

# Its secret is in no program's arguments, which only root can trace here.
log = os.path.join(home.path, "trace")
trace = ("strace", "-f", "-v", "-s", "4096", "-e", "trace=execve", "-o", log) \
    if os.getuid() == 0 and shutil.which("strace") else ()
done = answered(lambda: fob("qr", "--force", "alice", prefix=trace), "--yes")
same_account(picture(done.stdout.decode()), "--force")
if trace:
    with open(log) as lines:
        text = lines.read()
    check("fob-convert" in text, "the trace shows the converter")
    check("otpauth" not in text and secret("alice") not in text, "a secret in the arguments of a program")

path = os.path.join(home.path, "code.txt")
answered(lambda: fob("qr", "--output", path, "alice"), "--yes")
equal(os.stat(path).st_mode & 0o777, 0o600, "mode of the file")
with open(path, encoding="utf-8") as file:
    same_account(picture(file.read()), "--output")
fob("qr", "--output", path, "alice", status=73)
fob("qr", "nobody", "--force", status=3)

# As pictures; what is there is overwritten when that is asked for, and a link is not followed.
for kind in ("png", "svg"):
    picture_path = os.path.join(home.path, f"drawn.{kind}")
    answered(lambda: fob("qr", "--output", picture_path, "alice"), "--yes")
    equal(os.stat(picture_path).st_mode & 0o777, 0o600, f"mode of the {kind}")
    fob("qr", "--output", picture_path, "alice", status=73)
    with open(picture_path, "rb") as file:
        content = file.read()
    if kind == "svg":
        if not shutil.which("rsvg-convert"):
            continue
        content = subprocess.run(["rsvg-convert", "-w", "600"], input=content, capture_output=True, check=True).stdout
    else:
        equal(Image.open(io.BytesIO(content)).mode, "1", "black and white")
    same_account(content, kind)
untouched = os.path.join(home.path, "untouched")
with open(untouched, "wb") as file:
    file.write(b"mine")
# A name promises what is in it.
done = fob("qr", "--output", os.path.join(home.path, "code.JPG"), "alice", status=64)
check(b".png or .svg" in done.stderr and not os.path.exists(os.path.join(home.path, "code.JPG")), f"other pictures: {done.stderr!r}")
os.symlink(untouched, os.path.join(home.path, "link.png"))
fob("qr", "--output", os.path.join(home.path, "link.png"), "alice", status=73)
for name in ("drawn.png", "link.png"):
    picture_path = os.path.join(home.path, name)
    answered(lambda: fob("qr", "--output", picture_path, "--force", "alice"), "--yes")
    check(not os.path.islink(picture_path), "a link is replaced")
    with open(picture_path, "rb") as file:
        same_account(file.read(), f"--force over {name}")
with open(untouched, "rb") as file:
    equal(file.read(), b"mine", "what the link led to")


def on_terminal(rows, columns, *arguments, key=None):
    """What `fob qr` shows on a terminal of that size, and its exit status."""
    child, terminal = pty.fork()
    if child == 0:
        os.execve(FOB, [FOB, "qr", "alice", *arguments], {**environment, "TERM": "xterm-256color"})
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    shown, code = b"", None
    while code is None:
        if select.select([terminal], [], [], 0.05)[0]:
            try:
                shown += os.read(terminal, 65536)
            except OSError:
                pass
        if key and b"any key" in shown:
            os.write(terminal, key)
            key = None
        ended, status = os.waitpid(child, os.WNOHANG)
        code = os.waitstatus_to_exitcode(status) if ended else None
    # What it wrote between the last reading and its end.
    while select.select([terminal], [], [], 0)[0]:
        try:
            shown += os.read(terminal, 65536)
        except OSError:
            break
    os.close(terminal)
    return shown, code


def code_in(shown):
    lines = re.findall(re.escape(WHITE) + rb"([^\x1b]*)" + re.escape(END), shown)
    check(lines, f"no lines in black and white: {shown[:300]!r}")
    return picture(b"\n".join(lines).decode())


shown, code = answered(lambda: on_terminal(50, 120, key=b"q"), "--yes")
equal(code, 0, f"status on a terminal ({shown[-300:]!r})")
same_account(code_in(shown), "on a terminal")
last = shown.rindex(WHITE)
check(b"\x1b[?1049h" in shown[:shown.index(WHITE)], "it is shown on the other screen")
check(b"\x1b[?1049l" in shown[last:], "and taken off it")
shown, code = answered(lambda: on_terminal(20, 120), "--yes")
equal(code, 0, "status on a low terminal")
same_account(code_in(shown), "on a low terminal")
shown, code = answered(lambda: on_terminal(50, 40), "--yes")
equal(code, 64, "status on a narrow terminal")
check(WHITE not in shown, "a code on a terminal that is too narrow")

log = fob("log", "--json").stdout.decode()
check(log.count("account.export") == 9, "nine exports in the audit log")
print("a code in a pipe, a file and on a terminal, read by two decoders")
