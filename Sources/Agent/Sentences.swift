import Platform
import Vault

/// The warnings of `fob status`.
enum Sentences {
    static let memoryNotLocked = "memory is NOT locked: secrets may be written to swap"
    static func fewCodes(_ left: Int) -> String {
        (left == 0
            ? "no kit code is left"
            : "only \(left) kit code\(left == 1 ? " is" : "s are") left")
            + "; make new ones with fob access kit"
    }

    static func notConfined(_ held: Sandbox.Mechanisms) -> String {
        let missing =
            held.contains(.landlock) ? "seccomp" : held.contains(.filter) ? "Landlock" : "Landlock and seccomp"
        return "this kernel has no \(missing): an agent that was taken over could reach more than its own files"
    }

    static let auditDamaged = "the audit log's last line is damaged: a new chain was begun"

    static func auditNotWritten(_ failure: AuditLog.Failure) -> String {
        let reason =
            switch failure {
            case .system(let error): error.reason
            case .directory: "its directory has changed"
            }
        return "the audit log cannot be written: \(reason)"
    }

    static func notSealed(_ reason: String) -> String { "no backup could be sealed: \(reason)" }

    static func backupStale(_ destinations: [String]) -> String {
        "the backup is stale at \(destinations.joined(separator: ", ")): see 'fob backup status'"
    }

    static func notSaved(_ reason: String) -> String { "the last change could not be saved: \(reason)" }

    static func rolledBack(from highest: UInt64, to loaded: UInt64) -> String {
        "the vault is older than the last one saved here (save \(loaded) instead of \(highest)): it was put back"
    }

    // MARK: Questions

    /// `take the confirmation of Bank/alice and the lifetime of Mail/me away`
    static func takesAway(_ weakened: [Weakening]) -> String {
        let most = 8
        var named = weakened.prefix(most).map(\.sentence)
        if weakened.count > most { named.append("\(weakened.count - most) more protections") }
        return "take \(joined(named)) away"
    }

    /// `a, b and c`
    static func joined(_ words: [String]) -> String {
        guard let last = words.last, words.count > 1 else { return words.first ?? "" }
        return "\(words.dropLast().joined(separator: ", ")) and \(last)"
    }
}
