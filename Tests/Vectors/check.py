"""Vaults, backups and exports of past releases: this build opens, shows, merges, restores and writes them as those that
made them did, octet for octet where nothing is random. make.py has written down what they found.

    check.py [DIRECTORY ...]
"""

import re

from past import *

need("age")


def covers(found, wanted, path):
    """Whether everything in `wanted` is so in `found`; a later release may tell more of a thing."""
    if path.endswith("/access/fingerprint"):
        # That of 0.1.0 covered the vault's id; from then on it covers the signing key too, which is another in time.
        check(re.fullmatch("([0-9a-f]{4} ){7}[0-9a-f]{4}", found), f"{path}: {found!r}")
    elif path.endswith("/same octets"):
        # Pages are laid out anew, with a date; those of past releases are read as before.
        equal([form for form in found if form != "html"], [form for form in wanted if form != "html"], path)
    elif isinstance(wanted, dict):
        for name, value in wanted.items():
            check(name in found, f"{path}: {name!r} is missing")
            covers(found[name], value, f"{path}/{name}")
    elif isinstance(wanted, list):
        equal(len(found), len(wanted), f"{path}: how many ({found!r}, {wanted!r})")
        for number, value in enumerate(wanted):
            covers(found[number], value, f"{path}/{number}")
    else:
        equal(found, wanted, path)


directories = sys.argv[1:] or sorted(
    entry.path for entry in os.scandir(HERE) if os.path.exists(os.path.join(entry.path, "expect.json")))
check(directories, "no vectors")
for directory in directories:
    with open(os.path.join(directory, "expect.json")) as file:
        expect = json.load(file)
    found = json.loads(json.dumps(everything(directory, expect["secrets"])))
    covers(found, expect["found"], os.path.basename(directory))
    print(f"{expect['release']}: {len(found['codes'])} accounts, {len(found['signatures'])} keys, "
          f"{len(found['imported'])} formats read, {len(found['same octets'])} written as before")
