/// BACKUP_NOW: seals the vault into a finished backup, if the newest one does not hold the last change.
package struct BackupNowRequest: PlainMessage {
    package static var type: MessageType { .backupNow }
    /// Makes one also when nothing has changed.
    package let isForced: Bool

    /// With those fields.
    package init(force: Bool) { isForced = force }

    package init(_ cursor: inout Cursor, _ body: Span<UInt8>) throws(WireError) { isForced = try cursor.bool(body) }

    package var encodedCount: Int { 1 }
    package func encode(into output: inout OutputSpan<UInt8>) throws(WireError) { output.appendBool(isForced) }
}

/// BACKUP_STATE: what is known of the backups; answered while locked too.
package struct BackupStateRequest: EmptyMessage {
    package static var type: MessageType { .backupState }
    package init() {}
}

/// BACKUP_VERIFY: a part of a backup as it came back from a destination. Parts come in order; the reply to the last one
/// is BACKUP_VERIFIED, to each before it OK.
package struct BackupVerifyRequest: Message {
    package static var type: MessageType { .backupVerify }
    /// Bytes of the whole file, the same in each part.
    package let size: UInt32
    /// Where this part begins; 0 starts anew.
    package let start: UInt32
    /// The part, in the body.
    package let bytes: Range<Int>

    package init(_ cursor: inout Cursor, _ body: Span<UInt8>) throws(WireError) {
        size = try cursor.u32(body)
        start = try cursor.u32(body)
        bytes = try cursor.blob(body)
        guard !bytes.isEmpty, UInt64(start) + UInt64(bytes.count) <= UInt64(size) else { throw .outOfRange }
    }

    /// Bytes of the body.
    package static func encodedCount(bytes: Int) -> Int { 8 + Count.blob(bytes) }

    /// Appends the body.
    package static func encode(
        size: UInt32, start: UInt32, bytes: Span<UInt8>, into output: inout OutputSpan<UInt8>
    ) throws(WireError) {
        output.appendU32(size)
        output.appendU32(start)
        try output.appendBlob(bytes)
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
package struct BackupReportRequest: PlainMessage {
    package static var type: MessageType { .backupReport }
    /// How it stands.
    package let report: BackupReport

    /// With those fields.
    package init(_ report: BackupReport) { self.report = report }

    package init(_ cursor: inout Cursor, _ body: Span<UInt8>) throws(WireError) {
        report = try BackupReport(&cursor, body)
    }

    package var encodedCount: Int { report.encodedCount }
    package func encode(into output: inout OutputSpan<UInt8>) throws(WireError) { try report.encode(into: &output) }
}

/// How it stands with one destination.
package struct BackupReport: Equatable, Sendable {
    /// The destination's name.
    package let destination: String
    /// In one word.
    package let health: BackupHealth
    /// When it last held the newest backup, in seconds of UTC; 0 for never.
    package let success: UInt64
    /// Why the last attempt failed; empty when it did not.
    package let cause: String

    /// With those fields.
    package init(destination: String, health: BackupHealth, success: UInt64, cause: String) {
        self.destination = destination
        self.health = health
        self.success = success
        self.cause = cause
    }

    init(_ cursor: inout Cursor, _ body: Span<UInt8>) throws(WireError) {
        destination = try cursor.string(body, Limits.destination)
        health = try cursor.choice(body)
        success = try cursor.u64(body)
        cause = try cursor.string(body, Limits.text)
    }

    var encodedCount: Int { Count.string(destination) + 9 + Count.string(cause) }

    func encode(into output: inout OutputSpan<UInt8>) throws(WireError) {
        try output.appendString(destination, Limits.destination)
        output.append(health.rawValue)
        output.appendU64(success)
        try output.appendString(cause, Limits.text)
    }
}

/// BACKUP_MADE: the reply to BACKUP_NOW.
package struct BackupMadeReply: PlainMessage {
    package static var type: MessageType { .backupMade }
    /// The file's name in the directory of finished backups.
    package let name: String
    /// Bytes of the file.
    package let size: UInt32
    /// SHA-256 of the file.
    package let digest: Digest
    /// False when it was there already and holds the last change.
    package let isNew: Bool

    /// With those fields.
    package init(name: String, size: UInt32, digest: Digest, isNew: Bool) {
        self.name = name
        self.size = size
        self.digest = digest
        self.isNew = isNew
    }

    package init(_ cursor: inout Cursor, _ body: Span<UInt8>) throws(WireError) {
        name = try cursor.string(body, Limits.text)
        size = try cursor.u32(body)
        digest = try Digest(&cursor, body)
        isNew = try cursor.bool(body)
    }

    package var encodedCount: Int { Count.string(name) + 4 + Digest.count + 1 }

    package func encode(into output: inout OutputSpan<UInt8>) throws(WireError) {
        try output.appendString(name, Limits.text)
        output.appendU32(size)
        digest.encode(into: &output)
        output.appendBool(isNew)
    }
}

/// BACKUP_STATE_REPLY: the reply to BACKUP_STATE.
package struct BackupStateReply: PlainMessage {
    package static var type: MessageType { .backupStateReply }
    /// Number of the save that the newest finished backup holds; 0 when there is none.
    package let sequence: UInt64
    /// When that was sealed, in seconds of UTC; 0 when there is none.
    package let sealed: UInt64
    /// The vault has changes that it does not hold. False while the vault is locked: then nobody knows.
    package let isDue: Bool
    /// Seconds until the next one is sealed; 0 when none is due.
    package let dueSeconds: UInt32
    /// Why the last one could not be sealed; empty when it could.
    package let failure: String
    /// What was last reported of each destination since the agent started.
    package let reports: [BackupReport]

    /// With those fields.
    package init(
        sequence: UInt64, sealed: UInt64, isDue: Bool, dueSeconds: UInt32, failure: String, reports: [BackupReport]
    ) {
        self.sequence = sequence
        self.sealed = sealed
        self.isDue = isDue
        self.dueSeconds = dueSeconds
        self.failure = failure
        self.reports = reports
    }

    package init(_ cursor: inout Cursor, _ body: Span<UInt8>) throws(WireError) {
        sequence = try cursor.u64(body)
        sealed = try cursor.u64(body)
        isDue = try cursor.bool(body)
        dueSeconds = try cursor.u32(body)
        failure = try cursor.string(body, Limits.text)
        reports = try cursor.list(body, Limits.destinations) {
            (cursor: inout Cursor, body: Span<UInt8>) throws(WireError) in try BackupReport(&cursor, body)
        }
    }

    package var encodedCount: Int { 21 + Count.string(failure) + reports.reduce(2) { $0 + $1.encodedCount } }

    package func encode(into output: inout OutputSpan<UInt8>) throws(WireError) {
        output.appendU64(sequence)
        output.appendU64(sealed)
        output.appendBool(isDue)
        output.appendU32(dueSeconds)
        try output.appendString(failure, Limits.text)
        try output.appendCount(reports.count, Limits.destinations)
        for report in reports { try report.encode(into: &output) }
    }
}

/// BACKUP_VERIFIED: the file opens, is signed by this vault and holds what it says.
package struct BackupVerifiedReply: PlainMessage {
    package static var type: MessageType { .backupVerified }
    /// SHA-256 of the file.
    package let digest: Digest
    /// Number of the save that it holds.
    package let sequence: UInt64
    /// When it was sealed, in seconds of UTC.
    package let time: UInt64
    /// The machine that sealed it.
    package let machine: String
    /// Accounts outside the trash.
    package let accounts: UInt32
    /// Accounts in the trash.
    package let inTrash: UInt32
    /// Accounts whose secret is not in it.
    package let placeholders: UInt32
    /// Accounts, trash included, that are equal in the vault and the backup.
    package let same: UInt32
    /// Accounts that were changed in the vault since.
    package let older: UInt32
    /// Accounts that were added to the vault since.
    package let missing: UInt32
    /// Accounts that were removed from the vault since.
    package let extra: UInt32
    /// Accounts that differ though nothing changed since.
    package let different: UInt32

    /// With those fields.
    package init(
        digest: Digest, sequence: UInt64, time: UInt64, machine: String, accounts: UInt32, inTrash: UInt32,
        placeholders: UInt32, same: UInt32, older: UInt32, missing: UInt32, extra: UInt32, different: UInt32
    ) {
        self.digest = digest
        self.sequence = sequence
        self.time = time
        self.machine = machine
        self.accounts = accounts
        self.inTrash = inTrash
        self.placeholders = placeholders
        self.same = same
        self.older = older
        self.missing = missing
        self.extra = extra
        self.different = different
    }

    package init(_ cursor: inout Cursor, _ body: Span<UInt8>) throws(WireError) {
        digest = try Digest(&cursor, body)
        sequence = try cursor.u64(body)
        time = try cursor.u64(body)
        machine = try cursor.string(body, Limits.text)
        accounts = try cursor.u32(body)
        inTrash = try cursor.u32(body)
        placeholders = try cursor.u32(body)
        same = try cursor.u32(body)
        older = try cursor.u32(body)
        missing = try cursor.u32(body)
        extra = try cursor.u32(body)
        different = try cursor.u32(body)
    }

    package var encodedCount: Int { Digest.count + 16 + Count.string(machine) + 32 }

    package func encode(into output: inout OutputSpan<UInt8>) throws(WireError) {
        digest.encode(into: &output)
        output.appendU64(sequence)
        output.appendU64(time)
        try output.appendString(machine, Limits.text)
        for count in [accounts, inTrash, placeholders, same, older, missing, extra, different] {
            output.appendU32(count)
        }
    }
}

/// BACKUP_HEALTH: how it stands with a destination, when that has changed.
package struct BackupHealthEvent: PlainMessage {
    package static var type: MessageType { .backupHealthEvent }
    /// How it stands.
    package let report: BackupReport

    /// With those fields.
    package init(_ report: BackupReport) { self.report = report }

    package init(_ cursor: inout Cursor, _ body: Span<UInt8>) throws(WireError) {
        report = try BackupReport(&cursor, body)
    }

    package var encodedCount: Int { report.encodedCount }
    package func encode(into output: inout OutputSpan<UInt8>) throws(WireError) { try report.encode(into: &output) }
}
