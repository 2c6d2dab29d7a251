package import Wire

/// How often backups go to a place by themselves, and how many are kept there: what stands beside it in the configuration,
/// travels with the vault, and is proposed where a restored machine goes on.
package struct BackupPlan: Equatable, Sendable {
    /// Of so many days, weeks and months of 30 days the newest backup is kept.
    package var (days, weeks, months): (UInt16, UInt16, UInt16) = (14, 8, 12)
    /// Hours after which a place is looked at though nothing has changed.
    package var hours: UInt16 = 20

    /// What is done unless the owner says otherwise.
    package static let usual = BackupPlan()
    /// Numbers that are taken: years of backups are for another program, and a place that is looked at once a month is none.
    package static let bounds: [(key: String, range: ClosedRange<UInt16>)] = [
        ("keep-days", 1...3660), ("keep-weeks", 0...520), ("keep-months", 0...120), ("every", 1...168),
    ]

    /// The four numbers, in the order of `bounds`.
    private var numbers: [UInt16] {
        get { [days, weeks, months, hours] }
        set { (days, weeks, months, hours) = (newValue[0], newValue[1], newValue[2], newValue[3]) }
    }

    package init() {}

    /// As the vault has noted it; what it does not say, or says beyond the bounds, is as usual.
    package init(_ place: BackupPlace) {
        for (index, value) in [place.days, place.weeks, place.months, place.hours].enumerated() where place.hours > 0 {
            if Self.bounds[index].range.contains(value) { numbers[index] = value }
        }
    }

    /// Sets one of the settings; false for another name, or a number beyond its bounds.
    package mutating func set(_ key: String, _ text: String) -> Bool {
        guard let index = Self.bounds.firstIndex(where: { $0.key == key }), let value = UInt16(text),
            Self.bounds[index].range.contains(value)
        else { return false }
        numbers[index] = value
        return true
    }

    /// The settings that are not the usual ones, as the configuration has them.
    var settings: [(String, String)] {
        Self.bounds.indices.filter { numbers[$0] != Self.usual.numbers[$0] }
            .map { (Self.bounds[$0].key, "\(numbers[$0])") }
    }

    /// Lengths of slots in seconds, and of how many the newest is kept.
    var tiers: [(seconds: UInt64, count: UInt64)] {
        [(86_400, UInt64(days)), (604_800, UInt64(weeks)), (2_592_000, UInt64(months))]
    }
}
