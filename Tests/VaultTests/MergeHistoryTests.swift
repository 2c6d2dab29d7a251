import OneTimePassword
import Testing

@testable import Vault

/// Machines that share a vault, do anything in any order, and take over each other's copies.
private struct Machines {
    var machines: [Contents]
    var backups: [Contents] = []
    var random: SeededGenerator
    var time: UInt64 = 1_000_000
    /// Every key that was ever added, and the highest counter that any machine gave out for it.
    var keys: Set<[UInt8]> = []
    var counters: [[UInt8]: UInt64] = [:]
    /// Those that somebody has removed at least once.
    var removed: Set<[UInt8]> = []
    private var lastKey = 0

    init(_ count: Int, seed: UInt64) throws {
        random = SeededGenerator(state: seed)
        let vault = try emptyVault()
        machines = try (0..<count).map { _ in try reloaded(vault) }
    }

    mutating func step() throws {
        // Clocks of machines differ, and stand still at times.
        time += .random(in: 0...40, using: &random)
        let here = Int.random(in: machines.indices, using: &random)
        let utc = time - .random(in: 0...30, using: &random)
        switch Int.random(in: 0..<100, using: &random) {
        case ..<22: try add(here, at: utc)
        case ..<32: try edit(here, at: utc)
        case ..<40: try remove(here, at: utc)
        case ..<44: try bringBack(here, at: utc)
        case ..<54: try count(here, at: utc)
        case ..<58: try move(here, at: utc)
        case ..<64: try codes(here, at: utc)
        case ..<70: backups.append(machines[here])
        case ..<80: try restore(here, at: utc)
        case ..<83: machines[here] = try reloaded(machines[here])
        default:
            let there = Int.random(in: machines.indices, using: &random)
            if there != here { try sync(here, from: there, at: utc) }
        }
    }

    private mutating func any(_ here: Int) -> Account? { machines[here].inOrder.randomElement(using: &random) }

    private mutating func add(_ here: Int, at utc: UInt64) throws {
        // Few names and at times one key twice: collisions are the point.
        let isOld = Int.random(in: 0..<6, using: &random) == 0 && !keys.isEmpty
        if !isOld { lastKey += 1 }
        let number = isOld ? Int.random(in: 1...lastKey, using: &random) : lastKey
        let text = String(repeating: "0", count: 20 - String(number).count) + String(number)
        let kind: CredentialKind = number.isMultiple(of: 2) ? .hotp : .totp
        try machines[here].add(
            "Forge", "user\(Int.random(in: 0..<5, using: &random))", key: text, Parameters(kind: kind), at: utc)
        keys.insert(bytes(text))
    }

    private mutating func edit(_ here: Int, at utc: UInt64) throws {
        guard let account = any(here) else { return }
        var details = account.details
        details.name = "user\(Int.random(in: 0..<8, using: &random))"
        do { try machines[here].edit(account.id, details: details, at: utc) } catch VaultError.exists { return }
    }

    private mutating func remove(_ here: Int, at utc: UInt64) throws {
        guard let account = any(here) else { return }
        if let key = machines[here].key(of: account.id) { removed.insert(key) }
        try machines[here].remove(account.id, at: utc)
    }

    private mutating func bringBack(_ here: Int, at utc: UInt64) throws {
        guard let account = machines[here].trash.randomElement(using: &random) else { return }
        do { try machines[here].restore(account.id, at: utc) } catch VaultError.exists { return }
    }

    private mutating func count(_ here: Int, at utc: UInt64) throws {
        guard let account = any(here), let credential = account.credential, credential.parameters.kind == .hotp,
            let key = machines[here].key(of: account.id)
        else { return }
        let next = credential.parameters.counter + .random(in: 1...4, using: &random)
        try machines[here].advanceCounter(of: account.id, to: next, at: utc)
        counters[key] = max(counters[key] ?? 0, next)
    }

    private mutating func move(_ here: Int, at utc: UInt64) throws {
        guard let account = any(here) else { return }
        try machines[here].move(account.id, to: Bool.random(using: &random) ? .first : .last, at: utc)
    }

    private mutating func codes(_ here: Int, at utc: UInt64) throws {
        guard let account = any(here) else { return }
        if machines[here].recoverySet(of: account.id) == nil {
            try machines[here].setRecoveryCodes(of: account.id, ["aaaa", "bbbb", "cccc"], at: utc)
        } else if machines[here].recoverySet(of: account.id)?.left != 0 {
            let code = try machines[here].nextRecoveryCode(of: account.id, at: utc)
            try machines[here].useRecoveryCode(of: account.id, code, at: utc)
        }
    }

    private mutating func restore(_ here: Int, at utc: UInt64) throws {
        guard let backup = backups.randomElement(using: &random) else { return }
        // Now and then the machine is lost first.
        if Int.random(in: 0..<4, using: &random) == 0, backup.count > 0 {
            machines[here] = try Contents(beginningLike: backup)
            // What only the lost machine knew is gone with it.
            forget(except: backup)
        }
        let before = machines[here]
        let done = try before.merging(
            backup, mode: .restore, MergeLabels(source: "backup", at: utc), at: utc)
        check(before, done.contents, "restore")
        for account in before.inOrder {
            // Nothing that was here gets another key, and nothing goes but what was removed elsewhere since.
            #expect(done.contents.key(of: account.id) == before.key(of: account.id))
            if done.contents[account.id]?.removed != 0 { #expect(done.removed.contains(account.id)) }
        }
        machines[here] = done.contents
    }

    /// Keys, and counters, that neither a machine nor that backup has need not come back.
    private mutating func forget(except backup: Contents) {
        let known = (machines + [backup]).map(Self.keys)
        keys = keys.filter { key in known.contains { $0[key] != nil } }
        for key in counters.keys { counters[key] = known.compactMap { $0[key] }.max() }
    }

    mutating func sync(_ here: Int, from there: Int, at utc: UInt64) throws {
        let before = machines[here]
        let done = try before.merging(machines[there], mode: .sync, MergeLabels(source: "", at: utc), at: utc)
        check(before, done.contents, "sync")
        machines[here] = done.contents
    }

    private func check(_ before: Contents, _ after: Contents, _ what: String) {
        let old = Self.keys(of: before)
        let new = Self.keys(of: after)
        for (key, counter) in old {
            #expect(new[key] != nil, "\(what): a key is lost")
            #expect(new[key] ?? 0 >= counter, "\(what): a counter fell")
        }
        #expect(Set(after.labels).count == after.labels.count, "\(what): two accounts of one name")
    }

    /// Keys in the vault and its trash, each with its highest counter.
    static func keys(of vault: Contents) -> [[UInt8]: UInt64] {
        var found: [[UInt8]: UInt64] = [:]
        for account in vault.accounts.values {
            guard let key = vault.key(of: account.id), let counter = account.credential?.parameters.counter else {
                continue
            }
            found[key] = max(found[key] ?? 0, counter)
        }
        return found
    }

    /// All there is to compare: every account with everything it has, in its order.
    static func shape(_ vault: Contents) -> [String] {
        func text(_ account: Account) -> String {
            let sets = (vault.recoverySets[account.id] ?? []).map { "\($0.id) \($0.codes.map(\.used))" }
            return "\(account.id) \(account.details.label) \(account.removed) \(account.state) "
                + "\(vault.key(of: account.id) ?? []) \(account.credential?.parameters.counter ?? 0) \(sets)"
        }
        return vault.inOrder.map(text) + ["trash"] + vault.trash.map(text)
    }

    /// All take over from all, until nothing changes any more.
    mutating func settle() throws -> Int {
        for round in 1...12 {
            time += 10
            for here in machines.indices {
                for there in machines.indices where there != here { try sync(here, from: there, at: time) }
            }
            let shapes = machines.map(Self.shape)
            if shapes.dropFirst().allSatisfy({ $0 == shapes[0] }) { return round }
        }
        return 0
    }
}

@Suite struct `Histories of machines` {
    @Test(arguments: [2, 3]) func `no account is lost, all machines become equal, no counter falls`(
        count: Int
    ) throws {
        var longest = 0
        for seed in 0..<1000 as Range<UInt64> {
            var machines = try Machines(count, seed: seed * 31 + UInt64(count))
            for _ in 0..<Int.random(in: 5...40, using: &machines.random) { try machines.step() }
            let rounds = try machines.settle()
            #expect(rounds > 0, "machines do not become equal with seed \(seed)")
            longest = max(longest, rounds)
            for vault in machines.machines {
                let keys = Machines.keys(of: vault)
                let live = Set(vault.inOrder.compactMap { vault.key(of: $0.id) })
                for key in machines.keys {
                    #expect(keys[key] != nil, "a key is lost with seed \(seed)")
                    #expect(machines.removed.contains(key) || live.contains(key), "removed by nobody, seed \(seed)")
                }
                for (key, counter) in machines.counters where keys[key] != nil {
                    #expect(keys[key] ?? 0 >= counter, "a counter fell with seed \(seed)")
                }
                #expect(try Machines.shape(reloaded(vault)) == Machines.shape(vault))
            }
            guard rounds > 0 else { return }
        }
        #expect(longest <= 4)
    }
}
