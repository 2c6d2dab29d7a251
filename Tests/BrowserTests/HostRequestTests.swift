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
            (#"{"kind":"signal","origin":"https://a.example.org","options":{"signal":"x"}}"#, .usage),
        ] as [(String, ErrorCode)])
    func `what is wrong is refused`(text: String, code: ErrorCode) { #expect(refusal(text) == code) }

    @Test func `depth and number of values are bounded`() {
        func nested(_ depth: Int) -> JSONValue? {
            JSONValue(Array((String(repeating: "[", count: depth) + String(repeating: "]", count: depth)).utf8).span)
        }
        #expect(
            nested(JSONValue.mostNesting) != nil && nested(JSONValue.mostNesting + 1) == nil && nested(100_000) == nil)
        func many(_ count: Int) -> JSONValue? {
            JSONValue(Array(("[" + Array(repeating: "0", count: count).joined(separator: ",") + "]").utf8).span)
        }
        #expect(many(JSONValue.mostValues - 1) != nil && many(JSONValue.mostValues) == nil)
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
