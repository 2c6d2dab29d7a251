import ArgumentParser
import Client
import Platform
import Vault
import Wire

/// `fob restore`.
struct RestoreVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore", abstract: tr("Restore everything from a backup."), discussion: Help.restoreDiscussion)

    @Argument(help: Help.restoreSource, completion: .file()) var source: String?
    @OptionGroup var key: BackupKey
    @Option(name: .customLong("new-passphrase-fd"), help: Help.restoreNewPassphrase) var newDescriptor: Int32?
    @Option(name: .customLong("scan"), help: Help.codePicture, completion: .file()) var picture: String?
    @Flag(name: .customLong("list"), help: .init(tr("Only list what is there."))) var listOnly = false
    @Option(name: .long, help: Help.pick) var pick: Int?
    @Flag(name: .customLong("dry-run"), help: Help.restoreDryRun) var dryRun = false
    @Flag(name: .long, help: .init(tr("Restore without a question."))) var yes = false
    @Option(name: .long, help: Help.restoreFingerprint) var fingerprint: String?
    @Option(name: .customLong("keep-access"), help: Help.keepAccess) var keepAccess: [String] = []
    @Flag(name: .long, help: .init(tr("Move what the last restore added to the trash."))) var undo = false
    @OptionGroup var choice: NewPassphrase
    @OptionGroup var common: Common

    func run() throws { try run(opening: nil) }

    /// - Parameter opener: opens the backup, in place of what the options say.
    func run(
        opening opener: ((inout BackupSelection, inout Connection) throws(ClientError) -> Void)?
    ) throws {
        if undo {
            guard source == nil, !key.isNamed, pick == nil, !listOnly else {
                throw ClientError(.usage, Sentences.undoRestoreWithSource, remedy: tr("run fob restore --undo"))
            }
            return try LastImport.undo(common, dryRun: dryRun, isAgreed: yes)
        }
        for file in [key.identity, picture] { try OpenFile.check(file) }
        let place = try RestorePlaces.place(source)
        let files = try place.list()
        if listOnly {
            guard common.json else { return RestoreScreen.list(files, in: place.name, picked: nil) }
            return Output.json([("files", RestoreScreen.json(files))])
        }
        let picked = try BackupSelection.position(pick, of: files.count)
        if !common.json, files.count > 1 { RestoreScreen.list(files, in: place.name, picked: picked ?? 0) }
        var connection = try open()
        var selection = BackupSelection(
            files, in: place, pick: picked, own: try? Self.vault(&connection), at: Clock.utc)
        if let opener {
            try opener(&selection, &connection)
        } else {
            let question = BackupKey.Question(
                prompt: Sentences.backupSecretPrompt, explanation: Sentences.backupPassphraseExplanation,
                picture: picture)
            try key.open(&selection, for: .restore, &connection, common, question)
        }
        guard let opened = selection.opened else { throw ClientError(.internalFault, Sentences.notRestored) }
        var screen = RestoreScreen(place: place.name, selection: selection, opened: opened)
        screen.access = try connection.request(RestoreAccessRequest())
        screen.entries = try connection.restoreEntries()
        if !common.json { screen.preview() }
        guard let access = screen.access else { throw ClientError(.internalFault, Sentences.notRestored) }
        let owner = FileOwner(
            fingerprint: fingerprint, keepAccess: keepAccess, mayAsk: !yes && !common.json && !common.noAsk,
            remedy: tr("run fob restore with --dry-run --json to see them"))
        let isSame = try owner.isFingerprint(of: access, &connection)
        guard !dryRun, try isWanted(screen) else {
            try connection.request(RestoreAbortRequest())
            if !dryRun { throw ClientError(.denied, Sentences.notRestored) }
            if common.json { Output.line(screen.json(isDone: false, code: nil).text) }
            return
        }
        if screen.summary?.makesVault == true {
            screen.ended = try owner.keep(of: access, isSame: isSame, passphrases: false, &connection).ended
        }
        screen.summary = try commit(screen, &connection)
        let code = RestoreScreen.testCode(screen.entries, &connection)
        let after = AfterRestore(source, screen, mayAsk: owner.mayAsk, &connection)
        if common.json {
            // What is done is told whatever the configuration is.
            screen.missing = (try? after.goOn()) ?? []
            Output.line(screen.json(isDone: true, code: code).text)
        } else {
            screen.result(code)
            for line in try after.goOn() { Output.line(tr("missing: \(line)")) }
        }
    }

    /// A connection to a vault that is open, or to an agent without one.
    private func open() throws(ClientError) -> Connection {
        var connection = try common.open()
        connection.onWaiting = nil
        let status: StatusReply = try connection.request(StatusRequest())
        if status.vault == .locked {
            if !common.noAsk { Output.note(tr("the vault of this machine is locked: its own passphrase first")) }
            try Unlocking.unlock(&connection, common.source())
        }
        return connection
    }

    /// The beginning of the id of the vault here.
    private static func vault(_ connection: inout Connection) throws(ClientError) -> String {
        let access: AccessReply = try connection.request(AccessRequest())
        return String(access.vault.description.prefix(8))
    }

    private func isWanted(_ screen: RestoreScreen) throws(ClientError) -> Bool {
        guard !yes, !common.json, !common.noAsk else { return true }
        let prompt = screen.incoming > 0 ? Sentences.restorePrompt(screen.incoming) : Sentences.restoreRestPrompt
        return try Question.confirm(prompt) != false
    }

    private func commit(
        _ screen: RestoreScreen, _ connection: inout Connection
    ) throws(ClientError) -> RestoreSummary {
        let source = Text.clipped(tr("backup \(screen.file)"), to: Limits.text)
        guard screen.summary?.needsPassphrase == true || newDescriptor != nil else {
            return try connection.commitRestore(source: source, passphrase: Span(), asks: !common.noAsk)
        }
        if newDescriptor == nil, !common.noAsk { Output.note(tr("the new vault needs a passphrase")) }
        let new = try choice.read(from: common.source(newDescriptor, credential: false), for: &connection)
        return try connection.commitRestore(source: source, passphrase: new.bytes)
    }
}
