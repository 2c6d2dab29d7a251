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
    /// A hardware security key.
    case hardware = 5
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
package struct AccessRequest: EmptyMessage, Request {
    package typealias Reply = AccessReply
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
    /// The set of codes on the last emergency kit; 0 when there was none, or a release made it that noted nothing of it.
    package var kitSet: UInt32 = 0
    /// The places of backups that it names.
    package var kitPlaces: [KitPlace] = []

    /// A reply to be filled in.
    package init() {}

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try version1Fields(&coder)
        try coder.integer(&kitSet)
        try coder.list(&kitPlaces, Limits.destinations)
    }

    /// What it has in version 1 of the protocol.
    mutating func version1Fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
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

/// What an emergency kit says of one place of backups. Nothing of it is secret.
package struct KitPlace: Field, Equatable, Sendable {
    /// The owner's word for it.
    package var name = ""
    /// The first half of a SHA-256 of what and where it is, as it is configured.
    package var configured = Identifier.zero
    /// The first half of a SHA-256 of what the kit says of it.
    package var described = Identifier.zero

    package init() {}

    package init(name: String, configured: Identifier, described: Identifier) {
        (self.name, self.configured, self.described) = (name, configured, described)
    }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.string(&name, Limits.destination)
        try coder.field(&configured)
        try coder.field(&described)
    }
}

/// ACCESS_CODES: make a new set of recovery codes; the one before is void.
package struct AccessCodesRequest: Message, ~Escapable {
    package static var type: MessageType { .accessCodes }
    /// The passphrase.
    package var passphrase: Span<UInt8>
    /// How many.
    package var count: UInt8
    /// What the kit with the codes says of the places of backups.
    package var places: [KitPlace]

    @_lifetime(immortal)
    package init() { (passphrase, count, places) = (Span(), 0, []) }

    @_lifetime(copy passphrase)
    package init(passphrase: Span<UInt8>, count: UInt8, places: [KitPlace] = []) {
        (self.passphrase, self.count, self.places) = (passphrase, count, places)
    }

    @_lifetime(self: copy self, copy coder)
    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.lent(&passphrase, 1...Limits.passphrase)
        try coder.integer(&count)
        try coder.check(Limits.kitCodes.contains(Int(count)))
        try coder.list(&places, Limits.destinations)
    }
}

/// ACCESS_CODES_REPLY: the codes, this once.
package struct AccessCodesReply: Message, ~Escapable {
    package static var type: MessageType { .accessCodesReply }
    /// The set, counted from 1.
    package var set: UInt32
    /// When it was made.
    package var madeAt: UInt64
    /// Which vault it opens.
    package var vault: Identifier
    /// The same for a person to compare.
    package var fingerprint: Digest
    /// Where each code lies in `text`.
    package var codes: [Range<Int>]
    /// What the codes are parts of.
    package var text: Span<UInt8>

    @_lifetime(immortal)
    package init() {
        (set, madeAt, vault, fingerprint, codes) = (0, 0, .zero, Digest(), [])
        text = Span()
    }

    @_lifetime(copy text)
    package init(
        set: UInt32, madeAt: UInt64, vault: Identifier, fingerprint: Digest, codes: [Range<Int>], in text: Span<UInt8>
    ) {
        (self.set, self.madeAt, self.vault, self.fingerprint, self.codes) = (set, madeAt, vault, fingerprint, codes)
        self.text = text
    }

    @_lifetime(self: copy self, copy coder)
    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.integer(&set)
        try coder.integer(&madeAt)
        try coder.field(&vault)
        try coder.field(&fingerprint)
        for index in 0..<(try coder.count(codes.count, Limits.kitCodes.upperBound)) {
            if C.isReader { codes.append(0..<0) }
            try coder.part(&codes[index], of: &text, Limits.kitCode...Limits.kitCode)
        }
    }
}

/// ACCESS_ADD: seal to another of the owner's recipients as well.
package struct AccessAddRequest: Message, Request, ~Escapable {
    package typealias Reply = AccessAddedReply
    package static var type: MessageType { .accessAdd }
    /// The passphrase.
    package var passphrase: Span<UInt8>
    /// `age1...`.
    package var recipient: String
    /// The owner's word for it.
    package var label: String

    @_lifetime(immortal)
    package init() { (passphrase, recipient, label) = (Span(), "", "") }

    @_lifetime(copy passphrase)
    package init(passphrase: Span<UInt8>, recipient: String, label: String) {
        (self.passphrase, self.recipient, self.label) = (passphrase, recipient, label)
    }

    @_lifetime(self: copy self, copy coder)
    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.lent(&passphrase, 1...Limits.passphrase)
        try coder.string(&recipient, Limits.recipient)
        try coder.string(&label, Limits.name)
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
package struct AccessRemoveRequest: Message, Request, ~Escapable {
    package static var type: MessageType { .accessRemove }
    /// The passphrase.
    package var passphrase: Span<UInt8>
    /// Which ones.
    package var ways: [Identifier]

    @_lifetime(immortal)
    package init() { (passphrase, ways) = (Span(), []) }

    @_lifetime(copy passphrase)
    package init(passphrase: Span<UInt8>, ways: [Identifier]) { (self.passphrase, self.ways) = (passphrase, ways) }

    @_lifetime(self: copy self, copy coder)
    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.lent(&passphrase, 1...Limits.passphrase)
        try coder.list(&ways, Limits.unlockMethods)
        try coder.check(!ways.isEmpty)
    }
}

/// ACCESS_ROTATE: derive another identity from the same passphrase, and seal the vault anew.
package struct AccessRotateRequest: PassphraseMessage, Request, ~Escapable {
    package static var type: MessageType { .accessRotate }
    package var passphrase: Span<UInt8>

    @_lifetime(immortal)
    package init() { passphrase = Span() }
}

/// RECOVERY_KEY: the file that belongs beside the backups.
package struct RecoveryKeyRequest: EmptyMessage {
    package static var type: MessageType { .recoveryKey }
    package init() {}
}

/// RECOVERY_KEY_REPLY: an age file, sealed by the passphrase.
package struct RecoveryKeyReply: Message, ~Escapable {
    package static var type: MessageType { .recoveryKeyReply }
    /// The file.
    package var file: Span<UInt8>

    @_lifetime(immortal)
    package init() { file = Span() }

    @_lifetime(copy file)
    package init(file: Span<UInt8>) { self.file = file }

    @_lifetime(self: copy self, copy coder)
    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.lent(&file, 1...Limits.recoveryKey)
    }
}

/// ACCESS_CLEAN: remove the copies of the vault that unlock methods of before still open.
package struct AccessCleanRequest: PassphraseMessage, Request, ~Escapable {
    package typealias Reply = AccessCleanedReply
    package static var type: MessageType { .accessClean }
    package var passphrase: Span<UInt8>

    @_lifetime(immortal)
    package init() { passphrase = Span() }
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
