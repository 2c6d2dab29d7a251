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
        return broken(text, columns: columns, others: indent).joined(separator: "\n")
    }

    /// Lines of a text, the first and the others behind blanks of their own.
    package static func broken(
        _ text: String, columns: Int, first: String = "", others: String
    ) -> [String] {
        var lines: [String] = []
        var line = first
        var isEmpty = true
        for unit in units(text) {
            let glue = isEmpty ? "" : unit.glue
            if isEmpty || Label.width(line) + glue.count + Label.width(unit.text) <= columns {
                line += glue + unit.text
            } else {
                lines.append(line)
                line = others + unit.text
            }
            isEmpty = false
        }
        return lines + [line]
    }

    /// What is not broken, and what stands in front of it where it does not begin a line.
    private struct Unit {
        var text: String
        var glue = " "
        var isCommand = false
    }

    /// Words, and commands as one; where a script has no spaces, its characters, with their punctuation.
    private static func units(_ text: String) -> [Unit] {
        var units: [Unit] = []
        var isCommand = false
        for word in text.split(separator: " ", omittingEmptySubsequences: false) {
            if isCommand { units[units.count - 1].text += " \(word)" } else { units.append(Unit(text: String(word))) }
            let last = units[units.count - 1].text
            let isQuoted = last.hasPrefix("'") && !last.dropFirst().contains("'")
            let begins =
                ["fob", "systemctl", "rclone", "kill"].contains(word)
                && units.dropLast().last?.text.hasSuffix(":") == true
            isCommand = isQuoted || begins || isCommand && !last.hasPrefix("'")
            units[units.count - 1].isCommand = units[units.count - 1].isCommand || isCommand
        }
        return units.flatMap { $0.isCommand ? [$0] : split($0) }
    }

    /// No line begins with these, and none ends with those (JIS X 4051, 4.3).
    private static let closing: Set<Character> = Set("、。，．・：；！？）］｝」』】〉》ーゝ々ぁぃぅぇぉっゃゅょァィゥェォッャュョ…,.:;!?)]}")
    private static let opening: Set<Character> = Set("（［｛「『【〈《([{")

    private static func split(_ unit: Unit) -> [Unit] {
        var units: [Unit] = []
        var part = Unit(text: "", glue: unit.glue)
        var before: Character?
        for character in unit.text {
            if let before, Label.width(String(before)) > 1 || Label.width(String(character)) > 1,
                !closing.contains(character), !opening.contains(before)
            {
                units.append(part)
                part = Unit(text: "", glue: "")
            }
            part.text.append(character)
            before = character
        }
        return units + [part]
    }
}
