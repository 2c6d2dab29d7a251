#!/usr/bin/env bash
# Shows fob at work, and that its codes are right: an agent in a scratch home gets sample accounts from otpauth URIs,
# and every code is compared with oathtool's at the same moment. Nothing is left behind.
# usage: demo.sh DIRECTORY-OF-THE-PROGRAMS
set -euo pipefail

programs=$(cd "$1" && pwd)
scratch=$(mktemp -d)
agent=
cleanup() {
    if [[ -n $agent ]]; then
        kill "$agent" 2>/dev/null || true
        wait "$agent" 2>/dev/null || true
    fi
    rm -rf "$scratch"
}
trap cleanup EXIT
trap 'exit 130' INT TERM HUP
export FOB_HOME=$scratch/home
unset FOB_SOCKET CREDENTIALS_DIRECTORY
fob() { "$programs/fob" "$@"; }
say() { printf '\n\033[1m%s\033[0m\n' "$*"; }
[[ -t 1 ]] || say() { printf '\n%s\n' "$*"; }

say 'An agent with a home of its own'
"$programs/fob-agent" &
agent=$!
for _ in {1..100}; do
    [[ ! -S $FOB_HOME/agent.sock ]] || break
    sleep 0.05
done

say 'fob init: a new vault under a passphrase'
fob init --passphrase-fd 3 3<<<'correct horse battery staple'

# Sample secrets that everybody knows: those of RFC 4226 and RFC 6238, and of the wiki page that defines otpauth URIs.
sha1=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ
sha256=${sha1}GEZDGNBVGY3TQOJQGEZA
sha512=${sha1}${sha1}${sha1}GEZDGNA
uris=(
    'otpauth://totp/Example:alice@google.com?secret=JBSWY3DPEHPK3PXP&issuer=Example'
    'otpauth://totp/ACME%20Co:john.doe@email.com?secret=HXDMVJECJJWSRB3HWIZR4IFUGFTMXBOZ&issuer=ACME%20Co&algorithm=SHA1&digits=6&period=30'
    "otpauth://totp/Bank:0815?secret=$sha256&issuer=Bank&algorithm=SHA256&digits=8"
    "otpauth://totp/Mail:bob?secret=$sha512&issuer=Mail&algorithm=SHA512&period=60"
    "otpauth://hotp/Token:office?secret=$sha1&issuer=Token&counter=0"
)
# Name, what oathtool is told about it, and its key.
accounts=(
    "Example|--totp|JBSWY3DPEHPK3PXP"
    "ACME|--totp|HXDMVJECJJWSRB3HWIZR4IFUGFTMXBOZ"
    "Bank|--totp=sha256 --digits=8|$sha256"
    "Mail|--totp=sha512 --time-step-size=60s|$sha512"
    "Token|--hotp --counter=0|$sha1"
    "Token|--hotp --counter=1|$sha1"
)

say 'fob add: accounts from the URIs behind QR codes'
for uri in "${uris[@]}"; do fob add <<<"$uri"; done

say 'fob list'
fob list

say 'fob code NAME, beside oathtool'
wrong=0
# shellcheck disable=SC2086
reference() { oathtool --base32 $1 - <<<"$2"; }
printf '%-12s %-10s %-10s\n' name fob oathtool
for account in "${accounts[@]}"; do
    IFS='|' read -r name options key <<<"$account"
    code=$(fob code "$name")
    expected=$(reference "$options" "$key")
    if [[ $code != "$expected" && $options == --totp* ]]; then
        # The period may have ended in between.
        code=$(fob code "$name")
        expected=$(reference "$options" "$key")
    fi
    verdict=same
    if [[ $code != "$expected" ]]; then
        verdict=DIFFERENT
        wrong=1
    fi
    printf '%-12s %-10s %-10s %s\n' "$name" "$code" "$expected" "$verdict"
done

say 'fob status'
fob status

say 'fob lock: the keys are gone; a script is told with an exit status'
fob lock
status=0
fob code --no-ask Example || status=$?
echo "exit status $status"

say 'fob log: what happened, in a chain that shows changes'
fob log --verify

if ((status != 2)); then
    echo "fob code should have ended with status 2 (locked)" >&2
    exit 1
fi
if ((wrong)); then
    echo "A code differs from oathtool's." >&2
    exit 1
fi
say 'Every code is the one that oathtool gives. Nothing is left behind.'
