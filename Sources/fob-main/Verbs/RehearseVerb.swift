import ArgumentParser
import Backup
import Client
import Platform
import Wire

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
        let lock = try Uploads.held(local)
        defer { withExtendedLifetime(lock) {} }
        var results: [JSON] = []
        var failed: [(name: String, error: ClientError)] = []
        for name in names {
            let entry = try configuration.entry(name)
            do throws(ClientError) {
                results.append(try rehearse(entry, local))
            } catch {
                // The others are rehearsed all the same.
                guard ![.locked, .noAgent, .busy, .interrupted, .notFound].contains(error.code) else { throw error }
                failed.append((name, error))
                if !common.json, names.count > 1 {
                    Output.note(Label.shown(error.message))
                    Output.hint(Label.shown(error.remedy))
                }
            }
        }
        if common.json {
            let failures = failed.map { JSON.object([("destination", .string($0)), ("reason", .string($1.message))]) }
            Output.json([("rehearsed", .array(results)), ("failures", .array(failures))])
        }
        guard let first = failed.first else { return }
        let error =
            names.count == 1
            ? first.error
            : ClientError(
                .backupFailed, Sentences.rehearsalFailedAt(failed.map(\.name)), remedy: Sentences.seeBackupStatus)
        if common.json { Program.end(afterResult: error) }
        throw error
    }

    /// Backs up, fetches, compares, and tells how it went.
    private func rehearse(_ entry: BackupConfiguration.Entry, _ local: LocalBackups) throws(ClientError) -> JSON {
        let name = entry.name
        let upload = Upload(entry, local, at: Clock.utc)
        let result = try upload.run(common.agent)
        if let failure = result.failure { throw ClientError(destination: failure, name) }
        let survey = try upload.rehearse(common.agent)
        let found = try Self.passed(survey.verdict, name)
        let backup = survey.newest?.description ?? ""
        if common.json { return Self.json(name, backup, found, survey.planted.map(\.name)) }
        Output.line(Sentences.rehearsed(name, backup, found))
        for (planted, reason) in survey.planted {
            Output.note(
                Sentences.warning(Label.shown(Sentences.planted(name, planted.description, Translation.heard(reason)))))
        }
        return .null
    }

    /// Everything that the vault holds is in what came back, equal in every byte.
    private static func passed(
        _ verdict: AgentLink.Verdict, _ name: String
    ) throws(ClientError) -> BackupVerifiedReply {
        switch verdict {
        case .unknown(.locked): throw ClientError(.locked, Sentences.vaultLocked, remedy: Sentences.unlockIt)
        case .unknown(.busy): throw ClientError(.busy, tr("the agent is busy"), remedy: Sentences.backupWait)
        case .unknown(.noAgent): throw ClientError(.noAgent, tr("no agent answers"), remedy: tr("run fob unlock"))
        case .bad(let reason):
            throw ClientError(.backupFailed, "\(name): \(Translation.heard(reason))", remedy: Sentences.makeAnother)
        case .verified(let found):
            guard found.different == 0, found.missing == 0, found.older == 0 else {
                throw ClientError(
                    .backupFailed, Sentences.rehearsalFailed(name, found), remedy: Sentences.makeAnother)
            }
            return found
        }
    }

    private static func json(
        _ name: String, _ backup: String, _ found: BackupVerifiedReply, _ planted: [BackupName]
    ) -> JSON {
        .object([
            ("destination", .string(name)), ("backup", .string(backup)),
            ("sequence", .number(found.sequence)), ("accounts", .number(found.accounts)),
            ("in_trash", .number(found.inTrash)), ("placeholders", .number(found.placeholders)),
            ("same", .number(found.same)), ("planted", .strings(planted.map(\.description))),
        ])
    }
}
