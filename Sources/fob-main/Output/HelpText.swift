import Client

/// The parser's own words around the help of a verb.
enum HelpText {
    /// A text of the parser, in the user's language.
    static func told(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { line(String($0)) }.joined(separator: "\n")
    }

    private static func line(_ line: String) -> String {
        for (start, told) in [
            ("OVERVIEW: ", tr("OVERVIEW: ")), ("USAGE: ", tr("USAGE: ")), ("ARGUMENTS:", tr("ARGUMENTS:")),
            ("OPTIONS:", tr("OPTIONS:")), ("SUBCOMMANDS:", tr("SUBCOMMANDS:")),
        ] where line.hasPrefix(start) {
            return told + line.dropFirst(start.count)
        }
        if line.hasSuffix(" SUBCOMMANDS:") { return tr("\(line.dropLast(13)) SUBCOMMANDS:") }
        for (english, told) in [
            ("Show help information.", tr("Show help information.")), ("Show the version.", tr("Show the version.")),
        ] where line.hasSuffix(english) {
            return line.dropLast(english.count) + told
        }
        let more = "' for detailed help."
        if line.hasPrefix("  See 'fob help"), line.hasSuffix(more) {
            return "  " + tr("See \(line.dropFirst(6).dropLast(more.count - 1)) for detailed help.")
        }
        return line
    }
}
