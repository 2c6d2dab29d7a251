import Age
import Model
import OneTimePassword
import Platform
import Testing

@testable import Vault

/// Two vaults that were made on two machines become one.
@Suite struct JoinTests {
    /// A machine with a vault of its own, and the owner's key of its passphrase.
    struct Machine {
        var vault: Contents
        let owner: OwnerKey

        init(_ vault: Contents, codes: Bool = true, at utc: UInt64 = 1000) throws {
            owner = try OwnerKey(X25519Identity.random())
            var vault = vault
            var way = UnlockMethod(
                source: .passphrase(.cheapest()), label: "passphrase", recipient: owner.recipient, at: utc)
            way.owner = owner.publicKey
            try vault.put(way, at: utc)
            _ = try vault.certify(by: owner, at: utc)
            if codes {
                let recipients = try (0..<8).map { _ in try anyRecipient() }
                try vault.replaceCodes(by: recipients, owner, at: utc)
            }
            try vault.prepareSave(auditSequence: 3, auditHash: .init(repeating: 7), at: utc)
            self.vault = vault
        }

        /// What another machine gets of it.
        func file() throws -> Contents { try Contents(vault.travelling().all) }

        func sealed(at utc: UInt64) throws -> [UInt8] {
            try Backup.seal(vault, machine: "desk", previous: .init(repeating: 0), at: utc).bytes
        }
    }

    private static func proof(
        _ here: Machine, by opener: X25519Recipient, _ their: OwnerKey?, keeping kept: Set<Vault.Identifier> = []
    ) -> JoinProof {
        JoinProof(owner: here.owner, opener: opener, their: their, keeping: kept, machine: "laptop")
    }

    /// The vault here once it has joined that of the other machine, opened by its passphrase.
    private static func joined(_ here: Machine, _ there: Machine, at utc: UInt64 = 5000) throws -> Merged {
        try here.vault.joining(
            there.file(), proof(here, by: there.owner.recipient, there.owner), MergeLabels(source: "file", at: utc),
            at: utc)
    }

    private func pair() throws -> (here: Machine, there: Machine) {
        var (one, two) = (try emptyVault(), try emptyVault())
        try one.add("Only", "here", key: "11111111111111111111")
        let twin = try one.add("Bank", "alice", key: "22222222222222222222", Parameters(kind: .hotp, counter: 9)).id
        try one.edit(
            twin, details: AccountDetails(issuer: "Bank", name: "alice", tags: ["here"], confirm: true), note: "one",
            at: 2000)
        try one.setRecoveryCodes(of: twin, ["aaaa-1", "bbbb-1"], used: [0])
        try one.add("Clash", "name", key: "33333333333333333333", at: 1500)
        try one.set(Settings(idleSeconds: 60, absoluteSeconds: 0), at: 1000)
        try one.addKey(newKey("here.org"), secret: 3)
        try two.add("Only", "there", key: "44444444444444444444")
        let other = try two.add("Bank", "alice", key: "22222222222222222222", Parameters(kind: .hotp, counter: 4)).id
        try two.edit(
            other, details: AccountDetails(issuer: "Bank", name: "alice", tags: ["there"]), note: "two", at: 2000)
        try two.setRecoveryCodes(of: other, ["cccc-1", "dddd-1"])
        try two.add("Clash", "name", key: "55555555555555555555", at: 1400)
        try two.set(Settings(idleSeconds: 600, absoluteSeconds: 3600), at: 1000)
        try two.addKey(newKey("there.org"), secret: 4)
        for _ in 0..<5 { try two.prepareSave(auditSequence: 0, auditHash: .init(repeating: 0), at: 1200) }
        return (try Machine(one), try Machine(two))
    }

    @Test func `one vault has all of both, and opens as the other one did`() throws {
        let (here, there) = try pair()
        let done = try Self.joined(here, there)
        let vault = done.contents
        #expect(vault.vault == there.vault.vault && vault.created == there.vault.created)
        #expect(vault.backupKeys?.signer == there.vault.backupKeys?.signer)
        #expect(vault.epochs.map(\.publicKey) == there.vault.epochs.map(\.publicKey))
        #expect(vault.unlockMethods.map(\.id) == there.vault.unlockMethods.map(\.id))
        #expect(vault.access == there.vault.access)
        #expect(vault.generation == max(here.vault.generation, there.vault.generation))
        #expect(vault.auditSequence == here.vault.auditSequence)
        #expect(
            Set(vault.labels)
                == [
                    "Only/here", "Only/there", "Bank/alice", "Clash/name", "Clash/name (restored 1970-01-01)",
                    "here.org/alice", "there.org/alice",
                ])
        let twin = try vault.find("Bank/alice")
        #expect(twin.credential?.parameters.counter == 9 && twin.details.confirm)
        #expect(Set(twin.details.tags) == ["here", "there"])
        let note = try #require(vault.note(of: twin.id))
        #expect(note.contains("one") && note.contains("two"))
        let codes = (vault.recoverySets[twin.id] ?? []).flatMap(\.texts)
        #expect(Set(codes) == ["aaaa-1", "bbbb-1", "cccc-1", "dddd-1"])
        #expect(Set(vault.keys.map(\.relyingParty)) == ["here.org", "there.org"])
        #expect(vault.settings == Settings(idleSeconds: 60, absoluteSeconds: 3600))
        let outcomes = Dictionary(
            done.entries.map { ("\($0.issuer)/\($0.name)", $0.outcome) }, uniquingKeysWith: { first, _ in first })
        #expect(outcomes["Only/there"] == .new && outcomes["Only/here"] == .onlyHere)
        #expect(outcomes["Bank/alice"] == .newer && done.entries.count { $0.outcome == .differs } == 1)
        #expect(done.isUndoable && done.left.entries.allSatisfy { $0.verdict == .leftOut })
        #expect(vault.earlierVaults.map(\.vault) == [here.vault.vault])
    }

    /// What both machines can see.
    private static func shape(_ vault: Contents) -> [String] {
        let accounts = vault.accounts.values.map { account in
            "\(account.id) \(account.details) \(account.removed != 0) \(account.credential?.parameters.counter ?? 0) "
                + "\(vault.note(of: account.id) ?? "") \((vault.recoverySets[account.id] ?? []).flatMap(\.texts))"
        }
        let keys = vault.keyTable.values.map {  // What is bound to a machine says elsewhere that it is.
            "\($0.id) \($0.account) \($0.flags.subtracting([.needsVerification, .backedUp]))"
        }
        return (accounts + keys).sorted() + ["\(vault.settings)"] + vault.unlockMethods.map { "\($0.id)" }
    }

    private static func synced(_ here: Contents, _ there: Contents, at utc: UInt64) throws -> Contents {
        // As the other machine gets it: signed by the key that both have.
        let file = try Contents(there.travelling().all)
        #expect(there.backupKeys?.signer == here.backupKeys?.signer)
        return try here.merging(
            file, Authority(.sync, .current, .passphrase), MergeLabels(source: "", at: utc), at: utc
        ).contents
    }

    @Test func `both machines become equal by a sync`() throws {
        var (here, there) = try pair()
        here.vault = try Self.joined(here, there).contents
        try here.vault.prepareSave(auditSequence: 4, auditHash: .init(repeating: 0), at: 5000)
        there.vault = try Self.synced(there.vault, here.vault, at: 5100)
        here.vault = try Self.synced(here.vault, there.vault, at: 5200)
        #expect(Self.shape(here.vault) == Self.shape(there.vault))
        let revisions = (here.vault.revision, there.vault.revision)
        there.vault = try Self.synced(there.vault, here.vault, at: 5300)
        here.vault = try Self.synced(here.vault, there.vault, at: 5400)
        #expect(revisions == (here.vault.revision, there.vault.revision))
        #expect(there.vault.earlierVaults == here.vault.earlierVaults)
    }

    @Test func `another machine of the other vault, which was away, becomes equal to both`() throws {
        var (here, there) = try pair()
        var away = there.vault
        let id = try away.find("Only/there").id
        try away.edit(id, details: AccountDetails(issuer: "Only", name: "there", tags: ["away"]), at: 4000)
        try away.add("Bank", "alice again", key: "11111111111111111111", at: 4000)
        here.vault = try Self.joined(here, there).contents
        for _ in 0..<3 {
            there.vault = try Self.synced(there.vault, here.vault, at: 6000)
            away = try Self.synced(away, there.vault, at: 6000)
            here.vault = try Self.synced(here.vault, away, at: 6000)
        }
        #expect(Self.shape(here.vault) == Self.shape(there.vault) && Self.shape(there.vault) == Self.shape(away))
        #expect(here.vault[id]?.details.tags == ["away"])
        // Added on the one as on the other: one account.
        let key = bytes("11111111111111111111")
        #expect(here.vault.inOrder.count { here.vault.key(of: $0.id) == key } == 1)
    }

    @Test func `two machines that have joined each other's vault at once become one by another join`() throws {
        let (one, two) = try pair()
        let (left, right) = (try Self.joined(one, two).contents, try Self.joined(two, one).contents)
        #expect(left.vault == two.vault.vault && right.vault == one.vault.vault)
        let proof = JoinProof(
            owner: two.owner, opener: one.owner.recipient, their: one.owner, keeping: [], machine: "laptop")
        var (here, there) = (
            try left.joining(
                Contents(right.travelling().all), proof, MergeLabels(source: "file", at: 6000), at: 6000
            ).contents, right
        )
        #expect(here.vault == there.vault && here.backupKeys?.signer == there.backupKeys?.signer)
        #expect(here.earlierVaults.map(\.vault) == [two.vault.vault])
        for _ in 0..<2 {
            there = try Self.synced(there, here, at: 7000)
            here = try Self.synced(here, there, at: 7000)
        }
        #expect(Self.shape(here) == Self.shape(there))
        #expect(here.count == 7)
    }

    @Test func `the vault of before comes back whole, until something changes`() throws {
        let (here, there) = try pair()
        var joined = try Self.joined(here, there).contents
        try joined.prepareSave(auditSequence: 4, auditHash: .init(repeating: 8), at: 5000)
        joined = try reloaded(joined)
        guard case .join = joined.undoable else {
            Issue.record("a join is not what is undone next")
            return
        }
        #expect(try joined.undoingMerge(.yes, at: 6000) == nil)
        // The owner's passphrase vouches for what is there, which changes nothing.
        _ = try joined.certify(by: there.owner, at: 5500)
        let undone = try joined.undoingJoin()
        #expect(undone?.generation == joined.generation)
        let back = try reloaded(#require(undone))
        UndoTests.expectSame(back, here.vault, "the vault of before")
        #expect(back.vault == here.vault.vault && back.unlockMethods == here.vault.unlockMethods)
        #expect(back.backupKeys?.signer == here.vault.backupKeys?.signer)
        try joined.add("Other", "thing", key: "66666666666666666666", at: 6000)
        #expect(try joined.undoingJoin() == nil)
        try joined.prepareSave(auditSequence: 5, auditHash: .init(repeating: 8), at: 6000)
        #expect(joined.undos.isEmpty && !joined.records.values.contains { $0.kind == RecordKind.displaced.rawValue })
    }

    @Test func `a save does not empty the trash while the join can be undone`() throws {
        var (here, there) = try pair()
        let old = try #require(there.vault.inOrder.first?.id)
        try there.vault.remove(old, at: 2500)
        let now = 100 * 86_400 as UInt64
        // So that the calendar is there as well.
        try here.vault.prepareSave(auditSequence: 3, auditHash: .init(repeating: 7), at: now - 86_400)
        try there.vault.prepareSave(auditSequence: 3, auditHash: .init(repeating: 7), at: now - 86_400)
        var joined = try Self.joined(here, there, at: now).contents
        try joined.prepareSave(auditSequence: 4, auditHash: .init(repeating: 8), at: now)
        joined = try reloaded(joined)
        try joined.purgeTrash(at: now)
        #expect(joined[old]?.removed == 2500)
        let back = try #require(try joined.undoingJoin())
        UndoTests.expectSame(back, here.vault, "the vault of before")
        try joined.add("Other", "thing", key: "66666666666666666666", at: now)
        try joined.prepareSave(auditSequence: 5, auditHash: .init(repeating: 8), at: now)
        #expect(joined.undos.isEmpty && joined[old] == nil)
    }

    @Test func `backups of the earlier vault are told apart, can be looked into, and only add`() throws {
        let (here, there) = try pair()
        let old = try here.sealed(at: 4000)
        let late = try here.sealed(at: 9000)
        let joined = try Self.joined(here, there).contents
        let found = try Backup(old.span, of: joined)
        #expect(found.origin == .former(ended: 5000) && found.contents.vault == here.vault.vault)
        #expect(try Backup.open(late.span, of: joined).origin == .foreign)
        #expect(refusal { () throws(VaultError) in _ = try Backup(late.span, of: joined) } != nil)
        // Another vault that says that it is the earlier one.
        var forged = here
        try forged.vault.renewBackupKeys(isForced: true, at: 2000)
        let planted = try Contents(forged.vault.travelling().all)
        var manifest = Manifest(
            vault: here.vault.vault, sequence: 1, time: 4000, machine: "", previous: .init(repeating: 0))
        manifest.publicKey = try #require(forged.vault.backupKeys).publicKey
        #expect(joined.origin(of: manifest, in: planted) == .foreign)
    }

    /// The other vault has the placeholder of a key that stays on the machine that joins, from before its owner has taken
    /// a protection away.
    @Test func `the private key of this machine stays, and so do the hosts that either vault allows`() throws {
        var one = try emptyVault()
        let bound = try one.addKey(
            newKey("here.org", .deviceBound, flags: [.discoverable, .alwaysVerify, .hmacSecret]), secret: 3)
        let login = try one.addKey(newKey("ssh:", .synced, user: "", flags: []), secret: 4)
        var two = try emptyVault()
        let copied = [RecordKind.key, .account].map(\.rawValue)
        let copies = try one.travelling().all.filter { copied.contains($0.kind) }
        two = try Contents(Array(two.records.values) + copies)
        #expect(two.key(bound.id)?.isPlaceholder == true)
        try one.editKey(bound.id, isVerified: false, at: 3000)
        for _ in 0..<3 { _ = try one.useKey(bound.id, at: 3100) }
        let hosts = (1...3).map {
            HostLimit(to: [[UInt8](repeating: $0, count: HostLimit.hashCount)], name: "host\($0)")
        }
        try one.editKey(login.id, hosts: .only(Array(hosts[0...1])), at: 3000)
        try two.editKey(login.id, hosts: .only(Array(hosts[1...2])), at: 3000)
        let (here, there) = (try Machine(one), try Machine(two))
        let vault = try Self.joined(here, there).contents
        let key = try #require(vault.key(bound.id))
        #expect(!key.isPlaceholder && key.flags.contains(.alwaysVerify))
        #expect(key.counter >= here.vault.key(bound.id)?.counter ?? .max)
        #expect(vault.key(login.id)?.hosts == [hosts[1]])
    }

    // MARK: Who may

    @Test func `nobody but the owner of the vault here gives it away`() throws {
        let (here, there) = try pair()
        let stranger = try OwnerKey(X25519Identity.random())
        let proof = JoinProof(
            owner: stranger, opener: there.owner.recipient, their: there.owner, keeping: [], machine: "")
        let file = try there.file()
        #expect(throws: VaultError.noMatch) {
            try here.vault.joining(file, proof, MergeLabels(source: "file", at: 5000), at: 5000)
        }
        let own = try here.file()
        #expect(throws: VaultError.sameVault) {
            try here.vault.joining(
                own, Self.proof(here, by: here.owner.recipient, here.owner), MergeLabels(source: "file", at: 5000),
                at: 5000)
        }
    }

    @Test func `of the other vault's unlock methods those stay that something vouches for, or that were confirmed`()
        throws
    {
        let (here, good) = try pair()
        var there = good
        let planted = try there.vault.add(anyRecipient(), label: "planted", at: 1001)
        try there.vault.prepareSave(auditSequence: 0, auditHash: .init(repeating: 0), at: 1001)
        let vault = try Self.joined(here, there).contents
        #expect(!vault.unlockMethods.contains { $0.id == planted })
        // Who has put it there knows the signing key as well.
        #expect(vault.backupKeys?.signer != there.vault.backupKeys?.signer)
        let signer = try #require(vault.backupKeys).signer
        #expect(there.vault.isCertified(vault, signer: signer))
        // By a kit code nothing is vouched for, and it is used up.
        let code = try #require(good.vault.unlockMethods.first { $0.isCode })
        let file = try good.file()
        let labels = MergeLabels(source: "file", at: 5000)
        #expect(throws: VaultError.noPassphraseLeft) {
            try here.vault.joining(file, Self.proof(here, by: code.recipient, nil), labels, at: 5000)
        }
        let all = Set(file.unlockMethods.map(\.id))
        let byCode = try here.vault.joining(
            file, Self.proof(here, by: code.recipient, nil, keeping: all), labels, at: 5000
        ).contents
        #expect(Set(byCode.unlockMethods.map(\.id)) == all.subtracting([code.id]))
        var vouched = byCode
        _ = try vouched.certify(by: good.owner, at: 5001)
        let next = try #require(vouched.backupKeys).signer
        #expect(good.vault.isCertified(vouched, signer: next))
    }

    // MARK: Random vaults

    /// All keys of one-time passwords outside the trash, with their protections.
    private static func live(_ vault: Contents) -> [(key: [UInt8], policy: AccountPolicy)] {
        vault.inOrder.compactMap { account in vault.key(of: account.id).map { ($0, account.policy) } }
    }

    private static func codes(_ vault: Contents) -> Set<String> {
        Set(vault.recoverySets.values.joined().flatMap(\.texts))
    }

    @Test func `whatever two vaults hold, nothing of either is lost, no protection is less, and both become equal`()
        throws
    {
        var twins = 0
        for seed in 0..<80 as Range<UInt64> {
            let told: Comment = "seed \(seed)"
            var random = SeededGenerator(state: seed)
            var (one, two) = (
                try `The authority of what arrives`.vault(&random), try `The authority of what arrives`.vault(&random)
            )
            if Bool.random(using: &random) {
                // What people did before there was a join: restore the other one's backup.
                two = try two.merging(
                    reloaded(one), Authority(.restore, .foreign, .none), MergeLabels(source: "file", at: 1500), at: 1500
                ).contents
                for account in two.inOrder where Bool.random(using: &random) {
                    var details = account.details
                    (details.tags, details.lifetime) = (["t"], [0, 60, 9000].randomElement(using: &random) ?? 0)
                    details.consent = Consent.allCases.randomElement(using: &random) ?? .none
                    try two.edit(account.id, details: details, at: 1600)
                }
            }
            var (here, there) = (try Machine(one, codes: false), try Machine(two, codes: false))
            let (before, other) = (here.vault, there.vault)
            let done = try Self.joined(here, there)
            here.vault = try reloaded(done.contents)
            let now = Self.live(here.vault)
            for (key, policy) in Self.live(before) {
                let same = now.filter { $0.key == key }
                #expect(same.contains { policy.weakened(by: $0.policy).isEmpty }, told)
            }
            for account in other.inOrder where account.credential != nil && !account.isDeviceBound {
                let policy = account.policy
                let same = now.filter { $0.key == other.key(of: account.id) }
                #expect(same.contains { policy.weakened(by: $0.policy).isEmpty }, told)
                twins += before.inOrder.count { before.key(of: $0.id) == other.key(of: account.id) }
            }
            #expect(Self.codes(here.vault).isSuperset(of: Self.codes(before).union(Self.codes(other))), told)
            #expect(Set(here.vault.keyTable.keys).isSuperset(of: before.keyTable.keys), told)
            #expect(Set(here.vault.keyTable.keys).isSuperset(of: other.keyTable.keys), told)
            #expect(Set(here.vault.labels).count == here.vault.count, told)
            let undone = try here.vault.undoingJoin()
            let back = try #require(undone, told)
            UndoTests.expectSame(back, before, told)
            // What is bound to a machine is there alone.
            let isBound = [before, other].contains { vault in vault.accounts.values.contains { $0.isDeviceBound } }
            guard !isBound else { continue }
            for _ in 0..<2 {
                there.vault = try Self.synced(there.vault, here.vault, at: 6000)
                here.vault = try Self.synced(here.vault, there.vault, at: 6000)
            }
            #expect(Self.shape(here.vault) == Self.shape(there.vault), told)
        }
        #expect(twins > 20)
    }
}
