import Foundation
import OneTimePassword
import Testing

@testable import Vault

/// Something that the owner has said of an account or a key.
private struct Act {
    enum Field: CaseIterable { case name, note, tags, confirm, lifetime, bound, removed, label }

    let field: Field
    let value: String
    /// What he had said of the same before, as far as that machine knew.
    let seen: Set<Int>
}

/// A vault, and what of the owner's acts has reached it by which way ever: what must be in it is computed of these alone.
private struct Copy {
    var vault: Contents
    /// Acts by account or key.
    var known: [Vault.Identifier: Set<Int>] = [:]
    /// Accounts that are the same as another one, and went to the trash for it.
    var twins: Set<Vault.Identifier> = []
    /// The keys of those.
    var twinKeys: Set<[UInt8]> = []
}

extension Contents {
    /// False when the name is taken.
    fileprivate mutating func change(
        _ id: Vault.Identifier, _ details: AccountDetails, note: String?, isBound: Bool, at utc: UInt64
    ) throws(VaultError) -> Bool {
        do throws(VaultError) {
            if let note {
                try edit(id, details: details, note: note, at: utc)
            } else {
                try edit(id, details: details, note: nil, isDeviceBound: isBound, at: utc)
            }
            return true
        } catch {
            guard case .exists = error else { throw error }
            return false
        }
    }

    fileprivate mutating func bringBack(_ id: Vault.Identifier, at utc: UInt64) throws(VaultError) -> Bool {
        do throws(VaultError) {
            try restore(id, at: utc)
            return true
        } catch {
            guard case .exists = error else { throw error }
            return false
        }
    }
}

/// Machines of one owner with clocks of their own, in any of which anything happens, and places where their backups lie.
private struct World {
    var machines: [Copy]
    var clocks: [Int]
    /// What each machine has shipped last; nil before, and when the place is lost.
    var places: [Copy?]
    var backups: [Copy] = []
    var acts: [Act] = []
    /// All security keys that there ever were.
    private var keys: Set<Vault.Identifier> = []
    var random: SeededGenerator
    var time = 1_700_000_000
    var steps = 0
    private var number = 0
    private let seed: UInt64
    /// What is not as it must be.
    private(set) var failures: [String] = []

    init(_ count: Int, seed: UInt64) throws {
        (random, self.seed) = (SeededGenerator(state: seed), seed)
        let vault = try emptyVault()
        machines = try (0..<count).map { _ in Copy(vault: try reloaded(vault)) }
        places = Array(repeating: nil, count: count)
        clocks = Array(repeating: 0, count: count)
    }

    private mutating func expect(_ isSo: Bool, _ failure: @autoclosure () -> String) {
        if !isSo { failures.append("\(failure()): seed \(seed), step \(steps)") }
    }

    private mutating func chance(_ one: Int) -> Bool { Int.random(in: 0..<one, using: &random) == 0 }

    private mutating func token(_ word: String) -> String {
        number += 1
        return "\(word)\(number)"
    }

    private func utc(_ here: Int) -> UInt64 { UInt64(time + clocks[here]) }

    // MARK: Acts

    mutating func step() throws {
        steps += 1
        time += .random(in: 0...4000, using: &random)
        let here = Int.random(in: machines.indices, using: &random)
        if chance(30) { clocks[here] = [0, 0, -200_000_000, 300_000_000, -3600].randomElement(using: &random) ?? 0 }
        switch Int.random(in: 0..<100, using: &random) {
        case ..<12: try add(here)
        case ..<40: try edit(here)
        case ..<45: try remove(here)
        case ..<49: try bringBack(here)
        case ..<51: try purge(here)
        case ..<55: try count(here)
        case ..<57: try move(here)
        case ..<60: try codes(here)
        case ..<65: try editKeys(here)
        case ..<67: backups.append(machines[here])
        case ..<72: try restore(here)
        case ..<73: machines[here].vault = try reloaded(machines[here].vault)
        case ..<74: places[here] = nil
        case ..<85: places[here] = machines[here]
        default: try sync(here, from: Int.random(in: machines.indices, using: &random))
        }
    }

    private mutating func note(_ here: Int, _ id: Vault.Identifier, _ field: Act.Field, _ value: String) {
        let before = (machines[here].known[id] ?? []).filter { acts[$0].field == field }
        acts.append(Act(field: field, value: value, seen: before))
        machines[here].known[id, default: []].insert(acts.count - 1)
    }

    private mutating func any(_ here: Int) -> Account? { machines[here].vault.inOrder.randomElement(using: &random) }

    private mutating func add(_ here: Int) throws {
        // Few names and at times one key twice: collisions are the point.
        let isOld = chance(5) && number > 0
        number += 1
        let which = isOld ? Int.random(in: 1...number, using: &random) : number
        let key = String(repeating: "0", count: 20 - String(which).count) + String(which)
        let text = number % 2 == 0 ? "note\(number)" : ""
        let made = try machines[here].vault.add(
            "Forge", "user\(Int.random(in: 0..<30, using: &random))", key: key,
            Parameters(kind: which.isMultiple(of: 2) ? .hotp : .totp), note: text, at: utc(here))
        guard made.outcome != .same, let account = machines[here].vault[made.id] else { return }
        note(here, made.id, .name, account.details.name)
        for (field, value) in [
            (.note, text), (.tags, ""), (.confirm, ""), (.lifetime, ""), (.bound, ""), (.removed, ""),
        ]
            as [(Act.Field, String)]
        {
            note(here, made.id, field, value)
        }
    }

    private mutating func edit(_ here: Int) throws {
        guard let account = any(here) else { return }
        let field =
            [Act.Field.name, .note, .note, .tags, .confirm, .confirm, .lifetime, .bound]
            .randomElement(using: &random) ?? .note
        var details = account.details
        var (text, value) = ("", "")
        switch field {
        case .name:
            value = token("renamed")
            if chance(3) { value = "user\(number % 30)" }
            details.name = value
        case .note:
            value = token("note")
            if chance(6) { value = "" }
            text = value
        case .tags:
            var left: [String] = []
            for tag in details.tags {
                let isKept = !chance(3)
                if isKept { left.append(tag) }
            }
            left.append(token("tag"))
            details.tags = left
            value = details.tags.joined(separator: ",")
        case .confirm:
            details.confirm.toggle()
            value = details.confirm ? "1" : ""
        case .lifetime:
            number += 1
            details.lifetime = (details.lifetime + (number % 2 == 0 ? 60 : 600)) % 660
            value = details.lifetime == 0 ? "" : "\(details.lifetime)"
        default: value = account.isDeviceBound ? "" : "1"
        }
        if field == .note, text == machines[here].vault.note(of: account.id) { return }
        if field == .name, details.name == account.details.name { return }
        let note = field == .note ? text : nil
        let isBound = account.isDeviceBound != (field == .bound)
        let isDone = try machines[here].vault.change(account.id, details, note: note, isBound: isBound, at: utc(here))
        guard isDone else { return }
        self.note(here, account.id, field, value)
    }

    private mutating func remove(_ here: Int) throws {
        guard let account = any(here) else { return }
        try machines[here].vault.remove(account.id, at: utc(here))
        note(here, account.id, .removed, "1")
    }

    private mutating func bringBack(_ here: Int) throws {
        guard let account = machines[here].vault.trash.randomElement(using: &random) else { return }
        guard try machines[here].vault.bringBack(account.id, at: utc(here)) else { return }
        note(here, account.id, .removed, "")
    }

    private mutating func purge(_ here: Int) throws {
        time += 31 * 86_400
        try machines[here].vault.purgeTrash(at: utc(here))
    }

    private mutating func count(_ here: Int) throws {
        guard let account = any(here), let credential = account.credential, credential.parameters.kind == .hotp else {
            return
        }
        let next = credential.parameters.counter + .random(in: 1...4, using: &random)
        try machines[here].vault.advanceCounter(of: account.id, to: next, at: utc(here))
    }

    private mutating func move(_ here: Int) throws {
        guard let account = any(here) else { return }
        try machines[here].vault.move(account.id, to: chance(2) ? .first : .last, at: utc(here))
    }

    private mutating func codes(_ here: Int) throws {
        guard let account = any(here) else { return }
        if machines[here].vault.recoverySet(of: account.id) == nil {
            try machines[here].vault.setRecoveryCodes(of: account.id, ["aaaa", "bbbb", "cccc"], at: utc(here))
        } else if machines[here].vault.recoverySet(of: account.id)?.left != 0 {
            let code = try machines[here].vault.nextRecoveryCode(of: account.id, at: utc(here))
            try machines[here].vault.useRecoveryCode(of: account.id, code, at: utc(here))
        }
    }

    private mutating func editKeys(_ here: Int) throws {
        guard let account = any(here) else { return }
        guard let key = machines[here].vault.keys.randomElement(using: &random), !chance(3) else {
            let new = NewKey(relyingParty: "example.org", .synced, .edDSA, .script)
            let (secret, open) = ([UInt8](repeating: 7, count: 32), [UInt8](repeating: 8, count: 32))
            let key = try machines[here].vault.addKey(
                new, privateKey: secret.span, publicKey: open.span, account: account.id, at: utc(here))
            keys.insert(key.id)
            note(here, key.id, .label, "")
            note(here, key.id, .removed, "")
            return
        }
        if chance(3) {
            try machines[here].vault.removeKey(key.id, at: utc(here))
            note(here, key.id, .removed, "1")
        } else {
            let label = token("label")
            try machines[here].vault.editKey(key.id, label: label, at: utc(here))
            note(here, key.id, .label, label)
        }
    }

    private mutating func restore(_ here: Int) throws {
        guard let backup = backups.randomElement(using: &random) else { return }
        if chance(4) { machines[here] = Copy(vault: try Contents(beginningLike: backup.vault)) }
        try merge(backup, into: here, .restore)
    }

    mutating func sync(_ here: Int, from there: Int) throws {
        guard there != here, let copy = places[there] else { return }
        try merge(copy, into: here, .sync)
    }

    private mutating func merge(_ their: Copy, into here: Int, _ mode: MergeMode) throws {
        let before = machines[here]
        let done = try before.vault.merging(
            their.vault, mode: mode, MergeLabels(source: "other", at: utc(here)), at: utc(here))
        machines[here].vault = done.contents
        let after = done.contents
        if chance(8), after.undos.last?.number != before.vault.undos.last?.number,
            let undone = try after.undoingMerge(.passphrase, at: utc(here))
        {
            expect(Self.records(undone.contents) == Self.records(before.vault), "an undo is not exact")
        }
        expect(try Self.tables(after) == Self.tables(Contents(Array(after.records.values))), "tables")
        for (id, acts) in their.known {
            let own = before.vault.records[id]
            // An account that is here under another id does not come in.
            guard own != nil || after.records[id] != nil else { continue }
            var acts = acts
            let isBack = own?.isTombstone == true && after.records[id]?.isTombstone == false
            let wasLive = before.vault[id]?.removed == 0 || before.vault.keyOrTrash(id)?.removed == 0
            // Of what was removed for good only that is known.
            if their.vault.records[id]?.isTombstone == true { acts = acts.filter { self.acts[$0].field == .removed } }
            // A restore puts nothing into the trash.
            if mode == .restore, wasLive { acts = acts.filter { self.acts[$0].field != .removed } }
            // One that was removed for good comes back as it is there.
            if isBack {
                machines[here].known[id] = (machines[here].known[id] ?? []).filter { self.acts[$0].field == .removed }
            }
            machines[here].known[id, default: []].formUnion(acts)
            if mode == .restore, isBack {
                let isTrashed = their.vault[id].map { $0.removed != 0 } ?? (their.vault.keyOrTrash(id)?.removed != 0)
                note(here, id, .removed, isTrashed ? "1" : "")
            }
        }
        machines[here].twins.formUnion(their.twins)
        machines[here].twinKeys.formUnion(their.twinKeys)
        if mode == .sync { joinTwins(here) }
        check(here, before.vault, their.vault)
    }

    // MARK: What must be so

    private func standing(_ known: Set<Int>, _ field: Act.Field) -> [String] {
        let own = known.filter { acts[$0].field == field }
        let seen = own.reduce(into: Set<Int>()) { $0.formUnion(acts[$1].seen) }
        return own.subtracting(seen).sorted().map { acts[$0].value }
    }

    /// Accounts that nobody has removed and that are in the trash must be another's twin, which has their acts now.
    private mutating func joinTwins(_ here: Int) {
        let vault = machines[here].vault
        var live: [[UInt8]: Account] = [:]
        for account in vault.inOrder { if let key = vault.key(of: account.id) { live[key] = account } }
        for account in vault.trash {
            guard let known = machines[here].known[account.id], !standing(known, .removed).contains("1"),
                let key = vault.key(of: account.id)
            else { continue }
            let isKnown = machines[here].twins.contains(account.id)
            let other = vault.accounts.values.first { $0.id != account.id && vault.key(of: $0.id) == key }
            expect(isKnown || other != nil, "an account is in the trash that nobody has removed")
            machines[here].twins.insert(account.id)
            machines[here].twinKeys.insert(key)
        }
    }

    private mutating func check(_ here: Int, _ before: Contents, _ their: Contents) {
        let (vault, copy) = (machines[here].vault, machines[here])
        for (id, known) in copy.known {
            let isRemoved = standing(known, .removed).contains("1")
            if keys.contains(id) {
                // One that went with its account has said no more than that.
                guard let key = vault.keyOrTrash(id) else {
                    expect(isRemoved || vault.records[id]?.isTombstone == true, "a key is lost")
                    continue
                }
                expect(standing(known, .label).contains(key.label), "a label is lost")
                expect((key.removed != 0) == isRemoved, "a key is \(isRemoved ? "back" : "gone")")
                continue
            }
            guard let account = vault[id] else {
                expect(isRemoved || copy.twins.contains(id), "an account is lost")
                continue
            }
            if !copy.twins.contains(id) {
                expect((account.removed != 0) == isRemoved, "an account is \(isRemoved ? "back" : "gone")")
            }
            let texts = (vault.note(of: id) ?? "").components(separatedBy: FieldRule.mark.description)
            let notes = Set(standing(known, .note)).subtracting([""])
            let tags = Set(standing(known, .tags).flatMap { $0.split(separator: ",").map(String.init) })
            expect(notes.isSubset(of: texts), "a note is lost")
            expect(tags.isSubset(of: account.details.tags), "a tag is lost")
            let isConfirmed = standing(known, .confirm).contains("1")
            let isBound = standing(known, .bound).contains("1")
            let lifetime = standing(known, .lifetime).compactMap { UInt32($0) }.min() ?? 0
            expect(account.details.confirm || !isConfirmed, "a confirmation is lost")
            expect(account.isDeviceBound || !isBound, "a binding is lost")
            let isShort = account.details.lifetime != 0 && account.details.lifetime <= lifetime
            expect(isShort || lifetime == 0, "a lifetime is lost")
            // Of one that has taken in a twin there may be more.
            guard let key = vault.key(of: id), !copy.twinKeys.contains(key) else { continue }
            expect(Set(texts).subtracting([""]) == notes, "a note is back")
            expect(Set(account.details.tags) == tags, "a tag is back")
            expect(account.details.confirm == isConfirmed, "a confirmation is back")
            expect(account.isDeviceBound == isBound, "a binding is back")
            expect(account.details.lifetime == lifetime, "a lifetime is back")
            let plain = account.details.name.components(separatedBy: " (restored")[0]
            expect(standing(known, .name).contains { $0.components(separatedBy: " (restored")[0] == plain }, "a name")
        }
        let counters = Self.counters(before).merging(Self.counters(their)) { max($0, $1) }
        for account in vault.accounts.values {
            guard let key = vault.key(of: account.id), let counter = account.credential?.parameters.counter else {
                continue
            }
            expect(counter >= counters[key] ?? 0, "a counter fell")
        }
        let now = vault.recoverySets.values.joined()
        for set in [before, their].flatMap({ $0.recoverySets.values.joined() }) {
            guard let account = now.first(where: { $0.id == set.id })?.account else { continue }
            // Each machine has taken in the same ones.
            for same in vault.recoverySets[account] ?? [] where same.hasSameCodes(as: set) {
                let isLess = zip(set.codes, same.codes).contains { $0.used != 0 && $1.used == 0 }
                expect(!isLess, "a used code is back")
            }
        }
        expect(Set(vault.labels).count == vault.count, "two accounts of one name")
    }

    /// The highest counter of each key, in the trash too.
    private static func counters(_ vault: Contents) -> [[UInt8]: UInt64] {
        vault.accounts.values.reduce(into: [:]) { found, account in
            guard let key = vault.key(of: account.id), let counter = account.credential?.parameters.counter else {
                return
            }
            found[key] = max(found[key] ?? 0, counter)
        }
    }

    /// What an undo has to do with, byte for byte.
    private static func records(_ vault: Contents) -> [[UInt8]] {
        let kinds: [RecordKind] = [.account, .credential, .recoveryCodes, .key, .settings, .tombstone]
        let numbers = Set(kinds.map(\.rawValue))
        return vault.records.values.filter { numbers.contains($0.kind) }.map { payload([$0]) }
    }

    /// What is kept beside the records to find things in them.
    private static func tables(_ vault: Contents) -> [String] {
        let accounts = vault.accounts.values.sorted { $0.id < $1.id }
        let lines = accounts.map { account in
            let same = account.credential.map { vault.byMark[$0.mark] } ?? []
            let sets = (vault.recoverySets[account.id] ?? []).map { "\($0.id) \($0.superseded != 0)" }
            let labelled = vault.names.likely(account.details.label)
            let named = vault.names.likely(account.details.name)
            return
                "\(account.details) \(account.modified) \(String(describing: account.credential?.id)) \(same.sorted()) "
                + "\(sets) \(labelled.sorted()) \(named.sorted())"
        }
        return lines + vault.order.map(\.description) + vault.keyTable.keys.sorted().map(\.description)
    }

    static func shape(_ vault: Contents) -> [String] {
        func text(_ account: Account) -> String {
            let sets = (vault.recoverySets[account.id] ?? []).map {
                "\($0.id) \($0.codes.map(\.used)) \($0.superseded != 0)"
            }
            let keys = vault.keys(of: account.id).map { "\($0.id) \($0.label)" }
            return "\(account.id) \(account.details) \(account.removed) \(account.state) \(account.isDeviceBound) "
                + "\(vault.note(of: account.id) ?? "") \(account.credential?.parameters.counter ?? 0) \(sets) \(keys)"
        }
        return vault.inOrder.map(text) + ["trash"] + vault.trash.map(text)
    }

    /// Two rounds: each machine ships, then each takes in what all have, in any order, and ships once more or not.
    mutating func settle() throws {
        let isShippedAgain = chance(2)
        for _ in 0..<2 {
            let all = machines.indices.shuffled(using: &random)
            places = machines
            for here in all {
                time += 10
                for there in all { try sync(here, from: there) }
                if isShippedAgain { places[here] = machines[here] }
            }
        }
        let shapes = machines.map { Self.shape($0.vault) }
        for shape in shapes where shape != shapes[0] {
            let lines = Set(shape).symmetricDifference(shapes[0]).sorted().joined(separator: "\n")
            expect(false, "not equal:\n\(lines)\n")
        }
    }
}

@Suite struct `A model of merging` {
    private static let isFull = ProcessInfo.processInfo.environment["FOB_FULL"] != nil
    /// Steps of each part.
    private static let steps = isFull ? 30_000 : 500

    /// How many machines, and where the seeds begin.
    private static let parts: [(count: Int, seed: UInt64)] = [(2, 2), (3, 3), (4, 4), (2, 5)]

    @Test(arguments: parts) func `what the owner did is in all copies, and nothing else`(
        count: Int, first: UInt64
    ) throws {
        var (steps, seed, wrong) = (0, first, 0)
        while steps < Self.steps, wrong < 5 {
            seed += 10
            var world = try World(count, seed: seed)
            for _ in 0..<Int.random(in: 10...80, using: &world.random) { try world.step() }
            try world.settle()
            #expect(world.failures.isEmpty, "\(world.failures.joined(separator: "\n"))")
            if !world.failures.isEmpty { wrong += 1 }
            for copy in world.machines { #expect(try World.shape(reloaded(copy.vault)) == World.shape(copy.vault)) }
            steps += world.steps
        }
    }
}
