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
    /// Another signing key: another vault's, or anybody's; or a former one of this vault, after its end.
    case foreign
    /// No signature: a vault or an export, or anything that somebody has written.
    case unsigned
}

extension Contents {
    /// Whether a file's signing key says that it follows one of this vault, and no owner has vouched for it yet: what
    /// another machine ships after a kit code was used there, and so may be anybody's who was put out.
    package func isUncertified(_ file: Backup.Opened) -> Bool {
        guard file.contents.vault == vault, var key = file.contents.backupKeys?.signer else { return false }
        var isUncertified = false
        for _ in 0..<Limits.epochs {
            guard let epoch = file.contents.epoch(of: key) else { return false }
            isUncertified = isUncertified || epoch.certificates.isEmpty
            if self.epoch(of: epoch.previous) != nil { return isUncertified }
            key = epoch.previous
        }
        return false
    }

    /// Which of the owners' keys of passphrases that were given with a file prove that the owner of this vault is there:
    /// those that open this vault; and that of a passphrase which was changed on the other machine, because the owner of
    /// this one has certified that change.
    package func proving(_ given: [OwnerKey], with file: Backup.Opened) -> [OwnerKey] {
        given.filter { isOpened(by: $0) || file.origin == .successor && file.contents.isOwned(by: $0) }
    }

    /// Whose file it is that has this manifest and holds `their`. No field of a file counts for it, but the key that its
    /// signature is of, and certificates.
    ///
    /// - Parameter proved: owners' keys of passphrases that were just given.
    package func origin(of manifest: Manifest?, in their: Contents, by proved: [OwnerKey] = []) -> Origin {
        guard let manifest else { return .unsigned }
        let signer = PublicKey(manifest.publicKey)
        if manifest.vault != vault, let joined = joined(signer, of: their), manifest.time <= joined {
            return .former(ended: joined)
        }
        guard manifest.vault == vault, let keys = backupKeys else { return .foreign }
        // A file that names other keys for the time to come is none of this vault's machines'.
        guard their.vault == vault, their.backupKeys?.signer == signer else { return .foreign }
        if signer == keys.signer { return .current }
        if let epoch = epoch(of: signer) {
            return epoch.ended != 0 && manifest.time <= epoch.ended ? .former(ended: epoch.ended) : .foreign
        }
        return isCertified(their, signer: signer, by: proved) ? .successor : .foreign
    }
}
