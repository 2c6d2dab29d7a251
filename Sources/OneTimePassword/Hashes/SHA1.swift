/// SHA-1 (FIPS 180-4, section 6.1). For HOTP and what is built on it; not for signatures.
struct SHA1: BlockHash, ~Copyable {
    static var digestWords: Int { 5 }
    var block: [16 of UInt32] = .init(repeating: 0)
    var part: UInt32 = 0
    var byteCount: UInt64 = 0
    private var state: [5 of UInt32] = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0]

    init() {}

    func digestWord(_ index: Int) -> UInt32 { state[index] }

    static func lengthWords(bits: UInt64) -> (UInt32, UInt32) {
        (UInt32(truncatingIfNeeded: bits &>> 32), UInt32(truncatingIfNeeded: bits))
    }

    mutating func compress() {
        var a = state[0]
        var b = state[1]
        var c = state[2]
        var d = state[3]
        var e = state[4]
        // Groups of five: after five steps every variable is back in its place, so none is ever moved.
        choose(&a, &b, &c, &d, &e, 0)
        choose(&a, &b, &c, &d, &e, 5)
        choose(&a, &b, &c, &d, &e, 10)
        choose(&a, &b, &c, &d, &e, 15)
        parity(&a, &b, &c, &d, &e, 20, 0x6ed9_eba1)
        parity(&a, &b, &c, &d, &e, 25, 0x6ed9_eba1)
        parity(&a, &b, &c, &d, &e, 30, 0x6ed9_eba1)
        parity(&a, &b, &c, &d, &e, 35, 0x6ed9_eba1)
        majority(&a, &b, &c, &d, &e, 40)
        majority(&a, &b, &c, &d, &e, 45)
        majority(&a, &b, &c, &d, &e, 50)
        majority(&a, &b, &c, &d, &e, 55)
        parity(&a, &b, &c, &d, &e, 60, 0xca62_c1d6)
        parity(&a, &b, &c, &d, &e, 65, 0xca62_c1d6)
        parity(&a, &b, &c, &d, &e, 70, 0xca62_c1d6)
        parity(&a, &b, &c, &d, &e, 75, 0xca62_c1d6)
        state[0] &+= a
        state[1] &+= b
        state[2] &+= c
        state[3] &+= d
        state[4] &+= e
    }

    /// Word `t` of the schedule; the sixteen words that are still needed live in `block`.
    @inline(__always) private mutating func word(_ t: Int) -> UInt32 {
        if t < 16 { return block[t] }
        let sum = block[(t &+ 13) & 15] ^ block[(t &+ 8) & 15] ^ block[(t &+ 2) & 15] ^ block[t & 15]
        let word = sum.rotated(left: 1)
        block[t & 15] = word
        return word
    }

    @inline(__always) private func step(_ a: UInt32, _ b: inout UInt32, _ e: inout UInt32, _ sum: UInt32) {
        e = e &+ a.rotated(left: 5) &+ sum
        b = b.rotated(left: 30)
    }

    @inline(__always) private mutating func choose(
        _ a: inout UInt32, _ b: inout UInt32, _ c: inout UInt32, _ d: inout UInt32, _ e: inout UInt32, _ t: Int
    ) {
        let k: UInt32 = 0x5a82_7999
        step(a, &b, &e, (d ^ (b & (c ^ d))) &+ k &+ word(t))
        step(e, &a, &d, (c ^ (a & (b ^ c))) &+ k &+ word(t &+ 1))
        step(d, &e, &c, (b ^ (e & (a ^ b))) &+ k &+ word(t &+ 2))
        step(c, &d, &b, (a ^ (d & (e ^ a))) &+ k &+ word(t &+ 3))
        step(b, &c, &a, (e ^ (c & (d ^ e))) &+ k &+ word(t &+ 4))
    }

    @inline(__always) private mutating func parity(
        _ a: inout UInt32, _ b: inout UInt32, _ c: inout UInt32, _ d: inout UInt32, _ e: inout UInt32, _ t: Int,
        _ k: UInt32
    ) {
        step(a, &b, &e, (b ^ c ^ d) &+ k &+ word(t))
        step(e, &a, &d, (a ^ b ^ c) &+ k &+ word(t &+ 1))
        step(d, &e, &c, (e ^ a ^ b) &+ k &+ word(t &+ 2))
        step(c, &d, &b, (d ^ e ^ a) &+ k &+ word(t &+ 3))
        step(b, &c, &a, (c ^ d ^ e) &+ k &+ word(t &+ 4))
    }

    @inline(__always) private mutating func majority(
        _ a: inout UInt32, _ b: inout UInt32, _ c: inout UInt32, _ d: inout UInt32, _ e: inout UInt32, _ t: Int
    ) {
        let k: UInt32 = 0x8f1b_bcdc
        step(a, &b, &e, ((b & c) | (d & (b | c))) &+ k &+ word(t))
        step(e, &a, &d, ((a & b) | (c & (a | b))) &+ k &+ word(t &+ 1))
        step(d, &e, &c, ((e & a) | (b & (e | a))) &+ k &+ word(t &+ 2))
        step(c, &d, &b, ((d & e) | (a & (d | e))) &+ k &+ word(t &+ 3))
        step(b, &c, &a, ((c & d) | (e & (c | d))) &+ k &+ word(t &+ 4))
    }
}

extension FixedWidthInteger where Self: UnsignedInteger {
    /// Rotation by fewer bits than the width.
    @inline(__always) func rotated(left count: Self) -> Self {
        self &<< count | self &>> (Self(truncatingIfNeeded: Self.bitWidth) &- count)
    }

    /// Rotation by fewer bits than the width.
    @inline(__always) func rotated(right count: Self) -> Self {
        self &>> count | self &<< (Self(truncatingIfNeeded: Self.bitWidth) &- count)
    }
}
