import ArgumentParser
import Client
import Platform
import Wire

/// `fob init`.
struct InitVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init", abstract: tr("Make a vault."), discussion: Help.initializeDiscussion)

    @Option(name: .customLong("passphrase-fd"), help: Help.passphraseDescriptor) var descriptor: Int32?
    @Flag(name: .customLong("new"), help: .init(tr("Set what is left of another vault aside."))) var isNew = false
    @OptionGroup var new: NewPassphrase
    @OptionGroup var common: Common

    func run() throws {
        var connection = try common.open()
        // Nobody should think of a passphrase and then learn that there is a vault already.
        let status: StatusReply = try connection.request(StatusRequest())
        guard status.vault == .none else {
            throw ClientError(.alreadyExists, tr("there is a vault already"), remedy: Sentences.unlockIt)
        }
        if isNew, let former = try OlderCopies().setAside() {
            Output.note(tr("what was left of another vault is in \(former)"))
            // The agent looks again for whoever comes.
            connection = try common.open()
        }
        let passphrase = try new.read(from: common.source(descriptor), for: &connection)
        try connection.initialize(passphrase: passphrase.bytes)
        common.done(tr("the vault is created and unlocked; a lost passphrase cannot be recovered"))
        if !common.json { Output.hint(tr("make an emergency kit against that day: fob access kit --download FILE")) }
    }
}

/// `fob unlock`.
struct UnlockVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unlock", abstract: tr("Unlock the vault."), discussion: Help.unlockDiscussion)

    @Option(name: .customLong("passphrase-fd"), help: Help.passphraseDescriptor) var descriptor: Int32?
    @Option(name: .customLong("identity-fd"), help: Help.machineDescriptor) var identity: Int32?
    @Flag(name: .customLong("recovery-code"), help: Help.byCode) var byCode = false
    @Option(name: .customLong("recovery-code-fd"), help: Help.codeDescriptor) var codeDescriptor: Int32?
    @Option(name: .customLong("scan"), help: Help.codePicture, completion: .file()) var picture: String?
    @OptionGroup var securityKey: SecurityKeyOptions
    @OptionGroup var common: Common

    func run() throws {
        var connection = try common.open()
        let status: StatusReply = try connection.request(StatusRequest())
        guard status.vault != .none else {
            throw ClientError(.noVault, Sentences.noVault, remedy: Sentences.makeOne)
        }
        if byCode || codeDescriptor != nil || picture != nil {
            try Owner.unlock(&connection, common, codeDescriptor, picture: picture)
            let access: AccessReply = try connection.request(AccessRequest())
            common.done(Sentences.unlockedByCode(access), [("codes", JSON(codesOf: access))])
            return try offerPassphrase(&connection)
        }
        if securityKey.isWanted {
            try securityKey.unlock(&connection, common)
            common.done(tr("unlocked by the security key"))
            return Output.hint(tr("a lost passphrase is replaced with: fob passphrase --security-key"))
        }
        var source = common.source(descriptor)
        source.identity = identity
        let secret = try Unlocking.unlock(&connection, source)
        common.done(tr("the vault is unlocked"))
        if secret == .code { try offerPassphrase(&connection) }
    }

    private func offerPassphrase(_ connection: inout Connection) throws(ClientError) {
        try Owner.tellOfEnd(&connection)
        guard !common.json else { return }
        // Who types a code has probably lost the passphrase.
        guard codeDescriptor == nil, descriptor == nil, !common.noAsk,
            try Question.confirm(tr("Choose a new passphrase now? [y/N] ")) == true
        else {
            return Output.hint(Sentences.passphraseByCode)
        }
        let new = try NewPassphrase.read(from: common.source(credential: false), for: &connection)
        try connection.changePassphrase(old: Span(), new: new.bytes)
        common.done(Sentences.passphraseChanged)
    }
}

/// `fob lock`.
struct LockVerb: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "lock", abstract: tr("Lock the vault."))

    @OptionGroup var common: Common

    func run() throws {
        do throws(ClientError) {
            var connection = try Connection.open(starting: false, isBrief: true)
            if try connection.lock(within: Self.milliseconds) { return common.done(tr("locked")) }
        } catch {
            guard error.code == .noAgent else { throw error }
        }
        // Where no agent runs, nothing is unlocked. One whose socket has gone, or that stands still, has the vault all the
        // same.
        guard AgentProcess.isRunning else { return common.done(Sentences.nothingToLock) }
        guard let agent = AgentProcess.holder else {
            throw ClientError(.busy, tr("an agent holds the vault, does not answer and cannot be seen from here"))
        }
        guard AgentProcess.lock(agent) else { return common.done(Sentences.nothingToLock) }
        let unreachable = AgentProcess.unreachable(agent, Paths.socket ?? "")
        throw ClientError(.busy, "\(unreachable.message); \(Sentences.toldBySignal)", remedy: unreachable.remedy)
    }

    /// How long the agent may take before it is told by a signal.
    private static let milliseconds: Int32 = 3000
}

/// `fob settings`.
struct SettingsVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "settings", abstract: Help.settings, discussion: Help.settingsDiscussion)

    @Option(name: .long, help: .init(tr("Lock after this time without use."), valueName: "time")) var idle: TimeSpan?
    @Option(name: .long, help: .init(tr("Lock this time after unlocking."), valueName: "time")) var absolute: TimeSpan?
    @OptionGroup var common: Common

    func run() throws {
        let settings = try common.unlocked { (connection) throws(ClientError) in
            let before: SettingsReply = try connection.request(SettingsRequest())
            guard idle != nil || absolute != nil else { return before.settings }
            let settings = Settings(
                idleSeconds: idle?.seconds ?? before.settings.idleSeconds,
                absoluteSeconds: absolute?.seconds ?? before.settings.absoluteSeconds)
            try connection.request(SetSettingsRequest(settings))
            return settings
        }
        if common.json {
            let members: [(String, JSON)] = [
                ("idle_seconds", .number(settings.idleSeconds)),
                ("absolute_seconds", .number(settings.absoluteSeconds)),
            ]
            Output.json(members)
        } else {
            Output.line(tr("idle: \(Self.text(settings.idleSeconds))"))
            Output.line(tr("absolute: \(Self.text(settings.absoluteSeconds))"))
        }
    }

    private static func text(_ seconds: UInt32) -> String { seconds == 0 ? "never" : Seconds.text(UInt64(seconds)) }
}
