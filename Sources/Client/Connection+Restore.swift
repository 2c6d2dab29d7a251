import Platform
package import Wire

extension Connection {
    /// Hands a sealed file to the agent, which opens nothing yet.
    package mutating func beginRestore(_ sealed: [UInt8]) throws(ClientError) {
        guard !sealed.isEmpty, sealed.count <= Limits.sealed else {
            throw ClientError(.badInput, Sentences.backupSize, remedy: Sentences.otherBackup)
        }
        try request(RestoreBeginRequest(bytes: UInt32(sealed.count)))
        var start = 0
        while start < sealed.count {
            let part = sealed.span.extracting(start..<min(start + Limits.sealedPart, sealed.count))
            try request(RestoreDataRequest(bytes: part))
            start += part.count
        }
    }

    /// Has it opened, and learns what it would change.
    package mutating func openRestore(
        _ mode: MergeMode, _ key: RestoreKey, _ secret: Span<UInt8>, owner: Span<UInt8> = Span()
    ) throws(ClientError) -> RestoreSummary {
        let reply: RestoreOpenedReply = try request(
            RestoreOpenRequest(mode: mode, key: key, secret: secret, owner: owner))
        return reply.summary
    }

    /// What becomes of each account.
    package mutating func restoreEntries() throws(ClientError) -> [RestoreEntry] {
        var page: RestoreEntriesReply = try request(RestorePreviewRequest())
        var entries = page.entries
        while page.next != 0 {
            page = try request(RestorePreviewRequest(start: page.next))
            entries += page.entries
        }
        return entries
    }

    /// Takes over what was previewed.
    ///
    /// - Parameters:
    ///   - passphrase: that of a vault that is made, or empty.
    ///   - asks: have the owner asked about protections that are weakened; else they stay.
    package mutating func commitRestore(
        source: String, passphrase: Span<UInt8>, asks: Bool = false
    ) throws(ClientError) -> RestoreSummary {
        let reply: RestoredReply = try request(
            RestoreCommitRequest(source: source, passphrase: passphrase, asks: asks))
        return reply.summary
    }

    /// VERIFY.
    package mutating func verify(
        _ selector: Selector, _ credential: Credential, key: Span<UInt8>, pin: Span<UInt8>
    ) throws(ClientError) {
        try request(VerifyRequest(selector, credential, key: key, pin: pin))
    }
}
