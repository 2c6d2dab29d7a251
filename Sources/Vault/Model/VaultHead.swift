import Platform

/// What a vault says of itself: one record, written anew by each save.
struct VaultHead: FieldList {
    var vault = Identifier.zero
    var created: UInt64 = 0
    var generation: UInt64 = 0
    var auditSequence: UInt64 = 0
    var auditHash: [32 of UInt8] = .init(repeating: 0)

    mutating func fields<Coder: FieldCoder & ~Copyable & ~Escapable>(_ coder: inout Coder) throws(VaultError) {
        try coder.require(1, "it does not say which vault it is")
        try coder.value(1, &vault)
        try coder.value(2, &created)
        try coder.value(3, &generation)
        try coder.value(4, &auditSequence)
        try coder.value(5, &auditHash)
    }

    init(
        vault: Identifier, created: UInt64, generation: UInt64, auditSequence: UInt64, auditHash: [32 of UInt8]
    ) {
        (self.vault, self.created, self.generation) = (vault, created, generation)
        (self.auditSequence, self.auditHash) = (auditSequence, auditHash)
    }

    init(_ record: Record) throws(VaultError) {
        try read(record)
        guard generation <= Record.numberLimit else { throw .damaged("its number of saves is impossible") }
    }

    func record(over old: Record?, at utc: UInt64) throws(VaultError) -> Record {
        try Record.make(.vault, .single(.vault), over: old, at: utc, body: body(over: old))
    }
}

extension Settings: FieldList {
    mutating func fields<Coder: FieldCoder & ~Copyable & ~Escapable>(_ coder: inout Coder) throws(VaultError) {
        try coder.value(1, &idleSeconds)
        try coder.value(2, &absoluteSeconds)
    }

    init(_ record: Record) throws(VaultError) {
        self.init()
        try read(record)
    }

    func record(over old: Record?, at utc: UInt64) throws(VaultError) -> Record {
        try Record.make(.settings, .single(.settings), over: old, at: utc, body: body(over: old))
    }
}
