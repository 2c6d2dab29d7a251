import ArgumentParser
import Client
import OneTimePassword
import Platform
import Wire

/// `fob add`.
struct AddVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: Help.add, discussion: Help.addDiscussion)

    @Argument(help: .hidden) var unexpected: [String] = []
    @Option(name: .long, help: Help.issuer) var issuer: String?
    @Option(name: .long, help: Help.name) var name: String?
    @OptionGroup var secret: SecretOptions
    @Option(name: .long, help: Help.tag) var tag: [String] = []
    @Option(name: .long, help: Help.confirmNew) var confirm: Consent?
    @Option(name: .long, help: Help.lifetime) var lifetime: TimeSpan?
    @OptionGroup var common: Common

    func run() throws {
        guard unexpected.isEmpty else { throw Arguments.secretOnCommandLine }
        var account = try secret.read(issuer: issuer ?? "", name: name ?? "", mayAsk: !common.noAsk)
        if let issuer { account.issuer = issuer }
        if let name { account.name = name }
        guard !account.issuer.isEmpty || !account.name.isEmpty else {
            throw ClientError(.usage, Sentences.nameMissing, remedy: Sentences.giveName)
        }
        try secret.complete(&account, mayAsk: !common.noAsk)
        var new = account.onWire
        new.tags = tag
        new.consent = confirm ?? .none
        new.lifetime = lifetime?.seconds ?? 0
        let (added, stored) = try common.unlocked { (connection) throws(ClientError) in
            let added = try connection.add(new, key: account.key.bytes, pin: account.pin.bytes)
            let stored = try connection.account(.id(added.account))
            return (added, stored)
        }
        common.done(
            Sentences.added(added.outcome, Label.shown(stored.label)),
            [
                ("id", .string(added.account.description)), ("outcome", .string(added.outcome.text)),
                ("issuer", .string(stored.issuer)), ("name", .string(stored.name)),
            ])
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
