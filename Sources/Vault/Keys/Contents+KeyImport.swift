import Platform

/// A key that was made elsewhere, with what it has there.
package struct ForeignKey: Sendable {
    /// What is said of it; it is synced.
    package var new: NewKey
    /// What its site knows it by: 1 to 255 bytes.
    package var credentialID: [UInt8]
    /// `algorithm.publicKeyCount` bytes.
    package var publicKey: [UInt8]
    /// The service and the name there of the account that is to own it.
    package var owner: AccountDetails
    /// Seconds of UTC; 0 when it is not known.
    package var created: UInt64 = 0

    /// A key of that id and public key.
    package init(_ new: NewKey, credentialID: [UInt8], publicKey: [UInt8], owner: AccountDetails) {
        (self.new, self.credentialID, self.publicKey, self.owner) = (new, credentialID, publicKey, owner)
    }
}

/// The secrets of such a key, where they are.
package struct ForeignKeySecrets: ~Escapable {
    /// The private key, which is that of the public key.
    package var privateKey: Span<UInt8>
    /// The seeds of hmac-secret with and without verification; both are empty when it has none.
    package var seeds: (with: Span<UInt8>, without: Span<UInt8>)
    /// What its site keeps in it.
    package var blob: Span<UInt8>
    /// The key of its large blobs; may be empty.
    package var largeBlobKey: Span<UInt8>

    @_lifetime(copy privateKey, copy with, copy without, copy blob, copy largeBlobKey)
    package init(
        privateKey: Span<UInt8>, with: Span<UInt8>, without: Span<UInt8>, blob: Span<UInt8>, largeBlobKey: Span<UInt8>
    ) {
        (self.privateKey, self.blob, self.largeBlobKey) = (privateKey, blob, largeBlobKey)
        seeds = (with, without)
    }
}

extension Contents {
    /// Takes in a key that was made elsewhere. Nothing that is there is ever overwritten: a key with this credential id,
    /// in the trash or not, stays as it is.
    ///
    /// - Throws: `exists` when another key has its credential id.
    package mutating func importKey(
        _ foreign: ForeignKey, _ secrets: ForeignKeySecrets, batch: Identifier? = nil, at utc: UInt64
    ) throws(VaultError) -> (key: KeyCredential, isNew: Bool) {
        var new = foreign.new
        try new.check()
        guard new.kind == .synced, (1...Limits.keptKeyID).contains(foreign.credentialID.count) else {
            throw .badKey("so long a credential id, or one that counts its signatures")
        }
        let id = KeyCredential.recordID(of: foreign.credentialID)
        if let here = keyTable[id] {
            guard here.has(id: foreign.credentialID), here.publicKey == foreign.publicKey,
                here.relyingParty == new.relyingParty
            else { throw .credentialIDTaken }
            return (here, false)
        }
        // Nor does it take the place that another record has, or may have one day.
        guard records[id]?.isTombstone ?? true, id.high != 0 else { throw .credentialIDTaken }
        guard hasRoomForKey else { throw .tooLarge("\(Limits.securityKeys) security keys") }
        let lengths = (secrets.seeds.with.count, secrets.seeds.without.count)
        guard secrets.privateKey.count == Limits.privateKey, foreign.publicKey.count == new.algorithm.publicKeyCount,
            lengths.0 == lengths.1, [0, Limits.keySeed].contains(lengths.0), secrets.blob.count <= Limits.keyBlob,
            [0, Limits.keySeed].contains(secrets.largeBlobKey.count)
        else { throw .badKey("secrets of such lengths") }
        if lengths.0 > 0 { new.flags.insert(.hmacSecret) }
        let (body, places) = try Self.kept(secrets)
        let before = self
        do throws(VaultError) {
            let owner = try self.owner(of: foreign, batch: batch, at: utc)
            let created = foreign.created > 0 && foreign.created <= utc ? foreign.created : utc
            let key = try insert(
                new, foreign.credentialID, publicKey: foreign.publicKey.span, body, places, of: owner, batch: batch,
                created: created, at: utc)
            return (key, true)
        } catch {
            self = before
            throw error
        }
    }

    /// Takes in a key that was taken into another copy of the vault, with its account.
    package mutating func importKey(_ id: Identifier, from other: Contents, at utc: UInt64) throws(VaultError) -> Bool {
        guard let key = other.keyTable[id], let account = other.accounts[key.account] else { return false }
        var new = NewKey(relyingParty: key.relyingParty, key.kind, key.algorithm, key.transport)
        (new.flags, new.protection) = (key.flags.intersection(KeyFlags.chosen), key.protection)
        (new.relyingPartyName, new.userHandle) = (key.relyingPartyName, key.userHandle)
        (new.userName, new.displayName, new.label) = (key.userName, key.displayName, key.label)
        var foreign = ForeignKey(
            new, credentialID: key.credentialID, publicKey: key.publicKey, owner: account.details)
        foreign.created = key.created
        let places = key.places
        return try key.body.withBytes { (body: Span<UInt8>) throws(VaultError) in
            let secrets = ForeignKeySecrets(
                privateKey: body.extracting(places.privateKey), with: body.extracting(places.seedWithVerification),
                without: body.extracting(places.seedWithout), blob: body.extracting(places.blob),
                largeBlobKey: body.extracting(places.largeBlobKey))
            return try importKey(foreign, secrets, batch: key.batch, at: utc).isNew
        }
    }

    /// The account of that service and name, or else that of the key's site and user, which is made when there is none.
    private mutating func owner(
        of foreign: ForeignKey, batch: Identifier?, at utc: UInt64
    ) throws(VaultError) -> Identifier {
        let named = AccountDetails(issuer: Self.plain(foreign.owner.issuer), name: Self.plain(foreign.owner.name))
        let own = AccountDetails(issuer: Self.plain(foreign.new.relyingParty), name: Self.plain(foreign.new.userName))
        for details in [named, own] where !details.label.isEmpty {
            if let account = taken(by: details) { return account }
        }
        return try add(
            named.label.isEmpty ? own : named, nil, key: Span(), pin: Span(), note: Span(),
            AccountOrigin(batch: batch), at: utc
        ).id
    }

    private static func kept(
        _ secrets: ForeignKeySecrets
    ) throws(VaultError) -> (SharedSecret, KeyCredential.SecretPlaces) {
        var buffer = try RecordStream.buffer(Limits.privateKey + Limits.keyBlob + 3 * Limits.keySeed)
        var places = KeyCredential.SecretPlaces()
        func append(_ bytes: Span<UInt8>, _ buffer: inout LockedBuffer) -> Range<Int> {
            buffer.append(copying: bytes)
            return (buffer.count - bytes.count)..<buffer.count
        }
        places.privateKey = append(secrets.privateKey, &buffer)
        places.blob = append(secrets.blob, &buffer)
        places.seedWithVerification = append(secrets.seeds.with, &buffer)
        places.seedWithout = append(secrets.seeds.without, &buffer)
        places.largeBlobKey = append(secrets.largeBlobKey, &buffer)
        do { return (SharedSecret(try Secret(buffer)), places) } catch { throw .memory(error) }
    }
}
