#!/usr/bin/env bash
# Runs `swift test` with the arguments given. Without a terminal, what has failed is said once more at the very end, with
# the output of the scripts behind it: of a long log often nothing but the end is kept.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

[[ ! -t 1 ]] || exec swift test "$@"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
# A file, not a pipe: something left behind by a test could hold a pipe open for ever.
swift test "$@" >"$log" 2>&1 &
trap 'kill $! 2>/dev/null' INT TERM
tail -n +1 -f --pid=$! "$log"
wait $!
status=$?
((status != 0)) || exit 0
printf '\n==== What has failed (swift test ended with %s) ====\n' "$status"
# An issue goes on until the next event, and each event begins with a sign of its own.
awk '/^(◇|✔|➜) / { shown = 0 }
     /^(✘|error:)/ { shown = 1 }
     shown' "$log" | tail -n 500
exit "$status"
