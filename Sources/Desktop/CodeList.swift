package import Wire

/// A code that is shown: of one row, for as long as it holds.
package struct ShownCode: Equatable, Sendable {
    package let account: Identifier
    package let code: String
    /// UTC, in seconds; 0 for one that is for one use.
    package let validUntil: UInt64
    package let period: UInt32
    /// UTC, in seconds: when it is hidden again. So it is when the clock is set back to before the beginning.
    private let begin, end: UInt64

    /// - Parameter utc: the time, in seconds.
    package init(_ reply: CodeReply, at utc: UInt64) {
        (begin, end) =
            reply.validUntil > 0 ? (min(reply.validFrom, utc), reply.validUntil) : (utc, utc + Self.seconds)
        (account, code, validUntil, period) = (reply.account, reply.code, reply.validUntil, reply.period)
    }

    /// For how long one without an end of its own is shown.
    private static let seconds: UInt64 = 30

    /// In groups of three or four, as people read them out.
    package var grouped: String {
        let size = code.count % 3 == 0 ? 3 : code.count % 4 == 0 ? 4 : code.count > 5 ? 3 : code.count
        var text = ""
        for (index, character) in code.enumerated() {
            if index > 0, index % size == 0 { text += "\u{2009}" }
            text.append(character)
        }
        return text
    }

    /// Seconds that it holds yet.
    package func left(at utc: UInt64) -> UInt64 { validUntil > utc ? validUntil - utc : 0 }

    /// The time to show it is over.
    package func isOver(at utc: UInt64) -> Bool { utc < begin || end <= utc }

    /// The part of a ring that is left, in the last ten seconds; nil before.
    package func ring(at utc: UInt64) -> Double? {
        guard validUntil > 0, left(at: utc) <= 10 else { return nil }
        return Double(left(at: utc)) / 10
    }
}

/// A row of the list of codes.
package struct CodeRow: Equatable, Sendable {
    /// What stands in place of the code, or beside it.
    package enum Mark: Equatable, Sendable {
        case hidden
        case shown(ShownCode)
        /// A person has to say yes first, and was asked.
        case waiting
        /// It came from a backup without its key.
        case needsVerification
        /// It takes a question of the service (OCRA).
        case takesQuestion
    }

    package let account: Account
    package let mark: Mark

    /// Whose login it is, and the login.
    package var title: String { account.issuer.isEmpty ? Text.shown(account.name) : Text.shown(account.issuer) }
    package var subtitle: String { account.issuer.isEmpty ? "" : Text.shown(account.name) }

    /// What is read aloud: never a code that is not shown.
    package var spoken: String {
        let who = [title, subtitle].filter { !$0.isEmpty }.joined(separator: ", ")
        switch mark {
        case .hidden: return tr("%1, code hidden, press Enter to copy", who)
        case .shown(let code): return tr("%1, code %2, press Enter to copy", who, code.grouped)
        case .waiting: return tr("%1, waiting for your yes", who)
        case .needsVerification: return tr("%1, must be set up again", who)
        case .takesQuestion: return tr("%1, answers a question of the service", who)
        }
    }

    /// What tells it from other rows that might be shown in its place.
    package var key: String { account.id.description }
}

/// The accounts that can give codes, as the list shows them, and those that could once they are set up again.
package struct CodeList: Sendable {
    package private(set) var accounts: [Account] = []
    /// Of each account what is searched, and their order by that.
    private var names: [[UInt8]] = []
    private var byName: [Int]?
    /// What the user has typed.
    package var query = "" {
        didSet { if query != oldValue { choose() } }
    }
    /// They are shown by name, and not in the user's order.
    package var isByName = false {
        didSet { if isByName != oldValue { choose() } }
    }
    /// The tag of those that are shown; nil for all.
    package var tag: String? {
        didSet { if tag != oldValue { choose() } }
    }
    /// The accounts of the rows, which fit what was typed: all its words, in any order and case.
    package private(set) var ids: [Identifier] = []
    /// Tags that some accounts have, each once.
    package private(set) var tags: [String] = []
    /// The same as places in `accounts`.
    private var chosen: [Int] = []
    package var shown: ShownCode?
    /// Those whose code somebody has to say yes to, and was asked.
    package var waiting: Set<Identifier> = []

    package init() {}

    /// All accounts, in the user's order; favourites come first.
    package mutating func take(_ all: [Account]) {
        accounts = all.filter {
            ($0.credential.kind != nil || $0.state == .needsVerification) && $0.removed == 0
        }
        accounts = accounts.filter(\.extras.isFavourite) + accounts.filter { !$0.extras.isFavourite }
        names = accounts.map { Array(Words.folded(AccountLabel.text($0.issuer, $0.name)).utf8) }
        byName = nil
        tags = Set(accounts.flatMap(\.tags)).sorted()
        if let tag, !tags.contains(tag) { self.tag = nil }
        choose()
        if let shown, !accounts.contains(where: { $0.id == shown.account }) { self.shown = nil }
        waiting.formIntersection(accounts.map(\.id))
    }

    private mutating func choose() {
        let words = Words.folded(query).split(whereSeparator: \.isWhitespace).map { Array($0.utf8) }
        if isByName, byName == nil {
            byName = accounts.indices.sorted { names[$0].lexicographicallyPrecedes(names[$1]) }
        }
        let order = isByName ? byName ?? [] : Array(accounts.indices)
        chosen = order.filter { index in
            if let tag, !accounts[index].tags.contains(tag) { return false }
            return words.allSatisfy { Self.has($0, in: names[index]) }
        }
        ids = chosen.map { accounts[$0].id }
    }

    /// Whether a word is in a text. The standard library's search is for characters, and takes a hundred times as long.
    private static func has(_ word: [UInt8], in text: [UInt8]) -> Bool {
        guard let first = word.first, word.count <= text.count else { return word.isEmpty }
        for start in 0...(text.count - word.count) where text[start] == first {
            if word.indices.allSatisfy({ text[start + $0] == word[$0] }) { return true }
        }
        return false
    }

    /// The row of a number.
    package subscript(row: Int) -> CodeRow {
        let account = accounts[chosen[row]]
        return CodeRow(account: account, mark: mark(of: account))
    }

    /// The row of an account, which was at this place when it was shown; nil when the account is gone.
    package func row(of id: Identifier, at number: Int) -> CodeRow? {
        if ids.indices.contains(number), ids[number] == id { return self[number] }
        return accounts.first { $0.id == id }.map { CodeRow(account: $0, mark: mark(of: $0)) }
    }

    package var rows: [CodeRow] { chosen.indices.map { self[$0] } }

    /// Where an account goes that was dropped on another, so that it is shown there: in front of it when it comes from below,
    /// else behind it. nil where it cannot: favourites stay in front of others, and by name there is no place to choose.
    package func place(of moved: Identifier, on other: Identifier) -> Place<Selector>? {
        guard !isByName, moved != other, let from = accounts.firstIndex(where: { $0.id == moved }),
            let to = accounts.firstIndex(where: { $0.id == other }),
            accounts[from].extras.isFavourite == accounts[to].extras.isFavourite
        else { return nil }
        return from > to ? .before(.id(other)) : .after(.id(other))
    }

    private func mark(of account: Account) -> CodeRow.Mark {
        if account.state == .needsVerification { return .needsVerification }
        if account.credential.kind == .ocra { return .takesQuestion }
        if waiting.contains(account.id) { return .waiting }
        if let shown, shown.account == account.id { return .shown(shown) }
        return .hidden
    }

    /// The account whose code is asked for although no row was chosen: the search leaves this one only.
    package var only: Account? {
        guard !query.isEmpty, ids.count == 1, self[0].mark == .hidden, self[0].account.consent == .none,
            self[0].account.credential.kind != .hotp
        else { return nil }
        return self[0].account
    }

    /// Hides a code whose time is over; whether there was one.
    package mutating func expire(at utc: UInt64) -> Bool {
        guard let shown, shown.isOver(at: utc) else { return false }
        self.shown = nil
        return true
    }
}
