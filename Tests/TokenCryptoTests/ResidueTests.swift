import Foundation
import Platform
import Testing

@testable import TokenCrypto

/// What is left in memory of a private key that was used. The key is known here only under a mask, so that the test
/// itself holds no copy that it would find.
@Suite(.enabled(if: Library.wipesMemory, "another test's library used libcrypto first")) struct ResidueTests {
    private static let mask: UInt8 = 0xA5

    /// Places in this process's own memory that hold these octets, given under the mask, or the same backwards, which is
    /// how the library has numbers. The first eight are looked for in the clear; alone they are no find.
    private func places(of masked: [UInt8]) throws -> Int {
        let memory = try FileHandle(forReadingFrom: URL(filePath: "/proc/self/mem"))
        let patterns = [masked, masked.reversed()]
        var found = 0
        for line in try String(contentsOfFile: "/proc/self/maps", encoding: .utf8).split(separator: "\n") {
            let parts = line.split(separator: " ", omittingEmptySubsequences: true)
            guard parts.count >= 2, parts[1].hasPrefix("rw"), parts.count < 6 || parts[5].hasPrefix("[") else {
                continue
            }
            let ends = parts[0].split(separator: "-").compactMap { UInt64($0, radix: 16) }
            var start = ends[0]
            while start < ends[1] {
                let count = Int(min(ends[1] - start, 1 << 20))
                defer { start += UInt64(count) }
                try memory.seek(toOffset: start)
                // Memory that the kernel hides cannot be read; nothing in it can be read by anybody.
                guard let piece = try? memory.read(upToCount: count) else { continue }
                for pattern in patterns {
                    let head = Data(pattern.prefix(8).map { $0 ^ Self.mask })
                    var rest = piece.startIndex..<piece.endIndex
                    while let hit = piece.range(of: head, in: rest) {
                        let tail = piece[hit.upperBound...].prefix(pattern.count - 8)
                        if tail.elementsEqual(pattern.dropFirst(8).map { $0 ^ Self.mask }.prefix(tail.count)),
                            tail.count == pattern.count - 8
                        {
                            found += 1
                        }
                        rest = hit.upperBound..<piece.endIndex
                    }
                }
            }
        }
        return found
    }

    private func newKey() throws -> (key: SharedSecret, masked: [UInt8]) {
        var buffer = try LockedBuffer(capacity: 32)
        try buffer.append { (output: inout OutputSpan<UInt8>) throws(TokenCryptoError) in
            try P256.generatePrivateKey(into: &output)
        }
        let key = SharedSecret(try Secret(buffer))
        return (key, key.withBytes { key in key.indices.map { key[$0] ^ Self.mask } })
    }

    @Test func `nothing is left of a key that signed and agreed`() throws {
        let (key, masked) = try newKey()
        let digest = [UInt8](repeating: 3, count: 32)
        let other = try newKey().key.withBytes { (key: Span<UInt8>) throws(TokenCryptoError) in
            try P256.publicKey(of: key)
        }
        for _ in 0..<16 {
            _ = try key.withBytes { (key: Span<UInt8>) throws(TokenCryptoError) in
                try P256.signature(ofDigest: digest.span, privateKey: key)
            }
            var shared = try LockedBuffer(capacity: 32)
            try shared.append { (output: inout OutputSpan<UInt8>) throws(TokenCryptoError) in
                try key.withBytes { (key: Span<UInt8>) throws(TokenCryptoError) in
                    try P256.agree(privateKey: key, publicKey: other.span, into: &output)
                }
            }
        }
        #expect(try places(of: masked) == 0)
    }

    @Test func `what lies in memory is found`() throws {
        let (key, masked) = try newKey()
        let copies = key.withBytes { key in [array(key), array(key).reversed()] }
        #expect(try places(of: masked) >= 2)
        #expect(copies[0] == copies[1].reversed())
    }
}
