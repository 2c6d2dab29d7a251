import OneTimePassword
import Testing

@Suite struct `Base32 text` {
    private func encoded(_ bytes: [UInt8]) -> String {
        let text = [UInt8](capacity: Base32.encodedCount(bytes.count)) { Base32.encode(bytes.span, into: &$0) }
        #expect(text.count == Base32.encodedCount(bytes.count))
        return String(decoding: text, as: UTF8.self)
    }

    private func count(_ text: String) throws -> Int { try Base32.decodedCount(utf8(text).span) }

    @Test func `The vectors of RFC 4648, section 10`() throws {
        for (plain, text) in [
            ("f", "MY======"), ("fo", "MZXQ===="), ("foo", "MZXW6==="), ("foob", "MZXW6YQ="), ("fooba", "MZXW6YTB"),
            ("foobar", "MZXW6YTBOI======"),
        ] {
            #expect(try base32(text) == utf8(plain))
            #expect(encoded(utf8(plain)) == text.filter { $0 != "=" })
        }
        #expect(encoded([]) == "")
    }

    @Test func `What people and programs write is read`() throws {
        let expected = utf8("foobar")
        for text in [
            "mzxw6ytboi", " MZXW 6YTB OI\n", "mzxw-6ytb-oi", "MZXW6YTBOI=", "MZXW\u{A0}6YTB\u{A0}OI",
            "\tMZXW\r\n6YTBOI", "=MZXW6YTBOI",
        ] {
            #expect(try base32(text) == expected)
        }
    }

    @Test func `Odd lengths and spare bits are taken as whole bytes`() throws {
        for (text, bytes) in [
            ("AA", "00"), ("ABC", "00"), ("ABCDEFG", "00443214"), ("77777", "ffffff"), ("777777", "ffffff"),
        ] {
            #expect(try hex(base32(text)) == bytes)
            #expect(try count(text) == bytes.count / 2)
        }
    }

    @Test func `What is no base32 is refused, with its place`() {
        for (text, error) in [
            ("", .keyEmpty), ("A", .keyEmpty), (" -=", .keyEmpty), ("MZ0W", .notBase32(position: 3)),
            ("1", .notBase32(position: 1)), ("MZXW6YTB8", .notBase32(position: 9)), ("MZ é", .notBase32(position: 4)),
            ("MZ\u{0}", .notBase32(position: 3)), ("MZ+", .notBase32(position: 3)),
        ] as [(String, OneTimePasswordError)] {
            #expect(throws: error) { try base32(text) }
        }
    }

    @Test func `A text that does not fit leaves nothing`() throws {
        let bytes = try [UInt8](capacity: 5) { output in
            var thrown: OneTimePasswordError?
            do throws(OneTimePasswordError) {
                try Base32.decode(utf8("MZXW6YTBOI").span, into: &output)
            } catch { thrown = error }
            let isEmpty = output.isEmpty
            #expect(thrown == .keyTooLong && isEmpty)
            try Base32.decode(utf8("MZXW6YTB").span, into: &output)
        }
        #expect(bytes == utf8("fooba"))
    }

    @Test func `Every length goes there and back`() throws {
        for count in 1...300 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 73 &+ count) }
            #expect(try base32(encoded(bytes)) == bytes)
        }
    }
}
