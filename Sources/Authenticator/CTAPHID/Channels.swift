/// The channels that clients were given, of which the one that was silent longest makes room for a new one.
struct Channels: Sendable {
    static let broadcast: UInt32 = 0xFFFF_FFFF
    /// More than the programs that use a security key at a time.
    static let most = 64

    private var next: UInt32
    /// The one used last stands at the end.
    private var known: [UInt32] = []
    /// Whether channels that were never given out are accepted: a test suite invents its own.
    let acceptsAny: Bool

    /// - Parameter first: the first channel that is given out, but for 0 and the broadcast channel.
    init(first: UInt32, acceptsAny: Bool) {
        next = first
        self.acceptsAny = acceptsAny
    }

    /// A channel that nobody has.
    mutating func allocate() -> UInt32 {
        while next == 0 || next == Self.broadcast || known.contains(next) { next &+= 1 }
        defer { next &+= 1 }
        if known.count == Self.most { known.removeFirst() }
        known.append(next)
        return next
    }

    /// Whether a channel was given out, which is then the one used last.
    mutating func use(_ channel: UInt32) -> Bool {
        guard channel != 0, channel != Self.broadcast else { return false }
        if let index = known.firstIndex(of: channel) {
            known.remove(at: index)
            known.append(channel)
            return true
        }
        return acceptsAny
    }
}
