import Age
import Platform
import Testing

@testable import Vault

/// Keeping and tokens when two machines, or two vaults, come together.
@Suite struct KeeperMergeTests {
    private static func token(binding: UInt8 = 5) -> RecoveryToken {
        var token = RecoveryToken()
        (token.owner, token.name, token.token) = ([UInt8](repeating: 3, count: 64), "Linus", .random())
        (token.bytes, token.binding) = ([1, 2], [UInt8](repeating: binding, count: 16))
        return token
    }

    private static func begin(_ vault: inout Contents, key: UInt8, binding: UInt8, at utc: UInt64) throws {
        try vault.beginKeeping(key: [UInt8](repeating: key, count: 32).span, at: utc)
        try vault.keep(at: utc) { keeping in
            keeping.name = "Ada"
            keeping.bindings.append([UInt8](repeating: binding, count: 16))
            keeping.ended.append(.init(owner: [UInt8](repeating: key, count: 32), token: .zero))
        }
    }

    private static func synced(_ here: Contents, _ there: Contents, at utc: UInt64) throws -> Contents {
        try here.merging(there, Authority(.sync, .current, .none), MergeLabels(source: "", at: utc), at: utc).contents
    }

    private static func keys(_ contents: Contents) throws -> [UInt8] {
        var found: [UInt8] = []
        let keeping = try #require(contents.keeping)
        _ = keeping.withKeys { (key: Span<UInt8>) -> Bool? in
            found.append(key[0])
            return nil
        }
        return found
    }

    private static func vault() throws -> Contents {
        var vault = try emptyVault()
        try vault.prepareSave(auditSequence: 0, auditHash: .init(repeating: 0), at: 1000)
        return vault
    }

    @Test(arguments: [false, true])
    func `a token that has ended here ends there, whatever was noted of it since`(_ isAsked: Bool) throws {
        var here = try Self.vault()
        var token = Self.token()
        try here.put(token, at: 2000)
        var there = try reloaded(here)
        try here.endToken(token.id, at: 3000)
        if isAsked {
            for time in 0..<3 as Range<UInt64> {
                token.asked.append(.init(request: .random(), time: 3000 + time))
                try there.put(token, at: 3500)
            }
        }
        var (one, two) = (try Self.synced(here, there, at: 4000), try Self.synced(there, here, at: 4000))
        #expect(one.recoveryTokens.isEmpty && two.recoveryTokens.isEmpty)
        (one, two) = (try Self.synced(one, two, at: 5000), try Self.synced(two, one, at: 5000))
        #expect(one.recoveryTokens.isEmpty && two.recoveryTokens.isEmpty)
        #expect(one.records[token.id]?.revision == two.records[token.id]?.revision)
    }

    @Test(arguments: [(UInt8(1), UInt8(2)), (2, 1)])
    func `cards that two machines have given away apart are all answered for`(_ keys: (UInt8, UInt8)) throws {
        var here = try Self.vault()
        var there = try reloaded(here)
        try Self.begin(&here, key: keys.0, binding: 10, at: 2000)
        try Self.begin(&there, key: keys.1, binding: 20, at: 2500)
        try there.put(Self.token(binding: 10), at: 2600)
        let (one, two) = (try Self.synced(here, there, at: 4000), try Self.synced(there, here, at: 4000))
        for both in try [one, two, Self.synced(one, two, at: 5000), reloaded(one)] {
            #expect(try Self.keys(both) == [1, 2])
            let keeping = try #require(both.keeping)
            // The card with which a token has come is used.
            #expect(keeping.bindings.map(\.first) == [20])
            #expect(Set(keeping.ended.map(\.owner.first)) == [1, 2])
        }
        #expect(Record.isSameContent(one.records[.single(.keeping)], two.records[.single(.keeping)]))
        #expect(try Self.synced(one, two, at: 6000).revision == one.revision)
    }

    @Test func `a join keeps the key by which others' tokens are answered`() throws {
        var (one, two) = (try emptyVault(), try emptyVault())
        try Self.begin(&one, key: 1, binding: 10, at: 2000)
        try one.put(Self.token(binding: 30), at: 2000)
        try Self.begin(&two, key: 2, binding: 20, at: 2000)
        for hasKeeping in [true, false] {
            let here = try JoinTests.Machine(one)
            let there = try JoinTests.Machine(hasKeeping ? two : emptyVault())
            let proof = JoinProof(
                owner: here.owner, opener: there.owner.recipient, their: there.owner, keeping: [], machine: "laptop")
            let joined = try here.vault.joining(there.file(), proof, MergeLabels(source: "file", at: 5000), at: 5000)
                .contents
            #expect(joined.recoveryTokens.count == 1)
            #expect(try Self.keys(joined) == (hasKeeping ? [1, 2] : [1]))
            #expect(joined.keeping?.bindings.count == (hasKeeping ? 2 : 1))
        }
    }

    @Test(arguments: [ArrivalPurpose.sync, .restore])
    func `the token of an account that was added twice follows it`(_ purpose: ArrivalPurpose) throws {
        var here = try Self.vault()
        var there = try reloaded(here)
        let own = try here.add("Example", "alice", at: 1000).id
        let other = try there.add("Example", "alice", at: 1100).id
        var token = RecoveryToken()
        (token.account, token.name, token.token, token.bytes) = (other, "https://example.com", .random(), [1])
        try there.put(token, at: 2000)
        let labels = MergeLabels(source: "", at: 3000)
        let merged = try here.merging(there, Authority(purpose, .current, .none), labels, at: 3000).contents
        #expect(merged[own] != nil)
        #expect(merged.recoveryTokens.map(\.account) == [own])
        let back = try there.merging(here, Authority(.sync, .current, .none), labels, at: 3000).contents
        #expect(back.recoveryTokens.map(\.account) == [own])
    }

    @Test func `a stranger's backup that keeps tokens for others says so`() throws {
        var there = try emptyVault()
        try there.put(Self.token(), at: 2000)
        let here = try Self.vault()
        let labels = MergeLabels(source: "file", at: 3000)
        let merged = try here.merging(there, Authority(.restore, .foreign, .yes), labels, at: 3000)
        #expect(merged.contents.recoveryTokens.isEmpty && merged.left.count(.unknown) == 1)
    }
}
