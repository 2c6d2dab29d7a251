import Backup
import Client
import Platform
import Vault
import Wire

/// The destinations of backups as a place to restore from.
struct BackupPlaces: RestorePlace {
    private let entries: [BackupConfiguration.Entry]
    private let local: LocalBackups

    /// Those destinations; there must be one.
    init(_ entries: [BackupConfiguration.Entry]) throws(ClientError) {
        guard !entries.isEmpty else {
            throw ClientError(.usage, tr("there is no source to restore from"), remedy: Sentences.nameRestoreSource())
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
            let upload = Upload(entry, local, at: Clock.utc)
            let state = isConfigured ? try upload.noted() : nil
            do throws(DestinationError) {
                let place = try entry.kind.open(local.notes)
                let names = try place.list().map(\.name)
                if let state, !names.contains(where: { $0.backup != nil }),
                    let fault = upload.fault(of: place, Set(names), state)
                {
                    throw fault
                }
                for name in names.compactMap(\.backup) {
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
        var damaged: ClientError?
        var doubtful: [UInt8]?
        for entry in entries where file.places.contains(entry.name) {
            do throws(DestinationError) {
                let place = try entry.kind.open(local.notes)
                guard let bytes = try place.get(.backup(name)) else { continue }
                guard !bytes.isEmpty else {
                    throw DestinationError(.altered, Sentences.backupEmpty(file.name))
                }
                if isDoubtful(bytes, name, entry) {
                    doubtful = doubtful ?? bytes
                    continue
                }
                return bytes
            } catch {
                let told = ClientError(destination: error, entry.name)
                if error.cause == .altered {
                    damaged = damaged ?? ClientError(.damaged, told.message, remedy: told.remedy)
                } else {
                    failure = failure ?? told
                }
            }
        }
        // Whoever reads it says what is wrong with it.
        if let doubtful { return doubtful }
        // Where something did not answer, a good copy may be.
        if let failure = failure ?? damaged { throw failure }
        throw ClientError(.inputMissing, Sentences.nothingThere(name.description), remedy: Sentences.otherPlace)
    }

    /// Whether a copy is not what this machine has put there, or not as it was written: another place may have a better
    /// one.
    private func isDoubtful(_ bytes: [UInt8], _ name: BackupName, _ entry: BackupConfiguration.Entry) -> Bool {
        if VaultFile.hasDamagedHeader(bytes.span) { return true }
        guard BackupConfiguration.isName(entry.name),
            let known = (try? Upload(entry, local, at: Clock.utc).noted())?.files[name]
        else { return false }
        return known.hash != Upload.hash(of: bytes)
    }
}
