import Age
import Testing

private let mac = "--- AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

/// Parses a header whose MAC is right in form only.
private func header(_ stanzas: String, end: String = mac + "\n") throws(AgeError) -> AgeHeader {
    let file = Array("age-encryption.org/v1\n\(stanzas)\(end)".utf8)
    return try AgeHeader(parsing: file.span)
}

private func fault(_ stanzas: String, end: String = mac + "\n") -> AgeError? {
    refusal { () throws(AgeError) in _ = try header(stanzas, end: end) }
}

@Suite struct HeaderTests {
    @Test func `All stanzas can be read without a key, in their order`() throws {
        let header = try header("-> a\n\n-> B !~ 3\nAQID\n-> a x\n" + String(repeating: "A", count: 64) + "\n\n")
        #expect(header.stanzas.map(\.type) == ["a", "B", "a"])
        #expect(header.stanzas.map(\.arguments) == [[], ["!~", "3"], ["x"]])
        #expect(header.stanzas.map(\.body) == [[], [1, 2, 3], [UInt8](repeating: 0, count: 48)])
    }

    @Test func `A header ends behind its MAC line`() throws {
        let file = Array("age-encryption.org/v1\n-> a\n\n\(mac)\n-> b\n\n".utf8)
        let header = try AgeHeader(parsing: file.span)
        #expect(header.stanzas.count == 1)
        #expect(header.byteCount == file.count - "-> b\n\n".utf8.count)
    }

    @Test(arguments: [
        // Arguments: none, empty, trailing space, tab, not ASCII.
        ("->\n\n", 2), ("-> \n\n", 2), ("-> a  b\n\n", 2), ("-> a \n\n", 2), ("->  a\n\n", 2), ("-> a\tb\n\n", 2),
        ("-> \u{e9}\n\n", 2), ("-> a\u{7f}\n\n", 2), ("--> a\n\n", 2), (" -> a\n\n", 2), ("\n", 2), ("", 2),
        // Bodies: no last line, too long, padded, not canonical, one digit, CR, not base64.
        ("-> a\n", 3), ("-> a\n" + String(repeating: "A", count: 64) + "\n", 4),
        ("-> a\n" + String(repeating: "A", count: 65) + "\n", 3), ("-> a\nAQ==\n", 3), ("-> a\nAR\n", 3),
        ("-> a\nA\n", 3), ("-> a\nAQID\r\n", 3), ("-> a\nA_\n", 3), ("-> a\nAQID\nAQID\n", 4), ("-> a\n\n\n", 4),
    ])
    func `A stanza in another spelling is refused, with its line`(_ stanzas: String, line: Int) {
        #expect(fault(stanzas) == .malformedHeader(line: line))
    }

    @Test(arguments: [
        "", "---\n", "--- \n", mac, mac + " \n", mac + "\r\n", "---" + mac.dropFirst(4) + "\n", mac + "A\n",
        mac + "=\n",
        mac.dropLast() + "B\n", "---  " + mac.dropFirst(4) + "\n",
    ])
    func `A MAC line in another spelling is refused`(_ end: String) {
        #expect(fault("-> a\n\n", end: end) == .malformedHeader(line: 4))
    }

    @Test func `Other files and other versions have their own error`() {
        func fault(_ text: String) -> AgeError? {
            let file = Array(text.utf8)
            return refusal { () throws(AgeError) in _ = try AgeHeader(parsing: file.span) }
        }
        #expect(fault("") == .notAge)
        #expect(fault("age-encryption.org") == .notAge)
        #expect(fault("-----BEGIN AGE ENCRYPTED FILE-----\n") == .notAge)
        #expect(fault("age-encryption.org/v1") == .malformedHeader(line: 1))
        #expect(fault("age-encryption.org/v1\r\n") == .unsupportedVersion)
        #expect(fault("age-encryption.org/v2\n-> a\n\n\(mac)\n") == .unsupportedVersion)
    }

    @Test func `A header that never ends is refused at the limit`() {
        let endless = [UInt8](repeating: UInt8(ascii: "A"), count: AgeLimits.headerBytes)
        #expect(fault("-> a " + String(decoding: endless, as: UTF8.self)) == .headerTooLarge)
        #expect(fault(String(repeating: "-> a\n\n", count: AgeLimits.stanzas + 1)) == .headerTooLarge)
        #expect(fault(String(repeating: "-> a\n\n", count: AgeLimits.stanzas)) == nil)
    }

    @Test func `Writing refuses what could not be read back`() throws {
        for argument in ["", "a b", "a\n", "\u{e9}"] {
            #expect(
                refusal { () throws(AgeError) in _ = try Stanza(type: "x", arguments: [argument]) }
                    == .malformedStanza(type: "x"))
        }
        let identity = try X25519Identity.random()
        #expect(refusal { () throws(AgeError) in _ = try seal([], to: []) } == .noRecipients)
        for type in ["X25519", "scrypt"] {
            let stanza = try Stanza(type: type)
            #expect(
                refusal { () throws(AgeError) in
                    _ = try seal([], to: [identity.recipient], extraStanzas: [stanza])
                } == .reservedStanza(type: type))
        }
        let many = [X25519Recipient](repeating: identity.recipient, count: AgeLimits.stanzas + 1)
        #expect(refusal { () throws(AgeError) in _ = try seal([], to: many) } == .headerTooLarge)
    }

    @Test func `Extra stanzas of every body length come back as they were written, and are covered by the MAC`() throws
    {
        let identity = try X25519Identity.random()
        var extra = [try Stanza(type: "fob-passphrase", arguments: ["c2FsdA", "3", "67108864"])]
        for count in [0, 1, 2, 3, 47, 48, 49, 95, 96, 97, 1000] {
            extra.append(try Stanza(type: "fob-\(count)", body: pattern(count)))
        }
        var file = try seal(pattern(10), to: [identity.recipient], extraStanzas: extra)
        let header = try AgeHeader(parsing: file.span)
        #expect(Array(header.stanzas.dropFirst()) == extra)
        #expect(try open(file, with: identity) == pattern(10))

        let digit = try #require(file.firstRange(of: Array("67108864".utf8))).lowerBound
        file[digit] = UInt8(ascii: "7")
        #expect(refusal { () throws(AgeError) in _ = try open(file, with: identity) } == .wrongMAC)
    }
}
