import Platform

// What a person compares: which vault it is, and who signs for it.
extension Contents {
    /// The fingerprint of this vault, of its present signing key, and of the owner's keys that can certify the next
    /// one. It cannot be told from the recipients: only who has opened a file knows it.
    package var fingerprint: [32 of UInt8] { fingerprint(of: currentEpoch) }

    /// The fingerprints from which the present one follows, the last one first, as far as every step is certified by an
    /// owner of the epoch before it: one that was printed then is as good as the present one.
    package var formerFingerprints: [[32 of UInt8]] {
        var found: [[32 of UInt8]] = []
        guard var epoch = currentEpoch else { return found }
        while found.count < Limits.epochs, let before = self.epoch(of: epoch.previous),
            epoch.isCertified(by: Set(before.owners), in: vault)
        {
            found.append(fingerprint(of: before))
            epoch = before
        }
        return found
    }

    private func fingerprint(of epoch: Epoch?) -> [32 of UInt8] {
        var statement = Statement("fob/vault-fingerprint/2\n")
        statement.add(vault)
        statement.add(epoch?.publicKey ?? .none)
        for owner in epoch?.owners ?? [] { statement.add(owner) }
        return Sodium.sha256(statement.bytes.span)
    }
}
