/// When the next backup is sealed: some time after the last change, so that a burst of changes makes one, but not later
/// than a longer time after the first. In milliseconds since boot.
struct BackupSchedule {
    /// Milliseconds after the last change.
    let quiet: UInt64
    /// The first change that no backup holds; nil when there is none.
    private var first: UInt64?
    private var last: UInt64 = 0
    /// Not before that, because sealing failed.
    private var pause: UInt64 = 0

    init(quiet: UInt64 = AgentLimits.backupQuietMilliseconds) { self.quiet = quiet }

    /// Whether the vault has changes that no backup holds.
    var isDue: Bool { first != nil }

    /// When to seal; nil when nothing has changed.
    var deadline: UInt64? {
        first.map { first in
            max(min(last + quiet, first + AgentLimits.backupMostMilliseconds), pause)
        }
    }

    /// The vault has changed.
    mutating func changed(at now: UInt64) {
        first = first ?? now
        last = now
    }

    /// Sealing has begun: later changes are for the next one.
    mutating func begun() { first = nil }

    /// A backup was sealed.
    mutating func succeeded() { pause = 0 }

    /// Sealing failed: what it should have held still waits.
    mutating func failed(at now: UInt64) {
        changed(at: now)
        pause = now + AgentLimits.backupRetryMilliseconds
    }

    /// The vault is locked: nothing can be sealed.
    mutating func stop() { self = BackupSchedule(quiet: quiet) }
}
