package import Age
import Platform

/// Who keeps shares of a key that opens this vault, and what opens those shares: a record of the vault. The key itself is
/// not here; it is an unlock method, whose recipient is known by it.
package struct Keepers: Sendable, FieldList {
    /// One of them, in the order of the numbers of their shares.
    package struct Keeper: Sendable, Equatable {
        /// The owner's word for them.
        package var name: String
        /// Their public key of P-256: x and y.
        package var point: [UInt8]
        /// The binding of their card, which their token carries.
        package var binding: [UInt8]
        /// By which backups name them.
        package var label: Identifier
        /// The id of their token.
        package var token: Identifier
        /// Of their share: 32 bytes.
        package var commitment: [UInt8]
        /// Where the key lies that opens their share.
        package var key: Range<Int>

        /// From all of it.
        package init(
            name: String, point: [UInt8], binding: [UInt8], label: Identifier, token: Identifier, commitment: [UInt8],
            key: Range<Int>
        ) {
            (self.name, self.point, self.binding, self.label) = (name, point, binding, label)
            (self.token, self.commitment, self.key) = (token, commitment, key)
        }
    }

    /// A token of an earlier set that a keeper may still have: its new deposit may have been lost.
    package struct Earlier: Sendable, Equatable {
        /// Whose: their public key, x and y.
        package let point: [UInt8]
        /// Its id.
        package let token: Identifier

        package init(point: [UInt8], token: Identifier) { (self.point, self.token) = (point, token) }
    }

    /// The set's id.
    package var set = Identifier.zero
    /// How many of them must answer.
    package var threshold: UInt8 = 0
    /// Seconds of UTC at which it was made.
    package var made: UInt64 = 0
    /// Whom files are sealed to, so that they open them.
    package var recipient: [32 of UInt8] = .init(repeating: 0)
    /// The public key that has signed their tokens: x and y.
    package var owner: [UInt8] = []
    /// Seconds of UTC at which it has opened a backup; 0 for never. Whoever saw the shares together then knows the key.
    package var used: UInt64 = 0
    /// All of them.
    package var keepers: [Keeper] = []
    /// Tokens of earlier sets that are not known to have ended, the oldest first.
    package var earlier: [Earlier] = []
    /// Of the plus-code, without which the shares give no key: 32 bytes; empty for none.
    package var plus: [UInt8] = []
    private var body: SharedSecret?

    /// A set to be filled in.
    package init() {}

    mutating func fields<Coder: FieldCoder & ~Copyable & ~Escapable>(_ coder: inout Coder) throws(VaultError) {
        try coder.require(1, "a set of keepers has no id")
        try coder.value(1, &set)
        try coder.value(2, &threshold)
        try coder.value(3, &made)
        try coder.value(4, &recipient)
        try coder.value(5, &owner, most: 64)
        try coder.list(6, &keepers, most: Keeper.headBytes + Limits.keeperName)
        try coder.some(7, &used)
        try coder.list(8, &earlier, most: 64 + 16)
        try coder.some(9, &plus, most: 32)
    }

    init(_ record: Record) throws(VaultError) {
        try read(record)
        guard Limits.keepers.contains(keepers.count),
            (Limits.keepers.lowerBound...keepers.count).contains(Int(threshold)),
            owner.count == 64, plus.isEmpty || plus.count == 32
        else { throw .damaged("the keepers are no set") }
        (made, used) = (Record.within(made), Record.within(used))
        body = record.body
    }

    /// To whom files are sealed for them.
    package var identityRecipient: X25519Recipient { X25519Recipient(publicKey: recipient) }

    /// Lends the bytes in which the keys of the shares lie.
    package func withKeys<R: ~Copyable, E: Error>(_ use: (Span<UInt8>) throws(E) -> R) throws(E) -> R? {
        guard let body else { return nil }
        return try body.withBytes(use)
    }

    /// What the owner calls the unlock method.
    var label: String { Self.labelStart + "\(threshold) of \(keepers.count))" }

    private static let labelStart = "keepers ("

    /// Whether an unlock method is a set's: no other has such a label.
    package static func isLabel(_ label: String) -> Bool { label.hasPrefix(labelStart) }
}

extension Keepers.Earlier: FieldValue {
    init(in body: Span<UInt8>, at place: Range<Int>) throws(VaultError) {
        guard place.count == 80 else { throw .damaged("an earlier token has the wrong length") }
        point = [UInt8](in: body, at: place.lowerBound..<(place.lowerBound + 64))
        token = try Identifier(in: body, at: (place.lowerBound + 64)..<place.upperBound)
    }

    var isEmptyField: Bool { false }
    var fieldBytes: Int { 80 }

    func append(to output: inout OutputSpan<UInt8>, from lent: Span<UInt8>) {
        point.append(to: &output, from: lent)
        token.append(to: &output, from: lent)
    }
}

extension Keepers.Keeper: FieldValue {
    /// What stands in front of the name: x and y, binding, label, token, commitment, key.
    fileprivate static let headBytes = 64 + 16 + 16 + 16 + 32 + 32

    init(in body: Span<UInt8>, at place: Range<Int>) throws(VaultError) {
        guard place.count > Self.headBytes else { throw .damaged("a keeper is cut short") }
        var start = place.lowerBound
        func next(_ count: Int) -> Range<Int> {
            defer { start += count }
            return start..<(start + count)
        }
        point = [UInt8](in: body, at: next(64))
        binding = [UInt8](in: body, at: next(16))
        label = try Identifier(in: body, at: next(16))
        token = try Identifier(in: body, at: next(16))
        commitment = [UInt8](in: body, at: next(32))
        key = next(32)
        name = try String(in: body, at: start..<place.upperBound)
    }

    var isEmptyField: Bool { false }
    var fieldBytes: Int { Self.headBytes + name.utf8.count }

    func append(to output: inout OutputSpan<UInt8>, from lent: Span<UInt8>) {
        for bytes in [point, binding] { bytes.append(to: &output, from: lent) }
        label.append(to: &output, from: lent)
        token.append(to: &output, from: lent)
        commitment.append(to: &output, from: lent)
        key.append(to: &output, from: lent)
        name.append(to: &output, from: lent)
    }
}

extension Contents {
    /// The keepers whose shares open what is sealed now; nil where there are none, or their unlock method has ended.
    package var keepers: Keepers? {
        guard let record = records[.single(.keepers)], record.kind == RecordKind.keepers.rawValue,
            let keepers = try? Keepers(record),
            unlockMethods.contains(where: { $0.recipient == keepers.identityRecipient })
        else { return nil }
        return keepers
    }

    /// Puts a set of keepers, or none, in the place of the one before, whose key opens nothing that is sealed from then on.
    ///
    /// - Parameter keys: the bytes in which the keys of the new set lie.
    package mutating func replaceKeepers(
        by new: Keepers?, _ keys: Span<UInt8>, _ owner: OwnerKey, at utc: UInt64
    ) throws(VaultError) {
        var next = self
        // Two machines that have made sets apart have the methods of both: all of them end.
        let former = unlockMethods.filter { Keepers.isLabel($0.label) }
        if !former.isEmpty { try next.endMethods(former, by: [owner], at: utc) }
        let id = Identifier.single(.keepers)
        let old = records[id]
        if let new {
            _ = try next.add(new.identityRecipient, label: new.label, owner, at: utc)
            next.records[id] = try Record.make(.keepers, id, over: old, at: utc, body: new.body(from: keys))
        } else {
            try next.bury(id, at: utc)
        }
        next.revision += 1
        self = next
    }

    /// Notes that the keepers have opened a backup: their key is to be replaced.
    package mutating func noteKeepersUsed(at utc: UInt64) throws(VaultError) {
        guard keepers?.used == 0 else { return }
        try changeKeepers(at: utc) { $0.used = max(utc, 1) }
    }

    /// Notes that a keeper has their present token, with whose deposit all earlier ones have ended.
    package mutating func noteKeeperProven(_ point: [UInt8], at utc: UInt64) throws(VaultError) {
        guard let keepers, keepers.earlier.contains(where: { $0.point == point }) else { return }
        try changeKeepers(at: utc) { $0.earlier.removeAll { $0.point == point } }
    }

    private mutating func changeKeepers(at utc: UInt64, _ change: (inout Keepers) -> Void) throws(VaultError) {
        guard var keepers, let old = records[.single(.keepers)] else { return }
        change(&keepers)
        records[old.id] = try old.body.withBytes { (keys: Span<UInt8>) throws(VaultError) in
            try Record.make(.keepers, old.id, over: old, at: utc, body: keepers.body(from: keys, over: old))
        }
        revision += 1
    }
}
