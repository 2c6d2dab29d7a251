/// What opens a vault, or lets its owner open it.
package enum UnlockMethodKind: UInt8, CaseIterable, Sendable {
    /// The passphrase.
    case passphrase = 1
    /// A kit code.
    case code = 2
    /// A recipient of age whose identity the owner keeps.
    case recipient = 3
    /// The identity in `recovery-key.age`, which the passphrase opens with the stock `age` program.
    case recoveryKey = 4
}

/// One way to open the vault. Nothing of it is secret.
package struct UnlockMethod: Field, Equatable, Sendable {
    /// Its id.
    package var id = Identifier.zero
    /// What it is.
    package var kind = UnlockMethodKind.passphrase
    /// The owner's word for it; empty for a code.
    package var label = ""
    /// The age recipient that files are sealed to.
    package var recipient = ""
    /// Seconds of UTC.
    package var created: UInt64 = 0
    /// Of a code: its set, counted from 1; else 0.
    package var set: UInt32 = 0
    /// Of a code: its place in the set, counted from 1; else 0.
    package var place: UInt8 = 0

    package init() {}

    /// With those fields; the label is clipped to its limit.
    package init(
        id: Identifier, kind: UnlockMethodKind, label: String, recipient: String, created: UInt64, set: UInt32 = 0,
        place: UInt8 = 0
    ) {
        (self.id, self.kind) = (id, kind)
        self.label = Text.clipped(label, to: Limits.name)
        (self.recipient, self.created, self.set, self.place) = (recipient, created, set, place)
    }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.field(&id)
        try coder.choice(&kind)
        try coder.string(&label, Limits.name)
        try coder.string(&recipient, Limits.recipient)
        try coder.integer(&created)
        try coder.integer(&set)
        try coder.integer(&place)
    }
}

/// ACCESS: which unlock methods are there?
package struct AccessRequest: EmptyMessage {
    package static var type: MessageType { .access }
    package init() {}
}

/// ACCESS_REPLY.
package struct AccessReply: PlainMessage {
    package static var type: MessageType { .accessReply }
    /// The last set of recovery codes, counted from 1; 0 when there was none.
    package var set: UInt32 = 0
    /// Codes that it had.
    package var made: UInt8 = 0
    /// Codes of it that are not used.
    package var left: UInt8 = 0
    /// When it was made; 0 for never.
    package var madeAt: UInt64 = 0
    /// When an unlock method last ended; 0 for never. It opens every file that was sealed before.
    package var endedAt: UInt64 = 0
    /// Copies of the vault from before that which are still on this machine's disk.
    package var olderCopies: UInt32 = 0
    /// Which vault it is.
    package var vault = Identifier(high: 0, low: 0)
    /// The same for a person to compare.
    package var fingerprint = Digest(.init(repeating: 0))
    /// All unlock methods.
    package var ways: [UnlockMethod] = []

    /// A reply to be filled in.
    package init() {}

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.integer(&set)
        try coder.integer(&made)
        try coder.integer(&left)
        try coder.integer(&madeAt)
        try coder.integer(&endedAt)
        try coder.integer(&olderCopies)
        try coder.field(&vault)
        try coder.field(&fingerprint)
        try coder.list(&ways, Limits.unlockMethods)
    }
}

/// ACCESS_CODES: make a new set of recovery codes; the one before is void.
package struct AccessCodesRequest: SecretMessage {
    package static var type: MessageType { .accessCodes }
    /// The passphrase, in the body.
    package let passphrase: Range<Int>
    /// How many.
    package let count: UInt8

    package init(_ cursor: inout Cursor, _ body: Span<UInt8>) throws(WireError) {
        passphrase = try cursor.bytes(body, 1...Limits.passphrase)
        count = try cursor.u8(body)
        guard Limits.kitCodes.contains(Int(count)) else { throw .outOfRange }
    }

    /// Bytes of the body.
    package static func encodedCount(passphrase: Int) -> Int { Count.bytes(passphrase) + 1 }

    /// Appends the body.
    package static func encode(
        passphrase: Span<UInt8>, count: UInt8, into output: inout OutputSpan<UInt8>
    ) throws(WireError) {
        guard Limits.kitCodes.contains(Int(count)) else { throw .outOfRange }
        try output.appendBytes(passphrase, 1...Limits.passphrase)
        output.append(count)
    }
}

/// ACCESS_CODES_REPLY: the codes, this once.
package struct AccessCodesReply: SecretMessage {
    package static var type: MessageType { .accessCodesReply }
    /// The set, counted from 1.
    package let set: UInt32
    /// When it was made.
    package let madeAt: UInt64
    /// Which vault it opens.
    package let vault: Identifier
    /// The same for a person to compare.
    package let fingerprint: Digest
    /// The bytes of each code, in the body.
    package let codes: [Range<Int>]

    package init(_ cursor: inout Cursor, _ body: Span<UInt8>) throws(WireError) {
        set = try cursor.u32(body)
        madeAt = try cursor.u64(body)
        vault = try Identifier(&cursor, body)
        fingerprint = try Digest(&cursor, body)
        codes = try cursor.list(body, Limits.kitCodes.upperBound) {
            (cursor: inout Cursor, body: Span<UInt8>) throws(WireError) in
            try cursor.bytes(body, Limits.kitCode...Limits.kitCode)
        }
    }

    /// Bytes of the body.
    package static func encodedCount(codes: Int) -> Int {
        14 + Identifier.count + Digest.count + codes * Count.bytes(Limits.kitCode)
    }

    /// Appends what stands in front of the codes.
    package static func encodeHead(
        set: UInt32, madeAt: UInt64, vault: Identifier, fingerprint: Digest, codes: Int,
        into output: inout OutputSpan<UInt8>
    ) throws(WireError) {
        output.appendU32(set)
        output.appendU64(madeAt)
        vault.encode(into: &output)
        try fingerprint.encode(into: &output)
        try output.appendCount(codes, Limits.kitCodes.upperBound)
    }

    /// Appends one code.
    package static func encode(code: Span<UInt8>, into output: inout OutputSpan<UInt8>) throws(WireError) {
        try output.appendBytes(code, Limits.kitCode...Limits.kitCode)
    }
}

/// ACCESS_ADD: seal to another of the owner's recipients as well.
package struct AccessAddRequest: SecretMessage {
    package static var type: MessageType { .accessAdd }
    /// The passphrase, in the body.
    package let passphrase: Range<Int>
    /// `age1...`.
    package let recipient: String
    /// The owner's word for it.
    package let label: String

    package init(_ cursor: inout Cursor, _ body: Span<UInt8>) throws(WireError) {
        passphrase = try cursor.bytes(body, 1...Limits.passphrase)
        recipient = try cursor.string(body, Limits.recipient)
        label = try cursor.string(body, Limits.name)
    }

    /// Bytes of the body.
    package static func encodedCount(passphrase: Int, recipient: String, label: String) -> Int {
        Count.bytes(passphrase) + Count.string(recipient) + Count.string(label)
    }

    /// Appends the body.
    package static func encode(
        passphrase: Span<UInt8>, recipient: String, label: String, into output: inout OutputSpan<UInt8>
    ) throws(WireError) {
        try output.appendBytes(passphrase, 1...Limits.passphrase)
        try output.appendString(recipient, Limits.recipient)
        try output.appendString(label, Limits.name)
    }
}

/// ACCESS_ADDED.
package struct AccessAddedReply: PlainMessage {
    package static var type: MessageType { .accessAdded }
    /// The id of the new unlock method.
    package var id = Identifier.zero

    package init() {}

    package init(_ id: Identifier) { self.id = id }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.field(&id)
    }
}

/// ACCESS_REMOVE: end unlock methods.
package struct AccessRemoveRequest: SecretMessage {
    package static var type: MessageType { .accessRemove }
    /// The passphrase, in the body.
    package let passphrase: Range<Int>
    /// Which ones.
    package let ways: [Identifier]

    package init(_ cursor: inout Cursor, _ body: Span<UInt8>) throws(WireError) {
        passphrase = try cursor.bytes(body, 1...Limits.passphrase)
        ways = try cursor.list(body, Limits.unlockMethods) {
            (cursor: inout Cursor, body: Span<UInt8>) throws(WireError) in try Identifier(&cursor, body)
        }
        guard !ways.isEmpty else { throw .outOfRange }
    }

    /// Bytes of the body.
    package static func encodedCount(passphrase: Int, ways: Int) -> Int {
        Count.bytes(passphrase) + 2 + ways * Identifier.count
    }

    /// Appends the body.
    package static func encode(
        passphrase: Span<UInt8>, ways: [Identifier], into output: inout OutputSpan<UInt8>
    ) throws(WireError) {
        guard !ways.isEmpty else { throw .outOfRange }
        try output.appendBytes(passphrase, 1...Limits.passphrase)
        try output.appendCount(ways.count, Limits.unlockMethods)
        for way in ways { way.encode(into: &output) }
    }
}

/// A request that is the passphrase and nothing else.
package protocol PassphraseMessage: SecretMessage {
    /// The passphrase, in the body.
    var passphrase: Range<Int> { get }
    /// A request whose passphrase lies there.
    init(passphrase: Range<Int>)
}

extension PassphraseMessage {
    /// Reads it.
    package init(_ cursor: inout Cursor, _ body: Span<UInt8>) throws(WireError) {
        self.init(passphrase: try cursor.bytes(body, 1...Limits.passphrase))
    }

    /// Bytes of the body.
    package static func encodedCount(passphrase: Int) -> Int { Count.bytes(passphrase) }

    /// Appends the body.
    package static func encode(passphrase: Span<UInt8>, into output: inout OutputSpan<UInt8>) throws(WireError) {
        try output.appendBytes(passphrase, 1...Limits.passphrase)
    }
}

/// ACCESS_ROTATE: derive another identity from the same passphrase, and seal the vault anew.
package struct AccessRotateRequest: PassphraseMessage {
    package static var type: MessageType { .accessRotate }
    package let passphrase: Range<Int>
    package init(passphrase: Range<Int>) { self.passphrase = passphrase }
}

/// RECOVERY_KEY: the file that belongs beside the backups.
package struct RecoveryKeyRequest: EmptyMessage {
    package static var type: MessageType { .recoveryKey }
    package init() {}
}

/// RECOVERY_KEY_REPLY: an age file, sealed by the passphrase.
package struct RecoveryKeyReply: SecretMessage {
    package static var type: MessageType { .recoveryKeyReply }
    /// The file, in the body.
    package let file: Range<Int>

    package init(_ cursor: inout Cursor, _ body: Span<UInt8>) throws(WireError) {
        file = try cursor.bytes(body, 1...Limits.recoveryKey)
    }

    /// Bytes of the body.
    package static func encodedCount(file: Int) -> Int { Count.bytes(file) }

    /// Appends the body.
    package static func encode(file: Span<UInt8>, into output: inout OutputSpan<UInt8>) throws(WireError) {
        try output.appendBytes(file, 1...Limits.recoveryKey)
    }
}

/// ACCESS_CLEAN: remove the copies of the vault that unlock methods of before still open.
package struct AccessCleanRequest: PassphraseMessage {
    package static var type: MessageType { .accessClean }
    package let passphrase: Range<Int>
    package init(passphrase: Range<Int>) { self.passphrase = passphrase }
}

/// ACCESS_CLEANED.
package struct AccessCleanedReply: PlainMessage {
    package static var type: MessageType { .accessCleaned }
    /// How many were removed.
    package var copies: UInt32 = 0

    package init() {}

    package init(copies: UInt32) { self.copies = copies }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.integer(&copies)
    }
}
