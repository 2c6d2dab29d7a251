/// Why a text is not the encoding of any bytes. No case carries a part of the text.
package enum EncodingError: Error, Equatable, Sendable {
    /// The character at this place, counted from 1, is none of the encoding's, or a percent sign without two digits
    /// behind it.
    case badCharacter(position: Int)
    /// No number of bytes is written with so many characters, or with such padding.
    case badLength
    /// The last character has bits that belong to no byte and are not zero (RFC 4648, section 3.5).
    case trailingBits
    /// The check digits of bech32 are wrong.
    case badChecksum
    /// The output has no room for the bytes.
    case noRoom
}
