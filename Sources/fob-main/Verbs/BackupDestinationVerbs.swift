import ArgumentParser
import Backup
import Client
import Platform
import Wire

/// `fob backup add`.
struct BackupAddVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: tr("Add a destination."), discussion: Help.backupAddDiscussion)

    @Argument(help: Help.backupName) var name: String
    @Option(name: .long, help: Help.backupFolder, completion: .directory) var folder: String?
    @Option(name: .long, help: Help.backupRclone) var rclone: String?
    @Option(name: .long, help: .init(tr("Command that stores its input."), valueName: "command")) var put: String?
    @Option(name: .long, help: .init(tr("Command that prints a stored file."), valueName: "command")) var get: String?
    @Option(name: .long, help: Help.backupListCommand) var list: String?
    @Option(name: .long, help: Help.backupDelete) var delete: String?
    @Option(name: .long, help: Help.keepDays) var keepDays: String?
    @Option(name: .long, help: Help.keepWeeks) var keepWeeks: String?
    @Option(name: .long, help: Help.keepMonths) var keepMonths: String?
    @Option(name: .long, help: Help.every) var every: String?
    @OptionGroup var common: Common

    func run() throws {
        let entry = BackupConfiguration.Entry(name: name, kind: try kind(), plan: try plan())
        let upload = try Destinations.add(entry)
        common.done(Sentences.destinationAdded(name), [("destination", .string(name))])
        try Destinations.begin(upload, entry)
        if try BackupStanding.now().lacksKey {
            Output.note(Sentences.noRecoveryKey)
            Output.hint(Sentences.makeRecoveryKey)
        }
    }

    private func plan() throws(ClientError) -> BackupPlan {
        var plan = BackupPlan.usual
        for ((key, range), text) in zip(BackupPlan.bounds, [keepDays, keepWeeks, keepMonths, every]) {
            guard let text, !plan.set(key, text) else { continue }
            throw ClientError(
                .usage, Sentences.badPlanOption(key, range), remedy: Sentences.seeHelp(["backup", "add"]))
        }
        return plan
    }

    private func kind() throws(ClientError) -> DestinationKind {
        let commands = [put, get, list, delete].filter { $0 != nil }.count
        switch (folder, rclone, commands) {
        case (let folder?, nil, 0):
            guard folder.hasPrefix("/") else {
                throw ClientError(.usage, Sentences.folderNotAbsolute, remedy: tr("begin it with /"))
            }
            guard folder.first != " ", folder.last != " ", folder.last != "\t" else {
                throw ClientError(.usage, Sentences.folderBlank, remedy: tr("give the folder another name"))
            }
            do throws(SystemError) {
                try Folder.make(folder)
                _ = try Folder(folder)
            } catch { throw ClientError(destination: DestinationError(error), name) }
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
            throw ClientError(.usage, Sentences.oneDestination, remedy: Sentences.seeHelp(["backup", "add"]))
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
        let entry = try configuration.entry(name)
        try configuration.remove(name)
        Destinations.note([entry], isFormer: true)
        DestinationState.remove(name, from: try LocalBackups().notes)
        common.done(tr("backups do not go to \(name) any more; what is there stays"), [("destination", .string(name))])
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
        let lock = try Uploads.held(local)
        defer { withExtendedLifetime(lock) {} }
        switch try Upload(entry, local, at: Clock.utc).test() {
        case .removed: common.done(Sentences.destinationWorks(name), [("destination", .string(name))])
        case .left(let file):
            common.done(
                Sentences.destinationWorks(name, left: file), [("destination", .string(name)), ("left", .string(file))])
        }
    }
}

/// `fob backup accept`: the owner takes note of what has vanished.
struct BackupAcceptVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "accept", abstract: Help.backupAccept, discussion: Help.backupAcceptDiscussion)

    @Argument(help: Help.backupName) var name: String
    @OptionGroup var common: Common

    func run() throws {
        let entry = try BackupConfiguration().entry(name)
        let local = try LocalBackups()
        let lock = try Uploads.held(local)
        defer { withExtendedLifetime(lock) {} }
        let gone = try Upload(entry, local, at: Clock.utc).accept()
        common.done(
            Sentences.accepted(name, gone), [("destination", .string(name)), ("vanished", .number(UInt64(gone)))])
    }
}
