/// A stream of bits that comes in groups of one width and leaves in groups of another, at most 8 bits each. What it does
/// depends on how many bits came, never on which.
package struct Regrouping: Sendable {
    private var held: UInt32 = 0
    private let from: Int
    private let to: Int
    /// Bits that wait for more.
    package private(set) var waiting = 0

    /// From groups of `from` bits to groups of `to` bits.
    package init(from: Int, to: Int) { (self.from, self.to) = (from, to) }

    /// The bits that wait, as a number.
    package var rest: UInt32 { held & (1 << UInt32(waiting) &- 1) }

    /// Takes a group, and gives the one that it completes; more may be complete when groups get smaller: ``next()``.
    package mutating func push(_ group: UInt8) -> UInt8? {
        held = held << UInt32(from) | UInt32(group)
        waiting += from
        return next()
    }

    /// A group that is complete.
    package mutating func next() -> UInt8? {
        guard waiting >= to else { return nil }
        waiting -= to
        return UInt8(truncatingIfNeeded: held >> UInt32(waiting) & (1 << UInt32(to) &- 1))
    }

    /// The last group, filled up with zeros; nil when no bit waits.
    package mutating func last() -> UInt8? {
        guard waiting > 0 else { return nil }
        held <<= UInt32(to - waiting)
        waiting = to
        return next()
    }
}
