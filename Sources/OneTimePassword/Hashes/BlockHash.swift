/// What MD5, SHA-1 and SHA-2 have in common: sixteen words to a block, a chaining state, padding with a length.
///
/// Blocks are held as words that were read most significant byte first; MD5 turns them on its own. Nothing here wipes
/// itself: what works with keys runs inside `withBurnedStack`.
protocol BlockHash: ~Copyable {
    /// 32 or 64 bits.
    associatedtype Word: FixedWidthInteger & UnsignedInteger
    /// Words of the digest.
    static var digestWords: Int { get }
    /// The block being filled. It is only written here: to read a word whose place is not known beforehand copies the block.
    var block: [16 of Word] { get set }
    /// The bytes of a word that is not yet whole.
    var part: Word { get set }
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
        part = part &<< 8 | Word(truncatingIfNeeded: byte)
        let index = position / Self.wordBytes
        byteCount &+= 1
        guard position % Self.wordBytes == 0 else { return }
        block[index] = part
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

    /// Begins with a whole block, whose words `word` gives.
    @inline(__always) mutating func begin(_ word: (_ index: Int) -> Word) {
        for index in 0..<16 { block[index] = word(index) }
        byteCount = UInt64(Self.blockBytes)
        compress()
    }

    /// Pads and works in the last block; `digestWord` is the digest from here on.
    @inline(__always) mutating func finish() {
        let length = Self.lengthWords(bits: byteCount &<< 3)
        update(byte: 0x80)
        while position % Self.wordBytes != 0 { update(byte: 0) }
        var index = position / Self.wordBytes
        if index > 14 {
            block[15] = 0
            compress()
            index = 0
        }
        while index < 14 {
            block[index] = 0
            index &+= 1
        }
        (block[14], block[15]) = length
        compress()
    }

    /// Copies the digest out; after `finish`.
    @inline(__always) func write(into digest: inout Digest) {
        digest.count = Self.digestBytes
        for index in 0..<Self.digestWords {
            let word = digestWord(index)
            for byte in 0..<Self.wordBytes {
                let shift = 8 &* (Self.wordBytes &- 1 &- byte)
                digest.bytes[index &* Self.wordBytes &+ byte] = UInt8(truncatingIfNeeded: word &>> Word(shift))
            }
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
