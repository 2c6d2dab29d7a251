import Client
import Wire

/// What `fob import` says.
extension Sentences {
    static let noImportFile = "there is no file to import"
    static let nameImportFile = "name one or more files, or - for standard input"
    static let notAnImport = "fob-convert sent something that is not an account"
    static func noPassFiles(_ path: String) -> String {
        "\(path): there are neither .gpg nor .txt files in this directory"
    }
    static let passTree = "a directory is read as one of pass; name the files that are to be imported otherwise"
    static let noGPG = "the files of pass are encrypted, and the program gpg was not found"
    static let installGPG = "install gpg, or decrypt them and import the plain files"
    static let passFileTooLong = "it is longer than any entry of pass"
    static func notDecrypted(_ status: Int32) -> String { "gpg could not decrypt it (status \(status))" }

    // The table.
    static func entry(_ position: UInt32) -> String { "entry \(position)" }
    static func sameAs(_ label: String) -> String { "it is here as \(label)" }
    static func counterThere(_ there: UInt64, here: UInt64) -> String {
        "its counter there is \(there), here \(here)"
    }
    static func addedAs(_ label: String) -> String { "another secret; comes in as \(label)" }
    static func passkey(_ key: Passkey) -> String {
        let user = key.userName.isEmpty ? key.displayName : key.userName
        return "passkey of \(key.site)" + (user.isEmpty ? "" : " for \(user)")
    }
    static func ofAccount(_ label: String) -> String { "of the account \(label)" }
    static let setUpAgain = "set it up again at its service"
    static func lost(_ what: [String]) -> String { "lost: " + what.joined(separator: ", ") }
    static func lostOfMany(_ what: String, _ count: Int) -> String { "lost of \(accounts(count)): \(what)" }
    static func tags(_ tags: [String]) -> String { "tags: " + tags.joined(separator: ", ") }
    static func unnamedFile(_ count: UInt32) -> String { count == 1 ? "the file" : "\(count) files of a directory" }
    static func filesTogether(_ first: String, _ others: Int) -> String {
        "\(first) and \(others) that belong\(others == 1 ? "s" : "") to it"
    }
    static func readFile(_ file: ImportFile) -> String {
        if file.outcome.failure != nil { return "\(file.name): not read: \(file.outcome.reason)" }
        let count = file.rows.count
        return "\(file.name): \(file.outcome.format), \(count) \(count == 1 ? "entry" : "entries")"
    }
    static func compare(_ label: String, _ code: String) -> String {
        "compare one code with the other program: \(label) \(code)"
    }
    static func tagLost(_ tag: String) -> String { "the tag \(tag)" }

    // The decision.
    static func importPrompt(_ table: ImportTable) -> String {
        let unread = table.files.count { $0.outcome.failure != nil }
        let rest =
            [(table.count(.same), "there already"), (table.bad, "not importable")].filter { $0.0 > 0 }
            .map { "\($0.0) \($0.1)" } + (unread > 0 ? ["\(files(unread)) not read"] : [])
        return "Import \(accounts(table.new))\(rest.isEmpty ? "" : " (\(rest.joined(separator: ", ")))")? [y/N] "
    }
    static func importSource(_ format: String, _ count: Int) -> String { "\(format), \(accounts(count))" }
    static let notImported = "nothing was imported"
    static func importSummary(_ table: ImportTable, isDone: Bool, isDryRun: Bool) -> String {
        let parts = [
            (table.new, "new"), (table.count(.same), "there already"), (table.count(.differs), "under another name"),
            (table.bad, "not importable"),
        ]
        let told = parts.enumerated().filter { $0.offset < 2 || $0.element.0 > 0 }
            .map { "\($0.element.0) \($0.element.1)" }
        let what = isDone ? "imported" : isDryRun && table.new > 0 ? "would import" : "nothing imported"
        return "\(what)\(table.format.isEmpty ? "" : " (\(Label.shown(table.format)))"): "
            + told.joined(separator: ", ")
    }
    static func files(_ count: Int) -> String { "\(count) file\(count == 1 ? "" : "s")" }
    static func notAllRead(_ count: Int) -> String { "\(files(count)) could not be read" }
    static let otherwiseRead = "what the others hold is told above; see fob-formats(7) for what can be read"
    static let nothingToImport = "there is no account in the file"
    static let importFormat = "the formats are listed in fob-formats(7); in a list of otpauth URIs # starts a comment"
    static let nothingImportable = "no account of the file can be imported"
    static let otherExport = "the table says why; see fob-formats(7) for what can be exported otherwise"
    static func notAllImported(_ count: Int) -> String {
        count == 1 ? "1 entry of the file cannot be imported" : "\(count) entries of the file cannot be imported"
    }
    static let otherwise = "the table says why; set these up again at their services"

    // Undo.
    static let undoWithFiles = "an undo takes no files and no other options than --dry-run and --yes"
    static let undoAlone = "run fob import --undo"
    static func lastImport(_ last: ImportUndoneReply) -> String {
        let what =
            switch last.kind {
            case .accounts: "import"
            case .restore: "restore"
            case .sync: "sync"
            }
        let source = last.source.isEmpty ? "" : " \(Label.shown(last.source)),"
        var told = "the last \(what):\(source) \(Moment.text(last.time)); it added \(accounts(Int(last.added)))"
        if last.kept > 0 { told += "; \(last.kept) of what it changed was changed since and stays" }
        if !last.weakened.isEmpty {
            told += "; you are asked, because this takes \(last.weakened.map(Label.shown).joined(separator: ", ")) away"
        }
        return told
    }
    static func undoPrompt(_ plan: ImportUndoneReply) -> String {
        plan.kind == .accounts
            ? "Move \(accounts(Int(plan.removed))) to the trash? [y/N] "
            : "Bring back what was before (\(plan.back) changed, \(accounts(Int(plan.removed))) added)? [y/N] "
    }
    static let notUndone = "nothing was undone"
    static func undone(_ done: ImportUndoneReply) -> String {
        if done.kind == .accounts { return "\(accounts(Int(done.removed))) moved to the trash" }
        if done.kept == 0 { return "everything is as it was before" }
        return "what was before is back, except for \(done.kept) that \(done.kept == 1 ? "was" : "were") changed since"
    }

    static func accounts(_ count: Int) -> String { "\(count) account\(count == 1 ? "" : "s")" }
}

extension UndoneKind {
    /// In JSON.
    var word: String {
        switch self {
        case .accounts: "import"
        case .restore: "restore"
        case .sync: "sync"
        }
    }
}
