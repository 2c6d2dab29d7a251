/// What somebody may have meant who has mistyped a word.
package enum Nearest {
    /// Bytes of a word that are compared.
    private static let longest = 64

    /// Those of `names` that are a few keystrokes from `word`, the nearest first. Of `issuer/name` each part counts for
    /// itself as well.
    package static func names(to word: String, among names: some Sequence<String>, most: Int = 3) -> [String] {
        let word = Array(word.lowercased().utf8.prefix(longest))
        guard word.count > 1 else { return [] }
        let allowed = max(1, min(3, word.count / 3))
        var found: [(distance: Int, name: String)] = []
        for name in names {
            let lower = name.lowercased()
            let parts = [lower] + lower.split(separator: "/").map(String.init)
            let distance =
                parts.map { Self.distance(word, Array($0.utf8.prefix(longest)), most: allowed) }.min() ?? .max
            if distance <= allowed { found.append((distance, name)) }
        }
        found.sort { ($0.distance, $0.name) < ($1.distance, $1.name) }
        return found.prefix(most).map(\.name)
    }

    /// Insertions, removals, replacements and swaps of neighbours that make one word of the other (the optimal string
    /// alignment distance); more than `most` where that is certain.
    static func distance(_ a: [UInt8], _ b: [UInt8], most: Int) -> Int {
        guard abs(a.count - b.count) <= most else { return most + 1 }
        var before: [Int] = []
        var last = Array(0...b.count)
        for i in a.indices {
            var row = [i + 1]
            for j in b.indices {
                var best = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { best = min(best, before[j - 1] + 1) }
                row.append(best)
            }
            (before, last) = (last, row)
        }
        return last[b.count]
    }
}
