import Platform
import Testing

@testable import CryptoP256

@Suite struct P256Tests {
    /// RFC 6979, appendix A.2.5.
    private static let key = bytes("C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721")
    private static let point = bytes(
        """
        60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6
        7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299
        """)

    @Test func `the public key is that of the RFC`() throws {
        #expect(array(try P256.publicKey(of: Self.key.span)) == Self.point)
    }

    @Test(arguments: [
        (
            "sample",
            """
            EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716
            F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8
            """
        ),
        (
            "test",
            """
            F1ABB023518351CD71D881567B1EA663ED3EFCF6C5132B354F28D3B0B7D38367
            019F4113742A2B14BD25926B49C649155F267E60D3814B4C0CC84250E46F0083
            """
        ),
    ])
    func `signatures are those of the RFC`(_ message: String, _ wanted: String) throws {
        let digest = Sodium.sha256(message.utf8Span.span)
        let signature = try P256.signature(ofDigest: digest.span, privateKey: Self.key.span)
        #expect(array(signature) == bytes(wanted))
        let isValid = P256.isValid(signature: signature.span, ofDigest: digest.span, publicKey: Self.point.span)
        #expect(isValid)
    }

    @Test func `a changed signature, digest or key is not valid`() throws {
        let digest = Sodium.sha256("sample".utf8Span.span)
        let signature = array(try P256.signature(ofDigest: digest.span, privateKey: Self.key.span))
        for index in [0, 31, 32, 63] {
            var other = signature
            other[index] ^= 1
            let isValid = P256.isValid(signature: other.span, ofDigest: digest.span, publicKey: Self.point.span)
            #expect(!isValid)
        }
        let other = Sodium.sha256("test".utf8Span.span)
        let isValidForOther = P256.isValid(signature: signature.span, ofDigest: other.span, publicKey: Self.point.span)
        #expect(!isValidForOther)
        let zeros = [UInt8](repeating: 0, count: 64)
        let areZerosValid = P256.isValid(signature: zeros.span, ofDigest: digest.span, publicKey: Self.point.span)
        #expect(!areZerosValid)
        let isOffCurveValid = P256.isValid(signature: signature.span, ofDigest: digest.span, publicKey: zeros.span)
        #expect(!isOffCurveValid)
    }

    /// A digest over the order of the curve is reduced before it makes a nonce.
    @Test func `every digest can be signed`() throws {
        for byte: UInt8 in [0, 1, 0x7f, 0x80, 0xff] {
            let digest = [UInt8](repeating: byte, count: 32)
            let signature = try P256.signature(ofDigest: digest.span, privateKey: Self.key.span)
            let isValid = P256.isValid(signature: signature.span, ofDigest: digest.span, publicKey: Self.point.span)
            #expect(isValid)
        }
    }

    @Test func `two new keys agree, and each signs`() throws {
        let keys = try (0..<2).map { _ in
            try gathered(32) { (output: inout OutputSpan<UInt8>) throws(CryptoP256Error) in
                try P256.generatePrivateKey(into: &output)
            }
        }
        #expect(keys[0] != keys[1])
        let points = try keys.map { array(try P256.publicKey(of: $0.span)) }
        var shared: [[UInt8]] = []
        for (own, other) in [(0, 1), (1, 0)] {
            let key = keys[own]
            let point = points[other]
            shared.append(
                try gathered(32) { (output: inout OutputSpan<UInt8>) throws(CryptoP256Error) in
                    try P256.agree(privateKey: key.span, publicKey: point.span, into: &output)
                })
        }
        #expect(shared[0] == shared[1])
        let digest = [UInt8](repeating: 7, count: 32)
        for (key, point) in zip(keys, points) {
            let signature = try P256.signature(ofDigest: digest.span, privateKey: key.span)
            let isValid = P256.isValid(signature: signature.span, ofDigest: digest.span, publicKey: point.span)
            #expect(isValid)
        }
    }

    /// NIST CAVS, ECC CDH primitive, P-256, count 0.
    @Test func `key agreement is that of NIST`() throws {
        let point = bytes(
            """
            700c48f77f56584c5cc632ca65640db91b6bacce3a4df6b42ce7cc838833d287
            db71e509e3fd9b060ddb20ba5c51dcc5948d46fbf640dfe0441782cab85fa4ac
            """)
        let key = bytes("7d7dc5f71eb29ddaf80d6214632eeae03d9058af1fb6d22ed80badb62bc1a534")
        let shared = try gathered(32) { (output: inout OutputSpan<UInt8>) throws(CryptoP256Error) in
            try P256.agree(privateKey: key.span, publicKey: point.span, into: &output)
        }
        #expect(shared == bytes("46fc62106420ff012e54a434fbdd2d25ccc5852060561e68040dd7778997bd7b"))
    }

    @Test func `points off the curve and scalars out of range are refused`() throws {
        var point = Self.point
        point[63] ^= 1
        var buffer = try LockedBuffer(capacity: 32)
        let ofPoint = buffer.append { output in
            refusal { () throws(CryptoP256Error) in
                try P256.agree(privateKey: Self.key.span, publicKey: point.span, into: &output)
            }
        }
        #expect(ofPoint == .badKey)
        #expect(buffer.count == 0)
        let order = bytes("FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551")
        for scalar in [order, [UInt8](repeating: 0, count: 32), [UInt8](repeating: 0xff, count: 32)] {
            let ofScalar = refusal { () throws(CryptoP256Error) in _ = try P256.publicKey(of: scalar.span) }
            #expect(ofScalar == .badKey)
        }
        let short = [UInt8](repeating: 1, count: 31)
        let ofShort = refusal { () throws(CryptoP256Error) in _ = try P256.publicKey(of: short.span) }
        #expect(ofShort == .badLength)
    }
}

@Suite struct ECDSASignatureTests {
    @Test func `numbers are as short as they can be, and positive`() {
        var pair = [UInt8](repeating: 0, count: 64)
        (pair[31], pair[32]) = (5, 0x80)
        let wanted: [UInt8] = [0x30, 0x26, 2, 1, 5, 2, 0x21, 0, 0x80] + [UInt8](repeating: 0, count: 31)
        let der = ECDSASignature.der(pair.span)
        #expect(der == wanted)
        let back = ECDSASignature.pair(der: der.span)
        #expect(back.map { array($0) } == pair)
    }

    @Test(arguments: [
        "", "3000", "3006020100", "300602010002010000", "3006020100020180", "30070202000102010 1", "31060201050201 05",
        "3007020105020105 00", "30080202000502020005", "3080020105020105", "30060201050200",
    ])
    func `another encoding is none`(_ digits: String) {
        let der = bytes(digits)
        let pair = ECDSASignature.pair(der: der.span)
        #expect(pair == nil)
    }
}

@Suite struct AES256CBCTests {
    /// SP 800-38A, F.2.5.
    private static let key = bytes("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4")
    private static let iv = bytes("000102030405060708090a0b0c0d0e0f")
    private static let text = bytes(
        """
        6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51
        30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710
        """)
    private static let sealed = bytes(
        """
        f58c4c04d6e5f1ba779eabfb5f7bfbd69cfc4e967edb808d679f777bc6702c7d
        39f23369a9d9bacfa530e26304231461b2eb05e2c39be9fcda6c19078c6a9d1b
        """)

    @Test func `ciphertext and plain text are those of NIST`() throws {
        let sealed = try gathered(64) { (output: inout OutputSpan<UInt8>) throws(CryptoP256Error) in
            try AES256CBC.encrypt(Self.text.span, key: Self.key.span, iv: Self.iv.span, into: &output)
        }
        #expect(sealed == Self.sealed)
        let text = try gathered(64) { (output: inout OutputSpan<UInt8>) throws(CryptoP256Error) in
            try AES256CBC.decrypt(Self.sealed.span, key: Self.key.span, iv: Self.iv.span, into: &output)
        }
        #expect(text == Self.text)
    }

    @Test(arguments: [0, 1, 15, 17, 80])
    func `parts of blocks and too little room are refused`(_ count: Int) throws {
        let text = [UInt8](repeating: 0, count: count)
        var buffer = try LockedBuffer(capacity: 64)
        let error = buffer.append { output in
            refusal { () throws(CryptoP256Error) in
                try AES256CBC.encrypt(text.span, key: Self.key.span, iv: Self.iv.span, into: &output)
            }
        }
        #expect(error == .badLength)
    }
}
