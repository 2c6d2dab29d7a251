/// What the libraries below this module refuse. No case carries a part of a secret.
package enum ForeignError: Error, Equatable, Sendable {
    /// A key, a nonce or a length that the cipher does not have.
    case badParameter
    /// The tag or the padding is wrong: another password, or a damaged file.
    case notAuthentic
    /// A cost that is over its bound; nothing was computed.
    case tooExpensive
    /// Memory that cannot be had.
    case outOfMemory
    /// The container cannot be read as what it says it is.
    case damaged
    /// A bound of this program is crossed: entries, bytes, rows.
    case tooLarge
    /// The library cannot do it, or does not know the method.
    case unsupported
}
