import Age
import OneTimePassword
import Platform
import Testing

@testable import Vault

/// What a file may change: the table, and the merge against it.
@Suite struct `The authority of what arrives` {
    static let origins: [Origin] = [.current, .former(ended: 900), .foreign, .unsigned]
    /// Who can open the vault, and with what its backups are signed.
    static let access: [ChangeKind] = [.unlockMethodAdded, .unlockMethodEnded, .passphrase, .backupKeys]

    private static var cells: [(authority: Authority, change: ChangeKind)] {
        ArrivalPurpose.allCases.flatMap { purpose in
            origins.flatMap { origin in
                OwnerProof.allCases.flatMap { proof in
                    ChangeKind.allCases.map { (Authority(purpose, origin, proof), $0) }
                }
            }
        }
    }

    @Test func `every cell of the table keeps the rules`() {
        let cells = Self.cells
        #expect(cells.count == 6 * 4 * 3 * ChangeKind.allCases.count)
        for (authority, change) in cells {
            let verdict = authority.verdict(on: change)
            let isOwn = authority.origin == .current
            // Nobody opens the vault because of a file alone, and an undo makes nobody.
            if Self.access.contains(change), verdict == .allowed, authority.purpose != .create {
                let isKnown = authority.purpose == .join ? authority.origin != .unsigned : isOwn
                #expect([.sync, .join].contains(authority.purpose) && isKnown, "\(authority) \(change)")
                #expect(authority.proof == .passphrase, "\(authority) \(change)")
            }
            // A protection goes by a proof of the owner only.
            if [.weakened, .settingsWeakened].contains(change), verdict == .allowed, authority.purpose != .create {
                #expect(authority.proof != .none, "\(authority) \(change)")
            }
            if authority.purpose == .sync, !isOwn { #expect(verdict == .leftOut, "\(authority) \(change)") }
            if authority.purpose == .restore, !isOwn {
                let adds: [ChangeKind] = [.account, .key, .recoverySet, .counter]
                #expect((verdict == .allowed) == adds.contains(change), "\(authority) \(change)")
            }
            // Two vaults become one by the owner of the one here alone, and neither loses a protection by it.
            if authority.purpose == .join {
                let isProved = authority.proof == .passphrase && authority.origin != .unsigned
                let never: [ChangeKind] = [.weakened, .settingsWeakened, .absurdCounter, .local]
                #expect((verdict == .allowed) == (isProved && !never.contains(change)), "\(authority) \(change)")
            }
            if change == .local, authority.purpose != .join || authority.proof == .passphrase {
                #expect(verdict == .leftOut, "\(authority)")
            }
            if change == .ended, authority.purpose == .restore { #expect(verdict == .leftOut, "\(authority)") }
        }
    }

    @Test func `more proof never allows less`() {
        for (authority, change) in Self.cells {
            var more = authority
            for proof in OwnerProof.allCases where proof.rawValue > authority.proof.rawValue {
                more.proof = proof
                guard authority.verdict(on: change) == .allowed else { continue }
                #expect(more.verdict(on: change) == .allowed, "\(authority) \(change)")
            }
        }
    }

    // MARK: Random files

    /// A vault with something of everything.
    static func vault(_ random: inout SeededGenerator) throws -> Contents {
        var vault = try emptyVault()
        let way = UnlockMethod(
            source: .passphrase(.cheapest()), label: "passphrase", recipient: try anyRecipient(),
            at: 1)
        let key = UnlockMethod(
            source: .recoveryKey(file: [1]), label: "key", recipient: try anyRecipient(), at: 1)
        for way in [way, key] { try vault.put(way, at: 1) }
        for place in 1...8 as ClosedRange<UInt8> {
            let code = UnlockMethod(
                source: .code(set: 1, place: place), label: "", recipient: try anyRecipient(), at: 2)
            try vault.put(code, at: 2)
        }
        for number in 0..<Int.random(in: 1...6, using: &random) {
            let isCounted = Bool.random(using: &random)
            let id = try vault.add(
                "Forge", "user\(number)", key: "1234567890123456789\(number)",
                Parameters(kind: isCounted ? .hotp : .totp), note: "note \(number)", at: 1000
            ).id
            var details = AccountDetails(issuer: "Forge", name: "user\(number)")
            details.consent = Consent.allCases.randomElement(using: &random) ?? .none
            details.lifetime = Bool.random(using: &random) ? 600 : 0
            try vault.edit(id, details: details, isDeviceBound: Int.random(in: 0..<4, using: &random) == 0, at: 1001)
            if Bool.random(using: &random) {
                try vault.setRecoveryCodes(of: id, ["aaaa-\(number)", "bbbb", "cccc"], used: [0], at: 1002)
            }
            if Int.random(in: 0..<4, using: &random) == 0 { try vault.remove(id, at: 1003) }
        }
        try vault.addKey(newKey("example.org"))
        try vault.addKey(newKey("work.org", .deviceBound), secret: 8)
        if Bool.random(using: &random) {
            try vault.set(Settings(idleSeconds: 300, absoluteSeconds: 3600), at: 1004)
        }
        try vault.prepareSave(auditSequence: 0, auditHash: .init(repeating: 0), at: 1005)
        return vault
    }

    /// A copy in which somebody has changed whatever can be changed, with whatever numbers.
    static func file(of vault: Contents, _ random: inout SeededGenerator) throws -> Contents {
        var file = try reloaded(vault)
        for _ in 0..<Int.random(in: 1...8, using: &random) {
            let utc = UInt64.random(in: 1...5000, using: &random)
            let number = Int.random(in: 0..<17, using: &random)
            if number < 9 {
                try change(&file, number, at: utc, &random)
            } else {
                try forge(&file, number, at: utc, &random)
            }
            // What cannot be read is refused before it is looked at.
            guard let read = try? reloaded(file) else { return try reloaded(vault) }
            file = read
        }
        return file
    }

    /// What an owner could do there.
    private static func change(
        _ file: inout Contents, _ number: Int, at utc: UInt64, _ random: inout SeededGenerator
    ) throws {
        let live = file.inOrder.map(\.id).randomElement(using: &random)
        switch number {
        case 0: try file.add("New", "n\(utc)", key: "98765432109876\(utc)", at: utc)
        case 1: try file.addKey(newKey("site\(utc).org"), secret: UInt8(utc % 200))
        case 2: if let live { try file.remove(live, at: utc) }
        case 3: if let id = file.trash.first?.id { try? file.restore(id, at: utc) }
        case 4: try file.purgeTrash(at: .random(in: 1...9_000_000, using: &random))
        case 5: if let live { try file.setRecoveryCodes(of: live, ["evil-\(utc)"], at: utc) }
        case 6: try file.set(Settings(idleSeconds: 0, absoluteSeconds: UInt32(utc)), at: utc)
        case 7:
            guard let live, (file.recoverySet(of: live)?.left ?? 0) > 0 else { return }
            let code = try file.nextRecoveryCode(of: live, at: utc)
            try file.useRecoveryCode(of: live, code, at: utc)
        default: if let live { try file.edit(live, note: "other \(utc)", at: utc) }
        }
    }

    /// What only a program does.
    private static func forge(
        _ file: inout Contents, _ number: Int, at utc: UInt64, _ random: inout SeededGenerator
    ) throws {
        let any = file.accounts.keys.sorted().randomElement(using: &random)
        let record = file.records.keys.sorted().randomElement(using: &random) ?? .random()
        switch number {
        case 9:
            let recipient = try anyRecipient()
            let way = UnlockMethod(source: .identity, label: "evil \(utc)", recipient: recipient, at: utc)
            try file.put(way, at: utc)
        case 10:
            guard file.unlockMethods.count > 1, let way = file.unlockMethods.randomElement(using: &random) else {
                return
            }
            try file.removeUnlockMethod(way.id, at: utc)
        case 11:
            guard let any, file[any]?.credential?.parameters.kind == .hotp else { return }
            let now = file[any]?.credential?.parameters.counter ?? 0
            let next = Bool.random(using: &random) ? now + 3 : max(now + 1, 1 << 60)
            try file.advanceCounter(of: any, to: next, at: utc)
        case 12: try weaken(&file, any, &random)
        case 13: try file.prepareSave(auditSequence: 9, auditHash: .init(repeating: 1), at: utc)
        case 14:
            let id = Bool.random(using: &random) ? Vault.Identifier.random() : record
            guard id != .single(.vault) else { return }
            let revision = UInt64(1) << UInt64.random(in: 0...50, using: &random)
            let kind: UInt8 = Bool.random(using: &random) ? 200 : 0
            file.records[id] = try VaultTests.record(kind, id: id, revision: revision, [(1, [4])])
        case 15: try swapKey(&file, any, &random)
        default:
            // The same with another number: what wins.
            guard record != .single(.vault), let old = file.records[record] else { return }
            file.records[record] = old.with(revision: UInt64(1) << UInt64.random(in: 0...55, using: &random))
        }
    }

    private static func weaken(_ file: inout Contents, _ id: Vault.Identifier?, _ random: inout SeededGenerator) throws
    {
        guard let id, var account = file.accounts[id], let old = file.records[id] else { return }
        (account.details.confirm, account.details.verify) = (.random(using: &random), .random(using: &random))
        account.details.lifetime = [0, 60, 6000].randomElement(using: &random) ?? 0
        account.isDeviceBound = Bool.random(using: &random)
        let made = try account.record(over: old, note: nil, at: 3000)
        file.records[id] = made.with(revision: old.revision + .random(in: 0...9, using: &random))
    }

    private static func swapKey(_ file: inout Contents, _ id: Vault.Identifier?, _ random: inout SeededGenerator) throws
    {
        guard let id, let credential = file[id]?.credential, let old = file.records[credential.id] else { return }
        let key = bytes("evil 345678901234567")
        let made = try Credential.record(
            credential.id, of: id, credential.parameters, key: key.span, pin: Span(), over: old, at: 4000)
        file.records[credential.id] = made.with(revision: old.revision + .random(in: 0...9, using: &random))
    }

    // MARK: What holds of them

    /// All that says who opens the vault.
    private static func ways(_ vault: Contents) -> [String] {
        let keys = vault.records[.single(.backupKeys)].map { record in record.body.withBytes { array($0) } } ?? []
        return vault.unlockMethods.map { "\($0.id) \($0.label) \($0.recipient)" } + ["\(vault.access)", "\(keys)"]
    }

    private static func check(_ before: Contents, _ after: Contents, _ authority: Authority, _ seed: UInt64) {
        let told: Comment = "seed \(seed), \(authority)"
        if authority.purpose != .sync || authority.proof != .passphrase {
            #expect(ways(after) == ways(before), told)
            if authority.purpose == .sync { #expect(after.settings == before.settings, told) }
        }
        #expect(after.unlockMethods.contains { if case .passphrase = $0.source { true } else { false } }, told)
        let isForeign = authority.origin != .current
        for account in before.accounts.values {
            let now = after[account.id]
            if isForeign || authority.purpose == .restore { #expect(now != nil, told) }
            guard let now else { continue }
            if authority.proof == .none || isForeign { #expect(account.policy.weakened(by: now.policy).isEmpty, told) }
            if authority.purpose == .restore, account.removed == 0 { #expect(now.removed == 0, told) }
            let counters = (account.credential?.parameters.counter ?? 0, now.credential?.parameters.counter ?? 0)
            #expect(counters.1 >= counters.0 && counters.1 - counters.0 <= Limits.counterStep, told)
            guard isForeign else { continue }
            #expect(
                now.details == account.details && now.removed == account.removed && now.state == account.state, told)
            #expect(now.position == account.position && after.note(of: account.id) == before.note(of: account.id), told)
            #expect(after.key(of: account.id) == before.key(of: account.id), told)
            #expect(
                after.recoveryCodes(of: account.id) == before.recoveryCodes(of: account.id)
                    || before.recoverySet(of: account.id) == nil, told)
        }
        guard isForeign else { return }
        #expect(after.settings == before.settings, told)
        for (id, record) in before.records {
            let now = after.records[id]
            if record.kind == RecordKind.credential.rawValue { continue }
            #expect(now?.revision == record.revision && Record.isSameContent(now, record), told)
        }
    }

    @Test(arguments: origins)
    func `no file changes what the table does not let it change, and an undo is the state before`(_ origin: Origin)
        throws
    {
        var undone = 0
        for seed in 0..<250 as Range<UInt64> {
            var random = SeededGenerator(state: seed)
            let vault = try Self.vault(&random)
            let file = try Self.file(of: vault, &random)
            for purpose in [ArrivalPurpose.restore, .sync] {
                for proof in OwnerProof.allCases {
                    let authority = Authority(purpose, origin, proof)
                    let labels = MergeLabels(source: "file", at: 6000)
                    guard authority.isAccepted else {
                        #expect(throws: VaultError.notThisVaults) {
                            try vault.merging(file, authority, labels, at: 6000)
                        }
                        continue
                    }
                    let done: Merged
                    do throws(VaultError) { done = try vault.merging(file, authority, labels, at: 6000) } catch {
                        #expect(
                            error == .tooLarge("\(Limits.unlockMethods) unlock methods"),
                            "seed \(seed), \(authority): \(error)")
                        continue
                    }
                    Self.check(vault, try reloaded(done.contents), authority, seed)
                    guard let back = try reloaded(done.contents).undoingMerge(.yes, at: 7000) else { continue }
                    undone += 1
                    // That an unlock method has ended somewhere stays known; see `check` for those that are here.
                    UndoTests.expectSame(back.contents, vault, except: true, "seed \(seed), \(authority)")
                }
            }
        }
        #expect(undone > 0)
    }

    @Test func `what waits is told by kind, and comes in with the passphrase`() throws {
        var random = SeededGenerator(state: 1)
        let here = try Self.vault(&random)
        var there = try reloaded(here)
        let laptop = UnlockMethod(
            source: .identity, label: "laptop", recipient: try anyRecipient(), at: 2000)
        try there.put(laptop, at: 2000)
        try there.set(Settings(idleSeconds: 0, absoluteSeconds: 0), at: 2000)
        let id = try there.add("New", "account", key: "33333333333333333333", at: 2000).id
        let labels = MergeLabels(source: "", at: 3000)
        let quiet = try here.merging(there, Authority(.sync, .current, .none), labels, at: 3000)
        #expect(quiet.contents[id] != nil && quiet.contents.unlockMethods == here.unlockMethods)
        #expect(quiet.left.isPending && quiet.left.count(.unlockMethodAdded) == 1)
        #expect(quiet.left.count(.settingsWeakened) > 0)
        // It waits in the file: nothing of it is lost by the first sync.
        let proved = try quiet.contents.merging(there, Authority(.sync, .current, .passphrase), labels, at: 3100)
        #expect(proved.contents.settings.idleSeconds == 0 && !proved.left.isPending)
    }

    @Test func `protections are sticky, and one that the owner took away stays away`() throws {
        var one = try emptyVault()
        let id = try one.add("Bank", "alice").id
        var two = try reloaded(one)
        for tag in 0..<3 {
            try two.edit(id, details: AccountDetails(issuer: "Bank", name: "alice", tags: ["t\(tag)"]), at: 2000)
        }
        try one.edit(
            id, details: AccountDetails(issuer: "Bank", name: "alice", confirm: true, lifetime: 600),
            isDeviceBound: true, at: 3000)
        func sync(_ here: Contents, _ there: Contents, _ proof: OwnerProof = .none) throws -> Contents {
            try here.merging(
                reloaded(there), Authority(.sync, .current, proof), MergeLabels(source: "", at: 4000), at: 4000
            ).contents
        }
        one = try sync(one, two)
        two = try sync(two, one)
        for side in [one, two] {
            #expect(side[id]?.policy.weakened(by: AccountPolicy()) == [.confirm, .lifetime, .deviceBound])
            #expect(side[id]?.details.tags == ["t2"])
        }
        // The owner takes it away on one machine; the other asks before it follows.
        try one.edit(id, details: AccountDetails(issuer: "Bank", name: "alice", tags: ["t2"], lifetime: 600), at: 5000)
        let quiet = try two.merging(one, Authority(.sync, .current, .none), MergeLabels(source: "", at: 6000), at: 6000)
        #expect(quiet.left.weakened == [Weakening(.confirm, of: "Bank/alice")])
        two = quiet.contents
        #expect(two[id]?.details.confirm == true)
        one = try sync(one, two)
        #expect(one[id]?.details.confirm == false)
        // Nothing goes back and forth while it waits.
        let rest = (one.records[id]?.revision, two.records[id]?.revision)
        for _ in 0..<3 {
            one = try sync(one, two)
            two = try sync(two, one)
        }
        #expect(rest == (one.records[id]?.revision, two.records[id]?.revision))
        two = try sync(two, one, .yes)
        #expect(two[id]?.details.confirm == false && two[id]?.details.lifetime == 600)
    }

    @Test func `codes that are replaced live 30 days from the merge`() throws {
        var vault = try emptyVault()
        let id = try vault.add("Forge", "alice").id
        try vault.setRecoveryCodes(of: id, ["aaaa", "bbbb"], at: 1000)
        var file = try reloaded(vault)
        try file.setRecoveryCodes(of: id, ["evil"], at: 1001)
        let now: UInt64 = 90 * 86_400
        for origin in Self.origins {
            let authority = Authority(.restore, origin, .none)
            var done = try vault.merging(file, authority, MergeLabels(source: "f", at: now), at: now).contents
            try done.prepareSave(auditSequence: 0, auditHash: .init(repeating: 0), at: now + 29 * 86_400)
            done = try reloaded(done)
            let all = (done.recoverySet(of: id).map { [$0] } ?? []) + done.supersededSets(of: id)
            #expect(Set(all.map(\.texts)) == [["aaaa", "bbbb"], ["evil"]], "\(origin)")
            #expect(done.recoveryCodes(of: id) == (origin == .current ? ["evil"] : ["aaaa", "bbbb"]))
        }
    }
}

/// A recipient whose identity nobody keeps.
func anyRecipient() throws -> X25519Recipient {
    let identity = try X25519Identity.random()
    return identity.recipient
}
