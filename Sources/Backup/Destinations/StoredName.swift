package import Platform

/// The name of a file of fob's at a destination.
package enum StoredName: Hashable, Sendable, CustomStringConvertible {
    /// A backup.
    case backup(BackupName)
    /// `recovery-key.age`, with which the passphrase opens backups by the stock `age` program; with the beginning of
    /// the vault's id where another machine or vault has put its own under that name.
    case recoveryKey(vault: String?)

    private static let key = "recovery-key"
    private static let suffix = ".age"

    /// The name that such a file has; nil for all others.
    package init?(_ name: String) {
        if let backup = BackupName(name) {
            self = .backup(backup)
            return
        }
        guard name.hasPrefix(Self.key), name.hasSuffix(Self.suffix) else { return nil }
        let vault = name.dropFirst(Self.key.utf8.count).dropLast(Self.suffix.utf8.count)
        if vault.isEmpty {
            self = .recoveryKey(vault: nil)
        } else if vault.utf8.count == 9, vault.hasPrefix("-") {
            self = .recoveryKey(vault: String(vault.dropFirst()))
        } else {
            return nil
        }
    }

    /// The name.
    package var description: String {
        switch self {
        case .backup(let name): name.description
        case .recoveryKey(nil): Self.key + Self.suffix
        case .recoveryKey(let vault?): "\(Self.key)-\(vault)\(Self.suffix)"
        }
    }

    /// The backup of that name; nil for another file.
    package var backup: BackupName? { if case .backup(let name) = self { name } else { nil } }
}
