package import Platform

/// What a record is about. Numbers without a case are kept as they are.
package enum RecordKind: UInt8, Sendable {
    /// Something that was deleted; the body tells what it had been.
    case tombstone = 0
    /// The vault itself: one.
    case vault = 1
    /// A way to open the vault.
    case unlockMethod = 2
    /// The owner's settings: one.
    case settings = 3
    /// A login at a service.
    case account = 4
    /// The one-time password of an account.
    case credential = 5
    /// The recovery codes of an account.
    case recoveryCodes = 6
    /// Where the accounts of the last import came from: at most one.
    case lastImport = 7
    /// What a restore or a sync has changed, so that it can be undone; never leaves the machine.
    case undo = 8
    /// What is known of the unlock methods besides themselves: at most one.
    case access = 9
    /// A key that signs the challenges of a site or of ssh.
    case key = 10
    /// The PIN that stands for the owner towards such keys: at most one, which never leaves the machine.
    case pin = 11
    /// Which records such a change has added and displaced; never leaves the machine.
    case undoPage = 12
    /// The body of a record that such a change has displaced; never leaves the machine.
    case displaced = 13
    /// The time of one of the keys that have signed backups.
    case epoch = 14
    /// The keys of the backups: one.
    case backupKeys = 16
    /// What a backup says of itself: one, in backups only.
    case manifest = 17
    /// Where the audit logs of this machine stand, and the keys that verify them: at most one, which never leaves the
    /// machine.
    case audit = 19
    /// A place of backups.
    case backupPlace = 22
    /// What the last emergency kit says of the places of backups: at most one.
    case kit = 24
    /// A vault that has become one with this: one for each.
    case earlierVault = 26
    /// The keepers of this vault, and what opens their shares: at most one.
    case keepers = 27
    /// What this vault is known by as an owner and as a keeper: at most one.
    case keeping = 28
    /// A recovery token: kept for somebody, or of an account.
    case recoveryToken = 29
    /// The telephone lines of this machine: at most one, which never leaves it.
    case lines = 31
}

/// One thing that a vault holds. The body never changes: a change makes a new body, a higher revision and a later
/// time, so that two machines can tell which of theirs is newer.
package struct Record: Sendable {
    /// Largest body, in bytes.
    package static let bodyLimit = 32 << 10

    /// Largest revision, time, counter or number of saves: far from where adding one could overflow.
    static let numberLimit: UInt64 = 1 << 62

    /// A counter, place or time as it is read of a field. One at the limit becomes half of that, so that whoever wrote a file
    /// cannot keep the owner from going on.
    static func within(_ number: UInt64) -> UInt64 { number < numberLimit ? number : numberLimit / 2 }

    /// Which record.
    package let id: Identifier
    /// Grows by one with every change.
    package let revision: UInt64
    /// Seconds of UTC of the last change.
    package let modified: UInt64
    /// Its `RecordKind`, or a number that this release does not know.
    package let kind: UInt8
    /// Bytes of the body: a table tells how long a file becomes without a look at each.
    let bodyCount: UInt32
    /// Its fields.
    package let body: SharedSecret

    init(id: Identifier, kind: UInt8, revision: UInt64, modified: UInt64, body: SharedSecret) {
        (self.id, self.kind, self.revision, self.modified) = (id, kind, revision, modified)
        (self.body, bodyCount) = (body, UInt32(body.count))
    }

    /// Whether it is another record in nothing; its body is one object in both.
    func isSame(as other: Record) -> Bool {
        id == other.id && kind == other.kind && revision == other.revision && modified == other.modified
            && body === other.body
    }

    /// Whether it stays on its machine, or each vault has one of its own.
    var isOfMachine: Bool {
        switch RecordKind(rawValue: kind) {
        case .pin, .audit, .lines, .lastImport, .undo, .undoPage, .displaced, .manifest: true
        case .tombstone, .vault, .unlockMethod, .settings, .account, .credential, .recoveryCodes, .access, .key, .epoch,
            .backupKeys, .kit, .backupPlace, .earlierVault, .keepers, .keeping, .recoveryToken, nil:
            false
        }
    }

    /// What `read` makes of it; damage is said of this record.
    func reading<Value>(_ read: (Record) throws(VaultError) -> Value) throws(VaultError) -> Value {
        do { return try read(self) } catch {
            guard case .damaged(let place) = error else { throw error }
            throw .damaged("record \(id): \(place)")
        }
    }

    /// The first or, over `old`, the next revision.
    ///
    /// - Throws: `badValue` for a body that would be refused when it is read back; `memory`.
    static func make(
        _ kind: RecordKind, _ id: Identifier, over old: Record? = nil, at utc: UInt64, body: consuming LockedBuffer
    ) throws(VaultError) -> Record {
        guard body.count <= bodyLimit else { throw .badValue("so much in one record") }
        do {
            let secret = try Secret(body)
            return Record(
                id: id, kind: kind.rawValue, revision: (old?.revision ?? 0) + 1,
                modified: min(max(utc, old?.modified ?? 0), numberLimit), body: SharedSecret(secret))
        } catch { throw .memory(error) }
    }
}
