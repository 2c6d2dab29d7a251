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

    /// The values of `algorithm` that are read, in lower case.
    var namesInURI: [String] {
        switch self {
        case .sha1: ["sha1", "sha-1", "hmacsha1", "hmac-sha1", "hmac-sha-1"]
        case .sha256: ["sha256", "sha-256", "hmacsha256", "hmac-sha256", "hmac-sha-256"]
        case .sha512: ["sha512", "sha-512", "hmacsha512", "hmac-sha512", "hmac-sha-512"]
        case .md5: ["md5", "hmacmd5", "hmac-md5"]
        }
    }
}
