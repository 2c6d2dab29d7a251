#!/usr/bin/env bash
# A real login: a Debian with systemd is booted in a container, fob is installed there with `make install`, and a user
# logs in, enables the socket unit, and uses it. Run as root by `make test-login`, after a release build.
#
# FOB_LOGIN_PACKAGES: a directory with Debian packages of fob, which are installed instead: `make test-deb`. Then the sockets are
# there at login; in the end the packages go, and the vault stays.
# FOB_LOGIN_ROOT: a directory in which the Debian is kept for the next time; without it, it is removed at the end.
set -euo pipefail
shopt -s inherit_errexit
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
source Tests/Scripts/debian.sh

newcomers_debian test-login "${FOB_LOGIN_ROOT:-}" "$SESSION_PACKAGES" oathtool procps python3 systemd-container
container=
leader=
cleanup() {
    if [[ -n $leader ]]; then
        # systemd's signal for "power off".
        kill -RTMIN+4 "$leader" 2>/dev/null || true
        for _ in {1..100}; do
            kill -0 "$container" 2>/dev/null || break
            sleep 0.2
        done
    fi
    if [[ -n $container ]]; then kill -KILL "$container" 2>/dev/null || true; fi
    rm -rf "$scratch"
}
trap cleanup EXIT

# -- What is installed

# What a run before this one has installed: also below /etc, where a package asks before it overwrites anything.
make --no-print-directory uninstall DESTDIR="$root" >/dev/null
rm -rf "${root:?}"/var/log/journal/* "$root"/usr/local
in_root() { in_debian "$root" "$@"; }
if [[ ${FOB_LOGIN_PACKAGES:-} ]]; then
    packages=()
    for file in "$FOB_LOGIN_PACKAGES"/*.deb; do packages+=("$(dpkg-deb --field "$file" Package)"); done
    {
        in_root apt-get -q -y purge "${packages[@]}"
        get_debian "$root" "$FOB_LOGIN_PACKAGES"
        in_root sh -c 'apt-get -q -y install --no-install-recommends /packages/*.deb'
    } >"$scratch/install.log" 2>&1 || not_installed
else
    make --no-print-directory install DESTDIR="$root" >"$scratch/install.log" || not_installed
fi

# -- Its boot

# Containers are refused mlock and memfd_secret unless asked for; a user of a real machine has both.
setsid systemd-nspawn --quiet --directory="$root" --boot --register=no --keep-unit --private-network \
    --system-call-filter='@memlock memfd_secret' </dev/null >"$scratch/boot.log" 2>&1 &
container=$!
inside() { nsenter --target "$leader" --mount --uts --ipc --net --pid --cgroup -- "$@"; }
for _ in {1..60}; do
    kill -0 "$container" 2>/dev/null || break
    leader=$(pgrep --parent "$container" --exact systemd || true)
    if [[ -n $leader ]] && [[ $(inside systemctl is-system-running 2>/dev/null) =~ ^(running|degraded)$ ]]; then break; fi
    sleep 1
done
if [[ -z $leader ]] || ! inside systemctl is-active --quiet multi-user.target; then
    tail -n 5 "$scratch/boot.log"
    skip "the container does not boot here"
fi
user=$(inside id -u newcomer)

# -- Logging in

# Runs a command line in a login of its own: PAM, logind and the user's manager, as on a console.
login() {
    inside systemd-run --quiet --wait --pipe --collect --property=User=newcomer --property=PAMName=login \
        --setenv=XDG_SESSION_CLASS=user --setenv=XDG_SESSION_TYPE=tty -- /bin/bash -lc "$1"
}
# A login that stays: `ask` runs a command line in it, sets `answer` to what it prints and returns its status.
log_in() { coproc session { login 'while IFS= read -r line; do eval "$line" 2>&1 </dev/null; printf "\n--- %d\n" $?; done' 2>&1; }; }
log_out() {
    local process=$session_PID
    eval "exec ${session[1]}>&-"
    wait "$process" || true
    # The manager lingers for ten seconds.
    for _ in {1..150}; do
        [[ -d /proc/$leader/root/run/user/$user ]] || return 0
        sleep 0.2
    done
    fail "the user's manager is still there after logout"
}
ask() {
    local line
    answer=
    printf '%s\n' "$1" >&"${session[1]}"
    while IFS= read -r line <&"${session[0]}"; do
        if [[ $line == '--- '* ]]; then
            answer=${answer%$'\n'}
            return "${line#--- }"
        fi
        answer+=${answer:+$'\n'}$line
    done
    fail "the login ended while it was asked: $1"
}

# -- Checks

step() { printf '%s\n' "$*"; }
fail() {
    printf 'FAILED: %s\n' "$*" >&2
    if [[ -n ${answer:-} ]]; then printf 'last answer:\n%s\n' "$answer" >&2; fi
    inside journalctl --no-pager --lines=40 >&2 || true
    exit 1
}
expect() { # STATUS COMMAND
    local status=0
    ask "$2" || status=$?
    ((status == $1)) || fail "'$2' ended with status $status instead of $1"
}
expect_answer() { # ANSWER COMMAND
    ask "$2" || true
    [[ $answer == "$1" ]] || fail "'$2' says '$answer' instead of '$1'"
}
agent_runs() {
    local process space
    space=$(readlink "/proc/$leader/ns/pid")
    for process in /proc/[0-9]*; do
        if [[ $(cat "$process/comm" 2>/dev/null) == fob-agent && $(readlink "$process/ns/pid") == "$space" ]]; then
            return 0
        fi
    done
    return 1
}
scan() { python3 Tests/Scripts/login_scan.py "$leader" "$scratch/secrets" "$@" || fail "a secret was left"; }
nothing_left() {
    ! agent_runs || fail "an agent is left"
    [[ ! -e /proc/$leader/root/run/user/$user/fob/agent.sock ]] || fail "a socket is left"
    scan
}
right_code() { # here | elsewhere: in the login that is there, or in another one
    local expected
    for _ in 1 2; do
        if [[ $1 == here ]]; then
            ask 'fob code --no-ask Example' || true
        else
            answer=$(login 'fob code --no-ask Example' 2>&1 || true)
        fi
        expected=$(oathtool --base32 --totp - <<<"$secret")
        if [[ $answer == "$expected" ]]; then return 0; fi
    done
    fail "the code is '$answer' instead of '$expected'"
}

key=$(head -c 20 /dev/urandom | od -An -v -tx1 | tr -d ' \n')
secret=$(printf '%b' "$(sed 's/../\\x&/g' <<<"$key")" | base32)
passphrase=$(head -c 18 /dev/urandom | base64)
printf 'key %s\npassphrase %s\n' "$key" "$(printf %s "$passphrase" | od -An -v -tx1 | tr -d ' \n')" >"$scratch/secrets"
# What a person would type lies in files, which are gone before anything is scanned. They are never in a command line.
type_in() {
    local run=/proc/$leader/root/run/user/$user
    (umask 077 && printf %s "$passphrase" >"$run/passphrase" &&
        printf 'otpauth://totp/Example:%s?secret=%s&issuer=Example' "$label" "$secret" >"$run/uri")
    chown "$user" "$run/passphrase" "$run/uri"
}
typed() { rm "/proc/$leader/root/run/user/$user/"{passphrase,uri}; }
label=newcomer@example.org

# -- The story

step '1. A newcomer logs in and enables the socket, unless a package has'
log_in
if [[ ! ${FOB_LOGIN_PACKAGES:-} ]]; then expect 0 'systemctl --user enable --now fob-agent.socket'; fi
expect_answer active 'systemctl --user is-active fob-agent.socket'
expect_answer inactive 'systemctl --user is-active fob-agent.service'
! agent_runs || fail "an agent runs before anybody asked for one"

step '2. The first fob starts the agent'
type_in
expect 0 'fob init --passphrase-fd 3 3<$XDG_RUNTIME_DIR/passphrase'
expect_answer active 'systemctl --user is-active fob-agent.service'
expect 0 'fob add <$XDG_RUNTIME_DIR/uri'
typed
right_code here
log_out
nothing_left

step '3. In a fresh login fob code starts the agent, which is locked'
log_in
expect_answer active 'systemctl --user is-active fob-agent.socket'
expect_answer inactive 'systemctl --user is-active fob-agent.service'
expect 2 'fob code --no-ask Example'
expect_answer active 'systemctl --user is-active fob-agent.service'

step '4. Unlocking once serves this login and others'
type_in
expect 0 'fob unlock --passphrase-fd 3 3<$XDG_RUNTIME_DIR/passphrase'
typed
right_code here
right_code elsewhere
right_code here
scan "$label"

step '5. The unit works as it is shipped'
ask 'systemctl --user show -P MainPID fob-agent.service'
agent=$answer
for line in NoNewPrivs:1 Seccomp:2 CapEff:0000000000000000; do
    expect_answer "$line" "grep ^${line%%:*}: /proc/$agent/status | tr -d '\t'"
done
expect_answer 0 "awk '/^Max core file size/ {print \$5}' /proc/$agent/limits"
expect 0 'fob status'
printf '%s\n' "$answer" | sed -n '/^memory: /s/^/   /p'
[[ $answer != *NOT* ]] || fail "the agent could not lock its memory"
expect 0 'fob edit Example --tag work'
expect 0 'fob log --verify'
expect 0 'fob log'
[[ $answer == *'([fob'* ]] || fail "the log does not tell which program asked"
ask 'systemctl --user show -P WatchdogTimestampMonotonic fob-agent.service'
fed=$answer
for _ in {1..40}; do
    ask 'systemctl --user show -P WatchdogTimestampMonotonic fob-agent.service'
    [[ $answer == "$fed" ]] || break
    sleep 0.5
done
[[ $answer != "$fed" ]] || fail "the watchdog is not fed"
complaints=$(inside journalctl --no-pager --output=cat --grep='fob-agent.*(ignoring|unknown|prohibited|not supported)' || true)
[[ -z $complaints || $complaints == '-- No entries --' ]] || fail "the manager complains: $complaints"

step '6. Backups ship by themselves, half a minute after a change'
expect 0 'fob backup add disk --folder "$HOME/backups"'
expect 0 'systemctl --user enable --now fob-backup.path fob-backup.timer'
expect_answer active 'systemctl --user is-active fob-backup.path'
expect_answer active 'systemctl --user is-active fob-backup.timer'
expect 0 'fob edit Example --tag home'
for _ in {1..180}; do
    ask 'ls "$HOME/backups" 2>/dev/null' || true
    [[ -z $answer ]] || break
    sleep 0.5
done
[[ -n $answer ]] || fail "no backup was shipped"
for _ in {1..120}; do
    ask 'systemctl --user is-active fob-backup.service' || true
    [[ $answer == inactive ]] && break
    sleep 0.5
done
expect_answer success 'systemctl --user show -P Result fob-backup.service'
expect 0 'fob backup status'

step '6a. A stick that is not plugged in is told in the journal, tried again, and found when it is back'
backup_ends() {
    for _ in {1..120}; do
        ask 'systemctl --user show -P SubState fob-backup.service' || true
        [[ $answer == dead || $answer == failed ]] && return 0
        sleep 0.5
    done
    fail "the run for backups does not end"
}
journal() { inside journalctl --no-pager --output=cat _UID="$user" | grep -F "$1" || true; }
expect 0 'mv "$HOME/backups" "$HOME/unplugged"'
# A lock seals what was changed.
expect 0 'fob edit Example --tag stick && fob lock'
for _ in {1..120}; do
    ask 'systemctl --user show -P SubState fob-backup.service' || true
    [[ $answer == failed ]] && break
    sleep 0.5
done
expect_answer failed 'systemctl --user show -P SubState fob-backup.service'
for _ in {1..40}; do
    ask 'systemctl --user show -P SubState fob-backup-retry.service' || true
    [[ $answer == auto-restart ]] && break
    sleep 0.5
done
expect_answer auto-restart 'systemctl --user show -P SubState fob-backup-retry.service'
[[ -n $(journal 'disk: not backed up') ]] || fail "the journal does not tell of the failure"
expect 0 'mv "$HOME/unplugged" "$HOME/backups"'
# Its next attempt is minutes away; a newer backup brings it at once.
type_in
expect 0 'fob unlock --passphrase-fd 3 3<$XDG_RUNTIME_DIR/passphrase'
typed
# Its unit may be first: then another run is under way.
expect 0 'fob edit Example --tag back && { fob backup now --force || [ $? = 75 ]; }'
for _ in {1..120}; do
    ask 'systemctl --user show -P SubState fob-backup.service' || true
    [[ $answer == dead ]] && break
    sleep 0.5
done
expect_answer dead 'systemctl --user show -P SubState fob-backup.service'

step '6b. No network, and a token that has expired, are told apart'
expect 0 'printf "%s\n" "#!/bin/sh" "echo \"Failed to create file system: couldn'"'"'t fetch token: dial tcp: lookup login.example: no such host\" >&2" "exit 1" >"$HOME/net" && chmod 755 "$HOME/net"'
expect 0 'printf "%s\n" "#!/bin/sh" "echo \"couldn'"'"'t fetch token: invalid_grant: token has expired\" >&2" "exit 1" >"$HOME/token" && chmod 755 "$HOME/token"'
expect 0 'for n in net token; do fob backup add $n --put "$HOME/$n" --get "$HOME/$n" --list "$HOME/$n"; done'
expect 0 'systemctl --user start --no-block fob-backup.service; sleep 1'
backup_ends
[[ $(journal 'net: not backed up') == *'the server cannot be reached'* ]] || fail "no network is not told as such"
[[ $(journal 'token: not backed up') == *'access was refused'* ]] || fail "an expired token is not told as such"
expect 0 'fob backup remove net && fob backup remove token'
expect 0 'systemctl --user stop fob-backup-retry.service; systemctl --user reset-failed fob-backup.service; true'

step '6c. What is uploaded while the vault is locked, as after a suspend, is looked into after the unlock'
expect 0 'fob edit Example --tag asleep'
expect 0 'fob lock'
for _ in {1..120}; do
    ask 'fob backup status --json' || true
    [[ $answer == *'"state":"shipped"'* ]] && break
    sleep 0.5
done
[[ $answer == *'"state":"shipped"'* ]] || fail "what was sealed when it locked was not uploaded"
type_in
expect 0 'fob unlock --passphrase-fd 3 3<$XDG_RUNTIME_DIR/passphrase'
typed
for _ in {1..120}; do
    ask 'fob backup status --json' || true
    [[ $answer == *'"state":"verified"'* ]] && break
    sleep 0.5
done
[[ $answer == *'"state":"verified"'* ]] || fail "it was not looked into after the unlock"

step '7. The listeners for security keys'
expect 0 'systemctl --user enable --now fob-authenticator.socket'
expect 0 'test -S $XDG_RUNTIME_DIR/fob/ssh.sock -a -S $XDG_RUNTIME_DIR/fob/ctap.sock'
expect 0 'systemctl --user start fob-authenticator.service'
sleep 1
expect_answer active 'systemctl --user is-active fob-authenticator.service'
ask 'systemctl --user show -P MainPID fob-authenticator.service'
door=$answer
for line in NoNewPrivs:1 Seccomp:2 CapEff:0000000000000000; do
    expect_answer "$line" "grep ^${line%%:*}: /proc/$door/status | tr -d '\t'"
done
expect 0 'systemctl --user stop fob-authenticator.socket fob-authenticator.service'

step '8. The session is locked, and so is the vault'
right_code here
expect 0 'systemctl --user start fob-session.service'
for _ in {1..50}; do
    [[ $(inside systemd-inhibit --list 2>&1) != *fob-session* ]] || break
    sleep 0.1
done
[[ $(inside systemd-inhibit --list 2>&1) == *fob-session* ]] || fail "logind was not asked to delay its sleep"
inside loginctl lock-sessions
for _ in {1..50}; do
    ! ask 'fob code --no-ask Example' || { sleep 0.1 && continue; }
    break
done
expect 2 'fob code --no-ask Example'
expect_answer active 'systemctl --user is-active fob-session.service'
type_in
expect 0 'fob unlock --passphrase-fd 3 3<$XDG_RUNTIME_DIR/passphrase'
typed
# As at the end of a session.
expect 0 'systemctl --user stop fob-session.service'
expect 2 'fob code --no-ask Example'
type_in
expect 0 'fob unlock --passphrase-fd 3 3<$XDG_RUNTIME_DIR/passphrase'
typed

step '8a. A login whose password is the passphrase opens the vault; another password does not, and nothing keeps a login waiting'
console() { # PASSWORD COMMAND
    answer=$(python3 Tests/Scripts/login_console.py "$leader" newcomer "$2" 3<<<"$1") || fail "no login at the console"
}
# The last line that a command has written, without what a terminal puts in.
last() { answer=$(printf '%s\n' "$answer" | tr -d '\r' | sed -n 's/^said: //p' | tail -n 1); }
rules=$root/etc/pam.d/login
cp "$rules" "$scratch/pam.login"
if [[ ${FOB_LOGIN_PACKAGES:-} ]]; then
    inside pam-auth-update --enable fob
    [[ $(sed -n '/pam_systemd/,/pam_fob/p' "$root/etc/pam.d/common-session") == *pam_fob.so* ]] || fail "no session asks pam_fob"
else
    sed -i 's/^@include common-\(auth\|session\)$/&\n\1 optional pam_fob.so/' "$rules"
    [[ $(grep -c pam_fob "$rules") == 2 ]] || fail "the file of PAM is not as expected"
fi
inside chpasswd <<<"newcomer:$passphrase"
wait_for='for i in $(seq 50); do fob code --no-ask Example 2>/dev/null && break; sleep 0.2; done'
expect 0 'fob lock'
console "$passphrase" "echo said: \$($wait_for)"
[[ $answer != *[Ff]ob:* && $answer != *vault* ]] || fail "the login speaks of fob"
last
[[ $answer =~ ^[0-9]{6}$ ]] || fail "the vault is not open after a login"
right_code here
expect 0 'fob log'
[[ $answer == *'(['*login* || $answer == *login* ]] || fail "the log does not tell that a login has opened it"
expect 0 'fob lock'
inside chpasswd <<<"newcomer:another $passphrase"
console "another $passphrase" 'echo said: in; sleep 2'
last
[[ $answer == in ]] || fail "another password keeps its user out"
expect 2 'fob code --no-ask Example'
type_in
expect 0 'fob unlock --passphrase-fd 3 3<$XDG_RUNTIME_DIR/passphrase'
typed
if [[ ! ${FOB_LOGIN_PACKAGES:-} ]]; then
    # Somebody listens there who never answers.
    sed -i "s|pam_fob.so|& socket=/run/user/%U/stuck.sock|" "$rules"
    inside chpasswd <<<"newcomer:$passphrase"
    expect 0 'systemd-run --user --quiet --unit=stuck --socket-property=ListenStream=$XDG_RUNTIME_DIR/stuck.sock --socket-property=Accept=no sleep 60'
    console "$passphrase" 'echo said: in'
    last
    [[ $answer == in ]] || fail "somebody who does not answer keeps a user out"
    expect 0 'systemctl --user stop stuck.socket stuck.service'
fi
cp "$scratch/pam.login" "$rules"
if [[ ${FOB_LOGIN_PACKAGES:-} ]]; then inside pam-auth-update --disable fob; fi
[[ -z $(inside journalctl --no-pager --output=cat --grep="$(sed 's/[][+.*^$/]/./g' <<<"$passphrase")" 2>/dev/null |
    grep -v -- '-- No entries --') ]] || fail "the passphrase is in the journal"

step '9. Killed, it comes back locked'
expect 0 "kill -KILL $agent"
for _ in {1..50}; do
    ask 'systemctl --user show -P MainPID fob-agent.service'
    [[ $answer == "$agent" || $answer == 0 ]] || break
    sleep 0.1
done
expect 2 'fob code --no-ask Example'
expect_answer 1 'systemctl --user show -P NRestarts fob-agent.service'

step '10. systemctl --user stop leaves nothing'
type_in
expect 0 'fob unlock --passphrase-fd 3 3<$XDG_RUNTIME_DIR/passphrase'
typed
right_code here
expect 0 'systemctl --user stop fob-agent.socket'
nothing_left

step '11. Logout, while unlocked, leaves nothing'
expect 0 'systemctl --user start fob-agent.socket'
type_in
expect 0 'fob unlock --passphrase-fd 3 3<$XDG_RUNTIME_DIR/passphrase'
typed
right_code here
agent_runs || fail "no agent runs"
log_out
nothing_left
if [[ ${FOB_LOGIN_PACKAGES:-} ]]; then
    step '12. The packages go, the vault stays, and the packages come again'
    vault=$root/home/newcomer/.local/share/fob
    kept=$(cd "$vault" && sha256sum vault.age audit.log)
    for verb in remove purge; do
        in_root apt-get -q -y "$verb" "${packages[@]}" >"$scratch/$verb.log" 2>&1 || fail "$(tail -n 5 "$scratch/$verb.log")"
        [[ $(cd "$vault" && sha256sum vault.age audit.log) == "$kept" ]] || fail "$verb has touched the vault"
    done
    left=$(find "$root/usr" "$root/lib" "$root/etc" -name '*fob*' -not -path '*/share/doc/*' -not -name '*fobpackages*')
    [[ -z $left ]] || fail "purge leaves: $left"
    in_root sh -c 'apt-get -q -y install --no-install-recommends /packages/*.deb' >"$scratch/again.log" 2>&1 ||
        fail "$(tail -n 5 "$scratch/again.log")"
    log_in
    expect_answer active 'systemctl --user is-active fob-agent.socket'
    type_in
    expect 0 'fob unlock --passphrase-fd 3 3<$XDG_RUNTIME_DIR/passphrase'
    typed
    right_code here
    # The same version again, as an upgrade does: an agent that runs goes on.
    in_root sh -c 'apt-get -q -y install --reinstall --no-install-recommends /packages/*.deb' >"$scratch/upgrade.log" 2>&1 ||
        fail "$(tail -n 5 "$scratch/upgrade.log")"
    right_code here
    log_out
    nothing_left
fi
echo 'A real login: all is well.'
