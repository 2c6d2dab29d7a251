import Platform
package import Wire

/// The unlock methods of the vault.
extension Connection {
    /// UNLOCK by the 15 bytes of a recovery code, which is used up.
    package mutating func unlock(code: Span<UInt8>) throws(ClientError) {
        let _: OKReply = try request(.unlock, bodyCount: UnlockRequest.encodedCount(secret: code.count)) {
            (output: inout OutputSpan<UInt8>) throws(WireError) in
            try UnlockRequest.encode(method: .code, secret: code, into: &output)
        }
    }

    /// ACCESS_CODES: makes a new set, and lends what is shown this once.
    package mutating func makeCodes(
        _ count: Int, passphrase: Span<UInt8>, use: (AccessCodesReply, Span<UInt8>) throws(ClientError) -> Void
    ) throws(ClientError) {
        let size = AccessCodesRequest.encodedCount(passphrase: passphrase.count)
        try request(.accessCodes, bodyCount: size, use: use) {
            (output: inout OutputSpan<UInt8>) throws(WireError) in
            try AccessCodesRequest.encode(passphrase: passphrase, count: UInt8(clamping: count), into: &output)
        }
    }

    /// ACCESS_ADD.
    package mutating func addAccess(
        recipient: String, label: String, passphrase: Span<UInt8>
    ) throws(ClientError) -> Identifier {
        let size = AccessAddRequest.encodedCount(passphrase: passphrase.count, recipient: recipient, label: label)
        let reply: AccessAddedReply = try request(.accessAdd, bodyCount: size) {
            (output: inout OutputSpan<UInt8>) throws(WireError) in
            try AccessAddRequest.encode(passphrase: passphrase, recipient: recipient, label: label, into: &output)
        }
        return reply.id
    }

    /// ACCESS_REMOVE.
    package mutating func removeAccess(_ ways: [Identifier], passphrase: Span<UInt8>) throws(ClientError) {
        let size = AccessRemoveRequest.encodedCount(passphrase: passphrase.count, ways: ways.count)
        let _: OKReply = try request(.accessRemove, bodyCount: size) {
            (output: inout OutputSpan<UInt8>) throws(WireError) in
            try AccessRemoveRequest.encode(passphrase: passphrase, ways: ways, into: &output)
        }
    }

    /// ACCESS_ROTATE.
    package mutating func rotateAccess(passphrase: Span<UInt8>) throws(ClientError) {
        let size = AccessRotateRequest.encodedCount(passphrase: passphrase.count)
        let _: OKReply = try request(.accessRotate, bodyCount: size) {
            (output: inout OutputSpan<UInt8>) throws(WireError) in
            try AccessRotateRequest.encode(passphrase: passphrase, into: &output)
        }
    }

    /// ACCESS_CLEAN: how many copies were removed.
    package mutating func cleanAccess(passphrase: Span<UInt8>) throws(ClientError) -> Int {
        let size = AccessCleanRequest.encodedCount(passphrase: passphrase.count)
        let reply: AccessCleanedReply = try request(.accessClean, bodyCount: size) {
            (output: inout OutputSpan<UInt8>) throws(WireError) in
            try AccessCleanRequest.encode(passphrase: passphrase, into: &output)
        }
        return Int(reply.copies)
    }

    /// RECOVERY_KEY: the sealed file that belongs beside the backups.
    package mutating func recoveryKey() throws(ClientError) -> [UInt8] {
        try request(RecoveryKeyRequest()) { (reply: RecoveryKeyReply, body) throws(ClientError) in
            reply.file.map { body[$0] }
        }
    }
}
