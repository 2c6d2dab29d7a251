import ForeignLibraries
import OneTimePassword
import Platform

/// FreeOTP 2: its backup, a map of Java's. Each key is encrypted under a master key, and that one under the password.
enum FreeOTP2Reader: FormatReader {
    static let name = "freeotp"
    private static let masterName = "masterKey"
    private static let tokenEnd = "-token"

    static func recognizes(_ source: Source) -> Bool { source.text.withBytes { JavaMap.isSerialized($0) } }

    static func read(_ source: Source, _ passwords: any PasswordSource, to sink: any EntrySink) throws(ConversionError)
    {
        let map = try source.text.withBytes { (bytes: Span<UInt8>) throws(ConversionError) in try JavaMap(bytes) }
        guard let text = map[masterName] else { throw .malformed("it has no master key") }
        let locked = try MasterKey(JSONText.parse(text))
        let master = try passwords.open(name) { (password: Span<UInt8>) throws(ConversionError) in
            try locked.open(password)
        }
        var keys: [String: LockedText] = [:]
        for (name, value) in map.members where name != masterName { keys[name] = value }
        var position = 0
        for (name, value) in map.members where name.hasSuffix(tokenEnd) {
            position += 1
            let id = String(name.dropLast(tokenEnd.count))
            try sink.item(label(value), at: position) { () throws(ConversionError) in
                try entry(value, keys[id], master)
            }
        }
    }

    private static func label(_ token: LockedText) -> String {
        (try? JSONText.parse(token)).map { FreeOTPToken.label($0) } ?? ""
    }

    private static func entry(
        _ token: LockedText, _ key: LockedText?, _ master: LockedText
    ) throws(ConversionError) -> Entry {
        guard let key else { throw .malformed("its key is not in the backup") }
        let parsed: JSONValue
        let opened: LockedBuffer
        do throws(ConversionError) {
            parsed = try JSONText.parse(token)
            opened = try open(key, master)
        } catch {
            guard error == .wrongPassword else { throw error }
            throw .malformed("its key cannot be decrypted")
        }
        return try FreeOTPToken.entry(parsed, key: opened)
    }

    /// The value of a key is JSON with a text of JSON in it.
    private static func open(_ key: LockedText, _ master: LockedText) throws(ConversionError) -> LockedBuffer {
        guard let inner = try JSONText.parse(key)["key"]?.secret() else { throw .malformed("its key is broken") }
        let sealed = try EncryptedKey(JSONText.parse(LockedText(inner)))
        return try master.withBytes { (master: Span<UInt8>) throws(ConversionError) in try sealed.open(master) }
    }
}

/// A key under another one: AES-256-GCM, with the name of the key's algorithm as additional data.
private struct EncryptedKey {
    let ciphertext: LockedText
    let nonce: LockedText
    let algorithm: String

    init(_ value: JSONValue) throws(ConversionError) {
        guard let cipher = value["mCipher"]?.string, let algorithm = value["mToken"]?.string,
            let ciphertext = try value["mCipherText"]?.bytes(), let parameters = try value["mParameters"]?.bytes()
        else { throw .malformed("an encrypted key in it is incomplete") }
        guard cipher == "AES/GCM/NoPadding" else {
            throw .unsupported("the freeotp file is encrypted with another cipher", remedy: "update fob")
        }
        self.ciphertext = LockedText(ciphertext)
        self.algorithm = algorithm
        nonce = LockedText(try Self.nonce(parameters.bytes))
    }

    /// DER: a sequence of the nonce and the length of the tag, or on old systems the nonce alone.
    private static func nonce(_ parameters: Span<UInt8>) throws(ConversionError) -> LockedBuffer {
        let start = parameters.count > 2 && parameters[0] == 0x30 ? 2 : 0
        guard parameters.count >= start + 2 + 12, parameters[start] == 0x04, parameters[start + 1] == 12 else {
            throw .malformed("an encrypted key in it has no nonce")
        }
        return try ConversionError.copy(parameters.extracting(start + 2..<start + 14))
    }

    func open(_ key: Span<UInt8>) throws(ConversionError) -> LockedBuffer {
        let algorithm = Array(algorithm.utf8)
        return try ciphertext.withBytes { (ciphertext: Span<UInt8>) throws(ConversionError) in
            try nonce.withBytes { (nonce: Span<UInt8>) throws(ConversionError) in
                try Decryption.gcm(ciphertext, key: key, nonce: nonce, additional: algorithm.span)
            }
        }
    }
}

/// The master key under the password.
private struct MasterKey {
    private let sealed: EncryptedKey
    private let hash: KeyDerivation.Hash
    private let salt: LockedText
    private let rounds: UInt64

    init(_ value: JSONValue) throws(ConversionError) {
        guard let encrypted = value["mEncryptedKey"], let algorithm = value["mAlgorithm"]?.string,
            let rounds = value["mIterations"]?.unsigned, let salt = try value["mSalt"]?.bytes()
        else { throw .malformed("its master key is incomplete") }
        switch algorithm.lowercased() {
        case "pbkdf2withhmacsha1": hash = .sha1
        case "pbkdf2withhmacsha256": hash = .sha256
        case "pbkdf2withhmacsha512": hash = .sha512
        default: throw .unsupported("the freeotp file derives its key in another way", remedy: "update fob")
        }
        guard rounds <= KeyDerivation.mostRounds else { throw .tooExpensive }
        sealed = try EncryptedKey(encrypted)
        self.salt = LockedText(salt)
        self.rounds = rounds
    }

    func open(_ password: Span<UInt8>) throws(ConversionError) -> LockedText {
        let key = try salt.withBytes { (salt: Span<UInt8>) throws(ConversionError) in
            try Decryption.pbkdf2(hash, password, salt: salt, rounds: rounds)
        }
        let master = try sealed.open(key.bytes)
        guard master.count == 32 else { throw .malformed("its master key does not have 32 bytes") }
        return LockedText(master)
    }
}
