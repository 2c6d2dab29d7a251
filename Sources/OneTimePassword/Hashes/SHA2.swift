/// The bits by which the six functions of SHA-2 turn a word (FIPS 180-4, sections 4.1.2 and 4.1.3).
struct SHA2Rotations<Word> {
    /// Three rotations to the right each, of the upper-case sigmas.
    let large0, large1: (Word, Word, Word)
    /// Two rotations and a shift to the right each, of the lower-case sigmas.
    let small0, small1: (Word, Word, Word)
}

/// What SHA-256 and SHA-512 have in common: everything but the width of a word, and numbers.
protocol SHA2: BlockHash, ~Copyable {
    /// Steps for a block.
    static var rounds: Int { get }
    static var rotations: SHA2Rotations<Word> { get }
    static func constant(_ t: Int) -> Word
    /// The chaining state.
    var state: [8 of Word] { get set }
}

extension SHA2 where Self: ~Copyable {
    static var digestWords: Int { 8 }

    func digestWord(_ index: Int) -> Word { state[index] }

    @inline(__always) mutating func compress() {
        var (a, b, c, d) = (state[0], state[1], state[2], state[3])
        var (e, f, g, h) = (state[4], state[5], state[6], state[7])
        var t = 0
        // Groups of eight: after eight steps every variable is back in its place, so none is ever moved.
        while t < Self.rounds {
            step(a, b, c, &d, e, f, g, &h, t)
            step(h, a, b, &c, d, e, f, &g, t &+ 1)
            step(g, h, a, &b, c, d, e, &f, t &+ 2)
            step(f, g, h, &a, b, c, d, &e, t &+ 3)
            step(e, f, g, &h, a, b, c, &d, t &+ 4)
            step(d, e, f, &g, h, a, b, &c, t &+ 5)
            step(c, d, e, &f, g, h, a, &b, t &+ 6)
            step(b, c, d, &e, f, g, h, &a, t &+ 7)
            t &+= 8
        }
        state[0] &+= a
        state[1] &+= b
        state[2] &+= c
        state[3] &+= d
        state[4] &+= e
        state[5] &+= f
        state[6] &+= g
        state[7] &+= h
    }

    @inline(__always) private static func large(_ word: Word, _ bits: (Word, Word, Word)) -> Word {
        word.rotated(right: bits.0) ^ word.rotated(right: bits.1) ^ word.rotated(right: bits.2)
    }

    @inline(__always) private static func small(_ word: Word, _ bits: (Word, Word, Word)) -> Word {
        word.rotated(right: bits.0) ^ word.rotated(right: bits.1) ^ word &>> bits.2
    }

    /// Word `t` of the schedule; the sixteen words that are still needed live in `block`.
    @inline(__always) private mutating func word(_ t: Int) -> Word {
        if t < 16 { return block[t & 15] }
        let small0 = Self.small(block[(t &+ 1) & 15], Self.rotations.small0)
        let small1 = Self.small(block[(t &+ 14) & 15], Self.rotations.small1)
        let word = block[t & 15] &+ small0 &+ block[(t &+ 9) & 15] &+ small1
        block[t & 15] = word
        return word
    }

    @inline(__always) private mutating func step(
        _ a: Word, _ b: Word, _ c: Word, _ d: inout Word, _ e: Word, _ f: Word, _ g: Word, _ h: inout Word, _ t: Int
    ) {
        let sum =
            h &+ Self.large(e, Self.rotations.large1) &+ (g ^ (e & (f ^ g))) &+ Self.constant(t) &+ word(t)
        d = d &+ sum
        h = sum &+ Self.large(a, Self.rotations.large0) &+ ((a & b) | (c & (a | b)))
    }
}
