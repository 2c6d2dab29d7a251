import CryptoP256
import Platform
import Vault
import Wire

// KEY_IMPORT and KEY_EXPORT_PAGE: passkeys that come from elsewhere and go there.
extension Agent {
    func keyImport(_ request: KeyImportRequest, _ call: Call) throws(Refusal) {
        _ = try use()
        try checkRoom()
        guard let transaction = call.connection.transaction else { throw .notStaging }
        let key = request.key
        // What signs for ssh or for scripts is no passkey, and no file has a say in that.
        guard try KeySite(key.site, at: .ctap).kind == .web else {
            throw .badSite("a passkey is of a site of the web")
        }
        let publicKey = try Self.publicKey(of: request.privateKey, key.algorithm)
        guard key.publicKey.isEmpty || key.publicKey == publicKey else {
            throw .badPasskey("its public key is not that of its private key")
        }
        var new = Vault.NewKey(relyingParty: key.site, .synced, key.algorithm, .ctap)
        if key.isDiscoverable { new.flags.insert(.discoverable) }
        if key.signsPayments { new.flags.insert(.thirdPartyPayment) }
        (new.relyingPartyName, new.userHandle) = (key.siteName, key.userHandle)
        (new.userName, new.displayName) = (key.userName, key.displayName)
        var foreign = ForeignKey(
            new, credentialID: key.credential, publicKey: publicKey,
            owner: AccountDetails(issuer: key.issuer, name: key.name))
        foreign.created = key.created
        let secrets = ForeignKeySecrets(
            privateKey: request.privateKey, with: request.seedWithVerification, without: request.seedWithout,
            blob: request.blob, largeBlobKey: request.largeBlobKey)
        let (made, isNew) = try transaction.add(foreign, secrets, at: utc)
        guard transaction.preview.key(made.id) != nil else { throw .keyInTrash(made.id) }
        let details = transaction.preview[made.account]?.details
        server.send(
            KeyImportedReply(
                record: made.id, account: made.account, isNew: isNew, issuer: details?.issuer ?? "",
                name: details?.name ?? ""),
            to: call)
    }

    /// The public key of a private one, which nobody has looked at yet.
    private static func publicKey(
        of privateKey: Span<UInt8>, _ algorithm: KeyAlgorithm
    ) throws(Refusal) -> [UInt8] {
        guard privateKey.count == Limits.privateKey else { throw .badPasskey("its private key has not 32 bytes") }
        switch algorithm {
        case .es256:
            let point: [64 of UInt8]
            do throws(CryptoP256Error) { point = try P256.publicKey(of: privateKey) } catch {
                guard error != .outOfMemory else { throw .lockedMemory }
                throw .badPasskey("its private key is none of P-256")
            }
            return point.indices.map { point[$0] }
        case .edDSA:
            let point = Sodium.signingPublicKey(seed: privateKey)
            return point.indices.map { point[$0] }
        }
    }

    func keyExportPage(_ request: KeyExportPageRequest, _ call: Call) throws(Refusal) {
        _ = try use()
        guard audit.failure == nil else { throw .auditNotWritten }
        guard let export = exports[request.handle], export.owner == call.connection.token,
            case .passkeys(let contents, _, let keys) = export.what, request.start <= keys.count
        else { throw .noExport }
        struct Entry {
            let key: KeyCredential
            let onWire: Passkey
        }
        let page = Page(of: keys, from: request.start, head: KeyExportedReply.headCount) { (entry: Entry) in
            entry.onWire.encodedCount + entry.key.withExported { $0.encodedCount }
        } _: { id in
            contents.key(id).map { Entry(key: $0, onWire: Passkey($0, of: contents[$0.account])) }
        }
        if page.next == 0 { exports[request.handle] = nil }
        call.connection.holdsSecrets = true
        server.send(to: call.connection, count: Limits.frameHeader + page.count) {
            (output: inout OutputSpan<UInt8>) throws(WireError) in
            try Frame.append(.keyExported, id: call.id, bodyCount: page.count, into: &output) {
                (output: inout OutputSpan<UInt8>) throws(WireError) in
                try KeyExportedReply.encodeHead(next: page.next, keys: page.entries.count, into: &output)
                for entry in page.entries {
                    try entry.key.withExported { (secrets: PasskeySecretsText) throws(WireError) in
                        try KeyExportedReply.encode(entry.onWire, secrets, into: &output)
                    }
                }
            }
        }
    }
}

extension Contents {
    /// The keys of those accounts that an export can hold: those of the web that may leave this machine.
    func passkeys(of accounts: [Identifier]) -> [KeyCredential] {
        let accounts = Set(accounts)
        return keys.filter { $0.isPasskey && !$0.isPlaceholder && accounts.contains($0.account) }
    }
}

extension KeyCredential {
    /// It is a key of the web that is not bound to a machine.
    var isPasskey: Bool { kind == .synced && transport == .ctap && KeySite(ofKey: relyingParty).kind == .web }

    /// Lends all its secrets.
    fileprivate func withExported<R, E: Error>(_ use: (PasskeySecretsText) throws(E) -> R) throws(E) -> R {
        try withPrivateKey { (privateKey: Span<UInt8>) throws(E) in
            try withSeed(isVerified: true) { (with: Span<UInt8>) throws(E) in
                try withSeed(isVerified: false) { (without: Span<UInt8>) throws(E) in
                    try withBlob { (blob: Span<UInt8>) throws(E) in
                        try withLargeBlobKey { (largeBlobKey: Span<UInt8>) throws(E) in
                            try use(
                                PasskeySecretsText(
                                    privateKey: privateKey, with: with, without: without, blob: blob,
                                    largeBlobKey: largeBlobKey))
                        }
                    }
                }
            }
        }
    }
}

extension Passkey {
    /// As messages have it.
    fileprivate init(_ key: KeyCredential, of account: Vault.Account?) {
        self.init(site: key.relyingParty, credential: key.credentialID, key.algorithm)
        (issuer, name) = (account?.details.issuer ?? "", account?.details.name ?? "")
        (siteName, userHandle, publicKey) = (key.relyingPartyName, key.userHandle, key.publicKey)
        (userName, displayName, created) = (key.userName, key.displayName, key.created)
        isDiscoverable = key.flags.contains(.discoverable)
        signsPayments = key.flags.contains(.thirdPartyPayment)
    }
}
