import Platform
import Wire

/// Lengths of time as people write them: 45, 30s, 15m, 8h, 2d, 1h30m; "never" where 0 has that meaning.
package enum Seconds {
    private static let units: [(Character, UInt64)] = [("d", 86_400), ("h", 3600), ("m", 60), ("s", 1)]

    /// Seconds that `text` stands for; nil when it is malformed or over 32 bits. Units go from large to small and
    /// each occurs once; a number without a unit is seconds and stands alone.
    package static func parse(_ text: String, never: Bool = false) -> UInt32? {
        if never, text == "never" { return 0 }
        if let plain = number(text[...]) { return UInt32(exactly: plain) }
        var rest = text[...]
        var total: UInt64 = 0
        for (unit, seconds) in units {
            guard let end = rest.firstIndex(of: unit) else { continue }
            guard let count = number(rest[..<end]) else { return nil }
            let (product, over) = count.multipliedReportingOverflow(by: seconds)
            guard !over, product <= UInt64(UInt32.max) else { return nil }
            total += product
            rest = rest[rest.index(after: end)...]
        }
        return rest.isEmpty && !text.isEmpty ? UInt32(exactly: total) : nil
    }

    private static func number(_ text: Substring) -> UInt64? {
        guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return UInt64(text)
    }

    /// The shortest writing that `parse` understands, with at most two units: 90 is "1m30s", 86460 is "1d".
    package static func text(_ seconds: UInt64) -> String {
        guard let first = units.firstIndex(where: { seconds >= $0.1 }) else { return "0s" }
        let (unit, size) = units[first]
        var text = "\(seconds / size)\(unit)"
        if first + 1 < units.count, case let rest = seconds % size / units[first + 1].1, rest > 0 {
            text += "\(rest)\(units[first + 1].0)"
        }
        return text
    }
}

/// Moments as text.
package enum Moment {
    /// For people: "2026-03-01 13:00:00 +0100", in local time.
    package static func text(_ utc: UInt64) -> String { text(utc, offset: Clock.localOffset(at: utc)) }

    /// The same at a place whose time is so many seconds ahead of UTC.
    package static func text(_ utc: UInt64, offset: Int) -> String {
        let moment = Calendar(Int64(min(utc, Limits.latestTime)) + Int64(offset))
        let minutes = abs(offset) / 60
        let zone = "\(offset < 0 ? "-" : "+")\(two(Int64(minutes / 60)))\(two(Int64(minutes % 60)))"
        return tr("\(moment.shownDay) \(moment.time) \(zone)")
    }

    /// The day alone, for people.
    package static func day(_ utc: UInt64) -> String {
        Calendar(Int64(min(utc, Limits.latestTime)) + Int64(Clock.localOffset(at: utc))).shownDay
    }

    /// For programs: "2026-03-01T12:00:00Z" (RFC 3339).
    package static func utc(_ utc: UInt64) -> String {
        let moment = Calendar(Int64(min(utc, Limits.latestTime)))
        return "\(moment.day)T\(moment.time)Z"
    }

    /// A day and a time of day of the Gregorian calendar.
    private struct Calendar {
        private let (year, month, dayOfMonth): (String, String, String)
        let time: String

        /// As RFC 3339 has it.
        var day: String { "\(year)-\(month)-\(dayOfMonth)" }
        /// As people write it.
        var shownDay: String { tr("\(year)-\(month)-\(dayOfMonth)") }

        init(_ seconds: Int64) {
            let second = (seconds % 86_400 + 86_400) % 86_400
            let days = (seconds - second) / 86_400
            // Days to the civil calendar, counted from 1 March of year 0, in eras of 400 years.
            let shifted = days + 719_468
            let era = shifted / 146_097
            let dayOfEra = shifted % 146_097
            let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
            let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
            let part = (5 * dayOfYear + 2) / 153
            let month = part < 10 ? part + 3 : part - 9
            let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
            self.year = two(year, 4)
            self.month = two(month)
            dayOfMonth = two(dayOfYear - (153 * part + 2) / 5 + 1)
            time = "\(two(second / 3600)):\(two(second / 60 % 60)):\(two(second % 60))"
        }
    }

    private static func two(_ value: Int64, _ digits: Int = 2) -> String {
        let text = String(value)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }
}
