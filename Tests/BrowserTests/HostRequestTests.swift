import Encodings
import Platform
import Testing
import Wire

@testable import Browser

@Suite struct HostRequestTests {
    /// As in the list of public suffixes.
    private static func isPublicSuffix(_ domain: String) -> Bool {
        ["com", "org", "example", "co.uk", "github.io", "localhost"].contains(domain)
    }

    private func request(_ text: String) throws(HostError) -> HostRequest {
        try HostRequest(Array(text.utf8).span, isPublicSuffix: Self.isPublicSuffix)
    }

    private func refusal(_ text: String) -> ErrorCode? {
        do throws(HostError) {
            _ = try request(text)
            return nil
        } catch { return error.code }
    }

    private func get(
        origin: String = "https://login.example.org", _ more: String = "", rp: String = #""example.org""#
    ) -> String {
        #"{"kind":"get","origin":"\#(origin)"\#(more.isEmpty ? "" : "," + more),"options":{"rpId":\#(rp),"challenge":"AAEC"}}"#
    }

    @Test func `a sign-in is asked for as the page wants it`() throws {
        let text = #"""
            {"kind":"get","origin":"https://login.example.org","topOrigin":"https://top.example","options":{"challenge":"AAEC",
             "rpId":"example.org","userVerification":"discouraged","allowCredentials":[{"type":"public-key","id":"AQ"},
             {"type":"other","id":"Ag"},{"type":"public-key","id":""}],"extensions":{"prf":{"eval":{"first":"Aw"},
             "evalByCredential":{"AQ":{"first":"BA","second":""}}}}}}
            """#
        var wanted = WebAssertRequest(
            WebPage(origin: "https://login.example.org", topOrigin: "https://top.example", site: "example.org"),
            challenge: [0, 1, 2], allowed: [KeyID([1])])
        wanted.prf = [PRFInput([3])]
        wanted.prfOfKeys = [PRFInputsOfKey(KeyID([1]), [PRFInput([4]), PRFInput([])])]
        #expect(try request(text) == .get(wanted))
    }

    @Test func `a key is asked for as the page wants it`() throws {
        let text = #"""
            {"kind":"create","origin":"http://localhost:8000","options":{"rp":{"name":"L"},"user":{"id":"AQ","name":"alice",
             "displayName":"\u0041\ud83d\ude00"},"challenge":"","pubKeyCredParams":[{"type":"public-key","alg":-257},
             {"type":"public-key","alg":-8},{"type":"public-key","alg":-7}],"authenticatorSelection":{"residentKey":"preferred"},
             "excludeCredentials":[{"type":"public-key","id":"BQ"}],
             "extensions":{"prf":{},"credProps":true,"credentialProtectionPolicy":"userVerificationRequired"}}}
            """#
        var wanted = WebCreateRequest(
            WebPage(origin: "http://localhost:8000", site: "localhost"), challenge: [], algorithms: [.edDSA, .es256])
        wanted.flags = .known
        (wanted.protection, wanted.siteName, wanted.userHandle) = (3, "L", [1])
        (wanted.userName, wanted.displayName, wanted.excluded) = ("alice", "A\u{1F600}", [KeyID([5])])
        #expect(try request(text) == .create(wanted))
    }

    @Test(
        arguments: [
            ("https://login.example.org", #""example.org""#, nil), ("https://example.org", "null", nil),
            ("https://alice.github.io", #""alice.github.io""#, nil),
            ("https://alice.github.io", #""github.io""#, .badInput),
            ("https://github.io", #""github.io""#, nil), ("https://shop.co.uk", #""co.uk""#, .badInput),
            ("https://a.shop.co.uk", #""shop.co.uk""#, nil), ("https://evil.example", #""example.org""#, .badInput),
            ("https://login.example.org", #""org""#, .badInput), ("https://login.example.org", "7", .badInput),
            ("http://login.example.org", #""example.org""#, .badInput), ("https://10.0.0.1", #""10.0.0.1""#, .badInput),
            ("null", #""example.org""#, .badInput),
        ] as [(String, String, ErrorCode?)])
    func `a page names its own site, and none that belongs to many`(origin: String, rp: String, code: ErrorCode?) {
        #expect(refusal(get(origin: origin, rp: rp)) == code)
    }

    @Test func `a list of which nothing is left is not taken for none`() {
        let long = String(repeating: "A", count: 344)
        #expect(
            refusal(
                #"{"kind":"get","origin":"https://a.example.org","options":{"challenge":"","allowCredentials":[{"type":"public-key","id":"\#(long)"}]}}"#
            ) == .noKey)
    }

    @Test func `large lists are taken, and none that is too large`() throws {
        func list(_ count: Int) -> String {
            let ids = (0..<count).map {
                #"{"type":"public-key","id":"\#(BaseEncoding.base64URL.text([UInt8($0 / 256), UInt8($0 % 256)].span))"}"#
            }
            return
                #"{"kind":"get","origin":"https://a.example.org","options":{"challenge":"","allowCredentials":[\#(ids.joined(separator: ","))]}}"#
        }
        guard case .get(let found) = try request(list(Limits.webKeyIDs)) else { throw HostError.malformed }
        #expect(found.allowed.count == Limits.webKeyIDs)
        // The largest message that can come of it fits into a frame.
        var largest = found
        largest.allowed = Array(
            repeating: KeyID([UInt8](repeating: 1, count: HostRequest.mostID)), count: Limits.webKeyIDs)
        largest.challenge = [UInt8](repeating: 1, count: Limits.webChallenge)
        #expect(Frame.encodedCount(largest) <= Limits.frame)
        #expect(refusal(list(Limits.webKeyIDs + 1)) == .notAllowed)
    }

    @Test(
        arguments: [
            ("", .usage), ("{", .usage), ("[]", .usage), ("null", .usage), (#"{"kind":7}"#, .usage),
            (#"{"kind":"x"}"#, .usage),
            (#"{"kind":"status"} x"#, .usage), (#"{"kind":"status","kind":"status"}"#, .usage),
            (#"{"kind":"get"}"#, .usage),
            (#"{"kind":"code"}"#, .badInput), (#"{"kind":"code","account":"12"}"#, .badInput),
            (#"{"kind":"status","x":01}"#, .usage), (#"{"kind":"status","x":"\ud800\u0041"}"#, .usage),
            (
                #"{"kind":"create","origin":"https://a.example.org","options":{"rp":{},"user":{"id":"AQ"},"challenge":"A"}}"#,
                .badInput
            ),
            (
                #"{"kind":"create","origin":"https://a.example.org","options":{"rp":{},"user":{"id":""},"challenge":""}}"#,
                .badInput
            ),
            (
                #"{"kind":"create","origin":"https://a.example.org","options":{"rp":{},"user":{"id":"AQ"},"challenge":"","pubKeyCredParams":[{"type":"public-key","alg":-257}]}}"#,
                .unsupportedAlgorithm
            ),
            (
                #"{"kind":"signal","origin":"https://a.example.org","options":{"rpId":"a.example.org","signal":"x"}}"#,
                .usage
            ),
        ] as [(String, ErrorCode)])
    func `what is wrong is refused`(text: String, code: ErrorCode) { #expect(refusal(text) == code) }

    /// What a site leaves out it does not mean: an empty list would be all keys, an empty name no name.
    @Test(arguments: [
        #""signal":"allAcceptedCredentials","rpId":"a.example.org","userId":"AQ","allAcceptedCredentialIds":["Ag"]"#,
        #""signal":"currentUserDetails","rpId":"a.example.org","userId":"AQ","name":"a","displayName":"A""#,
        #""signal":"unknownCredential","rpId":"a.example.org","credentialId":"AQ""#,
    ])
    func `what a site says of its keys has all its members`(_ members: String) throws {
        func text(_ members: some Sequence<Substring>) -> String {
            #"{"kind":"signal","origin":"https://a.example.org","options":{\#(members.joined(separator: ","))}}"#
        }
        let all = members.split(separator: ",")
        _ = try request(text(all))
        for index in all.indices.dropFirst() {
            var others = all
            others.remove(at: index)
            #expect(refusal(text(others)) == .badInput)
        }
    }

    @Test func `depth and number of values are bounded`() {
        func nested(_ depth: Int) -> ExtensionValue? {
            let text = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
            return ExtensionValue(Array(text.utf8).span)
        }
        #expect(nested(ExtensionValue.mostNesting) != nil)
        #expect(nested(ExtensionValue.mostNesting + 1) == nil && nested(100_000) == nil)
        func many(_ count: Int) -> ExtensionValue? {
            ExtensionValue(Array(("[" + Array(repeating: "0", count: count).joined(separator: ",") + "]").utf8).span)
        }
        #expect(many(ExtensionValue.mostValues - 1) != nil && many(ExtensionValue.mostValues) == nil)
    }

    /// Browsers take no more from a program, and end it for what is longer.
    @Test func `a list of accounts is no longer than a browser takes`() throws {
        try Memory.prepare()
        let credential = Credential(kind: .totp, algorithm: .sha1, digits: 6, period: 30)
        let accounts = (0..<2000).map {
            Account(
                id: Identifier(high: 0, low: UInt64($0)), issuer: String(repeating: "\u{1}", count: 256),
                name: String(repeating: "\"", count: 256), credential: credential, created: 1, modified: 1)
        }
        func text(_ accounts: [Account]) throws -> String {
            let answer = try HostAnswer.accounts(accounts)
            return String(decoding: answer.bytes.indices.map { answer.bytes[$0] }, as: UTF8.self)
        }
        let long = try text(accounts)
        #expect((HostRequest.most - 10_000...HostRequest.most).contains(long.utf8.count))
        #expect(long.contains(#""isWhole":false"#))
        #expect(try text(Array(accounts.prefix(3))).contains(#""isWhole":true"#))
    }
}

@Suite struct HostAnswerTests {
    @Test func `the values of prf are told beside the rest`() throws {
        let secrets = [UInt8](repeating: 0xFF, count: 64)
        let answer = try HostAnswer.asserted(
            WebAssertedReply(
                credential: [1], clientData: [2], authenticatorData: [3], signature: [4], userHandle: [],
                prf: secrets.span))
        let value = String(repeating: "_", count: 42) + "8"
        #expect(
            String(decoding: Array(copying: answer.bytes), as: UTF8.self)
                == #"{"ok":{"id":"AQ","clientDataJSON":"Ag","authenticatorData":"Aw","signature":"BA","userHandle":null},"prf":["\#(value)","\#(value)"]}"#
        )
    }
}

extension Array where Element == UInt8 {
    fileprivate init(copying bytes: Span<UInt8>) { self = bytes.indices.map { bytes[$0] } }
}
