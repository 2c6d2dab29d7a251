import Testing

@testable import Vault

/// Versions of a record that come together field by field.
@Suite struct FieldJoinTests {
    /// Versions that descend from one record by edits and joins.
    private func versions(_ random: inout SeededGenerator) throws -> [Record] {
        var vault = try emptyVault()
        let id = try vault.add("Forge", "alice", note: "first", tags: ["one"]).id
        var found = [try #require(vault.records[id])]
        for number in 0..<Int.random(in: 2...8, using: &random) {
            let (one, other) = (
                found[Int.random(in: found.indices, using: &random)],
                found[Int.random(in: found.indices, using: &random)]
            )
            if Bool.random(using: &random) {
                found.append(try Record.joined(one, other).record)
                continue
            }
            var account = try Account(one)
            var note: [UInt8]?
            switch Int.random(in: 0..<8, using: &random) {
            case 0: account.details.name = "name\(number)"
            case 1: note = bytes("note\(number)")
            case 2: account.details.tags.append("tag\(number)")
            case 3: account.details.confirm.toggle()
            case 4: account.details.verify.toggle()
            case 5: account.details.lifetime = [0, 60, 600].randomElement(using: &random) ?? 0
            case 6: account.removed = account.removed == 0 ? UInt64(number + 1) : 0
            default: account.isDeviceBound.toggle()
            }
            let edited = try account.record(over: one, note: note?.span, at: 9)
            // Now and then by a release that writes no stamps.
            found.append(Int.random(in: 0..<6, using: &random) == 0 ? edited : try edited.edited(over: one))
        }
        return found
    }

    private func isSame(_ a: Record, _ b: Record) throws -> Bool { try FieldTable(a).isSame(as: FieldTable(b)) }

    @Test func `whatever the order, they come to the same`() throws {
        for seed in 0..<400 as Range<UInt64> {
            var random = SeededGenerator(state: seed)
            let versions = try versions(&random)
            func joined(_ a: Record, _ b: Record) throws -> Record { try Record.joined(a, b).record }
            for a in versions {
                #expect(try joined(a, a).body === a.body)
                for b in versions {
                    let both = try joined(a, b)
                    #expect(try isSame(both, joined(b, a)), "seed \(seed)")
                    #expect(try isSame(joined(both, a), both) && isSame(joined(b, both), both), "seed \(seed)")
                }
            }
            let (a, b, c) = (versions[0], versions[versions.count / 2], versions[versions.count - 1])
            #expect(try isSame(joined(joined(a, b), c), joined(a, joined(b, c))), "seed \(seed)")
        }
    }
}
