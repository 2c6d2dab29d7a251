import OneTimePassword
import Testing

/// Public vectors of other authenticators. The essential ones are in the other tests as well.
@Suite(.enabled(if: Fixtures.present, "../shared/fixtures is not beside the repository"))
struct `Fixtures beside the repository` {
    struct Vectors: Decodable {
        struct Set: Decodable { let vectors: [Vector] }
        struct Yandex: Decodable {
            struct Check: Decodable { let secret_base32: String; let valid: Bool }
            let vectors: [Vector]
            let secret_validation: [Check]
        }
        struct Vector: Decodable {
            let secret_hex: String?
            let secret_base32: String?
            let pin: String?
            let time: UInt64
            let code: String
        }
        let steam: Set
        let motp: Set
        let yandex: Yandex
    }

    struct URIs: Decodable {
        struct URI: Decodable {
            let id: Int
            let uri: String
            let `class`: String
            let expect: Expectation?
            let accept: Acceptance?
        }
        struct Expectation: Decodable {
            let issuer: String
            let account: String
            let type: String
            let secret_hex: String
            let algorithm: String
            let digits: UInt8
            let period: UInt32?
            let counter: UInt64?
        }
        struct Acceptance: Decodable {
            let issuer: [String]?
            let account: [String]?
            let type: [String]?
            let algorithm: [String]?
            let digits: [UInt8]?
            let period: [UInt32]?
        }
        let uris: [URI]
    }

    @Test func `Codes of Steam, Mobile-OTP and Yandex`() throws {
        let vectors = try Fixtures.read("otp-vectors.json", as: Vectors.self)
        for (kind, set) in [
            (CredentialKind.steam, vectors.steam.vectors), (.motp, vectors.motp.vectors),
            (.yandex, vectors.yandex.vectors),
        ] {
            #expect(!set.isEmpty)
            for vector in set {
                let key = try vector.secret_hex.map(hex) ?? base32(vector.secret_base32 ?? "")
                let code = try Parameters(kind: kind).code(
                    key: key.span, pin: utf8(vector.pin ?? "").span, at: vector.time)
                #expect(code.text == vector.code)
            }
        }
        for check in vectors.yandex.secret_validation {
            let key = try base32(check.secret_base32)
            var isValid = true
            do { try Parameters(kind: .yandex).check(key: key.span) } catch { isValid = false }
            #expect(isValid == check.valid)
        }
    }

    @Test func `URIs of other authenticators`() throws {
        var refused: [Int] = []
        for fixture in try Fixtures.read("otpauth-uris.json", as: URIs.self).uris {
            let parsed = Result { try Parsed(fixture.uri) }
            switch (fixture.class, parsed) {
            case ("invalid", .failure): break
            case ("disputed", .failure): refused.append(fixture.id)
            case ("valid", .success(let parsed)), ("disputed", .success(let parsed)):
                try compare(parsed, fixture)
            default: Issue.record("\(fixture.id) \(fixture.class): \(fixture.uri) gave \(parsed)")
            }
        }
        // MD5, 11 digits, no counter, one parameter with two values.
        #expect(refused == [16, 33, 34, 66])
    }

    private func compare(_ parsed: Parsed, _ fixture: URIs.URI) throws {
        let expected = try #require(fixture.expect)
        let accept = fixture.accept
        let parameters = parsed.account.parameters
        func check<Value: Equatable>(_ value: Value, _ expected: Value, or others: [Value]?) {
            #expect(value == expected || others?.contains(value) == true, "\(fixture.id)")
        }
        check(parsed.account.issuer, expected.issuer, or: accept?.issuer)
        check(parsed.account.name, expected.account, or: accept?.account)
        check("\(parameters.kind)", expected.type, or: accept?.type)
        check("\(parameters.algorithm)".uppercased(), expected.algorithm, or: accept?.algorithm)
        check(parameters.digits, expected.digits, or: accept?.digits)
        if let period = expected.period { check(parameters.period, period, or: accept?.period) }
        if let counter = expected.counter { check(parameters.counter, counter, or: nil) }
        check(hex(parsed.key), expected.secret_hex, or: nil)
    }
}
