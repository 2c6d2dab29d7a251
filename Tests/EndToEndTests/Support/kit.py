"""The emergency kit in the hand of somebody who has nothing else: its steps are read from the printed text and from the
page, and done as they stand.

    kit.py fob|age|prompts|places|rclone|scan|layout
"""

import html
import json
import pty
import re
import select
import termios
import urllib.parse

from faults import key_of
from scratch import *

FOB = os.path.join(BIN, "fob")
CODE = re.compile(r"\b(?:[0-9A-HJKMNP-TV-Z]{5}-){5}[0-9A-HJKMNP-TV-Z]{5}\b")
NEW = b"a new life after the flood 9"
# As GitHub writes them.
RECOVERY = [hashlib.sha256(b"recovery %d" % number).hexdigest()[:10] for number in range(16)]
RECOVERY = [code[:5] + "-" + code[5:] for code in RECOVERY]
figures = {}


def count(what, number=1):
    figures[what] = figures.get(what, 0) + number


def fob(home, *arguments, status=0, secrets=None, input=b""):
    done = fob_with(home, secrets, *arguments, input=input, new_session=True)
    out, err = done.stdout.decode(), done.stderr.decode()
    equal(done.returncode, status, f"{' '.join(arguments)} said {out!r} {err!r}")
    return out + err


def owner(home, *arguments, **options):
    return fob(home, *arguments, secrets={"--passphrase-fd": PASSPHRASE}, **options)


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


# MARK: The kit as its reader has it

class Kit:
    """What is printed: codes, sections, steps with the lines that are typed, programs."""

    def __init__(self, codes, facts, sections, programs):
        self.codes, self.facts, self.sections, self.programs = codes, facts, sections, programs

    @staticmethod
    def of_text(text):
        parts = re.split(r"^(.+)\n-+\n", text, flags=re.M)[1:]
        sections = dict(zip(parts[::2], parts[1::2]))
        programs = {name: "\n".join(line[4:] for line in body.rstrip("\n").split("\n"))
                    for name, body in sections.items() if name.endswith(".py")}
        return Kit(CODE.findall(text), " ".join(sections["fob emergency kit"].split()), sections, programs)

    @staticmethod
    def of_page(page):
        sections, programs = {}, {}
        for part in page.split("<h2>")[1:]:
            title, body = part.split("</h2>", 1)
            title = html.unescape(title)
            if title.endswith(".py"):
                programs[title] = html.unescape(re.search(r"<pre>(.*?)</pre>", body, re.S)[1])
            lines = []
            for number, item in enumerate(re.findall(r"<li>(.*?)</li>", body, re.S), 1):
                text, _, commands = item.partition("<pre>")
                lines.append(f"{number}. {html.unescape(text).strip()}")
                lines += ["      " + line for line in html.unescape(commands.replace("</pre>", "")).splitlines()]
            sections[title] = "\n".join(lines)
        facts = re.sub(r"<[^>]*>", " ", page.split("<h2>")[0].split("<body>")[1])
        return Kit(CODE.findall(page.replace("<br>", "")), " ".join(facts.split()), sections, programs)

    def steps(self, title):
        """(text, lines to type) of each step."""
        found = []
        for line in self.sections[title].split("\n"):
            if re.match(r"\d+\. ", line):
                found.append([line.split(". ", 1)[1], []])
            elif line.startswith("      "):
                found[-1][1].append(line.strip())
            elif line.strip():
                found[-1][0] += " " + line.strip()
        return found


class Person:
    """A program below a terminal of its own, and somebody who types what the kit says."""

    def __init__(self, line, environment, folder):
        self.screen = self.seen = ""
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.chdir(folder)
            os.execve("/bin/sh", ["sh", "-c", "exec " + line], environment)

    def look(self):
        if select.select([self.fd], [], [], 0.05)[0]:
            try:
                self.seen += os.read(self.fd, 4096).decode(errors="replace")
            except OSError:
                return False
        return True

    def follow(self, answers):
        """Answers each prompt with what the kit has for it, until the program ends. Its status; prompts that came."""
        came = []
        end = time.monotonic() + PATIENCE
        while True:
            check(time.monotonic() < end, f"nothing in the kit answers this: {self.seen!r}")
            is_open = self.look()
            tail = self.seen.split("\n")[-1].strip()
            for prompt, answer, hidden in answers:
                if re.search(prompt + "$", tail):
                    if hidden:
                        until(lambda: not termios.tcgetattr(self.fd)[3] & termios.ECHO, f"{tail!r} is not shown")
                    came.append(tail)
                    self.screen, self.seen = self.screen + self.seen, ""
                    # What is typed before somebody can have read a question does not count.
                    time.sleep(0.8 if not hidden else 0)
                    os.write(self.fd, answer + b"\n")
                    end = time.monotonic() + PATIENCE
                    break
            if not is_open or os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT):
                break
        while self.look() and select.select([self.fd], [], [], 0.2)[0]:
            pass
        self.screen += self.seen
        os.close(self.fd)
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1]), came


def quoted(text):
    return re.findall(r'"([^"]+)"', text)


def pattern(prompt):
    return re.escape(prompt).replace(re.escape("..."), ".*")


# MARK: A vault with everything

def vault(home):
    """Accounts of every kind, notes, tags, trash, a bound key, recovery codes used and not. Returns names and keys."""
    keys = {name: key_of(name) for name in ("one", "eight", "count", "steam", "motp", "ya", "ocra", "a/b:c", "gone", "bound")}
    with home.connect() as agent:
        agent.initialize(PASSPHRASE)
        agent.add("Forge", "one", keys["one"], note="first line\nsecond \u00e9 line", tags=["work", "a b"])
        agent.add("Forge", "eight", keys["eight"], algorithm="sha512", digits=8, period=60)
        agent.add("Bank", "count", keys["count"], kind="hotp", counter=1234, algorithm="sha256")
        agent.add("Steam", "steam", keys["steam"], kind="steam", digits=5)
        agent.add("VPN", "motp", keys["motp"][:16], kind="motp", algorithm="md5", period=10, pin=b"12 &4")
        agent.add("Yandex", "ya", keys["ya"][:16], kind="yandex", algorithm="sha256", digits=8, pin=b"5678")
        agent.add("Token", "ocra", keys["ocra"], kind="ocra", suite="OCRA-1:HOTP-SHA1-6:QN08", digits=6)
        agent.add("", "a/b:c", keys["a/b:c"])
        agent.add("Old", "gone", keys["gone"])
        agent.add("Here", "bound", keys["bound"])
    fob(home, "edit", "bound", "--device-bound")
    fob(home, "remove", "gone")
    codes = os.path.join(home.path, "codes.txt")
    with open(codes, "w") as file:
        file.write("\n".join(RECOVERY) + "\n")
    fob(home, "recovery", "import", "Forge/one", codes, "--yes", "--service", "github")
    return keys


def machine(folder=None):
    """A home with such a vault, a kit, and a backup in a folder. Returns home, folder, kit's paths, keys."""
    home = Home().start()
    keys = vault(home)
    folder = folder or tempfile.mkdtemp(prefix="fob-")
    atexit.register(shutil.rmtree, folder, True)
    fob(home, "backup", "add", "far", "--folder", folder)
    text, page = os.path.join(home.path, "kit.txt"), os.path.join(home.path, "kit.html")
    owner(home, "access", "kit", "--download", text, "--page", page)
    fob(home, "recovery", "used", "Forge/one", "--code", input=RECOVERY[0].encode())
    fob(home, "backup", "now")
    return home, folder, text, page, keys


# MARK: Parts

def with_fob():
    home, folder, text, page, keys = machine()
    plain, marked = Kit.of_text(read(text)), Kit.of_page(read(page))
    equal((len(plain.codes), marked.codes), (16, plain.codes), "codes")
    check(plain.facts.replace(":", "") in marked.facts.replace("fob emergency kit ", "", 1).replace(":", "")
          or plain.facts.split() == marked.facts.split()[3:], "the same facts")
    for title in ("To restore with fob", "To restore without fob"):
        equal(marked.steps(title), plain.steps(title), f"{title}, on the page")
    equal(marked.programs, plain.programs, "programs")
    fingerprint = re.search(r"(?:[0-9a-f]{4} ){7}[0-9a-f]{4}", plain.facts)[0]
    with home.connect() as agent:
        wanted = [account["name"] for account in agent.accounts()]
    home.remove()
    for kit, code in ((plain, plain.codes[3]), (marked, marked.codes[4])):
        steps = kit.steps("To restore with fob")
        command = next(lines for text, lines in steps if text.startswith("Run this"))[0]
        check(command == f"fob restore {folder}", f"the command: {command}")
        answers = []
        for step, _ in steps:
            told = quoted(step)
            if "type one of the codes" in step:
                answers.append((pattern(told[0]), code.encode(), True))
            elif "Back up to" in step:
                answers.append((pattern(told[0]), b"y", False))
            elif "type y at" in step:
                answers += [(pattern(prompt), b"y", False) for prompt in told]
            elif "choose a passphrase" in step:
                answers += [(pattern(prompt), NEW, True) for prompt in told]
        check(len(answers) == 6, f"prompts that the kit names: {answers}")
        empty = Home()
        # "fob" is what is installed.
        environment = {"PATH": BIN + ":" + os.environ["PATH"], "HOME": empty.path, "FOB_HOME": empty.path, "TERM": "xterm"}
        empty.start()
        person = Person(command, environment, empty.path)
        code_of_exit, came = person.follow(answers)
        equal(code_of_exit, 0, f"{command}: {person.screen!r}")
        check(fingerprint in person.screen, "the fingerprint of the kit is on the screen")
        check(code not in person.screen and NEW.decode() not in person.screen, "a secret was shown")
        with empty.connect() as agent:
            equal([account["name"] for account in agent.accounts()], wanted, "accounts")
        fob(empty, "lock")
        fob(empty, "unlock", secrets={"--passphrase-fd": NEW})
        last = steps[-1][1][0].split()
        fob(empty, *last[1:], "--yes", secrets={"--passphrase-fd": NEW}, status=73 if os.path.exists(last[-1]) else 0)
        if os.path.exists(last[-1]):
            os.remove(last[-1])
        empty.remove()
        count("restored with fob")
        count("prompts answered", len(came))


def parameters(uri):
    parts = urllib.parse.urlsplit(uri)
    query = dict(urllib.parse.parse_qsl(parts.query, keep_blank_values=True))
    # motp: has its label where others have their kind.
    kind, label = ("", parts.netloc) if parts.scheme == "motp" else (parts.netloc, parts.path.lstrip("/"))
    return parts.scheme, kind, urllib.parse.unquote(label), query


def without_fob():
    need("age", "oathtool")
    home, folder, text, page, keys = machine()
    exported = os.path.join(home.path, "export.txt")
    exported_by_fob(home, exported)
    kit = Kit.of_text(read(text))
    marked = Kit.of_page(read(page))
    newest = max((name for name in os.listdir(folder) if name.startswith("fob-")), key=lambda name: name.split("-")[2:])
    recovery = next(name for name in sorted(os.listdir(folder)) if name.startswith("recovery-key"))
    steps = kit.steps("To restore without fob")
    check(newest.startswith(re.search(r"fob-\w+-", steps[1][0])[0]), "the backup's name begins as the kit says")
    for package in ("Debian", "Ubuntu", "Fedora", "Arch", "Homebrew", "age-encryption.org"):
        check(package in steps[0][0], f"how age is got: {package}")
    # A machine that has age and Python, and no fob.
    bare = tempfile.mkdtemp(prefix="fob-")
    atexit.register(shutil.rmtree, bare, True)
    tools = os.path.join(bare, "bin")
    os.mkdir(tools)
    for name in ("age", "python3", "sh"):
        os.symlink(shutil.which(name), os.path.join(tools, name))
    outputs = []
    for way, source in (("code", kit), ("code", marked), ("passphrase", kit)):
        work = tempfile.mkdtemp(dir=bare)
        shutil.copy(os.path.join(folder, newest), os.path.join(work, "BACKUP.age"))
        for name, program in source.programs.items():
            with open(os.path.join(work, name), "w") as file:
                file.write(program + "\n")
        check(any("readable.py also lies beside the backups" in step for step, _ in steps), "where the program is, too")
        if way == "passphrase":
            shutil.copy(os.path.join(folder, "readable.py"), work)
        commands = next(lines for step, lines in steps if "waits for one of the codes" in step)
        if way == "passphrase":
            shutil.copy(os.path.join(folder, recovery), os.path.join(work, "recovery-key.age"))
            commands = next(lines for step, lines in steps if "With the passphrase" in step) + commands[2:]
        environment = {"PATH": tools, "HOME": work, "LC_ALL": "C.UTF-8"}
        for line in commands:
            if way == "passphrase" and line.startswith("age"):
                person = Person(line, environment, work)
                equal(person.follow([(r"(?i)passphrase.*:", PASSPHRASE, True)])[0], 0, f"{line}: {person.screen!r}")
                continue
            done = subprocess.run(line, shell=True, executable=os.path.join(tools, "sh"), cwd=work, env=environment,
                                  input=kit.codes[7].encode() + b"\n", capture_output=True)
            equal(done.returncode, 0, f"{line}: {done.stderr.decode()}")
        outputs.append(done.stdout.decode())
        count("opened without fob")
    equal(len(set(outputs)), 1, "what the three ways give")
    output = outputs[0]

    # Each pairing, against what was put in and what fob itself exports.
    found = {}
    for block in output.split("\n\n"):
        lines = block.strip("\n").split("\n")
        found[lines[0].split(" / ", 1)[1]] = lines[1:]
    equal(set(found), {"one", "eight", "count", "steam", "motp", "ya", "ocra", "a/b:c", "bound", "gone (in the trash)"},
          "accounts")
    equal(output.split("\n\n")[-1].strip().split("\n")[0], "Old / gone (in the trash)", "the trash stands last")
    mine = {}
    for name, lines in found.items():
        for line in lines:
            if line.startswith(("otpauth://", "motp://")):
                mine[name.split(" (")[0]] = line
    equal(set(mine), set(keys) - {"bound"}, "accounts with a key")
    check(any("set it up again" in line for line in found["bound"]), f"the bound one: {found['bound']}")
    check(not any(key_of("bound").hex() in line or base64.b32encode(key_of("bound")).decode().rstrip("=") in line
                  for line in output.split("\n")), "the key that stays on its machine")
    for name, line in mine.items():
        scheme, kind, path, query = parameters(line)
        key = bytes.fromhex(query["secret"]) if scheme == "motp" else base64.b32decode(
            query["secret"] + "=" * (-len(query["secret"]) % 8))
        equal(key, keys[name][:len(key)], f"the key of {name}")
        if kind in ("totp", "hotp"):
            moment = query["counter"] if kind == "hotp" else "1700000000"
            command = ["oathtool", "-b", "-d", query["digits"]] + (
                ["-c", moment, "--hotp"] if kind == "hotp" else
                [f"--totp={query['algorithm']}", "-s", query["period"] + "s", "-N", "@" + moment])
            if kind == "totp":
                told = subprocess.run(command + [query["secret"]], capture_output=True, check=True).stdout.decode().strip()
                equal(told, totp(keys[name], int(moment), int(query["period"]), int(query["digits"]),
                                 query["algorithm"].lower()), f"oathtool on the URI of {name}")
                count("codes by oathtool")
            else:
                equal(query["counter"], "1234", "the counter")
    theirs = {}
    for line in read(exported).split():
        path = parameters(line)[2]
        theirs[path.split(":", 1)[-1] if not path.startswith(":") else path[1:]] = line
    equal(set(theirs) | {"gone"}, set(mine) | {"bound"}, "exported by fob")
    for name, line in theirs.items():
        if name == "bound":
            continue
        one, other = parameters(line), parameters(mine[name])
        equal(other[:3], one[:3], f"scheme, kind and label of {name}")
        equal({key: value for key, value in other[3].items()},
              {key: value for key, value in one[3].items() if key in other[3]}, f"parameters of {name}")
        missing = set(one[3]) - set(other[3])
        check(missing <= {"encoder", "period", "counter", "digits", "algorithm"} if name == "steam" else not missing,
              f"parameters of {name} that are missing: {missing}")
        count("URIs equal to fob's own")
    equal([line.strip() for line in found["one"][1:]],
          ["tag: work", "tag: a b", "note: first line", "note: second \u00e9 line"]
          + ["recovery code: " + code + (" (used)" if code == RECOVERY[0] else "") for code in RECOVERY], "tags, notes and recovery codes")
    # What it prints is taken by fob, and gives the same codes.
    lines = os.path.join(home.path, "lines.txt")
    with open(lines, "w") as file:
        file.write("\n".join(line for name, line in mine.items() if name != "gone") + "\n")
    with Home().start() as other:
        with other.connect() as agent:
            agent.initialize(PASSPHRASE)
        fob(other, "import", lines, "--yes")
        with other.connect() as there, home.connect() as here:
            for name in ("one", "eight", "count", "steam", "motp", "ya", "a/b:c"):
                def same():
                    one = here.code(id=next(a["id"] for a in here.accounts() if a["name"] == name))
                    two = there.code(id=next(a["id"] for a in there.accounts() if a["name"] == name))
                    return True if (one["code"], one["valid_from"]) == (two["code"], two["valid_from"]) else (
                        None if one["valid_from"] != two["valid_from"] else check(False, f"the code of {name}"))
                takes(5, same, f"codes of {name}")
                count("codes equal after an import of the lines")

    # A mistyped code is told with its group by the small program; codes are taken as they are pasted.
    program = kit.programs["identity.py"]

    def identity(text):
        done = subprocess.run([sys.executable, "-c", program], input=text.encode(), capture_output=True)
        return done.returncode, done.stdout.decode(), done.stderr.decode()

    right = identity(kit.codes[0])
    equal(right[0], 0, "a right code")
    for number, code in enumerate(kit.codes[:4], 1):
        wanted = identity(code)[1]
        check(wanted.startswith("AGE-SECRET-KEY-1"), "an identity")
        for pasted in (f"[ ] {number}  {code}", f"{number}. {code.lower()}", code.replace("-", "\u2013"),
                       code.replace("-", "\u00a0"), f"\u2610 {number + 10} " + code.replace("-", " \u2014 "),
                       code.replace("-", "").replace("0", "O").replace("1", "l")):
            equal(identity(pasted)[:2], (0, wanted), f"pasted as {pasted!r}")
        letters = [index for index, letter in enumerate(code) if letter != "-"]
        for place in letters[::3]:
            wrong = code[:place] + ("2" if code[place] != "2" else "3") + code[place + 1:]
            status, out, err = identity(wrong)
            check(status == 1 and not out and f"group {place // 6 + 1} is mistyped" in err, f"{wrong}: {err}")
            count("mistypes told by the small program")
    check("10 letters" in identity("000GC-40R4Y")[2], "too few")
    for junk in (b"", b"age-encryption.org/v1\n", b"fob-records 2\n"):
        done = subprocess.run([sys.executable, "-c", kit.programs["readable.py"]], input=junk, capture_output=True)
        check(done.returncode == 1 and b"no records" in done.stderr, f"no records: {done.stderr}")


def exported_by_fob(home, path):
    """The vault as URIs, as fob writes them; somebody says yes to it elsewhere."""
    child = subprocess.Popen([FOB, "export", "--to", "otpauth", "--output", path], env=home.environment, stdin=subprocess.DEVNULL,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)

    def approve():
        done = subprocess.run([FOB, "confirm", "--list", "--json"], env=home.environment, capture_output=True)
        found = json.loads(done.stdout or b"{}").get("challenges", [])
        if not found:
            return False
        done = fob_with(home, {"--passphrase-fd": PASSPHRASE}, "confirm", found[0]["id"], "--yes", new_session=True)
        equal(done.returncode, 0, f"the yes to an export: {done.stderr}")
        return True

    elsewhere(lambda: until(approve, "the export is asked about"))
    out, err = child.communicate(timeout=PATIENCE)
    equal(child.returncode, 0, f"export: {err.decode()}")


def prompts():
    """A code where a passphrase is asked for."""
    home, folder, text, page, keys = machine()
    kit = Kit.of_text(read(text))
    codes = list(kit.codes)

    def unlock(text, status=0, *part):
        fob(home, "lock")
        said = fob(home, "unlock", "--passphrase-fd", "0", status=status, input=text.encode())
        for words in part:
            check(words in said, f"unlocking with {text!r}: {said}")
        # Wrong ones in a row take longer and longer.
        if status:
            owner(home, "unlock")
        return said

    for number, code in enumerate(codes[:4], 1):
        pasted = (code, f"{number}  {code}", code.lower().replace("-", "\u2013"), "[ ] 4 " + code.replace("-", "\u2003"))[number - 1]
        unlock(pasted, 0, "used up", f"{16 - number} of 16 left")
        count("unlocked by a code at the prompt for a passphrase")
    unlock(codes[0], 77, "kit code", "used before")
    wrong = codes[5][:8] + ("0" if codes[5][8] != "0" else "1") + codes[5][9:]
    unlock(wrong, 77, "group 2", "not the passphrase")
    unlock(codes[5][:-1].replace("-", "\u2013"), 77, "group 6")
    check("--recovery-code" in unlock("something else", 77), "the hint names --recovery-code")
    owner(home, "unlock")

    # What looks like a code may be the passphrase.
    like = "000GC-40R4Y-0M306-E209R-185GQ-R38ED"
    fob(home, "passphrase", "--weak", secrets={"--passphrase-fd": PASSPHRASE, "--new-passphrase-fd": like.encode()})
    unlock(like, 0)
    fob(home, "passphrase", secrets={"--passphrase-fd": like.encode(), "--new-passphrase-fd": PASSPHRASE})
    # A drill uses none up; a change of the passphrase by a code does, and so does the prompt of a restore.
    left = json.loads(fob(home, "access", "list", "--json"))["codes"]["left"]
    fob(home, "drill", "--passphrase-fd", "0", input=codes[6].encode())
    equal(json.loads(fob(home, "access", "list", "--json"))["codes"]["left"], left, "codes left after a drill")
    fob(home, "passphrase", secrets={"--passphrase-fd": codes[6].encode(), "--new-passphrase-fd": NEW})
    equal(json.loads(fob(home, "access", "list", "--json"))["codes"]["left"], left - 1, "codes left after a new passphrase")
    fob(home, "lock")
    fob(home, "unlock", secrets={"--passphrase-fd": NEW})
    # Where only a passphrase will do, a code is told as what it is.
    for arguments in (("access", "rotate"), ("access", "clean"), ("access", "kit", "--yes")):
        said = fob(home, *arguments, secrets={"--passphrase-fd": codes[7].encode()}, status=77)
        check("this is a kit code" in said and "--recovery-code" in said, f"{arguments}: {said}")
        fob(home, "unlock", secrets={"--passphrase-fd": NEW})
        count("prompts that take no code and say so")
    fob(home, "backup", "now")
    home.remove()
    # A wrong one is tried on the backups of each passphrase, and waits for each.
    for secret, told in ((b"wrong", "--recovery-code"), (wrong.encode(), "group 2")):
        with Home().start() as empty:
            said = fob(empty, "restore", folder, secrets={"--passphrase-fd": secret}, status=77)
            check(told in said, f"{told!r} at a restore: {said}")
    with Home().start() as empty:
        fob(empty, "restore", folder, "--yes",
            secrets={"--passphrase-fd": f"9. {codes[8]}".encode(), "--new-passphrase-fd": PASSPHRASE})
        with empty.connect() as agent:
            equal(len(agent.accounts()), len(keys) - 1, "accounts")


def places():
    """The printed kit grows old as soon as places change, and says so."""
    home, folder, text, page, keys = machine()
    kit = Kit.of_text(read(text))
    place = " ".join(kit.sections["Where the backups are"].split())
    check(f"far: the folder {folder}" in place, f"the place: {place}")

    def warnings():
        return [line for line in json.loads(fob(home, "status", "--json"))["warnings"] if "emergency kit" in line]

    def doctor():
        done = fob_with(home, None, "doctor", "--json", new_session=True)
        return [(check["state"], check["message"]) for check in json.loads(done.stdout)["checks"]
                if check["check"] == "emergency kit"]

    equal((warnings(), [state for state, _ in doctor()]), ([], ["ok"]), "a kit that is new")
    other = os.path.join(home.path, "other")
    os.mkdir(other)
    fob(home, "backup", "add", "near", "--folder", other)
    check(len(warnings()) == 1 and "near" in warnings()[0] and "fob access kit" in warnings()[0], f"{warnings()}")
    equal([state for state, _ in doctor()], ["warning"], "the doctor on a place that the kit does not name")
    check("emergency kit" in fob(home, "status"), "the status says so")
    # It is remembered over a lock and a new start, and comes back with a backup.
    fob(home, "backup", "now")
    fob(home, "lock")
    equal(home.stop(), 0, "the agent's end")
    home.start()
    owner(home, "unlock")
    equal(len(warnings()), 1, "warnings after a new start")
    with Home().start() as new:
        fob(new, "restore", folder, "--yes", secrets={"--passphrase-fd": PASSPHRASE, "--new-passphrase-fd": PASSPHRASE})
        fob(new, "backup", "add", "far", "--folder", folder)
        told = [line for line in json.loads(fob(new, "status", "--json"))["warnings"] if "emergency kit" in line]
        equal(told, [], "a restored machine with the place that the kit names")
    fob(home, "backup", "remove", "far")
    check(any("names far" in message for _, message in doctor()), f"a place that is used no more: {doctor()}")
    owner(home, "access", "kit", "--yes", "--download", os.path.join(home.path, "second.txt"))
    equal((warnings(), [state for state, _ in doctor()]), ([], ["ok"]), "after a new kit")
    check("near: the folder" in read(os.path.join(home.path, "second.txt")), "the new place")
    # A command is not told, whatever is in it.
    fob(home, "backup", "add", "mine", "--put", "put hunter2 {}", "--get", "get hunter2 {}", "--list", "list hunter2")
    owner(home, "access", "kit", "--yes", "--download", os.path.join(home.path, "third.txt"))
    third = read(os.path.join(home.path, "third.txt"))
    check("hunter2" not in third and "mine: a place that commands of yours" in third, "a command")
    # A kit of before any place says so.
    with Home().start() as new:
        with new.connect() as agent:
            agent.initialize(PASSPHRASE)
        path = os.path.join(new.path, "kit.txt")
        owner(new, "access", "kit", "--download", path)
        check("Nowhere yet" in read(path) and "fob restore FOLDER-OR-FILE" in read(path), "a kit without places")
        equal([line for line in json.loads(fob(new, "status", "--json"))["warnings"] if "emergency kit" in line], [],
              "no place, and none on the kit")
        fob(new, "backup", "add", "far", "--folder", folder)
        equal(len([line for line in json.loads(fob(new, "status", "--json"))["warnings"] if "emergency kit" in line]), 1,
              "the first place")


TAKEN = {"type", "provider", "vendor", "url", "endpoint", "host", "port", "user", "region", "bucket", "remote", "upstreams"}


def with_rclone():
    """Every setting of every kind of remote that the installed rclone knows: only those that say where something is are
    on the kit."""
    need("rclone")
    kinds = json.loads(subprocess.run(["rclone", "config", "providers"], capture_output=True, check=True).stdout)
    home = Home().start()
    with home.connect() as agent:
        agent.initialize(PASSPHRASE)
    folder = os.path.join(home.path, ".config", "rclone")
    os.makedirs(folder, mode=0o700)
    marks = {}
    config = []
    for kind in kinds:
        name = kind["Name"].replace(" ", "")
        config.append(f"[r-{name}]\ntype = {kind['Name']}")
        for option in kind["Options"]:
            mark = f"mark{len(marks)}x"
            if option["Name"] == "type":
                continue
            value = f"r-other:{mark}" if option["Name"] in ("remote", "upstreams") else mark
            marks[mark] = option["Name"]
            config.append(f"{option['Name']} = {value}")
        config.append("token = {\"access_token\":\"ya29-hunter2\"}\n")
    config.append("[dav]\ntype = webdav\nurl = https://alice:hunter2@cloud.example.org/dav?token=hunter2\nvendor = nextcloud\n"
                  "user = alice\npass = hunter2\n\n[sealed]\ntype = crypt\nremote = dav:backups\npassword = hunter2\n")
    with open(os.path.join(folder, "rclone.conf"), "w") as file:
        file.write("\n".join(config))
    names = ["r-" + kind["Name"].replace(" ", "") for kind in kinds] + ["dav", "sealed"]
    told = set()
    for start in range(0, len(names), 30):
        some = names[start:start + 30]
        for number, name in enumerate(some):
            fob(home, "backup", "add", f"p{number}", "--rclone", f"{name}:backups/fob")
        path = os.path.join(home.path, f"kit{start}.txt")
        owner(home, "access", "kit", "--yes", "--download", path)
        kit = read(path)
        check("hunter2" not in kit, "a credential on the kit")
        for name in some:
            check(f"{name}:backups/fob" in " ".join(kit.split()), f"{name} on the kit")
        for mark, option in marks.items():
            if mark in kit:
                told.add(option)
                check(option in TAKEN, f"the setting {option} is on the kit")
                check(not any(word in option for word in ("pass", "token", "key", "secret")), f"{option} on the kit")
        if "sealed" in some:
            text = " ".join(kit.split())
            for words in ("name dav, type webdav", "url https://cloud.example.org/dav", "user alice", "vendor nextcloud",
                          "name sealed, type crypt", "rclone has to be installed and set up: rclone config"):
                check(words in text, f"the kit says {words!r}: {text}")
        for number, _ in enumerate(some):
            fob(home, "backup", "remove", f"p{number}")
    check({"host", "user", "url"} <= told, f"settings that are told: {sorted(told)}")
    count("settings of rclone", len(marks))
    count("kinds of remotes", len(kinds))
    # The doctor notices that a remote of the same name leads elsewhere.
    fob(home, "backup", "add", "cloud", "--rclone", "dav:fob")
    owner(home, "access", "kit", "--yes", "--download", os.path.join(home.path, "last.txt"))

    def doctor():
        done = fob_with(home, None, "doctor", "--json", new_session=True)
        return [(check["state"], check["message"]) for check in json.loads(done.stdout)["checks"]
                if check["check"] == "emergency kit"]

    equal([state for state, _ in doctor()], ["ok"], f"the doctor on a new kit: {doctor()}")
    config = read(os.path.join(folder, "rclone.conf")).replace("cloud.example.org", "nas.example.org")
    with open(os.path.join(folder, "rclone.conf"), "w") as file:
        file.write(config)
    check("no longer so" in doctor()[0][1], f"a remote that leads elsewhere: {doctor()}")


def pictures(page):
    return re.findall(r"<svg .*?</svg>", page, re.S)


def painted(svg, path, width=400):
    with open(path, "wb") as file:
        subprocess.run(["rsvg-convert", "-w", str(width)], input=svg.encode(), stdout=file, check=True)
    return path


def with_scan():
    need("rsvg-convert", "zbarimg")
    home, folder, text, page, keys = machine()
    kit = Kit.of_text(read(text))
    svgs = pictures(read(page))
    equal(len(svgs), 18, "QR codes on the page")
    for svg, wanted in list(zip(svgs, kit.codes))[::4] + [(svgs[16], kit.programs["identity.py"]),
                                                          (svgs[17], kit.programs["readable.py"])]:
        file = painted(svg, os.path.join(home.path, "code.png"), 1200 if len(wanted) > 100 else 300)
        told = subprocess.run(["zbarimg", "-q", "--raw", "-Sbinary", file], capture_output=True, check=True).stdout.decode()
        equal(told.rstrip("\n"), wanted, "what a QR code says")
        count("QR codes read")
    file = painted(svgs[2], os.path.join(home.path, "code.png"))
    said = fob(home, "scan", file, status=12)
    check("this is a kit code" in said and "--scan" in said and "--recovery-code" in said, f"fob scan: {said}")
    for code in kit.codes:
        check(code not in said and code.replace("-", "") not in said, "a code in what is said")
    fob(home, "lock")
    said = fob(home, "unlock", "--scan", file)
    check("15 of 16 left" in said, f"unlocking by a picture: {said}")
    check(kit.codes[2] not in said, "a code in what is said")
    # A picture with an account in it is not taken for one of a kit, and the other way round.
    other = painted(svgs[17], os.path.join(home.path, "program.png"), 1200)
    check("not a kit code" in fob(home, "unlock", "--scan", other, status=12), "a picture without a kit code")
    fob(home, "backup", "now")
    with Home().start() as empty:
        file = painted(svgs[5], os.path.join(home.path, "code.png"))
        fob(empty, "restore", folder, "--scan", file, "--yes", secrets={"--new-passphrase-fd": NEW})
        with empty.connect() as agent:
            check(len(agent.accounts()) > 5, "accounts by a picture")


def layout():
    long = os.path.join(tempfile.mkdtemp(prefix="fob-"), "a folder with a name")
    atexit.register(shutil.rmtree, os.path.dirname(long), True)
    os.mkdir(long)
    home, folder, text, page, keys = machine(long)
    for number, line in enumerate(read(text).split("\n"), 1):
        # A command is one line, however long the path of the scratch directory makes it.
        columns = len(line.replace(os.path.dirname(long), "/media/stick"))
        check(columns <= 80, f"line {number} of the plain text has {columns} columns: {line}")
    check(f"fob restore '{long}'" in read(text), "a folder with blanks, as the shell takes it")
    browser = next((shutil.which(name) for name in ("chromium-headless-shell", "chromium", "google-chrome") if
                    shutil.which(name)), None)
    if not browser or not shutil.which("pdfinfo"):
        return partly("no browser and pdfinfo: the pages of the printed kit are not counted")
    for paper in ("A4", "letter"):
        marked = os.path.join(home.path, f"{paper}.html")
        with open(marked, "w") as file:
            file.write(read(page).replace("@page {", f"@page {{ size: {paper};"))
        target = marked.replace(".html", ".pdf")
        subprocess.run([browser, "--no-sandbox", "--headless", "--disable-gpu", f"--user-data-dir={home.path}/browser",
                        "--no-pdf-header-footer", f"--print-to-pdf={target}", "file://" + marked],
                       check=True, capture_output=True, timeout=PATIENCE)
        info = subprocess.run(["pdfinfo", target], check=True, capture_output=True, text=True).stdout
        equal(re.search(r"Pages:\s+(\d+)", info)[1], "2", f"pages on {paper}")
        count("papers")
        if os.environ.get("FOB_KIT"):
            shutil.copy(target, os.environ["FOB_KIT"])
            shutil.copy(text, os.environ["FOB_KIT"])
            shutil.copy(page, os.environ["FOB_KIT"])


{"fob": with_fob, "age": without_fob, "prompts": prompts, "places": places, "rclone": with_rclone, "scan": with_scan,
 "layout": layout}[sys.argv[1]]()
print(f"{sys.argv[1]}: " + ", ".join(f"{figures[name]} {name}" for name in figures))
