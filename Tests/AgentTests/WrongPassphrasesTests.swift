import Testing

@testable import Agent

/// What wrong passphrases and PINs cost, and whom.
@Suite struct WrongPassphrasesTests {
    private typealias Guesser = WrongPassphrases.Guesser

    /// All sessions of a slice that nobody knows.
    private func slice(_ name: String) -> Guesser {
        Guesser(slice: Caller.Slice(controlGroup: name), session: nil)
    }

    @Test func `each further wrong passphrase costs its guesser twice as much, up to a bound`() {
        var wrong = WrongPassphrases()
        let costs = (0..<12).map { wrong.note(slice("/a"), at: Monotonic(milliseconds: UInt64($0))) }
        #expect(costs == [500, 1000, 2000, 4000, 8000, 16000] + [UInt64](repeating: 30_000, count: 6))
        for _ in 0..<100 { #expect(wrong.note(slice("/a"), at: 100) == 30_000) }
    }

    @Test func `others are not delayed, and a right one is forgiven`() {
        var wrong = WrongPassphrases()
        for _ in 0..<5 { _ = wrong.note(slice("/a"), at: 0) }
        #expect(wrong.note(slice("/b"), at: 0) == 500)
        wrong.forgive(slice("/a"), .test(7), at: 0)
        #expect(wrong.note(slice("/a"), at: 0) == 500)
        #expect(wrong.note(slice("/b"), at: 0) == 1000)
    }

    @Test func `of many guessers the one that was silent for longest is forgotten`() {
        var wrong = WrongPassphrases()
        for number in 1...AgentLimits.rememberedCallers {
            _ = wrong.note(slice("/\(number)"), at: Monotonic(milliseconds: UInt64(number)))
        }
        #expect(wrong.note(slice("/1"), at: 1000) == 1000)
        #expect(wrong.note(slice("/new"), at: 1001) == 500)
        #expect(wrong.note(slice("/1"), at: 1002) == 2000)
        #expect(wrong.note(slice("/2"), at: 1003) == 500)
    }

    @Test func `whoever begins a new session is still the same guesser, until it gives the right secret`() {
        var wrong = WrongPassphrases()
        let group = Caller.Slice(controlGroup: "/a")
        let guesser = wrong.guesser(.test(1), in: group)
        _ = wrong.note(guesser, at: 0)
        for leader in 2...40 {
            let other = wrong.guesser(.test(leader), in: group)
            #expect(other == guesser)
            #expect(wrong.begin(other, at: 499) == .mustWait)
        }
        wrong.forgive(guesser, .test(40), at: 500)
        #expect(wrong.guesser(.test(40), in: group) != guesser)
        #expect(wrong.guesser(.test(41), in: group) == guesser)
        // Who is not known is never taken for the owner.
        wrong.forgive(guesser, .unknown, at: 500)
        #expect(wrong.guesser(.unknown, in: group) == guesser)
    }

    @Test func `who has ended is in nobody's slice`() {
        #expect(Caller.Slice.unknown != Caller.Slice(controlGroup: ""))
    }

    @Test(arguments: 0..<64)
    func `whatever is guessed elsewhere, a slice that guesses nothing and an owner's session are not kept waiting`(
        _ seed: UInt64
    ) {
        var random = Xorshift(seed)
        var wrong = WrongPassphrases()
        let hostile = (0..<4).map { Caller.Slice(controlGroup: $0 == 0 ? "" : "/\($0)") }
        let (quiet, owner) = (Caller.Slice(controlGroup: "/quiet"), Caller.Session.test(1))
        // The owner's terminal is among those who guess.
        wrong.forgive(wrong.guesser(owner, in: hostile[0]), owner, at: 0)
        var now: Monotonic = 0
        var running: [Guesser] = []
        var pausedUntil: [Caller.Slice: Monotonic] = [:]
        for _ in 0..<400 {
            now = now + random.next() % 700
            let group = hostile[Int(random.next() % 4)]
            let guesser = wrong.guesser(.test(Int(random.next() % 1000) + 2), in: group)
            if random.next() % 3 > 0 || running.isEmpty {
                let refusal = wrong.begin(guesser, at: now)
                if refusal == nil { running.append(guesser) }
                if let until = pausedUntil[group], until > now { #expect(refusal == .mustWait) }
            } else {
                let ended = running.remove(at: Int(random.next() % UInt64(running.count)))
                wrong.finish(ended)
                pausedUntil[ended.slice] = now + wrong.note(ended, at: now)
            }
            for free in [wrong.guesser(owner, in: hostile[0]), wrong.guesser(.test(2000), in: quiet)] {
                #expect(wrong.begin(free, at: now) == nil)
                wrong.finish(free)
            }
            #expect(running.count { $0 == guesser } <= AgentLimits.derivationsPerGuesser)
        }
    }

    @Test func `however many slices guess, a place is left for whoever has none, and one for the owner`() {
        var wrong = WrongPassphrases()
        let owner = Caller.Session.test(1)
        wrong.forgive(slice("/home"), owner, at: 0)
        var begun = 0
        for number in 0..<100 {
            for _ in 0..<2 where wrong.begin(slice("/\(number)"), at: 0) == nil { begun += 1 }
        }
        #expect(begun == AgentLimits.waitingDerivations - AgentLimits.derivationsKeptForOwners)
        #expect(wrong.begin(slice("/another"), at: 0) == .tooMany)
        #expect(wrong.begin(wrong.guesser(owner, in: Caller.Slice(controlGroup: "/home")), at: 0) == nil)
        // With two of each, the last places are for those who have none.
        wrong = WrongPassphrases()
        for number in 0..<6 { for _ in 0..<2 { #expect(wrong.begin(slice("/\(number)"), at: 0) == nil) } }
        #expect(wrong.begin(slice("/7"), at: 0) == nil)
        #expect(wrong.begin(slice("/7"), at: 0) == .tooMany)
        #expect(wrong.begin(slice("/8"), at: 0) == nil)
    }

    // MARK: PINs

    @Test func `PINs are paused for who guesses, not for others, until the owner is there`() {
        var wrong = WrongPassphrases()
        let (group, owner) = (Caller.Slice(controlGroup: "/a"), Caller.Session.test(1))
        wrong.forgive(wrong.guesser(owner, in: group), owner, at: 0)
        for count in 1...AgentLimits.wrongPins {
            #expect(!wrong.isPaused(wrong.guesser(.test(count + 10), in: group)))
            wrong.notePIN(wrong.guesser(.test(count + 20), in: group), at: 0)
        }
        #expect(wrong.isPaused(wrong.guesser(.test(99), in: group)))
        #expect(!wrong.isPaused(wrong.guesser(owner, in: group)))
        #expect(!wrong.isPaused(slice("/b")))
        wrong.forgivePINs(slice("/b"))
        #expect(wrong.isPaused(slice("/a")))
        wrong.forgive(slice("/b"), .test(3), at: 0)
        #expect(!wrong.isPaused(slice("/a")))
    }

    @Test func `wrong PINs cost no passphrases, and wrong passphrases no PINs`() {
        var wrong = WrongPassphrases()
        for _ in 0..<3 { wrong.notePIN(slice("/a"), at: 0) }
        #expect(wrong.begin(slice("/a"), at: 0) == nil)
        for _ in 0..<3 { _ = wrong.note(slice("/b"), at: 0) }
        #expect(!wrong.isPaused(slice("/b")))
    }
}

/// The same numbers for the same seed.
private struct Xorshift {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state >> 11
    }
}
