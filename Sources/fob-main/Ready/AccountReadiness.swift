import Client
import Wire

/// An account whose second factor hangs on less than the vault does.
struct AccountReadiness {
    let label: String
    /// In JSON.
    let word: String
    let message: String
    let advice: String

    /// All that is to be said of an account; empty when a way back into the vault is one into the account, and the
    /// service's own codes, or a token of it, are a second one.
    static func findings(
        _ account: Account, _ set: RecoverySet?, _ tokens: [AccountToken], _ ways: [OtherWay],
        _ lines: [LineState], at utc: UInt64
    ) -> [AccountReadiness] {
        let label = account.label
        var found: [AccountReadiness] = []
        func add(_ word: String, _ message: String, _ advice: String) {
            found.append(AccountReadiness(label: label, word: word, message: message, advice: advice))
        }
        let left = set?.left ?? 0
        if account.state == .needsVerification {
            add("needs-verification", Sentences.readyNeedsVerification, tr("set it up again: fob verify ACCOUNT"))
        }
        if account.isDeviceBound {
            add(
                "device-bound", left > 0 ? Sentences.readyDeviceBoundWithCodes : Sentences.readyDeviceBound,
                left > 0 ? "" : Sentences.readyAddCodes)
        }
        let hasToken = tokens.contains { $0.status == .saved && !$0.isOver(at: utc) }
        if !hasToken, tokens.contains(where: { $0.status != .obsolete }) {
            add("no-token", Sentences.readyTokenUsed, tr("get another from the service, then: fob token save ACCOUNT"))
        }
        switch set {
        case .some(let set) where set.left == 0: add("no-codes", Sentences.readyNoCodesLeft, Sentences.readyNewCodes)
        case .some(let set) where set.left <= RecoveryCounts.few && set.total > 1:
            add("few-codes", Sentences.readyFewCodes(Int(set.left)), Sentences.readyNewCodes)
        case .some: break
        case nil where !account.isDeviceBound && !hasToken && ways.isEmpty:
            add("vault-only", Sentences.readyVaultOnly, Sentences.readyAddCodes)
        case nil: break
        }
        let hasKey = ways.contains { $0.kind == .hardwareKey }
        let numbers = ways.filter { $0.kind == .number }
        if !numbers.isEmpty, left == 0, !hasKey {
            add("number-only", Sentences.readyNumberOnly, Sentences.readyAddSecondWay)
        }
        if numbers.contains(where: { $0.verified == 0 }) {
            add("number-untried", tr("its telephone number was never tried"), Sentences.readyTryNumber)
        }
        // A line whose numbers are not known may be any.
        if lines.contains(where: { line in numbers.contains { line.numbers.isEmpty || line.numbers.contains($0.text) } }
        ) {
            add("number-line", Sentences.readyNumberLine, Sentences.readyMendLine)
        }
        return found
    }

    var json: JSON {
        .object([
            ("account", .string(label)), ("finding", .string(word)), ("message", .string(message)),
            ("advice", advice.isEmpty ? .null : .string(advice)),
        ])
    }
}
