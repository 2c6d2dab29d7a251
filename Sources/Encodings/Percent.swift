/// Percent-encoding (RFC 3986, section 2.1). The digits are read without a branch or a table; that a byte is escaped shows.
package enum Percent {
    /// The byte that stands at `index`, which moves behind it; `+` is a space in a query.
    ///
    /// - Throws: `badCharacter` at a percent sign that is not followed by two digits; `index` stands behind the sign then,
    ///   for readers that take it as itself.
    package static func next(
        _ text: Span<UInt8>, _ index: inout Int, plusIsSpace: Bool = false
    ) throws(EncodingError) -> UInt8 {
        let byte = text[index]
        index += 1
        guard byte == UInt8(ascii: "%") else {
            return plusIsSpace && byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte
        }
        guard text.count - index >= 2, let high = BaseEncoding.base16AnyCase.value(of: text[index]),
            let low = BaseEncoding.base16AnyCase.value(of: text[index + 1])
        else { throw .badCharacter(position: index) }
        index += 2
        return high << 4 | low
    }

    /// Appends a byte as `%XX`.
    package static func escape(_ byte: UInt8, to output: inout OutputSpan<UInt8>) {
        output.append(UInt8(ascii: "%"))
        output.append(BaseEncoding.base16Upper.character(of: byte >> 4))
        output.append(BaseEncoding.base16Upper.character(of: byte & 15))
    }

    /// Appends a byte as itself if it is unreserved, else escaped.
    package static func append(_ byte: UInt8, to output: inout OutputSpan<UInt8>) {
        if isUnreserved(byte) { output.append(byte) } else { escape(byte, to: &output) }
    }

    /// Letters, digits and `-._~` (RFC 3986, section 2.3).
    package static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            true
        default: false
        }
    }

    /// A text that is no secret, with all of its bytes escaped but those that may stay.
    package static func text(_ text: String, keeping isKept: (UInt8) -> Bool) -> String {
        let bytes = Array(text.utf8)
        let escaped = [UInt8](capacity: 3 * bytes.count) { output in
            for byte in bytes { if isKept(byte) { output.append(byte) } else { escape(byte, to: &output) } }
        }
        return String(decoding: escaped, as: UTF8.self)
    }
}
