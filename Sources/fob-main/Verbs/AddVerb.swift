import ArgumentParser
import Client
import OneTimePassword
import Platform
import Wire

/// `fob add`.
struct AddVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: Help.add, discussion: Help.addDiscussion)

    @Argument(help: Help.newAccount) var account: [String] = []
    @Option(name: .long, help: .init(tr("Who issued the account, such as GitHub."))) var issuer: String?
    @Option(name: .long, help: Help.name) var name: String?
    @OptionGroup var secret: SecretOptions
    @Option(name: .long, help: Help.tag) var tag: [String] = []
    @Option(name: .long, help: Help.confirmNew) var confirm: Consent?
    @Option(name: .long, help: Help.lifetime) var lifetime: TimeSpan?
    @OptionGroup var common: Common

    /// Characters of a word that may be a secret: the shortest that services give has 16.
    private static let secretLength = 16

    func run() throws {
        try checkWords()
        let mayAsk = !common.noAsk
        var (issuer, name) = (issuer ?? "", name ?? "")
        if let word = account.first { (issuer, name) = AccountLabel.parts(word) }
        var new = try secret.read(issuer: issuer, name: name, mayAsk: mayAsk)
        if !issuer.isEmpty || self.issuer != nil { new.issuer = issuer }
        if !name.isEmpty || self.name != nil { new.name = name }
        if new.issuer.isEmpty, new.name.isEmpty { (new.issuer, new.name) = AccountLabel.parts(try askName()) }
        try secret.complete(&new, mayAsk: mayAsk)
        try add(new)
    }

    /// One word is a name; a secret on the command line is refused, and not repeated.
    private func checkWords() throws(ClientError) {
        guard let word = account.first else { return }
        guard account.count == 1, !Self.maySecret(word) else { throw Arguments.secretOnCommandLine }
        guard issuer == nil, name == nil else {
            throw ClientError(.usage, tr("the name is given twice"), remedy: Sentences.giveName)
        }
    }

    /// Whether a word can be a secret in base32 or hexadecimal: long, and of their characters only. Small letters alone
    /// are words that people write.
    private static func maySecret(_ word: String) -> Bool {
        let bytes = word.utf8.filter { $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: "=") }
        guard bytes.count >= secretLength else { return false }
        let isBase32 = bytes.allSatisfy { byte in
            UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20 || UInt8(ascii: "2")...UInt8(ascii: "7") ~= byte
        }
        let isHexadecimal = bytes.allSatisfy { byte in
            UInt8(ascii: "a")...UInt8(ascii: "f") ~= byte | 0x20 || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
        }
        return isBase32 || isHexadecimal
    }

    private func askName() throws(ClientError) -> String {
        guard !common.noAsk, Terminal.isTerminal(0), let terminal = try? Terminal() else {
            throw ClientError(.usage, Sentences.nameMissing, remedy: Sentences.giveName)
        }
        var line = try ClientError.locked(Limits.name + 1)
        do throws(TerminalError) {
            try terminal.readLine(tr("Name, or issuer/name: "), hidden: false, into: &line)
        } catch { throw ClientError(error) }
        line.trim()
        guard line.count > 0 else {
            throw ClientError(.usage, Sentences.nameMissing, remedy: Sentences.giveName)
        }
        guard let text = Characters.typed(line.bytes) else {
            throw ClientError(.badInput, Sentences.textNotUTF8)
        }
        return text
    }

    private func add(_ account: borrowing AccountText) throws(ClientError) {
        var new = account.onWire
        new.tags = tag
        new.consent = confirm ?? .none
        new.lifetime = lifetime?.seconds ?? 0
        let (added, stored, code) = try common.unlocked { (connection) throws(ClientError) in
            let added = try connection.add(new, key: account.key.bytes, pin: account.pin.bytes)
            let stored = try connection.account(.id(added.account))
            return (added, stored, try firstCode(of: stored, &connection))
        }
        common.done(
            Sentences.added(added.outcome, Label.shown(stored.label)),
            [
                ("id", .string(added.account.description)), ("outcome", .string(added.outcome.text)),
                ("issuer", .string(stored.issuer)), ("name", .string(stored.name)),
            ])
        guard let code else { return }
        let (left, isOver) = code.validUntil.subtractingReportingOverflow(Clock.utc)
        Output.note(tr("its code is \(code.code), for another \(isOver ? 0 : left) s"))
    }

    /// The code that the service asks for now, for whoever sees it: one that is used up by it is not made.
    private func firstCode(
        of account: Account, _ connection: inout Connection
    ) throws(ClientError) -> CodeReply? {
        guard !common.json, account.isTimed, account.consent == .none, account.state == .ok, Terminal.isTerminal(2)
        else { return nil }
        return try connection.request(CodeRequest(.id(account.id)))
    }
}

extension LockedBuffer {
    /// Takes spaces, tabs and line ends off both ends.
    mutating func trim() {
        func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
        while count > 0, isSpace(bytes[count - 1]) { truncate(to: count - 1) }
        var leading = 0
        while leading < count, isSpace(bytes[leading]) { leading += 1 }
        removeFirst(leading)
    }
}

extension AddOutcome {
    /// The word in JSON.
    var text: String {
        switch self {
        case .added: "added"
        case .same: "already_there"
        case .renamed: "renamed"
        case .raised: "raised"
        }
    }
}
