import Authenticator
import CBOR
import Wire

/// The agent, played by a test: what it answers is written beforehand, what it was asked is looked at afterwards.
struct FakeAgent: AgentLink {
    /// What comes of one request.
    enum Answer {
        case reply(any PlainMessage)
        case refused(ErrorCode)
        case abandoned
        /// Nothing yet: the next answer belongs to the same request.
        case pending
    }

    var answers: [Answer] = []
    /// How the authenticator is set: told whenever it is asked for, which is not among `asked`.
    var configuration = KeyConfigurationReply()
    private var isAskedForConfiguration = false
    private(set) var asked: [any PlainMessage] = []
    private(set) var progress: [CTAPHID.Progress] = []
    private(set) var dropped: [UInt32] = []

    init(_ answers: Answer...) { self.answers = answers }

    mutating func begin<M: PlainMessage>(_ message: M) throws(LinkFailure) -> UInt32 {
        isAskedForConfiguration = (message as? KeyConfigurationRequest)?.action == .state
        if !isAskedForConfiguration { asked.append(message) }
        return UInt32(asked.count)
    }

    mutating func wait<R: Message>(
        for request: UInt32, _ progress: CTAPHID.Progress, milliseconds: UInt64?, reply: R.Type
    ) throws(LinkFailure) -> R? {
        if isAskedForConfiguration { return configuration as? R }
        self.progress.append(progress)
        guard !answers.isEmpty else { throw .refused(.internalFault) }
        switch answers.removeFirst() {
        case .reply(let reply):
            guard let reply = reply as? R else { throw .refused(.protocolMismatch) }
            return reply
        case .refused(let code): throw .refused(code)
        case .abandoned: throw .abandoned
        case .pending: return nil
        }
    }

    mutating func drop(_ request: UInt32) { dropped.append(request) }
}

extension FakeAgent.Answer {
    /// A vault without a PIN, or with one.
    static func state(pin: Bool = false, verifies: Bool = true) -> Self {
        var state = PinStateReply(vault: .unlocked)
        (state.isSet, state.retries, state.canVerify) = (pin, pin ? 8 : 0, verifies)
        (state.discoverable, state.room) = (2, 998)
        return .reply(state)
    }

    static let ok = Self.reply(OKReply())

    static let made = Self.reply(
        KeyCreatedReply(
            credential: [UInt8](repeating: 0xC1, count: 32), record: Identifier(high: 1, low: 2),
            account: Identifier(high: 3, low: 4), algorithm: .es256, publicKey: [UInt8](repeating: 0x50, count: 64),
            flags: 0x41, counter: 0, authenticatorData: [0xAA, 0xBB], signature: [0x30, 0x00],
            certificate: [0x30, 0x01]))

    static func assertion(count: UInt16 = 1, handle: [UInt8] = [], name: String = "", display: String = "") -> Self {
        .reply(
            KeyAssertionReply(
                credential: [7, 7], authenticatorData: [UInt8](repeating: 9, count: 37), signature: [0x30, 0x01],
                userHandle: handle, userName: name, displayName: display, count: count))
    }
}

/// The numbers of CTAP2's commands.
enum Command: UInt8 {
    case makeCredential = 1
    case getAssertion = 2
    case getInfo = 4
    case clientPIN = 6
    case reset = 7
    case getNextAssertion = 8
    case credentialManagement = 10
    case selection = 11
    case largeBlobs = 12
    case configuration = 13
}

extension CTAP2 {
    /// Sends a command with its map, and returns the answer's bytes.
    mutating func send(
        _ command: Command, _ map: CBORMap? = nil, to agent: inout FakeAgent, channel: UInt32 = 1
    ) -> [UInt8]? {
        answer([command.rawValue] + (map.map { CBORWriter.write(.map($0)) } ?? []), channel: channel, link: &agent)
    }

    /// The same for an answer that is a map.
    mutating func ask(
        _ command: Command, _ map: CBORMap? = nil, to agent: inout FakeAgent, channel: UInt32 = 1
    ) throws -> CBORMap {
        guard let answer = send(command, map, to: &agent, channel: channel), answer.first == 0 else {
            throw CTAPStatus.other
        }
        guard case .map(let found) = try CBORReader.read(answer.span.extracting(1...)) else { throw CTAPStatus.other }
        return found
    }
}
