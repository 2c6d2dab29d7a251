"""Runs the public test suites of FIDO2 authenticators against fob's CTAP door: python-fido2's tests/device and SoloKeys'
fido2-tests. They are never part of this repository: fido-suites.sh says where they are to be had.

    suites.py BINARIES NAME CHECKOUT PYTHON [ARGUMENT ...]

The suites touch the key by nobody's hand and wipe it: the agent is one of its own, which says yes to everything
(--test-confirm), and lets itself be reset (--test-authenticator).
"""

import os
import re
import subprocess
import sys

here = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(here, "..", "EndToEndTests", "Support"))
os.environ["FOB_BIN"] = sys.argv[1]
from security_key import KeyHome

# What each suite is run with, and what it finds that is no fault of fob: the reason stands behind each name.
SUITES = {
    "python-fido2": {
        "profile": "pin-only", "tests": "tests/device", "plugin": ["-p", "python_fido2_door"], "known": {},
    },
    "fido2-tests": {
        "profile": "ctap20", "tests": "tests/standard", "plugin": ["--sim"], "known": {
            "test_Check_up_option": "CTAP 2.0 refused the option up in makeCredential; since 2.1 up=true is allowed",
            "test_zero_length_pin_auth": "with a PIN set, an empty pinAuth is answered by PIN_INVALID since CTAP 2.1",
            "test_bad_auth": "a wrong saltAuth is answered by PIN_AUTH_INVALID since CTAP 2.1",
        },
    },
}

binaries, name, checkout, python, *arguments = sys.argv[1:]
suite = SUITES[name]
home = KeyHome("--test-confirm", profile=suite["profile"], binaries=binaries).start()
environment = {
    "PATH": os.environ["PATH"], "HOME": home.path, "PYTHONPATH": here, "PYTHONDONTWRITEBYTECODE": "1",
    "FOB_CTAP": home.ctap,
}
found = subprocess.run(
    [python, "-m", "pytest", "-p", "no:cacheprovider", "-rfE", "-q", "--tb=short"] + suite["plugin"]
    + (arguments or [suite["tests"]]),
    cwd=checkout, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
print(found.stdout)

failed = re.findall(r"^(?:FAILED|ERROR) (\S+)", found.stdout, re.MULTILINE)
summary = re.findall(r"^=*\s*(\d+ \w+.* in [\d.]+s.*?)\s*=*$", found.stdout, re.MULTILINE)
print(f"{name}: {summary[-1] if summary else 'no summary'}")
surprises = 0
for test in failed:
    reason = next((reason for known, reason in suite["known"].items() if known in test), None)
    surprises += reason is None
    print(f"  {test}: {'known: ' + reason if reason else 'NOT KNOWN'}")
sys.exit(1 if surprises or not summary else 0)
