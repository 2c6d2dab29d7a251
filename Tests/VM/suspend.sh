#!/bin/busybox sh
# The whole of a guest that sleeps: real suspends to memory, over which lock times go on. Of the host it has nothing, whose file
# system would not wake with it; the programs are static.
mkdir -p /dev /sys /tmp /run /home
mount -t devtmpfs none /dev
mount -t sysfs none /sys
mount -t tmpfs -o mode=1777 none /tmp
mount -t tmpfs -o mode=755 none /run
mkdir -m 700 /run/fob
export PATH=/given/bin:/bin HOME=/home FOB_HOME=/home/fob XDG_RUNTIME_DIR=/run/fob XDG_CONFIG_HOME=/home LC_ALL=C

finish() {
    # Behind what the firmware has written without an end of line.
    echo
    echo "$1 suspend: $2"
    echo "GUEST_STATUS=$3"
    poweroff -f
}
fail() {
    tail -n 20 /tmp/said /tmp/agent 2>/dev/null | sed 's/^/  /'
    finish FAILED "$1" 1
}
# Runs a command that must end with a status.
ends() {
    wanted=$1
    shift
    "$@" >/tmp/said 2>&1
    status=$?
    [ $status = "$wanted" ] || fail "$* ended with $status instead of $wanted"
}
unlock() { ends 0 fob unlock --passphrase-fd 3 3</tmp/passphrase; }
# Seconds since the start, with those asleep, and without them.
with_sleep() { cut -d. -f1 /proc/uptime; }
awake() { awk '/^now at/ {print int($3 / 1e9)}' /proc/timer_list; }
# Sleeps for 75 seconds of the machine's clock, which the program's own clock does not count.
suspend() {
    before=$(with_sleep) slept_before=$(($(with_sleep) - $(awake)))
    echo 0 >/sys/class/rtc/rtc0/wakealarm
    echo +75 >/sys/class/rtc/rtc0/wakealarm
    echo mem >/sys/power/state || fail "the kernel does not suspend: $(dmesg | tail -n 1)"
    passed=$(($(with_sleep) - before)) slept=$(($(with_sleep) - $(awake) - slept_before))
    [ "$slept" -ge 65 ] || fail "of $passed seconds the machine slept $slept"
    total=$((${total:-0} + slept))
}

printf 'a passphrase for the guest' >/tmp/passphrase
fob-agent >/tmp/agent 2>&1 &
for _ in 1 2 3 4 5 6 7 8 9 10; do
    [ -S /run/fob/fob/agent.sock ] && break
    sleep 1
done
ends 0 fob init --passphrase-fd 3 3</tmp/passphrase
echo 'otpauth://totp/Example:alice?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ' | ends 0 fob add --secret-fd 0
echo 'otpauth://totp/Bank:bob?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP' | ends 0 fob add --secret-fd 0 --confirm

# The first request after a sleep finds the vault locked.
ends 0 fob settings --absolute 60s
ends 0 fob code alice
suspend
ends 2 fob code --no-ask alice
unlock
ends 0 fob code alice
# A question that waited over the sleep gets no code any more.
setsid fob code bob >/tmp/code 2>/tmp/waiting &
waiting=$!
for _ in 1 2 3 4 5 6 7 8 9 10; do
    fob confirm --list >/tmp/said 2>&1
    grep -q Bank /tmp/said && break
    sleep 1
done
grep -q Bank /tmp/said || fail "no question is raised: $(cat /tmp/waiting)"
suspend
setsid fob confirm --all --yes >/tmp/said 2>&1
wait $waiting && fail "a code was given for a question from before the sleep"
[ -s /tmp/code ] && fail "a code was printed: $(cat /tmp/waiting)"
ends 2 fob code --no-ask alice
unlock
ends 0 fob code alice
finish PASSED "asleep for $total seconds in two suspends to memory; the first request after each found the vault locked" 0
