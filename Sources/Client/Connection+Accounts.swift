package import Wire

extension Connection {
    /// All accounts in the user's order. Pages are asked for until they tell of one and the same state of the vault.
    package mutating func accounts(withTrash: Bool = false) throws(ClientError) -> [Account] {
        let flags: ListFlags = withTrash ? .trash : []
        for _ in 0..<Self.mostRestarts {
            var accounts: [Account] = []
            var page: AccountsReply = try request(ListRequest(flags: flags))
            accounts += page.accounts
            let revision = page.revision
            while page.next != 0, page.revision == revision {
                page = try request(ListRequest(flags: flags, start: page.next))
                accounts += page.accounts
            }
            if page.revision == revision { return accounts }
        }
        throw ClientError(.busy, Sentences.keepsChanging, remedy: Sentences.tryAgain)
    }

    private static var mostRestarts: Int { 16 }
}
