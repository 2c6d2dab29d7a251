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
        // Groups of eight: after eight steps every variable is back in its place, so none is ever moved. Each word has a place
        // that is known here: for another the whole block would be copied.
        while t < Self.rounds {
            eight(&a, &b, &c, &d, &e, &f, &g, &h, t, 0)
            eight(&a, &b, &c, &d, &e, &f, &g, &h, t, 8)
            t &+= 16
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

    @inline(__always) private mutating func eight(
        _ a: inout Word, _ b: inout Word, _ c: inout Word, _ d: inout Word, _ e: inout Word, _ f: inout Word,
        _ g: inout Word, _ h: inout Word, _ t: Int, _ place: Int
    ) {
        step(a, b, c, &d, e, f, g, &h, t, place)
        step(h, a, b, &c, d, e, f, &g, t, place &+ 1)
        step(g, h, a, &b, c, d, e, &f, t, place &+ 2)
        step(f, g, h, &a, b, c, d, &e, t, place &+ 3)
        step(e, f, g, &h, a, b, c, &d, t, place &+ 4)
        step(d, e, f, &g, h, a, b, &c, t, place &+ 5)
        step(c, d, e, &f, g, h, a, &b, t, place &+ 6)
        step(b, c, d, &e, f, g, h, &a, t, place &+ 7)
    }

    /// Word `t + place` of the schedule; the sixteen words that are still needed live in `block`.
    @inline(__always) private mutating func word(_ t: Int, _ place: Int) -> Word {
        if t == 0 { return block[place] }
        let small0 = Self.small(block[(place &+ 1) & 15], Self.rotations.small0)
        let small1 = Self.small(block[(place &+ 14) & 15], Self.rotations.small1)
        let word = block[place] &+ small0 &+ block[(place &+ 9) & 15] &+ small1
        block[place] = word
        return word
    }

    @inline(__always) private mutating func step(
        _ a: Word, _ b: Word, _ c: Word, _ d: inout Word, _ e: Word, _ f: Word, _ g: Word, _ h: inout Word, _ t: Int,
        _ place: Int
    ) {
        let sum =
            h &+ Self.large(e, Self.rotations.large1) &+ (g ^ (e & (f ^ g))) &+ Self.constant(t &+ place)
            &+ word(t, place)
        d = d &+ sum
        h = sum &+ Self.large(a, Self.rotations.large0) &+ ((a & b) | (c & (a | b)))
    }
}
