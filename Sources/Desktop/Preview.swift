import Client
import Encodings
package import Wire

/// Bytes of what `fob` prints, at most: a preview of 50,000 accounts has less.
private let longestOutput = 64 << 20

/// What becomes of an entry, as `fob` calls it; see fob(1).
private func told(_ status: String, else other: String) -> String {
    switch status {
    case "new": tr("New")
    case "same": tr("There already")
    case "differs": tr("Another key under this name; it comes in beside it")
    case "needs_verification": tr("Without its key: must be set up again")
    case "only_here": tr("Only on this machine; stays")
    case "newer": tr("Newer on this machine; stays")
    case "removed": tr("Removed since; stays removed")
    case "in_trash": tr("Goes to the trash")
    default: other
    }
}

/// What `fob import` or `fob scan` would take in, or has taken in: names and kinds, no secret.
package struct ImportPreview: Equatable, Sendable {
    package struct Entry: Equatable, Sendable {
        package let label: String
        /// What the source calls it, which what is stored may differ from.
        fileprivate let origin: String
        /// `new`, `same`, `differs`, ...; see fob(1).
        package let status: String
        package let remarks: [String]
        package let id: Identifier?

        package var told: String { Desktop.told(status, else: tr("Cannot be taken in")) }
    }

    package let entries: [Entry]
    package let warnings: [String]
    /// It was taken in, and not only looked at.
    package let isImported: Bool
    /// Why nothing, or not all, can be taken in.
    package let error: String
    package let remedy: String

    /// Of the program's output; nil when it is not its own.
    package init?(_ output: String) {
        guard let json = (try? JSONValue(parsing: Array(output.utf8), most: longestOutput)) else { return nil }
        entries = (json["entries"]?.items ?? []).map { entry in
            let status = entry["status"]?.string ?? ""
            let origin = entry["label"]?.string ?? ""
            // What is there already may have another name, which a remark tells.
            let stored = status == "same" ? "" : entry["stored"]?.string ?? ""
            return Entry(
                label: stored.isEmpty ? origin : stored, origin: origin, status: status,
                remarks: ((entry["remarks"]?.items ?? []) + (entry["lost"]?.items ?? [])).compactMap(\.string)
                    .map(Words.heard),
                id: entry["id"]?.string.flatMap(Identifier.init(hexadecimal:)))
        }
        warnings = (json["warnings"]?.items ?? []).compactMap(\.string).map(Words.heard)
        isImported = json["imported"]?.isTrue ?? false
        error = Words.heard(json["error"]?["message"]?.string ?? "")
        remedy = Words.heard(json["error"]?["remedy"]?.string ?? "")
    }

    /// Whether the same accounts come in as another reading of the source has shown.
    package func brings(what preview: ImportPreview) -> Bool {
        entries.elementsEqual(preview.entries) { $0.origin == $1.origin && $0.status == $1.status }
    }

    /// Why it cannot be taken in, and what to do.
    package var failure: String { [error, remedy].filter { !$0.isEmpty }.joined(separator: "\n") }

    /// What would come in.
    package var incoming: Int {
        entries.count { $0.status != "same" && $0.status != "not_importable" && $0.status != "bad" }
    }
}

/// What a restore would bring, or has brought.
package struct RestorePreview: Equatable, Sendable {
    package let file: String
    package let machine: String
    package let time: UInt64
    package let makesVault: Bool
    package let fingerprint: String?
    package let entries: [(label: String, status: String)]
    package let notes: [String]

    package init?(_ output: String) {
        guard let json = (try? JSONValue(parsing: Array(output.utf8), most: longestOutput)),
            let file = json["file"]?.string
        else { return nil }
        self.file = file
        machine = json["machine"]?.string ?? ""
        time = UInt64(clamping: json["time"]?.integer ?? 0)
        makesVault = json["makes_vault"]?.isTrue ?? false
        fingerprint = json["fingerprint"]?.string
        entries = (json["entries"]?.items ?? []).map { entry in
            let status = entry["status"]?.string ?? ""
            return (
                AccountLabel.text(entry["issuer"]?.string ?? "", entry["new_name"]?.string ?? ""),
                told(status, else: status)
            )
        }
        notes = ((json["notes"]?.items ?? []) + (json["weakened"]?.items ?? [])).compactMap(\.string).map(Words.heard)
    }

    package static func == (a: RestorePreview, b: RestorePreview) -> Bool {
        a.file == b.file && a.entries.elementsEqual(b.entries, by: ==) && a.notes == b.notes
    }
}

/// The last lines of the audit log, in words.
package enum LogLines {
    /// Lines to be read, of which some say nothing to people.
    package static let most = 60
    private static let mostShown = 20

    /// Time in seconds of UTC, and what happened; the newest first. That the vault was saved goes with what was changed, which
    /// has a line of its own.
    package static func read(_ output: String) -> [(time: UInt64, text: String)] {
        let entries = (try? JSONValue(parsing: Array(output.utf8), most: longestOutput))?["entries"]?.items ?? []
        return entries.reversed().lazy.map { entry in
            (entry, entry["event"]?.string ?? "", entry["outcome"]?.string ?? "")
        }.filter { $1 != "vault.save" || !isWell($2) }.prefix(mostShown).map { entry, event, outcome in
            let label = entry["label"]?.string ?? ""
            let program = entry["executable"]?.string ?? ""
            var text = AgentWords.event(event)
            if !label.isEmpty { text += ": " + Text.shown(label) }
            if !isWell(outcome) { text += " (\(AgentWords.outcome(outcome)))" }
            if !program.isEmpty { text += " · " + Words.unbroken(Text.shown(program)) }
            return (UInt64(clamping: entry["time"]?.integer ?? 0), text)
        }
    }

    private static func isWell(_ outcome: String) -> Bool { ["", "ok", "done"].contains(outcome) }
}
