#!/usr/bin/env bash
# Installs those of the named Debian packages that are missing, as root or through sudo, and says so.
# usage: packages.sh PACKAGE...
set -euo pipefail

if ! command -v dpkg-query >/dev/null; then
    echo "This is no Debian system: please see to it that these are installed: $*" >&2
    exit 0
fi
missing=()
for package in "$@"; do
    state=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || true)
    [[ $state == installed ]] || missing+=("$package")
done
((${#missing[@]} > 0)) || exit 0

as_root=()
if ((EUID != 0)); then
    if ! command -v sudo >/dev/null; then
        echo "Missing packages. As root: apt-get install ${missing[*]}" >&2
        exit 1
    fi
    as_root=(sudo)
fi
echo "Installing missing packages: ${missing[*]}"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
quietly() {
    "$@" >"$log" 2>&1 && return
    cat "$log" >&2
    echo "Could not install: ${missing[*]}" >&2
    exit 1
}
# A server that only tests want is not to listen to the network: its unit is masked before it comes.
if [[ " ${missing[*]} " == *" openssh-server "* && -d /etc/systemd/system && ! -e /etc/systemd/system/ssh.service ]]; then
    quietly "${as_root[@]}" ln -s /dev/null /etc/systemd/system/ssh.service
    echo "ssh.service is masked: tests need the program only. To have the server: systemctl unmask ssh.service"
fi
quietly "${as_root[@]}" apt-get update -q
quietly "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}"
