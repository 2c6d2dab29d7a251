import Encodings
import Platform
import Vault
import Wire

/// One log: a file that is appended to, never rewritten, and the older ones that were set aside when they were full.
/// Lines are collected during a turn of the loop and written before the turn's replies go out.
final class AuditFile {
    private static let selfFields = Array("pid=\(Environment.process) exe=- tty=-".utf8)

    /// Its file's name without the ending, and that of the older ones up to their number.
    let name: String
    private let directory: Directory
    private let mostOlder: Int
    private var file: FileDescriptor?
    /// What the kernel said of the file when it was opened.
    private var identity: FileStatus.Identity?
    private var size = 0
    /// Where the chain stands with all lines, written or not.
    private(set) var chain = AuditChain()
    /// Where it stands in the file.
    private(set) var written = AuditChain()
    /// The key of the next line; nil while it is not known.
    private(set) var key: AuditKey?
    /// Lines that are not in the file yet.
    private var lines: [UInt8] = []
    /// Events that were given up because too much waited.
    private var dropped: UInt64 = 0
    /// When the last of them was.
    private var droppedAt: UInt64 = 0
    /// Sequence of the first line in the current file.
    private var first: UInt64 = 1
    /// The file did not end in a whole line of a chain.
    private(set) var wasDamaged = false
    /// There are lines, and the last one is not that of an agent that ended.
    private(set) var wasUnclean = false
    /// The file is not as this agent left it: something else wrote to it, or took it away.
    var isForeign = false
    /// The number of the last line that tells of something missing; 0 for none.
    var missing: UInt64 = 0
    /// Full files that were set aside since the last look.
    private var setAside: [String] = []
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
    ///
    /// - Parameter mostOlder: full files that are kept.
    init(_ name: String, in directory: Directory, mostOlder: Int) throws {
        (self.name, self.directory, self.mostOlder) = (name, directory, mostOlder)
        try open()
    }

    private var fileName: String { name + ".log" }

    private func open() throws {
        let bytes = try directory.read(fileName, limit: 2 * AgentLimits.auditBytes) ?? []
        var whole = bytes.count
        while whole > 0, bytes[whole - 1] != AuditLine.lineFeed { whole -= 1 }
        do throws(DirectoryError) {
            try openForAppending()
            if whole < bytes.count {
                do { try file?.truncate(to: UInt64(whole)) } catch { throw directory.failure(error, of: fileName) }
            }
        } catch {
            // A home that cannot be written to still gives codes.
            guard case .system(let reason) = error, reason.isReadOnly else { throw error }
            failure = .system(reason)
        }
        if whole > 0 {
            let text = bytes.span.extracting(0..<whole)
            if let last = AuditChain(lastLineOf: text) { chain = last } else { wasDamaged = true }
            wasUnclean = !Self.endsInOrder(text)
            first = Self.firstSequence(text) ?? 1
        } else if let older = try olderNames().last {
            // Killed between a rotation and the first line after it.
            let bytes = try directory.read(older, limit: 2 * AgentLimits.auditBytes) ?? []
            if let last = AuditChain(lastLineOf: bytes.span) { chain = last } else { wasDamaged = true }
            wasUnclean = true
            first = chain.sequence + 1
        }
        written = chain
        size = whole
    }

    private func openForAppending() throws(DirectoryError) {
        let opened = try directory.openFile(fileName, for: .appending)
        do { identity = try opened.status().identity } catch { throw directory.failure(error, of: fileName) }
        file = consume opened
    }

    private static func endsInOrder(_ text: Span<UInt8>) -> Bool {
        var start = text.count - 1
        while start > 0, text[start - 1] != AuditLine.lineFeed { start -= 1 }
        let line = text.extracting(start..<text.count - 1)
        return AuditLine(line)?.isAbout(.stopped, in: line) ?? false
    }

    /// Adds a line to the turn's.
    func append(
        _ event: AuditEvent, account: Identifier? = nil, outcome: AuditOutcome, caller: [UInt8]? = nil,
        _ details: [AuditDetail] = [], at utc: UInt64
    ) {
        guard lines.count < AgentLimits.auditBacklog else {
            dropped += 1
            droppedAt = utc
            return
        }
        chain.append(
            event, account: account, outcome: outcome, caller: caller ?? Self.selfFields, details, at: utc, to: &lines)
        if key != nil {
            if let tag = key?.tag(of: chain.hash) { BaseEncoding.base16.append(tag.span, to: &lines) }
            key?.evolve()
        } else {
            lines.append(UInt8(ascii: "-"))
        }
        lines.append(AuditLine.lineFeed)
    }

    /// Takes the key of a line that is written already, or comes next; tags begin with the next line.
    func adopt(_ key: consuming AuditKey) {
        key.evolve(to: chain.sequence + 1)
        self.key = consume key
    }

    /// The files that have lines which may not be on the device yet.
    func takeUnsynced() -> [String] {
        defer { setAside.removeAll() }
        return setAside + [fileName]
    }

    /// Goes on behind a number that the vault remembers, so that none is given twice.
    func skip(to sequence: UInt64) {
        guard sequence > chain.sequence else { return }
        chain.sequence = sequence
        key?.evolve(to: sequence + 1)
    }

    /// Writes the turn's lines. What cannot be written is kept for the next time, up to a bound; what fits is written.
    func write() {
        guard !lines.isEmpty || dropped > 0 else { return }
        writeLines()
        guard lines.isEmpty, dropped > 0 else { return }
        let count = dropped
        dropped = 0
        append(.dropped, outcome: .failed, [.count(count)], at: droppedAt)
        writeLines()
    }

    private func writeLines() {
        var done = 0
        do {
            try cutTornLine()
            try lookForOthers()
            if size + lines.count > AgentLimits.auditBytes, size > 0 { try rotate() }
            isTorn = true
            while done < lines.count {
                guard let taken = try file?.write(lines.span.extracting(done...)), taken > 0 else {
                    throw SystemError("write", code: SystemError.inputOutput)
                }
                done += taken
            }
            isTorn = false
            size += done
            written = chain
            lines.removeAll(keepingCapacity: lines.count <= 1 << 16)
            failure = nil
        } catch {
            keep(done)
            failure = (error as? SystemError).map(Failure.system) ?? .directory
        }
    }

    /// The whole lines among the first `done` bytes are in the file; what is torn is cut off it.
    private func keep(_ done: Int) {
        var whole = done
        while whole > 0, lines[whole - 1] != AuditLine.lineFeed { whole -= 1 }
        size += whole
        if whole > 0, let last = AuditChain(lastLineOf: lines.span.extracting(0..<whole)) { written = last }
        lines.removeFirst(whole)
        isTorn = isTorn || whole < done
        try? cutTornLine()
    }

    /// Cuts off what a failed write has left, so that the whole follows later.
    private func cutTornLine() throws(SystemError) {
        guard isTorn else { return }
        try file?.truncate(to: UInt64(size))
        isTorn = false
    }

    /// Notices that the file is not as it was left. The lines go to the file of that name, whatever is in it.
    private func lookForOthers() throws {
        let found = try directory.status(of: fileName)
        guard found?.identity != identity || found?.size != UInt64(size) else { return }
        isForeign = true
        try openForAppending()
        size = Int(clamping: try file?.size ?? 0)
    }

    private func rotate() throws {
        let older = olderName(first)
        do { try directory.rename(fileName, to: older) } catch {
            // A rotation that got no further than this has renamed it already.
            guard error.fault == .absent else { throw error }
        }
        setAside.append(older)
        try openForAppending()
        size = 0
        first = Self.firstSequence(lines.span) ?? first
        for name in ((try? olderNames()) ?? []).dropLast(mostOlder) { try? directory.remove(name) }
    }

    private func olderNames() throws -> [String] {
        try directory.names().filter { $0.hasPrefix(name + "-") && $0.hasSuffix(".log") }.sorted()
    }

    private func olderName(_ first: UInt64) -> String {
        let digits = String(first)
        return name + "-" + String(repeating: "0", count: 20 - digits.utf8.count) + digits + ".log"
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
