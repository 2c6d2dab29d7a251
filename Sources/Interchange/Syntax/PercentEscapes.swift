import Encodings
import Platform

/// Percent-encoding (RFC 3986, section 2.1) over locked memory.
enum PercentEscapes {
    /// The bytes that `text` stands for.
    ///
    /// - Throws: `malformed` when a percent sign is not followed by two hexadecimal digits.
    static func decode(_ text: Span<UInt8>, plusIsSpace: Bool) throws(ConversionError) -> LockedBuffer {
        var buffer = try ConversionError.buffer(text.count)
        do throws(EncodingError) {
            try buffer.append { (output: inout OutputSpan<UInt8>) throws(EncodingError) in
                var index = 0
                while index < text.count { output.append(try Percent.next(text, &index, plusIsSpace: plusIsSpace)) }
            }
        } catch {
            throw .malformed("a percent sign in it is not followed by two digits")
        }
        return buffer
    }
}
