import ArgumentParser
import Client
import Platform
import Wire

/// `fob edit`.
struct EditVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "edit", abstract: tr("Change an account."), discussion: Help.editDiscussion)

    @Argument(help: Help.account, completion: Completions.accounts) var account: String
    @Option(name: .long, help: .init(tr("Change the issuer."), valueName: "issuer")) var issuer: String?
    @Option(name: .long, help: .init(tr("Change the name."), valueName: "name")) var name: String?
    @Flag(name: .long, help: .init(tr("Read a new note from standard input."))) var note = false
    @Option(name: .long, help: Help.tag) var tag: [String] = []
    @Option(name: .long, help: Help.untag) var untag: [String] = []
    @Option(name: .long, help: Help.confirmFlag) var confirm: Consent?
    @Option(name: .long, help: Help.lifetime) var lifetime: TimeSpan?
    @Flag(name: .customLong("device-bound"), inversion: .prefixedNo, help: Help.deviceBound) var deviceBound: Bool?
    @Flag(name: .long, inversion: .prefixedNo, help: Help.favourite) var favourite: Bool?
    @OptionGroup var common: Common

    func validate() throws {
        let isNamed = issuer != nil || name != nil || note || !tag.isEmpty || !untag.isEmpty || favourite != nil
        guard isNamed || confirm != nil || lifetime != nil || deviceBound != nil else {
            throw ValidationError(Sentences.nothingToEdit)
        }
    }

    func run() throws {
        let text = note ? try StandardInput.note() : nil
        try common.unlocked { (connection) throws(ClientError) in
            // The account is found once; after that it is meant by its id, whatever its name is by then.
            let found = try connection.account(Selector(argument: account))
            var edit = AccountEdit()
            edit.issuer = issuer
            edit.name = name
            edit.consent = confirm
            edit.lifetime = lifetime?.seconds
            edit.isDeviceBound = deviceBound
            edit.isFavourite = favourite
            if !tag.isEmpty || !untag.isEmpty {
                var tags = found.tags.filter { !untag.contains($0) }
                for new in tag where !tags.contains(new) { tags.append(new) }
                edit.tags = tags
            }
            switch text {
            case .some(let text): try connection.edit(.id(found.id), edit, note: text.bytes)
            case nil: try connection.edit(.id(found.id), edit)
            }
            common.done(
                Sentences.edited(Label.shown(found.label)), [("id", .string(found.id.description))])
            if deviceBound == true { Output.note(Sentences.boundHere) }
        }
    }
}

/// `fob order`.
struct OrderVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "order", abstract: Help.order, discussion: Help.orderDiscussion)

    @Argument(help: Help.account, completion: Completions.accounts) var account: String
    @Argument(help: Help.place, completion: .list(["first", "last", "before", "after"])) var place: String
    @Argument(help: Help.otherAccount, completion: Completions.accounts) var other: String?
    @OptionGroup var common: Common

    func run() throws {
        let target: Place<Selector>
        switch (place, other) {
        case ("first", nil): target = .first
        case ("last", nil): target = .last
        case ("before", .some(let other)): target = .before(Selector(argument: other))
        case ("after", .some(let other)): target = .after(Selector(argument: other))
        default: throw ClientError(.usage, tr("this is not a place in the order"), remedy: Sentences.knownPlaces)
        }
        try common.unlocked { (connection) throws(ClientError) in
            _ = try connection.request(MoveRequest(Selector(argument: account), to: target))
        }
        common.done(tr("moved \(Label.shown(account))"))
    }
}

/// `fob remove`.
struct RemoveVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: tr("Move an account to the trash."), discussion: Help.removeDiscussion)

    @Argument(help: Help.account, completion: Completions.accounts) var account: String
    @Flag(name: .long, help: Help.undo) var undo = false
    @OptionGroup var common: Common

    func run() throws {
        if undo { return try UntrashVerb.untrash(account, common) }
        try common.unlocked { (connection) throws(ClientError) in
            let found = try connection.account(Selector(argument: account))
            try connection.request(RemoveRequest(selector: .id(found.id)))
            let id = found.id.description
            common.done(Sentences.removed(Label.shown(found.label)), [("id", .string(id))])
        }
    }
}

/// `fob untrash`.
struct UntrashVerb: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "untrash", abstract: Help.untrash)

    @Argument(help: Help.trashedAccount, completion: Completions.trash) var account: String
    @OptionGroup var common: Common

    func run() throws { try Self.untrash(account, common) }

    static func untrash(_ account: String, _ common: Common) throws(ClientError) {
        try common.unlocked { (connection) throws(ClientError) in
            _ = try connection.request(UntrashRequest(selector: Selector(trashed: account)))
        }
        common.done(Sentences.untrashed(Label.shown(account)))
    }
}
