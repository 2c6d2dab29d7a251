import Testing

@testable import OneTimePassword

@Suite struct `Hashes` {
    private func digest<Hash: BlockHash & ~Copyable>(_ empty: consuming Hash, _ message: [UInt8]) -> String {
        var hash = empty
        hash.update(message.span)
        hash.finish()
        var digest = Digest()
        hash.write(into: &digest)
        return text(digest)
    }

    private func text(_ digest: borrowing Digest) -> String {
        var bytes: [UInt8] = []
        for index in digest.span.indices { bytes.append(digest.span[index]) }
        return hex(bytes)
    }

    private func mac<Hash: BlockHash & ~Copyable>(_: Hash.Type, key: [UInt8], _ message: [UInt8]) -> String {
        var mac = HMAC<Hash>(key: key.span)
        mac.update(message.span)
        var digest = Digest()
        mac.finish(into: &digest)
        return text(digest)
    }

    @Test func `MD5 of the suite in RFC 1321`() {
        for (message, expected) in [
            ("", "d41d8cd98f00b204e9800998ecf8427e"),
            ("a", "0cc175b9c0f1b6a831c399e269772661"),
            ("abc", "900150983cd24fb0d6963f7d28e17f72"),
            ("message digest", "f96b697d7cb7938d525a2f31aaf161d0"),
            ("abcdefghijklmnopqrstuvwxyz", "c3fcd3d76192e4007dfb496cca67e13b"),
            (
                "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
                "d174ab98d277d9f5a5611c2c9f419d9f"
            ),
            (
                "12345678901234567890123456789012345678901234567890123456789012345678901234567890",
                "57edf4a22be3c955ac49da2e2107b67a"
            ),
        ] { #expect(digest(MD5(), utf8(message)) == expected) }
    }

    @Test func `SHA-1 and SHA-2 of the examples of FIPS 180`() {
        let two = utf8("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")
        let four = utf8(
            "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu"
        )
        #expect(digest(SHA1(), []) == "da39a3ee5e6b4b0d3255bfef95601890afd80709")
        #expect(digest(SHA1(), utf8("abc")) == "a9993e364706816aba3e25717850c26c9cd0d89d")
        #expect(digest(SHA1(), two) == "84983e441c3bd26ebaae4aa1f95129e5e54670f1")
        #expect(digest(SHA256(), []) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        #expect(digest(SHA256(), utf8("abc")) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(digest(SHA256(), two) == "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")
        #expect(
            digest(SHA512(), utf8("abc"))
                == "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
                + "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f")
        #expect(
            digest(SHA512(), four)
                == "8e959b75dae313da8cf4f72814fc143f8f7779c6eb9f7fa17299aeadb6889018"
                + "501d289e4900f7e4331b99dec4b5433ac7d329eeb6dd26545e96e55b874be909")
    }

    /// The digests of all of 0...256 bytes of `a`, hashed once more: every place that padding can begin at.
    @Test func `Padding is right for every length of a message`() {
        func all<Hash: BlockHash & ~Copyable>(_ make: () -> Hash) -> String {
            var digests: [UInt8] = []
            for count in 0...256 { digests += hex(digest(make(), .init(repeating: 0x61, count: count))) }
            return digest(make(), digests)
        }
        #expect(all { MD5() } == "b4fa65e4c24e4ca8fa784dc3c39292f5")
        #expect(all { SHA1() } == "b8b0693c5305b3dcd6b89ebcf3d77583df30c861")
        #expect(all { SHA256() } == "f8cb1ba7990f24485f9a571a9f3abbf38b2e611e9b4566f5aa8b0c98ad6a65ac")
        #expect(
            all { SHA512() } == "ed1353a0438b89b75558cf245079f260b8fcf3885c8105a8fc8ef37dc4ab03b3"
                + "5d19c591d2a311be6a4ee992b8fcd52e50acef4736a9d2a5dad76096a4c970c8")
    }

    @Test func `A million bytes`() {
        #expect(
            digest(SHA1(), .init(repeating: 0x61, count: 1_000_000)) == "34aa973cd4c4daa4f61eeb2bdbad27316534016f")
    }

    @Test func `HMAC-MD5 and HMAC-SHA-1 of RFC 2202`() {
        let long = [UInt8](repeating: 0xaa, count: 80)
        let message = utf8("Test Using Larger Than Block-Size Key - Hash Key First")
        let question = utf8("what do ya want for nothing?")
        #expect(mac(MD5.self, key: utf8("Jefe"), question) == "750c783e6ab0b503eaa86e310a5db738")
        #expect(mac(MD5.self, key: long, message) == "6b1ab7fe4bd7bf8f0b62e6ce61b9d0cd")
        #expect(
            mac(SHA1.self, key: .init(repeating: 0x0b, count: 20), utf8("Hi There"))
                == "b617318655057264e28bc0b6fb378c8ef146be00")
        #expect(mac(SHA1.self, key: utf8("Jefe"), question) == "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79")
        #expect(mac(SHA1.self, key: long, message) == "aa4ae5e15272d00e95705637ce8a3b55ed402112")
    }

    @Test func `HMAC-SHA-256 and HMAC-SHA-512 of RFC 4231`() {
        let long = [UInt8](repeating: 0xaa, count: 131)
        let message = utf8("Test Using Larger Than Block-Size Key - Hash Key First")
        let question = utf8("what do ya want for nothing?")
        #expect(
            mac(SHA256.self, key: utf8("Jefe"), question)
                == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
        #expect(
            mac(SHA256.self, key: long, message) == "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54")
        #expect(
            mac(SHA512.self, key: utf8("Jefe"), question)
                == "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554"
                + "9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737")
        #expect(
            mac(SHA512.self, key: long, message)
                == "80b24263c7c1a3ebb71493c1dd7be8b49b46d1f41b4aeec1121b013783f8f352"
                + "6b56d037e05f2598bd0fd2215d6a1e5295e64f73f63f0aec8b915a985d786598")
    }

    /// Message lengths 0...200 for keys of 0...200 bytes in steps, all MACs hashed once more.
    @Test func `HMAC is right for keys and messages of every length`() {
        func all<Hash: BlockHash & ~Copyable>(_ make: () -> Hash) -> String {
            var macs: [UInt8] = []
            for count in 0...200 {
                let key = (0..<count).map { UInt8($0) }
                macs += hex(mac(Hash.self, key: key, .init(repeating: 0x62, count: 200 - count)))
            }
            return digest(make(), macs)
        }
        #expect(all { MD5() } == "129f8dfa4b70b6727c6a9047f33beee0")
        #expect(all { SHA1() } == "df45c8c28a92790c8042ba6c33a8e7d12fcb108d")
        #expect(all { SHA256() } == "74aa61101b1535a5e4febf27237bca8abebd28ac7b7c28bcbb1f06f0e8094924")
        #expect(
            all { SHA512() } == "5f03d0d2b7ff6e15acd0ef3df1350336bcad919c47367a1ac149a0fa46b502d9"
                + "7ad0ab791d76cb1ef005b8285ab296784c7e5bf4a004bbd8031aa765bd935621")
    }
}
