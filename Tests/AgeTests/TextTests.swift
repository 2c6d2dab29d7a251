import Age
import Testing

private func dearmor(_ text: String) throws(AgeError) -> [UInt8] {
    let text = Array(text.utf8)
    return try Armor.decode(text.span)
}

private func isArmored(_ text: [UInt8]) -> Bool { Armor.isArmored(text.span) }

private let begin = "-----BEGIN AGE ENCRYPTED FILE-----\n"
private let end = "-----END AGE ENCRYPTED FILE-----\n"

@Suite struct TextTests {
    @Test(arguments: [
        ("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"), ("foobar", "Zm9vYmFy"),
    ])
    func `Base64, RFC 4648 section 10, without padding`(_ plain: String, text: String) {
        let bytes = Array(plain.utf8)
        #expect(Base64.encode(bytes.span) == text)
        #expect(Base64.decode(text) == bytes)
    }

    @Test(arguments: ["Zh", "Zm9", "Z", "Zg==", "Zg=", "Zm9v\n", " Zm9v", "Zm-v", "Zm9vZ", "\u{e9}"])
    func `Base64 that is not canonical is refused`(_ text: String) {
        #expect(Base64.decode(text) == nil)
    }

    @Test(arguments: 0...200)
    func `Armor of every length comes back`(_ count: Int) throws {
        let file = pattern(count)
        let text = Armor.encode(file.span)
        #expect(isArmored(text))
        #expect(try Armor.decode(text.span) == file)
        #expect(String(decoding: text, as: UTF8.self).split(separator: "\n").allSatisfy { $0.utf8.count <= 64 })
    }

    @Test func `White space around armor and CRLF in it are accepted, up to a limit`() throws {
        let spaces = String(repeating: "\n", count: AgeLimits.armorWhitespaceBytes)
        for text in [
            " \t\r\n\n\(begin)Zm9v\n\(end)\r\n \t", "\(begin)Zm9v\n\(end.dropLast())",
            "\(begin)Zm9v\n\(end)".split(separator: "\n").joined(separator: "\r\n"),
            "\(spaces)\(begin)Zm9v\n\(end)\(spaces)",
        ] {
            #expect(try dearmor(text) == Array("foo".utf8))
        }
        #expect(try dearmor(begin + end) == [])
    }

    @Test(arguments: [
        "", "\n", begin, "\(begin)Zm9v\n", "\(end)", " \(begin)Zm9v\n\(end)", "x\n\(begin)Zm9v\n\(end)",
        "\(begin)Zm9v\n\(end)x", "\(begin)Zm9v\n\(end.dropLast()) \n", "\(begin)\nZm9v\n\(end)",
        "\(begin)Zm9v\n\n\(end)",
        "\(begin)Zm9v\nZm9v\n\(end)", "\(begin)Zg\n\(end)", "\(begin)Zh==\n\(end)", "\(begin)Z===\n\(end)",
        "\(begin)Zg==Zg==\n\(end)", "\(begin)Zg=A\n\(end)", "\(begin)====\n\(end)", "\(begin) Zm9v\n\(end)",
        "\(begin)Zm9v \n\(end)", "\(begin)Zm9v\r\r\n\(end)",
        "\(begin)" + String(repeating: "A", count: 68) + "\n\(end)",
        "\(begin)" + String(repeating: "A", count: 64) + "\n\n\(end)", "\(begin)\(begin)Zm9v\n\(end)",
        "-----BEGIN AGE FILE-----\nZm9v\n\(end)", begin.lowercased() + "Zm9v\n\(end)",
        String(repeating: "\n", count: 1025) + "\(begin)Zm9v\n\(end)",
        "\(begin)Zm9v\n\(end)" + String(repeating: " ", count: 1025),
    ])
    func `Armor in another spelling is refused`(_ text: String) {
        #expect(refusal { () throws(AgeError) in _ = try dearmor(text) } == .malformedArmor)
    }

    @Test func `A file that is not armored is not taken for it`() {
        for text in ["", "age-encryption.org/v1\n", " ", "-----BEGIN", String(repeating: "\n", count: 2000) + begin] {
            #expect(!isArmored(Array(text.utf8)))
        }
    }
}
