import Encodings

/// What is percent-encoded (RFC 3986, section 2.1) in an account's URI.
enum PercentText {
    /// Calls `body` with every byte of an encoded range; in a query, `+` is a space.
    ///
    /// The bytes are never gathered: a secret goes from one borrowed place to the other.
    @inline(__always) static func decode(
        _ text: Span<UInt8>, plusIsSpace: Bool,
        _ body: (UInt8) throws(OneTimePasswordError) -> Void
    ) throws(OneTimePasswordError) {
        var index = 0
        while index < text.count {
            let byte: UInt8
            do throws(EncodingError) { byte = try Percent.next(text, &index, plusIsSpace: plusIsSpace) } catch {
                throw .escapeBroken
            }
            try body(byte)
        }
    }

    /// The text of an encoded range that is no secret: without control characters, and without spaces at its ends. What is
    /// not UTF-8 is Latin-1: a name is no reason to lose an account.
    static func label(
        _ text: Span<UInt8>, plusIsSpace: Bool, longest: Int = AccountURI.longestLabel
    ) throws(OneTimePasswordError) -> String {
        guard text.count <= 3 * longest else { throw .labelTooLong }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count)
        try decode(text, plusIsSpace: plusIsSpace) { byte throws(OneTimePasswordError) in bytes.append(byte) }
        let decoded = String(validating: bytes, as: UTF8.self)
        let cleaned = LabelText.cleaned(decoded ?? String(bytes.map { Character(Unicode.Scalar($0)) }))
        guard cleaned.utf8.count <= longest else { throw .labelTooLong }
        return cleaned
    }
}

/// What may stand in an issuer or a name.
enum LabelText {
    /// Without characters that steer a terminal or turn the direction of the text around them, and without spaces at
    /// the ends.
    static func cleaned(_ text: String) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in text.unicodeScalars where !isControl(scalar) { scalars.append(scalar) }
        return trimmed(String(scalars)[...])
    }

    /// Without spaces at the ends.
    static func trimmed(_ text: Substring) -> String {
        var rest = text.unicodeScalars
        while rest.first == " " { rest.removeFirst() }
        while rest.last == " " { rest.removeLast() }
        return String(rest)
    }

    /// What follows `issuer` and a colon, trimmed; nil if `label` does not start so. Bytes are compared, because as
    /// characters a colon and a combining mark after it are no colon.
    static func remainder(of label: String, after issuer: String) -> String? {
        let prefix = issuer.utf8.count
        guard label.utf8.starts(with: issuer.utf8), label.utf8.dropFirst(prefix).first == UInt8(ascii: ":")
        else { return nil }
        return trimmed(Substring(label.utf8.dropFirst(prefix + 1)))
    }

    /// Splits at the first colon; both parts trimmed.
    static func split(_ label: String) -> (prefix: String, name: String)? {
        guard let colon = label.utf8.firstIndex(of: UInt8(ascii: ":")) else { return nil }
        return (trimmed(label[..<colon]), trimmed(Substring(label.utf8[colon...].dropFirst())))
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0...0x1f, 0x7f...0x9f: true
        // Line and paragraph separators, embeddings, overrides and isolates of direction, the byte order mark.
        case 0x2028...0x202e, 0x2066...0x2069, 0xfeff: true
        default: false
        }
    }
}
