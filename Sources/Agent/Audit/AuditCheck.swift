import Platform
import Vault

/// Compares the files of a log with what the vault remembers of it. It reads the disk: for a worker.
struct AuditCheck: Sendable {
    let directory: Directory
    let state: AuditState
    /// From the first line that has a tag on, not only from the line that the vault remembers.
    var isWhole = false

    /// What was found of one log.
    struct Finding: Sendable, Equatable {
        /// The line that the vault remembers.
        enum Anchor: Sendable {
            case there
            /// A line of that number is there, and is another one.
            case another
            case absent
        }

        var anchor = Anchor.absent
        /// The first line that nobody wrote who had the key, or that does not follow the one before; 0 for none.
        var forged: UInt64 = 0
        /// Lines whose tags are right.
        var verified: UInt64 = 0
        /// The highest number of a save that such a line tells of; 0 for none.
        var saved: UInt64 = 0

        var isClean: Bool { anchor == .there && forged == 0 }
    }

    /// One for each log, in the order of `AuditState.Log`.
    func run() -> [Finding] { AuditState.Log.allCases.map(check) }

    private func check(_ log: AuditState.Log) -> Finding {
        let mark = state[log]
        var walk = Walk(mark)
        // Nothing was written yet when the vault was last saved.
        if mark.sequence == 0 { walk.finding.anchor = .there }
        let number = isWhole ? mark.start : mark.sequence + 1
        let lend = { (key: Span<UInt8>) in walk.key = try? AuditKey(copying: key, for: number) }
        if isWhole { state.withFirstKey(of: log, lend) } else { state.withNextKey(of: log, lend) }
        for name in names(log, from: number) {
            guard let text = try? directory.read(name, limit: 2 * AgentLimits.auditBytes) else { continue }
            AuditLine.forEach(in: text.span) { line, _ in walk.take(line) }
        }
        return walk.finding
    }

    /// The files that may have lines from the one before `number` on, the oldest first.
    private func names(_ log: AuditState.Log, from number: UInt64) -> [String] {
        let name = log.fileName
        let older = ((try? directory.names()) ?? []).filter { $0.hasPrefix(name + "-") && $0.hasSuffix(".log") }
            .sorted()
        // A file's name has the number of its first line.
        let needed = older.lastIndex { file in
            UInt64(file.dropFirst(name.utf8.count + 1).dropLast(4)).map { $0 < number } ?? false
        }
        return older.suffix(from: needed ?? 0) + [name + ".log"]
    }

    /// Goes through the lines.
    private struct Walk: ~Copyable {
        let mark: AuditState.Mark
        var finding = Finding()
        var key: AuditKey?
        /// Numbers of lines that may be missing in a row before the rest is taken for forged.
        private static let mostMissing: UInt64 = 1 << 24
        private var before: AuditChain?
        /// Lines without a tag are an agent's that has no key yet.
        private var isUnkeyed = false

        init(_ mark: AuditState.Mark) { self.mark = mark }

        mutating func take(_ text: Span<UInt8>) {
            guard let line = AuditLine(text) else {
                if let before, let number = key?.number, before.sequence + 1 >= number { report(before.sequence + 1) }
                before = nil
                return
            }
            if line.sequence == mark.sequence {
                let isSame = line.hash.indices.allSatisfy { line.hash[$0] == mark.hash[$0] }
                finding.anchor = isSame && finding.anchor != .another ? .there : .another
            }
            let isStart = line.isAbout(.started, in: text)
            if let number = key?.number, line.sequence >= number {
                check(line, text, isStart: isStart, number)
            }
            // Numbers only grow; where the chain fits, they do so by one, or by as many lines as were told to be missing.
            if let before, line.sequence <= before.sequence { report(before.sequence + 1) }
            isUnkeyed = line.tag == nil && (isStart || isUnkeyed)
            before = AuditChain(sequence: line.sequence, hash: line.hash)
        }

        private mutating func check(_ line: AuditLine, _ text: Span<UInt8>, isStart: Bool, _ number: UInt64) {
            // The tag is over the hash, which tells of the text where the line before is there.
            var isChained = false
            if let before {
                let hash = AuditChain.next(before.hash, text.extracting(0..<line.textCount))
                isChained = hash.indices.allSatisfy { hash[$0] == line.hash[$0] }
                if !isChained { report(line.sequence) }
            }
            guard let tag = line.tag else {
                // Old lines of an agent without a key come after its start only.
                if !isStart, !isUnkeyed, before != nil { report(line.sequence) }
                return
            }
            guard line.sequence - number < Self.mostMissing else { return report(line.sequence) }
            key?.evolve(to: line.sequence)
            guard let right = key?.tag(of: line.hash) else { return }
            guard Sodium.equal(right.span, tag.span) else { return report(line.sequence) }
            finding.verified += 1
            guard isChained, line.isAbout(.saved, in: text) else { return }
            finding.saved = max(finding.saved, line.number(in: text) ?? 0)
        }

        private mutating func report(_ sequence: UInt64) {
            if finding.forged == 0 { finding.forged = sequence }
        }
    }
}

extension AuditState.Log {
    /// The name of its file without the ending.
    var fileName: String { self == .events ? "audit" : "codes" }
}
