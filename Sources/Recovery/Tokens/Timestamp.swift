/// A moment as tokens have it (RFC 3339, section 5.6).
package struct Timestamp: Comparable, Sendable {
    /// Seconds since 1970-01-01T00:00:00Z, before it negative.
    package let seconds: Int64
    /// What comes on top, 0 to 999,999,999.
    package let nanoseconds: UInt32

    /// Whole seconds of UTC.
    package init(utc: UInt64) { (seconds, nanoseconds) = (Int64(clamping: utc), 0) }

    /// The moment that a text stands for: with `T` and `Z` in either case, an offset, and a fraction of any length, of
    /// which nine digits count. Nil for a date that is not, and for a leap second anywhere but before midnight UTC.
    package init?(_ text: String) {
        var digits = Digits(text)
        guard text.utf8.count <= 64, let year = digits.number(4), digits.skip("-"), let month = digits.number(2),
            digits.skip("-"), let day = digits.number(2), digits.skip("T", "t"), let hour = digits.number(2),
            digits.skip(":"), let minute = digits.number(2), digits.skip(":"), let second = digits.number(2),
            let fraction = digits.fraction(), let offset = digits.offset(), digits.isAtEnd
        else { return nil }
        guard (1...12).contains(month), (1...Self.days(month: month, year: year)).contains(day), hour <= 23,
            minute <= 59, second <= 60
        else { return nil }
        let utc = Self.day(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second - offset
        guard second < 60 || utc % 86_400 == 0 else { return nil }
        (seconds, nanoseconds) = (utc, fraction)
    }

    /// Of whole seconds of UTC: `2026-11-21T05:00:00Z`. Years are those of four digits.
    package static func text(utc: UInt64) -> String {
        // The last second of the year 9999.
        let utc = Int64(min(utc, 253_402_300_799))
        let (year, month, day) = date(utc / 86_400)
        let time = utc % 86_400
        return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))T"
            + "\(padded(time / 3600, 2)):\(padded(time / 60 % 60, 2)):\(padded(time % 60, 2))Z"
    }

    /// The earlier one first.
    package static func < (left: Timestamp, right: Timestamp) -> Bool {
        (left.seconds, left.nanoseconds) < (right.seconds, right.nanoseconds)
    }

    /// The moment so many seconds later; with a negative number, earlier.
    package func adding(_ distance: Int64) -> Timestamp {
        let (sum, overflow) = seconds.addingReportingOverflow(distance)
        return Timestamp(overflow ? (distance < 0 ? .min : .max) : sum, nanoseconds)
    }

    private init(_ seconds: Int64, _ nanoseconds: UInt32) { (self.seconds, self.nanoseconds) = (seconds, nanoseconds) }

    // MARK: The calendar

    private static func padded(_ value: Int64, _ width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }

    private static func days(month: Int64, year: Int64) -> Int64 {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    // Days since 1970 from a date of the Gregorian calendar. Years are counted from March and the year 400 before
    // Christ, so that the day of a leap year is the last one and nothing is negative.
    private static func day(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let year = (month <= 2 ? year - 1 : year) + 400
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        return year * 365 + year / 4 - year / 100 + year / 400 + dayOfYear - 865_565
    }

    private static func date(_ day: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let days = day + 865_565
        let era = days / 146_097
        let dayOfEra = days % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        return (yearOfEra + (era - 1) * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
    }
}

/// Reads a text of digits and marks.
private struct Digits {
    private let text: [UInt8]
    private var position = 0

    init(_ text: String) { self.text = Array(text.utf8) }

    var isAtEnd: Bool { position == text.count }

    private var digit: Int64? {
        guard position < text.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(text[position]) else {
            return nil
        }
        return Int64(text[position]) - Int64(UInt8(ascii: "0"))
    }

    /// A number of exactly `count` digits.
    mutating func number(_ count: Int) -> Int64? {
        var number: Int64 = 0
        for _ in 0..<count {
            guard let digit else { return nil }
            number = number * 10 + digit
            position += 1
        }
        return number
    }

    /// Whether one of these characters came, which is skipped.
    mutating func skip(_ characters: Unicode.Scalar...) -> Bool {
        guard position < text.count, characters.contains(where: { UInt8(ascii: $0) == text[position] }) else {
            return false
        }
        position += 1
        return true
    }

    /// Nanoseconds behind a point; 0 without one, nil for a point without a digit.
    mutating func fraction() -> UInt32? {
        guard skip(".") else { return 0 }
        guard digit != nil else { return nil }
        var (value, unit): (UInt32, UInt32) = (0, 100_000_000)
        while let digit {
            value += UInt32(digit) * unit
            unit /= 10
            position += 1
        }
        return value
    }

    /// Seconds by which the clock is ahead of UTC.
    mutating func offset() -> Int64? {
        if skip("Z", "z") { return 0 }
        let isBehind = skip("-")
        guard isBehind || skip("+"), let hours = number(2), skip(":"), let minutes = number(2), hours <= 23,
            minutes <= 59
        else { return nil }
        return (hours * 3600 + minutes * 60) * (isBehind ? -1 : 1)
    }
}
