import ArgumentParser
import Client
import Platform
import Wire

/// `fob confirm`.
struct ConfirmVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "confirm", abstract: Help.confirm, discussion: Help.confirmDiscussion)

    @Argument(help: .init(tr("Start of the id of a request."), valueName: "id")) var challenge: String?
    @Flag(name: .long, help: .init(tr("Answer all requests."))) var all = false
    @Flag(name: .long, help: .init(tr("Only list the requests that wait."))) var list = false
    @Flag(name: .long, help: .init(tr("Say yes without a question."))) var yes = false
    @Flag(name: .long, help: .init(tr("Say no without a question."))) var deny = false
    @Option(name: .long, help: Help.mute) var mute: TimeSpan?
    @Option(name: .long, help: Help.remember) var remember: TimeSpan?
    @Flag(name: .long, help: .init(tr("Keep asking as requests come in."))) var watch = false
    @Flag(name: .long, help: Help.answerByPassphrase) var passphrase = false
    @Option(name: .customLong("passphrase-fd"), help: Help.passphraseDescriptor) var descriptor: Int32?
    @OptionGroup var common: Common

    func validate() throws {
        if challenge != nil, all || list || watch { throw ValidationError(Sentences.oneChallengeOrAll) }
        if yes, deny || mute != nil { throw ValidationError(tr("--yes and --deny exclude each other.")) }
        if yes, challenge == nil, !all { throw ValidationError(tr("--yes needs an id or --all.")) }
    }

    func run() throws {
        var connection = try common.open()
        // A descriptor can be read once, for all questions that are answered.
        var given = try ClientError.locked(0)
        if let descriptor, !list { given = try Passphrase.read(descriptor: descriptor) }
        if watch {
            try connection.request(SubscribeRequest([.challenge, .challengeEnded]))
        }
        let pending: ChallengesReply = try connection.request(ChallengesRequest())
        let wanted = try select(pending.challenges)
        let isAnswering = challenge != nil || all || yes || deny || mute != nil
        if list || !isAnswering && (common.json || common.noAsk || !Terminal.exists && !Pinentry.isThere && !watch) {
            return Self.show(wanted, json: common.json)
        }
        if wanted.isEmpty, !watch { Output.note(Sentences.nothingPending) }
        var failure: ClientError?
        for challenge in wanted {
            do throws(ClientError) {
                try answer(challenge, &connection, given)
            } catch {
                // With others waiting, one that cannot be answered is no reason to stop at once.
                guard wanted.count > 1 || watch, error.code != .interrupted else { throw error }
                if let failure { Output.error(failure) }
                failure = error
            }
        }
        if let failure, !watch { throw failure }
        if let failure { Output.error(failure) }
        while watch {
            if case .challenge(let challenge) = try connection.nextEvent() {
                // Answers go over a connection of their own, so that events are not missed meanwhile.
                var other = try common.open()
                do throws(ClientError) {
                    try answer(challenge, &other, given)
                } catch {
                    guard error.code != .interrupted else { throw error }
                    Output.error(error)
                }
            }
        }
    }

    private func select(_ pending: [Challenge]) throws(ClientError) -> [Challenge] {
        guard let challenge else { return pending }
        let lower = challenge.lowercased()
        let found = pending.filter { $0.id.description.hasPrefix(lower) }
        guard !lower.isEmpty, !found.isEmpty else {
            throw ClientError(.notFound, Sentences.noSuchChallenge, remedy: tr("see fob confirm --list"))
        }
        guard found.count == 1 else {
            throw ClientError(
                .ambiguous, tr("several ids start like this"), remedy: Sentences.moreDigits,
                details: found.map(\.id.description))
        }
        return found
    }

    private func answer(
        _ challenge: Challenge, _ connection: inout Connection, _ given: borrowing LockedBuffer
    ) throws(ClientError) {
        if deny || mute != nil {
            try say(no: challenge, &connection)
        } else if yes {
            try say(yes: challenge, &connection, given)
        } else {
            switch try ask(challenge) {
            case .yes: try say(yes: challenge, &connection, given)
            case .no: try say(no: challenge, &connection)
            }
        }
    }

    /// Asks on the terminal, or else in a window.
    private func ask(_ challenge: Challenge) throws(ClientError) -> Question.Answer {
        if !common.noAsk {
            if let terminal = try? Terminal() { return try Question.ask(challenge, on: terminal) }
            let question = Question.describe(challenge)
            if let answer = try Pinentry.confirm(question, yes: Sentences.allow, no: tr("Deny")) {
                return answer ? .yes : .no
            }
        }
        throw ClientError(.usage, tr("there is no terminal to ask on"), remedy: tr("answer with --yes or --deny"))
    }

    private func say(
        yes challenge: Challenge, _ connection: inout Connection, _ given: borrowing LockedBuffer
    ) throws(ClientError) {
        let seconds = remember?.seconds ?? 0
        let takesPassphrase = challenge.needsPassphrase || passphrase
        if takesPassphrase, given.count > 0 {
            try NormalForms.trying(given) { (text) throws(ClientError) in
                try connection.approve(challenge.id, passphrase: text.bytes, rememberSeconds: seconds)
            }
        } else if takesPassphrase {
            guard !common.noAsk, Terminal.exists || Pinentry.isThere else {
                throw ClientError(.usage, Sentences.takesPassphrase, remedy: Sentences.givePassphrase)
            }
            let takesPin = challenge.proof == .passphraseOrPin
            // A fresh proof of the owner: what opens the vault by itself does not count.
            try Unlocking.asking(
                takesPin ? Sentences.pinOrPassphrasePrompt : Sentences.passphrasePrompt,
                Sentences.approveExplanation(challenge.told, takesPin: takesPin),
                common.source(nil, credential: false)
            ) { (passphrase) throws(ClientError) in
                try connection.approve(challenge.id, passphrase: passphrase.bytes, rememberSeconds: seconds)
            }
        } else {
            let none = try ClientError.locked(0)
            try connection.approve(challenge.id, passphrase: none.bytes, rememberSeconds: seconds)
        }
        common.done(
            tr("allowed"),
            [
                ("id", .string(challenge.id.description)), ("approved", .bool(true)),
                ("proof", .string(challenge.proof.text)),
            ])
    }

    private func say(no challenge: Challenge, _ connection: inout Connection) throws(ClientError) {
        try connection.request(DenyRequest(challenge.id, muteSeconds: mute?.seconds ?? 0))
        common.done(tr("denied"), [("id", .string(challenge.id.description)), ("approved", .bool(false))])
    }

    private static func show(_ challenges: [Challenge], json: Bool) {
        if json {
            Output.json([("challenges", .array(challenges.map { JSON($0) }))])
        } else if challenges.isEmpty {
            Output.note(Sentences.nothingPending)
        } else {
            Output.write(challenges.map(Question.describe).joined(separator: "\n"))
        }
    }
}

extension JSON {
    /// A challenge as fob(1) describes it.
    init(_ challenge: Challenge) {
        self = .object([
            ("id", .string(challenge.id.description)), ("kind", .string(challenge.kind.text)),
            ("question", .string(challenge.sentence)), ("forwarded", .bool(challenge.isForwarded)),
            ("account", .string(challenge.account)), ("site", .string(challenge.site)),
            ("host", challenge.host.map { JSON($0) } ?? .null), ("through", .array(challenge.hops.map { JSON($0) })),
            ("user", .string(challenge.user)), ("data", .string(challenge.dataName)),
            ("sha256", challenge.dataHash.map { .string($0.hexadecimal) } ?? .null),
            ("details", .strings(challenge.details)),
            ("pid", .number(challenge.programs.first?.processID ?? 0)),
            ("executable", .string(challenge.programs.first?.executable ?? "")),
            ("programs", .array(challenge.programs.map { JSON($0) })),
            ("terminal", .string(challenge.terminal)), ("unit", .string(challenge.unit)),
            ("created", .number(challenge.created)), ("deadline", .number(challenge.deadline)),
            ("needs_passphrase", .bool(challenge.needsPassphrase)), ("proof", .string(challenge.proof.text)),
            ("rememberable", .bool(challenge.isRememberable)),
        ])
    }

    /// A host.
    private init(_ host: ChallengeHost) {
        let standing =
            switch host.standing {
            case .unknown: "unknown"
            case .claimed: "claimed"
            case .proved: "proved"
            }
        self = .object([
            ("standing", .string(standing)), ("fingerprint", .string(host.fingerprint)), ("name", .string(host.name)),
        ])
    }

    /// A program.
    private init(_ program: ChallengeProgram) {
        self = .object([
            ("pid", .number(program.processID)), ("name", .string(program.name)),
            ("executable", .string(program.executable)),
        ])
    }
}
