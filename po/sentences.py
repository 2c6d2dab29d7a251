#!/usr/bin/env python3
"""The sentences of the sources, for gettext: xgettext does not know Swift's interpolation.

    po/sentences.py           write po/fob.pot, and bring the catalogues up to it (msgmerge)
    po/sentences.py --check   see that they are: nothing missing, fuzzy or untranslated, arguments and line ends alike

Looked for are the calls tr(...), noted(...), trn(number, one, many) and Count.text(number, one, many), the texts of a
Refusal, of a Question and of a ConversionFailure, and the messages and remedies of errors. In a sentence, %1, %2 and so on stand for its interpolations.
"""

import difflib
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
TEMPLATE = ROOT / "po/fob.pot"
# What the client compares with what it hears: sentences with parts.
HEARD = set()
SWIFT = ROOT / "Sources/Client/Text/Heard.swift"
MODULES = ["Agent", "Backup", "Client", "Interchange", "OneTimePassword", "Platform", "Session", "Vault", "Wire", "fob-main", "fob-session"]
HEADER = '''# Sentences of fob, made by po/sentences.py: do not edit.
msgid ""
msgstr ""
"Project-Id-Version: fob\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=INTEGER; plural=EXPRESSION;\\n"
'''


class Literal:
    """A string of the sources: its words with %1 and so on, the code of each interpolation, and where it ends."""

    def __init__(self, code, start):
        self.parts, self.start = [], start
        fence = '"""' if code.startswith('"""', start) else '"'
        pieces, place = [], start + len(fence)
        while not code.startswith(fence, place):
            if code[place] != "\\":
                pieces.append(code[place])
                place += 1
            elif code[place + 1] == "(":
                end = closing(code, place + 1)
                self.parts.append(code[place + 2 : end - 1])
                pieces.append("\0")
                place = end
            elif code[place + 1] == "u":
                end = code.index("}", place)
                pieces.append(chr(int(code[place + 3 : end], 16)))
                place = end + 1
            else:
                pieces.append({"n": "\n", "t": "\t", "\n": "\1"}.get(code[place + 1], code[place + 1]))
                place += 2
        self.end = place + len(fence)
        text = "".join(pieces)
        if fence != '"':
            lines = text.split("\n")[1:]
            indent = lines[-1]
            text = "\n".join(line.removeprefix(indent) for line in lines[:-1])
            text = re.sub("\1" + indent, "", text)
        self.text = text

    def __add__(self, other):
        self.text, self.end = self.text + other.text, other.end
        self.parts = self.parts + other.parts
        return self

    @property
    def key(self):
        numbers = iter(range(1, len(self.parts) + 1))
        return re.sub("\0", lambda _: f"%{next(numbers)}", self.text)


def closing(code, place):
    """Behind the bracket that closes the one at this place."""
    depth = 0
    while True:
        if code[place] == '"':
            place = Literal(code, place).end
            continue
        if code[place] in "([{":
            depth += 1
        if code[place] in ")]}":
            depth -= 1
        place += 1
        if depth == 0:
            return place


def uncommented(code):
    """The code with blanks in place of its comments, so that places stay what they are."""
    result, place = list(code), 0
    while place < len(code):
        if code[place] == '"':
            place = Literal(code, place).end
        elif code.startswith("//", place):
            end = code.find("\n", place)
            end = len(code) if end < 0 else end
            result[place:end] = " " * (end - place)
            place = end
        else:
            place += 1
    return "".join(result)


def literals(code, start, end, nested=True):
    """The strings between two places; with + between them they are one."""
    found, place, joins = [], start, False
    while place < end:
        if code[place] == '"':
            literal = Literal(code, place)
            between = code[found[-1].end : place] if found else ""
            if found and re.fullmatch(r"\s*\+\s*", between):
                found[-1] += literal
            else:
                found.append(literal)
            place = literal.end
        elif code[place] in "([" and not nested:
            place = closing(code, place)
        else:
            place += 1
    return found


CALL = re.compile(r"(?<![\w.])(tr|noted|trn|Refusal|Question|ConversionFailure)\(|\bCount\.text\(|var (?:message|remedy|reason): (?:String|Sentence) \{")


def sentences(code):
    """(place, one, many or None, parts of one, parts of many) of the sentences in a piece of code."""
    found, place = [], 0
    while place < len(code):
        if code[place] == '"':
            literal = Literal(code, place)
            for part in literal.parts:
                found += [(literal.start, *rest) for _, *rest in sentences(part)]
            place = literal.end
            continue
        call = CALL.match(code, place)
        # What stands before it is looked at, too.
        if not call or (place and CALL.pattern and re.match(r"[\w.]", code[place - 1]) and call[1]):
            place += 1
            continue
        end = closing(code, call.end() - 1)
        kind = call[1]
        inside = literals(code, call.end(), end - 1, nested=kind not in ("Refusal", "Question", "ConversionFailure"))
        if call[0].startswith("Count"):
            if inside:
                one = inside[0].key
                many = inside[1].key if len(inside) > 1 else one + "s"
                found.append((place, f"%1 {one}", f"%1 {many}", ["n"], ["n"]))
        elif kind == "trn":
            if len(inside) == 2:
                found.append((place, inside[0].key, inside[1].key, inside[0].parts, inside[1].parts))
        else:
            # What is kept or told as English is found by its words, or by its template where it has parts. A refusal tells
            # its sentence.
            said = kind != "tr"
            heard = said and kind != "Refusal"
            for literal in inside:
                if said and not re.search("[A-Za-z]{2}", re.sub("%[1-9]", "", literal.key)):
                    continue
                found.append((literal.start, literal.key, None, literal.parts, None))
                if heard and literal.parts:
                    HEARD.add(literal.key)
        for literal in inside:
            for part in literal.parts:
                found += [(literal.start, *rest) for _, *rest in sentences(part)]
        if call[0].endswith("{") or not inside:
            place = call.end()
            if call[0].endswith("{"):
                place = end
        else:
            place = end
    return found


def quoted(text):
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t")
    if "\n" not in escaped:
        return f'"{escaped}"'
    lines = escaped.split("\n")
    rows = [f'"{line}\\n"' for line in lines[:-1]] + ([f'"{lines[-1]}"'] if lines[-1] else [])
    return '""\n' + "\n".join(rows)


def template():
    """What the sources say, as a template for catalogues; and what is wrong with it."""
    entries, faults = {}, []
    for module in MODULES:
        for path in sorted((ROOT / "Sources" / module).rglob("*.swift")):
            if path.is_symlink():
                continue
            code = uncommented(path.read_text())
            name = str(path.relative_to(ROOT))
            for place, one, many, parts, others in sentences(code):
                where = f"{name}:{code.count(chr(10), 0, place) + 1}"
                if not one:
                    continue
                if max(len(parts), len(others or [])) > 9:
                    faults.append(f"{where}: more than 9 arguments")
                if many and parts != others[: len(parts)]:
                    faults.append(f"{where}: the arguments of one and of many differ: {one!r}")
                there = entries.setdefault(one, [None, []])
                if many and there[0] and there[0] != many:
                    faults.append(f"{where}: {one!r} has another plural elsewhere")
                there[0] = there[0] or many
                if name not in there[1]:
                    there[1].append(name)
    text = HEADER
    for one, (many, names) in entries.items():
        text += "\n" + "".join(f"#: {name}\n" for name in names) + f"msgid {quoted(one)}\n"
        text += f'msgid_plural {quoted(many)}\nmsgstr[0] ""\nmsgstr[1] ""\n' if many else 'msgstr ""\n'
    return text, faults


def heard():
    """The client's list of templates, those with the most words first: they fit the fewest others."""
    def swift(key):
        return '"' + key.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'

    keys = sorted(HEARD, key=lambda key: (-len(re.sub("%[1-9]", "", key)), key))
    lines = "".join(f"        {swift(key)},\n" for key in keys)
    return f"""import Model

// Made by po/sentences.py: do not edit.
/// What the agent and other modules say with parts in it: they say it in English, and it is found again by its words.
enum Heard {{
    /// The template that a text fits, and its parts.
    static func match(_ text: String) -> (template: String, parts: [String])? {{
        for template in templates {{
            if let parts = Sentence.parts(of: text, in: template) {{ return (template, parts) }}
        }}
        return nil
    }}

    // swift-format-ignore
    private static let templates = [
{lines}    ]
}}
"""


def catalogue(path):
    """The entries of a catalogue: flags, msgid, msgid_plural and all msgstr."""
    for block in path.read_text().split("\n\n"):
        fields, last, flags = {}, None, ""
        for line in block.split("\n"):
            if line.startswith("#,"):
                flags += line
            match = re.match(r'(msg\w+(?:\[\d\])?) (".*")$', line)
            if match:
                last = match[1]
                fields[last] = ""
                line = match[2]
            if line.startswith('"') and last:
                fields[last] += re.sub(
                    r"\\(.)", lambda found: {"n": "\n", "t": "\t"}.get(found[1], found[1]), line[1:-1])
        if fields.get("msgid"):
            yield flags, fields


def faults_of(path):
    """What is wrong in a catalogue."""
    for flags, fields in catalogue(path):
        one, many = fields["msgid"], fields.get("msgid_plural")
        told = [text for name, text in fields.items() if name.startswith("msgstr")]
        if "fuzzy" in flags:
            yield f"fuzzy: {one!r}"
        for text in told:
            if not text:
                yield f"untranslated: {one!r}"
                continue
            wanted, given = set(re.findall("%[1-9]", many or one)), set(re.findall("%[1-9]", text))
            optional = wanted - set(re.findall("%[1-9]", one))
            if not wanted - optional <= given <= wanted:
                yield f"other arguments: {one!r}: {text!r}"
            if one.endswith("\n") != text.endswith("\n") or one.startswith("\n") != text.startswith("\n"):
                yield f"other line ends: {one!r}"
            # A prompt, with what is typed behind it.
            if one.endswith((": ", "] ")) and not text.endswith(" "):
                yield f"no blank at the end: {one!r}"


def main():
    text, faults = template()
    catalogues = sorted(ROOT.glob("po/*.po"))
    if "--check" not in sys.argv:
        TEMPLATE.write_text(text)
        if heard() != SWIFT.read_text():
            SWIFT.write_text(heard())
        for path in catalogues:
            subprocess.run(
                ["msgmerge", "--quiet", "--no-fuzzy-matching", "--no-wrap", "--no-location", "--update", "--backup=none",
                 path, TEMPLATE], check=True)
    elif text != (TEMPLATE.read_text() if TEMPLATE.exists() else ""):
        old = TEMPLATE.read_text().splitlines() if TEMPLATE.exists() else []
        changes = list(difflib.unified_diff(old, text.splitlines(), lineterm="", n=0))
        faults += ["po/fob.pot is not of these sources: run po/sentences.py", *changes[:20]]
    elif heard() != SWIFT.read_text():
        faults.append(f"{SWIFT.relative_to(ROOT)} is not of these sources: run po/sentences.py")
    wanted = {fields["msgid"] for _, fields in catalogue(TEMPLATE)}
    for path in catalogues:
        name = path.relative_to(ROOT)
        faults += [f"{name}: {fault}" for fault in faults_of(path)]
        held = {fields["msgid"] for _, fields in catalogue(path)}
        faults += [f"{name}: missing: {key!r}" for key in sorted(wanted - held)]
    for fault in faults:
        print(fault, file=sys.stderr)
    print(f"{len(wanted)} sentences, {len(catalogues)} catalogues", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
