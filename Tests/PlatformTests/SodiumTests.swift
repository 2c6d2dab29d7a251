import Testing

@testable import Platform

private func bytes(_ hex: String) -> [UInt8] {
    stride(from: 0, to: hex.utf8.count, by: 2).map { start in
        let from = hex.index(hex.startIndex, offsetBy: start)
        return UInt8(hex[from..<hex.index(from, offsetBy: 2)], radix: 16) ?? 0
    }
}

private func collect(_ count: Int, _ body: (inout OutputSpan<UInt8>) -> Void) throws -> [UInt8] {
    var buffer = try LockedBuffer(capacity: count)
    buffer.append { body(&$0) }
    return buffer.bytes.indices.map { buffer.bytes[$0] }
}

@Suite struct SodiumTests {
    init() throws { try Memory.prepare() }

    @Test func `SHA-256 of abc, FIPS 180-4`() {
        let digest = Sodium.sha256(Array("abc".utf8).span)
        let expected = bytes("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect((0..<32).allSatisfy { digest[$0] == expected[$0] })
    }

    @Test func `SHA-256 of a million times a, FIPS 180-4`() {
        let digest = Sodium.sha256([UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000).span)
        let expected = bytes("cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
        #expect((0..<32).allSatisfy { digest[$0] == expected[$0] })
    }

    /// Single bytes never are a whole block, which are for the processor's own instructions.
    @Test(arguments: [1, 5, 63, 64, 65, 127, 128, 129, 200])
    func `SHA-256 of a message in pieces is that of its bytes one by one`(most: Int) {
        for count in 0..<400 {
            let message = (0..<count).map { UInt8(truncatingIfNeeded: 31 * $0 + count) }
            var single = Sodium.SHA256()
            var pieces = Sodium.SHA256()
            for index in 0..<count { single.update(message.span.extracting(index..<(index + 1))) }
            var start = 0
            while start < count {
                let end = min(start + 1 + (7 * start + count) % most, count)
                pieces.update(message.span.extracting(start..<end))
                start = end
            }
            let (a, b, c) = (single.finish(), pieces.finish(), Sodium.sha256(message.span))
            #expect((0..<32).allSatisfy { a[$0] == b[$0] && a[$0] == c[$0] }, "\(count) bytes")
        }
    }

    @Test func `SipHash-2-4, its authors' vector`() {
        let key = (0..<16).map { UInt8($0) }
        let message = (0..<15).map { UInt8($0) }
        #expect(Sodium.shortHash(key: key.span, message.span).littleEndian == 0xa129_ca61_49be_45e5)
    }

    @Test func `HMAC-SHA-256, RFC 4231 case 2`() {
        let tag = Sodium.hmacSHA256(key: Array("Jefe".utf8).span, Array("what do ya want for nothing?".utf8).span)
        let expected = bytes("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
        #expect((0..<32).allSatisfy { tag[$0] == expected[$0] })
    }

    @Test func `HMAC-SHA-256, RFC 4231 case 6`() {
        let message = Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8)
        let tag = Sodium.hmacSHA256(key: [UInt8](repeating: 0xaa, count: 131).span, message.span)
        let expected = bytes("60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54")
        #expect((0..<32).allSatisfy { tag[$0] == expected[$0] })
    }

    /// The digest of the tags is that of Python's hmac.
    @Test func `HMAC-SHA-256 with keys of 0 to 199 bytes`() {
        var tags = Sodium.SHA256()
        for count in 0..<200 {
            let key = (0..<count).map { UInt8(truncatingIfNeeded: 7 * $0 + count) }
            let message = (0..<(2 * count % 131)).map { UInt8(truncatingIfNeeded: 31 * $0 + count) }
            tags.update(Sodium.hmacSHA256(key: key.span, message.span).span)
        }
        let digest = tags.finish()
        let expected = bytes("31a2a1251effc1bbf681772f1f32f5d9062cae98d653a60564ac8278ea6495a0")
        #expect((0..<32).allSatisfy { digest[$0] == expected[$0] })
    }

    @Test func `a hash that was ended begins anew`() {
        var hash = Sodium.SHA256()
        hash.update(Array("abc".utf8).span)
        let first = hash.end()
        hash.update(Array("abc".utf8).span)
        let second = hash.end()
        let empty = hash.end()
        let (abc, nothing) = (Sodium.sha256(Array("abc".utf8).span), Sodium.sha256(Span()))
        #expect((0..<32).allSatisfy { first[$0] == abc[$0] && second[$0] == abc[$0] && empty[$0] == nothing[$0] })
    }

    @Test func `hashes and tags of secrets are the same ones`() throws {
        let (key, message) = (Array("Jefe".utf8), Array("what do ya want for nothing?".utf8))
        let hash = Sodium.sha256(message.span)
        let secretHash = try collect(32) { Sodium.sha256(message.span, into: &$0) }
        #expect(secretHash == hash.indices.map { hash[$0] })
        let tag = Sodium.hmacSHA256(key: key.span, message.span)
        let secretTag = try collect(32) { Sodium.hmacSHA256(key: key.span, message.span, into: &$0) }
        #expect(secretTag == tag.indices.map { tag[$0] })
    }

    @Test func `HKDF-SHA-256, RFC 5869 case 1`() throws {
        let key = [UInt8](repeating: 0x0b, count: 22)
        let salt = bytes("000102030405060708090a0b0c")
        let info = bytes("f0f1f2f3f4f5f6f7f8f9")
        let made = try collect(42) {
            Sodium.hkdfSHA256(inputKey: key.span, salt: salt.span, info: info.span, count: 42, into: &$0)
        }
        let expected = bytes("3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865")
        #expect(made == expected)
    }

    @Test func `HKDF-SHA-256, RFC 5869 case 2`() throws {
        func counting(_ range: Range<Int>) -> [UInt8] { range.map { UInt8($0) } }
        let (key, salt, info) = (counting(0..<0x50), counting(0x60..<0xb0), counting(0xb0..<0x100))
        let made = try collect(82) {
            Sodium.hkdfSHA256(inputKey: key.span, salt: salt.span, info: info.span, count: 82, into: &$0)
        }
        let expected = bytes(
            "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09da32"
                + "75600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87")
        #expect(made == expected)
    }

    @Test func `X25519, RFC 7748 section 5_2`() throws {
        let scalar = bytes("a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4")
        let point = bytes("e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c")
        var valid = false
        let made = try collect(32) { valid = Sodium.x25519(scalar: scalar.span, point: point.span, into: &$0) }
        #expect(valid && made == bytes("c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552"))
        let low = try collect(32) {
            valid = Sodium.x25519(scalar: scalar.span, point: [UInt8](repeating: 0, count: 32).span, into: &$0)
        }
        #expect(!valid && low == [UInt8](repeating: 0, count: 32))
    }

    @Test func `scrypt, RFC 7914 section 12`() throws {
        let salt = Array("SodiumChloride".utf8)
        let passphrase = Array("pleaseletmein".utf8)
        // The RFC's vector is 64 bytes long; the first 32 are those of the shorter output (PBKDF2 with one block).
        var failed = false
        let made = try collect(32) { output in
            do {
                try Sodium.scrypt(passphrase: passphrase.span, salt: salt.span, logN: 14, into: &output)
            } catch { failed = true }
        }
        #expect(!failed && made == bytes("7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2"))
    }

    @Test func `a sealed message opens, a changed one does not`() throws {
        let key = [UInt8](repeating: 7, count: 32)
        let nonce = [UInt8](repeating: 1, count: 12)
        let text = Array("hello".utf8)
        var sealed = try collect(21) {
            Sodium.sealChaCha20Poly1305(text.span, key: key.span, nonce: nonce.span, into: &$0)
        }
        var opened = false
        let plain = try collect(5) {
            opened = Sodium.openChaCha20Poly1305(sealed.span, key: key.span, nonce: nonce.span, into: &$0)
        }
        #expect(opened && plain == text)
        sealed[3] ^= 1
        let nothing = try collect(5) {
            opened = Sodium.openChaCha20Poly1305(sealed.span, key: key.span, nonce: nonce.span, into: &$0)
        }
        #expect(!opened && nothing.isEmpty)
    }

    @Test func `equality looks at every byte`() {
        func equal(_ a: [UInt8], _ b: [UInt8]) -> Bool { Sodium.equal(a.span, b.span) }
        #expect(equal([1, 2], [1, 2]))
        #expect(!equal([1, 2], [1, 3]))
        #expect(!equal([1, 2], [1, 2, 3]))
        #expect(equal([], []))
    }

    private let countingKey = (0..<32).map { UInt8($0) }

    @Test func `XChaCha20-Poly1305 opens, and refuses what was changed`() throws {
        let nonce = (0..<24).map { UInt8($0) }
        var sealed = bytes("f8ad6d55237cf5fef7e97f1b3c1340c4bf9fce")
        let opened = try collect(3) {
            _ = Sodium.openXChaCha20Poly1305(sealed.span, key: countingKey.span, nonce: nonce.span, into: &$0)
        }
        #expect(opened == Array("fob".utf8))
        sealed[0] ^= 1
        let refused = try collect(3) {
            _ = Sodium.openXChaCha20Poly1305(sealed.span, key: countingKey.span, nonce: nonce.span, into: &$0)
        }
        #expect(refused.isEmpty)
    }

    @Test(
        arguments: [
            ("d9aab76d4f0455b60799a88a81e831f21bd2cddf3d317b51", "351814c2865c81ad6b880e31249b14f2336daa85"),
            ("a583017bd0c5db8326fc03c7acc7ae09bb594dd01fbc50f9", "ad01b05423838b86a97f3589d1fce9759aae5080"),
        ])
    func `A secret stream opens, with an ordinary message and with a last one`(header: String, message: String) throws {
        let header = bytes(header)
        var sealed = bytes(message)
        let opened = try collect(3) {
            _ = Sodium.openSecretStream(sealed.span, key: countingKey.span, header: header.span, into: &$0)
        }
        #expect(opened == Array("fob".utf8))
        sealed[sealed.count - 1] ^= 1
        let refused = try collect(3) {
            _ = Sodium.openSecretStream(sealed.span, key: countingKey.span, header: header.span, into: &$0)
        }
        #expect(refused.isEmpty)
    }

    @Test func `HKDF-Expand alone, RFC 5869 case 1`() throws {
        let key = bytes("077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5")
        let info = bytes("f0f1f2f3f4f5f6f7f8f9")
        let made = try collect(32) { Sodium.hkdfExpandSHA256(key: key.span, info: info.span, into: &$0) }
        #expect(made == bytes("3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf"))
    }

    @Test func `Ed25519, RFC 8032 section 7.1, test 2`() {
        let seed = bytes("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")
        let publicKey = bytes("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
        let expected = bytes(
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00")
        let message: [UInt8] = [0x72]
        let key = Sodium.signingPublicKey(seed: seed.span)
        #expect((0..<32).allSatisfy { key[$0] == publicKey[$0] })
        let signature = Sodium.signature(of: message.span, seed: seed.span)
        #expect((0..<64).allSatisfy { signature[$0] == expected[$0] })
        let isValid = Sodium.isValid(signature: expected.span, of: message.span, publicKey: publicKey.span)
        #expect(isValid)
        let other: [UInt8] = [0x73]
        let isForged = Sodium.isValid(signature: expected.span, of: other.span, publicKey: publicKey.span)
        #expect(!isForged)
        let isShort = Sodium.isValid(
            signature: expected.span.extracting(0..<63), of: message.span, publicKey: publicKey.span)
        #expect(!isShort)
    }
}
