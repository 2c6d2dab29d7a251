import ForeignLibraries
import Testing

/// Ciphers whose text comes in pieces.
struct SealingTests {
    private static let key = [UInt8](0..<32)
    private static let nonce = [UInt8](0..<12)

    @Test(arguments: [0, 1, 16, 17, 31, 32, 100])
    func `GCM in pieces is GCM at once`(_ count: Int) throws {
        let text = [UInt8](repeating: 0x5A, count: count)
        let whole = try gathered(count + 16) { (output: inout OutputSpan<UInt8>) throws(ForeignError) in
            try Cipher.sealGCM(text.span, key: Self.key.span, nonce: Self.nonce.span, into: &output)
        }
        let pieces = try gathered(count + 16) { (output: inout OutputSpan<UInt8>) throws(ForeignError) in
            let sealer = try GCMSealer(key: Self.key.span, nonce: Self.nonce.span)
            var start = 0
            while start < count {
                try sealer.append(text.span.extracting(start..<min(start + 16, count)), into: &output)
                start += 16
            }
            try sealer.finish(into: &output)
        }
        #expect(pieces == whole)
    }

    @Test(arguments: [0, 1, 15, 16, 17, 40])
    func `CBC in pieces opens again`(_ count: Int) throws {
        let text = [UInt8](repeating: 0xA5, count: count)
        let iv = [UInt8](0..<16)
        let sealed = try gathered(count + 16) { (output: inout OutputSpan<UInt8>) throws(ForeignError) in
            let encryptor = try CBCEncryptor(key: Self.key.span, iv: iv.span)
            let whole = count / 16 * 16
            try encryptor.append(text.span.extracting(0..<whole), into: &output)
            try encryptor.finish(text.span.extracting(whole...), into: &output)
        }
        #expect(sealed.count == (count / 16 + 1) * 16)
        let opened = try gathered(sealed.count) { (output: inout OutputSpan<UInt8>) throws(ForeignError) in
            try Cipher.decryptCBC(sealed.span, key: Self.key.span, iv: iv.span, into: &output)
        }
        #expect(opened == text)
    }

    /// RFC 4231, test case 2.
    @Test func `HMAC-SHA-256 is that of the RFC`() throws {
        let code = try gathered(32) { (output: inout OutputSpan<UInt8>) throws(ForeignError) in
            let hash = try HMACSHA256(key: Array("Jefe".utf8).span)
            try hash.update(Array("what do ya want ".utf8).span)
            try hash.update(Array("for nothing?".utf8).span)
            try hash.finish(into: &output)
        }
        let wanted: [UInt8] = [
            0x5B, 0xDC, 0xC1, 0x46, 0xBF, 0x60, 0x75, 0x4E, 0x6A, 0x04, 0x24, 0x26, 0x08, 0x95, 0x75, 0xC7, 0x5A, 0x00,
            0x3F, 0x08, 0x9D, 0x27, 0x39, 0x83, 0x9D, 0xEC, 0x58, 0xB9, 0x64, 0xEC, 0x38, 0x43,
        ]
        #expect(code == wanted)
    }

    private func gathered(
        _ count: Int, _ body: (inout OutputSpan<UInt8>) throws(ForeignError) -> Void
    ) throws(ForeignError) -> [UInt8] {
        var bytes: [UInt8] = []
        try bytes.append(addingCapacity: count, initializingWith: body)
        return bytes
    }
}
