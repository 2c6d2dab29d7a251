import OneTimePassword
import Platform
import Testing

@testable import Vault

/// What two machines need so that they can merge their vaults later, and what no release may lose.
@Suite struct InvariantTests {
    /// One random change.
    private func change(
        _ vault: inout Contents, at utc: UInt64, _ generator: inout SeededGenerator
    ) throws(VaultError) {
        let live = Array(vault.inOrder)
        let one = live.randomElement(using: &generator)?.id
        let other = live.randomElement(using: &generator)?.id
        switch Int.random(in: 0..<13, using: &generator) {
        case 0, 1, 2:
            let number = Int.random(in: 0..<40, using: &generator)
            let parameters = try? Parameters(kind: number % 3 == 0 ? .hotp : .totp, digits: number % 2 == 0 ? 6 : 8)
            try vault.add("Issuer \(number % 5)", "name \(number % 7)", key: "key \(number)", parameters, at: utc)
        case 3: if let one { try vault.remove(one, at: utc) }
        case 4: if let id = vault.trash.randomElement(using: &generator)?.id { try vault.restore(id, at: utc) }
        case 5:
            if let one, var details = vault[one]?.details {
                details.tags = ["\(utc)"]
                try vault.edit(one, details: details, note: utc % 2 == 0 ? "note \(utc)" : nil, at: utc)
            }
        case 6:
            if let one, let other { try vault.move(one, to: utc % 2 == 0 ? .before(other) : .after(other), at: utc) }
        case 7: if let one { try vault.move(one, to: utc % 2 == 0 ? .first : .last, at: utc) }
        case 8:
            if let one, let counter = vault[one]?.credential?.parameters.counter {
                try vault.advanceCounter(of: one, to: counter + 1, at: utc)
            }
        case 9:
            if let one {
                try vault.setRecoveryCodes(
                    of: one, ["\(utc) a", "\(utc) b"], service: utc % 2 == 0 ? "github" : "", at: utc)
            }
        case 10: if let one { _ = try vault.showNextRecoveryCode(of: one, at: utc) }
        case 11:
            let last: [UInt8] = []
            if let one { _ = try vault.useRecoveryCode(of: one, last.span, at: utc) }
        default:
            try vault.purgeTrash(at: utc)
            try vault.purgeSuperseded(at: utc)
        }
    }

    private func describe(_ contents: Contents) -> [String] {
        (Array(contents.inOrder) + contents.trash).map { account in
            "\(account.id) \(account.details) \(account.removed) \(account.modified) \(account.noteCount) "
                + "\(account.credential.map { "\($0.id) \($0.parameters)" } ?? "-") "
                + "\((contents.recoverySets[account.id] ?? []).map { "\($0.id) \($0.service) \($0.codes) \($0.superseded)" })"
        }
    }

    @Test(arguments: [1, 2, 3, 4]) func `revisions and times only grow, ids last, and a reload changes nothing`(
        _ seed: UInt64
    ) throws {
        var generator = SeededGenerator(state: seed)
        var vault = try emptyVault()
        var utc: UInt64 = 1000
        for step in 0..<400 {
            // The clock is set back now and then.
            utc = step % 50 == 49 ? 500 : utc + UInt64.random(in: 0...400_000, using: &generator)
            let before = vault
            do { try change(&vault, at: utc, &generator) } catch {
                #expect(payload(vault) == payload(before), "a change that failed changed something")
                continue
            }
            for (id, old) in before.records {
                let new = try #require(vault.records[id], "a record vanished")
                #expect(new.revision >= old.revision && new.modified >= old.modified)
                #expect(new.kind == old.kind || new.kind == RecordKind.tombstone.rawValue)
                if new.revision == old.revision {
                    #expect(new.body === old.body)
                } else {
                    #expect(new.revision == old.revision + 1)
                    #expect(vault.revision > before.revision)
                }
            }
            if vault.revision == before.revision { #expect(payload(vault) == payload(before)) }
            guard step % 20 == 0 else { continue }
            let read = try reloaded(vault)
            #expect(describe(read) == describe(vault))
            #expect(payload(read) == payload(vault))
            vault = read
        }
        #expect(Set(vault.labels).count == vault.count)
    }

    @Test func `a snapshot stays as it was while the vault goes on`() throws {
        var vault = try emptyVault()
        let id = try vault.add("Example", "alice").id
        let snapshot = vault
        let before = payload(snapshot)
        try vault.edit(id, note: "changed", at: 2000)
        try vault.remove(id, at: 3000)
        #expect(payload(snapshot) == before)
        #expect(snapshot.labels == ["Example/alice"])
    }

    // MARK: - What is not known here

    @Test func `records of unknown kinds are kept byte for byte`() throws {
        let strange = try record(77, revision: 9, modified: 8, [(1, [1, 2, 3]), (250, []), (1, [4])])
        var vault = try emptyVault()
        try vault.add("Example", "alice")
        vault = try Contents(Array(vault.records.values) + [strange])
        let id = try vault.find("alice").id
        try vault.edit(id, note: "new", at: 2000)
        let kept = try #require(try reloaded(vault).records[strange.id])
        #expect(payload([kept]) == payload([strange]))
    }

    @Test func `fields with unknown tags outlive every change`() throws {
        var vault = try emptyVault()
        let id = try vault.add("Example", "alice", Parameters(kind: .hotp)).id
        try vault.set(Settings(), at: 1000)
        try vault.prepareSave(auditSequence: 0, auditHash: .init(repeating: 0), at: 1000)
        let credential = try #require(vault[id]?.credential).id
        let ids = [id, credential, .single(.settings), .single(.vault)]
        for id in ids {
            let old = try #require(vault.records[id])
            vault.records[id] = try record(
                old.kind, id: id, fields(of: old) + [(200, bytes("unknown")), (201, []), (200, bytes("again"))])
        }
        vault = try reloaded(vault)
        try vault.edit(id, details: AccountDetails(issuer: "Other", name: "bob"), note: "n", at: 2000)
        try vault.advanceCounter(of: id, to: 3, at: 2000)
        try vault.remove(id, at: 2000)
        try vault.restore(id, at: 2000)
        try vault.set(Settings(idleSeconds: 1, absoluteSeconds: 2), at: 2000)
        try vault.prepareSave(auditSequence: 1, auditHash: .init(repeating: 1), at: 2000)
        for id in ids {
            let kept = try fields(of: try #require(try reloaded(vault).records[id])).filter { $0.tag >= 200 }
            #expect(kept.map(\.tag) == [200, 201, 200])
            #expect(kept.map(\.value) == [bytes("unknown"), [], bytes("again")])
        }
    }

    @Test func `a one-time password whose account is gone is kept and shown nowhere`() throws {
        var vault = try emptyVault()
        let id = try vault.add("Example", "alice").id
        let credential = try #require(vault[id]?.credential).id
        vault.records[id] = nil
        let read = try reloaded(vault)
        #expect(read.count == 0 && read.trashCount == 0)
        #expect(read.records[credential] != nil)
    }

    @Test func `a state that a newer release knows gives no codes here`() throws {
        var vault = try emptyVault()
        let id = try vault.add("Example", "alice").id
        let old = try #require(vault.records[id])
        vault.records[id] = try record(old.kind, id: id, fields(of: old) + [(8, [9])])
        #expect(try reloaded(vault)[id]?.state == .needsVerification)
    }

    // MARK: - Damage

    struct Damage: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let kind: RecordKind
        var fields: [(tag: UInt8, value: [UInt8])]

        init(_ name: String, _ kind: RecordKind, _ fields: [(tag: UInt8, value: [UInt8])]) {
            testDescription = name
            self.kind = kind
            self.fields = fields
        }

        /// A one-time password with those parameters.
        init(_ name: String, parameters: [UInt8], key: [UInt8] = [1]) {
            let owner = [UInt8](repeating: 0, count: 16)
            self.init(name, .credential, [(1, owner), (2, parameters), (6, key)])
        }
    }

    private static func text(_ count: Int) -> [UInt8] { .init(repeating: UInt8(ascii: "a"), count: count) }

    private static let damages = [
        Damage("an issuer that is not UTF-8", .account, [(1, [0xff])]),
        Damage("too long a name", .account, [(2, text(Limits.name + 1))]),
        Damage("too long a note", .account, [(3, text(Limits.note + 1))]),
        Damage("too many tags", .account, .init(repeating: (4, [97]), count: Limits.tags + 1)),
        Damage("a short position", .account, [(5, [1, 2, 3])]),
        Damage("a flag of 2", .account, [(6, [2])]),
        Damage("an empty one-time password", .credential, []),
        Damage("no key", parameters: [1, 1, 6, 0, 0, 0, 30], key: []),
        Damage("too long a key", parameters: [1, 1, 6, 0, 0, 0, 30], key: text(Limits.key + 1)),
        Damage("11 digits", parameters: [1, 1, 11, 0, 0, 0, 30]),
        Damage("no digits", parameters: [1, 1, 0, 0, 0, 0, 30]),
        Damage("a period of 0", parameters: [1, 1, 6, 0, 0, 0, 0]),
        Damage("a period over a day", parameters: [1, 1, 6, 0, 1, 0x51, 0x81]),
        Damage("no kind", parameters: [0, 1, 6, 0, 0, 0, 30]),
        Damage("no hash", parameters: [1, 0, 6, 0, 0, 0, 30]),
        Damage("no suite", parameters: [6, 1, 6, 0, 0, 0, 30]),
        Damage("no public key", .unlockMethod, [(1, [1])]),
        Damage("short settings", .settings, [(1, [0])]),
    ]

    @Test(arguments: damages) func `a damaged record is refused by its id`(_ damage: Damage) throws {
        let vault = try emptyVault()
        let id = damage.kind == .settings ? Vault.Identifier.single(.settings) : .random()
        let bad = try record(damage.kind.rawValue, id: id, damage.fields)
        let error = refusal { () throws(VaultError) in _ = try Contents(Array(vault.records.values) + [bad]) }
        #expect(isDamage(error))
        #expect(error?.message.text.contains("record \(bad.id): ") == true)
    }

    @Test(arguments: [
        Damage("a way in without a key that is known here", .unlockMethod, [(1, [9]), (9, [1, 2, 3])]),
        Damage("an unknown kind", parameters: [7, 1, 6, 0, 0, 0, 30]),
        Damage("an unknown hash", parameters: [1, 9, 6, 0, 0, 0, 30]),
    ]) func `what only a newer release can know is a newer format`(_ damage: Damage) throws {
        let vault = try emptyVault()
        let newer = try record(damage.kind.rawValue, damage.fields)
        #expect(
            refusal { () throws(VaultError) in _ = try Contents(Array(vault.records.values) + [newer]) }
                == .newerFormat)
    }

    @Test func `two one-time passwords of one account are refused`() throws {
        var vault = try emptyVault()
        let id = try vault.add("Example", "alice").id
        let credential = try #require(vault[id]?.credential).id
        let copy = try record(5, fields(of: try #require(vault.records[credential])))
        vault.records[copy.id] = copy
        #expect(isDamage(refusal { () throws(VaultError) in _ = try reloaded(vault) }))
    }
}
