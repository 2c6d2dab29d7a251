extension CredentialKind {
    /// TYPE of an otpauth URI. `motp` is a scheme of its own when it is written.
    var nameInURI: String {
        switch self {
        case .totp: "totp"
        case .hotp: "hotp"
        case .steam: "steam"
        case .motp: "motp"
        case .yandex: "yaotp"
        case .ocra: "ocra"
        }
    }

    /// True for kinds that have a PIN, or may have one.
    var hasPIN: Bool {
        switch self {
        case .motp, .yandex, .ocra: true
        case .totp, .hotp, .steam: false
        }
    }
}

extension HashAlgorithm {
    /// The value of `algorithm` that is written.
    var nameInURI: String {
        switch self {
        case .sha1: "SHA1"
        case .sha256: "SHA256"
        case .sha512: "SHA512"
        case .md5: "MD5"
        }
    }

    /// The hash that other programs call so: in any case, with or without dashes and spaces, with `HMAC`, or ente's old
    /// `Algorithm.`, in front.
    package init?(named name: String) {
        var plain = name.uppercased().filter { !"-_ ".contains($0) }
        for prefix in ["ALGORITHM.", "HMAC"] where plain.hasPrefix(prefix) { plain.removeFirst(prefix.count) }
        switch plain {
        case "SHA1": self = .sha1
        case "SHA256", "SHA2256": self = .sha256
        case "SHA512", "SHA2512": self = .sha512
        case "MD5": self = .md5
        default: return nil
        }
    }
}
