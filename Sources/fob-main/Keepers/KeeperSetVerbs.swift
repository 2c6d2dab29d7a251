import ArgumentParser
import Client
import Platform
import Recovery
import Wire

/// How a set of keepers is made and its deposits get to them.
struct KeeperSetOptions: ParsableArguments {
    @Option(name: .long, help: Help.keeperThreshold) var threshold: UInt8?
    @Option(name: .customLong("to"), help: Help.keeperTo, completion: .directory) var directory: String?
    @Flag(name: .customLong("pictures"), help: Help.keeperPictures) var pictures = false
    @Option(name: .customLong("passphrase-fd"), help: Help.passphraseDescriptor) var descriptor: Int32?

    /// Makes the set that `change` makes of the present one.
    func make(
        _ common: Common, _ change: (KeepersReply) throws(ClientError) -> [NewKeeper]
    ) throws(ClientError) {
        if let directory, !FileTree.isDirectory(directory) {
            throw ClientError(.inputMissing, Sentences.nothingThere(directory), remedy: Sentences.otherFolder)
        }
        let present: KeepersReply = try common.unlocked { (connection) throws(ClientError) in
            try connection.request(KeepersRequest())
        }
        let keepers = try change(present)
        guard keepers.isEmpty || Limits.keepers.contains(keepers.count) else {
            throw ClientError(.usage, Sentences.tooFewKeepers, remedy: Sentences.moreCards)
        }
        // By default more than half of them, so that no two groups can have it.
        let usual = UInt8(keepers.count / 2 + 1)
        let former = present.threshold > 0 && Int(present.threshold) <= keepers.count ? present.threshold : usual
        let threshold = keepers.isEmpty ? 0 : self.threshold ?? former
        try Owner.prove(common, descriptor) { (connection, passphrase) throws(ClientError) in
            let made: KeepersMadeReply = try connection.request(
                KeeperMakeRequest(passphrase: passphrase, threshold: threshold, keepers: keepers))
            try deliver(made, common)
            Output.note(Sentences.keepersMade(Int(threshold), of: keepers.count))
        }
    }

    private func deliver(_ made: KeepersMadeReply, _ common: Common) throws(ClientError) {
        var rows: [JSON] = []
        for (number, deposit) in made.deposits.enumerated() {
            let text = Deposit.text(deposit.deposit)
            var members: [(String, JSON)] = [("name", .string(deposit.name)), ("ends", .bool(deposit.isEnd))]
            if let directory {
                let path = "\(directory)/fob-deposit-\(number + 1).\(pictures ? "png" : "txt")"
                try ExchangeOutput.write(text, to: path)
                members.append(("output", .string(path)))
                if !common.json {
                    Output.note(
                        Sentences.exchangeWritten(Sentences.theDeposit(Label.shown(deposit.name)), Label.shown(path)))
                }
            } else {
                members.append(("deposit", .string(text)))
                if !common.json {
                    Output.note(Sentences.deposit(Label.shown(deposit.name), ends: deposit.isEnd))
                    Output.line(text)
                }
            }
            rows.append(.object(members))
        }
        if common.json {
            Output.line(JSON.object([("set", .string(made.set.description)), ("deposits", .array(rows))]).text)
        }
    }
}

/// `fob keeper add`.
struct KeeperAddVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: Help.keeperAdd, discussion: Help.keeperAddDiscussion)

    @Argument(help: Help.keeperCards, completion: .file()) var cards: [String]
    @Option(name: .customLong("as"), help: Help.keeperAs) var alias: String?
    @OptionGroup var comparison: WordComparison
    @OptionGroup var options: KeeperSetOptions
    @OptionGroup var common: Common

    func run() throws {
        var new: [KeeperCard] = []
        for path in cards {
            let text = Self.trimmed(try ExchangeInput.text(path))
            do throws(ExchangeError) { new.append(try KeeperCard(parsing: Array(text.utf8))) } catch {
                throw ClientError(error)
            }
        }
        for card in new { try comparison.check(card.words, of: Label.shown(card.name), common) }
        try options.make(common) { (present) throws(ClientError) in
            var keepers = present.keepers.map(\.keeper)
            for card in new {
                guard card.publicKey.point != present.point else { throw ClientError(.badInput, Sentences.ownCard) }
                let keeper = NewKeeper(
                    name: new.count == 1 ? alias ?? card.name : card.name, point: card.publicKey.point,
                    binding: card.binding)
                keepers.removeAll { $0.point == keeper.point }
                guard !keepers.contains(where: { $0.name == keeper.name }) else {
                    throw ClientError(
                        .alreadyExists, Sentences.nameTaken(Label.shown(keeper.name)), remedy: Sentences.giveAs)
                }
                keepers.append(keeper)
            }
            return keepers
        }
    }

    private static func trimmed(_ text: String) -> String {
        String(text.drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
    }
}

/// `fob keeper renew`.
struct KeeperRenewVerb: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "renew", abstract: Help.keeperRenew)

    @OptionGroup var options: KeeperSetOptions
    @OptionGroup var common: Common

    func run() throws {
        try options.make(common) { (present) throws(ClientError) in
            guard !present.keepers.isEmpty else { throw ClientError(.noKeepers, Sentences.noKeepers) }
            return present.keepers.map(\.keeper)
        }
    }
}

/// `fob keeper remove`.
struct KeeperRemoveVerb: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "remove", abstract: Help.keeperRemove)

    @Argument(help: Help.keeperNames) var names: [String] = []
    @Flag(name: .long, help: Help.keeperAll) var all = false
    @OptionGroup var options: KeeperSetOptions
    @OptionGroup var common: Common

    func run() throws {
        guard all != !names.isEmpty else {
            throw ClientError(.usage, Sentences.noSuchKeeper(""), remedy: Sentences.listKeepers)
        }
        try options.make(common) { (present) throws(ClientError) in
            guard !present.keepers.isEmpty else { throw ClientError(.noKeepers, Sentences.noKeepers) }
            if all { return [] }
            for name in names where !present.keepers.contains(where: { $0.keeper.name == name }) {
                throw ClientError(.noKeepers, Sentences.noSuchKeeper(Label.shown(name)), remedy: Sentences.listKeepers)
            }
            let left = present.keepers.map(\.keeper).filter { !names.contains($0.name) }
            guard !left.isEmpty else {
                throw ClientError(.usage, Sentences.tooFewKeepers, remedy: Sentences.moreCards)
            }
            return left
        }
    }
}
