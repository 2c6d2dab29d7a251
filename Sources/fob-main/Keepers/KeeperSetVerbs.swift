import ArgumentParser
import Client
import Platform
import Recovery
import Vault
import Wire

/// How a set of keepers is made and its deposits get to them.
struct KeeperSetOptions: ParsableArguments {
    @Option(name: .long, help: .init(tr("How many of them must answer."), valueName: "k")) var threshold: UInt8?
    @Option(name: .customLong("to"), help: Help.keeperTo, completion: .directory) var directory: String?
    @Flag(name: .customLong("pictures"), help: Help.keeperPictures) var pictures = false
    @Flag(name: .customLong("plus-code"), inversion: .prefixedNo, help: Help.plusCode) var plusCode: Bool?
    @Option(name: .customLong("passphrase-fd"), help: Help.passphraseDescriptor) var descriptor: Int32?

    /// Makes the set that `change` makes of the present one.
    func make(
        _ common: Common, _ change: (KeepersReply) throws(ClientError) -> [NewKeeper]
    ) throws(ClientError) {
        try OutputFile.check(in: directory)
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
        let gone = present.keepers.filter { state in !keepers.contains { $0.point == state.keeper.point } }
        // Deposits are there once: where they go is known to be good before the set of before ends.
        let files = try directory.map { directory throws(ClientError) in
            try (0..<keepers.count + gone.count).map { place throws(ClientError) in
                try OutputFile("\(directory)/fob-deposit-\(place + 1).\(pictures ? "png" : "txt")")
            }
        }
        guard plusCode == true, !keepers.isEmpty else {
            return try make(common, present, keepers, threshold, files) {
                (connection, passphrase) throws(ClientError) in
                guard plusCode == false else {
                    return try connection.request(
                        KeeperMakeRequest(passphrase: passphrase, threshold: threshold, keepers: keepers))
                }
                return try connection.request(
                    KeeperMakePlusRequest(
                        passphrase: passphrase, threshold: threshold, keepers: keepers, code: Span()))
            }
        }
        try make(common, present, keepers, threshold, files) { (connection, passphrase) throws(ClientError) in
            let code: KitCode
            do throws(MemoryError) { code = try KitCode.random() } catch { throw ClientError(error) }
            let made = try code.withBytes { (bytes: Span<UInt8>) throws(ClientError) -> KeepersMadeReply in
                try connection.request(
                    KeeperMakePlusRequest(
                        passphrase: passphrase, threshold: threshold, keepers: keepers, code: bytes))
            }
            try PlusCodeOptions.show(code, common)
            return made
        }
    }

    private func make(
        _ common: Common, _ present: KeepersReply, _ keepers: [NewKeeper], _ threshold: UInt8, _ files: [OutputFile]?,
        _ request: (inout Connection, Span<UInt8>) throws(ClientError) -> KeepersMadeReply
    ) throws(ClientError) {
        var made: KeepersMadeReply?
        try Owner.prove(common, descriptor) { (connection, passphrase) throws(ClientError) in
            made = try request(&connection, passphrase)
        }
        guard let made else { return }
        for state in present.keepers { RecoveryAttempt.forget(KeeperProveVerb.session(of: state)) }
        RecoveryAttempt.forget(RehearsalVerb.session(of: present.set))
        // What goes wrong from here on is no reason to make another set.
        let failure = deliver(made, to: files, common)
        Output.note(Sentences.keepersMade(Int(threshold), of: keepers.count))
        if directory != nil, !keepers.isEmpty { Output.hint(Sentences.depositsTogether) }
        if let failure {
            throw ClientError(.notSaved, failure.message, remedy: Sentences.depositsShown, details: failure.details)
        }
    }

    /// Shows all deposits, or writes them; one that cannot be written is shown.
    ///
    /// - Returns: why one was not written.
    private func deliver(_ made: KeepersMadeReply, to files: [OutputFile]?, _ common: Common) -> ClientError? {
        var rows: [JSON] = []
        var failure: ClientError?
        for (number, deposit) in made.deposits.enumerated() {
            let text = Deposit.text(deposit.deposit)
            var members: [(String, JSON)] = [("name", .string(deposit.name)), ("ends", .bool(deposit.isEnd))]
            if let file = files.flatMap({ number < $0.count ? $0[number] : nil }), write(text, to: file, &failure) {
                members.append(("output", .string(file.path)))
                if !common.json {
                    Output.note(
                        Sentences.exchangeWritten(
                            tr("the deposit for \(Label.shown(deposit.name))"), Label.shown(file.path)))
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
            Output.json([("set", .string(made.set.description)), ("deposits", .array(rows))])
        }
        return failure
    }

    private func write(_ text: String, to file: OutputFile, _ failure: inout ClientError?) -> Bool {
        do throws(ClientError) {
            try ExchangeOutput.write(text, to: file)
            return true
        } catch {
            failure = error
            return false
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
            let text = try ExchangeInput.text(path)
            do throws(ExchangeError) { new += try MailedCard.cards(in: text) } catch {
                throw ClientError(error)
            }
        }
        guard new.count == 1 || comparison.words == nil && alias == nil else {
            throw ClientError(.usage, tr("--words and --as are about one card"), remedy: Sentences.cardByCard)
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
    @Flag(name: .long, help: .init(tr("All of them: there is no set any more."))) var all = false
    @OptionGroup var options: KeeperSetOptions
    @OptionGroup var common: Common

    func validate() throws {
        guard all == names.isEmpty else { throw ValidationError(tr("Name keepers, or give --all.")) }
    }

    func run() throws {
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
