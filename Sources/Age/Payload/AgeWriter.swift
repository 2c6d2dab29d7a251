import Platform

/// Seals a file as its plaintext comes: at most one chunk of plaintext is held, in locked memory. What is sealed
/// is ordinary bytes.
package struct AgeWriter: ~Copyable, Sendable {
    private var output: [UInt8]
    private var chunk: LockedBuffer
    private var cipher: PayloadCipher

    /// Starts a file that each of `recipients` can open, under a new file key.
    ///
    /// - Parameter extraStanzas: further stanzas with types of the caller's own, which readers of age skip and the
    ///   header's MAC covers.
    /// - Parameter sumType: the type of one more, the last, whose body is `AgeHeader.sum` of the others.
    /// - Throws: `noRecipients`; `malformedRecipient` for a key of low order; `reservedStanza`; `headerTooLarge`;
    ///   `memory`.
    package init(
        to recipients: [X25519Recipient], extraStanzas: [Stanza] = [], sumType: String? = nil
    ) throws(AgeError) {
        guard !recipients.isEmpty else { throw .noRecipients }
        for type in extraStanzas.map(\.type) + [sumType].compactMap(\.self)
        where [X25519Stanza.type, PassphraseStanza.type].contains(type) {
            throw .reservedStanza(type: type)
        }
        let fileKey = try FileKey.random()
        var stanzas: [Stanza] = []
        for recipient in recipients { stanzas.append(try X25519Stanza.wrap(fileKey, for: recipient)) }
        stanzas += extraStanzas
        if let sumType { stanzas.append(try Stanza(type: sumType, body: AgeHeader.sum(of: stanzas))) }
        try self.init(stanzas, fileKey)
    }

    /// Starts a file that a passphrase (UTF-8) alone opens, as `age -p` writes it; runs scrypt.
    ///
    /// - Parameter workFactor: log2 of scrypt's rounds, 1...22; 18 takes 256 MiB and about a second.
    /// - Throws: `workFactorTooHigh`; `memory`.
    package init(passphrase: Span<UInt8>, workFactor: Int = 18) throws(AgeError) {
        let fileKey = try FileKey.random()
        try self.init(
            [PassphraseStanza.wrap(fileKey, passphrase: passphrase, workFactor: workFactor)], fileKey)
    }

    private init(_ stanzas: [Stanza], _ fileKey: borrowing FileKey) throws(AgeError) {
        let nonce = [UInt8](capacity: PayloadCipher.nonceBytes) { output in
            Sodium.randomBytes(into: &output, count: PayloadCipher.nonceBytes)
        }
        let start = try AgeHeader.encode(stanzas, key: fileKey) + nonce
        let cipher = try PayloadCipher(fileKey, nonce: nonce.span)
        let chunk = try AgeError.locking(try LockedBuffer(capacity: AgeLimits.chunkBytes))
        self.output = start
        self.cipher = cipher
        self.chunk = chunk
    }

    /// Makes room for a file with so many bytes of plaintext: it need not move while it grows.
    package mutating func reserve(_ plaintextCount: Int) {
        let chunks = plaintextCount / AgeLimits.chunkBytes + 1
        output.reserveCapacity(output.count + plaintextCount + chunks * Sodium.tagBytes)
    }

    /// Adds plaintext to the file.
    package mutating func write(_ plaintext: Span<UInt8>) {
        var start = 0
        while start < plaintext.count {
            // A full chunk waits for more to come, because the last one may be full and is sealed differently.
            if chunk.free == 0 { seal(isLast: false) }
            let end = min(start + chunk.free, plaintext.count)
            chunk.append(copying: plaintext.extracting(start..<end))
            start = end
        }
    }

    /// What of the file is ready since the last call: the header and full chunks. To be written in this order.
    package mutating func takeOutput() -> [UInt8] {
        defer { output = [] }
        return output
    }

    /// Seals the last chunk and returns what of the file was not taken yet: all of it, if nothing was.
    package consuming func finish() -> [UInt8] {
        seal(isLast: true)
        return takeOutput()
    }

    private mutating func seal(isLast: Bool) {
        cipher.seal(chunk, isLast: isLast, onto: &output)
        chunk.removeAll()
    }
}
