import ForeignLibraries
import Platform

/// Keys and plain texts of encrypted files, in locked memory, with the errors of a file.
enum Decryption {
    /// What a library below makes, up to `count` bytes: a key, or a plain text.
    static func key(
        _ count: Int = 32, _ make: (inout OutputSpan<UInt8>) throws(ForeignError) -> Void
    ) throws(ConversionError) -> LockedBuffer {
        var buffer = try ConversionError.buffer(count)
        try buffer.appendForeign(make)
        return buffer
    }

    /// What opens with a password; nil when it is the wrong one.
    static func ifRight<R: ~Copyable>(
        _ open: () throws(ConversionError) -> R
    ) throws(ConversionError) -> R? {
        do throws(ConversionError) { return try open() } catch {
            guard error == .wrongPassword else { throw error }
            return nil
        }
    }

    /// The hash of one message.
    static func hash(_ hash: Digest.Hash, _ message: Span<UInt8>) throws(ConversionError) -> LockedBuffer {
        try key(hash.count) { (output: inout OutputSpan<UInt8>) throws(ForeignError) in
            try Digest.append(hash, of: message, to: &output)
        }
    }

    /// A key by PBKDF2.
    static func pbkdf2(
        _ hash: KeyDerivation.Hash, _ password: Span<UInt8>, salt: Span<UInt8>, rounds: UInt64, count: Int = 32
    ) throws(ConversionError) -> LockedBuffer {
        try key(count) { (output: inout OutputSpan<UInt8>) throws(ForeignError) in
            try KeyDerivation.pbkdf2(
                hash, password: password, salt: salt, rounds: rounds, count: count, into: &output)
        }
    }

    /// A key by scrypt.
    static func scrypt(
        _ password: Span<UInt8>, salt: Span<UInt8>, n: UInt64, r: UInt64, p: UInt64
    ) throws(ConversionError) -> LockedBuffer {
        try key { (output: inout OutputSpan<UInt8>) throws(ForeignError) in
            try KeyDerivation.scrypt(password: password, salt: salt, n: n, r: r, p: p, count: 32, into: &output)
        }
    }

    /// A key by Argon2; memory in KiB.
    static func argon2(
        _ variant: KeyDerivation.Argon2, _ password: Span<UInt8>, salt: Span<UInt8>, passes: UInt64, memory: UInt64,
        lanes: UInt64, count: Int = 32
    ) throws(ConversionError) -> LockedBuffer {
        try key(count) { (output: inout OutputSpan<UInt8>) throws(ForeignError) in
            try KeyDerivation.argon2(
                variant, password: password, salt: salt, passes: passes, memory: memory, lanes: lanes, count: count,
                into: &output)
        }
    }

    /// What AES-256-GCM opens; the tag is behind the ciphertext.
    static func gcm(
        _ sealed: Span<UInt8>, key: Span<UInt8>, nonce: Span<UInt8>, additional: Span<UInt8> = Span()
    ) throws(ConversionError) -> LockedBuffer {
        guard sealed.count >= 16 else { throw .malformed("the ciphertext is too short") }
        let count = sealed.count - 16
        return try gcm(
            sealed.extracting(..<count), tag: sealed.extracting(count...), key: key, nonce: nonce,
            additional: additional)
    }

    /// What AES-256-GCM opens, with the tag apart.
    static func gcm(
        _ ciphertext: Span<UInt8>, tag: Span<UInt8>, key: Span<UInt8>, nonce: Span<UInt8>,
        additional: Span<UInt8> = Span()
    ) throws(ConversionError) -> LockedBuffer {
        try Decryption.key(ciphertext.count) { (output: inout OutputSpan<UInt8>) throws(ForeignError) in
            try Cipher.openGCM(ciphertext, tag: tag, key: key, nonce: nonce, additional: additional, into: &output)
        }
    }

    /// What AES-256-CBC with PKCS #7 padding holds.
    static func cbc(
        _ ciphertext: Span<UInt8>, key: Span<UInt8>, iv: Span<UInt8>
    ) throws(ConversionError) -> LockedBuffer {
        try Decryption.key(ciphertext.count) { (output: inout OutputSpan<UInt8>) throws(ForeignError) in
            try Cipher.decryptCBC(ciphertext, key: key, iv: iv, into: &output)
        }
    }
}
