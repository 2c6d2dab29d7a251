import Platform

/// The payload of every fob file: a first line with the format's version, the records, an end mark, zeros up to a
/// multiple of 4096 bytes.
enum RecordStream {
    /// The first line. Another number is another format.
    static let firstLine: StaticString = "fob-records 1\n"
    /// What all first lines share.
    static let name: StaticString = "fob-records "
    /// Stands where a record's kind would.
    static let endMark: UInt8 = 0xff
    /// `u8 kind | 16 id | u64 revision | u64 modified | u32 length of the body`.
    static let headerBytes = 37
    /// Payloads have a multiple of this many bytes, so that their size tells little.
    static let padding = 4096
    /// Records in one file; far above 10,000 accounts.
    static let recordLimit = 200_000

    /// Writes the stream in pieces to `sink`, none larger than a record.
    static func write<E: Error>(
        _ records: some Sequence<Record>, to sink: (Span<UInt8>) throws(E) -> Void
    ) throws(E) {
        var count = 0
        let line = firstLine.description.utf8Span
        try sink(line.span)
        count += line.count
        for record in records {
            var header: [37 of UInt8] = .init(repeating: 0)
            header[0] = record.kind
            put(record.id.high, at: 1, 8, in: &header)
            put(record.id.low, at: 9, 8, in: &header)
            put(record.revision, at: 17, 8, in: &header)
            put(record.modified, at: 25, 8, in: &header)
            put(UInt64(record.body.count), at: 33, 4, in: &header)
            try sink(header.span)
            try record.body.withBytes { (body: Span<UInt8>) throws(E) in try sink(body) }
            count += headerBytes + record.body.count
        }
        var tail = [UInt8](repeating: 0, count: padding - count % padding)
        tail[0] = endMark
        try sink(tail.span)
    }

    private static func put(_ number: UInt64, at start: Int, _ bytes: Int, in header: inout [37 of UInt8]) {
        for index in 0..<bytes {
            header[start + index] = UInt8(truncatingIfNeeded: number >> UInt64(8 * (bytes - 1 - index)))
        }
    }

    /// Takes the stream in pieces of any size and hands out each record once it is whole.
    struct Parser: ~Copyable {
        private enum State {
            case firstLine
            case header
            case body
            case padding
        }

        private var state = State.firstLine
        /// What the current part has so far, and how long it will be.
        private var part: LockedBuffer
        private var header = RecordHeader()
        private var seen: Set<Identifier> = []
        private var count = 0
        /// The records so far.
        private(set) var records: [Record] = []

        init() throws(VaultError) {
            do { part = try LockedBuffer(capacity: RecordStream.firstLine.utf8CodeUnitCount) } catch {
                throw .memory(error)
            }
        }

        /// Takes the next piece.
        mutating func take(_ piece: Span<UInt8>) throws(VaultError) {
            count += piece.count
            var position = 0
            while position < piece.count {
                if state == .padding {
                    guard piece[position] == 0 else { throw .damaged("something follows its last record") }
                    position += 1
                    continue
                }
                if state == .header, part.count == 0, piece[position] == RecordStream.endMark {
                    state = .padding
                    position += 1
                    continue
                }
                let taken = min(part.free, piece.count - position)
                part.append(copying: piece.extracting(position..<(position + taken)))
                position += taken
                if part.free == 0 { try finishPart() }
            }
        }

        /// Ends the stream, which must be whole.
        consuming func finish() throws(VaultError) -> [Record] {
            guard state == .padding, count % RecordStream.padding == 0 else { throw .damaged("its records end early") }
            return records
        }

        private mutating func finishPart() throws(VaultError) {
            switch state {
            case .firstLine:
                try checkFirstLine()
                try expect(.header, RecordStream.headerBytes)
            case .header:
                let next = try RecordHeader(part.bytes)
                guard seen.insert(next.id).inserted else { throw .damaged("two records have one id") }
                guard records.count < RecordStream.recordLimit else { throw .tooLarge("its number of records") }
                header = next
                try expect(.body, next.length)
                if next.length == 0 { try finishPart() }
            case .body:
                var body = try RecordStream.buffer(0)
                swap(&body, &part)
                do {
                    let secret = try Secret(body)
                    records.append(
                        Record(
                            id: header.id, kind: header.kind, revision: header.revision, modified: header.modified,
                            body: SharedSecret(secret)))
                } catch { throw .memory(error) }
                try expect(.header, RecordStream.headerBytes)
            case .padding: break
            }
        }

        private mutating func expect(_ next: State, _ bytes: Int) throws(VaultError) {
            state = next
            part = try RecordStream.buffer(bytes)
        }

        private borrowing func checkFirstLine() throws(VaultError) {
            let expected = RecordStream.firstLine.description.utf8Span.span
            let shared = RecordStream.name.utf8CodeUnitCount
            for index in expected.indices where part.bytes[index] != expected[index] {
                if index >= shared { throw .newerFormat }
                throw .damaged("it does not hold fob's records")
            }
        }
    }

    /// What stands in front of a record's body.
    private struct RecordHeader {
        var kind: UInt8 = 0
        var id = Identifier.none
        var revision: UInt64 = 0
        var modified: UInt64 = 0
        var length = 0

        init() {}

        init(_ bytes: Span<UInt8>) throws(VaultError) {
            kind = bytes[0]
            id = try Identifier(in: bytes, at: 1..<17)
            revision = try UInt64(in: bytes, at: 17..<25)
            modified = try UInt64(in: bytes, at: 25..<33)
            length = Int(try UInt32(in: bytes, at: 33..<37))
            guard length <= Record.bodyLimit else { throw .damaged("a record is too long") }
            guard revision <= Record.numberLimit, modified <= Record.numberLimit else {
                throw .damaged("a record has an impossible revision or time")
            }
        }
    }

    static func buffer(_ capacity: Int) throws(VaultError) -> LockedBuffer {
        do { return try LockedBuffer(capacity: capacity) } catch { throw .memory(error) }
    }
}
