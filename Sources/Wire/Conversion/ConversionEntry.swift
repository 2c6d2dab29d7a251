/// ENTRY: one account on its way between another authenticator's file and the vault. Note, key and PIN are secrets and
/// lie in the body.
package struct ConversionEntry: Equatable, Sendable {
    /// Its place in the input, from 1. Entries come in the order that the source shows them in.
    package private(set) var position: UInt32 = 0
    /// Issuer, name, credential and tags; the policy is empty.
    package private(set) var account = NewAccount()
    /// Whether its credential came along, or only its name.
    package private(set) var state = AccountState.ok
    /// What else the source says of it.
    package private(set) var extras = AccountExtras()
    /// What the source has and an account here cannot hold, or what the target cannot hold; each a few words.
    package private(set) var lost: [String] = []
    /// Its secrets.
    package private(set) var secrets = AccountSecrets()

    /// Most that can be lost of one entry.
    package static let mostLost = 32

    private init(
        position: UInt32, _ account: NewAccount, _ state: AccountState, _ extras: AccountExtras, lost: [String]
    ) {
        (self.position, self.account, self.state) = (position, account, state)
        (self.extras, self.lost) = (extras, lost)
    }

    /// What stands in front of the secrets.
    private mutating func head<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.integer(&position)
        try coder.field(&account)
        try coder.bool(&extras.isFavourite)
        var needsVerification = state == .needsVerification
        try coder.bool(&needsVerification)
        state = needsVerification ? .needsVerification : .ok
        try coder.string(&extras.icon, Limits.text)
        try coder.integer(&extras.uses)
        try coder.integer(&extras.lastUsed)
        try coder.strings(&lost, Self.mostLost, each: Limits.text)
    }

    /// Reads a whole body.
    package init(from body: Span<UInt8>) throws(WireError) {
        var reader = Reader(body)
        var text = body
        try head(&reader)
        try secrets.fields(&reader, in: &text)
        guard reader.isAtEnd else { throw .leftover }
        guard (account.credential.kind == nil) == secrets.key.isEmpty, secrets.pin.isEmpty || !secrets.key.isEmpty
        else { throw .contradiction }
    }

    /// Bytes of the body.
    package static func encodedCount(
        _ account: NewAccount, _ state: AccountState, _ extras: AccountExtras, lost: [String], note: Int, key: Int,
        pin: Int
    ) -> Int {
        var sizer = Sizer()
        var entry = ConversionEntry(position: 0, account, state, extras, lost: lost)
        try? entry.head(&sizer)
        return sizer.count + AccountSecrets.encodedCount(note: note, key: key, pin: pin)
    }

    /// Appends the whole frame. The output has room for `ConversionFrame.header` and `encodedCount`.
    package static func appendFrame(
        position: UInt32, _ account: NewAccount, _ state: AccountState, _ extras: AccountExtras, lost: [String],
        note: Span<UInt8>, key: Span<UInt8>, pin: Span<UInt8>, into output: inout OutputSpan<UInt8>
    ) throws(WireError) {
        guard (account.credential.kind == nil) == key.isEmpty, pin.isEmpty || !key.isEmpty else {
            throw .contradiction
        }
        let count = encodedCount(account, state, extras, lost: lost, note: note.count, key: key.count, pin: pin.count)
        var entry = ConversionEntry(position: position, account, state, extras, lost: lost)
        try ConversionFrame.append(.entry, count: count, into: &output) {
            (output: inout OutputSpan<UInt8>) throws(WireError) in
            try entry.head(&output)
            try AccountSecrets.encode(note: note, key: key, pin: pin, into: &output)
        }
    }
}
