package import Platform

/// Opens a payload chunk by chunk: one chunk of plaintext is held, in locked memory, and nothing of a chunk that is
/// not authentic is ever seen. The file is whole only when `next` has returned false.
package struct AgeReader: ~Copyable, Sendable {
    private var chunk: LockedBuffer
    private var cipher: PayloadCipher
    private var position: Int
    private var isLast = false
    /// Bytes of plaintext that the file gives if it is whole; a damaged one gives no more.
    package let plaintextCount: Int

    /// Starts behind the `header` of `file`.
    ///
    /// - Throws: `malformedHeader` when the file ends within the nonce that follows the header; `memory`.
    package init(_ file: Span<UInt8>, header: AgeHeader, key fileKey: borrowing FileKey) throws(AgeError) {
        let position = header.byteCount + PayloadCipher.nonceBytes
        guard position <= file.count else { throw .malformedHeader(line: header.lineCount + 1) }
        let cipher = try PayloadCipher(fileKey, nonce: file.extracting(header.byteCount..<position))
        let chunk = try AgeError.locking(try LockedBuffer(capacity: AgeLimits.chunkBytes))
        let sealed = file.count - position
        let (full, rest) = sealed.quotientAndRemainder(dividingBy: PayloadCipher.sealedBytes)
        plaintextCount = full * AgeLimits.chunkBytes + max(0, rest - Sodium.tagBytes)
        self.position = position
        self.cipher = cipher
        self.chunk = chunk
    }

    /// The plaintext that the last call of `next` opened.
    package var plaintext: Span<UInt8> {
        @_lifetime(borrow self)
        borrowing get { chunk.bytes }
    }

    /// Opens the next chunk of the same `file` into `plaintext`; false behind the last one.
    ///
    /// - Throws: an `AgeError` of the payload group; then `plaintext` is empty and what came before, though authentic,
    ///   is not the whole.
    package mutating func next(in file: Span<UInt8>) throws(AgeError) -> Bool {
        chunk.removeAll()
        let left = file.count - position
        guard !isLast else {
            guard left == 0 else { throw .trailingData }
            return false
        }
        guard left > 0 else { throw .truncated }
        let sealed = file.extracting(position..<position + min(left, PayloadCipher.sealedBytes))
        if sealed.count < PayloadCipher.sealedBytes {
            guard open(sealed, isLast: true) else { throw .damagedChunk }
        } else {
            // Only the nonce tells whether a full chunk is the last; where it lies says which is likelier.
            let isAtEnd = left == sealed.count
            guard open(sealed, isLast: isAtEnd) || open(sealed, isLast: !isAtEnd) else { throw .damagedChunk }
        }
        // Two files with one plaintext must not differ in their chunks (C2SP age, "Payload").
        guard cipher.count == 1 || chunk.count > 0 else { throw .emptyLastChunk }
        position += sealed.count
        return true
    }

    /// The whole plaintext of `file` at once, where it is small enough for the arena.
    package consuming func readAll(of file: Span<UInt8>) throws(AgeError) -> LockedBuffer {
        let count = plaintextCount
        var all = try AgeError.locking(try LockedBuffer(capacity: count))
        while try next(in: file) { all.append(copying: chunk.bytes) }
        return all
    }

    private mutating func open(_ sealed: Span<UInt8>, isLast: Bool) -> Bool {
        let isAuthentic = cipher.open(sealed, isLast: isLast, into: &chunk)
        if isAuthentic { self.isLast = isLast }
        return isAuthentic
    }
}
