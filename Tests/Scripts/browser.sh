#!/usr/bin/env bash
# The extension in Debian's browsers, with an agent of these programs: browser.sh DIRECTORY-OF-THE-PROGRAMS [BROWSER...]
# py_webauthn comes from PyPI into .build/webauthn; without a network the script verifies alone. A browser that is not here is
# skipped.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
FOB_BIN=$(realpath "${1:?"usage: browser.sh DIRECTORY-OF-THE-PROGRAMS [BROWSER...]"}")
export FOB_BIN
shift
python3 Tests/Browser/lint.py
folder=.build/webauthn
if [ ! -x $folder/bin/python3 ]; then
    if ! { python3 -m venv $folder && timeout 120 $folder/bin/pip install --quiet --disable-pip-version-check webauthn==2.7.0; }; then
        rm -rf $folder
        echo 'py_webauthn cannot be had from PyPI: the script verifies alone' >&2
    fi
fi
python=python3
[ ! -x $folder/bin/python3 ] || python=$folder/bin/python3
status=0
(($#)) || set -- chromium firefox
for browser in "$@"; do
    code=0
    timeout 300 "$python" Tests/Browser/run.py "$browser" || code=$?
    case $code in
    0) ;;
    77) echo "skipped: $browser" ;;
    *) status=1 ;;
    esac
done
exit $status
