import Encodings
import Platform
import Vault
import Wire

/// The directory of finished backups, `sealed/` beside the vault: ciphertext, and beside each file an index of which
/// accounts it holds, for whoever decides which are still needed.
///
/// Methods block on the disk: call them from a worker thread.
final class FinishedBackups: Sendable {
    static let directory = "sealed"
    /// The recovery key of the vault that was sealed last.
    static let recoveryKey = "recovery-key.age"
    /// Behind the name of a backup: the id of the recovery key that goes with it.
    static let keySuffix = ".key"
    /// The same key by its own name, for as long as a backup here needs it.
    private static func keyName(_ id: String) -> String { "recovery-key-\(id).age" }
    private static let keyDigits = 8
    /// Behind the name of a backup: its index.
    static let indexSuffix = ".accounts"
    /// A file with the name of the one that was sealed last.
    private static let last = "newest"
    /// A file with the names of those that were sealed, here or no more, a line each, the last one first.
    private static let history = "history"
    private static let historyLimit = Limits.earlierBackups * (BackupName.longest + 1)

    private let parent: Directory

    init(in parent: Directory) { self.parent = parent }

    /// A finished backup.
    struct Finished: Sendable {
        let name: BackupName
        let size: Int
        let hash: [32 of UInt8]
    }

    /// The newest one of a vault, nil when there is none.
    ///
    /// - Parameter known: one that need not be read again when it is that.
    func newest(of vault: String, known: Finished? = nil) throws(DirectoryError) -> Finished? {
        let sealed = try parent.subdirectory(Self.directory)
        let newest = try sealed.names().compactMap({ BackupName($0) }).filter({ $0.vault == vault }).max()
        if let known, known.name == newest { return known }
        guard let name = newest, let bytes = try sealed.read(name.description, limit: Limits.sealed)
        else { return nil }
        return Finished(name: name, size: bytes.count, hash: Sodium.sha256(bytes.span))
    }

    /// The name of the newest one of a vault, or of any.
    func newestName(of vault: String?) throws(DirectoryError) -> BackupName? {
        try parent.subdirectory(Self.directory).names().compactMap { BackupName($0) }
            .filter { vault == nil || $0.vault == vault }.max()
    }

    /// The backups of a vault that this machine has sealed, the last one first. Before there was a list of them, those that
    /// are here.
    func earlier(of vault: String) throws(DirectoryError) -> [Manifest.Earlier] {
        let sealed = try parent.subdirectory(Self.directory)
        return try Self.history(in: sealed).filter { $0.vault == vault }.map {
            Manifest.Earlier(time: $0.utc, sequence: $0.sequence)
        }
    }

    private static func history(in sealed: Directory) throws(DirectoryError) -> [BackupName] {
        guard let text = try sealed.read(history, limit: historyLimit) else {
            return try sealed.names().compactMap { BackupName($0) }.sorted(by: >)
        }
        return String(decoding: text, as: UTF8.self).split(separator: "\n").compactMap { BackupName(String($0)) }
    }

    /// An older vault was put back: what was sealed before need not be in what is sealed from here on.
    func forgetHistory() throws(DirectoryError) {
        // Empty and not removed: without the file the names of what is here would count.
        let sealed = try parent.subdirectory(Self.directory)
        Draft.removeLeftovers(in: sealed)
        let history = try Draft([], as: Self.history, in: sealed)
        try history.settle()
        try history.publish()
        try sealed.sync()
    }

    /// The names of those that were sealed, with one more.
    private static func history(with name: BackupName, in sealed: Directory) throws(DirectoryError) -> [UInt8] {
        let names = [name] + (try history(in: sealed)).filter { $0 != name }
        return Array(names.prefix(Limits.earlierBackups).map { "\($0)\n" }.joined().utf8)
    }

    /// Writes a finished backup and what goes with it: whole or not at all, and never over another.
    ///
    /// - Parameters:
    ///   - contents: what it holds: which accounts, and the recovery key that lies beside it wherever it goes.
    ///   - utc: the time by which older ones are dropped, in seconds of UTC.
    func write(
        _ bytes: [UInt8], of contents: Contents, as name: BackupName, at utc: UInt64
    ) throws(DirectoryError) -> Finished {
        let sealed = try parent.subdirectory(Self.directory)
        Draft.removeLeftovers(in: sealed)
        do throws(DirectoryError) {
            // The device writes while the index and the hash are made.
            let backup = try Draft(bytes, as: name.description, in: sealed)
            let (key, keys) = try Self.keys(contents.recoveryKey, of: name, in: sealed)
            let others =
                keys + [
                    try Draft(Self.index(contents), as: name.description + Self.indexSuffix, in: sealed),
                    try Draft(Self.history(with: name, in: sealed), as: Self.history, in: sealed),
                ]
            let last = try Draft(Array(name.description.utf8), as: Self.last, in: sealed)
            let finished = Finished(name: name, size: bytes.count, hash: Sodium.sha256(bytes.span))
            for draft in [backup] + others + [last] { try draft.settle() }
            // The index first: who sees the backup finds its index too.
            for draft in others { try draft.publish() }
            try sealed.sync()
            try backup.publish()
            try last.publish()
            try sealed.sync()
            prune(sealed, needing: key, at: contents.calendar(at: utc))
            return finished
        } catch {
            Draft.removeLeftovers(in: sealed)
            throw error
        }
    }

    private static func index(_ contents: Contents) -> [UInt8] {
        let marks = Backup.marks(of: contents)
        return [UInt8](capacity: marks.count * 8) { output in
            for mark in marks {
                for shift in stride(from: 56, through: 0, by: -8) {
                    output.append(UInt8(truncatingIfNeeded: mark >> UInt64(shift)))
                }
            }
        }
    }

    /// The recovery key that goes with a backup, and what tells which it is.
    ///
    /// - Returns: the name that the key has of its own, nil when there is none; and what is to be written.
    private static func keys(
        _ key: [UInt8]?, of name: BackupName, in sealed: Directory
    ) throws(DirectoryError) -> (name: String?, drafts: [Draft]) {
        let before = try sealed.read(recoveryKey, limit: Limits.recoveryKey)
        guard let key else {
            if before != nil { try sealed.remove(recoveryKey) }
            return (nil, [])
        }
        let id = String(BaseEncoding.base16.text(Sodium.sha256(key.span).span).prefix(keyDigits))
        var drafts = [try Draft(Array(id.utf8), as: name.description + keySuffix, in: sealed)]
        if key != before { drafts.append(try Draft(key, as: recoveryKey, in: sealed)) }
        let own = keyName(id)
        if try sealed.status(of: own) == nil { drafts.append(try Draft(key, as: own, in: sealed)) }
        return (own, drafts)
    }

    /// Wakes up who waits for finished backups, such as fob-backup.path: what was uploaded while the vault was locked can be
    /// looked into now. Before there is one, nobody needs to.
    func wake(at utc: UInt64) {
        guard let sealed = try? parent.subdirectory(Self.directory),
            let file = try? sealed.openFile(Self.last, for: .reading)
        else { return }
        try? file.setModified(utc)
    }

    /// Keeps as many as the vault keeps generations: a destination that cannot be reached for a month finds those of
    /// each day when it can.
    ///
    /// - Parameter key: a recovery key that is needed in any case.
    private func prune(_ sealed: Directory, needing key: String?, at utc: UInt64) {
        let names = (try? sealed.names()) ?? []
        let backups = names.compactMap { BackupName($0) }
        for (_, ofOne) in Dictionary(grouping: backups, by: \.vault) {
            let kept = Retention.kept(of: ofOne.map { Generation(number: $0.sequence, utc: $0.utc) }, at: utc)
            for name in ofOne where !kept.contains(Generation(number: name.sequence, utc: name.utc)) {
                try? sealed.remove(name.description)
                try? sealed.remove(name.description + Self.indexSuffix)
                try? sealed.remove(name.description + Self.keySuffix)
            }
        }
        let keys = names.filter { $0.hasPrefix("recovery-key-") && $0 != key }
        if !keys.isEmpty { drop(keys, sealed) }
    }

    /// Drops those recovery keys that no backup here needs any more.
    private func drop(_ keys: [String], _ sealed: Directory) {
        guard let names = try? sealed.names() else { return }
        var needed: Set<String> = []
        for name in names where name.hasSuffix(Self.keySuffix) {
            // While one cannot be read, none goes.
            guard let id = try? sealed.read(name, limit: Self.keyDigits) else { return }
            needed.insert(Self.keyName(String(decoding: id, as: UTF8.self)))
        }
        for key in keys where !needed.contains(key) { try? sealed.remove(key) }
    }
}

/// A file on its way: it gets its name once the device has it and gives it back unchanged. Several begin together and wait
/// together: the device has written the last while the first is waited for.
private final class Draft {
    private static let prefix = ".backup.new"

    private let bytes: [UInt8]
    private let name: String
    private let directory: Directory
    private let file: FileDescriptor

    private var temporary: String { "\(Self.prefix)-\(name)" }

    /// Writes it, and has the device begin.
    init(_ bytes: [UInt8], as name: String, in directory: Directory) throws(DirectoryError) {
        (self.bytes, self.name, self.directory) = (bytes, name, directory)
        let temporary = "\(Self.prefix)-\(name)"
        file = try directory.openFile(temporary, for: .creatingNew)
        do { try file.writeAll(bytes.span) } catch { throw directory.failure(error, of: temporary) }
        file.beginSync()
    }

    /// Waits until the device has it, and has the device read it.
    func settle() throws(DirectoryError) {
        do { try file.sync() } catch { throw directory.failure(error, of: temporary) }
        file.dropCache()
        file.fetch()
    }

    /// Gives it its name, which lasts once the directory is written too, when it reads as it was written.
    func publish() throws(DirectoryError) {
        let bytes = bytes
        guard try directory.holds(bytes.span, as: temporary) else {
            throw .system(SystemError("read", code: SystemError.inputOutput, on: directory.path(of: name)))
        }
        try directory.rename(temporary, to: name)
    }

    /// Removes what got no further.
    static func removeLeftovers(in directory: Directory) {
        for name in (try? directory.names()) ?? [] where name.hasPrefix(prefix) { try? directory.remove(name) }
    }
}
