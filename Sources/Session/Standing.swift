import Client
import Wire

/// How it stands, as a bar shows it.
struct Standing: Equatable {
    /// nil while no agent runs.
    var vault: VaultState?
    var questions = 0
    var isStale = false

    /// A line for waybar, i3blocks (`full_text`) and whoever reads JSON; see fob-session(1).
    var json: String {
        let words = Sentences.standing(self)
        var classes = [vault.map { $0 == .none ? "none" : "\($0)" } ?? "absent"]
        if questions > 0 { classes.append("question") }
        if isStale { classes.append("stale") }
        return JSON.object([
            ("text", .string(words)), ("full_text", .string(words)), ("tooltip", .string("fob: " + words)),
            ("class", .array(classes.map { .string($0) })), ("questions", .integer(UInt64(questions))),
            ("stale", .bool(isStale)),
        ]).text
    }
}
