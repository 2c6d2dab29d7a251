import ArgumentParser
import Client
import Platform
import Wire

/// `fob watch`.
struct WatchVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch", abstract: Help.watch, discussion: Help.watchDiscussion)

    @Argument(help: Help.watchAccounts, completion: Completions.accounts) var names: [String] = []
    @OptionGroup var common: Common

    /// An account with its present code; nil before the first.
    private struct Row {
        let account: Account
        var reply: CodeReply?
    }

    func run() throws {
        try common.unlocked { (connection) throws(ClientError) in
            var rows = try select(&connection)
            guard !rows.isEmpty else {
                throw ClientError(.notFound, Sentences.nothingToWatch, remedy: Sentences.watchTimed)
            }
            if Terminal.isTerminal(1), !common.json, let terminal = try? Terminal() {
                try watch(&rows, &connection, terminal)
            } else {
                while true {
                    let fresh = try refresh(&rows, &connection)
                    for index in fresh { print(rows[index]) }
                    Self.sleepToNextSecond()
                }
            }
        }
    }

    /// The accounts that were named, or all whose codes come by the clock and without a question.
    private func select(_ connection: inout Connection) throws(ClientError) -> [Row] {
        guard !names.isEmpty else {
            return try connection.accounts().filter { $0.isTimed && $0.consent == .none && $0.removed == 0 }
                .map { Row(account: $0) }
        }
        var rows: [Row] = []
        for name in names {
            let found = try connection.account(Selector(argument: name))
            guard found.isTimed else {
                throw ClientError(
                    .usage, Sentences.notTimed(Label.shown(found.label)), remedy: Sentences.watchTimed)
            }
            rows.append(Row(account: found))
        }
        return rows
    }

    /// Asks for the codes that are over, and says which rows have changed.
    private func refresh(
        _ rows: inout [Row], _ connection: inout Connection, most: Int = .max
    ) throws(ClientError) -> [Int] {
        var changed: [Int] = []
        let now = Clock.utc
        for index in rows.indices.prefix(most) where (rows[index].reply?.validUntil ?? 0) <= now {
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

    private static func sleepToNextSecond() {
        Environment.sleep(milliseconds: 1000 - Int(Clock.utcMilliseconds % 1000) + 5)
    }

    private func watch(
        _ rows: inout [Row], _ connection: inout Connection, _ terminal: borrowing Terminal
    ) throws(ClientError) {
        var failure: ClientError?
        var lines = 0
        var ending: Int32?
        do throws(TerminalError) {
            let keys = try terminal.keys()
            loop: while true {
                do throws(ClientError) {
                    // What does not fit on the screen is not asked for.
                    let height = max(terminal.height - 2, 1)
                    _ = try refresh(&rows, &connection, most: height)
                    let text = Self.screen(rows.prefix(height), left: rows.count - height, width: terminal.width)
                    terminal.write(Self.up(lines) + text)
                    lines = text.utf8.count { $0 == UInt8(ascii: "\n") }
                } catch {
                    failure = error
                    break
                }
                switch keys.next(milliseconds: Int32(1000 - Clock.utcMilliseconds % 1000 + 5)) {
                case .key(UInt8(ascii: "q")), .key(UInt8(ascii: "Q")), .key(4), .key(27), .ended: break loop
                case .signal(let signal):
                    ending = signal
                    break loop
                case .key, .timeout: continue
                }
            }
        } catch {
            failure = ClientError(error)
        }
        // Codes do not stay on the screen.
        terminal.write(Self.up(lines) + "\u{1b}[J")
        if let failure { throw failure }
        if let ending, ending != 2 { throw ClientError(.interrupted, "", details: ["\(ending)"]) }
    }

    private static func up(_ lines: Int) -> String { lines > 0 ? "\r\u{1b}[\(lines)A" : "\r" }

    private static func screen(_ rows: ArraySlice<Row>, left: Int, width: Int) -> String {
        let now = Clock.utc
        let codes = rows.map { $0.reply?.code ?? "" }
        let codeWidth = codes.map { Label.width($0) }.max() ?? 0
        var text = ""
        for (row, code) in zip(rows, codes) {
            let seconds = (row.reply?.validUntil ?? now) - min(now, row.reply?.validUntil ?? now)
            let life = String(repeating: " ", count: max(0, 3 - String(seconds).count)) + "\(seconds)s"
            let start = Label.padded(code, to: codeWidth) + " " + life + "  "
            text += start + Label.cut(Label.shown(row.account.label), to: max(1, width - Label.width(start) - 1))
            text += "\u{1b}[K\n"
        }
        if left > 0 { text += Sentences.moreAccounts(left) + "\u{1b}[K\n" }
        return text + Sentences.watchKeys + "\u{1b}[K\n"
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
