package import Age

/// What becomes of an unlock method of a file in a vault that is made of it on a machine without one.
package enum MethodStanding: Sendable, Equatable {
    /// It has opened the file.
    case opener
    /// The owner's key of the passphrase that has opened the file vouches for it.
    case vouched
    /// The owner that the file itself names does.
    case claimed
    /// Nobody does: whoever has written the file may have put it there.
    case unknown
}

// A machine without a vault trusts what has opened the file, and nothing that only the file says.
extension Contents {
    /// Whether that owner has certified the signing key of this file.
    package func isSigned(for owner: OwnerKey) -> Bool {
        currentEpoch?.isVouched(by: owner, in: vault) ?? false
    }

    /// How an unlock method of this file stands.
    ///
    /// - Parameters:
    ///   - opener: the recipient of what has opened the file.
    ///   - owner: the owner's key, when that was a passphrase.
    package func standing(
        of way: UnlockMethod, openedBy opener: X25519Recipient, _ owner: OwnerKey?
    ) throws(VaultError) -> MethodStanding {
        if way.recipient == opener { return .opener }
        guard let certificate = way.certificate else { return .unknown }
        let statement = try way.statement(in: vault)
        if let owner, certificate.vouches(for: statement, by: [owner.publicKey]) { return .vouched }
        let owners = Set(currentEpoch?.owners ?? [])
        return certificate.vouches(for: statement, by: owners) ? .claimed : .unknown
    }

    /// The kit codes of this file that are of one set with the code which has opened it, by that code's own signature: whoever
    /// has written the file cannot have put others among them.
    ///
    /// - Parameter code: what follows from that code.
    package func codes(of code: OwnerKey) -> Set<Identifier> {
        let codes = unlockMethods.filter(\.isCode)
        guard let way = codes.first(where: { $0.recipient == code.recipient }), let kit = way.kit,
            access.marks.contains(way.recipient.mark),
            kit.vouches(for: access.statement(in: vault), by: [code.publicKey])
        else { return [] }
        return Set(codes.filter { access.marks.contains($0.recipient.mark) }.map(\.id))
    }

    /// Ends the unlock methods of the file that this vault is made of which neither are vouched for nor were confirmed
    /// by name, and begins an epoch where the file's signing key is not vouched for: who has written the file knows it,
    /// and the key that opens backups.
    ///
    /// - Parameters:
    ///   - opener: the recipient of what has opened the file.
    ///   - owner: the owner's key, when that was a passphrase.
    ///   - new: that of the passphrase that the vault is given; nil when it keeps the file's.
    /// - Returns: those that ended.
    @discardableResult
    package mutating func endUnconfirmed(
        of file: Contents, openedBy opener: X25519Recipient, _ owner: OwnerKey?, new: OwnerKey?,
        keeping kept: Set<Identifier>, at utc: UInt64
    ) throws(VaultError) -> [UnlockMethod] {
        var ended: [UnlockMethod] = []
        for way in file.unlockMethods where unlockMethods.contains(where: { $0.id == way.id }) {
            switch try file.standing(of: way, openedBy: opener, owner) {
            case .opener, .vouched: continue
            case .claimed, .unknown: if !kept.contains(way.id) { ended.append(way) }
            }
        }
        let owners = [owner, new].compactMap(\.self)
        try endMethods(ended, by: owners, at: utc)
        let isVouched = currentEpoch.map { epoch in owners.contains { epoch.isVouched(by: $0, in: vault) } } ?? true
        if !isVouched, backupKeys != nil { try renewBackupKeys(by: owners, isForced: true, at: utc) }
        return ended
    }
}
