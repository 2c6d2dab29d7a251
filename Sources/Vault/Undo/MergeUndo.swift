import Platform

/// A restore or a sync that can be undone. Which records it has added and displaced stands in its pages; what it has
/// displaced lies beside them, body by body.
package struct MergeUndo: Sendable, Equatable, FieldList {
    /// The most that are kept, and seconds for which one is.
    static let most = 8
    static let seconds: UInt64 = 30 * 24 * 3600
    /// Bytes of displaced records that are kept for all of them.
    static let byteLimit = 8 << 20

    /// The id of its record.
    let id: Identifier
    /// Later ones have higher numbers; the last is undone first.
    var number: UInt64 = 0
    /// Seconds of UTC.
    package internal(set) var time: UInt64 = 0
    /// Two machines took over each other's changes; else a backup came back.
    package internal(set) var isSync = false
    /// Where the file came from, for people.
    package internal(set) var source = ""
    /// How many accounts came in.
    package internal(set) var added: UInt32 = 0
    /// The last import before it, which is undone after it.
    var importBefore: Identifier?
    /// Stands for the vault as a join has left it; nil for any other. Its pages have all of the vault before.
    package internal(set) var left: Identifier?

    mutating func fields<Coder: FieldCoder & ~Copyable & ~Escapable>(_ coder: inout Coder) throws(VaultError) {
        try coder.value(1, &number)
        try coder.value(2, &time)
        try coder.some(3, &isSync)
        try coder.value(4, &source, most: Limits.text)
        try coder.value(5, &added)
        try coder.some(6, &importBefore)
        try coder.some(7, &left)
    }

    init(id: Identifier) { self.id = id }

    init(_ record: Record) throws(VaultError) {
        id = record.id
        try read(record)
        guard number <= Record.numberLimit, time <= Record.numberLimit else { throw .damaged("an impossible undo") }
    }
}

/// Some of the records that a merge has changed.
struct UndoPage: FieldList {
    /// A page is far from the largest body.
    static let most = 400

    /// Whose page.
    var undo = Identifier.zero
    var added: [Added] = []
    var displaced: [Displaced] = []

    /// A record that was not there, as the merge left it.
    struct Added {
        let id: Identifier
        let revision: UInt64
        let modified: UInt64
    }

    /// A record that was there, as the merge left it and as it was.
    struct Displaced {
        let id: Identifier
        let revision: UInt64
        let modified: UInt64
        let formerKind: UInt8
        let formerRevision: UInt64
        let formerModified: UInt64
        /// The record that has its body.
        let body: Identifier
    }

    mutating func fields<Coder: FieldCoder & ~Copyable & ~Escapable>(_ coder: inout Coder) throws(VaultError) {
        try coder.value(1, &undo)
        try coder.list(2, &added, most: Added.bytes)
        try coder.list(3, &displaced, most: Displaced.bytes)
    }

    init() {}

    init(_ record: Record) throws(VaultError) { try read(record) }
}

extension UndoPage.Added: FieldValue {
    static let bytes = 32

    init(in body: Span<UInt8>, at place: Range<Int>) throws(VaultError) {
        guard place.count == Self.bytes else { throw .damaged("an undo has the wrong length") }
        let start = place.lowerBound
        id = try Identifier(in: body, at: start..<(start + 16))
        revision = try UInt64(in: body, at: (start + 16)..<(start + 24))
        modified = try UInt64(in: body, at: (start + 24)..<(start + 32))
    }

    var isEmptyField: Bool { false }
    var fieldBytes: Int { Self.bytes }

    func append(to output: inout OutputSpan<UInt8>, from lent: Span<UInt8>) {
        id.append(to: &output, from: lent)
        output.appendNumber(revision, bytes: 8)
        output.appendNumber(modified, bytes: 8)
    }
}

extension UndoPage.Displaced: FieldValue {
    static let bytes = 65

    init(in body: Span<UInt8>, at place: Range<Int>) throws(VaultError) {
        guard place.count == Self.bytes else { throw .damaged("an undo has the wrong length") }
        let start = place.lowerBound
        id = try Identifier(in: body, at: start..<(start + 16))
        revision = try UInt64(in: body, at: (start + 16)..<(start + 24))
        modified = try UInt64(in: body, at: (start + 24)..<(start + 32))
        formerKind = body[start + 32]
        formerRevision = try UInt64(in: body, at: (start + 33)..<(start + 41))
        formerModified = try UInt64(in: body, at: (start + 41)..<(start + 49))
        self.body = try Identifier(in: body, at: (start + 49)..<(start + 65))
        guard max(formerRevision, formerModified) <= Record.numberLimit else { throw .damaged("an impossible undo") }
    }

    var isEmptyField: Bool { false }
    var fieldBytes: Int { Self.bytes }

    func append(to output: inout OutputSpan<UInt8>, from lent: Span<UInt8>) {
        id.append(to: &output, from: lent)
        output.appendNumber(revision, bytes: 8)
        output.appendNumber(modified, bytes: 8)
        output.append(formerKind)
        output.appendNumber(formerRevision, bytes: 8)
        output.appendNumber(formerModified, bytes: 8)
        body.append(to: &output, from: lent)
    }
}
