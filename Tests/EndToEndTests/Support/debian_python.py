"""Goes on under Debian's Python, and finds Debian's programs before all others, where others come first in PATH: the packages
that the tests need are Debian's, and what another place has by the same names may be of any age, or run nowhere else."""

import os
import sys

PYTHON = "/usr/bin/python3"
if os.path.exists(PYTHON) and os.path.realpath(sys.executable) != os.path.realpath(PYTHON):
    os.execv(PYTHON, [PYTHON, *sys.argv])
DEBIAN = ["/usr/bin", "/bin", "/usr/sbin", "/sbin"]
os.environ["PATH"] = ":".join(DEBIAN + [place for place in os.environ.get("PATH", "").split(":") if place and place not in DEBIAN])
