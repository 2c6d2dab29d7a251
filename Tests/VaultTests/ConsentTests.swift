import Model
import Platform
import Testing

@testable import Vault

/// What each use takes of a person: two strengths, their order, and what becomes of them when copies meet.
@Suite struct ConsentTests {
    /// Every policy of what is asked, with owners who have taken it away up to twice.
    private static let policies: [AccountPolicy] = [false, true].flatMap { confirm in
        [false, true].flatMap { verify in
            (0...2 as ClosedRange<UInt64>).flatMap { confirmations in
                (0...2 as ClosedRange<UInt64>).map { verifications in
                    var policy = AccountPolicy()
                    (policy.confirm, policy.verify) = (confirm, verify)
                    policy.lowered.setOctet(0, confirmations)
                    policy.lowered.setOctet(3, verifications)
                    return policy
                }
            }
        }
    }

    @Test func `machines come to the same policy, in whatever order they meet`() {
        for a in Self.policies {
            #expect(a.joined(with: a) == a)
            for b in Self.policies {
                let joined = a.joined(with: b)
                #expect(joined == b.joined(with: a))
                // Where neither owner has taken anything away meanwhile, nothing is weaker.
                if a.lowered == b.lowered {
                    #expect(a.weakened(by: joined).isEmpty && b.weakened(by: joined).isEmpty)
                }
                for c in Self.policies { #expect(joined.joined(with: c) == a.joined(with: b.joined(with: c))) }
            }
        }
    }

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
        func joined(_ a: KeyCredential, _ b: KeyCredential) -> KeyCredential {
            var joined = a
            joined.joinProtections(of: b)
            return joined
        }
        func isSame(_ a: KeyCredential, _ b: KeyCredential) -> Bool { a.flags == b.flags && a.lowered == b.lowered }
        for a in versions {
            for b in versions {
                #expect(isSame(joined(a, b), joined(b, a)))
                if a.lowered == b.lowered { #expect(a.weakened(by: joined(a, b)).isEmpty) }
                for c in versions { #expect(isSame(joined(joined(a, b), c), joined(a, joined(b, c)))) }
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
