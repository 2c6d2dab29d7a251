/// How far the time of a token may be from now, in seconds. A token that is exactly as far is fresh.
package struct Freshness: Sendable {
    /// How old it may be.
    package let past: Int64
    /// How much the issuer's clock may be ahead.
    package let future: Int64

    /// From both bounds.
    package init(past: Int64, future: Int64) { (self.past, self.future) = (past, future) }

    /// Of what comes at once: five minutes.
    package static let direct = Freshness(past: 300, future: 300)
    /// Of what people carry: seven days, and an hour for a clock that is set to another zone. What a binding ties to one
    /// card or one session needs no more.
    package static let carried = Freshness(past: 7 * 86_400, future: 3600)

    /// Where a time lies.
    package enum Verdict: Sendable {
        /// It is fresh.
        case fresh
        /// It is further back than may be.
        case old
        /// It is further ahead than may be.
        case ahead
    }

    /// Judges a time.
    package func verdict(_ time: Timestamp, now: Timestamp) -> Verdict {
        if time < now.adding(-past) { return .old }
        return time > now.adding(future) ? .ahead : .fresh
    }
}
