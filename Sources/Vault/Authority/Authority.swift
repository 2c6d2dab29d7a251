/// Why something arrives.
package enum ArrivalPurpose: UInt8, CaseIterable, Sendable {
    /// There is no vault here: one is made of a backup.
    case create = 0
    /// A backup comes back.
    case restore = 1
    /// Two machines take over each other's changes.
    case sync = 2
    /// Accounts of another program are taken in.
    case `import` = 3
    /// What a restore, a sync or an import has changed is taken back.
    case undo = 4
    /// The vault here becomes one with another: what is here comes into the other, by whose keys and unlock methods it goes
    /// on.
    case join = 5
}

/// What the owner has proved in the request that brings something in.
package enum OwnerProof: UInt8, CaseIterable, Sendable {
    /// Nothing.
    case none = 0
    /// A yes to a question that named each protection which is weakened.
    case yes = 1
    /// The vault's passphrase.
    case passphrase = 2
}

/// The one place that decides what may change because of what arrives: a file, another program's accounts, or the undo
/// of those. What arrives has no authority of its own: only this vault's present signing key gives it some, and who may
/// open the vault takes the owner.
package struct Authority: Sendable, Equatable {
    /// Why it arrives.
    package let purpose: ArrivalPurpose
    /// How it is authenticated.
    package let origin: Origin
    /// What the owner has proved.
    package var proof: OwnerProof

    /// For what arrives so.
    package init(_ purpose: ArrivalPurpose, _ origin: Origin, _ proof: OwnerProof) {
        (self.purpose, self.origin, self.proof) = (purpose, origin, proof)
    }

    /// Whether anything at all may come in: two machines are one vault, or there is no sync.
    package var isAccepted: Bool {
        switch purpose {
        case .create, .restore, .import, .undo: true
        // What has no signature is no vault that two machines could share.
        case .join: origin != .unsigned
        case .sync: origin == .current || origin == .successor
        }
    }

    /// The table.
    package func verdict(on change: ChangeKind) -> Verdict {
        guard isAccepted else { return .leftOut }
        if purpose == .sync, origin == .successor, proof != .passphrase { return .pending }
        switch purpose {
        case .create: return onNewVault(change)
        case .restore: return origin == .current ? onRestore(change) : onForeignFile(change)
        case .sync: return onSync(change)
        case .import: return onImport(change)
        case .undo: return onUndo(change)
        case .join: return onJoin(change)
        }
    }

    /// A new vault is what the file says, but for what never travels.
    private func onNewVault(_ change: ChangeKind) -> Verdict {
        switch change {
        case .account, .key, .recoverySet, .details, .counter, .absurdCounter, .strengthened, .weakened, .secret,
            .recoveryMarks, .recoveryReplaced, .trashed, .untrashed, .ended, .unlockMethodAdded, .unlockMethodEnded,
            .passphrase, .backupKeys, .settings, .settingsWeakened, .unknown:
            return .allowed
        case .local: return .leftOut
        }
    }

    /// A backup that this vault's present key has signed.
    private func onRestore(_ change: ChangeKind) -> Verdict {
        switch change {
        case .account, .key, .recoverySet, .details, .counter, .strengthened, .secret, .recoveryMarks,
            .recoveryReplaced, .untrashed, .settings, .unknown:
            return .allowed
        case .weakened, .settingsWeakened: return proof == .none ? .asks : .allowed
        case .absurdCounter, .trashed, .ended, .unlockMethodAdded, .unlockMethodEnded, .passphrase, .backupKeys, .local:
            return .leftOut
        }
    }

    /// A file with a former key's signature, a stranger's, or none: it adds beside what is here.
    private func onForeignFile(_ change: ChangeKind) -> Verdict {
        switch change {
        case .account, .key, .recoverySet, .counter: return .allowed
        case .details, .absurdCounter, .strengthened, .weakened, .secret, .recoveryMarks, .recoveryReplaced, .trashed,
            .untrashed, .ended, .unlockMethodAdded, .unlockMethodEnded, .passphrase, .backupKeys, .settings,
            .settingsWeakened, .unknown, .local:
            return .leftOut
        }
    }

    /// Another machine of this vault.
    private func onSync(_ change: ChangeKind) -> Verdict {
        switch change {
        case .account, .key, .recoverySet, .details, .counter, .strengthened, .secret, .recoveryMarks,
            .recoveryReplaced, .trashed, .untrashed, .ended, .unknown:
            return .allowed
        case .weakened: return proof == .none ? .asks : .allowed
        case .unlockMethodAdded, .unlockMethodEnded, .passphrase, .backupKeys, .settings, .settingsWeakened:
            return proof == .passphrase ? .allowed : .pending
        case .absurdCounter, .local: return .leftOut
        }
    }

    /// Accounts of another program: nothing vouches for them.
    private func onImport(_ change: ChangeKind) -> Verdict {
        switch change {
        case .account, .recoverySet, .counter: return .allowed
        case .key, .details, .absurdCounter, .strengthened, .weakened, .secret, .recoveryMarks, .recoveryReplaced,
            .trashed, .untrashed, .ended, .unlockMethodAdded, .unlockMethodEnded, .passphrase, .backupKeys, .settings,
            .settingsWeakened, .unknown, .local:
            return .leftOut
        }
    }

    /// The other vault, once the owner has given the passphrase of the one here. No protection of either becomes less.
    private func onJoin(_ change: ChangeKind) -> Verdict {
        guard proof == .passphrase else { return .pending }
        switch change {
        case .account, .key, .recoverySet, .details, .counter, .strengthened, .secret, .recoveryMarks,
            .recoveryReplaced, .trashed, .untrashed, .ended, .unlockMethodAdded, .unlockMethodEnded, .passphrase,
            .backupKeys, .settings, .unknown:
            return .allowed
        case .absurdCounter, .weakened, .settingsWeakened, .local: return .leftOut
        }
    }

    /// The state before comes back; but no way to open the vault does, because what was revoked stays revoked.
    private func onUndo(_ change: ChangeKind) -> Verdict {
        switch change {
        case .account, .key, .recoverySet, .details, .counter, .absurdCounter, .strengthened, .secret, .recoveryMarks,
            .recoveryReplaced, .trashed, .untrashed, .ended, .settings, .unknown:
            return .allowed
        case .weakened, .settingsWeakened: return proof == .none ? .asks : .allowed
        case .unlockMethodAdded, .unlockMethodEnded, .passphrase, .backupKeys, .local: return .leftOut
        }
    }
}
