import Age
import Foundation
import OneTimePassword
import Platform
import Testing

@testable import Vault

/// Machines of one owner that take over each other's backups from a place, and somebody who had the vault open until the
/// owner ended that, keeps all that was in it then, and can do anything at the place.
private struct World {
    /// A backup at the place: whom it was sealed to, and what is in it. Sealing itself is tested elsewhere.
    struct File {
        /// What it is at the place.
        var number: Int
        var name: String
        /// What its name says of its time.
        var time: UInt64
        var recipients: Set<Vault.Identifier>
        var records: [Record]
        /// The backups of its machine that it names, whose changes it has.
        var earlier: Set<Int> = []
    }

    var machines: [Contents] = []
    var place: [File] = []
    var random: SeededGenerator
    var time: UInt64 = 1_800_000_000
    /// By how much each machine's clock is ahead.
    var clocks: [Int]
    /// What the owner knows: passphrases by their recipients.
    var passphrases: [PublicKey: OwnerKey] = [:]
    /// All recipients that the owner has ever let in, and those that were ended.
    var honest: Set<PublicKey> = []
    var ended: Set<PublicKey> = []
    /// Every key of an account that the owner has added.
    var keys: Set<[UInt8]> = []
    /// What each machine has known as ended: it must not have it again.
    var known: [Set<PublicKey>]
    /// What each machine has put there, the last one last.
    var shipped: [[Int]]
    /// What each machine need not look at again.
    var done: [Set<Int>]
    var counter = 0
    /// All states of the vault that the hostile machine has seen.
    var seen: [Contents] = []
    var isOut = false
    let laptop: X25519Recipient
    let stranger: OwnerKey

    init(_ count: Int, seed: UInt64) throws {
        random = SeededGenerator(state: seed)
        laptop = try X25519Identity.random().recipient
        stranger = try OwnerKey(X25519Identity.random())
        known = Array(repeating: [], count: count)
        clocks = Array(repeating: 0, count: count)
        if seed % 3 == 0 {
            for here in clocks.indices {
                clocks[here] = [0, 3600, -3600, 86_400 * 300, -86_400 * 300].randomElement(using: &random) ?? 0
            }
        }
        (shipped, done) = (Array(repeating: [], count: count), Array(repeating: [], count: count))
        let (passphrase, owner) = try makePassphrase(at: 1000)
        var vault = try Contents(unlockMethod: passphrase, at: 1000)
        _ = try vault.certify(by: owner, at: 1000)
        _ = try vault.add(laptop, label: "laptop", owner, at: 1000)
        try vault.replaceCodes(by: recipients(8), owner, at: 1000)
        honest.insert(PublicKey(laptop.publicKey))
        vault = try saved(vault, at: 1000)
        machines = try (0..<count).map { _ in try reloaded(vault) }
        seen = [vault]
    }

    // MARK: Parts

    private mutating func makePassphrase(at utc: UInt64) throws -> (UnlockMethod, OwnerKey) {
        let owner = try OwnerKey(X25519Identity.random())
        let key = PublicKey(owner.recipient.publicKey)
        passphrases[key] = owner
        honest.insert(key)
        let way = UnlockMethod(
            source: .passphrase(.cheapest()), label: "passphrase", recipient: owner.recipient, at: utc)
        return (way, owner)
    }

    private mutating func recipients(_ count: Int) throws -> [X25519Recipient] {
        try (0..<count).map { _ in
            let identity = try X25519Identity.random()
            honest.insert(PublicKey(identity.recipient.publicKey))
            return identity.recipient
        }
    }

    private func saved(_ vault: Contents, at utc: UInt64) throws -> Contents {
        var vault = vault
        try vault.prepareSave(auditSequence: 0, auditHash: .init(repeating: 0), at: utc)
        return vault
    }

    func owner(of vault: Contents) -> OwnerKey? {
        vault.unlockMethods.last(where: \.isPassphrase).flatMap { passphrases[PublicKey($0.recipient.publicKey)] }
    }

    private func ways(_ vault: Contents) -> Set<PublicKey> {
        Set(vault.unlockMethods.map { PublicKey($0.recipient.publicKey) })
    }

    /// A file as sealing makes it, with the signature of `keys`.
    private mutating func file(
        _ vault: Contents, signedBy keys: BackupKeys, name: String, at utc: UInt64
    ) throws -> File {
        counter += 1
        var records = try vault.travelling().all
        var manifest = Manifest(
            vault: vault.vault, sequence: vault.generation, time: utc, machine: name, previous: .init(repeating: 0))
        (manifest.accounts, manifest.inTrash) = (UInt32(vault.count), UInt32(vault.trashCount))
        manifest.credentials = UInt32(records.count { $0.kind == RecordKind.credential.rawValue })
        manifest.records = UInt32(records.count)
        manifest.publicKey = keys.publicKey
        manifest.digest = try Backup.digest(of: records)
        records.append(try manifest.record(signedBy: keys))
        let recipients =
            vault.unlockMethods.map(\.recipient.mark) + [vault.backupKeys?.recipient.mark].compactMap(\.self)
        return File(number: counter, name: name, time: utc, recipients: Set(recipients), records: records)
    }

    // MARK: What the owner does

    private func clock(_ here: Int) -> UInt64 { UInt64(Int(time) + clocks[here]) }

    mutating func step() throws {
        // Within one second too.
        if Bool.random(using: &random) { time += .random(in: 1...40, using: &random) }
        let here = Int.random(in: machines.indices, using: &random)
        let utc = clock(here)
        switch Int.random(in: 0..<100, using: &random) {
        case ..<15: try add(here, at: utc)
        case ..<22: try edit(here, at: utc)
        case ..<26: try endLaptop(here, at: utc)
        case ..<34: try changeAccess(here, at: utc)
        case ..<40: try unlock(here, at: utc)
        case ..<58: try ship(here, at: utc)
        case ..<78: try sync(here, isOwnerThere: Bool.random(using: &random), at: utc)
        default: try hostileAct(at: utc)
        }
    }

    private mutating func add(_ here: Int, at utc: UInt64) throws {
        counter += 1
        let key = String(repeating: "k", count: 12) + String(10_000_000 + counter)
        try machines[here].add("Forge", "user\(counter)", key: key, at: utc)
        keys.insert(bytes(key))
    }

    private mutating func edit(_ here: Int, at utc: UInt64) throws {
        guard let account = machines[here].inOrder.randomElement(using: &random) else { return }
        counter += 1
        var details = account.details
        details.name = "renamed\(counter)"
        try machines[here].edit(account.id, details: details, at: utc)
    }

    /// The machine that turns hostile is put out.
    private mutating func endLaptop(_ here: Int, at utc: UInt64) throws {
        guard let way = machines[here].unlockMethods.first(where: { $0.recipient == laptop }) else { return }
        let owner = try proved(here, at: utc)
        try changing(here) { vault throws in try vault.removeUnlockMethods([way.id], owner, at: utc) }
        isOut = true
    }

    private mutating func changeAccess(_ here: Int, at utc: UInt64) throws {
        let isCode = Int.random(in: 0..<4, using: &random) == 0
        let owner = isCode ? nil : try proved(here, at: utc)
        let kind = isCode ? 2 : [0, 1, 3].randomElement(using: &random) ?? 3
        switch kind {
        case 0 where here == 0:
            // On two machines at once nobody could tell which one counts.
            let (passphrase, next) = try makePassphrase(at: utc)
            let key = UnlockMethod(
                source: .recoveryKey(file: [1, 2, 3]), label: "key", recipient: try recipients(1)[0], at: utc)
            try changing(here) { vault throws in
                try vault.replacePassphrase(by: passphrase, key, next, former: owner, at: utc)
            }
        case 1:
            let set = try recipients(8)
            try changing(here) { vault throws in try vault.replaceCodes(by: set, owner, at: utc) }
        case 2:
            // Without the passphrase: the epoch that begins is vouched for when that is given the next time.
            guard let code = machines[here].unlockMethods.filter(\.isCode).randomElement(using: &random) else { return }
            try changing(here) { vault throws in _ = try vault.useCode(of: code.recipient, at: utc) }
        default:
            let recipient = try recipients(1)[0]
            counter += 1
            _ = try machines[here].add(recipient, label: "added \(counter)", owner, at: utc)
        }
    }

    /// What the agent does with a passphrase before anything else.
    private mutating func proved(_ here: Int, at utc: UInt64) throws -> OwnerKey? {
        try unlock(here, at: utc)
        return owner(of: machines[here])
    }

    private mutating func changing(_ here: Int, _ change: (inout Contents) throws -> Void) throws {
        let before = ways(machines[here])
        try change(&machines[here])
        let gone = before.subtracting(ways(machines[here]))
        ended.formUnion(gone)
        known[here].formUnion(gone)
    }

    private mutating func unlock(_ here: Int, at utc: UInt64) throws {
        if let owner = owner(of: machines[here]) { _ = try machines[here].certify(by: owner, at: utc) }
    }

    private mutating func ship(_ here: Int, at utc: UInt64) throws {
        machines[here] = try saved(machines[here], at: utc)
        guard let keys = machines[here].backupKeys else { return }
        var made = try file(machines[here], signedBy: keys, name: "machine\(here)", at: utc)
        made.earlier = Set(shipped[here].suffix(Limits.earlierBackups))
        shipped[here].append(made.number)
        place.append(made)
        if made.recipients.contains(laptop.mark) { seen.append(machines[here]) }
    }

    /// What `fob sync` does with the files that it has not seen yet: those of its own epoch first, because they would be
    /// former ones after another came in; the newest first, those in the future by the clock here last; what a later one
    /// of a machine holds is not looked at again.
    mutating func sync(_ here: Int, isOwnerThere: Bool, at utc: UInt64) throws {
        var superseded: Set<Int> = []
        let own = Set(shipped[here])
        let unseen = place.filter { !own.contains($0.number) && !done[here].contains($0.number) }
        func isFuture(_ file: File) -> Bool { file.time > utc + 7 * 86_400 }
        func rank(_ file: File) -> (Int, UInt64, Int) { (isFuture(file) ? 0 : 1, file.time, file.number) }
        let sorted = unseen.sorted { rank($0) > rank($1) }
        var others: [File] = []
        for isOther in [false, true] {
            for file in isOther ? others : sorted {
                if superseded.contains(file.number) {
                    done[here].insert(file.number)
                    continue
                }
                switch try take(file, here, isOwnerThere: isOwnerThere, isOther: isOther, at: utc) {
                case .taken:
                    superseded.formUnion(file.earlier)
                    done[here].insert(file.number)
                case .refused: done[here].insert(file.number)
                case .other: others.append(file)
                // With a passphrase it may come in.
                case .shut: continue
                }
            }
        }
    }

    /// What became of a file; `other` for one of another epoch, which is to wait.
    private enum Outcome { case taken, refused, other, shut }

    private mutating func take(
        _ file: File, _ here: Int, isOwnerThere: Bool, isOther: Bool, at utc: UInt64
    ) throws -> Outcome {
        let own = machines[here]
        var openers: [Vault.Identifier] = []
        _ = try own.backupKeys?.withIdentities { (identity: borrowing X25519Identity) -> Bool? in
            openers.append(identity.recipient.mark)
            return nil
        }
        // The passphrase of this machine, and any that the owner knows.
        var given: [OwnerKey] = []
        if isOwnerThere {
            let others = passphrases.values.filter { file.recipients.contains($0.recipient.mark) }
            given = ([owner(of: own)].compactMap(\.self) + others)
        }
        guard isOther || !file.recipients.isDisjoint(with: openers) else { return .other }
        guard !file.recipients.isDisjoint(with: openers + given.map(\.recipient.mark)) else { return .shut }
        let payload = RecordStream.Payload(records: file.records, digest: nil)
        guard let opened = try? Backup(payload, own: own, by: given.filter(own.isOpened)).opened,
            opened.manifest?.time == file.time
        else { return .refused }
        let owners = own.proving(given, with: opened)
        guard opened.origin == .current || opened.origin == .successor else { return .refused }
        guard opened.origin == .current || isOther else { return .other }
        guard opened.origin == .current || !owners.isEmpty else { return .shut }
        let merged: Merged
        do throws(VaultError) {
            let authority = Authority(.sync, opened.origin, owners.isEmpty ? .none : .passphrase)
            merged = try own.merging(
                opened.contents, authority, MergeLabels(source: "", at: utc), by: owners, at: utc)
        } catch {
            // What is impossible is refused.
            return .refused
        }
        machines[here] = merged.contents
        known[here].formUnion(ways(own).subtracting(ways(merged.contents)))
        check(here, own, file.name)
        // What waits for the owner is looked at again.
        return merged.left.isPending ? .shut : .taken
    }

    // MARK: What the other one does

    private mutating func hostileAct(at utc: UInt64) throws {
        guard isOut || Bool.random(using: &random) else { return }
        if let file = place.randomElement(using: &random), Int.random(in: 0..<3, using: &random) == 0 {
            switch Int.random(in: 0..<4, using: &random) {
            case 0: place.removeAll { $0.name == file.name && Bool.random(using: &random) }
            case 1: place.shuffle(using: &random)
            case 2:
                // As it was, or under a newer name.
                var replayed = file
                counter += 1
                (replayed.number, replayed.name) = (counter, "replayed")
                if Bool.random(using: &random) { replayed.time = utc }
                place.append(replayed)
            default:
                var torn = file
                counter += 1
                torn.number = counter
                torn.records.remove(at: Int.random(in: torn.records.indices, using: &random))
                place.append(torn)
            }
            return
        }
        guard isOut, var vault = seen.randomElement(using: &random), let keys = vault.backupKeys else { return }
        for _ in 0..<Int.random(in: 1...4, using: &random) { try forge(&vault, keys, at: utc) }
        vault.generation += .random(in: 0...1000, using: &random)
        try vault.writeHead(generation: vault.generation, at: utc)
        vault = try reloaded(vault)
        let when = Bool.random(using: &random) ? utc : UInt64(1001)
        guard let named = vault.backupKeys else { return }
        // Signed by a key that was known then, or by one of its own that the file names.
        var forged = try file(vault, signedBy: Bool.random(using: &random) ? keys : named, name: "hostile", at: when)
        // To all that can be known then: files are opened by all of the owner's machines.
        forged.recipients.formUnion(seen.compactMap { $0.backupKeys?.recipient.mark })
        for state in seen { forged.recipients.formUnion(state.unlockMethods.map(\.recipient.mark)) }
        place.append(forged)
    }

    private mutating func forge(_ vault: inout Contents, _ keys: BackupKeys, at utc: UInt64) throws {
        let high = UInt64.random(in: 1...1_000_000, using: &random)
        func raise(_ id: Vault.Identifier) { vault.records[id] = vault.records[id].map { $0.with(revision: high) } }
        switch Int.random(in: 0..<8, using: &random) {
        case 0, 1:
            let planted = try X25519Identity.random()
            let owner = Bool.random(using: &random) ? stranger : nil
            _ = try? vault.add(planted.recipient, label: "planted \(high)", owner, at: utc)
            for way in vault.unlockMethods where Bool.random(using: &random) { raise(way.id) }
        case 2:
            // The way in that was ended, once more.
            let way = UnlockMethod(source: .identity, label: "again \(high)", recipient: laptop, at: utc)
            try vault.put(way, at: utc)
            raise(way.id)
        case 3:
            let way = UnlockMethod(
                source: .passphrase(.cheapest()), label: "passphrase", recipient: stranger.recipient, at: utc)
            var owned = way
            owned.owner = stranger.publicKey
            owned.certificate = stranger.certificate(of: try owned.statement(in: vault.vault))
            try vault.put(owned, at: utc)
        case 4:
            // An epoch of its own, signed by the last key that it knows, vouched for by itself.
            try vault.renewBackupKeys(at: utc)
            if let way = vault.unlockMethods.first(where: { $0.isCode || $0.label == "laptop" }) {
                _ = try? vault.removeUnlockMethods([way.id], stranger, at: utc)
            }
            raise(.single(.backupKeys))
        case 5:
            // All others are to go.
            for way in vault.unlockMethods where way.recipient != laptop {
                vault.records[way.id] = try vault.records[way.id]?.tombstone(at: utc).with(revision: high)
            }
        case 6:
            var access = vault.access
            (access.set, access.madeAt, access.made) = (99, utc, 8)
            vault.records[.single(.access)] = try access.record(over: vault.records[.single(.access)], at: utc)
            raise(.single(.access))
        default:
            for var epoch in vault.epochs {
                (epoch.ended, epoch.owners) = (1, [stranger.publicKey])
                vault.records[Epoch.id(of: epoch.publicKey)] = try epoch.record(over: nil, at: utc).with(revision: high)
            }
        }
        vault = try Contents(Array(vault.records.values))
    }

    // MARK: What must be so

    private func check(_ here: Int, _ before: Contents, _ what: String) {
        let after = machines[here]
        let now = ways(after)
        #expect(now.isSubset(of: honest), "a way in that the owner never made, by \(what)")
        #expect(now.isDisjoint(with: known[here]), "an ended way in returned, by \(what)")
        #expect(after.unlockMethods.contains { $0.isPassphrase }, "no passphrase is left, by \(what)")
        let had = Set(before.accounts.keys.compactMap { before.key(of: $0) })
        let has = Set(after.accounts.keys.compactMap { after.key(of: $0) })
        #expect(had.isSubset(of: has), "an account is lost, by \(what)")
    }

    /// All have shipped what they have; then two rounds of `fob sync` with the passphrase, on one machine after the other:
    /// it takes in, and ships.
    mutating func settle() throws -> Bool {
        for here in machines.indices {
            time += 10
            try unlock(here, at: clock(here))
            try ship(here, at: clock(here))
        }
        let order = machines.indices.shuffled(using: &random)
        for _ in 0..<2 {
            for here in order {
                time += 10
                try unlock(here, at: clock(here))
                try sync(here, isOwnerThere: true, at: clock(here))
                try ship(here, at: clock(here))
            }
        }
        let shapes = machines.map(shape)
        return shapes.allSatisfy { $0 == shapes[0] }
    }

    func shape(_ vault: Contents) -> [String] {
        let accounts = vault.inOrder.map { "\($0.id) \($0.details.label)" }
        return ["\(String(describing: vault.backupKeys?.signer))"] + accounts
            + vault.unlockMethods.map { "\($0.id)" } + ["\(vault.access.set)"]
    }

    func checkEnd(_ seed: UInt64) {
        for vault in machines {
            let has = Set(vault.accounts.keys.compactMap { vault.key(of: $0) })
            #expect(keys.isSubset(of: has), "an account is lost with seed \(seed)")
            #expect(ways(vault).isDisjoint(with: ended), "an ended way in is left with seed \(seed)")
        }
    }
}

@Suite struct `A hostile machine that was put out` {
    private static let environment = ProcessInfo.processInfo.environment
    /// Histories in one part: more with `FOB_FULL`, which makes 150,000 steps.
    private static let count: UInt64 = environment["FOB_FULL"] == nil ? 15 : 1500
    /// Histories that once failed. The keys are random: some come out otherwise with others.
    private static let former: [UInt64] = [791, 1_000_229, 2_000_081, 2_000_413, 3_000_467]

    /// What is run: four parts; with `FOB_SEEDS=FIRST-LAST,...`, these alone.
    private static let seeds: [ClosedRange<UInt64>] = {
        guard let named = environment["FOB_SEEDS"] else {
            let parts: [UInt64] = [0, 1_000_000, 2_000_000, 3_000_000]
            return parts.map { $0...$0 + count - 1 } + former.map { $0...$0 }
        }
        return named.split(separator: ",").compactMap { range in
            let ends = range.split(separator: "-").compactMap { UInt64($0) }
            guard let first = ends.first, let last = ends.last, first <= last else { return nil }
            return first...last
        }
    }()

    @Test(arguments: seeds)
    func `no way in returns, no account is lost, the owner's machines become equal`(seeds: ClosedRange<UInt64>) throws {
        for seed in seeds {
            var world = try World(2 + Int(seed % 2), seed: seed)
            for _ in 0..<Int.random(in: 10...40, using: &world.random) { try world.step() }
            let isEqual = try world.settle()
            #expect(isEqual, "the owner's machines do not become equal with seed \(seed)")
            world.checkEnd(seed)
            guard isEqual else { return }
        }
    }
}
