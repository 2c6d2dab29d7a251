import COpenSSL
import Platform

/// AES-256 in CBC mode (NIST SP 800-38A) without padding, by libcrypto.
package enum AES256CBC {
    /// Bytes of a block and of an initialisation vector.
    package static let blockBytes = 16
    /// Bytes of a key.
    package static let keyBytes = 32

    /// Appends the ciphertext of whole blocks.
    package static func encrypt(
        _ text: Span<UInt8>, key: Span<UInt8>, iv: Span<UInt8>, into output: inout OutputSpan<UInt8>
    ) throws(CryptoP256Error) {
        try transform(text, key, iv, isEncryption: true, &output)
    }

    /// Appends the plain text of whole blocks.
    package static func decrypt(
        _ text: Span<UInt8>, key: Span<UInt8>, iv: Span<UInt8>, into output: inout OutputSpan<UInt8>
    ) throws(CryptoP256Error) {
        try transform(text, key, iv, isEncryption: false, &output)
    }

    private static func transform(
        _ text: Span<UInt8>, _ key: Span<UInt8>, _ iv: Span<UInt8>, isEncryption: Bool,
        _ output: inout OutputSpan<UInt8>
    ) throws(CryptoP256Error) {
        _ = Library.wipesMemory
        guard key.count == keyBytes, iv.count == blockBytes, text.count > 0, text.count % blockBytes == 0,
            text.count <= output.freeCapacity
        else { throw .badLength }
        let cipher = unsafe Library.cipher.pointer
        guard let context = unsafe EVP_CIPHER_CTX_new() else { throw .outOfMemory }
        defer {
            unsafe EVP_CIPHER_CTX_free(context)
            Memory.scrubStack()
        }
        let isDone = unsafe text.withUnsafeBufferPointer { text in
            unsafe key.withUnsafeBufferPointer { key in
                unsafe iv.withUnsafeBufferPointer { iv in
                    unsafe output.withUnsafeMutableBufferPointer { buffer, count in
                        guard let base = buffer.baseAddress else { return false }
                        var written: Int32 = 0
                        let isDone =
                            unsafe EVP_CipherInit_ex(
                                context, cipher, nil, key.baseAddress, iv.baseAddress, isEncryption ? 1 : 0)
                            == 1 && EVP_CIPHER_CTX_set_padding(context, 0) == 1
                            && EVP_CipherUpdate(
                                context, base + count, &written, text.baseAddress, Int32(text.count)) == 1
                        guard isDone, written == text.count else { return false }
                        count += text.count
                        return true
                    }
                }
            }
        }
        guard isDone else { throw .outOfMemory }
    }
}
