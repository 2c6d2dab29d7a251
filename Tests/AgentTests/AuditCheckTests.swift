import Age
import Platform
import Testing
import Vault
import Wire

@testable import Agent

/// What is verified with the keys that the vault has.
@Suite struct AuditCheckTests {
    private let scratch: ScratchDirectory
    private let directory: Directory

    init() throws {
        scratch = try ScratchDirectory()
        directory = try scratch.open()
    }

    /// A log with a key: `before` lines without tags, then lines that the vault remembers, then `after` that it does not.
    private struct Written {
        let log: AuditLog
        let state: AuditState
        let text: [UInt8]
    }

    private func write(before: Int, remembered: Int, after: Int) throws -> Written {
        let way = UnlockMethod(
            source: .identity, label: "test", recipient: try X25519Identity.random().recipient, at: 1)
        var contents = try Contents(unlockMethod: way, at: 1)
        let log = try AuditLog(in: directory)
        func add(_ count: Int) {
            for _ in 0..<count {
                for file in log.files { file.append(.edited, outcome: .done, at: 1) }
            }
            log.write()
        }
        log.events.append(.started, outcome: .done, at: 1)
        log.codes.append(.started, outcome: .done, at: 1)
        add(before)
        let keys = [UInt8](repeating: 7, count: 2 * AuditState.keyBytes)
        for file in log.files {
            file.adopt(
                try AuditKey(
                    copying: keys.span.extracting(first: AuditState.keyBytes), for: file.chain.sequence + 1))
        }
        var marks = log.files.map { file in
            var mark = AuditState.Mark()
            mark.start = file.chain.sequence + 1
            return mark
        }
        add(remembered)
        var next: [UInt8] = []
        for (index, file) in log.files.enumerated() {
            (marks[index].sequence, marks[index].hash) = (file.written.sequence, file.written.hash)
            file.key?.withKey { key in for index in key.indices { next.append(key[index]) } }
        }
        try contents.note(marks, firstKeys: keys.span, nextKeys: next.span, at: 1)
        add(after)
        return Written(
            log: log, state: try #require(contents.auditState),
            text: try directory.read("audit.log", limit: 1 << 20) ?? [])
    }

    private func replace(by text: [UInt8]) throws {
        try directory.remove("audit.log")
        try directory.openFile("audit.log", for: .creatingNew).writeAll(text.span)
    }

    /// What is found of `audit.log`: at an unlock, and when all is verified.
    private func findings(_ state: AuditState) -> [AuditCheck.Finding] {
        [false, true].map { AuditCheck(directory: directory, state: state, isWhole: $0).run()[0] }
    }

    private func lines(_ text: [UInt8]) -> [[UInt8]] {
        text.split(separator: AuditLine.lineFeed).map { Array($0) + [AuditLine.lineFeed] }
    }

    @Test(arguments: [(0, 0, 0), (0, 5, 0), (3, 5, 4), (3, 0, 4)])
    func `a log that the agent wrote is clean`(_ before: Int, _ remembered: Int, _ after: Int) throws {
        let written = try write(before: before, remembered: remembered, after: after)
        let found = findings(written.state)
        #expect(found.map(\.isClean) == [true, true])
        #expect(found[1].verified == UInt64(remembered + after))
        let codes = AuditCheck(directory: directory, state: written.state, isWhole: true).run()[1]
        #expect(codes.isClean && codes.verified == UInt64(remembered + after))
    }

    @Test func `no byte of a line with a tag can be changed, nor a line be taken out or put elsewhere`() throws {
        let written = try write(before: 1, remembered: 3, after: 3)
        let start = lines(written.text).prefix(2).joined().count
        for index in stride(from: start, to: written.text.count, by: 7) where written.text[index] != AuditLine.lineFeed
        {
            var forged = written.text
            forged[index] ^= 1
            try replace(by: forged)
            #expect(!findings(written.state)[1].isClean, "octet \(index)")
        }
        for index in 2..<7 {
            var fewer = lines(written.text)
            fewer.remove(at: index)
            try replace(by: Array(fewer.joined()))
            #expect(!findings(written.state)[1].isClean, "line \(index)")
        }
    }

    @Test func `whoever has no key cannot write another log, whatever its chain`() throws {
        let written = try write(before: 1, remembered: 3, after: 2)
        let last = written.state[.events].sequence
        for count in [0, 1, 5, 10] {
            // A file of its own with a good chain, as in the reports: with the number that the vault remembers, and later ones.
            var chain = AuditChain()
            var text: [UInt8] = []
            for _ in 0..<count {
                chain.append(.edited, account: nil, outcome: .done, caller: [], at: 1, to: &text)
                text += Array("-\n".utf8)
            }
            try replace(by: text)
            #expect(findings(written.state).map(\.isClean) == [false, false])
            #expect(findings(written.state)[0].anchor == (UInt64(count) >= last ? .another : .absent))
        }
    }

    @Test func `lines behind the last that the vault remembers cannot be forged, with or without a tag`() throws {
        let written = try write(before: 0, remembered: 2, after: 1)
        for tag in ["-", String(repeating: "0", count: 32)] {
            var chain = written.log.events.chain
            var text = written.text
            chain.append(.unlocked, account: nil, outcome: .done, caller: [], at: 1, to: &text)
            text += Array("\(tag)\n".utf8)
            try replace(by: text)
            #expect(findings(written.state).map(\.forged) == [chain.sequence, chain.sequence])
        }
    }

    @Test func `lines of an agent that has no key yet come after its start only`() throws {
        let written = try write(before: 0, remembered: 2, after: 1)
        let log = try AuditLog(in: directory)
        for event in [AuditEvent.started, .unlocked, .unlocked] { log.events.append(event, outcome: .refused, at: 2) }
        log.write()
        #expect(findings(written.state).map(\.isClean) == [true, true])
        written.state.withNextKey(of: .events) { key in
            if let key = try? AuditKey(copying: key, for: written.state[.events].sequence + 1) { log.events.adopt(key) }
        }
        log.events.append(.unlocked, outcome: .done, at: 3)
        log.write()
        #expect(findings(written.state).map(\.isClean) == [true, true])
        #expect(findings(written.state)[0].verified == 2)
    }

    @Test func `a save that the log tells of is believed when the agent wrote the line`() throws {
        let written = try write(before: 1, remembered: 2, after: 1)
        for number: UInt64 in [41, 43, 42] {
            written.log.codes.append(.saved, outcome: .done, [.number(number)], at: 2)
        }
        written.log.events.append(.restoredPart, outcome: .done, [.number(99)], at: 2)
        written.log.write()
        func saved() -> [UInt64] {
            [false, true].map { AuditCheck(directory: directory, state: written.state, isWhole: $0).run()[1].saved }
        }
        #expect(saved() == [43, 43])
        let text = try #require(try directory.read("codes.log", limit: 1 << 20))
        let forged = String(decoding: text, as: UTF8.self).replacing("number=43", with: "number=99")
        try directory.remove("codes.log")
        try directory.openFile("codes.log", for: .creatingNew).writeAll(Array(forged.utf8).span)
        #expect(saved() == [42, 42])
    }

    @Test func `a key is gone once its line is written`() throws {
        var key = try AuditKey(copying: [UInt8](repeating: 3, count: 32).span, for: 5)
        let hash = AuditChain().hash
        let tag = key.tag(of: hash)
        key.evolve(to: 9)
        #expect(key.number == 9)
        let isSame = Sodium.equal(key.tag(of: hash).span, tag.span)
        #expect(!isSame)
    }
}

/// Codes that are asked for again and again.
@Suite struct FoldedCodesTests {
    private func kind(_ account: UInt64) -> FoldedCodes.Kind {
        FoldedCodes.Kind(
            event: .code, account: Identifier(high: 0, low: account), outcome: .done,
            session: 7, program: "fob", terminal: "")
    }

    @Test func `those that follow the first within the time are counted, and told once when it is over`() {
        var folded = FoldedCodes()
        var isCounted = folded.counts(kind(1), at: 100, 0)
        #expect(!isCounted)
        folded.begin(kind(1), caller: [], at: 100, 0)
        for second in 1...20 {
            isCounted = folded.counts(kind(1), at: 100 + UInt64(second), 1000)
            #expect(isCounted)
        }
        isCounted = folded.counts(kind(2), at: 100, 1000)
        #expect(!isCounted)
        var over = folded.takeOver(at: 29_999)
        #expect(over.isEmpty)
        isCounted = folded.counts(kind(1), at: 130, 30_000)
        #expect(!isCounted)
        over = folded.takeOver(at: 30_000)
        #expect(over.map(\.count) == [20] && over.map(\.utc) == [120])
        over = folded.takeOver(at: 90_000)
        #expect(over.isEmpty && folded.deadline == nil)
    }

    @Test func `what is counted is bounded, and none of it is lost`() {
        var folded = FoldedCodes()
        var told: UInt64 = 0
        for account in 0..<3000 {
            for _ in 0..<3 where !folded.counts(kind(UInt64(account)), at: 1, 1) {
                folded.begin(kind(UInt64(account)), caller: [], at: 1, 1)
                told += folded.takeOver(at: 1).reduce(0) { $0 + $1.count }
            }
        }
        #expect(told == 2 * (3000 - UInt64(AgentLimits.foldedKinds)))
        told += folded.takeAll().reduce(0) { $0 + $1.count }
        #expect(told == 2 * 3000)
    }
}
