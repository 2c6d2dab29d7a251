import Client
import Platform
import Wire

/// What a person sees of a join: what comes in, what both have, and what opens the vault afterwards.
struct JoinScreen {
    let place: String
    let file: String
    var summary: RestoreSummary
    var entries: [RestoreEntry] = []
    var access: RestoreAccessReply?
    /// The vault here, as it is before.
    let before: AccessReply
    /// Unlock methods of the other vault that were confirmed, and the names of those that end.
    var kept: [Identifier] = []
    var ended: [String] = []
    private let passed: [(name: String, reason: String)]
    private let notes: [String]
    private let newer: Int

    init(place: String, selection: BackupSelection, opened: BackupSelection.Opened, before: AccessReply) {
        (self.place, file, summary) = (place, selection.files[opened.index].name, opened.summary)
        passed = selection.passed.sorted { $0.key < $1.key }.map { (selection.files[$0.key].name, $0.value) }
        (notes, newer, self.before) = (selection.notes, selection.newer, before)
    }

    // MARK: Before

    /// What would become of both.
    func preview() {
        for (name, reason) in passed { Output.line(Sentences.warning(Label.shown(Sentences.passedOver(name, reason)))) }
        for note in notes { Output.line(Sentences.warning(Label.shown(note))) }
        if let access, access.origin != .successor, access.origin != .current {
            Output.line(Sentences.warning(Sentences.joinsUnvouched))
        }
        if let access { Output.line(Sentences.fingerprint(VaultKit.grouped(access.fingerprint))) }
        let age = Clock.utc >= summary.time ? Clock.utc - summary.time : nil
        Output.line(Sentences.restoreOrigin(summary, Label.shown(file), age: age))
        if newer > 0 { Output.line(Sentences.warning(Sentences.newerBackups(newer))) }
        let rows = entries.filter { $0.outcome != .onlyHere && $0.outcome != .inTrash || $0.isRaised }
        let width = rows.map { Label.width(Sentences.joins($0.outcome)) }.max() ?? 0
        for row in rows {
            var line = Label.padded(Sentences.joins(row.outcome), to: width + 2)
            line += Label.shown(AccountLabel.text(row.issuer, row.name))
            if row.newName != row.name {
                line += Sentences.addedUnder(Label.shown(AccountLabel.text(row.issuer, row.newName)))
            }
            if row.isRaised { line += Sentences.counterGoesUp }
            Output.line(line)
        }
        Output.line(Sentences.joinCounts(summary))
        if summary.recoverySets > 0 { Output.line(Sentences.setsComeIn(Int(summary.recoverySets))) }
        for line in summary.met { Output.line(Label.shown(Sentences.met(line))) }
        Output.line(Sentences.opensAfterwards(opening.map(Label.shown)))
        Output.line(Sentences.opensNoMore(before.ways.map(\.name).unique.map(Label.shown)))
        if !summary.isUndoable { Output.line(Sentences.warning(Sentences.notUndoable)) }
    }

    /// What of the other vault opens it afterwards, by name.
    private var opening: [String] {
        (access?.methods ?? []).filter { method in
            ![.claimed, .unknown].contains(method.access) || kept.contains(method.method.id)
        }.map(\.method.name).unique
    }

    // MARK: Afterwards

    /// What was done, and what is to be done now.
    func result() {
        Output.note(Sentences.joined(summary))
        for name in ended { Output.line(Sentences.accessEnded(Label.shown(name))) }
        for entry in entries where entry.outcome == .needsVerification {
            Output.line(Sentences.verifyStep(Label.shown(AccountLabel.text(entry.issuer, entry.newName))))
        }
        Output.line(Sentences.opensAfterwards(opening.map(Label.shown)))
        Output.line(Sentences.joinedBackups(String(before.vault.description.prefix(8))))
        Output.line(Sentences.syncBoth)
        if summary.isUndoable { Output.line(Sentences.undoJoinStep) }
    }

    /// Everything as one value.
    func json(isDone: Bool) -> JSON {
        let skipped: [JSON] = passed.map { .object([("name", .string($0.name)), ("reason", .string($0.reason))]) }
        return .object([
            ("done", .bool(isDone)), ("dry_run", .bool(!isDone)), ("place", .string(place)), ("file", .string(file)),
            ("vault", .string(summary.vault.description)), ("former_vault", .string(before.vault.description)),
            ("machine", .string(summary.machine)), ("time", .number(summary.time)),
            ("sequence", .number(summary.sequence)), ("origin", .string(access?.origin.word ?? "")),
            ("fingerprint", access.map { .string(VaultKit.grouped($0.fingerprint)) } ?? .null),
            ("settings", .string(summary.settings.word)), ("recovery_sets", .number(summary.recoverySets)),
            ("unlock_methods", .strings(opening)), ("access_ended", .strings(ended)),
            ("former_unlock_methods", .strings(before.ways.map(\.name).unique)),
            ("undoable", .bool(summary.isUndoable)), ("edited_twice", .strings(summary.met)),
            ("passed_over", .array(skipped)), ("notes", .strings(notes)), ("counts", JSON(counts: summary)),
            ("entries", .array(entries.map { JSON($0) })),
        ])
    }
}
