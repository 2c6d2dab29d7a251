import CBOR
package import Wire

/// CTAP 2.1's commands: reads what a client asks, asks the agent for it, and writes the answer.
///
/// It holds no secret and decides nothing that matters: who is asked, what is signed and whether a PIN is right is the
/// agent's business. What it remembers are the enumerations of one client at a time.
package struct CTAP2: Sendable {
    enum Command: UInt8 {
        case makeCredential = 0x01
        case getAssertion = 0x02
        case getInfo = 0x04
        case clientPIN = 0x06
        case reset = 0x07
        case getNextAssertion = 0x08
        case credentialManagement = 0x0A
        case selection = 0x0B
        case largeBlobs = 0x0C
        case configuration = 0x0D
        /// What credentialManagement was before CTAP 2.1: libfido2 knew no other number until 2023.
        case credentialManagementPreview = 0x41
    }

    let profile: TestProfile
    let requester: KeyRequester
    /// The channel that getAssertion came from, while more keys can be had by getNextAssertion.
    private var assertions: (channel: UInt32, left: Int, wantsLargeBlobKey: Bool)?
    var enumeration = Enumeration()
    /// The site that the client's token was asked for; empty for a token of all.
    var tokenSite = ""
    /// Addresses of users' pictures, which CTAP 2.1 has no more: for the suite of CTAP 2.0, until the client leaves.
    var icons: [[UInt8]: String] = [:]

    /// - Parameter requester: for whom is asked, as far as the service knows.
    package init(_ profile: TestProfile, requester: KeyRequester = KeyRequester()) {
        self.profile = profile
        self.requester = requester
    }

    /// The answer to a message of CTAPHID: a status byte and what belongs to it; nil when nobody awaits it any more.
    /// Precondition: the payload is not empty.
    package mutating func answer<Link: AgentLink & ~Copyable>(
        _ payload: [UInt8], channel: UInt32, link: inout Link
    ) -> [UInt8]? {
        do throws(CommandFailure) {
            guard let command = Command(rawValue: payload[0]) else { throw .status(.invalidCommand) }
            let found = try perform(command, payload.span.extracting(1...), channel: channel, link: &link)
            return [0] + (found.map { CBORWriter.write(.map($0)) } ?? [])
        } catch {
            switch error {
            case .status(let status): return [status.rawValue]
            case .abandoned: return nil
            }
        }
    }

    private mutating func perform<Link: AgentLink & ~Copyable>(
        _ command: Command, _ bytes: Span<UInt8>, channel: UInt32, link: inout Link
    ) throws(CommandFailure) -> CBORMap? {
        // Any other command ends an enumeration.
        let assertionsLeft = assertions
        assertions = nil
        if command != .credentialManagement, command != .credentialManagementPreview {
            enumeration = Enumeration()
        }
        switch command {
        case .makeCredential: return try makeCredential(Parameters(encoded: bytes), link: &link)
        case .getAssertion:
            let (reply, wantsKey) = try getAssertion(Parameters(encoded: bytes), link: &link)
            if reply.count > 1 { assertions = (channel, Int(reply.count) - 1, wantsKey) }
            return try assertion(reply, isFirst: true, wantsLargeBlobKey: wantsKey, link: &link)
        case .getNextAssertion:
            try ended(bytes)
            guard let (owner, left, wantsKey) = assertionsLeft, owner == channel else { throw .status(.notAllowed) }
            let reply: KeyAssertionReply = try link.ask(KeyNextRequest())
            if left > 1 { assertions = (channel, left - 1, wantsKey) }
            return try assertion(reply, isFirst: false, wantsLargeBlobKey: wantsKey, link: &link)
        case .getInfo:
            try ended(bytes)
            return try getInfo(link: &link)
        case .clientPIN: return try clientPIN(Parameters(encoded: bytes), link: &link)
        case .credentialManagement, .credentialManagementPreview:
            return try manageCredentials(Parameters(encoded: bytes), channel: channel, link: &link)
        case .largeBlobs: return try largeBlobs(Parameters(encoded: bytes), link: &link)
        case .configuration:
            try configure(Parameters(encoded: bytes), link: &link)
            return nil
        case .reset:
            try ended(bytes)
            let _: OKReply = try link.ask(KeyResetRequest(requester: requester), .userPresenceNeeded)
            return nil
        case .selection:
            try ended(bytes)
            let _: OKReply = try link.ask(KeyPresenceRequest(requester: requester), .userPresenceNeeded)
            return nil
        }
    }

    private func ended(_ bytes: Span<UInt8>) throws(CommandFailure) {
        guard bytes.isEmpty else { throw .status(.invalidLength) }
    }

    /// The state of the PIN, which says as well whether there is a vault.
    func pinState<Link: AgentLink & ~Copyable>(link: inout Link) throws(CommandFailure) -> PinStateReply {
        try link.ask(PinStateRequest())
    }

    /// How the authenticator is set.
    func configuration<Link: AgentLink & ~Copyable>(link: inout Link) throws(CommandFailure) -> KeyConfigurationReply {
        try link.ask(KeyConfigurationRequest(.state))
    }

    /// An empty proof asks for nothing but a touch, by which a person chooses among several authenticators.
    func choose<Link: AgentLink & ~Copyable>(link: inout Link) throws(CommandFailure) -> CommandFailure {
        let _: OKReply = try link.ask(KeyPresenceRequest(requester: requester), .userPresenceNeeded)
        return .status(try pinState(link: &link).isSet ? .pinInvalid : .pinNotSet)
    }
}
