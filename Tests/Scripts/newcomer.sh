#!/usr/bin/env bash
# A newcomer's ten minutes from the Debian packages: in a fresh Debian they are installed by apt, and an ordinary user goes from
# there to a vault, a copied code, a printed kit and a verified backup by clicking, in English and in Japanese; and what otpauth: links
# and backups are opened by. Run as root by `make test-deb`.
#
#   newcomer.sh DIRECTORY    # of the packages
#
# FOB_NEWCOMER_ROOT: a directory in which the Debian is kept for the next time; without it, it is removed at the end.
set -euo pipefail
shopt -s inherit_errexit
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
source Tests/Scripts/debian.sh

# What stands for the desktop: a session bus, a server for windows without a screen, who reads aloud, and a hand.
tools=(adwaita-icon-theme at-spi2-core dbus desktop-file-utils fonts-dejavu-core gir1.2-atspi-2.0 imagemagick libfile-mimeinfo-perl
    libglib2.0-bin locales oathtool openbox python3-gi qrencode x11-utils xclip xdg-utils xdotool xvfb)
newcomers_debian test-deb "${FOB_NEWCOMER_ROOT:-}" dbus
in_debian "$root" apt-get -q -y purge 'fob*' >"$scratch/install.log" 2>&1 || true
{
    get_debian "$root" "$1"
    in_debian "$root" apt-get -q -y install --no-install-recommends "${tools[@]}"
    in_debian "$root" localedef -i ja_JP -f UTF-8 ja_JP.UTF-8
    in_debian "$root" sh -c 'cd /packages && apt-get -q -y install --no-install-recommends ./fob_*.deb ./fob-desktop_*.deb'
} >>"$scratch/install.log" 2>&1 || not_installed
rm -rf "$root/tests"
mkdir -p "$root"/tests/{Tests/EndToEndTests,Sources/fob-desktop/Data}
cp -R Tests/EndToEndTests/Support "$root/tests/Tests/EndToEndTests"
cp Sources/fob-desktop/Data/ja.po "$root/tests/Sources/fob-desktop/Data"
# Processes, network and mounts of their own, which end with the journey. The shell is the parent of those that lose theirs.
journey() {
    # shellcheck disable=SC2016
    unshare --mount --pid --fork --kill-child --net --ipc sh -c '
        mount --rbind /dev "$1/dev" && mount -t proc proc "$1/proc" && mount -t tmpfs tmpfs "$1/tmp" &&
        chroot --userspec=newcomer:newcomer "$1" env -i HOME=/home/newcomer PATH=/usr/bin:/bin PYTHONDONTWRITEBYTECODE=1 \
            timeout 280 python3 /tests/Tests/EndToEndTests/Support/"$2" /usr $3' sh "$root" "$@" </dev/null
}
for language in en ja; do journey desktop_newcomer.py $language; done
journey desktop_links.py
