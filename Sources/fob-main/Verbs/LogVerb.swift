import ArgumentParser
import Client
import Platform
import Wire

/// `fob log`.
struct LogVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log", abstract: Help.log, discussion: Help.logDiscussion)

    @Option(name: [.customShort("n"), .long], help: Help.last) var last: Int?
    @Flag(name: .long, help: Help.verify) var verify = false
    @OptionGroup var common: Common

    func run() throws {
        // What the vault remembers is asked for first: lines that come later do no harm.
        let (anchor, names) = known()
        var verifier = AuditVerifier(anchor: anchor)
        var kept: [String] = []
        let most = verify ? 0 : last ?? .max
        if common.json, !verify { Output.write("{\"entries\":[") }
        var isFirst = true
        try AuditFiles.forEachLine { (line) throws(ClientError) in
            guard let entry = verifier.add(line), most > 0 else { return }
            let text = common.json ? JSON(entry, names).text : Self.text(entry, names)
            if last != nil {
                kept.append(text)
                if kept.count >= 2 * most + 64 { kept.removeFirst(kept.count - most) }
            } else {
                put(text, &isFirst)
            }
        }
        for text in kept.suffix(max(most, 0)) { put(text, &isFirst) }
        finish(verifier)
        guard verifier.isIntact else {
            Program.end(
                afterResult: ClientError(.damaged, Sentences.logDamaged, remedy: Sentences.logDamagedRemedy))
        }
    }

    private func put(_ text: String, _ isFirst: inout Bool) {
        if common.json {
            Output.write((isFirst ? "" : ",") + text)
        } else {
            Output.line(text)
        }
        isFirst = false
    }

    private func finish(_ verifier: AuditVerifier) {
        var problems = verifier.faults.map { Sentences.fault($0.fault, line: $0.line) }
        if let missing = verifier.missingAnchor { problems.append(Sentences.anchorMissing(missing)) }
        if common.json {
            let members: [(String, JSON)] = [
                ("intact", .bool(verifier.isIntact)), ("lines", .number(verifier.lines)),
                ("first", verifier.first.map(JSON.number) ?? .null), ("last", verifier.last.map(JSON.number) ?? .null),
                ("problems", .strings(problems)),
            ]
            let text = JSON.object(members).text
            Output.line(verify ? text : "]," + text.dropFirst())
            return
        }
        for problem in problems { Output.note(problem) }
        if verify, verifier.isIntact { Output.line(Sentences.logIntact(verifier)) }
    }

    /// The line that the vault remembers, and the accounts' names, as far as an agent is there and the vault is open.
    private func known() -> (anchor: (sequence: UInt64, hash: Digest)?, names: [Identifier: String]) {
        guard var connection = try? Connection.open(starting: false),
            let status: StatusReply = try? connection.request(StatusRequest())
        else { return (nil, [:]) }
        var names: [Identifier: String] = [:]
        if status.vault == .unlocked {
            for account in (try? connection.accounts()) ?? [] { names[account.id] = account.label }
            for account in (try? connection.accounts(withTrash: true)) ?? [] { names[account.id] = account.label }
        }
        return ((status.auditSequence, status.auditHash), names)
    }

    private static func text(_ entry: AuditEntry, _ names: [Identifier: String]) -> String {
        var parts = [
            Moment.text(entry.utc), Label.padded(Label.shown(entry.event), to: 26),
            Label.padded(Label.shown(entry.outcome), to: 9),
        ]
        if let account = entry.account {
            parts.append(names[account].map(Label.shown) ?? "id:\(account)")
        }
        if let executable = entry.executable {
            let terminal = entry.terminal.map { " on \($0)" } ?? ""
            parts.append("(\(Label.shown(executable)) \(entry.process ?? 0)\(Label.shown(terminal)))")
        }
        return parts.joined(separator: " ").trimmedEnd
    }
}

extension JSON {
    /// A line of the audit log as fob(1) describes it.
    init(_ entry: AuditEntry, _ names: [Identifier: String]) {
        self = .object([
            ("sequence", .number(entry.sequence)), ("time", .number(entry.utc)), ("event", .string(entry.event)),
            ("account", entry.account.map { .string($0.description) } ?? .null),
            ("label", entry.account.flatMap { names[$0] }.map(JSON.string) ?? .null),
            ("outcome", .string(entry.outcome)), ("pid", entry.process.map { JSON.number($0) } ?? .null),
            ("executable", entry.executable.map(JSON.string) ?? .null),
            ("terminal", entry.terminal.map(JSON.string) ?? .null),
        ])
    }
}
