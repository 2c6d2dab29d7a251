import ArgumentParser
import Backup
import Client
import Platform
import Vault
import Wire

/// `fob join`: the vault here and another one, each made on its own machine, become one.
struct JoinVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "join", abstract: Help.join, discussion: Help.joinDiscussion)

    @Argument(help: Help.joinSource, completion: .file()) var source: String?
    @OptionGroup var key: BackupKey
    @Option(name: .customLong("own-passphrase-fd"), help: Help.joinOwnPassphrase) var ownDescriptor: Int32?
    @Option(name: .long, help: Help.pick) var pick: Int?
    @Flag(name: .customLong("dry-run"), help: Help.restoreDryRun) var dryRun = false
    @Flag(name: .long, help: Help.joinYes) var yes = false
    @Option(name: .long, help: Help.joinFingerprint) var fingerprint: String?
    @Option(name: .customLong("keep-access"), help: Help.joinKeepAccess) var keepAccess: [String] = []
    @Flag(name: .long, help: Help.undoJoin) var undo = false
    @OptionGroup var common: Common

    func run() throws {
        if undo {
            guard source == nil, !key.isNamed, pick == nil, fingerprint == nil, keepAccess.isEmpty else {
                throw ClientError(.usage, Sentences.undoJoinWithSource, remedy: tr("run fob join --undo"))
            }
            return try takeBack()
        }
        try OpenFile.check(key.identity)
        let place = try RestorePlaces.place(source)
        let files = try place.list()
        _ = try BackupSelection.position(pick, of: files.count)
        var failure: ClientError?
        try prove { (connection, own) throws(ClientError) in
            // What opens the other vault is asked for in its turn: that it is wrong says nothing of this passphrase.
            do throws(ClientError) { try join(files, in: place, &connection, own) } catch { failure = error }
        }
        if let failure { throw failure }
    }

    /// Asks for the passphrase of the vault here, unlocks it with that where it is locked, and does `body` with it.
    private func prove(
        _ body: (inout Connection, borrowing LockedBuffer) throws(ClientError) -> Void
    ) throws(ClientError) {
        var connection = try common.open()
        connection.onWaiting = nil
        let status: StatusReply = try connection.request(StatusRequest())
        guard status.vault != .none else {
            throw ClientError(.noVault, Sentences.noVault, remedy: Sentences.restoreInstead)
        }
        let source = common.source(ownDescriptor, credential: false)
        try Unlocking.asking(tr("Passphrase of the vault here: "), Sentences.joinExplanation, source) {
            (passphrase) throws(ClientError) in
            try connection.unlock(passphrase: passphrase.bytes)
            try body(&connection, passphrase)
        }
    }

    private func join(
        _ files: [FoundBackup], in place: any RestorePlace, _ connection: inout Connection,
        _ own: borrowing LockedBuffer
    ) throws(ClientError) {
        let before: AccessReply = try connection.request(AccessRequest())
        let mine = String(before.vault.description.prefix(8))
        let earlier = try EarlierVaults(&connection)
        // What an earlier vault had when it joined this one is here. One that goes on elsewhere is another vault: what has a
        // later name, and where there is none, what this machine has not made, because clocks may be wrong.
        let local = try LocalBackups()
        let made = try local.history()
        let isNamed = files.count == 1 || pick != nil
        var others: [FoundBackup] = []
        for file in files {
            if let name = file.backup, made.contains(name) {
                // Another machine that has sealed as many times, and in the same second, has one of the same name.
                guard isNamed, try local.backup(name)?.bytes != place.read(file) else { continue }
            }
            others.append(file)
        }
        // A vault of which two machines were made by kit codes is two, of one id: the file is named.
        let elsewhere = others.filter { $0.backup?.vault != mine }
        let foreign = elsewhere.isEmpty && isNamed ? others : elsewhere
        let later = foreign.filter { file in
            file.backup.map { (earlier[$0.vault].map(\.joined) ?? 0) < $0.utc } ?? true
        }
        let found = later.isEmpty ? foreign : later
        guard !found.isEmpty else {
            throw ClientError(.inputMissing, Sentences.nothingToJoin(place.name), remedy: Sentences.syncInstead)
        }
        let picked = try BackupSelection.position(pick, of: found.count)
        if !common.json, found.count > 1 { RestoreScreen.list(found, in: place.name, picked: picked ?? 0) }
        var selection = BackupSelection(found, in: place, pick: picked, own: nil, at: Clock.utc)
        let question = BackupKey.Question(
            prompt: Sentences.otherSecretPrompt, explanation: Sentences.otherSecretExplanation)
        try key.open(&selection, for: .join, &connection, common, question, owner: own.bytes)
        guard let opened = selection.opened else { throw ClientError(.internalFault, Sentences.notJoined) }
        var screen = JoinScreen(place: place.name, selection: selection, opened: opened, before: before)
        screen.access = try connection.request(RestoreAccessRequest())
        screen.entries = try connection.restoreEntries()
        guard let access = screen.access else { throw ClientError(.internalFault, Sentences.notJoined) }
        let owner = FileOwner(
            fingerprint: fingerprint, keepAccess: keepAccess, mayAsk: !yes && !common.json && !common.noAsk,
            remedy: tr("run fob join with --dry-run --json to see them"))
        let isSame = try owner.isFingerprint(of: access, &connection)
        if !common.json { screen.preview() }
        if dryRun {
            try connection.request(RestoreAbortRequest())
            if common.json { Output.line(screen.json(isDone: false).text) }
            return
        }
        (screen.kept, screen.ended) = try owner.keep(of: access, isSame: isSame, passphrases: true, &connection)
        if !yes, !common.json, !common.noAsk, try Question.confirm(tr("Make one vault of both? [y/N] ")) == false {
            try connection.request(RestoreAbortRequest())
            throw ClientError(.denied, Sentences.notJoined)
        }
        let told = Text.clipped(Sentences.joinedFrom(screen.file), to: Limits.text)
        screen.summary = try connection.commitRestore(source: told, passphrase: Span())
        if common.json { Output.line(screen.json(isDone: true).text) } else { screen.result() }
    }

    // MARK: Undoing

    private func takeBack() throws(ClientError) {
        var failure: ClientError?
        try prove { (connection, own) throws(ClientError) in
            do throws(ClientError) { try takeBack(&connection, own) } catch { failure = error }
        }
        if let failure { throw failure }
    }

    private func takeBack(_ connection: inout Connection, _ own: borrowing LockedBuffer) throws(ClientError) {
        var reply: JoinUndoneReply = try connection.request(JoinUndoRequest(dryRun: true, passphrase: Span()))
        if !dryRun {
            if !yes, !common.json, !common.noAsk, try Question.confirm(Sentences.undoJoinPrompt(reply)) == false {
                throw ClientError(.denied, Sentences.notUndone)
            }
            reply = try connection.request(JoinUndoRequest(dryRun: false, passphrase: own.bytes))
        }
        guard common.json else {
            return Output.note(dryRun ? Sentences.joinWouldBeUndone(reply) : Sentences.joinUndone(reply))
        }
        Output.json([
            ("done", .bool(!dryRun)), ("dry_run", .bool(dryRun)), ("vault", .string(reply.vault.description)),
            ("joined", .number(reply.joined)), ("accounts", .number(reply.accounts)),
            ("gone", .number(reply.gone)),
        ])
    }
}
