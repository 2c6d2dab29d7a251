import Platform

/// When the process behind a connection started: what tells it from a later one that has its number. A confined process
/// cannot read that, and asks the broker.
enum ClientProcess {
    /// Which process a handle holds; without its start when it has ended.
    static func identity(of process: ProcessHandle) -> ProcessIdentity {
        let start = Broker.current?.ask(-process.number)?.bytes.reduce(0) { $0 << 8 | UInt64($1) } ?? 0
        // Only now: while it lives, nobody else can have had its number.
        return ProcessIdentity(number: process.number, startTime: process.isAlive ? start : 0)
    }

    /// The broker's work: what anybody may read.
    static func start(of number: Int32) -> Broker.Answer {
        let start = ProcessDescription(of: number).startTime
        return Broker.Answer(bytes: (0..<8).map { UInt8(truncatingIfNeeded: start >> UInt64(56 - 8 * $0)) })
    }
}
