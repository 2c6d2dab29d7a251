import Encodings
import Foundation
import Testing

@testable import Recovery

@Suite struct ProviderConfigurationTests {
    private let origin: Origin
    private let key: String

    init() throws {
        origin = try #require(Origin("https://both.example"))
        key = try Agent("provider").publicKey.text
    }

    private var members: [String: JSONValue] {
        [
            "issuer": .string("https://both.example"), "privacy-policy": .string("https://other.example/privacy"),
            "icon-152px": .string("https://both.example/icon.png"),
            "tokensign-pubkeys-secp256r1": .array([.string(key)]),
            "save-token-return": .string("https://both.example/save-return"),
            "recover-account-return": .string("https://both.example/recover-return"),
            "countersign-pubkeys-secp256r1": .array([.string(key), .string(key)]), "token-max-size": .integer(8192),
            "save-token": .string("https://both.example/save"),
            "recover-account": .string("https://both.example:8443/recover"), "unknown": .object(["a": .null]),
        ]
    }

    private func read(_ members: [String: JSONValue]) throws(ProviderConfiguration.Failure) -> ProviderConfiguration {
        try ProviderConfiguration(parsing: JSONValue.object(members).canonical, at: origin)
    }

    @Test func `one that is both has both parts, and each part can be missing`() throws {
        let both = try read(members)
        #expect(both.account?.keys.count == 1)
        #expect(both.recovery?.keys.count == 2)
        #expect(both.recovery?.tokenLimit == 8192)
        #expect(both.icon == "https://both.example/icon.png")
        let account = try read(members.filter { $0.key != "countersign-pubkeys-secp256r1" })
        #expect(account.account != nil && account.recovery == nil)
        let recovery = try read(members.filter { $0.key != "tokensign-pubkeys-secp256r1" && $0.key != "icon-152px" })
        #expect(recovery.account == nil && recovery.recovery != nil && recovery.icon == nil)
        let neither = members.filter { !$0.key.hasSuffix("secp256r1") }
        #expect(refusal { () throws(ProviderConfiguration.Failure) in _ = try read(neither) } == .noRole)
    }

    @Test func `a member that is missing or of another kind makes it useless`() {
        for name in members.keys.sorted()
        where name != "unknown" && !name.hasSuffix("secp256r1") && name != "icon-152px" {
            var fewer = members
            fewer[name] = nil
            #expect(refusal { () throws(ProviderConfiguration.Failure) in _ = try read(fewer) } == .badMember(name))
        }
        let values: [JSONValue] = [
            .null, .bool(true), .integer(0), .integer(-1), .otherNumber, .string(""), .string("http://both.example/a"),
            .string("https://both.example/a?b"), .array([]), .array([.string("x")]), .array([.integer(1)]),
            .array([.string(key), .string(key), .string(key)]), .array([.string(key), .null]), .object([:]),
        ]
        for name in members.keys.sorted() where name != "unknown" {
            for value in values {
                var other = members
                other[name] = value
                #expect(refusal { () throws(ProviderConfiguration.Failure) in _ = try read(other) } == .badMember(name))
            }
        }
    }

    @Test func `it speaks for the origin where it was found`() throws {
        let elsewhere = try #require(Origin("https://elsewhere.example"))
        let text = JSONValue.object(members).canonical
        let error = refusal { () throws(ProviderConfiguration.Failure) in
            _ = try ProviderConfiguration(parsing: text, at: elsewhere)
        }
        #expect(error == .badMember("issuer"))
        let broken = refusal { () throws(ProviderConfiguration.Failure) in
            _ = try ProviderConfiguration(parsing: Array("[]".utf8), at: origin)
        }
        #expect(broken == .json(.malformed(at: 0)))
    }
}
