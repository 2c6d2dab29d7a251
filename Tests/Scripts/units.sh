#!/usr/bin/env bash
# The units are free of mistakes and warnings, as systemd-analyze sees them; --score prints the exposure too.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

if ! command -v systemd-analyze >/dev/null; then
    echo "skipped: the units are not checked, there is no systemd-analyze"
    exit 0
fi
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
# A stand-in for the program, which need not be installed.
for unit in systemd/fob-*; do
    place=$scratch/user
    [[ $unit != */fob-uhid.* && $unit != */fob-unlock@.* ]] || place=$scratch/system
    mkdir -p "$place"
    sed "s|^ExecStart=/usr/local/[a-z/-]*|ExecStart=$(type -P true)|" "$unit" >"$place/${unit##*/}"
done
export XDG_RUNTIME_DIR=$scratch
for manager in user system; do
    found=$(systemd-analyze "--$manager" --man=no verify "$scratch/$manager"/fob-* 2>&1) || found=${found:-failed}
    if [[ -n $found ]]; then
        echo "systemd-analyze verify: $found" >&2
        exit 1
    fi
    [[ ${1:-} != --score ]] || for service in "$scratch/$manager"/*.service; do
        systemd-analyze "--$manager" --no-pager security --offline=true "$service" | tail -n 1
    done
done
