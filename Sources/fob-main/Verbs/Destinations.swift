import Backup
import Client
import Platform
import Wire

/// What is done with destinations wherever they are added: by name, or on the way from a restore.
enum Destinations {
    /// Adds one, and has the vault note it if it is open.
    static func add(_ entry: BackupConfiguration.Entry) throws(ClientError) -> Upload {
        var configuration = try BackupConfiguration()
        let local = try LocalBackups()
        try check(entry, configuration)
        try configuration.add(entry)
        let state = DestinationState(added: Clock.utc)
        do throws(DirectoryError) { try state.save(entry.name, in: local.notes) } catch { throw ClientError(error) }
        note([entry])
        return Upload(entry, local, at: Clock.utc)
    }

    /// Refuses what is no further place: one that is there under another name, and what the vault keeps for itself.
    private static func check(
        _ entry: BackupConfiguration.Entry, _ configuration: BackupConfiguration
    ) throws(ClientError) {
        let own = identity(entry.kind)
        for other in configuration.entries where other.name != entry.name {
            guard other.kind == entry.kind || own != nil && identity(other.kind) == own else { continue }
            throw ClientError(
                .alreadyExists, Sentences.samePlace(other.name), remedy: Sentences.removeOtherPlace(other.name))
        }
        guard let own, let home = Paths.data else { return }
        for kept in ["", "/sealed", "/generations", "/backup"] where identity(.folder(home + kept)) == own {
            throw ClientError(.usage, Sentences.inVault, remedy: Sentences.placeElsewhere)
        }
    }

    /// Which directory it is, behind links; nil for what is none.
    private static func identity(_ kind: DestinationKind) -> FileStatus.Identity? {
        guard case .folder(let path) = kind else { return nil }
        return try? Folder(path).identity()
    }

    /// Looks at a new one. A folder is at hand now; a network need not be.
    static func begin(_ upload: Upload, _ entry: BackupConfiguration.Entry) throws(ClientError) {
        guard case .folder = entry.kind else { return }
        if GoesWithMachine(entry.kind).backups {
            Output.note(Sentences.warning(Sentences.sameDisk))
        }
        do throws(ClientError) { try upload.begin() } catch {
            Output.note(Sentences.warning(Label.shown(error.message)))
            Output.hint(Label.shown(error.remedy))
        }
    }

    /// Has the vault note where backups go, if it is open: no agent is started for that.
    static func note(_ entries: [BackupConfiguration.Entry], isUnattended: Bool = false, isFormer: Bool = false) {
        AgentLink { () throws(ClientError) in try Connection.open(starting: false) }
            .note(entries, isUnattended: isUnattended, isFormer: isFormer)
    }
}
