import Platform

/// Sentences on a terminal, in lines that end between words.
package enum Wrapped {
    /// A sentence as it goes to a standard stream: in lines of its width where that is a terminal, and whole elsewhere.
    package static func forPeople(_ text: String, on stream: Int32 = 2) -> String {
        guard Terminal.isTerminal(stream), let columns = Terminal.width(of: stream) else { return text }
        return lines(text, columns: columns)
    }

    /// A row of a table on standard output: no longer than a line of the terminal that it goes to.
    package static func row(_ text: String) -> String {
        var text = text
        while text.hasSuffix(" ") { text.removeLast() }
        guard Terminal.isTerminal(1), let columns = Terminal.width(of: 1) else { return text }
        return Label.fitted(text, to: columns)
    }

    /// A text in lines of at most so many columns; those behind the first are indented. What is to be pasted, in single
    /// quotes or as a command behind a colon, is not broken: a terminal breaks it where it must, and copies it whole.
    static func lines(_ text: String, columns: Int) -> String {
        guard columns > 10, Label.width(text) > columns, !text.contains("\n") else { return text }
        let indent = String(text.prefix { $0 == " " }) + "  "
        var lines: [String] = []
        var line = ""
        for unit in units(text) {
            let longer = line.isEmpty ? unit : "\(line) \(unit)"
            if line.isEmpty || Label.width(longer) <= columns {
                line = longer
            } else {
                lines.append(line)
                line = indent + unit
            }
        }
        return (lines + [line]).joined(separator: "\n")
    }

    /// Words, and commands as one.
    private static func units(_ text: String) -> [String] {
        var units: [String] = []
        var isCommand = false
        for word in text.split(separator: " ", omittingEmptySubsequences: false) {
            if isCommand { units[units.count - 1] += " \(word)" } else { units.append(String(word)) }
            let last = units[units.count - 1]
            let isQuoted = last.hasPrefix("'") && !last.dropFirst().contains("'")
            let begins =
                ["fob", "systemctl", "rclone", "kill"].contains(word) && units.dropLast().last?.hasSuffix(":") == true
            isCommand = isQuoted || begins || isCommand && !last.hasPrefix("'")
        }
        return units
    }
}
