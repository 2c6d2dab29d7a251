import ArgumentParser
import Client
import Messages
import Platform
import Wire

/// `fob number`: telephone numbers that services send codes to.
struct NumberVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "number", abstract: Help.number, discussion: Help.numberDiscussion,
        subcommands: [
            OtherWayList<Numbers>.self, OtherWayAdd<Numbers>.self, OtherWayVerified<Numbers>.self,
            OtherWayRemove<Numbers>.self, NumberCodeVerb.self,
        ], defaultSubcommand: OtherWayList<Numbers>.self)
}

/// `fob hardware-key`: security keys that are devices, and where they are registered.
struct HardwareKeyVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hardware-key", abstract: Help.hardwareKey, discussion: Help.hardwareKeyDiscussion,
        subcommands: [
            OtherWayList<HardwareKeys>.self, OtherWayAdd<HardwareKeys>.self, OtherWayVerified<HardwareKeys>.self,
            OtherWayRemove<HardwareKeys>.self,
        ], defaultSubcommand: OtherWayList<HardwareKeys>.self)
}

/// What one kind of ways is on the command line.
protocol OtherWayKindOfVerb {
    static var kind: OtherWayKind { get }
    static var textHelp: ArgumentHelp { get }
    /// The way that an argument means. Throws `badInput` for none that can be.
    static func text(of argument: String) throws(ClientError) -> String
    /// What is to be said of one that was added, besides.
    static func warn(_ text: String)
    static func rows(_ way: OtherWay) -> [String]
    static func json(_ way: OtherWay) -> [(String, JSON)]
}

enum Numbers: OtherWayKindOfVerb {
    static let kind = OtherWayKind.number
    static var textHelp: ArgumentHelp { ArgumentHelp(tr("A number with its country: +49 30 1234567.")) }

    static func text(of argument: String) throws(ClientError) -> String {
        do throws(PhoneNumber.Failure) { return try PhoneNumber(argument).text } catch {
            throw ClientError(.badInput, Sentences.notANumber(error), remedy: Sentences.writeNumber)
        }
    }

    static func warn(_ text: String) {
        for sentence in Sentences.numberWarnings { Output.note(sentence) }
        guard let number = try? PhoneNumber(text) else { return }
        switch number.atGitHub {
        case .served: break
        case .notServed: Output.note(Sentences.notServed(number.countries.map(\.name)))
        case .perhaps:
            Output.note(Sentences.perhapsNotServed(number.countries.filter { !$0.isServedByGitHub }.map(\.name)))
        }
    }

    static func rows(_ way: OtherWay) -> [String] {
        [way.text, Sentences.anyOf((try? PhoneNumber(way.text))?.countries.map(\.name) ?? [])]
    }

    static func json(_ way: OtherWay) -> [(String, JSON)] {
        let number = try? PhoneNumber(way.text)
        let service: JSON =
            switch number?.atGitHub {
            case .served: .bool(true)
            case .notServed: .bool(false)
            case .perhaps, nil: .null
            }
        return [
            ("number", .string(way.text)), ("countries", .array((number?.countries ?? []).map { .string($0.code) })),
            ("served_by_github", service),
        ]
    }
}

enum HardwareKeys: OtherWayKindOfVerb {
    static let kind = OtherWayKind.hardwareKey
    static var textHelp: ArgumentHelp { ArgumentHelp(tr("A name for the key.")) }

    static func text(of argument: String) throws(ClientError) -> String {
        guard OtherWay(kind, argument).isSound else {
            throw ClientError(.badInput, Sentences.notAKeyName, remedy: Sentences.shortKeyName)
        }
        return argument
    }

    static func warn(_ text: String) {}
    static func rows(_ way: OtherWay) -> [String] { [Label.shown(way.text)] }
    static func json(_ way: OtherWay) -> [(String, JSON)] { [("name", .string(way.text))] }
}

/// `list`.
struct OtherWayList<Kind: OtherWayKindOfVerb>: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "list", abstract: tr("List them, of one account or all."))
    }

    @Argument(help: Help.account, completion: Completions.accounts) var account: String?
    @OptionGroup var common: Common

    func run() throws {
        let (ways, labels) = try common.unlocked { (connection) throws(ClientError) in
            let only = try account.map { (name) throws(ClientError) in
                try connection.account(Selector(argument: name)).id
            }
            let ways = try connection.otherWays().filter {
                $0.way.kind == Kind.kind && (only == nil || $0.account == only)
            }
            let accounts = try connection.accounts()
            return (ways, Dictionary(accounts.map { ($0.id, $0.label) }, uniquingKeysWith: { first, _ in first }))
        }
        if common.json {
            let all = ways.map { entry in
                JSON.object(
                    [("account", .string(labels[entry.account] ?? "")), ("id", .string(entry.account.description))]
                        + Kind.json(entry.way)
                        + [("verified", entry.way.verified == 0 ? .null : .string(Moment.utc(entry.way.verified)))])
            }
            return Output.json([("ways", .array(all))])
        }
        guard !ways.isEmpty else { return Output.note(tr("none is noted")) }
        let rows = ways.map { entry in
            [Label.shown(labels[entry.account] ?? "")] + Kind.rows(entry.way)
                + [entry.way.verified == 0 ? tr("never tried") : tr("worked on \(Moment.day(entry.way.verified))")]
        }
        Output.table(rows)
    }
}

/// The account and the number or key that a change is about.
struct OtherWayOptions<Kind: OtherWayKindOfVerb>: ParsableArguments {
    @Argument(help: Help.account, completion: Completions.accounts) var account: String
    @Argument(help: Kind.textHelp) var text: String
    @OptionGroup var common: Common

    func make(_ change: OtherWayChange, _ sentence: (_ label: String, _ text: String) -> String) throws {
        let text = try Kind.text(of: text)
        let found = try common.unlocked { (connection) throws(ClientError) in
            let found = try connection.account(Selector(argument: account))
            _ = try connection.request(OtherWayRequest(change, Kind.kind, text, of: .id(found.id)))
            return found
        }
        common.done(sentence(Label.shown(found.label), Label.shown(text)), [("id", .string(found.id.description))])
        if change == .add, !common.json { Kind.warn(text) }
    }
}

/// `add`.
struct OtherWayAdd<Kind: OtherWayKindOfVerb>: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "add", abstract: tr("Add one."))
    }
    @OptionGroup var options: OtherWayOptions<Kind>
    func run() throws { try options.make(.add, Sentences.otherWayAdded) }
}

/// `verify`.
struct OtherWayVerified<Kind: OtherWayKindOfVerb>: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "verify", abstract: tr("Note that it was tried and works."))
    }
    @OptionGroup var options: OtherWayOptions<Kind>
    func run() throws { try options.make(.verified, Sentences.otherWayVerified) }
}

/// `remove`.
struct OtherWayRemove<Kind: OtherWayKindOfVerb>: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "remove", abstract: tr("Remove one."))
    }
    @OptionGroup var options: OtherWayOptions<Kind>
    func run() throws { try options.make(.remove, Sentences.otherWayRemoved) }
}
