import Platform

extension KeyCredential {
    struct Fields: FieldList {
        var key: KeyCredential
        /// Kind, algorithm, transport and level of protection.
        var form: [4 of UInt8] = .init(repeating: 0)
        /// The credential id, or its SHA-256 where it has not 32 bytes.
        var shortID: [32 of UInt8] = .init(repeating: 0)
        /// The credential id where it has not 32 bytes.
        var otherID: [UInt8] = []

        mutating func fields<Coder: FieldCoder & ~Copyable & ~Escapable>(_ coder: inout Coder) throws(VaultError) {
            try coder.require(1, "a security key belongs to no account")
            try coder.value(1, &key.account)
            try coder.value(2, &shortID)
            try coder.value(3, &form)
            try coder.some(4, &key.flags.rawValue)
            try coder.value(6, &key.publicKey)
            try coder.value(7, &key.relyingParty, most: Limits.relyingParty)
            try coder.some(9, &key.userHandle)
            try coder.some(8, &key.relyingPartyName, most: Limits.keyName)
            try coder.some(10, &key.userName, most: Limits.keyName)
            try coder.some(11, &key.displayName, most: Limits.keyName)
            try coder.some(12, &key.label, most: Limits.keyName)
            try coder.some(16, &key.counter)
            try coder.some(17, &key.created)
            try coder.some(18, &key.lastUsed)
            try coder.some(19, &key.order)
            try coder.some(20, &key.removed)
            try coder.some(21, &key.batch)
            try coder.some(22, &key.lowered)
            try coder.list(23, &key.hosts, most: HostLimit.fieldMost)
            try coder.some(24, &key.lastHosts)
            try coder.some(25, &otherID, most: Limits.keptKeyID)
            try coder.some(26, &key.places.largeBlobKey)
            try coder.some(5, &key.places.privateKey)
            try coder.some(13, &key.places.seedWithVerification)
            try coder.some(14, &key.places.seedWithout)
            try coder.some(15, &key.places.blob)
        }
    }

    /// Reads a key's record.
    init(_ record: Record) throws(VaultError) {
        let blank = KeyCredential(
            id: record.id, kind: .synced, algorithm: .es256, transport: .script, protection: 1, body: record.body)
        var fields = Fields(key: blank)
        try fields.read(record)
        self = fields.key
        let (form, shortID) = (fields.form, fields.shortID)
        credentialID = fields.otherID.isEmpty ? shortID.indices.map { shortID[$0] } : fields.otherID
        let isOf = Self.shortID(of: credentialID)
        guard fields.otherID.count != Limits.ownKeyID, isOf.indices.allSatisfy({ isOf[$0] == shortID[$0] }) else {
            throw .damaged("the id of a security key is not its own")
        }
        guard form.indices.allSatisfy({ form[$0] > 0 }) else { throw .damaged("a security key is of no kind") }
        // Those of a newer release are not to be guessed at.
        guard let kind = KeyKind(rawValue: form[0]), let algorithm = KeyAlgorithm(number: form[1]),
            let transport = KeyTransport(rawValue: form[2]), form[3] <= 3
        else { throw .newerFormat }
        (self.kind, self.algorithm, self.transport, protection) = (kind, algorithm, transport, form[3])
        try check()
        order = Record.within(order)
    }

    /// Throws `damaged` for what no release has written.
    private func check() throws(VaultError) {
        guard Self.recordID(of: credentialID) == id, !relyingParty.isEmpty,
            publicKey.count == algorithm.publicKeyCount, userHandle.count <= Limits.userHandle
        else { throw .damaged("a security key is not whole") }
        let seeds = (places.seedWithVerification.count, places.seedWithout.count)
        guard places.privateKey.count == (isPlaceholder ? 0 : Limits.privateKey), seeds.0 == seeds.1,
            [0, Limits.keySeed].contains(seeds.0), places.blob.count <= Limits.keyBlob,
            [0, Limits.keySeed].contains(places.largeBlobKey.count)
        else { throw .damaged("the secrets of a security key have the wrong length") }
        guard [created, lastUsed, order, removed].allSatisfy({ $0 <= Record.numberLimit }) else {
            throw .damaged("a security key has impossible times")
        }
        guard hosts.count <= Limits.hostLimits, hosts.isEmpty || flags.contains(.limited) else {
            throw .damaged("the limits of a security key are not whole")
        }
        guard lastHosts.count % HostLimit.hashCount == 0, lastHosts.count <= Self.mostHosts * HostLimit.hashCount else {
            throw .damaged("the hosts of a security key are not whole")
        }
        guard kind == .deviceBound || counter == 0 else { throw .damaged("a synced security key counts signatures") }
    }

    /// The key's record, with its secrets unless it is a placeholder.
    func record(over old: Record?, at utc: UInt64) throws(VaultError) -> Record {
        var fields = Fields(
            key: self, form: [kind.rawValue, algorithm.number, transport.rawValue, protection],
            shortID: Self.shortID(of: credentialID))
        if credentialID.count != Limits.ownKeyID { fields.otherID = credentialID }
        if isPlaceholder { fields.key.places = SecretPlaces() }
        let written = try body.withBytes { (secrets: Span<UInt8>) throws(VaultError) in
            try fields.body(from: secrets, over: old)
        }
        return try Record.make(.key, id, over: old, at: utc, body: written)
    }
}
