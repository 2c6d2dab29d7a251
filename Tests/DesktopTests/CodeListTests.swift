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

    @Test func `An account that came without its key is there, to be set up again`() {
        var list = CodeList()
        list.take([
            account(1, "Bank", "alice", kind: nil, state: .needsVerification), account(2, "Shop", "eve", kind: nil),
        ])
        #expect(list.rows.map(\.account.id.low) == [1])
        #expect(list.rows.map(\.mark) == [.needsVerification])
        list.query = "bank"
        #expect(list.only == nil)
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
        list.shown = ShownCode(code(1, "123456", until: 60), at: 0)
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

    @Test func `An account is dropped in front of what is above it and behind what is below, among its own kind`() {
        var list = CodeList()
        list.take(all)
        let id = { (number: UInt64) in Identifier(high: 0, low: number) }
        #expect(list.place(of: id(3), on: id(1)).map { "\($0)" } == "\(Place<Selector>.before(.id(id(1))))")
        #expect(list.place(of: id(1), on: id(3)).map { "\($0)" } == "\(Place<Selector>.after(.id(id(3))))")
        #expect(list.place(of: id(1), on: id(1)) == nil)
        #expect(list.place(of: id(1), on: id(4)) == nil)
        #expect(list.place(of: id(1), on: id(9)) == nil)
        list.isByName = true
        #expect(list.place(of: id(3), on: id(1)) == nil)
    }

    @Test func `By name they are sorted, and behind that in their own order`() {
        var list = CodeList()
        list.take(all)
        list.isByName = true
        #expect(list.ids.map(\.low) == [2, 1, 4, 3])
        list.query = "o"
        #expect(list.ids.map(\.low) == [1, 4, 3])
        list.query = ""
        list.isByName = false
        #expect(list.ids.map(\.low) == [4, 1, 2, 3])
    }

    @Test func `A row is its account's although another stands in its place by now`() {
        var list = CodeList()
        list.take(all)
        list.shown = ShownCode(code(1, "123456", until: 60), at: 0)
        let shown = list.ids
        list.take(all.reversed())
        for (number, id) in shown.enumerated() {
            let row = list.row(of: id, at: number)
            #expect(row?.account.id == id)
            #expect(row?.spoken.contains("123") == (id.low == 1))
        }
        list.take([all[1]])
        #expect(list.row(of: shown[1], at: 1) == nil)
    }

    @Test func `The search finds letters anywhere in a name, also those of several bytes`() {
        var list = CodeList()
        list.take([account(1, "例え銀行", "山田太郎"), account(2, "Ärzte", "x")])
        list.query = "銀行 山田"
        #expect(list.ids.map(\.low) == [1])
        list.query = "銀行\u{3000}山田"
        #expect(list.ids.map(\.low) == [1])
        list.query = "ärz"
        #expect(list.ids.map(\.low) == [2])
        list.query = "z x y"
        #expect(list.ids.isEmpty)
    }

    @Test func `Row and code belong together after the order has changed`() {
        var list = CodeList()
        list.take(all)
        list.shown = ShownCode(code(3, "654321", until: 60), at: 0)
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
        list.shown = ShownCode(code(1, "123456", until: 60), at: 0)
        let early = list.expire(at: 59)
        let due = list.expire(at: 60)
        #expect(!early && due)
        #expect(list.shown == nil)
        list.shown = ShownCode(code(1, "123456", until: 60), at: 0)
        list.take([all[1]])
        #expect(list.shown == nil)
    }

    @Test func `A code is hidden when the clock is set back, too, also the next one, which is not valid yet`() {
        let reply = code(1, "123456", until: 120)
        let shown = ShownCode(reply, at: 100)
        #expect(!shown.isOver(at: 90))
        #expect(shown.isOver(at: 89))
        let next = ShownCode(reply, at: 80)
        #expect(!next.isOver(at: 80))
        #expect(next.isOver(at: 79))
        #expect(next.isOver(at: 120))
    }

    @Test func `A code for one use, which has no end of its own, is hidden after 30 seconds`() {
        let reply = CodeReply(
            account: Identifier(high: 0, low: 1), code: "755224", validFrom: 0, validUntil: 0, counter: 0, period: 0)
        let shown = ShownCode(reply, at: 100)
        #expect(!shown.isOver(at: 129))
        #expect(shown.isOver(at: 130))
        #expect(shown.ring(at: 129) == nil)
    }

    @Test func `The ring is there in the last ten seconds only`() {
        let shown = ShownCode(code(1, "12345678", until: 100), at: 0)
        #expect(shown.ring(at: 89) == nil)
        #expect(shown.ring(at: 95) == 0.5)
        #expect(shown.grouped == "1234\u{2009}5678")
        #expect(ShownCode(code(1, "123456", until: 100), at: 0).grouped == "123\u{2009}456")
    }

    @Test func `What is read aloud tells what the row needs`() {
        var list = CodeList()
        list.take([account(1, "A", "b", state: .needsVerification), account(2, "Bank", "alice", consent: .confirm)])
        list.waiting = [Identifier(high: 0, low: 2)]
        #expect(list.rows.map(\.spoken) == ["A, b, must be set up again", "Bank, alice, waiting for your yes"])
    }
}
