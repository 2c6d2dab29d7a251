import Platform
import Testing
import Wire

@testable import Interchange

@Suite struct CSVTextTests {
    private func rows(_ text: String) throws -> [[String]] {
        let csv = try CSVText.parse(LockedText(LockedBuffer(copying: Array(text.utf8).span)))
        return csv.rows.indices.map { index in (0..<csv[index].count).map { csv[index].string($0) } }
    }

    @Test("Quotes, ends of lines, separators") func forms() throws {
        #expect(try rows("a,b\r\n1,2\r\n") == [["a", "b"], ["1", "2"]])
        #expect(try rows("a;b;c,d\n\"x;\"\"y\"\"\r\nz\";2;") == [["a", "b", "c,d"], ["x;\"y\"\r\nz", "2", ""]])
        #expect(try rows("a\tb\n\n\n1\t") == [["a", "b"], ["1", ""]])
        #expect(try rows("sep=;\r\na,b;c\r\n") == [["a,b", "c"]])
        #expect(try rows("") == [] && rows("a") == [["a"]] && rows("\"\"") == [[""]] && rows(",") == [["", ""]])
    }

    @Test(
        "A line with broken quotes is marked and costs no other", arguments: ["\"a", "a,\"b", "\"a\"b,c", "\"a\" ,b"])
    func malformed(_ text: String) throws {
        let whole = "1,2\n\(text)\n\"3\",4\n\(text)\n5,6"
        let csv = try CSVText.parse(LockedText(LockedBuffer(copying: Array(whole.utf8).span)))
        #expect(csv.rows.indices.map { csv[$0].isBroken } == [false, true, false, true, false])
        #expect(csv[2].string(0) == "3" && csv[4].string(1) == "6" && csv[4].line == 5)
    }

    @Test("Quotes that open again and again end soon") func patience() throws {
        let text = String(repeating: "\"\"\"x\n", count: 40_000)
        _ = try? CSVText.parse(LockedText(LockedBuffer(copying: Array(text.utf8).span)))
    }

    @Test("Lines are counted inside quotes too") func lines() throws {
        let csv = try CSVText.parse(LockedText(LockedBuffer(copying: Array("a\n\"1\r\n2\r3\"\n\nb".utf8).span)))
        #expect(csv.rows.indices.map { csv[$0].line } == [1, 2, 6])
    }

    @Test("A line of more than 1,000 fields is refused") func width() throws {
        #expect(throws: ConversionError.tooLarge("a line of more than 1,000 fields")) {
            try rows(String(repeating: ",", count: 1001))
        }
    }
}

@Suite struct PasswordManagerCSVTests {
    private func entries(_ text: String) throws -> (format: String, found: CollectingSink) {
        try read(Array(text.utf8))
    }

    @Test("Bitwarden: bare keys, folders, favourites, what is lost; other items are left out") func bitwarden() throws {
        let (format, found) = try entries(
            """
            folder,favorite,type,name,notes,fields,reprompt,login_uri,login_username,login_password,login_totp
            Work/Code,1,login,GitHub,"a
            b",pin: 1,0,https://example.com,me,pw,me me-me==
            ,,login,None,,,0,,,pw,
            ,,login,Bad,,,0,,,,otpauth://totp/x?secret=1
            ,,login,S,,,0,,me,,steam://ME

            """)
        #expect(format == "bitwarden" && found.warnings == ["items without a one-time password, left out: 1"])
        let first = try #require(found.entries.first)
        #expect(first.issuer == "GitHub" && first.name == "me" && first.note == "a\nb" && first.tags == ["Work/Code"])
        #expect(first.extras.isFavourite && first.lost == ["password", "URL", "custom fields"])
        #expect(found.entries.last?.issuer == "S" && found.entries.last?.name == "me")
        #expect(found.problems.map(\.label) == ["Bad"] && found.problems.map(\.position) == [2])
    }

    @Test("Titles may have spaces around, and rows lack empty fields at their ends") func loose() throws {
        let (format, found) = try entries(
            "Name, Login_Username, Login_TOTP, Notes\nA, a, MZXW6, n\nB, b, MZXW6\nC, c\n")
        #expect(
            format == "bitwarden" && found.entries.map(\.issuer) == ["A", "B"]
                && found.problems.map(\.label) == ["line 4"])
    }

    @Test(
        "Items with fields of their own",
        arguments: [
            (
                "roboform",
                "Name,Url,MatchUrl,Login,Pwd,Note,Folder,RfFieldsV2\n"
                    + "A,https://a,,'@a,p,n,/Work/X,\"User ID$,,,txt,a\",\"TOTP KEY$,,,txt,MZXW6YTBOI\"\nB,https://b,,,,,,\n",
                "@a", ["Work/X"]
            ),
            (
                "enpass", "A,Username,@a,*Password,p,Website,https://a,TOTP,MZXW6YTBOJSXEZLTORUW4ZY,n\nB,*Password,p\n",
                "@a",
                [String]()
            ),
            (
                "keeper", "Work\\X,A,@a,p,https://a,n,,$oneTimeCode:label:1,otpauth://totp/A:@a?secret=MZXW6YTBOI\n",
                "@a",
                ["Work/X"]
            ),
        ])
    func fieldLists(_ program: String, _ text: String, _ user: String, _ tags: [String]) throws {
        let (format, found) = try entries(text)
        #expect(format == program && found.problems.isEmpty)
        let entry = try #require(found.entries.first)
        #expect(
            found.entries.count == 1 && entry.issuer == "A" && entry.name == user && entry.key.hasPrefix("666f6f626172")
        )
        #expect(entry.note == "n" && entry.tags == tags && entry.lost == ["password", "URL"])
    }

    @Test(
        "Every layout is recognised by its titles",
        arguments: [
            (
                "keepassxc",
                "\"Group\",\"Title\",\"Username\",\"Password\",\"URL\",\"Notes\",\"TOTP\",\"Icon\"\n"
                    + "\"Root/A/B\",\"T\",\"u\",\"\",\"\",\"n\",\"otpauth://totp/T:u?secret=ME&issuer=T\",\"0\"\n",
                "B"
            ),
            ("lastpass", "url,username,password,totp,extra,name,grouping,fav\n,u,,ME,n,T,A\\B,1\n", "A/B"),
            (
                "1password",
                "Title,Url,Username,Password,OTPAuth,Favorite,Archived,Tags,Notes\n"
                    + "T,,u,,otpauth://totp/T:u?secret=ME&issuer=T,true,false,\"A/B\",n\n", "A/B"
            ),
            ("apple", "Title,URL,Username,Password,Notes,OTPAuth\nT,,u,,n,otpauth://totp/T:u?secret=ME&issuer=T\n", ""),
            (
                "proton-pass",
                "type,name,url,email,username,password,note,totp,createTime,modifyTime,vault\n"
                    + "login,T,,u,,,n,otpauth://totp/T:u?secret=ME,1,1,A/B\n", "A/B"
            ),
            (
                "dashlane",
                "username,username2,username3,title,password,note,url,category,otpUrl\n"
                    + "u,,,T,,n,,A/B,otpauth://totp/T:u?secret=ME\n", "A/B"
            ),
            ("keeper", "\"A\\B\",T,u,,,n,,TFC:Keeper,otpauth://totp/T:u?secret=ME\n", "A/B"),
        ])
    func layouts(_ format: String, _ text: String, _ tag: String) throws {
        for text in [text, "\u{FEFF}" + text, text.split(separator: "\n").joined(separator: "\r\n")] {
            let (found, sink) = try entries(text)
            #expect(found == format)
            let entry = try #require(sink.entries.first)
            #expect(entry.issuer == "T" && entry.name == "u" && entry.note == "n" && entry.key == "61")
            #expect(entry.tags == (tag.isEmpty ? [] : [tag]) && sink.entries.count == 1)
        }
    }

    @Test("Where title and user name are one, an account has only a name") func oneName() throws {
        let (_, found) = try entries("url,username,password,totp,extra,name,grouping,fav\n,me,,ME,,me,,0\n")
        #expect(found.entries.first?.issuer == "" && found.entries.first?.name == "me")
    }

    @Test("A CSV without a column for one-time passwords is of no known format") func without() throws {
        let remedy = "export from the program that makes the codes; browsers keep none"
        #expect(
            throws: ConversionError.unsupported(
                "the file is a list of passwords without one-time passwords", remedy: remedy)
        ) { try entries("name,url,username,password\na,b,c,d\n") }
    }

    @Test("A line with too few fields is told, and one without an end") func cut() throws {
        let (_, found) = try entries("name,login_username,login_totp\na,b\nc,d,ME")
        #expect(found.entries.count == 1 && found.problems.first?.label == "line 2" && found.warnings.count == 1)
    }

    @Test("A formula is only text") func formula() throws {
        let (_, found) = try entries("url,username,password,totp,extra,name,grouping,fav\n,@x,,ME,,=cmd|'/c'!A1,,0\n")
        #expect(found.entries.first?.issuer == "=cmd|'/c'!A1" && found.entries.first?.name == "@x")
    }
}
