import OneTimePassword

/// What a file says of how an account computes its codes, before it is checked.
///
/// What is missing is the default of nearly all authenticators: SHA-1, 6 digits, 30 seconds. What is there is taken as it
/// is or refused, never bent into range: a clamped value gives wrong codes.
struct Credential {
    /// How codes are computed.
    var kind: CredentialKind
    /// The hash; empty for the default.
    var algorithm = ""
    /// Characters of a code.
    var digits: UInt64?
    /// Seconds of a time step.
    var period: UInt64?
    /// The counter of the next code; it has no default.
    var counter: UInt64?

    /// The parameters, within their bounds.
    func parameters() throws(ConversionError) -> Parameters {
        // Files hold nonsense in the fields that a kind does not use or fixes.
        let isFree = kind == .totp || kind == .hotp
        let digits = isFree ? self.digits ?? 6 : 6
        let period = kind == .totp ? self.period ?? 30 : 30
        guard kind != .hotp || counter != nil else { throw .malformed("it is counter based and has no counter") }
        let algorithm: HashAlgorithm = isFree ? try Self.algorithm(self.algorithm) : .sha1
        return try ConversionError.checked { () throws(OneTimePasswordError) in
            guard let digits = UInt8(exactly: digits) else { throw .digitsOutOfRange }
            guard let period = UInt32(exactly: period) else { throw .periodOutOfRange }
            return try Parameters(
                kind: kind, algorithm: algorithm, digits: digits, period: period, counter: counter ?? 0)
        }
    }

    private static func algorithm(_ name: String) throws(ConversionError) -> HashAlgorithm {
        guard let hash = name.isEmpty ? .sha1 : HashAlgorithm(named: name) else {
            throw .malformed("the hash \(name.prefix(32)) is not known")
        }
        return hash
    }
}

extension CredentialKind {
    /// The kind of that name, in any case.
    init(named name: String) throws(ConversionError) {
        switch name.lowercased() {
        case "totp": self = .totp
        case "hotp": self = .hotp
        case "steam": self = .steam
        case "motp": self = .motp
        case "yandex", "yaotp": self = .yandex
        case "": throw .malformed("it does not say of what kind it is")
        default: throw .malformed("the kind \(name.prefix(32)) is not known")
        }
    }
}
