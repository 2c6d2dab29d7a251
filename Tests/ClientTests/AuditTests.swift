import Platform
import Testing
import Wire

@testable import Client

@Suite struct `The audit log's chain` {
    private static let account = "0123456789abcdef0123456789abcdef"

    /// Lines of a whole log, with `change` applied to the text of each before it is hashed.
    private func log(_ count: Int, from first: Int = 1, change: (Int, String) -> String = { $1 }) -> [String] {
        var lines: [String] = []
        var hash = Digest(.init(repeating: 0))
        for number in 1...(first + count - 1) {
            let text = change(
                number, "\(number) 1795253147 account.code \(Self.account) done pid=12 exe=/usr/bin/a%20b tty=pts/3")
            hash = AuditVerifier.chain(hash, text.utf8.span)
            if number >= first { lines.append(text + " " + Self.hexadecimal(hash)) }
        }
        return lines
    }

    private static func hexadecimal(_ digest: Digest) -> String {
        digest.bytes.indices.map { (index) -> String in
            let digits = String(digest.bytes[index], radix: 16)
            return digits.count < 2 ? "0" + digits : digits
        }.joined()
    }

    private func entry(_ line: String) -> AuditEntry? { AuditEntry(line.utf8.span) }

    private func verify(
        _ lines: [String], anchor: (sequence: UInt64, hash: Digest)? = nil, isRotated: Bool = false
    ) -> AuditVerifier {
        var verifier = AuditVerifier(anchor: anchor, isRotated: isRotated)
        for line in lines { verifier.add(line.utf8.span) }
        return verifier
    }

    @Test func `a whole log is intact, also when its start was rotated away`() {
        #expect(verify(log(20)).isIntact)
        let rotated = verify(log(5, from: 7), isRotated: true)
        #expect(rotated.isIntact)
        #expect(rotated.first == 7 && rotated.last == 11)
        #expect(verify([]).isIntact)
    }

    /// The first line, made by hand: SHA-256 over 32 zero bytes and the text, computed with Python's hashlib.
    @Test func `a chain starts as the specification says`() throws {
        let text = "1 0 agent.start - done pid=1 exe=- tty=-"
        let line = text + " fdf8d7a8ab45c38b417720dc3ab658d7531d5da5a46b0f5307a08977995b92a4"
        let entry = try #require(self.entry(line))
        #expect(verify([line]).isIntact)
        #expect(entry.account == nil && entry.executable == nil && entry.terminal == nil && entry.process == 1)
    }

    @Test func `parts of a line are read and decoded`() throws {
        let line = try #require(log(1).first)
        let entry = try #require(self.entry(line))
        #expect(entry.sequence == 1 && entry.utc == 1_795_253_147 && entry.event == "account.code")
        #expect(entry.account?.description == Self.account && entry.outcome == "done")
        #expect(entry.process == 12 && entry.executable == "/usr/bin/a b" && entry.terminal == "pts/3")
    }

    @Test(arguments: 0..<10) func `a changed line gives itself away`(index: Int) {
        var lines = log(10)
        lines[index] = lines[index].replacing("account.code", with: "account.show")
        let verifier = verify(lines)
        #expect(!verifier.isIntact)
        #expect(verifier.faults.first?.line == index + 1)
        #expect(verifier.faults.first?.fault == .broken)
    }

    @Test func `a line taken out, put in or moved gives itself away`() {
        var lines = log(10)
        lines.remove(at: 4)
        #expect(verify(lines).faults.map(\.fault).contains(.gap(after: 4)))
        lines = log(10)
        lines.insert(lines[3], at: 6)
        #expect(!verify(lines).isIntact)
        lines = log(10)
        lines.swapAt(2, 3)
        #expect(!verify(lines).isIntact)
    }

    @Test func `a forged log with good hashes is caught by what the vault remembers`() throws {
        let real = log(10)
        let last = try #require(entry(real[9]))
        #expect(verify(real, anchor: (10, last.chain)).isIntact)
        let forged = log(10) { $0 == 4 ? $1.replacing("done", with: "refused") : $1 }
        #expect(verify(forged).isIntact)
        #expect(verify(forged, anchor: (10, last.chain)).faults.map(\.fault) == [.notAnchored])
        let cut = verify(Array(real.prefix(8)), anchor: (10, last.chain))
        #expect(!cut.isIntact && cut.missingAnchor == 10)
        #expect(verify([], anchor: (10, last.chain)).missingAnchor == 10)
    }

    @Test(arguments: [
        "", "1", "1 2 3", "x 0 e - done pid=1 exe=- tty=- " + String(repeating: "0", count: 64),
        "1 0 e - done pid=1 exe=- tty=- " + String(repeating: "0", count: 63),
        "1 0 e - done pid=1 exe=- tty=- " + String(repeating: "G", count: 64),
        "1 0 e zz done pid=1 exe=- tty=- " + String(repeating: "0", count: 64),
        "1 0 e - done exe=- pid=1 tty=- " + String(repeating: "0", count: 64),
        "1  0 e - done pid=1 exe=- tty=- " + String(repeating: "0", count: 64),
    ])
    func `what is not a line is told, never followed`(line: String) {
        let verifier = verify([line])
        #expect(verifier.faults.map(\.fault) == [.malformed])
    }

    @Test func `a log that begins late is told unless lines before it were rotated away`() {
        #expect(verify(log(5, from: 7)).faults.map(\.fault) == [.beginsLate(7)])
        #expect(verify(log(5, from: 7), anchor: (6, Digest(.init(repeating: 1))), isRotated: true).missingAnchor == 6)
    }

    @Test(arguments: ["-", String(repeating: "a", count: 32)])
    func `details and tags follow, and the hash covers the details`(tag: String) throws {
        let text = "1 0 log.missing - failed pid=1 exe=- tty=- first=3 last=9"
        let hash = Self.hexadecimal(AuditVerifier.chain(Digest(.init(repeating: 0)), text.utf8.span))
        let entry = try #require(self.entry("\(text) \(hash) \(tag)"))
        #expect(entry.details.map(\.name) == ["first", "last"] && entry.detail("last") == "9")
        #expect(entry.isTagged == (tag != "-"))
        #expect(verify(["\(text) \(hash) \(tag)"]).faults.map(\.fault) == [.told("log.missing", from: 3, to: 9)])
        let changed = text.replacing("first=3", with: "first=4")
        #expect(verify(["\(changed) \(hash) \(tag)"]).faults.map(\.fault).contains(.broken))
    }

    @Test func `the list of faults is bounded`() {
        #expect(verify((0..<1000).map { "\($0)" }).faults.count == AuditVerifier.mostFaults)
    }
}
