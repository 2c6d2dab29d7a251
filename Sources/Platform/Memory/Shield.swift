import CLinux
import CSodium

/// Keeps secrets unreadable between uses where the kernel itself could show the pages (no `memfd_secret`).
///
/// As in OpenSSH's agent: a prekey far larger than a key is hashed into the key whenever one is needed, so that an
/// attacker who leaks memory must get all of it without an error. Each secret has a number of its own as nonce, and
/// is written once, so a key stream is never used twice.
@safe struct Shield: ~Copyable {
    static let prekeyBytes = 16 << 10

    private let prekey: UnsafeMutableRawPointer
    /// The derived key, all zero while nobody uses a secret.
    private let key: UnsafeMutableRawPointer
    private var users = 0
    private var isDerived = false
    private var lastNumber: UInt64 = 0

    init(in arena: inout Arena) throws(MemoryError) {
        let prekey = try arena.allocate(Self.prekeyBytes)
        let key = try arena.allocate(Int(crypto_stream_chacha20_ietf_KEYBYTES))
        unsafe self.prekey = prekey.start
        unsafe self.key = key.start
        unsafe randombytes_buf(prekey.start, Self.prekeyBytes)
    }

    /// Counts a user in: the key may be derived from now on.
    mutating func begin() { users += 1 }

    private mutating func derive() {
        guard !isDerived else { return }
        isDerived = true
        let size = Int(crypto_stream_chacha20_ietf_KEYBYTES)
        unsafe crypto_generichash(
            key.assumingMemoryBound(to: UInt8.self), size, prekey.assumingMemoryBound(to: UInt8.self),
            UInt64(Self.prekeyBytes), nil, 0)
    }

    /// Counts a user out; the last one wipes the key.
    mutating func end() {
        users -= 1
        guard users == 0, isDerived else { return }
        isDerived = false
        unsafe sodium_memzero(key, Int(crypto_stream_chacha20_ietf_KEYBYTES))
    }

    /// The number of a secret about to be written.
    mutating func nextNumber() -> UInt64 {
        lastNumber += 1
        return lastNumber
    }

    /// Encrypts or decrypts `count` bytes; the two may be the same place. Only between `begin` and `end`.
    mutating func apply(
        number: UInt64, from source: Slot, to target: Slot, count: Int
    ) {
        precondition(users > 0)
        derive()
        var nonce: [12 of UInt8] = .init(repeating: 0)
        for index in 0..<8 { nonce[index] = UInt8(truncatingIfNeeded: number >> (8 * UInt64(index))) }
        unsafe nonce.span.withUnsafeBufferPointer { nonce in
            guard let nonce = nonce.baseAddress else { return }
            _ = unsafe crypto_stream_chacha20_ietf_xor(
                target.start.assumingMemoryBound(to: UInt8.self), source.start.assumingMemoryBound(to: UInt8.self),
                UInt64(count),
                nonce, key.assumingMemoryBound(to: UInt8.self))
        }
    }
}
