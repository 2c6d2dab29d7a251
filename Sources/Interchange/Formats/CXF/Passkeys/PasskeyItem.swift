package import Platform
package import Wire

/// One passkey of another program: what `fob` can keep of it, what it cannot, and its secrets in locked memory.
package struct PasskeyItem: ~Copyable {
    /// The passkey without its secrets.
    package var key: Passkey
    /// The private key.
    package var privateKey: LockedBuffer
    /// The seeds of hmac-secret with and without verification; both or none.
    package var seedWithVerification: LockedBuffer
    package var seedWithout: LockedBuffer
    /// What its site keeps in it (credBlob).
    package var blob: LockedBuffer
    /// The key of its large blobs.
    package var largeBlobKey: LockedBuffer
    /// It lies in the trash of the source: it is named, and stays there.
    package var isTrashed = false
    /// What the source has and a passkey here cannot hold, each a few words.
    package var lost: [String] = []

    /// A passkey with that private key and nothing else.
    package init(_ key: Passkey, privateKey: consuming LockedBuffer) throws(ConversionError) {
        let with = try ConversionError.buffer(0)
        let without = try ConversionError.buffer(0)
        let blob = try ConversionError.buffer(0)
        let largeBlobKey = try ConversionError.buffer(0)
        self.key = key
        self.privateKey = privateKey
        seedWithVerification = with
        seedWithout = without
        self.blob = blob
        self.largeBlobKey = largeBlobKey
    }

    /// What it is called where something is said about it.
    package var label: String {
        let user = key.userName.isEmpty ? key.displayName : key.userName
        return user.isEmpty ? key.site : "\(key.site): \(user)"
    }

    /// Lends its secrets.
    package borrowing func withSecrets<R, E: Error>(
        _ use: (PasskeySecretsText) throws(E) -> R
    ) throws(E) -> R {
        try use(
            PasskeySecretsText(
                privateKey: privateKey.bytes, with: seedWithVerification.bytes, without: seedWithout.bytes,
                blob: blob.bytes, largeBlobKey: largeBlobKey.bytes))
    }

    /// Why it cannot be kept, as a lower case sentence without a full stop; nil when it can.
    package borrowing func refusal() -> String? {
        if key.site.isEmpty || key.site.utf8.count > Limits.site { return "it does not say for which site it is" }
        if !(1...Limits.keptKeyID).contains(key.credential.count) {
            return "its credential id has \(key.credential.count) bytes"
        }
        if key.userHandle.count > Limits.userHandle { return "its user handle has \(key.userHandle.count) bytes" }
        if blob.count > Limits.keyBlob { return "its credBlob has \(blob.count) bytes" }
        return nil
    }

    /// The same with texts that fit into the protocol.
    package func fitted() -> Passkey {
        var fitted = key
        for path in [\Passkey.issuer, \.name] {
            fitted[keyPath: path] = FittedText(key[keyPath: path], Limits.name).text
        }
        for path in [\Passkey.siteName, \.userName, \.displayName] {
            fitted[keyPath: path] = FittedText(key[keyPath: path], Limits.keyName).text
        }
        return fitted
    }
}

extension EntrySink {
    /// One passkey, at the place of its item; a sink that knows no passkeys says so.
    package func passkey(_ passkey: consuming PasskeyItem, at position: Int) throws(ConversionError) {
        try problem(passkey.label, "it is a passkey", at: position)
    }

    /// Gives the passkey that `make` makes of a part of an item, or says why it makes none.
    func passkey(
        _ label: String, at position: Int, _ make: () throws(ConversionError) -> PasskeyItem
    ) throws(ConversionError) {
        let made: PasskeyItem
        do throws(ConversionError) {
            made = try make()
        } catch {
            guard case .malformed(let reason) = error, error.scope == .item else { throw error }
            return try problem(label, "its passkey: \(reason)", at: position)
        }
        try passkey(made, at: position)
    }
}
