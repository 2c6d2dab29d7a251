#!/usr/bin/env bash
# No option for tests is in release programs: they refuse those as unknown, and do not even have their names.
#
#   release.sh [DIRECTORY]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

built=${1:-.build/release}
options=(--test-time --test-cheap-derivation --test-backup-quiet --test-authenticator --test-confirm --test-stay-dumpable
    --test-profile --test-escape --test-landlock-only --test-most-keys --test-device --test-patience
    --test-filter-only FOB_TEST_PROGRAMS)
if [[ ! -x $built/fob-agent ]]; then
    echo "skipped: options of release programs are not checked, nothing is in $built (make build)"
    exit 0
fi
if [[ -n $(find Sources/fob-agent Package.swift -newer "$built/fob-agent") ]]; then
    echo "skipped: options of release programs are not checked, $built is older than the sources (make build)"
    exit 0
fi
status=0
for program in "$built"/fob*; do
    [[ -f $program && -x $program ]] || continue
    for option in "${options[@]}"; do
        ! grep -qF -e "$option" "$program" || { echo "$program knows $option" >&2; status=1; }
    done
done
for option in "${options[@]:0:6}"; do
    # One that takes the option tells its version.
    said=$("$built/fob-agent" "$option" 1 --version 2>&1) && code=0 || code=$?
    [[ $code == 64 && $said == *"unknown option $option"* ]] || { echo "fob-agent $option: $code, $said" >&2; status=1; }
done
python3 Tests/EndToEndTests/Support/executables.py "$built" || status=1
exit "$status"
