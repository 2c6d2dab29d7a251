import ForeignLibraries
import OneTimePassword
import Platform
import Testing

/// Hexadecimal of what a derivation appends.
private func derived(_ count: Int, _ body: (inout OutputSpan<UInt8>) throws -> Void) throws -> String {
    var buffer = try LockedBuffer(capacity: count)
    try buffer.append { (output: inout OutputSpan<UInt8>) throws in try body(&output) }
    let bytes = buffer.bytes
    var text = ""
    for index in bytes.indices {
        let digits = String(bytes[index], radix: 16)
        text += digits.count == 1 ? "0" + digits : digits
    }
    return text
}

@Suite struct KeyDerivationTests {
    let password: [UInt8] = Array("password".utf8)
    let salt: [UInt8] = Array("salt".utf8)

    @Test("PBKDF2 gives the octets of RFC 6070") func sha1() throws {
        let text = try derived(20) { output in
            try KeyDerivation.pbkdf2(
                .sha1, password: password.span, salt: salt.span, rounds: 4096, count: 20, into: &output)
        }
        #expect(text == "4b007901b765489abead49d926f721d065a429c1")
    }

    @Test("scrypt gives the octets of RFC 7914, section 12") func scrypt() throws {
        let none: [UInt8] = []
        let text = try derived(64) { output in
            try KeyDerivation.scrypt(
                password: none.span, salt: none.span, n: 16, r: 1, p: 1, count: 64, into: &output)
        }
        #expect(
            text == "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442"
                + "fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906")
    }

    @Test("Argon2id with four lanes gives the octets of OpenSSL") func argon2() throws {
        let somesalt = Array("somesalt".utf8)
        let text = try derived(32) { output in
            try KeyDerivation.argon2(
                .id, password: password.span, salt: somesalt.span, passes: 2, memory: 65536, lanes: 4, count: 32,
                into: &output)
        }
        #expect(text == "1a9677b0afe81fda7b548895e7a1bfeb8668ffc19a530e37e088a668fab1c02a")
    }

    @Test("Costs over their bounds are refused before any work") func bounds() throws {
        #expect(throws: ForeignError.tooExpensive) {
            try derived(32) { output in
                try KeyDerivation.pbkdf2(
                    .sha1, password: password.span, salt: salt.span, rounds: 1 << 40, count: 32, into: &output)
            }
        }
        #expect(throws: ForeignError.tooExpensive) {
            try derived(32) { output in
                try KeyDerivation.scrypt(
                    password: password.span, salt: salt.span, n: 1 << 30, r: 8, p: 1, count: 32, into: &output)
            }
        }
        let somesalt = Array("somesalt".utf8)
        #expect(throws: ForeignError.tooExpensive) {
            try derived(32) { output in
                try KeyDerivation.argon2(
                    .id, password: password.span, salt: somesalt.span, passes: 2, memory: 64 << 20, lanes: 4, count: 32,
                    into: &output)
            }
        }
    }
}
