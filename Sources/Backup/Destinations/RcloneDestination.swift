import Model
package import Platform

/// A remote of rclone: whatever service its owner has set up there.
///
/// rclone's exit status says little about what is there (on S3 reading a missing object succeeds with nothing, an
/// upload that failed may leave one), so presence is taken from listings and contents from reading back.
package struct RcloneDestination: Destination {
    /// Bounds on what rclone waits for by itself: its own are hours.
    private static let bounds = [
        "--retries", "1", "--low-level-retries", "3", "--contimeout", "10s", "--timeout", "60s", "--ask-password=false",
        "--stats", "0",
        // Uploads in one request of known size: in parts, some services fail and leave something behind.
        "--streaming-upload-cutoff", "\(Limits.sealed >> 20)M",
    ]
    /// The same for who waits for the end of an interrupted run.
    private static let lastSeconds: UInt64 = 10
    /// What rclone gets of the environment, besides its own variables. Others have led it astray: AWS_CA_BUNDLE breaks
    /// its S3.
    static let variables = [
        "HOME", "PATH", "USER", "LOGNAME", "LANG", "TMPDIR", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR",
        "SSH_AUTH_SOCK", "http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY",
        "DBUS_SESSION_BUS_ADDRESS",
    ]
    /// rclone's statuses for a directory and a file that do not exist.
    private static let noDirectory: Int32 = 3
    private static let noFile: Int32 = 4

    private let remote: String
    private let program: String
    private let scratch: Directory
    private let suffix: String
    private let seconds: UInt64

    /// - Parameters:
    ///   - partial: what follows the name of an unfinished file.
    ///   - seconds: for one call.
    /// - Throws: `absent` without rclone; `other` for a remote with parameters in its name.
    package init(
        _ remote: String, _ scratch: Directory, partial: String, seconds: UInt64
    ) throws(DestinationError) {
        guard Self.isPlain(remote) else {
            throw DestinationError(.other, "\(Redaction.redacted(remote)) is no REMOTE:PATH of rclone's configuration")
        }
        guard let program = Programs.path(of: "rclone") else {
            throw DestinationError(.absent, "rclone is not installed")
        }
        (self.remote, self.program, self.scratch, suffix) = (remote, program, scratch, partial)
        self.seconds = seconds
    }

    /// Whether it is `REMOTE:PATH` and no connection string: parameters there, passwords among them, would be in the
    /// list of processes and in messages.
    package static func isPlain(_ remote: String) -> Bool {
        guard let colon = remote.firstIndex(of: ":"), colon != remote.startIndex else { return false }
        let name = remote[..<colon]
        return !name.hasPrefix("-") && !remote.contains("\n")
            && name.allSatisfy { $0.isLetter || $0.isNumber || "-_.+@ ".contains($0) }
    }

    package func list(cleaning cleans: Bool) throws(DestinationError) -> [StoredFile] {
        try listing().compactMap { file in
            if cleans, file.name.hasSuffix(suffix) { _ = try? run("deletefile", [path(file.name)]) }
            return StoredName(file.name).map { StoredFile(name: $0, size: file.size) }
        }
    }

    /// Some services do not tell sizes, and some take a name twice.
    private func listing() throws(DestinationError) -> [(name: String, size: UInt64?)] {
        let outcome = try run("lsf", ["--files-only", "--format", "sp", "--separator", ";", remote], limit: 16 << 20)
        // What was never put anywhere has no directory yet.
        if outcome.status == Self.noDirectory { return [] }
        guard outcome.status == 0 else { throw failed("list", outcome) }
        return String(decoding: outcome.output, as: UTF8.self).split(separator: "\n").compactMap { line in
            guard let sign = line.firstIndex(of: ";"), let size = Int64(line[..<sign]) else { return nil }
            return (String(line[line.index(after: sign)...]), size < 0 ? nil : UInt64(size))
        }
    }

    package func put(_ file: LocalFile) throws(DestinationError) { try put(file, isReplacing: false) }

    package func replace(_ file: LocalFile) throws(DestinationError) { try put(file, isReplacing: true) }

    private func put(_ file: LocalFile, isReplacing: Bool) throws(DestinationError) {
        let name = file.name.description
        let partial = name + suffix
        do throws(DestinationError) {
            try upload(file, as: partial)
            let there = try listing()
            let size = UInt64(file.bytes.count)
            guard there.contains(where: { $0.name == partial && $0.size ?? size == size }) else {
                throw DestinationError(.altered, Sentences.notThere)
            }
            guard isReplacing || !there.contains(where: { $0.name == name }) else {
                throw DestinationError(.taken, "\(name) is there already")
            }
            // It would take a file of the same size for the same file, and only remove the new one.
            let moved = try run("moveto", (isReplacing ? ["--ignore-times"] : []) + [path(partial), path(name)])
            if moved.status == 0 { return }
            // Some services cannot rename. A backup's name is unique, so that the upload itself replaces nothing.
            try upload(file, as: name)
        } catch {
            clean(partial)
            throw error
        }
        clean(partial)
    }

    /// Removes an unfinished file, also when the run is interrupted; what stays, the next run removes.
    private func clean(_ partial: String) {
        let isEnding = Interruption.isRaised
        _ = try? command(
            "deletefile", [path(partial)], seconds: isEnding ? Self.lastSeconds : seconds, isLast: isEnding
        ).run()
    }

    private func upload(_ file: LocalFile, as name: String) throws(DestinationError) {
        let input = try file.open()
        let outcome = try run("rcat", [path(name)], input: input.number)
        if outcome.status == Self.noFile { throw DestinationError(.altered, Sentences.notThere) }
        guard outcome.status == 0 else { throw failed("upload", outcome) }
    }

    /// The most files of one name that are read.
    private static let mostCopies = 8

    package func get(_ name: StoredName) throws(DestinationError) -> [UInt8]? {
        let copies = try listing().count { $0.name == name.description }
        guard copies > 0 else { return nil }
        // More is no accident of a service, and would be held in memory whole.
        guard copies <= Self.mostCopies else { throw DestinationError(.altered, Sentences.cameBackAltered) }
        let outcome = try run("cat", [path(name.description)], limit: copies * Limits.sealed)
        guard outcome.status == 0 else {
            let error = failed("download", outcome)
            throw error.cause == .absent ? DestinationError(.altered, Sentences.onlyListed(name.description)) : error
        }
        return Self.one(of: outcome.output, copies)
    }

    /// rclone writes all files of a name, one behind the other: what they are when they are equal.
    static func one(of bytes: [UInt8], _ copies: Int) -> [UInt8] {
        guard copies > 1, bytes.count.isMultiple(of: copies) else { return bytes }
        let size = bytes.count / copies
        let first = bytes.prefix(size)
        let isSame = (1..<copies).allSatisfy { bytes[($0 * size)..<(($0 + 1) * size)] == first }
        return isSame ? Array(first) : bytes
    }

    package func delete(_ name: StoredName) throws(DestinationError) {
        let outcome = try run("deletefile", [path(name.description)])
        guard outcome.status == 0 else { throw failed("removal", outcome) }
    }

    private func path(_ name: String) -> String {
        remote.hasSuffix(":") || remote.hasSuffix("/") ? remote + name : remote + "/" + name
    }

    private func run(
        _ verb: String, _ arguments: [String], input: Int32? = nil, limit: Int = 1 << 20
    ) throws(DestinationError) -> Command.Outcome {
        try command(verb, arguments, seconds: seconds).run(input: input, limit: limit)
    }

    private func command(_ verb: String, _ arguments: [String], seconds: UInt64, isLast: Bool = false) -> Command {
        Command(
            program: program, arguments: [verb] + Self.bounds + arguments,
            environment: Child.environment(keeping: Self.variables + Environment.names(startingWith: "RCLONE_")),
            scratch: scratch, seconds: seconds, isLast: isLast)
    }

    private func failed(_ what: String, _ outcome: Command.Outcome) -> DestinationError {
        StderrDiagnosis.error("rclone's \(what)", outcome, seconds: seconds)
    }
}
