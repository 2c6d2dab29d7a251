/// What MD5, SHA-1 and SHA-2 have in common: sixteen words to a block, a chaining state, padding with a length.
///
/// Blocks are held as words that were read most significant byte first; MD5 turns them on its own. Nothing here wipes
/// itself: what works with keys runs inside `withBurnedStack`.
protocol BlockHash: ~Copyable {
    /// 32 or 64 bits.
    associatedtype Word: FixedWidthInteger & UnsignedInteger
    /// Words of the digest.
    static var digestWords: Int { get }
    /// The block being filled.
    var block: [16 of Word] { get set }
    /// Bytes hashed so far.
    var byteCount: UInt64 { get set }
    /// An empty message.
    init()
    /// Works `block` into the state and leaves no meaning in it.
    mutating func compress()
    /// A word of the state, as it is written: most significant byte first.
    func digestWord(_ index: Int) -> Word
    /// The last two words of the padding.
    static func lengthWords(bits: UInt64) -> (Word, Word)
}

extension BlockHash where Self: ~Copyable {
    /// Bytes of a word.
    @inline(__always) static var wordBytes: Int { Word.bitWidth / 8 }
    /// Bytes of a block.
    @inline(__always) static var blockBytes: Int { 16 * wordBytes }
    /// Bytes of the digest.
    @inline(__always) static var digestBytes: Int { digestWords * wordBytes }

    @inline(__always) private var position: Int {
        Int(truncatingIfNeeded: byteCount) & (Self.blockBytes &- 1)
    }

    /// Adds a byte.
    @inline(__always) mutating func update(byte: UInt8) {
        let index = position / Self.wordBytes
        block[index] = block[index] &<< 8 | Word(truncatingIfNeeded: byte)
        byteCount &+= 1
        if position == 0 { compress() }
    }

    /// Adds a word, most significant byte first; only at a word boundary.
    @inline(__always) mutating func update(word: Word) {
        block[position / Self.wordBytes] = word
        byteCount &+= UInt64(Self.wordBytes)
        if position == 0 { compress() }
    }

    /// Adds bytes.
    @inline(__always) mutating func update(_ bytes: Span<UInt8>) {
        for index in bytes.indices { update(byte: bytes[index]) }
    }

    /// Adds 64 bits, most significant byte first.
    @inline(__always) mutating func update(number: UInt64) {
        for shift in stride(from: 56, through: 0, by: -8) {
            update(byte: UInt8(truncatingIfNeeded: number &>> UInt64(shift)))
        }
    }

    /// Pads and works in the last block; `digestWord` is the digest from here on.
    @inline(__always) mutating func finish() {
        let length = Self.lengthWords(bits: byteCount &<< 3)
        update(byte: 0x80)
        while position % Self.wordBytes != 0 { update(byte: 0) }
        while position != 14 &* Self.wordBytes { update(word: 0) }
        update(word: length.0)
        update(word: length.1)
    }

    /// Copies the digest out; after `finish`.
    @inline(__always) func write(into digest: inout Digest) {
        digest.count = Self.digestBytes
        for index in 0..<Self.digestBytes {
            let shift = 8 &* (Self.wordBytes &- 1 &- index % Self.wordBytes)
            digest.bytes[index] = UInt8(truncatingIfNeeded: digestWord(index / Self.wordBytes) &>> Word(shift))
        }
    }
}

/// The outcome of a hash or a MAC: up to 64 bytes.
struct Digest: ~Copyable {
    fileprivate(set) var bytes: [64 of UInt8] = .init(repeating: 0)
    fileprivate(set) var count = 0

    /// The bytes.
    var span: Span<UInt8> {
        @_lifetime(borrow self)
        borrowing get { bytes.span.extracting(0..<count) }
    }
}
