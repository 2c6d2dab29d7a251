import ForeignLibraries
import Platform

/// Stratum (Authenticator Pro): its encrypted backups, which hold the JSON text of the plain ones.
enum StratumContainerReader: FormatReader {
    static let name = "stratum"

    static func recognizes(_ source: Source) -> Bool { isStrong(source.text) || isLegacy(source.text) }

    private static func isStrong(_ text: LockedText) -> Bool { text.withBytes { $0.hasPrefix("AUTHENTICATORPRO") } }
    private static func isLegacy(_ text: LockedText) -> Bool { text.withBytes { $0.hasPrefix("AuthenticatorPro") } }

    static func read(_ source: Source, _ passwords: any PasswordSource, to sink: any EntrySink) throws(ConversionError)
    {
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
        try StratumReader.read(json, to: sink)
    }

    private static func strong(_ bytes: Span<UInt8>, _ password: Span<UInt8>) throws(ConversionError) -> JSONValue {
        let key = try Decryption.argon2(
            .id, password, salt: bytes.extracting(16..<32), passes: 3, memory: 65536, lanes: 4)
        let plain = try Decryption.gcm(
            bytes.extracting(44..<bytes.count), key: key.bytes, nonce: bytes.extracting(32..<44))
        return try JSONText.parse(LockedText(plain))
    }

    private static func legacy(_ bytes: Span<UInt8>, _ password: Span<UInt8>) throws(ConversionError) -> JSONValue {
        guard (bytes.count - 52) % 16 == 0 else { throw .malformed("it is cut off") }
        let key = try Decryption.pbkdf2(.sha1, password, salt: bytes.extracting(16..<36), rounds: 64000)
        let plain = try Decryption.cbc(
            bytes.extracting(52..<bytes.count), key: key.bytes, iv: bytes.extracting(36..<52))
        return try Decryption.json(plain)
    }
}

extension Decryption {
    /// The JSON text that came out of a cipher without a tag: what is none shows that the password was wrong.
    static func json(_ plain: consuming LockedBuffer) throws(ConversionError) -> JSONValue {
        let text = LockedText(plain)
        guard let json = try ConversionError.ifWhole({ () throws(ConversionError) in try JSONText.parse(text) }) else {
            throw .wrongPassword
        }
        return json
    }
}
