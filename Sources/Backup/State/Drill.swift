package import Platform

/// Whether the owner still knows what opens the backups: a passphrase that nobody has typed for months may be forgotten
/// on the day on which it is needed. A small text file beside the vault.
package struct Drill: Equatable, Sendable {
    /// Seconds between two drills, unless the owner has said otherwise.
    package static let usual: UInt64 = 60 * 86_400
    /// Seconds between two reminders.
    private static let pause: UInt64 = 86_400

    /// Seconds between two drills; 0 for never.
    package var every = usual
    /// When the owner has last typed the passphrase or a recovery code, in seconds of UTC.
    package private(set) var passed: UInt64
    /// When the owner has last typed a recovery code to try it; 0 for never.
    package private(set) var passedByCode: UInt64 = 0
    /// When the owner was last reminded; 0 for never.
    private var reminded: UInt64 = 0

    /// One that begins now.
    package init(at utc: UInt64) { passed = utc }

    /// When the next one is due; nil for never.
    package var due: UInt64? { every == 0 ? nil : passed + every }

    /// Whether one is due.
    package func isDue(at utc: UInt64) -> Bool { due.map { $0 <= utc } ?? false }

    /// The owner has typed the passphrase.
    package mutating func pass(at utc: UInt64) { (passed, reminded) = (utc, 0) }

    /// The owner has typed a recovery code, which opens the backups as well.
    package mutating func passByCode(at utc: UInt64) { (passed, passedByCode, reminded) = (utc, utc, 0) }

    /// Whether to remind the owner now: once a day while one is due.
    package mutating func remind(at utc: UInt64) -> Bool {
        // A reminder of the future is one of a clock that was wrong.
        guard isDue(at: utc), reminded + Self.pause <= utc || reminded > utc else { return false }
        reminded = utc
        return true
    }

    // MARK: File

    private static let file = "drill"
    private static let firstLine = "fob-drill 1"
    private static let limit = 4096

    /// What is noted; one that begins now when nothing is, or nothing that can be read.
    package static func load(from notes: Directory, at utc: UInt64) throws(DirectoryError) -> Drill {
        var drill = Drill(at: utc)
        guard let bytes = try notes.read(file, limit: limit) else {
            try drill.save(in: notes)
            return drill
        }
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
        guard lines.first == firstLine[...] else { return drill }
        for line in lines.dropFirst() {
            let words = line.split(separator: " ")
            guard words.count == 2, let number = UInt64(words[1]), number < 1 << 60 else { continue }
            switch words[0] {
            case "every": drill.every = number
            case "passed": drill.passed = min(number, utc)
            case "code": drill.passedByCode = min(number, utc)
            case "reminded": drill.reminded = number
            default: break
            }
        }
        return drill
    }

    /// Writes it in place of the one before.
    package func save(in notes: Directory) throws(DirectoryError) {
        let text = "\(Self.firstLine)\nevery \(every)\npassed \(passed)\nreminded \(reminded)\ncode \(passedByCode)\n"
        try notes.replace(Self.file, by: Array(text.utf8))
    }
}
