import Age
import OneTimePassword
import Platform
import Testing

@testable import Vault

@Suite struct ContentsTests {
    private var vault: Contents

    init() throws { vault = try emptyVault() }

    // MARK: - Taking in

    @Test mutating func `an account comes back with all that was said of it`() throws {
        let key = bytes("a key")
        let none: [UInt8] = []
        let details = AccountDetails(
            issuer: "Größe", name: "alice@example.org", tags: ["work", "vpn"], confirm: true, lifetime: 3600)
        let parameters = try Parameters(kind: .totp, algorithm: .sha512, digits: 8, period: 60, start: 5)
        let (id, outcome) = try vault.add(
            details, parameters, key: key.span, pin: none.span, note: "a note".utf8Span.span, at: 2000)
        #expect(outcome == .added)
        let account = try #require(try reloaded(vault)[id])
        #expect(account.details == details)
        #expect(account.credential?.parameters == parameters)
        #expect(account.created == 2000)
        #expect(account.modified == 2000)
        #expect(account.removed == 0)
        #expect(account.state == .ok)
        #expect(account.noteCount == 6)
        #expect(try reloaded(vault).key(of: id) == key)
        #expect(try reloaded(vault).note(of: id) == "a note")
    }

    private static let kinds = [
        try? Parameters(kind: .totp), try? Parameters(kind: .hotp, counter: 7), try? Parameters(kind: .steam),
        try? Parameters(kind: .motp), try? Parameters(kind: .yandex),
        try? Parameters(kind: .ocra, counter: 9, suite: "OCRA-1:HOTP-SHA512-8:C-QN08-PSHA1"),
    ].compactMap(\.self)

    @Test(arguments: kinds) mutating func `each kind of one-time password comes back`(_ parameters: Parameters) throws {
        let id = try vault.add("Example", "alice", pin: "1234", parameters).id
        let read = try reloaded(vault)
        #expect(read[id]?.credential?.parameters == parameters)
        #expect(read.pin(of: id) == bytes("1234"))
    }

    @Test mutating func `an account may be without a one-time password`() throws {
        let id = try vault.add("Example", "alice", nil, note: "recovery codes are in the safe").id
        #expect(try reloaded(vault)[id]?.credential == nil)
        #expect(try reloaded(vault).note(of: id) == "recovery codes are in the safe")
    }

    @Test mutating func `the same key, PIN and parameters again are the same account`() throws {
        let first = try vault.add("Example", "alice")
        let before = vault.revision
        let again = try vault.add("Example", "alice")
        #expect(again.outcome == .same && again.id == first.id)
        #expect(vault.revision == before)
        #expect(vault.count == 1)
    }

    @Test mutating func `where a counter stands makes no other account`() throws {
        let first = try vault.add("Example", "alice", Parameters(kind: .hotp, counter: 5))
        let again = try vault.add("Example", "alice", Parameters(kind: .hotp, counter: 1))
        #expect(again.outcome == .same && again.id == first.id)
        #expect(vault[first.id]?.credential?.parameters.counter == 5)
    }

    @Test mutating func `another key, PIN or parameter under a name that is taken gets a number`() throws {
        try vault.add("Example", "alice")
        #expect(try vault.add("Example", "alice", key: "another key").outcome == .renamed)
        #expect(try vault.add("Example", "alice", Parameters(kind: .totp, digits: 8)).outcome == .renamed)
        #expect(try vault.add("Example", "alice", pin: "1").outcome == .renamed)
        #expect(
            vault.labels
                == ["Example/alice", "Example/alice (2)", "Example/alice (3)", "Example/alice (4)"])
        #expect(try reloaded(vault).labels == vault.labels)
    }

    @Test mutating func `a long name that gets a number stays within its bounds`() throws {
        let name = String(repeating: "é", count: Limits.name / 2)
        try vault.add("Example", name)
        let second = try vault.add("Example", name, key: "another key")
        #expect(second.outcome == .renamed)
        #expect(vault[second.id]?.details.name.hasSuffix("é (2)") == true)
        #expect(try reloaded(vault).count == 2)
    }

    @Test mutating func `what cannot be kept is refused and changes nothing`() throws {
        let before = payload(vault)
        let long = String(repeating: "a", count: Limits.name + 1)
        let tags = (0...Limits.tags).map { "\($0)" }
        #expect(refused { vault throws(VaultError) in try vault.add("", "") })
        #expect(refused { vault throws(VaultError) in try vault.add(long, "") })
        #expect(refused { vault throws(VaultError) in try vault.add("", long) })
        #expect(refused { vault throws(VaultError) in try vault.add("a\u{1b}[31m", "b") })
        #expect(refused { vault throws(VaultError) in try vault.add("a", "b", tags: tags) })
        #expect(refused { vault throws(VaultError) in try vault.add("a", "b", tags: [""]) })
        #expect(refused { vault throws(VaultError) in try vault.add("a", "b", key: "") })
        #expect(
            refused { vault throws(VaultError) in
                try vault.add("a", "b", key: String(repeating: "k", count: Limits.key + 1))
            })
        #expect(
            refused { vault throws(VaultError) in
                try vault.add("a", "b", pin: String(repeating: "1", count: Limits.pin + 1))
            })
        #expect(
            refused { vault throws(VaultError) in
                try vault.add("a", "b", note: String(repeating: "n", count: Limits.note + 1))
            })
        #expect(
            refused { vault throws(VaultError) in
                try vault.add("a", "b", try? Parameters(kind: .hotp, counter: .max))
            })
        #expect(payload(vault) == before)
    }

    private func refused(_ change: (inout Contents) throws(VaultError) -> Void) -> Bool {
        var copy = vault
        if case .badValue = refusal({ () throws(VaultError) in try change(&copy) }) {
            return copy.revision == vault.revision
        }
        return false
    }

    @Test mutating func `the largest account of all is read back`() throws {
        let tags = (0..<Limits.tags).map { "\($0)" + String(repeating: "t", count: Limits.tag - 2) }
        let id = try vault.add(
            String(repeating: "i", count: Limits.name), String(repeating: "n", count: Limits.name),
            key: String(repeating: "k", count: Limits.key),
            pin: String(repeating: "p", count: Limits.pin),
            note: String(repeating: "o", count: Limits.note), tags: tags
        ).id
        #expect(try reloaded(vault)[id]?.details.tags == tags)
        #expect(try reloaded(vault).note(of: id)?.utf8.count == Limits.note)
    }

    // MARK: - Changing

    @Test mutating func `an edit changes what it names and keeps the rest`() throws {
        let id = try vault.add("Example", "alice", note: "old", tags: ["a"]).id
        var details = try #require(vault[id]).details
        details.name = "bob"
        try vault.edit(id, details: details, at: 3000)
        #expect(vault.labels == ["Example/bob"])
        #expect(vault.note(of: id) == "old")
        try vault.edit(id, note: "new", at: 3001)
        #expect(try reloaded(vault).note(of: id) == "new")
        #expect(try reloaded(vault).labels == ["Example/bob"])
        try vault.edit(id, note: "", at: 3002)
        #expect(try reloaded(vault)[id]?.noteCount == 0)
        #expect(vault[id]?.modified == 3002)
        #expect(vault[id]?.created == 1000)
        #expect(vault.key(of: id) == bytes("12345678901234567890"))
    }

    @Test mutating func `an edit cannot take another's name`() throws {
        let id = try vault.add("Example", "alice").id
        try vault.add("Example", "bob", key: "another key")
        #expect(
            refusal { () throws(VaultError) in
                try vault.edit(id, details: AccountDetails(issuer: "Example", name: "bob"), at: 2000)
            } == .exists("Example/bob"))
        #expect(vault.labels == ["Example/alice", "Example/bob"])
    }

    @Test mutating func `what is in the trash gives way, and can be had back for 30 days`() throws {
        let id = try vault.add("Example", "alice", note: "n").id
        let other = try vault.add("Example", "bob", key: "another key").id
        try vault.remove(id, at: 5000)
        #expect(vault.labels == ["Example/bob"])
        #expect(vault.trash.map(\.id) == [id])
        #expect(vault.trashCount == 1)
        #expect(refusal { () throws(VaultError) in _ = try vault.find("alice") } == .notFound)
        #expect(try vault.findInTrash("alice").id == id)
        #expect(refusal { () throws(VaultError) in try vault.edit(id, note: "", at: 1) } == .notFound)
        #expect(refusal { () throws(VaultError) in try vault.move(id, to: .first, at: 1) } == .notFound)
        #expect(refusal { () throws(VaultError) in try vault.remove(id, at: 1) } == .notFound)
        try vault.purgeTrash(at: 5000 + Contents.trashSeconds - 1)
        vault = try reloaded(vault)
        try vault.restore(id, at: 6000)
        #expect(vault.labels == ["Example/bob", "Example/alice"])
        #expect(vault.note(of: id) == "n")
        try vault.remove(other, at: 7000)
        try vault.purgeTrash(at: 7000 + Contents.trashSeconds)
        #expect(vault.trash.isEmpty)
        #expect(try reloaded(vault).labels == ["Example/alice"])
    }

    @Test mutating func `a vault that stays open empties its trash with the saves of later days`() throws {
        let (start, day): (UInt64, UInt64) = (1_800_000_000, 86_400)
        let id = try vault.add("Example", "alice", at: start).id
        try vault.remove(id, at: start)
        for number in 0...32 {
            try vault.prepareSave(auditSequence: 0, auditHash: .init(repeating: 0), at: start + UInt64(number) * day)
            if number == 29 { #expect(vault.trashCount == 1) }
        }
        #expect(vault.trash.isEmpty)
    }

    @Test mutating func `a purged account leaves two tombstones and nothing of its content`() throws {
        let id = try vault.add("Issuer4711", "name4711", key: "key4711", note: "note4711").id
        let credential = try #require(vault[id]?.credential).id
        try vault.remove(id, at: 5000)
        try vault.purgeTrash(at: 5000 + Contents.trashSeconds)
        #expect(!payload(vault).contains(bytes("4711")))
        for (id, kind) in [(id, 4), (credential, 5)] as [(Vault.Identifier, UInt8)] {
            let tombstone = try #require(vault.records[id])
            #expect(tombstone.kind == 0)
            let only = try fields(of: tombstone).filter { $0.tag < 61 }
            #expect(only.count == 1 && only[0].tag == 1 && only[0].value == [kind])
        }
        // The same key may come again, as another account.
        #expect(try vault.add("Issuer4711", "name4711", key: "key4711").outcome == .added)
    }

    @Test mutating func `an account whose name was taken meanwhile stays in the trash`() throws {
        let id = try vault.add("Example", "alice").id
        try vault.remove(id, at: 2000)
        try vault.add("Example", "alice", key: "another key")
        #expect(refusal { () throws(VaultError) in try vault.restore(id, at: 3000) } == .exists("Example/alice"))
        #expect(vault.trashCount == 1)
    }

    @Test mutating func `a counter only goes up`() throws {
        let id = try vault.add("Example", "alice", Parameters(kind: .hotp, counter: 5)).id
        try vault.advanceCounter(of: id, to: 6, at: 2000)
        for counter in [6, 5, 0, .max] as [UInt64] {
            let error = refusal { () throws(VaultError) in try vault.advanceCounter(of: id, to: counter, at: 2000) }
            if case .badValue = error {} else { Issue.record("\(counter) was accepted") }
        }
        #expect(try reloaded(vault)[id]?.credential?.parameters.counter == 6)
        #expect(try reloaded(vault)[id]?.modified == 2000)
    }

    @Test mutating func `settings are kept`() throws {
        #expect(vault.settings.idleSeconds == 900)
        #expect(vault.settings.absoluteSeconds == 28_800)
        try vault.set(Settings(idleSeconds: 60, absoluteSeconds: 0), at: 2000)
        #expect(try reloaded(vault).settings == Settings(idleSeconds: 60, absoluteSeconds: 0))
    }

    @Test mutating func `ways in come and go, but the last one stays`() throws {
        let first = try #require(vault.unlockMethods.first)
        let second = try cheapWay("second", at: 2000)
        try vault.put(second, at: 2000)
        #expect(try reloaded(vault).unlockMethods == [first, second])
        try vault.removeUnlockMethod(first.id, at: 3000)
        #expect(refusal { () throws(VaultError) in try vault.removeUnlockMethod(second.id, at: 3000) } == .notFound)
        #expect(try reloaded(vault).unlockMethods == [second])
        #expect(vault.records[first.id]?.kind == 0)
    }

    @Test mutating func `each save is one generation more and holds the audit log's end`() throws {
        let hash = Sodium.sha256(bytes("line").span)
        for number in 1...3 {
            try vault.prepareSave(auditSequence: UInt64(number * 10), auditHash: hash, at: UInt64(2000 + number))
        }
        let read = try reloaded(vault)
        #expect(read.generation == 3)
        #expect(read.auditSequence == 30)
        #expect(array(read.auditHash.span) == array(hash.span))
        #expect(read.vault == vault.vault)
        #expect(read.created == 1000)
        vault.continueGenerations(after: 1 << 62)
        let hash2 = hash
        #expect(
            refusal { () throws(VaultError) in try vault.prepareSave(auditSequence: 40, auditHash: hash2, at: 2010) }
                == .tooLarge("its number of saves"))
        #expect(try reloaded(vault).generation == 3)
    }
}

extension [UInt8] {
    /// Whether `part` occurs.
    func contains(_ part: [UInt8]) -> Bool {
        part.count <= count && (0...(count - part.count)).contains { self[$0..<($0 + part.count)].elementsEqual(part) }
    }
}
