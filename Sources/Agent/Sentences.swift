import Platform
import Vault
import Wire

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

    /// Stands first in a question that waits for the vault.
    static let unlocksToo = "the vault is locked: the passphrase unlocks it as well"

    /// Stands in a question for which the owner is verified by a yes.
    static let freshUnlockVerifies = "the unlock of a moment ago stands for the passphrase"

    static let keptFromForwarding = "that it is kept from the forwarded socket"

    /// - Parameter labels: accounts that hang on the number, or may; nil while the vault is locked.
    static func lineWarning(isChanged: Bool, isKnown: Bool, _ labels: [String]?) -> String {
        let what =
            isChanged
            ? "a telephone line has another SIM or number than before"
            : "a telephone line has lost its service"
        guard let labels else { return "\(what): if that was not you, your number may have been taken over" }
        guard !labels.isEmpty else { return "\(what); no account is noted to hang on it" }
        let named = labels.prefix(8).map { Text.quoted($0) }.joined(separator: ", ")
        let more = labels.count > 8 ? " and \(labels.count - 8) more" : ""
        return "\(what): if that was not you, call your carrier. On the number \(isKnown ? "hang" : "may hang") "
            + "\(named)\(more). Once a code has come again: fob number verify ACCOUNT NUMBER"
    }

    static let auditDamaged = "the audit log's last line is damaged: a new chain was begun"

    static let readOnly =
        "the vault's file system is read-only: codes that need no write are given, and nothing can be changed"

    static func vaultMissing(_ remains: Store.Remains) -> String {
        let what =
            remains.copies == 0
            ? "although it was saved \(remains.number) times"
            : "while \(remains.copies) older \(remains.copies == 1 ? "copy of it is" : "copies of it are") in generations"
        return
            "vault.age is missing, \(what): bring it back, or put the newest copy in its place with 'fob generations --restore'"
    }

    static func clockLeap(_ days: Int) -> String {
        "the clock is \(abs(days)) days \(days > 0 ? "after" : "before") the last save: set it if that is wrong; "
            + "nothing is wiped by it until further saves show that the time has passed"
    }

    static func clockStep(_ seconds: Int) -> String {
        let size = abs(seconds)
        let words = size < 120 ? "\(size) seconds" : size < 7200 ? "\(size / 60) minutes" : "\(size / 3600) hours"
        return "the clock was set \(words) \(seconds > 0 ? "forward" : "back") since the vault was unlocked: "
            + "if it is wrong now, so are the codes"
    }

    static let auditMissing =
        "the audit log has lost lines, or has some that the agent did not write: see 'fob log --verify'"

    static func auditNotWritten(_ failure: AuditFile.Failure) -> String {
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

    static func socketLost(_ path: String) -> String {
        "the socket \(path) had been removed or replaced, and was made anew: passphrases given meanwhile went elsewhere"
    }

    static func socketCannotBeMade(_ path: String) -> String {
        "the socket \(path) has gone and cannot be made anew: the vault is locked, and the agent ends"
    }

    static func homeGone(_ path: String) -> String {
        "the vault's directory \(path) has gone: the vault is locked, and the agent ends"
    }

    static let stillAtWork =
        "locked, but work that began before still holds what it was given, until it ends: nothing will come of it"

    static func notSaved(_ reason: String) -> String { "the last change could not be saved: \(reason)" }

    static func rolledBack(from highest: UInt64, to loaded: UInt64) -> String {
        "the vault is older than the last one saved here (save \(loaded) instead of \(highest)): it was put back"
    }

    // MARK: Questions

    /// `take the confirmation of Bank/alice and the lifetime of Mail/me away`
    /// The protections that are taken away, as a question lists them.
    static func protections(_ weakened: [Weakening]) -> [String] {
        let most = 8
        var named = weakened.prefix(most).map(\.sentence)
        if weakened.count > most { named.append("\(weakened.count - most) more protections") }
        return named
    }

    /// `a, b and c`
    static func joined(_ words: [String]) -> String {
        guard let last = words.last, words.count > 1 else { return words.first ?? "" }
        return "\(words.dropLast().joined(separator: ", ")) and \(last)"
    }
}
