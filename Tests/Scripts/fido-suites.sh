#!/bin/bash
# Public suites for FIDO2 authenticators, run against the CTAP door: fido-suites.sh BINARIES DIRECTORY [NAME], or
# fido-suites.sh --check DIRECTORY to see whether they are there.
# DIRECTORY holds checkouts of one or both: python-fido2 (https://github.com/Yubico/python-fido2) and fido2-tests
# (https://github.com/solokeys/fido2-tests). What they need of PyPI goes into a cache directory.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
binaries=${1:?usage: fido-suites.sh BINARIES DIRECTORY [NAME]}
directory=${2:-}
only=${3:-}
cache=${XDG_CACHE_HOME:-$HOME/.cache}/fob-tests

if [ -z "$directory" ] || [ ! -d "$directory" ]; then
    cat >&2 <<'END'
The suites are not part of this repository. Fetch one or both of them, and name the directory that they are in:
  git clone https://github.com/Yubico/python-fido2 DIR/python-fido2
  git clone https://github.com/solokeys/fido2-tests DIR/fido2-tests
  make test-fido SUITES=DIR
END
    exit 2
fi
[ "$binaries" != --check ] || exit 0

# environment NAME REQUIREMENT...: a Python of its own with those packages; prints its interpreter.
environment() {
    local place=$cache/$1
    shift
    if [ ! -e "$place/complete" ]; then
        rm -rf "$place"
        python3 -m venv "$place" >&2 || { echo "python3 cannot make environments; on Debian: apt-get install python3-venv" >&2; exit 1; }
        "$place/bin/pip" install -q --disable-pip-version-check "$@" >&2
        touch "$place/complete"
    fi
    echo "$place/bin/python"
}

status=0
ran=0
for name in python-fido2 fido2-tests; do
    [ -z "$only" ] || [ "$only" = "$name" ] || continue
    if [ ! -d "$directory/$name/tests" ]; then
        echo "$name: not in $directory, left out" >&2
        continue
    fi
    # The second is written for a library of 2020.
    case $name in
    python-fido2) python=$(environment suite-python-fido2 pytest cryptography) ;;
    fido2-tests) python=$(environment suite-fido2-tests pytest pytest-ordering seedweed fido2==0.8.1 'cryptography<40') ;;
    esac
    ran=1
    python3 "$here/../Suites/suites.py" "$binaries" "$name" "$directory/$name" "$python" || status=1
done
[ "$ran" = 1 ] || { echo "no suite in $directory" >&2; exit 2; }
exit $status
