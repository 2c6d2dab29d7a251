import Encodings
import Platform

/// The header of an age file (C2SP age, "Header"): readable without any key, but to be believed only once
/// `fileKey` has verified it.
package struct AgeHeader: Sendable {
    /// All stanzas, also those of unknown types, in the file's order.
    package let stanzas: [Stanza]
    /// Bytes of the header in the file; the payload follows.
    package let byteCount: Int
    /// Lines of the header.
    let lineCount: Int
    /// What the MAC covers: from the version line to `---`.
    private let authenticated: [UInt8]
    private let mac: [UInt8]

    static let versionLine = Array("age-encryption.org/v1".utf8)
    private static let versionStart = Array("age-encryption.org/".utf8)
    static let end = Array("---".utf8)
    private static let macBytes = 32

    /// Reads the header at the start of `file`, strictly: there is one spelling for each header.
    ///
    /// - Throws: an `AgeError` of the header group.
    package init(parsing file: Span<UInt8>) throws(AgeError) {
        let header = file.extracting(0..<min(file.count, AgeLimits.headerBytes))
        guard header.starts(with: Self.versionStart) else { throw .notAge }
        var lines = Lines()
        let version = try lines.nextOfHeader(header)
        guard header.extracting(version).isEqual(to: Self.versionLine) else { throw .unsupportedVersion }
        var stanzas: [Stanza] = []
        var range = try lines.nextOfHeader(header)
        while header.extracting(range).starts(with: Stanza.start) {
            guard stanzas.count < AgeLimits.stanzas else { throw .headerTooLarge }
            stanzas.append(try Stanza(line: header.extracting(range), bodyFrom: &lines, in: header))
            range = try lines.nextOfHeader(header)
        }
        guard !stanzas.isEmpty, let mac = Self.mac(of: header.extracting(range)) else {
            throw .malformedHeader(line: lines.number)
        }
        self.stanzas = stanzas
        self.mac = mac
        byteCount = lines.position
        lineCount = lines.number
        authenticated = header.extracting(0..<range.lowerBound + Self.end.count).copied
    }

    private static func mac(of line: Span<UInt8>) -> [UInt8]? {
        guard line.starts(with: end), line.count > end.count, line[end.count] == UInt8(ascii: " ") else {
            return nil
        }
        var mac: [UInt8] = []
        let text = line.extracting(end.count + 1..<line.count)
        guard BaseEncoding.base64.append(decoding: text, to: &mac), mac.count == macBytes else { return nil }
        return mac
    }

    /// The bytes of a header with `stanzas`, authenticated under `key`.
    static func encode(_ stanzas: [Stanza], key: borrowing FileKey) throws(AgeError) -> [UInt8] {
        var header = versionLine
        header.append(UInt8(ascii: "\n"))
        for stanza in stanzas { stanza.append(to: &header) }
        header += end
        let mac = try key.headerMAC(of: header.span)
        header.append(UInt8(ascii: " "))
        BaseEncoding.base64.append(mac.span, to: &header)
        header.append(UInt8(ascii: "\n"))
        guard header.count <= AgeLimits.headerBytes, stanzas.count <= AgeLimits.stanzas else { throw .headerTooLarge }
        return header
    }

    /// The SHA-256 of the text of `stanzas`. It needs no key: whoever changes a header by accident does not change this with
    /// it, whoever does so on purpose can.
    package static func sum(of stanzas: some Sequence<Stanza>) -> [UInt8] {
        var text: [UInt8] = []
        for stanza in stanzas { stanza.append(to: &text) }
        return Sodium.sha256(text.span).span.copied
    }

    /// Whether the stanza of that type has the sum of the others; nil when there is none.
    package func fitsSum(ofType type: String) -> Bool? {
        guard let sum = stanzas.first(where: { $0.type == type }) else { return nil }
        return sum.arguments.isEmpty && sum.body == Self.sum(of: stanzas.lazy.filter { $0.type != type })
    }

    /// The file key, unwrapped with `identity`, of a header that proved to be written with that key.
    ///
    /// - Throws: `noMatch` when no stanza is for this identity; `wrongMAC`; `malformedStanza`;
    ///   `passphraseStanzaNotAlone`; `memory`.
    package func fileKey(for identity: borrowing X25519Identity) throws(AgeError) -> FileKey {
        try requirePassphraseAlone()
        for stanza in stanzas where stanza.type == X25519Stanza.type {
            if let key = try identity.unwrap(stanza) { return try verified(key) }
        }
        throw .noMatch
    }

    /// The file key, unwrapped with a passphrase (UTF-8) through scrypt: slow on purpose.
    ///
    /// - Parameter workFactor: log2 of the most rounds to go through with, at most `AgeLimits.workFactor`.
    /// - Throws: as the other; also `workFactorTooHigh`, before any work.
    package func fileKey(
        passphrase: Span<UInt8>, workFactor: Int = AgeLimits.workFactor
    ) throws(AgeError) -> FileKey {
        try requirePassphraseAlone()
        guard let stanza = stanzas.first, stanza.type == PassphraseStanza.type else { throw .noMatch }
        let limit = min(workFactor, AgeLimits.workFactor)
        guard let key = try PassphraseStanza.unwrap(stanza, passphrase: passphrase, limit: limit) else {
            throw .noMatch
        }
        return try verified(key)
    }

    /// Who knows the passphrase of such a file may not be shown one that others can write as well
    /// (C2SP age, "scrypt recipient stanza").
    private func requirePassphraseAlone() throws(AgeError) {
        guard stanzas.count > 1 else { return }
        for stanza in stanzas where stanza.type == PassphraseStanza.type { throw .passphraseStanzaNotAlone }
    }

    private func verified(_ key: consuming FileKey) throws(AgeError) -> FileKey {
        let expected = try key.headerMAC(of: authenticated.span)
        guard Sodium.equal(expected.span, mac.span) else { throw .wrongMAC }
        return key
    }
}

extension Lines {
    /// The next line of a header that is cut at `AgeLimits.headerBytes`.
    mutating func nextOfHeader(_ header: Span<UInt8>) throws(AgeError) -> Range<Int> {
        if let line = next(in: header) { return line }
        throw header.count < AgeLimits.headerBytes ? .malformedHeader(line: number + 1) : .headerTooLarge
    }
}
