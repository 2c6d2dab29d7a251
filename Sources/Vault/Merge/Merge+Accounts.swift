import OneTimePassword
import Platform

// Accounts: which come in, which version of one counts, what becomes of names.
extension Merge {
    private static let step: UInt64 = 1 << 32

    /// Brings in the accounts of the other copy.
    mutating func takeAccounts() throws(VaultError) {
        let isEmpty = ours.accounts.isEmpty
        for id in theirOrder {
            guard let their = theirs.accounts[id], let record = theirs.records[id] else { continue }
            guard let own = records[id] else {
                try add(their, record, above: 0, keepingPlace: isEmpty)
                continue
            }
            if own.isTombstone {
                // A sync knows that it was deleted; whoever restores a backup wants back what it has.
                guard mode == .restore || record.isNewer(than: own) else { continue }
                try add(their, record, above: own.revision, keepingPlace: isEmpty)
            } else if let account = accounts[id] {
                try join(their, record, with: account, own)
            }
        }
    }

    /// Two versions of one account: the later one, with the protections of both.
    private mutating func join(
        _ their: Account, _ record: Record, with account: Account, _ own: Record
    ) throws(VaultError) {
        // Of an account whose key is bound to this machine, the others have a placeholder.
        let isPlaceholder = their.isDeviceBound && their.credential == nil && account.credential != nil
        let isTaken = record.isNewer(than: own) && !(isPlaceholder && record.revision == own.revision)
        let (winner, version) = isTaken ? (their, record) : (account, own)
        var joined = winner
        joined.policy = account.policy.joined(with: their.policy)
        guard joined.policy != winner.policy else {
            if isTaken { (records[their.id], accounts[their.id]) = (record, their) }
            return
        }
        let made = try joined.record(over: version, note: nil, at: 0)
        if Record.isSameContent(made, own) {
            // The other copy lacks only protections that are here.
            if own.revision < record.revision { records[their.id] = own.with(revision: record.revision) }
            return
        }
        records[their.id] = made.with(revision: max(own.revision, record.revision) + 1)
        accounts[their.id] = joined
    }

    private mutating func add(
        _ their: Account, _ record: Record, above revision: UInt64, keepingPlace: Bool
    ) throws(VaultError) {
        if mode == .restore, let here = twin(of: their) {
            alias[their.id] = here
            return
        }
        added.append(their.id)
        guard mode == .restore else {
            records[their.id] = record
            accounts[their.id] = their
            return
        }
        var account = their
        account.batch = labels.batch
        if !keepingPlace, account.removed == 0 {
            let next = lastPosition.addingReportingOverflow(Self.step)
            lastPosition = next.overflow ? .max : next.partialValue
            account.position = lastPosition
        }
        try put(account, over: record, above: revision)
    }

    /// Writes an account's record. Its time stays, unless one is given: what the merge does to a record must not win
    /// over what its owner did on another machine.
    mutating func put(
        _ account: Account, over old: Record, at utc: UInt64 = 0, above revision: UInt64 = 0
    ) throws(VaultError) {
        let made = try account.record(over: old, note: nil, at: utc)
        records[account.id] = made.with(revision: max(made.revision, revision + 1))
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
        return ours.names.exactly(their.details.label).first { id in
            guard let own = ours.accounts[id], own.details.label == their.details.label else { return false }
            return their.state == .needsVerification || own.credential == nil
        }
    }

    private func twin(of credential: Credential) -> Identifier? {
        credential.withSecrets { key, pin in
            ours.byMark[ours.marks.mark(of: key)]?.first { id in
                guard let own = ours.accounts[id], own.removed == 0, let other = own.credential else { return false }
                return other.isSame(as: credential)
            }
        }
    }

    /// Takes over what was deleted there since it was changed here. An account goes to the trash; from there its
    /// machine removes it when its time is over.
    mutating func takeDeletions() throws(VaultError) {
        for their in theirs.records.values where their.isTombstone {
            guard let own = records[their.id] else {
                if ours.vault == theirs.vault { records[their.id] = their }
                continue
            }
            guard var account = accounts[their.id] else {
                // One-time passwords and recovery codes follow their account; see below.
                let isPart = own.kind == RecordKind.credential.rawValue || own.kind == RecordKind.recoveryCodes.rawValue
                let isFixed = RecordKind(rawValue: own.kind) != nil && !own.isTombstone
                if !isPart, !isFixed, their.isNewer(than: own) { records[their.id] = their }
                continue
            }
            guard their.revision > own.revision else { continue }
            if account.removed == 0 {
                account.removed = max(utc, 1)
                try put(account, over: own, at: utc, above: their.revision)
            } else if mode == .sync {
                records[their.id] = their
                accounts[their.id] = nil
            }
        }
    }

    // MARK: Afterwards

    /// Where one copy has set up again what the other has as "needs verification", it can be used.
    mutating func settleStates() throws(VaultError) {
        let credentials = credentialsByAccount()
        for (id, account) in accounts where account.state != .ok {
            guard let own = ours.accounts[id], let their = theirs.accounts[id], let record = records[id],
                let credential = credentials[id]?.first
            else { continue }
            let isSetUp = [own, their].contains { $0.state == .ok && $0.credential?.id == credential.id }
            guard isSetUp else { continue }
            var account = account
            account.state = .ok
            guard account.isDeviceBound else {
                try put(account, over: record)
                continue
            }
            // It is so on this machine only: nothing that others would have to take over.
            let made = try account.record(over: record, note: nil, at: record.modified)
            records[id] = Record(
                id: id, kind: record.kind, revision: record.revision, modified: record.modified, body: made.body)
            accounts[id] = account
        }
    }

    /// Of two accounts with one key that two machines have made, the later goes to the trash.
    mutating func settleTwins() throws(VaultError) {
        var groups: [UInt64: [Identifier]] = [:]
        var found: [Identifier: Credential] = [:]
        for (id, list) in credentialsByAccount() {
            guard let account = accounts[id], account.removed == 0, let record = list.first else { continue }
            let credential = try Credential(record, marks: ours.marks)
            groups[credential.mark, default: []].append(id)
            found[id] = credential
        }
        for group in groups.values where group.count > 1 {
            let group = group.sorted { isEarlier($0, $1) }
            for (index, later) in group.enumerated() {
                guard let other = found[later], let account = accounts[later], account.removed == 0 else { continue }
                let first = group[..<index].first { id in
                    accounts[id]?.removed == 0 && found[id]?.isSame(as: other) == true && isMadeByMerge(id, later)
                }
                guard let first, let record = records[later] else { continue }
                var gone = account
                gone.removed = max(utc, 1)
                try put(gone, over: record, at: utc)
                try strengthen(first, by: account)
                try raiseCounter(of: first, to: other.parameters.counter)
                try moveRecoverySets(from: later, to: first)
                try moveKeys(from: later, to: first)
            }
        }
    }

    /// The account that stays has the protections of the one that goes.
    private mutating func strengthen(_ id: Identifier, by other: Account) throws(VaultError) {
        guard var account = accounts[id], let record = records[id] else { return }
        let policy = account.policy.joined(with: other.policy)
        guard policy != account.policy else { return }
        account.policy = policy
        try put(account, over: record)
    }

    /// Neither copy had both: their owner did not want it so.
    private func isMadeByMerge(_ a: Identifier, _ b: Identifier) -> Bool {
        func hasBoth(_ side: Contents) -> Bool { side.accounts[a]?.removed == 0 && side.accounts[b]?.removed == 0 }
        return !hasBoth(ours) && !hasBoth(theirs)
    }

    private func isEarlier(_ a: Identifier, _ b: Identifier) -> Bool {
        (accounts[a]?.created ?? 0, a) < (accounts[b]?.created ?? 0, b)
    }

    /// Gives another name to those whose name is taken. In a restore that is who comes in; in a sync, on both machines
    /// alike, the later one.
    mutating func settleNames() throws(VaultError) {
        let isNew = Set(mode == .restore ? added : [])
        var byLabel: [String: [Identifier]] = [:]
        for (id, account) in accounts where account.removed == 0 {
            byLabel[account.details.label, default: []].append(id)
        }
        for (_, group) in byLabel.filter({ $0.value.count > 1 }).sorted(by: { $0.key < $1.key }) {
            let sorted = group.sorted { a, b in
                if isNew.contains(a) != isNew.contains(b) { return isNew.contains(b) }
                return isEarlier(a, b)
            }
            for id in sorted.dropFirst() {
                guard var account = accounts[id], let record = records[id] else { continue }
                account.details.name = freeName(for: account.details) { byLabel[$0] != nil }
                try put(account, over: record)
                byLabel[account.details.label] = [id]
                renamed.insert(id)
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
