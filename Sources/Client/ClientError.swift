#if !hasFeature(Embedded)
package import Platform
package import Wire
#endif

/// Why something was not done: what was refused and why, what to do about it, and the exit status that says so.
public struct ClientError: Error, Equatable, Sendable {
    /// The agent's code, or one of those that arise in clients only.
    package let code: ErrorCode
    /// What was refused and why, one sentence, lower case, without full stop.
    public let message: String
    /// What to do about it; may be empty.
    public let remedy: String
    /// The message in the words of whoever said it: for what is kept or told to the agent.
    package let original: String
    /// Lines that go with it, such as the accounts that an ambiguous name fits.
    public let details: [String]

    /// The exit status of a program that ends because of it, as fob(1) lists them.
    public var exitStatus: Int32 { code.exitStatus }

    /// An error of this client, in the user's language.
    package init(_ code: ErrorCode, _ message: String, remedy: String = "", details: [String] = []) {
        self.init(code, message, remedy: remedy, details: details, original: message)
    }

    private init(_ code: ErrorCode, _ message: String, remedy: String, details: [String], original: String) {
        (self.code, self.message, self.remedy, self.original) = (code, message, remedy, original)
        self.details = details
    }

    /// What the agent said.
    package init(_ reply: ErrorReply) {
        let words = reply.words?.sentences
        self.init(
            reply.code, Translation.text(reply.message, words?.message),
            remedy: Translation.text(reply.remedy, words?.remedy), details: reply.details, original: reply.message)
    }

    #if !hasFeature(Embedded)
    /// What another module says.
    package init(_ code: ErrorCode, _ message: Sentence, remedy: Sentence, details: [String] = []) {
        self.init(code, tr(message), remedy: tr(remedy), details: details, original: message.text)
    }
    #endif

    /// A system call that failed.
    package init(_ error: SystemError) {
        self.init(.system, Sentences.failed(error), remedy: "")
    }

    /// A directory or file that is not used.
    package init(_ error: DirectoryError) {
        self.init(error.isPermission ? .permission : .system, error.message, remedy: error.remedy)
    }

    /// A request that cannot be sent because something in it is over a limit or not text.
    package init(sending error: WireError) {
        self.init(.badInput, Sentences.cannotSend(error), remedy: tr("see fob-vault(5) for the bounds"))
    }

    /// A reply that is not what the protocol says.
    package init(receiving error: WireError) {
        self.init(.protocolMismatch, Sentences.badReply(error), remedy: Sentences.restartAgent)
    }
}
