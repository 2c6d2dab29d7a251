import Age
import Foundation
import Platform
import Testing

/// The identity that most of the testkit's files are for.
let testkitIdentity = "AGE-SECRET-KEY-1EGTZVFFV20835NWYV6270LXYVK2VKNX2MMDKWYKLMGR48UAWX40Q2P2LM0"

func hex(_ bytes: Span<UInt8>) -> String {
    bytes.indices.map { (bytes[$0] < 16 ? "0" : "") + String(bytes[$0], radix: 16) }.joined()
}

/// A copy in ordinary memory: nothing in these tests is a secret.
func array(_ bytes: Span<UInt8>) -> [UInt8] { bytes.indices.map { bytes[$0] } }

func identity(_ text: String) throws(AgeError) -> X25519Identity {
    let text = Array(text.utf8)
    return try X25519Identity(text: text.span)
}

func text(of identity: borrowing X25519Identity) -> String {
    let text = [UInt8](capacity: X25519Identity.textCount) { identity.appendText(to: &$0) }
    return String(decoding: text, as: UTF8.self)
}

/// Seals `plaintext`, given to the writer in pieces.
func seal(
    _ plaintext: [UInt8], to recipients: [X25519Recipient], extraStanzas: [Stanza] = [], pieces: Int = .max
) throws(AgeError) -> [UInt8] {
    var writer = try AgeWriter(to: recipients, extraStanzas: extraStanzas)
    var file: [UInt8] = []
    var start = 0
    while start < plaintext.count {
        let end = start + min(pieces, plaintext.count - start)
        writer.write(plaintext.span.extracting(start..<end))
        file += writer.takeOutput()
        start = end
    }
    return file + writer.finish()
}

/// Opens a whole small file.
func open(_ file: [UInt8], with identity: borrowing X25519Identity) throws(AgeError) -> [UInt8] {
    let header = try AgeHeader(parsing: file.span)
    let key = try header.fileKey(for: identity)
    let plaintext = try AgeReader(file.span, header: header, key: key).readAll(of: file.span)
    return array(plaintext.bytes)
}

/// Opens a whole small file.
func open(_ file: [UInt8], passphrase: String) throws(AgeError) -> [UInt8] {
    let passphrase = Array(passphrase.utf8)
    let header = try AgeHeader(parsing: file.span)
    let key = try header.fileKey(passphrase: passphrase.span)
    let plaintext = try AgeReader(file.span, header: header, key: key).readAll(of: file.span)
    return array(plaintext.bytes)
}

/// The error that `body` throws, nil if none.
func refusal(_ body: () throws(AgeError) -> Void) -> AgeError? {
    do { try body() } catch { return error }
    return nil
}

/// Bytes that look different at each place.
func pattern(_ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) } }

/// Lends `body` a folder that is removed afterwards.
func withFolder<R>(_ body: (URL) throws -> R) throws -> R {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("age-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(folder)
}
