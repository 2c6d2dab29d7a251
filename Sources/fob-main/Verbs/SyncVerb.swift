import ArgumentParser
import Backup
import Client
import Platform
import Wire

/// `fob sync`: a restore-merge of what other machines have put there, and a backup.
struct SyncVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sync", abstract: Help.sync, discussion: Help.syncDiscussion)

    @Argument(help: Help.backupNames) var destinations: [String] = []
    @Option(name: .customLong("passphrase-fd"), help: Help.syncPassphrase) var descriptor: Int32?
    @OptionGroup var common: Common

    func run() throws {
        let configuration = try BackupConfiguration()
        var entries = configuration.entries
        if !destinations.isEmpty {
            entries = []
            for name in destinations { entries.append(try configuration.entry(name)) }
        }
        guard !entries.isEmpty else {
            throw ClientError(.notFound, Sentences.noDestinations, remedy: Sentences.addDestination)
        }
        let before: AccessReply
        do throws(ClientError) { before = try ways() } catch {
            guard [.locked, .noAgent].contains(error.code) else { throw error }
            // What is sealed can be uploaded all the same.
            try Uploads.run(entries, common.agent, json: common.json, isQuiet: true, onlyDue: true)
            if common.json { Program.end(afterResult: error) }
            throw error
        }
        let mayAsk = descriptor != nil || !common.noAsk
        var exchange = SyncSession(
            try common.open(), vault: String(before.vault.description.prefix(8)),
            source: mayAsk ? common.source(descriptor, credential: false) : nil)
        let local = try LocalBackups()
        // Until the end: what is sealed here wakes up fob-backup.path.
        let lock = try Uploads.held(local)
        defer { withExtendedLifetime(lock) {} }
        try exchange.takeIn(entries, local)
        let after = exchange.files > 0 ? try ways() : before
        exchange.isAccessNew = Set(after.ways.map(\.id)) != Set(before.ways.map(\.id))
        if !common.json, let line = exchange.line { Output.note(line) }
        if exchange.isAccessNew { Self.tellOfWays(before, after) }
        Destinations.note(entries, isUnattended: common.noAsk && Environment.value(of: "INVOCATION_ID") != nil)
        let made: BackupMadeReply = try common.unlocked { (connection) throws(ClientError) in
            try connection.request(BackupNowRequest(force: false))
        }
        if made.isNew, !common.json { Output.note(Sentences.sealed(made.name)) }
        try Uploads.run(entries, local, common.agent, json: common.json, isQuiet: true, members: exchange.json)
        guard exchange.failures.isEmpty else {
            let error = ClientError(.backupFailed, Sentences.notAllTakenIn, remedy: tr("the remedy is above"))
            if common.json { Program.end(afterResult: error) }
            throw error
        }
    }

    private func ways() throws(ClientError) -> AccessReply {
        try common.unlocked { (connection) throws(ClientError) in
            try connection.request(AccessRequest())
        }
    }

    /// Whoever knows only the old passphrase must learn that now.
    private static func tellOfWays(_ before: AccessReply, _ after: AccessReply) {
        func passphrases(_ access: AccessReply) -> Set<Identifier> {
            Set(access.ways.filter { $0.kind == .passphrase }.map(\.id))
        }
        let isPassphrase = passphrases(after) != passphrases(before)
        Output.note(Sentences.warning(isPassphrase ? Sentences.passphraseChangedElsewhere : Sentences.waysChanged))
    }
}
