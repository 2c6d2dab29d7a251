import Age
import Testing

@testable import Vault

/// Unlock methods of machines that take over each other's changes.
@Suite struct MergeWaysTests {
    private static func passphrase(at utc: UInt64) throws -> UnlockMethod {
        let identity = try X25519Identity.random()
        return UnlockMethod(
            source: .passphrase(.cheapest()), label: "passphrase", recipient: identity.recipient, at: utc)
    }

    private static func key(at utc: UInt64) throws -> UnlockMethod {
        let identity = try X25519Identity.random()
        return UnlockMethod(
            source: .recoveryKey(file: [1, 2, 3]), label: "key", recipient: identity.recipient, at: utc)
    }

    private static func recipients(_ count: Int) throws -> [X25519Recipient] {
        try (0..<count).map { _ in
            let identity = try X25519Identity.random()
            return identity.recipient
        }
    }

    private static func shape(_ vault: Contents) -> [String] {
        vault.unlockMethods.map { "\($0.id) \($0.created)" } + ["\(vault.access.set) \(vault.access.madeAt)"]
    }

    private static func sync(_ here: Contents, _ there: Contents, at utc: UInt64) throws -> Contents {
        try here.merging(there, mode: .sync, MergeLabels(source: "", at: utc), at: utc).contents
    }

    private static func restored(_ here: Contents, _ there: Contents, at utc: UInt64) throws -> Contents {
        try here.merging(there, mode: .restore, MergeLabels(source: "backup", at: utc), at: utc).contents
    }

    /// What one machine does to its unlock methods.
    private static func step(_ vault: inout Contents, at utc: UInt64, _ random: inout SeededGenerator) throws {
        switch Int.random(in: 0..<5, using: &random) {
        case 0: try vault.replacePassphrase(by: passphrase(at: utc), key(at: utc), at: utc)
        case 1: try vault.replaceCodes(by: recipients(8), at: utc)
        case 2:
            if let code = vault.unlockMethods.filter(\.isCode).randomElement(using: &random) {
                _ = try vault.useCode(of: code.recipient, at: utc)
            }
        case 3: _ = try vault.add(recipients(1)[0], label: "label \(utc)", at: utc)
        default:
            let own = vault.unlockMethods.filter { if case .identity = $0.source { true } else { false } }
            if let way = own.randomElement(using: &random) { try vault.removeUnlockMethods([way.id], at: utc) }
        }
        try vault.prepareSave(auditSequence: 0, auditHash: .init(repeating: 0), at: utc)
    }

    @Test(arguments: 0..<60)
    func `whatever three machines do, they end with the same ways in, and one set of codes`(_ seed: UInt64) throws {
        var random = SeededGenerator(state: seed)
        var first = try emptyVault()
        try first.replacePassphrase(by: Self.passphrase(at: 1), Self.key(at: 1), at: 1)
        try first.prepareSave(auditSequence: 0, auditHash: .init(repeating: 0), at: 1)
        var machines = try (0..<3).map { _ in try reloaded(first) }
        var ended: Set<Vault.Identifier> = []
        for step in 0..<40 {
            let here = Int.random(in: 0..<3, using: &random)
            let utc = UInt64(1000 + step * 10)
            if Bool.random(using: &random) {
                let before = Set(machines[here].unlockMethods.map(\.id))
                try Self.step(&machines[here], at: utc, &random)
                ended.formUnion(before.subtracting(machines[here].unlockMethods.map(\.id)))
            } else {
                let there = (here + Int.random(in: 1...2, using: &random)) % 3
                machines[here] = try Self.sync(machines[here], machines[there], at: utc)
            }
        }
        for round in 0..<4 {
            for (here, there) in [(0, 1), (1, 2), (2, 0)] {
                machines[here] = try Self.sync(machines[here], machines[there], at: UInt64(5000 + round))
            }
        }
        let shapes = machines.map(Self.shape)
        #expect(shapes[0] == shapes[1] && shapes[1] == shapes[2])
        let sets = Set(
            machines[0].unlockMethods.compactMap { way in if case .code(let set, _) = way.source { set } else { nil } })
        #expect(sets.count <= 1)
        // What was ended on one is ended on all; somebody can still type something.
        #expect(ended.isDisjoint(with: machines[0].unlockMethods.map(\.id)))
        #expect(machines[0].unlockMethods.contains { if case .passphrase = $0.source { true } else { false } })
        // The keys that look into backups come to rest too.
        let keys = machines.map { $0.records[.single(.backupKeys)]?.revision }
        #expect(keys[0] == keys[1] && keys[1] == keys[2])
        let again = try Self.sync(machines[0], machines[1], at: 9000)
        #expect(again.revision == machines[0].revision)
    }

    @Test func `a restore changes no way in, and neither does another vault's copy`() throws {
        var here = try emptyVault()
        var there = try reloaded(here)
        try there.replacePassphrase(by: Self.passphrase(at: 5), Self.key(at: 5), at: 5)
        let before = Self.shape(here)
        here = try Self.restored(here, there, at: 6)
        #expect(Self.shape(here) == before)
        var other = try emptyVault()
        try other.replaceCodes(by: Self.recipients(8), at: 7)
        here = try Self.sync(here, other, at: 8)
        #expect(Self.shape(here) == before)
    }

    @Test func `files from before open with a way in that another machine has ended, and that is told`() throws {
        var here = try emptyVault()
        try here.replacePassphrase(by: Self.passphrase(at: 2), Self.key(at: 2), at: 2)
        here.generation = 41
        var there = try reloaded(here)
        try there.replacePassphrase(by: Self.passphrase(at: 5), Self.key(at: 5), at: 5)
        here = try Self.sync(here, there, at: 6)
        #expect(here.access.endedAfter == 41 && here.access.endedAt >= 5)
    }

    @Test func `an account whose key is bound to a machine comes to rest`() throws {
        var here = try emptyVault()
        let id = try here.add("Forge", "me", at: 1).id
        var there = try reloaded(here)
        try here.edit(id, isDeviceBound: true, at: 2)
        for round in 0..<3 {
            here = try Self.sync(here, reloaded(there), at: UInt64(10 + round))
            there = try Self.sync(there, reloaded(here), at: UInt64(10 + round))
        }
        let revisions = (here.revision, there.revision)
        here = try Self.sync(here, there, at: 20)
        there = try Self.sync(there, here, at: 20)
        #expect(revisions == (here.revision, there.revision))
    }
}
