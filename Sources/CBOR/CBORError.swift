/// Why bytes are not the CBOR that CTAP2 asks for.
package enum CBORError: Error, Equatable, Sendable {
    /// The bytes end within a value.
    case truncated
    /// Bytes follow the value.
    case leftover
    /// The value has a shorter or another canonical encoding: a long length, keys out of order or twice.
    case notCanonical
    /// A floating-point number, a tag, an indefinite length, a simple value but false, true and null, or a map's key
    /// that is neither integer nor text.
    case unsupported
    /// More than ``CBORReader/depth`` arrays and maps in one another.
    case tooDeep
    /// A text that is not UTF-8.
    case badText
}
