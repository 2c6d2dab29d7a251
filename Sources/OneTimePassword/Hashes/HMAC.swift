/// HMAC (RFC 2104) over one of the hashes of this module.
struct HMAC<Hash: BlockHash & ~Copyable>: ~Copyable {
    private var inner = Hash()
    private var outer = Hash()

    /// Starts a message under `key`, of any length; a key longer than a block is hashed first (RFC 2104, section 2).
    init(key: Span<UInt8>) {
        if key.count > Hash.blockBytes {
            var hash = Hash()
            hash.update(key)
            hash.finish()
            for index in 0..<Hash.digestWords { inner.block[index] = hash.digestWord(index) }
        } else {
            for index in key.indices {
                let shift = 8 &* (Hash.wordBytes &- 1 &- index % Hash.wordBytes)
                inner.block[index / Hash.wordBytes] |= Hash.Word(truncatingIfNeeded: key[index]) &<< Hash.Word(shift)
            }
        }
        let ones = Hash.Word.max / 255
        for index in 0..<16 {
            outer.block[index] = inner.block[index] ^ (ones &* 0x5c)
            inner.block[index] ^= ones &* 0x36
        }
        inner.byteCount = UInt64(Hash.blockBytes)
        outer.byteCount = UInt64(Hash.blockBytes)
        inner.compress()
        outer.compress()
    }

    /// Adds bytes.
    mutating func update(_ bytes: Span<UInt8>) { inner.update(bytes) }

    /// Adds a byte.
    mutating func update(byte: UInt8) { inner.update(byte: byte) }

    /// Adds 64 bits, most significant byte first.
    mutating func update(number: UInt64) { inner.update(number: number) }

    /// Writes the code of all that was added.
    mutating func finish(into digest: inout Digest) {
        inner.finish()
        for index in 0..<Hash.digestWords { outer.update(word: inner.digestWord(index)) }
        outer.finish()
        outer.write(into: &digest)
    }
}
