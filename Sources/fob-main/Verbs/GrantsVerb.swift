import ArgumentParser
import Client
import Platform
import Wire

/// `fob grants`.
struct GrantsVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "grants", abstract: Help.grants, discussion: Help.grantsDiscussion)

    @Option(name: .long, help: .init(tr("Ask for this one again."), valueName: "id")) var revoke: String?
    @Flag(name: .customLong("revoke-all"), help: .init(tr("Ask for everything again."))) var revokeAll = false
    @OptionGroup var common: Common

    func validate() throws {
        if revoke != nil, revokeAll { throw ValidationError(tr("--revoke and --revoke-all exclude each other.")) }
    }

    func run() throws {
        var connection = try common.open()
        if revokeAll {
            try connection.revoke(nil)
            for mute in try connection.mutes() {
                // It may have ended meanwhile.
                do throws(ClientError) { try connection.revoke(mute.id) } catch {
                    guard error.code == .notFound else { throw error }
                }
            }
            return common.done(tr("everything is asked for again"))
        }
        let grants = try connection.grants()
        let mutes = try connection.mutes()
        if let revoke {
            let found = (grants.map(\.id) + mutes.map(\.id)).filter { $0.description.hasPrefix(revoke.lowercased()) }
            guard !revoke.isEmpty, let id = found.first else {
                throw ClientError(.notFound, Sentences.noSuchGrant, remedy: tr("list them with fob grants"))
            }
            guard found.count == 1 else {
                throw ClientError(
                    .ambiguous, Sentences.severalGrants, remedy: Sentences.moreDigits,
                    details: found.map(\.description))
            }
            try connection.revoke(id)
            return common.done(tr("it is asked for again"), [("id", .string(id.description))])
        }
        if common.json {
            let all: [(String, JSON)] = [
                ("grants", .array(grants.map { JSON($0) })), ("mutes", .array(mutes.map { JSON($0) })),
            ]
            return Output.json(all)
        }
        guard !(grants.isEmpty && mutes.isEmpty) else { return Output.note(Sentences.noGrants) }
        let now = Clock.utc
        func row(_ id: Identifier, _ what: String, _ executable: String, _ place: String, until end: UInt64) -> [String]
        {
            [
                String(id.description.prefix(8)), Label.shown(what), Label.shown(executable),
                Label.shown(place.isEmpty ? "-" : place), Seconds.text(end > now ? end - now : 0),
            ]
        }
        let rows =
            grants.map { row($0.id, $0.label, $0.executable, $0.session, until: $0.end) }
            + mutes.map { row($0.id, tr("(muted)"), $0.executable, $0.slice, until: $0.end) }
        Output.table(rows)
    }
}

extension JSON {
    /// What is remembered, as fob(1) describes it.
    fileprivate init(_ grant: GrantEntry) {
        self = .object([
            ("id", .string(grant.id.description)), ("kind", .string(grant.kind.text)),
            ("account", .string(grant.label)), ("executable", .string(grant.executable)),
            ("session", .string(grant.session)), ("end", .number(grant.end)),
        ])
    }
}

extension JSON {
    /// Who is muted, as fob(1) describes it.
    fileprivate init(_ mute: MuteEntry) {
        self = .object([
            ("id", .string(mute.id.description)), ("executable", .string(mute.executable)),
            ("slice", .string(mute.slice)), ("end", .number(mute.end)),
        ])
    }
}

extension ChallengeKind {
    /// The word in JSON.
    var text: String {
        switch self {
        case .code: "code"
        case .export: "export"
        case .signature: "signature"
        case .registration: "registration"
        case .presence: "presence"
        case .verification: "verification"
        case .reset: "reset"
        case .protection: "protection"
        }
    }
}
