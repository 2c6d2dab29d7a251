import Platform

// Which of two machines' versions of a record is the later one.
extension Record {
    /// Whether this version of a record takes the place of another: the higher revision, then what is there over what
    /// is deleted, then the later time, then more content, then the bytes. Every machine comes to the same answer.
    func isNewer(than other: Record) -> Bool {
        if revision != other.revision { return revision > other.revision }
        if isTombstone != other.isTombstone { return !isTombstone }
        if modified != other.modified { return modified > other.modified }
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
    var formerly: (kind: UInt8, isReplaced: Bool) {
        get throws(VaultError) {
            try body.withBytes { (body: Span<UInt8>) throws(VaultError) in
                var found: (kind: UInt8, isReplaced: Bool) = (0, false)
                var reader = FieldReader()
                while let field = try reader.next(in: body) {
                    switch field.tag {
                    case TombstoneTag.kind:
                        found.kind = UInt8(truncatingIfNeeded: try FieldValue.number(body, field.value, bytes: 1))
                    case TombstoneTag.isReplaced: found.isReplaced = try FieldValue.flag(body, field.value)
                    default: break
                    }
                }
                return found
            }
        }
    }
}

/// The fields of a tombstone.
enum TombstoneTag {
    static let kind: UInt8 = 1
    static let isReplaced: UInt8 = 2
}

extension Record {
    /// The same content under another id.
    func with(id: Identifier) -> Record {
        Record(id: id, kind: kind, revision: revision, modified: modified, body: body)
    }
}
