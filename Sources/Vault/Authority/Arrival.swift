import OneTimePassword
import Platform

/// Which records an arriving copy has otherwise than this vault, or alone.
enum News {
    case only(Set<Identifier>)
    case allBut(Set<Identifier>)

    func contains(_ id: Identifier) -> Bool {
        switch self {
        case .only(let ids): ids.contains(id)
        case .allBut(let ids): !ids.contains(id)
        }
    }

    /// Them, among all that the copy has.
    func ids(of records: SortedTable<Identifier, Record>) -> Set<Identifier> {
        switch self {
        case .only(let ids): ids
        case .allBut(let ids): Set(records.keys).subtracting(ids)
        }
    }
}

/// Takes out of an arriving copy what the table does not let in. What is left is then merged, whatever the rules of the
/// merge are; `checkResult` compares what came of it with the table once more.
struct Arrival {
    private let ours: Contents
    private let theirs: Contents
    private let authority: Authority
    private let comparison: RecordComparison
    private var records: SortedTable<Identifier, Record>
    private var isReduced = false
    private var decisions = Decisions()

    private init(_ theirs: Contents, into ours: Contents, _ authority: Authority) {
        (self.ours, self.theirs, self.authority) = (ours, theirs, authority)
        comparison = RecordComparison(before: ours, after: theirs)
        records = theirs.records
    }

    /// What of `theirs` may come in, and what may not.
    ///
    /// - Throws: `notThisVaults` for a sync with a file that this vault's present key has not signed.
    static func admitted(
        _ theirs: Contents, into ours: Contents, _ authority: Authority
    ) throws(VaultError) -> (contents: Contents, news: News, left: Decisions) {
        guard authority.isAccepted else { throw .notThisVaults }
        var arrival = Arrival(theirs, into: ours, authority)
        if authority.verdict(on: .account) == .pending {
            // Nothing of it is believed before the owner has said that this machine's successor signed it.
            arrival.decisions.note(.backupKeys, .pending)
            let contents = try Contents(theirs.records.values.filter { $0.id == .single(.vault) })
            return (contents, .only(Set(contents.records.keys)), arrival.decisions)
        }
        if authority.purpose == .create, ours.accounts.isEmpty { return arrival.created() }
        var news: Set<Identifier> = []
        if ours.records.count < theirs.records.count / 2 { news.reserveCapacity(theirs.records.count) }
        // Of what is the same on both sides nothing is asked where details may come in, but kinds that stay here are left out.
        let passes = authority.verdict(on: .details) == .allowed
        try theirs.records.each(beside: ours.records, passingShared: passes) { (id, record, own) throws(VaultError) in
            guard let record else { return }
            let isSame = own.map { Record.isSameBody($0, record) } ?? false
            if !isSame || own?.revision != record.revision { news.insert(id) }
            try arrival.look(at: id, record, own, isSame)
        }
        var contents = theirs
        if arrival.isReduced {
            contents = try Contents(Array(arrival.records.values), knowing: theirs, isBeside: true)
            news.formUnion(contents.records.keys.filter { contents.records[$0]?.body !== theirs.records[$0]?.body })
        } else {
            contents.records = arrival.records
        }
        return (contents, .only(news), arrival.decisions)
    }

    /// All of a file but what stays on its machine: nothing is here yet that it would have to be compared with.
    private consuming func created() -> (contents: Contents, news: News, left: Decisions) {
        var staying: [Identifier] = []
        theirs.records.each { id, record in
            if record.isOfMachine, record.kind != RecordKind.manifest.rawValue { staying.append(id) }
        }
        for id in staying { records[id] = nil }
        var known: Set<Identifier> = []
        ours.records.each { id, own in
            let isKnown = theirs.records.with(id) { Record.isSameBody(own, $0) && own.revision == $0.revision }
            if isKnown == true { known.insert(id) }
        }
        var contents = theirs
        contents.records = records
        return (contents, .allBut(known), decisions)
    }

    /// Refuses what a merge has made if anything in it is not in the table.
    ///
    /// - Returns: the protections that are less than before.
    static func checkResult(
        _ after: Contents, of before: Contents, _ authority: Authority
    ) throws(VaultError) -> [Weakening] {
        var weakened: [Weakening] = []
        let isAllowed = authority.purpose == .create && authority.verdict(on: .account) == .allowed
        let changes = try RecordComparison(before: before, after: after).all { new in
            isAllowed && (new.kind == RecordKind.account.rawValue || new.kind == RecordKind.credential.rawValue)
        }
        for change in changes {
            guard authority.verdict(on: change.kind) == .allowed else {
                throw .notPermitted("\(change.kind) of record \(change.record)")
            }
            guard let weakening = before.weakening(of: change), !weakened.contains(weakening) else { continue }
            weakened.append(weakening)
        }
        return weakened
    }

    // MARK: Records

    private mutating func look(
        at id: Identifier, _ record: Record, _ own: Record?, _ isSame: Bool
    ) throws(VaultError) {
        let kind = RecordKind(rawValue: record.kind)
        switch kind {
        case .vault, .manifest: return
        case .pin, .audit, .lines, .lastImport, .undo, .undoPage, .displaced:
            // No account has to do with these.
            records[id] = nil
            return
        default: break
        }
        guard authority.purpose != .create else { return }
        if isSame, authority.verdict(on: .details) == .allowed { return }
        if let own, !own.isTombstone, !record.isTombstone, own.kind != record.kind {
            refuse([RecordChange(kind: .unknown, record: id)])
            return put(nil, at: id)
        }
        switch kind {
        case .account: try account(id, record, own)
        case .credential: try credential(id, record, own)
        case .recoveryCodes, .key: try part(id, record, own)
        case .tombstone: try tombstone(id, record, own)
        case .settings: try settings(id, record, own)
        case .unlockMethod, .access, .backupKeys, .epoch, .keepers, .keeping, .recoveryToken, nil:
            try whole(id, record, own)
        // What a foreign file says of paper, places and earlier vaults is no loss.
        case .kit, .backupPlace, .earlierVault:
            if !isAllowed(try comparison.changes(of: id, own, record)) { put(nil, at: id) }
        case .vault, .manifest, .pin, .audit, .lines, .lastImport, .undo, .undoPage, .displaced: return
        }
    }

    /// Another record, or none, in its place.
    private mutating func put(_ record: Record?, at id: Identifier) {
        records[id] = record
        isReduced = true
    }

    private mutating func refuse(_ changes: [RecordChange]) {
        for change in changes {
            let verdict = authority.verdict(on: change.kind)
            guard verdict != .allowed else { continue }
            decisions.note(change.kind, verdict)
            // Nobody is asked about what is left out anyway.
            if verdict == .asks, let weakening = ours.weakening(of: change) { decisions.note(weakening) }
        }
    }

    private func isAllowed(_ changes: [RecordChange]) -> Bool {
        changes.allSatisfy { authority.verdict(on: $0.kind) == .allowed }
    }

    /// A record that comes in as it is, or not at all.
    private mutating func whole(_ id: Identifier, _ record: Record, _ own: Record?) throws(VaultError) {
        let changes = try comparison.changes(of: id, own, record)
        guard !isAllowed(changes) else { return }
        let isNewer = own.map { record.isNewer(than: $0) } ?? true
        let isOfVault = ours.vault == theirs.vault || id.high != 0 && record.kind != RecordKind.unlockMethod.rawValue
        if isNewer, isOfVault { refuse(changes) }
        put(nil, at: id)
    }

    /// The settings: what a merge would make of them.
    private mutating func settings(_ id: Identifier, _ record: Record, _ own: Record?) throws(VaultError) {
        // A restore keeps those that are here, and that is no news.
        guard authority.purpose != .restore || own == nil else { return }
        guard let own, !own.isTombstone else { return try whole(id, record, own) }
        let joined = try Record.joined(own, record).record
        let changes = try comparison.changes(of: id, own, joined)
        guard !isAllowed(changes) else { return }
        if try joined.reading(Settings.init) != ours.settings { refuse(changes) }
        put(nil, at: id)
    }

    private mutating func tombstone(_ id: Identifier, _ record: Record, _ own: Record?) throws(VaultError) {
        guard authority.verdict(on: .ended) == .allowed else {
            if let own, !own.isTombstone, record.revision > own.revision, ours.vault == theirs.vault {
                refuse(try comparison.changes(of: id, own, record))
            }
            return put(nil, at: id)
        }
        let changes = try comparison.changes(of: id, own, record)
        guard !isAllowed(changes) else { return }
        if own.map({ record.isNewer(than: $0) }) ?? true { refuse(changes) }
        put(nil, at: id)
    }

    private mutating func account(_ id: Identifier, _ record: Record, _ own: Record?) throws(VaultError) {
        guard let own, let mine = ours.accounts[id], theirs.accounts[id] != nil else { return }
        guard authority.verdict(on: .details) == .allowed else {
            if record.isNewer(than: own) { refuse(try comparison.changes(of: id, own, record)) }
            return put(own, at: id)
        }
        let joined = try Account(Record.joined(own, record).record)
        var vetoed: [UInt8] = []
        if authority.verdict(on: .weakened) != .allowed {
            for protection in mine.policy.weakened(by: joined.policy) {
                vetoed.append(protection.tag)
                refuse([RecordChange(kind: .weakened, record: id, account: id, protection: protection)])
            }
        }
        let isTrashed = mine.removed == 0 && joined.removed != 0
        let isUntrashed = mine.removed != 0 && joined.removed == 0
        for (isSo, kind) in [(isTrashed, ChangeKind.trashed), (isUntrashed, .untrashed)] where isSo {
            guard authority.verdict(on: kind) != .allowed else { continue }
            vetoed.append(FieldRule.removalTag(.account))
            refuse([RecordChange(kind: kind, record: id)])
        }
        if !vetoed.isEmpty { put(try record.taking(vetoed, from: own), at: id) }
    }

    private mutating func credential(_ id: Identifier, _ record: Record, _ own: Record?) throws(VaultError) {
        let owner = try record.owner
        guard let own, !own.isTombstone else {
            guard ours.accounts[owner] != nil, authority.verdict(on: .secret) != .allowed else { return }
            // The account here has another key, or none: neither is lost.
            if own == nil { try setApart(record, of: owner) }
            return put(nil, at: id)
        }
        let mine = try Credential(own, marks: ours.marks)
        let their = try Credential(record, marks: ours.marks)
        let isRaised = their.parameters.counter > mine.parameters.counter
        let changes = try comparison.changes(of: id, own, record).filter { change in
            // The higher counter counts in any case.
            isRaised || ![.counter, .absurdCounter].contains(change.kind)
        }
        guard !isAllowed(changes) || authority.verdict(on: .details) != .allowed else { return }
        if !their.isSame(as: mine), authority.verdict(on: .secret) != .allowed { try setApart(record, of: owner) }
        let isNewer = record.isNewer(than: own)
        refuse(changes.filter { isNewer || $0.kind == .absurdCounter })
        guard their.isSame(as: mine), isRaised, isAllowed(changes.filter { $0.kind != .details }) else {
            return put(own, at: id)
        }
        // Only the counter comes in, and no number of the file's with it.
        var parameters = mine.parameters
        parameters.counter = their.parameters.counter
        let made = try mine.withSecrets { (key: Span<UInt8>, pin: Span<UInt8>) throws(VaultError) in
            try Credential.record(id, of: mine.account, parameters, key: key, pin: pin, over: own, at: own.modified)
        }
        put(made, at: id)
    }

    /// Gives a one-time password of a file, whose account is here with another key, an account of its own.
    private mutating func setApart(_ record: Record, of owner: Identifier) throws(VaultError) {
        guard let their = theirs.accounts[owner], their.removed == 0, let old = theirs.records[owner] else { return }
        let (account, credential) = (record.id.apart(3), record.id.apart(4))
        guard ours.accounts[account] == nil else { return }
        let read = try Credential(record, marks: ours.marks)
        let made = try read.withSecrets { (key: Span<UInt8>, pin: Span<UInt8>) throws(VaultError) in
            try Credential.record(
                credential, of: account, read.parameters, key: key, pin: pin, over: record.with(id: credential),
                at: record.modified)
        }
        var copy = their.with(id: account)
        copy.state = .ok
        put(made, at: credential)
        put(try copy.record(over: old.with(id: account), note: nil, at: old.modified), at: account)
    }

    /// A set of recovery codes or a security key.
    private mutating func part(_ id: Identifier, _ record: Record, _ own: Record?) throws(VaultError) {
        guard let own, !own.isTombstone else { return }
        let changes = try comparison.changes(of: id, own, record)
        let isNewer = record.isNewer(than: own)
        guard authority.verdict(on: .details) == .allowed else {
            if isNewer { refuse(changes) }
            return put(own, at: id)
        }
        // Of the rest the merge has the stronger, the higher and what was used.
        guard record.kind == RecordKind.key.rawValue, own.kind == record.kind else {
            let isTrashed = changes.contains { $0.kind == .trashed } && authority.verdict(on: .trashed) != .allowed
            let isMoved = isNewer && changes.contains { isMove($0) } && authority.verdict(on: .weakened) != .allowed
            guard isTrashed || isMoved else { return }
            refuse(changes.filter { _ in isNewer })
            return put(own, at: id)
        }
        let made = try comparison.changes(of: id, own, Record.joined(own, record).record)
        guard !isAllowed(made) else { return }
        // What joins is the vault that was here, with the only private key of what stays on its machine.
        if authority.purpose == .join {
            let base = try KeyCredential(own)
            var key = try KeyCredential(record)
            key.protect(as: base)
            // It stays at the account that protects it more.
            if made.contains(where: isMove) { key.account = base.account }
            return put(try key.record(over: record, at: record.modified).rewritten(from: record), at: id)
        }
        refuse(made)
        put(own, at: id)
    }

    /// Whether a part goes to an account with less protection.
    private func isMove(_ change: RecordChange) -> Bool {
        change.kind == .weakened && change.protection.map { AccountPolicy.protections.contains($0) } ?? false
    }
}

extension Contents {
    /// Which protection a change takes from what is here.
    func weakening(of change: RecordChange) -> Weakening? {
        guard let protection = change.protection else { return nil }
        let details = change.account.flatMap { accounts[$0]?.details }
        // What a key asks for, its limits ask for.
        let isVerified = details?.consent == .verify || keyTable[change.record]?.flags.contains(.alwaysVerify) == true
        return Weakening(protection, of: details?.label ?? "", isVerified: isVerified)
    }
}
