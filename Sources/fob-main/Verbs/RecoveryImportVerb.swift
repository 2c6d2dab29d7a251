import ArgumentParser
import Client
import Platform
import Wire

/// `fob recovery import`.
struct RecoveryImportVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: Help.recoveryImport, discussion: Help.recoveryImportDiscussion)

    @Argument(help: Help.account, completion: Completions.accounts) var account: String
    @Argument(help: Help.recoveryFile, completion: .file()) var file: String
    @Option(name: .long, help: Help.recoveryService) var service: String?
    @Flag(name: .customLong("new"), help: Help.recoveryNew) var isNew = false
    @Flag(name: .long, help: .init(tr("Replace the codes that are there without a question."))) var yes = false
    @Flag(name: .long, help: .init(tr("Overwrite and remove the file afterwards."))) var remove = false
    @Flag(name: .long, help: .init(tr("Keep the file, and do not ask."))) var keep = false
    @OptionGroup var common: Common

    func validate() throws {
        if remove, keep { throw ValidationError(tr("--remove and --keep exclude each other.")) }
        if remove, file == "-" { throw ValidationError(tr("Standard input cannot be removed.")) }
    }

    func run() throws {
        let found = try ReadRecoveryCodes(file, service: service)
        tell(found.codes, found.text)
        let (set, isReplaced) = try store(found.codes, found.text)
        if !common.json { Output.note(Sentences.codesImported(set, replaced: isReplaced)) }
        for warning in RecoveryCounts.warnings([set]) where !common.json { Output.note(Sentences.warning(warning)) }
        let place = file == "-" ? nil : FilePlace(file)
        let isRemoved = try place.map { place throws(ClientError) in try finish(place) } ?? false
        guard common.json else { return }
        Output.json(
            [("done", .bool(true)), ("replaced", .bool(isReplaced))] + JSON.members(set) + [
                ("synced_by", place?.syncedBy.map(JSON.string) ?? .null),
                ("among_downloads", .bool(place?.isDownload ?? false)), ("removed", .bool(isRemoved)),
                ("warnings", .strings(RecoveryCounts.warnings([set]))),
            ]
        )
    }

    /// Says what was understood. The beginnings of the first and the last code are for the eyes of who can compare them.
    private func tell(_ codes: ConversionCodes, _ text: borrowing LockedBuffer) {
        guard !common.json else { return }
        let used = codes.codes.count { $0.isUsed }
        Output.note(
            Sentences.understoodCodes(
                Label.shown(codes.service), codes.codes.count, used: used, inOrder: codes.isInOrder))
        if codes.service.isEmpty { Output.note(tr("the file does not say which service it is of")) }
        guard Terminal.isTerminal(2), let first = codes.codes.first, let last = codes.codes.last else { return }
        Output.note(Sentences.firstAndLast(masked(first.text, text), masked(last.text, text)))
    }

    /// The first two characters, and dots for the others.
    private func masked(_ code: Range<Int>, _ text: borrowing LockedBuffer) -> String {
        let separators = [UInt8(ascii: "-"), UInt8(ascii: " ")]
        return code.enumerated().map { index, position in
            let byte = text.bytes[position]
            return index < 2 || separators.contains(byte) ? String(Unicode.Scalar(byte)) : "\u{2022}"
        }.joined()
    }

    // MARK: Storing

    private func store(
        _ codes: ConversionCodes, _ text: borrowing LockedBuffer
    ) throws(ClientError) -> (RecoverySet, isReplaced: Bool) {
        var connection = try common.open()
        let found: Account
        do throws(ClientError) {
            found = try owner(&connection)
        } catch {
            guard error.code == .locked else { throw error }
            try Unlocking.unlock(&connection, common.source())
            found = try owner(&connection)
        }
        let old = try connection.recoverySets().first { $0.account == found.id }
        if !codes.service.isEmpty, !found.label.lowercased().contains(codes.service), !common.json {
            Output.note(Sentences.warning(tr("the codes seem to be of another service than the account: look twice")))
        }
        if let old { try askToReplace(old) }
        let set = try connection.setRecoveryCodes(
            .id(found.id), service: codes.service, isInOrder: codes.isInOrder, replaces: old != nil, codes.codes,
            in: text.bytes)
        return (set, old != nil)
    }

    private func owner(_ connection: inout Connection) throws(ClientError) -> Account {
        guard isNew else {
            return try connection.account(Selector(argument: account))
        }
        let (issuer, name) = AccountLabel.parts(account)
        let new = NewAccount(issuer: issuer, name: name, credential: Credential())
        if try connection.accounts().contains(where: { $0.issuer == new.issuer && $0.name == new.name }) {
            throw ClientError(.alreadyExists, Sentences.accountExists, remedy: tr("leave out --new"))
        }
        let empty = try ClientError.locked(0)
        let added = try connection.add(new, key: empty.bytes, pin: empty.bytes)
        return try connection.account(.id(added.account))
    }

    private func askToReplace(_ old: RecoverySet) throws(ClientError) {
        guard !yes else { return }
        switch common.noAsk ? nil : try Question.confirm(Sentences.replaceCodes(old)) {
        case true?: return
        case false?: throw ClientError(.denied, tr("the recovery codes are unchanged"))
        case nil:
            throw ClientError(.alreadyExists, Sentences.replaceNeedsYes(old), remedy: Sentences.sayYesToReplace)
        }
    }

    // MARK: The file afterwards

    /// Says where the file lies, and removes it if that is wanted. Whether it is gone.
    private func finish(_ place: FilePlace) throws(ClientError) -> Bool {
        let shown = Label.shown(file)
        if !common.json {
            if let program = place.syncedBy { Output.note(Sentences.warning(Sentences.fileIsSynced(program))) }
            if place.isDownload { Output.note(Sentences.warning(Sentences.fileIsDownload)) }
        }
        var isWanted = remove
        if !remove, !keep, !common.noAsk, !common.json, Terminal.exists {
            isWanted = try Question.confirm(tr("Overwrite and remove \(shown)? [y/N] ")) ?? false
        }
        guard isWanted else {
            if !keep, !common.json { Output.hint(tr("\(shown) still holds the codes: remove it")) }
            return false
        }
        do throws(SystemError) {
            try FileDescriptor.overwriteAndRemove(file)
        } catch {
            let reason = error.code == SystemError.notOneFile ? Sentences.notOnePlainFile : error.told
            Output.note(Sentences.warning(tr("\(shown) could not be removed: \(reason)")))
            return false
        }
        if !common.json { Output.note(Sentences.fileRemoved(shown)) }
        return true
    }
}
