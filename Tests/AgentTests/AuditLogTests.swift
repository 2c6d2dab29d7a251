import Platform
import Testing
import Wire

@testable import Agent

/// The chain of lines and the file that it stands in.
@Suite struct AuditLogTests {
    private let scratch: ScratchDirectory
    private let directory: Directory
    private let name = "audit.log"

    init() throws {
        scratch = try ScratchDirectory()
        directory = try scratch.open()
    }

    private func add(_ count: Int = 1, to log: AuditFile, caller: [UInt8]? = nil) {
        for second in 0..<count {
            log.append(.code, account: Identifier(high: 1, low: 2), outcome: .done, caller: caller, at: UInt64(second))
        }
        log.write()
    }

    private func text(_ name: String = "audit.log") throws -> [UInt8] {
        try directory.read(name, limit: 4 * AgentLimits.auditBytes) ?? []
    }

    private func replace(by text: [UInt8]) throws {
        try directory.remove(name)
        try directory.openFile(name, for: .creatingNew).writeAll(text.span)
    }

    /// Where the chain stands after `lines`, recomputed from their text; nil where a line does not fit.
    private func verified(_ lines: [UInt8], from start: AuditChain = AuditChain()) -> AuditChain? {
        var chain = start
        for line in lines.split(separator: UInt8(ascii: "\n")) {
            let line = Array(line)
            guard let read = AuditLine(line.span) else { return nil }
            let hash = AuditChain.next(chain.hash, line.span.extracting(0..<read.textCount))
            guard let next = AuditChain(lastLineOf: (line + [UInt8(ascii: "\n")]).span),
                next.sequence == chain.sequence + 1, hash.indices.allSatisfy({ hash[$0] == next.hash[$0] })
            else { return nil }
            chain = next
        }
        return chain
    }

    // MARK: The chain

    @Test func `a line has its fields in order and ends with the hash over them and the hash before`() throws {
        var chain = AuditChain()
        var lines: [UInt8] = []
        chain.append(
            .code, account: Identifier(high: 0x0011_2233_4455_6677, low: 0x8899_aabb_ccdd_eeff), outcome: .done,
            caller: Array("pid=7 exe=/usr/bin/fob tty=pts/3".utf8), at: 1_700_000_000, to: &lines)
        lines.append(contentsOf: "-\n".utf8)
        chain.append(
            .started, account: nil, outcome: .done, caller: Array("pid=8 exe=- tty=-".utf8), at: 1_700_000_001,
            to: &lines)
        lines.append(contentsOf: "-\n".utf8)
        // Computed with sha256sum.
        let expected = """
            1 1700000000 account.code 00112233445566778899aabbccddeeff done pid=7 exe=/usr/bin/fob tty=pts/3 \
            1321604ebb79c77f14b22be58cf4fb816f7863b3f31939c17243bcee031411d7 -
            2 1700000001 agent.start - done pid=8 exe=- tty=- 9bdfe84166f5550fb8aa0354583eb01797ee70df401215ab78417b2c50107dac -

            """
        #expect(String(decoding: lines, as: UTF8.self) == expected)
        #expect(verified(lines) == chain)
    }

    @Test func `a line that was changed, taken out or put elsewhere does not fit`() throws {
        let log = try AuditFile("audit", in: directory, mostOlder: Limits.auditFiles)
        add(5, to: log)
        let whole = try text()
        #expect(verified(whole) == log.chain)
        var lines = whole.split(separator: UInt8(ascii: "\n")).map { Array($0) + [UInt8(ascii: "\n")] }
        for index in whole.indices where whole[index] != UInt8(ascii: "\n") {
            var forged = whole
            forged[index] ^= 1
            #expect(verified(forged) == nil, "octet \(index)")
        }
        for index in 0..<4 {
            var fewer = lines
            fewer.remove(at: index)
            #expect(verified(Array(fewer.joined())) == nil)
        }
        lines.swapAt(1, 2)
        #expect(verified(Array(lines.joined())) == nil)
    }

    // MARK: The file

    @Test func `lines are in the file once they are written, and the next log goes on from them`() throws {
        var log = try AuditFile("audit", in: directory, mostOlder: Limits.auditFiles)
        log.append(.started, outcome: .done, at: 1)
        #expect(try text().isEmpty)
        log.write()
        add(3, to: log)
        #expect(try verified(text()) == log.chain)
        let before = log.chain
        log = try AuditFile("audit", in: directory, mostOlder: Limits.auditFiles)
        #expect(log.chain == before && !log.wasDamaged)
        add(to: log)
        #expect(log.chain.sequence == 5)
        #expect(try verified(text()) == log.chain)
    }

    @Test func `a last line that was torn is cut off, wherever it was torn`() throws {
        var log = try AuditFile("audit", in: directory, mostOlder: Limits.auditFiles)
        add(2, to: log)
        let before = log.chain
        let two = try text()
        add(to: log)
        let three = try text()
        for cut in two.count..<three.count {
            try replace(by: Array(three[..<cut]))
            log = try AuditFile("audit", in: directory, mostOlder: Limits.auditFiles)
            #expect(log.chain == before && !log.wasDamaged, "cut at \(cut)")
            #expect(try text() == two)
        }
        add(to: log)
        #expect(try verified(text()) == log.chain)
    }

    @Test(arguments: [
        "nonsense\n", "\n", "3\n", "3 4 5\n", "\u{0}\u{0}\u{0}\n",
        "3 1700000000 agent.start - done pid=1 exe=- tty=- 00112233\n",
    ])
    func `a last line that is none is told of, and a chain begins behind it`(_ line: String) throws {
        var log = try AuditFile("audit", in: directory, mostOlder: Limits.auditFiles)
        add(2, to: log)
        try replace(by: text() + Array(line.utf8))
        log = try AuditFile("audit", in: directory, mostOlder: Limits.auditFiles)
        #expect(log.wasDamaged && log.chain == AuditChain())
        let start = try text().count
        add(to: log)
        #expect(try verified(Array(text()[start...])) == log.chain)
    }

    @Test func `an older file without an end is told of as well`() throws {
        try directory.openFile("audit-00000000000000000001.log", for: .creatingNew).writeAll(Array("torn".utf8).span)
        let log = try AuditFile("audit", in: directory, mostOlder: Limits.auditFiles)
        #expect(log.wasDamaged && log.chain == AuditChain())
    }

    @Test func `a log that others could have written is not used`() throws {
        _ = try AuditFile("audit", in: directory, mostOlder: Limits.auditFiles)
        try directory.rename(name, to: "elsewhere")
        try scratch.makeLink(name, to: "elsewhere")
        #expect(throws: DirectoryError.self) { _ = try AuditFile("audit", in: directory, mostOlder: Limits.auditFiles) }
    }

    // MARK: Rotation

    @Test func `a full file is put aside and the chain goes on in the next`() throws {
        var log = try AuditFile("audit", in: directory, mostOlder: Limits.auditFiles)
        let long = [UInt8](repeating: UInt8(ascii: "-"), count: AgentLimits.auditBytes / 3)
        for _ in 0..<6 { add(to: log, caller: long) }
        let names = try directory.names().filter { $0.hasPrefix("audit-") }.sorted()
        #expect(names == ["audit-00000000000000000001.log", "audit-00000000000000000003.log"])
        var chain: AuditChain? = AuditChain()
        for name in names + [name] {
            let lines = try text(name)
            #expect(lines.count <= AgentLimits.auditBytes)
            chain = try verified(lines, from: #require(chain))
        }
        #expect(chain == log.chain)
        // As if the agent had been killed before the first line of the new file.
        try replace(by: [])
        let older = try text(names[1])
        let end = AuditChain(lastLineOf: older.span)
        let last = try #require(end)
        log = try AuditFile("audit", in: directory, mostOlder: Limits.auditFiles)
        #expect(log.chain == last && !log.wasDamaged)
        add(to: log)
        #expect(log.chain.sequence == last.sequence + 1)
    }

    @Test func `no more full files are kept than there should be, the oldest go`() throws {
        let log = try AuditFile("audit", in: directory, mostOlder: Limits.auditFiles)
        let long = [UInt8](repeating: UInt8(ascii: "-"), count: AgentLimits.auditBytes)
        for _ in 0..<(Limits.auditFiles + 4) { add(to: log, caller: long) }
        let names = try directory.names().filter { $0.hasPrefix("audit-") }.sorted()
        #expect(names.count == Limits.auditFiles)
        #expect(names.first == "audit-00000000000000000004.log")
    }

    // MARK: A disk that takes nothing

    @Test(.enabled(if: ScratchDirectory.canMount, "needs the right to mount"))
    func `what does not fit on the disk is told of, kept, and written once there is room`() throws {
        try scratch.mount(bytes: 64 << 10)
        defer { scratch.unmount() }
        let directory = try scratch.open()
        let log = try AuditFile("audit", in: directory, mostOlder: Limits.auditFiles)
        add(3, to: log)
        let filler = try directory.openFile("filler", for: .creatingNew)
        let page = [UInt8](repeating: 1, count: 512)
        while (try? filler.writeAll(page.span)) != nil {}
        // The last page of the log takes some more lines; one of them is half written.
        for _ in 0..<40 { add(to: log) }
        #expect(log.failure.map(Sentences.auditNotWritten) == "the audit log cannot be written: the disk is full")
        let written = try directory.read(name, limit: 1 << 20) ?? []
        #expect(written.last == UInt8(ascii: "\n"))
        let end = verified(written)
        #expect(try #require(end).sequence < 43)
        try directory.remove("filler")
        try filler.truncate(to: 0)
        add(to: log)
        #expect(log.failure == nil)
        #expect(try verified(directory.read(name, limit: 1 << 20) ?? []) == log.chain)
        #expect(log.chain.sequence == 44)
    }
}
