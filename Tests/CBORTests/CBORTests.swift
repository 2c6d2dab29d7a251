import CBOR
import Encodings
import Testing

/// Bytes of hexadecimal digits, spaces ignored.
private func bytes(_ digits: String) -> [UInt8] {
    guard let bytes = BaseEncoding.base16AnyCase.bytes(digits.filter { !$0.isWhitespace }) else {
        preconditionFailure("not hexadecimal: \(digits)")
    }
    return bytes
}

/// Lower-case hexadecimal digits.
private func hexadecimal(_ bytes: [UInt8]) -> String { BaseEncoding.base16.text(bytes.span) }

private func read(_ digits: String) throws(CBORError) -> CBORValue { try CBORReader.read(bytes(digits).span) }

@Suite struct CBORTests {
    /// RFC 8949, appendix A, as far as CTAP2 uses it.
    static let vectors: [(String, CBORValue)] = [
        ("00", .unsigned(0)), ("01", .unsigned(1)), ("0a", .unsigned(10)), ("17", .unsigned(23)),
        ("1818", .unsigned(24)), ("1819", .unsigned(25)), ("1864", .unsigned(100)), ("1903e8", .unsigned(1000)),
        ("1a000f4240", .unsigned(1_000_000)), ("1b000000e8d4a51000", .unsigned(1_000_000_000_000)),
        ("1bffffffffffffffff", .unsigned(.max)), ("3bffffffffffffffff", .negative(.max)),
        ("20", .negative(0)), ("29", .negative(9)), ("3863", .negative(99)), ("3903e7", .negative(999)),
        ("f4", .bool(false)), ("f5", .bool(true)), ("f6", .null),
        ("40", .bytes([])), ("4401020304", .bytes([1, 2, 3, 4])),
        ("60", .text("")), ("6161", .text("a")), ("6449455446", .text("IETF")), ("62225c", .text("\"\\")),
        ("62c3bc", .text("\u{fc}")), ("63e6b0b4", .text("\u{6c34}")), ("64f0908591", .text("\u{10151}")),
        ("80", .array([])), ("83010203", .array([.unsigned(1), .unsigned(2), .unsigned(3)])),
        (
            "8301820203820405",
            .array([
                .unsigned(1), .array([.unsigned(2), .unsigned(3)]), .array([.unsigned(4), .unsigned(5)]),
            ])
        ),
        (
            "98190102030405060708090a0b0c0d0e0f101112131415161718181819",
            .array((1...25).map { CBORValue.unsigned($0) })
        ),
        ("a0", .map([:])), ("a201020304", .map([1: .unsigned(2), 3: .unsigned(4)])),
        ("a26161016162820203", .map(["a": .unsigned(1), "b": .array([.unsigned(2), .unsigned(3)])])),
        ("826161a161626163", .array([.text("a"), .map(["b": .text("c")])])),
        (
            "a56161614161626142616361436164614461656145",
            .map([
                "a": .text("A"), "b": .text("B"), "c": .text("C"), "d": .text("D"), "e": .text("E"),
            ])
        ),
    ]

    @Test(arguments: vectors) func `examples of RFC 8949 are read and written`(_ digits: String, _ value: CBORValue)
        throws
    {
        #expect(try read(digits) == value)
        #expect(hexadecimal(CBORWriter.write(value)) == digits)
    }

    @Test(arguments: [
        // Indefinite lengths.
        "5f42010243030405ff", "7f657374726561646d696e67ff", "9fff", "bf61610161629f0203ffff", "9f",
        // Floating-point numbers, tags, simple values.
        "f90000", "fa47c35000", "fb7e37e43c8800759c", "c11a514b67b0", "d74401020304", "c249010000000000000000",
        "f7", "f0", "f8ff", "f818", "e0", "fc", "1c", "ff",
        // Keys that are neither integers nor text.
        "a1f401", "a14001", "a18001", "a1f601", "a11bffffffffffffffff01",
    ])
    func `what CTAP2 leaves out is refused`(_ digits: String) {
        #expect(throws: CBORError.unsupported) { try read(digits) }
    }

    @Test(arguments: [
        "1800", "1817", "190018", "1900ff", "1a0000ffff", "1b00000000ffffffff", "3817", "5801ff", "7800", "9800",
        "b800",
        "58170000000000000000000000000000000000000000000000",
        // Keys out of order, or twice.
        "a203000100", "a201000100", "a2616200616100", "a262616100616200", "a220000100", "a26161000100",
        "a2616100616100",
    ])
    func `another than the canonical encoding is refused`(_ digits: String) {
        #expect(throws: CBORError.notCanonical) { try read(digits) }
    }

    @Test(arguments: [
        "", "18", "1901", "1bffffff", "42ff", "62c3", "8201", "a101", "a2010203", "5bffffffffffffffff",
        "9bffffffffffffffff",
        "bbffffffffffffffff", "7bffffffffffffffff", "9a7fffffff00",
    ])
    func `lengths are believed only as far as bytes follow`(_ digits: String) {
        #expect(throws: CBORError.truncated) { try read(digits) }
    }

    @Test func `nothing may follow`() throws {
        #expect(throws: CBORError.leftover) { try read("0000") }
        let found = try CBORReader.readFirst(bytes("a1010217").span)
        #expect(found.value == .map([1: .unsigned(2)]))
        #expect(found.end == 3)
    }

    @Test func `four levels and no more`() throws {
        #expect(try read("8181818101") == .array([.array([.array([.array([.unsigned(1)])])])]))
        #expect(throws: CBORError.tooDeep) { try read("818181818101") }
        #expect(throws: CBORError.tooDeep) { try read("a101a101a101a101a10101") }
        #expect(throws: CBORError.tooDeep) { try read(String(repeating: "81", count: 7000)) }
    }

    @Test(arguments: ["61ff", "62c328", "63eda080", "64f7bfbfbf", "62c080"])
    func `text is UTF-8`(_ digits: String) {
        #expect(throws: CBORError.badText) { try read(digits) }
    }

    @Test func `keys are ordered by type, then length, then bytes`() {
        let map: CBORMap = [
            "b": .null, "aa": .null, -1: .null, 256: .null, 24: .null, 2: .null, -300: .null, "": .null, "a": .null,
        ]
        #expect(
            hexadecimal(CBORWriter.write(.map(map)))
                == "a902f61818f6190100f620f639012bf660f66161f66162f6626161f6")
    }

    /// Whatever is accepted is written again byte by byte; nothing crashes.
    @Test func `changed messages are refused or canonical`() {
        let message = bytes(
            "a5 01 582000112233445566778899aabbccddeeff00112233445566778899aabbccddeeff 02 a2 6269646b6578616d706c652e636f6d"
                + "646e616d656141 03 a2 626964 4401020304 646e616d65 6162 04 81 a2 63616c6726 6474797065 6a7075626c69632d6b6579"
                + "06 a1 6b686d61632d736563726574f5")
        var accepted = 0
        for index in message.indices {
            for bit in 0..<8 {
                var changed = message
                changed[index] ^= 1 << UInt8(bit)
                guard let value = try? CBORReader.read(changed.span) else { continue }
                accepted += 1
                #expect(CBORWriter.write(value) == changed)
            }
        }
        #expect(accepted > 100)
    }
}
