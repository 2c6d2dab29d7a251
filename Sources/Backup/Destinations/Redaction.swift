/// Takes out of what a program says whatever could be a credential: other programs put them into their messages.
package enum Redaction {
    private static let mark = "[...]"
    /// Words after which a value is not shown: `password=...`, `"token": "..."`, `Authorization: ...`.
    private static let words = [
        "pass", "password", "passwd", "secret", "token", "key", "auth", "authorization", "bearer", "basic",
        "credential",
        "signature", "sig", "session", "cookie", "code", "user", "obscured",
    ]
    /// Runs of that many characters of base64 or hexadecimal are no words of any language.
    private static let longest = 20

    /// `text` without them.
    package static func redacted(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: true).map { line($0) }.joined(separator: "\n")
    }

    private static func line(_ line: Substring) -> String {
        var words: [String] = []
        var isNext = false
        for word in line.split(separator: " ", omittingEmptySubsequences: true) {
            let shown = isNext && !isScheme(word) ? mark : self.word(word)
            // "Authorization: Bearer ..." hides what follows both words.
            isNext = announces(word)
            words.append(shown)
        }
        return words.joined(separator: " ")
    }

    private static func isScheme(_ word: Substring) -> Bool { ["bearer", "basic"].contains(word.lowercased()) }

    /// Whether the next word is the value.
    private static func announces(_ word: Substring) -> Bool {
        if isScheme(word) { return true }
        guard let last = word.last, last == ":" || last == "=" else { return false }
        return names(word.dropLast())
    }

    /// Whether a name, perhaps in quotes, is that of a credential.
    private static func names(_ name: Substring) -> Bool {
        let name = name.lowercased().filter { $0.isLetter || $0 == "_" || $0 == "-" }
        return words.contains { name == $0 || name.hasSuffix("_" + $0) || name.hasSuffix("-" + $0) }
            || ["password", "passwd", "secret", "token"].contains { name.contains($0) }
    }

    private static func word(_ word: Substring) -> String {
        var text = String(word)
        // https://user:password@host, and everything in a query.
        if let scheme = text.range(of: "://") {
            let rest = text[scheme.upperBound...]
            let end = rest.firstIndex { "/?#".contains($0) } ?? rest.endIndex
            if let at = rest[..<end].lastIndex(of: "@") {
                text = text[..<scheme.upperBound] + mark + rest[at...]
            }
            if let query = text.firstIndex(of: "?") { text = text[...query] + mark }
        }
        // name=value and name:value, alone or among several.
        var parts: [String] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            if let sign = part.firstIndex(where: { $0 == "=" || $0 == ":" }), names(part[..<sign]),
                part.index(after: sign) < part.endIndex
            {
                parts.append(part[...sign] + mark)
            } else {
                parts.append(String(part))
            }
        }
        return runs(parts.joined(separator: ","))
    }

    /// Without long runs of characters that keys are written in.
    private static func runs(_ text: String) -> String {
        var result = ""
        var run = ""
        var hasDigit = false
        func finish() {
            // Names of backups and paths have no run with digits that is this long.
            result += run.count >= longest && hasDigit ? mark : run
            run = ""
            hasDigit = false
        }
        for character in text {
            if character.isASCII, character.isLetter || character.isNumber || "+/_=".contains(character) {
                // A path ends at its slashes.
                if character == "/" {
                    finish()
                    result.append(character)
                    continue
                }
                run.append(character)
                hasDigit = hasDigit || character.isNumber
            } else {
                finish()
                result.append(character)
            }
        }
        finish()
        return result
    }
}

extension String {
    /// Where `part` first occurs.
    fileprivate func range(of part: String) -> Range<String.Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(part) { return start..<index(start, offsetBy: part.count) }
            start = index(after: start)
        }
        return nil
    }
}
