#!/usr/bin/env bash
# The user units are free of mistakes and warnings, as systemd-analyze sees them; --score prints the exposure too.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

if ! command -v systemd-analyze >/dev/null; then
    echo "skipped: the units are not checked, there is no systemd-analyze"
    exit 0
fi
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
# A stand-in for the program, which need not be installed.
for service in fob-agent fob-authenticator fob-backup; do
    sed "s|^ExecStart=/usr/local/bin/[a-z-]*|ExecStart=$(type -P true)|" "systemd/$service.service" \
        >"$scratch/$service.service"
done
cp systemd/*.{socket,path,timer} "$scratch"
export XDG_RUNTIME_DIR=$scratch
found=$(systemd-analyze --user --man=no verify "$scratch"/fob-* 2>&1) || found=${found:-failed}
if [[ -n $found ]]; then
    echo "systemd-analyze verify: $found" >&2
    exit 1
fi
[[ ${1:-} != --score ]] || for service in fob-agent fob-authenticator fob-backup; do
    systemd-analyze --user --no-pager security --offline=true "$scratch/$service.service" | tail -n 1
done
