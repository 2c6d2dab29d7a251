import Client
package import Wire

/// What `fob import` or `fob scan` would take in, or has taken in: names and kinds, no secret.
package struct ImportPreview: Equatable, Sendable {
    package struct Entry: Equatable, Sendable {
        package let label: String
        /// `new`, `same`, `differs`, ...; see fob(1).
        package let status: String
        package let remarks: [String]
        package let id: Identifier?

        package var told: String {
            switch status {
            case "new": tr("New")
            case "same": tr("There already")
            case "differs": tr("Another key under this name; it comes in beside it")
            case "needs_verification": tr("Without its key: must be set up again")
            default: tr("Cannot be taken in")
            }
        }
    }

    package let entries: [Entry]
    package let warnings: [String]
    /// Why nothing, or not all, can be taken in.
    package let error: String
    package let remedy: String

    /// Of the program's output; nil when it is not its own.
    package init?(_ output: String) {
        guard let json = JSONValue(parsing: output) else { return nil }
        entries = (json["entries"]?.items ?? []).map { entry in
            Entry(
                label: entry["stored"]?.text.flatMap { $0.isEmpty ? nil : $0 } ?? entry["label"]?.text ?? "",
                status: entry["status"]?.text ?? "",
                remarks: ((entry["remarks"]?.items ?? []) + (entry["lost"]?.items ?? [])).compactMap(\.text),
                id: entry["id"]?.text.flatMap(Identifier.init(hexadecimal:)))
        }
        warnings = (json["warnings"]?.items ?? []).compactMap(\.text)
        error = json["error"]?["message"]?.text ?? ""
        remedy = json["error"]?["remedy"]?.text ?? ""
    }

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
        guard let json = JSONValue(parsing: output), let file = json["file"]?.text else { return nil }
        self.file = file
        machine = json["machine"]?.text ?? ""
        time = UInt64(json["time"]?.number ?? 0)
        makesVault = json["makes_vault"]?.isTrue ?? false
        fingerprint = json["fingerprint"]?.text
        entries = (json["entries"]?.items ?? []).map { entry in
            (
                AccountLabel.text(entry["issuer"]?.text ?? "", entry["new_name"]?.text ?? ""),
                Self.told(entry["status"]?.text ?? "")
            )
        }
        notes = (json["notes"]?.items ?? []).compactMap(\.text) + (json["weakened"]?.items ?? []).compactMap(\.text)
    }

    private static func told(_ status: String) -> String {
        switch status {
        case "new": tr("New")
        case "same": tr("There already")
        case "differs": tr("Another key under this name; it comes in beside it")
        case "needs_verification": tr("Without its key: must be set up again")
        case "only_here": tr("Only on this machine; stays")
        case "newer": tr("Newer on this machine; stays")
        case "removed": tr("Removed since; stays removed")
        case "in_trash": tr("Goes to the trash")
        default: status
        }
    }

    package static func == (a: RestorePreview, b: RestorePreview) -> Bool {
        a.file == b.file && a.entries.elementsEqual(b.entries, by: ==) && a.notes == b.notes
    }
}

/// The last lines of the audit log, in words.
package enum LogLines {
    /// Time in seconds of UTC, and what happened; the newest first.
    package static func read(_ output: String) -> [(time: UInt64, text: String)] {
        let entries = JSONValue(parsing: output)?["entries"]?.items ?? []
        return entries.reversed().map { entry in
            let event = entry["event"]?.text ?? ""
            let outcome = entry["outcome"]?.text ?? ""
            let label = entry["label"]?.text ?? ""
            let program = entry["executable"]?.text ?? ""
            var text = told(event)
            if !label.isEmpty { text += ": " + Text.shown(label) }
            if !["", "ok", "done"].contains(outcome) { text += " (\(told(outcome: outcome)))" }
            if !program.isEmpty { text += " · " + Text.shown(program) }
            return (UInt64(entry["time"]?.number ?? 0), text)
        }
    }

    private static func told(_ event: String) -> String {
        switch event {
        case "agent.start": tr("The agent was started")
        case "agent.stop": tr("The agent was ended")
        case "vault.create": tr("The vault was made")
        case "vault.unlock": tr("Unlocked")
        case "vault.lock": tr("Locked")
        case "vault.save": tr("The vault was saved")
        case "vault.passphrase": tr("The passphrase was changed")
        case "vault.settings": tr("The lock times were changed")
        case "vault.restore": tr("A backup was restored")
        case "access.codes": tr("An emergency kit was made")
        case "account.code": tr("A code was given")
        case "account.add": tr("An account was added")
        case "account.edit": tr("An account was changed")
        case "account.remove": tr("An account was moved to the trash")
        case "account.restore": tr("An account came back from the trash")
        case "account.import": tr("Accounts were imported")
        case "account.export": tr("Accounts were exported with their secrets")
        case "account.verify": tr("An account was set up again")
        case "key.create": tr("A security key was made")
        case "key.sign": tr("A security key has signed")
        case "challenge.raise": tr("A question was asked")
        case "challenge.answer": tr("A question was answered")
        case "policy.weaken": tr("A protection was weakened")
        default: event
        }
    }

    private static func told(outcome: String) -> String {
        switch outcome {
        case "denied": tr("denied")
        case "failed", "refused": tr("refused")
        default: outcome
        }
    }
}
