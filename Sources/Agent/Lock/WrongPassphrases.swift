/// Counts guesses at secrets: those being checked and those that were wrong. Whoever guesses waits longer and longer and
/// gets no further guess meanwhile, whether or not it waits for the answer; nobody else is delayed.
struct WrongPassphrases {
    /// Whose guesses are counted together: those of a slice, which no process leaves by setsid(2). A session that has given
    /// the right secret counts alone from then on: whoever guesses beside the owner does not keep the owner waiting.
    struct Guesser: Hashable {
        let slice: Caller.Slice
        /// Nil for all sessions of the slice that have not given the right secret.
        let session: Caller.Session?
    }

    /// Why a secret is not checked.
    enum Refusal {
        /// This guesser's are being checked, or one was wrong a moment ago.
        case mustWait
        /// Those of others take all places.
        case tooMany
    }

    private struct Entry {
        var count = 0
        var last: Monotonic = 0
        /// When the next passphrase may be checked.
        var until: Monotonic = 0
        /// Wrong PINs in a row.
        var pins = 0
    }

    /// How many of a guesser are being checked.
    private var running: [Guesser: Int] = [:]
    private var entries: [Guesser: Entry] = [:]
    /// Sessions that have given the right secret, and when.
    private var owners: [Caller.Session: Monotonic] = [:]

    /// Whose guesses those of a caller are.
    func guesser(_ caller: Caller) -> Guesser { guesser(caller.session, in: caller.slice) }

    /// Whose guesses those of a session are, whose process is in that slice.
    func guesser(_ session: Caller.Session, in slice: Caller.Slice) -> Guesser {
        Guesser(slice: slice, session: session.isKnown && owners[session] != nil ? session : nil)
    }

    /// Lets one passphrase be checked, which `finish` must follow; or says why not. The last places are for those who have
    /// none checked, and the very last for owners.
    mutating func begin(_ guesser: Guesser, at now: Monotonic) -> Refusal? {
        let own = running[guesser] ?? 0
        guard own < AgentLimits.derivationsPerGuesser, entries[guesser]?.until ?? 0 <= now else { return .mustWait }
        let kept =
            own > 0 ? AgentLimits.derivationsKept : guesser.session == nil ? AgentLimits.derivationsKeptForOwners : 0
        guard running.values.reduce(0, +) < AgentLimits.waitingDerivations - kept else { return .tooMany }
        running[guesser] = own + 1
        return nil
    }

    /// One has been checked.
    mutating func finish(_ guesser: Guesser) {
        let left = (running[guesser] ?? 1) - 1
        running[guesser] = left > 0 ? left : nil
    }

    /// Notes a wrong one and returns the milliseconds to hold its refusal back.
    mutating func note(_ guesser: Guesser, at now: Monotonic) -> UInt64 {
        update(guesser, at: now) { entry in
            entry.count += 1
            let doublings = min(entry.count - 1, 16)
            let wait = min(
                AgentLimits.wrongPassphraseMilliseconds << UInt64(doublings), AgentLimits.wrongPassphraseMost)
            entry.until = now + wait
            return wait
        }
    }

    /// Forgives who knew the secret after all, and remembers where that was.
    mutating func forgive(_ guesser: Guesser, _ session: Caller.Session, at now: Monotonic) {
        entries[guesser] = nil
        forgivePINs()
        guard session.isKnown else { return }
        if owners.count >= AgentLimits.rememberedCallers, owners[session] == nil,
            let oldest = owners.min(by: { $0.value < $1.value })
        {
            owners[oldest.key] = nil
        }
        owners[session] = now
    }

    // MARK: PINs

    /// Whether no more PINs of a guesser are checked, until somebody proves to be the owner by more than a PIN.
    func isPaused(_ guesser: Guesser) -> Bool { entries[guesser]?.pins ?? 0 >= AgentLimits.wrongPins }

    /// Notes a wrong PIN.
    mutating func notePIN(_ guesser: Guesser, at now: Monotonic) { update(guesser, at: now) { $0.pins += 1 } }

    /// Forgives who knew the PIN after all.
    mutating func forgivePINs(_ guesser: Guesser) { entries[guesser]?.pins = 0 }

    /// Forgives everybody's wrong PINs.
    mutating func forgivePINs() { for key in entries.keys { entries[key]?.pins = 0 } }

    private mutating func update<R>(_ guesser: Guesser, at now: Monotonic, _ change: (inout Entry) -> R) -> R {
        if entries.count >= AgentLimits.rememberedCallers, entries[guesser] == nil,
            let oldest = entries.min(by: { $0.value.last < $1.value.last })
        {
            entries[oldest.key] = nil
        }
        var entry = entries[guesser] ?? Entry()
        entry.last = now
        defer { entries[guesser] = entry }
        return change(&entry)
    }
}

/// A secret that is tried, which may be a guess: by whom, and on whose account.
struct Guess {
    let caller: Caller
    let guesser: WrongPassphrases.Guesser
}
