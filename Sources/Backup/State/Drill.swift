import Model
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
    /// When each hardware security key and each identity has last opened the vault, by the id of its unlock method; and when
    /// the owner has last typed the plus-code of a set of keepers, by the id of the set.
    package private(set) var passedByKeys: [String: UInt64] = [:]
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

    /// When the owner has last typed a recovery code of a set to try it; 0 for never. Another set's says nothing about it.
    package func passed(byCodeOf set: String) -> UInt64 { passedByKeys[Self.codeWord + set] ?? 0 }

    /// When the stock age program has last opened a backup by a recovery code of a set; 0 for never.
    package func passedByAge(withCodeOf set: String) -> UInt64 { passedByKeys[Self.ageWord + set] ?? 0 }

    /// The owner has typed a recovery code of a set, which opens the backups as well.
    package mutating func pass(byCodeOf set: String, at utc: UInt64) {
        pass(at: utc)
        passedByKeys[Self.codeWord + set] = utc
    }

    /// The stock age program has opened a backup by a recovery code of a set.
    package mutating func passByAge(withCodeOf set: String, at utc: UInt64) { passedByKeys[Self.ageWord + set] = utc }

    /// A hardware security key, or an identity, has opened the vault. That says nothing about the passphrase.
    package mutating func passByKey(_ id: String, at utc: UInt64) { passedByKeys[id] = utc }

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
    private static let limit = 16_384
    private static let keyWord = "key:"
    private static let (codeWord, ageWord) = ("code-", "age-")

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
            case "reminded": drill.reminded = number
            case let word where word.hasPrefix(keyWord):
                drill.passedByKeys[String(word.dropFirst(keyWord.count))] = min(number, utc)
            default: break
            }
        }
        return drill
    }

    /// Writes it in place of the one before.
    package func save(in notes: Directory) throws(DirectoryError) {
        let keys = passedByKeys.sorted { $0.value > $1.value }.prefix(Limits.unlockMethods).sorted { $0.key < $1.key }
        let lines = keys.map { "\(Self.keyWord)\($0.key) \($0.value)\n" }.joined()
        let numbers = [("every", every), ("passed", passed), ("reminded", reminded)]
        let text = "\(Self.firstLine)\n" + numbers.map { "\($0) \($1)\n" }.joined() + lines
        try notes.replace(Self.file, by: Array(text.utf8))
    }
}
