import ArgumentParser
import Client
import Platform
import Wire

/// `fob list`.
struct ListVerb: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: Help.list)

    @Flag(name: .long, help: Help.trash) var trash = false
    @Flag(name: .long, help: Help.names) var names = false
    @Option(name: .long, help: Help.onlyTag) var tag: String?
    @OptionGroup var common: Common

    func run() throws {
        let all = try common.unlocked { (connection) throws(ClientError) in
            try connection.accounts(withTrash: trash)
        }
        let accounts = all.filter { account in
            (account.removed != 0) == trash && (tag.map(account.tags.contains) ?? true)
        }
        if common.json {
            Output.line(JSON.object([("accounts", .array(accounts.map { JSON($0) }))]).text)
        } else if names {
            Output.write(accounts.map { Label.shown($0.label) + "\n" }.joined())
        } else {
            printTable(accounts)
        }
    }

    private func printTable(_ accounts: [Account]) {
        guard !accounts.isEmpty else {
            return Output.note(trash ? Sentences.trashEmpty : tag != nil ? Sentences.noneTagged : Sentences.noAccounts)
        }
        let rows = accounts.map { account in
            [Label.shown(account.label), account.credential.kind.text, Self.remarks(account)]
        }
        let widths = (0..<2).map { column in rows.map { Label.width($0[column]) }.max() ?? 0 }
        for row in rows {
            let line = Label.padded(row[0], to: widths[0]) + "  " + Label.padded(row[1], to: widths[1]) + "  " + row[2]
            Output.line(line.trimmedEnd)
        }
    }

    private static func remarks(_ account: Account) -> String {
        var parts: [String] = []
        if account.removed != 0 { parts.append(Sentences.removedAt(Moment.text(account.removed))) }
        if account.state == .needsVerification { parts.append(Sentences.needsVerification) }
        if account.consent != .none { parts.append(Sentences.confirmed(account.consent)) }
        if account.lifetime != 0 { parts.append(Sentences.lifetime(Seconds.text(UInt64(account.lifetime)))) }
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
