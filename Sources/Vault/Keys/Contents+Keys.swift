import Platform

extension Contents {
    // MARK: Reading

    /// The keys outside the trash, the oldest first.
    package var keys: [KeyCredential] { keyTable.values.filter(isLive).sorted(by: Self.isOlder) }

    /// Keys outside the trash.
    package var keyCount: Int { keyTable.values.count(where: isLive) }

    /// The keys in the trash, by themselves or with their account, the oldest first.
    package var keysInTrash: [KeyCredential] {
        keyTable.values.filter { !isLive($0) }.sorted(by: Self.isOlder)
    }

    /// A site's keys outside the trash, the newest first.
    package func keys(relyingPartyHash hash: [32 of UInt8]) -> [KeyCredential] {
        keyTable.values.filter { key in
            let own = key.relyingPartyHash
            return hash.indices.allSatisfy { own[$0] == hash[$0] } && isLive(key)
        }.sorted { Self.isOlder($1, $0) }
    }

    /// An account's keys, the oldest first: those that did not go to the trash by themselves.
    package func keys(of account: Identifier) -> [KeyCredential] {
        keyTable.values.filter { $0.account == account && $0.removed == 0 }.sorted(by: Self.isOlder)
    }

    /// The key outside the trash with that record id.
    package func key(_ id: Identifier) -> KeyCredential? { keyTable[id].flatMap { isLive($0) ? $0 : nil } }

    /// The key with that record id, in the trash or not.
    package func keyOrTrash(_ id: Identifier) -> KeyCredential? { keyTable[id] }

    /// The key outside the trash with that credential id.
    package func key(credentialID: [UInt8]) -> KeyCredential? {
        key(KeyCredential.recordID(of: credentialID)).flatMap { $0.has(id: credentialID) ? $0 : nil }
    }

    /// Whether another key can be made.
    package var hasRoomForKey: Bool { keyTable.count < Limits.securityKeys }

    private func isLive(_ key: KeyCredential) -> Bool { key.removed == 0 && accounts[key.account]?.removed == 0 }

    private static func isOlder(_ a: KeyCredential, _ b: KeyCredential) -> Bool {
        (a.created, a.order, a.id) < (b.created, b.order, b.id)
    }

    // MARK: Changing

    /// Makes a key of a private key that was made for it. Its credential id and the seeds of hmac-secret are made here.
    ///
    /// - Parameters:
    ///   - blob: what the site keeps in it; empty for nothing.
    ///   - account: who is to own it; nil for the account of its site and user name, which is made if there is none.
    package mutating func addKey(
        _ new: NewKey, privateKey: Span<UInt8>, publicKey: Span<UInt8>, blob: Span<UInt8> = Span(),
        account: Identifier? = nil, at utc: UInt64
    ) throws(VaultError) -> KeyCredential {
        try new.check()
        guard hasRoomForKey else { throw .tooLarge("\(Limits.securityKeys) security keys") }
        guard privateKey.count == Limits.privateKey, publicKey.count == new.algorithm.publicKeyCount else {
            throw .badKey("a private or public key of that length")
        }
        guard blob.count <= Limits.keyBlob else { throw .badKey("so long a blob") }
        let secrets = try Self.secrets(new, privateKey, blob)
        let before = self
        do throws(VaultError) {
            let owner: Identifier
            if let account {
                guard accounts[account]?.removed == 0 else { throw .notFound }
                owner = account
            } else {
                owner = try ownAccount(of: new, at: utc)
            }
            let credentialID = Self.randomCredentialID()
            guard records[KeyCredential.recordID(of: credentialID)] == nil else {
                throw .damaged("two keys have one id")
            }
            return try insert(
                new, credentialID, publicKey: publicKey, secrets.body, secrets.places, of: owner, created: utc, at: utc)
        } catch {
            self = before
            throw error
        }
    }

    /// Keeps a key under an id that no other has.
    mutating func insert(
        _ new: NewKey, _ credentialID: [UInt8], publicKey: Span<UInt8>, _ body: SharedSecret,
        _ places: KeyCredential.SecretPlaces, of owner: Identifier, batch: Identifier? = nil, created: UInt64,
        at utc: UInt64
    ) throws(VaultError) -> KeyCredential {
        let id = KeyCredential.recordID(of: credentialID)
        var key = KeyCredential(
            id: id, account: owner, credentialID: credentialID, kind: new.kind, algorithm: new.algorithm,
            transport: new.transport, flags: new.flags, protection: new.protection,
            publicKey: publicKey.indices.map { publicKey[$0] }, relyingParty: new.relyingParty,
            relyingPartyName: new.relyingPartyName, userHandle: new.userHandle, userName: new.userName,
            displayName: new.displayName, label: new.label, created: min(created, Record.numberLimit),
            order: (keyTable.values.map(\.order).max() ?? 0) + 1, batch: batch, body: body)
        key.places = places
        var record = try key.record(over: nil, at: utc)
        if let old = records[id] { record = try record.broughtBack(after: old) }
        let made = try KeyCredential(record)
        records[id] = record
        keyTable[id] = made
        revision += 1
        return made
    }

    /// Changes what is said of a key; what is nil stays.
    package mutating func editKey(
        _ id: Identifier, label: String? = nil, userName: String? = nil, displayName: String? = nil,
        account: Identifier? = nil, isVerified: Bool? = nil, hosts: KeyHosts? = nil,
        at utc: UInt64
    ) throws(VaultError) {
        guard let old = key(id) else { throw .noKey }
        var key = old
        for name in [label, userName, displayName] { if let name { try NewKey.check(name: name) } }
        if let account {
            guard accounts[account]?.removed == 0 else { throw .notFound }
            key.account = account
        }
        if let label { key.label = label.oneLine }
        if let userName { key.userName = userName.oneLine }
        if let displayName { key.displayName = displayName.oneLine }
        if let isVerified {
            key.flags.formSymmetricDifference(isVerified == key.flags.contains(.alwaysVerify) ? [] : .alwaysVerify)
        }
        if let hosts { try key.limit(to: hosts) }
        // So that other machines, which have the protection still, do not give it back.
        key.noteLowered(since: old)
        try replace(key, at: utc)
    }

    /// Notes that a key is about to sign: one that is bound to this machine counts on, and must be saved before the
    /// signature leaves.
    ///
    /// - Parameter host: SHA-256 of the key of the host that it logs in to; nil for another use.
    package mutating func useKey(
        _ id: Identifier, at utc: UInt64, host: [UInt8]? = nil
    ) throws(VaultError) -> KeyCredential {
        guard var key = key(id) else { throw .noKey }
        if key.kind == .deviceBound {
            guard key.counter < .max else { throw .badKey("more signatures: its counter is at its end") }
            key.counter += 1
        }
        key.lastUsed = min(max(utc, 1), Record.numberLimit)
        if let host { key.noteHost(host) }
        return try replace(key, at: utc)
    }

    /// Puts a key into the trash, where it signs nothing and can be had back for 30 days. An account that has nothing
    /// but this key goes with it.
    package mutating func removeKey(_ id: Identifier, at utc: UInt64) throws(VaultError) {
        guard var key = key(id), let account = accounts[key.account] else { throw .noKey }
        let hasMore =
            account.credential != nil || account.noteCount > 0 || recoverySets[account.id] != nil
            || keys(of: account.id).count > 1
        guard hasMore else { return try remove(account.id, at: utc) }
        key.removed = max(utc, 1)
        try replace(key, at: utc)
    }

    /// Takes a key out of the trash: to its account, to the one that has this account's name now, or with its account.
    package mutating func restoreKey(_ id: Identifier, at utc: UInt64) throws(VaultError) {
        guard var key = keyTable[id], !isLive(key), let account = accounts[key.account] else { throw .noKey }
        let before = self
        do throws(VaultError) {
            if account.removed != 0 {
                if let other = taken(by: account.details) {
                    key.account = other
                } else {
                    try restore(account.id, at: utc)
                }
            }
            key.removed = 0
            try replace(key, at: utc)
        } catch {
            self = before
            throw error
        }
    }

    /// Notes that a backup, which was verified, holds these keys. That is never taken back.
    ///
    /// - Returns: of how many keys it was not known before.
    package mutating func markBackedUp(in backup: Backup, at utc: UInt64) throws(VaultError) -> Int {
        var count = 0
        for key in keyTable.values where key.isEligible && !key.isBackedUp && !key.isPlaceholder {
            guard let copy = backup.contents.keyTable[key.id], !copy.isPlaceholder, copy.isSame(as: key) else {
                continue
            }
            var marked = key
            marked.flags.insert(.backedUp)
            try replace(marked, at: utc)
            count += 1
        }
        return count
    }

    /// Ends one key for good, so that another one can be made in a full vault: the one that has been in the trash longest,
    /// else the first of those that the new one takes the place of.
    package mutating func makeRoomForKey(in replaced: [KeyCredential], at utc: UInt64) throws(VaultError) {
        let inTrash = keyTable.values.filter { !isLive($0) }
        let longest = inTrash.min { (removal(of: $0), $0.order) < (removal(of: $1), $1.order) }
        guard let last = longest ?? replaced.first else { return }
        try buryKey(last, .alone, at: utc)
    }

    /// When a key was put into the trash, by itself or with its account; 0 when it is not there.
    package func removal(of key: KeyCredential) -> UInt64 {
        key.removed != 0 ? key.removed : accounts[key.account]?.removed ?? 0
    }

    // MARK: Parts of changes

    @discardableResult
    mutating func replace(_ key: KeyCredential, at utc: UInt64) throws(VaultError) -> KeyCredential {
        guard let old = records[key.id] else { throw .noKey }
        let record = try key.record(over: old, at: utc).edited(over: old)
        let read = try KeyCredential(record)
        records[key.id] = record
        keyTable[key.id] = read
        revision += 1
        return read
    }

    /// Ends the keys of an account that ends.
    mutating func buryKeys(
        of account: Identifier, _ end: RecordEnd = .withOwner, at utc: UInt64
    ) throws(VaultError) {
        for key in keyTable.values where key.account == account { try buryKey(key, end, at: utc) }
    }

    mutating func buryKey(_ key: KeyCredential, _ end: RecordEnd, at utc: UInt64) throws(VaultError) {
        try bury(key.id, end, at: utc)
        keyTable[key.id] = nil
        revision += 1
    }

    /// The account that a key without one belongs to: that of its site and user.
    mutating func ownAccount(of new: NewKey, at utc: UInt64) throws(VaultError) -> Identifier {
        let isHash = new.transport == .u2f && !new.relyingPartyName.isEmpty
        let details = AccountDetails(
            issuer: Self.plain(isHash ? new.relyingPartyName : new.relyingParty), name: Self.plain(new.userName))
        if let account = taken(by: details) { return account }
        return try add(details, nil, key: Span(), pin: Span(), note: Span(), at: utc).id
    }

    /// Without the control characters, which no account's name can have.
    static func plain(_ name: String) -> String {
        var plain = ""
        plain.unicodeScalars.append(
            contentsOf: name.unicodeScalars.filter { !($0.value < 32 || (127..<160).contains($0.value)) })
        return plain
    }

    private static func randomCredentialID() -> [UInt8] {
        let halves = (Sodium.randomIdentifier(), Sodium.randomIdentifier())
        return halves.0.indices.map { halves.0[$0] } + halves.1.indices.map { halves.1[$0] }
    }

    /// The secrets of a new key, and where they lie.
    private static func secrets(
        _ new: NewKey, _ privateKey: Span<UInt8>, _ blob: Span<UInt8>
    ) throws(VaultError) -> (body: SharedSecret, places: KeyCredential.SecretPlaces) {
        var secrets = try RecordStream.buffer(privateKey.count + blob.count + 3 * Limits.keySeed)
        var places = KeyCredential.SecretPlaces()
        secrets.append(copying: privateKey)
        places.privateKey = 0..<secrets.count
        secrets.append(copying: blob)
        places.blob = privateKey.count..<secrets.count
        if new.flags.contains(.hmacSecret) {
            let start = secrets.count
            secrets.append { Sodium.randomBytes(into: &$0, count: 2 * Limits.keySeed) }
            places.seedWithVerification = start..<(start + Limits.keySeed)
            places.seedWithout = (start + Limits.keySeed)..<secrets.count
        }
        if new.hasLargeBlobKey {
            let start = secrets.count
            secrets.append { Sodium.randomBytes(into: &$0, count: Limits.keySeed) }
            places.largeBlobKey = start..<secrets.count
        }
        do { return (SharedSecret(try Secret(secrets)), places) } catch { throw .memory(error) }
    }
}

extension KeyCredential {
    /// Limits a key of ssh to logins, or to none any more.
    fileprivate mutating func limit(to hosts: KeyHosts) throws(VaultError) {
        guard relyingParty.hasPrefix("ssh:") else { throw .badKey("hosts: it is not one of ssh") }
        switch hosts {
        case .any: (flags, self.hosts) = (flags.subtracting(.limited), [])
        case .only(let limits):
            guard limits.count <= Limits.hostLimits else { throw .badKey("more than \(Limits.hostLimits) hosts") }
            for limit in limits { try limit.check() }
            (flags, self.hosts) = (flags.union(.limited), limits)
        }
    }

    /// Whether two records are of one key. Their private keys are the same then, or one of them is a placeholder.
    func isSame(as other: KeyCredential) -> Bool {
        credentialID == other.credentialID && kind == other.kind && algorithm == other.algorithm
            && publicKey == other.publicKey && relyingParty == other.relyingParty && userHandle == other.userHandle
    }
}
