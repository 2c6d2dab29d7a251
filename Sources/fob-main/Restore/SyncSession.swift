import Age
import Backup
import Client
import Platform
import Wire

/// Takes over what other machines have put into the destinations of this one.
struct SyncSession: ~Copyable {
    private var connection: Connection
    private let vault: String
    /// Whom to ask for a passphrase; nil for nobody.
    private let source: PassphraseSource?
    /// Backups that were taken in.
    private(set) var files = 0
    /// What could not be taken in, and why.
    private(set) var failures: [String] = []
    /// Unlock methods came or ended with them.
    var isAccessNew = false
    private var machines: Set<String> = []
    /// What waits for the owner, one line each.
    private(set) var pending: [String] = []
    private var waiting: Set<String> = []
    /// Files that are no backups, whatever their names say.
    private(set) var rubbish: [String] = []
    /// Earlier backups of machines whose later one came in: what they held came in with that.
    private var superseded: Set<BackupName> = []
    /// What was taken in from any place in this run: places have the same.
    private var taken: Set<BackupName> = []
    /// Vaults that have become one with this one, by the beginnings of their ids, and what to call them.
    private var earlier: [String: String] = [:]
    private var counts: [MergeOutcome: Int] = [:]
    /// Where edits on two machines met, and what became of that.
    private var met: [String] = []

    /// In an error's details: somebody has given the file this name. It is told, and what machines have put there comes in.
    private static let planted = "planted"

    private static let told: [MergeOutcome] = [.new, .newer, .differs, .removed, .needsVerification]

    /// Over a connection to a vault that is open, whose id begins so.
    init(_ connection: consuming Connection, vault: String, source: PassphraseSource?) {
        self.connection = connection
        self.vault = vault
        self.source = source
        earlier = (try? EarlierVaults(&self.connection).named) ?? [:]
    }

    /// Takes in what is new in a destination. That something does not come in from there is told, and noted.
    mutating func takeIn(_ entry: BackupConfiguration.Entry, _ local: LocalBackups) throws(ClientError) {
        var others: OtherMachines
        do throws(ClientError) {
            others = try OtherMachines(entry, local, of: vault, at: Clock.utc)
        } catch {
            guard error.code == .backupFailed else { throw error }
            return fail(error.message, error.remedy)
        }
        let foreign = others.others.filter { earlier[$0.key] == nil }
        if !foreign.isEmpty { Output.note(Sentences.foreignThere(entry.name, foreign)) }
        var seen: [BackupName] = []
        var shut: [BackupName] = []
        var former: [BackupName] = []
        /// Those that are looked at again, because something in them waits for the owner: the newest of each machine.
        var again: [BackupName] = []
        var isNoted = false
        for name in others.unseen {
            if superseded.contains(name) || taken.contains(name) {
                seen.append(name)
                continue
            }
            var bytes: [UInt8] = []
            do throws(ClientError) {
                guard let sealed = try others.read(name) else { continue }
                bytes = sealed
                guard !sealed.isEmpty else {
                    throw ClientError(.damaged, Sentences.backupEmpty(name.description), remedy: Sentences.otherBackup)
                }
                switch try takeIn(sealed, name, mayAsk: seen.isEmpty && shut.isEmpty) {
                case .taken:
                    seen.append(name)
                    taken.insert(name)
                case .waits:
                    seen.append(name)
                    again.append(name)
                case .shut: shut.append(name)
                }
            } catch {
                // Of a machine that has not heard yet that an unlock method ended, or of whoever was put out with it:
                // what the owner's machines have comes with their next backup.
                if error.code == .notAllowed || error.details.contains(Self.planted) {
                    Output.note(Label.shown(Sentences.notTakenIn(entry.name, name.description, error.message)))
                    former.append(name)
                    continue
                }
                guard [.damaged, .badInput, .backupFailed].contains(error.code) else { throw error }
                let told = Sentences.notTakenIn(entry.name, name.description, error.message)
                let isSealed = Self.isSealed(bytes)
                if error.code == .damaged || error.code == .badInput && !isSealed {
                    // Told once, and not for ever.
                    guard others.note(rubbish: bytes, as: name) else { continue }
                    isNoted = true
                    guard isSealed else {
                        // No machine's: nothing is missing because of it.
                        rubbish.append(told)
                        Output.note(Label.shown(Sentences.warning(told)))
                        Output.hint(Label.shown(Sentences.rubbishRemedy))
                        continue
                    }
                }
                // What an older one held is in the newer ones of its machine.
                if seen.isEmpty { fail(told, error.remedy) } else { Output.note(Label.shown(told)) }
            }
        }
        if let newest = shut.first, seen.isEmpty || newest.utc >= seen[0].utc {
            fail(Sentences.shutBackup(entry.name, newest.description), Sentences.openOnce)
        } else {
            // From before the unlock methods were changed; newer ones have what they hold.
            seen += shut
        }
        seen += former
        seen.removeAll(where: again.contains)
        if !seen.isEmpty || isNoted { try others.note(seen: seen) }
    }

    private static func isSealed(_ bytes: [UInt8]) -> Bool {
        do throws(AgeError) { _ = try AgeHeader(parsing: bytes.span) } catch { return false }
        return true
    }

    private mutating func fail(_ message: String, _ remedy: String) {
        failures.append(message)
        Output.note(Label.shown(message))
        Output.hint(Label.shown(remedy))
    }

    /// What became of a backup.
    private enum Outcome {
        case taken
        /// What it adds is here, and the rest waits for the owner.
        case waits
        /// It does not open.
        case shut
    }

    /// Takes in one backup.
    private mutating func takeIn(_ sealed: [UInt8], _ name: BackupName, mayAsk: Bool) throws(ClientError) -> Outcome {
        try connection.beginRestore(sealed)
        do throws(ClientError) {
            guard let (summary, isByPassphrase) = try open(name, mayAsk: mayAsk) else {
                try connection.request(RestoreAbortRequest())
                return .shut
            }
            guard summary.sequence == name.sequence, summary.time == name.utc else {
                throw ClientError(
                    .damaged, Sentences.otherName(name.sequence, summary.sequence), remedy: Sentences.otherNameRemedy,
                    details: [Self.planted])
            }
            let access: RestoreAccessReply = try connection.request(RestoreAccessRequest())
            let done = try commit(summary, isByPassphrase: isByPassphrase)
            superseded.formUnion(
                access.earlier.map { BackupName(vault: name.vault, utc: $0.time, sequence: $0.sequence) })
            files += 1
            if !summary.machine.isEmpty { machines.insert(summary.machine) }
            for outcome in Self.told { counts[outcome, default: 0] += done.count(outcome) }
            for line in done.met where !met.contains(line) {
                met.append(line)
                Output.note(Label.shown(Sentences.met(line)))
            }
            guard done.waits else { return .taken }
            // Older ones of the same machine wait for the same.
            return waiting.insert(summary.machine).inserted ? .waits : .taken
        } catch {
            _ = try? connection.request(RestoreAbortRequest())
            throw error
        }
    }

    /// Merges it. What needs the owner's passphrase is told, and asked for where a person is there.
    private mutating func commit(
        _ summary: RestoreSummary, isByPassphrase: Bool
    ) throws(ClientError) -> RestoreSummary {
        guard summary.waits else { return try connection.commitRestore(source: "", passphrase: Span()) }
        let isTold = !waiting.contains(summary.machine)
        if isTold {
            let line = Sentences.pending(summary)
            pending.append(line)
            Output.note(Label.shown(line))
        }
        if !isByPassphrase, isTold, let source, source.asksPerson || source.descriptor != nil {
            if source.asksPerson { Output.note(Sentences.pendingAsked) }
            do throws(ClientError) {
                try Unlocking.asking(Sentences.passphrasePrompt, Sentences.pendingExplanation, source) {
                    (passphrase) throws(ClientError) in
                    _ = try connection.openRestore(.sync, .own, Span(), owner: passphrase.bytes)
                }
                pending.removeLast()
            } catch {
                // Nobody who could prove it is there: the rest comes in all the same.
                guard [.locked, .permission, .badInput, .interrupted].contains(error.code) else { throw error }
            }
        }
        return try connection.commitRestore(source: "", passphrase: Span())
    }

    /// By the vault's own keys; when they are too old for it, by a passphrase, which brings the new ones.
    private mutating func open(
        _ name: BackupName, mayAsk: Bool
    ) throws(ClientError) -> (summary: RestoreSummary, isByPassphrase: Bool)? {
        do throws(ClientError) { return (try connection.openRestore(.sync, .own, Span()), false) } catch {
            guard error.code == .permission else { throw error }
        }
        guard mayAsk, let source else { return nil }
        if source.asksPerson { Output.note(Sentences.askedOnce(name.description)) }
        var summary: RestoreSummary?
        do throws(ClientError) {
            try Unlocking.asking(Sentences.backupPassphrasePrompt, Sentences.syncPassphraseExplanation, source) {
                (passphrase) throws(ClientError) in
                do throws(ClientError) {
                    summary = try connection.openRestore(.sync, .passphrase, passphrase.bytes)
                } catch {
                    guard error.code == .verificationRequired, source.asksPerson else { throw error }
                    try Unlocking.asking(Sentences.passphrasePrompt, Sentences.ownPassphraseExplanation, source) {
                        (own) throws(ClientError) in
                        summary = try connection.openRestore(.sync, .passphrase, passphrase.bytes, owner: own.bytes)
                    }
                }
            }
        } catch {
            // There is nobody to be asked.
            guard error.code == .locked else { throw error }
        }
        return summary.map { ($0, true) }
    }

    /// What came in, in one line; nil when nothing did.
    var line: String? {
        guard files > 0 else { return nil }
        var changes = Self.told.filter { counts[$0, default: 0] > 0 }.map { "\(counts[$0, default: 0]) \($0.words)" }
        if isAccessNew { changes.append(Sentences.accessNew) }
        return Sentences.takenIn(files, machines.sorted().map(Label.shown), changes, waits: !pending.isEmpty)
    }

    /// The same for programs.
    var json: [(String, JSON)] {
        [
            ("taken_in", .number(files)), ("machines", .strings(machines.sorted())),
            ("changes", .object(Self.told.map { ($0.word, .number(counts[$0, default: 0])) })),
            ("unlock_methods_changed", .bool(isAccessNew)), ("failures", .strings(failures)),
            ("pending", .strings(pending)), ("edited_twice", .strings(met)), ("rubbish", .strings(rubbish)),
        ]
    }
}
