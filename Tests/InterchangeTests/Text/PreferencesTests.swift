import Interchange
import OneTimePassword
import Testing
import Wire

@Suite struct PreferencesTests {
    private func file(_ strings: [(String, String)]) -> [UInt8] {
        func escaped(_ text: String) -> String {
            text.split(separator: "&", omittingEmptySubsequences: false).joined(separator: "&amp;")
                .split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "&quot;")
                .split(separator: "<", omittingEmptySubsequences: false).joined(separator: "&lt;")
        }
        let body = strings.map { "    <string name=\"\(escaped($0.0))\">\(escaped($0.1))</string>\n" }.joined()
        return Array("<?xml version='1.0' encoding='utf-8' standalone='yes' ?>\n<map>\n\(body)</map>\n".utf8)
    }

    @Test("FreeOTP: order, what may be missing, what the owner changed") func freeOTP() throws {
        let (format, found) = try read(
            file([
                ("b:1", #"{"algo":null,"secret":[97],"label":"1","issuerExt":"b","type":"TOTP","period":null}"#),
                (
                    "a:2",
                    #"{"algo":"SHA512","counter":4294967296,"digits":8,"secret":[-1,0,255],"label":"2","issuerExt":"a","type":"HOTP","issuerAlt":"A","image":"file:///x"}"#
                ),
                ("Steam:3", #"{"secret":[97],"label":"3","issuerInt":"Steam","digits":5}"#),
                ("broken", #"{"secret":[97"#), ("wide", #"{"secret":[300],"label":"w"}"#),
                ("digits", #"{"secret":[97],"digits":-1}"#), ("kind", #"{"secret":[97],"type":"X"}"#),
                ("tokenOrder", #"["a:2","gone","b:1"]"#), ("last_shown", "x"),
            ]))
        #expect(format == "freeotp")
        #expect(found.entries.map(\.name) == ["2", "1", "3"] && found.entries.map(\.issuer) == ["A", "b", "Steam"])
        #expect(found.entries[0].key == "ff00ff" && found.entries[0].parameters?.counter == 4_294_967_296)
        #expect(found.entries[0].lost == ["image"] && found.entries[2].parameters?.kind == .steam)
        #expect(found.problems.map(\.label) == ["broken", "wide", "digits", "kind"])
    }

    private let authy = "com.authy.storage.tokens.authenticator.key"

    @Test("Authy: issuers out of what is left of them") func authyNames() throws {
        let tokens = #"""
            [{"decryptedSecret":"ME","originalIssuer":"Is","originalName":"Is:a","name":"Is: a","digits":6},
            {"decryptedSecret":"ME","originalName":"Or:b","name":"Or:b"},
            {"decryptedSecret":"ME","name":"Dash - c"},{"decryptedSecret":"ME","name":"d","accountType":"facebook"},
            {"decryptedSecret":"ME","name":"e","accountType":"authenticator"},{"secretSeed":"0aff","name":"f"},
            {"decryptedSecret":"1","name":"g"},{"name":"h"}]
            """#
        let (format, found) = try read(file([(authy, tokens)]))
        #expect(format == "authy")
        #expect(found.entries.map(\.issuer) == ["Is", "Or", "Dash", "Facebook", "", "f"])
        #expect(found.entries.map(\.name) == ["a", "b", "c", "d", "e", ""])
        #expect(found.entries[5].parameters?.period == 10 && found.entries[5].parameters?.digits == 7)
        #expect(found.problems.map(\.position) == [7, 8])
    }

    @Test(
        "Authy: a wrong password is told",
        .enabled(if: !Fixtures.rows.isEmpty, "../shared/fixtures is not beside the repository"))
    func authyPassword() throws {
        let bytes = try Fixtures.bytes("import/authy_encrypted.xml")
        #expect(throws: ConversionError.wrongPassword) { try read(bytes, password: "wrong") }
        #expect(throws: ConversionError.passwordNeeded) { try read(bytes) }
    }

    @Test("Battle.net: both apps, other lengths refused") func battleNet() throws {
        // The mask itself stands for zeros: 40 digits of them must be XORed in.
        let mask: [UInt8] = [
            0x39, 0x8E, 0x27, 0xFC, 0x50, 0x27, 0x6A, 0x65, 0x60, 0x65, 0xB0, 0xE5, 0x25, 0xF4, 0xC0, 0x6C, 0x04, 0xC6,
            0x10, 0x75, 0x28, 0x6B, 0x8E, 0x7A, 0xED, 0xA5, 0x9D, 0xA9, 0x81, 0x3B, 0x5D, 0xD6, 0xC8, 0x0D, 0x2F, 0xB3,
            0x80, 0x68, 0x77, 0x3F, 0xA5, 0x9B, 0xA4, 0x7C, 0x17, 0xCA, 0x6C, 0x64, 0x79, 0x01, 0x5C, 0x1D, 0x5B, 0x8B,
            0x8F, 0x6B, 0x9A,
        ]
        let text = "0b0d1bbcc5046102f0cc9eba904d7aae16038c28US-2211-2050-3346"
        let bytes = zip(mask, text.utf8).map { $0 ^ $1 }
        let hidden = bytes.span.hexadecimal
        let found = try read(file([("com.blizzard.bma.AUTH_STORE.HASH", hidden)])).found
        #expect(found.entries.first?.key == "0b0d1bbcc5046102f0cc9eba904d7aae16038c28")
        #expect(found.entries.first?.name == "US-2211-2050-3346" && found.entries.first?.parameters?.digits == 8)
        let short = try read(file([("com.blizzard.messenger.AUTHENTICATOR_DEVICE_SECRET", "00")])).found
        #expect(short.entries.isEmpty && short.problems.count == 1)
    }

    @Test("TOTP Authenticator: keys in three codings, numbers as texts") func totpAuthenticator() throws {
        let list = #"""
            [{"issuer":"I","name":"a","key":"0AFF","base":16,"digits":"8","period":"60","isFavorite":true},
            {"issuer":"I","name":"b","key":"ME","base":"32"},{"issuer":"","name":"c","key":"YQ==","base":64},
            {"name":"d","key":"ME","base":10},{"name":"e","key":"ME","period":"0"}]
            """#
        let (format, found) = try read(file([("STATIC_TOTP_CODES_LIST", list)]))
        #expect(format == "totp-authenticator" && found.entries.map(\.key) == ["0aff", "61", "61"])
        #expect(found.entries[0].parameters?.period == 60 && found.entries[0].extras.isFavourite)
        #expect(found.problems.map(\.label) == ["d", "e"])
    }

    @Test("Preferences of another app are of no known format") func other() throws {
        #expect(throws: ConversionError.unknownFormat) { try read(file([("theme", "dark")])) }
    }
}
