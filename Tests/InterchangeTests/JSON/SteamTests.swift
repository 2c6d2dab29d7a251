import OneTimePassword
import Platform
import Testing

@testable import Interchange

@Suite struct SteamTests {
    private let account =
        #"{"shared_secret":"Zm9v","account_name":"me","revocation_code":"R12345","identity_secret":"eA=="}"#

    @Test("One account: the revocation code is kept, what is no code is not") func single() throws {
        let entry = try #require(try only(account))
        #expect(entry.issuer == "Steam" && entry.name == "me" && entry.key == "666f6f")
        #expect(try entry.parameters == Parameters(kind: .steam))
        #expect(entry.note == "Steam revocation code: R12345")
        #expect(entry.lost == ["confirmations of trades (identity_secret)"])
    }

    @Test("Several accounts, one without a key") func several() throws {
        let found = try read(
            json:
                #"{"accounts":{"1":\#(account),"2":{"account_name":"x"},"3":{"shared_secret":"Zm9v","steamid":"76"}}}"#)
        #expect(found.entries.map(\.name) == ["me", "76"])
        #expect(found.problems.map(\.label) == ["x"])
    }

    @Test("Several maFiles together") func files() throws {
        let files = try (1...2).map { _ in
            SourceFile(name: "a.maFile", text: LockedText(try locked(Array(account.utf8))))
        }
        #expect(try read(Source(files)).found.entries.map(\.position) == [1, 2])
        let list = try read(json: "[\(account), \(account)]")
        #expect(list.entries.map { $0.parameters?.kind } == [.steam, .steam])
    }

    @Test("The list of encrypted maFiles is no account, and says what to do") func manifest() {
        let text = #"{"encrypted":true,"entries":[{"encryption_iv":"a","encryption_salt":"b","filename":"1.maFile"}]}"#
        #expect(remedy(text)?.contains("maFiles") == true)
        let plain = try? read(json: text.replacing("true", with: "false"))
        #expect(plain?.entries.isEmpty == true && plain?.warnings.count == 1)
    }
}
