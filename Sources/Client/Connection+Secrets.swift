import Platform
package import Wire

/// The requests that carry secrets: they go from the caller's locked buffer into the frame and nowhere else.
extension Connection {
    /// INIT: makes the vault and opens it.
    package mutating func initialize(passphrase: Span<UInt8>) throws(ClientError) {
        let count = InitializeRequest.encodedCount(passphrase: passphrase.count)
        let _: OKReply = try request(.initialize, bodyCount: count) {
            (output: inout OutputSpan<UInt8>) throws(WireError) in
            try InitializeRequest.encode(passphrase: passphrase, into: &output)
        }
    }

    /// UNLOCK.
    package mutating func unlock(passphrase: Span<UInt8>) throws(ClientError) {
        let _: OKReply = try request(.unlock, bodyCount: UnlockRequest.encodedCount(secret: passphrase.count)) {
            (output: inout OutputSpan<UInt8>) throws(WireError) in
            try UnlockRequest.encode(method: .passphrase, secret: passphrase, into: &output)
        }
    }

    /// PASSPHRASE.
    package mutating func changePassphrase(old: Span<UInt8>, new: Span<UInt8>) throws(ClientError) {
        let count = PassphraseRequest.encodedCount(old: old.count, new: new.count)
        let _: OKReply = try request(.passphrase, bodyCount: count) {
            (output: inout OutputSpan<UInt8>) throws(WireError) in
            try PassphraseRequest.encode(old: old, new: new, into: &output)
        }
    }

    /// ADD.
    package mutating func add(
        _ account: NewAccount, key: Span<UInt8>, pin: Span<UInt8>
    ) throws(ClientError) -> AddedReply {
        let count = AddRequest.encodedCount(account, key: key.count, pin: pin.count)
        return try request(.add, bodyCount: count) { (output: inout OutputSpan<UInt8>) throws(WireError) in
            try AddRequest.encode(account, key: key, pin: pin, into: &output)
        }
    }

    /// RESPOND.
    package mutating func respond(
        _ selector: Selector, question: String, pin: Span<UInt8>, session: Span<UInt8>
    ) throws(ClientError) -> CodeReply {
        let count = RespondRequest.encodedCount(
            selector, question: question, pin: pin.count, session: session.count)
        return try request(.respond, bodyCount: count) { (output: inout OutputSpan<UInt8>) throws(WireError) in
            try RespondRequest.encode(selector, question: question, pin: pin, session: session, into: &output)
        }
    }

    /// APPROVE; the passphrase is empty when the challenge does not need it.
    package mutating func approve(
        _ challenge: Identifier, passphrase: Span<UInt8>, rememberSeconds: UInt32
    ) throws(ClientError) {
        let count = ApproveRequest.encodedCount(passphrase: passphrase.count)
        let _: OKReply = try request(.approve, bodyCount: count) {
            (output: inout OutputSpan<UInt8>) throws(WireError) in
            try ApproveRequest.encode(
                challenge, passphrase: passphrase, rememberSeconds: rememberSeconds, into: &output)
        }
    }
}
