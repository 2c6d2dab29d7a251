import Platform

extension RecoverySet: FieldList {
    mutating func fields<Coder: FieldCoder & ~Copyable & ~Escapable>(_ coder: inout Coder) throws(VaultError) {
        try coder.require(1, "a set of recovery codes has no account")
        try coder.value(1, &account)
        try coder.some(2, &service, most: Limits.recoveryService)
        try coder.value(3, &imported)
        try coder.some(4, &isInOrder)
        try coder.some(5, &superseded)
        try coder.list(6, &codes, most: RecoveryCode.headBytes + Limits.recoveryCode)
    }

    init(_ record: Record) throws(VaultError) {
        self.init(id: record.id, body: record.body)
        try read(record)
        if !withCodes(Self.arePrintable) { body = try Self.repaired(record.body, codes) }
        guard codes.count <= Limits.recoveryCodes else { throw .damaged("a set has too many recovery codes") }
        guard max(imported, superseded) <= Record.numberLimit else { throw .damaged("an impossible time") }
    }

    /// Codes are typed, and reach terminals: printable ASCII only.
    private static func arePrintable(_ text: Span<UInt8>, _ codes: [Range<Int>]) -> Bool {
        codes.allSatisfy { code in code.allSatisfy { isPrintable(text[$0]) } }
    }

    static func isPrintable(_ byte: UInt8) -> Bool { (0x20..<0x7F).contains(byte) }

    /// A copy of a body in which the codes have question marks in place of what no code has: what is read of it tells
    /// as much, and nothing moves.
    private static func repaired(_ body: SharedSecret, _ codes: [RecoveryCode]) throws(VaultError) -> SharedSecret {
        try body.withBytes { (bytes: Span<UInt8>) throws(VaultError) in
            var copy = try RecordStream.buffer(bytes.count)
            copy.append { (output: inout OutputSpan<UInt8>) in
                for index in bytes.indices {
                    let isPart = codes.contains { $0.text.contains(index) }
                    output.append(isPart && !isPrintable(bytes[index]) ? UInt8(ascii: "?") : bytes[index])
                }
            }
            do throws(MemoryError) { return SharedSecret(try Secret(copy)) } catch { throw .memory(error) }
        }
    }

    /// The record of a set whose codes lie in `text`.
    func record(_ text: Span<UInt8>, over old: Record?, at utc: UInt64) throws(VaultError) -> Record {
        try Record.make(.recoveryCodes, id, over: old, at: utc, body: body(from: text, over: old))
    }
}

extension RecoveryCode: FieldValue {
    /// When it was shown, when it was used: what stands in front of the code.
    static let headBytes = 16

    init(in body: Span<UInt8>, at place: Range<Int>) throws(VaultError) {
        guard place.count > Self.headBytes else { throw .damaged("a recovery code is empty") }
        let start = place.lowerBound
        shown = try UInt64(in: body, at: start..<(start + 8))
        used = try UInt64(in: body, at: (start + 8)..<(start + Self.headBytes))
        text = (start + Self.headBytes)..<place.upperBound
        guard max(shown, used) <= Record.numberLimit else { throw .damaged("the times of a code are impossible") }
    }

    var isEmptyField: Bool { false }
    var fieldBytes: Int { Self.headBytes + count }

    func append(to output: inout OutputSpan<UInt8>, from lent: Span<UInt8>) {
        output.appendNumber(shown, bytes: 8)
        output.appendNumber(used, bytes: 8)
        output.append(copying: lent.extracting(text))
    }
}
