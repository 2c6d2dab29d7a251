import Age
import Backup
import Client
import Platform
import Vault
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
    /// The same, also of what the owner has proved for since.
    private var waiting: Set<String> = []
    /// The passphrase that was given last, and the salts with which it opens files.
    private var given: SharedSecret?
    private var salts: Set<[String]> = []
    /// Why a passphrase that nobody can correct has opened none; nil when it has opened one.
    private var refusal: ClientError?
    private var isRight = false
    /// Files whose passphrase somebody was asked for and left out.
    private var declined: Set<BackupName> = []
    /// Files that are no backups, whatever their names say.
    private(set) var rubbish: [String] = []
    /// Earlier backups of machines whose later one came in: what they held came in with that.
    private var superseded: Set<BackupName> = []
    /// What was taken in from any place in this run: places have the same.
    private var taken: Set<BackupName> = []
    /// Vaults that have become one with this one.
    private let earlier: EarlierVaults?
    private var counts: [MergeOutcome: Int] = [:]
    /// Where edits on two machines met, and what became of that.
    private var met: [String] = []

    /// In an error's details: somebody has given the file this name. It is told, and what machines have put there comes in.
    private static let planted = "planted"

    /// How many files are kept from the first look to the second one.
    private static let held = 32

    private static let told: [MergeOutcome] = [.new, .newer, .differs, .removed, .needsVerification]

    /// Over a connection to a vault that is open, whose id begins so.
    init(_ connection: consuming Connection, vault: String, source: PassphraseSource?) {
        self.connection = connection
        self.vault = vault
        self.source = source
        earlier = try? EarlierVaults(&self.connection)
    }

    /// What becomes of the backups of one destination.
    private struct Visit {
        let entry: BackupConfiguration.Entry
        var others: OtherMachines
        /// Of another epoch, or shut: what was read, where there is room for it.
        var later: [(name: BackupName, sealed: [UInt8]?)] = []
        /// Need not be looked at again, because they came in.
        var seen: [BackupName] = []
        /// Open by nothing that is here, or was given.
        var shut: [(name: BackupName, isOwn: Bool)] = []
        /// Signed by a key that has ended, or not what their name says.
        var former: [BackupName] = []
        /// Those that are looked at again, because something in them waits for the owner: the newest of each machine.
        var again: [BackupName] = []
        var isNoted = false

        /// Whether none came in that stands before it.
        func isNewest(_ name: BackupName) -> Bool {
            others.unseen.first { $0 == name || seen.contains($0) }.map { $0 == name } ?? true
        }
    }

    /// Takes in what is new in destinations: everywhere what is of this machine's epoch first, because it would be of a
    /// former one once another came in. That something does not come in is told, and noted.
    mutating func takeIn(_ entries: [BackupConfiguration.Entry], _ local: LocalBackups) throws(ClientError) {
        var visits: [Visit] = []
        for entry in entries {
            do throws(ClientError) {
                visits.append(Visit(entry: entry, others: try OtherMachines(entry, local, of: vault, at: Clock.utc)))
            } catch {
                guard error.code == .backupFailed else { throw error }
                fail(error.message, error.remedy)
            }
        }
        for index in visits.indices {
            try tell(of: visits[index].others, in: visits[index].entry.name, local)
            for name in visits[index].others.unseen { try look(at: name, nil, &visits[index], isLater: false) }
        }
        for index in visits.indices {
            for (name, sealed) in visits[index].later { try look(at: name, sealed, &visits[index], isLater: true) }
            try end(&visits[index])
        }
        if let refusal, !isRight { throw refusal }
    }

    /// Tells of backups of other vaults: nothing of them comes in.
    private func tell(of others: OtherMachines, in place: String, _ local: LocalBackups) throws(ClientError) {
        let foreign = others.others.filter { earlier?[$0.key] == nil }
        if !foreign.isEmpty { Output.note(tr("\(place): \(Sentences.alsoForeign(foreign)); a sync leaves them alone")) }
        let later = others.foreign.filter { name in earlier?[name.vault].map { $0.joined < name.utc } ?? false }
        guard !later.isEmpty, try !local.history().isSuperset(of: later) else { return }
        Output.note(Sentences.earlierGoesOn(place))
        Output.hint(tr("run fob join on that machine, and on that one only"))
    }

    private mutating func look(
        at name: BackupName, _ known: [UInt8]?, _ visit: inout Visit, isLater: Bool
    ) throws(ClientError) {
        guard !superseded.contains(name), !taken.contains(name) else { return visit.seen.append(name) }
        var bytes = known ?? []
        do throws(ClientError) {
            if known == nil {
                guard let sealed = try visit.others.read(name) else { return }
                bytes = sealed
            }
            guard !bytes.isEmpty else {
                throw ClientError(.damaged, Sentences.backupEmpty(name.description), remedy: Sentences.otherBackup)
            }
            switch try takeIn(bytes, name, isLater: isLater) {
            case .taken:
                visit.seen.append(name)
                taken.insert(name)
            case .waits:
                visit.seen.append(name)
                visit.again.append(name)
            case .other where isLater: visit.shut.append((name, !Self.ownSalts.isDisjoint(with: Self.salts(of: bytes))))
            case .other: visit.later.append((name, visit.later.count < Self.held ? bytes : nil))
            }
        } catch {
            // Of a machine that has not heard yet that an unlock method ended, or of whoever was put out with it:
            // what the owner's machines have comes with their next backup.
            if error.code == .notAllowed || error.details.contains(Self.planted) {
                Output.note(Label.shown(Sentences.notTakenIn(visit.entry.name, name.description, error.message)))
                return visit.former.append(name)
            }
            guard [.damaged, .badInput, .backupFailed].contains(error.code) else { throw error }
            let told = Sentences.notTakenIn(visit.entry.name, name.description, error.message)
            let isSealed = Self.header(of: bytes) != nil
            if error.code == .damaged || error.code == .badInput && !isSealed {
                // Told once, and not for ever.
                guard visit.others.note(rubbish: bytes, as: name) else { return }
                visit.isNoted = true
                guard isSealed else {
                    // No machine's: nothing is missing because of it.
                    rubbish.append(told)
                    Output.note(Label.shown(Sentences.warning(told)))
                    return Output.hint(Label.shown(Sentences.rubbishRemedy))
                }
            }
            // What an older one held is in the newer ones of its machine.
            if visit.isNewest(name) { fail(told, error.remedy) } else { Output.note(Label.shown(told)) }
        }
    }

    /// Notes what need not be looked at again.
    private mutating func end(_ visit: inout Visit) throws(ClientError) {
        visit.shut.removeAll { declined.contains($0.name) }
        // Whatever clocks say: what is sealed to the passphrase of this vault is of a machine that goes on with it.
        if let missing = visit.shut.first(where: { $0.isOwn || visit.isNewest($0.name) }) {
            fail(Sentences.shutBackup(visit.entry.name, missing.name.description), Sentences.openOnce)
        }
        visit.seen += declined.intersection(visit.others.unseen)
        visit.seen += visit.former
        visit.seen.removeAll(where: visit.again.contains)
        if !visit.seen.isEmpty || visit.isNoted { try visit.others.note(seen: visit.seen) }
    }

    private static func header(of sealed: [UInt8]) -> AgeHeader? {
        do throws(AgeError) { return try AgeHeader(parsing: sealed.span) } catch { return nil }
    }

    /// What tells the passphrases apart that a file is sealed to.
    private static func salts(of sealed: [UInt8]) -> Set<[String]> {
        let stanzas = header(of: sealed)?.stanzas ?? []
        return Set(stanzas.filter { $0.type == PassphraseDerivation.stanzaType }.map(\.arguments))
    }

    /// Those of the vault here, as it is now.
    private static var ownSalts: Set<[String]> {
        let sealed = Paths.data.flatMap { path in
            try? Directory.open(path, create: false).read("vault.age", limit: Limits.sealed)
        }
        return salts(of: sealed ?? [])
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
        /// It is of another epoch, or does not open.
        case other
    }

    /// Takes in one backup.
    ///
    /// - Parameter isLater: also one of another epoch.
    private mutating func takeIn(_ sealed: [UInt8], _ name: BackupName, isLater: Bool) throws(ClientError) -> Outcome {
        try connection.beginRestore(sealed)
        do throws(ClientError) {
            guard let (summary, isByPassphrase) = try open(sealed, name, isLater: isLater) else {
                try connection.request(RestoreAbortRequest())
                return .other
            }
            guard summary.sequence == name.sequence, summary.time == name.utc else {
                throw ClientError(
                    .damaged, Sentences.otherName(name.sequence, summary.sequence), remedy: Sentences.otherNameRemedy,
                    details: [Self.planted])
            }
            let access: RestoreAccessReply = try connection.request(RestoreAccessRequest())
            guard isLater || access.origin == .current else {
                try connection.request(RestoreAbortRequest())
                return .other
            }
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
            return done.waits ? .waits : .taken
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
        // Machines may have one name.
        let line = Sentences.pending(summary)
        let isTold = waiting.insert(line).inserted
        // Where a descriptor has the proof, nobody is told what to do.
        let isTried = !isByPassphrase && source?.descriptor != nil
        if isTold {
            pending.append(line)
            if !isTried { Output.note(Label.shown(line)) }
        }
        let own = Self.ownSalts
        let isKnown = given != nil && !salts.isDisjoint(with: own)
        if !isByPassphrase, isTold || isKnown, let source, source.asksPerson || source.descriptor != nil {
            if source.asksPerson, !isKnown { Output.note(Sentences.pendingAsked) }
            do throws(ClientError) {
                try asking(Sentences.passphrasePrompt, Sentences.pendingExplanation, source, own) {
                    (connection, passphrase) throws(ClientError) in
                    _ = try connection.openRestore(.sync, .own, Span(), owner: passphrase)
                }
                pending.removeAll { $0 == line }
            } catch {
                // Nobody who could prove it is there: the rest comes in all the same.
                guard error.lacksPerson || [.permission, .badInput, .interrupted].contains(error.code) else {
                    throw error
                }
                if isTried, isTold { Output.note(Label.shown(line)) }
            }
        }
        return try connection.commitRestore(source: "", passphrase: Span())
    }

    /// By the vault's own keys; when they are too old for it, by a passphrase, which brings the new ones.
    private mutating func open(
        _ sealed: [UInt8], _ name: BackupName, isLater: Bool
    ) throws(ClientError) -> (summary: RestoreSummary, isByPassphrase: Bool)? {
        do throws(ClientError) { return (try connection.openRestore(.sync, .own, Span()), false) } catch {
            guard error.code == .permission else { throw error }
        }
        guard isLater, let source, !declined.contains(name) else { return nil }
        let salts = Self.salts(of: sealed)
        if source.asksPerson, self.salts.isDisjoint(with: salts) { Output.note(Sentences.askedOnce(name.description)) }
        var (summary, isGiven) = (RestoreSummary?.none, false)
        do throws(ClientError) {
            try asking(Sentences.backupPassphrasePrompt, Sentences.syncPassphraseExplanation, source, salts) {
                (connection, passphrase) throws(ClientError) in
                isGiven = true
                do throws(ClientError) {
                    summary = try connection.openRestore(.sync, .passphrase, passphrase)
                } catch {
                    guard error.code == .verificationRequired, source.asksPerson else { throw error }
                    try Unlocking.asking(Sentences.passphrasePrompt, Sentences.ownPassphraseExplanation, source) {
                        (own) throws(ClientError) in
                        summary = try connection.openRestore(.sync, .passphrase, passphrase, owner: own.bytes)
                    }
                }
            }
        } catch {
            switch error.code {
            case _ where error.lacksPerson: break
            // It may be the one of another file.
            case .permission where !source.asksPerson: refusal = refusal ?? error
            case .permission where files > 0: Output.note(Label.shown(error.message))
            case .badInput where !isGiven && source.asksPerson: declined.insert(name)
            default: throw error
            }
        }
        return summary.map { ($0, true) }
    }

    /// Gives a passphrase to `body`: the one that was given before where it opens files of these salts, else one that is asked
    /// for. A descriptor gives one only.
    private mutating func asking(
        _ prompt: String, _ explanation: String, _ source: PassphraseSource, _ salts: Set<[String]>,
        _ body: (inout Connection, Span<UInt8>) throws(ClientError) -> Void
    ) throws(ClientError) {
        if let given, source.descriptor != nil || !self.salts.isDisjoint(with: salts) {
            var text = try ClientError.locked(given.count)
            given.append(to: &text)
            try NormalForms.trying(text) { (text) throws(ClientError) in try body(&connection, text.bytes) }
            isRight = true
            return
        }
        var (first, last) = (SharedSecret?.none, SharedSecret?.none)
        do throws(ClientError) {
            try Unlocking.asking(prompt, explanation, source) { (text) throws(ClientError) in
                do throws(MemoryError) { last = SharedSecret(try Secret(copying: text.bytes)) } catch {
                    throw ClientError(error)
                }
                first = first ?? last
                try body(&connection, text.bytes)
            }
        } catch {
            if source.descriptor != nil { given = first }
            throw error
        }
        // Where a file has several, nobody knows which one it was.
        (given, isRight, self.salts) = (last, true, salts.count == 1 ? salts : [])
    }

    /// What came in, in one line; nil when nothing did.
    var line: String? {
        guard files > 0 else { return nil }
        var changes = Self.told.filter { counts[$0, default: 0] > 0 }.map { "\(counts[$0, default: 0]) \($0.words)" }
        if isAccessNew { changes.append(tr("other unlock methods")) }
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
