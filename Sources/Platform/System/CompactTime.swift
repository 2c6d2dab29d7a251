/// Moments of UTC as they stand in names of files: `20260102T030405Z` (ISO 8601, basic format).
package enum CompactTime {
    /// The last second of the year 9999: the text has room for no more.
    package static let latest: UInt64 = 253_402_300_799

    /// The text of a moment, 16 characters; later ones than `latest` are written as that.
    package static func text(_ utc: UInt64) -> String {
        let utc = min(utc, latest)
        let (year, month, day) = date(days: utc / 86400)
        let time = utc % 86400
        let date = padded(year, 4) + padded(month, 2) + padded(day, 2)
        return "\(date)T\(padded(time / 3600, 2))\(padded(time / 60 % 60, 2))\(padded(time % 60, 2))Z"
    }

    /// The moment that `text` stands for; nil unless it is exactly what `text(_:)` gives: no other spelling, no 61st
    /// second, no 31st of February.
    package static func parse(_ text: some StringProtocol) -> UInt64? {
        guard text.utf8.count == 16, text.hasSuffix("Z") else { return nil }
        let halves = text.dropLast().split(separator: "T", omittingEmptySubsequences: false)
        guard halves.count == 2, let date = UInt64(halves[0]), let time = UInt64(halves[1]), date < 1_0000_0000,
            let days = days(year: date / 10000, month: date / 100 % 100, day: date % 100)
        else { return nil }
        let utc = days * 86400 + time / 10000 * 3600 + time / 100 % 100 * 60 + time % 100
        return Self.text(utc) == text ? utc : nil
    }

    /// A decimal number with zeros in front, up to `width` digits.
    package static func padded(_ value: UInt64, _ width: Int) -> String {
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
