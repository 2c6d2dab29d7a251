"""What the README and the EXAMPLES of manual pages show, in its order, typed into a shell below a terminal by an ordinary
person.

    examples.py PAGE

PAGE is README.md, README.ja.md or a file of man/; of those in Japanese the answers are given to Japanese questions. What is not fob's is played: openconnect shows what it reads, a picker takes the first
line. What a page takes for there, files, accounts and places, is made before.
"""

import json
import pty
import re
import select

from scratch import *

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../..")
SECRET = b"GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
# Whatever is asked, and the answer.
ANSWERS = [(b"not shown): ", SECRET), (b"[y/n] ", b"y"), (b"q leave", b"q")] + [
    (prompt, PASSPHRASE) for prompt in (b"passphrase: ", b"to allow this: ", b"kit code: ", b"password: ", b"export: ", b"file: ", b"of the backup: ")]
JAPANESE = [("表示されません）: ", SECRET), ("[y/n] ", b"y"), ("q 終了", b"q")] + [
    (prompt, PASSPHRASE) for prompt in ("パスフレーズ: ", "キットのコード: ", "パスワード: ", "もう一度: ")]
PLAYED = {"openconnect": "cat", "fzf": "head -n 1", "rofi": "head -n 1", "sudo": 'exec "$@"', "aws": 'echo "$@"',
          "ssh": "exit 0", "ssh-copy-id": "exit 0", "systemctl": "exit 0", "git": "exit 0"}
# There may be nothing yet that a run for backups could upload; a home of tests has no units, and doctor says so.
STATUSES = {"fob backup run": (0, 31), "fob doctor": (0, 15, 71), "fob ready": (0, 32)}
# These ask somebody else; so many times.
ASKED = {"fob key ssh": 1, "fob challenge": 2}
CODES = "".join(f"{digits[:5]}-{digits[5:10]}\n" for digits in (hashlib.sha256(bytes([n])).hexdigest() for n in range(16)))


def page(name):
    with open(os.path.join(ROOT, name if name.endswith(".md") else f"man/{name}"), encoding="utf-8") as file:
        return file.read()


def commands(name):
    """The lines that a person types, with those that go on below in one."""
    text = page(name)
    if name.endswith(".md"):
        tour = next(part for part in text.split("\n## ") if "    fob init " in part)
        return [re.sub(r" +# .*", "", line[4:]) for line in tour.splitlines() if line.startswith("    ")]
    examples = re.search(r"\n\.Sh EXAMPLES\n(.*?)\n\.Sh ", text, re.S)[1].replace("\\en", "\\n").replace("\\e\n", "\\\n")
    typed = []
    for line in examples.splitlines():
        line = line.removeprefix(".Dl ")
        if line.startswith("$ "):
            typed.append(line[2:])
        elif typed and typed[-1].endswith(("\\", "|")):
            typed[-1] = typed[-1].removesuffix("\\") + line.strip()
    return typed


def run(line, **environment):
    """What a shell shows that runs a line, and its status."""
    pid, fd = pty.fork()
    if pid == 0:
        os.chdir(home.path)
        os.execve("/bin/bash", ["bash", "--norc", "-c", line.replace("/media", f"{home.path}/media")], {
            "PATH": f"{tools}:{BIN}:/usr/bin:/bin", "HOME": home.path, "FOB_HOME": home.path, "TERM": "xterm",
            "XDG_RUNTIME_DIR": home.path, "MFA": "arn:aws:iam::1:mfa/me", **language, **environment})
    text, mark, end = b"", 0, time.monotonic() + 2 * PATIENCE
    while True:
        check(time.monotonic() < end, f"{line} does not end: {text!r}")
        if select.select([fd], [], [], 0.1)[0]:
            try:
                read = os.read(fd, 4096)
            except OSError:
                read = b""
            if not read:
                break
            text += read
        for question, answer in answers:
            if (found := text.lower().find(question, mark)) >= 0:
                mark = found + len(question)
                # The terminal is set for what is typed after the question was written.
                time.sleep(0.2)
                os.write(fd, answer + b"\n")
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    os.close(fd)
    # Without what said how long something takes, and without colours.
    text = re.sub(r"\r\x1b\[K[^\r\x1b]* \.\.\. \d+ s", "", text.decode(errors="replace"))
    return re.sub(r"\r?\x1b\[[0-9;?]*[A-Za-z]", "", text), status


def allow(questions):
    """Says yes to so many questions, as they come."""
    seen = set()
    while len(seen) < questions:
        answered = subprocess.run([FOB, "confirm", "--all", "--yes", "--json"], env=home.environment, capture_output=True)
        seen |= {json.loads(line).get("id") for line in answered.stdout.splitlines() if b'"id"' in line and answered.returncode == 0}
        time.sleep(0.1)


def put(name, data):
    path = os.path.join(home.path, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(data if isinstance(data, bytes) else data.encode())
    return path


def ready(*lines):
    """What a page takes for done."""
    for line in lines:
        text, status = run(line)
        check(status == 0, f"beforehand: $ {line}\n{text}\nstatus {status}")


def account(name, secret, *options):
    ready(f"fob add {name} {' '.join(options)} <<<{secret}")


def files():
    """The exports of other authenticators that pages speak of, made in a vault of its own that is thrown away."""
    global home
    ours, maker = home, Home().start()
    home = maker
    ready("fob init")
    for number, name in enumerate(("Shop/me", "Bank/me", "Forge/alice")):
        account(name, SECRET.decode()[:-1] + "ABC"[number])
    for form, name in (("aegis", "aegis-backup.json"), ("aegis-encrypted", "aegis-backup-20260301.json"),
                       ("2fas-encrypted", "backup.2fas"), ("google", "parts.txt")):
        ready(f"fob export --to {form} --output {ours.path}/{name}" + (" shop forge" if form == "google" else ""))
    ready(f"fob qr shop --output {ours.path}/code.png", f"cp {ours.path}/parts.txt {ours.path}/part1.txt",
          f"fob export --to otpauth --output {ours.path}/part2.txt bank")
    home = ours
    maker.remove()


name = sys.argv[1]
language, answers = {}, ANSWERS
FOB = os.path.join(BIN, "fob")
home = Home()
tools = os.path.join(home.path, "tools")
os.mkdir(tools)
for tool, text in PLAYED.items():
    os.chmod(put(f"tools/{tool}", f"#!/bin/sh\n{text}\n"), 0o755)
if ".ja." in name or name.startswith("ja/"):
    if not shutil.which("msgfmt"):
        skip("there is no msgfmt for sentences in Japanese")
    os.makedirs(f"{home.path}/locales/ja/LC_MESSAGES")
    subprocess.run(["msgfmt", "-o", f"{home.path}/locales/ja/LC_MESSAGES/fob.mo", f"{ROOT}/po/ja.po"], check=True)
    language = {"LC_ALL": "C.UTF-8", "LANGUAGE": "ja", "FOB_TEST_LOCALES": f"{home.path}/locales"}
    answers = [(question.encode(), answer) for question, answer in JAPANESE]
home.start()
put(".secret", PASSPHRASE)
put("password", PASSPHRASE)
put(".vpn-password", "hunter2\n")
put(".once", "JBSWY3DPEHPK3PXP\n")
put("SHA256SUMS", "0" * 64 + "  fob.tar\n")
put("github-recovery-codes.txt", CODES)
os.makedirs(os.path.join(home.path, ".ssh"))
os.makedirs(os.path.join(home.path, "media/disk/fob"))
os.makedirs(os.path.join(home.path, "media/me/disk/fob"))
# The page of which this is one.
kind = "README.md" if name == "README.ja.md" else os.path.basename(name)
if kind in ("README.md", "fob-import.1", "fob-formats.7"):
    files()
if kind not in ("README.md", "fob.1"):
    ready("fob init")
    account("GitHub/octocat", SECRET.decode())
if kind == "fob-import.1":
    account("Savings/bank", "JBSWY3DPEHPK3PXP")
if kind == "fob-restore.1":
    ready("fob backup add disk --folder /media/disk/fob", "fob backup now")

lines = commands(name)
check(lines, f"{name} shows nothing")
shown, left_out = [], []
for line in lines:
    if "--rclone" in line or "test cloud" in line:
        # A remote of rclone that is a folder of this machine.
        if not shutil.which("rclone"):
            left_out.append(line)
            continue
        os.makedirs(os.path.join(home.path, "remote"), exist_ok=True)
        put(".config/rclone/rclone.conf", f"[onedrive]\ntype = alias\nremote = {home.path}/remote\n")
    if "age-keygen" in line:
        if not shutil.which("age-keygen"):
            left_out.append(line)
            continue
        ready("age-keygen -o laptop.txt")
    if "fob code --fresh aws" in line and not any("aws" in one for one, _ in shown):
        # So short that nobody waits long for the second one.
        account("aws", "JBSWY3DPEHPK3PXQ", "--period", "5")
        account("vpn", "JBSWY3DPEHPK3PXR")
    questions = next((number for start, number in ASKED.items() if line.startswith(start)), 0)
    elsewhere = Elsewhere(allow, questions) if questions else None
    text, status = run(line)
    wanted = next((statuses for start, statuses in STATUSES.items() if start in line), (0,))
    if elsewhere and status != 0:
        elsewhere.kill()
    check(status in wanted, f"$ {line}\n{text}\nstatus {status}")
    if elsewhere:
        elsewhere.result()
    if "fob code" in line and "--copy" not in line and "code=" not in line:
        check(re.search(r"\b\d{6}\b", text), f"no code: $ {line}\n{text}")
    shown.append((line, text))

if kind == "fob.1":
    fresh = [re.search(r"\b\d{6}\b", text)[0] for line, text in shown if "--fresh" in line]
    check(len(fresh) == 2 and fresh[0] != fresh[1], f"fresh codes: {fresh}")
    # The unit: what it runs, with the credential that it loads.
    program = re.search(r"^ExecStart=/usr/local/bin/(.*)$", page(name), re.M)[1]
    credential = re.search(r"^LoadCredentialEncrypted=(.*?):", page(name), re.M)[1]
    put(f"credentials/{credential}", PASSPHRASE + b"\n")
    ready("fob lock")
    text, status = run(f"{program} </dev/null", CREDENTIALS_DIRECTORY=os.path.join(home.path, "credentials"))
    equal(status, 0, f"the unit ({text})")
for line in left_out:
    partly(f"{name}: {line}")
print(f"{len(shown)} examples of {name}")
home.remove()
