#!/usr/bin/env bash
# Fuzzes each parser for so many seconds: fuzz.sh SECONDS [PARSER...]. A crash, an input that takes over one second
# (FOB_FUZZ_HANG) or more than 256 MiB ends it with status 1; the input is kept. New inputs that reached new code stay in
# .build/fuzz for the next run. Seeds: Tests/Fuzz/seeds, and the fixtures beside the project where they are.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
seconds=${1:?usage: fuzz.sh SECONDS [PARSER...]}
shift
build=.build/fuzz
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! FOB_FUZZ=1 swift build -c release --scratch-path "$build" --product fob-fuzz >"$log" 2>&1; then
    cat "$log" >&2
    exit 2
fi
program=$build/release/fob-fuzz
mapfile -t parsers < <(if (($#)); then printf '%s\n' "$@"; else FOB_FUZZ_PARSER=list "$program"; fi)
seeds=(Tests/Fuzz/seeds)
for directory in ../shared/fixtures/import ../shared/fixtures/recovery-codes; do
    [ -d "$directory" ] && seeds+=("$directory")
done
total=0
failed=0
for parser in "${parsers[@]}"; do
    corpus=$build/corpus/$parser
    mkdir -p "$corpus" "$build/found"
    status=0
    # Leaks are not looked for: what Swift keeps for a process's life would be told as one.
    FOB_FUZZ_PARSER=$parser ASAN_OPTIONS=detect_leaks=0:quarantine_size_mb=8:allocator_may_return_null=1 \
        "$program" -max_total_time="$seconds" -timeout="${FOB_FUZZ_HANG:-1}" -rss_limit_mb=256 -max_len=65536 \
        -artifact_prefix="$build/found/$parser-" -print_final_stats=1 "$corpus" "${seeds[@]}" >"$log" 2>&1 || status=$?
    runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
    memory=$(sed -n 's/^stat::peak_rss_mb: *//p' "$log")
    slowest=$(sed -n 's/^stat::slowest_unit_time_sec: *//p' "$log")
    if ((status)); then
        echo "$parser: FAILED" >&2
        tail -n 40 "$log" >&2
        failed=1
        continue
    fi
    echo "$parser: ${runs:?} executions, slowest ${slowest:?} s, peak ${memory:?} MiB"
    total=$((total + runs))
done
echo "${#parsers[@]} parsers, $total executions"
exit "$failed"
