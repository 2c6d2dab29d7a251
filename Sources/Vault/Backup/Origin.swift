/// Whose file it is, as far as its signature tells: what decides how much of it can be believed.
package enum Origin: Sendable, Equatable {
    /// The signing key that this vault has now.
    case current
    /// A signing key of this vault that has ended since, in seconds of UTC, by a file from before that end. Whoever
    /// could open the vault then knows that key.
    case former(ended: UInt64)
    /// A signing key that this machine does not know yet, and that the owner's passphrase has certified after one that
    /// it does: another machine has ended an unlock method. The owner's passphrase adopts it.
    case successor
    /// Another signing key: another vault's, or anybody's.
    case foreign
    /// No signature: a vault or an export, or anything that somebody has written.
    case unsigned
}

extension Contents {
    /// Whose file it is that has this manifest. No field of a file counts for it, but the key that its signature is of.
    package func origin(of manifest: Manifest?) -> Origin {
        guard let manifest else { return .unsigned }
        guard manifest.vault == vault, let keys = backupKeys else { return .foreign }
        let signer = manifest.publicKey
        return signer.indices.allSatisfy { signer[$0] == keys.publicKey[$0] } ? .current : .foreign
    }
}
