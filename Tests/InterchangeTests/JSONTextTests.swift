import Platform
import Testing

@testable import Interchange

@Suite struct JSONTextTests {
    private func parse(_ text: String) throws -> JSONValue {
        try JSONText.parse(LockedText(LockedBuffer(copying: Array(text.utf8).span)))
    }

    @Test("Members, items, numbers and escapes are found") func values() throws {
        let value = try parse(
            #" {"a":[1,2,{"b":"x\u00e9\ud83d\ude00\n"}],"c":null,"d":true,"n":-5,"big":18446744073709551615,"e":{}} "#)
        #expect(value["a"]?.items.count == 3)
        #expect(value["a"]?.items[2]["b"]?.string == "xé😀\n")
        #expect(value["c"] == nil && value["d"]?.bool == true && value["n"]?.integer == -5)
        #expect(value["big"]?.unsigned == .max)
        #expect(value.members.map(\.name) == ["a", "c", "d", "n", "big", "e"])
        #expect(value["e"]?.isObject == true && value["e"]?.members.isEmpty == true)
    }

    @Test(
        "What is no JSON is refused",
        arguments: ["", "{", "[1,]", "{\"a\"}", "01", "[1 2]", "\"\u{1}\"", "{} x", "tru", "[", "\"a", "{\"a\":}", "-"])
    func malformed(_ text: String) throws {
        #expect(throws: ConversionError.self) { try parse(text) }
    }

    @Test(
        "Half a surrogate pair stands for nothing, and loses no text around it",
        arguments: [
            (#""\ud83d""#, "\u{FFFD}"), (#""lo\ud83dne""#, "lo\u{FFFD}ne"), (#""\udd11x""#, "\u{FFFD}x"),
            (#""\ud83d\ud83d\udd11""#, "\u{FFFD}\u{1F511}"), (#""\ud83d\u0041""#, "\u{FFFD}A"),
        ])
    func surrogates(_ text: String, _ expected: String) throws {
        #expect(try parse(text).string == expected)
    }

    @Test("10,000 levels are refused") func depth() throws {
        #expect(throws: ConversionError.tooLarge("nested more than 64 deep")) {
            try parse(String(repeating: "[", count: 10_000))
        }
    }
}
