import ArgumentParser
import Client
import Platform
import Recovery
import Wire

/// `fob keeper`.
struct KeeperVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keeper", abstract: Help.keeper, discussion: Help.keeperDiscussion,
        subcommands: [
            KeeperCardVerb.self, KeeperAddVerb.self, KeeperListVerb.self, KeeperShowVerb.self, KeeperProveVerb.self,
            KeeperRenewVerb.self, KeeperRemoveVerb.self, KeeperAcceptVerb.self, KeeperAnswerVerb.self,
            KeeperForgetVerb.self,
        ])
}

/// `fob keeper card`.
struct KeeperCardVerb: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "card", abstract: Help.keeperCard)

    @Option(name: .long, help: Help.keeperName) var name: String?
    @OptionGroup var target: ExchangeOutput
    @OptionGroup var common: Common

    func run() throws {
        try target.check()
        let reply: KeeperCardReply = try common.unlocked { (connection) throws(ClientError) in
            try connection.request(KeeperCardRequest(name: name ?? ""))
        }
        guard let key = Recovery.PublicKey(point: reply.point) else {
            throw ClientError(.internalFault, Sentences.forgedExchange)
        }
        let card: KeeperCard
        do throws(ExchangeError) {
            card = try KeeperCard(
                publicKey: key, binding: reply.binding, name: reply.name, signature: reply.signature)
        } catch { throw ClientError(error) }
        try target.put(
            String(decoding: card.text, as: UTF8.self), of: tr("the card"), common,
            [("words", .strings(card.words.words)), ("origin", .string(card.origin.text))])
        Output.note(Sentences.words(card.words))
        Output.hint(tr("it is good for one token; make another one for each owner"))
    }
}

/// Whether both people see the same words.
struct WordComparison: ParsableArguments {
    @Option(name: .customLong("words"), help: Help.exchangeWords) var words: String?
    @Flag(name: .long, help: .init(tr("Do not ask whether the words are the same."))) var yes = false

    /// Asks, unless the words were given or nobody wants to be asked.
    func check(_ shown: ComparedWords, of name: String, _ common: Common) throws(ClientError) {
        if let words { return try Self.compare(words, shown) }
        Output.note(Sentences.words(shown))
        if yes { return }
        guard !common.noAsk, let answer = try Question.confirm(tr("Does \(name) see the same six words? [y/N] ")) else {
            throw ClientError(.usage, tr("nobody is here to compare the words"), remedy: Sentences.giveWords)
        }
        guard answer else { throw ClientError(.denied, Sentences.otherWords, remedy: Sentences.talkToThem) }
    }

    static func compare(_ words: String, _ shown: ComparedWords) throws(ClientError) {
        guard words.lowercased().split(whereSeparator: \.isWhitespace).map(String.init) == shown.words else {
            throw ClientError(.tokenRefused, Sentences.otherWords, remedy: Sentences.talkToThem)
        }
    }
}

/// `fob keeper list`.
struct KeeperListVerb: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: Help.keeperList)

    /// Keepers are to be proven so often, in seconds.
    static let proofSeconds: UInt64 = 180 * 86_400

    @OptionGroup var common: Common

    func run() throws {
        let reply: KeepersReply = try common.unlocked { (connection) throws(ClientError) in
            try connection.request(KeepersRequest())
        }
        if common.json { return Output.line(Self.json(reply).text) }
        guard !reply.keepers.isEmpty || !reply.kept.isEmpty else { return Output.note(Sentences.noKeepers) }
        if !reply.keepers.isEmpty {
            Output.line(
                Sentences.keeperSet(Int(reply.threshold), of: reply.keepers.count, made: Moment.text(reply.made)))
            if reply.hasPlusCode { Output.line(tr("their answers open nothing without the plus-code")) }
        }
        let width = reply.keepers.map { Label.width($0.keeper.name) }.max() ?? 0
        for state in reply.keepers {
            let isOld = Self.isOld(state, at: Clock.utc)
            let proven = Sentences.proven(state.proven == 0 ? nil : Moment.text(state.proven))
            Output.line(
                "  " + Label.padded(Label.shown(state.keeper.name), to: width + 2) + proven
                    + (isOld && state.proven != 0 ? "; " + tr("prove it again") : ""))
        }
        if reply.used != 0 { Output.note(Sentences.warning(Sentences.setUsed)) }
        for kept in reply.kept {
            var line = Sentences.keepsFor(Label.shown(kept.name), since: Moment.text(kept.since))
            if kept.wait > 0 { line += ", " + tr("answers after \(Seconds.text(UInt64(kept.wait)))") }
            if kept.isAsked { line += ": " + tr("somebody has asked") }
            Output.line(line)
        }
    }

    static func isOld(_ state: KeeperState, at utc: UInt64) -> Bool { utc >= state.proven + proofSeconds }

    private static func json(_ reply: KeepersReply) -> JSON {
        .object([
            ("name", .string(reply.name)), ("set", reply.set.isZero ? .null : .string(reply.set.description)),
            ("threshold", .number(reply.threshold)), ("plus_code", .bool(reply.hasPlusCode)),
            ("made", reply.made == 0 ? .null : .number(reply.made)),
            ("used", reply.used == 0 ? .null : .number(reply.used)),
            ("keepers", .array(reply.keepers.map(KeeperShowVerb.json))),
            ("kept", .array(reply.kept.map(KeeperShowVerb.json))),
        ])
    }
}

/// `fob keeper show`.
struct KeeperShowVerb: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: Help.keeperShow)

    @Argument(help: Help.keeperNames) var name: String
    @OptionGroup var common: Common

    func run() throws {
        let reply: KeepersReply = try common.unlocked { (connection) throws(ClientError) in
            try connection.request(KeepersRequest())
        }
        let found =
            reply.keepers.filter { $0.keeper.name == name }.map(Self.members)
            + reply.kept.filter { $0.name == name || $0.id.description == name }.map(Self.members)
        guard !found.isEmpty else {
            throw ClientError(.noKeepers, Sentences.noSuchKeeper(Label.shown(name)), remedy: Sentences.listKeepers)
        }
        if common.json { return Output.json([("found", .array(found.map(JSON.object)))]) }
        for members in found {
            for (key, value) in members {
                let text = value.text
                let plain = text.hasPrefix("\"") ? String(text.dropFirst().dropLast()) : text
                Output.line(Label.padded(key + ":", to: 10) + Label.shown(plain))
            }
        }
    }

    static func json(_ state: KeeperState) -> JSON { .object(members(state)) }
    static func json(_ kept: KeptToken) -> JSON { .object(members(kept)) }

    private static func members(_ state: KeeperState) -> [(String, JSON)] {
        [("name", .string(state.keeper.name))] + origin(state.keeper.point) + [
            ("token", .string(state.token.description)),
            ("proven", state.proven == 0 ? .null : .number(state.proven)),
            ("due", .bool(KeeperListVerb.isOld(state, at: Clock.utc))),
        ]
    }

    private static func members(_ kept: KeptToken) -> [(String, JSON)] {
        [("id", .string(kept.id.description)), ("name", .string(kept.name))] + origin(kept.point) + [
            ("token", .string(kept.token.description)), ("since", .number(kept.since)), ("wait", .number(kept.wait)),
            ("asked", .bool(kept.isAsked)),
        ]
    }

    private static func origin(_ point: [UInt8]) -> [(String, JSON)] {
        guard let key = Recovery.PublicKey(point: point) else { return [] }
        return [
            ("origin", .string(key.digest.origin.text)),
            ("words", .string(KeeperCard.words(of: key).description)),
        ]
    }
}
