"""The pages of the protocol, one behind the other, and their examples.

    protocol_page.py [--write]

The examples stand in a page of their own, below the headings of the sections that their messages are in and in the order of
the messages. With --write one that was written beside its message goes there; without, it is an error.
"""

import os
import re
import sys

MAN = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../../man")
PAGES = ["fob-protocol.7", "fob-protocol-vault.7", "fob-protocol-keys.7"]
EXAMPLES = "fob-protocol-examples.7"
EXAMPLE = re.compile(r"^\.Bd -literal -offset indent\n([A-Z_]+)\n((?:[0-9a-f]{2}.*\n)+)\.Ed\n", re.M)
BEGIN, END = '.\\" Examples, by protocol_page.py --write.\n', ".Sh SEE ALSO\n"


def read(name):
    with open(os.path.join(MAN, name)) as file:
        return file.read()


def text():
    """All pages of the messages."""
    return "".join(map(read, PAGES))


def messages(page):
    """The headings of a page and the names of messages below each, in their order."""
    return [(title, re.findall(r"^\.Ss 0x[0-9A-F]{2} (\w+)", body, re.M))
            for title, body in re.findall(r"^\.Sh (.*)\n((?:(?!\.Sh ).*\n)*)", page, re.M)]


def examples():
    """The octets of each example, as they are written, by name."""
    found = {}
    for name in [EXAMPLES, *PAGES]:
        for example, octets in EXAMPLE.findall(read(name)):
            found.setdefault(example, []).append(octets)
    return found


def example(name):
    """The octets of the first example of a message, or None."""
    found = examples().get(name)
    return bytes.fromhex("".join(line.split("#")[0] for line in found[0].splitlines()).replace(" ", "")) if found else None


def arranged():
    """The page of examples as it should be."""
    known = examples()
    parts = []
    for title, names in messages(text()):
        blocks = [f".Bd -literal -offset indent\n{name}\n{octets}.Ed\n" for name in names for octets in known.pop(name, [])]
        if blocks:
            parts.append(f".Sh {title}\n" + "".join(blocks))
    if known:
        sys.exit(f"examples of no message: {', '.join(known)}")
    page = read(EXAMPLES)
    return page[:page.index(BEGIN) + len(BEGIN)] + "".join(parts) + page[page.index(END):]


def main():
    page = arranged()
    if "--write" in sys.argv:
        with open(os.path.join(MAN, EXAMPLES), "w") as file:
            file.write(page)
    for name in PAGES:
        old = read(name)
        # A paragraph needs no mark where a heading or another block comes next.
        new = re.sub(r"\.Pp\n(?=\.S[hs] )", "", EXAMPLE.sub("", old))
        new = re.sub(r"(?<=^)(\.S[hs] .*\n)\.Pp\n", r"\1", new, flags=re.M)
        if "--write" in sys.argv:
            with open(os.path.join(MAN, name), "w") as file:
                file.write(new)
        elif old != new:
            sys.exit(f"{name} has examples of its own: protocol_page.py --write")
    if page != read(EXAMPLES):
        sys.exit(f"{EXAMPLES} is not as it should be: protocol_page.py --write")
    print(f"{sum(map(len, examples().values()))} examples")


if __name__ == "__main__":
    main()
