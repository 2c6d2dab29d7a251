import Platform

/// Where the accounts of an import came from. They know by its batch that they belong to it.
package struct LastImport: Sendable, Equatable, FieldList {
    /// What its accounts have in common.
    package internal(set) var batch = Identifier.zero
    /// Seconds of UTC.
    package internal(set) var time: UInt64 = 0
    /// Where they came from, for people.
    package internal(set) var source = ""
    /// How many it added.
    package internal(set) var added: UInt32 = 0

    mutating func fields<Coder: FieldCoder & ~Copyable & ~Escapable>(_ coder: inout Coder) throws(VaultError) {
        try coder.require(1, "an import does not say what it added")
        try coder.value(1, &batch)
        try coder.value(2, &time)
        try coder.value(3, &source, most: Limits.text)
        try coder.value(4, &added)
    }

    init(batch: Identifier, time: UInt64, source: String, added: UInt32) {
        (self.batch, self.time, self.source, self.added) = (batch, time, source, added)
    }

    init(_ record: Record) throws(VaultError) { try read(record) }

    /// Over a record of another import: nothing of that one is kept.
    func record(over old: Record?) throws(VaultError) -> Record {
        try Record.make(.lastImport, .single(.lastImport), over: old, at: time, body: body())
    }
}

extension Contents {
    /// Notes that the accounts of a batch were imported, so that this can be undone.
    package mutating func noteImport(
        _ batch: Identifier, from source: String, added: Int, at utc: UInt64
    ) throws(VaultError) {
        guard source.utf8.count <= Limits.text else { throw .badValue("so long a name of its source") }
        let new = LastImport(batch: batch, time: utc, source: source.oneLine, added: UInt32(clamping: added))
        let id = Identifier.single(.lastImport)
        records[id] = try new.record(over: records[id])
        lastImport = new
        revision += 1
    }

    /// The accounts of the last import that are not in the trash.
    package var imported: [Identifier] {
        guard let batch = lastImport?.batch else { return [] }
        return order.filter { accounts[$0]?.batch == batch }
    }

    /// Puts what the last import added into the trash. What was there before it stays as it is, and so does what the
    /// owner has put into the trash since.
    ///
    /// - Returns: what went there; nil when there is no import to undo.
    package mutating func undoImport(at utc: UInt64) throws(VaultError) -> [Identifier]? {
        guard let batch = lastImport?.batch else { return nil }
        let imported = imported
        var changed: [(old: Account, new: Account, record: Record)] = []
        changed.reserveCapacity(imported.count)
        for id in imported {
            guard let old = accounts[id] else { continue }
            var new = old
            new.removed = max(utc, 1)
            let record = try new.record(over: records[id], note: nil, at: utc).edited(over: records[id])
            new.modified = max(new.modified, record.modified)
            changed.append((old, new, record))
        }
        try bury(.single(.lastImport), at: utc)
        for (old, new, record) in changed {
            records[record.id] = record
            accounts[new.id] = new
            names.remove(old)
        }
        // Security keys that came to an account which was here before.
        for var key in keyTable.values where key.batch == batch && accounts[key.account]?.batch != batch {
            guard key.removed == 0 else { continue }
            key.removed = max(utc, 1)
            try replace(key, at: utc)
        }
        let gone = Set(imported)
        order.removeAll { gone.contains($0) }
        lastImport = nil
        revision += 1
        return imported
    }
}
