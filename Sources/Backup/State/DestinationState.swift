package import Platform
package import Wire

/// What is known of a destination from earlier runs: a small text file beside the vault.
package struct DestinationState: Equatable, Sendable {
    /// A backup that this machine has put there.
    package struct Shipped: Equatable, Sendable {
        /// Its SHA-256, in hexadecimal digits.
        package var hash: String
        /// Bytes.
        package var size: UInt64
        /// When its read-back was equal, in seconds of UTC.
        package var uploaded: UInt64
        /// When the agent has looked into what came back; 0 for never.
        package var verified: UInt64
    }

    /// The recovery key that this machine has put there.
    package struct Key: Equatable, Sendable {
        /// What it is named there.
        package var name: StoredName
        /// Its SHA-256, in hexadecimal digits.
        package var hash: String
    }

    /// Seconds without success after which it is stale.
    package static let staleAfter: UInt64 = 7 * 86_400
    /// Seconds for which a change may be without a backup there.
    package static let staleNotUploaded: UInt64 = 86_400

    /// When it was added, in seconds of UTC; the clock for one that has never worked.
    package var added: UInt64
    /// When something was last tried; 0 for never.
    package var attempt: UInt64 = 0
    /// When it last was seen to hold the newest backup; 0 for never.
    package var success: UInt64 = 0
    /// When the agent has last looked into what came back; 0 for never.
    package var verified: UInt64 = 0
    /// When it last failed; 0 when the last attempt did not.
    package var failure: UInt64 = 0
    /// How often in a row it has failed.
    package var failures: UInt64 = 0
    /// Why, in plain words.
    package var reason = ""
    /// What to do about it.
    package var remedy = ""
    /// The backups there that this machine knows.
    package var files: [BackupName: Shipped] = [:]
    /// The recovery key there; nil when none has been put there yet, or it is not sure.
    package var key: Key?

    /// The id by which the place is known; nil when it has none yet, ``unmarked`` when it shows none.
    package var place: String?
    /// Which directory it was; nil where that cannot be told.
    package var directory: String?
    /// Backups that somebody else has removed there, and when that was noticed, until the owner takes note.
    package var vanished: [BackupName: UInt64] = [:]
    /// What those were that have not been put there again: such a one may come back.
    package var lost: [BackupName: Shipped] = [:]

    /// In place of the id of a place that does not list what marks it.
    package static let unmarked = "-"

    /// Backups of other machines there that this one has taken in, or need not.
    package var seen: Set<BackupName> = []

    /// What bears the name of another machine's backup there and is none: what it was when that was told.
    package var rubbish: [BackupName: Rubbish] = [:]

    /// A file that is no backup.
    package struct Rubbish: Equatable, Sendable {
        /// Its SHA-256, in hexadecimal digits.
        package var hash: String
        /// The release that could not read it: a later one may.
        package var release: String
    }

    /// A destination that was just added.
    package init(added: UInt64) { self.added = added }

    /// Whether the directory that was seen last was on another file system than the vault is, or nobody knows.
    package var isOnOtherDisk: Bool {
        guard let device = directory?.split(separator: ":").first.flatMap({ UInt64($0) }) else { return true }
        return device != Paths.data.flatMap(FileTree.device(of:))
    }

    /// The newest backup that is there.
    package var newest: BackupName? { files.keys.max() }

    /// How it stands at `utc`.
    ///
    /// - Parameter notUploaded: when the oldest backup was sealed that is newer than all that are there; nil when the
    ///   newest is there.
    package func health(notUploaded: UInt64?, at utc: UInt64) -> BackupHealth {
        if Self.isOlder(max(success, added), than: Self.staleAfter, at: utc) { return .stale }
        if let notUploaded, Self.isOlder(notUploaded, than: Self.staleNotUploaded, at: utc) { return .stale }
        if failure > 0 || success == 0 || !vanished.isEmpty { return .failing }
        return newest.flatMap { files[$0] }.map { $0.verified > 0 } == true ? .verified : .uploaded
    }

    /// Seconds until an unattended run tries again what has failed once; twice as many each time, and at most an hour. The
    /// unit comes back so often, and a moment early counts.
    private static let pause: UInt64 = 600
    private static let longestPause: UInt64 = 3600
    private static let early: UInt64 = 30

    /// Whether it is too early for an unattended run to try again what has failed.
    package func isPausing(at utc: UInt64) -> Bool {
        // An attempt of the future is one of a clock that was wrong.
        guard failure > 0, failures > 0, attempt <= utc else { return false }
        let pause = min(Self.pause << min(failures - 1, 8), Self.longestPause)
        return utc - attempt + Self.early < pause
    }

    private static func isOlder(_ moment: UInt64, than seconds: UInt64, at utc: UInt64) -> Bool {
        moment < utc && utc - moment > seconds
    }

    // MARK: File

    private static let firstLine = "fob-backup-state 1"
    private static let limit = 4 << 20

    private static func file(_ name: String) -> String { name + ".state" }

    /// The state of the destination `name`, nil when nothing is known of it: an unreadable file counts as none.
    package static func load(_ name: String, from directory: Directory) throws(DirectoryError) -> DestinationState? {
        guard let bytes = try directory.read(file(name), limit: limit) else { return nil }
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
        guard lines.first == firstLine[...] else { return nil }
        var state = DestinationState(added: 0)
        for line in lines.dropFirst() {
            let words = line.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
            guard words.count == 2 else { return nil }
            let number = UInt64(words[1])
            switch words[0] {
            case "added": state.added = number ?? 0
            case "attempt": state.attempt = number ?? 0
            case "success": state.success = number ?? 0
            case "verified": state.verified = number ?? 0
            case "failure": state.failure = number ?? 0
            case "failures": state.failures = number ?? 0
            case "reason": state.reason = String(words[1])
            case "remedy": state.remedy = String(words[1])
            case "file", "lost":
                guard let (name, shipped) = Self.shipped(words[1]) else { return nil }
                if words[0] == "file" { state.files[name] = shipped } else { state.lost[name] = shipped }
            case "place": state.place = String(words[1])
            case "directory": state.directory = String(words[1])
            case "vanished":
                let parts = words[1].split(separator: " ")
                guard parts.count == 2, let name = BackupName(String(parts[0])), let noticed = UInt64(parts[1])
                else { return nil }
                state.vanished[name] = noticed
            case "seen":
                guard let name = BackupName(String(words[1])) else { return nil }
                state.seen.insert(name)
            case "rubbish":
                let parts = words[1].split(separator: " ")
                guard parts.count == 3, let name = BackupName(String(parts[0])) else { return nil }
                state.rubbish[name] = Rubbish(hash: String(parts[1]), release: String(parts[2]))
            case "key":
                let parts = words[1].split(separator: " ")
                guard parts.count == 2, let name = StoredName(String(parts[0])) else { return nil }
                state.key = Key(name: name, hash: String(parts[1]))
            default: break
            }
        }
        return state
    }

    private static func shipped(_ text: Substring) -> (BackupName, Shipped)? {
        let parts = text.split(separator: " ")
        guard parts.count == 5, let name = BackupName(String(parts[0])), let size = UInt64(parts[2]),
            let uploaded = UInt64(parts[3]), let verified = UInt64(parts[4])
        else { return nil }
        return (name, Shipped(hash: String(parts[1]), size: size, uploaded: uploaded, verified: verified))
    }

    private static func lines(_ word: String, _ files: [BackupName: Shipped]) -> [String] {
        files.sorted { $0.key < $1.key }.map { name, file in
            "\(word) \(name) \(file.hash) \(file.size) \(file.uploaded) \(file.verified)"
        }
    }

    /// Writes it in place of the one before.
    package func save(_ name: String, in directory: Directory) throws(DirectoryError) {
        var lines = [
            Self.firstLine, "added \(added)", "attempt \(attempt)", "success \(success)", "verified \(verified)",
            "failure \(failure)",
        ]
        if failures > 0 { lines.append("failures \(failures)") }
        if !reason.isEmpty { lines.append("reason \(Self.line(reason))") }
        if !remedy.isEmpty { lines.append("remedy \(Self.line(remedy))") }
        if let place { lines.append("place \(place)") }
        if let directory = self.directory { lines.append("directory \(directory)") }
        lines += vanished.sorted { $0.key < $1.key }.map { "vanished \($0.key) \($0.value)" }
        if let key { lines.append("key \(key.name) \(key.hash)") }
        lines += Self.lines("file", files) + Self.lines("lost", lost)
        lines += rubbish.sorted { $0.key < $1.key }.map { "rubbish \($0.key) \($0.value.hash) \($0.value.release)" }
        lines += seen.sorted().map { "seen \($0)" }
        try directory.replace(Self.file(name), by: Array((lines.joined(separator: "\n") + "\n").utf8))
    }

    /// Forgets a destination.
    package static func remove(_ name: String, from directory: Directory) { try? directory.remove(file(name)) }

    private static func line(_ text: String) -> String { String(text.map { $0.isNewline ? " " : $0 }) }
}
