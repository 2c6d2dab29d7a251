import Platform
import Wire

/// One-time codes that have come by message and that nobody has taken, and who waits for one. In locked memory, for ten
/// minutes at most, and not over a lock.
struct ReceivedCodes {
    /// A code.
    struct Code {
        fileprivate let number: UInt64
        let source: MessageSource
        let site: Site
        /// Seconds of UTC.
        let received: UInt64
        let text: SharedSecret
        /// When its time is over.
        fileprivate(set) var timer: Timers.Timer?
    }

    /// What a code is for: the host of a site, and of a frame in it; both are empty for a guess.
    struct Site: Hashable {
        var host: String
        var frame: String

        /// Whether a request for it is one for whatever comes.
        var isAny: Bool { host.isEmpty }
    }

    /// A request that waits.
    struct Waiting {
        fileprivate let number: UInt64
        let held: Held
        let site: Site
        /// Hosts of codes that came meanwhile and are not for it; the empty one stands for guesses.
        fileprivate(set) var others: [String] = []
        /// When it has waited as long as it may.
        fileprivate(set) var timer: Timers.Timer?
    }

    /// The oldest first.
    private var codes: [Code] = []
    private var waiting: [Waiting] = []
    private var last: UInt64 = 0

    var isEmpty: Bool { codes.isEmpty && waiting.isEmpty }

    /// Hosts of the codes that are here.
    var hosts: [String] { Self.distinct(codes.map(\.site.host)) }

    /// Keeps a code. Whoever floods the telephone drives out codes of the same site first, then the oldest of all.
    ///
    /// - Returns: its number, by which it is dropped when it is over, and the timer of a code that it has driven out.
    mutating func keep(
        _ text: SharedSecret, from source: MessageSource, for site: Site, at utc: UInt64
    ) -> (number: UInt64, over: Timers.Timer?) {
        last += 1
        var over: Timers.Timer?
        let same = codes.indices.filter { codes[$0].site == site }
        if same.count >= AgentLimits.codesOfSite {
            over = codes.remove(at: same[0]).timer
        } else if codes.count >= AgentLimits.receivedCodes {
            over = codes.removeFirst().timer
        }
        codes.append(Code(number: last, source: source, site: site, received: utc, text: text))
        return (last, over)
    }

    /// Notes the timer of a code, or of one that waits.
    mutating func time(_ timer: Timers.Timer, for number: UInt64) {
        for index in codes.indices where codes[index].number == number { codes[index].timer = timer }
        for index in waiting.indices where waiting[index].number == number { waiting[index].timer = timer }
    }

    /// Takes the newest code for a site, which is nobody else's then.
    mutating func take(for site: Site) -> Code? {
        codes.lastIndex { site.isAny || $0.site == site }.map { codes.remove(at: $0) }
    }

    /// Has a request wait; returns its number.
    mutating func wait(_ held: Held, for site: Site) -> UInt64 {
        last += 1
        waiting.append(Waiting(number: last, held: held, site: site))
        return last
    }

    /// Takes the first that waits for a site; the others are to be told that a code for it has come.
    mutating func takeWaiting(for site: Site) -> Waiting? {
        let first = waiting.firstIndex { $0.site == site } ?? waiting.firstIndex(where: \.site.isAny)
        for index in waiting.indices where index != first {
            let others = Self.distinct(waiting[index].others + [site.host])
            if others.count <= AgentLimits.receivedCodes { waiting[index].others = others }
        }
        return first.map { waiting.remove(at: $0) }
    }

    /// Takes one that has waited as long as it may.
    mutating func takeWaiting(_ number: UInt64) -> Waiting? {
        waiting.firstIndex { $0.number == number }.map { waiting.remove(at: $0) }
    }

    /// Takes those of a connection, or one of them.
    mutating func takeWaiting(where isOne: (Requester) -> Bool) -> [Waiting] {
        let taken = waiting.filter { isOne($0.held.requester) }
        waiting.removeAll { isOne($0.held.requester) }
        return taken
    }

    /// Drops a code whose time is over.
    mutating func drop(_ number: UInt64) { codes.removeAll { $0.number == number } }

    /// Drops all codes.
    ///
    /// - Returns: their timers.
    mutating func dropAll() -> [Timers.Timer] {
        defer { codes = [] }
        return codes.compactMap(\.timer)
    }

    private static func distinct(_ hosts: [String]) -> [String] {
        hosts.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }
}
