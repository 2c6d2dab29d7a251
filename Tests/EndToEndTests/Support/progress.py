"""What takes over a second says so at the end of a terminal, and nowhere else.

    progress.py

An agent that stands still for two seconds derives slowly; a place, a reader and a picture are as slow as a pipe.
"""

import pty
import re
import select
import threading

from scratch import *

FOB = os.path.join(BIN, "fob")
LINE = re.compile(r"\r\x1b\[K([^\r\x1b]*) \.\.\. (\d+) s")


def run(*arguments, typed=b"", term="xterm", meanwhile=lambda: None, columns=80, **environment):
    """What a terminal shows of a run of fob."""
    pid, fd = pty.fork()
    if pid == 0:
        os.execve("/bin/sh", ["sh", "-c", f"stty columns {columns}; exec \"$@\"", "sh", *arguments],
                  {**home.environment, "TERM": term, **environment})
    text, end, isTyped = b"", time.monotonic() + PATIENCE, not typed
    while True:
        check(time.monotonic() < end, f"{arguments} does not end: {text!r}")
        if select.select([fd], [], [], 0.1)[0]:
            try:
                read = os.read(fd, 4096)
            except OSError:
                read = b""
            if not read:
                break
            text += read
        if not isTyped and b": " in text:
            time.sleep(0.2)
            meanwhile()
            os.write(fd, typed + b"\n")
            isTyped = True
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    os.close(fd)
    equal(status, 0, f"status of {arguments} ({text!r})")
    return text.decode()


def shown(text, what, wanted):
    """The line has come, has counted, and has gone before the last word."""
    lines = LINE.findall(text)
    # On a busy machine any request may take over a second.
    others = [line for line, _ in lines if not re.fullmatch(wanted + "|waiting for the agent", line)]
    check(any(re.fullmatch(wanted, line) for line, _ in lines) and not others, f"{what}: {lines} in {text!r}")
    check(text.rindex("\r\x1b[K") > text.rindex(f"{lines[-1][0]} ... {lines[-1][1]} s"), f"{what}: the line stays: {text!r}")


def pause(seconds=2.2):
    """Has the agent stand still for a moment."""
    os.kill(home.pid, signal.SIGSTOP)
    threading.Timer(seconds, os.kill, (home.pid, signal.SIGCONT)).start()


home = Home().start()
with home.connect() as agent:
    agent.initialize(PASSPHRASE)
    agent.add("Shop", "me", b"12345678901234567890")
    agent.lock()
slow = os.path.join(home.path, "slow")
os.mkdir(slow)

# A derivation: the words, the time, and nothing of it where the cursor cannot move but the words, once.
shown(run(FOB, "unlock", typed=PASSPHRASE, meanwhile=pause), "unlock", "deriving the key")
text = run(FOB, "unlock", typed=PASSPHRASE, meanwhile=pause, term="dumb")
check("\x1b" not in text and text.count("deriving the key ...") == 1, f"a dumb terminal: {text!r}")
text = run(FOB, "unlock", typed=PASSPHRASE, meanwhile=pause, columns=20)
check(max(len(line) for line in re.findall(r"\r\x1b\[K([^\r\x1b]*)", text)) < 20, f"20 columns: {text!r}")
# What is quick says nothing.
text = run(FOB, "list", "--names")
check("..." not in text and "\x1b" not in text, f"a list: {text!r}")

# A place that takes its time, to and from.
subprocess.run(
    [FOB, "backup", "add", "slow", "--put", f"sleep 2; cat >{slow}/$FOB_NAME", "--get", f"sleep 2; cat {slow}/$FOB_NAME",
     "--list", f"ls {slow}"], env=home.environment, check=True, capture_output=True)
text = run(FOB, "backup", "now")
shown(text, "backup now", r"(uploading to|reading from) .*")
check("uploading to" in text and "reading from" in text, f"backup now: {text!r}")
shown(run(FOB, "restore", "--dry-run", "slow", typed=PASSPHRASE), "restore", r"(reading from|listing) .*|opening the backup")

# An import from a pipe that is slow, and a picture.
uri = "otpauth://totp/Bank:me?secret=JBSWY3DPEHPK3PXP&issuer=Bank"
shown(run("sh", "-c", f"(sleep 2; echo '{uri}') | {FOB} import --yes -"), "import", "reading the files.*")
picture = os.path.join(home.path, "code.png")
export = run(FOB, "qr", "shop", "--output", picture, typed=PASSPHRASE)
check(os.path.exists(picture), f"no picture: {export!r}")
shown(run("sh", "-c", f"(sleep 2; cat {picture}) | {FOB} scan --yes -"), "scan", "looking for codes in .*|reading the files.*")

# No terminal, no line, whatever standard output is.
done = subprocess.run([FOB, "backup", "now", "--force"], env={**home.environment, "TERM": "xterm"}, capture_output=True)
check(b"..." not in done.stderr and b"\x1b" not in done.stderr, f"without a terminal: {done.stderr!r}")
print("derivation, backup, restore, import and scan tell a terminal what takes long")
home.remove()
