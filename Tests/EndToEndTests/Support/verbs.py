"""Each verb of fob, and each of its options, stands in a manual page.

    verbs.py

The verbs and their options are those that the parser knows. A page has a verb as an item or in its synopsis, and the option in
the page that has the verb.
"""

import json
import re

from scratch import *

MAN = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../../man")
EVERYWHERE = {"json", "no-start", "no-ask", "help", "version"}

pages = {}
for name in sorted(os.listdir(MAN)):
    if name.endswith(".1") and not re.match(r"fob-(agent|authenticator|convert|scan|session)\.", name):
        with open(os.path.join(MAN, name)) as file:
            pages[name] = file.read()


def has(page, verb):
    """Whether a page has a verb of one or two words as an item of a list or in its synopsis."""
    first, *rest = verb
    for line in re.findall(r"^\.(?:It )?Cm (.*)$", page, re.M):
        words = re.split(r"[ ,|]+", line)
        if not rest and first in words or rest and words[0] == first and rest[0] in words:
            return True
    return rest and f"fob-{first}" in page[:80] and has(page, rest)


def names(argument, kind="long"):
    return [name["name"] for name in argument.get("names", []) if name["kind"] == kind]


def commands(command, path=()):
    for below in command.get("subcommands", []):
        if below["shouldDisplay"] and below["commandName"] != "help":
            yield (*path, below["commandName"]), below
            yield from commands(below, (*path, below["commandName"]))


done = subprocess.run([os.path.join(BIN, "fob"), "--experimental-dump-help"], stdout=subprocess.PIPE, timeout=PATIENCE)
equal(done.returncode, 0, "status of the dump")
missing, options = [], 0
verbs = list(commands(json.loads(done.stdout)["command"]))
for path, command in verbs:
    own = [name for name, page in pages.items() if has(page, path)]
    if not own:
        missing.append(" ".join(path))
        continue
    for argument in command.get("arguments", []):
        if argument["shouldDisplay"]:
            for name in names(argument):
                options += 1
                flag = re.compile(rf"Fl -{name}\b|Fl (?:.* )?-{name}\b|[,|] (?:Fl )?-{name}\b")
                if name not in EVERYWHERE and not any(flag.search(pages[page]) for page in own):
                    missing.append(f"{' '.join(path)} --{name}")
check(not missing, "not in a manual page: " + ", ".join(missing))
print(f"{len(verbs)} verbs, {options} options")
