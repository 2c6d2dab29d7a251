import Platform

/// What a stream is made of. To lend records one after the other costs less than to hand out each.
protocol RecordSource {
    /// Lends each record to `use`.
    func lend(_ use: (Record) -> Void)

    /// How many records there are, and how many bytes they take in the stream.
    var size: (records: Int, bytes: Int) { get }
}

extension RecordSource {
    var size: (records: Int, bytes: Int) {
        var (count, bytes) = (0, 0)
        lend { record in
            count += 1
            bytes += RecordStream.headerBytes + Int(record.bodyCount)
        }
        return (count, bytes)
    }
}

extension [Record]: RecordSource {
    func lend(_ use: (Record) -> Void) { forEach(use) }
}

extension SortedTable<Identifier, Record>: RecordSource {
    func lend(_ use: (Record) -> Void) {
        // Their bodies lie in the order in which they were made.
        eachPage { records in
            for index in records.indices { Memory.prefetch(ObjectIdentifier(records[index].body)) }
            for index in records.indices { records[index].body.prefetchBytes() }
            for index in records.indices { use(records[index]) }
        }
    }

    var size: (records: Int, bytes: Int) {
        var bytes = count * RecordStream.headerBytes
        each { _, record in bytes += Int(record.bodyCount) }
        return (count, bytes)
    }
}

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

    /// Gathers the stream into pieces of up to 32 KiB: what hashes or seals them does so a few times, not once for each
    /// record.
    struct Writer: ~Copyable {
        private var piece: LockedBuffer
        private var count: Int

        init() throws(VaultError) {
            piece = try RecordStream.buffer(Record.bodyLimit)
            piece.append(copying: firstLine.description.utf8Span.span)
            count = piece.count
        }

        mutating func write(_ record: Record, to sink: (Span<UInt8>) -> Void) {
            if piece.free < headerBytes { flush(to: sink) }
            let length = Int(record.bodyCount)
            var header: [37 of UInt8] = .init(repeating: record.kind)
            put(record.id.high, at: 1, 8, in: &header)
            put(record.id.low, at: 9, 8, in: &header)
            put(record.revision, at: 17, 8, in: &header)
            put(record.modified, at: 25, 8, in: &header)
            put(UInt64(length), at: 33, 4, in: &header)
            piece.append(copying: header.span)
            if piece.free < length { flush(to: sink) }
            if length <= piece.free { record.body.append(to: &piece) } else { record.body.withBytes(sink) }
            count += headerBytes + length
        }

        /// Hands on what is not handed on yet.
        mutating func flush(to sink: (Span<UInt8>) -> Void) {
            sink(piece.bytes)
            piece.removeAll()
        }

        /// What follows the records so far when they are all.
        var tail: [UInt8] { RecordStream.tail(behind: count) }
    }

    private static func tail(behind count: Int) -> [UInt8] {
        [endMark] + [UInt8](repeating: 0, count: padding - count % padding - 1)
    }

    private static func put(_ number: UInt64, at start: Int, _ bytes: Int, in header: inout [37 of UInt8]) {
        for index in 0..<bytes {
            header[start + index] = UInt8(truncatingIfNeeded: number >> UInt64(8 * (bytes - 1 - index)))
        }
    }

    /// Writes the stream in pieces to `sink`.
    static func write(_ records: some RecordSource, to sink: (Span<UInt8>) -> Void) throws(VaultError) {
        var writer = try Writer()
        records.lend { writer.write($0, to: sink) }
        writer.flush(to: sink)
        sink(writer.tail.span)
    }

    /// How many records there are, and how many bytes the stream has that they make.
    static func count(_ records: some RecordSource) -> (records: Int, bytes: Int) {
        let (count, size) = records.size
        let bytes = firstLine.utf8CodeUnitCount + size
        return (count, bytes + padding - bytes % padding)
    }

    /// What a stream holds.
    struct Payload {
        /// In their order; behind them all, a backup has a manifest.
        var records: [Record]
        /// What a manifest has to say of the others; nil where nobody asked for it, and without a manifest at the end.
        let digest: [32 of UInt8]?
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
        /// How many of the records come in the order of their ids, and the ids of the others: files have them in order, but
        /// for a manifest.
        private var inOrder = 0
        private var others: Set<Identifier> = []
        private var count = 0
        /// What was hashed of the stream, up to its manifest. It is never moved: what a move leaves would not be wiped.
        private var hash = Sodium.SHA256()
        private var isHashing: Bool
        /// SHA-256 of the stream that the records in front of the manifest make; nil where nobody wants it, and where
        /// the manifest is not the last record.
        private(set) var digest: [32 of UInt8]?
        /// The records so far.
        private(set) var records: [Record] = []
        /// Records that many of these are: their bodies need no memory of their own.
        private var known: SortedTable<Identifier, Record>.Finder?
        /// Bytes of a record of which most vaults have many.
        private static let usualBytes = 96

        /// - Parameters:
        ///   - expected: bytes that will come, as far as that is known.
        ///   - isHashed: whether `digest` is wanted.
        ///   - known: records that many of these will be.
        init(
            expecting expected: Int = 0, hashing isHashed: Bool = false,
            knowing known: SortedTable<Identifier, Record>? = nil
        ) throws(VaultError) {
            do { part = try LockedBuffer(capacity: RecordStream.firstLine.utf8CodeUnitCount) } catch {
                throw .memory(error)
            }
            isHashing = isHashed
            self.known = known?.finder()
            records.reserveCapacity(min(expected / Self.usualBytes, RecordStream.recordLimit))
        }

        /// Takes the next piece.
        mutating func take(_ piece: Span<UInt8>) throws(VaultError) {
            count += piece.count
            var position = 0
            while position < piece.count {
                let left = piece.count - position
                if state == .padding {
                    guard piece[position] == 0 else { throw .damaged("something follows its last record") }
                    position += 1
                    continue
                }
                if state == .header, part.count == 0 {
                    if piece[position] == RecordKind.manifest.rawValue {
                        endHash(piece, at: position)
                    } else if piece[position] != RecordStream.endMark {
                        digest = nil
                    }
                    if piece[position] == RecordStream.endMark {
                        state = .padding
                        position += 1
                        continue
                    }
                    // Most records come whole: only their bodies are copied.
                    if left >= RecordStream.headerBytes {
                        let next = try RecordHeader(piece.extracting(position..<(position + RecordStream.headerBytes)))
                        if left >= RecordStream.headerBytes + next.length {
                            try check(next)
                            let start = position + RecordStream.headerBytes
                            position = start + next.length
                            add(try Self.body(piece.extracting(start..<position), header, &known))
                            continue
                        }
                    }
                }
                let taken = min(part.free, left)
                part.append(copying: piece.extracting(position..<(position + taken)))
                position += taken
                if part.free == 0 { try finishPart() }
            }
            if isHashing { hash.update(piece) }
        }

        /// The records in front of the manifest, which begins there, are all that is signed.
        private mutating func endHash(_ piece: Span<UInt8>, at position: Int) {
            digest = nil
            guard isHashing else { return }
            isHashing = false
            hash.update(piece.extracting(0..<position))
            hash.update(RecordStream.tail(behind: count - piece.count + position).span)
            digest = hash.end()
        }

        /// Ends the stream, which must be whole.
        consuming func finish() throws(VaultError) -> Payload {
            guard state == .padding, count % RecordStream.padding == 0 else { throw .damaged("its records end early") }
            return Payload(records: records, digest: digest)
        }

        private mutating func finishPart() throws(VaultError) {
            switch state {
            case .firstLine:
                try checkFirstLine()
                try expect(.header, RecordStream.headerBytes)
            case .header:
                try check(RecordHeader(part.bytes))
                try expect(.body, header.length)
                if header.length == 0 { try finishPart() }
            case .body:
                var finder = known
                add(try Self.body(part.bytes, header, &finder))
                known = finder
                try expect(.header, RecordStream.headerBytes)
            case .padding: break
            }
        }

        private mutating func check(_ next: RecordHeader) throws(VaultError) {
            guard isNew(next.id) else { throw .damaged("two records have one id") }
            guard records.count < RecordStream.recordLimit else { throw .tooLarge("its number of records") }
            header = next
        }

        private mutating func isNew(_ id: Identifier) -> Bool {
            if inOrder == records.count, inOrder == 0 || records[inOrder - 1].id < id {
                inOrder += 1
                return true
            }
            var (low, high) = (0, inOrder)
            while low < high {
                let middle = (low + high) / 2
                if records[middle].id < id { low = middle + 1 } else { high = middle }
            }
            return (low == inOrder || records[low].id != id) && others.insert(id).inserted
        }

        private static func body(
            _ bytes: Span<UInt8>, _ header: RecordHeader, _ known: inout SortedTable<Identifier, Record>.Finder?
        ) throws(VaultError) -> SharedSecret {
            if let known = known?.value(at: header.id), known.kind == header.kind, Int(known.bodyCount) == bytes.count,
                known.body.withBytes({ Sodium.equal($0, bytes) })
            {
                return known.body
            }
            do { return SharedSecret(try Secret(copying: bytes)) } catch { throw .memory(error) }
        }

        private mutating func add(_ body: SharedSecret) {
            records.append(
                Record(
                    id: header.id, kind: header.kind, revision: header.revision, modified: header.modified, body: body))
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
        var id = Identifier.zero
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
