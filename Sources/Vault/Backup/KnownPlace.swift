import Platform

/// A place that backups of this vault go to from some machine: a restored machine learns from it where to go on. It never
/// has a credential.
package struct KnownPlace: Sendable, Equatable {
    /// What it is.
    package enum Kind: UInt8, CaseIterable, Sendable {
        /// A directory.
        case folder = 1
        /// A remote of rclone.
        case rclone = 2
        /// Commands of the owner's, which may hold what is nobody else's business.
        case command = 3
    }

    /// Its `Kind`, or a number that this release does not know.
    var kindNumber: UInt8 = 0
    /// The owner's word for it.
    package var name = ""
    /// The path, or `REMOTE:PATH`; empty for commands.
    package var place = ""
    /// Backups got there by themselves, and not only when somebody said so.
    package var isUnattended = false
    /// Backups no longer go there.
    package var isFormer = false
    /// Of so many days, weeks and months of 30 days the newest backup is kept.
    package var (days, weeks, months): (UInt16, UInt16, UInt16) = (0, 0, 0)
    /// Hours after which it is looked at though nothing has changed; 0 where nothing is known of all four.
    package var hours: UInt16 = 0

    package init() {}

    package init(_ kind: Kind, name: String, place: String, isUnattended: Bool = false, isFormer: Bool = false) {
        kindNumber = kind.rawValue
        (self.name, self.place, self.isUnattended, self.isFormer) = (name, place, isUnattended, isFormer)
    }

    /// Nil for one that this release does not know.
    package var kind: Kind? { Kind(rawValue: kindNumber) }

    /// The same place has the same id on all machines: the first half of a SHA-256.
    var id: Identifier {
        // Where commands lead to is in the owner's word for it only.
        let text = ["fob/backup-place/1", "\(kindNumber)", kind == .command ? name : place].joined(separator: "\n")
        return Identifier(firstOf: Sodium.sha256(text.utf8.span).span)
    }
}

extension Contents {
    /// The places of backups, those that are used first, by name.
    package var backupPlaces: [KnownPlace] {
        records.values.filter { $0.kind == RecordKind.backupPlace.rawValue }
            .compactMap { try? KnownPlace($0) }.filter { $0.kind != nil && !$0.name.isEmpty }
            .sorted { ($0.isFormer ? 1 : 0, $0.name, $0.place) < ($1.isFormer ? 1 : 0, $1.name, $1.place) }
    }

    /// Notes that backups go to these places, or no longer do. Names that other machines have given stay, and so does that
    /// backups get there by themselves.
    package mutating func note(_ places: [KnownPlace], at utc: UInt64) throws(VaultError) {
        var hasChanged = false
        var count = records.values.count { $0.kind == RecordKind.backupPlace.rawValue }
        for var place in places {
            let id = place.id
            let old = records[id].flatMap { $0.kind == RecordKind.backupPlace.rawValue ? $0 : nil }
            if let old {
                let known = try old.reading(KnownPlace.init)
                place.name = known.name
                place.isUnattended = place.isUnattended || known.isUnattended
                // It is that of whoever added it last: machines with other plans for one place would write without end.
                if place.hours == 0 || place.isFormer || known.hours != 0 && !known.isFormer {
                    (place.days, place.weeks, place.months, place.hours) = (
                        known.days, known.weeks, known.months, known.hours
                    )
                }
                if place == known { continue }
            } else if place.isFormer {
                continue
            } else if count >= Limits.knownPlaces {
                // One that is used no more makes room; places that are used are no reason to forget another.
                guard let former = oldestFormerPlace else { continue }
                try bury(former, at: utc)
            } else {
                count += 1
            }
            let record = try Record.make(.backupPlace, id, over: old, at: utc, body: place.body(over: old))
            records[id] = try record.edited(over: old)
            hasChanged = true
        }
        if hasChanged { revision += 1 }
    }

    private var oldestFormerPlace: Identifier? {
        records.values.filter { $0.kind == RecordKind.backupPlace.rawValue && (try? KnownPlace($0))?.isFormer == true }
            .min { $0.modified < $1.modified }?.id
    }
}

extension KnownPlace: FieldList {
    mutating func fields<Coder: FieldCoder & ~Copyable & ~Escapable>(_ coder: inout Coder) throws(VaultError) {
        try coder.value(1, &kindNumber)
        try coder.some(2, &name, most: Limits.text)
        try coder.some(3, &place, most: Limits.text)
        try coder.some(4, &isUnattended)
        try coder.some(5, &isFormer)
        try coder.some(6, &days)
        try coder.some(7, &weeks)
        try coder.some(8, &months)
        try coder.some(9, &hours)
    }

    init(_ record: Record) throws(VaultError) { try read(record) }
}
