import Encodings
import Platform
import Testing

@testable import Interchange

@Suite struct KeyTextTests {
    private func array(_ buffer: borrowing LockedBuffer) -> [UInt8] {
        let span = buffer.bytes
        return span.indices.map { span[$0] }
    }

    private func decode(_ text: String) throws(ConversionError) -> [UInt8] {
        let bytes = Array(text.utf8)
        return array(try Base64.decode(bytes.span))
    }

    @Test(
        "Base64 of RFC 4648, section 10, with and without padding",
        arguments: [
            ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ])
    func vectors(plain: String, text: String) throws {
        #expect(try decode(text) == Array(plain.utf8))
        #expect(try decode(text.filter { $0 != "=" }) == Array(plain.utf8))
        let bytes = Array(plain.utf8)
        var written = try LockedBuffer(capacity: BaseEncoding.base64.encodedCount(bytes.count, isPadded: true))
        written.append { output in BaseEncoding.base64.encode(bytes.span, isPadded: true, into: &output) }
        #expect(array(written) == Array(text.utf8))
    }

    @Test("Every octet comes back from both alphabets", arguments: [BaseEncoding.base64, .base64URL])
    func alphabets(_ alphabet: BaseEncoding) throws {
        let bytes = (0...255).map { UInt8($0) } + (0...255).reversed().map { UInt8($0) }
        let count = alphabet.encodedCount(bytes.count)
        var written = try LockedBuffer(capacity: count)
        written.append { output in alphabet.encode(bytes.span, into: &output) }
        #expect(written.count == count)
        let characters = Set(array(written))
        #expect(characters.count == 64)
        #expect(characters.contains(UInt8(ascii: "_")) == (alphabet == .base64URL))
        #expect(characters.contains(UInt8(ascii: "/")) == (alphabet == .base64))
        let read = array(try Base64.decode(written.bytes))
        #expect(read == bytes)
    }

    @Test("What is no base64 is refused", arguments: ["Z", "Zg=", "Zg===", "Zm9v=", "Zg==Zg==", "Z!==", "Zm8=="])
    func malformed(_ text: String) {
        #expect(throws: ConversionError.malformed("a text in it is not base64")) { try decode(text) }
    }

    @Test("Keys are read leniently and never guessed") func keys() throws {
        func key(_ text: String, _ form: KeyText.Form) throws(ConversionError) -> [UInt8] {
            let bytes = Array(text.utf8)
            return array(try KeyText.decode(bytes.span, form))
        }
        #expect(try key("mzxw-6ytb oi==", .base32) == Array("foobar".utf8))
        #expect(try key("66 6F-6f", .hexadecimal) == Array("foo".utf8))
        #expect(try key("Zm9v", .base64) == Array("foo".utf8))
        #expect(throws: ConversionError.malformed("character 2 of the key is not base32")) { try key("M0", .base32) }
        #expect(throws: ConversionError.malformed("the key is empty")) { try key("==", .base32) }
        #expect(throws: ConversionError.malformed("the key is empty")) { try key("", .hexadecimal) }
        #expect(throws: ConversionError.malformed("the key is not base64")) { try key("?", .base64) }
    }
}
