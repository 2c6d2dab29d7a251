/// BACKUP_NOW: seals the vault into a finished backup, if the newest one does not hold the last change.
package struct BackupNowRequest: PlainMessage, Request {
    package typealias Reply = BackupMadeReply
    package static var type: MessageType { .backupNow }
    /// Makes one also when nothing has changed.
    package var isForced = false

    package init() {}

    package init(force: Bool) { isForced = force }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.bool(&isForced)
    }
}

/// BACKUP_STATE: what is known of the backups; answered while locked too.
package struct BackupStateRequest: EmptyMessage, Request {
    package typealias Reply = BackupStateReply
    package static var type: MessageType { .backupState }
    package init() {}
}

/// BACKUP_VERIFY: a part of a backup as it came back from a destination. Parts come in order; the reply to the last one
/// is BACKUP_VERIFIED, to each before it OK.
package struct BackupVerifyRequest: Message, ~Escapable {
    package static var type: MessageType { .backupVerify }
    /// Bytes of the whole file, the same in each part.
    package var size: UInt32
    /// Where this part begins; 0 starts anew.
    package var start: UInt32
    /// The part.
    package var bytes: Span<UInt8>

    @_lifetime(immortal)
    package init() { (size, start, bytes) = (0, 0, Span()) }

    @_lifetime(copy bytes)
    package init(size: UInt32, start: UInt32, bytes: Span<UInt8>) {
        (self.size, self.start, self.bytes) = (size, start, bytes)
    }

    @_lifetime(self: copy self, copy coder)
    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.integer(&size)
        try coder.integer(&start)
        try coder.lent(&bytes, 0...Limits.body, wide: true)
        try coder.check(!bytes.isEmpty && UInt64(start) + UInt64(bytes.count) <= UInt64(size))
    }
}

/// How it stands with a destination.
package enum BackupHealth: UInt8, CaseIterable, Sendable {
    /// It holds the newest backup, read back and looked into.
    case verified = 0
    /// It holds the newest backup, read back; the vault was locked, so nothing looked into it.
    case uploaded = 1
    /// The last attempt failed.
    case failing = 2
    /// It has been failing, or nothing was tried, for too long.
    case stale = 3
}

/// BACKUP_REPORT: a client that uploads backups tells how it went, for STATUS and for subscribers.
package struct BackupReportRequest: PlainMessage, Request {
    package static var type: MessageType { .backupReport }
    /// How it stands.
    package var report = BackupReport()

    package init() {}

    package init(_ report: BackupReport) { self.report = report }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.field(&report)
    }
}

/// How it stands with one destination.
package struct BackupReport: Field, Equatable, Sendable {
    /// The destination's name.
    package var destination = ""
    /// In one word.
    package var health = BackupHealth.verified
    /// When it last held the newest backup, in seconds of UTC; 0 for never.
    package var success: UInt64 = 0
    /// Why the last attempt failed; empty when it did not.
    package var cause = ""

    package init() {}

    package init(destination: String, health: BackupHealth, success: UInt64, cause: String) {
        (self.destination, self.health, self.success, self.cause) = (destination, health, success, cause)
    }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.string(&destination, Limits.destination)
        try coder.choice(&health)
        try coder.integer(&success)
        try coder.string(&cause, Limits.text)
    }
}

/// What a rehearsal went by.
package enum RehearsedBy: UInt8, CaseIterable, Sendable {
    case passphrase = 1
    /// A code of the kit.
    case code = 2
    /// The stock age program, by a code of the kit.
    case age = 3
    /// An identity of the owner's.
    case identity = 4
    /// A hardware security key.
    case securityKey = 5
    case keepers = 6
}

/// REHEARSED: a client tells how the rehearsal of a way back has ended, for the audit log.
package struct RehearsedRequest: PlainMessage, Request {
    package static var type: MessageType { .rehearsed }
    /// What it went by.
    package var way = RehearsedBy.passphrase
    /// Whether it led back to all accounts of the vault.
    package var works = false
    /// How long it took; 0 where it did not come to that.
    package var milliseconds: UInt64 = 0
    /// Accounts that came back; 0 where none are counted.
    package var accounts: UInt32 = 0

    package init() {}

    package init(_ way: RehearsedBy, works: Bool, milliseconds: UInt64, accounts: UInt32) {
        (self.way, self.works, self.milliseconds, self.accounts) = (way, works, milliseconds, accounts)
    }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.choice(&way)
        try coder.bool(&works)
        try coder.integer(&milliseconds)
        try coder.integer(&accounts)
    }
}

/// BACKUP_MADE: the reply to BACKUP_NOW.
package struct BackupMadeReply: PlainMessage {
    package static var type: MessageType { .backupMade }
    /// The file's name in the directory of finished backups.
    package var name = ""
    /// Bytes of the file.
    package var size: UInt32 = 0
    /// SHA-256 of the file.
    package var digest = Digest()
    /// False when it was there already and holds the last change.
    package var isNew = false

    package init() {}

    package init(name: String, size: UInt32, digest: Digest, isNew: Bool) {
        (self.name, self.size, self.digest, self.isNew) = (name, size, digest, isNew)
    }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.string(&name, Limits.text)
        try coder.integer(&size)
        try coder.field(&digest)
        try coder.bool(&isNew)
    }
}

/// BACKUP_STATE_REPLY: the reply to BACKUP_STATE.
package struct BackupStateReply: PlainMessage {
    package static var type: MessageType { .backupStateReply }
    /// Number of the save that the newest finished backup holds; 0 when there is none.
    package var sequence: UInt64 = 0
    /// When that was sealed, in seconds of UTC; 0 when there is none.
    package var sealed: UInt64 = 0
    /// The vault has changes that it does not hold. False while the vault is locked: then nobody knows.
    package var isDue = false
    /// Seconds until the next one is sealed; 0 when none is due.
    package var dueSeconds: UInt32 = 0
    /// Why the last one could not be sealed; empty when it could.
    package var failure = ""
    /// What was last reported of each destination since the agent started.
    package var reports: [BackupReport] = []

    package init() {}

    package init(
        sequence: UInt64, sealed: UInt64, isDue: Bool, dueSeconds: UInt32, failure: String, reports: [BackupReport]
    ) {
        (self.sequence, self.sealed, self.isDue, self.dueSeconds) = (sequence, sealed, isDue, dueSeconds)
        (self.failure, self.reports) = (failure, reports)
    }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.integer(&sequence)
        try coder.integer(&sealed)
        try coder.bool(&isDue)
        try coder.integer(&dueSeconds)
        try coder.string(&failure, Limits.text)
        try coder.list(&reports, Limits.destinations)
    }
}

/// BACKUP_VERIFIED: the file opens, is signed by this vault and holds what it says.
package struct BackupVerifiedReply: PlainMessage {
    package static var type: MessageType { .backupVerified }
    /// SHA-256 of the file.
    package var digest = Digest()
    /// Number of the save that it holds.
    package var sequence: UInt64 = 0
    /// When it was sealed, in seconds of UTC.
    package var time: UInt64 = 0
    /// The machine that sealed it.
    package var machine = ""
    /// Accounts outside the trash.
    package var accounts: UInt32 = 0
    /// Accounts in the trash.
    package var inTrash: UInt32 = 0
    /// Accounts whose secret is not in it.
    package var placeholders: UInt32 = 0
    /// Accounts, trash included, that are equal in the vault and the backup.
    package var same: UInt32 = 0
    /// Accounts that were changed in the vault since.
    package var older: UInt32 = 0
    /// Accounts that were added to the vault since.
    package var missing: UInt32 = 0
    /// Accounts that were removed from the vault since.
    package var extra: UInt32 = 0
    /// Accounts that differ though nothing changed since.
    package var different: UInt32 = 0

    package init() {}

    package init(
        digest: Digest, sequence: UInt64, time: UInt64, machine: String, accounts: UInt32, inTrash: UInt32,
        placeholders: UInt32, same: UInt32, older: UInt32, missing: UInt32, extra: UInt32, different: UInt32
    ) {
        (self.digest, self.sequence, self.time, self.machine) = (digest, sequence, time, machine)
        (self.accounts, self.inTrash, self.placeholders, self.same) = (accounts, inTrash, placeholders, same)
        (self.older, self.missing, self.extra, self.different) = (older, missing, extra, different)
    }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.field(&digest)
        try coder.integer(&sequence)
        try coder.integer(&time)
        try coder.string(&machine, Limits.text)
        try coder.integer(&accounts)
        try coder.integer(&inTrash)
        try coder.integer(&placeholders)
        try coder.integer(&same)
        try coder.integer(&older)
        try coder.integer(&missing)
        try coder.integer(&extra)
        try coder.integer(&different)
    }
}

/// BACKUP_HEALTH: how it stands with a destination, when that has changed.
package struct BackupHealthEvent: PlainMessage {
    package static var type: MessageType { .backupHealthEvent }
    /// How it stands.
    package var report = BackupReport()

    package init() {}

    package init(_ report: BackupReport) { self.report = report }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.field(&report)
    }
}
