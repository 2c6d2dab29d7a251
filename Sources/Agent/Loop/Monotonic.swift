import Platform

/// A moment, in milliseconds since the machine was started; time spent asleep counts. Seconds of UTC, which the vault
/// and the protocol have, are `UInt64`: the two do not mix.
struct Monotonic: Hashable, Comparable, Sendable {
    let milliseconds: UInt64

    static var now: Monotonic { Monotonic(milliseconds: Clock.sinceBoot) }

    static func < (a: Monotonic, b: Monotonic) -> Bool { a.milliseconds < b.milliseconds }

    /// The moment so many milliseconds later.
    static func + (moment: Monotonic, milliseconds: UInt64) -> Monotonic {
        Monotonic(milliseconds: moment.milliseconds + milliseconds)
    }

    /// Milliseconds from `earlier` to `later`, which must be in this order.
    static func - (later: Monotonic, earlier: Monotonic) -> UInt64 { later.milliseconds - earlier.milliseconds }

    /// The earlier of two; nil: never.
    static func earliest(_ a: Monotonic?, _ b: Monotonic?) -> Monotonic? {
        guard let a, let b else { return a ?? b }
        return min(a, b)
    }

    /// Seconds until then, rounded up; 0 when it is over.
    func seconds(after now: Monotonic) -> UInt64 { self > now ? (self - now + 999) / 1000 : 0 }
}

extension Monotonic: ExpressibleByIntegerLiteral {
    /// Milliseconds since the start.
    init(integerLiteral milliseconds: UInt64) { self.milliseconds = milliseconds }
}
