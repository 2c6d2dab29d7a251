import Platform

// What a save makes of the contents.
extension Contents {
    /// What the next save writes: one generation on, with the audit log's last line, and without what was in the trash,
    /// and recovery codes that were replaced, for as long as they are kept.
    package mutating func prepareSave(auditSequence: UInt64, auditHash: [32 of UInt8], at utc: UInt64)
        throws(VaultError)
    {
        let before = (self.auditSequence, self.auditHash)
        (self.auditSequence, self.auditHash) = (auditSequence, auditHash)
        do {
            let calendar = calendar(at: utc)
            // A vault that stays open for months is no reason to keep anything longer.
            // Undos that are over hold nothing in the trash any more.
            try dropUndos(at: calendar)
            try purgeTrash(at: calendar)
            try purgeSuperseded(at: calendar)
            try renewBackupKeys(at: utc)
            try writeHead(generation: generation + 1, at: utc)
        } catch {
            (self.auditSequence, self.auditHash) = before
            throw error
        }
    }

    /// What a save writes that remembers a later place in the audit logs and changes nothing else: the number of saves
    /// stays.
    package mutating func prepareAnchor(at utc: UInt64) throws(VaultError) {
        try writeHead(generation: generation, at: utc)
    }

    /// Numbers the next change above `revision`, which was reached before changes were taken back: no two contents
    /// share a number.
    package mutating func continueRevisions(after revision: UInt64) { self.revision = max(self.revision, revision) + 1 }

    /// Numbers the next save above `generation`, which was reached before this older vault was put back.
    package mutating func continueGenerations(after generation: UInt64) {
        self.generation = max(self.generation, generation)
    }

    mutating func writeHead(generation: UInt64, at utc: UInt64) throws(VaultError) {
        guard generation <= Record.numberLimit else { throw .tooLarge("its number of saves") }
        let id = Identifier.single(.vault)
        let head = VaultHead(
            vault: vault, created: created, generation: generation, auditSequence: auditSequence, auditHash: auditHash)
        records[id] = try head.record(over: records[id], at: utc)
        self.generation = generation
    }
}
