import OneTimePassword
import Platform
import Testing

@testable import Vault

@Suite struct RecordStreamTests {
    private let head: Record

    init() throws { head = try record(1, id: .single(.vault), [(1, Array(repeating: 7, count: 16))]) }

    private func text(_ payload: [UInt8]) -> String { String(decoding: payload.prefix(14), as: UTF8.self) }

    /// Bodies that make records end at all places of a chunk.
    private func many(_ count: Int) throws -> [Record] {
        try (0..<count).map { number in
            let value = [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: number * 37 % 700)
            return try record(UInt8(number % 250), revision: UInt64(number), [(UInt8(number % 256), value)])
        }
    }

    private func expectSame(_ found: [Record], _ wanted: [Record]) throws {
        #expect(found.map(\.id) == wanted.map(\.id))
        #expect(found.map(\.kind) == wanted.map(\.kind))
        #expect(found.map(\.revision) == wanted.map(\.revision))
        #expect(found.map(\.modified) == wanted.map(\.modified))
        for (left, right) in zip(found, wanted) {
            let one = left.body.withBytes { array($0) }
            let other = right.body.withBytes { array($0) }
            #expect(one == other)
        }
    }

    @Test(arguments: [1, 2, 13, 36, 37, 38, 4096, 65_536, Int.max])
    func `records come back as they were, in pieces of any size`(_ size: Int) throws {
        let records = try many(size == 1 ? 40 : 300)
        let found = try parse(payload(records), pieces: size)
        try expectSame(found, records)
    }

    @Test func `a payload has one form`() throws {
        let wanted = payload(try many(100))
        #expect(payload(try parse(wanted)) == wanted)
        #expect(text(wanted) == "fob-records 1\n")
    }

    @Test func `payloads have a multiple of 4096 bytes, with an end mark always`() throws {
        // First line, one record with one field and the end mark fill a block at 4096 - 14 - 37 - 3 - 1 = 4041 bytes.
        for (count, blocks) in [(4040, 1), (4041, 1), (4042, 2), (4043, 2)] {
            let one = try record(9, [(1, [UInt8](repeating: 1, count: count))])
            let all = payload([one])
            #expect(all.count == blocks * 4096)
            try expectSame(try parse(all), [one])
        }
        #expect(payload([]).count == 4096)
    }

    @Test func `a record has exactly the bytes of the manual`() throws {
        let id = Identifier(high: 0x0001_0203_0405_0607, low: 0x0809_0a0b_0c0d_0e0f)
        let all = payload([try record(6, id: id, revision: 2, modified: 3, [(200, [0xaa, 0xbb])])])
        let wanted: [UInt8] =
            bytes("fob-records 1\n") + [6] + Array(0...15) + [0, 0, 0, 0, 0, 0, 0, 2] + [0, 0, 0, 0, 0, 0, 0, 3]
            + [0, 0, 0, 5] + [200, 0, 2, 0xaa, 0xbb] + [0xff]
        #expect(Array(all.prefix(wanted.count)) == wanted)
        #expect(all.dropFirst(wanted.count).allSatisfy { $0 == 0 })
    }

    @Test func `every payload that was cut is refused`() throws {
        let all = payload(try many(6))
        for count in 0..<all.count {
            #expect(isDamage(refusal { () throws(VaultError) in _ = try parse(Array(all.prefix(count))) }))
        }
    }

    @Test func `something behind the end mark is refused`() throws {
        var all = payload([head])
        all[all.count - 1] = 1
        #expect(isDamage(refusal { () throws(VaultError) in _ = try parse(all) }))
        // A block of zeros more is no damage: padding is a writer's choice.
        all[all.count - 1] = 0
        #expect(try parse(all + [UInt8](repeating: 0, count: 4096)).count == 1)
        #expect(isDamage(refusal { () throws(VaultError) in _ = try parse(all + [0]) }))
    }

    @Test(arguments: ["fob-records 2\n", "fob-records 10", "fob-records 1."])
    func `the payload of a newer format says so`(_ line: String) throws {
        let all = bytes(line) + payload([head]).dropFirst(14)
        #expect(refusal { () throws(VaultError) in _ = try parse(all) } == .newerFormat)
    }

    @Test(arguments: ["fob-backup  1\n", "otpauth://totp", "fob-records.1\n"])
    func `another program's payload is no newer format`(_ line: String) throws {
        let all = bytes(line) + payload([head]).dropFirst(14)
        #expect(isDamage(refusal { () throws(VaultError) in _ = try parse(all) }))
    }

    @Test func `two records with one id are refused`() throws {
        let all = payload([head, try record(4, id: .single(.vault), [])])
        #expect(isDamage(refusal { () throws(VaultError) in _ = try parse(all) }))
    }

    /// The parser looks for an id among those that came in order, and among those that did not.
    @Test(arguments: [37, 500, Int.max])
    func `a second record with an id is refused, wherever the first is`(_ size: Int) throws {
        func records(_ numbers: [UInt64]) throws -> [Record] {
            try numbers.map { try record(9, id: Identifier(high: $0 >> 1, low: $0 & 1), [(1, [1, 2, 3])]) }
        }
        let orders: [[UInt64]] = [
            [], [4], [2, 4, 6, 8, 10], [10, 8, 6, 4, 2], [2, 4, 10, 6, 8, 12], [6, 2, 10, 4, 12, 8], [2, 4, 6, 8, 1],
        ]
        for numbers in orders {
            let distinct = try records(numbers)
            try expectSame(try parse(payload(distinct), pieces: size), distinct)
            for place in 0...numbers.count {
                for number in numbers {
                    var twice = numbers
                    twice.insert(number, at: place)
                    let all = payload(try records(twice))
                    let refused = refusal { () throws(VaultError) in _ = try parse(all, pieces: size) }
                    #expect(refused == .damaged("two records have one id"), "\(twice)")
                }
            }
        }
    }

    /// What the parser hashes on its way is what a manifest signs: the stream that the records in front of it make.
    @Test(arguments: [1, 36, 64, 1000, Int.max])
    func `the digest found in passing is that of the records, or none`(_ size: Int) throws {
        let manifest = try record(RecordKind.manifest.rawValue, [(1, [1])])
        let second = try record(RecordKind.manifest.rawValue, [(1, [2])])
        let last = try record(9, [])
        for count in [0, 1, 7, 30] {
            let others = try (0..<count).map { try record(9, [(1, [UInt8](repeating: 7, count: 97 * $0))]) }
            func digest(_ records: [Record], hashing: Bool = true) throws -> [UInt8]? {
                let all = payload(records)
                var parser = try RecordStream.Parser(hashing: hashing)
                for start in stride(from: 0, to: all.count, by: min(size, all.count)) {
                    try parser.take(all.span.extracting(start..<min(all.count, start + min(size, all.count))))
                }
                return try parser.finish().digest.map { digest in digest.indices.map { digest[$0] } }
            }
            let wanted = try Backup.digest(of: others)
            #expect(try digest(others + [manifest]) == wanted.indices.map { wanted[$0] })
            #expect(try digest(others + [manifest], hashing: false) == nil)
            #expect(try digest(others) == nil)
            #expect(try digest(others + [manifest, last]) == nil)
            #expect(try digest(others + [manifest, second]) == nil)
        }
    }

    @Test func `a body may be empty and may have 32 KiB, not more`() throws {
        let empty = try record(77, [])
        let largest = try record(78, [(1, [UInt8](repeating: 1, count: Record.bodyLimit - 3))])
        try expectSame(try parse(payload([empty, largest])), [empty, largest])
        let larger = payload([try record(78, [(1, [UInt8](repeating: 1, count: Record.bodyLimit - 2))])])
        #expect(isDamage(refusal { () throws(VaultError) in _ = try parse(larger) }))
    }

    @Test func `numbers that could overflow are refused`() throws {
        for (revision, modified) in [(UInt64.max, 1), (1, UInt64.max)] as [(UInt64, UInt64)] {
            let all = payload([try record(9, revision: revision, modified: modified, [])])
            #expect(isDamage(refusal { () throws(VaultError) in _ = try parse(all) }))
        }
    }

    @Test func `random damage is refused or read, never a crash`() throws {
        var generator = SeededGenerator(state: 1)
        var contents = try emptyVault()
        try contents.add("Example", "alice", note: "note", tags: ["a", "b"])
        try contents.add("Example", "bob", pin: "1234", try Parameters(kind: .motp))
        let all = payload(contents)
        let used = (all.lastIndex { $0 != 0 } ?? 0) + 1
        for _ in 0..<2_500 {
            var damaged = all
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                damaged[Int.random(in: 14..<used, using: &generator)] = .random(in: 0...255, using: &generator)
            }
            guard var read = try? Contents(parse(damaged)) else { continue }
            // What is accepted can be worked with, saved and read again.
            try? read.purgeTrash(at: 10_000_000)
            try? read.prepareSave(auditSequence: 1, auditHash: .init(repeating: 0), at: 2000)
            for account in Array(read.inOrder) {
                _ = try? read.find(account.details.label)
                try? read.move(account.id, to: .first, at: 2000)
                try? read.advanceCounter(of: account.id, to: 5, at: 2000)
                try? read.remove(account.id, at: 2000)
            }
            _ = try reloaded(read)
        }
    }
}
