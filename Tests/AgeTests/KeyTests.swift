import Age
import Platform
import Testing

private let recipientText = "age1xmwwc06ly3ee5rytxm9mflaz2u56jjj36s0mypdrwsvlul66mv4q47ryef"

private func fault(recipient text: String) -> AgeError? {
    refusal { () throws(AgeError) in _ = try X25519Recipient(text) }
}

private func fault(identity text: String) -> AgeError? {
    refusal { () throws(AgeError) in _ = try identity(text) }
}

@Suite struct KeyTests {
    @Test func `The testkit's identity has its recipient and comes back as text`() throws {
        let identity = try identity(testkitIdentity)
        #expect(identity.recipient.text == recipientText)
        #expect(try X25519Recipient(recipientText) == identity.recipient)
        #expect(text(of: identity) == testkitIdentity)
        #expect(X25519Identity.textCount == testkitIdentity.utf8.count)
    }

    @Test func `An identity made of bytes is the one that its text says`() throws {
        for _ in 0..<20 {
            let bytes = [UInt8](capacity: 32) { Sodium.randomBytes(into: &$0, count: 32) }
            let one = try X25519Identity(scalar: bytes.span)
            let other = try identity(text(of: one))
            #expect(one.recipient == other.recipient)
            #expect(try X25519Recipient(one.recipient.text) == one.recipient)
        }
        let short = pattern(31)
        #expect(refusal { () throws(AgeError) in _ = try X25519Identity(scalar: short.span) } == .malformedIdentity)
    }

    @Test func `Each changed character of a key's text is noticed`() {
        for (index, letter) in recipientText.enumerated() {
            var changed = Array(recipientText)
            changed[index] = letter == "q" ? "p" : "q"
            #expect(fault(recipient: String(changed)) == .malformedRecipient)
        }
        for (index, letter) in testkitIdentity.enumerated() {
            var changed = Array(testkitIdentity)
            changed[index] = letter == "Q" ? "P" : "Q"
            #expect(fault(identity: String(changed)) == .malformedIdentity)
        }
    }

    @Test func `A key's text in another case, cut, or with something around it is refused`() {
        for text in [
            "", "age1", "1", recipientText.uppercased(), " " + recipientText, recipientText + "\n",
            String(recipientText.dropLast()), testkitIdentity, "A" + recipientText.dropFirst(),
            // BIP 173: a valid string of another prefix, and one without data.
            "split1checkupstagehandshakeupstreamerranterredcaperred2y9e3w", "a12uel5l",
            // 33 bytes, and padding that is not zero.
            "age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqzhlqeg",
            "age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqpfwgqrs",
        ] {
            #expect(fault(recipient: text) == .malformedRecipient)
        }
        for text in [
            "", testkitIdentity.lowercased(), testkitIdentity + " ", String(testkitIdentity.dropLast()), recipientText,
            "a" + testkitIdentity.dropFirst(), "A12UEL5L",
        ] {
            #expect(fault(identity: text) == .malformedIdentity)
        }
    }

    @Test func `Hybrid and plugin keys are refused as unknown`() {
        let hybrid = "AGE-SECRET-KEY-PQ-1HZLGZUPT4ETPKDEV8HSGFDCYZ4E522W0A7PU2LHT8EH9W6YLNC3SW78XKG"
        #expect(fault(identity: hybrid) == .unsupportedIdentity)
        #expect(fault(identity: "AGE-PLUGIN-YUBIKEY-1QQQSYQCYQ5RQWZQFPG9SCRGWPUGPZYSNK08YXA") == .unsupportedIdentity)
        let plugin = "age1yubikey1qqqsyqcyq5rqwzqfpg9scrgwpugpzysnzs23v9ccrydpk8qarc0jqmenk29"
        #expect(fault(recipient: plugin) == .unsupportedRecipient)
    }

    @Test func `Recipients of low order are refused`() throws {
        var one = [32 of UInt8](repeating: 0)
        for first: UInt8 in [0, 1] {
            one[0] = first
            let recipient = X25519Recipient(publicKey: one)
            #expect(refusal { () throws(AgeError) in _ = try seal([], to: [recipient]) } == .malformedRecipient)
        }
    }

    @Test func `A passphrase opens its file, another one does not, and the caller bounds the work`() throws {
        let passphrase = Array("correct horse".utf8)
        var writer = try AgeWriter(passphrase: passphrase.span, workFactor: 10)
        writer.write(pattern(100).span)
        let file = writer.finish()
        #expect(try open(file, passphrase: "correct horse") == pattern(100))
        #expect(refusal { () throws(AgeError) in _ = try open(file, passphrase: "Correct horse") } == .noMatch)
        let identity = try X25519Identity.random()
        #expect(refusal { () throws(AgeError) in _ = try open(file, with: identity) } == .noMatch)
        let header = try AgeHeader(parsing: file.span)
        #expect(
            refusal { () throws(AgeError) in _ = try header.fileKey(passphrase: passphrase.span, workFactor: 9) }
                == .workFactorTooHigh(10))
    }

    @Test(arguments: [
        ("23", AgeError.workFactorTooHigh(23)), ("64", .workFactorTooHigh(64)),
        ("18446744073709551617", .workFactorTooHigh(.max)), ("0", .malformedStanza(type: "scrypt")),
        ("010", .malformedStanza(type: "scrypt")), ("+10", .malformedStanza(type: "scrypt")),
        ("-1", .malformedStanza(type: "scrypt")), ("0x0a", .malformedStanza(type: "scrypt")),
        ("10a", .malformedStanza(type: "scrypt")), ("1 0", .malformedStanza(type: "scrypt")),
    ])
    func `A work factor is refused before any work`(_ factor: String, error: AgeError) throws {
        let file = Array(
            """
            age-encryption.org/v1
            -> scrypt rF0/NwblUHHTpgQgRpe5CQ \(factor)
            gUjEymFKMVXQEKdMMHL24oYexjE3TIC0O0zGSqJ2aUY
            --- AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA

            """.utf8)
        let header = try AgeHeader(parsing: file.span)
        let passphrase = Array("password".utf8)
        #expect(
            refusal { () throws(AgeError) in _ = try header.fileKey(passphrase: passphrase.span, workFactor: 99) }
                == error)
    }

    @Test func `A passphrase stanza beside another one is refused to every key`() throws {
        let file = Array(
            """
            age-encryption.org/v1
            -> other

            -> scrypt rF0/NwblUHHTpgQgRpe5CQ 10
            gUjEymFKMVXQEKdMMHL24oYexjE3TIC0O0zGSqJ2aUY
            --- AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA

            """.utf8)
        #expect(
            refusal { () throws(AgeError) in _ = try open(file, passphrase: "password") } == .passphraseStanzaNotAlone)
        let identity = try X25519Identity.random()
        #expect(refusal { () throws(AgeError) in _ = try open(file, with: identity) } == .passphraseStanzaNotAlone)
    }
}
