/// How an account computes its codes.
package enum CredentialKind: UInt8, CaseIterable, Sendable {
    /// Time based (RFC 6238).
    case totp = 1
    /// Counter based (RFC 4226).
    case hotp = 2
    /// Steam Guard: five letters and digits, time based.
    case steam = 3
    /// Mobile-OTP: six hexadecimal digits, time based, with a PIN.
    case motp = 4
    /// Yandex Key: eight letters, time based, with a PIN.
    case yandex = 5
    /// Challenge and response (RFC 6287).
    case ocra = 6
}

/// The hash below a code.
package enum HashAlgorithm: UInt8, CaseIterable, Sendable {
    /// SHA-1, 20 bytes.
    case sha1 = 1
    /// SHA-256, 32 bytes.
    case sha256 = 2
    /// SHA-512, 64 bytes.
    case sha512 = 3
    /// MD5, 16 bytes: only for mOTP.
    case md5 = 4
}

/// The parameters of a one-time password as they are told, without its key: what a kind does not have is nil, 0 or
/// empty. Whether they fit together only `OneTimePassword.Parameters` say.
package struct Credential: Equatable, Sendable {
    /// What kind it is; nil for an account without a one-time password.
    package var kind: CredentialKind?
    /// The hash of its HMAC.
    package var algorithm: HashAlgorithm?
    /// Digits of a code.
    package var digits: UInt8 = 0
    /// Seconds of a time step.
    package var period: UInt32 = 0
    /// Seconds of UTC at which the time steps start to count.
    package var start: UInt64 = 0
    /// The next HOTP counter.
    package var counter: UInt64 = 0
    /// The suite of an OCRA account (RFC 6287 section 6).
    package var ocraSuite = ""

    /// No one-time password.
    package init() {}

    package init(
        kind: CredentialKind?, algorithm: HashAlgorithm?, digits: UInt8, period: UInt32, start: UInt64 = 0,
        counter: UInt64 = 0, ocraSuite: String = ""
    ) {
        (self.kind, self.algorithm, self.digits, self.period, self.start) = (kind, algorithm, digits, period, start)
        (self.counter, self.ocraSuite) = (counter, ocraSuite)
    }
}
