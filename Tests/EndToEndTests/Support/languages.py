"""The language of the user: what people read is in it, what programs read is the same in all, and terminals get the characters
that they have.

    languages.py
"""

import json
import re
import unicodedata

from protocol_client import string, u16
from scratch import *
from terminal_of import on_terminal

FOB = os.path.join(BIN, "fob")
ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../..")
sys.path.insert(0, os.path.join(ROOT, "po"))
import sentences

need("msgfmt")
home = Home()
locales = os.path.join(home.path, "locales")
os.makedirs(f"{locales}/ja/LC_MESSAGES")
subprocess.run(["msgfmt", "-o", f"{locales}/ja/LC_MESSAGES/fob.mo", f"{ROOT}/po/ja.po"], check=True)
ENGLISH = {"LC_ALL": "C.UTF-8", "LANGUAGE": ""}
JAPANESE = {"LC_ALL": "C.UTF-8", "LANGUAGE": "ja", "FOB_TEST_LOCALES": locales}
KEYS = {fields["msgid"]: fields for _, fields in sentences.catalogue(sentences.TEMPLATE)}
TOLD = {fields["msgid"]: fields.get("msgstr") or fields["msgstr[0]"]
        for _, fields in sentences.catalogue(sentences.ROOT / "po/ja.po")}


def fob(*arguments, input=b"", **environment):
    done = subprocess.run([FOB, *arguments], input=input, capture_output=True, timeout=PATIENCE,
                          env={**home.environment, **environment})
    return done.stdout.decode(), done.stderr.decode(), done.returncode


def width(text):
    return sum(0 if unicodedata.combining(one) else 2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)


def plain(text):
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text)


home.start()

# Without a vault: what a newcomer meets first. An error is a sentence with what to do, and both are Japanese.
for arguments, message, remedy, status in (
    (("list",), "there is no vault yet", "make one with 'fob init'", 8),
    (("restore", "/nowhere"), None, "check the path", 66),
    (("nonsense",), None, "see fob help, or fob(1)", 64),
):
    out, err, found = fob(*arguments, **JAPANESE)
    equal(found, status, f"status of {arguments} ({err})")
    check(TOLD[remedy] in err and (message is None or TOLD[message] in err), f"{arguments} in Japanese: {err!r}")
    check(err.splitlines()[-1].startswith("ヒント: "), f"the hint of {arguments}: {err!r}")

with home.connect() as agent:
    agent.initialize(PASSPHRASE)
    agent.add("GitHub", "octocat", b"12345678901234567890")
    agent.add("名前", "太郎", b"12345678901234567891")
    agent.add("Café", "Zażółć", b"12345678901234567892")

# Everyday verbs: something Japanese, and no sentence of the template.
EVERYDAY = [
    ("status",), ("show", "octocat"), ("access", "list"), ("backup", "list"), ("backup", "status"), ("doctor",), ("ready",),
    ("recovery", "list"), ("key", "list"), ("settings",), ("edit", "octocat", "--tag", "work"), ("remove", "octocat"),
    ("untrash", "octocat"), ("list", "--trash"), ("add", "x"), ("scan", "/nowhere.png"), ("import", "/nowhere"),
    ("backup", "now"), ("log", "--verify"), ("confirm", "--list"), ("grants",), ("generations",), ("drill",),
    ("code", "nobody"), ("restore", "/nowhere"), ("help",), ("help", "code"), ("help", "backup", "add"), ("lock",),
    ("lock",), ("status",), ("code", "octocat"), ("unlock", "--passphrase-fd", "0"),
]
english = [key for key in KEYS if len(key) > 12 and "%" not in key and not key.startswith("usage")
           and TOLD[key] != key]
for arguments in EVERYDAY:
    typed = PASSPHRASE if arguments[0] == "unlock" else b""
    out, err, _ = fob(*arguments, input=typed, **JAPANESE)
    text = out + err
    # A list of files has no words.
    check(re.search("[ぁ-んァ-ン一-龠]", text) or arguments[0] == "generations", f"{arguments} says nothing in Japanese: {text!r}")
    there = [key for key in english if re.search(rf"(?<![\w'-]){re.escape(key)}(?![\w-])", text)]
    check(not there, f"{arguments} says in English: {there} ({text!r})")
out, _, _ = fob("show", "octocat", **JAPANESE)
check(re.search(r"\d{4}年\d\d月\d\d日 \d\d:\d\d:\d\d", out), f"a date in Japanese: {out!r}")
out, _, _ = fob("show", "octocat", **ENGLISH)
check(re.search(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", out), f"a date in English: {out!r}")

# What programs read is the same in all languages, errors too.
for arguments in (
    ("list", "--json"), ("show", "octocat", "--json"), ("code", "nobody", "--json"), ("backup", "list", "--json"),
    ("access", "list", "--json"), ("doctor", "--json"), ("ready", "--json"), ("recovery", "list", "--json"),
    ("status", "--json"), ("nonsense", "--json"), ("restore", "/nowhere", "--json"), ("backup", "now", "--json"),
    ("list", "--names"), ("code", "nobody", "--no-ask"),
):
    found = []
    for language in (ENGLISH, JAPANESE, {**JAPANESE, "LC_ALL": "C"}, {"LC_ALL": "", "LANG": "", "LANGUAGE": "ja"}):
        out, err, status = fob(*arguments, **language)
        if "--json" in arguments:
            for line in out.splitlines():
                json.loads(line)
        # Times and sizes go on meanwhile.
        found.append((re.sub(r"\d+", "0", out), status, err if arguments[0] == "list" else ""))
    equal(found[1:], found[:1] * 3, f"answers to {arguments} in four languages")
codes = {len(fob("code", "octocat", **language)[0]) for language in (ENGLISH, JAPANESE)}
equal(codes, {7}, "a code and a line end")

# What is kept or told to the agent is English, whoever ran it: it is translated where it is shown.
disk = os.path.join(home.path, "disk")
os.mkdir(disk)
fob("backup", "add", "disk", "--folder", disk, **ENGLISH)
shutil.rmtree(disk)
_, err, status = fob("backup", "run", "disk", **JAPANESE)
check(status != 0 and "fob backup run disk" in err and "check the network" not in err, f"a failed upload in Japanese: {err!r}")
out, _, _ = fob("backup", "status", "--json", LC_ALL="C")
kept = [place for place in json.loads(out)["destinations"] if place["name"] == "disk"][0]
check(kept["reason"] and kept["reason"].isascii(), f"the kept reason: {kept}")
check("then run: fob backup run disk" in kept["remedy"] and kept["remedy"].isascii(), f"the kept remedy: {kept}")
out, err, _ = fob("backup", "status", **JAPANESE)
check("次を行ってください" in out + err, f"the kept remedy in Japanese: {out + err!r}")

# What the agent refuses is told by the sentence in its ERROR, whatever stands in its arguments: these look like sentences.
HOSTILE = ["the vault is locked", "%1 is too large: %2", "100%"]


def rename(agent, name):
    agent.ask(0x21, protocol_client.selector("octocat") + u16(3) + string("") + string(name)).end()


for name in HOSTILE:
    with home.connect() as agent:
        agent.add("", name, os.urandom(20))
        old = refused(9, lambda: rename(agent, name), "a name that is taken")
    check(old.words is None and "already" in old.message, f"an ERROR of version 2: {old.message!r}, {old.words!r}")
    with Agent(home.socket, hello=False) as agent:
        equal(agent.hello(1, 3)["version"], 3, "the version")
        new = refused(9, lambda: rename(agent, name), "a name that is taken, in version 3")
    equal((new.message, new.remedy, new.details), (old.message, old.remedy, old.details), "the texts of both versions")
    (sentence, *rest), remedy = new.words
    check(sentence[0] == len(rest) and all(count == 255 for count, _ in rest), f"the pieces: {new.words!r}")
    text = sentence[1]
    for number, (_, part) in enumerate(rest, 1):
        text = text.replace(f"%{number}", part, 1)
    equal((text, remedy), (new.message, [(0, new.remedy)]), "the pieces put together")
    _, err, status = fob("edit", "octocat", "--issuer", "", "--name", name, **JAPANESE)
    equal(status, 9, f"a name that is taken: {err!r}")
    check(TOLD[sentence[1]].replace("%1", name) in err, f"{name!r} is there, in Japanese: {err!r}")
    check(TOLD[new.remedy] in err, f"what to do about {name!r}, in Japanese: {err!r}")
    equal(fob("remove", name)[2], 0, f"to remove {name!r}")

# No language without a locale for it: C is English, and so is a locale whose characters are not UTF-8.
for language in ({**JAPANESE, "LC_ALL": "C"}, {**JAPANESE, "LC_ALL": "nowhere"}, {**JAPANESE, "LANGUAGE": "xx"}):
    out, _, _ = fob("status", **language)
    check(out.startswith("vault: unlocked"), f"English in {language}: {out!r}")

# Columns: CJK is broken between its characters, but not in front of its punctuation.
for columns in (80, 40, 20):
    for arguments in (("list",), ("status",), ("code", "nobody"), ("doctor",), ("backup", "list"), ("access", "list")):
        text, _ = on_terminal(home, *arguments, columns=columns, **JAPANESE)
        for line in plain(text).splitlines():
            # What is to be pasted is not broken, nor is a word or number of others.
            if width(line) > columns and not re.search(r"[!-~]{%d}|fob |'|[!-~ ]{%d}" % (columns // 2, columns // 2), line):
                raise AssertionError(f"{arguments} in {columns} columns: {line!r} has {width(line)}")
            check(not re.match(" *[、。）」]", line), f"{arguments} in {columns} columns begins a line with {line!r}")

# A question at the terminal, and what is typed is not shown.
fob("lock")
text, status = on_terminal(home, "unlock", typed=[("パスフレーズ: ".encode(), PASSPHRASE + b"\n")], **JAPANESE)
equal(status, 0, f"an unlock in Japanese ({text!r})")
check(PASSPHRASE.decode() not in text and TOLD["the vault is unlocked"] in plain(text).replace("\r\n  ", ""), f"{text!r}")

# A terminal of another character set gets what it has, and question marks; a pipe gets UTF-8.
if shutil.which("localedef") and os.path.exists("/usr/share/i18n/locales/de_DE"):
    for name, form in (("de_DE", "ISO-8859-1"), ("ja_JP", "EUC-JP"), ("ja_JP", "UTF-8")):
        subprocess.run(["localedef", "-c", "-i", name, "-f", form, f"{locales}/{name}.{form}"], capture_output=True)
    latin = {"LOCPATH": locales, "LC_ALL": "de_DE.ISO-8859-1", "LANGUAGE": "ja", "FOB_TEST_LOCALES": locales}
    text, status = on_terminal(home, "list", raw=True, **latin)
    equal(status, 0, f"a list on a terminal with Latin-1 ({text!r})")
    check(b"Caf\xe9/Za?\xf3??" in text and b"??/??" in text, f"names in Latin-1: {text!r}")
    out, _, _ = fob("list", "--names", **latin)
    equal(sorted(out.splitlines()), sorted(["GitHub/octocat", "名前/太郎", "Café/Zażółć"]), "names in a pipe")
    for arguments in EVERYDAY[:10]:
        text, _ = on_terminal(home, *arguments, raw=True, **latin)
        check(b"\xe2\x97\x8f" not in text and b"\xe3" not in text, f"UTF-8 for Latin-1: {arguments}: {text!r}")
    eucjp = {**latin, "LC_ALL": "ja_JP.EUC-JP"}
    text, status = on_terminal(home, "status", raw=True, **eucjp)
    check(text.startswith(b"vault: unlocked"), f"English where Japanese is not UTF-8: {text!r}")
    out, _, _ = fob("status", LOCPATH=locales, LC_ALL="ja_JP.UTF-8", FOB_TEST_LOCALES=locales)
    check(out.startswith("保管庫: "), f"by LC_ALL=ja_JP.UTF-8: {out!r}")
else:
    partly("other character sets: there is no localedef, or no sources of locales")

# A code costs no look at a catalogue.
if shutil.which("strace"):
    trace = os.path.join(home.path, "trace")
    subprocess.run(["strace", "-f", "-e", "trace=%file", "-o", trace, FOB, "code", "octocat"], check=True,
                   capture_output=True, env={**home.environment, **JAPANESE})
    with open(trace) as file:
        said = file.read()
    check("locale" not in said and "fob-main" not in said, f"a code reads: {said}")
else:
    partly("which files a code reads: there is no strace")
print(f"{len(KEYS)} sentences, {len(EVERYDAY)} verbs in Japanese")
home.remove()
