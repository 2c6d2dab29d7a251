/// Runs `body` and overwrites the stack that it used.
///
/// Keys, schedules and states of hashes are only ever on the stack here. Wiping variables one by one would miss the
/// copies that the compiler makes and the registers that it spills; the frames below this one hold them all.
@inline(__always)
func withBurnedStack<Result, Failure: Error>(
    _ body: () throws(Failure) -> Result
) throws(Failure) -> Result {
    defer { burnStack() }
    return try ownFrame(body)
}

/// Keeps the frames of `body` where `burnStack` writes: below the caller's, not inside it.
@inline(never) @_optimize(none)
private func ownFrame<Result, Failure: Error>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
    try body()
}

/// Overwrites what earlier calls left below the caller's frame. Not optimised: where a whole module is compiled as one
/// unit, the optimiser sees that `settle` reads nothing, and drops the filling.
@inline(never) @_optimize(none)
private func burnStack() {
    var filling = Filling()
    settle(&filling)
}

/// 4 KiB. In a release build nothing secret was found more than 2.3 KiB down.
private struct Filling {
    private var words: [512 of UInt64] = .init(repeating: 0)
}

/// Makes the stores before it count: the optimiser cannot see that nobody reads the value, so it cannot drop them.
@inline(never) @_optimize(none)
private func settle(_ filling: inout Filling) {}
