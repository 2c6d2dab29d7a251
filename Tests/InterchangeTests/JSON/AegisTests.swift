import ForeignLibraries
import OneTimePassword
import Platform
import Testing
import Wire

@testable import Interchange

@Suite struct AegisTests {
    private static let contents = #"{"version":2,"entries":[\#(entry(#""group":"Work""#))]}"#

    private static func entry(
        _ more: String = #""note":"""#, type: String = "totp", info: String = #""algo":"SHA1","digits":6,"period":30"#
    ) -> String {
        #"{"type":"\#(type)","name":"n","issuer":"i",\#(more),"info":{"secret":"MZXW6",\#(info)}}"#
    }

    private static func vault(_ contents: String, version: String = "1") -> String {
        #"{"version":\#(version),"header":{"slots":null,"params":null},"db":\#(contents)}"#
    }

    private static func vault(entries: String..., groups: String = "[]") -> String {
        vault(#"{"version":3,"entries":[\#(entries.joined(separator: ","))],"groups":\#(groups)}"#)
    }

    @Test("Group, note, favourite and picture of each version") func details() throws {
        let old = try #require(try only(Self.vault(Self.contents)))
        #expect(old.tags == ["Work"] && old.issuer == "i" && old.name == "n" && old.key == "666f6f")
        let new = try #require(
            try only(
                Self.vault(
                    entries: Self.entry(
                        #""groups":["b","x","a"],"note":"two\nlines","favorite":true,"icon":"aWNvbg==""#),
                    groups: #"[{"uuid":"a","name":"A"},{"uuid":"b","name":"B"},{"uuid":"a","name":"C"}]"#)))
        #expect(new.tags == ["B", "C"] && new.note == "two\nlines" && new.extras.isFavourite)
        #expect(new.lost == ["icon picture"])
    }

    @Test("Fields that are missing, null or of a kind that does not use them") func missing() throws {
        let entry = try #require(
            try only(
                Self.vault(entries: #"{"type":"totp","name":null,"info":{"secret":"mzxw 6===","algo":null}}"#)))
        #expect(entry.issuer.isEmpty && entry.name.isEmpty)
        #expect(try entry.parameters == Parameters(kind: .totp))
        let steam = try only(
            Self.vault(entries: Self.entry(type: "steam", info: #""algo":"?","digits":-1,"period":"x""#)))
        #expect(try steam?.parameters == Parameters(kind: .steam))
    }

    @Test("MD5 where no mOTP is means SHA-1; counters have 64 bits") func values() throws {
        let md5 = try only(Self.vault(entries: Self.entry(info: #""algo":"MD5","digits":8,"period":60"#)))
        #expect(try md5?.parameters == Parameters(kind: .totp, digits: 8, period: 60))
        let info = #""algo":"SHA512","digits":10,"counter":18446744073709551615"#
        let hotp = try only(Self.vault(entries: Self.entry(type: "hotp", info: info)))
        #expect(try hotp?.parameters == Parameters(kind: .hotp, algorithm: .sha512, digits: 10, counter: .max))
        let motp = try only(
            Self.vault(entries: Self.entry(type: "motp", info: #""algo":"SHA1","counter":[],"pin":"0042""#)))
        #expect(motp?.parameters?.kind == .motp && motp?.pin == "0042")
    }

    @Test(
        "What would give wrong codes is a problem of the one entry",
        arguments: [
            ("totp", #""algo":"SHA224""#, "the hash SHA224 is not known"),
            ("totp", #""digits":11"#, "a code has 1 to 10 digits"),
            ("totp", #""digits":262"#, "a code has 1 to 10 digits"),
            ("totp", #""digits":-6"#, "its digits is negative or not a whole number"),
            ("totp", #""period":0"#, "a period has 1 to 86400 seconds"),
            ("totp", #""period":4294967326"#, "a period has 1 to 86400 seconds"),
            ("totp", #""period":29.5"#, "its period is negative or not a whole number"),
            ("hotp", #""digits":6"#, "it is counter based and has no counter"),
            ("hotp", #""counter":18446744073709551616"#, "its counter is negative or not a whole number"),
            ("yandex", #""pin":"1""#, "a Yandex key has 16 or 26 bytes"),
            ("carrier", #""digits":6"#, "the kind carrier is not known"),
        ])
    func refused(type: String, info: String, reason: String) throws {
        let found = try read(
            json: Self.vault(entries: Self.entry(type: type, info: info), "7", Self.entry()))
        #expect(found.entries.map(\.position) == [3])
        #expect(found.problems.map(\.reason) == [reason, "it is not an account"])
        #expect(found.problems.first?.label == "i: n")
    }

    @Test("Keys that are missing, empty or no base32", arguments: ["null", "\"\"", "\"==\"", "\"M0\"", "7"])
    func keys(_ secret: String) throws {
        let reason = try problem(
            Self.vault(entries: #"{"type":"totp","name":"n","info":{"secret":\#(secret)}}"#))
        #expect(reason != nil)
    }

    @Test("Other versions are refused", arguments: ["0", "2"]) func versions(_ version: String) throws {
        #expect(throws: ConversionError.version(version)) { try read(json: Self.vault("{}", version: version)) }
        #expect(throws: ConversionError.version("4 of its contents")) {
            try read(json: Self.vault(#"{"version":4,"entries":[]}"#))
        }
        #expect(throws: ConversionError.malformed("it has no list of entries")) {
            try read(json: Self.vault(#"{"version":1,"entries":{}}"#))
        }
    }

    // MARK: Encrypted

    private struct SlotForm {
        var password: [UInt8]
        var n: UInt64 = 2
        var more = ""
    }

    private static let master = [UInt8](repeating: 7, count: 32)

    private static func slot(_ form: SlotForm) throws -> String {
        let salt = [UInt8](repeating: 1, count: 32)
        let nonce = [UInt8](repeating: 2, count: 12)
        // Costs over their bounds are never computed, here neither.
        let n = form.n > 1 << 20 ? 2 : form.n
        let key = try Sealing.bytes(32) { (output: inout OutputSpan<UInt8>) throws(ForeignError) in
            try KeyDerivation.scrypt(
                password: form.password.span, salt: salt.span, n: n, r: 8, p: 1, count: 32, into: &output)
        }
        let sealed = try Sealing.gcm(master, key: key, nonce: nonce)
        return #"""
            {"type":1,"key":"\#(Sealing.hexadecimal(Array(sealed.prefix(32))))","key_params":{"nonce":
            "\#(Sealing.hexadecimal(nonce))","tag":"\#(Sealing.hexadecimal(Array(sealed.suffix(16))))"},
            "n":\#(form.n),"r":8,"p":1,"salt":"\#(Sealing.hexadecimal(salt))"\#(form.more)}
            """#
    }

    private static func sealed(_ slots: [String]) throws -> String {
        let nonce = [UInt8](repeating: 3, count: 12)
        let sealed = try Sealing.gcm(Array(contents.utf8), key: master, nonce: nonce)
        let (text, tag) = (Array(sealed.dropLast(16)), Array(sealed.suffix(16)))
        return #"""
            {"version":1,"header":{"slots":[\#(slots.joined(separator: ","))],"params":{"nonce":
            "\#(Sealing.hexadecimal(nonce))","tag":"\#(Sealing.hexadecimal(tag))"}},"db":"\#(Sealing.base64(text))"}
            """#
    }

    @Test("Every slot is tried, whatever lies between") func slots() throws {
        let raw = #"{"type":0,"key":"00","key_params":{}}"#
        let vault = try Self.sealed([
            raw, Self.slot(SlotForm(password: Array("one".utf8))),
            Self.slot(SlotForm(password: Array("two".utf8), n: 16, more: #","is_backup":true"#)),
        ])
        for password in ["one", "two"] { #expect(try read(json: vault, password: password).entries.count == 1) }
        #expect(throws: ConversionError.wrongPassword) { try read(json: vault, password: "three") }
        #expect(throws: ConversionError.passwordNeeded) { try read(json: vault) }
    }

    @Test("A slot that is not repaired opens with the NUL of the old encoder", arguments: [62, 65, 200])
    func unrepaired(_ count: Int) throws {
        let password = String(repeating: "x", count: count)
        let padded = try AegisEnvelope.withOldTail(Array(password.utf8).span)
        let bytes = padded.bytes.indices.map { padded.bytes[$0] }
        #expect(bytes == Array(password.utf8) + [UInt8](repeating: 0, count: Int(Float(count) * 1.1) - count))
        let old = try Self.sealed([Self.slot(SlotForm(password: bytes, more: #","repaired":false"#))])
        #expect(try read(json: old, password: password).entries.count == 1)
        let repaired = try Self.sealed([Self.slot(SlotForm(password: bytes, more: #","repaired":true"#))])
        #expect(throws: ConversionError.wrongPassword) { try read(json: repaired, password: password) }
    }

    @Test("The old encoder's buffer grows with long characters") func oldTail() throws {
        // 30 units are 60 bytes of UTF-8; a buffer of 33 becomes one of 67.
        let padded = try AegisEnvelope.withOldTail(Array(String(repeating: "é", count: 30).utf8).span)
        #expect(padded.count == 67)
        let short = try AegisEnvelope.withOldTail(Array("short".utf8).span)
        #expect(short.count == 0)
    }

    @Test("Costs over their bounds are refused before a password is asked for") func costs() throws {
        let form = SlotForm(password: [1], n: 1 << 30)
        #expect(throws: ConversionError.tooExpensive) { try read(json: Self.sealed([Self.slot(form)])) }
        let dear = try Self.slot(SlotForm(password: [1], n: 2)).replacing("\"n\":2", with: "\"n\":1048576")
        #expect(throws: ConversionError.tooExpensive) {
            try read(json: Self.sealed([String](repeating: dear, count: 5)))
        }
        let odd = try Self.slot(SlotForm(password: [1], n: 2)).replacing("\"n\":2", with: "\"n\":3")
        #expect(throws: ConversionError.malformed("it is damaged")) { try read(json: Self.sealed([odd])) }
    }

    @Test("A vault that only a fingerprint opens says so") func biometric() throws {
        let vault = try Self.sealed([#"{"type":2,"key":"00"}"#])
        #expect(remedy(vault)?.contains("password") == true)
    }
}
