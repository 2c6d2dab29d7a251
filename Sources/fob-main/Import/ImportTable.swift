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
            case .new: tr("new")
            case .same: tr("same")
            case .differs: tr("differs")
            case .needsVerification: tr("needs verification")
            case .notImportable: tr("not importable")
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
    /// How its codes are computed.
    var credential = Credential()
    /// Its tags.
    var tags: [String] = []
    /// It is a passkey.
    var isPasskey = false

    /// An item that cannot be imported, in the converter's words.
    init(_ problem: ConversionProblem) {
        self.init(position: problem.position, label: problem.label, reason: problem.reason)
    }

    /// An item that cannot be imported.
    init(position: UInt32, label: String, reason: String) {
        self.position = position
        self.label = label.isEmpty ? tr("entry \(position)") : label
        status = .notImportable
        remarks = [reason]
    }

    /// An entry and what became of it.
    init(_ entry: ConversionEntry, _ added: AddedReply, lost: [String]) {
        position = entry.position
        (credential, tags) = (entry.account.credential, entry.account.tags)
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
            if entry.more.state == .needsVerification { remarks.append(Sentences.setUpAgain) }
        case .added:
            status = entry.more.state == .needsVerification ? .needsVerification : .new
            if entry.more.state == .needsVerification { remarks.append(Sentences.setUpAgain) }
        }
    }

    /// A passkey and what became of it.
    init(_ passkey: ConversionPasskey, _ imported: KeyImportedReply) {
        position = passkey.position
        label = Sentences.passkey(passkey.key)
        isPasskey = true
        account = imported.account
        stored = Self.label(imported.issuer, imported.name)
        status = imported.isNew ? .new : .same
        if imported.isNew { lost = passkey.lost }
        if !stored.isEmpty { remarks.append(Sentences.ofAccount(stored)) }
    }

    private static func label(_ issuer: String, _ name: String) -> String {
        AccountLabel.text(issuer, name)
    }

    /// It comes in, with its one-time password.
    var isNew: Bool { status == .new || status == .differs }

    /// What there is to say of it in the table, but for what is lost.
    var told: [String] {
        var told = remarks
        if status != .same {
            let unusual = credential.unusual
            if !unusual.isEmpty { told.append(unusual.joined(separator: ", ")) }
            if !tags.isEmpty { told.append(tr("tags: \(tags.joined(separator: ", "))")) }
        }
        return told
    }

    /// Why it cannot be imported; nil when it can.
    var diagnosis: String? {
        status == .notImportable ? "\(label): \(remarks.joined(separator: "; "))" : nil
    }
}

extension Credential {
    /// What is not as with most accounts: SHA-1, 6 digits, 30 seconds.
    var unusual: [String] {
        guard let kind else { return [] }
        var words: [String] = []
        switch kind {
        case .totp: break
        case .hotp: words.append(tr("HOTP at \(counter)"))
        case .steam: return ["Steam"]
        case .motp: return ["mOTP"]
        case .yandex: return ["Yandex"]
        case .ocra: return [ocraSuite]
        }
        if digits != 6 { words.append(tr("\(digits) digits")) }
        if kind == .totp, period != 30 { words.append("\(period) s") }
        if let algorithm, algorithm != .sha1 { words.append(algorithm.word) }
        if start != 0 { words.append(tr("from second \(start)")) }
        return words
    }

    /// Its members in JSON.
    var json: [(String, JSON)] {
        [
            ("kind", kind.map { .string("\($0)") } ?? .null),
            ("algorithm", algorithm.map { .string($0.word) } ?? .null),
            ("digits", .number(UInt64(digits))), ("period", .number(UInt64(period))), ("counter", .number(counter)),
        ]
    }
}

extension HashAlgorithm {
    /// As URIs have it.
    fileprivate var word: String {
        switch self {
        case .sha1: "SHA1"
        case .sha256: "SHA256"
        case .sha512: "SHA512"
        case .md5: "MD5"
        }
    }
}

/// What became of a file, or of several that belong together.
struct ImportFile {
    let outcome: ConversionOutcome
    /// Its entries.
    let rows: Range<Int>

    /// How it is called.
    var name: String {
        guard let first = outcome.names.first, !first.isEmpty else { return Sentences.unnamedFile(outcome.files) }
        return outcome.files == 1 ? first : Sentences.filesTogether(first, Int(outcome.files) - 1)
    }

    /// Why it was not read; nil when it was.
    var diagnosis: String? { outcome.failure == nil ? nil : "\(name): \(outcome.reason)" }

    var json: JSON {
        .object([
            ("names", .strings(outcome.names)), ("count", .number(UInt64(outcome.files))),
            ("format", .string(outcome.format)), ("entries", .number(UInt64(rows.count))),
            ("accounts", .number(UInt64(outcome.entries))),
            ("failure", outcome.failure == nil ? .null : .string(outcome.reason)), ("remedy", .string(outcome.remedy)),
        ])
    }
}

/// What becomes of all entries of all files.
struct ImportTable {
    /// The files that were read, and those that were not.
    private(set) var files: [ImportFile] = []
    var rows: [ImportRow] = []
    var warnings: [String] = []
    /// A code to be compared with the other program's; nil for none.
    var compared: String?

    /// The formats that were recognised.
    var format: String {
        var formats: [String] = []
        for file in files where file.outcome.failure == nil && !formats.contains(file.outcome.format) {
            formats.append(file.outcome.format)
        }
        return formats.joined(separator: ", ")
    }

    /// A file, or several that belong together, is at its end.
    mutating func end(_ outcome: ConversionOutcome) {
        files.append(ImportFile(outcome: outcome, rows: (files.last?.rows.upperBound ?? 0)..<rows.count))
    }

    /// How many have that status.
    func count(_ status: ImportRow.Status) -> Int { rows.count { $0.status == status } }

    /// Those that come in.
    var new: Int { good - count(.same) }
    /// Those that come in or are there.
    var good: Int { rows.count - bad }
    /// Those that cannot come in.
    var bad: Int { count(.notImportable) }

    /// One row on a line: status, label, remarks. What many accounts lose is said once, below them.
    func print() {
        let words = rows.map { Label.width($0.status.text) }.max() ?? 0
        let labels = rows.map { min(Label.width(Label.shown($0.label)), Self.widest) }.max() ?? 0
        let often = losses
        var file = files.startIndex
        for (index, row) in rows.enumerated() {
            heads(&file, before: index)
            var remarks = row.told
            let lost = row.lost.filter { often[$0] ?? 0 < Self.many }
            if !lost.isEmpty { remarks.append(tr("lost: \(lost.joined(separator: ", "))")) }
            let line =
                Label.padded(row.status.text, to: words + 2) + Label.padded(Label.shown(row.label), to: labels) + "  "
                + Label.shown(remarks.joined(separator: "; "))
            Output.line(line.trimmedEnd)
        }
        heads(&file, before: rows.count)
        for (what, count) in often.sorted(by: { $0.key < $1.key }) where count >= Self.many {
            Output.line(Label.shown(tr("lost of \(Sentences.accounts(count)): \(what)")))
        }
    }

    /// Where there are several files: what became of each, above its rows.
    private func heads(_ file: inout Int, before row: Int) {
        guard files.count > 1 else { return }
        while file < files.endIndex, files[file].rows.lowerBound <= row {
            Output.line(Label.shown(Sentences.readFile(files[file])))
            file += 1
        }
    }

    /// How many accounts lose each thing.
    private var losses: [String: Int] {
        var counts: [String: Int] = [:]
        for row in rows { for what in row.lost { counts[what, default: 0] += 1 } }
        return counts
    }

    private static let widest = 40
    /// So many accounts with the same loss are told of once.
    private static let many = 4

    /// The table as fob(1) describes it.
    func json(isDone: Bool, isDryRun: Bool, error: ClientError?) -> JSON {
        let bad = rows.filter { $0.status == .notImportable }.map { row in
            JSON.object([
                ("position", .number(row.position)), ("label", .string(row.label)),
                ("reason", .string(row.remarks.joined(separator: "; "))),
            ])
        }
        let members: [(String, JSON)] = [
            ("imported", .bool(isDone)), ("dry_run", .bool(isDryRun)), ("format", .string(format)),
            ("added", .number(count(.new))), ("already_there", .number(count(.same))),
            ("renamed", .number(count(.differs))), ("needs_verification", .number(count(.needsVerification))),
            ("bad", .array(bad)), ("warnings", .strings(warnings)), ("files", .array(files.map(\.json))),
            ("entries", .array(rows.map(Self.json))),
        ]
        return .object(members + (error.map { [JSON.member($0)] } ?? []))
    }

    private static func json(_ row: ImportRow) -> JSON {
        .object(
            [
                ("position", .number(row.position)), ("label", .string(row.label)),
                ("passkey", .bool(row.isPasskey)), ("status", .string(row.status.rawValue)),
                ("id", row.account.map { .string($0.description) } ?? .null), ("stored", .string(row.stored)),
            ] + row.credential.json + [
                ("tags", .strings(row.tags)), ("remarks", .strings(row.remarks)), ("lost", .strings(row.lost)),
            ])
    }
}
