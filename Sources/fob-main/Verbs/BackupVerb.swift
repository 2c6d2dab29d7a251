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
            BackupRemoveVerb.self, BackupTestVerb.self, BackupRehearseVerb.self,
        ])
}

/// `fob backup now`: seals and uploads.
struct BackupNowVerb: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "now", abstract: Help.backupNow)

    @Flag(name: .long, help: Help.backupForce) var force = false
    @OptionGroup var common: Common

    func run() throws {
        let made: BackupMadeReply = try common.unlocked { (connection) throws(ClientError) in
            try connection.request(BackupNowRequest(force: force))
        }
        let entries = try BackupConfiguration().entries
        if !common.json { Output.note(made.isNew ? Sentences.sealed(made.name) : Sentences.sealedBefore(made.name)) }
        guard !entries.isEmpty else {
            if common.json {
                Output.line(JSON.object([("sealed", .string(made.name)), ("destinations", .array([]))]).text)
            }
            return Output.hint(Sentences.addDestination)
        }
        var agent = AgentLink(try common.open())
        try Uploads.run(entries, &agent, json: common.json, isQuiet: false)
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
        // Without an agent the files are uploaded all the same.
        let connection: Connection? = try? common.open()
        var agent = AgentLink(connection)
        try Uploads.run(entries, &agent, json: common.json, isQuiet: ifChanged, onlyDue: ifChanged)
    }
}

/// Ships to several destinations, one after the other.
enum Uploads {
    /// Throws `backupFailed` at the end when a destination failed or is stale.
    static func run(
        _ entries: [BackupConfiguration.Entry], _ agent: inout AgentLink, json: Bool, isQuiet: Bool,
        onlyDue: Bool = false
    ) throws(ClientError) {
        let local = try LocalBackups()
        guard let lock = try local.lock() else {
            throw ClientError(.busy, Sentences.backupRunning, remedy: Sentences.backupWait)
        }
        defer { withExtendedLifetime(lock) {} }
        try run(entries, local, &agent, json: json, isQuiet: isQuiet, onlyDue: onlyDue)
    }

    /// The same for who has the lock; `members` stand before the destinations in JSON.
    static func run(
        _ entries: [BackupConfiguration.Entry], _ local: LocalBackups, _ agent: inout AgentLink, json: Bool,
        isQuiet: Bool, onlyDue: Bool = false, members: [(String, JSON)] = []
    ) throws(ClientError) {
        let utc = Clock.utc
        var results: [JSON] = []
        var failed: [String] = []
        for entry in entries {
            let upload = Upload(entry, local, at: utc)
            if onlyDue, try !upload.isDue() { continue }
            let result = try upload.run(&agent)
            if result.failure != nil || result.health == .stale { failed.append(entry.name) }
            if json {
                results.append(BackupText.json(entry, result.state, result.health, utc))
            } else {
                tell(entry, result, isQuiet: isQuiet)
            }
        }
        if json { Output.line(JSON.object(members + [("destinations", .array(results))]).text) }
        local.dropIndexes(except: try BackupConfiguration().entries)
        guard failed.isEmpty else {
            let error = ClientError(
                .backupFailed, Sentences.backupFailedAt(failed), remedy: Sentences.seeBackupStatus)
            if json { Program.end(afterResult: error) }
            throw error
        }
    }

    private static func tell(_ entry: BackupConfiguration.Entry, _ result: Upload.Result, isQuiet: Bool) {
        if let failure = result.failure {
            Output.note(Label.shown(Sentences.notUploaded(entry.name, failure.message)))
            return Output.hint(failure.remedy)
        }
        for name in result.removed { Output.note(Sentences.backupPruned(entry.name, name.description)) }
        guard let newest = result.state.newest else { return Output.note(Sentences.nothingSealed(entry.name)) }
        if isQuiet, result.uploaded.isEmpty { return }
        Output.note(
            Sentences.uploaded(entry.name, newest.description, isNew: !result.uploaded.isEmpty, result.verified))
    }
}

/// `fob backup add`.
struct BackupAddVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: Help.backupAdd, discussion: Help.backupAddDiscussion)

    @Argument(help: Help.backupName) var name: String
    @Option(name: .long, help: Help.backupFolder, completion: .directory) var folder: String?
    @Option(name: .long, help: Help.backupRclone) var rclone: String?
    @Option(name: .long, help: Help.backupPut) var put: String?
    @Option(name: .long, help: Help.backupGet) var get: String?
    @Option(name: .long, help: Help.backupListCommand) var list: String?
    @Option(name: .long, help: Help.backupDelete) var delete: String?
    @OptionGroup var common: Common

    func run() throws {
        let entry = BackupConfiguration.Entry(name: name, kind: try kind())
        var configuration = try BackupConfiguration()
        let local = try LocalBackups()
        try configuration.add(entry)
        var state = DestinationState(added: Clock.utc)
        state.attempt = 0
        do throws(DirectoryError) { try state.save(name, in: local.notes) } catch { throw ClientError(error) }
        common.done(Sentences.destinationAdded(name), [("destination", .string(name))])
        if try BackupStanding.now().lacksKey {
            Output.note(Sentences.noRecoveryKey)
            Output.hint(Sentences.makeRecoveryKey)
        }
    }

    private func kind() throws(ClientError) -> DestinationKind {
        let commands = [put, get, list, delete].filter { $0 != nil }.count
        switch (folder, rclone, commands) {
        case (let folder?, nil, 0):
            guard folder.hasPrefix("/") else {
                throw ClientError(.usage, Sentences.folderNotAbsolute, remedy: Sentences.wholePath)
            }
            do throws(SystemError) { try Folder.make(folder) } catch {
                throw ClientError(destination: DestinationError(error), name)
            }
            return .folder(folder)
        case (nil, let rclone?, 0):
            guard RcloneDestination.isPlain(rclone) else {
                throw ClientError(.usage, Sentences.rcloneNotPlain, remedy: Sentences.rcloneConfig)
            }
            return .rclone(rclone)
        case (nil, nil, 3...):
            guard let put, let get, let list else { fallthrough }
            return .command(put: put, get: get, list: list, delete: delete)
        default:
            throw ClientError(.usage, Sentences.oneDestination, remedy: Sentences.seeHelp)
        }
    }
}

/// `fob backup remove`.
struct BackupRemoveVerb: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "remove", abstract: Help.backupRemove)

    @Argument(help: Help.backupName) var name: String
    @OptionGroup var common: Common

    func run() throws {
        var configuration = try BackupConfiguration()
        try configuration.remove(name)
        DestinationState.remove(name, from: try LocalBackups().notes)
        common.done(Sentences.destinationRemoved(name), [("destination", .string(name))])
    }
}

/// `fob backup test`.
struct BackupTestVerb: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "test", abstract: Help.backupTest)

    @Argument(help: Help.backupName) var name: String
    @OptionGroup var common: Common

    func run() throws {
        let entry = try BackupConfiguration().entry(name)
        let local = try LocalBackups()
        guard let lock = try local.lock() else {
            throw ClientError(.busy, Sentences.backupRunning, remedy: Sentences.backupWait)
        }
        defer { withExtendedLifetime(lock) {} }
        try Upload(entry, local, at: Clock.utc).test()
        common.done(Sentences.destinationWorks(name), [("destination", .string(name))])
    }
}

/// `fob backup rehearse`: a restore without consequences.
struct BackupRehearseVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rehearse", abstract: Help.backupRehearse, discussion: Help.backupRehearseDiscussion)

    @Argument(help: Help.backupNames) var destinations: [String] = []
    @OptionGroup var common: Common

    func run() throws {
        let configuration = try BackupConfiguration()
        let names = destinations.isEmpty ? configuration.entries.map(\.name) : destinations
        guard !names.isEmpty else {
            throw ClientError(.notFound, Sentences.noDestinations, remedy: Sentences.addDestination)
        }
        _ = try common.unlocked { (connection) throws(ClientError) in
            let made: BackupMadeReply = try connection.request(BackupNowRequest(force: false))
            return made
        }
        let local = try LocalBackups()
        guard let lock = try local.lock() else {
            throw ClientError(.busy, Sentences.backupRunning, remedy: Sentences.backupWait)
        }
        defer { withExtendedLifetime(lock) {} }
        var agent = AgentLink(try common.open())
        var results: [JSON] = []
        for name in names {
            let upload = Upload(try configuration.entry(name), local, at: Clock.utc)
            let result = try upload.run(&agent)
            if let failure = result.failure { throw ClientError(destination: failure, name) }
            let (backup, verdict) = try upload.rehearse(&agent)
            let found = try Self.passed(verdict, name)
            if common.json {
                results.append(Self.json(name, backup, found))
            } else {
                Output.line(Sentences.rehearsed(name, backup.description, found))
            }
        }
        if common.json { Output.line(JSON.object([("rehearsed", .array(results))]).text) }
    }

    /// Everything that the vault holds is in what came back, equal in every byte.
    private static func passed(
        _ verdict: AgentLink.Verdict, _ name: String
    ) throws(ClientError) -> BackupVerifiedReply {
        switch verdict {
        case .unknown: throw ClientError(.locked, Sentences.vaultLocked, remedy: Sentences.unlockIt)
        case .bad(let reason): throw ClientError(.backupFailed, "\(name): \(reason)", remedy: Sentences.makeAnother)
        case .verified(let found):
            guard found.different == 0, found.missing == 0, found.older == 0 else {
                throw ClientError(
                    .backupFailed, Sentences.rehearsalFailed(name, found), remedy: Sentences.makeAnother)
            }
            return found
        }
    }

    private static func json(_ name: String, _ backup: BackupName, _ found: BackupVerifiedReply) -> JSON {
        .object([
            ("destination", .string(name)), ("backup", .string(backup.description)),
            ("sequence", .number(found.sequence)), ("accounts", .number(found.accounts)),
            ("in_trash", .number(found.inTrash)), ("placeholders", .number(found.placeholders)),
            ("same", .number(found.same)),
        ])
    }
}
