/// A copy of the vault from before a save, told by its file's name: `vault-0000000041-20260102T030405Z.age`.
package struct Generation: Sendable, Hashable {
    /// The number of the save that wrote it; 0 when that is not known.
    package let number: UInt64
    /// When it was written, in seconds of UTC.
    package let utc: UInt64

    /// The copy with a number and a time.
    package init(number: UInt64, utc: UInt64) {
        self.number = number
        // The last second of the year 9999: names have room for no more.
        self.utc = min(utc, 253_402_300_799)
    }

    /// The copy that has `name`; nil when `name` is not exactly one that this type gives.
    package init?(name: String) {
        guard name.hasPrefix("vault-"), name.hasSuffix("Z.age") else { return nil }
        let parts = name.dropFirst(6).dropLast(5).split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let number = UInt64(parts[0]), parts[1].utf8.count == 15 else { return nil }
        let halves = parts[1].split(separator: "T", omittingEmptySubsequences: false)
        guard halves.count == 2, let date = UInt64(halves[0]), let time = UInt64(halves[1]), date < 1_0000_0000
        else { return nil }
        guard let days = Self.days(year: date / 10000, month: date / 100 % 100, day: date % 100) else { return nil }
        self.init(number: number, utc: days * 86400 + time / 10000 * 3600 + time / 100 % 100 * 60 + time % 100)
        // One name for each copy: no other spelling, no 61st second, no 31st of February.
        guard self.name == name else { return nil }
    }

    /// Its file's name in the directory of generations.
    package var name: String {
        let (year, month, day) = Self.date(days: utc / 86400)
        let time = utc % 86400
        let date = Self.padded(year, 4) + Self.padded(month, 2) + Self.padded(day, 2)
        let clock = Self.padded(time / 3600, 2) + Self.padded(time / 60 % 60, 2) + Self.padded(time % 60, 2)
        return "vault-\(Self.padded(number, 10))-\(date)T\(clock)Z.age"
    }

    /// The day of a time in eight digits, year first.
    static func day(of utc: UInt64) -> Substring {
        let name = Generation(number: 0, utc: utc).name
        return name.dropFirst("vault-0000000000-".count).prefix(8)
    }

    private static func padded(_ value: UInt64, _ width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }

    // Years are counted from March, so that the day of a leap year is the last one.
    // https://howardhinnant.github.io/date_algorithms.html
    private static func days(year: UInt64, month: UInt64, day: UInt64) -> UInt64? {
        guard year >= 1970, (1...12).contains(month), (1...31).contains(day) else { return nil }
        let year = month <= 2 ? year - 1 : year
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        return year * 365 + year / 4 - year / 100 + year / 400 + dayOfYear - 719_468
    }

    private static func date(days: UInt64) -> (year: UInt64, month: UInt64, day: UInt64) {
        let days = days + 719_468
        let era = days / 146_097
        let dayOfEra = days % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
    }
}
