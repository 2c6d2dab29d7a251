import Age
import Foundation
import Platform
import TestSupport
import Testing

/// A file of the age testkit: what it is, with which keys to open it and what must come of that.
struct Vector: Sendable, CustomTestStringConvertible {
    let name: String
    let expect: String
    var payload: String?
    var identities: [String] = []
    var passphrase: String?
    var isArmored = false
    var file: [UInt8] = []

    var testDescription: String { name }
    /// A file for a kind of key that this module does not know.
    var isHybrid: Bool { identities.contains { $0.hasPrefix("AGE-SECRET-KEY-PQ-") } }

    init(
        name: String, expect: String, payload: String? = nil, identities: [String] = [], passphrase: String? = nil,
        isArmored: Bool = false, base64: String
    ) {
        self.name = name
        self.expect = expect
        self.payload = payload
        self.identities = identities
        self.passphrase = passphrase
        self.isArmored = isArmored
        file = Array(Data(base64Encoded: base64, options: .ignoreUnknownCharacters) ?? Data())
    }

    /// Reads a file of the kit; nil when it needs inflating and there is no python3 to do it.
    init?(contentsOf url: URL) throws {
        name = url.lastPathComponent
        let bytes = Array(try Data(contentsOf: url))
        let end = try #require(bytes.indices.dropLast().first { bytes[$0] == 10 && bytes[$0 + 1] == 10 })
        var fields: [String: [String]] = [:]
        for line in String(decoding: bytes[..<end], as: UTF8.self).split(separator: "\n") {
            let key = line.prefix { $0 != ":" }
            fields[String(key), default: []].append(String(line.dropFirst(key.count + 2)))
        }
        expect = try #require(fields["expect"]?.first)
        payload = fields["payload"]?.first
        identities = fields["identity"] ?? []
        passphrase = fields["passphrase"]?.first
        isArmored = fields["armored"] != nil
        file = Array(bytes[(end + 2)...])
        guard fields["compressed"] != nil else { return }
        guard program("python3") != nil else { return nil }
        let script = """
            import sys, zlib
            data = open(sys.argv[1], "rb").read().split(b"\\n\\n", 1)[1]
            sys.stdout.buffer.write(zlib.decompress(data))
            """
        let inflated = try run("python3", ["-c", script, url.path])
        try #require(inflated.status == 0)
        file = inflated.output
    }

    /// What became of opening the file, in the testkit's words, and the digest of all plaintext handed out.
    func outcome(identities: [String]) -> (result: String, payload: String) {
        var digest = Sodium.SHA256()
        var result = "success"
        do {
            try open(identities: identities, digest: &digest)
        } catch {
            result = error.failureClass
        }
        return (result, hex(digest.finish().span))
    }

    private func open(identities: [String], digest: inout Sodium.SHA256) throws(AgeError) {
        let file = isArmored ? try Armor.decode(file.span) : file
        let header = try AgeHeader(parsing: file.span)
        let key = try fileKey(header, identities: identities)
        var reader = try AgeReader(file.span, header: header, key: key)
        while try reader.next(in: file.span) { digest.update(reader.plaintext) }
    }

    private func fileKey(_ header: AgeHeader, identities: [String]) throws(AgeError) -> FileKey {
        for text in identities {
            do {
                return try header.fileKey(for: try identity(text))
            } catch .noMatch {
                continue
            }
        }
        guard let passphrase else { throw .noMatch }
        let bytes = Array(passphrase.utf8)
        return try header.fileKey(passphrase: bytes.span)
    }
}

extension AgeError {
    /// The testkit's name for this refusal.
    var failureClass: String {
        switch self {
        case .notAge, .unsupportedVersion, .malformedHeader, .malformedStanza, .passphraseStanzaNotAlone,
            .workFactorTooHigh, .headerTooLarge:
            "header failure"
        case .wrongMAC: "HMAC failure"
        case .noMatch: "no match"
        case .truncated, .damagedChunk, .emptyLastChunk, .trailingData: "payload failure"
        case .malformedArmor: "armor failure"
        default: "\(self)"
        }
    }
}
