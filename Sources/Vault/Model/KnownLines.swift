import Platform

/// The telephone lines that this machine has seen, as a record of the vault: so that a SIM which was swapped while the agent was
/// down is told of. What tells modems and SIMs apart is not in it, but a hash of that with a salt.
package struct KnownLines: Sendable, FieldList {
    /// One of them.
    package struct Line: Sendable, Equatable {
        /// Which modem or telephone.
        package var line: [32 of UInt8]
        /// Which SIM was in it last; zeros where that was never known.
        package var sim: [32 of UInt8]
        /// It had another one before, and nobody has said since that its number works.
        package var isChanged = false
        /// The numbers that it had last.
        package var numbers: [String] = []
        /// Those that it had before it was changed.
        package var former: [String] = []

        package init(line: [32 of UInt8], sim: [32 of UInt8]) { (self.line, self.sim) = (line, sim) }

        package static func == (a: Line, b: Line) -> Bool {
            Sodium.equal(a.line.span, b.line.span) && Sodium.equal(a.sim.span, b.sim.span)
                && a.isChanged == b.isChanged && a.numbers == b.numbers && a.former == b.former
        }
    }

    private static let saltBytes = 16
    private var salt: [UInt8]
    /// All of them, the oldest first.
    package var lines: [Line] = []

    /// None, with a salt of their own.
    package init() { salt = [UInt8](capacity: Self.saltBytes) { Sodium.randomBytes(into: &$0, count: Self.saltBytes) } }

    mutating func fields<Coder: FieldCoder & ~Copyable & ~Escapable>(_ coder: inout Coder) throws(VaultError) {
        try coder.value(1, &salt, most: Self.saltBytes)
        try coder.list(2, &lines, most: Line.headBytes + 2 * Line.mostNumbers * (Limits.otherWay + 1))
    }

    init(_ record: Record) throws(VaultError) {
        salt = []
        try read(record)
        guard salt.count == Self.saltBytes else { throw .damaged("the salt of telephone lines has the wrong length") }
    }

    /// SHA-256 of `fob-line/1`, the salt, and what tells a modem or a SIM from others; of zeros, zeros.
    package func hash(_ number: Span<UInt8>) -> [32 of UInt8] {
        var bytes = Array("fob-line/1".utf8) + salt
        var isKnown = false
        for index in number.indices {
            bytes.append(number[index])
            isKnown = isKnown || number[index] != 0
        }
        return isKnown ? Sodium.sha256(bytes.span) : .init(repeating: 0)
    }
}

extension KnownLines.Line: FieldValue {
    /// In front of the numbers: line, SIM, whether it was changed, and how many of the numbers are the last ones.
    fileprivate static let headBytes = 32 + 32 + 1 + 1
    /// How many are remembered, of those that it had last and of those from before.
    fileprivate static let mostNumbers = 4

    init(in body: Span<UInt8>, at place: Range<Int>) throws(VaultError) {
        guard place.count >= Self.headBytes else { throw .damaged("a telephone line is cut short") }
        let start = place.lowerBound
        line = .init { body[start + $0] }
        sim = .init { body[start + 32 + $0] }
        isChanged = body[start + 64] == 1
        var texts: [String] = []
        var next = start + Self.headBytes
        while next < place.upperBound {
            let end = next + 1 + Int(body[next])
            guard end <= place.upperBound else { throw .damaged("a telephone number is cut short") }
            texts.append(try String(in: body, at: next + 1..<end))
            next = end
        }
        let count = min(Int(body[start + 65]), texts.count)
        (numbers, former) = (Array(texts[..<count]), Array(texts[count...]))
    }

    private func kept(_ texts: [String]) -> ArraySlice<String> {
        texts.filter { $0.utf8.count <= Limits.otherWay }.prefix(Self.mostNumbers)
    }

    private var texts: ArraySlice<String> { kept(numbers) + kept(former) }

    var isEmptyField: Bool { false }
    var fieldBytes: Int { Self.headBytes + texts.reduce(0) { $0 + 1 + $1.utf8.count } }

    func append(to output: inout OutputSpan<UInt8>, from lent: Span<UInt8>) {
        for index in 0..<32 { output.append(line[index]) }
        for index in 0..<32 { output.append(sim[index]) }
        output.append(isChanged ? 1 : 0)
        output.append(UInt8(kept(numbers).count))
        for text in texts {
            output.append(UInt8(text.utf8.count))
            text.append(to: &output, from: lent)
        }
    }
}

extension Contents {
    /// The telephone lines that were seen; nil before the first.
    package var knownLines: KnownLines? {
        guard let record = records[.single(.lines)], record.kind == RecordKind.lines.rawValue else { return nil }
        return try? KnownLines(record)
    }

    /// Remembers them. It is no change of the vault: no other machine sees it.
    package mutating func remember(_ lines: KnownLines, at utc: UInt64) throws(VaultError) {
        let id = Identifier.single(.lines)
        let old = records[id]
        records[id] = try Record.make(.lines, id, over: old, at: utc, body: lines.body(from: Span(), over: old))
    }
}
