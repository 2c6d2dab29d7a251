#!/usr/bin/env bash
# Fuzzes each parser: fuzz.sh SECONDS [PARSER...], or fuzz.sh --smoke, which is 2,000 inputs each. As many run at a time
# as FUZZ_JOBS says, or as there are processors. A crash or more than 256 MiB ends a parser's run and is status 1; the
# input is kept in .build/fuzz/found. An input that took over one second is kept there too, and tried again alone at the
# end, as the machine may have been busy with others: if it takes over one second three times, that is status 1, too.
# Inputs that reached new code stay in .build/fuzz/corpus for the next run. Seeds: Tests/Fuzz/seeds, and the fixtures
# beside the project where they are.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
usage="usage: fuzz.sh SECONDS|--smoke [PARSER...]"
export BUILD=.build/fuzz
export PROGRAM=$BUILD/release/fob-fuzz
# For the socket of an agent that is played.
export FOB_HOME=$BUILD/home
# Leaks are not looked for: what Swift keeps for a process's life would be told as one.
export ASAN_OPTIONS=detect_leaks=0:quarantine_size_mb=8:allocator_may_return_null=1
case ${1:?$usage} in
--smoke) export BOUNDS="-runs=2000 -timeout=60 -report_slow_units=60" ;;
*[!0-9]*) echo "$usage" >&2 && exit 64 ;;
*) export BOUNDS="-max_total_time=$1 -timeout=60 -report_slow_units=1" ;;
esac
shift
mkdir -p "$BUILD/found"
mkdir -p -m 700 "$FOB_HOME"
log=$BUILD/build.log
# The provider, if it has changed: as OpenSSH loads it, but not of Embedded Swift, which has no sanitizers.
provider() {
    local sources
    read -ra sources < <(make --no-print-directory print-provider-sources)
    [[ -n $(find "${sources[@]}" Sources/libfob-sk Sources/CLinux -newer "$BUILD/provider.o" 2>&1) ]] || return 0
    swiftc -swift-version 6 -strict-memory-safety -wmo -O -parse-as-library -package-name fob -module-name fob_sk \
        -enable-experimental-feature Lifetimes -enable-upcoming-feature ExistentialAny \
        -enable-upcoming-feature MemberImportVisibility -I Sources/libfob-sk/include -sanitize=fuzzer,address \
        -emit-object -o "$BUILD/provider.o" "${sources[@]}"
}
if ! { provider && FOB_FUZZ=1 swift build -c release --scratch-path "$BUILD" --product fob-fuzz; } >"$log" 2>&1; then
    cat "$log" >&2
    exit 2
fi
SEEDS=Tests/Fuzz/seeds
for directory in ../shared/fixtures/import ../shared/fixtures/recovery-codes; do
    [ ! -d "$directory" ] || SEEDS+=" $directory"
done
export SEEDS

one() {
    local parser=$1 status=0 log=$BUILD/$1.log runs memory slowest
    mkdir -p "$BUILD/corpus/$parser"
    # shellcheck disable=SC2086
    FOB_FUZZ_PARSER=$parser "$PROGRAM" $BOUNDS -rss_limit_mb=256 -max_len=65536 \
        -artifact_prefix="$BUILD/found/$parser-" -print_final_stats=1 "$BUILD/corpus/$parser" $SEEDS >"$log" 2>&1 || status=$?
    runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
    memory=$(sed -n 's/^stat::peak_rss_mb: *//p' "$log")
    slowest=$(sed -n 's/^stat::slowest_unit_time_sec: *//p' "$log")
    if ((status)); then
        printf '%s: FAILED\n%s\n' "$parser" "$(tail -n 40 "$log")" >&2
        return 1
    fi
    echo "$parser: $runs executions, slowest $slowest s, peak $memory MiB"
}
export -f one

# Whether an input takes over one second each time, with nothing else of ours running.
is_slow() {
    local input=$1 parser=$2 milliseconds
    for _ in 1 2 3; do
        milliseconds=$(FOB_FUZZ_PARSER=$parser "$PROGRAM" -timeout=60 "$input" 2>&1 | sed -n 's/^Executed .* in \([0-9]*\) ms$/\1/p')
        [ -z "$milliseconds" ] || ((milliseconds > 1000)) || return 1
    done
}

if (($#)); then printf '%s\n' "$@"; else FOB_FUZZ_PARSER=list "$PROGRAM"; fi >"$BUILD/parsers"
status=0
xargs -P "${FUZZ_JOBS:-$(nproc)}" -I{} bash -c 'one {}' <"$BUILD/parsers" | tee "$BUILD/summary" || status=1
awk -F'[: ]+' '{ count++; sum += $2 } END { printf "%d parsers, %d executions\n", count, sum }' "$BUILD/summary"
while read -r parser; do
    for input in "$BUILD/found/$parser-slow-unit-"*; do
        [ -f "$input" ] || continue
        if is_slow "$input" "$parser"; then
            echo "$parser: over one second: $input" >&2
            status=1
        else
            rm "$input"
        fi
    done
done <"$BUILD/parsers"
exit "$status"
