import ArgumentParser
import Backup
import Client
import Platform
import Wire

/// `fob backup list`: the destinations.
struct BackupListVerb: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: tr("List the destinations."))

    @OptionGroup var common: Common

    func run() throws {
        let entries = try BackupConfiguration().entries
        if common.json {
            let all = entries.map { entry in
                JSON.object([
                    ("name", .string(entry.name)), ("kind", .string(entry.kind.word)),
                    ("place", .string(entry.kind.place)),
                ])
            }
            return Output.json([("destinations", .array(all))])
        }
        if entries.isEmpty {
            Output.note(Sentences.noDestinations)
            return Output.hint(Sentences.addDestination)
        }
        let width = entries.map { Label.width($0.name) }.max() ?? 0
        for entry in entries {
            Output.line(
                "\(Label.padded(entry.name, to: width))  \(Label.padded(entry.kind.word, to: 7))  "
                    + Label.shown(entry.kind.place))
        }
    }
}

/// `fob backup status`.
struct BackupStatusVerb: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "status", abstract: Help.backupStatus)

    @OptionGroup var common: Common

    func run() throws {
        let standing = try BackupStanding.now()
        if common.json {
            Output.line(standing.json.text)
        } else {
            if standing.entries.isEmpty {
                Output.note(Sentences.noDestinations)
                Output.hint(Sentences.addDestination)
            }
            for line in standing.lines(details: true) { Output.line(Wrapped.forPeople(line, on: 1)) }
            if !standing.entries.isEmpty, let reminder = Drills.reminder() { Output.line(reminder) }
        }
        if let error = standing.error { Program.end(afterResult: error) }
    }
}

/// How it stands with all destinations, from what runs have noted.
struct BackupStanding {
    struct Place {
        let entry: BackupConfiguration.Entry
        let state: DestinationState
        let health: BackupHealth
    }

    let entries: [Place]
    /// There are backups that no recovery key goes with.
    var lacksKey = false
    let utc: UInt64

    static func now() throws(ClientError) -> BackupStanding {
        let utc = Clock.utc
        // Without a home there is no configuration either.
        guard Paths.configuration != nil else { return BackupStanding(entries: [], utc: utc) }
        let configured = try BackupConfiguration().entries
        guard !configured.isEmpty else { return BackupStanding(entries: [], utc: utc) }
        let local = try LocalBackups()
        let names = try local.names()
        var places: [Place] = []
        for entry in configured {
            let upload = Upload(entry, local, at: utc)
            var state = try upload.noted()
            var health = state.health(notUploaded: Upload.notUploaded(names, state), at: utc)
            if health == .verified || health == .uploaded, upload.hasLostNewest(state) {
                health = .failing
                (state.reason, state.remedy) = (Sentences.newestLost, Sentences.seeDoctor)
            }
            places.append(Place(entry: entry, state: state, health: health))
        }
        let key = try local.recoveryKey(as: .recoveryKey(nil))
        return BackupStanding(entries: places, lacksKey: !names.isEmpty && key == nil, utc: utc)
    }

    /// A stale destination is a failure also of whoever only asks.
    var error: ClientError? {
        let stale = entries.filter { $0.health == .stale }.map(\.entry.name)
        return stale.isEmpty
            ? nil : ClientError(.backupFailed, Sentences.backupStaleAt(stale), remedy: Sentences.seeBackupStatus)
    }

    /// What a person should know who has not asked about backups: there are accounts, and no place for backups.
    var lack: String? { entries.isEmpty ? Sentences.nothingBackedUp : nil }

    var json: JSON {
        .object([
            ("stale", .bool(error != nil)),
            ("destinations", .array(entries.map { BackupText.json($0.entry, $0.state, $0.health, utc) })),
        ])
    }

    /// One line for each destination, and, with `details`, why it fails and what to do.
    func lines(details: Bool) -> [String] {
        let told = entries.flatMap { place in
            var lines = [BackupText.line(place.entry, place.state, place.health, utc)]
            if details, !place.state.reason.isEmpty {
                lines.append("  \(Label.shown(Translation.heard(place.state.reason)))")
                lines.append("  \(Label.shown(Translation.heard(place.state.remedy)))")
            } else if details, place.state.success > 0, place.state.key == nil, !lacksKey {
                lines.append("  \(Sentences.keyNotThere)")
                lines.append("  \(Sentences.runBackup)")
            }
            return lines
        }
        guard details, lacksKey else { return told }
        return told + [Sentences.noRecoveryKey, "  \(Sentences.makeRecoveryKey)"]
    }
}

/// Destinations in words and in JSON.
enum BackupText {
    static func line(
        _ entry: BackupConfiguration.Entry, _ state: DestinationState, _ health: BackupHealth, _ utc: UInt64
    ) -> String {
        let dot = Style.coloured("●", health.colour)
        return "\(dot) \(Sentences.backupStands(entry.name, health, state, utc))"
    }

    static func json(
        _ entry: BackupConfiguration.Entry, _ state: DestinationState, _ health: BackupHealth, _ utc: UInt64
    ) -> JSON {
        func time(_ moment: UInt64) -> JSON { moment == 0 ? .null : .string(Moment.utc(moment)) }
        let newest = state.newest
        return .object([
            ("name", .string(entry.name)), ("kind", .string(entry.kind.word)), ("state", .string(health.text)),
            ("newest", newest.map { .string($0.description) } ?? .null),
            ("sequence", newest.map { .number($0.sequence) } ?? .null),
            ("age_seconds", newest.map { .number(utc > $0.utc ? utc - $0.utc : 0) } ?? .null),
            ("backups", .number(state.files.count)), ("last_attempt", time(state.attempt)),
            ("last_success", time(state.success)), ("last_verified", time(state.verified)),
            ("last_failure", time(state.failure)),
            ("recovery_key", state.key.map { .string($0.name.description) } ?? .null),
            ("reason", state.reason.isEmpty ? .null : .string(state.reason)),
            ("remedy", state.remedy.isEmpty ? .null : .string(state.remedy)),
        ])
    }
}

extension BackupHealth {
    /// The word in JSON.
    var text: String {
        switch self {
        case .verified: "verified"
        case .uploaded: "shipped"
        case .failing: "failing"
        case .stale: "stale"
        }
    }

    /// For people.
    var words: String {
        switch self {
        case .verified: tr("verified")
        case .uploaded: tr("uploaded")
        case .failing: tr("failing")
        case .stale: tr("stale")
        }
    }

    /// Of the dot.
    fileprivate var colour: Style.Colour {
        switch self {
        case .verified: .green
        case .uploaded, .failing: .yellow
        case .stale: .red
        }
    }
}
