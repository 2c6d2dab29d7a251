import CryptoP256
import Platform

/// How a client and the agent speak of the PIN (CTAP 2.1, sections 6.5.6 and 6.5.7).
enum PinProtocol: UInt8, CaseIterable {
    /// AES-256-CBC without an initialisation vector, tags of 16 bytes.
    case one = 1
    /// With a random one, tags of 32 bytes, separate keys.
    case two = 2

    /// Bytes of a tag.
    var tagBytes: Int { self == .one ? 16 : 32 }

    /// Bytes by which a ciphertext is longer than its text.
    var overhead: Int { self == .one ? 0 : AES256CBC.blockBytes }

    /// Whether `tag` is that of `message` under a token or another key of 32 bytes, in constant time.
    func isAuthentic(_ tag: Span<UInt8>, of message: Span<UInt8>, key: Span<UInt8>) -> Bool {
        guard tag.count == tagBytes else { return false }
        let whole = Sodium.hmacSHA256(key: key, message)
        return Sodium.equal(whole.span.extracting(0..<tagBytes), tag)
    }
}

/// The agent's half of a key agreement: a key pair of P-256 that lives as long as a connection or less.
final class KeyAgreement: Sendable {
    private let privateKey: Secret
    /// x and y.
    let publicKey: [64 of UInt8]

    /// A new one.
    convenience init() throws(SecurityKeyError) {
        do throws(CryptoP256Error) {
            var key = try Self.locked(P256.privateKeyBytes)
            try key.append { (output: inout OutputSpan<UInt8>) throws(CryptoP256Error) in
                try P256.generatePrivateKey(into: &output)
            }
            try self.init(privateKey: key.bytes)
        } catch { throw SecurityKeyError(error) }
    }

    /// One of that private key.
    init(privateKey: Span<UInt8>) throws(CryptoP256Error) {
        do throws(MemoryError) { self.privateKey = try Secret(copying: privateKey) } catch { throw .outOfMemory }
        publicKey = try P256.publicKey(of: privateKey)
    }

    /// What the agent and a client with that public key, x and y, agree on.
    func sharedKey(with peer: Span<UInt8>, _ number: PinProtocol) throws(SecurityKeyError) -> SharedKey {
        do throws(CryptoP256Error) {
            var secret = try Self.locked(32)
            try secret.append { (output: inout OutputSpan<UInt8>) throws(CryptoP256Error) in
                try privateKey.withBytes { (key: Span<UInt8>) throws(CryptoP256Error) in
                    try P256.agree(privateKey: key, publicKey: peer, into: &output)
                }
            }
            var keys = try Self.locked(64)
            switch number {
            case .one: keys.append { Sodium.sha256(secret.bytes, into: &$0) }
            case .two:
                let salt = [UInt8](repeating: 0, count: 32)
                for info: StaticString in ["CTAP2 HMAC key", "CTAP2 AES key"] {
                    let info = Array(info.description.utf8)
                    keys.append {
                        Sodium.hkdfSHA256(
                            inputKey: secret.bytes, salt: salt.span, info: info.span, count: 32, into: &$0)
                    }
                }
            }
            return SharedKey(keys, number)
        } catch { throw SecurityKeyError(error) }
    }

    private static func locked(_ capacity: Int) throws(CryptoP256Error) -> LockedBuffer {
        do { return try LockedBuffer(capacity: capacity) } catch { throw .outOfMemory }
    }
}

/// The keys that a client and the agent have agreed on.
struct SharedKey: ~Copyable {
    /// With protocol 1 one of 32 bytes for both purposes; with 2 that of tags, then that of ciphertexts.
    private let keys: LockedBuffer
    private let number: PinProtocol

    init(_ keys: consuming LockedBuffer, _ number: PinProtocol) {
        self.keys = keys
        self.number = number
    }

    /// The keys, for tests with vectors.
    var bytes: Span<UInt8> {
        @_lifetime(borrow self)
        borrowing get { keys.bytes }
    }

    /// The ciphertext of whole blocks of 16 bytes.
    func encrypted(_ text: Span<UInt8>) throws(SecurityKeyError) -> [UInt8] {
        var iv: [16 of UInt8] = .init(repeating: 0)
        if number == .two { iv = Sodium.randomIdentifier() }
        return try encrypted(text, iv: iv.span)
    }

    func encrypted(_ text: Span<UInt8>, iv: Span<UInt8>) throws(SecurityKeyError) -> [UInt8] {
        do throws(CryptoP256Error) {
            let key = keys.bytes.extracting((keys.count - 32)...)
            return try [UInt8](capacity: text.count + number.overhead) {
                (output: inout OutputSpan<UInt8>) throws(CryptoP256Error) in
                if number == .two { for index in iv.indices { output.append(iv[index]) } }
                try AES256CBC.encrypt(text, key: key, iv: iv, into: &output)
            }
        } catch { throw SecurityKeyError(error) }
    }

    /// The text of a ciphertext.
    func decrypted(_ sealed: Span<UInt8>) throws(SecurityKeyError) -> LockedBuffer {
        let start = number.overhead
        guard sealed.count > start else { throw .badLength }
        let none: [16 of UInt8] = .init(repeating: 0)
        let iv = number == .two ? sealed.extracting(0..<start) : none.span
        do throws(CryptoP256Error) {
            var text: LockedBuffer
            do throws(MemoryError) { text = try LockedBuffer(capacity: sealed.count - start) } catch {
                throw CryptoP256Error.outOfMemory
            }
            let key = keys.bytes.extracting((keys.count - 32)...)
            try text.append { (output: inout OutputSpan<UInt8>) throws(CryptoP256Error) in
                try AES256CBC.decrypt(sealed.extracting(start...), key: key, iv: iv, into: &output)
            }
            return text
        } catch { throw SecurityKeyError(error) }
    }

    /// The tag of a message.
    func tag(of message: Span<UInt8>) -> [UInt8] {
        let whole = Sodium.hmacSHA256(key: keys.bytes.extracting(0..<32), message)
        return (0..<number.tagBytes).map { whole[$0] }
    }

    /// Throws unless `tag` is that of `message`.
    func check(_ tag: Span<UInt8>, of message: Span<UInt8>) throws(SecurityKeyError) {
        guard number.isAuthentic(tag, of: message, key: keys.bytes.extracting(0..<32)) else { throw .notAuthentic }
    }
}
