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
        _ account: NewAccount, _ more: AddRequest.More = AddRequest.More(), note: Span<UInt8> = Span(),
        key: Span<UInt8>, pin: Span<UInt8>
    ) throws(ClientError) -> AddedReply {
        let count = AddRequest.encodedCount(account, more, note: note.count, key: key.count, pin: pin.count)
        return try request(.add, bodyCount: count) { (output: inout OutputSpan<UInt8>) throws(WireError) in
            try AddRequest.encode(account, more, note: note, key: key, pin: pin, into: &output)
        }
    }

    /// EDIT, with a new note or none.
    package mutating func edit(_ edit: EditRequest, note: Span<UInt8>? = nil) throws(ClientError) {
        let _: OKReply = try request(.edit, bodyCount: edit.encodedCount(note: note?.count)) {
            (output: inout OutputSpan<UInt8>) throws(WireError) in try edit.encode(note: note, into: &output)
        }
    }

    /// SHOW: lends the account and its note.
    package mutating func show<T>(
        _ selector: Selector, _ use: (Account, _ note: Span<UInt8>) throws(ClientError) -> T
    ) throws(ClientError) -> T {
        try request(ShowRequest(selector: selector)) { (reply: AccountReply, body) throws(ClientError) in
            try use(reply.account, body.extracting(reply.note))
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
