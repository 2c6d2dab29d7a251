import OneTimePassword
import Platform

/// Blizzard's apps: key and serial number as hexadecimal text, hidden by a mask that is the same everywhere.
enum BattleNetReader: FormatReader {
    static let name = "battlenet"
    private static let prefix = "com.blizzard.messenger.AUTHENTICATOR_"
    /// What the older app, made for nothing else, kept: key and serial number in one.
    private static let older = "com.blizzard.bma.AUTH_STORE.HASH"

    /// 40 bytes for the key, 17 for the serial number behind it.
    private static let mask: [57 of UInt8] = [
        0x39, 0x8E, 0x27, 0xFC, 0x50, 0x27, 0x6A, 0x65, 0x60, 0x65, 0xB0, 0xE5, 0x25, 0xF4, 0xC0, 0x6C, 0x04, 0xC6,
        0x10,
        0x75, 0x28, 0x6B, 0x8E, 0x7A, 0xED, 0xA5, 0x9D, 0xA9, 0x81, 0x3B, 0x5D, 0xD6, 0xC8, 0x0D, 0x2F, 0xB3, 0x80,
        0x68,
        0x77, 0x3F, 0xA5, 0x9B, 0xA4, 0x7C, 0x17, 0xCA, 0x6C, 0x64, 0x79, 0x01, 0x5C, 0x1D, 0x5B, 0x8B, 0x8F, 0x6B,
        0x9A,
    ]

    static func recognizes(_ source: Source) -> Bool {
        guard let preferences = AndroidPreferences(source) else { return false }
        return preferences["\(prefix)DEVICE_SECRET"] ?? preferences[older] != nil
    }

    static func read(_ source: Source, _ passwords: any PasswordSource, to sink: any EntrySink) throws(ConversionError)
    {
        guard let preferences = AndroidPreferences(source) else { throw .malformed("it is not a preferences file") }
        try sink.item("Battle.net", at: 1) { () throws(ConversionError) in
            if let both = preferences[older] {
                let plain = try unmask(both)
                guard plain.count == 57 else { throw .malformed("its key has the wrong length") }
                return try entry(plain.bytes.extracting(0..<40), serial: plain.bytes.extracting(40..<57))
            }
            guard let secret = preferences["\(prefix)DEVICE_SECRET"] else { throw .malformed("it has no key") }
            let key = try unmask(secret)
            guard let element = preferences["\(prefix)SERIAL"] else { return try entry(key.bytes, serial: Span()) }
            let serial = try unmask(element)
            return try entry(key.bytes, serial: serial.bytes)
        }
    }

    private static func unmask(_ element: XMLElement) throws(ConversionError) -> LockedBuffer {
        let text = try element.secret()
        var plain = try KeyText.decode(text.bytes, .hexadecimal)
        guard plain.count <= mask.count else { throw .malformed("its key has the wrong length") }
        plain.withMutableBytes { bytes in for index in bytes.indices { bytes[index] ^= mask[index] } }
        return plain
    }

    private static func entry(_ key: Span<UInt8>, serial: Span<UInt8>) throws(ConversionError) -> Entry {
        let name = String(validating: serial.indices.map { serial[$0] }, as: UTF8.self) ?? ""
        let bytes = try KeyText.decode(key, .hexadecimal)
        let parameters = try Credential(kind: .totp, digits: 8).parameters()
        return try Entry(issuer: "Battle.net", name: name, parameters, checked: bytes)
    }
}
