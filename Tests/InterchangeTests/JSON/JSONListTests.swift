import OneTimePassword
import Testing
import Wire

@testable import Interchange

/// Formats that are one plain list, each with the fields of its own.
@Suite struct JSONListTests {
    @Test("andOTP: label, usage, tags and kinds") func andOTP() throws {
        let found = try read(
            json: #"""
                [{"secret":"MZXW6===","label":"Deno - mason","type":"TOTP","algorithm":"SHA256","digits":6,"period":60,
                "thumbnail":"AirBNB","last_used":1608146844162,"used_frequency":5,"tags":["a","b"]},
                {"secret":"MZXW6","issuer":"Deno","label":"Deno:mason","type":"HOTP","counter":9,"thumbnail":"Default"},
                {"secret":"MZXW6","issuer":"Steam","label":"s","type":"STEAM","digits":8},
                {"secret":"GYYWCYI","issuer":"","label":"e-mail","type":"MOTP","algorithm":"SHA1"},
                {"secret":"MZXW6","label":"x","type":"HOTP"}, null]
                """#)
        #expect(found.entries.map(\.issuer) == ["Deno", "Deno", "Steam", ""])
        #expect(found.entries.map(\.name) == ["mason", "mason", "s", "e-mail"])
        #expect(found.entries.map(\.key) == ["666f6f", "666f6f", "666f6f", "61aa"])
        #expect(found.entries.map { $0.parameters?.kind } == [.totp, .hotp, .steam, .motp])
        let first = try #require(found.entries.first)
        #expect(first.extras.icon == "AirBNB" && first.extras.uses == 5 && first.extras.lastUsed == 1_608_146_844)
        #expect(first.tags == ["a", "b"] && found.entries[1].extras.icon.isEmpty)
        #expect(
            found.problems.map(\.reason) == ["it is counter based and has no counter", "it is not an account"])
    }

    @Test(
        "JSON of no known program is read by the names in it",
        arguments: [
            #"[{"issuer":"A","name":"a","secret":"MZXW6YTBOJSXEZLTORUW4ZY","digits":8}]"#,
            #"{"v":1,"data":{"tokens":[{"service":"A","Account":"a","TOTP_Secret":"mzxw6ytbojsxezltoruw4zy","digits":"8"},7]}}"#,
            #"{"A":"otpauth://totp/a?secret=MZXW6YTBOJSXEZLTORUW4ZY&digits=8","b":[null,"x"]}"#,
            #"[{"x":1},{"otpauth":"otpauth://totp/A:a?secret=MZXW6YTBOJSXEZLTORUW4ZY&digits=8"}]"#,
        ])
    func anyJSON(_ text: String) throws {
        let (format, found) = try read(Array(text.utf8))
        let entry = try #require(found.entries.first)
        #expect(format == "json" && found.entries.count == 1 && found.warnings.count == 1)
        #expect(
            entry.issuer == "A" && entry.name == "a" && entry.parameters?.digits == 8 && entry.key.hasPrefix("666f6f"))
    }

    @Test("Of a file of no known program names, kinds and several columns with codes come along")
    func anyColumns() throws {
        let rows = try read(
            Array(
                """
                name,secret,issuer,type,counter,url
                EC:me,MZXW6YTBOJSXEZLTORUW4ZY,EC,totp,,otpauth://totp/EC:me?secret=MZXW6YTBOJSXEZLTORUW4ZY&digits=8
                EC:you,MZXW6YTBOJSXEZLTORUW4ZY,EC,hotp,4,
                EC:he,MZXW6YTBOJSXEZLTORUW4ZY,EC,totp,,otpauth://totp/EC:he?secret=MZXW6YTBOJSXEZLTORUW4ZY

                """.utf8)
        ).found
        #expect(rows.entries.map(\.name) == ["me", "you", "he"] && rows.entries.allSatisfy { $0.issuer == "EC" })
        #expect(rows.entries.map { $0.parameters?.kind } == [.totp, .hotp, .totp])
        #expect(rows.entries.map { $0.parameters?.digits } == [8, 6, 6])
        for text in [
            #"[{"name":"a","hotp_secret":"MZXW6YTBOJSXEZLTORUW4ZY","counter":0}]"#,
            "Title,HmacOtp-Secret-Base32,HmacOtp-Counter\na,MZXW6YTBOJSXEZLTORUW4ZY,0\n",
        ] {
            #expect(try read(Array(text.utf8)).found.entries.map { $0.parameters?.kind } == [.hotp])
        }
        // What is no key is told where others of its name are, and nothing else is.
        let some = Self.line("a") + Self.line("b").replacing("MZXW", with: "0189") + #"{"name":"c","key":"x"}"#
        let told = try read(Array("\(some){\"name\":\"d\",\"secret\":\"no\",\"all\":[\(Self.line("e"))]}".utf8)).found
        #expect(told.entries.map(\.name) == ["a", "e"] && told.problems.count == 1, "\(told.problems)")
        let tokens = #"{"tokens":[{"issuer":"N","secret":"MZXW6YTBOJSXEZLTORUW4ZY","type":"HOTP","counter":"8"}]}"#
        #expect(try read(Array(tokens.utf8)).found.entries.map { $0.parameters?.counter } == [8])
    }

    /// An account of no known program, as JSON on one line.
    private static func line(_ name: String) -> String {
        #"{"issuer":"A","name":"\#(name)","secret":"MZXWYYTBOJSXEZLTORUWYZY","digits":8}"#
    }

    @Test(
        "JSON texts behind one another are the items of a list",
        arguments: [
            "1\n2\n3\n", "1\r\n2\r\n\r\n3", "\u{FEFF}1 2 3", "1,\n2,\n3,\n", "1\n[2,\n 3]\n", "123", "[1]\n[2]\n[3]",
            "{\"level\":\"info\"}\n1\n{\"event\":2}\n[]\n3",
        ])
    func lines(_ form: String) throws {
        let text = zip("123", "abc").reduce(form) { $0.replacing(String($1.0), with: Self.line(String($1.1))) }
        let (format, found) = try read(Array(text.utf8))
        #expect(format == "json" && found.entries.map(\.name) == ["a", "b", "c"], "\(text)")
        #expect(found.entries.allSatisfy { $0.parameters?.digits == 8 } && found.problems.isEmpty)
    }

    @Test("Of JSON texts behind one another a broken line costs no other") func brokenLines() throws {
        let text = [Self.line("a"), "{\"cut\":", "2026 INFO", Self.line("b"), Self.line("c") + "x", Self.line("d")]
        let whole = LockedText(try locked(Array(text.joined(separator: "\n").utf8)))
        let source = try Source([SourceFile(name: "", text: whole)])
        let found = try read(source).found
        try source.tell(found)
        #expect(found.entries.map(\.name) == ["a", "b", "d"])
        #expect(found.problems.map(\.label) == ["line 2", "line 3", "line 5"])
        // What has nothing but broken ones, or is cut off, is damaged as before.
        for text in ["{\"a\":\n", "[\(Self.line("a")),\n\(Self.line("b"))\n", "\(Self.line("a"))\n{\n{\n", "{}\n]"] {
            #expect(throws: ConversionError.self) { try read(Array(text.utf8)) }
        }
    }

    @Test("Exports behind one another are read each by itself") func exports() throws {
        let aegis = #"""
            {"version":1,"header":{"slots":null,"params":null},"db":{"version":3,"groups":[],"entries":[{"type":"totp",
            "name":"me","issuer":"Aegis","info":{"secret":"MZXW6YTBOJSXEZLTORUW4ZY","algo":"SHA256","digits":8,"period":60}}]}}
            """#
        let bitwarden = #"""
            {"encrypted":false,"items":[{"type":1,"name":"Bit","login":{"username":"me","totp":"MZXW6YTBOJSXEZLTORUW4ZY"}}]}
            """#
        let sealed = #"{"version":1,"header":{"slots":[],"params":{"nonce":"","tag":""}},"db":"AAAA"}"#
        let text = [aegis, sealed, bitwarden, Self.line("other")].joined(separator: "\n")
        let (format, found) = try read(Array(text.utf8))
        #expect(format == "json" && found.entries.map(\.issuer) == ["Aegis", "Bit", "A"])
        #expect(found.entries.map { $0.parameters?.period } == [60, 30, 30])
        #expect(found.warnings.contains { $0.hasPrefix("text 2 of 4: ") }, "\(found.warnings)")
    }

    @Test(
        "Of JSON and CSV of no known program nothing that decides about the codes is passed over",
        arguments: [
            #"[{"name":"a","otp":{"secret":"KEY","digits":8,"period":60,"algorithm":"SHA256"}}]"#,
            #"[{"name":"a","secret":"KEY","totp":{"digits":"8","period":"60","algorithm":"sha-256"}}]"#,
            #"[{"name":"a","totpSecret":"KEY","totpDigits":8,"totpPeriod":60,"totp_algorithm":"SHA256"}]"#,
            #"[{"user":"a","token":"KEY","length":8.0,"time_period":60,"algo":"HMAC-SHA256"}]"#,
            #"{"a":{"secret":"KEY","numDigits":8,"timeStep":60,"hash":"SHA256"}}"#,
            "name,otp_secret,otp_digits,otp_period,otp_algorithm\na,KEY,8,60,SHA256\n",
            "Account,2FA Secret,TOTP Digits,Time Step,Hash Algorithm\na,KEY,8.0,60 s,sha256\n",
            "id|login|Key|digits|interval|algorithm\n1|a|KEY|8|60|SHA256\n",
            #"[{"name":"a","secret":"KEY","url":"otpauth://totp/a?secret=KEY&digits=8&period=60&algorithm=SHA256"}]"#,
            "name,secret,link\na,KEY,otpauth://totp/a?secret=KEY&digits=8&period=60&algorithm=SHA256\n",
            #"[{"issuer":"","name":"a","secret":"KEY","digits":8,"period":60,"algorithm":"SHA256","url":"https://x"}]"#,
        ])
    func decisive(_ text: String) throws {
        let found = try read(Array(text.replacing("KEY", with: "MZXW6YTBOJSXEZLTORUW4ZY").utf8)).found
        let entry = try #require(found.entries.first)
        #expect(found.entries.count == 1 && found.problems.isEmpty && entry.issuer + entry.name == "a")
        #expect(entry.parameters == (try Parameters(kind: .totp, algorithm: .sha256, digits: 8, period: 60)))
    }

    @Test(
        "A counter is one, whatever the kind is called",
        arguments: [#""counter":4"#, #""type":"counter","counter":"4""#, #""kind":"OATH-HOTP","counter":4"#])
    func counted(_ fields: String) throws {
        let found = try read(json: #"[{"name":"a","secret":"MZXW6YTBOJSXEZLTORUW4ZY",\#(fields)}]"#)
        #expect(found.entries.map(\.parameters) == [try Parameters(kind: .hotp, counter: 4)])
    }

    @Test(
        "What is wrong with one is told, and costs no other",
        arguments: [
            #""secret":"KEY","digits":8.5"#, #""secret":"KEY","period":-30"#, #""totp_secret":"??""#,
            #""secret":"KEY","type":"hotp""#, #""secret":"KEY","algorithm":1"#,
        ])
    func wrong(_ fields: String) throws {
        let text = #"[{"name":"a","secret":"KEY"},{"name":"b",\#(fields)}]"#
        let found = try read(json: text.replacing("KEY", with: "MZXW6YTBOJSXEZLTORUW4ZY"))
        #expect(found.entries.map(\.issuer) == ["a"] && found.problems.count == 1)
    }

    @Test(
        "Names and keys without titles",
        arguments: [
            "A,a,GEZD GNBV GY3T QOJQ GEZD\n", "A: gezdgnbvgy3tqojqgezd\nB: gezdgnbvgy3tqojqgezd\n",
            "A\totpauth://totp/x?secret=GEZDGNBVGY3TQOJQGEZD\n", "GEZDGNBVGY3TQOJQGEZD;A;a\n",
        ])
    func untitled(_ text: String) throws {
        let (format, found) = try read(Array(text.utf8))
        let first = try #require(found.entries.first)
        #expect(format == "csv" && first.issuer == "A" && first.key.hasPrefix("313233") && found.problems.isEmpty)
    }

    @Test("JSON in which nothing says that it is a code is of no format") func noJSON() throws {
        for text in [
            #"{"a":"MZXW6YTBOJSXEZLTORUW4ZY"}"#, #"[{"name":"a","secret":"hunter2!"}]"#,
            #"{"secret":"MZXW6YTBOJSXEZLTORUW4ZY"}"#,
        ] {
            #expect(throws: ConversionError.unknownFormat) { try read(Array(text.utf8)) }
        }
    }

    @Test("Of Keeper a record may have several codes, and what somebody unpacked is read") func lists() throws {
        let keeper = try read(
            json:
                #"{"shared_folders":[],"records":[{"title":"A","custom_fields":{"$oneTimeCode::1":["MZXW6","MZXW6YTB"]}}]}"#
        )
        #expect(keeper.entries.map(\.key) == ["666f6f", "666f6f6261"])
        let pass = try read(
            json:
                #"{"vaults":{"v":{"name":"V","items":[{"data":{"metadata":{"name":"A"},"content":{"totpUri":"MZXW6"}}}]}}}"#
        )
        #expect(pass.entries.map(\.tags) == [["V"]])
        let one = try read(
            json:
                #"{"accounts":[{"vaults":[{"items":[{"details":{"sections":[{"fields":[{"value":{"totp":"MZXW6"}}]}]}}]}]}]}"#
        )
        #expect(one.entries.map(\.key) == ["666f6f"])
        let authy = try read(json: #"[{"name":"A: a","decrypted_seed":"MZXW6","digits":7}]"#)
        #expect(authy.entries.first?.parameters?.digits == 7)
    }

    @Test("The extension Authenticator: Blizzard's mark, and keys that are hexadecimal without a word of it")
    func marks() throws {
        let found = try read(
            json: #"""
                {"a":{"hash":"a","index":0,"secret":"blz-MZXW6","type":"totp"},
                "b":{"hash":"b","index":1,"secret":"01aa","type":"totp"},
                "c":{"hash":"c","index":2,"secret":"MZXW6","algorithm":"2"}}
                """#)
        #expect(found.entries.map(\.key) == ["666f6f", "01aa", "666f6f"] && found.entries[0].parameters?.digits == 8)
        #expect(found.entries[2].parameters?.algorithm == .sha256)
    }

    @Test("OTPClient: group, hash and Steam by its issuer") func otpClient() throws {
        let found = try read(
            json: #"""
                [{"type":"TOTP","label":"a","issuer":"i","digits":8,"algo":"SHA512","secret":"MZXW6","period":15,
                "group":"Work"},
                {"type":"HOTP","label":"b","issuer":null,"digits":6,"algo":"SHA1","secret":"MZXW6","counter":4},
                {"type":"TOTP","label":"c","issuer":"Steam","digits":5,"algo":"SHA1","secret":"MZXW6","period":30},
                {"type":"TOTP","label":"d","issuer":"i","digits":6,"algo":"MD5","secret":"MZXW6","period":30}]
                """#)
        #expect(
            try found.entries.map(\.parameters) == [
                Parameters(kind: .totp, algorithm: .sha512, digits: 8, period: 15),
                Parameters(kind: .hotp, counter: 4), Parameters(kind: .steam),
            ])
        #expect(found.entries.map(\.tags) == [["Work"], [], []])
        #expect(found.problems.map(\.reason) == ["MD5 is too short for codes of this kind"])
    }

    @Test("Raivo: every value is a text") func raivo() throws {
        let found = try read(
            json: #"""
                [{"issuer":"i","account":"a","secret":"MZXW6","algorithm":"SHA256","digits":"7","kind":"TOTP","timer":"60",
                "counter":"0","pinned":"true","iconType":"raivo_repository","iconValue":"g/github.png"},
                {"issuer":"i","account":"b","secret":"MZXW6","algorithm":"SHA1","digits":"6","kind":"HOTP","timer":"",
                "counter":"4294967296","pinned":"false"},
                {"issuer":"i","account":"c","secret":"MZXW6","digits":"six","kind":"TOTP","timer":"30"}]
                """#)
        #expect(
            try found.entries.map(\.parameters) == [
                Parameters(kind: .totp, algorithm: .sha256, digits: 7, period: 60),
                Parameters(kind: .hotp, counter: 1 << 32),
            ])
        #expect(found.entries.map(\.extras.isFavourite) == [true, false])
        #expect(found.entries.first?.extras.icon == "g/github.png")
        #expect(found.problems.map(\.reason) == ["its digits is negative or not a whole number"])
    }

    @Test("Duo: accounts of others come along, its own do not") func duo() throws {
        let found = try read(
            json: #"""
                [{"accountType":"DuoAccount","name":"push","pkey":"x"},
                {"accountType":"OtpAccount","name":"t","otpGenerator":{"otpSecret":"MZXW6"},"logoUri":"file:///x"},
                {"accountType":"OtpAccount","name":"h","otpGenerator":{"otpSecret":"MZXW6","counter":0}}]
                """#)
        #expect(found.entries.map { $0.parameters?.kind } == [.totp, .hotp])
        #expect(found.entries.map(\.lost) == [["icon picture"], []])
        #expect(found.problems.map(\.label) == ["push"])
    }

    @Test("LastPass: favourite, folder and original names") func lastPass() throws {
        let found = try read(
            json: #"""
                {"version":3,"accounts":[{"issuerName":"i","userName":"u","secret":"mzxw6","timeStep":60,"digits":9,
                "algorithm":"SHA256","isFavorite":true,"folderData":{"folderId":2,"position":0}},
                {"issuerName":"","originalIssuerName":"I","originalUserName":"U","secret":"MZXW6","pushNotification":true,
                "folderData":{"folderId":0}}, {"issuerName":"x","userName":"y","secret":"","digits":6}],
                "folders":[{"id":0,"name":"Other"},{"id":2,"name":"Work"}]}
                """#)
        #expect(
            try found.entries.map(\.parameters) == [
                Parameters(kind: .totp, algorithm: .sha256, digits: 9, period: 60), Parameters(kind: .totp),
            ])
        #expect(found.entries.map(\.issuer) == ["i", "I"] && found.entries.map(\.name) == ["u", "U"])
        #expect(found.entries.map(\.tags) == [["Work"], []] && found.entries[0].extras.isFavourite)
        #expect(found.entries[1].lost == ["push notifications"])
        #expect(found.problems.map(\.reason) == ["the key is empty"])
        #expect(throws: ConversionError.version("4")) {
            try read(json: #"{"version":4,"accounts":[],"folders":[]}"#)
        }
    }

    @Test("FreeOTP+: the order, octets of both signs, and defaults") func freeOTPPlus() throws {
        let found = try read(
            json: #"""
                {"tokenOrder":["I:b","a"],"tokens":[
                {"label":"c","secret":[-1,0,255],"type":"TOTP","algo":null,"digits":null,"period":null},
                {"label":"a","secret":[102],"type":"HOTP","counter":null},
                {"label":"b","issuerInt":"I","issuerExt":"J","secret":[-128,127],"type":"TOTP","digits":8},
                {"label":"d","secret":[256],"type":"TOTP"},{"label":"e","secret":[],"type":"TOTP"}]}
                """#)
        #expect(found.entries.map(\.name) == ["b", "a", "c"] && found.entries[0].issuer == "J")
        #expect(found.entries.map(\.key) == ["807f", "66", "ff00ff"])
        #expect(
            try found.entries.map(\.parameters) == [
                Parameters(kind: .totp, digits: 8), Parameters(kind: .hotp), Parameters(kind: .totp),
            ])
        #expect(found.problems.map(\.label) == ["d", "e"])
    }

    @Test("Keeper: the field of the code in each spelling, folders, and what is lost") func keeper() throws {
        let uri = "otpauth://totp/I:u?secret=MZXW6"
        let found = try read(
            json: #"""
                {"shared_folders":[],"records":[{"title":"I","login":"u","custom_fields":{"$oneTimeCode":"\#(uri)"},
                "notes":"n","folders":[{"folder":"A\\B"},{"shared_folder":"C","can_edit":true}]},
                {"title":"T","password":"p","login_url":"u","custom_fields":{"x":"y","TFC:Keeper":"\#(uri)"}},
                {"title":"b","custom_fields":{"$oneTimeCode::1":"M0"}},{"title":"plain","custom_fields":{}}]}
                """#)
        #expect(found.entries.map(\.issuer) == ["I", "I"] && found.entries.map(\.name) == ["u", "u"])
        #expect(found.entries.map(\.tags) == [["A/B", "C"], []] && found.entries[0].note == "n")
        #expect(found.entries.map(\.lost) == [[], ["item name (T)", "password", "URL", "custom fields"]])
        #expect(found.problems.map(\.label) == ["b"] && found.warnings.count == 1)
    }
}
