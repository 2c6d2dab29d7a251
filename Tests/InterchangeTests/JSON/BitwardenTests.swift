import OneTimePassword
import Testing
import Wire

@testable import Interchange

@Suite struct BitwardenTests {
    private func export(_ items: String...) -> String {
        #"""
        {"encrypted":false,"folders":[{"id":"f","name":"Home"}],"collections":[{"id":"c","name":"Team"}],
        "items":[\#(items.joined(separator: ","))]}
        """#
    }

    private func item(_ code: String, _ more: String = "", login: String = "") -> String {
        #"{"type":1,"name":"Title","login":{"totp":"\#(code)","username":"me"\#(login)}\#(more)}"#
    }

    @Test("A URI, Steam and a bare key") func forms() throws {
        let found = try read(
            json: export(
                item("otpauth://totp/Deno:mason?secret=MZXW6&issuer=Deno&digits=8"), item("steam://MZXW6"),
                item(" mzxw 6ytb oi "), item("otpauth://totp/?secret=MZXW6")))
        #expect(found.entries.map(\.issuer) == ["Deno", "Title", "Title", "Title"])
        #expect(found.entries.map(\.name) == ["mason", "me", "me", "me"])
        #expect(found.entries.map(\.key) == ["666f6f", "666f6f", "666f6f626172", "666f6f"])
        #expect(
            try found.entries.map(\.parameters) == [
                Parameters(kind: .totp, digits: 8), Parameters(kind: .steam), Parameters(kind: .totp),
                Parameters(kind: .totp),
            ])
        #expect(found.entries[0].lost == ["item name (Title)", "user name (me)"])
    }

    @Test("Folder, collections, favourite, note; the rest is said to be lost") func details() throws {
        let more = #","folderId":"f","collectionIds":["c","x"],"favorite":true,"notes":"n\n","fields":[{"name":"a"}]"#
        let login = #","password":"pw","uris":[{"uri":"https://example.com"}],"fido2Credentials":[]"#
        let entry = try #require(try only(export(item("MZXW6", more, login: login))))
        #expect(entry.tags == ["Home", "Team"] && entry.extras.isFavourite && entry.note == "n\n")
        #expect(entry.lost == ["password", "URL", "custom fields"])
    }

    @Test("A URI in a field that the owner has added is one more account") func added() throws {
        let fields = #","fields":[{"name":"2nd","value":"otpauth://totp/b?secret=MZXW6"},{"name":"x","value":null}]"#
        let found = try read(json: export(item("MZXW6", fields), #"{"type":2,"name":"N"\#(fields)}"#))
        #expect(found.entries.map(\.name) == ["me", "b", "b"] && found.warnings.isEmpty)
        #expect(found.entries.map(\.lost).allSatisfy { $0.contains("custom fields") })
    }

    @Test("Items without a one-time password are counted, not listed") func others() throws {
        let found = try read(
            json: export(
                #"{"type":2,"name":"note"}"#, item(""), item("MZXW6"), #"{"type":1,"login":{"totp":null}}"#))
        #expect(found.entries.map(\.position) == [3] && found.problems.isEmpty)
        #expect(found.warnings == ["3 items have no one-time password and were left out"])
    }

    @Test("A broken code is a problem of its item", arguments: ["0189", "otpauth://hotp/a?secret=MZXW6", "http://x"])
    func broken(_ code: String) throws {
        let found = try read(json: export(item(code), item("MZXW6")))
        #expect(found.entries.map(\.position) == [2])
        #expect(found.problems.map(\.label) == ["Title"])
    }

    private let sealed =
        "2.AAAAAAAAAAAAAAAAAAAAAA==|AAAAAAAAAAAAAAAAAAAAAA==|AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="

    private func protected(_ costs: String, data: String? = nil) -> String {
        #"""
        {"encrypted":true,"passwordProtected":true,"salt":"c2FsdA==",\#(costs),
        "encKeyValidation_DO_NOT_EDIT":"\#(sealed)","data":"\#(data ?? sealed)"}
        """#
    }

    @Test(
        "Costs over their bounds are refused before a password is asked for",
        arguments: [
            #""kdfType":0,"kdfIterations":10000001"#, #""kdfType":0,"kdfIterations":18446744073709551615"#,
            #""kdfType":1,"kdfIterations":1025,"kdfMemory":64,"kdfParallelism":4"#,
            #""kdfType":1,"kdfIterations":3,"kdfMemory":1025,"kdfParallelism":4"#,
            #""kdfType":1,"kdfIterations":3,"kdfMemory":18446744073709551615,"kdfParallelism":4"#,
            #""kdfType":1,"kdfIterations":3,"kdfMemory":64,"kdfParallelism":17"#,
        ])
    func costs(_ costs: String) {
        #expect(throws: ConversionError.tooExpensive) { try read(json: protected(costs)) }
    }

    @Test("A tag that is wrong is a wrong password, whatever lies behind it") func wrong() {
        let cheap = #""kdfType":0,"kdfIterations":1"#
        #expect(throws: ConversionError.wrongPassword) { try read(json: protected(cheap), password: "x") }
        #expect(throws: ConversionError.version("2 of its key derivation")) {
            try read(json: protected(#""kdfType":2,"kdfIterations":1"#))
        }
    }

    @Test("Damaged data is told before a password is asked for", arguments: ["2.AA==|AA==|AA==", "2.", "2.a|b"])
    func damaged(_ data: String) {
        #expect(isMalformed(protected(#""kdfType":0,"kdfIterations":1"#, data: data)))
    }

    @Test("An export of another encryption, or tied to its account, has a remedy") func unsupported() {
        let other = protected(#""kdfType":0,"kdfIterations":1"#, data: "7.x")
        for text in [#"{"encrypted":true,"data":"2.x"}"#, other] {
            #expect(remedy(text)?.contains("password protected") == true)
        }
    }
}
