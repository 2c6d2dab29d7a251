import ArgumentParser
import Backup
import Client
import Platform
import Wire

/// `fob backup`.
struct BackupVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup", abstract: Help.backup, discussion: Help.backupDiscussion,
        subcommands: [
            BackupNowVerb.self, BackupRunVerb.self, BackupStatusVerb.self, BackupAddVerb.self, BackupListVerb.self,
            BackupRemoveVerb.self, BackupTestVerb.self, BackupRehearseVerb.self, BackupAcceptVerb.self,
        ])
}

/// `fob backup now`: seals and uploads.
struct BackupNowVerb: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "now", abstract: Help.backupNow)

    @Flag(name: .long, help: .init(tr("Also when nothing has changed."))) var force = false
    @OptionGroup var common: Common

    func run() throws {
        let entries = try BackupConfiguration().entries
        let made: BackupMadeReply = try common.unlocked { (connection) throws(ClientError) in
            if !entries.isEmpty { _ = try connection.request(BackupPlacesRequest(entries.map { BackupPlace($0) })) }
            return try connection.request(BackupNowRequest(force: force))
        }
        if !common.json { Output.note(made.isNew ? Sentences.sealed(made.name) : Sentences.sealedBefore(made.name)) }
        guard !entries.isEmpty else {
            if common.json {
                Output.json([("sealed", .string(made.name)), ("destinations", .array([]))])
            }
            return Output.hint(Sentences.addDestination)
        }
        try Uploads.run(entries, common.agent, json: common.json, isQuiet: false)
    }
}

/// `fob backup run`: uploads what is finished.
struct BackupRunVerb: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "run", abstract: Help.backupRun)

    @Flag(name: .customLong("if-changed"), help: Help.backupIfChanged) var ifChanged = false
    @Argument(help: Help.backupNames) var destinations: [String] = []
    @OptionGroup var common: Common

    func run() throws {
        let configuration = try BackupConfiguration()
        var entries = configuration.entries
        if !destinations.isEmpty {
            entries = []
            for name in destinations { entries.append(try configuration.entry(name)) }
        }
        Destinations.note(entries, isUnattended: ifChanged && Environment.value(of: "INVOCATION_ID") != nil)
        // Without an agent the files are uploaded all the same.
        try Uploads.run(entries, common.agent, json: common.json, isQuiet: ifChanged, onlyDue: ifChanged)
    }
}

/// Ships to several destinations, one after the other.
enum Uploads {
    /// Throws `backupFailed` at the end when a destination failed, is stale or has lost backups; `nothingUploaded` when
    /// there was nothing that could have got anywhere.
    static func run(
        _ entries: [BackupConfiguration.Entry], _ agent: AgentLink, json: Bool, isQuiet: Bool, onlyDue: Bool = false
    ) throws(ClientError) {
        let local = try LocalBackups()
        let lock = try held(local)
        defer { withExtendedLifetime(lock) {} }
        try run(entries, local, agent, json: json, isQuiet: isQuiet, onlyDue: onlyDue)
    }

    /// The one run at a time.
    static func held(_ local: LocalBackups) throws(ClientError) -> FileLock {
        guard let lock = try local.lock() else {
            throw ClientError(.busy, tr("another backup run is in progress"), remedy: Sentences.backupWait)
        }
        return lock
    }

    /// The same for who has the lock; `members` stand before the destinations in JSON.
    static func run(
        _ entries: [BackupConfiguration.Entry], _ local: LocalBackups, _ agent: AgentLink, json: Bool,
        isQuiet: Bool, onlyDue: Bool = false, members: [(String, JSON)] = []
    ) throws(ClientError) {
        let utc = Clock.utc
        var results: [JSON] = []
        var failed: [String] = []
        var partly: [String] = []
        var lost: [String] = []
        var pausing = false
        for entry in entries {
            let upload = Upload(entry, local, at: utc)
            if onlyDue {
                switch try upload.due() {
                case .nothing: continue
                case .later:
                    pausing = true
                    continue
                case .now: break
                }
            }
            let result = try upload.run(agent)
            if result.failure != nil, result.hasNewest {
                partly.append(entry.name)
            } else if result.failure != nil || result.health == .stale {
                failed.append(entry.name)
            } else if !result.state.vanished.isEmpty {
                lost.append(entry.name)
            }
            if json {
                results.append(BackupText.json(entry, result.state, result.health, utc))
            } else {
                tell(entry, result, isQuiet: isQuiet)
            }
        }
        let failure = try failure(entries, local, failed, partly, lost)
        if json {
            let paused = ClientError(.backupFailed, Sentences.backupTriedLater, remedy: Sentences.seeBackupStatus)
            let error = (failure ?? (pausing ? paused : nil)).map { [JSON.member($0)] } ?? []
            Output.json(members + [("destinations", .array(results))] + error)
        }
        local.dropIndexes(except: try BackupConfiguration().entries)
        guard let error = failure else {
            // The failure was told when it came; the unit comes again.
            if pausing { Daemon.exit(ErrorCode.backupFailed.exitStatus) }
            return
        }
        // Of an unattended run each failure is a line of its own in the journal already.
        if isQuiet, !json, error.code == .backupFailed { Daemon.exit(error.exitStatus) }
        if json { Program.end(afterResult: error) }
        throw error
    }

    private static func failure(
        _ entries: [BackupConfiguration.Entry], _ local: LocalBackups, _ failed: [String], _ partly: [String],
        _ lost: [String]
    ) throws(ClientError) -> ClientError? {
        if !failed.isEmpty {
            return ClientError(.backupFailed, Sentences.backupFailedAt(failed), remedy: Sentences.seeBackupStatus)
        }
        if !partly.isEmpty {
            return ClientError(.backupFailed, Sentences.backupPartlyAt(partly), remedy: Sentences.seeBackupStatus)
        }
        if let first = lost.first {
            return ClientError(.backupFailed, Sentences.backupsLostAt(lost), remedy: Sentences.acceptLost(first))
        }
        if entries.isEmpty {
            return ClientError(.nothingUploaded, Sentences.noDestinations, remedy: Sentences.addDestination)
        }
        guard try local.names().isEmpty else { return nil }
        return ClientError(.nothingUploaded, Sentences.nothingSealed, remedy: Sentences.sealOne)
    }

    private static func tell(_ entry: BackupConfiguration.Entry, _ result: Upload.Result, isQuiet: Bool) {
        /// What and what to do: in the journal, one line.
        func say(_ text: String, _ remedy: String) {
            if isQuiet { return Output.note(Label.shown("\(text); \(remedy)")) }
            Output.note(Label.shown(text))
            Output.hint(Label.shown(remedy))
        }
        if let failure = result.failure {
            let told = result.hasNewest ? Sentences.partlyUploaded : Sentences.notUploaded
            return say(told(entry.name, failure.message), Translation.heard(failure.remedy(at: entry.name)))
        }
        for name in result.removed { Output.note(Sentences.backupPruned(entry.name, name.description)) }
        if !result.state.vanished.isEmpty {
            say(
                Sentences.warning("\(entry.name): \(Translation.heard(result.state.reason))"),
                Translation.heard(result.state.remedy))
        }
        for (name, reason) in result.spoiled.sorted(by: { $0.key < $1.key }) {
            Output.note(Sentences.warning(Label.shown("\(entry.name): \(name): \(Translation.heard(reason))")))
        }
        if let failure = result.pruneFailure {
            Output.note(Sentences.warning(Label.shown(Sentences.notPruned(entry.name, failure.message))))
        }
        if let failure = result.keyFailure {
            Output.note(Sentences.warning(Label.shown(Sentences.keyNotBrought(entry.name, failure.message))))
        }
        if let failure = result.programFailure {
            Output.note(Sentences.warning(Label.shown(Sentences.programNotBrought(entry.name, failure.message))))
        }
        guard let newest = result.state.newest else { return Output.note(Sentences.nothingSealed(entry.name)) }
        if isQuiet, result.uploaded.isEmpty { return }
        Output.note(
            Sentences.uploaded(
                entry.name, newest.description, isNew: !result.uploaded.isEmpty, result.verified, result.silence))
    }
}

extension Common {
    /// The agent for uploads: asked anew each time.
    var agent: AgentLink { AgentLink { () throws(ClientError) in try open() } }
}
