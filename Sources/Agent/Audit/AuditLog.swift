import Platform
import Wire

/// The security log in `audit.log`: appended to, never rewritten. Lines are collected during a turn of the loop and
/// written before the turn's replies go out.
final class AuditLog {
    static let name = "audit.log"
    private static let selfFields = Array("pid=\(Environment.process) exe=- tty=-".utf8)

    private let directory: Directory
    private var file: FileDescriptor?
    private var size = 0
    private(set) var chain = AuditChain()
    private var lines: [UInt8] = []
    /// Sequence of the first line in the current file.
    private var first: UInt64 = 1
    /// The file did not end in a whole line of a chain.
    private(set) var wasDamaged = false
    /// A part of the last lines may be in the file.
    private var isTorn = false
    /// Why the last lines are not in the file.
    private(set) var failure: Failure?

    /// Why lines could not be written.
    enum Failure: Equatable {
        case system(SystemError)
        /// What stands where the log was is not what was there.
        case directory
    }

    /// Opens the log and finds where its chain stands. A last line that a power cut tore is cut off: it was never
    /// acknowledged.
    init(in directory: Directory) throws {
        self.directory = directory
        try open()
    }

    private func open() throws {
        let bytes = try directory.read(Self.name, limit: 2 * AgentLimits.auditBytes) ?? []
        file = try directory.openFile(Self.name, for: .appending)
        var whole = bytes.count
        while whole > 0, bytes[whole - 1] != UInt8(ascii: "\n") { whole -= 1 }
        if whole < bytes.count { try file?.truncate(to: UInt64(whole)) }
        if whole > 0 {
            let text = bytes.span.extracting(0..<whole)
            if let last = AuditChain(lastLineOf: text) { chain = last } else { wasDamaged = true }
            first = Self.firstSequence(text) ?? 1
        } else if let older = try olderNames().last {
            // Killed between a rotation and the first line after it.
            let bytes = try directory.read(older, limit: 2 * AgentLimits.auditBytes) ?? []
            if let last = AuditChain(lastLineOf: bytes.span) { chain = last } else { wasDamaged = true }
            first = chain.sequence + 1
        }
        size = whole
    }

    /// Adds a line to the turn's.
    func append(
        _ event: AuditEvent, account: Identifier?, outcome: AuditOutcome, caller: [UInt8]?, at utc: UInt64
    ) {
        chain.append(
            event, account: account, outcome: outcome, caller: caller ?? Self.selfFields, at: utc, to: &lines)
    }

    /// Writes the turn's lines. What cannot be written is kept for the next time, up to a bound.
    func write() {
        guard !lines.isEmpty else { return }
        do {
            try cutTornLine()
            if size + lines.count > AgentLimits.auditBytes, size > 0 { try rotate() }
            let taken = lines.count
            isTorn = true
            try file?.writeAll(lines.span) ?? ()
            isTorn = false
            size += taken
            lines.removeAll(keepingCapacity: lines.count <= 1 << 16)
            failure = nil
        } catch {
            try? cutTornLine()
            failure = (error as? SystemError).map(Failure.system) ?? .directory
            if lines.count > AgentLimits.auditBytes { lines.removeAll() }
        }
    }

    /// Cuts off what a failed write has left, so that the whole follows later.
    private func cutTornLine() throws(SystemError) {
        guard isTorn else { return }
        try file?.truncate(to: UInt64(size))
        isTorn = false
    }

    private func rotate() throws {
        do { try directory.rename(Self.name, to: Self.olderName(first)) } catch {
            // A rotation that got no further than this has renamed it already.
            guard error.fault == .absent else { throw error }
        }
        file = try directory.openFile(Self.name, for: .appending)
        size = 0
        first = Self.firstSequence(lines.span) ?? first
        for name in ((try? olderNames()) ?? []).dropLast(AgentLimits.auditFiles) { try? directory.remove(name) }
    }

    private func olderNames() throws -> [String] {
        try directory.names().filter { $0.hasPrefix("audit-") && $0.hasSuffix(".log") }.sorted()
    }

    private static func olderName(_ first: UInt64) -> String {
        let digits = String(first)
        return "audit-" + String(repeating: "0", count: 20 - digits.utf8.count) + digits + ".log"
    }

    private static func firstSequence(_ text: Span<UInt8>) -> UInt64? {
        var number: UInt64 = 0
        for index in text.indices {
            let digit = text[index] &- UInt8(ascii: "0")
            guard digit < 10, number < UInt64.max / 10 - 1 else { return index > 0 ? number : nil }
            number = number * 10 + UInt64(digit)
        }
        return nil
    }
}
