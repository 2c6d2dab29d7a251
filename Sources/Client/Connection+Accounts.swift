package import Wire

extension Connection {
    /// All accounts in the user's order. Pages are asked for until they tell of one and the same state of the vault.
    package mutating func accounts(withTrash: Bool = false) throws(ClientError) -> [Account] {
        let flags: ListFlags = withTrash ? .trash : []
        return try all { ListRequest(flags: flags, start: $0) }
    }
}
