package import Wire

/// What the page of an account shows.
package struct AccountFacts: Equatable, Sendable {
    package let account: Account
    package let recovery: RecoverySet?
    package let keys: [KeyEntry]

    package init(_ account: Account, _ standing: Standing) {
        self.account = account
        recovery = standing.recoverySets.first { $0.account == account.id && $0.total > 0 }
        keys = standing.keys.filter { $0.account == account.id && $0.removed == 0 }
    }

    package var isRecoveryLow: Bool { recovery.map { $0.left <= 3 } ?? false }

    /// The codes by number, where it is known which are used: those of a set that is used in its order.
    package var codeRows: [(number: Int, isUsed: Bool)] {
        guard let recovery, recovery.isInOrder else { return [] }
        let used = Int(recovery.total) - Int(recovery.left)
        return (1...Int(recovery.total)).map { ($0, $0 <= used) }
    }
}
