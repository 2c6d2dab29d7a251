import Age
import OneTimePassword
import Platform
import Testing

@testable import Vault

@Suite struct RecoveryCodeTests {
    private var vault: Contents
    private let alice: Vault.Identifier
    private let day: UInt64 = 24 * 3600

    init() throws {
        vault = try emptyVault()
        alice = try vault.add("GitHub", "alice").id
    }

    // MARK: A set

    @Test mutating func `a set comes back with all that was said of it`() throws {
        try vault.setRecoveryCodes(
            of: alice, ["ca75c-98c07", "0e44a 58131", "X"], used: [1], service: "github", inOrder: true, at: 2000)
        let set = try #require(try reloaded(vault).recoverySet(of: alice))
        #expect(set.texts == ["ca75c-98c07", "0e44a 58131", "X"])
        #expect(set.codes.map(\.used) == [0, 2000, 0])
        #expect(set.codes.map(\.shown) == [0, 0, 0])
        #expect((set.service, set.isInOrder, set.imported, set.superseded) == ("github", true, 2000, 0))
        #expect((set.left, set.shown) == (2, 0))
    }

    @Test mutating func `an account without a one-time password may have one`() throws {
        let bob = try vault.add("GitLab", "bob", nil).id
        try vault.setRecoveryCodes(of: bob, ["1", "2"])
        #expect(try reloaded(vault).recoveryCodes(of: bob) == ["1", "2"])
        #expect(try reloaded(vault)[bob]?.credential == nil)
    }

    @Test mutating func `as many codes as there may be, each as long as it may be, fit into a record`() throws {
        let codes = (0..<Limits.recoveryCodes).map { number in
            String(repeating: "x", count: Limits.recoveryCode - 3) + "\(100 + number)"
        }
        let service = String(repeating: "s", count: Limits.recoveryService)
        try vault.setRecoveryCodes(of: alice, codes, service: service)
        #expect(try reloaded(vault).recoveryCodes(of: alice) == codes)
    }

    @Test mutating func `what no set can be is refused, and nothing changes`() throws {
        try vault.setRecoveryCodes(of: alice, ["one", "two"])
        let before = payload(vault)
        for codes in [
            [], [""], ["é"], ["a\u{1b}[2J"], ["a\n"], [" - "], ["same", "other", "SA-ME"],
            [String(repeating: "x", count: Limits.recoveryCode + 1)], (0...Limits.recoveryCodes).map(String.init),
        ] {
            let error = refusal { () throws(VaultError) in try vault.setRecoveryCodes(of: alice, codes) }
            guard case .badValue = error else {
                Issue.record("\(codes.count) codes: \(String(describing: error))")
                continue
            }
        }
        let service = String(repeating: "s", count: Limits.recoveryService + 1)
        #expect(
            refusal { () throws(VaultError) in try vault.setRecoveryCodes(of: alice, ["1"], service: service) }
                == .badValue("so long a service's name"))
        #expect(
            refusal { () throws(VaultError) in try vault.setRecoveryCodes(of: .random(), ["1"]) } == .notFound)
        #expect(payload(vault) == before)
    }

    // MARK: Showing and using

    @Test mutating func `each code is shown once before one is shown again`() throws {
        try vault.setRecoveryCodes(of: alice, ["a", "b", "c"], used: [1])
        #expect(try vault.nextRecoveryCode(of: alice, at: 2000) == "a")
        #expect(try vault.nextRecoveryCode(of: alice, at: 2000) == "c")
        #expect(try vault.nextRecoveryCode(of: alice, at: 1) == "a", "the one that was shown longest ago")
        vault = try reloaded(vault)
        #expect(vault.recoverySet(of: alice)?.codes.map(\.shown) == [2002, 0, 2001])
        #expect(vault.recoverySet(of: alice)?.shown == 2)
        #expect(try vault.useRecoveryCode(of: alice, at: 3000).left == 1, "a was shown last")
        #expect(try vault.nextRecoveryCode(of: alice, at: 4000) == "c")
        #expect(try vault.useRecoveryCode(of: alice).left == 0)
        #expect(
            refusal { () throws(VaultError) in _ = try vault.nextRecoveryCode(of: alice, at: 1) }
                == .noRecoveryCodeLeft)
    }

    @Test mutating func `where the order counts, a code comes again until it is used`() throws {
        try vault.setRecoveryCodes(of: alice, ["a", "b", "c"], inOrder: true)
        #expect(try vault.nextRecoveryCode(of: alice, at: 1) == "a")
        #expect(try vault.nextRecoveryCode(of: alice, at: 2) == "a")
        try vault.useRecoveryCode(of: alice)
        #expect(try vault.nextRecoveryCode(of: alice, at: 3) == "b")
    }

    @Test mutating func `a code is known whatever its case and separators`() throws {
        try vault.setRecoveryCodes(of: alice, ["ca75c-98c07", "TNQ7 5BXP"])
        #expect(try vault.useRecoveryCode(of: alice, " CA75C98C0-7", at: 5000).codes[0].used == 5000)
        #expect(try vault.useRecoveryCode(of: alice, "tnq7-5bxp").left == 0)
        for (code, error) in [
            ("ca75c-98c07", VaultError.recoveryCodeUsed), ("ca75c-98c0", .noSuchRecoveryCode),
            ("ca75c-98c077", .noSuchRecoveryCode), (" - ", .noSuchRecoveryCode), ("", .noSuchRecoveryCode),
        ] {
            #expect(refusal { () throws(VaultError) in try vault.useRecoveryCode(of: alice, code) } == error)
        }
        #expect(
            refusal { () throws(VaultError) in try vault.useRecoveryCode(of: .random(), "x") } == .noRecoveryCodes)
    }

    @Test mutating func `revisions grow by one with each change, and what is not known is kept`() throws {
        try vault.setRecoveryCodes(of: alice, ["a", "b"])
        let id = try #require(vault.recoverySet(of: alice)?.id)
        let old = try #require(vault.records[id])
        let unknown = try record(
            old.kind, id: id, revision: 7, fields(of: old) + [(tag: 200, value: bytes("later"))])
        vault = try Contents(vault.records.values.filter { $0.id != id } + [unknown])
        _ = try vault.nextRecoveryCode(of: alice, at: 1)
        try vault.useRecoveryCode(of: alice)
        let new = try #require(vault.records[id])
        #expect(new.revision == 9)
        #expect(try fields(of: new).contains { $0.tag == 200 && $0.value == bytes("later") })
        #expect(try reloaded(vault).recoverySet(of: alice)?.codes.map(\.used) == [1000, 0])
    }

    // MARK: Another set

    @Test mutating func `another set takes its place, and the old one is wiped after 30 days`() throws {
        #expect(try !vault.setRecoveryCodes(of: alice, ["old 1", "old 2"], at: 1000))
        _ = try vault.nextRecoveryCode(of: alice, at: 1500)
        let old = try #require(vault.recoverySet(of: alice)?.id)
        #expect(try vault.setRecoveryCodes(of: alice, ["new"], at: 2000))
        vault = try reloaded(vault)
        #expect(vault.recoveryCodes(of: alice) == ["new"])
        #expect(vault.supersededSets(of: alice).map(\.texts) == [["old 1", "old 2"]])
        #expect(vault.supersededSets(of: alice).map(\.supersededUntil) == [2000 + 30 * day])
        try vault.purgeSuperseded(at: 2000 + 30 * day - 1)
        #expect(vault.supersededSets(of: alice).count == 1)
        // Each day's save vouches for a day.
        let (hash, keys) = (vault.auditHash, [UInt8](repeating: 1, count: 64))
        let marks = [AuditState.Mark](repeating: AuditState.Mark(), count: 2)
        for passed in 0...30 {
            let utc = 2000 + UInt64(passed) * day
            #expect(vault.supersededSets(of: alice).count == 1)
            try vault.note(marks, firstKeys: keys.span, nextKeys: keys.span, at: utc)
            try vault.prepareSave(auditSequence: 1, auditHash: hash, at: utc)
        }
        #expect(vault.supersededSets(of: alice).isEmpty)
        #expect(vault.records[old]?.kind == RecordKind.tombstone.rawValue)
        #expect(vault.records[old]?.revision == 4)
        #expect(!String(decoding: payload(vault), as: UTF8.self).contains("old"))
        #expect(try reloaded(vault).recoveryCodes(of: alice) == ["new"])
    }

    @Test mutating func `several sets in one second keep their order`() throws {
        for number in 0..<5 { try vault.setRecoveryCodes(of: alice, ["\(number)"], at: 1000) }
        vault = try reloaded(vault)
        #expect(vault.recoveryCodes(of: alice) == ["4"])
        #expect(vault.supersededSets(of: alice).map(\.texts) == [["3"], ["2"], ["1"], ["0"]])
    }

    @Test mutating func `an account keeps 16 former sets, until their time is over`() throws {
        for number in 0...Limits.supersededSets { try vault.setRecoveryCodes(of: alice, ["\(number)"], at: 1000) }
        let error = refusal { () throws(VaultError) in try vault.setRecoveryCodes(of: alice, ["one more"]) }
        #expect(error == .tooLarge("16 former sets of recovery codes of one account"))
        #expect(vault.recoveryCodes(of: alice) == ["16"])
        try vault.purgeSuperseded(at: 1000 + 30 * day)
        #expect(try vault.setRecoveryCodes(of: alice, ["one more"]))
    }

    @Test mutating func `of two current sets in a file the later one counts`() throws {
        try vault.setRecoveryCodes(of: alice, ["later"], at: 3000)
        var other = try emptyVault()
        let same = try other.add("x", "y").id
        try other.setRecoveryCodes(of: same, ["earlier"], at: 1000)
        let set = try #require(other.recoverySet(of: same))
        let moved = try fields(of: try #require(other.records[set.id])).map { field in
            field.tag == 1 ? (tag: field.tag, value: alice.bytes) : field
        }
        let record = try record(RecordKind.recoveryCodes.rawValue, id: set.id, moved)
        vault = try Contents(Array(vault.records.values) + [record])
        #expect(vault.recoveryCodes(of: alice) == ["later"])
        #expect(vault.supersededSets(of: alice).map(\.superseded) == [3000])
        // Only the other's word says that it was replaced: its 30 days begin when that is seen.
        try vault.purgeSuperseded(at: 3000 + 30 * day)
        #expect(vault.supersededSets(of: alice).map(\.superseded) == [3000 + 30 * day])
        try vault.purgeSuperseded(at: 3000 + 60 * day)
        #expect(vault.supersededSets(of: alice).isEmpty)
    }

    // MARK: With the account

    @Test mutating func `the trash keeps the codes, and 30 days there end them`() throws {
        try vault.setRecoveryCodes(of: alice, ["old"], at: 1000)
        try vault.setRecoveryCodes(of: alice, ["new"], at: 1000)
        try vault.remove(alice, at: 5000)
        #expect(refusal { () throws(VaultError) in try vault.setRecoveryCodes(of: alice, ["x"]) } == .notFound)
        try vault.restore(alice, at: 6000)
        #expect(try reloaded(vault).recoveryCodes(of: alice) == ["new"])
        try vault.remove(alice, at: 7000)
        try vault.purgeTrash(at: 7000 + 30 * day)
        #expect(vault.records.values.count { $0.kind == RecordKind.recoveryCodes.rawValue } == 0)
        #expect(vault.records.values.count { $0.kind == RecordKind.tombstone.rawValue } == 4)
        #expect(try reloaded(vault).recoverySet(of: alice) == nil)
    }

    @Test mutating func `the undo of an import puts the codes of its accounts into the trash with them, and no others`()
        throws
    {
        let batch = Vault.Identifier.random()
        let bob = try vault.add("GitLab", "bob", key: "another key", from: AccountOrigin(batch: batch)).id
        try vault.noteImport(batch, from: "a file", added: 1, at: 2000)
        try vault.setRecoveryCodes(of: alice, ["alice's"])
        try vault.setRecoveryCodes(of: bob, ["bob's"])
        #expect(try vault.undoImport(at: 3000) == [bob])
        vault = try reloaded(vault)
        #expect(vault.recoveryCodes(of: alice) == ["alice's"])
        try vault.restore(bob, at: 4000)
        #expect(vault.recoveryCodes(of: bob) == ["bob's"])
    }

    @Test mutating func `a sealed export and a backup carry them`() throws {
        let bob = try vault.add("GitLab", "bob", nil).id
        try vault.setRecoveryCodes(of: alice, ["old"])
        try vault.setRecoveryCodes(of: alice, ["new"])
        try vault.setRecoveryCodes(of: bob, ["bob's"])
        let identity = try X25519Identity.random()
        let sealed = try VaultFile.export([alice], of: vault, to: [identity.recipient])
        let read = try VaultFile.open(sealed.span, with: identity)
        #expect(read.recoveryCodes(of: alice) == ["new"])
        #expect(read.supersededSets(of: alice).map(\.texts) == [["old"]])
        #expect(read.recoverySet(of: bob) == nil)
        try vault.put(
            UnlockMethod(source: .identity, label: "key", recipient: identity.recipient, at: 1), at: 1)
        let backup = try VaultFile.seal(vault)
        #expect(try VaultFile.open(backup.span, with: identity).recoveryCodes(of: bob) == ["bob's"])
    }

    // MARK: Damage

    @Test mutating func `codes that cannot be are damage, those of nobody are kept`() throws {
        let owner = (tag: UInt8(1), value: alice.bytes)
        let times = [UInt8](repeating: 0, count: 16)
        typealias Fields = [(tag: UInt8, value: [UInt8])]
        let cases: [Fields] = [
            [(tag: UInt8(6), value: times + bytes("x"))],
            [owner, (tag: 6, value: times)],
            [owner, (tag: 6, value: times + [UInt8](repeating: 1, count: Limits.recoveryCode + 1))],
            [owner, (tag: 6, value: [0xff] + times)],
            [owner, (tag: 3, value: [UInt8](repeating: 0xff, count: 8))],
            [owner] + Fields(repeating: (tag: 6, value: times + bytes("x")), count: Limits.recoveryCodes + 1),
        ]
        for fields in cases {
            let bad = try record(6, fields)
            let others = Array(vault.records.values)
            #expect(isDamage(refusal { () throws(VaultError) in _ = try Contents(others + [bad]) }))
        }
        let orphan = try record(6, [(tag: 1, value: Vault.Identifier.random().bytes), (tag: 6, value: times + [65])])
        let read = try Contents(Array(vault.records.values) + [orphan])
        #expect(read.records[orphan.id]?.kind == 6)
        #expect(read.recoverySets.isEmpty)
    }
}

extension Vault.Identifier {
    fileprivate var bytes: [UInt8] {
        [high, low].flatMap { half in (0..<8).map { UInt8(truncatingIfNeeded: half >> UInt64(56 - 8 * $0)) } }
    }
}
