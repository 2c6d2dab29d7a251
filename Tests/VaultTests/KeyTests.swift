import Platform
import Testing

@testable import Vault

/// What a test says of a key; its private key is one byte, repeated.
func newKey(
    _ relyingParty: String = "example.org", _ kind: KeyKind = .synced, user: String = "alice",
    handle: [UInt8] = [1, 2, 3], flags: KeyFlags = [.discoverable, .hmacSecret]
) -> NewKey {
    var new = NewKey(relyingParty: relyingParty, kind, .edDSA, .ctap)
    (new.userName, new.userHandle, new.flags) = (user, handle, flags)
    return new
}

extension Contents {
    @discardableResult
    mutating func addKey(
        _ new: NewKey, secret: UInt8 = 7, blob: String = "", account: Vault.Identifier? = nil, at utc: UInt64 = 1000
    ) throws(VaultError) -> KeyCredential {
        let privateKey = [UInt8](repeating: secret, count: 32)
        let publicKey = Sodium.signingPublicKey(seed: privateKey.span)
        let blob = bytes(blob)
        return try addKey(
            new, privateKey: privateKey.span, publicKey: publicKey.span, blob: blob.span, account: account, at: utc)
    }
}

extension KeyCredential {
    var privateKey: [UInt8] { withPrivateKey { array($0) } }
    var blob: [UInt8] { withBlob { array($0) } }
    func seed(isVerified: Bool) -> [UInt8] { withSeed(isVerified: isVerified) { array($0) } }

    /// Whether the half of it that is public is all that everybody may see of `other`, and nothing else.
    func publicHalf(is other: KeyCredential) -> Bool {
        guard let half = try? publicHalf else { return false }
        return half.privateKey.isEmpty && half.blob.isEmpty && half.seed(isVerified: true).isEmpty
            && half.seed(isVerified: false).isEmpty && half.publicKey == other.publicKey && half.id == other.id
            && half.relyingParty == other.relyingParty && half.userName == other.userName
    }
}

/// The keys of a vault: what they keep, and what becomes of them.
@Suite struct KeyTests {
    @Test func `a key keeps all that it was made with`() throws {
        var vault = try emptyVault()
        var new = newKey("example.org", .deviceBound, flags: [.discoverable, .alwaysVerify, .hmacSecret])
        (new.relyingPartyName, new.displayName, new.label, new.protection) = ("Example", "Alice A.", "desk", 3)
        let made = try vault.addKey(new, blob: "a blob", at: 1234)
        let key = try #require(try reloaded(vault).key(made.id))
        #expect(key.credentialID == made.credentialID && key.credentialID.count == 32)
        #expect((key.kind, key.algorithm, key.transport, key.protection) == (.deviceBound, .edDSA, .ctap, 3))
        #expect(key.flags == new.flags && key.publicKey == made.publicKey && key.publicKey.count == 32)
        #expect((key.relyingParty, key.relyingPartyName) == ("example.org", "Example"))
        #expect((key.userName, key.displayName, key.label) == ("alice", "Alice A.", "desk"))
        #expect((key.counter, key.created, key.lastUsed, key.removed, key.order) == (0, 1234, 0, 0, 1))
        #expect(key.userHandle == [1, 2, 3] && key.blob == bytes("a blob"))
        #expect(key.privateKey == [UInt8](repeating: 7, count: 32))
        #expect(key.seed(isVerified: true).count == 32 && key.seed(isVerified: false).count == 32)
        #expect(key.seed(isVerified: true) != key.seed(isVerified: false))
        #expect(!key.isEligible && !key.isBackedUp && !key.isPlaceholder)
        #expect(payload(try reloaded(vault)) == payload(vault))
    }

    @Test func `a key knows the hosts that it was used at, the last one first`() throws {
        var vault = try emptyVault()
        let made = try vault.addKey(newKey("ssh:"))
        let hosts = (0..<10).map { [UInt8](repeating: $0, count: 32) }
        for host in hosts { _ = try vault.useKey(made.id, at: 2000, host: host) }
        _ = try vault.useKey(made.id, at: 2001, host: hosts[5])
        _ = try vault.useKey(made.id, at: 2002)
        let key = try #require(try reloaded(vault).key(made.id))
        let order = [5, 9, 8, 7, 6, 4, 3, 2]
        for (number, host) in hosts.enumerated() {
            #expect(key.hostsSince(host) == order.firstIndex(of: number), "host \(number)")
        }
        #expect(key.publicHalf(is: made))
    }

    @Test func `room is made by what has been in the trash longest, else by what is replaced`() throws {
        var vault = try emptyVault()
        let keys = try (0..<4).map { try vault.addKey(newKey("s\($0).example"), at: 1000) }
        try vault.removeKey(keys[2].id, at: 1001)
        try vault.removeKey(keys[1].id, at: 1002)
        for (gone, left) in [(2, [0, 1, 3]), (1, [0, 3]), (3, [0])] {
            try vault.makeRoomForKey(in: [keys[3]], at: 1003)
            #expect(vault.keyOrTrash(keys[gone].id) == nil)
            #expect(left.allSatisfy { vault.keyOrTrash(keys[$0].id) != nil })
        }
        try vault.makeRoomForKey(in: [], at: 1004)
        #expect(try reloaded(vault).keyCount == 1)
    }

    @Test func `a PIN goes, and how the owner is verified besides stays`() throws {
        var vault = try emptyVault()
        let hash = [UInt8](repeating: 9, count: SecurityPIN.hashBytes)
        try vault.setFreshUnlock(seconds: 300, at: 1)
        try vault.setPIN(hash: hash.span, at: 2)
        try vault.setPINRetries(3, at: 3)
        #expect(try reloaded(vault).pin.freshSeconds == 300)
        try vault.removePIN(at: 4)
        let pin = try reloaded(vault).pin
        #expect((pin.isSet, pin.freshSeconds, pin.retries) == (false, 300, SecurityPIN.mostRetries))
        try vault.setFreshUnlock(seconds: 0, at: 5)
        #expect(try reloaded(vault).pin.freshSeconds == 0)
        try vault.setPIN(hash: hash.span, at: 6)
        try vault.clearPIN(at: 7)
        #expect(try !reloaded(vault).pin.isSet)
    }

    @Test func `a key without an account makes one for its site, and the next of the same user joins it`() throws {
        var vault = try emptyVault()
        let first = try vault.addKey(newKey())
        let second = try vault.addKey(newKey(), secret: 8)
        let other = try vault.addKey(newKey(user: "bob\u{1b}[0m"), secret: 9)
        #expect(first.account == second.account && vault.labels == ["example.org/alice", "example.org/bob[0m"])
        #expect(vault[first.account]?.credential == nil)
        let own = try vault.add("Mail", "me").id
        let given = try vault.addKey(newKey(), secret: 10, account: own)
        #expect(given.account == own && vault.labels.count == 3)
        #expect(vault.keys(of: first.account).map(\.id) == [first.id, second.id])
        #expect(vault.keys.map(\.id) == [first.id, second.id, other.id, given.id])
        #expect(vault.keys.map(\.order) == [1, 2, 3, 4])
        let missing = refusal { () throws(VaultError) in
            try vault.addKey(newKey(), secret: 11, account: Identifier(high: 1, low: 1))
        }
        #expect(missing == .notFound)
    }

    @Test func `keys are found by their site, newest first, and by their credential id`() throws {
        var vault = try emptyVault()
        let first = try vault.addKey(newKey(), at: 1000)
        let second = try vault.addKey(newKey(user: "bob"), secret: 8, at: 1000)
        try vault.addKey(newKey("other.org"), secret: 9)
        let hash = KeyCredential.hash(ofRelyingParty: "example.org")
        #expect(vault.keys(relyingPartyHash: hash).map(\.id) == [second.id, first.id])
        let u2f = try vault.addKey(newKey(KeyCredential.relyingParty(u2f: hash.span), user: ""), secret: 10)
        #expect(vault.keys(relyingPartyHash: hash).map(\.id) == [u2f.id, second.id, first.id])
        #expect(u2f.relyingParty.hasPrefix("u2f:") && u2f.relyingParty.utf8.count == 68)
        let found = vault.key(credentialID: first.credentialID)
        #expect(found?.id == first.id)
        var wrong = first.credentialID
        wrong[31] ^= 1
        let none = vault.key(credentialID: wrong)
        #expect(none == nil)
    }

    @Test func `counters of bound keys grow, those of synced ones stay`() throws {
        var vault = try emptyVault()
        let bound = try vault.addKey(newKey("a.org", .deviceBound))
        let synced = try vault.addKey(newKey("b.org"), secret: 8)
        for wanted: UInt32 in 1...3 {
            #expect(try vault.useKey(bound.id, at: 2000).counter == wanted)
            #expect(try vault.useKey(synced.id, at: 2000).counter == 0)
        }
        let read = try reloaded(vault)
        #expect(read.key(bound.id)?.counter == 3 && read.key(bound.id)?.lastUsed == 2000)
        #expect(read.key(bound.id)?.privateKey == bound.privateKey)
        var last = try #require(vault.key(bound.id))
        last.counter = .max
        try vault.replace(last, at: 3000)
        let end = refusal { () throws(VaultError) in _ = try vault.useKey(bound.id, at: 4000) }
        #expect(end == .badKey("more signatures: its counter is at its end"))
    }

    @Test func `what is said of a key changes, its secrets do not`() throws {
        var vault = try emptyVault()
        let key = try vault.addKey(newKey(), blob: "blob")
        let account = try vault.add("Mail", "me").id
        try vault.editKey(key.id, label: "desk", userName: "al", displayName: "Al", account: account, at: 2000)
        let changed = try #require(try reloaded(vault).key(key.id))
        #expect((changed.label, changed.userName, changed.displayName) == ("desk", "al", "Al"))
        #expect(changed.account == account && changed.privateKey == key.privateKey && changed.blob == key.blob)
        #expect(changed.seed(isVerified: true) == key.seed(isVerified: true))
        let long = String(repeating: "x", count: Limits.keyName + 1)
        #expect(refusal { () throws(VaultError) in try vault.editKey(key.id, label: long, at: 1) } != nil)
    }

    @Test func `a key goes to the trash, comes back, and ends there after 30 days`() throws {
        var vault = try emptyVault()
        let first = try vault.addKey(newKey())
        let second = try vault.addKey(newKey(), secret: 8)
        try vault.removeKey(first.id, at: 2000)
        #expect(vault.key(first.id) == nil && vault.keysInTrash.map(\.id) == [first.id] && vault.trashCount == 0)
        try vault.restoreKey(first.id, at: 2001)
        #expect(vault.key(first.id) != nil && vault.keysInTrash.isEmpty)
        try vault.removeKey(first.id, at: 3000)
        try vault.purgeTrash(at: 3000 + Contents.trashSeconds)
        #expect(vault.keyOrTrash(first.id) == nil && vault.key(second.id) != nil)
        #expect(vault.records[first.id]?.isTombstone == true)
        let gone = refusal { () throws(VaultError) in try vault.restoreKey(first.id, at: 4000) }
        #expect(gone == .noKey)
    }

    @Test func `an account that has only this key goes and comes with it`() throws {
        var vault = try emptyVault()
        let key = try vault.addKey(newKey())
        try vault.removeKey(key.id, at: 2000)
        #expect(vault.labels.isEmpty && vault.trashCount == 1 && vault.keyCount == 0)
        try vault.restoreKey(key.id, at: 3000)
        #expect(vault.labels == ["example.org/alice"] && vault.keyCount == 1)
        // Where the name was taken meanwhile, the key goes to the account that has it.
        try vault.removeKey(key.id, at: 4000)
        let other = try vault.addKey(newKey(), secret: 8)
        try vault.restoreKey(key.id, at: 5000)
        #expect(vault.key(key.id)?.account == other.account)
        try vault.remove(other.account, at: 6000)
        try vault.purgeTrash(at: 6000 + Contents.trashSeconds)
        #expect(vault.keyOrTrash(key.id) == nil && vault.records[other.id]?.isTombstone == true)
    }

    @Test func `bounds hold`() throws {
        var vault = try emptyVault()
        var wrong = newKey(String(repeating: "x", count: 256))
        #expect(refusal { () throws(VaultError) in try vault.addKey(wrong) } != nil)
        wrong = newKey("")
        #expect(refusal { () throws(VaultError) in try vault.addKey(wrong) } != nil)
        wrong = newKey(handle: [UInt8](repeating: 0, count: 65))
        #expect(refusal { () throws(VaultError) in try vault.addKey(wrong) } != nil)
        wrong = newKey(flags: .backedUp)
        #expect(refusal { () throws(VaultError) in try vault.addKey(wrong) } != nil)
        wrong = newKey()
        wrong.protection = 4
        #expect(refusal { () throws(VaultError) in try vault.addKey(wrong) } != nil)
        let blob = String(repeating: "x", count: 33)
        #expect(refusal { () throws(VaultError) in try vault.addKey(newKey(), blob: blob) } != nil)
        #expect(vault.keyCount == 0 && vault.count == 0)
        let key = try vault.addKey(newKey())
        for index in 1..<Limits.securityKeys {
            let id = Identifier(high: 99, low: UInt64(index))
            vault.keyTable[id] = key
        }
        let full = refusal { () throws(VaultError) in try vault.addKey(newKey(), secret: 8) }
        #expect(!vault.hasRoomForKey && full == .tooLarge("1000 security keys"))
    }

    @Test func `records that no release has written are damage, those of a newer one are not touched`() throws {
        var vault = try emptyVault()
        let key = try vault.addKey(newKey())
        let record = try #require(vault.records[key.id])
        let good = try fields(of: record)
        func error(_ tag: UInt8, _ value: [UInt8]?) throws -> VaultError? {
            let others = good.filter { $0.tag != tag }
            let changed = try Tests.record(
                RecordKind.key.rawValue, id: key.id, others + (value.map { [(tag, $0)] } ?? []))
            return refusal { () throws(VaultError) in _ = try KeyCredential(changed) }
        }
        #expect(try error(99, [1]) == nil)
        for tag: UInt8 in [1, 2, 3, 5, 6, 7] { #expect(isDamage(try error(tag, nil))) }
        #expect(isDamage(try error(2, [UInt8](repeating: 1, count: 32))))
        #expect(isDamage(try error(5, [UInt8](repeating: 1, count: 31))))
        #expect(isDamage(try error(13, [UInt8](repeating: 1, count: 31))))
        #expect(isDamage(try error(16, [0, 0, 0, 1])))
        #expect(isDamage(try error(3, [1, 2, 1, 0])))
        for form: [UInt8] in [[3, 2, 1, 1], [1, 3, 1, 1], [1, 2, 5, 1], [1, 2, 1, 4]] {
            #expect(try error(3, form) == .newerFormat)
        }
        // Flags and fields that a newer release has added stay.
        let newer = try Tests.record(
            RecordKind.key.rawValue, id: key.id,
            good.filter { $0.tag != 4 } + [(4, [0x80, 0x09]), (200, [1, 2])])
        vault.records[key.id] = newer
        vault.keyTable[key.id] = try KeyCredential(newer)
        try vault.editKey(key.id, label: "new", at: 2000)
        let after = try fields(of: try #require(vault.records[key.id]))
        #expect(after.contains { $0.tag == 4 && $0.value == [0x80, 0x09] })
        #expect(after.contains { $0.tag == 200 && $0.value == [1, 2] })
    }
}

/// `record` of the helpers, where a local has its name.
private enum Tests {
    static func record(
        _ kind: UInt8, id: Vault.Identifier, _ fields: [(tag: UInt8, value: [UInt8])]
    ) throws -> Record {
        try VaultTests.record(kind, id: id, fields)
    }
}

/// The PIN of a machine.
@Suite struct SecurityPINTests {
    private let hash = [UInt8](0..<16)

    @Test func `none is set at first; once set it is known, and counts`() throws {
        var vault = try emptyVault()
        #expect(!vault.pin.isSet && vault.pin.retries == 8 && vault.pin.minimumLength == 4)
        try vault.setPIN(hash: hash.span, at: 1000)
        try vault.setPINRetries(7, at: 1001)
        let read = try reloaded(vault).pin
        #expect(read.isSet && read.retries == 7 && !read.mustChange)
        let isRight = read.isRight(hash.span)
        #expect(isRight)
        var wrong = hash
        wrong[15] ^= 1
        let isWrongRight = read.isRight(wrong.span)
        #expect(!isWrongRight)
        var stricter = vault.pin
        (stricter.minimumLength, stricter.mustChange) = (6, true)
        let record = try stricter.record(over: vault.records[.single(.pin)], hash: nil, at: 1002)
        vault.records[record.id] = record
        let isStillRight = vault.pin.isRight(hash.span)
        #expect(isStillRight)
        #expect(vault.pin.minimumLength == 6 && vault.pin.mustChange && vault.pin.retries == 7)
        try vault.setPIN(hash: wrong.span, at: 1004)
        #expect(vault.pin.retries == 8 && !vault.pin.mustChange && vault.pin.minimumLength == 6)
        try vault.clearPIN(at: 1005)
        #expect(!vault.pin.isSet && vault.pin.minimumLength == 4)
        #expect(try !reloaded(vault).pin.isSet)
    }

    @Test func `it stays on its machine`() throws {
        var vault = try emptyVault()
        try vault.setPIN(hash: hash.span, at: 1000)
        try vault.prepareSave(auditSequence: 0, auditHash: .init(repeating: 0), at: 1000)
        let sealed = try Backup.seal(vault, machine: "desk", previous: .init(repeating: 0), at: 2000)
        let backup = try Backup(sealed.bytes.span, of: vault)
        #expect(backup.contents.records[.single(.pin)] == nil)
        for mode in [MergeMode.restore, .sync] {
            let other = try Contents(beginningLike: vault)
            let merged = try other.merging(vault, mode: mode, MergeLabels(source: "b", at: 3000), at: 3000)
            #expect(!merged.contents.pin.isSet)
            var own = vault
            try own.setPIN(hash: [UInt8](repeating: 9, count: 16).span, at: 1)
            try vault.setPINRetries(3, at: 4000)
            let kept = try own.merging(vault, mode: mode, MergeLabels(source: "b", at: 3000), at: 3000)
            #expect(kept.contents.pin.retries == 8)
        }
    }
}
