import Platform

/// What a vault says of itself: one record, written anew by each save.
struct VaultHead {
    let vault: Identifier
    let created: UInt64
    let generation: UInt64
    let auditSequence: UInt64
    let auditHash: [32 of UInt8]

    private enum Tag {
        static let vault: UInt8 = 1
        static let created: UInt8 = 2
        static let generation: UInt8 = 3
        static let auditSequence: UInt8 = 4
        static let auditHash: UInt8 = 5
    }

    init(_ record: Record) throws(VaultError) {
        self = try record.body.withBytes { (body: Span<UInt8>) throws(VaultError) -> VaultHead in
            var vault: Identifier?
            var created: UInt64 = 0
            var generation: UInt64 = 0
            var sequence: UInt64 = 0
            var hash: [32 of UInt8] = .init(repeating: 0)
            var reader = FieldReader()
            while let field = try reader.next(in: body) {
                switch field.tag {
                case Tag.vault: vault = try FieldValue.identifier(body, field.value)
                case Tag.created: created = try FieldValue.number(body, field.value, bytes: 8)
                case Tag.generation: generation = try FieldValue.number(body, field.value, bytes: 8)
                case Tag.auditSequence: sequence = try FieldValue.number(body, field.value, bytes: 8)
                case Tag.auditHash:
                    guard field.value.count == 32 else { throw .damaged("a hash has the wrong length") }
                    for index in 0..<32 { hash[index] = body[field.value.lowerBound + index] }
                default: break
                }
            }
            guard let vault else { throw .damaged("it does not say which vault it is") }
            guard generation <= Record.numberLimit else { throw .damaged("its number of saves is impossible") }
            return VaultHead(
                vault: vault, created: created, generation: generation, auditSequence: sequence, auditHash: hash)
        }
    }

    init(
        vault: Identifier, created: UInt64, generation: UInt64, auditSequence: UInt64, auditHash: [32 of UInt8]
    ) {
        self.vault = vault
        self.created = created
        self.generation = generation
        self.auditSequence = auditSequence
        self.auditHash = auditHash
    }

    func record(over old: Record?, at utc: UInt64) throws(VaultError) -> Record {
        var body = try RecordStream.buffer(160 + (old?.body.count ?? 0))
        body.appendField(Tag.vault, vault)
        body.appendField(Tag.created, created, bytes: 8)
        body.appendField(Tag.generation, generation, bytes: 8)
        body.appendField(Tag.auditSequence, auditSequence, bytes: 8)
        body.appendField(Tag.auditHash, auditHash.span)
        if let old {
            try old.body.withBytes { (bytes: Span<UInt8>) throws(VaultError) in
                try body.appendFields(of: bytes) { $0 <= Tag.auditHash }
            }
        }
        return try Record.make(.vault, .single(.vault), over: old, at: utc, body: body)
    }
}

extension Contents.Settings {
    private enum Tag {
        static let idle: UInt8 = 1
        static let absolute: UInt8 = 2
    }

    init(_ record: Record) throws(VaultError) {
        self = try record.body.withBytes { (body: Span<UInt8>) throws(VaultError) -> Contents.Settings in
            var settings = Contents.Settings()
            var reader = FieldReader()
            while let field = try reader.next(in: body) {
                switch field.tag {
                case Tag.idle:
                    settings.idleSeconds = UInt32(try FieldValue.number(body, field.value, bytes: 4))
                case Tag.absolute:
                    settings.absoluteSeconds = UInt32(try FieldValue.number(body, field.value, bytes: 4))
                default: break
                }
            }
            return settings
        }
    }

    func record(over old: Record?, at utc: UInt64) throws(VaultError) -> Record {
        var body = try RecordStream.buffer(32 + (old?.body.count ?? 0))
        body.appendField(Tag.idle, UInt64(idleSeconds), bytes: 4)
        body.appendField(Tag.absolute, UInt64(absoluteSeconds), bytes: 4)
        if let old {
            try old.body.withBytes { (bytes: Span<UInt8>) throws(VaultError) in
                try body.appendFields(of: bytes) { $0 <= Tag.absolute }
            }
        }
        return try Record.make(.settings, .single(.settings), over: old, at: utc, body: body)
    }
}
