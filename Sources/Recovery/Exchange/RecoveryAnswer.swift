import Age
package import Model

/// What a keeper gives back: its public key in DER and the countersigned token, sealed to the request's recipient as an age
/// file.
///
///     0x01 || public key (91) || countersigned token
package enum RecoveryAnswer {
    static let version: UInt8 = 1
    /// Bytes of the longest answer within the seal.
    static let byteLimit = 2 * KeeperCard.tokenLimit

    /// The answer to a request, as text: `fob-answer:` and base64url.
    ///
    /// - Parameters:
    ///   - id: random.
    ///   - isLowFriction: whether the keeper's user proved little.
    package static func text(
        _ kept: KeptTokens.Kept, to request: RecoveryRequest, id: Identifier, privateKey: Span<UInt8>, at utc: UInt64,
        isLowFriction: Bool
    ) throws(ExchangeError) -> String {
        try text(
            kept.token.bytes, to: request, id: id, privateKey: privateKey, at: utc, isLowFriction: isLowFriction)
    }

    /// The same with the bytes of the token, which is the one that is asked for.
    package static func text(
        _ kept: [UInt8], to request: RecoveryRequest, id: Identifier, privateKey: Span<UInt8>, at utc: UInt64,
        isLowFriction: Bool
    ) throws(ExchangeError) -> String {
        do {
            let key = try PublicKey(of: privateKey)
            let fields = RecoveryProvider.countersigned(
                kept, of: request.owner.origin, id: id, by: key.digest.origin, at: utc, binding: request.binding,
                isLowFriction: isLowFriction)
            let token = try Token.signed(fields, privateKey: privateKey)
            var writer = try AgeWriter(to: [request.recipient])
            let answer = [version] + key.der + token.bytes
            writer.write(answer.span)
            return ExchangeText.text(.answer, writer.finish())
        } catch { throw .cannotSign }
    }
}
