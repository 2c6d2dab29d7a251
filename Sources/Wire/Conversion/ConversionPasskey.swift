/// PASSKEY: one passkey on its way between another program's file and the vault. Its secrets lie in the body.
package struct ConversionPasskey: Equatable, Sendable {
    /// The place of its item in the input, from 1.
    package private(set) var position: UInt32 = 0
    /// The passkey without its secrets.
    package private(set) var key = Passkey()
    /// What the source has and a passkey here cannot hold, each a few words.
    package private(set) var lost: [String] = []
    /// Its secrets.
    package private(set) var secrets = PasskeySecrets()

    private init(position: UInt32, _ key: Passkey, lost: [String]) {
        (self.position, self.key, self.lost) = (position, key, lost)
    }

    private mutating func head<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.integer(&position)
        try coder.field(&key)
        try coder.strings(&lost, ConversionEntry.mostLost, each: Limits.text)
    }

    /// Reads a whole body.
    package init(from body: Span<UInt8>) throws(WireError) {
        var reader = Reader(body)
        var text = body
        try head(&reader)
        try secrets.fields(&reader, in: &text)
        guard reader.isAtEnd else { throw .leftover }
    }

    /// Bytes of the body.
    package static func encodedCount(_ key: Passkey, lost: [String], _ secrets: PasskeySecretsText) -> Int {
        var sizer = Sizer()
        var passkey = ConversionPasskey(position: 0, key, lost: lost)
        try? passkey.head(&sizer)
        return sizer.count + secrets.encodedCount
    }

    /// Appends the whole frame. The output has room for `ConversionFrame.header` and `encodedCount`.
    package static func appendFrame(
        position: UInt32, _ key: Passkey, lost: [String] = [], _ secrets: PasskeySecretsText,
        into output: inout OutputSpan<UInt8>
    ) throws(WireError) {
        var passkey = ConversionPasskey(position: position, key, lost: lost)
        let count = encodedCount(key, lost: lost, secrets)
        try ConversionFrame.append(.passkey, count: count, into: &output) {
            (output: inout OutputSpan<UInt8>) throws(WireError) in
            try passkey.head(&output)
            try secrets.encode(into: &output)
        }
    }
}
