"""The sentences of the desktop's window: the Japanese catalogue has each of them, with the same parts, and no other.

    sentences.py            # compares
    sentences.py --list     # the sentences of the sources
"""

import glob
import os
import re
import sys

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..")
CATALOGUE = os.path.join(ROOT, "Sources/fob-desktop/Data/ja.po")
TEXT = r'"((?:[^"\\]|\\.)*)"'


def sources():
    """Each sentence once, in order: (one, many or None)."""
    found = {}
    for path in sorted(glob.glob(os.path.join(ROOT, "Sources/Desktop/*.swift")) + glob.glob(os.path.join(ROOT, "Sources/fob-desktop/*.swift"))):
        with open(path) as file:
            text = file.read()
        for match in re.finditer(r"\btrn\(\s*" + TEXT + r",\s*" + TEXT, text):
            found[match[1]] = match[2]
        for match in re.finditer(r"\btr\(\s*" + TEXT, text):
            found.setdefault(match[1], None)
    return found


def catalogue():
    """{one: (many or None, [translations])}"""
    with open(CATALOGUE) as file:
        text = file.read()
    found = {}
    for entry in text.split("\n\n"):
        one = re.search(r'^msgid ' + TEXT, entry, re.M)
        if not one or not one[1]:
            continue
        many = re.search(r'^msgid_plural ' + TEXT, entry, re.M)
        found[one[1]] = (many and many[1], [m[1] for m in re.finditer(r'^msgstr(?:\[\d\])? ' + TEXT, entry, re.M)])
    return found


def events():
    """What the audit log has: its events, and how they end."""
    with open(os.path.join(ROOT, "Sources/Agent/Audit/AuditEvent.swift")) as file:
        text = file.read()
    log = re.search(r"enum AuditEvent: String \{(.*?)\n\}", text, re.S)[1]
    outcome = re.search(r"enum AuditOutcome: String \{(.*?)\n\}", text, re.S)[1]
    return set(re.findall(r'= "(.*?)"', log)) | set(re.findall(r"case (\w+)", outcome)) - {"done"}


def said_of_agent():
    with open(os.path.join(ROOT, "Sources/Desktop/AgentWords.swift")) as file:
        return re.findall(r'"([\w.]+)"', "".join(re.findall(r"case (.*?):", file.read())))


def parts(text):
    return sorted(set(re.findall(r"%\d", text)))


def main():
    said = sources()
    if sys.argv[1:] == ["--list"]:
        for one, many in said.items():
            print(one if many is None else f"{one} | {many}")
        return
    known = catalogue()
    wrong = [f"not translated: {one}" for one in said if one not in known]
    wrong += [f"said no more: {one}" for one in known if one not in said]
    for one, many in said.items():
        if one not in known:
            continue
        if known[one][0] != many:
            wrong.append(f"another plural: {one}")
        for text in known[one][1]:
            if not text or parts(text) != parts(many or one):
                wrong.append(f"other parts: {one}: {text!r}")
    wrong += [f"an event without words: {name}" for name in events() - set(said_of_agent())]
    if wrong:
        raise SystemExit("\n".join(wrong))
    print(f"{len(said)} sentences in Japanese")


if __name__ == "__main__":
    main()
