package import Platform

/// The name of a file of fob's at a destination.
package enum StoredName: Hashable, Sendable, CustomStringConvertible {
    /// A backup.
    case backup(BackupName)
    /// A recovery key, with which a passphrase opens backups by the stock `age` program: `recovery-key-ID.age` with the
    /// first eight digits of the file's SHA-256. Release 0.1.0 has named it `recovery-key.age`, and, where that was
    /// taken, by the beginning of the vault's id.
    case recoveryKey(String?)
    /// What tells a place from another one: an empty mount point, or what a network answers that wants a login.
    case place(String)
    /// What a trial of the destination puts there: no restore takes it for a backup.
    case trial(String)
    /// The program that shows a person what the stock `age` program makes of a backup.
    case program

    private static let key = "recovery-key"
    private static let suffix = ".age"
    private static let placePrefix = "place-of-fob-"
    private static let placeSuffix = ".txt"
    private static let trialPrefix = "trial-of-fob-"
    private static let trialSuffix = ".tmp"
    /// Digits of an identifier.
    package static let digits = 8

    /// The name that such a file has; nil for all others.
    package init?(_ name: String) {
        if let backup = BackupName(name) {
            self = .backup(backup)
        } else if name == Self.key + Self.suffix {
            self = .recoveryKey(nil)
        } else if let id = Self.id(name, Self.key + "-", Self.suffix) {
            self = .recoveryKey(id)
        } else if let id = Self.id(name, Self.placePrefix, Self.placeSuffix) {
            self = .place(id)
        } else if let id = Self.id(name, Self.trialPrefix, Self.trialSuffix) {
            self = .trial(id)
        } else if name == RecordsProgram.name {
            self = .program
        } else {
            return nil
        }
    }

    private static func id(_ name: String, _ prefix: String, _ suffix: String) -> String? {
        guard name.utf8.count == prefix.utf8.count + digits + suffix.utf8.count, name.hasPrefix(prefix),
            name.hasSuffix(suffix)
        else { return nil }
        let id = name.dropFirst(prefix.count).dropLast(suffix.count)
        return id.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) } ? String(id) : nil
    }

    /// The name.
    package var description: String {
        switch self {
        case .backup(let name): name.description
        case .recoveryKey(nil): Self.key + Self.suffix
        case .recoveryKey(let id?): "\(Self.key)-\(id)\(Self.suffix)"
        case .place(let id): Self.placePrefix + id + Self.placeSuffix
        case .trial(let id): Self.trialPrefix + id + Self.trialSuffix
        case .program: RecordsProgram.name
        }
    }

    /// The backup of that name; nil for another file.
    package var backup: BackupName? { if case .backup(let name) = self { name } else { nil } }
    /// The place's id; nil for another file.
    package var place: String? { if case .place(let id) = self { id } else { nil } }
    /// Whether it is a recovery key.
    package var isRecoveryKey: Bool { if case .recoveryKey = self { true } else { false } }
    /// Whether it is left from a trial.
    package var isTrial: Bool { if case .trial = self { true } else { false } }
}
