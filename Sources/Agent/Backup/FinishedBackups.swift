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
    private static let temporary = ".backup.new"
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
        try put([], as: Self.history, in: sealed)
        try sealed.sync()
    }

    private func note(_ name: BackupName, in sealed: Directory) throws(DirectoryError) {
        let names = [name] + (try Self.history(in: sealed)).filter { $0 != name }
        let text = names.prefix(Limits.earlierBackups).map { "\($0)\n" }.joined()
        try put(Array(text.utf8), as: Self.history, in: sealed)
    }

    /// Writes a finished backup and what goes with it: whole or not at all, and never over another.
    ///
    /// - Parameters:
    ///   - marks: what stands for its accounts.
    ///   - calendar: the time by which older ones are dropped, in seconds of UTC.
    ///   - recoveryKey: the file to lie beside it wherever it goes; nil when the vault has none.
    func write(
        _ bytes: [UInt8], _ marks: [UInt64], recoveryKey: [UInt8]?, as name: BackupName, calendar: UInt64
    ) throws(DirectoryError) {
        let sealed = try parent.subdirectory(Self.directory)
        let before = try sealed.read(Self.recoveryKey, limit: Limits.recoveryKey)
        if let recoveryKey {
            if recoveryKey != before { try put(recoveryKey, as: Self.recoveryKey, in: sealed) }
            let id = String(BaseEncoding.base16.text(Sodium.sha256(recoveryKey.span).span).prefix(Self.keyDigits))
            if try sealed.status(of: Self.keyName(id)) == nil { try put(recoveryKey, as: Self.keyName(id), in: sealed) }
            try put(Array(id.utf8), as: name.description + Self.keySuffix, in: sealed)
        } else if before != nil {
            try sealed.remove(Self.recoveryKey)
        }
        let index = [UInt8](capacity: marks.count * 8) { output in
            for mark in marks {
                for shift in stride(from: 56, through: 0, by: -8) {
                    output.append(UInt8(truncatingIfNeeded: mark >> UInt64(shift)))
                }
            }
        }
        // The index first: who sees the backup finds its index too.
        try put(index, as: name.description + Self.indexSuffix, in: sealed)
        try note(name, in: sealed)
        try sealed.sync()
        try put(bytes, as: name.description, in: sealed)
        try put(Array(name.description.utf8), as: Self.last, in: sealed)
        try sealed.sync()
        prune(sealed, at: calendar)
    }

    /// Wakes up who waits for finished backups, such as fob-backup.path: what was uploaded while the vault was locked can be
    /// looked into now. Before there is one, nobody needs to.
    func wake(at utc: UInt64) {
        guard let sealed = try? parent.subdirectory(Self.directory),
            let file = try? sealed.openFile(Self.last, for: .reading)
        else { return }
        try? file.setModified(utc)
    }

    /// Writes a file whole; its name lasts once the directory is written too.
    private func put(_ bytes: [UInt8], as name: String, in sealed: Directory) throws(DirectoryError) {
        try? sealed.remove(Self.temporary)
        do throws(DirectoryError) {
            try write(bytes, in: sealed)
            guard try sealed.holds(bytes.span, as: Self.temporary) else {
                throw .system(SystemError("read", code: SystemError.inputOutput, on: sealed.path(of: name)))
            }
            try sealed.rename(Self.temporary, to: name)
        } catch {
            try? sealed.remove(Self.temporary)
            throw error
        }
    }

    private func write(_ bytes: [UInt8], in sealed: Directory) throws(DirectoryError) {
        let file = try sealed.openFile(Self.temporary, for: .creatingNew)
        do throws(SystemError) {
            try file.writeAll(bytes.span)
            try file.sync()
        } catch { throw sealed.failure(error, of: Self.temporary) }
        file.dropCache()
    }

    /// Keeps as many as the vault keeps generations: a destination that cannot be reached for a month finds those of
    /// each day when it can.
    private func prune(_ sealed: Directory, at utc: UInt64) {
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
        dropKeys(sealed)
    }

    /// Drops the recovery keys that no backup here needs any more.
    private func dropKeys(_ sealed: Directory) {
        guard let names = try? sealed.names() else { return }
        var needed: Set<String> = []
        for name in names where name.hasSuffix(Self.keySuffix) {
            // While one cannot be read, none goes.
            guard let id = try? sealed.read(name, limit: Self.keyDigits) else { return }
            needed.insert(Self.keyName(String(decoding: id, as: UTF8.self)))
        }
        for name in names where name.hasPrefix("recovery-key-") && !needed.contains(name) { try? sealed.remove(name) }
    }
}
