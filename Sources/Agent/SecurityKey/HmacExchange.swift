import Platform
import TokenCrypto
import Vault
import Wire

/// The salts of an assertion with hmac-secret (CTAP 2.1, section 12.5), decrypted, and the key that the outputs are
/// encrypted with.
final class HmacExchange {
    private let key: SharedKey
    private let salts: SharedSecret

    init(_ key: SharedKey, salts: SharedSecret) { (self.key, self.salts) = (key, salts) }

    /// One key's outputs for the salts, encrypted. A verified owner has other ones than one who is not.
    func output(of credential: KeyCredential, isVerified: Bool) throws(Refusal) -> [UInt8] {
        do throws(TokenCryptoError) {
            return try salts.withBytes { (salts: Span<UInt8>) throws(TokenCryptoError) in
                var outputs = try SharedKey.locked(salts.count)
                credential.withSeed(isVerified: isVerified) { seed in
                    outputs.append { HMACSecret.evaluate(seed: seed, salts: salts, into: &$0) }
                }
                return try key.encrypted(outputs.bytes)
            }
        } catch { throw Refusal(error) }
    }
}

extension Agent {
    /// What a request's input of hmac-secret comes to.
    func hmacExchange(_ input: HmacSecretInput, _ connection: Connection) throws(Refusal) -> HmacExchange {
        let key = try sharedKey(connection, input.version, input.platformKey)
        guard key.isAuthentic(input.salts.span, tag: input.authentication.span) else { throw .tokenInvalid }
        let salts: SharedSecret
        do throws(TokenCryptoError) { salts = try key.decrypted(input.salts.span) } catch { throw Refusal(error) }
        let count = salts.withBytes { $0.count }
        guard count == HMACSecret.bytes || count == 2 * HMACSecret.bytes else { throw .badInput }
        return HmacExchange(key, salts: salts)
    }
}
