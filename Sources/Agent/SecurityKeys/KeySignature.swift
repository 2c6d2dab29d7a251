import CryptoP256
import Platform
import Vault

/// The signature of a key over what the agent has put together.
struct KeySignature {
    /// How it was made.
    let algorithm: KeyAlgorithm
    /// r and s, or that of Ed25519: 64 bytes.
    let raw: [UInt8]

    /// Signs a message. For ECDSA it is hashed with SHA-256 first.
    static func sign(_ message: [UInt8], with key: KeyCredential) throws(SecurityKeyError) -> KeySignature {
        guard !key.isPlaceholder else { throw .placeholder }
        do throws(CryptoP256Error) {
            let raw: [64 of UInt8] = try key.withPrivateKey { (privateKey: Span<UInt8>) throws(CryptoP256Error) in
                switch key.algorithm {
                case .es256:
                    return try P256.signature(ofDigest: Sodium.sha256(message.span).span, privateKey: privateKey)
                case .edDSA: return Sodium.signature(of: message.span, seed: privateKey)
                }
            }
            return KeySignature(algorithm: key.algorithm, raw: raw.indices.map { raw[$0] })
        } catch { throw SecurityKeyError(error) }
    }

    /// As WebAuthn and U2F have it: ECDSA in DER.
    var encoded: [UInt8] { algorithm == .es256 ? ECDSASignature.der(raw.span) : raw }
}
