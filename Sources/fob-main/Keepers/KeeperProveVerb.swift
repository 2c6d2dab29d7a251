import ArgumentParser
import Client
import Platform
import Recovery
import Wire

/// `fob keeper prove`.
struct KeeperProveVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prove", abstract: Help.keeperProve, discussion: Help.keeperProveDiscussion)

    @Argument(help: Help.keeperNames) var name: String
    @Option(name: .long, help: Help.keeperAnswerFile, completion: .file()) var answer: String?
    @Option(name: .long, help: Help.keeperBackup, completion: .file()) var backup: String?
    @OptionGroup var plusCode: PlusCodeOptions
    @OptionGroup var target: ExchangeOutput
    @OptionGroup var common: Common

    func run() throws {
        try target.check()
        try OpenFile.check(backup)
        let answers = try answer.map { path throws(ClientError) in
            try ExchangeInput.lines(path, beginning: "fob-answer:")
        }
        let present: KeepersReply = try common.unlocked { (connection) throws(ClientError) in
            try connection.request(KeepersRequest())
        }
        guard let state = present.keepers.first(where: { $0.keeper.name == name }) else {
            throw ClientError(.noKeepers, Sentences.noSuchKeeper(Label.shown(name)), remedy: Sentences.listKeepers)
        }
        let place = try place()
        guard let set = try RecoveryAttempt.find(present.set, in: place),
            let keeper = set.keepers.first(where: { set.tokenID(of: $0) == state.token })
        else {
            throw ClientError(.noKeepers, Sentences.notSealedYet(place.name), remedy: Sentences.runBackupFirst)
        }
        let session = Self.session(of: state)
        if let answers { return try prove(answers, state, set, keeper, session) }
        let attempt = try RecoveryAttempt.beginning(set, session)
        let request = attempt.request(to: keeper)
        try target.put(
            request.text, of: tr("the request to \(Label.shown(name))"), common,
            [("words", .strings(request.words.words))])
        Output.note(Sentences.words(request.words))
    }

    /// By which name the session with a keeper is kept.
    static func session(of state: KeeperState) -> String { "keeper-\(state.token)" }

    private func place() throws(ClientError) -> any RestorePlace {
        if let backup { return SingleBackup(path: backup) }
        guard let home = Paths.data else { throw ClientError(.configuration, Sentences.noHome) }
        return BackupFolder(path: home + "/sealed")
    }

    private func prove(
        _ answers: [String], _ state: KeeperState, _ set: KeeperSet, _ keeper: KeeperSet.Keeper, _ name: String
    ) throws {
        guard let attempt = try RecoveryAttempt.going(on: set, name) else {
            throw ClientError(.tokenRefused, Sentences.noSession, remedy: Sentences.askFirst)
        }
        guard let text = answers.first else {
            throw ClientError(.badInput, Sentences.malformedExchange, remedy: Sentences.sendAgain)
        }
        let index: Int
        switch attempt.accept(text) {
        case .success(let accepted): index = accepted.keeper
        case .failure(let failure):
            throw ClientError(.tokenRefused, failure.sentence, remedy: Sentences.askFirst)
        }
        guard index == keeper.index else {
            throw ClientError(.tokenRefused, Sentences.fromAnother(Label.shown(self.name)), remedy: Sentences.askFirst)
        }
        // A script has it at hand, or proves the keeper alone.
        if !set.plus.isEmpty, plusCode.descriptor != nil || !common.noAsk {
            try plusCode.ask(common) { (code) throws(ClientError) in try attempt.check(plusCode: code) }
            Drills.pass(byPlusCodeOf: set.id)
        }
        var connection = try common.open()
        // The agent looks for itself whether it is the right one.
        try attempt.withLastShare { (share) throws(ClientError) in
            try connection.request(KeeperProvenRequest(token: state.token, share: share))
        }
        attempt.end()
        common.done(Sentences.keeperProven(Label.shown(self.name)), [("name", .string(self.name))])
    }
}
