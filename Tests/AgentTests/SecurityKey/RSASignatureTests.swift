import Encodings
import Platform
import Testing
import Wire

@testable import Agent

/// Host keys of RSA. The key and its signatures are OpenSSL's.
@Suite struct RSASignatureTests {
    private static let modulus = """
        upcAhALtnrX/im/RJvbg3mIW++MCU3/AsfuSGfv9h2Bab3QoK0Rpc5dZ3b/+8rYq5Uc8vPzeFVE1vj5aBYWt7zsGk6Jf\
        i6KFwgjT0MzbOyy1+QCJ+MMwHkSdtIRuUE4QkQ03VlIptsBeAuxgwTLDnGLgBZT+6HzdXtXJDHDNjFMd+aE7u/rq1m/K\
        bc6Ip6+7BNV/EOc50ubxOWGd9y/MUguYndt9VyCYeTRD7Iew7EwsSpZTfzp5qQLqmYlCSsFwbBXcA2VJj5Lb/1PFO2x0\
        FzDiA46yyz76rMb+rXUNohSScRAq5UFqa1JJjE9Wej6gTG+gd+wubjP2gMZJtVfSDw==
        """
    private static let signatures: [(RSASignature.Hash, String)] = [
        (
            .sha256,
            """
            YBkN1bfmVSTZvqYAEIw/gVAJtHFp+bf/KnVyrFgzkfSvGmNBOOroZkvuGTxWFtv2MIz7vFjesMgBwYAIzzj70v+cjUyo\
            yiQxM+PZwZ2KW+dBN8gT4ibSZCPQDhylyDVit+Ppq20ldG0UcXquwy/RO1XDShW6P6CVjbYyW0n3nz7OlCH3+lmZbuy7\
            e+/K7nfsQSD9SW0uzjAmLGIDo6a9nz0x8VEpCRhXtM+3QVtadd0ZHjlHJsTRBzlQTb2xJ8K2bnqZc73xFRGRuQ/nGbeb\
            GfwC7cjn+eFL7t6xvUt7BpuwXoqlVbXVgpkFBJyuoZyvW9f2H5H9DptmlEA4EwykqQ==
            """
        ),
        (
            .sha512,
            """
            TPNziSi2Hw8GBDodrFYCaHiYi6EUba85jKikHqDAXvqrtKfk0VUpn4Edz9P8u+zKSXfA95Fp8QzyHak+sdFlMqRmQrRc\
            kc3THcpU38rbUY3vhrJMicVwL6kb+D0Y4WqFgHzr5SckcLHnfgusOnVr5x/W1hJwTJfzFIBYx8bYhaFNTEwNJjn1Xfcd\
            ktfDLqZLi5tVjDZLCLXiDfPLo+XCmTMwEybLoJVTj9Bs+9yq1YO73jWX69WgKYuDtEETZwTKJGyVUknk0/BosMTYoVq5\
            Qlbtfwxdkh5sLwngm+8i0fxJbooKEo2aDUm+WriM6sKrkI5I2qX1//WWHkmKitRxsQ==
            """
        ),
    ]
    private static let session = Array("session id of ssh".utf8)

    private static func bytes(_ text: String) throws -> [UInt8] {
        try #require(BaseEncoding.base64.bytes(text, isPadded: true))
    }

    /// What ssh says of a connection to the host with that key.
    private static func request(
        _ signature: [UInt8], _ format: String, modulus: [UInt8], exponent: [UInt8] = [1, 0, 1]
    ) -> SSHBindRequest {
        func string(_ bytes: [UInt8]) -> [UInt8] {
            [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: bytes.count >> $0) } + bytes
        }
        let key = string(Array("ssh-rsa".utf8)) + string(exponent) + string([0] + modulus)
        return SSHBindRequest(
            hostKey: key, session: session, signature: string(Array(format.utf8)) + string(signature),
            isForwarding: false)
    }

    @Test(arguments: [0, 1]) func `a session that an RSA host key has signed is proved`(_ index: Int) throws {
        let (hash, text) = Self.signatures[index]
        let (signature, modulus) = (try Self.bytes(text), try Self.bytes(Self.modulus))
        let binding = try SSHBinding(Self.request(signature, hash.rawValue, modulus: modulus))
        #expect(binding.standing == .proved)
        // Any other octet, hash, key or length is none.
        for place in [0, 1, 100, 255] {
            var wrong = signature
            wrong[place] ^= 1
            #expect(throws: Refusal.self) { try SSHBinding(Self.request(wrong, hash.rawValue, modulus: modulus)) }
            var other = modulus
            other[place] ^= 2
            #expect(throws: Refusal.self) { try SSHBinding(Self.request(signature, hash.rawValue, modulus: other)) }
        }
        let another: RSASignature.Hash = hash == .sha256 ? .sha512 : .sha256
        #expect(throws: Refusal.self) { try SSHBinding(Self.request(signature, another.rawValue, modulus: modulus)) }
        for wrong in [[], Array(signature.dropLast()), [0] + signature, [UInt8](repeating: 0xFF, count: 256)] {
            #expect(throws: Refusal.self) { try SSHBinding(Self.request(wrong, hash.rawValue, modulus: modulus)) }
        }
        #expect(throws: Refusal.self) {
            try SSHBinding(Self.request(signature, hash.rawValue, modulus: modulus, exponent: [3]))
        }
        // What OpenSSH takes no more is not looked at, and said by the client.
        #expect(try SSHBinding(Self.request(signature, "ssh-rsa", modulus: modulus)).standing == .claimed)
        let short = Array(modulus.prefix(64))
        #expect(try SSHBinding(Self.request(signature, hash.rawValue, modulus: short)).standing == .claimed)
    }

    @Test func `a modulus that is even, or nothing, signs nothing`() throws {
        let signature = try Self.bytes(Self.signatures[0].1)
        var even = try Self.bytes(Self.modulus)
        even[255] ^= 1
        #expect(throws: Refusal.self) { try SSHBinding(Self.request(signature, "rsa-sha2-256", modulus: even)) }
    }
}
