import Platform
import Vault
import Wire

/// What the agent did: `audit.log`, and `codes.log` for what comes as often as somebody asks, so that no number of codes
/// drives out anything else.
final class AuditLog {
    let events: AuditFile
    let codes: AuditFile
    private var folded = FoldedCodes()

    /// Opens both.
    init(in directory: Directory) throws {
        events = try AuditFile("audit", in: directory, mostOlder: Limits.auditFiles)
        codes = try AuditFile("codes", in: directory, mostOlder: Limits.codeFiles)
    }

    /// In the order of `AuditState.Log`.
    var files: [AuditFile] { [events, codes] }

    subscript(_ log: AuditState.Log) -> AuditFile { log == .events ? events : codes }

    /// Why the last lines are in no file.
    var failure: AuditFile.Failure? { events.failure ?? codes.failure }

    /// One of the files did not end in a whole line of a chain.
    var wasDamaged: Bool { events.wasDamaged || codes.wasDamaged }

    /// Adds a line to the turn's.
    func append(
        _ event: AuditEvent, account: Identifier?, outcome: AuditOutcome, caller: [UInt8]?,
        _ details: [AuditDetail] = [], at utc: UInt64
    ) {
        events.append(event, account: account, outcome: outcome, caller: caller, details, at: utc)
    }

    /// Adds a line of what comes often, or counts it.
    func append(
        frequent event: AuditEvent, account: Identifier?, outcome: AuditOutcome, caller: Caller, at utc: UInt64,
        _ now: Monotonic
    ) {
        let kind = FoldedCodes.Kind(
            event: event, account: account, outcome: outcome, session: caller.process.session,
            program: caller.process.name, terminal: caller.process.terminal)
        // Of who is only counted, nothing is read that is for people.
        guard !folded.counts(kind, at: utc, now) else { return }
        flush(folded.takeOver(at: now))
        codes.append(event, account: account, outcome: outcome, caller: caller.logFields, at: utc)
        folded.begin(kind, caller: caller.logFields, at: utc, now)
        flush(folded.takeOver(at: now))
    }

    /// Adds the line of codes that somebody went on to show after the first.
    func append(shown account: Identifier, count: UInt64, caller: Caller, at utc: UInt64) {
        codes.append(
            .code, account: account, outcome: .repeated, caller: caller.logFields, [.count(count)], at: utc)
    }

    /// When counted ones become lines; nil when none are counted.
    var deadline: Monotonic? { folded.deadline }

    /// Makes lines of what was counted long enough.
    func flushFolded(at now: Monotonic) { flush(folded.takeOver(at: now)) }

    /// Makes lines of all that was counted.
    func flushFolded() { flush(folded.takeAll()) }

    private func flush(_ repeated: [FoldedCodes.Repeated]) {
        for entry in repeated {
            codes.append(
                entry.kind.event, account: entry.kind.account, outcome: .repeated, caller: entry.caller,
                [.count(entry.count)], at: entry.utc)
        }
    }

    /// Adds a line to one of the files that tells of lines which are not there, or not the agent's.
    func tell(_ event: AuditEvent, in log: AuditState.Log, _ details: [AuditDetail], at utc: UInt64) {
        self[log].append(event, outcome: .failed, details, at: utc)
        self[log].missing = self[log].chain.sequence
    }

    /// Writes the turn's lines.
    func write() {
        for file in files { file.write() }
    }
}
