import ArgumentParser
import Client
import Platform
import Wire

/// `fob list`.
struct ListVerb: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: tr("List accounts."))

    @Flag(name: .long, help: Help.trash) var trash = false
    @Flag(name: .long, help: Help.names) var names = false
    @Flag(name: .customLong("otp"), help: .init(tr("Only accounts with a one-time password."))) var onlyOTP = false
    @Flag(name: .long, help: Help.codes) var codes = false
    @Option(name: .long, help: .init(tr("Only accounts with this tag."), valueName: "tag")) var tag: String?
    @OptionGroup var common: Common

    func validate() throws {
        if codes, trash || names { throw ValidationError(tr("--codes takes neither --names nor --trash.")) }
    }

    func run() throws {
        let (accounts, rows, owners) = try common.unlocked { (connection) throws(ClientError) in
            let accounts = try connection.accounts(withTrash: trash).filter { account in
                (account.removed != 0) == trash && (tag.map(account.tags.contains) ?? true)
                    && (!onlyOTP || account.credential.kind != nil)
            }
            let isTable = !codes && !names && !common.json && accounts.contains { $0.credential.kind == nil }
            let owners = isTable ? Set(try connection.keys(withTrash: trash).map(\.account)) : []
            return (accounts, codes ? try codes(of: accounts, &connection) : [], owners)
        }
        if codes { return print(rows) }
        if common.json {
            Output.json([("accounts", .array(accounts.map { JSON($0) }))])
        } else if names {
            Output.write(Arguments.naming(accounts).map { $0 + "\n" }.joined())
        } else {
            printTable(accounts, owners)
        }
    }

    /// The codes of those that give one by the clock, and without a question.
    private func codes(of accounts: [Account], _ connection: inout Connection) throws(ClientError) -> [Watch.Row] {
        var rows: [Watch.Row] = []
        for account in accounts where account.isTimed && account.consent == .none && account.state == .ok {
            do throws(ClientError) {
                let reply = try connection.request(CodeRequest(.id(account.id)))
                rows.append(Watch.Row(account: account, reply: reply))
            } catch {
                // One whose time is over, or that was removed meanwhile, is no reason to give none.
                guard error.code == .lifetimeOver || error.code == .notFound else { throw error }
            }
        }
        return rows
    }

    private func print(_ rows: [Watch.Row]) {
        if common.json {
            let codes = rows.compactMap { row in row.reply.map { JSON($0, labelled: row.account) } }
            return Output.json([("codes", .array(codes))])
        }
        guard !rows.isEmpty else { return Output.note(Sentences.nothingToWatch) }
        let now = Clock.utc
        let width = rows.map { Label.width($0.reply?.code ?? "") }.max() ?? 0
        for row in rows {
            guard let reply = row.reply else { continue }
            let left = "\(reply.validUntil > now ? reply.validUntil - now : 0)s"
            let life = String(repeating: " ", count: max(0, 4 - left.count)) + left
            Output.line(
                Wrapped.row(Label.padded(reply.code, to: width) + " " + life + "  " + Label.shown(row.account.label)))
        }
    }

    /// - Parameter owners: accounts of security keys.
    private func printTable(_ accounts: [Account], _ owners: Set<Identifier>) {
        guard !accounts.isEmpty else {
            return Output.note(trash ? Sentences.trashEmpty : tag != nil ? Sentences.noneTagged : Sentences.noAccounts)
        }
        let rows = accounts.map { account in
            [
                Label.shown(account.label),
                account.credential.kind == nil && owners.contains(account.id) ? "key" : account.credential.kind.text,
                Self.remarks(account),
            ]
        }
        Output.table(rows)
    }

    private static func remarks(_ account: Account) -> String {
        var parts: [String] = []
        if account.removed != 0 { parts.append(Sentences.removedAt(Moment.text(account.removed))) }
        if account.state == .needsVerification { parts.append(Sentences.needsVerification) }
        if account.consent != .none { parts.append(Sentences.confirmed(account.consent)) }
        if account.lifetime != 0 { parts.append(tr("lifetime \(Seconds.text(UInt64(account.lifetime)))")) }
        parts += account.tags.map { "#" + Label.shown($0) }
        return parts.joined(separator: ", ")
    }
}

/// `fob show`.
struct ShowVerb: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: Help.show)

    @Argument(help: Help.account, completion: Completions.accounts) var name: String
    @OptionGroup var common: Common

    func run() throws {
        try common.unlocked { (connection) throws(ClientError) in
            try connection.show(Selector(argument: name)) { (account, note) throws(ClientError) in
                if common.json { return try NoteText.writeJSON(JSON(account), note: note) }
                let rows = Sentences.details(of: account)
                let width = rows.map { Label.width($0.0) }.max() ?? 0
                for row in rows { Output.line(Label.padded(row.0 + ":", to: width + 1) + " " + Label.shown(row.1)) }
                guard !note.isEmpty else { return }
                Output.line("")
                try NoteText.writeLines(note)
            }
        }
    }
}

extension String {
    /// Without spaces at its end.
    var trimmedEnd: String {
        var text = self
        while text.hasSuffix(" ") { text.removeLast() }
        return text
    }
}

extension CredentialKind? {
    /// The word on the command line, in lists and in JSON.
    var text: String {
        switch self {
        case .none: "none"
        case .totp: "totp"
        case .hotp: "hotp"
        case .steam: "steam"
        case .motp: "motp"
        case .yandex: "yandex"
        case .ocra: "ocra"
        }
    }
}

extension HashAlgorithm? {
    /// The word on the command line and in JSON.
    var text: String {
        switch self {
        case .none: "none"
        case .sha1: "sha1"
        case .sha256: "sha256"
        case .sha512: "sha512"
        case .md5: "md5"
        }
    }
}

extension JSON {
    /// An account as fob(1) describes it.
    init(_ account: Account) {
        let credential = account.credential
        let members: [(String, JSON)] = [
            ("id", .string(account.id.description)), ("issuer", .string(account.issuer)),
            ("name", .string(account.name)), ("kind", .string(credential.kind.text)),
            ("algorithm", .string(credential.algorithm.text)), ("digits", .number(credential.digits)),
            ("period", .number(credential.period)), ("start", .number(credential.start)),
            ("counter", .number(credential.counter)), ("ocra_suite", .string(credential.ocraSuite)),
            ("tags", .strings(account.tags)),
            ("state", .string(account.state == .ok ? "ok" : "needs_verification")),
            ("confirm", .bool(account.consent != .none)),
            ("verify", .bool(account.consent == .verify)), ("device_bound", .bool(account.isDeviceBound)),
            ("lifetime", .number(account.lifetime)),
            ("created", .number(account.created)), ("modified", .number(account.modified)),
            ("removed", account.removed == 0 ? .null : .number(account.removed)),
            ("has_note", .bool(account.hasNote)), ("favourite", .bool(account.extras.isFavourite)),
            ("icon", .string(account.extras.icon)), ("uses", .number(account.extras.uses)),
            ("last_used", account.extras.lastUsed == 0 ? .null : .number(account.extras.lastUsed)),
        ]
        self = .object(members)
    }
}
