#!/usr/bin/env bash
# No option for tests is in release programs: they refuse those as unknown, and do not even have their names.
#
#   release.sh [DIRECTORY]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

built=${1:-.build/release}
# All that the sources name: a new one cannot be forgotten here.
mapfile -t options < <(grep -rhoE -e '--test-[a-z-]+' Sources | sort -u)
mapfile -t of_agent < <(grep -hoE -e '--test-[a-z-]+' Sources/fob-agent/Options.swift | sort -u)
[[ ${#options[@]} -ge 13 && ${#of_agent[@]} -ge 9 ]] || { echo "the options for tests are not found in Sources" >&2; exit 1; }
# Variables that only tests set.
options+=(FOB_TEST_)
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
for option in "${of_agent[@]}"; do
    # One that takes the option tells its version.
    said=$("$built/fob-agent" "$option" 1 --version 2>&1) && code=0 || code=$?
    [[ $code == 64 && $said == *"unknown option $option"* ]] || { echo "fob-agent $option: $code, $said" >&2; status=1; }
done
python3 Tests/EndToEndTests/Support/executables.py "$built" || status=1
exit "$status"
