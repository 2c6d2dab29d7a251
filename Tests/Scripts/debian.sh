# To be sourced: a Debian in a directory, for scripts that try fob in one.

# With sessions: polkit, because without it logind delays no sleep for a user's program; libsodium, which fob-session takes
# from the system.
SESSION_PACKAGES=systemd,systemd-sysv,dbus,dbus-user-session,libpam-systemd,libsodium23,login,polkitd

skip() {
    echo "skipped: $*"
    exit 0
}
# newcomers_debian TARGET KEPT PACKAGE,... TOOL...: a Debian in $root with a user newcomer, which stays in the directory KEPT where
# one is named, and the directory $scratch; skips where it cannot be made.
newcomers_debian() {
    ((EUID == 0)) || skip "a container needs root; as root: make $1"
    Tests/Scripts/packages.sh debootstrap "${@:4}" || skip "what makes containers is missing"
    scratch=$(mktemp -d)
    trap 'rm -rf "$scratch"' EXIT
    trap 'exit 130' INT TERM HUP
    root=${2:-$scratch}/debian
    make_debian "$root" "$scratch/debootstrap.log" "$3" || skip "debootstrap could not make a Debian here"
    chroot "$root" userdel --remove newcomer 2>/dev/null || true
    chroot "$root" useradd --create-home --shell /bin/bash newcomer
}
# What was to be installed, and was not.
not_installed() {
    tail -n 20 "$scratch/install.log"
    exit 1
}
# make_debian ROOT LOG PACKAGE,...: a Debian with these packages, which one of an earlier run serves as; 1 when it cannot be made.
make_debian() {
    [[ ! -e $1/complete || $(cat "$1/complete") != "$3" ]] || return 0
    echo 'Making a Debian (a minute or two)'
    mkdir -p "$(dirname "$1")"
    rm -rf "$1"
    local mirror
    mirror=$(cat /etc/apt/sources.list.d/*.sources 2>/dev/null | awk '/^URIs:/ {print $2; exit}')
    [[ -n $mirror ]] || mirror=$(awk '$1 == "deb" {for (i = 2; i <= NF; i++) if ($i ~ /^http/) {print $i; exit}}' \
        /etc/apt/sources.list 2>/dev/null || true)
    # shellcheck disable=SC2086
    debootstrap --variant=minbase --include="$3" bookworm "$1" $mirror >"$2" 2>&1 || {
        tail -n 5 "$2"
        return 1
    }
    chroot "$1" apt-get clean
    echo "$3" >"$1/complete"
}
# in_debian ROOT COMMAND...
in_debian() {
    local root=$1
    shift
    chroot "$root" env DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 "$@"
}
# get_debian ROOT PACKAGES: apt is asked for what is in /packages, with the host's proxies, where it has any.
get_debian() {
    cp -R /etc/apt/apt.conf.d/. "$1/etc/apt/apt.conf.d/"
    cp /etc/resolv.conf "$1/etc/"
    rm -rf "$1/packages"
    mkdir "$1/packages"
    cp "$2"/*.deb "$1/packages"
    in_debian "$1" apt-get -q update
}
