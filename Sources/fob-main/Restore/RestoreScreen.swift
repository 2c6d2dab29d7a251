import Client
import Platform
import Wire

/// What a person sees of a restore: what is there, what would come in, what came in, and what is to be done now.
struct RestoreScreen {
    let place: String
    let file: String
    let files: [FoundBackup]
    let index: Int
    var summary: RestoreSummary?
    var entries: [RestoreEntry] = []
    /// Whose file it is, and what opens a vault that is made of it.
    var access: RestoreAccessReply?
    /// Unlock methods of the file that did not come in.
    var ended: [String] = []
    /// What this machine still lacks afterwards.
    var missing: [String] = []

    /// What was passed over, and why.
    let passed: [(name: String, reason: String)]
    /// What else is there that should be known.
    let notes: [String]
    /// How many of the same vault are newer.
    let newer: Int
    /// Whose backups are there.
    let vaults: [(id: String, count: Int, newest: UInt64)]

    init(place: String, selection: BackupSelection, opened: BackupSelection.Opened) {
        (self.place, files, index) = (place, selection.files, opened.index)
        file = files[index].name
        passed = selection.passed.sorted { $0.key < $1.key }.map { (selection.files[$0.key].name, $0.value) }
        (notes, newer, vaults, summary) = (selection.notes, selection.newer, selection.vaults, opened.summary)
    }

    /// So many backups are listed.
    private static let mostListed = 12

    /// Accounts that come in.
    var incoming: Int {
        guard let summary else { return 0 }
        return summary.count(.new) + summary.count(.differs) + summary.count(.needsVerification)
    }

    // MARK: Before

    /// What is there.
    static func list(_ files: [FoundBackup], in place: String, picked: Int?) {
        Output.line(tr("\(Count.text(files.count, "backup")) in \(Label.shown(place)), newest first:"))
        for (number, file) in files.prefix(picked == nil ? files.count : mostListed).enumerated() {
            let mark = number == picked ? "*" : " "
            let told = file.backup.map { Sentences.backupTold(Moment.text($0.utc), $0.sequence, file) } ?? ""
            Output.line("\(mark)\(Label.padded(" \(number + 1)", to: 4)) \(Label.shown(file.name))\(told)")
        }
        if files.count > mostListed, picked != nil { Output.line(tr("and \(files.count - mostListed) more")) }
    }

    /// What would come in, one account on a line, without those that stay as they are.
    func preview() {
        printOrigin()
        let rows = entries.filter { $0.outcome != .same && $0.outcome != .onlyHere || $0.isRaised }
        let width = rows.map { Label.width($0.outcome.words) }.max() ?? 0
        for row in rows {
            var line = Label.padded(row.outcome.words, to: width + 2) + Label.shown(Self.label(row.issuer, row.name))
            let newLabel = Self.label(row.issuer, row.newName)
            if row.newName != row.name { line += Sentences.addedUnder(Label.shown(newLabel)) }
            if row.isRaised { line += Sentences.counterGoesUp }
            Output.line(line)
        }
        printCounts()
    }

    private func printOrigin() {
        guard let summary else { return }
        if vaults.count > 1 { Output.line(Sentences.vaultsThere(vaults, opened: files[index].backup?.vault)) }
        for (name, reason) in passed { Output.line(Sentences.warning(Label.shown(Sentences.passedOver(name, reason)))) }
        for note in notes { Output.line(Sentences.warning(Label.shown(note))) }
        if let access {
            if let told = Sentences.warned(access, makesVault: summary.makesVault, isOwn: summary.isOwn) {
                Output.line(Sentences.warning(told))
            }
            if summary.makesVault, access.origin != .unsigned {
                Output.line(Sentences.fingerprint(VaultKit.grouped(access.fingerprint)))
            }
        }
        if let told = disagreement { Output.line(Sentences.warning(told)) }
        Output.line(Sentences.restoreOrigin(summary, Label.shown(file), age: age))
        if let age, age >= Self.oldSeconds { Output.line(Sentences.warning(Sentences.oldBackup(age / 86_400))) }
        if newer > 0 { Output.line(Sentences.warning(Sentences.newerBackups(newer))) }
        if !summary.makesVault, !summary.isOwn, access?.origin != .former { Output.line(Sentences.otherVault) }
    }

    /// What a file's name says of it, and it does not say itself: an older backup under a newer name.
    private var disagreement: String? {
        guard let summary, let named = files.indices.contains(index) ? files[index].backup : nil else { return nil }
        return BackupSelection.agree(named, summary) ? nil : Sentences.otherName(named.sequence, summary.sequence)
    }

    private func printCounts() {
        guard let summary else { return }
        let parts = MergeOutcome.allCases.compactMap { outcome in
            summary.count(outcome) > 0 ? "\(summary.count(outcome)) \(outcome.words)" : nil
        }
        Output.line(parts.isEmpty ? tr("there are no accounts in it") : parts.joined(separator: ", "))
        if summary.recoverySets > 0 { Output.line(Sentences.setsComeIn(Int(summary.recoverySets))) }
        let left = summary.left.filter { !$0.waits }
        for entry in left { Output.line(tr("left out: \(entry.count) \(entry.kind.words)")) }
        if !left.isEmpty { Output.line(Sentences.onlyAdds) }
        if !summary.weakened.isEmpty, summary.waits {
            Output.line(Sentences.warning(Sentences.wouldWeaken(summary.weakened.map(Label.shown))))
        }
        for line in summary.met { Output.line(Label.shown(Sentences.met(line))) }
        if !summary.isUndoable, !summary.makesVault { Output.line(Sentences.warning(Sentences.notUndoable)) }
    }

    /// A backup is not fresh any more after a week.
    private static let oldSeconds: UInt64 = 7 * 86_400

    /// Seconds since it was sealed; nil when it is of the future, by this clock.
    private var age: UInt64? {
        guard let time = summary?.time, Clock.utc >= time else { return nil }
        return Clock.utc - time
    }

    // MARK: Afterwards

    /// What came in, what did not, and what is to be done.
    func result(_ code: (label: String, code: String)?) {
        guard let summary else { return }
        Output.note(summary.makesVault ? Sentences.restoredVault(incoming) : Sentences.restoredInto(incoming))
        for sentence in notRestored(summary) { Output.line(sentence) }
        for sentence in nextSteps(summary) { Output.line(sentence) }
        for name in ended { Output.line(Sentences.accessEnded(Label.shown(name))) }
        if let code { Output.line(tr("test code: \(Label.shown(code.label)) \(code.code)")) }
    }

    /// What is not restored, and why.
    private func notRestored(_ summary: RestoreSummary) -> [String] {
        var told: [String] = []
        if summary.count(.needsVerification) > 0 {
            told.append(Sentences.notRestoredKeys(summary.count(.needsVerification)))
        }
        if summary.count(.inTrash) > 0 { told.append(Sentences.inTrash(summary.count(.inTrash))) }
        if summary.count(.removed) > 0 { told.append(Sentences.removedSince(summary.count(.removed))) }
        if summary.settings == .kept { told.append(Sentences.settingsKept) }
        if summary.waits, !summary.weakened.isEmpty {
            told.append(tr("kept: \(summary.weakened.map(Label.shown).joined(separator: ", "))"))
        }
        if !summary.makesVault { told.append(Sentences.unlockMethodsKept) }
        return told
    }

    private func nextSteps(_ summary: RestoreSummary) -> [String] {
        var steps: [String] = []
        for entry in entries where entry.outcome == .needsVerification {
            steps.append(Sentences.verifyStep(Self.label(entry.issuer, entry.newName)))
        }
        for entry in entries where entry.outcome == .differs {
            steps.append(
                Sentences.differsStep(
                    Label.shown(Self.label(entry.issuer, entry.name)),
                    Label.shown(Self.label(entry.issuer, entry.newName))))
        }
        if incoming > 0 { steps.append(tr("next: if this was the wrong backup, fob restore --undo")) }
        return steps
    }

    /// A code of one account of the backup, to be compared with what its service takes.
    static func testCode(
        _ entries: [RestoreEntry], _ connection: inout Connection
    ) -> (label: String, code: String)? {
        for entry in entries where entry.outcome == .new || entry.outcome == .same {
            guard let shown = try? connection.account(.id(entry.account)),
                shown.credential.kind == .totp, shown.consent == .none, shown.state == .ok,
                let reply: CodeReply = try? connection.request(CodeRequest(.id(entry.account)))
            else { continue }
            return (shown.label, reply.code)
        }
        return nil
    }

    private static func label(_ issuer: String, _ name: String) -> String {
        AccountLabel.text(issuer, name)
    }

    // MARK: JSON

    /// What is there.
    static func json(_ files: [FoundBackup]) -> JSON {
        .array(
            files.map { file in
                .object([
                    ("name", .string(file.name)), ("time", file.backup.map { .number($0.utc) } ?? .null),
                    ("sequence", file.backup.map { .number($0.sequence) } ?? .null),
                    ("accounts", file.accounts.map { .number($0) } ?? .null),
                    ("verified", file.isVerified.map { .bool($0) } ?? .null), ("places", .strings(file.places)),
                ])
            })
    }

    /// Everything as one value.
    func json(isDone: Bool, code: (label: String, code: String)?) -> JSON {
        guard let summary else { return .object([]) }
        var members: [(String, JSON)] = [
            ("done", .bool(isDone)), ("dry_run", .bool(!isDone)), ("place", .string(place)), ("file", .string(file)),
            ("newer_files", .number(UInt32(clamping: newer))), ("files", Self.json(files)),
            ("vault", .string(summary.vault.description)),
            ("same_vault", .bool(summary.isOwn)), ("makes_vault", .bool(summary.makesVault)),
            ("time", .number(summary.time)), ("sequence", .number(summary.sequence)),
            ("machine", .string(summary.machine)), ("settings", .string(summary.settings.word)),
            ("recovery_sets", .number(summary.recoverySets)),
            ("origin", .string(access?.origin.word ?? "")),
            (
                "fingerprint",
                access.map { $0.origin == .unsigned ? .null : .string(VaultKit.grouped($0.fingerprint)) } ?? .null
            ),
            ("name_agrees", .bool(disagreement == nil)),
            (
                "passed_over",
                .array(passed.map { .object([("name", .string($0.name)), ("reason", .string($0.reason))]) })
            ),
            ("notes", .strings(notes)), ("vaults", .strings(vaults.map(\.id))),
            ("access_ended", .strings(ended)), ("missing", .strings(missing)),
            (
                "left_out",
                .array(
                    summary.left.map { left in
                        .object([
                            ("kind", .string(left.kind.word)), ("verdict", .string(left.verdict.word)),
                            ("count", .number(left.count)),
                        ])
                    })
            ),
            ("weakened", .strings(summary.weakened)), ("edited_twice", .strings(summary.met)),
            ("undoable", .bool(summary.isUndoable)),
            ("counts", JSON(counts: summary)), ("entries", .array(entries.map { JSON($0) })),
        ]
        if let code {
            members.append(
                ("test_code", .object([("account", .string(code.label)), ("code", .string(code.code))])))
        }
        return .object(members)
    }
}

extension MergeOutcome {
    /// In JSON.
    var word: String {
        switch self {
        case .new: "new"
        case .same: "same"
        case .differs: "differs"
        case .needsVerification: "needs_verification"
        case .onlyHere: "only_here"
        case .newer: "newer"
        case .removed: "removed"
        case .inTrash: "in_trash"
        }
    }

    /// In the table.
    var words: String {
        switch self {
        case .new: tr("new")
        case .same: tr("same")
        case .differs: tr("differs")
        case .needsVerification: tr("needs verification")
        case .onlyHere: tr("only here")
        case .newer: tr("newer")
        case .removed: tr("removed")
        case .inTrash: tr("in trash")
        }
    }
}

extension FileOrigin {
    /// In JSON.
    var word: String {
        switch self {
        case .unsigned: "unsigned"
        case .foreign: "foreign"
        case .former: "former"
        case .successor: "successor"
        case .current: "current"
        }
    }
}

extension UnlockMethod {
    /// What a person calls it: its label; all kit codes have one name.
    var name: String { kind == .code ? "kit-codes" : label }
}

extension [String] {
    /// Each once, in order.
    var unique: [String] {
        var seen: Set<String> = []
        return filter { seen.insert($0).inserted }
    }
}

extension MergedSettings {
    /// In JSON.
    var word: String {
        switch self {
        case .same: "same"
        case .restored: "restored"
        case .kept: "kept"
        }
    }
}

extension JSON {
    /// What becomes of an account.
    init(_ entry: RestoreEntry) {
        self = .object([
            ("id", .string(entry.account.description)), ("status", .string(entry.outcome.word)),
            ("issuer", .string(entry.issuer)), ("name", .string(entry.name)), ("new_name", .string(entry.newName)),
            ("counter_raised", .bool(entry.isRaised)),
        ])
    }

    /// How many accounts each outcome has.
    init(counts summary: RestoreSummary) {
        self = .object(MergeOutcome.allCases.map { ($0.word, .number(UInt32(clamping: summary.count($0)))) })
    }
}
