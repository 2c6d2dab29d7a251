/// ENTRY: one account on its way between another authenticator's file and the vault. Note, key and PIN are secrets and
/// lie in the body.
package struct ConversionEntry: Equatable, Sendable {
    /// Its place in the input, from 1. Entries come in the order that the source shows them in.
    package let position: UInt32
    /// Issuer, name, credential and tags; the policy is empty.
    package let account: NewAccount
    /// What else the source says of it.
    package let extras: Extras
    /// What the source has and an account here cannot hold, or what the target cannot hold; each a few words.
    package let lost: [String]
    /// The note, UTF-8.
    package let note: Range<Int>
    /// The key.
    package let key: Range<Int>
    /// The PIN.
    package let pin: Range<Int>

    /// What is known of an account besides itself.
    package struct Extras: Equatable, Sendable {
        /// Marked as a favourite, or pinned.
        package var isFavourite = false
        /// The credential itself stays on the old device; only the name comes along.
        package var needsVerification = false
        /// The name of its icon at the source; empty for none.
        package var icon = ""
        /// How often it was used there.
        package var uses: UInt64 = 0
        /// Seconds of UTC of its last use there; 0 if that is not known.
        package var lastUsed: UInt64 = 0

        /// Nothing is known.
        package init() {}
    }

    /// Most that can be lost of one entry.
    package static let mostLost = 32

    /// Reads the fields of a whole body.
    package init(from body: Span<UInt8>) throws(WireError) {
        var cursor = Cursor()
        position = try cursor.u32(body)
        account = try NewAccount(&cursor, body)
        var extras = Extras()
        extras.isFavourite = try cursor.bool(body)
        extras.needsVerification = try cursor.bool(body)
        extras.icon = try cursor.string(body, Limits.text)
        extras.uses = try cursor.u64(body)
        extras.lastUsed = try cursor.u64(body)
        self.extras = extras
        lost = try cursor.strings(body, Self.mostLost, each: Limits.text)
        note = try cursor.bytes(body, 0...Limits.note)
        key = try cursor.bytes(body, 0...Limits.key)
        pin = try cursor.bytes(body, 0...Limits.pin)
        guard cursor.position == body.count else { throw .leftover }
        guard (account.credential.kind == .none) == key.isEmpty, pin.isEmpty || !key.isEmpty else {
            throw .contradiction
        }
    }

    /// Bytes of the body.
    package static func encodedCount(
        _ account: NewAccount, _ extras: Extras, lost: [String], note: Int, key: Int, pin: Int
    ) -> Int {
        4 + account.encodedCount + 2 + Count.string(extras.icon) + 16 + Count.strings(lost) + Count.bytes(note)
            + Count.bytes(key) + Count.bytes(pin)
    }

    /// Appends the whole frame. The output has room for `ConversionFrame.header` and `encodedCount`.
    package static func appendFrame(
        position: UInt32, _ account: NewAccount, _ extras: Extras, lost: [String], note: Span<UInt8>, key: Span<UInt8>,
        pin: Span<UInt8>, into output: inout OutputSpan<UInt8>
    ) throws(WireError) {
        guard (account.credential.kind == .none) == key.isEmpty, pin.isEmpty || !key.isEmpty else {
            throw .contradiction
        }
        let count = encodedCount(account, extras, lost: lost, note: note.count, key: key.count, pin: pin.count)
        try ConversionFrame.append(.entry, count: count, into: &output) {
            (output: inout OutputSpan<UInt8>) throws(WireError) in
            output.appendU32(position)
            try account.encode(into: &output)
            output.appendBool(extras.isFavourite)
            output.appendBool(extras.needsVerification)
            try output.appendString(extras.icon, Limits.text)
            output.appendU64(extras.uses)
            output.appendU64(extras.lastUsed)
            try output.appendStrings(lost, mostLost, each: Limits.text)
            try output.appendBytes(note, 0...Limits.note)
            try output.appendBytes(key, 0...Limits.key)
            try output.appendBytes(pin, 0...Limits.pin)
        }
    }
}
