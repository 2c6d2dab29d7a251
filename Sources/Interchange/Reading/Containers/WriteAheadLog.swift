import Platform

/// The write-ahead log beside a SQLite database (https://www.sqlite.org/fileformat2.html#walformat): pages that were
/// written and are not yet in the database itself.
struct WriteAheadLog {
    private static let headerBytes = 32
    private static let frameHeaderBytes = 24

    /// Whether these bytes begin as a log does.
    static func isLog(_ bytes: Span<UInt8>) -> Bool {
        bytes.count >= headerBytes && bytes[0] == 0x37 && bytes[1] == 0x7F && bytes[2] == 0x06
            && bytes[3] & 0xFE == 0x82
    }

    private let pageBytes: Int
    /// Numbers in the checksums are big-endian.
    private let isBigEndian: Bool
    /// Where the newest committed contents of a page begin in the log; pages count from 1.
    private var newest: [Int: Int] = [:]
    /// Pages of the database after the last commit; nil without one.
    private var pageCount: Int?

    /// Finds all committed frames.
    ///
    /// - Throws: `malformed` when the log is cut off inside a frame, or was changed.
    init(_ log: Span<UInt8>) throws(ConversionError) {
        let stored = Self.number(log, 8)
        pageBytes = stored == 1 ? 65536 : stored
        isBigEndian = log[3] & 1 == 1
        guard (512...65536).contains(pageBytes), pageBytes & (pageBytes - 1) == 0 else { throw Self.broken }
        var sum = checksum(log, 0..<24, Checksum())
        guard sum.isStored(in: log, 24) else { throw Self.broken }
        var pending: [Int: Int] = [:]
        var start = Self.headerBytes
        while start < log.count {
            let contents = start + Self.frameHeaderBytes
            guard contents + pageBytes <= log.count else { throw Self.broken }
            // Frames of an earlier use of the file follow those of the last one.
            guard (0..<8).allSatisfy({ log[16 + $0] == log[start + 8 + $0] }) else { break }
            sum = checksum(log, start..<start + 8, sum)
            sum = checksum(log, contents..<contents + pageBytes, sum)
            let page = Self.number(log, start)
            guard sum.isStored(in: log, start + 16), page > 0 else { throw Self.broken }
            pending[page] = contents
            let size = Self.number(log, start + 4)
            if size > 0 {
                newest.merge(pending) { $1 }
                pending = [:]
                pageCount = size
            }
            start = contents + pageBytes
        }
    }

    /// The database with everything that was committed.
    func applied(to database: Span<UInt8>, from log: Span<UInt8>) throws(ConversionError) -> LockedBuffer {
        guard let pageCount else { return try ConversionError.copy(database) }
        guard pageCount <= InterchangeLimits.unfolded / pageBytes else {
            throw .tooLarge("more than 64 MiB of database")
        }
        var result = try ConversionError.buffer(pageCount * pageBytes)
        for page in 1...pageCount {
            if let contents = newest[page] {
                result.append(copying: log.extracting(contents..<contents + pageBytes))
            } else {
                guard page * pageBytes <= database.count else { throw Self.broken }
                result.append(copying: database.extracting((page - 1) * pageBytes..<page * pageBytes))
            }
        }
        return result
    }

    private static var broken: ConversionError { .malformed("the log of the database is cut off or damaged") }

    private static func number(_ bytes: Span<UInt8>, _ start: Int) -> Int {
        (0..<4).reduce(0) { $0 << 8 | Int(bytes[start + $1]) }
    }

    /// Two sums over pairs of numbers, each going on from the one before.
    private struct Checksum {
        var first: UInt32 = 0
        var second: UInt32 = 0

        func isStored(in bytes: Span<UInt8>, _ start: Int) -> Bool {
            Int(first) == number(bytes, start) && Int(second) == number(bytes, start + 4)
        }
    }

    private func checksum(_ bytes: Span<UInt8>, _ range: Range<Int>, _ start: Checksum) -> Checksum {
        var sum = start
        var index = range.lowerBound
        while index < range.upperBound {
            sum.first = sum.first &+ word(bytes, index) &+ sum.second
            sum.second = sum.second &+ word(bytes, index + 4) &+ sum.first
            index += 8
        }
        return sum
    }

    private func word(_ bytes: Span<UInt8>, _ start: Int) -> UInt32 {
        var word: UInt32 = 0
        for index in 0..<4 { word = word << 8 | UInt32(bytes[start + index]) }
        return isBigEndian ? word : word.byteSwapped
    }
}
