import ForeignLibraries
import Platform

/// Stratum (Authenticator Pro): its encrypted backups, which hold the JSON text of the plain ones.
enum StratumContainerReader: FormatReader {
    static let name = "stratum"

    static func recognizes(_ source: Source) -> Bool { isStrong(source.text) || isLegacy(source.text) }

    private static func isStrong(_ text: LockedText) -> Bool { text.withBytes { $0.hasPrefix("AUTHENTICATORPRO") } }
    private static func isLegacy(_ text: LockedText) -> Bool { text.withBytes { $0.hasPrefix("AuthenticatorPro") } }

    static func read<Sink: EntrySink & ~Copyable, Passwords: PasswordSource & ~Copyable>(
        _ source: Source, passwords: inout Passwords, into sink: inout Sink
    ) throws(ConversionError) {
        let text = source.text
        guard recognizes(source) else { throw .malformed("it is not a backup of this app") }
        let isStrong = isStrong(text)
        // Mark, salt, nonce and tag; or mark, salt, IV and one block.
        guard text.count > (isStrong ? 16 + 16 + 12 + 16 : 16 + 20 + 16 + 15) else { throw .malformed("it is cut off") }
        let json = try passwords.open(name) { (password: Span<UInt8>) throws(ConversionError) in
            try text.withBytes { (bytes: Span<UInt8>) throws(ConversionError) in
                try isStrong ? strong(bytes, password) : legacy(bytes, password)
            }
        }
        try StratumReader.read(json, into: &sink)
    }

    private static func strong(_ bytes: Span<UInt8>, _ password: Span<UInt8>) throws(ConversionError) -> JSONValue {
        let key = try Decryption.key { (output: inout OutputSpan<UInt8>) throws(ForeignError) in
            try KeyDerivation.argon2(
                .id, password: password, salt: bytes.extracting(16..<32), passes: 3, memory: 65536, lanes: 4, count: 32,
                into: &output)
        }
        let plain = try Decryption.gcm(
            bytes.extracting(44..<bytes.count), key: key.bytes, nonce: bytes.extracting(32..<44))
        return try JSONText.parse(LockedText(plain))
    }

    private static func legacy(_ bytes: Span<UInt8>, _ password: Span<UInt8>) throws(ConversionError) -> JSONValue {
        guard (bytes.count - 52) % 16 == 0 else { throw .malformed("it is cut off") }
        let key = try Decryption.key { (output: inout OutputSpan<UInt8>) throws(ForeignError) in
            try KeyDerivation.pbkdf2(
                .sha1, password: password, salt: bytes.extracting(16..<36), rounds: 64000, count: 32, into: &output)
        }
        let plain = try Decryption.cbc(
            bytes.extracting(52..<bytes.count), key: key.bytes, iv: bytes.extracting(36..<52))
        return try Decryption.json(plain)
    }
}

extension Decryption {
    /// The JSON text that came out of a cipher without a tag: what is none shows that the password was wrong.
    static func json(_ plain: consuming LockedBuffer) throws(ConversionError) -> JSONValue {
        do throws(ConversionError) {
            return try JSONText.parse(LockedText(plain))
        } catch {
            guard case .malformed = error else { throw error }
            throw .wrongPassword
        }
    }

    /// SHA-256 of a password, as a key.
    static func sha256(_ password: Span<UInt8>) throws(ConversionError) -> LockedBuffer {
        var key = try ConversionError.buffer(32)
        key.append { output in
            let digest = Sodium.sha256(password)
            for index in digest.indices { output.append(digest[index]) }
        }
        Memory.scrubStack()
        return key
    }
}
