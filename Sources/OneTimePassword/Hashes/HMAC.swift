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
            begin { $0 < Hash.digestWords ? hash.digestWord($0) : 0 }
        } else {
            begin { Self.word($0, of: key) }
        }
    }

    @inline(__always) private mutating func begin(_ word: (_ index: Int) -> Hash.Word) {
        let ones = Hash.Word.max / 255
        inner.begin { word($0) ^ (ones &* 0x36) }
        outer.begin { word($0) ^ (ones &* 0x5c) }
    }

    /// A word of `key`, with zeros behind it.
    @inline(__always) private static func word(_ index: Int, of key: Span<UInt8>) -> Hash.Word {
        var word: Hash.Word = 0
        let start = index &* Hash.wordBytes
        guard start < key.count else { return 0 }
        for place in start..<start &+ Hash.wordBytes {
            word = word &<< 8 | (place < key.count ? Hash.Word(truncatingIfNeeded: key[place]) : 0)
        }
        return word
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
        for index in 0..<Hash.digestWords { outer.block[index] = inner.digestWord(index) }
        outer.byteCount &+= UInt64(Hash.digestBytes)
        outer.finish()
        outer.write(into: &digest)
    }
}
