import Age
import ArgumentParser
import Client
import Platform
import Recovery
import Wire

/// `fob recover`.
struct RecoverVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "recover", abstract: Help.recover, discussion: Help.recoverDiscussion)

    @Option(name: .customLong("answer"), help: Help.recoverAnswer, completion: .file()) var answers: [String] = []
    @Option(name: .customLong("to"), help: Help.keeperTo, completion: .directory) var directory: String?
    @Flag(name: .customLong("pictures"), help: Help.keeperPictures) var pictures = false
    @Flag(name: .long, help: .init(tr("Begin anew; answers to earlier requests are of no use then."))) var again = false
    @OptionGroup var plusCode: PlusCodeOptions
    @OptionGroup var restore: RestoreVerb

    private static func name(_ set: KeeperSet) -> String { "recovery-\(set.id)" }

    func run() throws {
        try OutputFile.check(in: directory)
        for answer in answers { try OpenFile.check(answer) }
        let place = try RestorePlaces.place(restore.source)
        guard let set = try RecoveryAttempt.find(nil, in: place, pick: restore.pick) else {
            throw ClientError(.noKeepers, Sentences.noSets, remedy: Sentences.otherWay)
        }
        // So that the directory is there in which the session is kept.
        var connection = try restore.common.open()
        let _: StatusReply = try connection.request(StatusRequest())
        guard !answers.isEmpty else { return try ask(set) }
        guard let attempt = try RecoveryAttempt.going(on: set, Self.name(set)) else {
            throw ClientError(.tokenRefused, Sentences.noSession, remedy: Sentences.askFirst)
        }
        let failures = try attempt.take(answers)
        let identity = try plusCode.identity(attempt, set, failures, restore.common)
        try restore.run { (selection, connection) throws(ClientError) in
            try selection.open(&connection, isPassphrase: false) { (sealed, connection) throws(ClientError) in
                // Another backup of the place may have other keepers, or none.
                guard try RecoveryAttempt.sets(of: sealed.span).contains(where: { $0.id == set.id }) else {
                    throw ClientError(.permission, Sentences.noSets, remedy: Sentences.otherWay)
                }
                return try connection.openRestore(.restore, .identity, identity.bytes)
            }
        }
        if !restore.dryRun {
            attempt.end()
            Output.note(Sentences.warning(Sentences.renewKeepers))
        }
    }

    /// A request for each keeper; the same ones as long as the session goes on.
    private func ask(_ set: KeeperSet) throws(ClientError) {
        if !again, let attempt = try RecoveryAttempt.going(on: set, Self.name(set)) {
            return try RequestsOutput(directory, pictures).put(attempt, set, restore.common)
        }
        let attempt = try RecoveryAttempt.beginning(set, Self.name(set))
        try RequestsOutput(directory, pictures).put(attempt, set, restore.common)
    }
}
