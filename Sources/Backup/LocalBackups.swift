package import Client
package import Platform
import Wire

/// What lies on this machine: the finished backups that the agent makes, and what earlier runs have noted.
package struct LocalBackups: Sendable {
    /// What is known of destinations, and which accounts backups hold.
    package let notes: Directory
    private let path: String
    private static let last = "newest"
    private static let history = "history"
    private static let keySuffix = ".key"
    private static let indexSuffix = ".accounts"
    private static let indexLimit = 8 * 100_000

    /// Opens what earlier runs have noted.
    package init() throws(ClientError) {
        guard let home = Paths.data else {
            throw ClientError(.configuration, Sentences.noDataPath, remedy: Sentences.setDataHome)
        }
        do throws(DirectoryError) {
            notes = try Directory.open(home + "/backup", create: true)
        } catch { throw ClientError(error) }
        path = home + "/sealed"
    }

    /// With notes and finished backups elsewhere.
    init(notes: Directory, sealed path: String) { (self.notes, self.path) = (notes, path) }

    /// The directory of finished backups; nil before there is any. The agent may make it at any moment.
    private func sealed() throws(DirectoryError) -> Directory? {
        do throws(DirectoryError) { return try Directory.open(path, create: false) } catch {
            if error.fault == .absent { return nil }
            throw error
        }
    }

    /// The one run at a time; nil when another one has it.
    package func lock() throws(ClientError) -> FileLock? {
        do throws(DirectoryError) { return try notes.lock("lock") } catch { throw ClientError(error) }
    }

    /// The finished backups of the vault that was sealed last, the oldest first.
    package func names() throws(ClientError) -> [BackupName] {
        do throws(DirectoryError) {
            guard let sealed = try sealed() else { return [] }
            let all = try sealed.names().compactMap { BackupName($0) }
            let newest =
                try last(in: sealed).flatMap { all.contains($0) ? $0 : nil }
                // Before this release, the agent did not say which was the last.
                ?? all.max { ($0.utc, $0.sequence) < ($1.utc, $1.sequence) }
            return all.filter { $0.vault == newest?.vault }.sorted()
        } catch { throw ClientError(error) }
    }

    /// All that this machine is known to have sealed, of whichever vault, here or no more.
    package func history() throws(ClientError) -> Set<BackupName> {
        do throws(DirectoryError) {
            guard let sealed = try sealed() else { return [] }
            let text = try sealed.read(Self.history, limit: Self.indexLimit) ?? []
            let names = String(decoding: text, as: UTF8.self).split(separator: "\n").map(String.init)
            return Set((names + (try sealed.names())).compactMap { BackupName($0) })
        } catch { throw ClientError(error) }
    }

    /// What the agent says it has sealed last: times in names are those of clocks.
    private func last(in sealed: Directory) throws(DirectoryError) -> BackupName? {
        try sealed.read(Self.last, limit: BackupName.longest).flatMap {
            BackupName(String(decoding: $0, as: UTF8.self))
        }
    }

    /// A finished backup; nil when it was removed meanwhile.
    package func backup(_ name: BackupName) throws(ClientError) -> LocalFile? {
        try file(.backup(name), name.description, limit: Limits.sealed)
    }

    /// The recovery key of the vault that was sealed last, as it is named at a destination; nil when it has none.
    package func recoveryKey(as name: StoredName) throws(ClientError) -> LocalFile? {
        try file(name, StoredName.recoveryKey(nil).description, limit: Limits.recoveryKey)
    }

    /// The recovery key that goes with a backup; nil when it has none, or release 0.1.0 has sealed it.
    func recoveryKey(of name: BackupName) throws(ClientError) -> LocalFile? {
        let id: [UInt8]?
        do throws(DirectoryError) {
            id = try sealed()?.read(name.description + Self.keySuffix, limit: StoredName.digits)
        } catch { throw ClientError(error) }
        guard let id, case let key = StoredName.recoveryKey(String(decoding: id, as: UTF8.self)),
            StoredName(key.description) == key
        else { return nil }
        return try file(key, key.description, limit: Limits.recoveryKey)
    }

    private func file(_ name: StoredName, _ localName: String, limit: Int) throws(ClientError) -> LocalFile? {
        do throws(DirectoryError) {
            guard let sealed = try sealed() else { return nil }
            return try sealed.read(localName, limit: limit)
                .map { LocalFile(name: name, localName: localName, bytes: $0, directory: sealed) }
        } catch { throw ClientError(error) }
    }

    /// What stands for each account in a backup; nil when that is not known.
    package func accounts(in name: BackupName) -> Set<UInt64>? {
        guard let bytes = try? notes.read(name.description + Self.indexSuffix, limit: Self.indexLimit),
            bytes.count.isMultiple(of: 8)
        else { return nil }
        return Set(
            stride(from: 0, to: bytes.count, by: 8).map { start in
                bytes[start..<(start + 8)].reduce(0) { $0 << 8 | UInt64($1) }
            })
    }

    /// Keeps the index of a backup for as long as a destination has it; the agent's own copy goes earlier.
    func keepIndex(of name: BackupName) throws(DirectoryError) {
        let file = name.description + Self.indexSuffix
        guard try notes.status(of: file) == nil,
            let bytes = try sealed()?.read(file, limit: Self.indexLimit)
        else { return }
        try notes.replace(file, by: bytes)
    }

    /// A file that is not of the vault, to be put into a place; ``dropTemporary()`` removes it here.
    func temporary(_ name: StoredName, _ bytes: [UInt8]) throws(DestinationError) -> LocalFile {
        do throws(DirectoryError) { try notes.replace(Self.temporaryName, by: bytes) } catch {
            throw DestinationError(.other, error.message.text)
        }
        return LocalFile(name: name, localName: Self.temporaryName, bytes: bytes, directory: notes)
    }

    /// Notes that somebody was reminded of backups, or needed no reminder. That it cannot be noted changes nothing.
    package func noteReminder() {
        guard let mark = DailyMark.backupReminder else { return }
        try? notes.replace(Paths.name(of: mark.path), by: [])
    }

    private static let temporaryName = "outgoing"

    func dropTemporary() { try? notes.remove(Self.temporaryName) }

    /// Drops the indexes of backups that none of those destinations has.
    package func dropIndexes(except entries: [BackupConfiguration.Entry]) {
        var names: Set<BackupName> = []
        for entry in entries {
            // While one cannot be read, nothing is dropped.
            guard let state = try? DestinationState.load(entry.name, from: notes) else { return }
            names.formUnion(state.files.keys)
            // These may come back.
            names.formUnion(state.lost.keys)
        }
        for file in (try? notes.names()) ?? [] where file.hasSuffix(Self.indexSuffix) {
            guard let name = BackupName(String(file.dropLast(Self.indexSuffix.count))), !names.contains(name)
            else { continue }
            try? notes.remove(file)
        }
    }
}
