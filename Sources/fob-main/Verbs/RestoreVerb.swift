import ArgumentParser
import Client
import Platform
import Vault
import Wire

/// `fob restore`.
struct RestoreVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore", abstract: Help.restore, discussion: Help.restoreDiscussion)

    @Argument(help: Help.restoreSource, completion: .file()) var source: String?
    @Option(name: .long, help: Help.restoreIdentity, completion: .file()) var identity: String?
    @Option(name: .customLong("passphrase-fd"), help: Help.restorePassphrase) var descriptor: Int32?
    @Option(name: .customLong("new-passphrase-fd"), help: Help.restoreNewPassphrase) var newDescriptor: Int32?
    @Flag(name: .customLong("recovery-code"), help: Help.byCode) var byCode = false
    @Option(name: .customLong("recovery-code-fd"), help: Help.codeDescriptor) var codeDescriptor: Int32?
    @Flag(name: .customLong("list"), help: Help.restoreList) var listOnly = false
    @Option(name: .long, help: Help.pick) var pick: Int?
    @Flag(name: .customLong("dry-run"), help: Help.restoreDryRun) var dryRun = false
    @Flag(name: .long, help: Help.restoreYes) var yes = false
    @Option(name: .long, help: Help.restoreFingerprint) var fingerprint: String?
    @Option(name: .customLong("keep-access"), help: Help.keepAccess) var keepAccess: [String] = []
    @Flag(name: .long, help: Help.undoRestore) var undo = false
    @OptionGroup var choice: NewPassphrase
    @OptionGroup var common: Common

    func run() throws {
        if undo {
            guard source == nil, identity == nil, pick == nil, descriptor == nil, !listOnly else {
                throw ClientError(.usage, Sentences.undoRestoreWithSource, remedy: Sentences.undoRestoreAlone)
            }
            return try LastImport.undo(common, dryRun: dryRun, isAgreed: yes)
        }
        let place = try RestorePlaces.place(source)
        let files = try place.list()
        let index = (pick ?? 1) - 1
        if listOnly {
            guard common.json else { return RestoreScreen.list(files, in: place.name, picked: nil) }
            return Output.line(JSON.object([("files", RestoreScreen.json(files))]).text)
        }
        if !common.json, files.count > 1 { RestoreScreen.list(files, in: place.name, picked: index) }
        guard files.indices.contains(index) else {
            throw ClientError(.usage, Sentences.noSuchBackup(files.count), remedy: Sentences.pickOne)
        }
        var screen = RestoreScreen(place: place.name, file: files[index].name, files: files, index: index)
        let sealed = try place.read(files[index])
        var connection = try open()
        try connection.beginRestore(sealed)
        screen.summary = try open(sealed, &connection)
        screen.access = try connection.request(RestoreAccessRequest())
        screen.entries = try connection.restoreEntries()
        if !common.json { screen.preview() }
        let isSame = try isFingerprint(screen, &connection)
        guard !dryRun, try isWanted(screen) else {
            try connection.request(RestoreAbortRequest())
            if !dryRun { throw ClientError(.denied, Sentences.notRestored) }
            if common.json { Output.line(screen.json(isDone: false, code: nil).text) }
            return
        }
        screen.ended = try keep(screen, isSame: isSame, &connection)
        screen.summary = try commit(screen, &connection)
        let code = RestoreScreen.testCode(screen.entries, &connection)
        if common.json {
            Output.line(screen.json(isDone: true, code: code).text)
        } else {
            screen.result(code)
        }
    }

    /// A connection to a vault that is open, or to an agent without one.
    private func open() throws(ClientError) -> Connection {
        var connection = try common.open()
        connection.onWaiting = nil
        let status: StatusReply = try connection.request(StatusRequest())
        if status.vault == .locked {
            if !common.noAsk { Output.note(Sentences.unlockForRestore) }
            try Unlocking.unlock(&connection, common.source())
        }
        return connection
    }

    private func open(_ sealed: [UInt8], _ connection: inout Connection) throws(ClientError) -> RestoreSummary {
        let source = common.source(descriptor, credential: false)
        guard !VaultFile.hasDamagedHeader(sealed.span) else {
            throw ClientError(.damaged, Sentences.damagedHeader, remedy: Sentences.otherBackup)
        }
        if let identity {
            let text = try IdentityFile.identity(identity, opening: sealed.span, source)
            return try connection.openRestore(.restore, .identity, text.bytes)
        }
        if byCode || codeDescriptor != nil { return try openByCode(&connection) }
        guard !IdentityFile.isNeeded(for: sealed.span) else {
            throw ClientError(.permission, Sentences.opensByIdentity, remedy: Sentences.giveIdentity)
        }
        var summary: RestoreSummary?
        try Unlocking.asking(Sentences.backupPassphrasePrompt, Sentences.backupPassphraseExplanation, source) {
            (passphrase) throws(ClientError) in
            summary = try connection.openRestore(.restore, .passphrase, passphrase.bytes)
        }
        guard let summary else { throw ClientError(.internalFault, Sentences.notRestored) }
        return summary
    }

    private func openByCode(_ connection: inout Connection) throws(ClientError) -> RestoreSummary {
        var summary: RestoreSummary?
        try Owner.code(common, codeDescriptor, Sentences.codeRestoreExplanation) { (code) throws(ClientError) in
            summary = try code.withBytes { (bytes: Span<UInt8>) throws(ClientError) in
                try connection.openRestore(.restore, .code, bytes)
            }
        }
        guard let summary else { throw ClientError(.internalFault, Sentences.notRestored) }
        return summary
    }

    /// Whether the file's fingerprint, or one that it follows from, is the one that was given; false when none was.
    private func isFingerprint(
        _ screen: RestoreScreen, _ connection: inout Connection
    ) throws(ClientError) -> Bool {
        guard let fingerprint else { return false }
        guard let access = screen.access else { throw ClientError(.internalFault, Sentences.notRestored) }
        let given = fingerprint.lowercased().filter { !$0.isWhitespace }
        let known = access.origin == .unsigned ? [] : ([access.fingerprint] + access.former).map(\.hexadecimal)
        guard given.utf8.count >= VaultKit.fingerprintDigits, known.contains(where: { $0.hasPrefix(given) }) else {
            let _: OKReply = try connection.request(RestoreAbortRequest())
            throw ClientError(
                .otherFingerprint, Sentences.otherFingerprint(screen.access), remedy: Sentences.otherFingerprintRemedy)
        }
        return true
    }

    /// Has those unlock methods of the file stay that were confirmed by name, and those that its owner vouches for when
    /// the fingerprint is the one on paper; the others are returned.
    private func keep(
        _ screen: RestoreScreen, isSame: Bool, _ connection: inout Connection
    ) throws(ClientError) -> [String] {
        guard screen.summary?.makesVault == true, let access = screen.access else { return [] }
        let open = access.methods.filter { [.claimed, .unknown].contains($0.access) }
        var kept: [Identifier] = []
        var ended: [String] = []
        for name in keepAccess where !open.contains(where: { $0.method.name == name }) {
            throw ClientError(.usage, Sentences.noSuchAccess(name), remedy: Sentences.seePreview)
        }
        for name in open.map(\.method.name).unique {
            let methods = open.filter { $0.method.name == name }
            let isVouched = isSame && methods.allSatisfy { $0.access == .claimed }
            var isKept = isVouched || keepAccess.contains(name)
            if !isKept, !yes, !common.json, !common.noAsk, methods.allSatisfy({ $0.method.kind != .passphrase }) {
                isKept = try Question.confirm(Sentences.keepPrompt(Label.shown(name))) == true
            }
            if isKept { kept += methods.map(\.method.id) } else { ended.append(name) }
        }
        if !kept.isEmpty { let _: OKReply = try connection.request(RestoreKeepRequest(methods: kept)) }
        return ended
    }

    private func isWanted(_ screen: RestoreScreen) throws(ClientError) -> Bool {
        guard !yes, !common.json, !common.noAsk else { return true }
        return try Question.confirm(Sentences.restorePrompt(screen.incoming)) != false
    }

    private func commit(
        _ screen: RestoreScreen, _ connection: inout Connection
    ) throws(ClientError) -> RestoreSummary {
        let source = Text.clipped(Sentences.restoreSource(screen.file), to: Limits.text)
        guard screen.summary?.needsPassphrase == true || newDescriptor != nil else {
            return try connection.commitRestore(source: source, passphrase: Span(), asks: !common.noAsk)
        }
        if newDescriptor == nil, !common.noAsk { Output.note(Sentences.newVaultPassphrase) }
        let new = try choice.read(from: common.source(newDescriptor, credential: false), for: &connection)
        return try connection.commitRestore(source: source, passphrase: new.bytes)
    }
}
