import ArgumentParser
import Client
import Wire

/// Rules about what stands on a command line.
enum Arguments {
    private static let schemes = ["otpauth:", "otpauth-migration:", "motp:", "steam:", "age-secret-key-"]
    private static let secretOptions = ["--secret", "--key", "--uri", "--pin", "--passphrase", "--password"]

    /// Whether an argument is, or holds, the URI of an account.
    static func isURI(_ argument: String) -> Bool {
        // No scheme fits into a short argument, and looking costs time.
        guard argument.utf8.contains(UInt8(ascii: ":")) || argument.utf8.count > 40 else { return false }
        let lower = argument.lowercased()
        return schemes.contains { lower.contains($0) }
    }

    /// Refuses what is not UTF-8, and has become U+FFFD by now: it would name another account or file than was meant.
    static func refuseBroken(_ arguments: [String]) throws(ClientError) {
        for argument in arguments where argument.unicodeScalars.contains("\u{FFFD}") {
            throw ClientError(.usage, tr("this is not UTF-8: \(Label.shown(argument))"), remedy: Sentences.typeUTF8)
        }
    }

    /// Options whose value may be empty: what they name is taken away then, or refused in words of its own.
    private static let emptied = ["--issuer", "--name"]

    /// Refuses arguments with nothing in them, as from a variable of a script that is not set: before anybody is asked
    /// for anything, and before an empty name is taken for any.
    static func refuseEmpty(_ arguments: [String]) throws(ClientError) {
        for (index, argument) in arguments.enumerated() {
            let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let isOption = argument.hasPrefix("--") && parts.count == 2 && parts[1].isEmpty
            guard argument.isEmpty || isOption else { continue }
            let place = isOption ? String(parts[0]) : index > 0 ? arguments[index - 1] : "fob"
            guard !emptied.contains(place), !isLabel(index, of: arguments) else { continue }
            let verb = Commands.named(arguments)
            throw ClientError(
                .usage, tr("the argument behind \(Label.shown(place)) is empty"), remedy: Sentences.seeHelp(verb))
        }
    }

    /// `fob key rename KEY ''` takes the label away.
    private static func isLabel(_ index: Int, of arguments: [String]) -> Bool {
        arguments.starts(with: ["key", "rename"])
            && arguments[..<index].dropFirst(2).contains { !$0.isEmpty && !$0.hasPrefix("-") }
    }

    /// Refuses secrets on the command line: other users see it in the process list, and the shell writes it down.
    /// The refusal does not repeat them.
    static func refuseSecrets(_ arguments: [String]) throws(ClientError) {
        for (index, argument) in arguments.enumerated() {
            let next = arguments.dropFirst(index + 1).first
            let isOption =
                secretOptions.contains { argument == $0 || argument.hasPrefix($0 + "=") }
                && !(arguments[0] == "confirm" && isFlag(argument, before: next))
            guard !isOption, !isURI(argument), !isKitCode(argument) else { throw secretOnCommandLine }
        }
    }

    /// `fob confirm --passphrase` has nothing behind it but an option or the id of a question.
    private static func isFlag(_ argument: String, before next: String?) -> Bool {
        argument == "--passphrase" && (next.map { $0.hasPrefix("--") || Identifier(hexadecimal: $0) != nil } ?? true)
    }

    /// `--confirm` may stand without a word, and is yes then; its opposite is a word too.
    static func expanded(_ arguments: [String]) -> [String] {
        var expanded: [String] = []
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            switch argument {
            case "--": return expanded + [argument] + rest
            case "--no-confirm": expanded.append("--confirm=no")
            case "--confirm":
                let word = rest.first.flatMap { Consent(argument: $0) == nil ? nil : rest.popFirst() }
                expanded.append("--confirm=\(word ?? "yes")")
            default: expanded.append(argument)
            }
        }
        return expanded
    }

    /// The refusal.
    static var secretOnCommandLine: ClientError {
        let verb = Commands.named(CommandLine.arguments.dropFirst())
        return ClientError(.usage, Sentences.secretInArguments, remedy: Sentences.secretElsewhere(verb))
    }
}

/// What every verb understands.
struct Common: ParsableArguments {
    @Flag(name: .long, help: Help.json) var json = false
    @Flag(name: .customLong("no-start"), help: .init(tr("Do not start an agent when none runs."))) var noStart = false
    @Flag(name: .customLong("no-ask"), help: Help.noAsk) var noAsk = false

    /// A connection; nothing is sent yet.
    func open() throws(ClientError) -> Connection { try Connection.open(starting: !noStart) }

    /// Does `body` over one connection; when the vault is locked, asks for the passphrase and does it once more. The
    /// first request of `body` must be one that a locked vault refuses.
    func unlocked<R>(
        _ body: (inout Connection) throws(ClientError) -> R
    ) throws(ClientError) -> R {
        var connection = try open()
        let consent = consent
        connection.onWaiting = { consent.react() }
        return try consent.retrying { () throws(ClientError) in
            do throws(ClientError) {
                return try body(&connection)
            } catch {
                guard error.code == .locked else { throw error }
                try Unlocking.unlock(&connection, source())
                return try body(&connection)
            }
        }
    }

    /// Where a passphrase comes from.
    func source(_ descriptor: Int32? = nil, credential: Bool = true) -> PassphraseSource {
        PassphraseSource(descriptor: descriptor, mayAsk: !noAsk, usesCredential: credential)
    }

    /// How a request gets the consent that it waits for.
    var consent: ConsentHere { ConsentHere(mayAsk: !noAsk) }

    /// Tells that a change was made.
    func done(_ sentence: String, _ members: [(String, JSON)] = []) {
        if json { Output.json([("done", .bool(true))] + members) } else { Output.note(sentence) }
    }
}

/// What each use takes of a person: `no`, `yes` or `verify`.
extension Consent: ExpressibleByArgument {
    package init?(argument: String) {
        guard let consent = Self.allCases.first(where: { $0.word == argument }) else { return nil }
        self = consent
    }

    /// The word on the command line and in lists.
    var word: String {
        switch self {
        case .none: "no"
        case .confirm: "yes"
        case .verify: "verify"
        }
    }

    package static var allValueStrings: [String] { allCases.map(\.word) }
}

/// A length of time on the command line.
struct TimeSpan: ExpressibleByArgument {
    let seconds: UInt32

    init?(argument: String) {
        guard let seconds = Seconds.parse(argument, never: true) else { return nil }
        self.seconds = seconds
    }

    init(seconds: UInt32) { self.seconds = seconds }

    var defaultValueDescription: String { Seconds.text(UInt64(seconds)) }
}

extension Selector {
    /// The account's name for sentences.
    static func label(issuer: String, name: String) -> String {
        Label.shown(AccountLabel.text(issuer, name))
    }
}

extension Arguments {
    /// Names as arguments that mean just these: a name that several have, or that would be taken for something else, by
    /// its id.
    static func naming(_ named: [(name: String, id: String)]) -> [String] {
        var counts: [String: Int] = [:]
        for one in named { counts[one.name, default: 0] += 1 }
        return named.map { one in
            let name = Label.typed(one.name)
            let isTaken = name.isEmpty || name.hasPrefix("-") || name.hasPrefix("id:") || isURI(name) || isKitCode(name)
            return isTaken || counts[one.name] != 1 ? one.id : name
        }
    }

    /// Accounts as arguments.
    static func naming(_ accounts: [Account]) -> [String] {
        naming(accounts.map { ($0.label, "id:\($0.id)") })
    }
}

extension Account {
    /// `issuer/name` as it is.
    var label: String { AccountLabel.text(issuer, name) }
}

extension AccountLabel {
    /// What `issuer/name` names. As a URI has it: one word alone is whose code it is.
    static func parts(_ text: String) -> (issuer: String, name: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        return parts.count == 2 ? (parts[0], parts[1]) : ("", text)
    }
}
