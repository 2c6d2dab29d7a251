import Encodings
import Testing

/// What a text decodes to behind two bytes that stand there already; on an error these are all there is.
private func decoded(
    _ text: [UInt8], capacity: Int = 4096, _ body: (Span<UInt8>, inout OutputSpan<UInt8>) throws(EncodingError) -> Void
) throws(EncodingError) -> [UInt8] {
    var thrown: EncodingError?
    let bytes = [UInt8](capacity: capacity + 2) { output in
        output.append(1)
        output.append(2)
        do throws(EncodingError) { try body(text.span, &output) } catch { thrown = error }
    }
    if let thrown {
        #expect(bytes == [1, 2])
        throw thrown
    }
    #expect(bytes.starts(with: [1, 2]))
    return Array(bytes.dropFirst(2))
}

private func decoded(
    _ encoding: BaseEncoding, _ text: [UInt8], isPadded: Bool = false, capacity: Int = 4096
) throws(EncodingError) -> [UInt8] {
    try decoded(text, capacity: capacity) { (text, output) throws(EncodingError) in
        try encoding.decode(text, isPadded: isPadded, into: &output)
    }
}

private func alphabet(_ encoding: BaseEncoding) -> String {
    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    return switch encoding {
    case .base16, .base16AnyCase: "0123456789abcdef"
    case .base16Upper: "0123456789ABCDEF"
    case .base32: "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
    case .base64, .base64AnyAlphabet: letters + "+/"
    case .base64URL: letters + "-_"
    case .bech32: "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
    }
}

@Suite struct `Base encodings` {
    @Test func `The vectors of RFC 4648, section 10`() {
        let vectors: [(String, base64: String, base32: String, base16: String)] = [
            ("", "", "", ""), ("f", "Zg==", "MY======", "66"), ("fo", "Zm8=", "MZXQ====", "666F"),
            ("foo", "Zm9v", "MZXW6===", "666F6F"), ("foob", "Zm9vYg==", "MZXW6YQ=", "666F6F62"),
            ("fooba", "Zm9vYmE=", "MZXW6YTB", "666F6F6261"), ("foobar", "Zm9vYmFy", "MZXW6YTBOI======", "666F6F626172"),
        ]
        for (plain, base64, base32, base16) in vectors {
            let bytes = Array(plain.utf8)
            let texts: [(BaseEncoding, String)] = [
                (.base64, base64), (.base64URL, base64), (.base64AnyAlphabet, base64), (.base32, base32),
                (.base16Upper, base16), (.base16, base16.lowercased()), (.base16AnyCase, base16.lowercased()),
            ]
            for (encoding, text) in texts {
                #expect(encoding.text(bytes.span, isPadded: true) == text)
                #expect(encoding.bytes(text, isPadded: true) == bytes)
                #expect(encoding.text(bytes.span) == text.filter { $0 != "=" })
                #expect(encoding.bytes(text.filter { $0 != "=" }) == bytes)
            }
        }
        #expect(BaseEncoding.base16AnyCase.bytes("fF0a") == [0xff, 0x0a])
        #expect(BaseEncoding.base32.bytes("mzXW6ytb") == Array("fooba".utf8))
        #expect(BaseEncoding.base64AnyAlphabet.bytes("-_+/") == BaseEncoding.base64.bytes("+/+/"))
    }

    @Test("Every value has its character, and no other character has one", arguments: BaseEncoding.allCases)
    func characters(_ encoding: BaseEncoding) {
        let alphabet = Array(alphabet(encoding).utf8)
        #expect(alphabet.count == 1 << encoding.width)
        for value in alphabet.indices { #expect(encoding.character(of: UInt8(value)) == alphabet[value]) }
        for character in UInt8.min...UInt8.max {
            var expected = alphabet.firstIndex(of: character)
            switch encoding {
            case .base16AnyCase, .base32:
                let other = Character(Unicode.Scalar(character))
                let inOtherCase = encoding == .base32 ? other.uppercased() : other.lowercased()
                if other.isASCII { expected = alphabet.firstIndex(of: Array(inOtherCase.utf8)[0]) }
            case .base64AnyAlphabet where character == UInt8(ascii: "-"): expected = 62
            case .base64AnyAlphabet where character == UInt8(ascii: "_"): expected = 63
            default: break
            }
            #expect(encoding.value(of: character).map { Int($0) } == expected)
        }
    }

    @Test("Every byte and every length goes there and back", arguments: BaseEncoding.allCases, [false, true])
    func roundTrip(_ encoding: BaseEncoding, isPadded: Bool) throws {
        for count in 0...300 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 73 &+ count) }
            let text = Array(encoding.text(bytes.span, isPadded: isPadded).utf8)
            #expect(text.count == encoding.encodedCount(count, isPadded: isPadded))
            #expect(try decoded(encoding, text, isPadded: isPadded, capacity: count) == bytes)
            if count > 0 {
                #expect(throws: EncodingError.noRoom) {
                    try decoded(encoding, text, isPadded: isPadded, capacity: count - 1)
                }
            }
        }
    }

    @Test("A wrong character is found at its place", arguments: BaseEncoding.allCases)
    func wrongCharacter(_ encoding: BaseEncoding) {
        let bytes = (0..<30).map { UInt8($0 * 8) }
        let text = Array(encoding.text(bytes.span).utf8)
        for place in text.indices {
            for wrong in UInt8.min...UInt8.max where encoding.value(of: wrong) == nil {
                var text = text
                text[place] = wrong
                #expect(throws: EncodingError.badCharacter(position: place + 1)) { try decoded(encoding, text) }
            }
        }
    }

    @Test("Each text of one or two bytes that is read is what is written", arguments: BaseEncoding.allCases)
    func canonical(_ encoding: BaseEncoding) throws {
        let alphabet = Array(alphabet(encoding).utf8)
        var read = 0
        for first in alphabet {
            #expect((try? decoded(encoding, [first])) == nil)
            for second in alphabet {
                let text = [first, second]
                guard let bytes = try? decoded(encoding, text) else { continue }
                #expect(Array(encoding.text(bytes.span).utf8) == text)
                read += 1
            }
        }
        #expect(read == 256)
    }

    @Test(
        arguments: [
            ("Z", false, .badLength), ("Zm9vZ", false, .badLength), ("Zh", false, .trailingBits),
            ("Zm9", false, .trailingBits), ("Zg==", false, .badCharacter(position: 3)), ("Zg", true, .badLength),
            ("Zg=", true, .badLength), ("Zh==", true, .trailingBits), ("Z===", true, .badLength),
            ("====", true, .badLength), ("Zg==Zg==", true, .badCharacter(position: 3)),
            ("Zg=A", true, .badCharacter(position: 3)), ("Zm9v====", true, .badLength),
            ("Zm-v", false, .badCharacter(position: 3)),
        ] as [(String, Bool, EncodingError)])
    func `Base64 in another spelling is refused`(_ text: String, isPadded: Bool, error: EncodingError) {
        #expect(throws: error) { try decoded(.base64, Array(text.utf8), isPadded: isPadded) }
    }
}

@Suite struct `Bech32 text` {
    private func decode(_ text: [UInt8], capacity: Int = 4096) throws(EncodingError) -> (prefix: String, [UInt8]) {
        var prefix = ""
        let bytes = try decoded(text, capacity: capacity) { (text, output) throws(EncodingError) in
            prefix = try Bech32.decode(text, into: &output)
        }
        return (prefix, bytes)
    }

    private func encode(_ prefix: String, _ bytes: [UInt8], isUpperCase: Bool = false) -> String {
        let text = [UInt8](capacity: Bech32.encodedCount(prefix: prefix, bytes.count)) {
            Bech32.encode(prefix: prefix, bytes.span, isUpperCase: isUpperCase, into: &$0)
        }
        #expect(text.count == Bech32.encodedCount(prefix: prefix, bytes.count))
        return String(decoding: text, as: UTF8.self)
    }

    @Test func `The valid strings of BIP 173 that carry whole bytes`() throws {
        let hex = "00443214c74254b635cf84653a56d7c675be77df"
        #expect(
            encode("abcdef", try #require(BaseEncoding.base16.bytes(hex)))
                == "abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw")
        for (text, prefix, hex) in [
            ("A12UEL5L", "A", ""), ("a12uel5l", "a", ""),
            (
                "an83characterlonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio1tt5tgs",
                "an83characterlonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio", ""
            ),
            ("abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw", "abcdef", hex),
            ("?1ezyfcl", "?", ""),
        ] {
            let (found, bytes) = try decode(Array(text.utf8))
            #expect(found == prefix && BaseEncoding.base16.text(bytes.span) == hex)
            #expect(encode(prefix.lowercased(), bytes, isUpperCase: prefix == "A") == text)
        }
    }

    @Test(
        arguments: [
            (" 1nwldj5", .badCharacter(position: 1)), ("\u{7f}1axkwrx", .badCharacter(position: 1)),
            ("pzry9x0s0muk", .badLength), ("1pzry9x0s0muk", .badLength), ("x1b4n0q5v", .badCharacter(position: 3)),
            ("li1dgmt3", .badLength), ("A1G7SGD8", .badChecksum), ("10a06t8", .badLength), ("1qzzfhee", .badLength),
            ("a12uEl5l", .badCharacter(position: 5)), ("", .badLength),
        ] as [(String, EncodingError)])
    func `The invalid strings of BIP 173 are refused`(_ text: String, error: EncodingError) {
        #expect(throws: error) { try decode(Array(text.utf8)) }
    }

    @Test func `Every byte and every length goes there and back, in either case`() throws {
        for count in 0...300 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 73 &+ count) }
            for isUpperCase in [false, true] {
                let text = Array(encode("age", bytes, isUpperCase: isUpperCase).utf8)
                let (prefix, found) = try decode(text, capacity: count)
                #expect(prefix == (isUpperCase ? "AGE" : "age") && found == bytes)
                if count > 0 { #expect(throws: EncodingError.noRoom) { try decode(text, capacity: count - 1) } }
            }
        }
    }

    @Test func `One wrong digit is always found, at its place where it is none`() {
        let text = Array(encode("age", (0..<20).map { UInt8($0 * 12) }).utf8)
        for place in 4..<text.count {
            for wrong in UInt8.min...UInt8.max where wrong != text[place] && wrong != UInt8(ascii: "1") {
                var text = text
                text[place] = wrong
                let isDigit = BaseEncoding.bech32.value(of: wrong) != nil
                #expect(throws: isDigit ? EncodingError.badChecksum : .badCharacter(position: place + 1)) {
                    try decode(text)
                }
            }
        }
    }
}

@Suite struct `Percent-encoding` {
    private func decode(_ text: String, plusIsSpace: Bool = false) throws(EncodingError) -> [UInt8] {
        let text = Array(text.utf8)
        var bytes: [UInt8] = []
        var index = 0
        while index < text.count { bytes.append(try Percent.next(text.span, &index, plusIsSpace: plusIsSpace)) }
        return bytes
    }

    @Test func `Every byte goes there and back, and only unreserved ones as themselves`() throws {
        for byte in UInt8.min...UInt8.max {
            let text = [UInt8](capacity: 3) { Percent.append(byte, to: &$0) }
            let isPlain =
                Character(Unicode.Scalar(byte)).isASCII
                && (Character(Unicode.Scalar(byte)).isLetter
                    || Character(Unicode.Scalar(byte)).isNumber || "-._~".utf8.contains(byte))
            let digits = [UInt8(byte >> 4), byte & 15].map { String($0, radix: 16, uppercase: true) }.joined()
            #expect(text == (isPlain ? [byte] : Array("%\(digits)".utf8)))
            #expect(try decode(String(decoding: text, as: UTF8.self)) == [byte])
            #expect(try decode("%" + digits.lowercased()) == [byte])
        }
    }

    @Test func `A plus is a space only in a query`() throws {
        #expect(try decode("a+b%2B", plusIsSpace: true) == Array("a b+".utf8))
        #expect(try decode("a+b%2B") == Array("a+b+".utf8))
    }

    @Test(arguments: [("%", 1), ("ab%", 3), ("ab%1", 3), ("%41%4g", 4), ("%g4", 1), ("%%41", 1), ("%+1", 1)])
    func `A percent sign without two digits is found at its place`(_ text: String, position: Int) {
        #expect(throws: EncodingError.badCharacter(position: position)) { try decode(text) }
    }

    @Test func `What may stay stays`() {
        #expect(
            Percent.text("/usr/b n/é%", keeping: { $0 > 0x20 && $0 < 0x7f && $0 != 0x25 }) == "/usr/b%20n/%C3%A9%25")
    }
}
