import Platform

/// Everything in an open vault, as a value: the agent changes its copy, hands a snapshot to the thread that saves, and
/// goes back to the last saved one when saving fails.
package struct Contents: Sendable {
    /// Which vault: the same in all its files.
    package let vault: Identifier
    /// Seconds of UTC at which it was made.
    package let created: UInt64
    /// Grows by one with every save.
    package internal(set) var generation: UInt64
    /// The audit log's last line when it was saved.
    package internal(set) var auditSequence: UInt64
    /// The hash in that line.
    package internal(set) var auditHash: [32 of UInt8]
    /// Grows by one with every change.
    package internal(set) var revision: UInt64 = 0
    /// The ways to open it.
    package internal(set) var unlockMethods: [UnlockMethod] = []
    /// What is known of them besides.
    package internal(set) var access = Access()
    /// The owner's settings.
    package internal(set) var settings = Settings()
    /// The last import, as long as it was not undone.
    package internal(set) var lastImport: LastImport?
    /// Restores and syncs that can be undone, the last one last.
    package internal(set) var undos: [MergeUndo] = []

    var records = SortedTable<Identifier, Record>()
    var accounts = SortedTable<Identifier, Account>()
    /// Accounts outside the trash, in the owner's order.
    var order: [Identifier] = []
    /// Whether accounts can be looked for by name and key: not where they are only brought into others.
    private(set) var isIndexed = true
    var names = NameIndex()
    /// Accounts by the mark of their key.
    var byMark = NumberIndex()
    let marks: Marks
    /// Sets of recovery codes by account: those that were superseded in the order in which they came, the current one
    /// last.
    var recoverySets: [Identifier: [RecoverySet]] = [:]
    /// Security keys by the id of their record, those in the trash included.
    var keyTable: [Identifier: KeyCredential] = [:]

    /// A new vault with its first unlock methods.
    package init(unlockMethod: UnlockMethod, _ others: UnlockMethod..., at utc: UInt64) throws(VaultError) {
        vault = .random()
        created = utc
        generation = 0
        auditSequence = 0
        auditHash = .init(repeating: 0)
        marks = try Marks()
        for way in [unlockMethod] + others { try put(way, at: utc) }
        try writeHead(generation: 0, at: utc)
    }

    /// A vault without accounts and settings that is the same vault as another, with its unlock methods: what a machine has
    /// onto which a backup is to be restored.
    package init(beginningLike other: Contents) throws(VaultError) {
        try self.init(
            other.records.values.filter { record in
                let kinds: [RecordKind] = [.vault, .unlockMethod, .access]
                return kinds.contains { $0.rawValue == record.kind }
            })
    }

    /// Seconds of UTC of the save that wrote the file.
    package var saved: UInt64 { records[.single(.vault)]?.modified ?? 0 }

    /// The contents that those records make up.
    ///
    /// - Parameters:
    ///   - known: contents that have most of them too, with the same bodies: what was read of those is not read again.
    ///   - isBeside: they are only brought into others: nobody looks for an account in them by its name or key.
    init(_ loaded: consuming [Record], knowing known: Contents? = nil, isBeside: Bool = false) throws(VaultError) {
        guard let own = loaded.first(where: { $0.id == .single(.vault) && $0.kind == RecordKind.vault.rawValue }) else {
            throw .damaged("it does not say which vault it is")
        }
        let head = try VaultHead(own)
        vault = head.vault
        created = head.created
        generation = head.generation
        auditSequence = head.auditSequence
        auditHash = head.auditHash
        if let known { marks = known.marks } else { marks = try Marks() }
        isIndexed = !isBeside
        let table = SortedTable(consume loaded, by: { $0.id }, sharing: known?.records ?? SortedTable()) { own, other in
            own.isSame(as: other) && !own.isOfMachine
        }
        records = table
        let parts = try known?.partsToRead(for: records, isIndexed: isIndexed)
        if let known, parts != nil { begin(with: known) }
        func isKnown(_ record: Record) -> Bool { known?.records[record.id]?.body === record.body }
        func account(_ record: Record) throws(VaultError) -> Account {
            guard isKnown(record), var account = known?.accounts[record.id] else {
                return try record.reading(Account.init)
            }
            (account.credential, account.modified) = (nil, record.modified)
            return account
        }
        let marks = marks
        func credential(_ record: Record) throws(VaultError) -> Credential {
            if isKnown(record), let read = known?.accounts[try record.owner]?.credential, read.id == record.id {
                return read
            }
            return try record.reading { (record) throws(VaultError) in try Credential(record, marks: marks) }
        }
        var read: [Account] = []
        var live: [OrderedAccount] = []
        try table.each { (_, record) throws(VaultError) in
            switch RecordKind(rawValue: record.kind) {
            case .account where parts == nil:
                let account = try account(record)
                if account.removed == 0 { live.append(OrderedAccount(position: account.position, id: account.id)) }
                read.append(account)
            case .access where record.id == .single(.access): access = try record.reading(Access.init)
            case .unlockMethod: unlockMethods.append(try record.reading(UnlockMethod.init))
            case .settings where record.id == .single(.settings): settings = try record.reading(Settings.init)
            case .lastImport where record.id == .single(.lastImport):
                lastImport = try record.reading(LastImport.init)
            case .epoch: _ = try record.reading(Epoch.init)
            case .backupKeys where record.id == .single(.backupKeys): _ = try record.reading(BackupKeys.init)
            case .pin where record.id == .single(.pin): _ = try record.reading(SecurityPIN.init)
            case .undo: undos.append(try record.reading(MergeUndo.init))
            default: break
            }
        }
        undos.sort { ($0.number, $0.id) < ($1.number, $1.id) }
        sortUnlockMethods()
        access.countOthers(among: unlockMethods)
        if let parts {
            try readAgain(parts.accounts, Array(parts.records))
            return
        }
        accounts = SortedTable(consume read, by: { $0.id })
        guard accounts.count <= Limits.accounts else { throw .tooLarge("\(Limits.accounts) accounts") }
        var sets: [RecoverySet] = []
        try table.each { (_, record) throws(VaultError) in
            switch RecordKind(rawValue: record.kind) {
            case .credential: try take(credential(record), record)
            case .recoveryCodes: sets.append(try record.reading(RecoverySet.init))
            case .key:
                let key = try record.reading(KeyCredential.init)
                // As with one-time passwords: one whose account is gone is kept as a record and shown nowhere.
                if accounts[key.account] != nil { keyTable[key.id] = key }
            default: break
            }
        }
        takeRecoverySets(sets)
        guard keyTable.count <= Limits.securityKeys else { throw .tooLarge("\(Limits.securityKeys) security keys") }
        order = OrderedAccount.sorted(live)
        guard !isBeside else { return }
        accounts.each { _, account in if account.removed == 0 { names.insert(account) } }
    }

    /// Begins with the accounts of other contents.
    private mutating func begin(with known: Contents) {
        (accounts, order) = (known.accounts, known.order)
        (recoverySets, keyTable) = (known.recoverySets, known.keyTable)
        if isIndexed { (names, byMark) = (known.names, known.byMark) }
    }

    /// Puts the accounts outside the trash into the owner's order.
    mutating func sortAccounts() {
        var live: [OrderedAccount] = []
        live.reserveCapacity(accounts.count)
        accounts.each { id, account in
            if account.removed == 0 { live.append(OrderedAccount(position: account.position, id: id)) }
        }
        order = OrderedAccount.sorted(live)
    }

    // MARK: Reading

    /// Accounts outside the trash.
    package var count: Int { order.count }

    /// Accounts in the trash.
    package var trashCount: Int { accounts.count - order.count }

    /// The accounts outside the trash, in the owner's order.
    package var inOrder: some RandomAccessCollection<Account> & Sendable { AccountList(ids: order, accounts: accounts) }

    /// The accounts in the trash, the latest first.
    package var trash: [Account] {
        var trash: [Account] = []
        if trashCount > 0 { accounts.each { _, account in if account.removed != 0 { trash.append(account) } } }
        return trash.sorted { ($0.removed, $0.id) > ($1.removed, $1.id) }
    }

    /// The account with that id, in the trash or not.
    package subscript(_ id: Identifier) -> Account? { accounts[id] }

    /// Lends the bytes of an account's note to `use`; empty when there is none.
    package func withNote<R, E: Error>(
        of id: Identifier, _ use: (Span<UInt8>) throws(E) -> R
    ) throws(E) -> R? {
        guard let record = records[id] else { return nil }
        return try Account.withNote(of: record, use)
    }
}

/// An account outside the trash, and its place.
private struct OrderedAccount {
    let position: UInt64
    let id: Identifier

    /// The ids by position; those at one position stay in their order, which is that of the ids.
    ///
    /// Positions are sorted byte by byte, from the lowest on: in most vaults only two or three bytes are not the same in all.
    static func sorted(_ accounts: [OrderedAccount]) -> [Identifier] {
        var accounts = accounts
        let varying = accounts.reduce(0) { $0 | ($1.position ^ accounts[0].position) }
        for shift in stride(from: UInt64(0), to: 64, by: 8) where varying >> shift & 0xff != 0 {
            func byte(_ account: OrderedAccount) -> Int { Int(account.position >> shift & 0xff) }
            // Where those with a byte begin.
            var starts = [Int](repeating: 0, count: 257)
            for account in accounts { starts[byte(account) + 1] += 1 }
            for index in 0..<256 { starts[index + 1] += starts[index] }
            var sorted = accounts
            for account in accounts {
                sorted[starts[byte(account)]] = account
                starts[byte(account)] += 1
            }
            accounts = sorted
        }
        return accounts.map(\.id)
    }
}

/// A view of accounts in an order.
struct AccountList: RandomAccessCollection, Sendable {
    let ids: [Identifier]
    let accounts: SortedTable<Identifier, Account>

    var startIndex: Int { 0 }
    var endIndex: Int { ids.count }

    subscript(index: Int) -> Account {
        guard let account = accounts[ids[index]] else {
            preconditionFailure("fob: internal error: order without account")
        }
        return account
    }
}
