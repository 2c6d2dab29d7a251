import ForeignLibraries
import OneTimePassword
import Testing
import Wire

@testable import Interchange

@Suite struct TwoFASTests {
    private func backup(_ services: String..., schema: Int = 4) -> String {
        #"""
        {"schemaVersion":\#(schema),"services":[\#(services.joined(separator: ","))],
        "groups":[{"id":"g","name":"Work"}]}
        """#
    }

    @Test("What the first version knew, and nothing more") func first() throws {
        let entry = try #require(
            try only(
                backup(#"{"name":"Shown","secret":"MZXW6","type":"X","otp":{"label":"Deno:mason"}}"#, schema: 1)))
        #expect(entry.issuer == "Shown" && entry.name == "Deno:mason" && entry.key == "666f6f")
        #expect(try entry.parameters == Parameters(kind: .totp))
        let bare = try only(backup(#"{"name":"Shown","secret":"MZXW6"}"#, schema: 2))
        #expect(bare?.issuer == "Shown" && bare?.name == "")
    }

    @Test("Issuer, label, group, icon and badge") func details() throws {
        let entry = try #require(
            try only(
                backup(
                    #"""
                    {"name":"Mine","secret":"MZXW6","groupId":"g","badge":{"color":"Red"},
                    "otp":{"issuer":"Deno","label":"Deno:mason","tokenType":"TOTP"},
                    "icon":{"selected":"IconCollection","iconCollection":{"id":"ABC"},"label":{"text":"MI"}}}
                    """#)))
        #expect(entry.issuer == "Deno" && entry.name == "mason" && entry.tags == ["Work"])
        #expect(entry.extras.icon == "ABC")
        #expect(entry.lost == ["name of the service (Mine)", "badge colour"])
        let label = try only(
            backup(
                #"""
                {"name":"Mine","secret":"MZXW6","badge":{"color":"Default"},
                "icon":{"selected":"Label","label":{"text":"MI","backgroundColor":"Red"}}}
                """#))
        #expect(label?.extras.icon == "MI" && label?.lost == ["icon colour"])
    }

    @Test("A service without issuer that is called as its account has none") func unnamed() throws {
        let entry = try only(backup(#"{"name":"me","secret":"MZXW6","otp":{"account":"me","issuer":""}}"#))
        #expect(entry?.issuer == "" && entry?.name == "me")
    }

    @Test("The app's order counts, not the file's") func order() throws {
        let found = try read(
            json: backup(
                #"{"name":"c","secret":"MZXW6"}"#, #"{"name":"b","secret":"MZXW6","order":{"position":1}}"#,
                #"{"name":"a","secret":"MZXW6","order":{"position":0}}"#, #"{"name":"d","secret":"MZXW6"}"#))
        #expect(found.entries.map(\.issuer) == ["a", "b", "c", "d"])
        #expect(found.entries.map(\.position) == [1, 2, 3, 4])
    }

    @Test("Counters, Steam and what is not known") func kinds() throws {
        let found = try read(
            json: backup(
                #"{"name":"a","secret":"MZXW6","otp":{"tokenType":"HOTP","counter":4294967296,"period":0}}"#,
                #"{"name":"b","secret":"MZXW6","otp":{"tokenType":"STEAM","digits":6,"algorithm":"SHA512"}}"#,
                #"{"name":"c","secret":"MZXW6","otp":{"algorithm":"SHA384"}}"#, #""d""#,
                #"{"name":"e","secret":"MZXW6","otp":{"tokenType":"HOTP"}}"#))
        #expect(
            try found.entries.map(\.parameters) == [
                Parameters(kind: .hotp, counter: 1 << 32), Parameters(kind: .steam), Parameters(kind: .hotp),
            ])
        #expect(found.problems.map(\.reason) == ["the hash SHA384 is not known", "it is not a service"])
    }

    @Test("Other schemas are refused", arguments: [0, 5, 99]) func schemas(_ schema: Int) {
        #expect(throws: ConversionError.version("\(schema)")) { try read(json: backup(schema: schema)) }
    }

    private func encrypted(_ schema: Int = 3) throws -> String {
        let (salt, nonce) = ([UInt8](repeating: 1, count: 256), [UInt8](repeating: 2, count: 12))
        let password = Array("pæss".utf8)
        let key = try Sealing.bytes(32) { (output: inout OutputSpan<UInt8>) throws(ForeignError) in
            try KeyDerivation.pbkdf2(
                .sha256, password: password.span, salt: salt.span, rounds: 10_000, count: 32, into: &output)
        }
        let plain = #"[{"name":"a","secret":"MZXW6","groupId":"g"}]"#
        let sealed = try Sealing.gcm(Array(plain.utf8), key: key, nonce: nonce)
        let parts = [sealed, salt, nonce].map(Sealing.base64).joined(separator: ":").replacing("/", with: "\\/")
        return #"{"services":[],"groups":[{"id":"g","name":"G"}],"servicesEncrypted":"\#(parts)","#
            + #""schemaVersion":\#(schema)}"#
    }

    @Test("An encrypted backup of every schema opens, groups are in clear", arguments: [2, 3, 4])
    func encryption(_ schema: Int) throws {
        let backup = try encrypted(schema)
        #expect(try read(json: backup, password: "pæss").entries.map(\.tags) == [["G"]])
        #expect(throws: ConversionError.wrongPassword) { try read(json: backup, password: "pass") }
        #expect(throws: ConversionError.passwordNeeded) { try read(json: backup) }
    }

    @Test(
        "Parts that are missing or no base64 are damage, not a wrong password", arguments: ["A:B", "a", "::", "!:A:A"])
    func damage(_ parts: String) {
        #expect(isMalformed(#"{"services":[],"servicesEncrypted":"\#(parts)","schemaVersion":4}"#))
    }
}
