import Age
import ArgumentParser
import Client
import Platform
import Vault
import Wire

/// `fob access`: the unlock methods of the vault.
struct AccessVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "access", abstract: tr("Show and change what opens the vault."), discussion: Help.accessDiscussion,
        subcommands: [
            AccessListVerb.self, AccessKitVerb.self, AccessAddVerb.self, AccessRemoveVerb.self, AccessRotateVerb.self,
            AccessCleanVerb.self, AccessIdentityVerb.self, AccessKeyVerb.self,
        ])
}

/// `fob access list`.
struct AccessListVerb: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: tr("List the unlock methods."))

    @OptionGroup var common: Common

    func run() throws {
        let access = try common.unlocked { (connection) throws(ClientError) in
            try connection.request(AccessRequest())
        }
        if common.json { return Output.json(Self.members(access)) }
        var rows: [[String]] = []
        let kinds: [UnlockMethodKind] = [.passphrase, .recoveryKey, .hardware, .recipient]
        for way in kinds.flatMap({ kind in access.ways.filter { $0.kind == kind } }) {
            rows.append([
                Label.shown(way.label), Sentences.word(for: way.kind), Moment.text(way.created),
                String(way.id.description.prefix(8)), Label.shown(way.recipient),
            ])
        }
        Output.table(rows)
        Output.line(Wrapped.forPeople(Sentences.kitCodes(access), on: 1))
        Output.line(Wrapped.forPeople(Sentences.vaultNames(access), on: 1))
        if access.olderCopies > 0 { Output.note(Sentences.oldFilesOpen(copies: Int(access.olderCopies))) }
    }

    private static func members(_ access: AccessReply) -> [(String, JSON)] {
        let ways = access.ways.map { way in
            JSON.object([
                ("id", .string(way.id.description)), ("kind", .string(way.kind.text)), ("label", .string(way.label)),
                ("recipient", .string(way.recipient)), ("created", .number(way.created)),
                ("set", way.kind == .code ? .number(way.set) : .null),
                ("number", way.kind == .code ? .number(way.place) : .null),
            ])
        }
        return [
            ("vault", .string(access.vault.description)),
            ("fingerprint", .string(VaultKit.grouped(access.fingerprint))), ("codes", JSON(codesOf: access)),
            ("ended", access.endedAt == 0 ? .null : .number(access.endedAt)),
            ("older_copies", .number(access.olderCopies)), ("ways", .array(ways)),
        ]
    }
}

/// `fob access kit`.
struct AccessKitVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kit", abstract: Help.accessKit, discussion: Help.accessKitDiscussion)

    @OptionGroup var delivery: KitDelivery
    @Option(name: .customLong("passphrase-fd"), help: Help.passphraseDescriptor) var descriptor: Int32?
    @OptionGroup var common: Common

    func run() throws { try delivery.run(common, descriptor) }
}

/// `fob access add`.
struct AccessAddVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: Help.accessAdd, discussion: Help.accessAddDiscussion)

    @Argument(help: .init(tr("codes, or a recipient that begins with age1."), valueName: "what")) var what: String?
    @Option(name: [.customLong("label"), .customLong("name")], help: Help.accessLabel) var label: String?
    @OptionGroup var securityKey: SecurityKeyOptions
    @Flag(name: .long, help: Help.accessVerify) var verify = false
    @OptionGroup var machine: MachineOptions
    @OptionGroup var delivery: KitDelivery
    @Option(name: .customLong("passphrase-fd"), help: Help.passphraseDescriptor) var descriptor: Int32?
    @OptionGroup var common: Common

    func validate() throws {
        guard securityKey.isWanted || !verify else { throw ValidationError(Sentences.verifyWithoutSecurityKey) }
        guard [securityKey.isWanted, machine.isWanted, what != nil].count(where: { $0 }) == 1 else {
            throw ValidationError(tr("Give one of: a recipient, 'codes', '--security-key', '--machine'."))
        }
    }

    func run() throws {
        if machine.isWanted { return try machine.add(common, label: label, descriptor) }
        guard let what else { return try securityKey.add(common, label: label, verifies: verify, descriptor) }
        if what == "codes" { return try delivery.run(common, descriptor) }
        // Before anybody is asked for a passphrase.
        do { _ = try X25519Recipient(what) } catch {
            let text = error == .unsupportedRecipient ? Sentences.foreignRecipient : Sentences.badRecipient(what)
            throw ClientError(.badInput, text, remedy: Sentences.plainRecipient)
        }
        guard let label, !label.isEmpty else {
            throw ClientError(.usage, tr("a recipient needs a name"), remedy: tr("give --label, such as 'old laptop'"))
        }
        try Owner.prove(common, descriptor) { (connection, passphrase) throws(ClientError) in
            let id = try connection.addAccess(recipient: what, label: label, passphrase: passphrase)
            common.done(Sentences.wayAdded(Label.shown(label)), [("id", .string(id.description))])
        }
    }
}

/// `fob access remove`.
struct AccessRemoveVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: tr("End unlock methods."), discussion: Help.accessRemoveDiscussion)

    @Argument(help: Help.accessNames) var names: [String]
    @Option(name: .customLong("passphrase-fd"), help: Help.passphraseDescriptor) var descriptor: Int32?
    @OptionGroup var common: Common

    func run() throws {
        func found(_ connection: inout Connection) throws(ClientError) -> [Identifier] {
            let access: AccessReply = try connection.request(AccessRequest())
            var ids: [Identifier] = []
            for name in names { ids += try Self.find(name, in: access) }
            return ids
        }
        try Owner.prove(
            common, descriptor, before: { (connection) throws(ClientError) in _ = try found(&connection) }
        ) { (connection, passphrase) throws(ClientError) in
            let ids = try found(&connection)
            try connection.removeAccess(ids, passphrase: passphrase)
            common.done(Sentences.waysRemoved(ids.count), [("removed", .number(ids.count))])
            try Owner.tellOfEnd(&connection)
        }
    }

    /// The unlock methods of that label, or whose id begins so, or all codes.
    private static func find(_ name: String, in access: AccessReply) throws(ClientError) -> [Identifier] {
        if let way = access.ways.first(where: { !$0.label.isEmpty && $0.label == name }) { return [way.id] }
        let codes = access.ways.filter { $0.kind == .code }.map(\.id)
        if name == "codes", !codes.isEmpty { return codes }
        let found = access.ways.filter { name.utf8.count >= 4 && $0.id.description.hasPrefix(name.lowercased()) }
        guard found.count == 1, let way = found.first else {
            throw ClientError(.notFound, Sentences.noSuchWay(name), remedy: tr("see them with fob access list"))
        }
        return [way.id]
    }
}

/// `fob access rotate`.
struct AccessRotateVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate", abstract: Help.accessRotate, discussion: Help.accessRotateDiscussion)

    @Option(name: .customLong("passphrase-fd"), help: Help.passphraseDescriptor) var descriptor: Int32?
    @OptionGroup var common: Common

    func run() throws {
        try Owner.prove(common, descriptor) { (connection, passphrase) throws(ClientError) in
            try connection.rotateAccess(passphrase: passphrase)
            common.done(tr("the vault is sealed again; the passphrase is the same, its key is a new one"))
            try Owner.tellOfEnd(&connection)
        }
    }
}

/// `fob access clean`.
struct AccessCleanVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "clean", abstract: Help.accessClean, discussion: Help.accessCleanDiscussion)

    @Option(name: .customLong("passphrase-fd"), help: Help.passphraseDescriptor) var descriptor: Int32?
    @OptionGroup var common: Common

    func run() throws {
        try Owner.prove(common, descriptor) { (connection, passphrase) throws(ClientError) in
            let copies = try connection.cleanAccess(passphrase: passphrase)
            common.done(Sentences.cleaned(copies), [("removed", .number(copies))])
        }
    }
}

/// `fob access identity`: without an agent, and without a vault.
struct AccessIdentityVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "identity", abstract: Help.accessIdentity, discussion: Help.accessIdentityDiscussion)

    @Option(name: .customLong("recovery-code-fd"), help: Help.codeDescriptor) var descriptor: Int32?
    @OptionGroup var common: Common

    func run() throws {
        var text = try ClientError.locked(X25519Identity.textCount + 32)
        try Owner.code(common, descriptor, Sentences.codeIdentityExplanation) { (code) throws(ClientError) in
            do throws(VaultError) {
                let identity = try code.identity()
                if common.json { text.put("{\"identity\":\"") }
                text.append { (output: inout OutputSpan<UInt8>) in identity.appendText(to: &output) }
                text.put(common.json ? "\"}\n" : "\n")
            } catch {
                throw ClientError(.system, error.message, remedy: error.remedy)
            }
        }
        Output.note(Sentences.identityWarning)
        Output.keepsSecret()
        Output.write(text.bytes)
    }
}

/// `fob access recovery-key`.
struct AccessKeyVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "recovery-key", abstract: Help.accessKey, discussion: Help.accessKeyDiscussion)

    @Argument(help: Help.accessKeyFile, completion: .file()) var file: String
    @OptionGroup var common: Common

    func run() throws {
        try OutputFile.check(file)
        let key = try common.unlocked { (connection) throws(ClientError) in try connection.recoveryKey() }
        let target = try OutputFile(file)
        try target.finish(key.span)
        common.done(tr("wrote \(Label.shown(file)); age opens it with the passphrase"), [("output", .string(file))])
    }
}

extension UnlockMethodKind {
    /// The word in JSON.
    var text: String {
        switch self {
        case .passphrase: "passphrase"
        case .code: "recovery_code"
        case .recipient: "recipient"
        case .recoveryKey: "recovery_key"
        case .hardware: "security_key"
        }
    }
}

extension JSON {
    /// How many kit codes there are, as fob(1) describes it.
    init(codesOf access: AccessReply) {
        self = .object([
            ("set", .number(access.set)), ("made", .number(access.made)), ("left", .number(access.left)),
            ("created", access.madeAt == 0 ? .null : .number(access.madeAt)),
        ])
    }
}
