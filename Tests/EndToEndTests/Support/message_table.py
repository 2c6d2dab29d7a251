"""The table of messages at the start of fob-protocol(7), from the sources, and whether the page has it.

    message_table.py [--write]

With --write, examples that stand beside their messages go to their page as well (protocol_page.py).
What needs the open vault is tried: the examples are sent to an agent whose vault is locked. The rest is read from
the agent's function for a request and those that it calls: `use` counts as a use of the vault, `raise` may raise a
challenge.
"""

import re

import protocol_page
from protocol_client import *
from scratch import *

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../..")
PAGE = os.path.join(ROOT, "man/fob-protocol.7")


def sources(*folders):
    text = ""
    for folder in folders:
        for path, _, names in sorted(os.walk(os.path.join(ROOT, "Sources", folder))):
            for name in sorted(names):
                if name.endswith(".swift"):
                    with open(os.path.join(path, name)) as file:
                        text += file.read() + "\n"
    return text


def functions(text):
    """The bodies of methods of the agent, by name; those of one name together."""
    bodies = {}
    for found in re.finditer(r"^    (?:(?:private|fileprivate|package) )?func (\w+)", text, re.M):
        end = re.compile(r"^    }$", re.M).search(text, found.end())
        body = text[text.index("{", found.end()):end.start()] if end else ""
        bodies[found[1]] = bodies.get(found[1], "") + body
    return bodies


def table():
    wire, agent = sources("Wire"), sources("Agent/Requests", "Agent/SecurityKeys")
    with open(os.path.join(ROOT, "Sources/Agent/Saving.swift")) as file:
        saving = file.read()
    with open(os.path.join(ROOT, "Sources/Agent/Dispatch.swift")) as file:
        dispatch = file.read()
    page = protocol_page.text()
    names = dict(re.findall(r"^\.Ss (0x[0-9A-F]{2}) (\w+)", page, re.M))
    numbers = dict(re.findall(r"case (\w+) = (0x[0-9A-F]{2})", wire))
    types = dict(re.findall(r"struct (\w+): [^{]*{(?:(?!\bstruct ).)*?static var type: MessageType { \.(\w+) }", wire, re.S))
    replies = dict(re.findall(r"struct (\w+): [^{]*{(?:(?!\bstruct ).)*?typealias Reply = (\w+)", wire, re.S))
    bodies = functions(agent + saving)

    def does(name, wanted, seen=()):
        body = bodies.get(name, "")
        if re.search(wanted, body):
            return True
        called = set(re.findall(r"(?<![.\w])(\w+)\(", body)) & set(bodies) - {name, "raise", "use", "look", *seen}
        return any(does(other, wanted, (*seen, name)) for other in sorted(called))

    needs = locked(page)
    rows = [("0x01", "HELLO", "WELCOME", "no", "no", "no", "")]
    for case, request, handler in re.findall(r"case \.(\w+): try on\((\w+)\.self, (\w+)\)", dispatch):
        number = numbers[case]
        reply = names.get(numbers.get(types.get(replies.get(request, ""), ""), ""), "")
        said = re.search(r"Reply:\s([A-Z_]+)", section(page, number))
        if reply and said and said[1] != reply:
            sys.exit(f"{names[number]} is answered by {reply}; its section says {said[1]}")
        isOpen = needs[number]
        rows.append((
            number, names[number], reply or (said[1] if said else "OK"), "yes" if isOpen else "no",
            "yes" if does(handler, r"\buse\(\)") else "no",
            "yes" if does(handler, r"\braise\(") else "no", elsewhere(number)))
    return sorted(rows)


def elsewhere(number):
    """What the page of a message adds to the name of fob-protocol(7)."""
    [name] = [name for name in protocol_page.PAGES if f"\n.Ss {number} " in protocol_page.read(name)]
    return name.removeprefix("fob-protocol").removeprefix("-").removesuffix(".7")


def section(page, number):
    start = page.index(f"\n.Ss {number} ")
    return page[start:page.index("\n.S", start + 1)]


def locked(page):
    """Whether each request is refused with ERROR 2 while the vault is locked: the page's examples, sent to an agent."""
    needs = {}
    # Questions of which the owner hears while it is locked wait for him.
    with Home("--test-challenge", "300") as home:
        with home.connect() as agent:
            agent.initialize(PASSPHRASE)
            agent.lock()
        for number, name in re.findall(r"^\.Ss (0x[0-7][0-9A-F]) (\w+)", page, re.M):
            octets = protocol_page.example(name)
            if not octets or name == "HELLO":
                continue
            with home.connect() as agent:
                agent.last_id = int.from_bytes(octets[4:8], "big")
                agent.socket.sendall(octets)
                type, body = agent.wait(int.from_bytes(octets[4:8], "big"))
                needs[number] = type == ERROR and protocol_client.refusal(body).code == 2
    return needs


def written(rows):
    lines = [".Bl -column -compact 0x00 XXXXXXXXXXXXXXX XXXXXXXXXXXXXXXXXXXX open use asks vault",
             ".It Em \\&No. Ta Em name Ta Em reply Ta Em open Ta Em use Ta Em asks Ta Em page"]
    lines += [".It " + " Ta ".join(cell or "\\&" for cell in row) for row in rows]
    return "\n".join(lines + [".El"])


protocol_page.main()
text = written(table())
with open(PAGE) as file:
    page = file.read()
start = page.index(".Bl -column -compact 0x00")
end = page.index(".El", start) + 3
if "--write" in sys.argv:
    with open(PAGE, "w") as file:
        file.write(page[:start] + text + page[end:])
for ours, theirs in zip(text.split("\n"), page[start:end].split("\n")):
    check(ours == theirs or "--write" in sys.argv, f"fob-protocol(7) has {theirs!r}, the code {ours!r}")
check(len(text) == end - start or "--write" in sys.argv, "the table and the code have other numbers of messages")
print(f"{text.count('.It') - 1} messages, as the code has them")
