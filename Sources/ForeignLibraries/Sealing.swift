import CGcrypt
import Platform

/// AES-256-GCM (NIST SP 800-38D) of a text that comes in pieces.
package final class GCMSealer {
    private let handle: Handle

    /// Starts an empty text.
    package init(key: Span<UInt8>, nonce: Span<UInt8>) throws(ForeignError) {
        handle = try Handle(Int32(GCRY_CIPHER_AES256.rawValue), Int32(GCRY_CIPHER_MODE_GCM.rawValue), key: key)
        try handle.set(nonce: nonce)
    }

    /// Appends as many bytes as `piece` has; all pieces but the last are whole blocks of 16.
    package func append(_ piece: Span<UInt8>, into output: inout OutputSpan<UInt8>) throws(ForeignError) {
        try handle.encrypt(piece, into: &output)
    }

    /// Appends the tag, 16 bytes.
    package func finish(into output: inout OutputSpan<UInt8>) throws(ForeignError) {
        try handle.tag(into: &output)
    }
}

/// AES-256-CBC (NIST SP 800-38A) with PKCS #7 padding of a text that comes in pieces.
package final class CBCEncryptor {
    private let handle: Handle

    /// Starts an empty text.
    package init(key: Span<UInt8>, iv: Span<UInt8>) throws(ForeignError) {
        handle = try Handle(Int32(GCRY_CIPHER_AES256.rawValue), Int32(GCRY_CIPHER_MODE_CBC.rawValue), key: key)
        try handle.set(iv: iv)
    }

    /// Appends the ciphertext of whole blocks of 16 bytes.
    package func append(_ blocks: Span<UInt8>, into output: inout OutputSpan<UInt8>) throws(ForeignError) {
        guard blocks.count % 16 == 0 else { throw .badParameter }
        try handle.encrypt(blocks, into: &output)
    }

    /// Appends the ciphertext of the last bytes, fewer than 16, and of the padding.
    package func finish(_ rest: Span<UInt8>, into output: inout OutputSpan<UInt8>) throws(ForeignError) {
        guard rest.count < 16 else { throw .badParameter }
        let last: LockedBuffer
        do throws(MemoryError) {
            var block = try LockedBuffer(capacity: 16)
            block.append(copying: rest)
            block.append { output in for _ in rest.count..<16 { output.append(UInt8(16 - rest.count)) } }
            last = block
        } catch {
            throw .outOfMemory
        }
        try handle.encrypt(last.bytes, into: &output)
    }
}

/// HMAC-SHA-256 (RFC 2104) of a message that comes in pieces.
@safe
package final class HMACSHA256 {
    // Invariant: an open handle of libgcrypt that nobody else has.
    private let handle: gcry_mac_hd_t

    /// Starts an empty message.
    package init(key: Span<UInt8>) throws(ForeignError) {
        Library.prepare()
        var handle: gcry_mac_hd_t?
        guard unsafe gcry_mac_open(&handle, Int32(GCRY_MAC_HMAC_SHA256.rawValue), 0, nil) == 0,
            let handle = unsafe handle
        else { throw .unsupported }
        let code = unsafe key.withUnsafeBytes { unsafe gcry_mac_setkey(handle, $0.baseAddress, $0.count) }
        guard code == 0 else {
            unsafe gcry_mac_close(handle)
            throw .badParameter
        }
        unsafe self.handle = handle
    }

    deinit { unsafe gcry_mac_close(handle) }

    /// Adds a piece.
    package func update(_ piece: Span<UInt8>) throws(ForeignError) {
        let code = unsafe piece.withUnsafeBytes { unsafe gcry_mac_write(handle, $0.baseAddress, $0.count) }
        guard code == 0 else { throw .badParameter }
    }

    /// Appends the code of all pieces, 32 bytes.
    package func finish(into output: inout OutputSpan<UInt8>) throws(ForeignError) {
        guard output.freeCapacity >= 32 else { throw .tooLarge }
        let code: gcry_error_t = unsafe output.withUnsafeMutableBufferPointer { target, count in
            guard let start = target.baseAddress else { return 1 }
            var length = 32
            let code = unsafe gcry_mac_read(handle, start + count, &length)
            count += 32
            return code
        }
        guard code == 0 else { throw .badParameter }
    }
}
