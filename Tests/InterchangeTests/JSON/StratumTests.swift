import OneTimePassword
import Testing
import Wire

@testable import Interchange

@Suite struct StratumTests {
    private func backup(_ items: String, _ more: String = "") -> String {
        #"{"Authenticators":[\#(items)]\#(more)}"#
    }

    @Test("Every type and every hash") func kinds() throws {
        let found = try read(
            json: backup(
                #"""
                {"Type":1,"Issuer":"i","Username":"h","Secret":"MZXW6","Algorithm":2,"Digits":8,"Counter":4294967296},
                {"Type":2,"Issuer":"i","Username":null,"Secret":"MZXW6","Algorithm":1,"Digits":6,"Period":60},
                {"Type":3,"Issuer":"i","Secret":"666F6f","Pin":"0042","Digits":6,"Period":10},
                {"Type":4,"Issuer":"Steam","Secret":"MZXW6","Digits":5},
                {"Type":5,"Issuer":"i","Secret":"EBNNZWNF3IM7ZUVVJRUN6EPDB4","Pin":"9"},
                {"Type":6,"Issuer":"i","Secret":"MZXW6"},{"Type":2,"Issuer":"i","Secret":"MZXW6","Algorithm":3},
                {"Issuer":"i","Secret":"MZXW6"}
                """#))
        #expect(
            try found.entries.map(\.parameters) == [
                Parameters(kind: .hotp, algorithm: .sha512, digits: 8, counter: 1 << 32),
                Parameters(kind: .totp, algorithm: .sha256, period: 60), Parameters(kind: .motp),
                Parameters(kind: .steam), Parameters(kind: .yandex),
            ])
        #expect(found.entries.map(\.pin) == ["", "", "0042", "", "9"])
        #expect(found.entries[2].key == "666f6f")
        #expect(
            found.problems.map(\.reason) == [
                "the kind 6 is not known", "the hash 3 is not known", "it does not say of what kind it is",
            ])
    }

    @Test("Categories are joined by the key, order by the ranking") func details() throws {
        let found = try read(
            json: backup(
                #"""
                {"Type":2,"Issuer":"b","Secret":"MZXW6","Ranking":2,"Icon":"github","CopyCount":7},
                {"Type":2,"Issuer":"a","Secret":"MZXW6YQ","Ranking":1,"Icon":"@1234"}
                """#,
                #"""
                ,"Categories":[{"Id":"1","Name":"One"},{"Id":"2","Name":"Two"}],"AuthenticatorCategories":[
                {"CategoryId":"2","AuthenticatorSecret":"MZXW6"},{"CategoryId":"1","AuthenticatorSecret":"MZXW6"},
                {"CategoryId":"1","AuthenticatorSecret":"MZXW6YQ"},{"CategoryId":"3","AuthenticatorSecret":"MZXW6YQ"}]
                """#))
        #expect(found.entries.map(\.issuer) == ["a", "b"])
        #expect(found.entries.map(\.tags) == [["One"], ["Two", "One"]])
        #expect(found.entries.map(\.lost) == [["icon picture"], []])
        #expect(found.entries[1].extras.icon == "github" && found.entries[1].extras.uses == 7)
    }
}
