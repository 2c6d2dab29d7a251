import CGcrypt
import Platform

/// The ciphers of other authenticators' files, by libgcrypt: libsodium has neither CBC nor long nonces nor Twofish.
package enum Cipher {
    /// A block cipher with blocks of 16 bytes.
    package enum Block: Sendable {
        /// AES-128 (FIPS 197).
        case aes128
        /// AES-192.
        case aes192
        /// AES-256.
        case aes256
        /// Twofish-256, which KeePass offers.
        case twofish256

        fileprivate var number: Int32 {
            switch self {
            case .aes128: Int32(GCRY_CIPHER_AES.rawValue)
            case .aes192: Int32(GCRY_CIPHER_AES192.rawValue)
            case .aes256: Int32(GCRY_CIPHER_AES256.rawValue)
            case .twofish256: Int32(GCRY_CIPHER_TWOFISH.rawValue)
            }
        }
    }

    /// Throws for a key of another length: the library would take another variant of the cipher for it.
    private static func check(_ key: Span<UInt8>, _ block: Block) throws(ForeignError) {
        let count =
            switch block {
            case .aes128: 16
            case .aes192: 24
            case .aes256, .twofish256: 32
            }
        guard key.count == count else { throw .badParameter }
    }

    /// What fills the last block of CBC.
    package enum Padding: Sendable {
        /// PKCS #7: every byte says how many there are.
        case pkcs7
        /// XML Encryption: only the last byte says it; the others may be anything.
        case lastOctet
        /// Nothing: whole blocks were encrypted.
        case none
    }

    /// A stream cipher with keys of 32 bytes.
    package enum Stream: Sendable {
        /// ChaCha20 with a nonce of 12 bytes (RFC 8439), counting from 0.
        case chaCha20
        /// Salsa20 with a nonce of 8 bytes.
        case salsa20

        fileprivate var number: Int32 {
            switch self {
            case .chaCha20: Int32(GCRY_CIPHER_CHACHA20.rawValue)
            case .salsa20: Int32(GCRY_CIPHER_SALSA20.rawValue)
            }
        }
    }

    /// Opens AES-256-GCM (NIST SP 800-38D); appends the plain text, as long as `ciphertext`. Nonces of any length.
    ///
    /// - Throws: `notAuthentic`, and then nothing is appended.
    package static func openGCM(
        _ ciphertext: Span<UInt8>, tag: Span<UInt8>, key: Span<UInt8>, nonce: Span<UInt8>,
        additional: Span<UInt8> = Span(), into output: inout OutputSpan<UInt8>
    ) throws(ForeignError) {
        let handle = try Handle(Int32(GCRY_CIPHER_AES256.rawValue), Int32(GCRY_CIPHER_MODE_GCM.rawValue), key: key)
        try handle.set(nonce: nonce)
        try handle.authenticate(additional)
        let start = output.count
        try handle.decrypt(ciphertext, into: &output)
        guard handle.check(tag: tag) else {
            output.removeLast(output.count - start)
            throw .notAuthentic
        }
    }

    /// Seals with AES-256-GCM; appends as many bytes as `plaintext` has, then the tag of 16.
    package static func sealGCM(
        _ plaintext: Span<UInt8>, key: Span<UInt8>, nonce: Span<UInt8>, additional: Span<UInt8> = Span(),
        into output: inout OutputSpan<UInt8>
    ) throws(ForeignError) {
        let handle = try Handle(Int32(GCRY_CIPHER_AES256.rawValue), Int32(GCRY_CIPHER_MODE_GCM.rawValue), key: key)
        try handle.set(nonce: nonce)
        try handle.authenticate(additional)
        try handle.encrypt(plaintext, into: &output)
        try handle.tag(into: &output)
    }

    /// Decrypts CBC (NIST SP 800-38A); appends the plain text without the padding.
    ///
    /// - Throws: `notAuthentic` when the padding is wrong, and then nothing is appended. There is no other check.
    package static func decryptCBC(
        _ ciphertext: Span<UInt8>, with block: Block = .aes256, padding form: Padding = .pkcs7, key: Span<UInt8>,
        iv: Span<UInt8>, into output: inout OutputSpan<UInt8>
    ) throws(ForeignError) {
        guard ciphertext.count > 0, ciphertext.count % 16 == 0 else { throw .damaged }
        try check(key, block)
        let handle = try Handle(block.number, Int32(GCRY_CIPHER_MODE_CBC.rawValue), key: key)
        try handle.set(iv: iv)
        let start = output.count
        try handle.decrypt(ciphertext, into: &output)
        if form == .none { return }
        let padding = Int(output.span[output.count - 1])
        var wrong: UInt8 = (1...16).contains(padding) ? 0 : 1
        for index in output.count - (form == .pkcs7 ? min(max(padding, 1), 16) : 1)..<output.count {
            wrong |= output.span[index] ^ UInt8(padding)
        }
        guard wrong == 0 else {
            output.removeLast(output.count - start)
            throw .notAuthentic
        }
        output.removeLast(padding)
    }

    /// Decrypts Blowfish block by block (ECB), as WinAuth encrypts; appends the plain text without what fills the last block,
    /// of which only the last byte is known: how many they are.
    ///
    /// - Throws: `notAuthentic` when that is impossible, and then nothing is appended. There is no other check.
    package static func decryptBlowfish(
        _ ciphertext: Span<UInt8>, key: Span<UInt8>, into output: inout OutputSpan<UInt8>
    ) throws(ForeignError) {
        guard ciphertext.count > 0, ciphertext.count % 8 == 0 else { throw .damaged }
        let handle = try Handle(Int32(GCRY_CIPHER_BLOWFISH.rawValue), Int32(GCRY_CIPHER_MODE_ECB.rawValue), key: key)
        let start = output.count
        try handle.decrypt(ciphertext, into: &output)
        let padding = Int(output.span[output.count - 1])
        guard (1...8).contains(padding) else {
            output.removeLast(output.count - start)
            throw .notAuthentic
        }
        output.removeLast(padding)
    }

    /// Unwraps a key (RFC 3394); appends it, 8 bytes shorter.
    ///
    /// - Throws: `notAuthentic`, and then nothing is appended.
    package static func unwrap(
        _ wrapped: Span<UInt8>, with block: Block, key: Span<UInt8>, into output: inout OutputSpan<UInt8>
    ) throws(ForeignError) {
        guard wrapped.count >= 24, wrapped.count % 8 == 0 else { throw .damaged }
        try check(key, block)
        let handle = try Handle(block.number, Int32(GCRY_CIPHER_MODE_AESWRAP.rawValue), key: key)
        do throws(ForeignError) {
            try handle.decrypt(wrapped, into: &output)
        } catch {
            throw error == .badParameter ? .notAuthentic : error
        }
        output.removeLast(8)
    }

    /// Encrypts or decrypts with a stream cipher from the start of its stream, after `skipped` bytes.
    package static func apply(
        _ stream: Stream, key: Span<UInt8>, nonce: Span<UInt8>, to input: Span<UInt8>,
        into output: inout OutputSpan<UInt8>
    ) throws(ForeignError) {
        let handle = try Handle(stream.number, Int32(GCRY_CIPHER_MODE_STREAM.rawValue), key: key)
        try handle.set(iv: nonce)
        try handle.decrypt(input, into: &output)
    }

    /// Encrypts each block `rounds` times over in place: AES-KDF of KeePass. CBC over zeros does just that, many rounds with
    /// one call.
    package static func encryptRepeatedly(
        _ blocks: inout MutableSpan<UInt8>, key: Span<UInt8>, rounds: UInt64
    ) throws(ForeignError) {
        guard rounds > 0 else { return }
        let zeros = [UInt8](repeating: 0, count: roundsPerCall * 16)
        var chain = try buffer(zeros.count)
        for start in stride(from: 0, to: blocks.count, by: 16) {
            let handle = try Handle(Int32(GCRY_CIPHER_AES256.rawValue), Int32(GCRY_CIPHER_MODE_CBC.rawValue), key: key)
            try handle.set(iv: blocks.span.extracting(start..<start + 16))
            var left = rounds
            while left > 0 {
                let count = Int(min(left, UInt64(roundsPerCall)))
                chain.removeAll()
                try chain.append { (output: inout OutputSpan<UInt8>) throws(ForeignError) in
                    try handle.encrypt(zeros.span.extracting(0..<count * 16), into: &output)
                }
                left -= UInt64(count)
            }
            for index in 0..<16 { blocks[start + index] = chain.bytes[chain.count - 16 + index] }
        }
    }

    private static let roundsPerCall = 1024

    private static func buffer(_ count: Int) throws(ForeignError) -> LockedBuffer {
        do throws(MemoryError) { return try LockedBuffer(capacity: count) } catch { throw .outOfMemory }
    }
}

/// One use of a cipher; closing it wipes what the library holds.
@safe struct Handle: ~Copyable {
    // Invariant: an open handle of libgcrypt that nobody else has.
    private let handle: gcry_cipher_hd_t

    init(_ cipher: Int32, _ mode: Int32, key: Span<UInt8>) throws(ForeignError) {
        Library.prepare()
        var handle: gcry_cipher_hd_t?
        guard unsafe gcry_cipher_open(&handle, cipher, mode, 0) == 0, let handle = unsafe handle else {
            throw .unsupported
        }
        let code = unsafe key.withUnsafeBytes { unsafe gcry_cipher_setkey(handle, $0.baseAddress, $0.count) }
        guard code == 0 else {
            unsafe gcry_cipher_close(handle)
            throw .badParameter
        }
        unsafe self.handle = handle
    }

    deinit { unsafe gcry_cipher_close(handle) }

    private func check(_ code: gcry_error_t) throws(ForeignError) {
        guard code == 0 else { throw .badParameter }
    }

    func set(nonce: Span<UInt8>) throws(ForeignError) { try set(iv: nonce) }

    func set(iv: Span<UInt8>) throws(ForeignError) {
        try check(unsafe iv.withUnsafeBytes { unsafe gcry_cipher_setiv(handle, $0.baseAddress, $0.count) })
    }

    func authenticate(_ data: Span<UInt8>) throws(ForeignError) {
        guard data.count > 0 else { return }
        try check(unsafe data.withUnsafeBytes { unsafe gcry_cipher_authenticate(handle, $0.baseAddress, $0.count) })
    }

    func decrypt(_ input: Span<UInt8>, into output: inout OutputSpan<UInt8>) throws(ForeignError) {
        try unsafe transform(input, into: &output) { unsafe gcry_cipher_decrypt(handle, $0, $1, $2, $3) }
    }

    func encrypt(_ input: Span<UInt8>, into output: inout OutputSpan<UInt8>) throws(ForeignError) {
        try unsafe transform(input, into: &output) { unsafe gcry_cipher_encrypt(handle, $0, $1, $2, $3) }
    }

    private func transform(
        _ input: Span<UInt8>, into output: inout OutputSpan<UInt8>,
        _ call: (UnsafeMutableRawPointer, Int, UnsafeRawPointer, Int) -> gcry_error_t
    ) throws(ForeignError) {
        guard input.count <= output.freeCapacity else { throw .tooLarge }
        guard input.count > 0 else { return }
        let code: gcry_error_t = unsafe input.withUnsafeBytes { source in
            unsafe output.withUnsafeMutableBufferPointer { target, count in
                guard let from = source.baseAddress, let to = target.baseAddress else { return 1 }
                let code = unsafe call(UnsafeMutableRawPointer(to + count), source.count, from, source.count)
                // Counted as written either way: the caller takes it back, and its buffer wipes it.
                count += source.count
                return code
            }
        }
        guard code == 0 else {
            output.removeLast(input.count)
            throw .badParameter
        }
    }

    func check(tag: Span<UInt8>) -> Bool {
        unsafe tag.withUnsafeBytes { unsafe gcry_cipher_checktag(handle, $0.baseAddress, $0.count) } == 0
    }

    func tag(into output: inout OutputSpan<UInt8>) throws(ForeignError) {
        guard output.freeCapacity >= 16 else { throw .tooLarge }
        let code: gcry_error_t = unsafe output.withUnsafeMutableBufferPointer { target, count in
            guard let to = target.baseAddress else { return 1 }
            let code = unsafe gcry_cipher_gettag(handle, to + count, 16)
            count += 16
            return code
        }
        try check(code)
    }
}
