import Vault
import Wire

extension RestoreEntry {
    init(_ entry: MergeEntry) {
        self.init(
            account: entry.id.onWire, outcome: RestoreOutcome(entry.outcome),
            isRaised: entry.isRaised, issuer: entry.issuer, name: entry.name, newName: entry.newName)
    }
}

extension RestoreOutcome {
    /// What becomes of an account, in messages.
    fileprivate init(_ outcome: MergeOutcome) {
        switch outcome {
        case .new: self = .new
        case .same: self = .same
        case .differs: self = .differs
        case .needsVerification: self = .needsVerification
        case .onlyHere: self = .onlyHere
        case .newer: self = .newer
        case .removed: self = .removed
        case .inTrash: self = .inTrash
        }
    }
}

extension RestoredSettings {
    /// What becomes of the settings, in messages.
    init(_ settings: MergedSettings) {
        switch settings {
        case .same: self = .same
        case .restored: self = .restored
        case .kept: self = .kept
        }
    }
}
