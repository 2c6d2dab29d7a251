import Client
import Desktop
import Gtk
import Platform

/// The program `fob`, which asks for passphrases and reads foreign files in processes of its own: what is secret never
/// comes here.
enum FobCommand {
    /// Runs it with these arguments.
    ///
    /// - Returns: what ends it early.
    @discardableResult
    static func run(
        _ words: [String], input: String? = nil, _ take: @escaping (Process.Outcome) -> Void
    ) -> (() -> Void)? {
        guard let program = Child.companion("fob") ?? Programs.path(of: "fob") else {
            take(Process.Outcome(status: 127, output: "", errors: tr("the program fob is not installed")))
            return nil
        }
        return Process.run([program] + words, input: input, take)
    }
}

extension Process.Outcome {
    var isDone: Bool { status == 0 }

    /// What it has written for people, without its name.
    var message: String {
        // The window that asked was closed, or there could be none.
        if status == 130 {
            return tr("Nothing was typed. Did no window come? Then install pinentry-gnome3 or pinentry-qt.")
        }
        let lines = errors.split(separator: "\n").map { line in
            let prefixes = ["fob: ", Translation.text(Sentence("hint: %1", parts: [""])), "hint: ", "error: "]
            for prefix in prefixes where line.hasPrefix(prefix) {
                return Words.heard(String(line.dropFirst(prefix.count)))
            }
            return Words.heard(String(line))
        }
        // What was said at each try is said once.
        let said = lines.reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
        return said.isEmpty ? tr("fob ended with status %1", "\(status)") : said.joined(separator: "\n")
    }
}
