#!/usr/bin/env bash
# Makes a small Debian in a directory, as root, unless it is there already. Status 1, with the reason, if it cannot.
# usage: debian.sh DIRECTORY [FURTHER-PACKAGE...]
set -euo pipefail
shopt -s inherit_errexit

root=$1
shift
[[ ! -e $root/complete || $(cat "$root/complete") != "$*" ]] || exit 0
# polkit, because without it logind delays no sleep for a user's program; libsodium, which fob-session takes from the system.
packages=systemd,systemd-sysv,dbus,dbus-user-session,libpam-systemd,libsodium23,login,polkitd
echo 'Making a Debian (a minute or two)'
rm -rf "$root"
mkdir -p "$root"
mirror=$(cat /etc/apt/sources.list.d/*.sources 2>/dev/null | awk '/^URIs:/ {print $2; exit}')
[[ -n $mirror ]] || mirror=$(awk '$1 == "deb" {for (i = 2; i <= NF; i++) if ($i ~ /^http/) {print $i; exit}}' \
    /etc/apt/sources.list 2>/dev/null || true)
log=$(mktemp)
trap 'rm -f "$log"' EXIT
# shellcheck disable=SC2086
debootstrap --variant=minbase --include="$(IFS=,; echo "$packages${*:+,$*}")" bookworm "$root" $mirror >"$log" 2>&1 || {
    tail -n 5 "$log"
    exit 1
}
chroot "$root" apt-get clean
echo "$*" >"$root/complete"
