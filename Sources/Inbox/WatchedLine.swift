import Platform
import Wire

/// A telephone line over time: what is unexpected of it.
struct WatchedLine {
    private(set) var standing: LineStanding
    /// Since when it looks for a network, in milliseconds since the machine was started.
    private var searchesSince: UInt64?
    private(set) var isLost = false
    /// It had service once: a modem without a SIM never had any, and has none to lose.
    private var wasServed = false
    /// It is to be told of.
    var isNew = true

    init(_ standing: LineStanding, at now: UInt64) {
        self.standing = standing
        take(standing, at: now)
    }

    /// When a line that looks for a network is lost; nil when that is not at stake.
    func deadline(_ patience: UInt64) -> UInt64? { isLost ? nil : searchesSince.map { $0 + patience } }

    /// How it stands now. A line that its owner has switched off stays what it was.
    mutating func take(_ standing: LineStanding, at now: UInt64) {
        let wasLost = isLost
        switch standing.service {
        case .served: (searchesSince, isLost, wasServed) = (nil, false, true)
        case .refused: (searchesSince, isLost) = (nil, wasServed)
        case .searches: searchesSince = wasServed ? searchesSince ?? now : nil
        case .off: searchesSince = nil
        }
        isNew =
            isNew || isLost != wasLost || standing.sim != self.standing.sim || standing.numbers != self.standing.numbers
        self.standing = standing
    }

    /// Takes note of the time.
    mutating func look(at now: UInt64, patience: UInt64) {
        guard let deadline = deadline(patience), deadline <= now else { return }
        (isLost, isNew) = (true, true)
    }

    /// What the agent is told.
    var request: LineRequest {
        LineRequest(
            Self.digest(standing.device), sim: standing.sim.isEmpty ? Digest() : Self.digest(standing.sim),
            isLost: isLost,
            numbers: standing.numbers.prefix(Limits.lineNumbers).map { Text.clipped($0, to: Limits.otherWay) })
    }

    private static func digest(_ text: String) -> Digest { Digest(Sodium.sha256(text.utf8.span)) }
}
