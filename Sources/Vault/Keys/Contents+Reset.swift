extension Contents {
    /// Ends all keys for good, those in the trash too. For tests of authenticators, which reset without end.
    package mutating func destroyKeys(at utc: UInt64) throws(VaultError) {
        for account in Set(keyTable.values.map(\.account)) { try buryKeys(of: account, .alone, at: utc) }
    }
}
