import Platform
import Vault
import Wire

/// Input of hmac-secret that was looked at before anybody is asked, for the outputs afterwards.
final class HmacExchange {
    private let agreed: AgreedKey
    private let input: HmacSecretInput

    /// Refuses what nobody who agreed on that key has sent.
    init(_ input: HmacSecretInput, _ agreed: AgreedKey) throws(Refusal) {
        (self.input, self.agreed) = (input, agreed)
        do throws(SecurityKeyError) {
            try agreed.key.check(input.authentication.span, of: input.salts.span)
            let count = try agreed.key.decrypted(input.salts.span).count
            guard count == HMACSecret.saltBytes || count == 2 * HMACSecret.saltBytes else { throw .badLength }
        } catch { throw Refusal(error) }
    }

    /// One key's outputs, sealed; nil for a key without.
    func output(of key: KeyCredential, isVerified: Bool) throws(Refusal) -> [UInt8]? {
        let (salts, tag) = (input.salts, input.authentication)
        do throws(SecurityKeyError) {
            return try HMACSecret.answer(
                key, isVerified: isVerified, sealedSalts: salts.span, tag: tag.span, agreed.key)
        } catch { throw Refusal(error) }
    }
}
