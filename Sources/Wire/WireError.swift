/// Why a body was refused, when decoding, or cannot be sent, when encoding.
///
/// It never carries what was read: that might be a secret.
package enum WireError: Error, Equatable, Sendable, CaseIterable, CustomStringConvertible {
    /// The body ends inside a field.
    case truncated
    /// Bytes follow the last field.
    case leftover
    /// A bool is neither 0 nor 1.
    case badBool
    /// A string is not valid UTF-8 or contains NUL.
    case badText
    /// A string, byte field, list or frame is over its bound in ``Limits``.
    case tooLong
    /// A number, or the length of a field that must not be empty, is outside its range.
    case outOfRange
    /// An enumeration or a set of flags has a value that this version does not define.
    case unknownValue
    /// HELLO does not start with the magic.
    case badMagic
    /// Fields contradict each other.
    case contradiction

    /// One clause for the text of an ERROR.
    package var description: String {
        switch self {
        case .truncated: "the body ends inside a field"
        case .leftover: "bytes follow the last field"
        case .badBool: "a bool is neither 0 nor 1"
        case .badText: "a string is not UTF-8 or contains NUL"
        case .tooLong: "a field is over its limit"
        case .outOfRange: "a number or length is out of range"
        case .unknownValue: "a field has a value that is not defined"
        case .badMagic: "this is not the fob protocol"
        case .contradiction: "two fields contradict each other"
        }
    }
}
