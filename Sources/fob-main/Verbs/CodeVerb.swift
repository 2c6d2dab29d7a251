import ArgumentParser
import Client
import Platform
import Wire

/// `fob code`, in the forms that the hot path leaves alone.
struct CodeVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "code", abstract: tr("Print the current code of an account."), discussion: Help.codeDiscussion)

    @Argument(help: Help.account, completion: Completions.codes) var name: String?
    @Option(name: .long, help: Help.wait) var wait = TimeSpan(seconds: 0)
    @Flag(name: .long, help: Help.fresh) var fresh = false
    @Flag(name: .long, help: Help.watchCode) var watch = false
    @OptionGroup var copying: CopyOptions
    @Option(name: .long, help: Help.question) var question: String?
    @Option(name: .customLong("session-fd"), help: Help.sessionDescriptor) var sessionDescriptor: Int32?
    @OptionGroup var secret: SecretOptions
    @OptionGroup var common: Common

    func validate() throws {
        if secret.secretDescriptor == nil {
            guard name != nil else { throw ValidationError(tr("Name an account, or give a secret with --secret-fd.")) }
            if secret.isDescribed { throw ValidationError(Sentences.onlyForSecrets) }
        } else {
            if name != nil { throw ValidationError(tr("Name an account or give --secret-fd, not both.")) }
            if fresh || watch { throw ValidationError(tr("--fresh and --watch are for accounts.")) }
        }
        if watch, fresh || copying.isWanted || question != nil || wait.seconds > 0 {
            throw ValidationError(tr("--watch shows codes as they come, and goes with none of the others."))
        }
        if question != nil, fresh || wait.seconds > 0 {
            throw ValidationError(tr("--question takes neither --fresh nor --wait."))
        }
        if question == nil, sessionDescriptor != nil { throw ValidationError(tr("--session-fd goes with --question.")) }
    }

    func run() throws {
        guard let name else { return try InstantCode(verb: self).run() }
        guard !watch else { return try Watch(common: common).run([name]) }
        var options = CodeOptions(name: name)
        options.fresh = fresh
        options.json = common.json
        options.copy = copying.isWanted
        options.pasteOnce = copying.once
        options.clearAfter = copying.seconds
        options.wait = wait.seconds
        options.starting = !common.noStart
        options.source = common.source()
        guard let question else { return try Codes.run(options) }
        let tool = try copying.find()
        let pin = try Self.secret(secret.pinDescriptor, limit: Limits.pin)
        let session = try Self.secret(sessionDescriptor, limit: Limits.session)
        let selector = Selector(argument: name)
        let reply = try common.unlocked { (connection) throws(ClientError) in
            try connection.respond(selector, question: question, pin: pin.bytes, session: session.bytes)
        }
        try Codes.hand(out: reply, to: tool, clearAfter: copying.seconds, json: common.json)
    }

    static func secret(_ descriptor: Int32?, limit: Int) throws(ClientError) -> LockedBuffer {
        guard let descriptor else { return try ClientError.locked(0) }
        return try Passphrase.read(descriptor: descriptor, limit: limit)
    }
}

/// `fob next`, in the forms that the hot path leaves alone.
struct NextVerb: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "next", abstract: Help.next)

    @Argument(help: Help.account, completion: Completions.codes) var name: String
    @OptionGroup var copying: CopyOptions
    @OptionGroup var common: Common

    func run() throws {
        var options = CodeOptions(name: name)
        options.next = true
        options.json = common.json
        options.copy = copying.isWanted
        options.pasteOnce = copying.once
        options.clearAfter = copying.seconds
        options.starting = !common.noStart
        options.source = common.source()
        try Codes.run(options)
    }
}

/// The child that takes a code off the clipboard.
struct ClearClipboardVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: ClipboardProgram.cleanerVerb, abstract: tr("Take a code off the clipboard."), shouldDisplay: false)

    @Argument(help: Help.clearAfter) var seconds: UInt32

    func run() throws { try ClipboardProgram.clear(after: seconds) }
}
