import Backup
import Client
import Platform
import Wire

/// The destinations of backups as a place to restore from.
struct BackupPlaces: RestorePlace {
    private let entries: [BackupConfiguration.Entry]
    private let local: LocalBackups

    /// Those destinations; there must be one.
    init(_ entries: [BackupConfiguration.Entry]) throws(ClientError) {
        guard !entries.isEmpty else {
            throw ClientError(.usage, Sentences.noRestoreSource, remedy: Sentences.nameRestoreSource)
        }
        self.entries = entries
        local = try LocalBackups()
    }

    /// A remote of rclone that is not among them.
    init(remote: String) throws(ClientError) {
        try self.init([BackupConfiguration.Entry(name: remote, kind: .rclone(remote))])
    }

    var name: String { entries.map(\.name).joined(separator: ", ") }

    /// A destination that does not answer is told of, and does not hide the others.
    func list() throws(ClientError) -> [FoundBackup] {
        var found: [BackupName: FoundBackup] = [:]
        var failure: ClientError?
        for entry in entries {
            let isConfigured = BackupConfiguration.isName(entry.name)
            let state = isConfigured ? try Upload(entry, local, at: Clock.utc).noted() : nil
            do throws(DestinationError) {
                let place = try entry.kind.open(local.notes)
                for name in try place.list().compactMap(\.name.backup) {
                    var backup = found[name] ?? FoundBackup(name.description)
                    backup.places.append(entry.name)
                    if let known = state?.files[name] {
                        backup.isVerified = backup.isVerified == true || known.verified > 0
                    }
                    backup.accounts = local.accounts(in: name)?.count
                    found[name] = backup
                }
            } catch {
                let told = ClientError(destination: error, entry.name)
                failure = failure ?? told
                if entries.count > 1 { Output.note(Sentences.warning(Label.shown(told.message))) }
            }
        }
        guard !found.isEmpty else {
            throw failure ?? ClientError(.inputMissing, Sentences.nothingThere(name), remedy: Sentences.otherPlace)
        }
        return FoundBackup.sorted(found.values, at: Clock.utc)
    }

    func read(_ file: FoundBackup) throws(ClientError) -> [UInt8] {
        guard let name = file.backup else {
            throw ClientError(.inputMissing, Sentences.nothingThere(file.name), remedy: Sentences.otherPlace)
        }
        var failure: ClientError?
        for entry in entries where file.places.contains(entry.name) {
            do throws(DestinationError) {
                let place = try entry.kind.open(local.notes)
                guard let bytes = try place.get(.backup(name)) else { continue }
                guard !bytes.isEmpty else {
                    throw DestinationError(.altered, Sentences.backupEmpty(file.name))
                }
                return bytes
            } catch {
                let told = ClientError(destination: error, entry.name)
                let isOfFile = error.cause == .altered
                failure = failure ?? (isOfFile ? ClientError(.damaged, told.message, remedy: told.remedy) : told)
            }
        }
        throw failure
            ?? ClientError(.inputMissing, Sentences.nothingThere(name.description), remedy: Sentences.otherPlace)
    }
}
