import Platform
import Testing

@testable import Vault

/// Passkeys that were made elsewhere: what is kept of them, and what they never replace.
@Suite struct KeyImportTests {
    private static let secret = [UInt8](repeating: 7, count: 32)
    private static let seed = [UInt8](repeating: 8, count: 32)

    private static func foreign(_ id: [UInt8], _ site: String = "shop.example") -> ForeignKey {
        var new = NewKey(relyingParty: site, .synced, .edDSA, .ctap)
        (new.userName, new.userHandle, new.flags) = ("alice", [1], [.discoverable])
        var key = ForeignKey(
            new, credentialID: id, publicKey: [UInt8](repeating: 9, count: 32),
            owner: AccountDetails(issuer: "Shop", name: "alice"))
        key.created = 500
        return key
    }

    private static func add(
        _ key: ForeignKey, to vault: inout Contents
    ) throws(VaultError) -> (key: KeyCredential, isNew: Bool) {
        let secrets = ForeignKeySecrets(
            privateKey: secret.span, with: seed.span, without: seed.span, blob: Span(), largeBlobKey: Span())
        return try vault.importKey(key, secrets, at: 1000)
    }

    @Test(arguments: [1, 16, 20, 31, 32, 33, 64, 255])
    func `ids of every length are kept`(_ count: Int) throws {
        var vault = try emptyVault()
        let id = (0..<count).map { UInt8(truncatingIfNeeded: $0 + 1) }
        let made = try Self.add(Self.foreign(id), to: &vault)
        #expect(made.isNew)
        let key = try #require(try reloaded(vault).key(credentialID: id))
        #expect(key.id == made.key.id && key.credentialID == id && key.created == 500 && key.counter == 0)
        #expect(key.isEligible && key.flags == [.discoverable, .hmacSecret])
        #expect(vault[key.account]?.details.label == "Shop/alice")
        #expect(vault.key(credentialID: id + [0]) == nil)
        // The same again changes nothing.
        let before = vault.revision
        let again = try Self.add(Self.foreign(id), to: &vault)
        #expect(!again.isNew && again.key.id == key.id && vault.revision == before)
    }

    @Test func `none takes the place of another, nor of anything else`() throws {
        var vault = try emptyVault()
        _ = try Self.add(Self.foreign([1, 2, 3]), to: &vault)
        var other = Self.foreign([1, 2, 3])
        other.publicKey[0] = 1
        #expect(throws: VaultError.self) { _ = try Self.add(other, to: &vault) }
        #expect(throws: VaultError.self) { _ = try Self.add(Self.foreign([1, 2, 3], "other.example"), to: &vault) }
        // The id of a record that a vault has once, with 16 bytes behind it.
        let single = [UInt8](repeating: 0, count: 15) + [11] + [UInt8](repeating: 1, count: 16)
        #expect(throws: VaultError.self) { _ = try Self.add(Self.foreign(single), to: &vault) }
        #expect(throws: VaultError.self) { _ = try Self.add(Self.foreign([]), to: &vault) }
        #expect(throws: VaultError.self) {
            _ = try Self.add(Self.foreign([UInt8](repeating: 1, count: 256)), to: &vault)
        }
        #expect(vault.keyCount == 1)
    }

    @Test func `what is kept beside the PIN outlives a change of it, and no reset`() throws {
        var vault = try emptyVault()
        let hash = [UInt8](repeating: 3, count: 16)
        let blobs: [UInt8] = Array(repeating: 5, count: 400)
        try vault.setPIN(hash: hash.span, length: 4, at: 1)
        try vault.setLargeBlobs(blobs.span, at: 2)
        try vault.setListToken(Self.seed.span, at: 3)
        try vault.setAlwaysVerifies(true, at: 4)
        try vault.setMinimumLength(6, sites: ["a.example"], mustChange: false, at: 5)
        var pin = try reloaded(vault).pin
        #expect(pin.isRight(hash.span) && pin.alwaysVerifies && pin.sites == ["a.example"])
        // The PIN is too short now, and what was handed out for it is over.
        #expect(pin.mustChange && pin.minimumLength == 6 && pin.withToken { $0.isEmpty })
        #expect(pin.withBlobs { $0.indices.map { _ in 0 }.count } == 400)
        #expect(throws: VaultError.self) { try vault.setMinimumLength(5, sites: nil, mustChange: false, at: 6) }
        try vault.setPIN(hash: hash.span, length: 6, at: 7)
        pin = vault.pin
        #expect(!pin.mustChange && pin.alwaysVerifies && pin.withBlobs { $0.count } == 400)
        try vault.clearPIN(at: 8)
        pin = vault.pin
        #expect(!pin.isSet && !pin.alwaysVerifies && pin.minimumLength == 4 && pin.withBlobs { $0.isEmpty })
    }
}
