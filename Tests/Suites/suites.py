"""Runs the public test suites of FIDO2 authenticators against fob's CTAP door: python-fido2's tests/device and SoloKeys'
fido2-tests. They are never part of this repository: fido-suites.sh says where they are to be had.

    suites.py BINARIES NAME CHECKOUT PYTHON [ARGUMENT ...]

The suites touch the key by nobody's hand and wipe it. Each runs twice: against an agent of one profile, which says yes to
everything (--test-confirm) and lets itself be reset (--test-authenticator); and against one as users have it, whose
questions a person answers, who is a script.
"""

import os
import re
import subprocess
import sys

here = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(here, "..", "EndToEndTests", "Support"))
# The suites run in their checkouts.
os.environ["FOB_BIN"] = sys.argv[1] = os.path.abspath(sys.argv[1])
from security_key import PASSPHRASE, KeyHome, Person

# What each suite is run with, and what it finds that is no fault of fob: the reason stands behind each name.
CTAP_21 = {
    "test_Check_up_option": "CTAP 2.0 refused the option up in makeCredential; since 2.1 up=true is allowed",
    "test_zero_length_pin_auth": "with a PIN set, an empty pinAuth is answered by PIN_INVALID since CTAP 2.1",
    "test_bad_auth": "a wrong saltAuth is answered by PIN_AUTH_INVALID since CTAP 2.1",
}
# What the profile of CTAP 2.0 does not do, and users have.
AS_USERS_HAVE_IT = {
    "test_get_no_pin_auth": "CTAP 2.1 (makeCredUvNotRqd): keys that are not discoverable are made without verification",
    "test_make_credential_no_pin": "as well (makeCredUvNotRqd)",
    "test_Check_that_AT_flag_is_not_set": "the test takes the flag BE of WebAuthn Level 3 for a reserved one",
    "test_rk_maximum_size_nodisplay": "CTAP 2.1 has no icons any more",
    "test_rk_maximum_list_capacity_per_rp_nodisplay": "CTAP 2.1 has no icons any more",
}
SUITES = {
    "python-fido2": {
        "tests": "tests/device", "plugin": ["-p", "python_fido2_door"], "profiles": {"pin-only": {}, None: {}},
    },
    "fido2-tests": {
        "tests": "tests/standard", "plugin": ["--sim", "-p", "fido2_tests_order"],
        "profiles": {"ctap20": CTAP_21, None: CTAP_21 | AS_USERS_HAVE_IT},
    },
}


def run(name, profile, known, checkout, python, arguments):
    """Whether what failed is known."""
    suite = SUITES[name]
    if profile:
        home = KeyHome("--test-confirm", profile=profile, binaries=binaries).start()
    else:
        home = KeyHome(shipped=True, binaries=binaries).start()
        person = Person(home)
    environment = {
        "PATH": os.environ["PATH"], "HOME": home.path, "PYTHONPATH": here, "PYTHONDONTWRITEBYTECODE": "1",
        "FOB_CTAP": home.ctap,
    }
    if not profile:
        environment |= {**home.environment, "FOB": os.path.join(binaries, "fob"), "FOB_PASSPHRASE": PASSPHRASE.decode()}
    found = subprocess.run(
        [python, "-m", "pytest", "-p", "no:cacheprovider", "-rfEs", "-q", "--tb=short"] + suite["plugin"]
        + (arguments or [suite["tests"]]),
        cwd=checkout, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    print(found.stdout)
    if not profile:
        person.go()
    home.stop()
    failed = re.findall(r"^(?:FAILED|ERROR) (\S+)", found.stdout, re.MULTILINE)
    summary = re.findall(r"^=*\s*(\d+ \w+.* in [\d.]+s.*?)\s*=*$", found.stdout, re.MULTILINE)
    print(f"{name}, {profile or 'as shipped'}: {summary[-1] if summary else 'no summary'}")
    surprises = 0
    for test in failed:
        reason = next((reason for part, reason in known.items() if part in test), None)
        surprises += reason is None
        print(f"  {test}: {'known: ' + reason if reason else 'NOT KNOWN'}")
    return bool(summary) and not surprises


binaries, name, checkout, python, *arguments = sys.argv[1:]
profiles = os.environ.get("PROFILES")
outcomes = [run(name, profile, known, checkout, python, arguments) for profile, known in SUITES[name]["profiles"].items()
            if profiles is None or str(profile) in profiles.split()]
sys.exit(0 if all(outcomes) else 1)
