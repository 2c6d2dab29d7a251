"""The table of what can go wrong in fob-backup(1) names tests that there are, and words that fob says.

    failure_table.py
"""

import glob
import re

from scratch import *

ROOT = os.path.normpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../.."))
with open(os.path.join(ROOT, "man/fob-backup.1")) as file:
    section = re.search(r"^\.Sh WHAT CAN GO WRONG\n(.*?)^\.Sh ", file.read(), re.S | re.M)[1]
rows = [line[4:].split(" Ta ") for line in section.split("\n") if line.startswith(".It ") and "Em case" not in line]
check(len(rows) >= 18, f"rows: {len(rows)}")
said = ""
for path in glob.glob(os.path.join(ROOT, "Sources/**/*.swift"), recursive=True):
    with open(path) as file:
        said += file.read()
equal({row for row, *_ in rows}, {f"M{number}" for number in range(1, 10)}, "rows of the guides")
for row, case, here, tests in rows:
    for name in tests.split():
        places = [os.path.join(ROOT, folder, name) for folder in ("Tests/EndToEndTests/Support", "Tests/Scripts")]
        check(any(os.path.exists(place) for place in places), f"{case}: there is no {name}")
    for words in re.findall(r"\\\(lq(.*?)\\\(rq", here):
        words = words.replace("\\(aq", "'")
        check(words in said, f"{case}: fob never says {words!r}")
print(f"{len(rows)} rows")
