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
        try configuration.add(entry)
        let state = DestinationState(added: Clock.utc)
        do throws(DirectoryError) { try state.save(entry.name, in: local.notes) } catch { throw ClientError(error) }
        note([entry])
        return Upload(entry, local, at: Clock.utc)
    }

    /// Looks at a new one. A folder is at hand now; a network need not be.
    static func begin(_ upload: Upload, _ entry: BackupConfiguration.Entry) throws(ClientError) {
        guard case .folder(let path) = entry.kind else { return }
        if let home = Paths.data, let own = FileTree.device(of: home), FileTree.device(of: path) == own {
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
