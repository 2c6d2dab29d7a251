import Testing

@testable import ForeignLibraries

@Suite struct AuthenticationTests {
    private func bytes(_ hexadecimal: String) -> [UInt8] {
        stride(from: 0, to: hexadecimal.count, by: 2).map { offset in
            let start = hexadecimal.index(hexadecimal.startIndex, offsetBy: offset)
            return UInt8(hexadecimal[start..<hexadecimal.index(start, offsetBy: 2)], radix: 16) ?? 0
        }
    }

    @Test(
        "HMAC: case 2 of RFC 2202 and RFC 4231, and a changed tag",
        arguments: [
            (Authentication.Hash.sha1, "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"),
            (.sha256, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
            (
                .sha384,
                "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b3239ecfab21649"
            ),
            (
                .sha512,
                "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737"
            ),
        ])
    func hmac(_ hash: Authentication.Hash, _ tag: String) throws {
        let key = Array("Jefe".utf8)
        let message = Array("what do ya want for nothing?".utf8)
        let right = bytes(tag)
        try Authentication.check(message.span, hash, key: key.span, tag: right.span)
        var wrong = right
        wrong[0] ^= 1
        let short = Array(right.dropLast())
        for bad in [wrong, short, []] {
            #expect(throws: ForeignError.notAuthentic) {
                try Authentication.check(message.span, hash, key: key.span, tag: bad.span)
            }
        }
    }

    @Test("Keys are unwrapped: RFC 3394, sections 4.1 and 4.6") func unwrap() throws {
        for (block, key, wrapped, plain) in [
            (
                Cipher.Block.aes128, "000102030405060708090A0B0C0D0E0F",
                "1FA68B0A8112B447AEF34BD8FB5A7B829D3E862371D2CFE5", "00112233445566778899AABBCCDDEEFF"
            ),
            (
                .aes256, "000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F",
                "28C9F404C4B810F4CBCCB35CFB87F8263F5786E2D80ED326CBC7F0E71A99F43BFB988B9B7A02DD21",
                "00112233445566778899AABBCCDDEEFF000102030405060708090A0B0C0D0E0F"
            ),
        ] {
            let key = bytes(key)
            var wrapped = bytes(wrapped)
            let found = try [UInt8](capacity: wrapped.count) { output throws(ForeignError) in
                try Cipher.unwrap(wrapped.span, with: block, key: key.span, into: &output)
            }
            #expect(found == bytes(plain))
            wrapped[5] ^= 1
            #expect(throws: ForeignError.notAuthentic) {
                try [UInt8](capacity: wrapped.count) { output throws(ForeignError) in
                    try Cipher.unwrap(wrapped.span, with: block, key: key.span, into: &output)
                }
            }
        }
    }

    @Test("A key of another length than the cipher's is refused") func length() {
        let key = [UInt8](repeating: 0, count: 16)
        let block = [UInt8](repeating: 0, count: 16)
        #expect(throws: ForeignError.badParameter) {
            try [UInt8](capacity: 16) { output throws(ForeignError) in
                try Cipher.decryptCBC(block.span, with: .aes256, key: key.span, iv: block.span, into: &output)
            }
        }
    }
}
