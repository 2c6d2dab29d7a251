import Platform

/// Percent-encoding (RFC 3986, section 2.1) over locked memory.
enum PercentEscapes {
    /// The bytes that `text` stands for.
    ///
    /// - Throws: `malformed` when a percent sign is not followed by two hexadecimal digits.
    static func decode(_ text: Span<UInt8>, plusIsSpace: Bool) throws(ConversionError) -> LockedBuffer {
        var buffer = try ConversionError.buffer(text.count)
        let isWhole = buffer.append { output in
            var index = 0
            while index < text.count {
                let byte = text[index]
                index += 1
                guard byte == UInt8(ascii: "%") else {
                    output.append(plusIsSpace && byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
                    continue
                }
                guard text.count - index >= 2, let high = digit(text[index]), let low = digit(text[index + 1]) else {
                    return false
                }
                output.append(high << 4 | low)
                index += 2
            }
            return true
        }
        guard isWhole else { throw .malformed("a percent sign in it is not followed by two digits") }
        return buffer
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        Character(Unicode.Scalar(byte)).hexDigitValue.map { UInt8($0) }
    }
}
