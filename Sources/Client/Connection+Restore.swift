import Platform
package import Wire

extension Connection {
    /// Hands a sealed file to the agent, which opens nothing yet.
    package mutating func beginRestore(_ sealed: [UInt8]) throws(ClientError) {
        guard !sealed.isEmpty, sealed.count <= Limits.sealed else {
            throw ClientError(.badInput, Sentences.backupSize, remedy: Sentences.otherBackup)
        }
        let _: OKReply = try request(RestoreBeginRequest(bytes: UInt32(sealed.count)))
        var start = 0
        while start < sealed.count {
            let part = sealed.span.extracting(start..<min(start + Limits.sealedPart, sealed.count))
            let count = RestoreDataRequest.encodedCount(bytes: part.count)
            let _: OKReply = try request(.restoreData, bodyCount: count) {
                (output: inout OutputSpan<UInt8>) throws(WireError) in
                try RestoreDataRequest.encode(bytes: part, into: &output)
            }
            start += part.count
        }
    }

    /// Has it opened, and learns what it would change.
    package mutating func openRestore(
        _ mode: RestoreMode, _ key: RestoreKey, _ secret: Span<UInt8>
    ) throws(ClientError) -> RestoreSummary {
        let count = RestoreOpenRequest.encodedCount(secret: secret.count)
        let reply: RestoreOpenedReply = try request(.restoreOpen, bodyCount: count) {
            (output: inout OutputSpan<UInt8>) throws(WireError) in
            try RestoreOpenRequest.encode(mode: mode, key: key, secret: secret, into: &output)
        }
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

    /// Takes over what was previewed; the passphrase is that of a vault that is made, or empty.
    package mutating func commitRestore(
        source: String, passphrase: Span<UInt8>
    ) throws(ClientError) -> RestoreSummary {
        let count = RestoreCommitRequest.encodedCount(source: source, passphrase: passphrase.count)
        let reply: RestoredReply = try request(.restoreCommit, bodyCount: count) {
            (output: inout OutputSpan<UInt8>) throws(WireError) in
            try RestoreCommitRequest.encode(source: source, passphrase: passphrase, into: &output)
        }
        return reply.summary
    }

    /// VERIFY.
    package mutating func verify(
        _ selector: Selector, _ credential: Credential, key: Span<UInt8>, pin: Span<UInt8>
    ) throws(ClientError) {
        let count = VerifyRequest.encodedCount(selector, credential, key: key.count, pin: pin.count)
        let _: OKReply = try request(.verify, bodyCount: count) {
            (output: inout OutputSpan<UInt8>) throws(WireError) in
            try VerifyRequest.encode(selector, credential, key: key, pin: pin, into: &output)
        }
    }
}
