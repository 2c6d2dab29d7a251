/// The name of a finished backup: `fob-VAULT-TIME-SEQUENCE.age`, for example `fob-a0a1a2a3-20300101T000000Z-41.age`.
/// No two backups of a machine have the same one, so none ever takes another's place.
package struct BackupName: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The first eight hexadecimal digits of the vault's id.
    package let vault: String
    /// When it was sealed, in seconds of UTC.
    package let utc: UInt64
    /// The number of the save that it holds.
    package let sequence: UInt64

    /// The longest name, in bytes.
    package static let longest = 4 + 8 + 1 + 16 + 1 + 20 + 4

    /// A name of those parts.
    package init(vault: String, utc: UInt64, sequence: UInt64) {
        self.vault = vault
        self.utc = min(utc, CompactTime.latest)
        self.sequence = sequence
    }

    /// No vault: release 0.1.0 has put files under such names into places to try them.
    private static let noVault = "00000000"

    /// The parts of a name; nil when it is not exactly one that this type gives to a backup.
    package init?(_ name: String) {
        guard name.utf8.count <= Self.longest, name.hasPrefix("fob-"), name.hasSuffix(".age") else { return nil }
        let parts = name.dropFirst(4).dropLast(4).split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].utf8.count == 8,
            parts[0].utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }),
            let utc = CompactTime.parse(parts[1]), let sequence = UInt64(parts[2])
        else { return nil }
        self.init(vault: String(parts[0]), utc: utc, sequence: sequence)
        guard description == name, vault != Self.noVault else { return nil }
    }

    /// The backup that a file is by its name, whatever people, file systems and programs that copy have made of that: other
    /// letters, words around it or before its end. Nil for none.
    package init?(copied name: String) {
        let parts = name.lowercased().drop(through: "fob-").split(separator: "-", maxSplits: 2)
        guard parts.count == 3, parts[2].contains(".age"), !parts[2].contains(".partial"),
            let sequence = UInt64(parts[2].prefix { $0.isASCII && $0.isNumber })
        else { return nil }
        self.init("fob-\(parts[0])-\(parts[1].uppercased())-\(sequence).age")
    }

    /// Whether a name is one that release 0.1.0 has given to what it tried a place with.
    package static func isNoVault(_ name: String) -> Bool { name.hasPrefix("fob-\(noVault)-") }

    /// The name.
    package var description: String { "fob-\(vault)-\(CompactTime.text(utc))-\(sequence).age" }

    /// By sequence, and then by time: clocks go back, sequences do not.
    package static func < (a: BackupName, b: BackupName) -> Bool {
        (a.sequence, a.utc, a.vault) < (b.sequence, b.utc, b.vault)
    }
}

extension String {
    /// What follows the first `mark`; nothing without one.
    fileprivate func drop(through mark: String) -> Substring {
        firstRange(of: mark).map { self[$0.upperBound...] } ?? ""
    }
}
