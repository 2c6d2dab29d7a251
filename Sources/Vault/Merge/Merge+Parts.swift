import OneTimePassword
import Platform

// What belongs to accounts: one-time passwords and recovery codes. They follow their account.
extension Merge {
    /// The one-time passwords that are not as they were, by account.
    func changedCredentials() throws(VaultError) -> [Identifier: [Record]] {
        var found: [Identifier: [Record]] = [:]
        for case let record? in records.changes.values where record.kind == RecordKind.credential.rawValue {
            found[try record.owner, default: []].append(record)
        }
        return found
    }

    /// The one-time passwords that an account has now.
    ///
    /// - Parameter changed: those of `changedCredentials`.
    func credentials(of account: Identifier, _ changed: [Identifier: [Record]]) -> [Record] {
        var found = changed[account] ?? []
        for id in [ours.accounts[account]?.credential?.id].compactMap(\.self) + (orphans[account] ?? [])
        where records.changes[id] == nil {
            if let record = records[id], record.kind == RecordKind.credential.rawValue { found.append(record) }
        }
        return found
    }

    /// What this merge may have to settle: what is new, what it has changed, and what belongs to an account that is gone.
    var unsettled: Set<Identifier> {
        var ids = newIDs.union(records.changes.keys)
        for list in orphans.values { ids.formUnion(list) }
        let gone = Set(accounts.changes.lazy.filter { $0.value == nil }.map(\.key))
        guard !gone.isEmpty else { return ids }
        for side in [ours, theirs] {
            for id in gone {
                if let credential = side.accounts[id]?.credential?.id { ids.insert(credential) }
                ids.formUnion((side.recoverySets[id] ?? []).map(\.id))
            }
            // Keys are by no account: each is looked at once, however many accounts go.
            for key in side.keyTable.values where gone.contains(key.account) { ids.insert(key.id) }
        }
        return ids
    }

    // MARK: One-time passwords

    mutating func takeCredentials() throws(VaultError) {
        let isNew = try newIDs.compactMap { theirs.records[$0] }.owners(of: .credential)
        for id in theirOrder where isNew.contains(id) || alias[id] != nil {
            guard let their = theirs.accounts[id], let credential = their.credential,
                let record = theirs.records[credential.id]
            else { continue }
            if let here = alias[id] {
                try raiseCounter(of: here, to: credential.parameters.counter)
            } else if accounts[id] != nil {
                try take(credential, record, of: their)
            }
        }
    }

    private mutating func take(_ their: Credential, _ record: Record, of account: Account) throws(VaultError) {
        guard let own = records[their.id] else {
            records[their.id] = record
            return
        }
        if own.isTombstone {
            if let back = try revived(record, after: own) { records[their.id] = back }
            return
        }
        if Record.isSameBody(own, record) {
            if record.revision > own.revision { records[their.id] = own.with(revision: record.revision) }
            return
        }
        let credential = try Credential(own, marks: ours.marks)
        guard credential.isSame(as: their) else {
            // No two keys have one id, unless somebody made it so: neither is lost.
            let isTaken = mode == .sync && record.isNewer(than: own)
            records[their.id] = isTaken ? record : own
            return try split(isTaken ? own : record, of: account.id, as: their.id.apart(2))
        }
        let winner = record.isNewer(than: own) ? record : own
        let counter = max(credential.parameters.counter, their.parameters.counter)
        if counter > credential.parameters.counter { raised.insert(account.id) }
        records[their.id] = try counted(winner, counter, above: max(own.revision, record.revision))
    }

    /// A one-time password whose counter is at least that.
    private func counted(_ record: Record, _ counter: UInt64, above revision: UInt64) throws(VaultError) -> Record {
        let credential = try Credential(record, marks: ours.marks)
        guard credential.parameters.counter < counter else { return record }
        var parameters = credential.parameters
        parameters.counter = counter
        let made = try credential.withSecrets { (key: Span<UInt8>, pin: Span<UInt8>) throws(VaultError) in
            try Credential.record(
                record.id, of: credential.account, parameters, key: key, pin: pin, over: record, at: 0)
        }
        return made.with(revision: revision + 1)
    }

    mutating func raiseCounter(of account: Identifier, to counter: UInt64) throws(VaultError) {
        let ids = [ours, theirs].compactMap { $0.accounts[account]?.credential?.id }
        let found = ids.compactMap { records[$0] }.first { record in
            record.kind == RecordKind.credential.rawValue && (try? record.owner) == account
        }
        guard let record = found else { return }
        let now = try Credential(record, marks: ours.marks).parameters.counter
        guard counter <= now || RecordComparison.isSane(counter, over: now) else {
            return left.note(.absurdCounter, authority.verdict(on: .absurdCounter))
        }
        let made = try counted(record, counter, above: record.revision)
        guard made.revision != record.revision else { return }
        records[made.id] = made
        raised.insert(account)
    }

    /// A record that was deleted with its account, which is here again; nil when another has taken its place.
    private func revived(_ record: Record, after tombstone: Record) throws(VaultError) -> Record? {
        guard try !tombstone.formerly.isReplaced else { return nil }
        return record.revision > tombstone.revision ? record : record.with(revision: tombstone.revision + 1)
    }

    /// Makes an account of its own for a one-time password.
    private mutating func split(_ record: Record, of account: Identifier, as id: Identifier) throws(VaultError) {
        guard var copy = accounts[account], let old = records[account] else { return }
        let new = records[record.id.apart(1)] == nil ? record.id.apart(1) : .random()
        let credential = try Credential(record, marks: ours.marks)
        let made = try credential.withSecrets { (key: Span<UInt8>, pin: Span<UInt8>) throws(VaultError) in
            try Credential.record(id, of: new, credential.parameters, key: key, pin: pin, over: record, at: 0)
        }
        records[id] = made.with(id: id)
        copy = copy.with(id: new)
        let taken = takenLabels ?? Set(accounts.values.filter { $0.removed == 0 }.map(\.details.label))
        copy.details.name = freeName(for: copy.details) { taken.contains($0) }
        takenLabels = taken
        takenLabels?.insert(copy.details.label)
        copy.batch = mode == .restore ? labels.batch : nil
        copy.state = .ok
        let written = try copy.record(over: old.with(id: new), note: nil, at: 0).rewritten(from: old.with(id: new))
        records[new] = written
        accounts[new] = copy
        added.append(new)
        renamed.insert(new)
    }

    // MARK: Recovery codes

    mutating func takeRecoverySets() throws(VaultError) {
        for id in theirOrder {
            for set in theirs.recoverySets[id] ?? [] where news.contains(set.id) || alias[id] != nil {
                guard let record = theirs.records[set.id] else { continue }
                let here = alias[id] ?? id
                guard accounts[here] != nil else { continue }
                try take(set, record, here)
            }
        }
    }

    private mutating func take(_ their: RecoverySet, _ record: Record, _ account: Identifier) throws(VaultError) {
        if let own = records[their.id] {
            if own.isTombstone {
                guard let back = try revived(record, after: own) else { return }
                records[their.id] = try moved(back, to: account)
                newSets += 1
                return
            }
            guard own.kind == record.kind else { return }
            records[their.id] = try joined(own, record)
            return
        }
        if alias[their.account] != nil {
            let known = (ours.recoverySets[account] ?? []).first { $0.hasSameCodes(as: their) }
            if let known, let own = records[known.id] {
                var set = try RecoverySet(own)
                set.takeMarks(of: their, isSameSet: false)
                return try put(set, own, above: own.revision)
            }
        }
        records[their.id] = try beside(moved(record, to: account), of: account)
        newSets += 1
    }

    /// A set that comes to an account which has one: it becomes the current one only if the file has a say in that.
    private mutating func beside(_ record: Record, of account: Identifier) throws(VaultError) -> Record {
        guard ours.recoverySet(of: account) != nil, authority.verdict(on: .recoveryReplaced) != .allowed else {
            return record
        }
        var set = try RecoverySet(record)
        guard set.superseded == 0 else { return record }
        set.superseded = max(utc, 1)
        left.note(.recoveryReplaced, authority.verdict(on: .recoveryReplaced))
        return try encoded(set, over: record)
    }

    private mutating func put(_ set: RecoverySet, _ own: Record, above revision: UInt64) throws(VaultError) {
        guard try RecoverySet(own).codes != set.codes else { return }
        records[own.id] = try encoded(set, over: own).with(revision: revision + 1)
    }

    private func joined(_ own: Record, _ their: Record) throws(VaultError) -> Record {
        let winner = their.isNewer(than: own) ? their : own
        let other = their.isNewer(than: own) ? own : their
        let before = try RecoverySet(winner)
        var set = before
        set.takeMarks(of: try RecoverySet(other), isSameSet: true)
        guard set.codes != before.codes || set.superseded != before.superseded else { return winner }
        return try encoded(set, over: winner)
    }

    private func encoded(_ set: RecoverySet, over record: Record) throws(VaultError) -> Record {
        try set.body.withBytes { (text: Span<UInt8>) throws(VaultError) in
            try set.record(text, over: record, at: 0)
        }
    }

    private func moved(_ record: Record, to account: Identifier) throws(VaultError) -> Record {
        let set = try RecoverySet(record)
        return set.account == account ? record : try encoded(set.with(account: account), over: record)
    }

    /// Recovery codes, security keys and tokens of an account go to another one.
    mutating func moveParts(from account: Identifier, to other: Identifier) throws(VaultError) {
        if partsByOwner == nil {
            var parts: [Identifier: [Identifier]] = [:]
            for record in records.values {
                let kind = RecordKind(rawValue: record.kind)
                guard kind == .recoveryCodes || kind == .key || kind == .recoveryToken else { continue }
                parts[try record.owner, default: []].append(record.id)
            }
            partsByOwner = parts
        }
        for id in partsByOwner?.removeValue(forKey: account) ?? [] {
            guard let record = records[id] else { continue }
            if record.kind == RecordKind.key.rawValue {
                var key = try KeyCredential(record)
                key.account = other
                try put(key, over: record)
            } else if record.kind == RecordKind.recoveryToken.rawValue {
                records[id] = try token(record, to: other)
            } else {
                records[id] = try moved(record, to: other)
            }
            partsByOwner?[other, default: []].append(id)
        }
    }

    // MARK: Afterwards

    /// Of the sets of an account the one that came in last is current. The 30 days of one that it replaces, or that comes in
    /// as a former one, begin now, whatever the file says of its age.
    ///
    /// - Parameter owners: the accounts of sets that came in or were changed.
    mutating func settleRecoverySets(of owners: Set<Identifier>) throws(VaultError) {
        guard !owners.isEmpty else { return }
        var ids = Set(records.changes.keys)
        for owner in owners {
            for side in [ours, theirs] { ids.formUnion((side.recoverySets[owner] ?? []).map(\.id)) }
            ids.formUnion(orphans[owner] ?? [])
        }
        var sets: [Identifier: [RecoverySet]] = [:]
        for id in ids {
            guard let record = records[id], record.kind == RecordKind.recoveryCodes.rawValue else { continue }
            let set = try RecoverySet(record)
            if owners.contains(set.account), accounts[set.account] != nil { sets[set.account, default: []].append(set) }
        }
        for (account, list) in sets {
            let list = try sharingMarks(list)
            noteReplaced(list.filter { $0.superseded == 0 }, of: account)
            let current = list.filter { $0.superseded == 0 }.max { ($0.imported, $0.id) < ($1.imported, $1.id) }
            for var set in list where set.id != current?.id {
                guard let record = records[set.id] else { continue }
                // What comes in has been replaced by the clock of another machine.
                let begins = ours.records[set.id] == nil || ours.recoverySet(of: set.account)?.id == set.id
                let end = set.superseded == 0 || begins ? max(utc, set.superseded, 1) : set.superseded
                guard end != set.superseded else { continue }
                set.superseded = end
                records[set.id] = try encoded(set, over: record)
            }
        }
    }

    /// Two machines may have taken in the same codes, each as a set of its own: what was used in one is used up.
    private mutating func sharingMarks(_ sets: [RecoverySet]) throws(VaultError) -> [RecoverySet] {
        guard authority.verdict(on: .recoveryMarks) == .allowed else { return sets }
        var shared = sets
        for (index, set) in sets.enumerated() {
            for other in sets where other.id != set.id && other.hasSameCodes(as: set) {
                shared[index].takeMarks(of: other, isSameSet: false)
            }
            guard shared[index].codes != set.codes, let record = records[set.id] else { continue }
            records[set.id] = try encoded(shared[index], over: record)
        }
        return shared
    }

    /// Says that an account got codes on two machines: only its owner knows which the service takes.
    private mutating func noteReplaced(_ current: [RecoverySet], of account: Identifier) {
        guard mode == .sync, let first = current.first, !current.allSatisfy({ $0.hasSameCodes(as: first) }),
            let label = accounts[account]?.details.label
        else { return }
        said.append("\(label) got recovery codes on both; the former ones are kept for 30 days")
    }

    /// What was deleted there stays as long as its account does, unless another took its place; what belongs to an
    /// account that is gone goes with it; of two one-time passwords of an account, one gets an account of its own.
    mutating func settleDependents() throws(VaultError) {
        for id in unsettled {
            guard let record = records[id] else { continue }
            let kind = RecordKind(rawValue: record.kind)
            guard kind == .credential || kind == .recoveryCodes else { continue }
            let owner = try record.owner
            let their = theirs.records[record.id].flatMap { $0.isTombstone ? $0 : nil }
            if let their, try their.formerly.isReplaced {
                records[record.id] = their.with(revision: max(their.revision, record.revision))
            } else if accounts[owner] == nil {
                if let their {
                    records[record.id] = their.with(revision: max(their.revision, record.revision))
                } else if records[owner]?.isTombstone == true {
                    records[record.id] = try record.tombstone(.withOwner, at: 0)
                }
            } else if let their, let back = try revived(record, after: their) {
                records[record.id] = back
            }
        }
        let changed = try changedCredentials()
        for account in changed.keys {
            let list = credentials(of: account, changed)
            guard list.count > 1, accounts[account] != nil else { continue }
            let own = ours.accounts[account]?.credential?.id
            let sorted = list.sorted { a, b in
                if mode == .restore, (a.id == own) != (b.id == own) { return a.id == own }
                return (a.modified, a.id) > (b.modified, b.id)
            }
            for record in sorted.dropFirst() { try split(record, of: account, as: record.id) }
        }
    }
}

extension Identifier {
    /// An id that every machine makes of this one.
    func apart(_ number: UInt64) -> Identifier { Identifier(high: high ^ 0x7265_7374_6f72_6564, low: low ^ number) }
}

extension RecoverySet {
    /// Whether the codes are the same, in the same order.
    func hasSameCodes(as other: RecoverySet) -> Bool {
        guard codes.count == other.codes.count else { return false }
        return zip(codes, other.codes).allSatisfy { own, their in
            withCode(own) { own in other.withCode(their) { Self.isSame(own, $0) } }
        }
    }

    /// What was shown or used in either copy was.
    mutating func takeMarks(of other: RecoverySet, isSameSet: Bool) {
        guard codes.count == other.codes.count else { return }
        for index in codes.indices {
            codes[index].shown = max(codes[index].shown, other.codes[index].shown)
            codes[index].used = max(codes[index].used, other.codes[index].used)
        }
        if isSameSet { superseded = max(superseded, other.superseded) }
    }
}
