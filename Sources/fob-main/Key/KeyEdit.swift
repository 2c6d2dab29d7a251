import ArgumentParser
import Client
import Wire

/// `fob key edit`.
struct KeyEditVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "edit", abstract: tr("Change what a security key asks for."), discussion: Help.keyEditDiscussion)

    @Argument(help: Help.keyName, completion: Completions.keys) var key: String
    @Option(name: .long, help: Help.keyConfirm) var confirm: Consent?
    @Option(name: .long, help: Help.keyHost) var host: [String] = []
    @Flag(name: .customLong("any-host"), help: Help.keyAnyHost) var isAnyHost = false
    @OptionGroup var common: Common

    func validate() throws {
        guard confirm != nil || !host.isEmpty || isAnyHost else { throw ValidationError(Sentences.nothingToEdit) }
        guard host.isEmpty || !isAnyHost else { throw ValidationError(tr("--host and --any-host exclude each other.")) }
        guard confirm != Consent.none else { throw ValidationError(Sentences.keyAsksAlways) }
    }

    func run() throws {
        let known = host.isEmpty ? HostKeys("") : HostKeys.ofUser()
        var limits: [HostLimit] = []
        for text in host { limits.append(try known.limit(text)) }
        let hosts: KeyHosts? = isAnyHost ? .any : limits.isEmpty ? nil : .only(limits)
        try common.unlocked { (connection) throws(ClientError) in
            let found = try KeyName.find(key, in: connection.keys())
            var edit = KeyEditRequest(.record(found.record))
            edit.isVerified = confirm.map { $0 == .verify }
            edit.hosts = hosts
            try connection.edit(edit)
            common.done(Sentences.edited(Label.shown(found.title)), [("id", .string(found.record.description))])
        }
    }
}
