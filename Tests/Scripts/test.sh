#!/usr/bin/env bash
# Runs `swift test` with the arguments given. At the very end, of which often nothing else is kept, it says once more what
# has failed, with the output of the scripts behind it, what was left behind, the end-to-end cases with the time of each,
# what was skipped and why, and last
# `N passed, N failed, N skipped`.
#
# With ONLY=PATTERN in the environment it runs what matches that, whatever the case: tests and suites by their names, and
# the end-to-end tests whose script or argument has such a name.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

# The tests whose body runs a script of that name, or which hand it an argument of that name, as a pattern.
scripts_like() {
    awk -v only="${1,,}" '
        function tell() { if (test != "" && index(tolower(body), only)) print test; test = body = "" }
        /@Test/ { tell() }
        /func `/ { split($0, part, "`"); test = part[2] }
        /@Test|Script\(/ { line = $0; while (match(line, /"[^"]*"/)) {
            body = body " " substr(line, RSTART, RLENGTH); line = substr(line, RSTART + RLENGTH) } }
        END { tell() }' Tests/EndToEndTests/*Tests.swift
}

arguments=("$@")
if [[ -n ${ONLY:-} ]]; then
    pattern="(?i)$ONLY"
    while IFS= read -r name; do
        pattern+="|$(sed 's/[][\\.*^$(){}?+|/]/\\&/g' <<<"$name")"
    done < <(scripts_like "$ONLY")
    arguments+=(--filter "$pattern")
fi

# All temporary files of a run have one place, where nothing must be left. Some tests play other users, who look into it.
scratch=$(mktemp -d "${TMPDIR:-/tmp}/fob-tests.XXXXXX")
chmod 755 "$scratch"
log=$scratch/log
trap 'rm -rf "$scratch"' EXIT
mkdir "$scratch/tmp"
# Before anybody reads it: what runs in the background may come later.
: >"$log"
export TMPDIR=$scratch/tmp
# A file, not a pipe: something left behind by a test could hold a pipe open for ever.
swift test "${arguments[@]}" >"$log" 2>&1 &
trap 'kill $! 2>/dev/null' INT TERM
tail -n +1 -f --pid=$! "$log"
wait $!
status=$?
if ((status != 0)); then
    printf '\n==== What has failed (swift test ended with %s) ====\n' "$status"
    # An issue goes on until the next event, and each event begins with a sign of its own.
    awk '/^(◇|✔|➜) / { shown = 0 }
         /^(✘|error:)/ { shown = 1 }
         shown' "$log" | tail -n 500
fi
# What swift leaves there itself is none of the tests'.
left=$(find "$TMPDIR" -mindepth 1 -maxdepth 1 ! -name 'TemporaryDirectory.*' ! -name '*.lock' -printf '%f\n')
if [[ -n $left ]]; then
    printf '\n==== Left behind in the directory for temporary files ====\n%s\n' "$left"
    ((status != 0)) || status=1
fi
# The scripts that were run, the slowest first.
if cases=$(grep -oE 'case [^:]+\.(py|sh)[^:]*: [0-9]+ s$' "$log"); then
    printf '\n==== End-to-end cases, with the seconds that each took ====\n'
    sed 's/^case \(.*\): \([0-9]*\) s$/\2 \1/' <<<"$cases" | sort -rn | awk '{ $1 = sprintf("%5d", $1); print }'
fi
# Tests that do not begin, and scripts that end with their reason.
skips='^➜ Test .* skipped|: skipped: '
if reasons=$(grep -E "$skips|: skipped in part: " "$log"); then
    printf '\n==== What was skipped ====\n%s\n' "$reasons"
fi
passed=$(grep -E '^✔ Test ' "$log" | grep -cvE '^✔ Test (run|case) ')
failed=$(grep -E '^✘ Test .* failed after ' "$log" | grep -cvE '^✘ Test (run|case) ')
skipped=$(grep -cE "$skips" "$log")
if ((passed + failed + skipped == 0)); then
    echo "no test was run${ONLY:+: nothing is called $ONLY}" >&2
    status=1
fi
printf '\n%s passed, %s failed, %s skipped\n' "$passed" "$failed" "$skipped"
exit "$status"
