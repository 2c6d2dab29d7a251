import ArgumentParser
import Client
import Platform
import Wire

/// `fob log`.
struct LogVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log", abstract: tr("Show and verify the audit log."), discussion: Help.logDiscussion)

    @Option(name: [.customShort("n"), .long], help: Help.last) var last: Int?
    @Option(name: .long, help: Help.logAccount, completion: Completions.accounts) var account: String?
    @Option(name: .long, help: Help.logEvent) var event: String?
    @Option(name: .long, help: Help.logSince) var since: TimeSpan?
    @Flag(name: .long, help: .init(tr("Only verify."))) var verify = false
    @OptionGroup var common: Common

    func run() throws {
        // What the vault remembers is asked for first: lines that come later do no harm.
        let known = known()
        let most = verify ? 0 : last ?? .max
        var parts: [Part] = []
        for part in AuditFiles.Part.allCases { parts.append(try read(part, known, most: most)) }
        if common.json, !verify { Output.write("{\"entries\":[") }
        var isFirst = true
        let shown = Self.merged(parts.map(\.shown)).suffix(max(most, 0))
        for text in shown { put(text, &isFirst) }
        if shown.isEmpty, most > 0, !common.json { Output.note(tr("there is no such entry in the log")) }
        finish(parts)
        guard parts.allSatisfy(\.verifier.isIntact) else {
            Program.end(
                afterResult: ClientError(.damaged, Sentences.logDamaged, remedy: tr("compare it with a backup")))
        }
    }

    /// What was read of a part of the log.
    private struct Part {
        let part: AuditFiles.Part
        var verifier: AuditVerifier
        /// Its last lines, as they are shown.
        var shown: [(utc: UInt64, text: String)] = []
    }

    private func read(_ part: AuditFiles.Part, _ known: Known, most: Int) throws -> Part {
        var read = Part(
            part: part, verifier: AuditVerifier(anchor: known.anchor(part), isRotated: try AuditFiles.isRotated(part)))
        try AuditFiles.forEachLine(of: part) { (line) throws(ClientError) in
            guard let entry = read.verifier.add(line), most > 0, isWanted(entry, known.names) else { return }
            let text = common.json ? JSON(entry, part, known.names).text : Self.text(entry, known.names)
            read.shown.append((entry.utc, text))
            if read.shown.count / 2 >= most { read.shown.removeFirst(read.shown.count - most) }
        }
        if let line = known.forged[part] { read.verifier.add(firstForged: line) }
        return read
    }

    /// Whether a line is among those that are asked for. All are verified.
    private func isWanted(_ entry: AuditEntry, _ names: [Identifier: String]) -> Bool {
        if let since, entry.utc + UInt64(since.seconds) < Clock.utc { return false }
        if let event, !entry.event.hasPrefix(event) { return false }
        guard let account else { return true }
        guard let id = entry.account else { return false }
        guard "id:\(id)" != account, let label = names[id].map(Searched.text) else { return "id:\(id)" == account }
        return Searched.words(Label.untyped(account)).allSatisfy(label.contains)
    }

    /// The lines of both parts in the order of their times, each part in its own order.
    private static func merged(_ parts: [[(utc: UInt64, text: String)]]) -> [String] {
        var places = [Int](repeating: 0, count: parts.count)
        var merged: [String] = []
        while let next = parts.indices.filter({ places[$0] < parts[$0].count })
            .min(by: { parts[$0][places[$0]].utc < parts[$1][places[$1]].utc })
        {
            merged.append(parts[next][places[next]].text)
            places[next] += 1
        }
        return merged
    }

    private func put(_ text: String, _ isFirst: inout Bool) {
        if common.json {
            Output.write((isFirst ? "" : ",") + text)
        } else {
            Output.line(text)
        }
        isFirst = false
    }

    private func finish(_ parts: [Part]) {
        var problems: [String] = []
        for part in parts {
            let sentences =
                part.verifier.faults.map { Sentences.fault($0.fault, line: $0.line) }
                + (part.verifier.missingAnchor.map { [tr("entry \($0), which the vault remembers, is missing")] } ?? [])
            problems += sentences.map { part.part == .events ? $0 : "\(part.part.rawValue).log: \($0)" }
        }
        let isIntact = parts.allSatisfy(\.verifier.isIntact)
        if common.json {
            let verifier = parts[0].verifier
            let members: [(String, JSON)] = [
                ("intact", .bool(isIntact)), ("lines", .number(parts.reduce(0) { $0 + $1.verifier.lines })),
                ("first", verifier.first.map(JSON.number) ?? .null), ("last", verifier.last.map(JSON.number) ?? .null),
                ("problems", .strings(problems)),
            ]
            let text = JSON.object(members).text
            Output.line(verify ? text : "]," + text.dropFirst())
            return
        }
        for problem in problems { Output.note(problem) }
        if verify, isIntact { for part in parts { put(part) } }
    }

    private func put(_ part: Part) {
        guard part.part == .events || part.verifier.lines > 0 else { return }
        Output.line(Wrapped.forPeople(Sentences.logIntact(part.part, part.verifier), on: 1))
    }

    /// What an agent knows of the log, as far as one is there and the vault is open: the lines that the vault remembers,
    /// and the accounts' names.
    private struct Known {
        var anchors: [AuditFiles.Part: (sequence: UInt64, hash: Digest)] = [:]
        var names: [Identifier: String] = [:]
        /// Lines that were not written by the agent of this vault.
        var forged: [AuditFiles.Part: UInt64] = [:]

        func anchor(_ part: AuditFiles.Part) -> (sequence: UInt64, hash: Digest)? { anchors[part] }
    }

    private func known() -> Known {
        var known = Known()
        guard var connection = try? Connection.open(starting: false),
            let status: StatusReply = try? connection.request(StatusRequest())
        else { return known }
        if status.vault == .unlocked {
            for account in (try? connection.accounts()) ?? [] { known.names[account.id] = account.label }
            for account in (try? connection.accounts(withTrash: true)) ?? [] { known.names[account.id] = account.label }
        }
        known.anchors[.events] = (status.auditSequence, status.auditHash)
        if status.vault == .unlocked, let reply: LogReply = try? connection.request(LogRequest()) {
            for (part, state) in zip(AuditFiles.Part.allCases, reply.logs) {
                known.anchors[part] = (state.anchor, state.hash)
                known.forged[part] = state.forged > 0 ? state.forged : nil
            }
        }
        return known
    }

    private static func text(_ entry: AuditEntry, _ names: [Identifier: String]) -> String {
        var parts = [
            Moment.text(entry.utc), Label.padded(Label.shown(entry.event), to: 26),
            Label.padded(Label.shown(entry.outcome), to: 9),
        ]
        if let account = entry.account {
            parts.append(names[account].map(Label.shown) ?? "id:\(account)")
        }
        parts += entry.details.map { "\(Label.shown($0.name))=\(Label.shown($0.value))" }
        if let executable = entry.executable {
            let terminal = entry.terminal.map { " on \($0)" } ?? ""
            parts.append("(\(Label.shown(executable)) \(entry.process ?? 0)\(Label.shown(terminal)))")
        }
        return parts.joined(separator: " ").trimmedEnd
    }
}

extension JSON {
    /// A line of the audit log as fob(1) describes it.
    init(_ entry: AuditEntry, _ part: AuditFiles.Part, _ names: [Identifier: String]) {
        self = .object([
            ("log", .string(part.rawValue)), ("sequence", .number(entry.sequence)), ("time", .number(entry.utc)),
            ("event", .string(entry.event)),
            ("account", entry.account.map { .string($0.description) } ?? .null),
            ("label", entry.account.flatMap { names[$0] }.map(JSON.string) ?? .null),
            ("outcome", .string(entry.outcome)), ("pid", entry.process.map { JSON.number($0) } ?? .null),
            ("executable", entry.executable.map(JSON.string) ?? .null),
            ("terminal", entry.terminal.map(JSON.string) ?? .null),
            ("details", .object(entry.details.map { ($0.name, .string($0.value)) })),
        ])
    }
}
