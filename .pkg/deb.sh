#!/usr/bin/env bash
# Debian packages of the tree, in .build/deb: built without network, as an ordinary user or root. FOB_BUILT=DIRECTORY takes
# release programs from there instead of building them.
#
#   deb.sh [--lint]
set -euo pipefail
shopt -s inherit_errexit
cd "$(dirname "${BASH_SOURCE[0]}")/.."

release=$(sed -n 's/.*static let release = "\(.*\)"/\1/p' Sources/Platform/System/Command.swift)
[[ $release ]] || { echo "no release is found in Sources" >&2; exit 1; }
# A state between two releases is older than the next one.
version=$release
if commits=$(git rev-list --count HEAD 2>/dev/null); then
    git describe --exact-match --tags --match "v$release" HEAD >/dev/null 2>&1 || version=$release+git$commits
    SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
else
    SOURCE_DATE_EPOCH=$(stat -c %Y CHANGELOG.md)
fi
export SOURCE_DATE_EPOCH

place=.build/deb
tree=$place/fob-$version
rm -rf "$place"
mkdir -p "$tree"
if git rev-parse --git-dir >/dev/null 2>&1; then git ls-files -z; else find . -name '.build*' -prune -o -type f -print0; fi |
    tar --create --null --no-recursion --files-from - | tar --extract --directory "$tree"
cp -R .pkg/debian "$tree/debian"
{
    printf 'fob (%s) unstable; urgency=medium\n\n  * See CHANGELOG.md.\n\n' "$version"
    printf -- ' -- %s  %s\n' "$(sed -n 's/^Maintainer: //p' .pkg/debian/control)" "$(date -R -u -d "@$SOURCE_DATE_EPOCH")"
} >"$tree/debian/changelog"
if [[ ${FOB_BUILT:-} ]]; then
    FOB_BUILT=$(realpath "$FOB_BUILT")
    export FOB_BUILT
else
    # What Swift's package manager has fetched already; the build itself reaches no network.
    swift package resolve
    mkdir "$tree/.build"
    cp -R .build/checkouts .build/repositories .build/workspace-state.json "$tree/.build"
    cp Package.resolved "$tree"
fi
offline=(unshare --net)
"${offline[@]}" true 2>/dev/null || offline=(unshare --user --map-root-user --net)
"${offline[@]}" true 2>/dev/null || { offline=(); echo 'deb.sh: the network is not taken away: not allowed here' >&2; }
(cd "$tree" && "${offline[@]}" dpkg-buildpackage --no-sign --build=binary >../build.log 2>&1) ||
    { tail -n 40 "$place/build.log" >&2; exit 1; }
rm -rf "$tree"
if [[ ${1:-} == --lint ]]; then
    for profile in .pkg/debian/apparmor/*; do
        apparmor_parser --skip-kernel-load --skip-cache --quiet "$profile" 2>"$place/profile.log" || { cat "$place/profile.log" >&2; exit 1; }
    done
    (cd "$place" && lintian --pedantic --display-info --fail-on error,warning,info,pedantic --allow-root ./*.changes)
fi
ls "$place"/*.deb
