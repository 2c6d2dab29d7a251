package import Age
import Encodings
package import Model
import Platform

/// What of a set of keepers travels in every backup, in stanzas of its header: enough to ask keepers for their shares and to
/// know the right ones. The header's MAC covers it once a key has opened the file.
///
///     -> fob-keepers SET THRESHOLD COUNT RECIPIENT [PLUS] body: the owner's public key, x and y
///     -> fob-keeper SET INDEX LABEL COMMITMENT            body: the sealing key; one for each keeper
package struct KeeperSet: Equatable, Sendable {
    /// One keeper.
    package struct Keeper: Equatable, Sendable {
        /// The number of its share.
        package let index: Int
        /// By which a keeper whose origin is known is found, and which names none: see ``KeeperSet/label(of:set:)``.
        package let label: Identifier
        /// Of its share: see ``ShareSealing/commitment(to:set:)``.
        package let commitment: [UInt8]
        /// What its share is sealed with.
        package let key: [UInt8]

        /// From all of it.
        package init(index: Int, label: Identifier, commitment: [UInt8], key: [UInt8]) {
            self.index = index
            self.label = label
            self.commitment = commitment
            self.key = key
        }
    }

    /// Random.
    package let id: Identifier
    /// How many keepers must answer.
    package let threshold: Int
    /// What the owner signs tokens with.
    package let owner: PublicKey
    /// To whom the backup is sealed: the shares make its identity.
    package let recipient: X25519Recipient
    /// All of them, by their numbers.
    package let keepers: [Keeper]
    /// Of the plus-code: see ``PlusCode/commitment(to:set:)``; empty for a set without one.
    package let plus: [UInt8]

    /// A set; nil unless its keepers have the numbers from 1, and it has no more and no fewer than may be.
    package init?(
        id: Identifier, threshold: Int, owner: PublicKey, recipient: X25519Recipient, keepers: [Keeper],
        plus: [UInt8] = []
    ) {
        guard ShareCollection.counts.contains(keepers.count),
            (ShareCollection.counts.lowerBound...keepers.count).contains(threshold),
            keepers.map(\.index) == Array(1...keepers.count), Set(keepers.map(\.label)).count == keepers.count,
            plus.isEmpty || plus.count == PlusCode.commitmentBytes
        else { return nil }
        self.id = id
        self.threshold = threshold
        self.owner = owner
        self.recipient = recipient
        self.keepers = keepers
        self.plus = plus
    }

    /// SHA-256 of `fob-keeper-label/1`, the set and the digest of the keeper's key, of which 16 bytes stay.
    package static func label(of keeper: KeyDigest, set: Identifier) -> Identifier {
        var message = Array("fob-keeper-label/1".utf8)
        message.append(set)
        message += keeper.bytes
        return Identifier(firstOf: Sodium.sha256(message.span).span)
    }

    /// The id of a keeper's token, which only the owner and whoever has the backup know before the keeper does: 16 bytes of
    /// HKDF-SHA-256 of the sealing key, the set as salt, with `fob-token-id/1` and the number of the share.
    package static func tokenID(key: Span<UInt8>, set: Identifier, index: Int) -> Identifier {
        var salt: [UInt8] = []
        salt.append(set)
        let info = Array("fob-token-id/1".utf8) + [UInt8(index)]
        let bytes = [UInt8](capacity: Identifier.count) { output in
            Sodium.hkdfSHA256(inputKey: key, salt: salt.span, info: info.span, count: Identifier.count, into: &output)
        }
        return Identifier(firstOf: bytes.span)
    }

    /// The id of a keeper's token.
    package func tokenID(of keeper: Keeper) -> Identifier {
        Self.tokenID(key: keeper.key.span, set: id, index: keeper.index)
    }

    /// The keeper with an origin, if it is one of them.
    package func keeper(_ digest: KeyDigest) -> Keeper? {
        let label = Self.label(of: digest, set: id)
        return keepers.first { $0.label == label }
    }

    /// Where a keeper's share belongs.
    package func place(of keeper: Keeper, _ digest: KeyDigest) -> SharePlace {
        SharePlace(
            set: id, index: keeper.index, threshold: threshold, count: keepers.count, owner: owner.digest,
            keeper: digest)
    }

    // MARK: - Stanzas

    /// The type of the stanza of a set.
    package static let setType = "fob-keepers"
    /// The type of the stanza of a keeper.
    package static let keeperType = "fob-keeper"
    /// The most sets that a header has: one, and the one that takes over from it.
    package static let setLimit = 2

    /// The stanzas, to be written into a header in this order.
    package var stanzas: [Stanza] {
        get throws(AgeError) {
            var stanzas = [
                try Stanza(
                    type: Self.setType,
                    arguments: [id.description, String(threshold), String(keepers.count), recipient.text]
                        + (plus.isEmpty ? [] : [BaseEncoding.base16.text(plus.span)]),
                    body: owner.point)
            ]
            for keeper in keepers {
                stanzas.append(
                    try Stanza(
                        type: Self.keeperType,
                        arguments: [
                            id.description, String(keeper.index), keeper.label.description,
                            BaseEncoding.base16.text(keeper.commitment.span),
                        ], body: keeper.key))
            }
            return stanzas
        }
    }

    /// The sets among the stanzas of a header, each complete and in order.
    ///
    /// - Throws: `malformedStanzas` for anything of these two types that ``stanzas`` would not write.
    package static func sets(in stanzas: [Stanza]) throws(ShareError) -> [KeeperSet] {
        let heads = stanzas.filter { $0.type == setType }
        let keepers = stanzas.filter { $0.type == keeperType }
        guard heads.count <= setLimit else { throw .malformedStanzas }
        var sets: [KeeperSet] = []
        for head in heads {
            let own = keepers.filter { $0.arguments.first == head.arguments.first }
            guard let set = KeeperSet(head, own), !sets.contains(where: { $0.id == set.id }),
                let written = try? set.stanzas, written == [head] + own
            else { throw .malformedStanzas }
            sets.append(set)
        }
        guard sets.reduce(0, { $0 + $1.keepers.count }) == keepers.count else { throw .malformedStanzas }
        return sets
    }

    private init?(_ head: Stanza, _ stanzas: [Stanza]) {
        // A release that knows no plus-code finds no set here, and not one whose shares it could make nothing of.
        guard (4...5).contains(head.arguments.count), let id = Identifier(hexadecimal: head.arguments[0]),
            let threshold = Int(head.arguments[1]), let count = Int(head.arguments[2]), count == stanzas.count,
            let recipient = try? X25519Recipient(head.arguments[3]), let owner = PublicKey(point: head.body),
            let plus = head.arguments.count == 5 ? BaseEncoding.base16.bytes(head.arguments[4]) : [],
            head.arguments.count == 4 || !plus.isEmpty
        else { return nil }
        let keepers = stanzas.compactMap { Keeper($0) }
        guard keepers.count == count else { return nil }
        self.init(id: id, threshold: threshold, owner: owner, recipient: recipient, keepers: keepers, plus: plus)
    }
}

extension KeeperSet.Keeper {
    fileprivate init?(_ stanza: Stanza) {
        guard stanza.arguments.count == 4, let index = Int(stanza.arguments[1]),
            let label = Identifier(hexadecimal: stanza.arguments[2]),
            let commitment = BaseEncoding.base16.bytes(stanza.arguments[3]), commitment.count == 32,
            stanza.body.count == ShareSealing.keyBytes
        else { return nil }
        self.init(index: index, label: label, commitment: commitment, key: stanza.body)
    }
}
