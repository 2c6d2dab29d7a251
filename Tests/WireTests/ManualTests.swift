import Testing
import Wire

/// The manual page and the code say the same.
@Suite struct ManualTests {
    @Test func `every message type has an example, and every example is of the type it names`() throws {
        let examples = try Manual().examples()
        for type in MessageType.allCases {
            #expect(examples.contains { $0.name == type.name && $0.type == type }, "no example for \(type.name)")
        }
        for example in examples { #expect(example.type?.name == example.name) }
    }

    @Test(arguments: Manual.examples)
    func `an example is one whole frame and decodes and encodes to the same bytes`(
        example: Manual.Example
    ) throws {
        let type = try #require(example.type)
        let id = example.frame[4...7].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        let body = 9..<example.frame.count
        #expect(Frame.scan(example.frame.span) == .complete(Frame(id: id, typeOctet: type.rawValue, body: body)))
        #expect(try recode(type, example.body) == example.body)
        #expect(type.isEvent == (id == 0))
    }

    @Test(arguments: Manual.examples)
    func `the fields of an example are those of its message's table`(example: Manual.Example) throws {
        let type = try #require(example.type)
        let pattern = try ManualTables(Manual()).pattern(type.name)
        let trace = try type.accept(Tracer.Visitor(body: example.body))
        #expect(try Regex(pattern).wholeMatch(in: trace) != nil, "\(trace) is not \(pattern)")
    }

    @Test func `the page lists the error codes that are sent, and no others`() throws {
        let listed = try Manual().section("ERROR CODES").filter { $0.hasPrefix(".It ") }
            .compactMap { UInt16($0.dropFirst(4)) }
        #expect(listed == ErrorCode.allCases.filter(\.isSent).map(\.rawValue))
    }

    @Test func `the page gives the limits that the code has`() throws {
        let credentials = Limits.hardwareCredential
        let rows = try Manual().section("LIMITS").filter { $0.hasPrefix(".It ") }.map { $0.dropFirst(4) }
        #expect(
            rows == [
                "frame, with its length field Ta \(Limits.frame)",
                "issuer, name Ta \(Limits.issuer) each",
                "name in a selector, account of a challenge, detail Ta \(Limits.label)",
                "note Ta \(Limits.note)",
                "tag Ta \(Limits.tag)",
                "tags of an account Ta \(Limits.tags)",
                "OCRA suite Ta \(Limits.suite)",
                "OCRA question Ta \(Limits.question)",
                "session information Ta \(Limits.session)",
                "code Ta \(Limits.code)",
                "other strings Ta \(Limits.text)",
                "name on a card Ta \(Limits.keeperName)",
                "token, deposit Ta \(Limits.token)",
                "kept tokens Ta \(Limits.tokens)",
                "keepers of a set Ta \(Limits.keepers.lowerBound) to \(Limits.keepers.upperBound)",
                "age recipient Ta \(Limits.recipient)",
                "recipients of an EXPORT Ta \(Limits.recipients)",
                "accounts of an EXPORT Ta \(Limits.exportAccounts)",
                "passphrase, secret of UNLOCK Ta 1 to \(Limits.passphrase)",
                "unlock methods of a vault Ta \(Limits.unlockMethods)",
                "octets of a kit code Ta \(Limits.kitCode)",
                "kit codes of a set Ta \(Limits.kitCodes.lowerBound) to \(Limits.kitCodes.upperBound)",
                "credential id of a hardware security key Ta \(credentials.lowerBound) to \(credentials.upperBound)",
                "its salt, what it computes Ta \(Limits.hardwareSalt)",
                "relying party of it Ta \(Limits.hardwareSite)",
                "recovery key Ta \(Limits.recoveryKey)",
                "key Ta \(Limits.key)",
                "PIN Ta \(Limits.pin)",
                "recovery code Ta \(Limits.recoveryCode)",
                "recovery codes of an account Ta \(Limits.recoveryCodes)",
                "service of recovery codes Ta \(Limits.recoveryService)",
                "file of a restore Ta \(Limits.sealed)",
                "part of it Ta \(Limits.sealedPart)",
                "digits Ta 0 to \(Limits.digits.upperBound)",
                "period Ta 0 to \(Limits.period.upperBound) seconds",
                "accounts of a page Ta \(Limits.pageEntries)",
                "details of an ERROR, warnings Ta \(Limits.details)",
                "pieces of an ERROR's text Ta \(Limits.wordPieces)",
                "challenges in a CHALLENGES_REPLY Ta \(Limits.challenges)",
                "question of a challenge, path of a program, unit Ta \(Limits.questionText)",
                "detail of a challenge, name of a host or program Ta \(Limits.challengeDetail)",
                "fingerprint, terminal Ta \(Limits.fingerprint)",
                "host key, signature of one Ta \(Limits.hostKey)",
                "site Ta \(Limits.site)",
                "name of a site, a user or a security key Ta \(Limits.keyName)",
                "credential id Ta \(Limits.keyID)",
                "credential ids in a list Ta \(Limits.keyIDs)",
                "the same for a page of the web Ta \(Limits.webKeyIDs)",
                "origin Ta \(Limits.origin)",
                "host of a site Ta \(Limits.host)",
                "code of a message Ta \(Limits.messageCode)",
                "wait of a MESSAGE_CODE Ta \(Limits.messageSeconds) seconds",
                "telephone lines Ta \(Limits.lines)",
                "numbers of a line Ta \(Limits.lineNumbers)",
                "challenge, input of prf Ta \(Limits.webChallenge)",
                "data of a KEY_SIGN Ta \(Limits.keyData)",
                "grants of a page Ta \(Limits.grants)",
            ])
    }

    @Test func `the page names each type with its byte`() throws {
        let headings = try Manual().lines.filter { $0.hasPrefix(".Ss 0x") }.map { $0.dropFirst(4) }
        let expected = MessageType.allCases.map { type in
            let digits = String(type.rawValue, radix: 16, uppercase: true)
            return "0x" + String(repeating: "0", count: 2 - digits.count) + digits + " " + type.name
        }
        #expect(headings.map(String.init).sorted() == expected.sorted())
    }
}
