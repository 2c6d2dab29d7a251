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

    /// With those fields.
    package init(
        issuer: String, name: String, credential: Credential, tags: [String] = [], confirm: Bool = false,
        lifetime: UInt32 = 0
    ) {
        self.issuer = issuer
        self.name = name
        self.credential = credential
        self.tags = tags
        self.confirm = confirm
        self.lifetime = lifetime
    }

    init(_ cursor: inout Cursor, _ body: Span<UInt8>) throws(WireError) {
        issuer = try cursor.string(body, Limits.issuer)
        name = try cursor.string(body, Limits.name)
        credential = try Credential(&cursor, body)
        tags = try cursor.strings(body, Limits.tags, each: Limits.tag)
        confirm = try cursor.bool(body)
        lifetime = try cursor.u32(body)
    }

    var encodedCount: Int {
        Count.string(issuer) + Count.string(name) + credential.encodedCount + Count.strings(tags) + 5
    }

    func encode(into output: inout OutputSpan<UInt8>) throws(WireError) {
        try output.appendString(issuer, Limits.issuer)
        try output.appendString(name, Limits.name)
        try credential.encode(into: &output)
        try output.appendStrings(tags, Limits.tags, each: Limits.tag)
        output.appendBool(confirm)
        output.appendU32(lifetime)
    }
}

/// Flags of ADD.
package struct AddFlags: OptionSet, Sendable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }
    /// When the same account is there with a lower counter, its counter is raised.
    package static let raiseCounter = AddFlags(rawValue: 1)
    /// All flags of this version.
    static let known = raiseCounter
}

/// ADD: a new account with its key.
package struct AddRequest: Message {
    package static var type: MessageType { .add }
    /// The account without its secrets.
    package let account: NewAccount
    /// What else is told of it.
    package let more: More
    /// The note, in the body; UTF-8.
    package let note: Range<Int>
    /// The key, in the body; empty only when the kind of credential is `none`.
    package let key: Range<Int>
    /// The PIN, in the body; empty when there is none.
    package let pin: Range<Int>

    /// What only an account that comes from elsewhere has.
    package struct More: Equatable, Sendable {
        /// What to do differently.
        package var flags: AddFlags = []
        /// Whether it may give codes.
        package var state = AccountState.ok
        /// What is known of it besides.
        package var extras = AccountExtras()

        /// Nothing of that.
        package init() {}
    }

    package init(_ cursor: inout Cursor, _ body: Span<UInt8>) throws(WireError) {
        account = try NewAccount(&cursor, body)
        var more = More()
        more.flags = try cursor.flags(body, known: .known)
        more.state = try cursor.choice(body)
        more.extras = try AccountExtras(&cursor, body)
        self.more = more
        note = try cursor.bytes(body, 0...Limits.note)
        key = try cursor.bytes(body, 0...Limits.key)
        pin = try cursor.bytes(body, 0...Limits.pin)
        try Self.check(account, key: key.count, pin: pin.count)
    }

    /// A key goes with every credential, and only with one.
    private static func check(_ account: NewAccount, key: Int, pin: Int) throws(WireError) {
        guard (account.credential.kind == .none) == (key == 0), pin == 0 || key > 0 else { throw .contradiction }
    }

    /// Bytes of the body.
    package static func encodedCount(
        _ account: NewAccount, _ more: More = More(), note: Int = 0, key: Int, pin: Int
    ) -> Int {
        account.encodedCount + 2 + more.extras.encodedCount + Count.bytes(note) + Count.bytes(key) + Count.bytes(pin)
    }

    /// Appends the body.
    package static func encode(
        _ account: NewAccount, _ more: More = More(), note: Span<UInt8> = Span(), key: Span<UInt8>, pin: Span<UInt8>,
        into output: inout OutputSpan<UInt8>
    ) throws(WireError) {
        try check(account, key: key.count, pin: pin.count)
        guard more.flags.isSubset(of: .known) else { throw .unknownValue }
        try account.encode(into: &output)
        output.append(more.flags.rawValue)
        output.append(more.state.rawValue)
        try more.extras.encode(into: &output)
        try output.appendBytes(note, 0...Limits.note)
        try output.appendBytes(key, 0...Limits.key)
        try output.appendBytes(pin, 0...Limits.pin)
    }

    /// Appends the whole frame.
    package static func appendFrame(
        id: UInt32, _ account: NewAccount, _ more: More = More(), note: Span<UInt8> = Span(), key: Span<UInt8>,
        pin: Span<UInt8>, into output: inout OutputSpan<UInt8>
    ) throws(WireError) {
        let count = encodedCount(account, more, note: note.count, key: key.count, pin: pin.count)
        try Frame.append(type, id: id, bodyCount: count, into: &output) {
            (output: inout OutputSpan<UInt8>) throws(WireError) in
            try encode(account, more, note: note, key: key, pin: pin, into: &output)
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
    /// The same account was there, and its counter was raised.
    case raised = 3
}

/// ADDED: the reply to ADD.
package struct AddedReply: PlainMessage {
    package static var type: MessageType { .added }
    /// Which account it is now.
    package let account: Identifier
    /// What became of the account.
    package let outcome: AddOutcome
    /// The issuer as stored.
    package let issuer: String
    /// The name as stored.
    package let name: String
    /// Its next counter; 0 when it has none.
    package let counter: UInt64

    /// With those fields.
    package init(account: Identifier, outcome: AddOutcome, issuer: String, name: String, counter: UInt64 = 0) {
        self.account = account
        self.outcome = outcome
        self.issuer = issuer
        self.name = name
        self.counter = counter
    }

    package init(_ cursor: inout Cursor, _ body: Span<UInt8>) throws(WireError) {
        account = try Identifier(&cursor, body)
        outcome = try cursor.choice(body)
        issuer = try cursor.string(body, Limits.issuer)
        name = try cursor.string(body, Limits.name)
        counter = try cursor.u64(body)
    }

    package var encodedCount: Int { Identifier.count + 1 + Count.string(issuer) + Count.string(name) + 8 }

    package func encode(into output: inout OutputSpan<UInt8>) throws(WireError) {
        account.encode(into: &output)
        output.append(outcome.rawValue)
        try output.appendString(issuer, Limits.issuer)
        try output.appendString(name, Limits.name)
        output.appendU64(counter)
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

/// UNTRASH: an account comes back from the trash, which is where a name is looked for.
package struct UntrashRequest: SelectorMessage {
    package static var type: MessageType { .untrash }
    /// Which account.
    package let selector: Selector
    /// With those fields.
    package init(selector: Selector) { self.selector = selector }
}
