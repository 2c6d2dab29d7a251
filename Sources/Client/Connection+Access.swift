import Platform
package import Wire

/// The unlock methods of the vault.
extension Connection {
    /// UNLOCK by the 15 bytes of a recovery code, which is used up.
    package mutating func unlock(code: Span<UInt8>) throws(ClientError) {
        try unlock(.code, code)
    }

    /// ACCESS_CODES: makes a new set, and lends what is shown this once.
    package mutating func makeCodes(
        _ count: Int, for places: [KitPlace], passphrase: Span<UInt8>,
        use: (AccessCodesReply) throws(ClientError) -> Void
    ) throws(ClientError) {
        try request(
            AccessCodesRequest(passphrase: passphrase, count: UInt8(clamping: count), places: places), use: use)
    }

    /// ACCESS_ADD.
    package mutating func addAccess(
        recipient: String, label: String, passphrase: Span<UInt8>
    ) throws(ClientError) -> Identifier {
        let added: AccessAddedReply = try request(
            AccessAddRequest(passphrase: passphrase, recipient: recipient, label: label))
        return added.id
    }

    /// ACCESS_REMOVE.
    package mutating func removeAccess(_ ways: [Identifier], passphrase: Span<UInt8>) throws(ClientError) {
        try request(AccessRemoveRequest(passphrase: passphrase, ways: ways))
    }

    /// ACCESS_ROTATE.
    package mutating func rotateAccess(passphrase: Span<UInt8>) throws(ClientError) {
        try request(AccessRotateRequest(passphrase: passphrase))
    }

    /// ACCESS_CLEAN: how many copies were removed.
    package mutating func cleanAccess(passphrase: Span<UInt8>) throws(ClientError) -> Int {
        let cleaned: AccessCleanedReply = try request(AccessCleanRequest(passphrase: passphrase))
        return Int(cleaned.copies)
    }

    /// RECOVERY_KEY: the sealed file that belongs beside the backups.
    package mutating func recoveryKey() throws(ClientError) -> [UInt8] {
        try request(RecoveryKeyRequest()) { (reply: RecoveryKeyReply) throws(ClientError) in
            let file = reply.file
            return file.indices.map { file[$0] }
        }
    }
}
