import OneTimePassword
import Platform

// Accounts: which come in, which version of one counts, what becomes of names.
extension Merge {
    private static let step: UInt64 = 1 << 32

    /// Brings in the accounts of the other copy.
    mutating func takeAccounts() throws(VaultError) {
        let isEmpty = ours.accounts.isEmpty
        for id in theirOrder where news.contains(id) {
            guard let their = theirs.accounts[id], let record = theirs.records[id] else { continue }
            guard let own = records[id] else {
                try add(their, record, keepingPlace: isEmpty)
                continue
            }
            if !own.isTombstone {
                if accounts[id] != nil { try join(record, with: own) }
            } else if mode == .restore {
                // Whoever restores a backup wants back what it has.
                try add(their, try record.broughtBack(after: own), keepingPlace: isEmpty)
            } else if let gone = try record.buried(by: own, at: their.removed == 0 ? utc : their.removed) {
                // The other machine has more of it than was removed here, or has heard of that: it is in the trash there.
                if record.revision >= own.revision { try add(Account(gone), gone, keepingPlace: isEmpty) }
            } else {
                try add(their, record, keepingPlace: isEmpty)
            }
        }
    }

    /// Two versions of one account, field by field.
    private mutating func join(_ record: Record, with own: Record) throws(VaultError) {
        let joined = try Record.joined(own, record)
        note(joined)
        records[own.id] = joined.record
        if joined.record.body !== own.body { accounts[own.id] = try Account(joined.record) }
    }

    /// Remembers what met in a record, for people.
    mutating func note(_ joined: JoinedRecord) {
        for tag in joined.met + joined.dropped {
            met.append(MetEdits(record: joined.record, tag: tag, isDropped: joined.dropped.contains(tag)))
        }
    }

    private mutating func add(_ their: Account, _ record: Record, keepingPlace: Bool) throws(VaultError) {
        if mode == .restore, let here = twin(of: their) {
            alias[their.id] = here
            return
        }
        added.append(their.id)
        (records[their.id], accounts[their.id]) = (record, their)
        guard mode == .restore, !labels.isPreview else { return }
        var account = their
        account.batch = labels.batch
        if !keepingPlace, account.removed == 0 {
            let next = lastPosition.addingReportingOverflow(Self.step)
            lastPosition = next.overflow ? .max : next.partialValue
            account.position = lastPosition
        }
        try put(account, over: record)
    }

    /// Writes what the merge makes of an account. It is no edit of its owner's: neither its revision goes up nor its time.
    mutating func put(_ account: Account, over old: Record) throws(VaultError) {
        records[account.id] = try account.record(over: old, note: nil, at: 0).rewritten(from: old)
        accounts[account.id] = account
    }

    /// The account outside the trash here that one of the other copy is, under another id: with the same key, or, when
    /// it has none, with the same name.
    private func twin(of their: Account) -> Identifier? {
        if let credential = their.credential { return twin(of: credential) }
        guard their.removed == 0 else { return nil }
        // Their security keys tell it even when one of the two was renamed since.
        if let key = theirs.keys(of: their.id).first(where: { ours.keyTable[$0.id] != nil }) {
            return ours.keyTable[key.id]?.account
        }
        return ours.named(their.details.label).first { own in
            own.details.label == their.details.label
                && (their.state == .needsVerification || own.credential == nil)
        }?.id
    }

    private func twin(of credential: Credential) -> Identifier? {
        credential.withSecrets { key, pin in
            ours.byMark[ours.marks.mark(of: key)].first { id in
                guard let own = ours.accounts[id], own.removed == 0, let other = own.credential else { return false }
                return other.isSame(as: credential)
            }
        }
    }

    /// Takes over what was deleted there since it was changed here. An account goes to the trash; from there its
    /// machine removes it when its time is over.
    mutating func takeDeletions() throws(VaultError) {
        for id in newIDs {
            guard let their = theirs.records[id], their.isTombstone else { continue }
            guard let own = records[their.id] else {
                if ours.vault == theirs.vault { records[their.id] = their }
                continue
            }
            guard let account = accounts[their.id] else {
                if own.isTombstone, try own.formerly.kind == their.formerly.kind {
                    records[their.id] = try Record.joined(own, their).record
                }
                // One-time passwords and recovery codes follow their account; see below.
                let isPart = own.kind == RecordKind.credential.rawValue || own.kind == RecordKind.recoveryCodes.rawValue
                let isFixed = RecordKind(rawValue: own.kind) != nil
                if own.kind == RecordKind.recoveryToken.rawValue, mode == .sync { try endToken(own, by: their) }
                if !isPart, !isFixed, their.isNewer(than: own) { records[their.id] = their }
                continue
            }
            if account.removed != 0 {
                guard mode == .sync, their.revision > own.revision else { continue }
                (records[their.id], accounts[their.id]) = (their, nil)
            } else if let gone = try own.buried(by: their, at: utc) {
                records[their.id] = gone
                accounts[their.id] = try Account(gone)
            }
        }
    }

    // MARK: Afterwards

    /// Where one copy has set up again what the other has as "needs verification", it can be used.
    mutating func settleStates() throws(VaultError) {
        let changed = try changedCredentials()
        for id in unsettled {
            guard var account = accounts[id], account.state != .ok, let own = ours.accounts[id],
                let their = theirs.accounts[id], let record = records[id],
                let credential = credentials(of: id, changed).first
            else { continue }
            let isSetUp = [own, their].contains { $0.state == .ok && $0.credential?.id == credential.id }
            guard isSetUp else { continue }
            account.state = .ok
            try put(account, over: record)
        }
    }

    /// Accounts with the key of one of these, wherever its counter stands, the one that was made first first; those in the
    /// trash too.
    func sameKeys(as ids: some Sequence<Identifier>) throws(VaultError) -> [[(id: Identifier, credential: Credential)]]
    {
        let changed = try changedCredentials()
        var groups: [UInt64: [[(id: Identifier, credential: Credential)]]] = [:]
        var seen: Set<Identifier> = []
        func add(_ id: Identifier) throws(VaultError) {
            guard seen.insert(id).inserted, accounts[id] != nil, let record = credentials(of: id, changed).first else {
                return
            }
            let known = ours.accounts[id]?.credential
            let credential =
                if let known, known.body === record.body { known } else { try Credential(record, marks: ours.marks) }
            let index = groups[credential.mark]?.firstIndex { $0[0].credential.isSame(as: credential) }
            if let index {
                groups[credential.mark]?[index].append((id, credential))
            } else {
                groups[credential.mark, default: []].append([(id, credential)])
            }
        }
        for id in ids { try add(id) }
        // A key that the owner has added once more, while it was in the trash, has a counter of its own.
        for id in ours.byMark.shared { try add(id) }
        for mark in Array(groups.keys) { for id in ours.byMark[mark] { try add(id) } }
        return groups.values.joined().filter { $0.count > 1 }.map { $0.sorted { isEarlier($0.id, $1.id) } }
    }

    /// Of accounts with one key that two machines have made, the first one stays, with all that was said of the others,
    /// which go to the trash. The highest counter of them all counts, of those in the trash too.
    mutating func settleTwins() throws(VaultError) {
        let changed = try unsettled.map { id throws(VaultError) in
            records[id]?.kind == RecordKind.credential.rawValue ? try records[id]?.owner ?? id : id
        }
        let groups = try sameKeys(as: changed)
        for group in groups where mode == .sync {
            // Of those that one copy has both their owner did not want it so.
            var kept: [(sides: Int, id: Identifier)] = []
            for (later, _) in group where accounts[later]?.removed == 0 {
                let sides =
                    (ours.accounts[later]?.removed == 0 ? 1 : 0) | (theirs.accounts[later]?.removed == 0 ? 2 : 0)
                if let first = kept.first(where: { $0.sides & sides == 0 })?.id {
                    guard var gone = accounts[later], let record = records[later] else { continue }
                    try absorb(record, in: first)
                    gone.removed = max(utc, 1)
                    try put(gone, over: record)
                    try moveParts(from: later, to: first)
                } else if !kept.contains(where: { $0.sides == sides }) {
                    kept.append((sides, later))
                }
            }
            // What was said of one on a machine that did not know yet that it is a twin.
            for (id, _) in group where accounts[id]?.removed != 0 {
                guard let first = kept.first?.id, let record = records[id],
                    let own = ours.records[id], own.body !== record.body, theirs.records[id] != nil
                else { continue }
                let tag = FieldRule.removalTag(.account)
                guard try !FieldTable(record).stampedTags.contains(tag) else { continue }
                try absorb(record, in: first)
            }
        }
        try raiseCounters(groups)
    }

    /// Of one key the highest counter counts.
    mutating func raiseCounters(_ groups: [[(id: Identifier, credential: Credential)]]) throws(VaultError) {
        for group in groups {
            guard let counter = group.map(\.credential.parameters.counter).max(), counter > 0 else { continue }
            for (id, _) in group { try raiseCounter(of: id, to: counter) }
        }
    }

    private mutating func absorb(_ twin: Record, in first: Identifier) throws(VaultError) {
        guard let own = records[first] else { return }
        let joined = try own.absorbing(twin)
        note(joined)
        records[first] = joined.record
        accounts[first] = try Account(joined.record)
    }

    private func isEarlier(_ a: Identifier, _ b: Identifier) -> Bool {
        (accounts[a]?.created ?? 0, a) < (accounts[b]?.created ?? 0, b)
    }

    /// Gives another name to those whose name is taken. In a restore that is who comes in; in a sync, on both machines
    /// alike, the later one.
    ///
    /// - Parameter ids: those whose name is new here.
    mutating func settleNames(of ids: some Collection<Identifier>) throws(VaultError) {
        var byLabel: [String: [Identifier]] = [:]
        for id in ids {
            guard let account = accounts[id], account.removed == 0 else { continue }
            byLabel[account.details.label, default: []].append(id)
        }
        /// Who has had a name and keeps it.
        func holder(of label: String) -> Identifier? {
            ours.named(label).first { $0.details.label == label && accounts.changes[$0.id] == nil }?.id
        }
        for label in Array(byLabel.keys) {
            if let holder = holder(of: label) { byLabel[label]?.append(holder) }
        }
        let shared = byLabel.filter { $0.value.count > 1 }
        guard !shared.isEmpty else { return }
        let isNew = Set(mode == .restore ? added : [])
        for (_, group) in shared.sorted(by: { $0.key < $1.key }) {
            let sorted = group.sorted { a, b in
                if isNew.contains(a) != isNew.contains(b) { return isNew.contains(b) }
                return isEarlier(a, b)
            }
            for id in sorted.dropFirst() {
                guard var account = accounts[id], let record = records[id] else { continue }
                let label = account.details.label
                account.details.name = freeName(for: account.details) { byLabel[$0] != nil || holder(of: $0) != nil }
                try put(account, over: record)
                byLabel[account.details.label] = [id]
                renamed.insert(id)
                if mode == .sync { said.append("\(label) is two accounts; one is \(account.details.label) now") }
            }
        }
    }

    /// `name (restored 2026-11-21)`, numbered when that is taken too.
    func freeName(for details: AccountDetails, isTaken: (String) -> Bool) -> String {
        details.freeName(startingWith: 1, isTaken: { isTaken($0.label) }) { number in
            let mark = number == 1 ? "(restored \(labels.date))" : "(restored \(labels.date), \(number))"
            var name = details.name
            while name.utf8.count + mark.utf8.count + 1 > Limits.name { name.removeLast() }
            return name.isEmpty ? mark : "\(name) \(mark)"
        }
    }
}

extension Credential {
    /// Whether two give the same codes, wherever their counters stand.
    func isSame(as other: Credential) -> Bool {
        var parameters = other.parameters
        parameters.counter = self.parameters.counter
        guard parameters == self.parameters else { return false }
        return withSecrets { key, pin in
            other.withSecrets { Sodium.equal(key, $0) && Sodium.equal(pin, $1) }
        }
    }
}
