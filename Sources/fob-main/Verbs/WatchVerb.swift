import ArgumentParser
import Client
import Platform
import Wire

/// `fob watch`.
struct WatchVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch", abstract: Help.watch, discussion: Help.watchDiscussion)

    @Argument(help: Help.watchAccounts, completion: Completions.codes) var names: [String] = []
    @OptionGroup var common: Common

    func run() throws { try Watch(common: common).run(names) }
}

/// Shows codes until it is ended: on the second screen of a terminal, or line by line.
struct Watch {
    let common: Common

    /// An account with its present code; nil before the first.
    struct Row {
        let account: Account
        var reply: CodeReply?
    }

    func run(_ names: [String]) throws(ClientError) {
        try common.unlocked { (connection) throws(ClientError) in
            var rows = try Self.select(names, &connection)
            guard !rows.isEmpty else {
                throw ClientError(.notFound, Sentences.nothingToWatch, remedy: Sentences.watchTimed)
            }
            if Terminal.isTerminal(1), Terminal.canMove, !common.json, let terminal = try? Terminal() {
                return try show(&rows, &connection, terminal)
            }
            while true {
                for index in try Self.refresh(&rows, rows.indices, &connection) { print(rows[index]) }
                Environment.sleep(milliseconds: Self.toNextSecond)
            }
        }
    }

    /// The accounts that were named, or all whose codes come by the clock and without a question.
    private static func select(_ names: [String], _ connection: inout Connection) throws(ClientError) -> [Row] {
        guard !names.isEmpty else {
            return try connection.accounts().filter { $0.isTimed && $0.consent == .none && $0.removed == 0 }
                .map { Row(account: $0) }
        }
        var rows: [Row] = []
        for name in names {
            let found = try connection.accountWithCode(name)
            guard found.isTimed else {
                throw ClientError(
                    .usage, Sentences.notTimed(Label.shown(found.label)), remedy: Sentences.watchTimed)
            }
            if !rows.contains(where: { $0.account.id == found.id }) { rows.append(Row(account: found)) }
        }
        return rows
    }

    /// Asks for those codes that are over, and says which have changed. They are only shown: that is no use of the vault.
    static func refresh(
        _ rows: inout [Row], _ wanted: some Sequence<Int>, _ connection: inout Connection
    ) throws(ClientError) -> [Int] {
        var changed: [Int] = []
        let now = Clock.utc
        for index in wanted where (rows[index].reply?.validUntil ?? 0) <= now {
            rows[index].reply = try connection.request(CodeRequest(.id(rows[index].account.id), flags: .shown))
            changed.append(index)
        }
        return changed
    }

    private func print(_ row: Row) {
        guard let reply = row.reply else { return }
        if common.json {
            Output.line(JSON(reply, labelled: row.account).text)
        } else {
            Output.line("\(Label.shown(row.account.label)) \(reply.code) \(reply.validUntil)")
        }
    }

    private static var toNextSecond: Int { 1000 - Int(Clock.utcMilliseconds % 1000) + 5 }

    /// The second screen has no lines to scroll back to: codes are gone when it is left, whatever its size was.
    private func show(
        _ rows: inout [Row], _ connection: inout Connection, _ terminal: borrowing Terminal
    ) throws(ClientError) {
        var failure: ClientError?
        var ending: Int32?
        do throws(TerminalError) {
            let keys = try terminal.keys(hidesCursor: true)
            var screen = WatchScreen(labels: rows.map { Label.shown($0.account.label) })
            loop: while true {
                do throws(ClientError) {
                    screen.fit(width: terminal.width, height: terminal.height)
                    // What was locked meanwhile leaves no code on the screen until its time is over.
                    try connection.checkUnlocked()
                    _ = try Self.refresh(&rows, screen.visible, &connection)
                    terminal.write(screen.text(rows, at: Clock.utc))
                } catch {
                    failure = error
                    break
                }
                switch screen.take(keys.next(milliseconds: Int32(Self.toNextSecond)), from: keys) {
                case .none: continue
                case .leave: break loop
                case .end(let signal):
                    ending = signal
                    break loop
                case .copy(let index):
                    guard let code = rows[index].reply?.code else { continue }
                    do throws(ClientError) {
                        let clipboard = try Clipboard.find()
                        try clipboard.copy(code, clearAfter: CodeOptions.usualClearAfter)
                        screen.message = tr("copied the code of \(screen.labels[index])")
                    } catch { screen.message = error.message }
                }
            }
        } catch {
            failure = ClientError(error)
        }
        if let failure { throw failure }
        if let ending, ending != 2 { throw ClientError(.interrupted, "", details: ["\(ending)"]) }
    }
}

extension Connection {
    /// The account that a person names who wants a code: those without a one-time password are in nobody's way.
    mutating func accountWithCode(_ name: String) throws(ClientError) -> Account {
        let selector = Selector(argument: name)
        let refusal: ClientError
        let labels: [String]?
        do throws(ClientError) {
            let found = try account(selector)
            guard found.credential.kind == nil, case .name = selector else { return found }
            refusal = ClientError(.usage, Sentences.notTimed(Label.shown(found.label)), remedy: Sentences.watchTimed)
            labels = nil
        } catch {
            guard error.code == .ambiguous else { throw error }
            refusal = error
            labels = error.details
        }
        let words = Searched.words(name)
        let fitting = try accounts().filter { account in
            account.credential.kind != nil && account.removed == 0
                && (labels?.contains(account.label) ?? words.allSatisfy(Searched.text(account.label).contains))
        }
        guard fitting.count == 1 else { throw refusal }
        return fitting[0]
    }
}

extension Account {
    /// Whether its codes come by the clock alone.
    var isTimed: Bool {
        switch credential.kind {
        case .totp, .steam, .motp, .yandex: true
        case .hotp, .ocra, .none: false
        }
    }
}

extension JSON {
    init(_ reply: CodeReply, labelled account: Account) {
        self = .object([
            ("account", .string(account.id.description)), ("issuer", .string(account.issuer)),
            ("name", .string(account.name)), ("code", .string(reply.code)),
            ("valid_from", .number(reply.validFrom)), ("valid_until", .number(reply.validUntil)),
        ])
    }
}
