import Client
import Wire

/// What `fob import` says.
extension Sentences {
    static let nameImportFile = tr("name one or more files, or - for standard input")
    static let notAnImport = tr("fob-convert sent something that is not an account")
    static func noPassFiles(_ path: String) -> String {
        tr("\(path): there are neither .gpg nor .txt files in this directory")
    }
    static let passTree = tr("a directory is read as one of pass; name the files that are to be imported otherwise")
    static let noGPG = tr("the files of pass are encrypted, and the program gpg was not found")
    static let installGPG = tr("install gpg, or decrypt them and import the plain files")

    // The table.
    static func sameAs(_ label: String) -> String { Translation.heard(noted("it is here as \(label)")) }
    static func counterThere(_ there: UInt64, here: UInt64) -> String {
        Translation.heard(noted("its counter there is \(there), here \(here)"))
    }
    static func addedAs(_ label: String) -> String {
        Translation.heard(noted("another secret; comes in as \(label)"))
    }
    static func passkey(_ key: Passkey) -> String {
        let user = key.userName.isEmpty ? key.displayName : key.userName
        return user.isEmpty ? tr("passkey of \(key.site)") : tr("passkey of \(key.site) for \(user)")
    }
    static func ofAccount(_ label: String) -> String { Translation.heard(noted("of the account \(label)")) }
    static let setUpAgain = tr("set it up again at its service")
    static func unnamedFile(_ count: UInt32) -> String {
        count == 1 ? tr("the file") : trn(count, "\(count) file of a directory", "\(count) files of a directory")
    }
    static func filesTogether(_ first: String, _ others: Int) -> String {
        trn(others, "\(first) and \(others) that belongs to it", "\(first) and \(others) that belong to it")
    }
    static func readFile(_ file: ImportFile) -> String {
        if file.outcome.failure != nil { return tr("\(file.name): not read: \(file.outcome.reason)") }
        let count = file.rows.count
        return "\(file.name): \(file.outcome.format), \(Count.text(count, "entry", "entries"))"
    }

    // The decision.
    static func importPrompt(_ table: ImportTable) -> String {
        let unread = table.files.count { $0.outcome.failure != nil }
        let rest =
            [(table.count(.same), tr("there already")), (table.bad, tr("not importable"))].filter { $0.0 > 0 }
            .map { "\($0.0) \($0.1)" } + (unread > 0 ? [tr("\(files(unread)) not read")] : [])
        return tr("Import \(accounts(table.new))\(rest.isEmpty ? "" : " (\(rest.joined(separator: ", ")))")? [y/N] ")
    }
    static func importSource(_ format: String, _ count: Int) -> String { "\(format), \(accounts(count))" }
    static func importSummary(_ table: ImportTable, isDone: Bool, isDryRun: Bool) -> String {
        let parts = [
            (table.new, tr("new")), (table.count(.same), tr("there already")),
            (table.count(.differs), tr("under another name")),
            (table.bad, tr("not importable")),
        ]
        let told = parts.enumerated().filter { $0.offset < 2 || $0.element.0 > 0 }
            .map { "\($0.element.0) \($0.element.1)" }
        let what = isDone ? tr("imported") : isDryRun && table.new > 0 ? tr("would import") : tr("nothing imported")
        return "\(what)\(table.format.isEmpty ? "" : " (\(Label.shown(table.format)))"): "
            + told.joined(separator: ", ")
    }
    static func files(_ count: Int) -> String { Count.text(count, "file") }
    static func notAllRead(_ count: Int) -> String { tr("\(files(count)) could not be read") }
    static let otherwiseRead = tr("what the others hold is told above; see fob-formats(7) for what can be read")
    static let importFormat = tr(
        "the formats are listed in fob-formats(7); in a list of otpauth URIs # starts a comment")
    static let nothingImportable = tr("no account of the file can be imported")
    static let otherExport = tr("the table says why; see fob-formats(7) for what can be exported otherwise")
    static func notAllImported(_ count: Int) -> String {
        trn(count, "\(count) entry of the file cannot be imported", "\(count) entries of the file cannot be imported")
    }
    static let otherwise = tr("the table says why; set these up again at their services")

    // Undo.
    static let undoWithFiles = tr("an undo takes no files and no other options than --dry-run and --yes")
    static func lastImport(_ last: ImportUndoneReply) -> String {
        let source = last.source.isEmpty ? "" : " \(Label.shown(last.source)),"
        let (time, added) = (Moment.text(last.time), accounts(Int(last.added)))
        var told =
            switch last.kind {
            case .accounts: tr("the last import:\(source) \(time); it added \(added)")
            case .restore: tr("the last restore:\(source) \(time); it added \(added)")
            case .sync: tr("the last sync:\(source) \(time); it added \(added)")
            }
        if last.kept > 0 { told += tr("; \(last.kept) of what it changed was changed since and stays") }
        if !last.weakened.isEmpty {
            told += tr(
                "; you are asked, because this takes \(last.weakened.map(Label.shown).joined(separator: ", ")) away")
        }
        return told
    }
    static func undoPrompt(_ plan: ImportUndoneReply) -> String {
        plan.kind == .accounts
            ? tr("Move \(accounts(Int(plan.removed))) to the trash? [y/N] ")
            : tr("Bring back what was before (\(plan.back) changed, \(accounts(Int(plan.removed))) added)? [y/N] ")
    }
    static let notUndone = tr("nothing was undone")
    static func undone(_ done: ImportUndoneReply) -> String {
        if done.kind == .accounts { return tr("\(accounts(Int(done.removed))) moved to the trash") }
        if done.kept == 0 { return tr("everything is as it was before") }
        return trn(
            done.kept, "the former state is back, except for \(done.kept) that was changed since",
            "the former state is back, except for \(done.kept) that were changed since")
    }

    static func accounts(_ count: Int) -> String { Count.text(count, "account") }
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
