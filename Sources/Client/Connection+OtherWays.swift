package import Wire

extension Connection {
    /// The numbers and hardware keys that are noted of accounts, in the user's order.
    package mutating func otherWays() throws(ClientError) -> [AccountOtherWay] {
        try all { OtherWaysRequest(start: $0) }
    }
}
