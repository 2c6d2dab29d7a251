import Encodings
import Platform
import Wire

/// What the audit log tells of, by the names of fob-agent(1).
enum AuditEvent: String {
    case started = "agent.start"
    case stopped = "agent.stop"
    case created = "vault.create"
    case unlocked = "vault.unlock"
    case locked = "vault.lock"
    case passphrase = "vault.passphrase"
    case settings = "vault.settings"
    case codesMade = "access.codes"
    case codeUsed = "access.code_used"
    case accessAdded = "access.add"
    case accessRemoved = "access.remove"
    case accessRotated = "access.rotate"
    case accessCleaned = "access.clean"
    case rolledBack = "vault.rollback"
    case code = "account.code"
    case added = "account.add"
    case edited = "account.edit"
    case removed = "account.remove"
    case restored = "account.restore"
    case moved = "account.move"
    case imported = "account.import"
    case importUndone = "account.import_undo"
    case exported = "account.export"
    case noteShown = "account.note"
    case policyWeakened = "account.weaken"
    case recoveryImported = "recovery_codes.imported"
    case recoveryRegenerated = "recovery_codes.regenerated"
    case recoveryViewed = "recovery_codes.viewed"
    case recoveryCopied = "recovery_codes.copied"
    case recoveryPrinted = "recovery_codes.printed"
    case recoveryCodeUsed = "recovery_codes.code_used"
    case restoreOpened = "vault.restore_open"
    case restoredBackup = "vault.restore"
    case verified = "account.verify"
    case keyCreated = "key.create"
    case keySigned = "key.sign"
    case keyEdited = "key.edit"
    case keyRemoved = "key.remove"
    case keyRestored = "key.restore"
    case keysReset = "keys.reset"
    case pinSet = "pin.set"
    case pinWrong = "pin.wrong"
    case challenged = "challenge.raise"
    case answered = "challenge.answer"
}

/// How an event ended.
enum AuditOutcome: String {
    case done
    case refused
    case failed
    case approved
    case denied
    case expired
    case withdrawn
    case idle
    case absolute
    case signal
    case request
    case shutdown
}

/// The chain of lines: each ends with a hash over its text and the hash before it, so that a line cannot be changed
/// or taken out without all later ones giving it away.
///
/// A line is `SEQUENCE SECONDS EVENT ACCOUNT OUTCOME CALLER CHAIN` and a line feed, with single spaces;
/// chain = SHA-256(chain before || text before the last space), in hexadecimal; before the first line it is zeros.
struct AuditChain: Equatable {
    /// Number of the last line, 0 before the first.
    var sequence: UInt64 = 0
    /// Its hash.
    var hash: [32 of UInt8] = .init(repeating: 0)

    static func == (a: AuditChain, b: AuditChain) -> Bool {
        a.sequence == b.sequence && a.hash.indices.allSatisfy { a.hash[$0] == b.hash[$0] }
    }

    /// Appends the next line to `lines`.
    mutating func append(
        _ event: AuditEvent, account: Identifier?, outcome: AuditOutcome, caller: [UInt8], at seconds: UInt64,
        to lines: inout [UInt8]
    ) {
        let start = lines.count
        sequence += 1
        Self.decimal(sequence, to: &lines)
        lines.append(Self.space)
        Self.decimal(seconds, to: &lines)
        lines.append(Self.space)
        lines.append(contentsOf: event.rawValue.utf8)
        lines.append(Self.space)
        if let account {
            lines.append(contentsOf: account.description.utf8)
        } else {
            lines.append(UInt8(ascii: "-"))
        }
        lines.append(Self.space)
        lines.append(contentsOf: outcome.rawValue.utf8)
        lines.append(Self.space)
        lines.append(contentsOf: caller)
        var digest = Sodium.SHA256()
        digest.update(hash.span)
        digest.update(lines.span.extracting(start..<lines.count))
        hash = digest.finish()
        lines.append(Self.space)
        BaseEncoding.base16.append(hash.span, to: &lines)
        lines.append(UInt8(ascii: "\n"))
    }

    /// Reads back where a chain stands from its last line; nil when that is not a whole, well-formed line.
    init?(lastLineOf text: Span<UInt8>) {
        guard text.count > 66, text[text.count - 1] == UInt8(ascii: "\n") else { return nil }
        var start = text.count - 1
        while start > 0, text[start - 1] != UInt8(ascii: "\n") { start -= 1 }
        var index = start
        var number: UInt64 = 0
        while index < text.count, case let digit = text[index] &- UInt8(ascii: "0"), digit < 10 {
            let (product, over) = number.multipliedReportingOverflow(by: 10)
            // Far from where the next number could overflow.
            guard !over, product < .max / 2 else { return nil }
            number = product + UInt64(digit)
            index += 1
        }
        guard index > start, text[index] == Self.space, text.count - 1 - start > 66 else { return nil }
        let first = text.count - 1 - 64
        guard text[first - 1] == Self.space else { return nil }
        var digest: [UInt8] = []
        guard BaseEncoding.base16.append(decoding: text.extracting(first..<text.count - 1), to: &digest) else {
            return nil
        }
        for index in hash.indices { hash[index] = digest[index] }
        sequence = number
    }

    /// The start of a chain.
    init() {}

    private static let space = UInt8(ascii: " ")

    private static func decimal(_ number: UInt64, to lines: inout [UInt8]) {
        var digits: [20 of UInt8] = .init(repeating: 0)
        var rest = number
        var index = 20
        repeat {
            index -= 1
            digits[index] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        } while rest > 0
        lines.append(addingCapacity: 20) { output in
            while index < 20 {
                output.append(digits[index])
                index += 1
            }
        }
    }
}
