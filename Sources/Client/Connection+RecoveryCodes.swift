import Platform
package import Wire

extension Connection {
    /// How many recovery codes each account has that has some, in the user's order.
    package mutating func recoverySets() throws(ClientError) -> [RecoverySet] {
        try all { RecoveryListRequest(start: $0) }
    }

    /// RECOVERY_SET: gives an account codes, which lie in `text`.
    package mutating func setRecoveryCodes(
        _ selector: Selector, service: String, isInOrder: Bool, replaces: Bool, _ codes: [NewRecoveryCode],
        in text: Span<UInt8>
    ) throws(ClientError) -> RecoverySet {
        let counts: RecoveryCountsReply = try request(
            RecoverySetRequest(
                selector, service: service, isInOrder: isInOrder, replaces: replaces, codes: codes, in: text))
        return counts.set
    }

    /// RECOVERY_USED: marks a code as used; an empty one stands for the one that was shown last.
    package mutating func useRecoveryCode(
        _ selector: Selector, _ code: Span<UInt8>
    ) throws(ClientError) -> RecoverySet {
        let counts: RecoveryCountsReply = try request(RecoveryUsedRequest(selector, code: code))
        return counts.set
    }
}
