import Age
import ArgumentParser
import Client
import Platform
import Recovery
import Wire

/// `fob keeper accept`.
struct KeeperAcceptVerb: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "accept", abstract: Help.keeperAccept)

    @Argument(help: Help.keeperDeposit, completion: .file()) var file = "-"
    @Option(name: .customLong("as"), help: Help.keeperAs) var alias: String?
    @Option(name: .long, help: Help.keeperWait) var wait = TimeSpan(seconds: 0)
    @OptionGroup var comparison: WordComparison
    @OptionGroup var common: Common

    func run() throws {
        let text = try ExchangeInput.line(file, beginning: "fob-deposit:")
        let deposit: Deposit
        do throws(ExchangeError) { deposit = try Deposit(text) } catch { throw ClientError(error) }
        let name = Label.shown(alias ?? deposit.card.name)
        Output.note(Sentences.depositOf(name, token: deposit.token != nil, ends: deposit.obsolete.count))
        try comparison.check(deposit.card.words, of: name, common)
        try common.unlocked { (connection) throws(ClientError) -> Void in
            try connection.request(
                KeeperKeepRequest(deposit: deposit.bytes, name: alias ?? "", wait: wait.seconds))
        }
        common.done(
            deposit.token == nil ? tr("the tokens of \(name) that it names have ended") : Sentences.kept(name),
            [("name", .string(alias ?? deposit.card.name)), ("words", .strings(deposit.card.words.words))])
    }
}

/// `fob keeper answer`.
struct KeeperAnswerVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "answer", abstract: Help.keeperAnswer, discussion: Help.keeperAnswerDiscussion)

    @Argument(help: Help.keeperRequest, completion: .file()) var file = "-"
    @Option(name: .customLong("words"), help: Help.exchangeWords) var words: String?
    @Option(name: .customLong("passphrase-fd"), help: Help.passphraseDescriptor) var descriptor: Int32?
    @OptionGroup var target: ExchangeOutput
    @OptionGroup var common: Common

    func run() throws {
        try target.check()
        let text = try ExchangeInput.line(file, beginning: "fob-request:")
        let request: RecoveryRequest
        do throws(ExchangeError) { request = try RecoveryRequest(text) } catch {
            throw ClientError(error)
        }
        if let words { try WordComparison.compare(words, request.words) }
        Output.note(Sentences.words(request.words))
        // Whose token is asked for is said before anybody types a secret, unless that has to open the vault first.
        var kept = try Self.asked(request, common)
        let isTold = kept != nil
        try Owner.prove(common, descriptor) { (connection, secret) throws(ClientError) in
            if !isTold { kept = try Self.asked(request, &connection) }
            let reply: KeeperAnsweredReply = try connection.request(
                KeeperAnswerRequest(
                    secret: secret, token: request.token, owner: Digest(array: request.owner.bytes),
                    session: Digest(array: request.session), recipient: Digest(request.recipient.publicKey)))
            try target.put(
                reply.text, of: tr("the answer"), common, [("name", kept.map { .string($0.name) } ?? .null)])
        }
    }
}

extension KeeperAnswerVerb {
    private static func asked(_ request: RecoveryRequest, _ common: Common) throws(ClientError) -> KeptToken? {
        var connection = try common.open()
        let status: StatusReply = try connection.request(StatusRequest())
        return status.vault == .unlocked ? try asked(request, &connection) : nil
    }

    /// The token that is asked for; tells of it.
    private static func asked(
        _ request: RecoveryRequest, _ connection: inout Connection
    ) throws(ClientError) -> KeptToken? {
        let own: KeepersReply = try connection.request(KeepersRequest())
        let kept = own.kept.first { kept in
            kept.token == request.token && Recovery.PublicKey(point: kept.point)?.digest == request.owner
        }
        if let kept { Output.note(Sentences.asks(Label.shown(kept.name))) }
        return kept
    }
}

/// `fob keeper forget`.
struct KeeperForgetVerb: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "forget", abstract: Help.keeperForget)

    @Argument(help: Help.keeperNames) var name: String
    @Option(name: .customLong("passphrase-fd"), help: Help.passphraseDescriptor) var descriptor: Int32?
    @OptionGroup var common: Common

    func run() throws {
        func kept(_ connection: inout Connection) throws(ClientError) -> KeptToken {
            let own: KeepersReply = try connection.request(KeepersRequest())
            let found = own.kept.filter { $0.id.description == name || $0.name == name }
            guard found.count == 1, let kept = found.first else {
                throw ClientError(
                    found.isEmpty ? .noKeepers : .ambiguous, Sentences.noSuchKeeper(Label.shown(name)),
                    remedy: Sentences.listKeepers, details: found.map(\.id.description))
            }
            return kept
        }
        try Owner.prove(
            common, descriptor, before: { (connection) throws(ClientError) in _ = try kept(&connection) }
        ) { (connection, passphrase) throws(ClientError) in
            let kept = try kept(&connection)
            try connection.request(KeeperForgetRequest(passphrase: passphrase, id: kept.id))
            common.done(tr("the token is kept no more, and does not come back"), [("id", .string(kept.id.description))])
        }
    }
}

extension Digest {
    /// From 32 bytes; zeros for another number.
    init(array bytes: [UInt8]) {
        var digest: [32 of UInt8] = .init(repeating: 0)
        if bytes.count == 32 { for index in 0..<32 { digest[index] = bytes[index] } }
        self.init(digest)
    }
}
