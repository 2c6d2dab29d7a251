import Age
import Foundation
import Platform
import Testing

@testable import Vault

/// Unlock methods of machines that take over each other's changes.
@Suite struct MergeWaysTests {
    /// Passphrases by their recipients: what their owners know.
    private struct Passphrases {
        private var owners: [PublicKey: OwnerKey] = [:]

        mutating func make(at utc: UInt64) throws -> (UnlockMethod, OwnerKey) {
            let owner = try OwnerKey(X25519Identity.random())
            owners[PublicKey(owner.recipient.publicKey)] = owner
            return (
                UnlockMethod(
                    source: .passphrase(.cheapest()), label: "passphrase", recipient: owner.recipient, at: utc), owner
            )
        }

        func owner(of vault: Contents) -> OwnerKey? {
            vault.unlockMethods.last(where: \.isPassphrase).flatMap { owners[PublicKey($0.recipient.publicKey)] }
        }
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

    /// Whose file it is is not looked at here.
    private static func sync(
        _ here: Contents, _ there: Contents, by owners: [OwnerKey] = [], at utc: UInt64
    ) throws -> Contents {
        try here.merging(there, mode: .sync, MergeLabels(source: "", at: utc), by: owners, at: utc).contents
    }

    private static func sync(
        _ here: Contents, _ there: Contents, _ passphrases: Passphrases, at utc: UInt64
    ) throws -> Contents {
        // As the agent does it, by the passphrases of both.
        guard let keys = there.backupKeys else { return here }
        var manifest = Manifest(
            vault: there.vault, sequence: there.generation, time: utc, machine: "", previous: .init(repeating: 0))
        manifest.publicKey = keys.publicKey
        let given = [here, there].compactMap(passphrases.owner)
        let origin = here.origin(of: manifest, in: there, by: given.filter(here.isOpened))
        let owners = here.proving(given, with: .init(contents: there, manifest: manifest, origin: origin))
        guard origin == .current || origin == .successor && !owners.isEmpty else { return here }
        return try sync(here, there, by: owners, at: utc)
    }

    private static func restored(_ here: Contents, _ there: Contents, at utc: UInt64) throws -> Contents {
        try here.merging(there, mode: .restore, MergeLabels(source: "backup", at: utc), at: utc).contents
    }

    /// What one machine does to its unlock methods.
    private static func step(
        _ vault: inout Contents, _ passphrases: inout Passphrases, isFirst: Bool, at utc: UInt64,
        _ random: inout SeededGenerator
    ) throws {
        let owner = passphrases.owner(of: vault)
        if let owner { _ = try vault.certify(by: owner, at: utc) }
        switch Int.random(in: 0..<5, using: &random) {
        // On two machines at once nobody could tell which one counts.
        case 0 where isFirst:
            let (passphrase, next) = try passphrases.make(at: utc)
            try vault.replacePassphrase(by: passphrase, key(at: utc), next, former: owner, at: utc)
        case 1: try vault.replaceCodes(by: recipients(8), owner, at: utc)
        case 2:
            if let code = vault.unlockMethods.filter(\.isCode).randomElement(using: &random) {
                _ = try vault.useCode(of: code.recipient, at: utc)
            }
        case 3: _ = try vault.add(recipients(1)[0], label: "label \(utc)", owner, at: utc)
        default:
            let own = vault.unlockMethods.filter { way in
                switch way.source {
                case .identity, .recoveryKey: true
                case .passphrase, .code, .hardware: false
                }
            }
            guard let way = own.randomElement(using: &random) else { break }
            if case .identity = way.source {
                try vault.removeUnlockMethods([way.id], owner, at: utc)
            } else {
                // As on a new machine where nothing vouches for it.
                try vault.endMethods([way], by: [owner].compactMap(\.self), at: utc)
            }
        }
        try vault.prepareSave(auditSequence: 0, auditHash: .init(repeating: 0), at: utc)
    }

    /// With `FOB_FULL`, more.
    private static let seeds = 0..<UInt64(ProcessInfo.processInfo.environment["FOB_FULL"] == nil ? 20 : 600)

    @Test(arguments: seeds)
    func `whatever three machines do, they end with the same ways in, and one set of codes`(_ seed: UInt64) throws {
        var random = SeededGenerator(state: seed)
        var passphrases = Passphrases()
        var (passphrase, owner) = try passphrases.make(at: 1)
        passphrase.owner = owner.publicKey
        var first = try Contents(unlockMethod: passphrase, Self.key(at: 1), at: 1)
        _ = try first.certify(by: owner, at: 1)
        try first.prepareSave(auditSequence: 0, auditHash: .init(repeating: 0), at: 1)
        var machines = try (0..<3).map { _ in try reloaded(first) }
        var ended: Set<Vault.Identifier> = []
        for step in 0..<40 {
            let here = Int.random(in: 0..<3, using: &random)
            let utc = UInt64(1000 + step * 10)
            if Bool.random(using: &random) {
                let before = Set(machines[here].unlockMethods.map(\.id))
                try Self.step(&machines[here], &passphrases, isFirst: here == 0, at: utc, &random)
                ended.formUnion(before.subtracting(machines[here].unlockMethods.map(\.id)))
            } else {
                let there = (here + Int.random(in: 1...2, using: &random)) % 3
                machines[here] = try Self.sync(machines[here], machines[there], passphrases, at: utc)
            }
        }
        for round in 0..<6 {
            for (here, there) in [(0, 1), (1, 2), (2, 0)] {
                // The owner unlocks both.
                for machine in [here, there] {
                    guard let owner = passphrases.owner(of: machines[machine]) else { continue }
                    _ = try machines[machine].certify(by: owner, at: UInt64(5000 + round))
                }
                machines[here] = try Self.sync(machines[here], machines[there], passphrases, at: UInt64(5000 + round))
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
        let keys = machines.map { $0.backupKeys?.signer }
        #expect(keys[0] == keys[1] && keys[1] == keys[2])
        let again = try Self.sync(machines[0], machines[1], passphrases, at: 9000)
        #expect(again.revision == machines[0].revision)
    }

    /// A saved vault with a passphrase, and its owner's key.
    private static func owned(at utc: UInt64 = 1) throws -> (Contents, OwnerKey) {
        var passphrases = Passphrases()
        let (passphrase, owner) = try passphrases.make(at: utc)
        var vault = try Contents(unlockMethod: passphrase, key(at: utc), at: utc)
        _ = try vault.certify(by: owner, at: utc)
        try vault.prepareSave(auditSequence: 0, auditHash: .init(repeating: 0), at: utc)
        return (vault, owner)
    }

    @Test func `a restore changes no way in, and neither does another vault's copy, or a sync without the owner`()
        throws
    {
        var (here, owner) = try Self.owned()
        var there = try reloaded(here)
        _ = try there.add(Self.recipients(1)[0], label: "laptop", owner, at: 4)
        try there.replaceCodes(by: Self.recipients(8), owner, at: 5)
        let before = Self.shape(here)
        here = try Self.restored(here, there, at: 6)
        #expect(Self.shape(here) == before)
        here = try Self.sync(here, there, at: 7)
        #expect(Self.shape(here) == before)
        var other = try emptyVault()
        try other.replaceCodes(by: Self.recipients(8), at: 7)
        here = try Self.sync(here, other, by: [owner], at: 8)
        #expect(Self.shape(here) == before)
        here = try Self.sync(here, there, by: [owner], at: 9)
        #expect(Self.shape(here) == Self.shape(there))
    }

    @Test func `a way in that nobody has vouched for does not come in, whoever signed the file`() throws {
        let (here, owner) = try Self.owned()
        var there = try reloaded(here)
        let planted = try there.add(Self.recipients(1)[0], label: "planted", at: 4)
        let stranger = try OwnerKey(X25519Identity.random())
        let vouched = try there.add(Self.recipients(1)[0], label: "vouched by another", stranger, at: 4)
        let after = try Self.sync(here, there, by: [owner], at: 9)
        #expect(!after.unlockMethods.contains { [planted, vouched].contains($0.id) })
        #expect(after.backupKeys?.signer == here.backupKeys?.signer)
    }

    @Test func `a hardware key that the owner has added comes in as it is, and one that was changed does not`() throws {
        let (here, owner) = try Self.owned()
        var there = try reloaded(here)
        let salt = [UInt8](repeating: 3, count: 32)
        let key = try HardwareKey(credential: [1, 2], salt: salt, verifies: true, site: "fob")
        let id = try there.add(Self.recipients(1)[0], of: key, label: "blue", owner, at: 4)
        let after = try Self.sync(here, reloaded(there), by: [owner], at: 9)
        #expect(after.hardwareKeys.map(\.key) == [key])
        // Whoever has changed what the key is given, or says that no PIN is needed, cannot vouch for it.
        let record = try #require(there.records[id])
        let other = try HardwareKey(credential: [1, 2], salt: salt, verifies: false, site: "fob")
        let way = try #require(there.hardwareKeys.first?.method)
        var planted = UnlockMethod(
            source: .hardware(other), label: way.label, recipient: way.recipient, at: way.created)
        planted.certificate = way.certificate
        there.records[id] = try Record.make(
            .unlockMethod, id, over: record, at: 5,
            body: planted.record(at: 5).body.withBytes { bytes in
                try LockedBuffer(copying: bytes)
            })
        #expect(try Self.sync(here, reloaded(there), by: [owner], at: 9).hardwareKeys.isEmpty)
    }

    @Test func `what has ended does not come back under a higher number, nor end what its epoch began with`() throws {
        var (here, owner) = try Self.owned()
        let laptop = try here.add(Self.recipients(1)[0], label: "laptop", owner, at: 2)
        try here.prepareSave(auditSequence: 0, auditHash: .init(repeating: 0), at: 2)
        var there = try reloaded(here)
        try here.removeUnlockMethods([laptop], owner, at: 3)
        if let record = there.records[laptop] { there.records[laptop] = record.with(revision: 99) }
        let after = try Self.sync(here, reloaded(there), by: [owner], at: 4)
        #expect(!after.unlockMethods.contains { $0.id == laptop })
        // A file of the same epoch ends nothing: with an end begins another.
        var evil = try reloaded(there)
        evil.records[laptop] = try evil.records[laptop]?.tombstone(at: 5)
        let kept = try Self.sync(there, reloaded(evil), by: [owner], at: 6)
        #expect(kept.unlockMethods.contains { $0.id == laptop })
    }

    @Test func `a recovery key that has ended does not come back with an epoch that began beside that`() throws {
        var (here, owner) = try Self.owned()
        let laptop = try here.add(Self.recipients(1)[0], label: "laptop", owner, at: 2)
        try here.prepareSave(auditSequence: 0, auditHash: .init(repeating: 0), at: 2)
        var there = try reloaded(here)
        let key = try #require(here.unlockMethods.first { if case .recoveryKey = $0.source { true } else { false } })
        // As on a new machine where nothing vouches for it.
        try here.endMethods([key], by: [owner], at: 5)
        try there.removeUnlockMethods([laptop], owner, at: 6)
        let mine = try Self.sync(here, reloaded(there), by: [owner], at: 7)
        let theirs = try Self.sync(there, reloaded(here), by: [owner], at: 7)
        #expect(!mine.unlockMethods.contains { [key.id, laptop].contains($0.id) })
        #expect(!theirs.unlockMethods.contains { [key.id, laptop].contains($0.id) })
    }

    @Test func `of epochs that began apart all machines choose the same one, whatever their clocks said`() throws {
        var (first, owner) = try Self.owned()
        let ways = try (0..<3).map { number in
            try first.add(Self.recipients(1)[0], label: "recipient \(number)", owner, at: 2)
        }
        try first.prepareSave(auditSequence: 0, auditHash: .init(repeating: 0), at: 2)
        // By their beginnings alone each would come after another one, in a ring.
        var ahead = try reloaded(first)
        try ahead.removeUnlockMethods([ways[0]], owner, at: 500_000)
        var behind = try Self.sync(first, reloaded(ahead), by: [owner], at: 60)
        try behind.removeUnlockMethods([ways[1]], owner, at: 100)
        var apart = try reloaded(first)
        try apart.removeUnlockMethods([ways[2]], owner, at: 300)
        let longest = try #require(behind.currentEpoch?.publicKey)
        for (here, there) in [(ahead, behind), (behind, ahead), (behind, apart), (apart, behind)] {
            let after = try Self.sync(here, reloaded(there), by: [owner], at: 1000)
            var (steps, key) = (Set<PublicKey>(), try #require(after.currentEpoch?.publicKey))
            while let epoch = after.epoch(of: key), steps.insert(key).inserted { key = epoch.previous }
            #expect(steps.contains(longest))
        }
    }

    @Test func `of two kits that were made in one second one is left on both machines`() throws {
        var (here, owner) = try Self.owned()
        var there = try reloaded(here)
        try here.replaceCodes(by: Self.recipients(8), owner, at: 5)
        try there.replaceCodes(by: Self.recipients(8), owner, at: 5)
        let (mine, theirs) = (try reloaded(here), try reloaded(there))
        here = try Self.sync(here, theirs, by: [owner], at: 6)
        there = try Self.sync(there, mine, by: [owner], at: 6)
        for round in 7...8 as ClosedRange<UInt64> {
            here = try Self.sync(here, reloaded(there), by: [owner], at: round)
            there = try Self.sync(there, reloaded(here), by: [owner], at: round)
        }
        #expect(Self.shape(here) == Self.shape(there) && here.access.marks == there.access.marks)
        #expect(here.unlockMethods.count(where: \.isCode) == 8)
    }

    @Test func `two kits of one second that vaults of before have both stay good, on all machines`() throws {
        var (here, owner) = try Self.owned()
        var there = try reloaded(here)
        try here.replaceCodes(by: Self.recipients(8), owner, at: 5)
        try there.replaceCodes(by: Self.recipients(8), owner, at: 5)
        var third = try reloaded(here)
        // As releases did that looked at the number and the second of a set only.
        let codes = [here, there].map { vault in
            vault.unlockMethods.filter(\.isCode).compactMap { vault.records[$0.id] }
        }
        here = try here.with(codes[1])
        there = try there.with(codes[0])
        for round in 6...8 as ClosedRange<UInt64> {
            let before = try (reloaded(here), reloaded(there), reloaded(third))
            here = try Self.sync(Self.sync(here, before.1, by: [owner], at: round), before.2, by: [owner], at: round)
            there = try Self.sync(Self.sync(there, before.0, by: [owner], at: round), before.2, by: [owner], at: round)
            third = try Self.sync(Self.sync(third, before.0, by: [owner], at: round), before.1, by: [owner], at: round)
        }
        for vault in [here, there, third] {
            #expect(vault.codesLeft == 16 && Self.shape(vault) == Self.shape(here))
            #expect(vault.access.marks == here.access.marks)
        }
        // At rest nothing is written any more.
        let revision = here.records[.single(.access)]?.revision
        here = try Self.sync(here, reloaded(there), by: [owner], at: 9)
        #expect(here.records[.single(.access)]?.revision == revision)
        // One of each is used, and the next kit is alone.
        for index in [0, 8] {
            let used = here.unlockMethods.filter(\.isCode)[index].recipient
            #expect(try here.useCode(of: used, at: 10))
        }
        _ = try here.certify(by: owner, at: 10)
        there = try Self.sync(there, reloaded(here), by: [owner], at: 11)
        #expect(there.codesLeft == 14)
        try there.replaceCodes(by: Self.recipients(8), owner, at: 12)
        third = try Self.sync(third, reloaded(there), by: [owner], at: 13)
        #expect(third.codesLeft == 8 && Self.shape(third) == Self.shape(there))
    }

    @Test func `files from before open with a way in that another machine has ended, and that is told`() throws {
        var (here, owner) = try Self.owned()
        here.generation = 41
        var there = try reloaded(here)
        var passphrases = Passphrases()
        let (passphrase, next) = try passphrases.make(at: 5)
        try there.replacePassphrase(by: passphrase, Self.key(at: 5), next, former: owner, at: 5)
        here = try Self.sync(here, there, by: [next], at: 6)
        #expect(here.access.endedAfter == 41 && here.access.endedAt >= 5)
        #expect(here.unlockMethods.contains { $0.recipient == passphrase.recipient })
        #expect(!here.unlockMethods.contains { $0.recipient == owner.recipient })
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
