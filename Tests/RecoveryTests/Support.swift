import CryptoP256
import Encodings
import Foundation
import Model
import Platform

@testable import Recovery

/// The bytes that hexadecimal digits stand for.
func bytes(_ digits: String) -> [UInt8] { BaseEncoding.base16.bytes(digits.filter { !$0.isWhitespace }) ?? [] }

func hex(_ bytes: [UInt8]) -> String { BaseEncoding.base16.text(bytes.span) }

func array(_ span: Span<UInt8>) -> [UInt8] { span.indices.map { span[$0] } }

func identifier(_ byte: UInt8) -> Identifier {
    let bytes = [UInt8](repeating: byte, count: 16)
    return Identifier(firstOf: bytes.span)
}

/// Random numbers that are the same in each run: SHA-256 of a seed and a count.
struct Seeded: RandomNumberGenerator {
    private let seed: String
    private var count: UInt64 = 0

    init(_ seed: String) { self.seed = seed }

    mutating func next() -> UInt64 {
        count += 1
        let message = Array("\(seed) \(count)".utf8)
        let hash = Sodium.sha256(message.span)
        return (0..<8).reduce(0) { $0 << 8 | UInt64(hash[$1]) }
    }

    mutating func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8.random(in: 0...255, using: &self) } }

    /// A private key: one in 2 to the power of 32 is none.
    mutating func privateKey() -> [UInt8] { bytes(32) }
}

/// What `body` refuses with; nil if it does not.
func refusal<E: Error>(_ body: () throws(E) -> Void) -> E? {
    do { try body() } catch { return error }
    return nil
}

/// This repository.
let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

/// An agent: its keys, and the cards that it gives away.
struct Agent {
    let privateKey: [UInt8]
    let publicKey: PublicKey
    let name: String
    var random: Seeded

    init(_ name: String) throws {
        var random = Seeded(name)
        let key = random.privateKey()
        publicKey = try PublicKey(of: key.span)
        privateKey = key
        self.name = name
        self.random = random
    }

    mutating func card() throws -> KeeperCard {
        let binding = random.bytes(16)
        return try KeeperCard(privateKey: privateKey.span, binding: binding, name: name)
    }
}

/// Padded base64, as tokens are written.
enum BaseEncodingText {
    static func text(_ bytes: [UInt8]) -> String { BaseEncoding.base64.text(bytes.span, isPadded: true) }
}
