import Model
import Platform
import Testing

@testable import Vault

/// What each use takes of a person: two strengths, their order, and what becomes of them when copies meet.
@Suite struct ConsentTests {
    @Test(arguments: Consent.allCases, Consent.allCases)
    func `what is less is told, and stays less where the owner wanted it`(_ old: Consent, _ new: Consent) throws {
        var vault = try emptyVault()
        let id = try vault.add("Bank", "alice").id
        try vault.edit(id, details: details(old), at: 2000)
        let other = try reloaded(vault)
        let before = try #require(vault[id]?.policy)
        try vault.edit(id, details: details(new), at: 3000)
        let after = try #require(vault[id]?.policy)
        let isLess = new.rawValue < old.rawValue
        #expect(before.weakened(by: after).isEmpty == !isLess)
        #expect(before.weakened(by: after).contains(.verify) == (old == .verify && isLess))
        #expect(before.weakened(by: after).contains(.confirm) == (old != .none && new == .none))
        // The other machine follows with a yes, and never gives back what was taken away.
        let proof = OwnerProof.yes
        let there = try other.merging(
            reloaded(vault), Authority(.sync, .current, proof), MergeLabels(source: "", at: 4000), at: 4000
        ).contents
        #expect(there[id]?.details.consent == new)
        let here = try vault.merging(
            reloaded(other), Authority(.sync, .current, proof), MergeLabels(source: "", at: 4000), at: 4000
        ).contents
        #expect(here[id]?.details.consent == new)
        // Without one it stays as it is there.
        let quiet = try other.merging(
            reloaded(vault), Authority(.sync, .current, .none), MergeLabels(source: "", at: 4000), at: 4000)
        #expect(quiet.contents[id]?.details.consent == (isLess ? old : new))
        #expect(quiet.left.weakened.contains(where: \.takesPassphrase) == (isLess && old == .verify))
    }

    private func details(_ consent: Consent) -> AccountDetails {
        var details = AccountDetails(issuer: "Bank", name: "alice")
        details.consent = consent
        return details
    }

    @Test(arguments: Consent.allCases)
    func `a release that knows of confirmations only asks where one was verified, and gives the rest back`(
        _ consent: Consent
    ) throws {
        var vault = try emptyVault()
        let id = try vault.add("Bank", "alice").id
        try vault.edit(id, details: details(consent), at: 2000)
        let record = try #require(vault.records[id])
        var tags: [UInt8] = []
        try record.body.withBytes { body in
            var walk = FieldWalk()
            while let field = try walk.next(in: body) { tags.append(field.tag) }
        }
        #expect(tags.contains(6) == (consent != .none) && tags.contains(18) == (consent == .verify))
        #expect(try reloaded(vault)[id]?.details.consent == consent)
    }

    // MARK: Security keys

    @Test func `versions of a security key come to the same, and what its owner took away stays away`() throws {
        var vault = try emptyVault()
        let made = try vault.addKey(newKey())
        let versions: [KeyCredential] = [false, true].flatMap { isVerified in
            (0...2 as ClosedRange<UInt64>).map { lowered in
                var key = made
                if isVerified { key.flags.insert(.alwaysVerify) } else { key.flags.remove(.alwaysVerify) }
                key.lowered = lowered
                return key
            }
        }
        let record = try #require(vault.records[made.id])
        func joined(_ a: KeyCredential, _ b: KeyCredential) throws -> KeyCredential {
            try KeyCredential(Record.joined(a.record(over: record, at: 0), b.record(over: record, at: 0)).record)
        }
        func isSame(_ a: KeyCredential, _ b: KeyCredential) -> Bool { a.flags == b.flags && a.lowered == b.lowered }
        for a in versions {
            for b in versions {
                #expect(try isSame(joined(a, b), joined(b, a)))
                if a.lowered == b.lowered { #expect(try a.weakened(by: joined(a, b)).isEmpty) }
                for c in versions { #expect(try isSame(joined(joined(a, b), c), joined(a, joined(b, c)))) }
            }
        }
    }

    @Test func `a security key that is verified no longer waits for a yes on other machines`() throws {
        var here = try emptyVault()
        let key = try here.addKey(newKey())
        try here.editKey(key.id, isVerified: true, at: 2000)
        let there = try reloaded(here)
        try here.editKey(key.id, isVerified: false, at: 3000)
        func merged(_ proof: OwnerProof) throws -> Merged {
            try there.merging(
                reloaded(here), Authority(.sync, .current, proof), MergeLabels(source: "", at: 4000), at: 4000)
        }
        let quiet = try merged(.none)
        #expect(quiet.contents.key(key.id)?.flags.contains(.alwaysVerify) == true)
        #expect(quiet.left.weakened.map(\.protection) == [.alwaysVerify])
        #expect(quiet.left.weakened.map(\.takesPassphrase) == [true])
        let proved = try merged(.yes)
        #expect(proved.contents.key(key.id)?.flags.contains(.alwaysVerify) == false)
        // The machine that still has it does not give it back.
        let back = try here.merging(
            there, Authority(.sync, .current, .none), MergeLabels(source: "", at: 5000), at: 5000
        ).contents
        #expect(back.key(key.id)?.flags.contains(.alwaysVerify) == false)
    }
}
