/// An account as other authenticators write it: `otpauth://TYPE/LABEL?PARAMETERS` (Key URI format), `motp://` and
/// `steam://`. Key and PIN travel beside it and are never part of the value.
package struct AccountURI: Sendable, Equatable {
    /// Who issued the account; empty if nobody is named.
    package var issuer: String
    /// Whose account it is; may be empty.
    package var name: String
    /// How its codes are computed.
    package var parameters: Parameters

    /// The parameters that mean something here; all others are ignored.
    package enum Parameter: String, CaseIterable, Sendable {
        /// The key.
        case secret
        /// The issuer.
        case issuer
        /// The hash.
        case algorithm
        /// Characters of a code.
        case digits
        /// Seconds of a time step.
        case period
        /// Counter of the next code.
        case counter
        /// `steam` (KeePassXC).
        case encoder
        /// Bare: Steam (Stratum).
        case steam
        /// The PIN.
        case pin
        /// The OCRA suite.
        case suite
        /// T0 of RFC 6238; written by this program only.
        case start = "t0"
    }

    /// Longest URI that is read, in bytes.
    package static let longest = 16384
    /// Longest issuer or name, in bytes of UTF-8.
    package static let longestLabel = 1024

    /// An account.
    package init(issuer: String, name: String, parameters: Parameters) {
        self.issuer = issuer
        self.name = name
        self.parameters = parameters
    }
}
