import Client
import Encodings
import Platform
import Wire

/// What `fob challenge` writes and `fob verify-signature` reads: five lines of text, each a word and a value.
///
/// The Ed25519 signature is over SHA-256 of the site, the byte of flags, the counter, and SHA-256 of the data: the
/// message of a WebAuthn assertion without extensions.
struct ScriptSignature: Equatable {
    /// Bytes of the longest text.
    static let limit = 2048
    private static let heading = "fob-signature 1"
    /// That a person said yes (WebAuthn's UP).
    private static let presence: UInt8 = 0x01
    /// That the key itself or extensions stand in front of the hash: no signature of a script has them.
    private static let more: UInt8 = 0xC0

    let site: String
    let publicKey: [UInt8]
    let flags: UInt8
    let counter: UInt32
    let signature: [UInt8]

    init(site: String, publicKey: [UInt8], flags: UInt8, counter: UInt32, signature: [UInt8]) {
        self.site = site
        self.publicKey = publicKey
        self.flags = flags
        self.counter = counter
        self.signature = signature
    }

    /// The lines.
    var text: String {
        """
        \(Self.heading)
        site \(site)
        public-key \(BaseEncoding.base16.text(publicKey.span))
        flags \(BaseEncoding.base16.text([flags].span))
        counter \(counter)
        signature \(BaseEncoding.base16.text(signature.span))

        """
    }

    /// From the lines; nil for anything else.
    init?(_ text: String) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count == 7, lines[0] == Self.heading, lines[6].isEmpty else { return nil }
        var values: [Substring] = []
        for (line, word) in zip(lines[1...5], ["site ", "public-key ", "flags ", "counter ", "signature "]) {
            guard line.hasPrefix(word) else { return nil }
            values.append(line.dropFirst(word.count))
        }
        guard let publicKey = BaseEncoding.base16AnyCase.bytes(values[1]), publicKey.count == 32,
            let flags = BaseEncoding.base16AnyCase.bytes(values[2]), flags.count == 1, let counter = UInt32(values[3]),
            let signature = BaseEncoding.base16AnyCase.bytes(values[4]), signature.count == Sodium.signatureBytes
        else { return nil }
        self.init(
            site: String(values[0]), publicKey: publicKey, flags: flags[0], counter: counter, signature: signature)
        guard self.text == text else { return nil }
    }

    /// Whether it is the yes of a person, by that key, to that data at that site.
    func isValid(for data: Span<UInt8>, at wanted: String, by key: [UInt8]) -> Bool {
        guard site == wanted, publicKey == key, flags & Self.presence != 0, flags & Self.more == 0 else { return false }
        let siteHash = Sodium.sha256(site.utf8Span.span)
        let dataHash = Sodium.sha256(data)
        var message = siteHash.indices.map { siteHash[$0] }
        message.append(flags)
        for shift in [24, 16, 8, 0] { message.append(UInt8(truncatingIfNeeded: counter >> UInt32(shift))) }
        message += dataHash.indices.map { dataHash[$0] }
        return Sodium.isValid(signature: signature.span, of: message.span, publicKey: key.span)
    }
}

/// Files of a script.
enum ScriptFile {
    /// All of a file, or of standard input for `-`.
    static func read(_ path: String, limit: Int) throws(ClientError) -> LockedBuffer {
        let text = try OpenFile.named(path).text(limit: limit)
        guard text.count <= limit else {
            throw ClientError(.badInput, tr("the data is longer than \(limit) bytes"), remedy: Sentences.signAHash)
        }
        return text
    }
}
