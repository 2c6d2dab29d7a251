import Model
import Testing

@Suite struct IdentifierTests {
    @Test(
        arguments: [
            (0, 0, "00000000000000000000000000000000"), (1, 0xA, "0000000000000001000000000000000a"),
            (.max, 0x0123_4567_89AB_CDEF, "ffffffffffffffff0123456789abcdef"),
        ] as [(UInt64, UInt64, String)])
    func `an id is 32 digits and is read back from them`(high: UInt64, low: UInt64, text: String) {
        let id = Identifier(high: high, low: low)
        #expect(id.description == text)
        #expect(Identifier(hexadecimal: text) == id && Identifier(hexadecimal: text.uppercased()) == id)
        #expect(id.isZero == (high == 0 && low == 0))
    }

    @Test(arguments: ["", "0", "+000000000000000000000000000000a", "0000000000000001000000000000000g"])
    func `other texts are no id`(text: String) { #expect(Identifier(hexadecimal: text) == nil) }

    @Test func `ids are in the order of their digits`() {
        let ids = [(0, 1), (0, .max), (1, 0), (.max, 0)].map { Identifier(high: $0.0, low: $0.1) }
        #expect(ids.shuffled().sorted() == ids && ids.map(\.description).sorted() == ids.map(\.description))
    }
}
