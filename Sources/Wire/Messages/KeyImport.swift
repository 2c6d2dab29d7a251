/// KEY_IMPORT: a passkey that was made elsewhere is staged, between BEGIN and COMMIT. The agent computes its public key.
package struct KeyImportRequest: Message, Request, ~Escapable {
    package typealias Reply = KeyImportedReply
    package static var type: MessageType { .keyImport }
    /// The passkey without its secrets.
    package var key: Passkey
    /// The private key.
    package var privateKey: Span<UInt8>
    /// The seeds of hmac-secret with and without verification; both or none.
    package var seedWithVerification: Span<UInt8>
    package var seedWithout: Span<UInt8>
    /// What its site keeps in it (credBlob); empty for nothing.
    package var blob: Span<UInt8>
    /// The key of its large blobs; empty for none.
    package var largeBlobKey: Span<UInt8>

    @_lifetime(immortal)
    package init() {
        key = Passkey()
        (privateKey, seedWithVerification, seedWithout) = (Span(), Span(), Span())
        (blob, largeBlobKey) = (Span(), Span())
    }

    /// A passkey with those secrets.
    @_lifetime(copy secrets)
    package init(_ key: Passkey, _ secrets: PasskeySecretsText) {
        self.key = key
        (privateKey, blob, largeBlobKey) = (secrets.privateKey, secrets.blob, secrets.largeBlobKey)
        (seedWithVerification, seedWithout) = (secrets.seedWithVerification, secrets.seedWithout)
    }

    @_lifetime(self: copy self, copy coder)
    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.field(&key)
        try coder.lent(&privateKey, 0...Limits.passkeyKey)
        try coder.lent(&seedWithVerification, 0...Limits.passkeyKey)
        try coder.lent(&seedWithout, 0...Limits.passkeyKey)
        try coder.lent(&blob, 0...Limits.keyBlob)
        try coder.lent(&largeBlobKey, 0...Limits.passkeyKey)
    }
}

/// KEY_IMPORTED: the reply to KEY_IMPORT.
package struct KeyImportedReply: PlainMessage {
    package static var type: MessageType { .keyImported }
    /// The record's id.
    package var record = Identifier.zero
    /// The account that owns it.
    package var account = Identifier.zero
    /// It comes in; else it is here already, and stays as it is.
    package var isNew = false
    /// What that account is called.
    package var issuer = ""
    package var name = ""

    package init() {}

    package init(record: Identifier, account: Identifier, isNew: Bool, issuer: String, name: String) {
        (self.record, self.account, self.isNew) = (record, account, isNew)
        (self.issuer, self.name) = (issuer, name)
    }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.field(&record)
        try coder.field(&account)
        try coder.bool(&isNew)
        try coder.string(&issuer, Limits.issuer)
        try coder.string(&name, Limits.name)
    }
}

/// KEY_EXPORT_PAGE: some of the passkeys of an export that has them.
package struct KeyExportPageRequest: PlainMessage {
    package static var type: MessageType { .keyExportPage }
    /// The handle of EXPORT_READY.
    package var handle: UInt32 = 0
    /// 0 for the first page, else `next` of the page before.
    package var start: UInt32 = 0

    package init() {}

    package init(handle: UInt32, start: UInt32) { (self.handle, self.start) = (handle, start) }

    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.integer(&handle)
        try coder.integer(&start)
    }
}

/// One passkey of an export, with where its secrets are.
package struct PasskeyExport: Equatable, Sendable {
    /// The passkey.
    package var key = Passkey()
    /// Its secrets.
    package var secrets = PasskeySecrets()

    @_lifetime(text: copy text, copy coder)
    mutating func fields<C: Coder & ~Copyable & ~Escapable>(
        _ coder: inout C, in text: inout Span<UInt8>
    ) throws(WireError) {
        try coder.field(&key)
        try secrets.fields(&coder, in: &text)
    }
}

/// KEY_EXPORTED: a page of passkeys. An agent writes it piece by piece, as EXPORT_ENTRIES.
package struct KeyExportedReply: Message, ~Escapable {
    package static var type: MessageType { .keyExported }
    /// Start of the next page; 0 at the end.
    package var next: UInt32
    /// The passkeys of this page.
    package var keys: [PasskeyExport]
    /// What their secrets are parts of.
    package var text: Span<UInt8>

    @_lifetime(immortal)
    package init() { (next, keys, text) = (0, [], Span()) }

    @_lifetime(self: copy self, copy coder)
    package mutating func fields<C: Coder & ~Copyable & ~Escapable>(_ coder: inout C) throws(WireError) {
        try coder.integer(&next)
        for index in 0..<(try coder.count(keys.count, Limits.pageEntries)) {
            if C.isReader { keys.append(PasskeyExport()) }
            try keys[index].fields(&coder, in: &text)
        }
    }

    /// Bytes in front of the passkeys.
    package static var headCount: Int { 6 }

    /// Appends what stands in front of the passkeys.
    package static func encodeHead(
        next: UInt32, keys: Int, into output: inout OutputSpan<UInt8>
    ) throws(WireError) {
        output.appendInteger(next)
        _ = try output.count(keys, Limits.pageEntries)
    }

    /// Appends one passkey.
    package static func encode(
        _ key: Passkey, _ secrets: PasskeySecretsText, into output: inout OutputSpan<UInt8>
    ) throws(WireError) {
        var key = key
        try output.field(&key)
        try secrets.encode(into: &output)
    }
}
