import Encodings
import Testing

@Suite struct JSONValueTests {
    private static func value(_ text: String) -> JSONValue? { try? JSONValue(parsing: Array(text.utf8)) }

    @Test func `values are read`() {
        let text = #" { "a" : [ 1 , -2, 0, 1.5, 1e3, true, false, null ] , "b":"\"\\\/\b\f\n\r\té😀ü" } "#
        #expect(
            Self.value(text)
                == .object([
                    "a": .array([
                        .integer(1), .integer(-2), .integer(0), .otherNumber, .otherNumber, .bool(true), .bool(false),
                        .null,
                    ]), "b": .string("\"\\/\u{8}\u{c}\n\r\té😀ü"),
                ]))
        #expect(Self.value("9223372036854775807") == .integer(.max))
        #expect(Self.value("9223372036854775808") == .otherNumber)
        #expect(Self.value("{}") == .object([:]))
        #expect(Self.value("[]") == .array([]))
    }

    @Test(arguments: [
        "", " ", "{", "}", "[", "]", "[1,]", "[,1]", "{\"a\":1,}", "{\"a\"}", "{a:1}", "{'a':1}", "{\"a\":1 \"b\":2}",
        "{\"a\":1,\"a\":1}", "{\"a\":1,\"\\u0061\":2}", "01", "-", "+1", "1.", ".5", "1e", "1e+", "0x1", "NaN", "tru",
        "TRUE",
        "nulll", "\"", "\"\\", "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"", "\"\\ud800\"", "\"\\ud800\\u0041\"",
        "\"\\udc00\"",
        "\"\n\"", "\"\t\"", "1 2", "{}x", "\u{feff}{}", "// a\n1", "[1 2]",
    ])
    func `what is no JSON is refused`(_ text: String) { #expect(Self.value(text) == nil) }

    @Test func `depth and length have bounds, and bytes are UTF-8`() {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        #expect(Self.value(nested(JSONValue.depthLimit)) != nil)
        #expect(Self.value(nested(JSONValue.depthLimit + 1)) == nil)
        #expect(Self.value(nested(30_000)) == nil)
        #expect(Self.value("\"" + String(repeating: "a", count: JSONValue.byteLimit - 2) + "\"") != nil)
        #expect(Self.value("\"" + String(repeating: "a", count: JSONValue.byteLimit - 1) + "\"") == nil)
        for broken: [UInt8] in [[0x22, 0xff, 0x22], [0x22, 0xc3, 0x22], [0x22, 0xed, 0xa0, 0x80, 0x22], [0x80]] {
            #expect((try? JSONValue(parsing: broken)) == nil)
        }
    }

    @Test func `the canonical form is sorted, tight, and reads as the same`() {
        let value = JSONValue.object([
            "b": .array([.integer(-1), .bool(true), .null]), "a": .string("\"\\/\n\u{1}\u{7f}é😀"), "B": .object([:]),
        ])
        #expect(
            String(decoding: value.canonical, as: UTF8.self)
                == #"{"B":{},"a":"\"\\/\n\u0001"# + "\u{7f}é😀" + #"","b":[-1,true,null]}"#)
        #expect((try? JSONValue(parsing: value.canonical)) == value)
    }
}
