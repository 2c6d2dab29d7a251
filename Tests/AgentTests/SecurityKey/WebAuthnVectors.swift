import CryptoP256
import Foundation
import Platform
import Testing
import Vault

@testable import Agent

/// An example of a registration and a sign-in from WebAuthn Level 3, section "Test Vectors".
struct WebAuthnVector: Decodable {
    struct Registration: Decodable {
        var credential_private_key: String?
        var attestation_private_key: String?
        var aaguid: String
        var credential_id: String
        var clientDataJSON: String
        var attestationObject: String
    }

    struct Authentication: Decodable {
        var authenticatorData: String
        var clientDataJSON: String
        var signature: String
    }

    var id: String
    var rp_id: String
    var registration: Registration
    var authentication: Authentication

    struct File: Decodable {
        var vectors: [WebAuthnVector]
    }

    /// The first of them, so that there is one wherever the tests run.
    static let none = WebAuthnVector(
        id: "none-es256", rp_id: "example.org",
        registration: Registration(
            credential_private_key: "6e68e7a58484a3264f66b77f5d6dc5bc36a47085b615c9727ab334e8c369c2ee",
            aaguid: "8446ccb9ab1db374750b2367ff6f3a1f",
            credential_id: "f91f391db4c9b2fde0ea70189cba3fb63f579ba6122b33ad94ff3ec330084be4",
            clientDataJSON: """
                7b2274797065223a22776562617574686e2e637265617465222c226368616c6c656e6765223a22414d4d507434557878
                475453746e63647134313759447742466938767049612d7077386f4f755657345441222c226f726967696e223a226874
                7470733a2f2f6578616d706c652e6f7267222c2263726f73734f726967696e223a66616c73652c226578747261446174
                61223a22636c69656e74446174614a534f4e206d617920626520657874656e6465642077697468206164646974696f6e
                616c206669656c647320696e20746865206675747572652c207375636820617320746869733a20426b5165446a646354
                427258426941774a544c453551227d
                """,
            attestationObject: """
                a363666d74646e6f6e656761747453746d74a068617574684461746158a4bfabc37432958b063360d3ad6461c9c4735a
                e7f8edd46592a5e0f01452b2e4b559000000008446ccb9ab1db374750b2367ff6f3a1f0020f91f391db4c9b2fde0ea70
                189cba3fb63f579ba6122b33ad94ff3ec330084be4a5010203262001215820afefa16f97ca9b2d23eb86ccb64098d20d
                b90856062eb249c33a9b672f26df61225820930a56b87a2fca66334b03458abf879717c12cc68ed73290af2e2664796b
                9220
                """),
        authentication: Authentication(
            authenticatorData: "bfabc37432958b063360d3ad6461c9c4735ae7f8edd46592a5e0f01452b2e4b51900000000",
            clientDataJSON: """
                7b2274797065223a22776562617574686e2e676574222c226368616c6c656e6765223a224f63446e55685158756c5455
                506f334a5558543049393770767a7a59425039745a63685879617630314167222c226f726967696e223a226874747073
                3a2f2f6578616d706c652e6f7267222c2263726f73734f726967696e223a66616c73657d
                """,
            signature: """
                3046022100f50a4e2e4409249c4a853ba361282f09841df4dd4547a13a87780218deffcd380221008480ac0f0b935381
                74f575bf11a1dd5d78c6e486013f937295ea13653e331e87
                """))

    /// All that are there.
    static var all: [WebAuthnVector] {
        guard let file = Fixtures.file(Fixtures.vectors), let read = try? JSONDecoder().decode(File.self, from: file)
        else { return [none] }
        return read.vectors
    }
}

@Suite struct WebAuthnVectorTests {
    @Test(.enabled(if: Fixtures.file(Fixtures.vectors) != nil, "../shared/fixtures is not beside the repository"))
    func `the other vectors were tried too`() {
        #expect(WebAuthnVector.all.count > 1)
    }
}

/// Files beside the repository, in `shared/fixtures`; extra vectors for those who have them.
enum Fixtures {
    static let vectors = "fido/webauthn-l3-vectors.json"

    static func file(_ name: String) -> Data? {
        var parts = #filePath.split(separator: "/")
        while !parts.isEmpty {
            let path = "/" + parts.joined(separator: "/") + "/shared/fixtures/" + name
            if let data = FileManager.default.contents(atPath: path) { return data }
            parts.removeLast()
        }
        return nil
    }
}

/// The bytes that hexadecimal digits stand for.
func bytes(_ digits: String) -> [UInt8] {
    let digits = Array(digits.utf8.filter { $0 > 32 })
    func value(_ digit: UInt8) -> UInt8 { digit < 58 ? digit - 48 : (digit | 0x20) - 87 }
    return stride(from: 0, to: digits.count, by: 2).map { value(digits[$0]) << 4 | value(digits[$0 + 1]) }
}

func sha256(_ bytes: [UInt8]) -> [UInt8] {
    let hash = Sodium.sha256(bytes.span)
    return hash.indices.map { hash[$0] }
}

func publicKey(of privateKey: [UInt8]) throws -> [UInt8] {
    let key = try P256.publicKey(of: privateKey.span)
    return key.indices.map { key[$0] }
}

/// The DER of the signature of a message.
func signature(of message: [UInt8], _ privateKey: [UInt8]) throws -> [UInt8] {
    let digest = sha256(message)
    let signature = try P256.signature(ofDigest: digest.span, privateKey: privateKey.span)
    return ECDSASignature.der(signature.span)
}
