/// When the next backup is sealed: some time after the last change, so that a burst of changes makes one, but not later
/// than a longer time after the first.
struct BackupSchedule {
    /// Milliseconds after the last change.
    let quiet: UInt64
    /// The first change that no backup holds; nil when there is none.
    private var first: Monotonic?
    private var last: Monotonic = 0
    /// Not before that, because sealing failed.
    private var pause: Monotonic = 0

    init(quiet: UInt64 = AgentLimits.backupQuietMilliseconds) { self.quiet = quiet }

    /// Whether the vault has changes that no backup holds.
    var isDue: Bool { first != nil }

    /// When to seal; nil when nothing has changed.
    var deadline: Monotonic? {
        first.map { first in
            max(min(last + quiet, first + AgentLimits.backupMostMilliseconds), pause)
        }
    }

    /// The vault has changed.
    mutating func changed(at now: Monotonic) {
        first = first ?? now
        last = now
    }

    /// Sealing has begun: later changes are for the next one.
    mutating func begun() { first = nil }

    /// A backup was sealed.
    mutating func succeeded() { pause = 0 }

    /// Sealing failed: what it should have held still waits.
    mutating func failed(at now: Monotonic) {
        changed(at: now)
        pause = now + AgentLimits.backupRetryMilliseconds
    }

    /// The vault is locked: nothing can be sealed.
    mutating func stop() { self = BackupSchedule(quiet: quiet) }
}
