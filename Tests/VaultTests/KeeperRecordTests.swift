import Age
import Platform
import Testing

@testable import Vault

/// Keepers and tokens as records of a vault.
@Suite struct KeeperRecordTests {
    private static let keys = [UInt8](repeating: 6, count: 96)

    /// A set of so many keepers for a new recipient.
    private static func set(of count: Int, threshold: UInt8 = 2) throws -> Keepers {
        var set = Keepers()
        (set.set, set.threshold, set.owner) = (.random(), threshold, [UInt8](repeating: 3, count: 64))
        set.recipient = try X25519Identity.random().recipient.publicKey
        for place in 0..<count {
            set.keepers.append(
                .init(
                    name: "keeper \(place)", point: [UInt8](repeating: UInt8(place), count: 64),
                    binding: [UInt8](repeating: 5, count: 16), label: .random(), token: .random(),
                    commitment: [UInt8](repeating: 6, count: 32), key: 32 * place..<32 * place + 32))
        }
        return set
    }

    private static func vault() throws -> (Contents, OwnerKey) {
        var vault = try emptyVault()
        try vault.prepareSave(auditSequence: 0, auditHash: .init(repeating: 0), at: 1000)
        return (vault, try OwnerKey(X25519Identity.random()))
    }

    @Test func `a set is an unlock method, and its end begins an epoch`() throws {
        var (vault, owner) = try Self.vault()
        let first = try Self.set(of: 3)
        try vault.replaceKeepers(by: first, Self.keys.span, owner, at: 2000)
        #expect(vault.unlockMethods.contains { $0.recipient == first.identityRecipient })
        let read = try #require(try reloaded(vault).keepers)
        #expect(read.keepers == first.keepers.map { Self.moved($0, in: read) } && read.threshold == 2)
        #expect(read.withKeys { bytes in read.keepers[2].key.allSatisfy { bytes[$0] == 6 } } == true)
        // A set that was never saved is no one's.
        try vault.prepareSave(auditSequence: 0, auditHash: .init(repeating: 0), at: 2500)
        let signer = vault.backupKeys?.signer
        try vault.replaceKeepers(by: Self.set(of: 2), Self.keys.span, owner, at: 3000)
        #expect(!vault.unlockMethods.contains { $0.recipient == first.identityRecipient })
        #expect(vault.backupKeys?.signer != signer && vault.access.endedAt == 3000)
        try vault.replaceKeepers(by: nil, Span(), owner, at: 4000)
        #expect(vault.keepers == nil && vault.unlockMethods.count == 1)
    }

    /// The same keeper with the place of its key in a record that was read.
    private static func moved(_ keeper: Keepers.Keeper, in read: Keepers) -> Keepers.Keeper {
        var keeper = keeper
        keeper.key = read.keepers.first { $0.token == keeper.token }?.key ?? keeper.key
        return keeper
    }

    @Test func `a set whose unlock method was removed is none`() throws {
        var (vault, owner) = try Self.vault()
        try vault.replaceKeepers(by: Self.set(of: 2), Self.keys.span, owner, at: 2000)
        let way = try #require(vault.unlockMethods.first { $0.recipient == vault.keepers?.identityRecipient })
        try vault.removeUnlockMethods([way.id], owner, at: 3000)
        #expect(vault.keepers == nil)
        try vault.replaceKeepers(by: Self.set(of: 2), Self.keys.span, owner, at: 4000)
        #expect(vault.keepers != nil)
    }

    @Test(arguments: [
        (ArrivalPurpose.sync, Origin.current, OwnerProof.none), (.restore, .current, .yes), (.restore, .foreign, .yes),
        (.import, .unsigned, .yes),
    ])
    func `who keeps shares comes in by no file without the owner`(
        _ purpose: ArrivalPurpose, _ origin: Origin, _ proof: OwnerProof
    ) throws {
        let (here, owner) = try Self.vault()
        var there = try reloaded(here)
        try there.replaceKeepers(by: Self.set(of: 2), Self.keys.span, owner, at: 2000)
        let labels = MergeLabels(source: "file", at: 3000)
        let merged = try here.merging(there, Authority(purpose, origin, proof), labels, at: 3000)
        #expect(merged.contents.records[.single(.keepers)] == nil)
        #expect(merged.contents.unlockMethods == here.unlockMethods)
    }

    @Test func `tokens of accounts come in by a sync, and end with their account`() throws {
        let (empty, _) = try Self.vault()
        var there = try reloaded(empty)
        let account = try there.add("Example", "alice").id
        var token = RecoveryToken()
        (token.account, token.name, token.token, token.bytes) = (account, "https://example.com", .random(), [1, 2, 3])
        try there.put(token, at: 2000)
        let labels = MergeLabels(source: "", at: 3000)
        var here = try empty.merging(there, Authority(.sync, .current, .none), labels, at: 3000).contents
        #expect(here.recoveryTokens == [token])
        try here.remove(account, at: 4000)
        // The undo of the sync is over by then.
        try here.dropUndos(at: 4000 + 400 * 86_400)
        try here.purgeTrash(at: 4000 + 400 * 86_400)
        #expect(here.recoveryTokens.isEmpty)
    }

    @Test func `what is remembered of cards and ended tokens has bounds`() throws {
        var (vault, _) = try Self.vault()
        try vault.beginKeeping(key: Self.keys.span.extracting(first: 32), at: 2000)
        try vault.keep(at: 2000) { keeping in
            for number in 0..<Limits.cardBindings + 10 {
                keeping.bindings.append([UInt8](repeating: UInt8(number), count: 16))
            }
            for _ in 0..<Limits.endedTokens + 10 {
                keeping.ended.append(.init(owner: [UInt8](repeating: 1, count: 32), token: .random()))
            }
        }
        let keeping = try #require(try reloaded(vault).keeping)
        #expect(keeping.bindings.count == Limits.cardBindings && keeping.ended.count == Limits.endedTokens)
        #expect(keeping.bindings.last?.first == UInt8(Limits.cardBindings + 9))
        #expect(keeping.withKey { $0.count } == 32)
        for _ in 0..<Limits.tokens {
            var token = RecoveryToken()
            (token.owner, token.name, token.token) = ([UInt8](repeating: 3, count: 64), "Linus", .random())
            try vault.put(token, at: 2000)
        }
        #expect(throws: VaultError.self) {
            var token = RecoveryToken()
            (token.owner, token.token) = ([UInt8](repeating: 3, count: 64), .random())
            try vault.put(token, at: 2000)
        }
    }

    @Test func `all sets end when one is made, and earlier tokens are known until a proof`() throws {
        var (vault, owner) = try Self.vault()
        var first = try Self.set(of: 2)
        first.earlier = first.keepers.map { .init(point: $0.point, token: .random()) }
        // What a sync leaves of a set that another machine has made.
        _ = try vault.add(Self.set(of: 3).identityRecipient, label: "keepers (2 of 3)", owner, at: 1500)
        try vault.replaceKeepers(by: first, Self.keys.span, owner, at: 2000)
        #expect(vault.unlockMethods.count { Keepers.isLabel($0.label) } == 1)
        #expect(try reloaded(vault).keepers?.earlier == first.earlier)
        try vault.noteKeeperProven(first.keepers[0].point, at: 3000)
        let read = try #require(try reloaded(vault).keepers)
        #expect(read.earlier == [first.earlier[1]])
        #expect(read.withKeys { bytes in read.keepers[1].key.allSatisfy { bytes[$0] == 6 } } == true)
    }
}
