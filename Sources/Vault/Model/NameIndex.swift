/// Accounts by a number that several may have.
struct NumberIndex: Sendable {
    private struct Entry: Comparable, Sendable {
        let number: UInt64
        let id: Identifier

        static func < (a: Entry, b: Entry) -> Bool { a.number != b.number ? a.number < b.number : a.id < b.id }
    }

    private var entries = SortedTable<Entry, Void>()

    mutating func insert(_ id: Identifier, at number: UInt64) { entries[Entry(number: number, id: id)] = () }

    mutating func remove(_ id: Identifier, from number: UInt64) { entries[Entry(number: number, id: id)] = nil }

    subscript(number: UInt64) -> [Identifier] {
        entries.keys(from: Entry(number: number, id: .zero)) { $0.number == number }.map(\.id)
    }

    /// Those whose number another has too.
    var shared: [Identifier] {
        var shared: [Identifier] = []
        var last: Entry?
        entries.each { entry, _ in
            if let last, last.number == entry.number {
                if shared.last != last.id { shared.append(last.id) }
                shared.append(entry.id)
            }
            last = entry
        }
        return shared
    }
}

/// Finds accounts by the hash of their label and of their name.
struct NameIndex: Sendable {
    private var exact = NumberIndex()

    mutating func insert(_ account: Account) { for key in Self.keys(account) { exact.insert(account.id, at: key) } }

    mutating func remove(_ account: Account) { for key in Self.keys(account) { exact.remove(account.id, from: key) } }

    /// Those that may have that label or name.
    func likely(_ query: String) -> [Identifier] { exact[Self.hash(query)] }

    private static func hash(_ text: String) -> UInt64 { UInt64(bitPattern: Int64(text.hashValue)) }

    /// Who has only an issuer is not found by an empty name.
    private static func keys(_ account: Account) -> [UInt64] {
        let (label, name) = (account.details.label, account.details.name)
        return name.isEmpty || name == label ? [hash(label)] : [hash(label), hash(name)]
    }
}

extension Contents {
    /// The accounts outside the trash that have that label or name, in the owner's order.
    func named(_ query: String) -> [Account] {
        var named: [Account] = []
        for id in names.likely(query) {
            guard let account = accounts[id] else { continue }
            if account.details.isLabelled(query) || account.details.name == query && !query.isEmpty {
                named.append(account)
            }
        }
        return named.count < 2 ? named : named.sorted { ($0.position, $0.id) < ($1.position, $1.id) }
    }

    /// The one account outside the trash that `query` names.
    ///
    /// First who has exactly that label (`issuer/name`) or name, then whose label, name, issuer or `issuer:name` it is,
    /// then whose label or name starts with it, then whose label contains it; these three without regard to ASCII
    /// case. Last, whose label has all its words, without regard to case and marks.
    ///
    /// - Throws: `notFound`; `ambiguous` with the labels of all that fit equally well.
    package func find(_ query: String) throws(VaultError) -> Account {
        let exact = named(query)
        if exact.count == 1 { return exact[0] }
        if exact.isEmpty { return try Self.unique(query, among: inOrder) }
        let labelled = exact.filter { $0.details.isLabelled(query) }
        if labelled.count == 1 { return labelled[0] }
        throw .ambiguous(exact.map(\.details.label))
    }

    /// The same among those that `isWanted` holds for, as if there were no others.
    package func find(_ query: String, where isWanted: (Account) -> Bool) throws(VaultError) -> Account {
        try Self.find(query, among: inOrder.filter(isWanted))
    }

    /// The one account in the trash that `query` names, by the same rules.
    package func findInTrash(_ query: String) throws(VaultError) -> Account { try Self.find(query, among: trash) }

    private static func find(_ query: String, among wanted: [Account]) throws(VaultError) -> Account {
        let exact = wanted.filter { $0.details.label == query || $0.details.name == query }
        if exact.isEmpty { return try unique(query, among: wanted) }
        if exact.count == 1 { return exact[0] }
        let labelled = exact.filter { $0.details.label == query }
        guard labelled.count == 1 else { throw .ambiguous(exact.map(\.details.label)) }
        return labelled[0]
    }

    private static func unique(_ query: String, among accounts: some Collection<Account>) throws(VaultError) -> Account
    {
        guard !query.isEmpty else { throw .notFound }
        let text = query.utf8Span.span
        var best = Match.none
        var found: [Account] = []
        for account in accounts {
            let match = Match(text, account.details)
            if match > best {
                best = match
                found = [account]
            } else if match == best, match != .none {
                found.append(account)
            }
        }
        if found.isEmpty {
            let words = Searched.words(query)
            guard !words.isEmpty else { throw .notFound }
            found = accounts.filter { account in
                let label = Searched.text(account.details.label)
                return words.allSatisfy(label.contains)
            }
        }
        guard found.count <= 1 else { throw .ambiguous(found.map(\.details.label)) }
        guard let account = found.first else { throw .notFound }
        return account
    }

    private enum Match: Int, Comparable {
        case none
        case contains
        case starts
        case whole

        static func < (a: Match, b: Match) -> Bool { a.rawValue < b.rawValue }

        init(_ query: Span<UInt8>, _ details: AccountDetails) {
            let label = details.label.utf8Span.span
            let name = details.name.utf8Span.span
            let issuer = details.issuer.utf8Span.span
            if Self.same(label, query) || Self.same(name, query) || Self.same(issuer, query)
                || Self.colonForm(query, issuer, name)
            {
                self = .whole
            } else if Self.starts(label, at: 0, with: query) || Self.starts(name, at: 0, with: query) {
                self = .starts
            } else if (0..<max(label.count - query.count + 1, 0)).contains(where: {
                Self.starts(label, at: $0, with: query)
            }) {
                self = .contains
            } else {
                self = .none
            }
        }

        private static func same(_ text: Span<UInt8>, _ query: Span<UInt8>) -> Bool {
            text.count == query.count && starts(text, at: 0, with: query)
        }

        private static func colonForm(_ query: Span<UInt8>, _ issuer: Span<UInt8>, _ name: Span<UInt8>) -> Bool {
            query.count == issuer.count + 1 + name.count && query[issuer.count] == UInt8(ascii: ":")
                && starts(query, at: 0, with: issuer) && starts(query, at: issuer.count + 1, with: name)
        }

        private static func starts(_ text: Span<UInt8>, at start: Int, with part: Span<UInt8>) -> Bool {
            guard text.count - start >= part.count else { return false }
            for index in part.indices where folded(text[start + index]) != folded(part[index]) { return false }
            return true
        }

        private static func folded(_ byte: UInt8) -> UInt8 {
            (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
        }
    }
}
