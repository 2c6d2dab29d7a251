package import Wire

extension Connection {
    /// The numbers and hardware keys that are noted of accounts, in the user's order.
    package mutating func otherWays() throws(ClientError) -> [AccountOtherWay] {
        for _ in 0..<16 {
            var ways: [AccountOtherWay] = []
            var page: OtherWaysReply = try request(OtherWaysRequest())
            ways += page.ways
            let revision = page.revision
            while page.next != 0, page.revision == revision {
                page = try request(OtherWaysRequest(start: page.next))
                ways += page.ways
            }
            if page.revision == revision { return ways }
        }
        throw ClientError(.busy, Sentences.keepsChanging, remedy: Sentences.tryAgain)
    }
}
