/// What a place of backups is.
package enum BackupPlaceKind: UInt8, CaseIterable, Sendable {
    /// A directory.
    case folder = 1
    /// A remote of rclone.
    case rclone = 2
    /// Commands of the owner's.
    case command = 3
}

/// A place that backups of the vault go to from some machine.
package struct BackupPlace: Field, Equatable, Sendable {
    /// What it is.
    package var kind = BackupPlaceKind.folder
    /// The owner's word for it.
    package var name = ""
    /// The path, or `REMOTE:PATH`; empty for commands, which may hold credentials.
    package var place = ""
    /// Backups get there by themselves.
    package var isUnattended = false
    /// Backups no longer go there.
    package var isFormer = false
    /// Of so many days, weeks and months of 30 days the newest backup is kept.
    package var (days, weeks, months): (UInt16, UInt16, UInt16) = (0, 0, 0)
    /// Hours after which it is looked at though nothing has changed; 0 where nothing is known of all four.
    package var hours: UInt16 = 0

    package init() {}

    package init(_ kind: BackupPlaceKind, name: String, place: String, isUnattended: Bool, isFormer: Bool) {
        (self.kind, self.name, self.place) = (kind, name, place)
        (self.isUnattended, self.isFormer) = (isUnattended, isFormer)
    }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.choice(&kind)
        try coder.string(&name, Limits.destination)
        try coder.string(&place, Limits.text)
        try coder.bool(&isUnattended)
        try coder.bool(&isFormer)
        try coder.integer(&days)
        try coder.integer(&weeks)
        try coder.integer(&months)
        try coder.integer(&hours)
    }
}

/// BACKUP_PLACES: notes where backups of the vault go, so that a restored machine knows; without places, only asks.
package struct BackupPlacesRequest: PlainMessage, Request {
    package typealias Reply = BackupPlacesReply
    package static var type: MessageType { .backupPlaces }
    /// What is to be noted.
    package var places: [BackupPlace] = []

    package init() {}

    package init(_ places: [BackupPlace]) { self.places = places }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.list(&places, Limits.destinations)
    }
}

/// BACKUP_PLACES_REPLY: what is known, of all machines with this vault.
package struct BackupPlacesReply: PlainMessage {
    package static var type: MessageType { .backupPlacesReply }
    /// The places, those that are used first, by name.
    package var places: [BackupPlace] = []

    package init() {}

    package init(_ places: [BackupPlace]) { self.places = places }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.list(&places, Limits.destinations)
    }
}
