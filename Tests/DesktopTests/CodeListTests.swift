import Testing
import Wire

@testable import Desktop

/// An account that gives codes.
func account(
    _ number: UInt64, _ issuer: String, _ name: String, tags: [String] = [], kind: CredentialKind? = .totp,
    consent: Consent = .none, state: AccountState = .ok, isFavourite: Bool = false
) -> Account {
    var extras = AccountExtras()
    extras.isFavourite = isFavourite
    return Account(
        id: Identifier(high: 0, low: number), issuer: issuer, name: name,
        credential: Credential(kind: kind, algorithm: .sha1, digits: 6, period: 30), tags: tags, state: state,
        consent: consent, created: 1, modified: 1, extras: extras)
}

private func code(_ number: UInt64, _ code: String, until: UInt64) -> CodeReply {
    CodeReply(
        account: Identifier(high: 0, low: number), code: code, validFrom: until - 30, validUntil: until, counter: 0,
        period: 30)
}

@Suite struct CodeListTests {
    private let all = [
        account(1, "GitHub", "octo", tags: ["work"]), account(2, "Bank", "alice", consent: .confirm),
        account(3, "", "router"), account(4, "Mail", "bob", tags: ["home"], isFavourite: true),
        account(5, "Shop", "eve", kind: nil),
    ]

    @Test func `Favourites come first, and what gives no codes is not in the list`() {
        var list = CodeList()
        list.take(all)
        #expect(list.rows.map(\.account.id.low) == [4, 1, 2, 3])
    }

    @Test func `All words of a search must fit, in any order and case`() {
        var list = CodeList()
        list.take(all)
        list.query = "OCTO git"
        #expect(list.rows.map(\.account.id.low) == [1])
        list.query = "nobody"
        #expect(list.rows.isEmpty)
    }

    @Test func `A search that leaves one account asks for its code, unless that takes a yes`() {
        var list = CodeList()
        list.take(all)
        #expect(list.only == nil)
        list.query = "git"
        #expect(list.only?.id.low == 1)
        list.shown = ShownCode(code(1, "123456", until: 60))
        #expect(list.only == nil)
        list.query = "bank"
        #expect(list.only == nil)
    }

    @Test func `A tag leaves those that have it, and is forgotten with the last of them`() {
        var list = CodeList()
        list.take(all)
        #expect(list.tags == ["home", "work"])
        list.tag = "work"
        #expect(list.rows.map(\.account.id.low) == [1])
        list.take([all[1]])
        #expect(list.tag == nil)
        #expect(list.rows.count == 1)
    }

    @Test func `Row and code belong together after the order has changed`() {
        var list = CodeList()
        list.take(all)
        list.shown = ShownCode(code(3, "654321", until: 60))
        list.take(all.reversed())
        for row in list.rows {
            if row.account.id.low == 3 {
                #expect(row.spoken.contains("654"))
            } else {
                #expect(row.mark == .hidden)
                #expect(!row.spoken.contains("654"))
            }
        }
    }

    @Test func `A code is hidden when its time is over, and with its account`() {
        var list = CodeList()
        list.take(all)
        list.shown = ShownCode(code(1, "123456", until: 60))
        let early = list.expire(at: 59)
        let due = list.expire(at: 60)
        #expect(!early && due)
        #expect(list.shown == nil)
        list.shown = ShownCode(code(1, "123456", until: 60))
        list.take([all[1]])
        #expect(list.shown == nil)
    }

    @Test func `The ring is there in the last ten seconds only`() {
        let shown = ShownCode(code(1, "12345678", until: 100))
        #expect(shown.ring(at: 89) == nil)
        #expect(shown.ring(at: 95) == 0.5)
        #expect(shown.grouped == "1234\u{2009}5678")
        #expect(ShownCode(code(1, "123456", until: 100)).grouped == "123\u{2009}456")
    }

    @Test func `What is read aloud tells what the row needs`() {
        var list = CodeList()
        list.take([account(1, "A", "b", state: .needsVerification), account(2, "Bank", "alice", consent: .confirm)])
        list.waiting = [Identifier(high: 0, low: 2)]
        #expect(list.rows.map(\.spoken) == ["A, b, must be set up again", "Bank, alice, waiting for your yes"])
    }
}
