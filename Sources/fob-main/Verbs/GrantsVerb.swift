import ArgumentParser
import Client
import Platform
import Wire

/// `fob grants`.
struct GrantsVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "grants", abstract: Help.grants, discussion: Help.grantsDiscussion)

    @Option(name: .long, help: Help.revoke) var revoke: String?
    @Flag(name: .customLong("revoke-all"), help: Help.revokeAll) var revokeAll = false
    @OptionGroup var common: Common

    func validate() throws {
        if revoke != nil, revokeAll { throw ValidationError(Sentences.revokeOneOrAll) }
    }

    func run() throws {
        var connection = try common.open()
        if revokeAll {
            try connection.revoke(nil)
            return common.done(Sentences.revokedAll)
        }
        let grants = try connection.grants()
        if let revoke {
            let found = grants.filter { $0.id.description.hasPrefix(revoke.lowercased()) }
            guard !revoke.isEmpty, let grant = found.first else {
                throw ClientError(.notFound, Sentences.noSuchGrant, remedy: Sentences.listGrants)
            }
            guard found.count == 1 else {
                throw ClientError(
                    .ambiguous, Sentences.severalGrants, remedy: Sentences.moreDigits,
                    details: found.map(\.id.description))
            }
            try connection.revoke(grant.id)
            return common.done(Sentences.revoked, [("id", .string(grant.id.description))])
        }
        if common.json { return Output.line(JSON.object([("grants", .array(grants.map { JSON($0) }))]).text) }
        guard !grants.isEmpty else { return Output.note(Sentences.noGrants) }
        let now = Clock.utc
        let rows = grants.map { grant in
            [
                String(grant.id.description.prefix(8)), Label.shown(grant.label), Label.shown(grant.executable),
                Label.shown(grant.session.isEmpty ? "-" : grant.session),
                Seconds.text(grant.end > now ? grant.end - now : 0),
            ]
        }
        let widths = (0..<4).map { column in rows.map { Label.width($0[column]) }.max() ?? 0 }
        for row in rows {
            let columns = zip(row, widths).map { Label.padded($0, to: $1) } + row.dropFirst(4)
            Output.line(columns.joined(separator: "  ").trimmedEnd)
        }
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
