import Platform
package import Wire

/// The requests that carry secrets: they go from the caller's locked buffer into the frame and nowhere else.
extension Connection {
    /// INIT: makes the vault and opens it.
    package mutating func initialize(passphrase: Span<UInt8>) throws(ClientError) {
        try request(InitializeRequest(passphrase: passphrase))
    }

    /// ALLOW_WEAK: lets the next passphrase that this connection sets be one that is soon guessed.
    package mutating func allowWeakPassphrase() throws(ClientError) {
        let _: OKReply = try request(AllowWeakRequest())
    }

    /// UNLOCK.
    package mutating func unlock(passphrase: Span<UInt8>) throws(ClientError) {
        try unlock(.passphrase, passphrase)
    }

    /// UNLOCK, again for a quarter of a minute where the agent is busy: with the save of a lock, or with another who unlocks.
    mutating func unlock(_ method: UnlockSecretKind, _ secret: Span<UInt8>) throws(ClientError) {
        guard try !unlocks(method, secret, isLast: false) else { return }
        try ProgressLine.during(Sentences.underWay(.status)) { () throws(ClientError) in
            var (pause, waited) = (50, 0)
            repeat {
                Environment.sleep(milliseconds: pause)
                waited += pause
                pause = min(2 * pause, 800)
            } while try !unlocks(method, secret, isLast: waited >= 15_000)
        }
    }

    /// One UNLOCK; false where the agent is busy, unless that was the last one.
    private mutating func unlocks(
        _ method: UnlockSecretKind, _ secret: Span<UInt8>, isLast: Bool
    ) throws(ClientError) -> Bool {
        do throws(ClientError) {
            try request(UnlockRequest(method: method, secret: secret))
            return true
        } catch {
            guard error.code == .busy, !isLast else { throw error }
            return false
        }
    }

    /// PASSPHRASE.
    package mutating func changePassphrase(old: Span<UInt8>, new: Span<UInt8>) throws(ClientError) {
        try request(PassphraseRequest(old: old, new: new))
    }

    /// ADD.
    package mutating func add(
        _ account: NewAccount, _ more: AddRequest.More = AddRequest.More(), note: Span<UInt8> = Span(),
        key: Span<UInt8>, pin: Span<UInt8>
    ) throws(ClientError) -> AddedReply {
        try request(AddRequest(account, more, note: note, key: key, pin: pin))
    }

    /// EDIT, with a new note or none.
    package mutating func edit(
        _ selector: Selector, _ edit: AccountEdit, note: Span<UInt8>? = nil
    ) throws(ClientError) {
        try request(EditRequest(selector, edit, note: note))
    }

    /// SHOW: lends the account and its note.
    package mutating func show<T>(
        _ selector: Selector, _ use: (Account, _ note: Span<UInt8>) throws(ClientError) -> T
    ) throws(ClientError) -> T {
        try request(ShowRequest(selector: selector)) { (reply: AccountReply) throws(ClientError) in
            try use(reply.account, reply.note)
        }
    }

    /// FIND: the account without its note.
    package mutating func account(_ selector: Selector) throws(ClientError) -> Account {
        try request(FindRequest(selector: selector)) { (reply: AccountReply) throws(ClientError) in reply.account }
    }

    /// RESPOND.
    package mutating func respond(
        _ selector: Selector, question: String, pin: Span<UInt8>, session: Span<UInt8>
    ) throws(ClientError) -> CodeReply {
        try request(RespondRequest(selector, question: question, pin: pin, session: session))
    }

    /// APPROVE; the passphrase is empty when the challenge does not need it.
    package mutating func approve(
        _ challenge: Identifier, passphrase: Span<UInt8>, rememberSeconds: UInt32
    ) throws(ClientError) {
        try request(
            ApproveRequest(challenge, passphrase: passphrase, rememberSeconds: rememberSeconds))
    }
}
