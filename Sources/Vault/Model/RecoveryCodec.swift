import Platform

/// Sets of recovery codes as records; the tags are those of fob-vault(5).
enum RecoveryCodec {
    enum Tag {
        static let account: UInt8 = 1
        static let service: UInt8 = 2
        static let imported: UInt8 = 3
        static let inOrder: UInt8 = 4
        static let superseded: UInt8 = 5
        static let code: UInt8 = 6
    }

    /// Bytes of a code's field in front of the code: when it was shown, when it was used.
    private static let codeHead = 16

    /// Reads a set.
    static func set(_ record: Record) throws(VaultError) -> RecoverySet {
        try record.body.withBytes { (body: Span<UInt8>) throws(VaultError) in
            var account: Identifier?
            var service = ""
            var imported: UInt64 = 0
            var isInOrder = false
            var superseded: UInt64 = 0
            var codes: [RecoveryCode] = []
            var reader = FieldReader()
            while let field = try reader.next(in: body) {
                let value = field.value
                switch field.tag {
                case Tag.account: account = try FieldValue.identifier(body, value)
                case Tag.service: service = try FieldValue.text(body, value, limit: RecoveryLimits.service)
                case Tag.imported: imported = try FieldValue.number(body, value, bytes: 8)
                case Tag.inOrder: isInOrder = try FieldValue.flag(body, value)
                case Tag.superseded: superseded = try FieldValue.number(body, value, bytes: 8)
                case Tag.code: codes.append(try code(body, value))
                default: break
                }
            }
            guard let account, codes.count <= RecoveryLimits.codes else {
                throw .damaged("a set of recovery codes has no account or too many codes")
            }
            guard max(imported, superseded) <= Record.numberLimit else { throw .damaged("an impossible time") }
            return RecoverySet(
                id: record.id, account: account, service: service, isInOrder: isInOrder, imported: imported,
                superseded: superseded, codes: codes, body: record.body)
        }
    }

    private static func code(_ body: Span<UInt8>, _ value: Range<Int>) throws(VaultError) -> RecoveryCode {
        guard value.count > codeHead else { throw .damaged("a recovery code is empty") }
        let start = value.lowerBound
        let code = RecoveryCode(
            text: (start + codeHead)..<value.upperBound,
            shown: try FieldValue.number(body, start..<(start + 8), bytes: 8),
            used: try FieldValue.number(body, (start + 8)..<(start + codeHead), bytes: 8))
        guard code.count <= RecoveryLimits.code, max(code.shown, code.used) <= Record.numberLimit else {
            throw .damaged("a recovery code is too long, or its times are impossible")
        }
        return code
    }

    /// Writes a set whose codes lie in `text`.
    ///
    /// - Parameter old: the record that this one replaces; what of it is not known here is kept.
    static func record(
        _ set: RecoverySet, _ text: Span<UInt8>, over old: Record?, at utc: UInt64
    ) throws(VaultError) -> Record {
        let room = set.codes.reduce(set.service.utf8.count + 80) { $0 + $1.count + codeHead + 3 }
        var body = try RecordStream.buffer(room + (old?.body.count ?? 0))
        body.appendField(Tag.account, set.account)
        if !set.service.isEmpty { body.appendField(Tag.service, set.service) }
        body.appendField(Tag.imported, set.imported, bytes: 8)
        if set.isInOrder { body.appendField(Tag.inOrder, 1, bytes: 1) }
        if set.superseded != 0 { body.appendField(Tag.superseded, set.superseded, bytes: 8) }
        for code in set.codes {
            let bytes = text.extracting(code.text)
            body.appendField(Tag.code, count: codeHead + bytes.count) { output in
                output.appendNumber(code.shown, bytes: 8)
                output.appendNumber(code.used, bytes: 8)
                for index in bytes.indices { output.append(bytes[index]) }
            }
        }
        if let old {
            try old.body.withBytes { (bytes: Span<UInt8>) throws(VaultError) in
                try body.appendFields(of: bytes) { (Tag.account...Tag.code).contains($0) }
            }
        }
        return try Record.make(.recoveryCodes, set.id, over: old, at: utc, body: body)
    }
}
