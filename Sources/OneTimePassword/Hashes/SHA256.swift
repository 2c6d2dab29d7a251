/// SHA-256 (FIPS 180-4, section 6.2).
struct SHA256: BlockHash, ~Copyable {
    static var digestWords: Int { 8 }
    var block: [16 of UInt32] = .init(repeating: 0)
    var byteCount: UInt64 = 0
    private var state: [8 of UInt32] = [
        0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a,
        0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19,
    ]

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
        var f = state[5]
        var g = state[6]
        var h = state[7]
        var t = 0
        // Groups of eight: after eight steps every variable is back in its place, so none is ever moved.
        while t < 64 {
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

    /// Word `t` of the schedule; the sixteen words that are still needed live in `block`.
    @inline(__always) private mutating func word(_ t: Int) -> UInt32 {
        if t < 16 { return block[t & 15] }
        let x = block[(t &+ 1) & 15]
        let y = block[(t &+ 14) & 15]
        let small0 = x.rotated(right: 7) ^ x.rotated(right: 18) ^ x &>> 3
        let small1 = y.rotated(right: 17) ^ y.rotated(right: 19) ^ y &>> 10
        let word = block[t & 15] &+ small0 &+ block[(t &+ 9) & 15] &+ small1
        block[t & 15] = word
        return word
    }

    @inline(__always) private mutating func step(
        _ a: UInt32, _ b: UInt32, _ c: UInt32, _ d: inout UInt32,
        _ e: UInt32, _ f: UInt32, _ g: UInt32, _ h: inout UInt32, _ t: Int
    ) {
        let large1 = e.rotated(right: 6) ^ e.rotated(right: 11) ^ e.rotated(right: 25)
        let sum = h &+ large1 &+ (g ^ (e & (f ^ g))) &+ Self.constants[t] &+ word(t)
        let large0 = a.rotated(right: 2) ^ a.rotated(right: 13) ^ a.rotated(right: 22)
        d = d &+ sum
        h = sum &+ large0 &+ ((a & b) | (c & (a | b)))
    }

    private static let constants: [64 of UInt32] = [
        0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5,
        0x3956_c25b, 0x59f1_11f1, 0x923f_82a4, 0xab1c_5ed5,
        0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3,
        0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174,
        0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc,
        0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da,
        0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7,
        0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967,
        0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13,
        0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85,
        0xa2bf_e8a1, 0xa81a_664b, 0xc24b_8b70, 0xc76c_51a3,
        0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070,
        0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5,
        0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
        0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208,
        0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2,
    ]
}
