import Platform
package import Wire

/// A connection to the agent. Requests are answered one after the other; each call waits for its answer.
///
/// What is sent and received passes through locked memory that is wiped afterwards, because any of it may be secret.
public struct Connection: ~Copyable {
    private(set) var socket: FileDescriptor
    private var incoming: LockedBuffer?
    private var lastID: UInt32 = 0
    /// The kind of the last request, for whoever waits for the reply.
    private var lastType = MessageType.hello
    /// Requests whose replies nobody waits for.
    var unawaited: Set<UInt32> = []
    /// What the agent said about itself; nil before the first answer.
    package private(set) var welcome: WelcomeReply?
    /// Events that came while a reply was awaited.
    private var waitingEvents: [AgentEvent] = []
    /// It waits for the next event, which may never come.
    private var isListening = false
    /// Whether the process at the other end must be this vault's agent before it gets a secret; nil once it was looked at.
    var expectsAgent: Bool?
    /// Called once for a request whose reply does not come at once, so that the user can be told what it waits for.
    package var onWaiting: (() -> Void)?
    /// The request of which the user was told.
    private var toldOf: UInt32 = 0
    /// Makes the connection anew when nothing was sent over it for long; nil where somebody else has made it.
    private let reopening: (() throws(ClientError) -> FileDescriptor)?
    /// When it was made, by the boot clock.
    private var opened: UInt64

    init(
        _ socket: consuming FileDescriptor, expectsAgent: Bool = false,
        reopening: (() throws(ClientError) -> FileDescriptor)? = nil, at opened: UInt64 = Clock.sinceBoot
    ) {
        self.socket = socket
        self.expectsAgent = expectsAgent
        self.reopening = reopening
        self.opened = opened
    }

    /// Milliseconds after which a connection without a request is made anew. The agent ends it some seconds later.
    static let silentMilliseconds: UInt64 = 4000

    private static let helloID: UInt32 = 1
    private static let firstBuffer = 4096

    // MARK: - Requests

    /// Asks something and waits for the reply, which mostly says no more than that it is done.
    @discardableResult
    package mutating func request<M: Request & ~Escapable>(_ message: M) throws(ClientError) -> M.Reply {
        try request(message, answeredBy: M.Reply.self)
    }

    /// Asks what is not always answered by one kind of reply.
    mutating func request<R: Message>(
        _ message: some Message & ~Escapable, answeredBy reply: R.Type
    ) throws(ClientError) -> R {
        let id = try begin(message)
        return try receive(id) { (reply: R) throws(ClientError) in reply }
    }

    /// Asks something and lends the reply, with secrets that are wiped afterwards.
    package mutating func request<R: Message & ~Escapable, T>(
        _ message: some Message & ~Escapable, use: (R) throws(ClientError) -> T
    ) throws(ClientError) -> T {
        let id = try begin(message)
        return try receive(id, use)
    }

    /// Asks and does not wait. The number is for `reply(to:)` and `cancel(_:)`.
    package mutating func begin(_ message: some Message & ~Escapable) throws(ClientError) -> UInt32 {
        // HELLO and the first request go out in one write: one round trip for both.
        try refresh()
        if expectsAgent == true, Self.hasSecrets(type(of: message).type) { try checkAgent() }
        lastType = type(of: message).type
        let isFirst = lastID == 0
        let hello = HelloRequest()
        lastID = isFirst ? Self.helloID + 1 : lastID == .max ? Self.helloID + 1 : lastID + 1
        let id = lastID
        var outgoing = try locked(Frame.encodedCount(message) + (isFirst ? Frame.encodedCount(hello) : 0))
        do throws(WireError) {
            try outgoing.append { (output: inout OutputSpan<UInt8>) throws(WireError) in
                if isFirst { try Frame.append(hello, id: Self.helloID, into: &output) }
                try Frame.append(message, id: id, into: &output)
            }
        } catch {
            if isFirst { lastID = 0 }
            throw ClientError(sending: error)
        }
        try AgentSocket.send(outgoing.bytes, to: socket)
        return id
    }

    /// Makes a connection anew over which nothing was said yet, where the agent has ended it or is about to: a person was
    /// asked for something meanwhile, and people take their time.
    private mutating func refresh() throws(ClientError) {
        guard lastID == 0, let reopening else { return }
        // Before HELLO the agent says nothing: all that can be read is its end.
        guard Clock.sinceBoot - opened >= Self.silentMilliseconds || socket.isReadable(within: 0) else { return }
        socket = try reopening()
        opened = Clock.sinceBoot
    }

    // MARK: - Replies

    mutating func receive<R: Message & ~Escapable, T>(
        _ id: UInt32, _ use: (R) throws(ClientError) -> T
    ) throws(ClientError) -> T {
        while true {
            if let result = try take(try nextFrame(), for: id, use) { return result }
        }
    }

    /// Takes one frame: nil when it was not the reply that is awaited.
    mutating func take<R: Message & ~Escapable, T>(
        _ frame: Frame, for id: UInt32, _ use: (R) throws(ClientError) -> T
    ) throws(ClientError) -> T? {
        if frame.id == 0 {
            try keepEvent(frame)
            return nil
        }
        defer { drop(frame) }
        if unawaited.remove(frame.id) != nil { return nil }
        guard frame.id == id || frame.id == Self.helloID else { throw AgentSocket.unexpected }
        let body = try body(of: frame)
        if frame.type == .error {
            throw ClientError(try Self.decode(ErrorReply.self, body.bytes))
        } else if frame.id == Self.helloID {
            guard frame.type == .welcome else { throw AgentSocket.unexpected }
            welcome = try Self.decode(WelcomeReply.self, body.bytes)
            return nil
        }
        guard frame.type == R.type else { throw AgentSocket.unexpected }
        return try use(try Self.decode(R.self, body.bytes))
    }

    @_lifetime(copy body)
    static func decode<M: Message & ~Escapable>(_ type: M.Type, _ body: Span<UInt8>) throws(ClientError) -> M {
        do throws(WireError) { return try M(from: body) } catch { throw ClientError(receiving: error) }
    }

    /// A copy of the frame's body in a buffer of its own, so that the frame can be dropped whatever happens.
    private mutating func body(of frame: Frame) throws(ClientError) -> LockedBuffer {
        var copy = try locked(frame.body.count)
        switch incoming {
        case .some(let incoming): copy.append(copying: incoming.bytes.extracting(frame.body))
        case nil: break
        }
        return copy
    }

    private mutating func drop(_ frame: Frame) { incoming?.removeFirst(frame.end) }

    /// Reads until the buffer starts with a whole frame.
    private mutating func nextFrame() throws(ClientError) -> Frame {
        while true {
            if let frame = try scan() { return frame }
        }
    }

    /// The whole frame that the buffer starts with; else reads once, and says nil.
    mutating func scan() throws(ClientError) -> Frame? {
        switch scanned {
        case .complete(let frame): return frame
        case .tooLarge, .malformed: throw ClientError(receiving: .tooLong)
        case .incomplete(let missing):
            try read(roomFor: missing)
            return nil
        }
    }

    /// What the buffer starts with.
    var scanned: Frame.Scan {
        switch incoming {
        case .some(let incoming): Frame.scan(incoming.bytes)
        case nil: .incomplete(missing: Self.firstBuffer)
        }
    }

    private mutating func read(roomFor missing: Int) throws(ClientError) {
        var buffer: LockedBuffer
        switch incoming.take() {
        case .some(let present) where present.free >= missing: buffer = present
        case .some(let present):
            buffer = try locked(present.count + missing)
            buffer.append(copying: present.bytes)
        case nil: buffer = try locked(missing)
        }
        // Events come when they come.
        if !isListening {
            let isTold = onWaiting == nil || toldOf == lastID
            var tell = isTold ? nil : onWaiting
            do throws(ClientError) {
                try ProgressLine.during(Sentences.underWay(lastType)) { () throws(ClientError) in
                    try AgentSocket.wait(for: socket, onWaiting: &tell)
                }
            } catch {
                incoming = consume buffer
                throw error
            }
            if !isTold, tell == nil { toldOf = lastID }
        }
        let taken = (try? socket.read(into: &buffer)) ?? 0
        incoming = consume buffer
        guard taken > 0 else { throw ClientError(.noAgent, Sentences.agentGone, remedy: Sentences.tryAgain) }
    }

    private func locked(_ capacity: Int) throws(ClientError) -> LockedBuffer {
        do throws(MemoryError) { return try LockedBuffer(capacity: capacity) } catch { throw ClientError(error) }
    }

    // MARK: - Events

    private mutating func keepEvent(_ frame: Frame) throws(ClientError) {
        defer { drop(frame) }
        let body = try body(of: frame)
        if frame.type == .error { throw ClientError(try Self.decode(ErrorReply.self, body.bytes)) }
        // Events that this version does not know are no reason to stop.
        if let event = try AgentEvent(frame.type, body.bytes) { waitingEvents.append(event) }
    }

    /// Events have come that nobody has taken: decoded ones, or one that was read together with what stood before it.
    var hasEvents: Bool {
        if !waitingEvents.isEmpty { return true }
        guard case .complete(let frame) = scanned else { return false }
        return frame.id == 0
    }

    /// Waits for the next event; the connection must have subscribed.
    package mutating func nextEvent() throws(ClientError) -> AgentEvent {
        isListening = true
        defer { isListening = false }
        while waitingEvents.isEmpty {
            let frame = try nextFrame()
            guard frame.id == 0 else { throw AgentSocket.unexpected }
            try keepEvent(frame)
        }
        return waitingEvents.removeFirst()
    }
}

/// What an agent tells its subscribers.
package enum AgentEvent: Equatable, Sendable {
    case locked(LockReason)
    case unlocked
    case changed(revision: UInt64)
    case challenge(Challenge)
    case challengeEnded(Identifier, ChallengeOutcome)
    case backupDue
    case backupHealth(BackupReport)
    case number(NumberEvent)

    init?(_ type: MessageType?, _ body: Span<UInt8>) throws(ClientError) {
        switch type {
        case .lockedEvent: self = .locked(try Connection.decode(LockedEvent.self, body).reason)
        case .unlockedEvent: self = .unlocked
        case .changedEvent: self = .changed(revision: try Connection.decode(ChangedEvent.self, body).revision)
        case .challengeEvent: self = .challenge(try Connection.decode(ChallengeEvent.self, body).challenge)
        case .challengeEndedEvent:
            let event = try Connection.decode(ChallengeEndedEvent.self, body)
            self = .challengeEnded(event.challenge, event.outcome)
        case .backupDueEvent: self = .backupDue
        case .backupHealthEvent: self = .backupHealth(try Connection.decode(BackupHealthEvent.self, body).report)
        case .numberEvent: self = .number(try Connection.decode(NumberEvent.self, body))
        default: return nil
        }
    }
}
