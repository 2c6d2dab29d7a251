import Age
import CryptoP256
import Platform
import Testing
import Vault

@testable import Agent

/// What the agent signs is what the specifications say, byte by byte.
@Suite struct AuthenticatorDataTests {
    private func contents() throws -> Contents {
        let way = UnlockMethod(
            source: .identity, label: "test", recipient: try X25519Identity.random().recipient, at: 1000)
        return try Contents(unlockMethod: way, at: 1000)
    }

    private func data(_ vector: WebAuthnVector, flags: UInt8) -> AuthenticatorData {
        AuthenticatorData(
            relyingPartyHash: KeyCredential.hash(ofRelyingParty: vector.rp_id), flags: .init(rawValue: flags),
            counter: 0)
    }

    private func first(_ needle: [UInt8], in bytes: [UInt8]) -> Int? {
        guard bytes.count >= needle.count else { return nil }
        return (0...(bytes.count - needle.count)).first { Array(bytes[$0..<($0 + needle.count)]) == needle }
    }

    /// Those with a key of P-256 of which the private half is known.
    private static var withES256: [WebAuthnVector] {
        WebAuthnVector.all.filter { $0.id.hasSuffix("es256") || $0.id.contains("es256-") }
            .filter { $0.registration.credential_private_key != nil }
    }

    @Test(arguments: withES256) func `registrations are those of the vectors`(_ vector: WebAuthnVector) throws {
        let registration = vector.registration
        let object = bytes(registration.attestationObject)
        let privateKey = bytes(try #require(registration.credential_private_key))
        let hash = sha256(Array(vector.rp_id.utf8))
        let start = try #require(first(hash, in: object))
        let point = try publicKey(of: privateKey)
        var made = data(vector, flags: object[start + 32])
        made.attested = AuthenticatorData.Attested(
            aaguid: bytes(registration.aaguid), credentialID: bytes(registration.credential_id),
            publicKey: COSEKey.encoded(point, .es256))
        #expect(made.bytes == Array(object[start...]))
        // The attestation statement's signature stands behind its name.
        guard let sig = first(Array("csig".utf8), in: object) else { return }
        let signed = object[(sig + 4)...].dropFirst(2).prefix(Int(object[sig + 5]))
        let clientDataHash = sha256(bytes(registration.clientDataJSON))
        let message =
            vector.id.hasPrefix("fido-u2f")
            ? [0] + hash + clientDataHash + bytes(registration.credential_id) + [4] + point
            : made.bytes + clientDataHash
        let signer = registration.attestation_private_key.map { bytes($0) } ?? privateKey
        #expect(try signature(of: message, signer) == Array(signed))
    }

    /// Attestations of credentials with other algorithms are signed with P-256 too.
    @Test func `attestations of all vectors are signed alike`() throws {
        for vector in WebAuthnVector.all {
            guard let signer = vector.registration.attestation_private_key, vector.id.hasPrefix("packed") else {
                continue
            }
            let object = bytes(vector.registration.attestationObject)
            let start = try #require(first(sha256(Array(vector.rp_id.utf8)), in: object))
            let message = Array(object[start...]) + sha256(bytes(vector.registration.clientDataJSON))
            let made = try signature(of: message, bytes(signer))
            #expect(first(made, in: object) != nil)
        }
    }

    @Test(arguments: withES256) func `sign-ins are those of the vectors`(_ vector: WebAuthnVector) throws {
        let wanted = bytes(vector.authentication.authenticatorData)
        let made = data(vector, flags: wanted[32])
        #expect(made.bytes == wanted)
        let hash = sha256(bytes(vector.authentication.clientDataJSON))
        let message = made.message(clientDataHash: hash.span)
        let privateKey = bytes(try #require(vector.registration.credential_private_key))
        #expect(try signature(of: message, privateKey) == bytes(vector.authentication.signature))
        // And through a key of the vault.
        var vault = try contents()
        let point = try publicKey(of: privateKey)
        let key = try vault.addKey(
            NewKey(relyingParty: vector.rp_id, .synced, .es256, .ctap), privateKey: privateKey.span,
            publicKey: point.span, at: 1000)
        #expect(try KeySignature.sign(message, with: key).encoded == bytes(vector.authentication.signature))
    }

    @Test func `a key of Ed25519 has its own map, and signs the message itself`() throws {
        // RFC 8032, section 7.1, test 1.
        let seed = bytes("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
        let point = bytes("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
        let own = Sodium.signingPublicKey(seed: seed.span)
        #expect(own.indices.map { own[$0] } == point)
        #expect(COSEKey.encoded(point, .edDSA) == bytes("a4010103272006215820") + point)
        var vault = try contents()
        let key = try vault.addKey(
            NewKey(relyingParty: "ssh:", .deviceBound, .edDSA, .ssh), privateKey: seed.span, publicKey: point.span,
            at: 1000)
        let message: [UInt8] = [1, 2, 3]
        let made = try KeySignature.sign(message, with: key)
        let isValid = Sodium.isValid(signature: made.raw.span, of: message.span, publicKey: point.span)
        #expect(isValid && made.encoded == made.raw)
    }

    @Test func `flags of backups are the key's, those of people the caller's`() throws {
        var vault = try contents()
        let seed = [UInt8](repeating: 1, count: 32)
        let point = Sodium.signingPublicKey(seed: seed.span)
        for (kind, wanted) in [(KeyKind.synced, UInt8(0x0d)), (.deviceBound, 0x05)] {
            var key = try vault.addKey(
                NewKey(relyingParty: "example.org", kind, .edDSA, .ctap), privateKey: seed.span,
                publicKey: point.span, at: 1000)
            key = try vault.useKey(key.id, at: 2000)
            // A caller cannot claim what is not so.
            let data = AuthenticatorData(of: key, [.userPresent, .userVerified, .backedUp, .attested])
            #expect(data.bytes[32] == wanted)
            #expect(Array(data.bytes[33...]) == [0, 0, 0, kind == .synced ? 0 : 1])
        }
    }

    @Test func `what extensions answer is canonical`() {
        var extensions = AuthenticatorData.Extensions()
        #expect(extensions.isEmpty)
        (extensions.hmacSecretCreated, extensions.credProtect, extensions.credBlobStored) = (true, 3, false)
        #expect(
            extensions.encoded
                == [0xa3, 0x68] + Array("credBlob".utf8) + [0xf4, 0x6b] + Array("credProtect".utf8) + [3, 0x6b]
                + Array("hmac-secret".utf8) + [0xf5])
        var outputs = AuthenticatorData.Extensions()
        outputs.hmacSecret = [UInt8](repeating: 7, count: 80)
        outputs.credBlob = []
        #expect(
            outputs.encoded
                == [0xa2, 0x68] + Array("credBlob".utf8) + [0x40, 0x6b] + Array("hmac-secret".utf8) + [0x58, 80]
                + [UInt8](repeating: 7, count: 80))
        var data = AuthenticatorData(
            relyingPartyHash: KeyCredential.hash(ofRelyingParty: "example.org"), flags: .userPresent,
            counter: 0x0102_0304)
        data.extensions = outputs
        #expect(data.bytes[32] == 0x81 && Array(data.bytes[33..<37]) == [1, 2, 3, 4])
    }
}
