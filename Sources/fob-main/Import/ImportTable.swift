import Client
import Wire

/// What becomes of one entry of a file.
struct ImportRow {
    /// What becomes of it, in the words of fob(1).
    enum Status: String {
        /// It comes in.
        case new
        /// It is there already.
        case same
        /// It comes in under another name, because one of its name is there with another secret.
        case differs
        /// It comes in without its secret: it has to be set up again.
        case needsVerification = "needs_verification"
        /// It does not come in.
        case notImportable = "not_importable"

        /// In the table.
        var text: String {
            switch self {
            case .new: "new"
            case .same: "same"
            case .differs: "differs"
            case .needsVerification: "needs verification"
            case .notImportable: "not importable"
            }
        }
    }

    /// Its place in the file, from 1; 0 when it has none.
    let position: UInt32
    /// How the file calls it.
    let label: String
    let status: Status
    /// The account that it is now, if there is one.
    var account: Identifier?
    /// How that is called here.
    var stored = ""
    /// What else there is to say of it, such as the reason.
    var remarks: [String] = []
    /// What of it is lost.
    var lost: [String] = []

    /// An item that cannot be imported, in the converter's words.
    init(_ problem: ConversionProblem) {
        self.init(position: problem.position, label: problem.label, reason: problem.reason)
    }

    /// An item that cannot be imported.
    init(position: UInt32, label: String, reason: String) {
        self.position = position
        self.label = label.isEmpty ? Sentences.entry(position) : label
        status = .notImportable
        remarks = [reason]
    }

    /// An entry and what became of it.
    init(_ entry: ConversionEntry, _ added: AddedReply, lost: [String]) {
        position = entry.position
        label = Self.label(entry.account.issuer, entry.account.name)
        account = added.account
        stored = Self.label(added.issuer, added.name)
        self.lost = lost
        switch added.outcome {
        case .same, .raised:
            status = .same
            if stored != label { remarks.append(Sentences.sameAs(stored)) }
            if entry.account.credential.counter > added.counter {
                remarks.append(Sentences.counterThere(entry.account.credential.counter, here: added.counter))
            }
            // Nothing comes in, so nothing is lost.
            self.lost = []
        case .renamed:
            status = .differs
            remarks.append(Sentences.addedAs(stored))
            if entry.state == .needsVerification { remarks.append(Sentences.setUpAgain) }
        case .added:
            status = entry.state == .needsVerification ? .needsVerification : .new
            if entry.state == .needsVerification { remarks.append(Sentences.setUpAgain) }
        }
    }

    private static func label(_ issuer: String, _ name: String) -> String {
        AccountLabel.text(issuer, name)
    }

    /// Why it cannot be imported; nil when it can.
    var diagnosis: String? {
        status == .notImportable ? "\(label): \(remarks.joined(separator: "; "))" : nil
    }
}

/// What becomes of all entries of a file.
struct ImportTable {
    /// The format that was recognised.
    var format = ""
    var rows: [ImportRow] = []
    var warnings: [String] = []

    /// How many have that status.
    func count(_ status: ImportRow.Status) -> Int { rows.count { $0.status == status } }

    /// Those that come in.
    var new: Int { good - count(.same) }
    /// Those that come in or are there.
    var good: Int { rows.count - bad }
    /// Those that cannot come in.
    var bad: Int { count(.notImportable) }

    /// One row on a line: status, label, remarks.
    func print() {
        let words = rows.map { Label.width($0.status.text) }.max() ?? 0
        let labels = rows.map { min(Label.width(Label.shown($0.label)), Self.widest) }.max() ?? 0
        for row in rows {
            var remarks = row.remarks
            if !row.lost.isEmpty { remarks.append(Sentences.lost(row.lost)) }
            let line =
                Label.padded(row.status.text, to: words + 2) + Label.padded(Label.shown(row.label), to: labels + 2)
                + Label.shown(remarks.joined(separator: "; "))
            Output.line(line.trimmedEnd)
        }
    }

    private static let widest = 40

    /// The table as fob(1) describes it.
    func json(isDone: Bool, isDryRun: Bool) -> JSON {
        let bad = rows.filter { $0.status == .notImportable }.map { row in
            JSON.object([
                ("position", .number(row.position)), ("label", .string(row.label)),
                ("reason", .string(row.remarks.joined(separator: "; "))),
            ])
        }
        return .object([
            ("imported", .bool(isDone)), ("dry_run", .bool(isDryRun)), ("format", .string(format)),
            ("added", .number(count(.new))), ("already_there", .number(count(.same))),
            ("renamed", .number(count(.differs))), ("needs_verification", .number(count(.needsVerification))),
            ("bad", .array(bad)), ("warnings", .strings(warnings)), ("entries", .array(rows.map(Self.json))),
        ])
    }

    private static func json(_ row: ImportRow) -> JSON {
        .object([
            ("position", .number(row.position)), ("label", .string(row.label)),
            ("status", .string(row.status.rawValue)),
            ("id", row.account.map { .string($0.description) } ?? .null), ("stored", .string(row.stored)),
            ("remarks", .strings(row.remarks)), ("lost", .strings(row.lost)),
        ])
    }
}
