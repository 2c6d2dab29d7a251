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
    @Option(name: .customLong("secret-fd"), help: Help.secretDescriptor) var secretDescriptor: Int32?
    @Option(name: .customLong("pin-fd"), help: Help.pinDescriptor) var pinDescriptor: Int32?
    @Option(name: .long, help: Help.issuer) var issuer: String?
    @Option(name: .long, help: Help.name) var name: String?
    @Option(name: .long, help: Help.type) var type: String?
    @Option(name: .long, help: Help.algorithm) var algorithm: String?
    @Option(name: .long, help: Help.digits) var digits: UInt8?
    @Option(name: .long, help: Help.period) var period: UInt32?
    @Option(name: .long, help: Help.counter) var counter: UInt64?
    @Option(name: .long, help: Help.suite) var suite: String?
    @Option(name: .long, help: Help.tag) var tag: [String] = []
    @Flag(name: .long, help: Help.confirmNew) var confirm = false
    @Option(name: .long, help: Help.lifetime) var lifetime: TimeSpan?
    @OptionGroup var common: Common

    func run() throws {
        guard unexpected.isEmpty else { throw Arguments.secretOnCommandLine }
        var account = try read()
        if let issuer { account.issuer = issuer }
        if let name { account.name = name }
        guard !account.issuer.isEmpty || !account.name.isEmpty else {
            throw ClientError(.usage, Sentences.nameMissing, remedy: Sentences.giveName)
        }
        if account.parameters.needsPIN, account.pin.count == 0 {
            if let pinDescriptor {
                account.pin = try Passphrase.read(descriptor: pinDescriptor, limit: Limits.pin)
            } else {
                account.pin = try StandardInput.typed(Sentences.pinPrompt, limit: Limits.pin, mayAsk: !common.noAsk)
            }
        }
        do throws(OneTimePasswordError) {
            try account.check()
        } catch {
            throw ClientError(error)
        }
        var new = account.onWire
        new.tags = tag
        new.confirm = confirm
        new.lifetime = lifetime?.seconds ?? 0
        let (added, stored) = try common.unlocked { (connection) throws(ClientError) in
            let added = try connection.add(new, key: account.key.bytes, pin: account.pin.bytes)
            let stored: AccountReply = try connection.request(ShowRequest(selector: .id(added.account)))
            return (added, stored.account)
        }
        common.done(
            Sentences.added(added.outcome, Label.shown(stored.label)),
            [
                ("id", .string(added.account.description)), ("outcome", .string(added.outcome.text)),
                ("issuer", .string(stored.issuer)), ("name", .string(stored.name)),
            ])
    }

    private func read() throws(ClientError) -> AccountText {
        let isDescribed =
            type != nil || algorithm != nil || digits != nil || period != nil || counter != nil || suite != nil
        var text = try StandardInput.secret(
            secretDescriptor, prompt: Sentences.secretPrompt, limit: AccountURI.longest, mayAsk: !common.noAsk)
        text.trim()
        do throws(OneTimePasswordError) {
            if AccountText.isURI(text.bytes) {
                if isDescribed { throw OneTimePasswordError.notAnAccountURI }
                return try AccountText(uri: text.bytes)
            }
            return try AccountText(
                base32: text.bytes, issuer: issuer ?? "", name: name ?? "", parameters: try described())
        } catch {
            if isDescribed, error == .notAnAccountURI {
                throw ClientError(.usage, Sentences.uriAndOptions, remedy: Sentences.leaveOutOptions)
            }
            throw ClientError(error)
        }
    }

    private func described() throws(OneTimePasswordError) -> Parameters {
        let kinds: [String: Kind] = ["totp": .totp, "hotp": .hotp, "steam": .steam, "yandex": .yandex, "ocra": .ocra]
        let hashes: [String: HashAlgorithm] = ["sha1": .sha1, "sha256": .sha256, "sha512": .sha512]
        guard let kind = kinds[type?.lowercased() ?? "totp"] else { throw .unknownKind }
        guard let hash = hashes[algorithm?.lowercased() ?? "sha1"] else { throw .parameterInvalid(.algorithm) }
        return try Parameters(
            kind: kind, algorithm: hash, digits: digits ?? 6, period: period ?? 30, counter: counter ?? 0,
            suite: suite ?? "")
    }
}

extension LockedBuffer {
    /// Takes spaces, tabs and line ends off both ends.
    mutating func trim() {
        func isSpace(_ octet: UInt8) -> Bool { octet == 0x20 || (0x09...0x0D).contains(octet) }
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
        case .alreadyThere: "already_there"
        case .renamed: "renamed"
        case .raised: "raised"
        }
    }
}
