import Client
import Platform
import Wire

/// One import, from files to accounts: everything is staged, shown, and only then taken in, in one save.
struct Import {
    let common: Common
    /// The format that the files have; empty to find out.
    var format = ""
    /// Nothing is taken in.
    var isDryRun = false
    /// Nobody is asked.
    var isAgreed = false
    /// What cannot be imported is left out without complaint.
    var skipsBad = false
    /// Tags for all accounts.
    var tags: [String] = []
    /// Where the password of the files is read from.
    var passwordDescriptor: Int32?

    /// What of the source was not read, with which the command ends when all else came in.
    var notLookedAt: ClientError?

    init(_ common: Common) { self.common = common }

    /// Imports what those sources hold.
    func run(_ sources: [any ConverterSource]) throws(ClientError) {
        var password = FilePassword(descriptor: passwordDescriptor, mayAsk: !common.noAsk)
        let result = try common.unlocked { (connection) throws(ClientError) in
            try connection.request(BeginRequest())
            // From here on the files are read: a vault that is locked meanwhile is an error, and no reason to begin
            // again.
            return Result { () throws(ClientError) in
                var table = try stage(sources, &password, &connection)
                let isDone = try decide(table, &connection)
                if isDone, !common.json { table.compared = comparison(table, &connection) }
                return (table: table, isDone: isDone)
            }
        }
        var (table, isDone) = try result.get()
        let diagnosis = diagnosis(table)
        let error = diagnosis ?? notLookedAt
        // An error tells one cause.
        if diagnosis != nil, let notLookedAt { table.warnings.append(notLookedAt.message) }
        if common.json {
            Output.line(table.json(isDone: isDone, isDryRun: isDryRun, error: error).text)
        } else {
            Output.note(Sentences.importSummary(table, isDone: isDone, isDryRun: isDryRun))
            if let compared = table.compared { Output.note(compared) }
        }
        if let error { Program.end(afterResult: error) }
    }

    // MARK: - Staging

    private func stage(
        _ sources: [any ConverterSource], _ password: inout FilePassword, _ connection: inout Connection
    ) throws(ClientError) -> ImportTable {
        var table = ImportTable()
        var staging: [Staged] = []
        var files = try ConverterFiles(sources)
        let converter = try Converter.start()
        let start = ConversionStart(operation: .read, format: format, time: Clock.utc, size: files.size)
        _ = try converter.run(start) { (output) throws(ClientError) in
            try files.send(into: &output)
        } password: { (needed) throws(ClientError) in
            try password.next(needed)
        } receive: { (event, body) throws(ClientError) in
            switch event {
            case .entry(let entry):
                if staging.count == Self.window { try finish(staging.removeFirst(), &table, &connection) }
                staging.append(try begin(entry, body, row: table.rows.count, &connection))
                table.rows.append(ImportRow(position: entry.position, label: "", reason: ""))
            case .passkey(let passkey):
                // Its account may be among those that were not answered for yet.
                while !staging.isEmpty { try finish(staging.removeFirst(), &table, &connection) }
                table.rows.append(try stage(passkey, body, &connection))
            case .problem(let problem): table.rows.append(ImportRow(problem))
            case .warning(let text): table.warnings.append(text)
            case .outcome(let outcome): table.end(outcome)
            case .file, .data, .codes: throw ClientError(.companionFailed, Sentences.notAnImport)
            }
        }
        for staged in staging { try finish(staged, &table, &connection) }
        let unreadable = sources.compactMap { $0 as? UnreadableFile }
        for file in unreadable { table.end(file.outcome) }
        table.rows += files.refused.filter { refused in !unreadable.contains { $0.name == refused.name } }
            .map { ImportRow(position: 0, label: $0.name, reason: $0.reason) }
        return table
    }

    /// An account that the agent was given and has not answered for yet.
    private struct Staged {
        let request: UInt32
        let entry: ConversionEntry
        let lost: [String]
        let row: Int
    }

    /// So many at most: waiting for each answer before the next account is sent takes most of an import's time.
    private static let window = 32

    private func begin(
        _ entry: ConversionEntry, _ body: Span<UInt8>, row: Int, _ connection: inout Connection
    ) throws(ClientError) -> Staged {
        var lost = entry.lost
        if tags.isEmpty {
            let request = try connection.begin(ForwardedAdd(body.extracting(entry.add)))
            return Staged(request: request, entry: entry, lost: lost, row: row)
        }
        var new = entry.account
        for tag in tags where !new.tags.contains(tag) {
            if new.tags.count < Limits.tags { new.tags.append(tag) } else { lost.append(tr("the tag \(tag)")) }
        }
        let request = try connection.begin(
            AddRequest(
                new, entry.more, note: body.extracting(entry.secrets.note), key: body.extracting(entry.secrets.key),
                pin: body.extracting(entry.secrets.pin)))
        return Staged(request: request, entry: entry, lost: lost, row: row)
    }

    private func stage(
        _ passkey: ConversionPasskey, _ body: Span<UInt8>, _ connection: inout Connection
    ) throws(ClientError) -> ImportRow {
        do throws(ClientError) {
            let secrets = PasskeySecretsText(passkey.secrets, in: body)
            let imported: KeyImportedReply = try connection.request(KeyImportRequest(passkey.key, secrets))
            return ImportRow(passkey, imported)
        } catch {
            guard error.code == .badInput || error.code == .alreadyExists else { throw error }
            return ImportRow(
                position: passkey.position, label: Sentences.passkey(passkey.key), reason: error.message)
        }
    }

    private func finish(
        _ staged: Staged, _ table: inout ImportTable, _ connection: inout Connection
    ) throws(ClientError) {
        let entry = staged.entry
        do throws(ClientError) {
            table.rows[staged.row] = ImportRow(entry, try connection.finish(staged.request), lost: staged.lost)
        } catch {
            // What is wrong with this account is no reason to lose the others; anything else ends the import.
            guard error.code == .badInput || error.code == .alreadyExists else { throw error }
            let label = Selector.label(issuer: entry.account.issuer, name: entry.account.name)
            table.rows[staged.row] = ImportRow(position: entry.position, label: label, reason: error.message)
        }
    }

    // MARK: - Deciding

    /// Shows what would come in, asks where a person is there, and takes it in or forgets it.
    private func decide(_ table: ImportTable, _ connection: inout Connection) throws(ClientError) -> Bool {
        if !common.json {
            table.print()
            for warning in table.warnings { Output.note(Sentences.warning(Label.shown(warning))) }
        }
        guard table.new > 0, !isDryRun else {
            try connection.request(AbortRequest())
            return false
        }
        if !isAgreed, !common.json, !common.noAsk, try Question.confirm(Sentences.importPrompt(table)) == false {
            try connection.request(AbortRequest())
            throw ClientError(.denied, tr("nothing was imported"))
        }
        let source = Text.clipped(Sentences.importSource(table.format, table.good), to: Limits.text)
        try connection.request(CommitRequest(source: source))
        return true
    }

    /// A code of one account that came in, to be compared with that of the other program; nil when none makes one by time.
    private func comparison(_ table: ImportTable, _ connection: inout Connection) -> String? {
        guard
            let row = table.rows.first(where: { $0.isNew && $0.credential.kind == .totp }), let account = row.account,
            let reply: CodeReply = try? connection.request(CodeRequest(.id(account)))
        else { return nil }
        return tr("compare one code with the other program: \(Label.shown(row.stored)) \(reply.code)")
    }

    /// What did not come in, as the error that the command ends with; nil when everything did.
    private func diagnosis(_ table: ImportTable) -> ClientError? {
        let unread = table.files.compactMap(\.diagnosis)
        let bad = table.rows.compactMap(\.diagnosis)
        let listed = Array((unread + bad).prefix(Self.mostListed))
        guard table.good > 0 else {
            if let file = table.files.first(where: { $0.outcome.failure != nil }) {
                return ClientError(
                    file.outcome.failure ?? .badInput, Translation.heard(file.outcome.reason),
                    remedy: Translation.heard(file.outcome.remedy), details: listed)
            }
            return bad.isEmpty
                ? ClientError(.badInput, tr("there is no account in the file"), remedy: Sentences.importFormat)
                : ClientError(.badInput, Sentences.nothingImportable, remedy: Sentences.otherExport, details: listed)
        }
        if !unread.isEmpty {
            return ClientError(
                .incomplete, Sentences.notAllRead(unread.count), remedy: Sentences.otherwiseRead, details: listed)
        }
        guard !bad.isEmpty, !skipsBad else { return nil }
        return ClientError(.incomplete, Sentences.notAllImported(bad.count), remedy: Sentences.otherwise)
    }

    private static let mostListed = 20
}
