/// What each use of an account, or of a security key, takes of a person. The numbers are those of the protocol.
package enum Consent: UInt8, CaseIterable, Sendable {
    /// Nothing.
    case none = 0
    /// A yes, which a program of the user can give as well.
    case confirm = 1
    /// The passphrase, which no program has.
    case verify = 2
}
