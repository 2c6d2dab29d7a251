#!/usr/bin/env bash
# Security keys and suspends with a real kernel: a guest without KVM or root boots Debian's kernel on
# the host's files, plugs a key in through fob-uhid, and lets other people's programs use it; another one sleeps; in a third a user
# logs in to a Debian of its own.
# usage: vm.sh DIRECTORY-OF-THE-PROGRAMS [STEP...]
# Each step's result is printed; status 1 if one has failed. Skipped, with status 0, where there is no QEMU or kernel.
set -euo pipefail
shopt -s inherit_errexit
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
source Tests/Scripts/debian.sh

# Seconds. A guest without KVM takes two minutes on an idle machine.
PATIENCE=3600
# What a machine on which a user logs in has beyond the least Debian; systemd loads the last ones where there is a TPM.
PACKAGES=udev,sudo,kmod,libtss2-esys-3.0.2-0,libtss2-rc0,libtss2-mu0,libtss2-tcti-device0
# What the guest loads, with all that these need.
MODULES='9pnet_virtio 9p virtio_pci virtio_blk virtio-rng ext4 autofs4 hid-generic uhid dm-crypt loop algif_skcipher xts aes_generic sha256_generic'

programs=${1:?"usage: vm.sh DIRECTORY-OF-THE-PROGRAMS [STEP...]"}
shift
PATH=$PATH:/usr/sbin:/sbin
for program in qemu-system-x86_64 busybox cpio depmod modprobe; do
    type -P "$program" >/dev/null || skip "there is no $program"
done
[[ $(uname -m) == x86_64 ]] || skip "the guest is an x86-64 machine, this is $(uname -m)"

# -- Debian's kernel, which is only unpacked

place=$PWD/.build/vm
mkdir -p "$place"
exec 9>"$place/lock"
flock 9
package=$(apt-cache depends linux-image-amd64 2>/dev/null | awk '/Depends: linux-image-/ {print $2; exit}' || true)
if [[ -n $package && ! -e $place/$package/complete ]]; then
    rm -rf "${place:?}/$package"
    mkdir -p "$place/$package"
    (cd "$place/$package" && apt-get -q download "$package" >download.log 2>&1 && dpkg-deb -x ./*.deb . && rm ./*.deb &&
        touch complete) || echo "could not get $package: $(tail -n 1 "$place/$package/download.log")" >&2
fi
# Without the network, the one of an earlier run.
complete=$(ls -td "$place"/linux-image-*/complete 2>/dev/null | head -n 1)
[[ -n $complete ]] || skip "there is no kernel package"
kernel=${complete%/complete}

# -- What the guest begins with

scratch=$(mktemp -d "$place/run.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' INT TERM HUP
mkdir -p "$scratch"/{bin,modules,given/bin}
cp "$(type -P busybox)" "$scratch/bin/busybox"
ldd "$scratch/bin/busybox" >/dev/null 2>&1 && skip "busybox is not static (Debian: busybox-static)"
install -m 755 Tests/VM/init "$scratch/init"
version=$(ls "$kernel/lib/modules")
[[ -e $kernel/lib/modules/$version/modules.dep ]] || depmod -b "$kernel" "$version"
for module in $MODULES; do
    modprobe -d "$kernel" -S "$version" --show-depends "$module" || skip "${kernel##*/} has no module $module"
done | awk '$1 == "insmod" && !seen[$2]++ {print $2}' >"$scratch/files"
while read -r file; do
    cp "$file" "$scratch/modules"
    echo "${file##*/}" >>"$scratch/modules/order"
done <"$scratch/files"
cp -r Tests/VM/. systemd/71-fob-uhid.rules systemd/fob-uhid.service systemd/fob-uhid.socket man/fob-uhid.8 .pkg/debian/apparmor "$scratch/given"
rm "$scratch/given/init"
cp -r Tests/EndToEndTests/Support "$scratch/given"
for program in fob fob-main fob-agent fob-authenticator fob-uhid fob-convert fob-hardware fob-scan fob-desktop; do
    # The window is there where GTK is.
    [[ $program == fob-desktop && ! -e $programs/$program ]] || install -s -m 755 "$programs/$program" "$scratch/given/bin"
done
cp "$scratch/bin/busybox" "$scratch/given/bin"
printf '%s\n' "$@" | grep -vE '^(suspend|session|tpm)$' >"$scratch/given/steps" || true
chmod -R a+rX "$scratch/given"
(cd "$scratch" && find init bin modules given | cpio --quiet -o -H newc -R 0:0 | gzip -1 >"$scratch/image")

# -- The guest

log=$place/console
# On a busy host, a guest's interrupts come too late for the kernel's doubts about its timer.
parameters='console=ttyS0 quiet panic=-1 no_timer_check nowatchdog rcupdate.rcu_cpu_stall_suppress=1'
# Boots a guest: its parameters, then more of QEMU's options.
boot() {
    local more=$1
    shift
    timeout --foreground -k 5 "$PATIENCE" qemu-system-x86_64 -accel tcg,thread=multi -cpu max -smp 2 -m 2000 -nodefaults \
        -nographic -no-reboot -serial stdio -kernel "$kernel"/boot/vmlinuz-* -initrd "$scratch/image" \
        -append "$parameters $more" "$@" </dev/null 2>&1 | sed -u 's|\r||g' | tee "$log" |
        grep --line-buffered -E '^(PASSED|FAILED|  )' || true
    local status
    status=$(sed -n 's/^GUEST_STATUS=//p' "$log")
    [[ $status == 0 ]] && return 0
    # Of a step that failed, all is said already.
    [[ -n $status ]] || tail -n 40 "$log" >&2
    echo "The guest ended with status ${status:-unknown}; its console: $log" >&2
    return 1
}
# A Debian on a disk of its own, in which a user logs in: session or, on a machine with a TPM, tpm.
debian() {
    ((EUID == 0)) || skip "the step $1 makes a Debian, which needs root"
    local programs_needed=(debootstrap mkfs.ext4 python3)
    [[ $1 != tpm ]] || programs_needed+=(swtpm)
    for program in "${programs_needed[@]}"; do
        type -P "$program" >/dev/null || skip "the step $1: there is no $program"
    done
    make_debian "$place/debian" "$scratch/debootstrap.log" "$SESSION_PACKAGES,$PACKAGES" || skip "the step $1: debootstrap could not make a Debian here"
    mkdir "$scratch/$1"
    cp -a --reflink=auto "$place/debian" "$scratch/$1/debian"
    make --no-print-directory install DESTDIR="$scratch/$1/debian" BUILT="$programs" HAS_GTK= >"$scratch/install.log" 2>&1 || {
        tail -n 5 "$scratch/install.log" >&2
        return 1
    }
    (cd "$scratch" && find init bin modules | cpio --quiet -o -H newc -R 0:0 | gzip -1 >begin)
    PYTHONDONTWRITEBYTECODE=1 timeout -k 5 "$PATIENCE" python3 "Tests/VM/$1.py" "$scratch/$1/debian" "$programs" \
        "$kernel"/boot/vmlinuz-* "$scratch/begin" "$scratch/$1" "$place/console-$1" </dev/null
}
steps=" $* "
failed=0
if (($# == 0)) || [[ $steps == *' suspend '* ]]; then boot fob.suspend || failed=1; fi
for step in session tpm; do
    if (($# == 0)) || [[ $steps == *" $step "* ]]; then (debian $step) || failed=1; fi
done
# The host's files and what these steps need.
steps=${steps// suspend / }
steps=${steps// tpm / }
if [[ ${steps// session / } =~ [^\ ] ]] || (($# == 0)); then
    boot '' -device virtio-rng-pci \
        -virtfs "local,path=/,mount_tag=host,security_model=none,readonly=on,multidevs=remap" || failed=1
fi
exit $failed
