#!/usr/bin/env bash
# A tarball for other distributions, in .build/dist, of what needs no library of theirs: agent, command, listeners, provider. What
# reads other programs' files and pictures is dynamic and is built where it runs. Beside it: what is inside (SPDX), checksums.
# The same sources, compiler and libraries give the same bytes; --check builds twice, in two places, and compares.
#
#   dist.sh [--check]      FOB_BUILT=DIRECTORY takes release programs from there
set -euo pipefail
shopt -s inherit_errexit
cd "$(dirname "${BASH_SOURCE[0]}")/.."

release=$(sed -n 's/.*static let release = "\(.*\)"/\1/p' Sources/Platform/System/Command.swift)
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct 2>/dev/null || stat -c %Y CHANGELOG.md)
export SOURCE_DATE_EPOCH
name=fob-$release-linux-$(uname -m)

# make_in DIRECTORY BUILT: the tarball there, of the release programs in BUILT.
make_in() {
    local tree=$1/$name made=$1/made
    rm -rf "$1"
    mkdir -p "$tree"
    make --no-print-directory install BUILT="$2" DESTDIR="$PWD/$made" PREFIX=/usr/local SYSTEMUNITDIR=/usr/local/lib/systemd/system \
        UDEVDIR=/usr/local/lib/udev/rules.d HAS_GTK= WEBEXTDIR=/usr/local/share/webext/fob WEBEXT_LINKS= >/dev/null
    cp -R "$made/usr/local/." "$tree"
    rm -rf "$made"
    local program
    for program in "$tree"/bin/* "$tree"/libexec/fob/*; do
        ! readelf --dynamic "$program" | grep -q NEEDED || rm "$program"
    done
    rm -f "$tree/share/man/man1/fob-desktop.1"
    # The two that tell one build from another: a number of the linker's, and hashes of where the sources lay.
    for program in "$tree"/bin/* "$tree"/libexec/fob/* "$tree"/lib/*.so; do
        objcopy --strip-all --remove-section=.comment --remove-section=.note.gnu.build-id --remove-section=.swift_modhash "$program"
    done
    # Units of what is not here.
    for program in "$tree"/lib/systemd/user/*.service; do
        [[ -x $tree/bin/$(sed -n 's|^ExecStart=/usr/local/bin/\([a-z-]*\).*|\1|p' "$program") ]] || rm "$program"
    done
    cp LICENSE README.md README.ja.md CHANGELOG.md "$tree"
    python3 .pkg/sbom.py "$release" "$tree" >"$1/$name.spdx.json"
    tar --create --directory "$1" --sort=name --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner \
        --mode='u+rwX,go+rX,go-w' --format=ustar "$name" | gzip --no-name -9 >"$1/$name.tar.gz"
    rm -rf "$tree"
    (cd "$1" && sha256sum "$name".* >SHA256SUMS)
}

if [[ ! ${FOB_BUILT:-} ]]; then make --no-print-directory build; fi
make_in .build/dist "${FOB_BUILT:-.build/release}"
if [[ ${1:-} == --check ]]; then
    other=$(mktemp -d)
    trap 'rm -rf "$other"' EXIT
    git ls-files -z | tar --create --null --files-from - | tar --extract --directory "$other"
    make --no-print-directory -C "$other" build >/dev/null
    make_in .build/dist-again "$other/.build/release"
    diff .build/dist/SHA256SUMS .build/dist-again/SHA256SUMS || { echo "the two builds differ" >&2; exit 1; }
    rm -rf .build/dist-again
    echo "built twice: the same"
fi
cat .build/dist/SHA256SUMS
