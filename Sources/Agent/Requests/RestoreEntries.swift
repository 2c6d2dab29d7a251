import Vault
import Wire

extension RestoreEntry {
    init(_ entry: MergeEntry) {
        self.init(
            account: entry.id, outcome: entry.outcome,
            isRaised: entry.isRaised, issuer: entry.issuer, name: entry.name, newName: entry.newName)
    }
}
