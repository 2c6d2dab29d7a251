import Age
import OneTimePassword
import Platform
import Testing

@testable import Vault

/// What holds for the fields of all records: one description reads and writes them, and nothing else is lost.
@Suite struct FieldTests {
    /// A set of two keepers, a card, and a token that is kept for somebody.
    private static func keepers(in vault: inout Contents, _ owner: OwnerKey) throws {
        let keys = [UInt8](repeating: 6, count: 64)
        try vault.beginKeeping(key: keys.span.extracting(first: 32), at: 1000)
        try vault.keep(at: 1000) { keeping in
            keeping.name = "Grace"
            keeping.bindings = [[UInt8](repeating: 1, count: 16)]
            keeping.ended = [.init(owner: [UInt8](repeating: 2, count: 32), token: .random())]
            keeping.proofs = [.init(token: .random(), time: 5)]
        }
        // Another machine has begun apart.
        var there = try emptyVault()
        let other = [UInt8](repeating: 7, count: 32)
        try there.beginKeeping(key: other.span, at: 1000)
        let id = Identifier.single(.keeping)
        if let own = vault.records[id], let their = there.records[id] {
            vault.records[id] = try Keeping.joined(own, their, used: [], takesCards: true)
        }
        var set = Keepers()
        set.earlier = [.init(point: [UInt8](repeating: 4, count: 64), token: .random())]
        (set.set, set.threshold, set.owner) = (.random(), 2, [UInt8](repeating: 3, count: 64))
        set.recipient = try X25519Identity.random().recipient.publicKey
        for place in 0..<2 {
            set.keepers.append(
                .init(
                    name: "Ada \(place)", point: [UInt8](repeating: 4, count: 64),
                    binding: [UInt8](repeating: 5, count: 16), label: .random(), token: .random(),
                    commitment: [UInt8](repeating: 6, count: 32), key: 32 * place..<32 * place + 32))
        }
        try vault.replaceKeepers(by: set, keys.span, owner, at: 1000)
        try vault.noteKeepersUsed(at: 1000)
        var token = RecoveryToken()
        (token.owner, token.name, token.token) = ([UInt8](repeating: 3, count: 64), "Linus", .random())
        (token.bytes, token.binding, token.wait, token.issued, token.expires) = (
            [1, 2], [UInt8](repeating: 5, count: 16), 60, 1, 2
        )
        (token.since, token.status) = (3, .retrieved)
        token.asked = [.init(request: .random(), time: 4)]
        try vault.put(token, at: 1000)
    }

    /// A vault with a record of every kind, and a manifest of it.
    private static func records() throws -> [Record] {
        var vault = try emptyVault()
        let id = try vault.add(
            "Example", "alice", pin: "1234", Parameters(kind: .hotp), note: "spare", tags: ["a", "b"]
        )
        .id
        let origin = AccountOrigin(state: .needsVerification, batch: .random())
        try vault.noteImport(#require(origin.batch), from: "Aegis", added: 1, at: 1000)
        let imported = try vault.add("Other", "bob", nil, from: origin).id
        try vault.setRecoveryCodes(of: id, ["one-1", "two-2"], used: [0], service: "github", inOrder: true)
        let secret = [UInt8](repeating: 7, count: 32)
        let blob = bytes("blob")
        var key = NewKey(relyingParty: "example.com", .deviceBound, .edDSA, .ctap)
        (key.flags, key.userHandle, key.userName, key.label) = ([.hmacSecret], [1, 2], "alice", "desk")
        _ = try vault.addKey(
            key, privateKey: secret.span, publicKey: secret.span, blob: blob.span, account: imported, at: 1000)
        try vault.setPIN(hash: secret.span.extracting(first: 16), at: 1000)
        try vault.set(Settings(idleSeconds: 1, absoluteSeconds: 2), at: 1000)
        let recipient = try #require(vault.unlockMethods.first).recipient
        let codes = try (0..<Limits.kitCodes.lowerBound).map { _ in try OwnerKey(X25519Identity.random()) }
        try vault.replaceCodes(by: codes.map(\.recipient), signing: codes, at: 1000)
        try vault.note(
            kitNaming: [
                .init(name: "nas", configured: .random(), described: .random()),
                .init(
                    name: "", configured: .zero, described: .zero),
            ], at: 1000)
        try vault.note(
            [KnownPlace(.folder, name: "disk", place: "/media/disk", isUnattended: true, isFormer: false)], at: 1000)
        var planned = KnownPlace(.rclone, name: "cloud", place: "cloud:fob")
        (planned.days, planned.weeks, planned.months, planned.hours) = (30, 1, 2, 6)
        try vault.note([planned], at: 1000)
        let file = UnlockMethod(
            source: .recoveryKey(file: [1, 2, 3]), label: "file", recipient: recipient, at: 1000)
        let owner = try OwnerKey(X25519Identity.random())
        try vault.replacePassphrase(by: cheapWay("passphrase"), file, owner, at: 1000)
        let gone = try vault.add("Gone", "carol").id
        vault.records[gone] = try #require(vault.records[gone]).tombstone(.replaced, at: 1000)
        var mark = AuditState.Mark()
        (mark.sequence, mark.start, mark.missing) = (5, 2, 3)
        let keys = [UInt8](repeating: 8, count: 2 * AuditState.keyBytes)
        try vault.note([mark, AuditState.Mark()], firstKeys: keys.span, nextKeys: keys.span, at: 1000)
        try vault.prepareSave(auditSequence: 5, auditHash: .init(repeating: 9), at: 1000)
        let other = UnlockMethod(source: .recoveryKey(file: [4]), label: "file", recipient: recipient, at: 1000)
        try vault.replacePassphrase(by: cheapWay("another"), other, owner, former: owner, at: 1000)
        try vault.renewBackupKeys(at: 1000)
        try keepers(in: &vault, owner)
        var former = try emptyVault()
        try former.prepareSave(auditSequence: 0, auditHash: .init(repeating: 0), at: 1000)
        try vault.note(earlier: former, machine: "desk", at: 1000)
        var manifest = Manifest(
            vault: vault.vault, sequence: 1, time: 2, machine: "desk", previous: .init(repeating: 3))
        manifest.earlier = [.init(time: 1, sequence: 1)]
        return Array(vault.records.values) + [try manifest.record(signedBy: #require(vault.backupKeys))]
    }

    /// What of `list` is written over `old`, from whose body it was read.
    private func written(_ list: some FieldList, over old: Record, keeps: Bool) throws -> [[UInt8]] {
        let body = try old.body.withBytes { (lent: Span<UInt8>) throws(VaultError) in
            try list.body(from: lent, over: keeps ? old : nil)
        }
        let again = Record(id: old.id, kind: old.kind, revision: 1, modified: 1, body: SharedSecret(try Secret(body)))
        return try fields(of: again).map { [$0.tag] + $0.value }
    }

    /// Unknown fields stay, in their order, behind the known ones, which are written as if those were not there.
    private func check(_ blank: some FieldList, _ plain: Record, _ generator: inout SeededGenerator) throws {
        let known = try fields(of: plain)
        var list = blank
        try list.read(plain)
        let canonical = try written(list, over: plain, keeps: false)
        #expect(Set(canonical) == Set(known.map { [$0.tag] + $0.value }))
        #expect(try written(list, over: plain, keeps: true) == canonical)
        for length in Array(0...260) + [511, 512, 513, 4096, 20_000] {
            let unknown = [UInt8](arrayLiteral: 0, 40, 63, 64, 65, 200, 255, 200).map { tag in
                (tag: tag, value: (0..<length).map { _ in UInt8.random(in: 0...255, using: &generator) })
            }
            var mixed = known
            var place = 0
            for field in unknown {
                place = Int.random(in: place...mixed.count, using: &generator)
                mixed.insert(field, at: place)
                place += 1
            }
            let old = try record(plain.kind, id: plain.id, mixed)
            var list = blank
            try list.read(old)
            let wanted = canonical + unknown.map { [$0.tag] + $0.value }
            try #require(try written(list, over: old, keeps: true) == wanted, "\(length) bytes")
        }
    }

    @Test func `unknown fields of every record survive reading and writing`() throws {
        var generator = SeededGenerator(state: 1)
        var kinds: Set<UInt8> = []
        for record in try Self.records() {
            kinds.insert(record.kind)
            func check(_ blank: some FieldList) throws { try self.check(blank, record, &generator) }
            switch try #require(RecordKind(rawValue: record.kind)) {
            case .tombstone: try check(Tombstone())
            case .vault: try check(VaultHead(record))
            case .unlockMethod: try check(UnlockMethod.Fields())
            case .settings: try check(Settings())
            case .account: try check(Account.Fields(id: record.id))
            case .credential: try check(Credential.Fields())
            case .recoveryCodes: try check(RecoverySet(id: record.id, body: record.body))
            case .lastImport: try check(LastImport(batch: .zero, time: 0, source: "", added: 0))
            case .access: try check(Contents.Access())
            case .key:
                let blank = KeyCredential(
                    id: record.id, kind: .synced, algorithm: .es256, transport: .ssh, protection: 1, body: record.body)
                try check(KeyCredential.Fields(key: blank))
            case .keepers: try check(Keepers())
            case .keeping: try check(Keeping())
            case .recoveryToken: try check(RecoveryToken())
            case .lines: try check(KnownLines())
            case .kit: try check(EmergencyKit())
            case .earlierVault: try check(EarlierVault())
            case .backupPlace: try check(KnownPlace())
            case .pin: try check(SecurityPIN())
            case .audit: try check(AuditState.Fields())
            case .undo: try check(MergeUndo(id: record.id))
            case .undoPage: try check(UndoPage())
            case .displaced: continue
            case .epoch: try check(Epoch())
            case .backupKeys: try check(BackupKeys.Fields())
            case .manifest:
                try check(Manifest(vault: .zero, sequence: 0, time: 0, machine: "", previous: .init(repeating: 0)))
            }
        }
        #expect(kinds == [0, 1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 14, 16, 17, 19, 22, 24, 26, 27, 28, 29])
    }

    @Test func `of two fields with one tag the last counts`() throws {
        let twice = try record(3, [(1, [0, 0, 0, 1]), (2, [0, 0, 0, 2]), (1, [0, 0, 0, 3])])
        #expect(try Settings(twice) == Settings(idleSeconds: 3, absoluteSeconds: 2))
    }

    @Test func `fields are read in any order, among others that nobody knows`() throws {
        let fields: [(tag: UInt8, value: [UInt8])] = [
            (1, bytes("Example")), (2, bytes("alice")), (4, bytes("a")), (4, bytes("b")),
            (5, [0, 0, 0, 0, 0, 0, 0, 7]), (60, [1]), (9, [0, 0, 0, 0, 0, 0, 0, 9]), (18, [1]), (200, [2]),
        ]
        let id = Identifier.random()
        for turn in fields.indices {
            for order in [fields, fields.reversed()] {
                let turned = Array(order[turn...] + order[..<turn])
                let account = try Account(record(4, id: id, turned))
                let tags = turned.filter { $0.tag == 4 }.map { String(decoding: $0.value, as: UTF8.self) }
                #expect(account.details == AccountDetails(issuer: "Example", name: "alice", tags: tags, verify: true))
                #expect(account.position == 7 && account.created == 9 && account.removed == 0)
            }
        }
    }

    @Test func `a field that is cut short is damage`() throws {
        for cut in [[1], [1, 0], [1, 0, 4, 0, 0, 0], [200, 0, 1]] as [[UInt8]] {
            let body = SharedSecret(try Secret(copying: cut.span))
            let record = Record(id: .single(.settings), kind: 3, revision: 1, modified: 1, body: body)
            #expect(isDamage(refusal { () throws(VaultError) in _ = try Settings(record) }))
        }
    }
}
