package import Age
import Platform

/// The key with which the owner vouches for who can open the vault: Ed25519, from the identity that the passphrase
/// gives. It lies in no file and is there only while somebody has just given the passphrase.
///
/// Whoever has had the vault open knows the keys that sign its backups. Those keys must not be enough to bring in an
/// unlock method on another machine, or to begin an epoch there: that takes this one.
package struct OwnerKey: Sendable {
    private static let info: StaticString = "fob/owner/ed25519/1"

    /// By whom a certificate says that it is.
    package let publicKey: PublicKey
    /// The recipient of the passphrase.
    package let recipient: X25519Recipient
    private let seed: SharedSecret

    /// The key of an identity.
    package init(_ identity: borrowing X25519Identity) throws(VaultError) {
        do throws(AgeError) { seed = SharedSecret(try identity.derivedSecret(Self.info)) } catch {
            throw VaultError(error)
        }
        publicKey = PublicKey(seed.withBytes { Sodium.signingPublicKey(seed: $0) })
        recipient = identity.recipient
    }

    /// Vouches for a statement.
    func certificate(of statement: Statement) -> Certificate {
        let signature = seed.withBytes { Sodium.signature(of: statement.bytes.span, seed: $0) }
        return Certificate(signer: publicKey, signature: signature.indices.map { signature[$0] })
    }
}

/// An owner's signature of a statement, with the public key that it is of.
struct Certificate: Sendable, Equatable {
    static let byteCount = 96

    let signer: PublicKey
    let signature: [UInt8]

    /// Whether one of `owners` has signed that statement.
    func vouches(for statement: Statement, by owners: Set<PublicKey>) -> Bool {
        owners.contains(signer)
            && Sodium.isValid(
                signature: signature.span, of: statement.bytes.span, publicKey: signer.bytes.span)
    }
}

extension Certificate: FieldValue {
    init(in body: Span<UInt8>, at place: Range<Int>) throws(VaultError) {
        guard place.count == Self.byteCount else { throw .damaged("a certificate has the wrong length") }
        let middle = place.lowerBound + 32
        signer = try PublicKey(in: body, at: place.lowerBound..<middle)
        signature = (middle..<place.upperBound).map { body[$0] }
    }

    var isEmptyField: Bool { false }
    var fieldBytes: Int { Self.byteCount }

    func append(to output: inout OutputSpan<UInt8>, from lent: Span<UInt8>) {
        signer.append(to: &output, from: lent)
        output.append(copying: signature.span)
    }
}
