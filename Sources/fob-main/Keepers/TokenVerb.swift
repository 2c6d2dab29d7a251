import ArgumentParser
import Client
import Encodings
import Platform
import Recovery
import Wire

/// `fob token`.
struct TokenVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token", abstract: tr("Keep the recovery tokens that services hand out for accounts."),
        subcommands: [TokenSaveVerb.self, TokenListVerb.self, TokenRetrieveVerb.self])
}

/// `fob token save`.
struct TokenSaveVerb: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "save", abstract: Help.tokenSave)

    @Argument(help: Help.account, completion: Completions.accounts) var account: String
    @Argument(help: Help.tokenFile, completion: .file()) var file = "-"
    @Option(name: .long, help: Help.tokenProvider) var provider: String?
    @Option(name: .long, help: Help.tokenExpires) var expires: TimeSpan?
    @OptionGroup var common: Common

    func run() throws {
        let text = try ExchangeInput.text(file).split(whereSeparator: \.isWhitespace).joined()
        let token: Token
        do throws(TokenFormatError) { token = try Token(text, kind: .recovery) } catch {
            throw ClientError(.badInput, Sentences.noToken, remedy: Sentences.tokenForm)
        }
        let issued = Timestamp(token.fields.issuedTime).map { UInt64(clamping: $0.seconds) } ?? 0
        let provider = provider ?? token.fields.issuer
        guard !provider.isEmpty, token.bytes.count <= Limits.token else {
            throw ClientError(.badInput, Sentences.noToken, remedy: Sentences.tokenForm)
        }
        let span = expires.map { UInt64($0.seconds) } ?? 0
        let label = try common.unlocked { (connection) throws(ClientError) in
            let found = try connection.account(Selector(argument: account))
            try connection.request(
                TokenSaveRequest(
                    .id(found.id), provider: Text.clipped(provider, to: Limits.name), token: token.fields.id,
                    issued: issued, expires: span == 0 ? 0 : (issued == 0 ? Clock.utc : issued) + span,
                    bytes: token.bytes))
            return Label.shown(found.label)
        }
        common.done(
            tr("\(label) has a token of \(Label.shown(provider))"),
            [("provider", .string(provider)), ("issued", issued == 0 ? .null : .number(issued))])
    }
}

/// `fob token list`.
struct TokenListVerb: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: tr("List the tokens of accounts."))

    @OptionGroup var common: Common

    func run() throws {
        let reply: TokensReply = try common.unlocked { (connection) throws(ClientError) in
            try connection.request(TokenListRequest())
        }
        if common.json { return Output.json([("tokens", .array(reply.tokens.map(Self.json)))]) }
        guard !reply.tokens.isEmpty else { return Output.note(tr("no account has recovery tokens")) }
        let rows = reply.tokens.map { token in
            [
                Label.shown(token.label), Label.shown(token.provider), token.word(at: Clock.utc),
                Moment.text(token.issued == 0 ? token.since : token.issued), String(token.id.description.prefix(8)),
                token.expires == 0 ? "" : tr("expires \(Moment.text(token.expires))"),
            ]
        }
        Output.table(rows)
        if reply.tokens.contains(where: { $0.status == .retrieved || $0.isOver(at: Clock.utc) }) {
            Output.note(Sentences.renewToken)
        }
    }

    private static func json(_ token: AccountToken) -> JSON {
        .object([
            ("id", .string(token.id.description)), ("account", .string(token.account.description)),
            ("label", .string(token.label)), ("provider", .string(token.provider)),
            ("saved", .number(token.since)), ("issued", token.issued == 0 ? .null : .number(token.issued)),
            ("expires", token.expires == 0 ? .null : .number(token.expires)),
            ("status", .string(token.word(at: Clock.utc))),
        ])
    }
}

/// `fob token retrieve`.
struct TokenRetrieveVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retrieve", abstract: Help.tokenRetrieve, discussion: Help.tokenRetrieveDiscussion)

    @Argument(help: Help.account, completion: Completions.accounts) var account: String
    @Option(name: .long, help: Help.tokenProvider) var provider: String?
    @OptionGroup var target: ExchangeOutput
    @OptionGroup var common: Common

    func run() throws {
        try target.check()
        let (bytes, label) = try common.unlocked { (connection) throws(ClientError) in
            let found = try connection.account(Selector(argument: account))
            let all: TokensReply = try connection.request(TokenListRequest())
            let own = all.tokens.filter { token in
                token.account == found.id && (provider == nil || token.provider == provider)
            }
            guard let token = own.last(where: { $0.status == .saved }) ?? own.last else {
                throw ClientError(
                    .notFound, tr("\(Label.shown(found.label)) has no such token"), remedy: Sentences.listTokens)
            }
            let reply: TokenReply = try connection.request(TokenRetrieveRequest(id: token.id))
            return (reply.bytes, Label.shown(found.label))
        }
        try target.put(
            BaseEncoding.base64.text(bytes.span, isPadded: true), of: tr("the token"), common,
            [("label", .string(label))])
        Output.note(Sentences.renewToken)
    }
}

extension AccountToken {
    /// Whether its provider takes it no more.
    func isOver(at utc: UInt64) -> Bool { expires != 0 && utc >= expires }

    /// What became of it, in a word.
    func word(at utc: UInt64) -> String {
        switch status {
        case .obsolete: "obsolete"
        case .retrieved: "retrieved"
        case .saved: isOver(at: utc) ? tr("expired") : "saved"
        }
    }
}
