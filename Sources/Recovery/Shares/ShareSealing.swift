import Encodings
package import Model
package import Platform

/// Which share of which set: what a sealed share is bound to.
package struct SharePlace: Equatable, Sendable {
    /// The set.
    package let set: Identifier
    /// The number of the share.
    package let index: Int
    /// How many shares give the secret.
    package let threshold: Int
    /// How many there are.
    package let count: Int
    /// Whose secret it is.
    package let owner: KeyDigest
    /// Who keeps the share.
    package let keeper: KeyDigest

    /// From all of it.
    package init(set: Identifier, index: Int, threshold: Int, count: Int, owner: KeyDigest, keeper: KeyDigest) {
        self.set = set
        self.index = index
        self.threshold = threshold
        self.count = count
        self.owner = owner
        self.keeper = keeper
    }

    var bytes: [UInt8] {
        var bytes = Array("fob-keeper/1".utf8)
        bytes.append(set)
        bytes += [UInt8(index), UInt8(threshold), UInt8(count)]
        return bytes + owner.bytes + keeper.bytes
    }
}

/// A share as its keeper has it, and the key that opens it. That key travels in backups only, in the clear: alone it opens
/// nothing, because the backup has no share and the keeper has no key.
///
///     sealed = 0x01 || salt (16) || ChaCha20-Poly1305(key, nonce of zeros, share)
///     key    = HKDF-SHA-256(sealing key, salt, info = place)
///
/// The place stands in the key's derivation, so that a share opens in its own place only.
package enum ShareSealing {
    /// Bytes of a secret that is shared: an X25519 scalar.
    package static let secretBytes = 32
    /// Bytes of a share.
    package static let shareBytes = secretBytes + 1
    /// Bytes of a sealing key.
    package static let keyBytes = 32
    /// Bytes of a salt.
    package static let saltBytes = 16
    /// Bytes of a sealed share.
    package static let sealedBytes = 1 + saltBytes + shareBytes + Sodium.tagBytes
    private static let version: UInt8 = 1

    /// Seals a share for its place.
    package static func seal(
        _ share: Span<UInt8>, in place: SharePlace, key: Span<UInt8>, salt: Span<UInt8>
    ) throws(ShareError) -> [UInt8] {
        guard share.count == shareBytes, key.count == keyBytes, salt.count == saltBytes else { throw .badLength }
        guard Int(share[0]) == place.index else { throw .badIndex }
        let wrapping = try wrappingKey(key, salt, place)
        let nonce = [UInt8](repeating: 0, count: 12)
        return [UInt8](capacity: sealedBytes) { output in
            output.append(version)
            for index in salt.indices { output.append(salt[index]) }
            Sodium.sealChaCha20Poly1305(share, key: wrapping.bytes, nonce: nonce.span, into: &output)
        }
    }

    /// Opens a sealed share.
    ///
    /// - Throws: `notAuthentic`; `memory`.
    package static func open(
        _ sealed: Span<UInt8>, in place: SharePlace, key: Span<UInt8>
    ) throws(ShareError) -> LockedBuffer {
        guard sealed.count == sealedBytes, sealed[0] == version, key.count == keyBytes else {
            throw .notAuthentic(index: place.index)
        }
        let wrapping = try wrappingKey(key, sealed.extracting(1..<1 + saltBytes), place)
        let nonce = [UInt8](repeating: 0, count: 12)
        var share = try ShareError.locking(try LockedBuffer(capacity: shareBytes))
        let isOpened = share.append { output in
            Sodium.openChaCha20Poly1305(
                sealed.extracting((1 + saltBytes)...), key: wrapping.bytes, nonce: nonce.span, into: &output)
        }
        guard isOpened, Int(share.bytes[0]) == place.index else { throw .notAuthentic(index: place.index) }
        return share
    }

    private static func wrappingKey(
        _ key: Span<UInt8>, _ salt: Span<UInt8>, _ place: SharePlace
    ) throws(ShareError) -> LockedBuffer {
        var wrapping = try ShareError.locking(try LockedBuffer(capacity: 32))
        wrapping.append { output in
            Sodium.hkdfSHA256(inputKey: key, salt: salt, info: place.bytes.span, count: 32, into: &output)
        }
        return wrapping
    }

    /// What tells a right share from a wrong one, and tells nobody the share: SHA-256 of `fob-share/1`, the set and the
    /// share.
    package static func commitment(to share: Span<UInt8>, set: Identifier) throws(ShareError) -> [UInt8] {
        var start = Array("fob-share/1".utf8)
        start.append(set)
        var message = try ShareError.locking(try LockedBuffer(capacity: start.count + share.count))
        message.append(copying: start.span)
        message.append(copying: share)
        return [UInt8](capacity: 32) { output in Sodium.sha256(message.bytes, into: &output) }
    }
}
