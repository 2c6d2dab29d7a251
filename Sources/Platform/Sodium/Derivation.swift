import CSodium

extension Sodium {
    /// Argon2id version 1.3, one lane (RFC 9106); appends 32 bytes. `salt` has 16 bytes.
    ///
    /// - Throws: `MemoryError.outOfMemory` when the work memory cannot be had.
    package static func argon2id(
        passphrase: Span<UInt8>, salt: Span<UInt8>, operations: UInt64, memoryBytes: Int,
        into output: inout OutputSpan<UInt8>
    ) throws(MemoryError) {
        precondition(salt.count == Int(crypto_pwhash_argon2id_SALTBYTES))
        var done = false
        unsafe append(32, to: &output) { target in
            unsafe passphrase.withPointer { first in
                unsafe salt.withPointer { salt in
                    unsafe first.withMemoryRebound(to: CChar.self, capacity: passphrase.count) { first in
                        done =
                            unsafe crypto_pwhash_argon2id(
                                target, 32, first, UInt64(passphrase.count), salt, operations, memoryBytes,
                                crypto_pwhash_argon2id_ALG_ARGON2ID13) == 0
                    }
                }
            }
        }
        guard done else { throw .outOfMemory }
    }

    /// scrypt (RFC 7914) with r = 8, p = 1 and N = 2^`logN`, as age uses it; appends 32 bytes.
    ///
    /// - Throws: `MemoryError.outOfMemory` when the work memory (N KiB) cannot be had.
    package static func scrypt(
        passphrase: Span<UInt8>, salt: Span<UInt8>, logN: UInt8, into output: inout OutputSpan<UInt8>
    ) throws(MemoryError) {
        precondition(logN > 0 && logN < 32)
        var done = false
        unsafe append(32, to: &output) { target in
            unsafe passphrase.withPointer { first in
                unsafe salt.withPointer { second in
                    done =
                        unsafe crypto_pwhash_scryptsalsa208sha256_ll(
                            first, passphrase.count, second, salt.count, UInt64(1) << UInt64(logN), 8, 1, target, 32)
                        == 0
                }
            }
        }
        guard done else { throw .outOfMemory }
    }
}
