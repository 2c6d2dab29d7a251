import ForeignLibraries
import OneTimePassword
import Platform

/// How the values of a key container are encrypted (RFC 6030, section 6): with a key that both sides have, or with a
/// password.
struct PSKCEncryption {
    private struct Derivation {
        let salt: LockedText
        let rounds: UInt64
        let count: Int
        let hash: KeyDerivation.Hash
    }

    /// Nil for a key that both sides have.
    private let derivation: Derivation?
    /// The hash of the HMAC over encrypted values; nil where there is none.
    private let hash: Authentication.Hash?
    /// The encrypted key of that HMAC; nil where it is the encryption key.
    private let authenticationKey: XMLElement?

    /// Reads what a container says, and refuses what cannot be opened or costs too much.
    init(_ root: XMLElement) throws(ConversionError) {
        guard let key = root.child("EncryptionKey") else { throw .malformed("it does not say how it is encrypted") }
        if key.child("X509Data") != nil {
            throw .unsupported(
                "its keys are encrypted for a certificate", remedy: "ask for a container with a password or in clear")
        }
        derivation = try key.child("DerivedKey").map(Self.derivation)
        guard let method = root.child("MACMethod") else {
            (hash, authenticationKey) = (nil, nil)
            return
        }
        hash = try Self.hash(method)
        authenticationKey = method.child("MACKey")
    }

    private static func suffix(_ element: XMLElement?) -> String {
        let name = element?.attribute("Algorithm") ?? element?.attribute("MACAlgorithm") ?? ""
        return (name.split(separator: "#").last.map(String.init) ?? "").lowercased()
    }

    private static func hash(_ method: XMLElement) throws(ConversionError) -> Authentication.Hash {
        switch suffix(method) {
        case "hmac-sha1": return .sha1
        case "hmac-sha256": return .sha256
        case "hmac-sha384": return .sha384
        case "hmac-sha512": return .sha512
        default: throw .unsupported("its authentication is not known", remedy: "ask for one with HMAC-SHA-256")
        }
    }

    private static func derivation(_ key: XMLElement) throws(ConversionError) -> Derivation {
        guard let method = key.child("KeyDerivationMethod"), suffix(method) == "pbkdf2",
            let parameters = method.child("PBKDF2-params") ?? method.child("Parameters")
        else { throw .unsupported("its key derivation is not known", remedy: "ask for one with PBKDF2") }
        let count = number(parameters, "KeyLength") ?? 16
        guard let salt = parameters.descendant("Salt", "Specified"), let rounds = number(parameters, "IterationCount"),
            [16, 24, 32].contains(count)
        else { throw .malformed("its key derivation is incomplete") }
        let hash: KeyDerivation.Hash
        switch suffix(parameters.child("PRF")) {
        case "", "hmac-sha1": hash = .sha1
        case "hmac-sha256": hash = .sha256
        case "hmac-sha512": hash = .sha512
        default: throw .unsupported("its key derivation is not known", remedy: "ask for one with HMAC-SHA-256")
        }
        try ConversionError.foreign { () throws(ForeignError) in try KeyDerivation.checkPBKDF2(rounds: rounds) }
        return Derivation(salt: LockedText(try base64(salt)), rounds: rounds, count: Int(count), hash: hash)
    }

    private static func number(_ element: XMLElement, _ name: StaticString) -> UInt64? {
        element.child(name)?.text.flatMap { UInt64($0.filter { !$0.isWhitespace }) }
    }

    private static func base64(_ element: XMLElement) throws(ConversionError) -> LockedBuffer {
        let text = try element.secret()
        return try Base64.decode(text.bytes)
    }

    /// The bytes of the secrets that a password opens, by the index of their element; those that are damaged are not there.
    ///
    /// - Throws: `wrongPassword` when it opens none.
    func open(_ secrets: [XMLElement], _ password: Span<UInt8>) throws(ConversionError) -> [Int: LockedText] {
        let key = try key(password)
        var authentication: LockedText?
        if let authenticationKey {
            authentication = LockedText(try decrypt(authenticationKey, key.bytes))
        } else if hash != nil {
            authentication = LockedText(try ConversionError.copy(key.bytes))
        }
        var opened: [Int: LockedText] = [:]
        for secret in secrets {
            guard let sealed = secret.child("EncryptedValue") else { continue }
            do throws(ConversionError) {
                try check(sealed, secret.child("ValueMAC"), authentication)
                opened[secret.index] = LockedText(try decrypt(sealed, key.bytes))
            } catch {
                switch error {
                case .wrongPassword, .malformed: continue
                default: throw error
                }
            }
        }
        if opened.isEmpty { throw .wrongPassword }
        return opened
    }

    /// A key from a password. A key that both sides have is typed in hexadecimal or base64.
    private func key(_ password: Span<UInt8>) throws(ConversionError) -> LockedBuffer {
        if let derivation {
            return try derivation.salt.withBytes { (salt: Span<UInt8>) throws(ConversionError) in
                try Decryption.pbkdf2(
                    derivation.hash, password, salt: salt, rounds: derivation.rounds, count: derivation.count)
            }
        }
        for form in [KeyText.Form.hexadecimal, .base64] {
            let key: LockedBuffer
            do throws(ConversionError) { key = try KeyText.decode(password, form) } catch {
                guard error.scope == .item else { throw error }
                continue
            }
            if [16, 24, 32].contains(key.count) { return key }
        }
        throw .wrongPassword
    }

    /// The HMAC is over what the cipher gave: initialisation vector and ciphertext.
    private func check(
        _ sealed: XMLElement, _ tag: XMLElement?, _ key: LockedText?
    ) throws(ConversionError) {
        guard let hash, let key else { return }
        guard let tag, let value = sealed.descendant("CipherData", "CipherValue") else {
            throw .malformed("an encrypted value without authentication")
        }
        let message = try Self.base64(value)
        let expected = try Self.base64(tag)
        try key.withBytes { (key: Span<UInt8>) throws(ConversionError) in
            try ConversionError.foreign { () throws(ForeignError) in
                try Authentication.check(message.bytes, hash, key: key, tag: expected.bytes)
            }
        }
    }

    /// What an encrypted value (XML Encryption) stands for.
    private func decrypt(_ sealed: XMLElement, _ key: Span<UInt8>) throws(ConversionError) -> LockedBuffer {
        guard let value = sealed.descendant("CipherData", "CipherValue") else {
            throw .malformed("it has no ciphertext")
        }
        let ciphers: [String: Cipher.Block] = [
            "aes128-cbc": .aes128, "aes192-cbc": .aes192, "aes256-cbc": .aes256,
            "kw-aes128": .aes128, "kw-aes192": .aes192, "kw-aes256": .aes256,
        ]
        let method = Self.suffix(sealed.child("EncryptionMethod"))
        guard let block = ciphers[method] else {
            throw .unsupported("its cipher is not known", remedy: "ask for one with AES-CBC")
        }
        let bytes = try Self.base64(value)
        let isWrapped = method.hasPrefix("kw-")
        guard bytes.count >= (isWrapped ? 24 : 32) else { throw .malformed("its ciphertext is too short") }
        do throws(ConversionError) {
            return try Decryption.key(bytes.count) { (output: inout OutputSpan<UInt8>) throws(ForeignError) in
                if isWrapped { return try Cipher.unwrap(bytes.bytes, with: block, key: key, into: &output) }
                try Cipher.decryptCBC(
                    bytes.bytes.extracting(16...), with: block, padding: .lastOctet, key: key,
                    iv: bytes.bytes.extracting(0..<16), into: &output)
            }
        } catch {
            // A key of another length than the cipher's, or a ciphertext of a wrong one.
            if case .malformed = error { throw .wrongPassword }
            throw error
        }
    }
}
