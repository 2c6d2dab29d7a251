import Wire

/// Events that come as often as somebody asks. The first of an account and caller is a line at once; those that follow
/// within a short time are counted, and become one line when it is over.
struct FoldedCodes {
    /// What makes two of them the same.
    struct Kind: Hashable {
        let event: AuditEvent
        let account: Identifier?
        let outcome: AuditOutcome
        /// The number of the caller's session.
        let session: Int32
        /// What the caller is called. Its path would cost more than the code.
        let program: String
        /// The caller's terminal.
        let terminal: String

        /// By what mostly tells them apart: a code is not worth the hash of two texts.
        func hash(into hasher: inout Hasher) {
            hasher.combine(account)
            hasher.combine(session)
        }
    }

    /// Some that are counted.
    struct Repeated {
        let kind: Kind
        /// The caller of the first one.
        let caller: [UInt8]
        /// How many came after the first.
        var count: UInt64 = 0
        /// When the last one came, in seconds of UTC.
        var utc: UInt64
        /// When the time is over in which they are counted.
        let end: Monotonic
    }

    private var open: [Kind: Repeated] = [:]
    /// The kinds in the order in which their time ends.
    private var order: [Kind] = []

    /// When the first one's time is over; nil when none is open.
    var deadline: Monotonic? { order.first.flatMap { open[$0]?.end } }

    /// Counts one; false for the first of its kind, which is to be written.
    mutating func counts(_ kind: Kind, at utc: UInt64, _ now: Monotonic) -> Bool {
        if let index = open.index(forKey: kind), open.values[index].end > now {
            open.values[index].count += 1
            open.values[index].utc = utc
            return true
        }
        return false
    }

    /// Opens a kind whose first one was written.
    mutating func begin(_ kind: Kind, caller: [UInt8], at utc: UInt64, _ now: Monotonic) {
        open[kind] = Repeated(kind: kind, caller: caller, utc: utc, end: now + AgentLimits.foldMilliseconds)
        order.append(kind)
    }

    /// Takes those whose time is over, and the oldest when there are too many; only those that were repeated.
    mutating func takeOver(at now: Monotonic) -> [Repeated] {
        var taken: [Repeated] = []
        var count = 0
        for kind in order {
            guard let entry = open[kind], entry.end <= now || order.count - count > AgentLimits.foldedKinds else {
                break
            }
            count += 1
            open[kind] = nil
            if entry.count > 0 { taken.append(entry) }
        }
        order.removeFirst(count)
        return taken
    }

    /// Takes all that were repeated.
    mutating func takeAll() -> [Repeated] {
        let taken = order.compactMap { open[$0] }.filter { $0.count > 0 }
        open.removeAll()
        order.removeAll()
        return taken
    }
}
