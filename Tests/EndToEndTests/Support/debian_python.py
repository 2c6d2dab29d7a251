"""Goes on under Debian's Python where another comes first in PATH: Debian's packages are for that one, and what another has
by the same names may be of any age."""

import os
import sys

PYTHON = "/usr/bin/python3"
if os.path.exists(PYTHON) and os.path.realpath(sys.executable) != os.path.realpath(PYTHON):
    os.execv(PYTHON, [PYTHON, *sys.argv])
