import ForeignLibraries
import OneTimePassword
import Testing

@testable import Interchange

/// Encrypted exports with nothing but ciphertext inside: ente, cotp, Proton Authenticator.
@Suite struct EncryptedJSONTests {
    /// Made with libsodium: one message, the tag byte of an ordinary one and of the last one.
    private static let streams: [(String, String)] = [
        (
            "/4kvv+RNGEZ3skbWkBNliQw9SJuCnpFE",
            "UDZMRKTfyDsn05DNFC1wGFLPlriLYP7R8wOnDihc++s+xgHCEPO3poXyQG"
                + "1gEzqkZhuiTHQiqw/B4L3Z8ujZ3XnEPtT7aJ+6LrpIXhosSBuzlu+D+Ri/"
        ),
        (
            "fNcmvwvga9mu7CAceO2+BnWLR3R+w7X9",
            "sPBCz2ywqpBDK/RLhiDx8WbXjjUmTnbL4/0JOCjKoPzV5S6+JhyJshXEN1"
                + "/+/v31Hrp4x5rDpzEBrvu3/XLP8/sNpL3RSdj0sq3nfEL82zXXgDOeu2bK"
        ),
    ]

    private func ente(
        _ stream: (String, String), version: Int = 1, memory: String = "8192", passes: String = "1"
    ) -> String {
        #"""
        {"version":\#(version),"kdfParams":{"memLimit":\#(memory),"opsLimit":\#(passes),"salt":"AAECAwQFBgcICQoLDA0ODw=="},
        "encryptedData":"\#(stream.1)","encryptionNonce":"\#(stream.0)"}
        """#
    }

    @Test("ente: the least memory, both tag octets", arguments: EncryptedJSONTests.streams)
    func ente(header: String, data: String) throws {
        let export = ente((header, data))
        #expect(try read(json: export, password: "pass").entries.map(\.name) == ["a", "b"])
        #expect(throws: ConversionError.wrongPassword) { try read(json: export, password: "Pass") }
        #expect(throws: ConversionError.passwordNeeded) { try read(json: export) }
    }

    @Test("ente: versions and costs") func enteBounds() {
        let stream = Self.streams[0]
        #expect(throws: ConversionError.version("2")) { try read(json: ente(stream, version: 2)) }
        for memory in ["1073742848", "18446744073709551615"] {
            #expect(throws: ConversionError.tooExpensive) { try read(json: ente(stream, memory: memory)) }
        }
        #expect(throws: ConversionError.tooExpensive) { try read(json: ente(stream, passes: "1099511627776")) }
        #expect(isMalformed(ente(stream, memory: "8191")))
        #expect(isMalformed(ente(stream, passes: "0")))
        #expect(isMalformed(ente((stream.0, "AAAA"))))
        #expect(isMalformed(ente(("AAAA", stream.1))))
    }

    @Test("cotp") func cotp() throws {
        let cipher =
            "tKskA5Canqb9eX0v9Nl2nzkZTi63ToPOAkSxO+2kslDwb1/4RctsYF93ExAdD9SC0ADilgFwccMwEZVnDnJNlpH1A+fZTUKg5BvJxSQp"
            + "rlpGB5O76difLEWK700f2cjkyzyNAbt0HNG5hNROiT+g0sgwmJGuDWEV0/aaypa5Yn9UpFVOXwfCc4vnJ4oxPA=="
        func database(_ version: Int, _ cipher: String) -> String {
            #"{"version":\#(version),"salt":"AAECAwQFBgcICQoLDA0ODw==","#
                + #""nonce":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYX","cipher":"\#(cipher)"}"#
        }
        let found = try read(json: database(1, cipher), password: "pass")
        #expect(found.entries.map(\.name) == ["l"] && found.entries.map(\.key) == ["666f6f"])
        #expect(throws: ConversionError.wrongPassword) { try read(json: database(1, cipher), password: "Pass") }
        #expect(throws: ConversionError.version("3")) { try read(json: database(3, cipher)) }
        #expect(isMalformed(database(1, "AAAA")))
        #expect(isMalformed(database(1, "not base64!")))
    }

    @Test("cotp: every type, and counters that are missing") func cotpKinds() throws {
        let found = try read(
            json: #"""
                {"version":2,"elements":[
                {"secret":"MZXW6","issuer":"i","label":"a","digits":8,"type":"TOTP","algorithm":"SHA256","period":60},
                {"secret":"666f6f","issuer":"i","label":"b","type":"MOTP","pin":"12","counter":null},
                {"secret":"MZXW6","label":"c","type":"STEAM"},{"secret":"MZXW6","label":"d","type":"HOTP","counter":null}]}
                """#)
        #expect(
            try found.entries.map(\.parameters) == [
                Parameters(kind: .totp, algorithm: .sha256, digits: 8, period: 60), Parameters(kind: .motp),
                Parameters(kind: .steam),
            ])
        #expect(found.entries.map(\.key) == ["666f6f", "666f6f", "666f6f"] && found.entries[1].pin == "12")
        #expect(found.problems.map(\.reason) == ["it is counter based and has no counter"])
        #expect(throws: ConversionError.version("3")) { try read(json: #"{"version":3,"elements":[]}"#) }
    }

    private static let proton = #"""
        {"version":1,"entries":[
        {"content":{"uri":"otpauth://totp/me?secret=MZXW6&issuer=Deno","entry_type":"Totp","name":"me"},"note":"n"},
        {"content":{"uri":"steam://MZXW6","entry_type":"Steam","name":"Mine"},"note":null},
        {"content":{"uri":"steam://Zm+v/w==","entry_type":"Steam","name":"Steam"}},
        {"content":{"uri":"otpauth://totp/me?secret=MZXW6&issuer=Deno","name":"renamed"}},{"content":{}}]}
        """#

    @Test("Proton: URIs, Steam in both codings, notes") func proton() throws {
        let found = try read(json: Self.proton)
        #expect(found.entries.map(\.issuer) == ["Deno", "Steam", "Steam", "Deno"])
        #expect(found.entries.map(\.name) == ["me", "Mine", "", "me"])
        #expect(found.entries.map(\.key) == ["666f6f", "666f6f", "666fafff", "666f6f"])
        #expect(found.entries.map(\.note) == ["n", "", "", ""])
        #expect(found.entries.map(\.lost) == [[], [], [], ["name of the entry (renamed)"]])
        #expect(found.problems.map(\.reason) == ["it has no URI"])
    }

    @Test("Proton, encrypted") func protonEncrypted() throws {
        let (salt, nonce) = ([UInt8](repeating: 1, count: 16), [UInt8](repeating: 2, count: 12))
        let password = Array("pass".utf8)
        let key = try Sealing.bytes(32) { (output: inout OutputSpan<UInt8>) throws(ForeignError) in
            try KeyDerivation.argon2(
                .id, password: password.span, salt: salt.span, passes: 2, memory: 19456, lanes: 1, count: 32,
                into: &output)
        }
        let sealed = try Sealing.gcm(
            Array(Self.proton.utf8), key: key, nonce: nonce, additional: Array("proton.authenticator.export.v1".utf8))
        func export(_ version: Int, _ content: [UInt8]) -> String {
            #"{"version":\#(version),"salt":"\#(Sealing.base64(salt))","content":"\#(Sealing.base64(content))"}"#
        }
        #expect(try read(json: export(1, nonce + sealed), password: "pass").entries.count == 4)
        #expect(throws: ConversionError.wrongPassword) { try read(json: export(1, nonce + sealed), password: "x") }
        #expect(throws: ConversionError.version("2")) { try read(json: export(2, nonce + sealed)) }
        #expect(isMalformed(export(1, nonce)))
    }
}
