import Platform

// Which of two machines' versions of a record is the later one.
extension Record {
    /// Whether this version of a record that does not merge by field takes the place of another: the higher revision,
    /// then what is there over what is deleted, then more content, then the bytes. Every machine comes to the same
    /// answer, whatever its clock says.
    func isNewer(than other: Record) -> Bool {
        if revision != other.revision { return revision > other.revision }
        if isTombstone != other.isTombstone { return !isTombstone }
        if body.count != other.body.count { return body.count > other.body.count }
        return body.withBytes { own in
            other.body.withBytes { others in
                for index in own.indices where own[index] != others[index] { return own[index] > others[index] }
                return false
            }
        }
    }

    /// Whether it is what stays of a deleted record.
    var isTombstone: Bool { kind == RecordKind.tombstone.rawValue }

    /// The same under another number.
    func with(revision: UInt64) -> Record {
        Record(id: id, kind: kind, revision: revision, modified: modified, body: body)
    }

    /// What the record was before it became a tombstone, and whether another took its place.
    var formerly: Tombstone {
        get throws(VaultError) {
            var tombstone = Tombstone()
            try tombstone.read(self)
            return tombstone
        }
    }
}

/// What stays of a deleted record.
struct Tombstone: FieldList {
    /// What it was.
    var kind: UInt8 = 0
    /// Another record took its place, which is to be so on all machines.
    var isReplaced = false
    /// It ended because its account did.
    var isWithOwner = false

    mutating func fields<Coder: FieldCoder & ~Copyable & ~Escapable>(_ coder: inout Coder) throws(VaultError) {
        try coder.value(1, &kind)
        try coder.some(2, &isReplaced)
        try coder.some(3, &isWithOwner)
    }
}

/// Why a record ended.
enum RecordEnd {
    /// By itself.
    case alone
    /// Another one takes its place.
    case replaced
    /// With its account.
    case withOwner
}

extension Record {
    /// The same content under another id.
    func with(id: Identifier) -> Record {
        Record(id: id, kind: kind, revision: revision, modified: modified, body: body)
    }
}
