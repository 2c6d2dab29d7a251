/// Secrets inside a URI. They are read byte by byte from the borrowed URI into the output, twice: once to count, so
/// that nothing is written before it is known to be good.
enum SecretText {
    /// How a secret is written below its percent-encoding.
    enum Form { case base32, hexadecimal, plain }

    /// Bytes that `text` stands for.
    static func count(_ text: Span<UInt8>, _ form: Form) throws(OneTimePasswordError) -> Int {
        var count = 0
        try each(text, form) { _ in count += 1 }
        return count
    }

    /// Appends the bytes that `text` stands for; they fit.
    static func read(
        _ text: Span<UInt8>, _ form: Form, into output: inout OutputSpan<UInt8>
    ) throws(OneTimePasswordError) {
        try each(text, form) { output.append($0) }
    }

    /// A PIN is written as it is; Yandex PINs are base32 of their digits in the URIs of Aegis, and the digits in
    /// others. The base32 of an ASCII digit begins with a letter, so that one cannot be taken for the other.
    static func formOfPIN(_ text: Span<UInt8>, kind: CredentialKind) -> Form {
        guard kind == .yandex else { return .plain }
        for index in text.indices where !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(text[index]) {
            return .base32
        }
        return .plain
    }

    @inline(__always) private static func each(
        _ text: Span<UInt8>, _ form: Form, _ body: (UInt8) -> Void
    ) throws(OneTimePasswordError) {
        switch form {
        case .plain:
            try PercentText.decode(text, plusIsSpace: true) { byte throws(OneTimePasswordError) in body(byte) }
        case .base32:
            var decoder = Base32.Decoder()
            try PercentText.decode(text, plusIsSpace: true) { character throws(OneTimePasswordError) in
                if let byte = try decoder.push(character) { body(byte) }
            }
        case .hexadecimal:
            var decoder = Hexadecimal.Decoder()
            try PercentText.decode(text, plusIsSpace: true) { character throws(OneTimePasswordError) in
                if let byte = try decoder.push(character) { body(byte) }
            }
            try decoder.finish()
        }
    }
}
