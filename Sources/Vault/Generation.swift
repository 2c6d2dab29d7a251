import Platform

/// A copy of the vault from before a save, told by its file's name: `vault-0000000041-20260102T030405Z.age`.
package struct Generation: Sendable, Hashable {
    /// The number of the save that wrote it; 0 when that is not known.
    package let number: UInt64
    /// When it was written, in seconds of UTC.
    package let utc: UInt64

    /// The copy with a number and a time.
    package init(number: UInt64, utc: UInt64) {
        self.number = number
        self.utc = min(utc, CompactTime.latest)
    }

    /// The copy that has `name`; nil when `name` is not exactly one that this type gives.
    package init?(name: String) {
        guard name.hasPrefix("vault-"), name.hasSuffix(".age") else { return nil }
        let parts = name.dropFirst(6).dropLast(4).split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let number = UInt64(parts[0]), let utc = CompactTime.parse(parts[1]) else { return nil }
        self.init(number: number, utc: utc)
        // One name for each copy.
        guard self.name == name else { return nil }
    }

    /// Its file's name in the directory of generations.
    package var name: String { "vault-\(CompactTime.padded(number, 10))-\(CompactTime.text(utc)).age" }

    /// The day of a time in eight digits, year first.
    static func day(of utc: UInt64) -> Substring { CompactTime.text(utc).prefix(8) }
}
