import CGcrypt
import CSodium

/// The key derivations of other authenticators' files. Every cost comes from a file, so each has a bound, and what is
/// over it is refused before any work.
package enum KeyDerivation {
    /// The hash below PBKDF2.
    package enum Hash: Sendable {
        /// SHA-1.
        case sha1
        /// SHA-256.
        case sha256
        /// SHA-512.
        case sha512

        fileprivate var number: Int32 {
            switch self {
            case .sha1: Int32(GCRY_MD_SHA1.rawValue)
            case .sha256: Int32(GCRY_MD_SHA256.rawValue)
            case .sha512: Int32(GCRY_MD_SHA512.rawValue)
            }
        }
    }

    /// The variant of Argon2 (RFC 9106, version 1.3).
    package enum Argon2: Sendable {
        /// Argon2d, which KeePass offers.
        case d
        /// Argon2id.
        case id

        fileprivate var number: Int32 {
            switch self {
            case .d: Int32(GCRY_KDF_ARGON2D.rawValue)
            case .id: Int32(GCRY_KDF_ARGON2ID.rawValue)
            }
        }
    }

    /// Rounds of PBKDF2 at most: some seconds of work.
    package static let mostRounds: UInt64 = 10_000_000
    /// Memory of scrypt and Argon2 at most: 1 GiB, which ente really writes.
    package static let mostMemory: UInt64 = 1 << 30
    /// Rounds of AES in KeePass's own derivation at most: KeePassXC offers what a fast machine does in five seconds, up to
    /// 500 million, and this is some fifteen seconds of work.
    package static let mostBlockRounds: UInt64 = 1_000_000_000
    /// Work of Argon2 at most, passes times memory in KiB: 64 passes over 1 GiB. Many passes over little memory are as
    /// honest as few over much.
    package static let mostWork: UInt64 = 64 << 20
    /// Passes of Argon2 at most, whatever the memory: each has some work of its own.
    package static let mostPasses: UInt64 = 1 << 20
    /// Lanes of Argon2 at most.
    package static let mostLanes: UInt64 = 16

    /// PBKDF2 (RFC 8018); appends `count` bytes.
    package static func pbkdf2(
        _ hash: Hash, password: Span<UInt8>, salt: Span<UInt8>, rounds: UInt64, count: Int,
        into output: inout OutputSpan<UInt8>
    ) throws(ForeignError) {
        try checkPBKDF2(rounds: rounds)
        Library.prepare()
        try unsafe append(count, to: &output) { target in
            unsafe password.withUnsafeBytes { password in
                unsafe salt.withUnsafeBytes { salt in
                    unsafe gcry_kdf_derive(
                        password.baseAddress, password.count, Int32(GCRY_KDF_PBKDF2.rawValue), hash.number,
                        salt.baseAddress, salt.count, UInt(rounds), count, target) == 0
                }
            }
        }
    }

    /// scrypt (RFC 7914); appends `count` bytes. `n` is a power of two.
    package static func scrypt(
        password: Span<UInt8>, salt: Span<UInt8>, n: UInt64, r: UInt64, p: UInt64, count: Int,
        into output: inout OutputSpan<UInt8>
    ) throws(ForeignError) {
        try checkScrypt(n: n, r: r, p: p)
        try unsafe append(count, to: &output) { target in
            unsafe password.withUnsafeBufferPointer { password in
                unsafe salt.withUnsafeBufferPointer { salt in
                    // The library wants pointers even to nothing.
                    unsafe crypto_pwhash_scryptsalsa208sha256_ll(
                        password.baseAddress ?? UnsafePointer(target), password.count,
                        salt.baseAddress ?? UnsafePointer(target), salt.count, n, UInt32(r), UInt32(p), target, count)
                        == 0
                }
            }
        }
    }

    /// Argon2 (RFC 9106); appends `count` bytes. `memory` is in KiB.
    package static func argon2(
        _ variant: Argon2, password: Span<UInt8>, salt: Span<UInt8>, passes: UInt64, memory: UInt64, lanes: UInt64,
        count: Int, into output: inout OutputSpan<UInt8>
    ) throws(ForeignError) {
        guard salt.count >= 8 else { throw .badParameter }
        try checkArgon2(passes: passes, memory: memory, lanes: lanes)
        Library.prepare()
        let costs: [4 of UInt] = [UInt(count), UInt(passes), UInt(max(memory, 8 * lanes)), UInt(lanes)]
        try unsafe append(count, to: &output) { target in
            unsafe password.withUnsafeBytes { password in
                unsafe salt.withUnsafeBytes { salt in
                    unsafe costs.span.withUnsafeBufferPointer { costs in
                        var handle: gcry_kdf_hd_t?
                        guard
                            unsafe gcry_kdf_open(
                                &handle, Int32(GCRY_KDF_ARGON2.rawValue), variant.number, costs.baseAddress, 4,
                                password.baseAddress, password.count, salt.baseAddress, salt.count, nil, 0, nil, 0)
                                == 0, let handle = unsafe handle
                        else { return false }
                        defer { unsafe gcry_kdf_close(handle) }
                        return unsafe gcry_kdf_compute(handle, nil) == 0
                            && gcry_kdf_final(handle, count, target) == 0
                    }
                }
            }
        }
    }

    /// Throws what `pbkdf2` would throw for this cost, so that nobody is asked for a password in vain.
    package static func checkPBKDF2(rounds: UInt64) throws(ForeignError) {
        guard rounds >= 1 else { throw .badParameter }
        guard rounds <= mostRounds else { throw .tooExpensive }
    }

    /// Throws what `scrypt` would throw for this cost.
    package static func checkScrypt(n: UInt64, r: UInt64, p: UInt64) throws(ForeignError) {
        guard n > 1, n & (n - 1) == 0, r >= 1, p >= 1 else { throw .badParameter }
        guard n <= 1 << 20, r <= 8, p <= 4, 128 * n * r <= mostMemory else { throw .tooExpensive }
    }

    /// Throws what `argon2` would throw for this cost; `memory` is in KiB.
    package static func checkArgon2(passes: UInt64, memory: UInt64, lanes: UInt64) throws(ForeignError) {
        guard passes >= 1, lanes >= 1, memory >= 8 else { throw .badParameter }
        guard passes <= mostPasses, lanes <= mostLanes, memory <= mostMemory >> 10, passes * memory <= mostWork else {
            throw .tooExpensive
        }
    }

    private static func append(
        _ count: Int, to output: inout OutputSpan<UInt8>, _ body: (UnsafeMutablePointer<UInt8>) -> Bool
    ) throws(ForeignError) {
        guard count <= output.freeCapacity else { throw .tooLarge }
        let done: Bool = unsafe output.withUnsafeMutableBufferPointer { target, filled in
            guard let start = target.baseAddress, unsafe body(start + filled) else { return false }
            filled += count
            return true
        }
        guard done else { throw .outOfMemory }
    }
}
