import Platform

/// Two versions of a record brought together.
struct JoinedRecord {
    let record: Record
    /// The tags of fields that were edited on both sides, and of those for whose other value there was no room.
    var met: [UInt8] = []
    var dropped: [UInt8] = []
}

// Records of accounts, security keys and settings, and of kinds that are not known here, merge by field.
extension Record {
    /// Both versions of a record in one. On both machines it is the same, but for what is each machine's own.
    static func joined(_ own: Record, _ their: Record) throws(VaultError) -> JoinedRecord {
        if isSameBody(own, their) {
            return JoinedRecord(record: own.revision >= their.revision ? own : own.with(revision: their.revision))
        }
        let (mine, others) = (try FieldTable(own), try FieldTable(their))
        var table = mine
        table.unstamped = max(mine.unstamped, others.unstamped)
        var met: [UInt8] = []
        for tag in Set(mine.values.keys).union(others.values.keys).union(mine.stampedTags).union(others.stampedTags) {
            let rule = FieldRule.of(tag, own.kind)
            guard rule.isStamped else {
                table.values[tag] = try rule.settled(tag, mine.value(tag), others.value(tag)) { () throws(VaultError) in
                    (try FieldRule.KeyProtections(mine), try FieldRule.KeyProtections(others))
                }.nonEmpty
                continue
            }
            let state = try rule.joined(mine.state(tag), others.state(tag))
            table.set(tag, try rule.value(tag, state.heads), state)
            if state.hasMore(than: mine.state(tag)), state.hasMore(than: others.state(tag)) { met.append(tag) }
        }
        let dropped = table.makeRoom()
        if table.isSame(as: mine) { return JoinedRecord(record: own) }
        let isTheirs = table.isSame(as: others)
        let record =
            isTheirs
            ? try their.raised(to: own.revision)
            : try table.record(
                revision: max(own.revision, their.revision) + 1, modified: max(own.modified, their.modified))
        return JoinedRecord(record: record, met: met.sorted(), dropped: dropped)
    }

    /// This version with the stamps of what its owner has changed since `old`.
    func edited(over old: Record?) throws(VaultError) -> Record {
        guard let old, old.kind == kind, FieldRule.isByField(kind) else { return self }
        var (table, before) = (try FieldTable(self), try FieldTable(old))
        // What was carried along is of the old values.
        table.takeStates(of: before)
        for tag in Set(table.values.keys).union(before.values.keys) where FieldRule.of(tag, kind).isStamped {
            guard !table.value(tag).isSame(as: before.value(tag)) else { continue }
            table.edit(tag, after: before.state(tag), table.value(tag))
        }
        return try table.record(revision: revision, isInOrder: true)
    }

    /// Whether the values of both are the same, whatever is known of their edits.
    func says(asMuchAs other: Record) throws(VaultError) -> Bool {
        if Record.isSameBody(self, other) { return true }
        guard kind == other.kind, FieldRule.isByField(kind) else { return false }
        let (own, their) = (try FieldTable(self), try FieldTable(other))
        return Set(own.values.keys).union(their.values.keys).allSatisfy { own.value($0).isSame(as: their.value($0)) }
    }

    /// This version, which a merge has made of `old`: at the same revision, with the stamps of that.
    func rewritten(from old: Record) throws(VaultError) -> Record {
        let same = with(revision: old.revision)
        var (table, before) = (try FieldTable(same), try FieldTable(old))
        guard !before.stampedTags.isEmpty else { return same }
        let values = table.values
        table.values = before.values
        table.takeStates(of: before)
        for tag in Set(values.keys).union(before.values.keys) { table.rewrite(tag, values[tag] ?? RawFields()) }
        return try table.record(revision: old.revision, isInOrder: true)
    }

    /// This version with some fields, and all that is known of them, as another has them.
    func taking(_ tags: [UInt8], from other: Record) throws(VaultError) -> Record {
        var (table, others) = (try FieldTable(self), try FieldTable(other))
        for tag in tags { table.set(tag, others.value(tag), others.state(tag)) }
        return try table.record(revision: revision)
    }

    /// The same at a higher revision, of which no edit tells.
    func raised(to revision: UInt64) throws(VaultError) -> Record {
        guard revision > self.revision else { return self }
        return FieldRule.isByField(kind) || isTombstone
            ? try FieldTable(self).record(revision: revision, isInOrder: true) : with(revision: revision)
    }

    // MARK: The trash

    /// The field that tells of the trash, in this record or the one that it was.
    private func removal(at utc: UInt64) throws(VaultError) -> (tag: UInt8, table: FieldTable, state: FieldTable.State)
    {
        let table = try FieldTable(self)
        let tag = FieldRule.removalTag(RecordKind(rawValue: isTombstone ? try formerly.kind : kind))
        var state = table.state(tag)
        // With its account it ended; by itself it was in the trash or not.
        guard isTombstone, try !formerly.isWithOwner else { return (tag, table, state) }
        let time = [UInt8](capacity: 8) { $0.appendNumber(max(utc, 1), bytes: 8) }
        let value = try RawFields(tag, time)
        for index in state.heads.indices { state.heads[index].value = value }
        return (tag, table, state)
    }

    /// What a tombstone makes of this record: in the trash, unless its owner has taken it out since he put it there;
    /// nil when it stays as it is.
    func buried(by tombstone: Record, at utc: UInt64) throws(VaultError) -> Record? {
        let met = try meeting(tombstone, at: utc)
        return met.isRemoved ? met.record : nil
    }

    /// This record with all that it and a tombstone know of the trash.
    func meeting(_ tombstone: Record, at utc: UInt64) throws(VaultError) -> (record: Record, isRemoved: Bool) {
        var own = try removal(at: utc)
        let state = try FieldRule.removal.joined(own.state, tombstone.removal(at: utc).state)
        let value = try FieldRule.removal.value(own.tag, state.heads)
        own.table.set(own.tag, value, state)
        return (try own.table.record(revision: max(revision, tombstone.revision) + 1), !value.isEmpty)
    }

    /// This record, which its owner has brought back from a backup after he had removed it for good.
    func broughtBack(after tombstone: Record) throws(VaultError) -> Record {
        guard FieldRule.isByField(kind) else { return with(revision: max(revision, tombstone.revision + 1)) }
        var own = try removal(at: 0)
        let before = try FieldRule.removal.joined(own.state, tombstone.removal(at: 0).state)
        own.table.edit(own.tag, after: before, own.table.value(own.tag))
        return try own.table.record(revision: max(revision, tombstone.revision) + 1)
    }

    /// What stays of it when it is deleted: of its fields, what is known of the trash.
    func tombstone(_ end: RecordEnd = .alone, at utc: UInt64) throws(VaultError) -> Record {
        let body = try Tombstone(kind: kind, isReplaced: end == .replaced, isWithOwner: end == .withOwner).body()
        let made = try Record.make(.tombstone, id, over: self, at: utc, body: body)
        guard FieldRule.isByField(kind) else { return made }
        let table = try FieldTable(self)
        var buried = try FieldTable(made)
        // Its end is one revision of which no edit tells, so that it counts over what nobody has edited.
        buried.unstamped = table.unstamped + 1
        let tag = FieldRule.removalTag(RecordKind(rawValue: kind))
        if table.stampedTags.contains(tag) {
            var state = table.state(tag)
            // Whether it had been in the trash by itself is to be known when its account is here again.
            let isKept = end == .withOwner
            if !isKept { for index in state.heads.indices { state.heads[index].value = RawFields() } }
            buried.set(tag, isKept ? table.value(tag) : RawFields(), state)
        }
        return try buried.record(revision: made.revision)
    }

    // MARK: Twins

    /// This account with what the owner has said of another one that is the same.
    func absorbing(_ twin: Record) throws(VaultError) -> JoinedRecord {
        var (table, other) = (try FieldTable(self), try FieldTable(twin))
        let before = table
        var met: [UInt8] = []
        for tag in Set(table.values.keys).union(other.values.keys) where FieldRule.isOfTwins(tag) {
            let rule = FieldRule.of(tag, kind)
            var state = other.state(tag)
            func renamed(_ stamp: Stamp) -> Stamp { stamp.isUnstamped ? Stamp(of: twin.id, tag) : stamp }
            state.heads = state.heads.map { FieldTable.Head(stamp: renamed($0.stamp), value: $0.value) }
            state.seen = state.seen.map(renamed)
            // What it does not say is not said against this one. What both say alike stands beside each other: whether it is
            // alike is another thing on each machine.
            state.heads.removeAll { head in
                if head.value.isEmpty { state.seen.append(head.stamp) }
                return head.value.isEmpty
            }
            let own = table.state(tag)
            let joined = try rule.joined(own, state)
            table.set(tag, try rule.value(tag, joined.heads), joined)
            if joined.hasMore(than: before.state(tag)) { met.append(tag) }
        }
        let dropped = table.makeRoom()
        guard !table.isSame(as: before) else { return JoinedRecord(record: self) }
        return JoinedRecord(record: try table.record(revision: revision), met: met.sorted(), dropped: dropped)
    }
}

extension FieldTable.State {
    /// Whether edits stand beside each other that did not in `other`, with different values.
    fileprivate func hasMore(than other: Self) -> Bool {
        heads.count > max(other.heads.count, 1) && !heads.allSatisfy { $0.value.isSame(as: heads[0].value) }
    }
}

extension RawFields {
    fileprivate var nonEmpty: RawFields? { isEmpty ? nil : self }
}

extension FieldTable {
    /// Whether both say the same and know the same of it.
    func isSame(as other: FieldTable) -> Bool {
        guard unstamped == other.unstamped, values.count == other.values.count else { return false }
        return values.allSatisfy { $0.value.isSame(as: other.value($0.key)) }
            && Set(stampedTags).union(other.stampedTags).allSatisfy { state($0).isSame(as: other.state($0)) }
    }

    /// Gives up the values that do not fit beside the others.
    ///
    /// - Returns: whose they were.
    fileprivate mutating func makeRoom() -> [UInt8] {
        var dropped: [UInt8] = []
        for tag in stampedTags.sorted() where count + 11 > Record.bodyLimit {
            var state = state(tag)
            guard state.heads.count > 1 else { continue }
            state.seen = Self.pruned(state.stamps, without: [state.heads[0].stamp])
            state.heads.removeSubrange(1...)
            set(tag, state.heads[0].value, state)
            dropped.append(tag)
        }
        return dropped
    }
}
