package import Age
package import Model
import Platform

/// Makes a set of keepers for an identity: what goes into backups, and a token for each keeper.
package enum KeeperSetup {
    /// What was made.
    package struct Made: Sendable {
        /// For the headers of backups.
        package let set: KeeperSet
        /// For the keepers, in the order of their numbers.
        package let tokens: [Token]
    }

    /// For whom a token is: what counts of a card.
    package struct Recipient: Sendable {
        /// The keeper's key.
        package let publicKey: PublicKey
        /// What their token carries.
        package let binding: [UInt8]

        /// From both.
        package init(publicKey: PublicKey, binding: [UInt8]) { (self.publicKey, self.binding) = (publicKey, binding) }
    }

    /// The same for the owners of cards.
    package static func make(
        secret: Span<UInt8>, recipient: X25519Recipient, id: Identifier, privateKey: Span<UInt8>, cards: [KeeperCard],
        threshold: Int, at utc: UInt64,
        random: ShareCollection.Randomness = { output, count in Sodium.randomBytes(into: &output, count: count) }
    ) throws(ShareError) -> Made {
        try make(
            secret: secret, recipient: recipient, id: id, privateKey: privateKey,
            keepers: cards.map { Recipient(publicKey: $0.publicKey, binding: $0.binding) }, threshold: threshold,
            at: utc,
            random: random)
    }

    /// Splits `secret` among `keepers`, seals the shares and signs the tokens. It is the scalar of the identity of `recipient`,
    /// or makes that together with a plus-code.
    ///
    /// - Parameter random: called for the polynomials' coefficients, then for each keeper for a sealing key and a salt.
    /// - Throws: `badThreshold`; `duplicate` for one agent twice; `wrongSecret` for a secret that is not the
    ///   recipient's; `badKey`; `memory`.
    package static func make(
        secret: Span<UInt8>, recipient: X25519Recipient, id: Identifier, privateKey: Span<UInt8>,
        keepers recipients: [Recipient], threshold: Int, plusCode: Span<UInt8> = Span(), at utc: UInt64,
        random: ShareCollection.Randomness = { output, count in Sodium.randomBytes(into: &output, count: count) }
    ) throws(ShareError) -> Made {
        guard secret.count == ShareSealing.secretBytes else { throw .badLength }
        let plus: [UInt8]
        if plusCode.isEmpty {
            plus = []
            guard X25519Recipient(publicKey: Sodium.x25519PublicKey(of: secret)) == recipient else {
                throw .wrongSecret
            }
        } else {
            plus = try PlusCode.commitment(to: plusCode, set: id)
            let scalar = try PlusCode.scalar(of: secret, plusCode, set: id)
            guard X25519Recipient(publicKey: Sodium.x25519PublicKey(of: scalar.bytes)) == recipient else {
                throw .wrongSecret
            }
        }
        let owner: PublicKey
        do { owner = try PublicKey(of: privateKey) } catch { throw .badKey }
        let shares = try ShareCollection.split(secret, threshold: threshold, count: recipients.count, random: random)
        var keepers: [KeeperSet.Keeper] = []
        var tokens: [Token] = []
        for (place, keeper) in recipients.enumerated() {
            let index = place + 1
            let digest = keeper.publicKey.digest
            guard !recipients[..<place].contains(where: { $0.publicKey == keeper.publicKey }) else {
                throw .duplicate(index: index)
            }
            let key = [UInt8](capacity: ShareSealing.keyBytes) { random(&$0, ShareSealing.keyBytes) }
            let salt = [UInt8](capacity: ShareSealing.saltBytes) { random(&$0, ShareSealing.saltBytes) }
            let share = SharePlace(
                set: id, index: index, threshold: threshold, count: recipients.count, owner: owner.digest,
                keeper: digest)
            keepers.append(
                KeeperSet.Keeper(
                    index: index, label: KeeperSet.label(of: digest, set: id),
                    commitment: try ShareSealing.commitment(to: shares[place], set: id), key: key))
            var fields = TokenFields(
                kind: .recovery, id: KeeperSet.tokenID(key: key.span, set: id, index: index),
                issuer: owner.digest.origin.text, audience: digest.origin.text, issuedTime: Timestamp.text(utc: utc))
            fields.data = try ShareSealing.seal(shares[place], in: share, key: key.span, salt: salt.span)
            fields.binding = keeper.binding
            do {
                tokens.append(try Token.signed(fields, privateKey: privateKey))
            } catch { throw .badKey }
        }
        guard
            let set = KeeperSet(
                id: id, threshold: threshold, owner: owner, recipient: recipient, keepers: keepers, plus: plus)
        else { throw .badThreshold }
        return Made(set: set, tokens: tokens)
    }
}
