import Platform
import Vault

/// The key of the next line's tag. With each line it becomes its own hash: whoever takes over the agent, or reads the
/// key in the vault's next save, can make no tag of a line that was written before.
///
/// tag = the first 16 bytes of HMAC-SHA-256(key of the line, hash of the line); key of a line = SHA-256(key of the line
/// before). The first key is random.
struct AuditKey: ~Copyable {
    /// The number of the line that it is for.
    private(set) var number: UInt64
    private var bytes: LockedBuffer

    /// The key of a line.
    init(copying key: Span<UInt8>, for number: UInt64) throws(MemoryError) {
        precondition(key.count == AuditState.keyBytes)
        self.number = number
        bytes = try LockedBuffer(copying: key)
    }

    /// The tag of the line that it is for.
    func tag(of hash: [32 of UInt8]) -> [16 of UInt8] {
        let whole = Sodium.hmacSHA256(key: bytes.bytes, hash.span)
        var tag: [16 of UInt8] = .init(repeating: 0)
        for index in tag.indices { tag[index] = whole[index] }
        return tag
    }

    /// Becomes the key of the next line; nothing of this one is left.
    mutating func evolve() {
        bytes.withMutableBytes { Sodium.replaceBySHA256(&$0) }
        number += 1
    }

    /// Becomes the key of a later line.
    mutating func evolve(to later: UInt64) { while number < later { evolve() } }

    /// Lends the key to `body`, which must keep it in locked memory.
    func withKey<R, E: Error>(_ body: (Span<UInt8>) throws(E) -> R) throws(E) -> R { try body(bytes.bytes) }
}
