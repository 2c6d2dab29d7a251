package import Encodings
import Platform
import Wire

/// A public key that lives in a security key, as ssh knows it (OpenSSH's PROTOCOL.u2f): what signs, and for which
/// application it was made.
package struct SSHKey: Equatable, Sendable {
    /// How it signs.
    package enum Algorithm: String, CaseIterable, Sendable {
        /// Ed25519; the public key has 32 bytes.
        case ed25519 = "sk-ssh-ed25519@openssh.com"
        /// ECDSA on P-256; the public key has 64 bytes, x and y.
        case ecdsa = "sk-ecdsa-sha2-nistp256@openssh.com"

        /// Bytes of a public key.
        package var publicKeyCount: Int { self == .ed25519 ? 32 : 64 }
    }

    /// How it signs.
    package let algorithm: Algorithm
    /// The public key, without the byte that ssh puts in front of a point.
    package let publicKey: [UInt8]
    /// What it was made for, "ssh:" or longer: the credential's rpId.
    package let application: String

    /// What every application of ssh begins with.
    package static let applicationPrefix = "ssh:"
    private static let curve = "nistp256"
    /// The byte in front of a point that is not compressed (SEC 1, section 2.3.3).
    private static let uncompressed: UInt8 = 4

    /// A key of the right size; nil otherwise.
    package init?(_ algorithm: Algorithm, publicKey: [UInt8], application: String) {
        guard publicKey.count == algorithm.publicKeyCount else { return nil }
        self.algorithm = algorithm
        self.publicKey = publicKey
        self.application = application
    }

    /// Reads a key blob.
    ///
    /// - Throws: `unsupported` for a key of another type.
    package init(blob: Span<UInt8>) throws(SSHError) {
        var reader = SSHReader()
        guard let algorithm = Algorithm(rawValue: try reader.text(blob)) else { throw .unsupported }
        if algorithm == .ecdsa {
            guard try reader.text(blob) == Self.curve else { throw .malformed }
        }
        var range = try reader.string(blob)
        if algorithm == .ecdsa {
            guard let first = range.first, blob[first] == Self.uncompressed else { throw .malformed }
            range.removeFirst()
        }
        guard range.count == algorithm.publicKeyCount else { throw .malformed }
        self.algorithm = algorithm
        publicKey = range.map { blob[$0] }
        application = try reader.text(blob)
        try reader.end(blob)
    }

    /// Reads the front of a key that is added to an agent: type, public key and application, as in a blob.
    init(added reader: inout SSHReader, _ message: Span<UInt8>) throws(SSHError) {
        guard let algorithm = Algorithm(rawValue: try reader.text(message)) else { throw .unsupported }
        if algorithm == .ecdsa {
            guard try reader.text(message) == Self.curve else { throw .malformed }
        }
        var point = try reader.string(message)
        if algorithm == .ecdsa { point = point.dropFirst() }
        let application = try reader.text(message)
        guard let key = SSHKey(algorithm, publicKey: point.map { message[$0] }, application: application) else {
            throw .malformed
        }
        self = key
    }

    /// The key as ssh sends and stores it.
    package var blob: [UInt8] {
        var writer = SSHWriter()
        writer.append(text: algorithm.rawValue)
        if algorithm == .ecdsa { writer.append(text: Self.curve) }
        writer.append(string: algorithm == .ecdsa ? [Self.uncompressed] + publicKey : publicKey)
        writer.append(text: application)
        return writer.bytes
    }

    /// The line that goes into `authorized_keys`, without its end.
    package func line(comment: String) -> String {
        let text = "\(algorithm.rawValue) \(SSHText.base64(blob.span))"
        return comment.isEmpty ? text : "\(text) \(SSHText.oneLine(comment))"
    }

    /// What the agent signed, as ssh's clients expect it: `r | s` or an Ed25519 signature, 64 bytes, becomes a blob with
    /// the flags and the counter that were signed too.
    package func signature(_ bytes: [UInt8], flags: UInt8, counter: UInt32) -> [UInt8] {
        precondition(bytes.count == 64)
        var writer = SSHWriter()
        writer.append(text: algorithm.rawValue)
        switch algorithm {
        case .ed25519: writer.append(string: bytes)
        case .ecdsa:
            var numbers = SSHWriter()
            numbers.append(mpint: bytes[..<32])
            numbers.append(mpint: bytes[32...])
            writer.append(string: numbers.bytes)
        }
        writer.append(flags)
        writer.append(u32: counter)
        return writer.bytes
    }
}

/// How ssh writes keys for people.
package enum SSHText {
    /// Base64 (RFC 4648, section 4) of what is public.
    package static func base64(_ bytes: Span<UInt8>, isPadded: Bool = true) -> String {
        BaseEncoding.base64.text(bytes, isPadded: isPadded)
    }

    /// The bytes of base64; nil for what is none.
    static func blob(_ text: String) -> [UInt8]? { BaseEncoding.base64.bytes(text, isPadded: true) }

    /// The fingerprint of a key as `ssh-keygen -l` prints it.
    package static func fingerprint(_ blob: Span<UInt8>) -> String {
        let digest = Sodium.sha256(blob)
        return "SHA256:" + base64(digest.span, isPadded: false)
    }

    /// SHA-256 of a key blob.
    static func hash(_ blob: Span<UInt8>) -> [UInt8] { Sodium.sha256(blob).span.array }

    /// Text from outside that is to be shown: one line, nothing that a terminal obeys, not long.
    package static func oneLine(_ text: String, most: Int = 128) -> String {
        String(Text.shown(text).unicodeScalars.prefix(most))
    }
}
