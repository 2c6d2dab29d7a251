package import OneTimePassword
import Platform

/// What an account has that comes from elsewhere.
package struct AccountOrigin: Sendable {
    /// Whether it can be used as it is.
    package var state: AccountState
    /// What is known of it besides.
    package var extras: AccountExtras
    /// The import that it belongs to.
    package var batch: Identifier?
    /// A higher counter than that of the same account counts.
    package var raisesCounter: Bool
    /// Another account of its import with the same secret is no reason to leave it out, unless it has its label too.
    package var isBesideTwins: Bool

    /// By default, one that was just made here.
    package init(
        state: AccountState = .ok, extras: AccountExtras = AccountExtras(), batch: Identifier? = nil,
        raisesCounter: Bool = false, isBesideTwins: Bool = false
    ) {
        self.state = state
        self.extras = extras
        self.batch = batch
        self.raisesCounter = raisesCounter
        self.isBesideTwins = isBesideTwins
    }
}

// Every change works on a copy of the value and leaves it as it was when it throws.
extension Contents {
    /// Takes in an account. Nothing that is there is ever overwritten.
    ///
    /// - Parameters:
    ///   - parameters: how codes are made; nil for an account without a one-time password.
    ///   - note: kept in locked memory from then on; UTF-8.
    ///   - origin: what an account that comes from elsewhere has besides.
    /// - Returns: which account it is now, and how that came.
    package mutating func add(
        _ details: AccountDetails, _ parameters: Parameters?, key: Span<UInt8>, pin: Span<UInt8>, note: Span<UInt8>,
        _ origin: AccountOrigin = AccountOrigin(), at utc: UInt64
    ) throws(VaultError) -> (id: Identifier, outcome: AddOutcome) {
        try add(.random(), details, parameters, key: key, pin: pin, note: note, origin, at: utc)
    }

    /// Takes in an account that was made in another copy of the vault, under the id that it has there.
    package mutating func add(_ id: Identifier, from other: Contents) throws(VaultError) -> AddOutcome {
        guard accounts[id] == nil, let account = other.accounts[id], let record = other.records[id] else {
            return .same
        }
        let origin = AccountOrigin(
            state: account.state, extras: account.extras, batch: account.batch, isBesideTwins: account.batch != nil)
        return try Account.withNote(of: record) { (note: Span<UInt8>) throws(VaultError) in
            guard let credential = account.credential else {
                return try add(
                    id, account.details, nil, key: Span(), pin: Span(), note: note, origin, at: account.created
                ).outcome
            }
            return try credential.withSecrets { (key: Span<UInt8>, pin: Span<UInt8>) throws(VaultError) in
                try add(
                    id, account.details, credential.parameters, key: key, pin: pin, note: note, origin,
                    at: account.created
                ).outcome
            }
        }
    }

    private mutating func add(
        _ id: Identifier, _ details: AccountDetails, _ parameters: Parameters?, key: Span<UInt8>, pin: Span<UInt8>,
        note: Span<UInt8>, _ origin: AccountOrigin, at utc: UInt64
    ) throws(VaultError) -> (id: Identifier, outcome: AddOutcome) {
        try details.check()
        try origin.extras.check()
        try Self.check(note: note)
        if let parameters, let same = account(with: parameters, key: key, pin: pin, unless: details, origin) {
            let isBehind = parameters.counter > accounts[same]?.credential?.parameters.counter ?? 0
            let isSane = RecordComparison.isSane(
                parameters.counter, over: accounts[same]?.credential?.parameters.counter ?? 0)
            let verdict = Authority(.import, .unsigned, .none).verdict(on: isSane ? .counter : .absurdCounter)
            guard origin.raisesCounter, isBehind, verdict == .allowed else { return (same, .same) }
            try advanceCounter(of: same, to: parameters.counter, at: utc)
            return (same, .raised)
        }
        // What only tells that there is something to be set up again adds nothing to an account of that name.
        if parameters == nil, origin.state == .needsVerification, let known = taken(by: details) {
            return (known, .same)
        }
        guard accounts.count < Limits.accounts else { throw .tooLarge("\(Limits.accounts) accounts") }
        var details = details
        var outcome = AddOutcome.added
        if taken(by: details) != nil {
            details.name = freeName(for: details)
            outcome = .renamed
        }
        var account = Account(
            Account.Fields(
                id: id, details: details, position: try positionAtEnd(at: utc), state: origin.state, created: utc,
                extras: origin.extras, batch: origin.batch, note: 0..<note.count), modified: utc)
        let record = try account.record(over: nil, note: note, at: utc)
        var credentialRecord: Record?
        if var parameters {
            parameters.counter = highestCounter(of: parameters, key: key, pin: pin)
            let made = try Credential.record(
                .random(), of: account.id, parameters, key: key, pin: pin, over: nil, at: utc)
            account.credential = try Credential(made, marks: marks)
            credentialRecord = made
        }
        records[record.id] = record
        if let credentialRecord { records[credentialRecord.id] = credentialRecord }
        if let credential = account.credential { byMark.insert(account.id, at: credential.mark) }
        accounts[account.id] = account
        order.append(account.id)
        names.insert(account)
        revision += 1
        return (account.id, outcome)
    }

    /// Changes what the owner says of an account; what is nil stays.
    package mutating func edit(
        _ id: Identifier, details: AccountDetails? = nil, note: Span<UInt8>? = nil, isDeviceBound: Bool? = nil,
        isFavourite: Bool? = nil, at utc: UInt64
    ) throws(VaultError) {
        guard let old = accounts[id], old.removed == 0 else { throw .notFound }
        var account = old
        if let isDeviceBound { account.isDeviceBound = isDeviceBound }
        if let isFavourite { account.extras.isFavourite = isFavourite }
        if let details {
            try details.check()
            if details.label != old.details.label, taken(by: details) != nil { throw .exists(details.label) }
            account.details = details
        }
        if let note {
            try Self.check(note: note)
            account.noteCount = note.count
        }
        try replace(old, by: account, note: note, at: utc)
    }

    /// Puts an account into the trash, where it gives no codes and can be had back for 30 days.
    package mutating func remove(_ id: Identifier, at utc: UInt64) throws(VaultError) {
        guard let old = accounts[id], old.removed == 0 else { throw .notFound }
        var account = old
        account.removed = max(utc, 1)
        try replace(old, by: account, at: utc)
    }

    /// Takes an account out of the trash; it goes behind the others.
    package mutating func restore(_ id: Identifier, at utc: UInt64) throws(VaultError) {
        guard let old = accounts[id], old.removed != 0 else { throw .notFound }
        if taken(by: old.details) != nil { throw .exists(old.details.label) }
        var account = old
        account.removed = 0
        account.position = try positionAtEnd(at: utc)
        try replace(old, by: account, at: utc)
        guard let credential = account.credential else { return }
        let counter = credential.withSecrets { key, pin in highestCounter(of: credential.parameters, key: key, pin: pin)
        }
        if counter > credential.parameters.counter { try advanceCounter(of: id, to: counter, at: utc) }
    }

    /// Seconds for which the trash keeps an account.
    package static let trashSeconds: UInt64 = 30 * 24 * 3600

    /// Ends what has been in the trash for 30 days: only a tombstone stays, without any of its content. What an undo that
    /// is kept brings back, or what came with what it takes back, stays as long as that.
    package mutating func purgeTrash(at utc: UInt64) throws(VaultError) {
        guard utc >= Self.trashSeconds else { return }
        let limit = utc - Self.trashSeconds
        let due = trash.filter { $0.removed <= limit }
        let keys = keyTable.values.filter { $0.removed != 0 && $0.removed <= limit }
        guard !due.isEmpty || !keys.isEmpty, let held = try heldForUndo() else { return }
        for account in due where !held.contains(account.id) {
            try bury(account.id, at: utc)
            if let credential = account.credential {
                try bury(credential.id, at: utc)
                byMark.remove(account.id, from: credential.mark)
            }
            try buryRecoverySets(of: account.id, at: utc)
            for token in recoveryTokens where token.account == account.id { try bury(token.id, .withOwner, at: utc) }
            try buryKeys(of: account.id, at: utc)
            accounts[account.id] = nil
            revision += 1
        }
        // Those of an account went with it.
        for key in keys where keyTable[key.id] != nil && !held.contains(key.id) { try buryKey(key, .alone, at: utc) }
    }

    /// Gives an account another place.
    package mutating func move(_ id: Identifier, to place: Place<Identifier>, at utc: UInt64) throws(VaultError) {
        guard let old = accounts[id], old.removed == 0 else { throw .notFound }
        var rest = order
        rest.removeAll { $0 == id }
        let index: Int
        switch place {
        case .first: index = 0
        case .last: index = rest.count
        case .before(let other), .after(let other):
            if other == id { return }
            guard let at = rest.firstIndex(of: other) else { throw .notFound }
            index = if case .before = place { at } else { at + 1 }
        }
        if rest.isEmpty { return }
        let low = index == 0 ? 0 : accounts[rest[index - 1]]?.position ?? 0
        let end = low < Record.numberLimit - 2 * Self.step ? low + 2 * Self.step : low
        let high = index == rest.count ? end : accounts[rest[index]]?.position ?? 0
        rest.insert(id, at: index)
        if high > low, high - low >= 2 {
            var account = old
            account.position = low + (high - low) / 2
            try replace(old, by: account, at: utc)
        } else {
            try renumber(rest, at: utc)
        }
        order = rest
    }

    /// Moves an HOTP or OCRA counter on; it never goes back.
    package mutating func advanceCounter(of id: Identifier, to counter: UInt64, at utc: UInt64) throws(VaultError) {
        guard var account = accounts[id], let credential = account.credential, let old = records[credential.id]
        else { throw .notFound }
        guard counter > credential.parameters.counter else { throw .badValue("a counter that goes back") }
        guard counter <= Record.numberLimit else { throw .badValue("so high a counter") }
        var parameters = credential.parameters
        parameters.counter = counter
        let record = try credential.withSecrets { (key: Span<UInt8>, pin: Span<UInt8>) throws(VaultError) in
            try Credential.record(credential.id, of: id, parameters, key: key, pin: pin, over: old, at: utc)
        }
        account.credential = try Credential(record, marks: marks)
        account.modified = max(account.modified, record.modified)
        records[record.id] = record
        accounts[id] = account
        revision += 1
    }

    /// Gives an account that needs verification the one-time password that its service has made anew.
    package mutating func verify(
        _ id: Identifier, _ parameters: Parameters, key: Span<UInt8>, pin: Span<UInt8>, at utc: UInt64
    ) throws(VaultError) {
        guard let old = accounts[id], old.removed == 0 else { throw .notFound }
        guard old.state == .needsVerification else { throw .badValue("a new key: it does not need verification") }
        if let same = account(with: parameters, key: key, pin: pin), same != id {
            throw .exists(accounts[same]?.details.label ?? "")
        }
        let made = try Credential.record(.random(), of: id, parameters, key: key, pin: pin, over: nil, at: utc)
        var account = old
        account.state = .ok
        let credential = try Credential(made, marks: marks)
        account.credential = credential
        let record = try account.record(over: records[id], note: nil, at: utc).edited(over: records[id])
        account.modified = max(account.modified, record.modified)
        if let former = old.credential {
            try bury(former.id, .replaced, at: utc)
            byMark.remove(id, from: former.mark)
        }
        records[made.id] = made
        records[id] = record
        byMark.insert(id, at: credential.mark)
        accounts[id] = account
        revision += 1
    }

    /// Changes the owner's settings.
    package mutating func set(_ settings: Settings, at utc: UInt64) throws(VaultError) {
        let id = Identifier.single(.settings)
        records[id] = try settings.record(over: records[id], at: utc).edited(over: records[id])
        self.settings = settings
        revision += 1
    }

    /// Adds an unlock method.
    package mutating func put(_ unlockMethod: UnlockMethod, at utc: UInt64) throws(VaultError) {
        records[unlockMethod.id] = try unlockMethod.record(at: utc)
        unlockMethods.append(unlockMethod)
        sortUnlockMethods()
        revision += 1
    }

    /// Ends an unlock method; files sealed from now on cannot be opened by it. The last one stays.
    package mutating func removeUnlockMethod(_ id: Identifier, at utc: UInt64) throws(VaultError) {
        guard unlockMethods.contains(where: { $0.id == id }), unlockMethods.count > 1 else { throw .notFound }
        try bury(id, at: utc)
        unlockMethods.removeAll { $0.id == id }
        revision += 1
    }

    // MARK: Parts of changes

    mutating func sortUnlockMethods() { unlockMethods.sort { ($0.created, $0.id) < ($1.created, $1.id) } }

    private static let step: UInt64 = 1 << 32

    private static func check(note: Span<UInt8>) throws(VaultError) {
        guard note.count <= Limits.note else { throw .badValue("so long a note") }
        guard (try? UTF8Span(validating: note)) != nil else { throw .badValue("a note that is not UTF-8") }
    }

    /// A numbered name that is free.
    private func freeName(for details: AccountDetails) -> String {
        details.freeName(startingWith: 2, isTaken: { taken(by: $0) != nil }) { Self.numbered(details.name, $0) }
    }

    /// `name (2)`, within the bounds of a name.
    private static func numbered(_ name: String, _ number: Int) -> String {
        let mark = " (\(number))"
        var name = name
        while name.utf8.count + mark.utf8.count > Limits.name { name.removeLast() }
        return name + mark
    }

    /// The account that a new one is the same as; nil when there is none, or only its twins under other labels.
    private func account(
        with parameters: Parameters, key: Span<UInt8>, pin: Span<UInt8>, unless details: AccountDetails? = nil,
        _ origin: AccountOrigin = AccountOrigin()
    ) -> Identifier? {
        let same = accounts(with: parameters, key: key, pin: pin).filter { accounts[$0]?.removed == 0 }
        guard let details, origin.isBesideTwins, let batch = origin.batch else { return same.first }
        return same.first { accounts[$0]?.batch != batch || accounts[$0]?.details.label == details.label }
    }

    /// The accounts with that one-time password, wherever its counter stands, those in the trash too.
    private func accounts(with parameters: Parameters, key: Span<UInt8>, pin: Span<UInt8>) -> [Identifier] {
        byMark[marks.mark(of: key)].filter { id in
            guard let credential = accounts[id]?.credential else { return false }
            var other = credential.parameters
            // Where a counter stands does not make it another account.
            other.counter = parameters.counter
            return other == parameters
                && credential.withSecrets { ownKey, ownPIN in Sodium.equal(ownKey, key) && Sodium.equal(ownPIN, pin) }
        }
    }

    /// The highest counter that a one-time password has, in the trash too: its issuer has seen that one.
    private func highestCounter(of parameters: Parameters, key: Span<UInt8>, pin: Span<UInt8>) -> UInt64 {
        accounts(with: parameters, key: key, pin: pin)
            .reduce(parameters.counter) { max($0, accounts[$1]?.credential?.parameters.counter ?? 0) }
    }

    /// The account outside the trash that has this label.
    func taken(by details: AccountDetails) -> Identifier? {
        let label = details.label
        return named(label).first { $0.details.label == label }?.id
    }

    /// A place behind all others; where there is none left, they get new ones.
    private mutating func positionAtEnd(at utc: UInt64) throws(VaultError) -> UInt64 {
        let last = order.last.flatMap { accounts[$0]?.position } ?? 0
        guard last >= Record.numberLimit - Self.step else { return last + Self.step }
        let before = self
        do throws(VaultError) { try renumber(order, at: utc) } catch {
            self = before
            throw error
        }
        return UInt64(order.count + 1) * Self.step
    }

    mutating func replace(
        _ old: Account, by new: Account, note: Span<UInt8>? = nil, at utc: UInt64
    ) throws(VaultError) {
        var account = new
        let record = try account.record(over: records[old.id], note: note, at: utc).edited(over: records[old.id])
        account.modified = max(account.modified, record.modified)
        records[record.id] = record
        accounts[account.id] = account
        if old.removed == 0 { names.remove(old) }
        if account.removed == 0 { names.insert(account) }
        if old.removed == 0, account.removed != 0 { order.removeAll { $0 == account.id } }
        if old.removed != 0, account.removed == 0 { order.append(account.id) }
        revision += 1
    }

    private mutating func renumber(_ ids: [Identifier], at utc: UInt64) throws(VaultError) {
        var position: UInt64 = 0
        for id in ids {
            position += Self.step
            guard let old = accounts[id], old.position != position else { continue }
            var account = old
            account.position = position
            try replace(old, by: account, at: utc)
        }
    }

    mutating func bury(_ id: Identifier, _ end: RecordEnd = .alone, at utc: UInt64) throws(VaultError) {
        guard let old = records[id] else { return }
        records[id] = try old.tombstone(end, at: utc)
    }
}
