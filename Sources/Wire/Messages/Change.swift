/// An account to be added, without its secrets.
package struct NewAccount: Equatable, Sendable {
    /// The service.
    package var issuer: String
    /// The login at the service.
    package var name: String
    /// Its one-time password.
    package var credential: Credential
    /// Words of the user, in any order.
    package var tags: [String]
    /// Whether each code needs a confirmation.
    package var confirm: Bool
    /// Seconds after an unlock during which it gives codes; 0 is without end.
    package var lifetime: UInt32
    /// Free text.
    package var note: String

    /// With those fields.
    package init(
        issuer: String, name: String, credential: Credential, tags: [String] = [], confirm: Bool = false,
        lifetime: UInt32 = 0, note: String = ""
    ) {
        self.issuer = issuer
        self.name = name
        self.credential = credential
        self.tags = tags
        self.confirm = confirm
        self.lifetime = lifetime
        self.note = note
    }

    init(_ cursor: inout Cursor, _ body: Span<UInt8>) throws(WireError) {
        issuer = try cursor.string(body, Limits.issuer)
        name = try cursor.string(body, Limits.name)
        credential = try Credential(&cursor, body)
        tags = try cursor.strings(body, Limits.tags, each: Limits.tag)
        confirm = try cursor.bool(body)
        lifetime = try cursor.u32(body)
        note = try cursor.string(body, Limits.note)
    }

    var encodedCount: Int {
        Count.string(issuer) + Count.string(name) + credential.encodedCount + Count.strings(tags) + 5
            + Count.string(note)
    }

    func encode(into output: inout OutputSpan<UInt8>) throws(WireError) {
        try output.appendString(issuer, Limits.issuer)
        try output.appendString(name, Limits.name)
        try credential.encode(into: &output)
        try output.appendStrings(tags, Limits.tags, each: Limits.tag)
        output.appendBool(confirm)
        output.appendU32(lifetime)
        try output.appendString(note, Limits.note)
    }
}

/// ADD: a new account with its key.
package struct AddRequest: Message {
    package static var type: MessageType { .add }
    /// The account without its secrets.
    package let account: NewAccount
    /// The key, in the body; empty only when the kind of credential is `none`.
    package let key: Range<Int>
    /// The PIN, in the body; empty when there is none.
    package let pin: Range<Int>

    package init(_ cursor: inout Cursor, _ body: Span<UInt8>) throws(WireError) {
        account = try NewAccount(&cursor, body)
        key = try cursor.bytes(body, 0...Limits.key)
        pin = try cursor.bytes(body, 0...Limits.pin)
        try Self.check(account, key: key.count, pin: pin.count)
    }

    /// A key goes with every credential, and only with one.
    private static func check(_ account: NewAccount, key: Int, pin: Int) throws(WireError) {
        guard (account.credential.kind == .none) == (key == 0), pin == 0 || key > 0 else { throw .contradiction }
    }

    /// Octets of the body.
    package static func encodedCount(_ account: NewAccount, key: Int, pin: Int) -> Int {
        account.encodedCount + Count.bytes(key) + Count.bytes(pin)
    }

    /// Appends the body.
    package static func encode(
        _ account: NewAccount, key: Span<UInt8>, pin: Span<UInt8>, into output: inout OutputSpan<UInt8>
    ) throws(WireError) {
        try check(account, key: key.count, pin: pin.count)
        try account.encode(into: &output)
        try output.appendBytes(key, 0...Limits.key)
        try output.appendBytes(pin, 0...Limits.pin)
    }

    /// Appends the whole frame.
    package static func appendFrame(
        id: UInt32, _ account: NewAccount, key: Span<UInt8>, pin: Span<UInt8>, into output: inout OutputSpan<UInt8>
    ) throws(WireError) {
        let count = encodedCount(account, key: key.count, pin: pin.count)
        try Frame.append(type, id: id, bodyCount: count, into: &output) {
            (output: inout OutputSpan<UInt8>) throws(WireError) in
            try encode(account, key: key, pin: pin, into: &output)
        }
    }
}

/// What became of an ADD.
package enum AddOutcome: UInt8, CaseIterable, Sendable {
    /// It is new.
    case added = 0
    /// The same account with the same key was there; nothing changed.
    case alreadyThere = 1
    /// Another account has its label; it was added under another name.
    case renamed = 2
}

/// ADDED: the reply to ADD.
package struct AddedReply: PlainMessage {
    package static var type: MessageType { .added }
    /// Which account it is now.
    package let account: Identifier
    /// What became of the account.
    package let outcome: AddOutcome
    /// The name as stored.
    package let name: String

    /// With those fields.
    package init(account: Identifier, outcome: AddOutcome, name: String) {
        self.account = account
        self.outcome = outcome
        self.name = name
    }

    package init(_ cursor: inout Cursor, _ body: Span<UInt8>) throws(WireError) {
        account = try Identifier(&cursor, body)
        outcome = try cursor.choice(body)
        name = try cursor.string(body, Limits.name)
    }

    package var encodedCount: Int { Identifier.count + 1 + Count.string(name) }

    package func encode(into output: inout OutputSpan<UInt8>) throws(WireError) {
        account.encode(into: &output)
        output.append(outcome.rawValue)
        try output.appendString(name, Limits.name)
    }
}

/// REMOVE: an account goes to the trash.
package struct RemoveRequest: SelectorMessage {
    package static var type: MessageType { .remove }
    /// Which account.
    package let selector: Selector
    /// With those fields.
    package init(selector: Selector) { self.selector = selector }
}

/// RESTORE: an account comes back from the trash, which is where a name is looked for.
package struct RestoreRequest: SelectorMessage {
    package static var type: MessageType { .restore }
    /// Which account.
    package let selector: Selector
    /// With those fields.
    package init(selector: Selector) { self.selector = selector }
}
