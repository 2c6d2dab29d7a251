import ForeignLibraries
import Platform

/// andOTP: its encrypted backups, new and old. They bear no mark at all: what is nothing else and looks like ciphertext
/// may be one.
enum AndOTPContainerReader: FormatReader {
    static let name = "andotp"
    static let isUnmarked = true
    /// Rounds, salt, nonce and tag, and a little JSON.
    private static let leastOctets = 60

    static func recognizes(_ source: Source) -> Bool {
        guard case .other = source.shape else { return false }
        return source.text.withBytes { bytes in bytes.count >= leastOctets && Decryption.looksRandom(bytes) }
    }

    static func read(_ source: Source, _ passwords: any PasswordSource, to sink: any EntrySink) throws(ConversionError)
    {
        let text = source.text
        guard text.count >= leastOctets else { throw .malformed("it is too short for a backup") }
        let json = try passwords.open(name) { (password: Span<UInt8>) throws(ConversionError) in
            try text.withBytes { (bytes: Span<UInt8>) throws(ConversionError) in try open(bytes, password) }
        }
        try AndOTPReader.read(json, to: sink)
    }

    /// In the new form the rounds come first; in the old one a nonce stands there, which may be any number.
    private static func open(_ bytes: Span<UInt8>, _ password: Span<UInt8>) throws(ConversionError) -> JSONValue {
        let rounds = (0..<4).reduce(UInt64(0)) { $0 << 8 | UInt64(bytes[$1]) }
        if (1...KeyDerivation.mostRounds).contains(rounds),
            let plain = try Decryption.ifRight({ () throws(ConversionError) in try new(bytes, password, rounds) })
        {
            return try JSONText.parse(LockedText(plain))
        }
        if let plain = try Decryption.ifRight({ () throws(ConversionError) in try old(bytes, password) }) {
            return try JSONText.parse(LockedText(plain))
        }
        // The app's numbers are below 2 to the power of 31.
        guard rounds <= KeyDerivation.mostRounds || rounds > UInt64(Int32.max) else { throw .tooExpensive }
        throw .wrongPassword
    }

    private static func new(
        _ bytes: Span<UInt8>, _ password: Span<UInt8>, _ rounds: UInt64
    ) throws(ConversionError) -> LockedBuffer {
        let key = try Decryption.pbkdf2(.sha1, password, salt: bytes.extracting(4..<16), rounds: rounds)
        return try Decryption.gcm(
            bytes.extracting(28..<bytes.count), key: key.bytes, nonce: bytes.extracting(16..<28))
    }

    private static func old(_ bytes: Span<UInt8>, _ password: Span<UInt8>) throws(ConversionError) -> LockedBuffer {
        let key = try Decryption.hash(.sha256, password)
        return try Decryption.gcm(
            bytes.extracting(12..<bytes.count), key: key.bytes, nonce: bytes.extracting(0..<12))
    }
}

extension Decryption {
    /// Whether bytes may be ciphertext: no text, and no value among them that is far more frequent than the others.
    static func looksRandom(_ bytes: Span<UInt8>) -> Bool {
        var counts: [256 of Int] = .init(repeating: 0)
        for index in bytes.indices { counts[Int(bytes[index])] += 1 }
        let most = 16 + bytes.count / 64
        for index in counts.indices where counts[index] > most { return false }
        // A byte of random bytes is no text with overwhelming odds: half of them are above 127.
        do throws(UTF8.ValidationError) {
            _ = try UTF8Span(validating: bytes)
            return false
        } catch {
            return true
        }
    }
}
